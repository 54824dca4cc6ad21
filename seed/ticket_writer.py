"""Hands the departments of the simulated floor, and what is promised there, to the store."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Final, Protocol

from app.core.journal import Fact
from app.people.ports import PeopleStore
from app.tickets.policy import PolicyBook
from app.tickets.ports import BookVersion
from seed.ticket_case import SOURCE
from seed.ticket_office import TicketOffice

BOOK_FILE: Final = "demo.toml"
"""What the book is said to come from."""


class TicketBooks(Protocol):
    """Where policy books are kept, and tickets."""

    def books(self) -> Sequence[BookVersion]:
        """Every version of the policy book, the oldest first."""
        ...

    def open_tickets(self) -> Iterator[Sequence[str]]:
        """The numbers of all tickets that are not closed, some thousand at a time."""
        ...

    def ticket_facts(self, tickets: Sequence[str]) -> Mapping[str, Sequence[Fact]]:
        """All facts of some tickets, in order of instant."""
        ...

    def save_book(self, book: PolicyBook, applied_ms: int, actor: str, file: str) -> int:
        """Put a book in force, inside a write transaction; returns its version."""
        ...


def write_departments(
    office: TicketOffice,
    people: PeopleStore,
    books: TicketBooks,
    writing: Callable[[], AbstractContextManager[object]],
) -> None:
    """Store who works on tickets, and put in force what is promised, from before the first ticket on.

    What is stored already is not stored again. A database that has a book keeps it: somebody may have put it in force.
    Where a demo of an earlier day has left tickets, this one goes on with those that are open.

    Args:
        office: The tickets.
        people: Where the roster is kept; the floor's own is there already.
        books: Where policies and tickets are kept; over the same connection.
        writing: Opens the write transaction.
    """
    with writing():
        units, known = people.units(), people.people()
        people.save_units([unit for unit in office.departments.units if units.get(unit.unit) != unit])
        staff = office.departments.people
        people.save_people([person for person in staff if known.get(person.agent_id) != person])
        versions = books.books()
        if not versions:
            books.save_book(office.book, office.begins_ms, SOURCE, BOOK_FILE)
        elif versions[0].applied_ms != office.begins_ms:
            left = [number for group in books.open_tickets() for number in group]
            office.take_over(books.ticket_facts(left))
