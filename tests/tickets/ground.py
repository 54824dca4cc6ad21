"""Tickets on a real database: applied books, and what was folded."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from app.core.events import AnyEvent
from app.core.journal import Fact
from app.tickets.books import Books
from app.tickets.history import Folded, fold_ticket
from app.tickets.model import Clock, Ticket
from app.tickets.policy import PolicyBook
from app.tickets.ports import BookVersion
from tests.floor.ground import Ground


class TicketGround(Ground):
    """One site's tickets.

    Args:
        folder: Where its database goes.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.applied = 0

    def apply(self, book: PolicyBook, applied_ms: int) -> int:
        """Put a book in force as `policy apply` does; returns how many tickets were counted anew."""
        with self.store.writing():
            self.applied = self.tickets.save_book(book, applied_ms, "ops", "ours.toml")
            return self.ticket_fold.refold_open()

    def ticket(self, number: str) -> Ticket:
        """A ticket that must be there."""
        found = self.tickets.ticket(number)
        assert found is not None
        return found

    def in_log(self) -> Mapping[str, list[Fact]]:
        """The facts of every ticket, as they stand in the log."""
        numbers = [number for (number,) in self.store.connection.execute("SELECT ticket FROM ticket ORDER BY ticket")]
        return self.tickets.ticket_facts(numbers)

    def books(self) -> Books:
        """What was applied."""
        return Books(self.tickets.books())


def facts_of(*events: AnyEvent) -> list[Fact]:
    """Facts in the order given."""
    return [(seq, "bridge", event) for seq, event in enumerate(events, 1)]


def folded(*events: AnyEvent, book: PolicyBook | None = None) -> Folded:
    """The ticket that some facts make, by one book that was always in force; by the shipped one where none is given."""
    return fold_ticket("t1", facts_of(*events), books_of(book))


def books_of(book: PolicyBook | None) -> Books:
    """One book that was always in force."""
    return Books([] if book is None else [BookVersion(1, 0, "ops", "ours.toml", book)])


def clock(ticket: Ticket, stage: str, run: int = 1, cycle: int = 1) -> Clock:
    """A clock of a ticket."""
    (found,) = [one for one in ticket.clocks if (one.stage, one.run, one.cycle) == (stage, run, cycle)]
    return found
