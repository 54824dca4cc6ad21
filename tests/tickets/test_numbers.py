"""Numbers of tickets: readable, of the site's local day, never given twice."""

from __future__ import annotations

import pytest

from app.core.zones import load_zone, parse_instant
from app.tickets.numbers import Numbers, number_of


class Serials:
    """Serials in memory."""

    def __init__(self, given: dict[str, int]) -> None:
        self.given = given

    def next_serial(self, day: str) -> int:
        self.given[day] = self.given.get(day, 0) + 1
        return self.given[day]


@pytest.mark.parametrize(
    ("prefix", "serial", "number"),
    [("WO", 42, "WO-261121-0042"), ("", 1, "261121-0001"), ("工单", 12_345, "工单-261121-12345")],
)
def test_a_number_is_readable(prefix: str, serial: int, number: str) -> None:
    assert number_of(prefix, "261121", serial) == number


def test_the_day_is_the_sites() -> None:
    shanghai = load_zone("Asia/Shanghai")
    numbers = Numbers("WO", shanghai, Serials({}))
    before, after = (parse_instant(text, shanghai, "") for text in ("2026-11-21T23:59:59", "2026-11-22T00:00"))
    given = [numbers.next(at_ms, lambda _number: False) for at_ms in (before, before, after)]
    assert given == ["WO-261121-0001", "WO-261121-0002", "WO-261122-0001"]


def test_a_number_that_another_system_gave_is_passed_over() -> None:
    taken = {"WO-261121-0008", "WO-261121-0009"}
    numbers = Numbers("WO", load_zone("Asia/Shanghai"), Serials({"261121": 7}))
    assert numbers.next(1_795_225_260_000, taken.__contains__) == "WO-261121-0010"
