"""What units sent on today and how much of it was marked as not qualified, kept up by the tickets that change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple, Protocol

from app.tickets.model import Ticket
from app.tickets.ports import BookVersion, TicketChanges
from app.tickets.travels import travel


class UnitRate(NamedTuple):
    """What a unit sent on today.

    Attributes:
        unit: Its id.
        name: What people call it.
        sent: Tickets it sent to others.
        unqualified: Of these, marked as an order that should not be or that lacks facts.
    """

    unit: str
    name: str
    sent: int
    unqualified: int


class TallyReader(Protocol):
    """What is asked of the tickets."""

    def books(self) -> Sequence[BookVersion]:
        """Every version of the policy book."""
        ...

    def ticket_changes(self, since_seq: int, generation: int) -> TicketChanges:
        """What changed since a fact; all open ones, when the generation is another one, or `since_seq` is 0."""
        ...

    def tickets_between(self, start_ms: int, end_ms: int) -> Iterator[Ticket]:
        """Tickets written or closed in [start, end), or open in it."""
        ...


class UnitTally:
    """Counts a day's sendings by unit, ticket by ticket, so that a minute costs the tickets that changed in it."""

    def __init__(self) -> None:
        self._day_ms = -1
        self._seq = 0
        self._generation = -1
        self._tickets: dict[str, tuple[tuple[str, bool], ...]] = {}
        self._units: dict[str, list[int]] = {}

    def update(self, reader: TallyReader, day_ms: int, now_ms: int) -> None:
        """Bring the counts up to now.

        Args:
            reader: Where tickets are read.
            day_ms: When the day began.
            now_ms: The present instant.

        Raises:
            StoreProblem: When they cannot be read.
        """
        changes = reader.ticket_changes(self._seq, self._generation)
        if changes.is_whole or day_ms != self._day_ms:
            self._day_ms = day_ms
            self._tickets.clear()
            self._units.clear()
            for ticket in reader.tickets_between(day_ms, now_ms + 1):
                self._count(ticket)
        else:
            for ticket in changes.tickets:
                self._count(ticket)
        self._seq, self._generation = changes.seq, changes.generation

    def rates(self, names: Mapping[str, str]) -> Iterator[UnitRate]:
        """The units that sent anything, in order of their ids."""
        for unit, (sent, unqualified) in sorted(self._units.items()):
            if sent:
                yield UnitRate(unit, names.get(unit, unit), sent, unqualified)

    def _count(self, ticket: Ticket) -> None:
        if ticket.changed_ms < self._day_ms and ticket.ticket not in self._tickets:
            # Nothing of it is of today: most of the open ones.
            return
        found = tuple(
            (sending.from_unit, sending.came_back == "unqualified")
            for sending in (() if ticket.is_taken_back else travel(ticket).sendings)
            if sending.at_ms >= self._day_ms
        )
        for counted, sign in ((self._tickets.pop(ticket.ticket, ()), -1), (found, 1)):
            for unit, is_unqualified in counted:
                tally = self._units.setdefault(unit, [0, 0])
                tally[0] += sign
                tally[1] += sign * is_unqualified
        if found:
            self._tickets[ticket.ticket] = found
