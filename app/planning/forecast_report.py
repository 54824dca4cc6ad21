"""`report staffing`: what was forecast and what came, how many were needed, due and there.

Everything is worked out in steps of at most an hour, in which the load is taken as even; a longer row is the mean of
its steps. docs/forecast.md has the words, the formulas and the choices.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import reduce
from itertools import groupby
from operator import add
from typing import Final

from app.core.i18n import N_, _
from app.core.zones import EVERY, at, borders, date_start_ms, iso
from app.floor.handling import handled_calls
from app.floor.model import LONGEST_CALL_MS
from app.floor.reports import WHOLE, Range
from app.planning.forecast_history import Work, work_by_interval
from app.planning.forecast_model import ForecastPoint
from app.planning.forecast_staffed import Headcount, Serving, count_scheduled, count_staffed
from app.planning.ports_forecast import CallHistory, ForecastReader, OnQueueSchedule, Presence
from app.planning.requirement import Expected, Need, lay_out

FIT_SHARE: Final = 0.1
"""An interval fits when staffed and required differ by at most this share of required."""

_FLOAT_SLACK: Final = 1e-9
_LONG_ROW_STEP_MINUTES: Final = 30


@dataclass(frozen=True, slots=True)
class StaffingSources:
    """Where staffing comes from.

    Attributes:
        forecast: The forecasts that hold.
        calls: The calls that came.
        presence: Who was there.
        schedule: Who was due.
        need: How many agents a forecast interval needs.
    """

    forecast: ForecastReader
    calls: CallHistory
    presence: Presence
    schedule: OnQueueSchedule
    need: Need


@dataclass(frozen=True, slots=True)
class StaffingCell:
    """One queue (or the whole floor) in one interval.

    Attributes:
        queue: The queue, or "ALL".
        start_ms: First instant.
        end_ms: First instant after.
        elapsed_ms: How much of it has passed.
        expected: What the forecast says.
        work: What came so far; None where it has not begun.
        scheduled: Agents due on the queue, on average; None where nothing at all is scheduled.
        staffed: Agents there, on average over what has passed; None where it has not begun.
    """

    queue: str
    start_ms: int
    end_ms: int
    elapsed_ms: int
    expected: Expected
    work: Work | None
    scheduled: float | None
    staffed: float | None

    @property
    def length_ms(self) -> int:
        """Length of the interval."""
        return self.end_ms - self.start_ms

    @property
    def is_over(self) -> bool:
        """Whether it has passed wholly."""
        return self.elapsed_ms == self.length_ms

    @property
    def required(self) -> float | None:
        """Agents needed on average; None where the forecast is silent."""
        return self.expected.required(self.length_ms)

    @property
    def deviation(self) -> float | None:
        """Forecast deviation: (actual − forecast) / forecast; None before it is over, and where none was forecast."""
        calls = self.expected.calls
        if not calls or self.work is None or not self.is_over:
            return None
        return (self.work.calls - calls) / calls

    @property
    def net(self) -> float | None:
        """staffed − required: below 0 is too few; None where either is not known."""
        return None if self.staffed is None or self.required is None else self.staffed - self.required


def staffing_cells(
    sources: StaffingSources, asked: Range, queues: Sequence[str], every_minutes: int
) -> dict[str, list[StaffingCell]]:
    """Cells by queue, in order of time.

    Args:
        sources: Where they come from.
        asked: The range; its `every` is not looked at.
        queues: Names; "ALL" adds the whole; none means every queue that is known or forecast.
        every_minutes: Length of an interval: 15, 30 or 60.

    Raises:
        UsageProblem: When the range is empty or too long, or a load larger than any floor's.
    """
    asked.borders()
    marks = borders(asked.start_ms, asked.end_ms, every_minutes, asked.zone)
    points: dict[str, list[ForecastPoint]] = {}
    for point in sources.forecast.points(asked.start_ms, asked.end_ms):
        points.setdefault(point.queue, []).append(point)
    known = sorted({*sources.calls.queues(), *points})
    named = [queue for queue in dict.fromkeys(queues) if queue != WHOLE]
    shown = named or known
    cells: dict[str, list[StaffingCell]] = {queue: [] for queue in shown}
    if WHOLE in queues:
        cells[WHOLE] = []
    for day_marks in _days(marks, asked):
        day = _Day(sources, day_marks, asked.now_ms, points, sorted({*known, *shown}))
        for queue, column in cells.items():
            column += day.cells(queue)
    return cells


def _days(marks: Sequence[int], asked: Range) -> Iterator[list[int]]:
    """The marks of each local day, with its end: a floor's agent time of a month is not held at once."""
    start_ms = asked.start_ms
    while start_ms < asked.end_ms:
        next_day = at(start_ms, asked.zone).date() + timedelta(days=1)
        end_ms = min(asked.end_ms, date_start_ms(next_day, asked.zone))
        yield [*(mark for mark in marks if start_ms <= mark < end_ms), end_ms]
        start_ms = end_ms


