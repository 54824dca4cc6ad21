"""What the planners of the simulated floor expect of a day: what will come indeed, and off by as much as they are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from app.planning.forecast_model import ForecastPoint
from app.planning.times import local_ms
from seed.arrivals import HALF_HOUR
from seed.randomness import Draw, whole_between
from seed.scenario import ForecastSpec, QueueSpec, Scenario

_ANSWERED: Final = 0.95
"""How many calls are answered, and so may be handed on, about."""

_HANDED_ON: Final = 3
"""A call that is handed on more often than this is no matter for a forecast."""

_HALF_HOUR_MS: Final = HALF_HOUR * 60_000


@dataclass(frozen=True, slots=True)
class QueueForecast:
    """What is to be expected of one queue.

    Attributes:
        queue: Its name.
        start: Minute of the day of the first half-hour.
        calls: Calls expected in each half-hour from there on, those handed on to the queue included.
        aht_ms: Mean handling time: talk, hold, wrap-up.
    """

    queue: str
    start: int
    calls: tuple[float, ...]
    aht_ms: int

    def points(self, day: date, zone: ZoneInfo, spec: ForecastSpec, draw: Draw) -> list[ForecastPoint]:
        """The forecast of a local date, off as a scenario wants it.

        Args:
            day: The date.
            zone: Where the times of day are.
            spec: How far it is off.
            draw: Gives the noise.
        """
        midnight = datetime.combine(day, time(0))
        found = []
        for place, calls in enumerate(self.calls):
            minute = self.start + place * HALF_HOUR
            noise = whole_between(draw, -spec.noise_per_mille, spec.noise_per_mille)
            aht_noise = whole_between(draw, -spec.noise_per_mille, spec.noise_per_mille)
            off = spec.off_per_mille if minute >= spec.off_from else 0
            thousandths = int(0.5 + calls * 1000) * (1000 + noise) // (1000 + off)
            aht_ms = self.aht_ms * (1000 + aht_noise) // 1_000_000 * 1000
            start_ms, end_ms = (
                local_ms(midnight + timedelta(minutes=each), zone) for each in (minute, minute + HALF_HOUR)
            )
            # A half-hour that clocks skip has no calls, one that they repeat has them twice.
            found += [
                ForecastPoint(self.queue, from_ms, HALF_HOUR, thousandths, aht_ms)
                for from_ms in range(start_ms, end_ms, _HALF_HOUR_MS)
            ]
        return found


def queue_forecasts(scenario: Scenario, size: float) -> list[QueueForecast]:
    """What a planner with years of experience expects of each queue.

    Args:
        scenario: The floor.
        size: How many times the scenario's calls it gets; see `seed.arrivals.size_of`.
    """
    peaks = _with_handed_on({spec.name: spec.peak_calls_per_hour * size for spec in scenario.queues}, scenario)
    percents = scenario.arrivals.percent_of_peak
    return [
        QueueForecast(
            spec.name,
            scenario.arrivals.start,
            tuple(peaks[spec.name] * percent / 100 * HALF_HOUR / 60 for percent in percents),
            handling_ms(spec, scenario),
        )
        for spec in scenario.queues
    ]


def _with_handed_on(calls: dict[str, float], scenario: Scenario) -> dict[str, float]:
    """Calls by queue with those that other queues hand on to it."""
    total = dict(calls)
    for _ in range(_HANDED_ON):
        handed_on = dict.fromkeys(calls, 0.0)
        for spec in scenario.queues:
            for to in spec.transfer_to:
                if to in handed_on:
                    share = spec.transfer_per_mille / 1000 / len(spec.transfer_to)
                    handed_on[to] += total[spec.name] * _ANSWERED * share
        total = {queue: own + handed_on[queue] for queue, own in calls.items()}
    return total


def handling_ms(spec: QueueSpec, scenario: Scenario) -> int:
    """Mean handling time of a queue's calls: talk, hold, wrap-up."""
    wrap_up_ms = 0 if spec.wrap_up is None else spec.wrap_up.mean_seconds * 1000
    hold_ms = 0 if scenario.hold is None else scenario.hold.length.mean_seconds * scenario.hold.per_mille
    return spec.talk.mean_seconds * 1000 + hold_ms + wrap_up_ms
