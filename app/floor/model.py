"""What the floor is made of: states, agent intervals, visits. Design section 4 has the words and the formulas."""

from __future__ import annotations

from enum import StrEnum
from typing import Final, NamedTuple

from app.core.reasons import ReasonCategory as ReasonCategory


class AgentState(StrEnum):
    """What an agent is doing; exactly one at any moment."""

    SIGNED_OUT = "signed_out"
    AVAILABLE = "available"
    RINGING = "ringing"
    ON_CALL = "on_call"
    HOLD = "hold"
    WRAP_UP = "wrap_up"
    NOT_READY = "not_ready"


class Outcome(StrEnum):
    """How a visit ended; every visit has exactly one, and `WAITING` is the one that has not ended."""

    WAITING = "waiting"
    ANSWERED = "answered"
    ABANDONED = "abandoned"
    TIMED_OUT = "timed_out"
    LEFT_BY_KEY = "left_by_key"
    LEFT_EMPTY = "left_empty"
    REFUSED = "refused"
    LOST = "lost"


INFERRED_PRESENCE_MS: Final = 12 * 3_600_000
"""How long an agent who never signed in stays on the floor after the last thing seen of them."""

LONGEST_CALL_MS: Final = INFERRED_PRESENCE_MS
"""A conversation whose end is never told is over after twelve hours, and none counts for longer."""


class AgentInterval(NamedTuple):
    """A stretch of time in which an agent was in one state; half open, [start, end).

    Attributes:
        agent: The name the telephone system uses.
        start_ms: First instant.
        end_ms: First instant after; None while nothing is known to end it.
        state: Never SIGNED_OUT: being signed out is the absence of an interval.
        reason: The source's word, for NOT_READY.
        queue: The queue of the call, for states that have one; else empty.
        signed_in: False where presence is inferred from acts, with no sign-in known.
        sign_in: True where a session begins with this interval.
    """

    agent: str
    start_ms: int
    end_ms: int | None
    state: AgentState
    reason: str = ""
    queue: str = ""
    signed_in: bool = True
    sign_in: bool = False


class Visit(NamedTuple):
    """One stay of one call in one queue.

    Attributes:
        call: The telephone system's id of the call.
        queue: The queue.
        number: 1 for the call's first visit to this queue, 2 for the second.
        entered_ms: When it entered; what interval the visit belongs to.
        outcome: How it ended.
        answered_ms: When an agent answered.
        ended_ms: When it ended: by leaving the queue, or by the end of the conversation.
        agent: Who answered; empty if nobody.
        wait_ms: From entering to being answered or leaving; None while waiting and where a restart cut it off.
        talk_ms: Conversation without hold; 0 while it lasts.
        holds: Stretches of hold, [start, end) in UTC milliseconds; None where there were none.
        caller: The caller's number as the source gave it.
        changed_seq: The newest fact that shaped this visit.
    """

    call: str
    queue: str
    number: int
    entered_ms: int
    outcome: Outcome
    answered_ms: int | None = None
    ended_ms: int | None = None
    agent: str = ""
    wait_ms: int | None = None
    talk_ms: int = 0
    holds: tuple[tuple[int, int], ...] | None = None
    caller: str = ""
    changed_seq: int = 0


class DataNote(NamedTuple):
    """Something in the facts that does not add up and counts nothing: an exit of an unknown call, a second ending."""

    call: str
    queue: str
    at_ms: int
    seq: int
    note: str
