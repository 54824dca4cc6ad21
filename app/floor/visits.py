"""From the facts of one call to its visits: a pure function, so that folding again always gives the same.

The facts of a call are few (rarely more than ten); whenever one arrives, in order or late, the whole call is folded
again. Design section 4, Calls.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from app.core.events import (
    CallAbandoned,
    CallCompleted,
    CallConnected,
    CallEntered,
    CallHeld,
    CallLeftByKey,
    CallLeftEmpty,
    CallRefused,
    CallRetrieved,
    CallTimedOut,
    CallTransferred,
    ExitEvent,
    SourceRestarted,
)
from app.core.journal import Fact
from app.floor.model import DataNote, Outcome, Visit


@dataclass(slots=True)
class _Stay:
    """A visit while it is being folded."""

    queue: str
    number: int
    entered_ms: int
    source: str
    outcome: Outcome = Outcome.WAITING
    answered_ms: int | None = None
    ended_ms: int | None = None
    agent: str = ""
    wait_ms: int | None = None
    held_ms: int | None = None
    holds: list[tuple[int, int]] | None = None
    caller: str = ""

    def answer(self, answered_ms: int, agent: str) -> None:
        self.outcome = Outcome.ANSWERED
        self.answered_ms = max(answered_ms, self.entered_ms)
        self.wait_ms = self.answered_ms - self.entered_ms
        self.agent = agent
        self.ended_ms = None

    def retrieve(self, at_ms: int) -> None:
        if self.held_ms is not None:
            self.holds = [*(self.holds or ()), (self.held_ms, at_ms)]
            self.held_ms = None

    def end(self, at_ms: int) -> None:
        self.retrieve(at_ms)
        self.ended_ms = max(at_ms, self.entered_ms)

    def leave(self, at_ms: int, outcome: Outcome) -> None:
        self.outcome = outcome
        self.ended_ms = max(at_ms, self.entered_ms)
        self.wait_ms = self.ended_ms - self.entered_ms

    def lose(self, at_ms: int) -> None:
        self.outcome = Outcome.LOST
        self.ended_ms = at_ms
        self.wait_ms = None

    def visit(self, call: str, changed_seq: int) -> Visit:
        talk_ms = 0
        if self.answered_ms is not None and self.ended_ms is not None:
            talk_ms = self.ended_ms - self.answered_ms
            if self.holds:
                talk_ms = max(0, talk_ms - sum(end - start for start, end in self.holds))
        return Visit(
            call,
            self.queue,
            self.number,
            self.entered_ms,
            self.outcome,
            self.answered_ms,
            self.ended_ms,
            self.agent,
            self.wait_ms,
            talk_ms,
            tuple(self.holds) if self.holds else None,
            self.caller,
            changed_seq,
        )


_EXITS: Final[Mapping[type, Outcome]] = {
    CallAbandoned: Outcome.ABANDONED,
    CallTimedOut: Outcome.TIMED_OUT,
    CallLeftByKey: Outcome.LEFT_BY_KEY,
    CallLeftEmpty: Outcome.LEFT_EMPTY,
    CallRefused: Outcome.REFUSED,
}


class _CallFold:
    """Folds the facts of one call, in order."""

    def __init__(self, call: str) -> None:
        self.call = call
        self.stays: list[_Stay] = []
        self.last: dict[str, _Stay] = {}
        self.notes: list[DataNote] = []
        self.changed_seq = 0

    def enter(self, queue: str, entered_ms: int, source: str, caller: str = "") -> _Stay:
        previous = self.last.get(queue)
        stay = _Stay(queue, previous.number + 1 if previous else 1, entered_ms, source, caller=caller)
        self.stays.append(stay)
        self.last[queue] = stay
        return stay

    def note(self, queue: str, at_ms: int, seq: int, text: str) -> None:
        self.notes.append(DataNote(self.call, queue, at_ms, seq, text))

    def open_stay(self, queue: str) -> _Stay | None:
        """The stay a row of this queue speaks of: one that waits, or one that a restart was thought to have lost."""
        stay = self.last.get(queue)
        return stay if stay is not None and stay.outcome in (Outcome.WAITING, Outcome.LOST) else None

    def on_entered(self, seq: int, source: str, event: CallEntered) -> None:
        previous = self.last.get(event.queue)
        if previous is not None and previous.outcome is Outcome.WAITING:
            previous.lose(event.at_ms)
            self.note(event.queue, event.at_ms, seq, "entered again while it was waiting")
        elif previous is not None and previous.ended_ms is None:
            previous.end(event.at_ms)
            self.note(event.queue, event.at_ms, seq, "entered again while it was being talked to")
        self.enter(event.queue, event.at_ms, source, event.caller)

    def on_connected(self, seq: int, source: str, event: CallConnected) -> None:
        stay = self.open_stay(event.queue)
        if stay is None:
            previous = self.last.get(event.queue)
            if previous is not None and previous.ended_ms is None:
                self.note(event.queue, event.at_ms, seq, f"connected again, to {event.agent}")
                return
            entered_ms = event.at_ms - (event.wait_seconds or 0) * 1000
            if previous is not None and previous.ended_ms is not None:
                entered_ms = max(entered_ms, min(previous.ended_ms, event.at_ms))
            stay = self.enter(event.queue, entered_ms, source)
        stay.answer(event.at_ms, event.agent)

    def on_ended(self, seq: int, source: str, event: CallCompleted | CallTransferred) -> None:
        talk_ms = (event.talk_seconds or 0) * 1000
        previous = self.last.get(event.queue)
        if previous is not None and previous.outcome is Outcome.ANSWERED and previous.ended_ms is None:
            previous.end(event.at_ms)
            return
        stay = self.open_stay(event.queue)
        if stay is None:
            entered_ms = event.at_ms - talk_ms - (event.wait_seconds or 0) * 1000
            if previous is not None and (previous.ended_ms or 0) > entered_ms:
                self.note(event.queue, event.at_ms, seq, "ended a second time")
                return
            stay = self.enter(event.queue, entered_ms, source)
        stay.answer(event.at_ms - talk_ms, event.agent)
        stay.end(event.at_ms)

    def on_exit(
        self,
        seq: int,
        source: str,
        event: ExitEvent | CallRefused,
    ) -> None:
        stay = self.open_stay(event.queue)
        if stay is None and self.is_at_the_door(event):
            stay = self.enter(event.queue, event.at_ms, source)
        if stay is None:
            self.note(event.queue, event.at_ms, seq, f"{event.kind} of a call that is not waiting here")
            return
        stay.leave(event.at_ms, _EXITS[type(event)])

    def is_at_the_door(self, event: ExitEvent | CallRefused) -> bool:
        """Whether a row without an entry tells of a caller who never got in.

        One that says how long the caller waited is an exit like the others. Dialplans write "left empty" in the manner
        of a refusal, but also behind the queue's own exit row, which has counted already.
        """
        if event.wait_seconds is not None:
            return False
        return isinstance(event, CallRefused) or (isinstance(event, CallLeftEmpty) and event.queue not in self.last)

    def on_hold(self, _seq: int, _source: str, event: CallHeld | CallRetrieved) -> None:
        stay = self.last.get(event.queue)
        if stay is None or stay.outcome is not Outcome.ANSWERED or stay.ended_ms is not None:
            return
        if isinstance(event, CallRetrieved):
            stay.retrieve(event.at_ms)
        elif stay.held_ms is None:
            stay.held_ms = event.at_ms

    def on_restarted(self, seq: int, source: str, at_ms: int) -> None:
        for stay in self.last.values():
            if stay.source != source or stay.ended_ms is not None:
                continue
            if stay.outcome is Outcome.WAITING:
                stay.lose(at_ms)
            else:
                stay.end(at_ms)
            self.changed_seq = max(self.changed_seq, seq)


_Handler = Callable[[_CallFold, int, str, Any], None]

_HANDLERS: Final[Mapping[type, _Handler]] = {
    CallEntered: _CallFold.on_entered,
    CallConnected: _CallFold.on_connected,
    CallHeld: _CallFold.on_hold,
    CallRetrieved: _CallFold.on_hold,
    CallCompleted: _CallFold.on_ended,
    CallTransferred: _CallFold.on_ended,
    **dict.fromkeys(_EXITS, _CallFold.on_exit),
}


def fold_call(call: str, facts: Sequence[Fact]) -> tuple[list[Visit], list[DataNote]]:
    """Fold the facts of one call.

    Args:
        call: The call's id.
        facts: All facts of the call and the restarts of sources since its first one, ordered by instant, then by
            sequence number.

    Returns:
        The call's visits in order of entry, and what in its facts did not add up.
    """
    fold = _CallFold(call)
    for seq, source, event in facts:
        if type(event) is SourceRestarted:
            fold.on_restarted(seq, source, event.at_ms)
            continue
        handler = _HANDLERS.get(type(event))
        if handler is not None:
            handler(fold, seq, source, event)
            if seq > fold.changed_seq:
                fold.changed_seq = seq
    return [stay.visit(call, fold.changed_seq) for stay in fold.stays], fold.notes
