"""One clock while it is counted: when it ran, what it used, and when so much is or will be used. Pure."""

from __future__ import annotations

from typing import Literal, NamedTuple

from app.core.calendars import NEVER, Calendar
from app.tickets.books import StagePlan
from app.tickets.model import Clock, ClockSpan

What = Literal["", "sent", "returned", "charged", "recalled", "unqualified", "closed", "reopened"]


class Moment(NamedTuple):
    """Something that starts, stops or pauses clocks.

    Attributes:
        at_ms: When.
        what: What became of who has it: "charged" is a return that was the fault of who returned it.
        points: The points of the way that were reached.
        unit: Who has it from then on.
        person: The person who has it from then on; empty while nobody has.
        holds: What it waits for from then on.
        is_elsewhere: Whether it was sent to a crew at another place.
        by: Who did it; empty where that is no person's doing.
        passed: Where it goes back: the points that it had passed when it was with them, in order.
    """

    at_ms: int
    what: What
    points: tuple[str, ...]
    unit: str
    person: str
    holds: tuple[str, ...]
    is_elsewhere: bool = False
    by: str = ""
    passed: tuple[str, ...] = ()


_Part = tuple[int, int, Calendar | None]
"""A span that has ended, and the calendar it was counted with."""


def _open_ms(part: _Part) -> int:
    start_ms, end_ms, calendar = part
    return end_ms - start_ms if calendar is None else calendar.open_ms(start_ms, end_ms)


def _after(start_ms: int, duration_ms: int, calendar: Calendar | None) -> int | None:
    if calendar is None:
        return start_ms + duration_ms
    reached_ms = calendar.add_open(start_ms, duration_ms)
    return None if reached_ms is NEVER else reached_ms


class Run:
    """A clock while it is counted."""

    __slots__ = (
        "calendar",
        "calendar_key",
        "is_kept",
        "is_void",
        "limit_seconds",
        "number",
        "parts",
        "person",
        "plan",
        "since_ms",
        "started_at",
        "started_ms",
        "stopped_at",
        "stopped_ms",
        "unit",
        "used_ms",
    )

    def __init__(self, plan: StagePlan, number: int, moment: Moment, index: int) -> None:
        self.plan = plan
        self.number = number
        self.unit = moment.unit
        self.person = moment.person
        self.started_ms = moment.at_ms
        self.started_at = index
        self.stopped_ms: int | None = None
        self.stopped_at = -1
        self.limit_seconds = plan.limit.limit_seconds
        if moment.is_elsewhere and plan.elsewhere_seconds is not None and "forwarded" in plan.start:
            self.limit_seconds = plan.elsewhere_seconds
        self.calendar_key = ""
        self.calendar: Calendar | None = None
        self.since_ms: int | None = None
        self.parts: list[_Part] = []
        self.used_ms = 0
        self.is_void = False
        self.is_kept = False

    def rest(self, at_ms: int) -> None:
        """Stop using time."""
        since_ms = self.since_ms
        if since_ms is None:
            return
        self.since_ms = None
        if at_ms > since_ms:
            part = (since_ms, at_ms, self.calendar)
            self.parts.append(part)
            self.used_ms += _open_ms(part)

    def reached_ms(self, use_ms: int) -> int | None:
        """When so much was or will be used, if it goes on; None where that is never."""
        if use_ms <= self.used_ms:
            used_ms = 0
            for part in self.parts:
                here_ms = _open_ms(part)
                if used_ms + here_ms >= use_ms:
                    return _after(part[0], use_ms - used_ms, part[2])
                used_ms += here_ms
        if self.since_ms is None:
            return None
        return _after(self.since_ms, use_ms - self.used_ms, self.calendar)

    def clock(self, cycle: int, version: int) -> Clock:
        """What it came to."""
        limit, plan = self.plan.limit, self.plan
        limit_ms = self.limit_seconds * 1000
        due_ms = warn_ms = act_ms = None
        spans = [ClockSpan(start_ms, end_ms) for start_ms, end_ms, _calendar in self.parts]
        if self.stopped_ms is not None:
            if self.used_ms >= limit_ms:
                due_ms = self.reached_ms(limit_ms)
        elif self.since_ms is not None:
            spans.append(ClockSpan(self.since_ms, None))
            due_ms = self.reached_ms(limit_ms)
            warn_ms = self._warn_ms(limit_ms)
            if limit.act_seconds is not None:
                act_ms = self.reached_ms(limit.act_seconds * 1000)
        return Clock(
            plan.name,
            cycle,
            self.number,
            plan.role,
            self.unit,
            self.person,
            self.started_ms,
            self.stopped_ms,
            self.limit_seconds,
            limit.warn_seconds,
            limit.act_seconds,
            self.calendar_key,
            tuple(spans),
            self.used_ms,
            due_ms,
            warn_ms,
            act_ms,
            self.is_void,
            version,
        )

    def _warn_ms(self, limit_ms: int) -> int | None:
        for lead_seconds in self.plan.limit.warn_seconds:
            use_ms = limit_ms - lead_seconds * 1000
            if use_ms >= self.used_ms and self.since_ms is not None:
                return _after(self.since_ms, use_ms - self.used_ms, self.calendar)
        return None
