"""The figures of tickets as pure functions of folded tickets: screens and reports call the same ones.

Counts add up: the figures of a range are the sum of those of its parts, for everything that happened has one instant,
unit, person and type it counts for. What stands open (open, overdue, age) is counted at an instant and does not add
over time. A ratio whose denominator is 0 is None. docs/ticket-reports.md says what counts where.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Final

from app.floor.figures import ratio

HOUR_MS: Final = 3_600_000

OVERDUE_BANDS: Final = (("overdue_1h", HOUR_MS), ("overdue_8h", 8 * HOUR_MS), ("overdue_24h", 24 * HOUR_MS))
"""How long a limit has been passed, on the wall: at most so long; longer is `overdue_more`."""

AGE_BANDS: Final = (
    ("age_1h", HOUR_MS),
    ("age_8h", 8 * HOUR_MS),
    ("age_24h", 24 * HOUR_MS),
    ("age_3d", 72 * HOUR_MS),
    ("age_7d", 168 * HOUR_MS),
)
"""How long ago a ticket was written: at most so long; longer is `age_more`."""

UNQUALIFIED_KINDS: Final = ("should_not_exist", "missing_facts", "wrong_unit", "duplicate")


def band(bands: tuple[tuple[str, int], ...], rest: str, length_ms: int) -> str:
    """The name of the band a length of time lies in; a border belongs to the shorter band."""
    return next((name for name, most_ms in bands if length_ms <= most_ms), rest)


@dataclass(slots=True)
class TicketFigures:
    """Counts of what happened to tickets, and of how they stand; what follows from them are its properties."""

    created: int = 0
    """Tickets written."""
    absorbed: int = 0
    """Contacts that a notice answered instead of a ticket."""
    sent: int = 0
    """Times a ticket was handed on to another unit."""
    returned: int = 0
    """Of these, given back by whoever received it."""
    unqualified: int = 0
    """Of these, marked as an order that should not be, or that lacks facts."""
    unqualified_kinds: dict[str, int] = field(default_factory=dict)
    accepted: int = 0
    """Acceptances with a limit."""
    accepted_in_time: int = 0
    closed: int = 0
    """Cycles that ended: closed, or opened again by a survey before they were."""
    closed_in_time: int = 0
    """By the overall limit; by every limit of a stage where the type has no overall one."""
    closed_late: int = 0
    closed_all_kept: int = 0
    """With every limit kept, overall and of each stage."""
    closed_by_first: int = 0
    surveyed: int = 0
    satisfied: int = 0
    reopened: int = 0
    reopened_dissatisfied: int = 0
    call_backs_due: int = 0
    call_backs_kept: int = 0
    flags_due: int = 0
    flags_acknowledged: int = 0
    flags_called_back: int = 0
    flags_kept: int = 0
    """All three steps in time."""
    open: int = 0
    overdue: int = 0
    """Open, and an open clock is past its limit, whether it runs or waits."""
    overdue_bands: dict[str, int] = field(default_factory=dict)
    paused: int = 0
    """Open, with open clocks that all wait."""
    age_bands: dict[str, int] = field(default_factory=dict)

    def __add__(self, other: TicketFigures) -> TicketFigures:
        whole = TicketFigures()
        for each in fields(self):
            mine, theirs = getattr(self, each.name), getattr(other, each.name)
            setattr(whole, each.name, _added(mine, theirs) if isinstance(mine, dict) else mine + theirs)
        return whole

    @property
    def timeliness(self) -> float | None:
        """Timeliness 及时率: closed in time / closed with a limit."""
        return ratio(self.closed_in_time, self.closed_in_time + self.closed_late)

    @property
    def full_timeliness(self) -> float | None:
        """Closed with every limit kept / closed with a limit."""
        return ratio(self.closed_all_kept, self.closed_in_time + self.closed_late)

    @property
    def on_time_acceptance(self) -> float | None:
        """On-time acceptance 接单及时率: accepted in time / accepted with a limit."""
        return ratio(self.accepted_in_time, self.accepted)

    @property
    def satisfaction(self) -> float | None:
        """Satisfaction 满意率: at or above the line / surveyed."""
        return ratio(self.satisfied, self.surveyed)

    @property
    def first_level_closure(self) -> float | None:
        """First-level closure 一级办结率: closed by the first unit that received it / closed."""
        return ratio(self.closed_by_first, self.closed)

    @property
    def reopen_rate(self) -> float | None:
        """Reopenings / closed."""
        return ratio(self.reopened, self.closed)

    @property
    def return_rate(self) -> float | None:
        """Return rate 退单率: returned / sent."""
        return ratio(self.returned, self.sent)

    @property
    def unqualified_rate(self) -> float | None:
        """Unqualified rate 不合格率: unqualified / sent."""
        return ratio(self.unqualified, self.sent)

    @property
    def call_back_timeliness(self) -> float | None:
        """Call-back timeliness 回电及时率: kept in time / due."""
        return ratio(self.call_backs_kept, self.call_backs_due)

    @property
    def loop_timeliness(self) -> float | None:
        """Repeat callers' loops closed in time / due."""
        return ratio(self.flags_kept, self.flags_due)

    @property
    def absorbed_share(self) -> float | None:
        """Share absorbed 公告吸收率: absorbed / (absorbed + created)."""
        return ratio(self.absorbed, self.absorbed + self.created)

    def row(self) -> dict[str, int | float | None]:
        """The figures under the names the report promises."""
        return {
            "created": self.created,
            "absorbed": self.absorbed,
            "absorbed_share": self.absorbed_share,
            "sent": self.sent,
            "returned": self.returned,
            "return_rate": self.return_rate,
            "unqualified": self.unqualified,
            **{f"unqualified_{kind}": self.unqualified_kinds.get(kind, 0) for kind in UNQUALIFIED_KINDS},
            "unqualified_rate": self.unqualified_rate,
            "accepted": self.accepted,
            "accepted_in_time": self.accepted_in_time,
            "on_time_acceptance": self.on_time_acceptance,
            "closed": self.closed,
            "closed_in_time": self.closed_in_time,
            "closed_late": self.closed_late,
            "timeliness": self.timeliness,
            "closed_all_kept": self.closed_all_kept,
            "full_timeliness": self.full_timeliness,
            "closed_by_first": self.closed_by_first,
            "first_level_closure": self.first_level_closure,
            "surveyed": self.surveyed,
            "satisfied": self.satisfied,
            "satisfaction": self.satisfaction,
            "reopened": self.reopened,
            "reopened_dissatisfied": self.reopened_dissatisfied,
            "reopen_rate": self.reopen_rate,
            "call_backs_due": self.call_backs_due,
            "call_backs_kept": self.call_backs_kept,
            "call_back_timeliness": self.call_back_timeliness,
            "flags_due": self.flags_due,
            "flags_kept": self.flags_kept,
            "loop_timeliness": self.loop_timeliness,
            "open": self.open,
            "paused": self.paused,
            "overdue": self.overdue,
            **{name: self.overdue_bands.get(name, 0) for name, _most_ms in OVERDUE_BANDS},
            "overdue_more": self.overdue_bands.get("overdue_more", 0),
            **{name: self.age_bands.get(name, 0) for name, _most_ms in AGE_BANDS},
            "age_more": self.age_bands.get("age_more", 0),
        }


