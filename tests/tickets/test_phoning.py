"""Whom to phone about a ticket, the first to try first."""

from __future__ import annotations

from dataclasses import replace

from app.tickets.desk import Person
from app.tickets.model import TicketState
from app.tickets.phoning import contacts_of, people_to_phone
from app.tickets.policy import Contact, PolicyBook, UnitContacts
from tests.tickets.service_ground import GROUND, UNITS, ticket

CONTACTS = {
    "repair": UnitContacts(
        desk=Contact(name="调度台", phone="110"),
        managers=(
            Contact(name="孙队", person="crew-lead", phone="111"),
            Contact(name="副队", phone="112"),
            Contact(name="三把手", phone="113"),
        ),
    ),
    "hotline": UnitContacts(desk=Contact(name="热线台", phone="120")),
    "crew-4": UnitContacts(managers=(Contact(name="王芳", person="wang", phone="139"),)),
}


def test_a_unit_without_contacts_has_those_above_it() -> None:
    book = PolicyBook(contacts=CONTACTS)
    assert contacts_of("crew-3a", book, UNITS) == CONTACTS["repair"]
    assert contacts_of("crew-4", book, UNITS) == CONTACTS["crew-4"]
    assert contacts_of("prov", book, UNITS) == UnitContacts()
    assert contacts_of("unknown", book, UNITS) == UnitContacts()


def test_owner_desk_managers_sender_customer() -> None:
    ground = replace(GROUND, book=PolicyBook(contacts=CONTACTS))
    told = people_to_phone(ticket(TicketState.ACCEPTED, customer="C-1", caller="138"), ground)
    assert told == (
        Person("owner", "王芳", "139"),
        Person("unit", "调度台", "110"),
        Person("manager_1", "孙队", "111"),
        Person("manager_2", "副队", "112"),
        Person("sender", "热线台", "120"),
        Person("customer", "C-1", "138"),
    )
    assert people_to_phone(ticket(TicketState.NEW, sender="", unit="prov"), ground) == ()
    assert people_to_phone(ticket(TicketState.NEW, owner="gone"), GROUND) == (Person("owner", "gone", ""),)
