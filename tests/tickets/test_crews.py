"""A crew that is free but cannot leave says so before the next order comes; one that did not is noted."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.core import ticket_events as kinds
from app.tickets.crews import leaving_stages
from app.tickets.policy_file import shipped_book
from tests.tickets.loop_ground import MINUTE_MS, NOW_MS, LoopSite, created, sent


@pytest.fixture
def site(tmp_path: Path) -> Iterator[LoopSite]:
    site = LoopSite(tmp_path / "floor.db")
    yield site
    site.close()


def fact(kind: type[Any], minute: float, number: str = "T-1", **values: Any) -> Any:
    """A fact of a crew, some minutes after the first order was written."""
    return kind(at_ms=NOW_MS + int(minute * MINUTE_MS), ticket=number, by="wang", **values)


ACCEPTED = (
    created(),
    sent(),
    fact(kinds.TicketForwarded, 1, unit="crew-3"),
    fact(kinds.TicketDelivered, 2),
    fact(kinds.TicketAccepted, 3),
)
NEXT = (created("T-2", caller=""), fact(kinds.TicketForwarded, 9, "T-2", unit="crew-3"))


def notes(site: LoopSite, number: str = "T-1") -> list[str]:
    """What was noted by itself."""
    return [step.note for step in site.ticket(number).steps if step.kind == "noted" and step.by == kinds.PROGRAM]


@pytest.mark.parametrize(
    ("said", "is_noted"),
    [
        ([], True),
        ([fact(kinds.TicketDelayed, 8, reason="no car")], False),
        ([fact(kinds.TicketDeparted, 8)], False),
        ([fact(kinds.TicketHeld, 8, reason="customer")], False),
        ([fact(kinds.TicketReturned, 8, reason="not ours")], False),
        ([fact(kinds.TicketDelayed, 10, reason="too late")], True),
    ],
)
def test_the_next_order_shows_who_neither_left_nor_said_why(site: LoopSite, said: list[Any], is_noted: bool) -> None:
    site.clock.set_ms(NOW_MS + 11 * MINUTE_MS)
    site.record(*ACCEPTED, *said, *NEXT)
    site.attend()
    assert [("T-2" in note) for note in notes(site)] == ([True] if is_noted else [])
    assert notes(site, "T-2") == []


def test_it_is_noted_once_for_each_time_that_the_crew_had_the_order(site: LoopSite) -> None:
    site.clock.set_ms(NOW_MS + 30 * MINUTE_MS)
    site.record(*ACCEPTED, *NEXT)
    site.attend()
    site.record(created("T-3", caller=""), fact(kinds.TicketDispatched, 12, "T-3", unit="crew-3"))
    site.attend()
    assert len(notes(site)) == 1
    site.record(
        fact(kinds.TicketReturned, 13, reason="no ladder"),
        fact(kinds.TicketForwarded, 14, unit="crew-3"),
        fact(kinds.TicketAccepted, 15),
        created("T-4", caller=""),
        fact(kinds.TicketTransferred, 20, "T-4", unit="crew-3"),
    )
    site.attend()
    assert [note.split()[1] for note in notes(site)] == ["T-2", "T-4"]


def test_a_crew_at_work_and_a_crew_elsewhere_need_not_say_anything(site: LoopSite) -> None:
    site.clock.set_ms(NOW_MS + 11 * MINUTE_MS)
    at_work = (
        created("T-0", caller=""),
        fact(kinds.TicketForwarded, 1, "T-0", unit="crew-3"),
        fact(kinds.TicketDeparted, 2, "T-0"),
    )
    elsewhere = (created("T-5", caller=""), fact(kinds.TicketForwarded, 9, "T-5", unit="crew-4"))
    site.record(*at_work, *ACCEPTED, *NEXT, *elsewhere)
    site.attend()
    assert notes(site) == []


def test_only_who_is_to_leave_for_a_place_is_asked_to() -> None:
    book = shipped_book()
    assert {name: set(leaving_stages(book, name)) for name in book.types if leaving_stages(book, name)} == {
        "repair": {"depart"}
    }
