"""What open time costs: a year of it added and summed, on a calendar with holidays in a zone that changes its clocks.

python -m benchmarks.calendars
"""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import median
from typing import Final

from app.core.calendars import NEVER, Calendar, CalendarDefinition, read_calendar
from app.tickets.sla import Pause, due_ms
from benchmarks.results import Figure, at_least, at_most, machine, print_table

START_MS: Final = 1_735_689_600_000
"""2025-01-01 00:00 UTC."""

YEAR_MS: Final = 365 * 86_400_000

LIMITS_SECONDS: Final = (900, 7_200, 28_800, 172_800)
"""Limits as tickets have them: a quarter of an hour to a week of office hours and a day."""


def definition() -> CalendarDefinition:
    """Office hours with a lunch break: 5 days × 2 spans, Chinese holidays, in a zone with summer time."""
    hours = ["09:00-12:00", "13:30-18:00"]
    weekly = dict.fromkeys(("monday", "tuesday", "wednesday", "thursday", "friday"), hours)
    return read_calendar(
        {"name": "benchmark", "zone": "Europe/Berlin", "weekly": weekly, "public_holidays": "CN"}, "benchmark"
    )


def microseconds(run: Callable[[], object], rounds: int) -> float:
    """The median time of one call."""
    spent: list[float] = []
    for _round in range(rounds):
        began = time.perf_counter()
        run()
        spent.append((time.perf_counter() - began) * 1e6)
    return median(spent)


def dues_per_second(count: int, pauses: tuple[Pause, ...] = ()) -> float:
    """How many due times of limits of all lengths, from instants all over a year, are found in a second.

    The best of three rounds: what else the machine does makes a round slower, never faster.
    """
    calendar = Calendar(definition())
    step_ms = YEAR_MS // count
    # 7,919 is prime: every instant once, and no two neighbours after each other.
    asked = [
        (START_MS + number * 7_919 % count * step_ms, LIMITS_SECONDS[number % len(LIMITS_SECONDS)] * 1000)
        for number in range(count)
    ]
    spent: list[float] = []
    for _round in range(3):
        began = time.perf_counter()
        if pauses:
            for start_ms, limit_ms in asked:
                due_ms(calendar, start_ms, limit_ms, pauses)
        else:
            add_open = calendar.add_open
            for start_ms, limit_ms in asked:
                add_open(start_ms, limit_ms)
        spent.append(time.perf_counter() - began)
    return count / min(spent)


def measure(quick: bool) -> list[Figure]:
    """A year of open time on a calendar just made, on one that was asked before, and one instant."""
    rounds = 50 if quick else 500
    hours = definition()
    warm = Calendar(hours)
    year_ms = warm.open_ms(START_MS, START_MS + YEAR_MS)
    end_ms = warm.add_open(START_MS, year_ms)
    assert end_ms is not NEVER
    fresh = [Calendar(hours) for _round in range(rounds)]
    return [
        Figure("a calendar is made", f"{microseconds(lambda: Calendar(hours), rounds):,.0f} µs"),
        at_most(
            "add a year, first time", microseconds(lambda: fresh.pop().add_open(START_MS, year_ms), rounds), 1000, " µs"
        ),
        at_most("add a year, again", microseconds(lambda: warm.add_open(START_MS, year_ms), rounds), 100, " µs"),
        Figure("sum a year", f"{microseconds(lambda: warm.open_ms(START_MS, end_ms), rounds):,.1f} µs"),
        Figure("add eight hours", f"{microseconds(lambda: warm.add_open(START_MS, 28_800_000), rounds):,.1f} µs"),
        at_least("due times", dues_per_second(20_000 if quick else 200_000), 200_000, "/s", digits=0),
        Figure("due times with three pauses", f"{dues_per_second(20_000, _pauses()):,.0f}/s"),
        Figure("is it open", f"{microseconds(lambda: warm.is_open(START_MS), rounds):,.1f} µs"),
    ]


def _pauses() -> tuple[Pause, ...]:
    """Three pauses of two hours within one week."""
    week_ms = START_MS + YEAR_MS // 2
    return tuple(Pause(week_ms + day * 86_400_000, week_ms + day * 86_400_000 + 7_200_000) for day in range(3))


if __name__ == "__main__":
    print(machine())
    print_table("Open time", measure(quick=False))