class _Day:
    """What is known of one stretch of at most a day."""

    def __init__(
        self,
        sources: StaffingSources,
        marks: list[int],
        now_ms: int,
        points: Mapping[str, Sequence[ForecastPoint]],
        queues: Sequence[str],
    ) -> None:
        self._marks = marks
        self._now_ms = now_ms
        self._expected = {queue: lay_out(points.get(queue, ()), marks, sources.need) for queue in queues}
        self._work = self._worked(sources.calls)
        needed = {queue: [float(cell.agents_ms) for cell in cells] for queue, cells in self._expected.items()}
        start_ms, end_ms = marks[0], marks[-1]
        serving = Serving(sources.presence.memberships(start_ms, end_ms))
        self._staffed: Headcount | None = None
        if now_ms > start_ms:
            intervals = sources.presence.all_agent_time(start_ms, min(end_ms, now_ms))
            self._staffed = count_staffed(marks, intervals, serving, needed, now_ms)
        self._scheduled: Headcount | None = None
        if sources.schedule.has_schedule(start_ms, end_ms):
            spans = sources.schedule.on_queue_spans(start_ms, end_ms)
            self._scheduled = count_scheduled(marks, spans, serving, needed)

    def _worked(self, calls: CallHistory) -> dict[str, list[Work]]:
        start_ms, end_ms = self._marks[0], self._marks[-1]
        if start_ms >= self._now_ms:
            return {}
        visits = calls.visits_entered(start_ms, end_ms)
        wrap_ups = calls.wrap_ups(start_ms, end_ms + LONGEST_CALL_MS)
        return work_by_interval(handled_calls(visits, wrap_ups), self._marks)

    def cells(self, queue: str) -> Iterator[StaffingCell]:
        whole = queue == WHOLE
        for index, start_ms in enumerate(self._marks[:-1]):
            end_ms = self._marks[index + 1]
            elapsed_ms = max(0, min(end_ms, self._now_ms) - start_ms)
            columns = self._work.values() if whole else [self._work[queue]] if queue in self._work else []
            work = reduce(add, (column[index] for column in columns), Work()) if elapsed_ms else None
            expected = (
                reduce(add, (column[index] for column in self._expected.values()), Expected())
                if whole
                else self._expected[queue][index]
            )
            yield StaffingCell(
                queue,
                start_ms,
                end_ms,
                elapsed_ms,
                expected,
                work,
                _headcount(self._scheduled, queue, index),
                _headcount(self._staffed, queue, index),
            )


def _headcount(counted: Headcount | None, queue: str, index: int) -> float | None:
    if counted is None:
        return None
    return counted.whole(index) if queue == WHOLE else counted.of_queue(queue, index)


def combined(cells: Sequence[StaffingCell]) -> StaffingCell:
    """Adjoining cells of one queue as one: sums of calls, means over time of agents.

    Args:
        cells: At least one.
    """
    begun = [cell for cell in cells if cell.work is not None]
    there = [(cell.staffed, cell.elapsed_ms) for cell in cells if cell.staffed is not None]
    due = [(cell.scheduled, cell.length_ms) for cell in cells if cell.scheduled is not None]
    return StaffingCell(
        cells[0].queue,
        cells[0].start_ms,
        cells[-1].end_ms,
        sum(cell.elapsed_ms for cell in cells),
        reduce(add, (cell.expected for cell in cells)),
        reduce(add, (cell.work for cell in begun if cell.work is not None), Work()) if begun else None,
        _mean(due),
        _mean(there),
    )


def _mean(parts: Sequence[tuple[float, int]]) -> float | None:
    weight = sum(milliseconds for _value, milliseconds in parts)
    return sum(value * milliseconds for value, milliseconds in parts) / weight if weight else None


