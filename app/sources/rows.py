"""What a row of an Asterisk queue log means, whichever form it came in.

A row is: when, call, queue, agent, event word, values. The parsers of the text file and of the table dump take their
form apart; here is the one place that knows the words. Positions of values are those of Asterisk 1.8 to 22; older rows
are shorter, and what they do not say is None.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Literal

from pydantic import ValidationError

from app.core.events import (
    AgentNotReady,
    AgentReady,
    AgentRingMissed,
    AgentSignedIn,
    AgentSignedOut,
    AnyEvent,
    CallAbandoned,
    CallCompleted,
    CallConnected,
    CallEntered,
    CallLeftByKey,
    CallLeftEmpty,
    CallRefused,
    CallTimedOut,
    CallTransferred,
    OtherFact,
    SourceRestarted,
    WrapUpStarted,
)
from app.sources.ports import LineProblem
from app.sources.problems import problem_of, shown

NOTHING: Final = "NONE"
"""How a row says that it has no call, queue or agent; an empty field says the same."""

_DIGITS_LIMIT: Final = 15

Builder = Callable[[int, str, str, str, list[str]], AnyEvent]
"""Instant, call, queue, agent (empty where there is none) and values to a fact."""


def build_event(at_ms: int, call: str, queue: str, agent: str, word: str, values: list[str]) -> AnyEvent:
    """The fact that a row states.

    Args:
        at_ms: When, in UTC milliseconds.
        call: Id of the call; "NONE" or empty where there is none.
        queue: Name of the queue, likewise.
        agent: Member name, interface or agent id, likewise.
        word: The event.
        values: What follows the event.

    Raises:
        LineProblem: When something the event needs is missing, or a number or a name cannot be one.
    """
    if call == NOTHING:
        call = ""
    if queue == NOTHING:
        queue = ""
    if agent == NOTHING:
        agent = ""
    builder = _BUILDERS.get(word)
    try:
        if builder is not None:
            return builder(at_ms, call, queue, agent, values)
        if word.startswith("DIVERT_"):
            return _refused(at_ms, call, queue, word.lower(), None)
        if not word:
            raise LineProblem("the event word is missing")
        return OtherFact(
            at_ms=at_ms,
            name=word,
            agent=agent or None,
            queue=queue or None,
            call=call or None,
            data=tuple(values),
        )
    except ValidationError as error:
        raise problem_of(error, word if builder else "a row") from None


def _text(values: list[str], index: int) -> str:
    return values[index] if index < len(values) else ""


def _number(values: list[str], index: int, meaning: str) -> int | None:
    """A whole number a figure needs; None where the row is too short or says nothing."""
    if index >= len(values):
        return None
    text = values[index]
    if not text:
        return None
    if text.isdecimal() and text.isascii() and len(text) <= _DIGITS_LIMIT:
        return int(text)
    raise LineProblem(f"the {meaning} {shown(text)} is not a whole number")


def _position(text: str) -> int | None:
    """The place in the line, which no figure needs: unreadable is unknown."""
    return int(text) if text.isdecimal() and text.isascii() and len(text) <= _DIGITS_LIMIT else None


def _entered(at_ms: int, call: str, queue: str, _agent: str, values: list[str]) -> AnyEvent:
    return CallEntered(
        at_ms=at_ms, call=call, queue=queue, caller=_text(values, 1), position=_position(_text(values, 2))
    )


def _connected(at_ms: int, call: str, queue: str, agent: str, values: list[str]) -> AnyEvent:
    return CallConnected(
        at_ms=at_ms,
        call=call,
        queue=queue,
        agent=agent,
        wait_seconds=_number(values, 0, "waiting time"),
        ring_seconds=_number(values, 2, "ringing time"),
    )


def _completed(ended_by: Literal["caller", "agent"]) -> Builder:
    def build(at_ms: int, call: str, queue: str, agent: str, values: list[str]) -> AnyEvent:
        return CallCompleted(
            at_ms=at_ms,
            call=call,
            queue=queue,
            agent=agent,
            wait_seconds=_number(values, 0, "waiting time"),
            talk_seconds=_number(values, 1, "talking time"),
            ended_by=ended_by,
        )

    return build


def _transferred(at_ms: int, call: str, queue: str, agent: str, values: list[str]) -> AnyEvent:
    return CallTransferred(
        at_ms=at_ms,
        call=call,
        queue=queue,
        agent=agent,
        to=_text(values, 0),
        wait_seconds=_number(values, 2, "waiting time"),
        talk_seconds=_number(values, 3, "talking time"),
    )


def _attended_transfer(at_ms: int, call: str, queue: str, agent: str, values: list[str]) -> AnyEvent:
    """BRIDGE|id|…, APP|name|… and LINK|one channel|the other|…, then waiting and talking time."""
    method = _text(values, 0)
    if method not in ("BRIDGE", "APP", "LINK"):
        raise LineProblem(f"the way of transfer {shown(method)} is not BRIDGE, APP or LINK")
    target = 2 if method == "LINK" else 1
    return CallTransferred(
        at_ms=at_ms,
        call=call,
        queue=queue,
        agent=agent,
        to=_text(values, target),
        attended=True,
        wait_seconds=_number(values, target + 1, "waiting time"),
        talk_seconds=_number(values, target + 2, "talking time"),
    )


def _abandoned(at_ms: int, call: str, queue: str, _agent: str, values: list[str]) -> AnyEvent:
    return CallAbandoned(at_ms=at_ms, call=call, queue=queue, wait_seconds=_number(values, 2, "waiting time"))


def _timed_out(at_ms: int, call: str, queue: str, _agent: str, values: list[str]) -> AnyEvent:
    return CallTimedOut(at_ms=at_ms, call=call, queue=queue, wait_seconds=_number(values, 2, "waiting time"))


def _left_empty(at_ms: int, call: str, queue: str, _agent: str, values: list[str]) -> AnyEvent:
    return CallLeftEmpty(at_ms=at_ms, call=call, queue=queue, wait_seconds=_number(values, 2, "waiting time"))


def _left_by_key(at_ms: int, call: str, queue: str, _agent: str, values: list[str]) -> AnyEvent:
    return CallLeftByKey(
        at_ms=at_ms,
        call=call,
        queue=queue,
        key=_text(values, 0),
        wait_seconds=_number(values, 3, "waiting time"),
    )


def _refused(at_ms: int, call: str, queue: str, reason: str, wait_seconds: int | None) -> AnyEvent:
    return CallRefused(at_ms=at_ms, call=call, queue=queue, reason=reason, wait_seconds=wait_seconds)


def _withdrawn(at_ms: int, call: str, queue: str, _agent: str, values: list[str]) -> AnyEvent:
    return _refused(at_ms, call, queue, "withdrawn", _number(values, 2, "waiting time"))


def _turned_away(reason: str) -> Builder:
    def build(at_ms: int, call: str, queue: str, _agent: str, _values: list[str]) -> AnyEvent:
        return _refused(at_ms, call, queue, reason, None)

    return build


def _ring_missed(cancelled: bool) -> Builder:
    def build(at_ms: int, call: str, queue: str, agent: str, values: list[str]) -> AnyEvent:
        return AgentRingMissed(
            at_ms=at_ms,
            agent=agent,
            queue=queue or None,
            call=call,
            ring_ms=_number(values, 0, "ringing time"),
            cancelled=cancelled,
        )

    return build


def _member_added(at_ms: int, _call: str, queue: str, agent: str, values: list[str]) -> AnyEvent:
    return AgentSignedIn(at_ms=at_ms, agent=agent, queue=_needed_queue(queue), not_ready=_text(values, 0) == "PAUSED")


def _member_removed(at_ms: int, _call: str, queue: str, agent: str, _values: list[str]) -> AnyEvent:
    return AgentSignedOut(at_ms=at_ms, agent=agent, queue=_needed_queue(queue))


def _needed_queue(queue: str) -> str:
    """A membership without its queue says nothing; passing None on would sign the agent in or out everywhere."""
    if not queue:
        raise LineProblem("the queue is missing, which ADDMEMBER and REMOVEMEMBER need")
    return queue


def _signed_in(at_ms: int, _call: str, queue: str, agent: str, _values: list[str]) -> AnyEvent:
    return AgentSignedIn(at_ms=at_ms, agent=agent, queue=queue or None)


def _signed_out(at_ms: int, _call: str, queue: str, agent: str, values: list[str]) -> AnyEvent:
    return AgentSignedOut(
        at_ms=at_ms, agent=agent, queue=queue or None, signed_in_seconds=_number(values, 1, "signed-in time")
    )


def _paused(at_ms: int, _call: str, queue: str, agent: str, values: list[str]) -> AnyEvent:
    return AgentNotReady(at_ms=at_ms, agent=agent, queue=queue or None, reason=_text(values, 0))


def _paused_all(at_ms: int, _call: str, _queue: str, agent: str, values: list[str]) -> AnyEvent:
    return AgentNotReady(at_ms=at_ms, agent=agent, reason=_text(values, 0))


def _unpaused(at_ms: int, _call: str, queue: str, agent: str, _values: list[str]) -> AnyEvent:
    return AgentReady(at_ms=at_ms, agent=agent, queue=queue or None)


def _unpaused_all(at_ms: int, _call: str, _queue: str, agent: str, _values: list[str]) -> AnyEvent:
    return AgentReady(at_ms=at_ms, agent=agent)


def _wrap_up_started(at_ms: int, call: str, queue: str, agent: str, values: list[str]) -> AnyEvent:
    return WrapUpStarted(
        at_ms=at_ms,
        agent=agent,
        queue=queue or None,
        call=call or None,
        seconds=_number(values, 0, "wrap-up time"),
    )


def _restarted(at_ms: int, _call: str, _queue: str, _agent: str, _values: list[str]) -> AnyEvent:
    return SourceRestarted(at_ms=at_ms)


_BUILDERS: Final[dict[str, Builder]] = {
    "ENTERQUEUE": _entered,
    "CONNECT": _connected,
    "COMPLETECALLER": _completed("caller"),
    "COMPLETEAGENT": _completed("agent"),
    "TRANSFER": _transferred,
    "BLINDTRANSFER": _transferred,
    "ATTENDEDTRANSFER": _attended_transfer,
    "ABANDON": _abandoned,
    "EXITWITHTIMEOUT": _timed_out,
    "EXITWITHKEY": _left_by_key,
    "EXITEMPTY": _left_empty,
    "LEAVEEMPTY": _left_empty,
    "WITHDRAW": _withdrawn,
    "FULL": _turned_away("full"),
    "JOINEMPTY": _turned_away("joinempty"),
    "CLOSED": _turned_away("closed"),
    "RINGNOANSWER": _ring_missed(cancelled=False),
    "RINGCANCELED": _ring_missed(cancelled=True),
    "ADDMEMBER": _member_added,
    "REMOVEMEMBER": _member_removed,
    "AGENTLOGIN": _signed_in,
    "AGENTCALLBACKLOGIN": _signed_in,
    "AGENTLOGOFF": _signed_out,
    "AGENTCALLBACKLOGOFF": _signed_out,
    "PAUSE": _paused,
    "PAUSEALL": _paused_all,
    "UNPAUSE": _unpaused,
    "UNPAUSEALL": _unpaused_all,
    "WRAPUPSTART": _wrap_up_started,
    "QUEUESTART": _restarted,
}

KNOWN_WORDS: Final = frozenset(_BUILDERS)
"""The event words that mean something here, besides those that begin with DIVERT_."""
