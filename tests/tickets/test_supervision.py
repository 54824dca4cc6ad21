"""What a supervisor asks of the open tickets, counted by hand."""

from __future__ import annotations

from app.tickets.live import row_of
from app.tickets.model import Return, Ticket
from app.tickets.supervision import by_stage_and_unit, overdue_bands, returned_to_whom, will_breach
from tests.tickets.samples import MINUTE_MS, NAMES, clock, ticket
from tests.widgets.fakes import NOW_MS


def due_in(number: str, minutes: float, unit: str = "sh", stage: str = "handling") -> Ticket:
    """A ticket whose clock has so many minutes left."""
    return ticket(
        number,
        clock(stage, started_ms=NOW_MS, limit_seconds=86_400, used_ms=int((1440 - minutes) * MINUTE_MS), unit=unit),
    )


def back(from_unit: str, to_unit: str, reason: str = "不属于", is_unqualified: bool = False) -> Return:
    return Return(NOW_MS, "li", from_unit, to_unit, reason, is_unqualified, is_charged=False)


def test_what_will_be_late_within_the_hour() -> None:
    tickets = [
        due_in("late", -1),
        due_in("now", 0),
        due_in("first", 10, "hrb"),
        due_in("edge", 60),
        due_in("last", 59),
        ticket("waits", clock(paused=True, used_ms=3_599_000)),
        ticket("two", clock("contact", limit_seconds=1200), clock("overall", limit_seconds=1800)),
    ]
    found = will_breach([row_of(each, NAMES) for each in tickets], NOW_MS)
    assert [(each.ticket, each.clock.stage) for each in found] == [
        ("now", "handling"),
        ("first", "handling"),
        ("two", "contact"),
        ("two", "overall"),
        ("last", "handling"),
    ]
    groups = by_stage_and_unit(found)
    assert [(group.stage, group.unit, group.tickets) for group in groups] == [
        ("handling", "sh", ("now", "last")),
        ("contact", "sh", ("two",)),
        ("handling", "hrb", ("first",)),
        ("overall", "sh", ("two",)),
    ]
    assert [group.due_ms - NOW_MS for group in groups] == [0, 10 * MINUTE_MS, 10 * MINUTE_MS, 20 * MINUTE_MS]


def test_what_came_back_to_whom_the_most_frequent_first() -> None:
    pairs = returned_to_whom(
        [
            ("t1", [back("hrb", "hub"), back("gd", "hub", "wrong_unit", is_unqualified=True)]),
            ("t2", [back("hrb", "hub"), back("hrb", "hub", "缺图")]),
            ("t3", []),
        ]
    )
    first, second = pairs
    assert (first.from_unit, first.to_unit, first.count, first.unqualified) == ("hrb", "hub", 3, 0)
    assert first.reasons == {"不属于": 2, "缺图": 1}
    assert first.tickets == {"t1": 1, "t2": 2}
    assert (second.from_unit, second.count, second.unqualified, second.charged) == ("gd", 1, 1, 0)


def test_the_bands_of_what_is_overdue() -> None:
    rows = [row_of(due_in(str(minutes), -minutes), NAMES) for minutes in (0, 1, 60, 60.1, 480, 481, 1440, 1441)]
    assert overdue_bands(rows, NOW_MS) == {"overdue_1h": 2, "overdue_8h": 2, "overdue_24h": 2, "overdue_more": 1}
