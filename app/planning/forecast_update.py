"""The rest of today: how the day so far changes what is still to come.

A day that runs above its forecast tends to go on so. How far it is believed grows with the calls it rests on: the true
level of a day scatters around the forecast by about 10 %, so that the forecast is worth `PRIOR_CALLS` calls of its own.
With A calls where F were forecast the factor is (A + PRIOR_CALLS) / (F + PRIOR_CALLS): the mean of a gamma
distribution around 1 after Poisson counts. It lies between 1 and A / F, near 1 in the morning, near A / F at night.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, NamedTuple

from app.core.durations import rounded_percent_text, signed_percent_text
from app.core.i18n import _, ngettext

PRIOR_CALLS: Final = 100
"""1 / 0.10²: a day's level scatters around its forecast with a standard deviation of about 10 %."""


class SoFar(NamedTuple):
    """An interval that is over.

    Attributes:
        forecast_thousandths: Calls that were forecast for it, in thousandths.
        actual: Calls that came.
    """

    forecast_thousandths: int
    actual: int


@dataclass(frozen=True, slots=True)
class Reforecast:
    """What the day so far says of the rest.

    Attributes:
        forecast_thousandths: Calls forecast for what is over, in thousandths.
        actual: Calls that came.
    """

    forecast_thousandths: int = 0
    actual: int = 0

    @property
    def ratio(self) -> float | None:
        """Actual to forecast so far; None where none were forecast."""
        return self.actual * 1000 / self.forecast_thousandths if self.forecast_thousandths else None

    @property
    def factor(self) -> float:
        """What the forecast of the rest of the day is multiplied by: the ratio, damped."""
        prior = PRIOR_CALLS * 1000
        if not self.forecast_thousandths:
            # Calls against no forecast say nothing of how good the others are.
            return 1.0
        return (self.actual * 1000 + prior) / (self.forecast_thousandths + prior)

    def scaled(self, calls_thousandths: int) -> int:
        """Calls still to come, by the factor, in thousandths."""
        prior = PRIOR_CALLS * 1000
        if not self.forecast_thousandths:
            return calls_thousandths
        return calls_thousandths * (self.actual * 1000 + prior) // (self.forecast_thousandths + prior)

    @property
    def sentence(self) -> str:
        """It in words."""
        ratio = self.ratio
        if ratio is None:
            return _("Nothing was forecast for the day so far: the rest of the day is taken as forecast.")
        words = ngettext(
            "So far {actual} call came where {forecast} were forecast ({deviation}): "
            "the rest of the day is taken at {factor} of the forecast.",
            "So far {actual} calls came where {forecast} were forecast ({deviation}): "
            "the rest of the day is taken at {factor} of the forecast.",
            self.actual,
        )
        return words.format(
            actual=f"{self.actual:,}",
            forecast=f"{self.forecast_thousandths / 1000:,.0f}",
            deviation=signed_percent_text(ratio - 1),
            factor=rounded_percent_text(self.factor),
        )


def reforecast(so_far: Iterable[SoFar]) -> Reforecast:
    """What the intervals that are over say of the rest of the day; they alone, for a running one is not comparable."""
    forecast_thousandths = actual = 0
    for interval in so_far:
        forecast_thousandths += interval.forecast_thousandths
        actual += interval.actual
    return Reforecast(forecast_thousandths, actual)
