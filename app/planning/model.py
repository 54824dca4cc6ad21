"""The plan of people's time, and what is said of keeping to it. Design section 4 has the words and the formulas."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final, NamedTuple

HOUR_MS: Final = 3_600_000

SHIFT_GAP_MS: Final = 4 * HOUR_MS
"""After midnight, what begins at most this long after a shift's last span still belongs to that shift."""

LONGEST_SHIFT_MS: Final = 24 * HOUR_MS
"""No span, and no shift put together by its gaps, lasts longer."""

OVERTIME_MS: Final = 4 * HOUR_MS
"""Work this long before or after a shift is the shift's, or up to the middle between two that lie closer."""

AMENDABLE_DAYS: Final = 40
"""How many days back a shift that stands can still be changed."""


class Activity(StrEnum):
    """What an agent is planned to do."""

    ON_QUEUE = "on_queue"
    BREAK = "break"
    MEAL = "meal"
    TRAINING = "training"
    MEETING = "meeting"
    COACHING = "coaching"
    OFFLINE = "offline"
    LEAVE = "leave"


class ScheduledSpan(NamedTuple):
    """A stretch of planned time, [start, end).

    Attributes:
        agent: The agent id.
        shift_date: The date of the shift it is part of.
        start_ms: First instant.
        end_ms: First instant after.
        activity: What is planned.
    """

    agent: str
    shift_date: date
    start_ms: int
    end_ms: int
    activity: Activity


@dataclass(frozen=True, slots=True)
class Shift:
    """All that one agent is planned to do on one date; over midnight it is of its start date.

    Attributes:
        agent: The agent id.
        shift_date: The date; an agent has one shift on a date.
        spans: In order of time, never overlapping; never empty, except for a shift that was taken away.
        version: The version of the schedule that says so; 0 while it is only a proposal.
    """

    agent: str
    shift_date: date
    spans: tuple[ScheduledSpan, ...]
    version: int = 0

    @property
    def start_ms(self) -> int:
        """First instant of the shift."""
        return self.spans[0].start_ms

    @property
    def end_ms(self) -> int:
        """First instant after the shift."""
        return self.spans[-1].end_ms


class VersionKind(StrEnum):
    """How a version of the schedule came about."""

    PUBLISHED = "published"
    AMENDED = "amended"


@dataclass(frozen=True, slots=True)
class ScheduleVersion:
    """A change of the schedule: kept for good.

    Attributes:
        version: Its number, from 1.
        kind: Published from a file, or amended by hand.
        at_ms: When.
        actor: Who.
        why: The reason, for an amendment; the file, for what was published.
        shifts: How many shifts it set or took away.
    """

    version: int
    kind: VersionKind
    at_ms: int
    actor: str
    why: str
    shifts: int = 0


class Verdict(StrEnum):
    """What is said of an agent at a moment.

    In, out, neutral and unmapped share out the scheduled time. Extra is work in off time; it is no part of it.
    """

    IN = "in"
    OUT = "out"
    NEUTRAL = "neutral"
    UNMAPPED = "unmapped"
    NO_SCHEDULE = "no_schedule"
    EXTRA = "extra"


class Rule(StrEnum):
    """Why a verdict is what it is; ids are stable."""

    STATE_COUNTS = "state_counts"
    WITHIN_GRACE = "within_grace"
    STATE_DOES_NOT_COUNT = "state_does_not_count"
    SIGNED_OUT = "signed_out"
    CALL_OVERRAN = "call_overran"
    EXEMPT_REASON = "exempt_reason"
    APPROVED = "approved"
    NEUTRALISED = "neutralised"
    UNMAPPED_REASON = "unmapped_reason"
    WORK_IN_OFF_TIME = "work_in_off_time"
    ON_LEAVE = "on_leave"
    OFF_TIME = "off_time"
    NO_SCHEDULE = "no_schedule"


class VerdictSpan(NamedTuple):
    """A stretch of time with one verdict for one reason, [start, end).

    Attributes:
        start_ms: First instant.
        end_ms: First instant after.
        verdict: What is said.
        rule: Why.
        activity: What was planned; None in off time.
        spell_start_ms: Where the spell away from the plan began that this is a part of; None where it is none.
        spell_end_ms: Where that spell ended, or has come to.
    """

    start_ms: int
    end_ms: int
    verdict: Verdict
    rule: Rule
    activity: Activity | None = None
    spell_start_ms: int | None = None
    spell_end_ms: int | None = None

    @property
    def spell_ms(self) -> int:
        """How long the whole spell away from the plan is; 0 where there is none."""
        if self.spell_start_ms is None or self.spell_end_ms is None:
            return 0
        return self.spell_end_ms - self.spell_start_ms


class TimeRange(NamedTuple):
    """A stretch of time, [start, end)."""

    start_ms: int
    end_ms: int


class ExceptionKind(StrEnum):
    """What a person decided about time that was not as planned."""

    APPROVAL = "approval"
    NEUTRAL_PERIOD = "neutral_period"


@dataclass(frozen=True, slots=True)
class AdherenceException:
    """An approval of one agent's time, or a period neutralised for everyone: a fact, kept for good.

    Attributes:
        number: Its number, from 1; 0 before it is stored.
        kind: Which of the two.
        agent: Whose time; empty for everyone's.
        start_ms: First instant.
        end_ms: First instant after.
        reason: Why, in the words of the person.
        actor: Who decided.
        at_ms: When they did.
        cancelled_by: Who took it back; empty while it holds.
        cancelled_ms: When they did.
        cancel_reason: Why.
    """

    number: int
    kind: ExceptionKind
    agent: str
    start_ms: int
    end_ms: int
    reason: str
    actor: str
    at_ms: int
    cancelled_by: str = ""
    cancelled_ms: int | None = None
    cancel_reason: str = ""

    @property
    def holds(self) -> bool:
        """Whether it was not taken back."""
        return self.cancelled_ms is None

    @property
    def range(self) -> TimeRange:
        """The time it is about."""
        return TimeRange(self.start_ms, self.end_ms)
