"""Chance that repeats itself: one stream per cause, only `random()` drawn, everything else inverted here.

The same seed gives the same floor on every Python and platform, because

- a stream is seeded with text, whose way to the generator (SHA-512, version 2) and whose `random()` sequence Python
  promises to keep;
- no other method of the library is used: those have changed between versions;
- every length of time is rounded to a whole millisecond as soon as it is drawn, and only whole milliseconds go on
  from one draw to the next. `log` and `exp` may differ in the last bit between C libraries, which moves a draw of
  some minutes by about 1e-10 ms: it changes an event only where a draw lies that close to the border between two
  milliseconds, once in some thousand million draws. Square roots and the four operations are exact by IEEE 754.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable, Sequence
from itertools import accumulate
from random import Random
from typing import Final, Generic, TypeVar

Draw = Callable[[], float]
"""Gives the next number of a stream, uniform in [0, 1)."""

DrawMs = Callable[[], int]
"""Gives the next length of time of a stream, in whole milliseconds."""

T = TypeVar("T")

_SMALLEST: Final = 2.0**-54
"""Stands for a draw of exactly 0, half a step of the generator below its smallest other value."""


def stream(seed: int, cause: str) -> Draw:
    """The stream of one cause: what one cause draws never shifts what another one gets."""
    source = Random()
    source.seed(f"{seed}/{cause}", version=2)
    return source.random


def _polynomial(coefficients: Sequence[float], x: float) -> float:
    """The value of a polynomial, highest power first, by Horner's rule."""
    value = 0.0
    for coefficient in coefficients:
        value = value * x + coefficient
    return value


# Wichura, M. J. (1988), Algorithm AS 241: The Percentage Points of the Normal Distribution, Applied Statistics 37(3),
# 477-484, routine PPND16: relative accuracy about 1e-16. Highest power first.
_CENTRE_A: Final = (
    2509.0809287301226727,
    33430.575583588128105,
    67265.770927008700853,
    45921.953931549871457,
    13731.693765509461125,
    1971.5909503065514427,
    133.14166789178437745,
    3.3871328727963666080,
)
_CENTRE_B: Final = (
    5226.4952788528545610,
    28729.085735721942674,
    39307.895800092710610,
    21213.794301586595867,
    5394.1960214247511077,
    687.18700749205790830,
    42.313330701600911252,
    1.0,
)
_MIDDLE_C: Final = (
    7.74545014278341407640e-4,
    0.0227238449892691845833,
    0.241780725177450611770,
    1.27045825245236838258,
    3.64784832476320460504,
    5.76949722146069140550,
    4.63033784615654529590,
    1.42343711074968357734,
)
_MIDDLE_D: Final = (
    1.05075007164441684324e-9,
    5.47593808499534494600e-4,
    0.0151986665636164571966,
    0.148103976427480074590,
    0.689767334985100004550,
    1.67638483018380384940,
    2.05319162663775882187,
    1.0,
)
_TAIL_E: Final = (
    2.01033439929228813265e-7,
    2.71155556874348757815e-5,
    0.00124266094738807843860,
    0.0265321895265761230930,
    0.296560571828504891230,
    1.78482653991729133580,
    5.46378491116411436990,
    6.65790464350110377720,
)
_TAIL_F: Final = (
    2.04426310338993978564e-15,
    1.42151175831644588870e-7,
    1.84631831751005468180e-5,
    7.86869131145613259100e-4,
    0.0148753612908506148525,
    0.136929880922735805310,
    0.599832206555887937690,
    1.0,
)


def inverse_normal(probability: float) -> float:
    """The standard normal deviate below which `probability` lies.

    Args:
        probability: In (0, 1); the ends are infinite and not asked for.
    """
    q = probability - 0.5
    if abs(q) <= 0.425:
        r = 0.180625 - q * q
        return q * _polynomial(_CENTRE_A, r) / _polynomial(_CENTRE_B, r)
    r = math.sqrt(-math.log(probability if q < 0.0 else 1.0 - probability))
    if r <= 5.0:
        value = _polynomial(_MIDDLE_C, r - 1.6) / _polynomial(_MIDDLE_D, r - 1.6)
    else:
        value = _polynomial(_TAIL_E, r - 5.0) / _polynomial(_TAIL_F, r - 5.0)
    return -value if q < 0.0 else value


def unit_exponential(draw: Draw) -> float:
    """An exponential deviate of mean 1."""
    return -math.log(1.0 - draw())


def exponential_ms(draw: Draw, mean_seconds: int) -> DrawMs:
    """Lengths of time without memory, such as patience: exponential with the mean given."""
    mean_ms = mean_seconds * 1000
    log = math.log

    def next_ms() -> int:
        return int(0.5 - mean_ms * log(1.0 - draw()))

    return next_ms


def log_normal_ms(draw: Draw, mean_seconds: int, sd_seconds: int) -> DrawMs:
    """Lengths of time as people take for a task: log-normal with the mean and standard deviation given (of the
    lengths themselves, not of their logarithms)."""
    variance = math.log(1.0 + (sd_seconds / mean_seconds) ** 2)
    sigma = math.sqrt(variance)
    middle = math.log(mean_seconds * 1000) - variance / 2
    exp = math.exp

    def next_ms() -> int:
        return int(0.5 + exp(middle + sigma * inverse_normal(draw() or _SMALLEST)))

    return next_ms


def fixed_ms(seconds: int) -> DrawMs:
    """Always the same length; nothing is drawn."""
    milliseconds = seconds * 1000
    return lambda: milliseconds


def whole_between(draw: Draw, first: int, last: int) -> int:
    """A whole number from `first` to `last`, both included, each as likely."""
    return first + int(draw() * (last - first + 1))


class WeightedChoice(Generic[T]):
    """Picks one of several things by cumulative weight.

    Args:
        draw: The stream.
        things: What to pick from.
        weights: One whole number per thing, not all 0; a thing of weight 0 is never picked.
    """

    def __init__(self, draw: Draw, things: Sequence[T], weights: Sequence[int]) -> None:
        self._draw = draw
        self._things = tuple(things)
        self._cumulative = tuple(accumulate(weights))

    def __call__(self) -> T:
        return self._things[bisect_right(self._cumulative, self._draw() * self._cumulative[-1])]
