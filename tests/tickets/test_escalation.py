"""Who is told by an escalation, and when nobody is any more."""

from __future__ import annotations

import pytest

from app.core.events import AnyEvent
from app.core.ticket_events import PROGRAM, TicketAccepted, TicketDispatched, TicketReceived
from app.tickets.escalation import escalation, identity_of, told_person
from app.tickets.model import Awaited
from app.tickets.policy import Contact, PolicyBook, UnitContacts
from tests.tickets.ground import books_of, folded
from tests.tickets.loop_ground import NOW_MS, book, created, sent
from tests.tickets.service_ground import UNITS

LATER_MS = NOW_MS + 240_000
TAKEN = (
    created("t1"),
    sent("t1", unit="crew-3a"),
    TicketReceived(at_ms=NOW_MS, ticket="t1", unit="crew-3a"),
    TicketAccepted(at_ms=NOW_MS, ticket="t1", by="zhao"),
)
BARE = PolicyBook()


@pytest.mark.parametrize(
    ("role", "facts", "said", "who"),
    [
        ("sender", (created("t1"), sent("t1")), book(), "hot"),
        (
            "sender",
            (created("t1", by="lee"), TicketDispatched(at_ms=NOW_MS, ticket="t1", by=PROGRAM, unit="repair")),
            book(),
            "hot-lead",
        ),
        ("sender", (created("t1", by=""), TicketDispatched(at_ms=NOW_MS, ticket="t1", unit="repair")), BARE, "hotline"),
        ("owner", TAKEN, book(), "zhao"),
        ("owner", (created("t1"), sent("t1")), book(), "抢修台"),
        # The crew names nobody: the repair centre above it does.
        ("unit", TAKEN, book(), "抢修台"),
        ("manager_1", TAKEN, book(), "crew-lead"),
        ("manager_2", TAKEN, book(), "吴总"),
        ("unit", TAKEN, BARE, "crew-3a"),
        ("manager_1", TAKEN, BARE, ""),
    ],
)
def test_who_stands_for_a_role(role: str, facts: tuple[AnyEvent, ...], said: PolicyBook, who: str) -> None:
    ticket = folded(*facts).ticket
    assert told_person(role, ticket, ticket.unit, said, UNITS) == who


def test_one_named_manager_is_no_second_one() -> None:
    said = PolicyBook(contacts={"repair": UnitContacts(managers=(Contact(name="孙队"),))})
    ticket = folded(created("t1"), sent("t1")).ticket
    assert told_person("manager_1", ticket, "repair", said, UNITS) == "孙队"
    assert told_person("manager_2", ticket, "repair", said, UNITS) == ""


def test_a_step_is_told_by_the_program_of_the_instant_at_which_it_was_due() -> None:
    made = folded(created("t1"), sent("t1"), book=book())
    (due,) = [one for one in made.awaited if one.clock == "receive/1/1"]
    fact = escalation(due, made.ticket, books_of(book()), UNITS, LATER_MS + 9)
    assert fact is not None
    assert (fact.by, fact.at_ms, fact.due_ms, fact.role, fact.step) == (PROGRAM, LATER_MS + 9, LATER_MS, "sender", 0)


@pytest.mark.parametrize(
    "due",
    [
        Awaited(LATER_MS, "t1", "escalation", "receive/2/1", 0),
        Awaited(LATER_MS, "t1", "escalation", "receive/1/1", 9),
        Awaited(LATER_MS, "t1", "escalation", "send/1/1", 0),
        Awaited(LATER_MS, "t1", "something else", "receive/1/1", 0),
    ],
)
def test_what_a_ticket_does_not_wait_for_tells_nobody(due: Awaited) -> None:
    ticket = folded(created("t1"), sent("t1"), book=book()).ticket
    assert escalation(due, ticket, books_of(book()), UNITS, LATER_MS) is None


def test_each_step_has_a_name_of_its_own() -> None:
    due = Awaited(LATER_MS, "t1", "escalation", "receive/1/1", 0)
    others = [
        due._replace(step=1),
        due._replace(clock="receive/1/2"),
        due._replace(ticket="t2"),
        due._replace(due_ms=1),
    ]
    assert len({identity_of(one) for one in (due, *others)}) == 5
