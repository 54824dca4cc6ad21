"""Today as one immutable picture: forecast, actual, re-forecast; required, scheduled, staffed; peaks in words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import Final, Literal, NamedTuple

from app.core.i18n import _, ngettext
from app.core.zones import at
from app.floor.reports import WHOLE
from app.planning.forecast_report import StaffingCell, schedule_fit
from app.planning.forecast_update import Reforecast, SoFar, reforecast

PROMINENCE_SHARE: Final = 0.15
"""A peak stands out from its valleys by at least this share of the day's highest interval: less is ripple."""

PLATEAU_SHARE: Final = 0.07
"""What lies within this share of the day's highest interval of a peak, or of a valley, belongs to it."""

MOST_EXTREMES: Final = 4
"""More peaks and valleys than so many are no words any more."""

Rescale = Callable[[int, float], float | None]
"""Agents needed in the interval that begins at an instant if this multiple of the forecast came; None where unknown."""


class IntradayPoint(NamedTuple):
    """One interval of the day.

    Attributes:
        start_ms: First instant.
        end_ms: First instant after.
        forecast_calls: As it was forecast; None where it was not.
        actual_calls: So far; None before it begins.
        reforecast_calls: What is now expected of it: of the running one what came and what is still to come, of a
            later one the forecast times the factor; None for one that is over, and where nothing was forecast.
        forecast_aht_seconds: As it was forecast; None without calls.
        actual_aht_seconds: Of the answered calls so far; None without one.
        required: Agents the forecast needs.
        required_now: Agents the re-forecast needs; None for an interval that is over.
        scheduled: Agents due, on average; None where nothing is scheduled.
        staffed: Agents there, on average so far; None before it begins.
        net: staffed − required; of an interval to come scheduled − what the re-forecast needs; None where unknown.
    """

    start_ms: int
    end_ms: int
    forecast_calls: float | None
    actual_calls: int | None
    reforecast_calls: float | None
    forecast_aht_seconds: float | None
    actual_aht_seconds: float | None
    required: float | None
    required_now: float | None
    scheduled: float | None
    staffed: float | None
    net: float | None

    @property
    def level(self) -> float | None:
        """The calls of the curve at this place: those that came, or that are now expected."""
        if self.reforecast_calls is not None:
            return self.reforecast_calls
        return self.forecast_calls if self.actual_calls is None else float(self.actual_calls)


class Extreme(NamedTuple):
    """A peak or a valley of the curve.

    Attributes:
        kind: Which.
        start_ms: First instant.
        end_ms: First instant after.
        calls: Calls per interval there, on average.
        sentence: It in words.
    """

    kind: Literal["peak", "valley"]
    start_ms: int
    end_ms: int
    calls: float
    sentence: str


@dataclass(frozen=True, slots=True)
class IntradayPicture:
    """One day of one queue or of the floor; everything the intraday screen shows.

    Attributes:
        queue: The queue, or "ALL".
        now_ms: The present instant.
        zone: The floor's zone.
        points: In order of time.
        reforecast: What the day so far says of the rest.
        extremes: Peaks and valleys, in order of time.
        lowest_net: The point with the most agents missing from now on; None where none is missing.
        words: Sentences for the screen: the re-forecast, the peaks and valleys, the worst gap.
        schedule_fit: Of the intervals that are over; None without any.
        schedule_error: Of the intervals that are over; None without any.
    """

    queue: str
    now_ms: int
    zone: tzinfo
    points: tuple[IntradayPoint, ...]
    reforecast: Reforecast
    extremes: tuple[Extreme, ...]
    lowest_net: IntradayPoint | None
    words: tuple[str, ...]
    schedule_fit: float | None
    schedule_error: float | None

    @property
    def is_told(self) -> bool:
        """Whether anything is forecast, came, or is scheduled: without it there is nothing to look at.

        A schedule that has nobody for a queue says something of the floor, and nothing of that queue.
        """
        return any(
            point.forecast_calls is not None
            or point.actual_calls
            or (point.scheduled is not None if self.queue == WHOLE else point.scheduled)
            for point in self.points
        )


def intraday_picture(
    cells: Sequence[StaffingCell], now_ms: int, zone: tzinfo, rescale: Rescale = lambda _start_ms, _multiple: None
) -> IntradayPicture:
    """Build the picture of a day.

    Args:
        cells: Of one queue or the floor, in order of time; at least one.
        now_ms: The present instant.
        zone: The floor's zone.
        rescale: How many agents the re-forecast needs.
    """
    update = reforecast(
        SoFar(cell.expected.calls_thousandths, cell.work.calls)
        for cell in cells
        if cell.is_over and cell.work is not None and cell.expected.covered_ms
    )
    points = tuple(_point(cell, update, rescale) for cell in cells)
    found = extremes(points, zone)
    coming = [point for point in points if point.end_ms > now_ms and point.net is not None and point.net < 0]
    lowest = min(coming, key=lambda point: point.net or 0.0, default=None)
    words = [update.sentence, *(extreme.sentence for extreme in found)]
    if lowest is not None and lowest.net is not None and round(-lowest.net, 1) > 0:
        words.append(
            _("Most agents are missing at {time}: {count}.").format(
                time=f"{at(lowest.start_ms, zone):%H:%M}", count=f"{-lowest.net:.1f}".removesuffix(".0")
            )
        )
    fit, error = schedule_fit(cells)
    return IntradayPicture(cells[0].queue, now_ms, zone, points, update, found, lowest, tuple(words), fit, error)


