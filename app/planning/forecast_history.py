"""What a queue had to do: calls by the interval they entered, with all that each of them took.

A call belongs to the interval in which it entered, and its handling time with it, so that both speak of the same calls.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, tzinfo

from app.core.zones import at
from app.floor.handling import HandledCall


@dataclass(slots=True)
class Work:
    """Calls of an interval; additive.

    Attributes:
        calls: Visits that entered.
        handled: Answered visits whose conversation is over.
        handle_ms: Talk, hold and wrap-up of these.
    """

    calls: int = 0
    handled: int = 0
    handle_ms: int = 0

    def __add__(self, other: Work) -> Work:
        return Work(self.calls + other.calls, self.handled + other.handled, self.handle_ms + other.handle_ms)

    @property
    def aht_seconds(self) -> float | None:
        """AHT: talk + hold + wrap-up, per answered visit; None without one."""
        return self.handle_ms / 1000 / self.handled if self.handled else None


def work_by_interval(calls: Iterable[HandledCall], marks: Sequence[int]) -> dict[str, list[Work]]:
    """Calls by queue and interval; queues without any call are left out.

    Args:
        calls: In any order; those outside of the marks count nothing.
        marks: Borders of adjoining intervals; the last is the end.
    """
    found: dict[str, list[Work]] = {}
    for call in calls:
        if not marks[0] <= call.entered_ms < marks[-1]:
            continue
        cells = found.get(call.queue)
        if cells is None:
            cells = found[call.queue] = [Work() for _mark in marks[:-1]]
        cell = cells[bisect_right(marks, call.entered_ms) - 1]
        cell.calls += 1
        if call.handle_ms is not None:
            cell.handled += 1
            cell.handle_ms += call.handle_ms
    return found


@dataclass(slots=True)
class ObservedDay:
    """One past day of one queue.

    Attributes:
        slots: What each observed interval had to do, by the local minute of the day it began at; where the clocks
            repeat an hour there are two, where they skip one there is none.
    """

    slots: dict[int, list[Work]] = field(default_factory=dict)

    def calls_thousandths(self, slot: int) -> int | None:
        """Calls of an interval in thousandths; None where it was not observed."""
        found = self.slots.get(slot)
        return sum(work.calls for work in found) * 1000 // len(found) if found else None

    @property
    def calls(self) -> int:
        """Calls of the whole day."""
        return sum(work.calls for found in self.slots.values() for work in found)

    def work(self, slots: Iterable[int]) -> Work:
        """What several intervals had to do together."""
        return sum((work for slot in slots for work in self.slots.get(slot, ())), Work())


def slot_of(at_ms: int, zone: tzinfo) -> int:
    """The local minute of the day."""
    local = at(at_ms, zone)
    return local.hour * 60 + local.minute


def observed_days(
    cells: Sequence[Work], marks: Sequence[int], known: tuple[int, int], zone: tzinfo
) -> dict[date, ObservedDay]:
    """Days of one queue out of adjoining intervals.

    Args:
        cells: What each interval had to do.
        marks: Their borders.
        known: From which instant to which the log tells; intervals not wholly inside were not observed.
        zone: Whose local time divides the day.
    """
    days: dict[date, ObservedDay] = {}
    for index, cell in enumerate(cells):
        if marks[index] >= known[0] and marks[index + 1] <= known[1]:
            local = at(marks[index], zone)
            day = days.setdefault(local.date(), ObservedDay())
            day.slots.setdefault(local.hour * 60 + local.minute, []).append(cell)
    return days


def merged(parts: Iterable[Mapping[date, ObservedDay]]) -> dict[date, ObservedDay]:
    """Days read in several stretches that do not overlap."""
    whole: dict[date, ObservedDay] = {}
    for part in parts:
        whole.update(part)
    return whole
