"""The customers of the simulated floor: who calls from a number is the same person each time."""

from __future__ import annotations

from typing import Final, NamedTuple

from seed.names import surname_choice
from seed.randomness import WeightedChoice, stream
from seed.ticket_scenario import TicketsSpec

_FORMS: Final = ("先生", "女士")
_SHOWN_DIGITS: Final = 5
_REMEMBERED: Final = 4_000
"""Customers known at a time: those who are forgotten are the same when they are met again."""


class Customer(NamedTuple):
    """Somebody who calls.

    Attributes:
        name: As it stands on tickets: a surname and the end of the number.
        stars: How many.
        area: Where they live.
        place: Which of the areas that is, from 0.
    """

    name: str
    stars: int
    area: str
    place: int


class Customers:
    """Knows everybody by the number they call from.

    Args:
        seed: Names the streams.
        spec: Where they live, and how many stars they have.
    """

    def __init__(self, seed: int, spec: TicketsSpec) -> None:
        self._seed = seed
        self._spec = spec
        self._met: dict[str, Customer] = {}

    def of(self, caller: str) -> Customer:
        """The customer with a number."""
        known = self._met.get(caller)
        if known is None:
            if len(self._met) >= _REMEMBERED:
                self._met.clear()
            known = self._met[caller] = self._meet(caller)
        return known

    def _meet(self, caller: str) -> Customer:
        draw = stream(self._seed, f"customer/{caller}")
        surname = surname_choice(draw)()
        form = _FORMS[int(draw() * len(_FORMS))]
        weights = self._spec.stars_weights
        stars = WeightedChoice(draw, range(len(weights)), weights)()
        place = int(draw() * len(self._spec.areas))
        return Customer(f"{surname}{form}·{caller[-_SHOWN_DIGITS:]}", stars, self._spec.areas[place], place)
