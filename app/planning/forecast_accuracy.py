"""How far a forecast is off, and how far even a perfect one would have to be."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field

from app.core.durations import percent_text
from app.core.i18n import _, ngettext


@dataclass(slots=True)
class Misses:
    """Sums of forecast and actual calls over intervals; additive.

    Attributes:
        intervals: How many were compared.
        actual: Calls that came.
        forecast_thousandths: Calls that were forecast, in thousandths.
        missed_thousandths: Sum of |actual − forecast|, in thousandths.
        chance: Sum of what |actual − forecast| is expected to be where the forecast is the true mean: calls come at
            random (Poisson).
    """

    intervals: int = 0
    actual: int = 0
    forecast_thousandths: int = 0
    missed_thousandths: int = 0
    chance: float = 0.0

    def add(self, actual: int, forecast_thousandths: int) -> None:
        """Compare one interval."""
        self.intervals += 1
        self.actual += actual
        self.forecast_thousandths += forecast_thousandths
        self.missed_thousandths += abs(actual * 1000 - forecast_thousandths)
        self.chance += poisson_deviation(forecast_thousandths / 1000)

    @property
    def wape(self) -> float | None:
        """WAPE: Σ|actual − forecast| / Σ actual; None without a call."""
        return self.missed_thousandths / 1000 / self.actual if self.actual else None

    @property
    def chance_wape(self) -> float | None:
        """The WAPE chance alone gives the best forecast of this volume; None without a call."""
        return self.chance / self.actual if self.actual else None

    @property
    def bias(self) -> float | None:
        """(Σ forecast − Σ actual) / Σ actual: above 0 too many were forecast; None without a call."""
        return (self.forecast_thousandths / 1000 - self.actual) / self.actual if self.actual else None


def poisson_deviation(mean: float) -> float:
    """E|X − mean| of a Poisson variable: 2 · e^−mean · mean^(⌊mean⌋ + 1) / ⌊mean⌋!."""
    if mean <= 0:
        return 0.0
    whole = math.floor(mean)
    return 2 * math.exp((whole + 1) * math.log(mean) - mean - math.lgamma(whole + 1))


def wape(pairs: Iterable[tuple[int, int]]) -> float | None:
    """WAPE of (actual calls, forecast calls in thousandths); None without a call."""
    misses = Misses()
    for actual, forecast_thousandths in pairs:
        misses.add(actual, forecast_thousandths)
    return misses.wape


@dataclass(frozen=True, slots=True)
class Backtest:
    """How well a way to forecast would have done on days that have been.

    Attributes:
        days: How many days could be forecast from what lay before them.
        by_interval: Misses by interval.
        by_day: Misses by day.
    """

    days: int = 0
    by_interval: Misses = field(default_factory=Misses)
    by_day: Misses = field(default_factory=Misses)

    def sentences(self, minutes: int) -> list[str]:
        """What the figures mean, for people.

        Args:
            minutes: Length of an interval.
        """
        interval, day = self.by_interval.wape, self.by_day.wape
        if interval is None or day is None:
            return [_("How good it is cannot be told: the history is too short to forecast any past day from it.")]
        chance = self.by_interval.chance_wape or 0.0
        said = [
            ngettext(
                "Made a week ahead in the same way, the forecast of {days} past day would have missed by {day} of "
                "the day's calls, and by {interval} by {minutes} min.",
                "Made a week ahead in the same way, the forecasts of {days} past days would have missed by {day} of "
                "the day's calls, and by {interval} by {minutes} min.",
                self.days,
            ).format(days=self.days, day=percent_text(day), interval=percent_text(interval), minutes=minutes),
            _(
                "Calls come at random: even a perfect forecast of so many calls misses by {chance} by {minutes} min."
            ).format(chance=percent_text(chance), minutes=minutes),
        ]
        bias = self.by_day.bias or 0.0
        if abs(bias) >= 0.03:
            sentence = (
                _("It would have been {share} too high on the whole: volumes are falling.")
                if bias > 0
                else _("It would have been {share} too low on the whole: volumes are rising.")
            )
            said.append(sentence.format(share=percent_text(abs(bias))))
        return said