def schedule_fit(cells: Iterable[StaffingCell]) -> tuple[float | None, float | None]:
    """Schedule fit 排班契合度 and schedule error, over the intervals that are over and forecast.

    Returns:
        Intervals with |staffed − required| ≤ 10 % of required / intervals; and Σ|staffed − required| / Σ required.
        None where there is nothing to divide by.
    """
    intervals = fitting = 0
    missed = needed = 0.0
    for cell in cells:
        net, required = cell.net, cell.required
        if net is None or required is None or not cell.is_over:
            continue
        intervals += 1
        fitting += abs(net) <= FIT_SHARE * required + _FLOAT_SLACK
        missed += abs(net)
        needed += required
    return (fitting / intervals if intervals else None), (missed / needed if needed else None)


def staffing_rows(sources: StaffingSources, asked: Range, queues: Sequence[str]) -> Iterator[dict[str, object]]:
    """Rows by queue and interval, dense, ordered by queue, then time; each carries its day's fit and error.

    Args:
        sources: Where they come from.
        asked: The range.
        queues: Names; "ALL" adds the whole; none means every queue.

    Raises:
        UsageProblem: When the range is empty or too long, or a load larger than any floor's.
    """
    minutes = EVERY[asked.every]
    step = minutes if minutes is not None and minutes <= 60 else _LONG_ROW_STEP_MINUTES
    for column in staffing_cells(sources, asked, queues, step).values():

        def day_of(cell: StaffingCell) -> date:
            return at(cell.start_ms, asked.zone).date()

        parts = [column] if minutes is None else [list(day) for _date, day in groupby(column, key=day_of)]
        for part in parts:
            fit, error = schedule_fit(part)
            for cell in part if step == minutes else [combined(part)]:
                yield {**_row(cell, asked, is_step=step == minutes), "schedule_fit": fit, "schedule_error": error}


def _row(cell: StaffingCell, asked: Range, is_step: bool) -> dict[str, object]:
    return {
        "queue": cell.queue,
        "start": iso(cell.start_ms, asked.zone),
        "forecast_calls": _plain(cell.expected.calls, 3),
        "actual_calls": None if cell.work is None else cell.work.calls,
        "deviation": cell.deviation,
        "forecast_aht_seconds": _plain(cell.expected.aht_seconds, 3),
        "actual_aht_seconds": None if cell.work is None else _plain(cell.work.aht_seconds, 3),
        "required": _plain(cell.required, 2),
        "scheduled": _plain(cell.scheduled, 2),
        "staffed": _plain(cell.staffed, 2),
        # Of a long row that is not over, staffed speaks of another time than required.
        "net": _plain(cell.net, 2) if is_step or cell.is_over else None,
    }


def _plain(value: float | None, digits: int) -> int | float | None:
    """A number without a fraction it does not have."""
    if value is None:
        return None
    rounded = round(value, digits)
    return int(rounded) if rounded == int(rounded) else rounded


FORMULAS: Final[Mapping[str, str]] = {
    "forecast_calls": N_("Calls forecast to enter in this interval; empty where nothing is forecast."),
    "actual_calls": N_("Visits that entered the queue in this interval, so far; empty before it begins."),
    "deviation": N_("(actual_calls − forecast_calls) / forecast_calls; empty before the interval is over."),
    "forecast_aht_seconds": N_("Forecast handling time, weighed by calls."),
    "actual_aht_seconds": N_("Talk + hold + wrap-up, per answered visit of this interval whose conversation is over."),
    "required": N_("Least number of agents that reaches the queue's target with the forecast; for ALL, the sum."),
    "scheduled": N_("Agents scheduled on the queue, on average; one who serves several queues is shared among them."),
    "staffed": N_(
        "Agents signed in and available, ringing, on a call, on hold or in wrap-up, on average; one who serves several "
        "queues is shared among them while free."
    ),
    "net": N_("staffed − required: under-staffing is negative."),
    "schedule_fit": N_(
        "Of the day: intervals with |staffed − required| ≤ a tenth of required / intervals that are over."
    ),
    "schedule_error": N_("Of the day: Σ|staffed − required| / Σ required, over intervals that are over."),
}


def explained() -> list[dict[str, object]]:
    """Each figure of the report with its formula, in the present language."""
    return [{"figure": figure, "formula": _(sentence)} for figure, sentence in FORMULAS.items()]