def _point(cell: StaffingCell, update: Reforecast, rescale: Rescale) -> IntradayPoint:
    expected = cell.expected
    now_expected: int | None = None
    required_now: float | None = None
    if expected.covered_ms and not cell.is_over:
        remaining = expected.calls_thousandths * (cell.length_ms - cell.elapsed_ms) // cell.length_ms
        came = 0 if cell.work is None else cell.work.calls
        now_expected = came * 1000 + update.scaled(remaining)
        if expected.calls_thousandths:
            required_now = rescale(cell.start_ms, now_expected / expected.calls_thousandths)
    net = cell.net
    if net is None and cell.scheduled is not None:
        needed = cell.required if required_now is None else required_now
        net = None if needed is None else cell.scheduled - needed
    return IntradayPoint(
        cell.start_ms,
        cell.end_ms,
        expected.calls,
        None if cell.work is None else cell.work.calls,
        None if now_expected is None else now_expected / 1000,
        expected.aht_seconds,
        None if cell.work is None else cell.work.aht_seconds,
        cell.required,
        required_now,
        cell.scheduled,
        cell.staffed,
        net,
    )


def extremes(points: Sequence[IntradayPoint], zone: tzinfo) -> tuple[Extreme, ...]:
    """Peaks and valleys of the day's curve, at most `MOST_EXTREMES`, in order of time.

    The curve is smoothed over three intervals. It is walked with a hysteresis of `PROMINENCE_SHARE` of its highest
    value: a peak counts when the curve then falls by so much, a valley when it then rises by so much. The night before
    the first and after the last peak is no valley.

    Args:
        points: In order of time; those with no calls known end the curve.
        zone: For the words.
    """
    curve = [(point, point.level) for point in points]
    known = [(point, level) for point, level in curve if level is not None]
    if len(known) < 3:
        return ()
    levels = [level for _point_, level in known]
    smooth = [_mean(levels[max(0, i - 1) : i + 2]) for i in range(len(levels))]
    top = max(smooth)
    if top < 1:
        # A call now and then is no peak.
        return ()
    found: list[Extreme] = []
    for kind, index in _turns(smooth, PROMINENCE_SHARE * top):
        first = last = index
        near = PLATEAU_SHARE * top
        while first > 0 and abs(smooth[first - 1] - smooth[index]) <= near:
            first -= 1
        while last < len(smooth) - 1 and abs(smooth[last + 1] - smooth[index]) <= near:
            last += 1
        start_ms, end_ms = known[first][0].start_ms, known[last][0].end_ms
        calls = _mean(levels[first : last + 1])
        found.append(Extreme(kind, start_ms, end_ms, calls, _in_words(kind, start_ms, end_ms, calls, zone)))
    while len(found) > MOST_EXTREMES:
        # The least of the peaks goes, with the valley beside it.
        least = min((each for each in found if each.kind == "peak"), key=lambda each: each.calls)
        index = found.index(least)
        first = index if index + 1 < len(found) else index - 1
        del found[first : first + 2]
    return tuple(found)


def _turns(levels: Sequence[float], depth: float) -> list[tuple[Literal["peak", "valley"], int]]:
    """Where a curve turns by at least `depth`, alternately peak and valley, beginning and ending with a peak."""
    turns: list[tuple[Literal["peak", "valley"], int]] = []
    highest = lowest = 0
    rising = True
    for index, level in enumerate(levels):
        if rising:
            if level > levels[highest]:
                highest = index
            if level <= levels[highest] - depth and levels[highest] > 0:
                turns.append(("peak", highest))
                rising, lowest = False, index
        else:
            if level < levels[lowest]:
                lowest = index
            if level >= levels[lowest] + depth:
                turns.append(("valley", lowest))
                rising, highest = True, index
    if rising and levels[highest] > 0:
        turns.append(("peak", highest))
    return turns


def _in_words(kind: Literal["peak", "valley"], start_ms: int, end_ms: int, calls: float, zone: tzinfo) -> str:
    count = round(calls)
    sentence = ngettext(
        "Peak {start}–{end}: about {calls} call per interval.",
        "Peak {start}–{end}: about {calls} calls per interval.",
        count,
    )
    if kind == "valley":
        sentence = ngettext(
            "Valley {start}–{end}: about {calls} call per interval.",
            "Valley {start}–{end}: about {calls} calls per interval.",
            count,
        )
    return sentence.format(start=f"{at(start_ms, zone):%H:%M}", end=f"{at(end_ms, zone):%H:%M}", calls=f"{count:,}")


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)
