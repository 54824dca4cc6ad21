"""Whom to phone about a ticket: who has it, whoever is named for its unit, who sent it, the customer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from app.people.actors import above
from app.people.model import Unit
from app.tickets.desk import Person
from app.tickets.ground import Ground
from app.tickets.model import Ticket
from app.tickets.policy import PolicyBook, UnitContacts


def contacts_of(unit: str, book: PolicyBook, units: Mapping[str, Unit]) -> UnitContacts:
    """Whom to phone at a unit: those named for it, else those of the nearest unit above it that has some."""
    for each in (unit, *above(unit, units)):
        if each in book.contacts:
            return book.contacts[each]
    return UnitContacts()


def people_to_phone(ticket: Ticket, ground: Ground) -> tuple[Person, ...]:
    """Whom to phone about a ticket, the first to try first; whoever is not known is left out."""
    return tuple(_found(ticket, ground))


def _found(ticket: Ticket, ground: Ground) -> Iterator[Person]:
    if ticket.owner:
        person = ground.people.get(ticket.owner)
        name = ticket.owner if person is None else person.name
        yield Person("owner", name or ticket.owner, _phone_of(ticket.owner, ground.book))
    contacts = contacts_of(ticket.unit, ground.book, ground.units)
    if contacts.desk is not None:
        yield Person("unit", contacts.desk.name, contacts.desk.phone)
    for place, manager in enumerate(contacts.managers[:2], 1):
        yield Person(f"manager_{place}", manager.name, manager.phone)
    if ticket.sender:
        desk = contacts_of(ticket.sender, ground.book, ground.units).desk
        if desk is not None:
            yield Person("sender", desk.name, desk.phone)
    if ticket.customer or ticket.caller:
        yield Person("customer", ticket.customer or ticket.caller, ticket.caller)


def _phone_of(person: str, book: PolicyBook) -> str:
    """The number the policy book knows somebody by; empty where it does not."""
    for contacts in book.contacts.values():
        for contact in (*([contacts.desk] if contacts.desk else []), *contacts.managers):
            if contact.person == person and contact.phone:
                return contact.phone
    return ""