def _added(one: dict[str, int], other: dict[str, int]) -> dict[str, int]:
    return {name: one.get(name, 0) + other.get(name, 0) for name in one | other}


@dataclass(slots=True)
class StageFigures:
    """The clocks of one stage in numbers; additive but for `most_used_ms`, of which the greater one counts.

    Attributes:
        kept: Clocks that stopped within their limit.
        missed: Clocks that stopped past it.
        void: Clocks that stopped without being charged; they count for nothing else.
        used_ms: Open time that the kept and missed ones used.
        most_used_ms: The most that one of them used.
        told: Times that somebody was told that a clock goes on and on.
        open: Clocks that have not stopped.
        overdue: Of these, past their limit.
    """

    kept: int = 0
    missed: int = 0
    void: int = 0
    used_ms: int = 0
    most_used_ms: int = 0
    told: int = 0
    open: int = 0
    overdue: int = 0

    def __add__(self, other: StageFigures) -> StageFigures:
        summed = {each.name: getattr(self, each.name) + getattr(other, each.name) for each in fields(self)}
        return StageFigures(**summed | {"most_used_ms": max(self.most_used_ms, other.most_used_ms)})

    @property
    def stopped(self) -> int:
        """Clocks that stopped and are charged."""
        return self.kept + self.missed

    @property
    def timeliness(self) -> float | None:
        """kept / stopped."""
        return ratio(self.kept, self.stopped)

    @property
    def mean_used_seconds(self) -> float | None:
        """Open time per stopped clock, in seconds."""
        return self.used_ms / 1000 / self.stopped if self.stopped else None

    def row(self) -> dict[str, int | float | None]:
        """The figures under the names the report promises."""
        return {
            "stopped": self.stopped,
            "kept": self.kept,
            "missed": self.missed,
            "void": self.void,
            "timeliness": self.timeliness,
            "used_seconds": self.used_ms // 1000,
            "mean_used_seconds": self.mean_used_seconds,
            "most_used_seconds": self.most_used_ms // 1000,
            "told": self.told,
            "open": self.open,
            "overdue": self.overdue,
        }
