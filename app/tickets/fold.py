"""Keeps tickets true to the event log: whatever a batch touches is made anew of all its facts, and nothing else.

A ticket has some dozens of facts at most, so folding it whole costs little and owes nothing to the order of arrival.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Final

from app.core.bulk import collector_paused
from app.core.journal import Fact
from app.core.ticket_events import NOTICE_EVENTS, TICKET_EVENTS
from app.tickets.books import Books
from app.tickets.history import fold_ticket
from app.tickets.model import Awaited, Ticket
from app.tickets.ports import BookVersion, TicketStore

_OURS: Final = TICKET_EVENTS | NOTICE_EVENTS

Progress = Callable[[int, int], None]
"""Told how many tickets are done, and of how many."""


class TicketFold:
    """The tickets' `Fold`.

    Args:
        store: The tickets' projections and the event log.
    """

    def __init__(self, store: TicketStore) -> None:
        self._store = store
        self._books: Books | None = None
        self._versions: Sequence[BookVersion] = ()

    def fold(self, facts: Sequence[Fact], folded_seq: int) -> None:  # noqa: ARG002 - a Protocol's names
        ours = [fact for fact in facts if type(fact[2]) in _OURS]
        if not ours:
            return
        by_ticket: dict[str, list[Fact]] = {}
        of_tickets: list[Fact] = []
        of_notices: list[Fact] = []
        for fact in ours:
            if type(fact[2]) in TICKET_EVENTS:
                of_tickets.append(fact)
                by_ticket.setdefault(fact[2].ticket, []).append(fact)  # type: ignore[union-attr]
            else:
                of_notices.append(fact)
        if by_ticket:
            # Asked before the new facts are noted: a ticket that is new has nothing to be read.
            for ticket, earlier in self._store.ticket_facts(list(by_ticket)).items():
                by_ticket[ticket] = [*earlier, *by_ticket[ticket]]
            self._store.note_facts(of_tickets)
            self._store.save_tickets(self._folded(by_ticket))
        if of_notices:
            self._store.fold_notices(of_notices)

    def rebuild(self) -> None:
        self.forget()
        self._store.clear_tickets()
        with collector_paused():
            for numbers in self._store.tickets_in_log():
                self._store.save_tickets(self._folded(self._store.ticket_facts(numbers)))
        self._store.fold_notices_in_log()

    def remap(self, agents: Collection[str]) -> None:
        """Nothing: facts of tickets name people, not the ids of telephone systems."""

    def forget(self) -> None:
        self._books = None

    def refold_open(self, progress: Progress = lambda _done, _total: None) -> int:
        """Count every open ticket anew, because what is promised has changed. Inside the write transaction that
        changed it; closed cycles stay as they ended.

        Args:
            progress: Told from time to time how far it is; what it raises ends the work, and nothing is changed.

        Returns:
            How many tickets were counted.
        """
        self.forget()
        store = self._store
        groups = list(store.open_tickets())
        total = sum(len(group) for group in groups)
        done = 0
        progress(done, total)
        with collector_paused():
            for group in groups:
                store.save_tickets(self._folded(store.ticket_facts(group)))
                done += len(group)
                progress(done, total)
        store.begin_anew()
        return total

    def _folded(self, facts: Mapping[str, Sequence[Fact]]) -> Iterator[tuple[Ticket, Sequence[Awaited], int]]:
        versions = self._store.books()
        books = self._books
        if books is None or versions != self._versions:
            # Asked each time: a book whose transaction was undone has never been in force.
            books = self._books = Books(versions, self._store.unit_parents())
            self._versions = versions
        for number, known in facts.items():
            folded = fold_ticket(number, known, books)
            yield folded.ticket, folded.awaited, max(fact[0] for fact in known)
