"""What an alert is once its facts are folded."""

from __future__ import annotations

from enum import StrEnum
from typing import Final, NamedTuple

FLAPS: Final = 4
FLAP_WINDOW_MS: Final = 900_000
"""So many changes within so long keep an alert open, and it says so."""

REMEMBERED_MS: Final = 86_400_000
"""Rules know alerts that were over so long ago: how they came and went, and that nothing is before their facts though
a clock be set back."""

RESOLVED_SHOWN_MS: Final = 30_000
"""How long a resolved alert stays on the banner, green."""


class AlertState(StrEnum):
    """Where an alert stands; silenced and inhibited overlay these."""

    PENDING = "pending"
    RAISED = "raised"
    ACKNOWLEDGED = "acknowledged"
    RESOLVED = "resolved"
    DROPPED = "dropped"
    """It never held long enough to be raised."""


class Ending(StrEnum):
    """Why an alert was resolved: what `AlertResolved.reason` holds, and the note of that moment."""

    CLEARED = "cleared"
    """The figure is back, the spell or the state is over, nothing is due any more."""
    GONE = "gone"
    """What it was about no longer exists."""
    RULE_GONE = "rule_gone"
    """The rule is no longer in the book."""
    OUT_OF_SCOPE = "out_of_scope"
    """The rule is about other things now."""


class Moment(NamedTuple):
    """One fact of an alert's life, as its timeline shows it."""

    seq: int
    at_ms: int
    kind: str
    """The fact's kind without "alert_"."""
    by: str
    note: str


class Message(NamedTuple):
    """What became of telling somebody: the newest word on one message."""

    message: str
    recipient: str
    channel: str
    outcome: str
    answer: str
    at_ms: int
    attempt: int


class Alert(NamedTuple):
    """One occurrence of an identity, from pending to resolved or dropped. A new one begins when the last is over.

    Attributes:
        alert: Its identity, "rule|entity".
        number: The sequence number of its first fact: the occurrence.
        rule: The rule's id.
        entity: What it is about.
        state: Where it stands.
        level: 1 to 3.
        values: What its sentence names, the newest.
        pending_ms: When the threshold was crossed.
        raised_ms: When it became an alert; None while it is pending.
        acknowledged_ms: When somebody took it.
        owner: Who.
        note: What they said.
        resolved_ms: When it was over.
        silenced_until_ms: Until when it makes no sound; None when it may.
        inhibited_by: What explains it; empty when nothing does.
        step: How far its chain is; -1 before the first step.
        step_ms: When that step began.
        reminded_ms: When it was last said, by raising or reminding.
        is_flapping: Whether it comes and goes.
        is_late: Whether it was detected late.
        should_ms: When it should have been raised, where it was late.
        rule_version: The version of the book it was raised by.
        moments: Its life so far, in order.
        messages: Who was told, by which channel, with what answer, in order.
    """

    alert: str
    number: int
    rule: str
    entity: str
    state: AlertState
    level: int
    values: tuple[tuple[str, str], ...]
    pending_ms: int
    raised_ms: int | None
    acknowledged_ms: int | None
    owner: str
    note: str
    resolved_ms: int | None
    silenced_until_ms: int | None
    inhibited_by: str
    step: int
    step_ms: int | None
    reminded_ms: int | None
    is_flapping: bool
    is_late: bool
    should_ms: int | None
    rule_version: int
    moments: tuple[Moment, ...]
    messages: tuple[Message, ...]

    @property
    def is_open(self) -> bool:
        """Whether it is pending, raised or acknowledged."""
        return self.state not in (AlertState.RESOLVED, AlertState.DROPPED)


class Fault(NamedTuple):
    """A system that a person has declared to be down."""

    fault: str
    declared_ms: int
    by: str
    what: str
    source: str
    ended_ms: int | None
