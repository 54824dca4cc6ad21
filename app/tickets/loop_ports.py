"""What the loops that close ask of storage beside the tickets themselves."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from contextlib import AbstractContextManager
from typing import NamedTuple, Protocol

from app.core.journal import Fact
from app.core.ticket_events import TicketCreated
from app.tickets.model import Awaited
from app.tickets.numbers import SerialStore
from app.tickets.ports import TicketReader


class LookedThrough(NamedTuple):
    """A stretch of the event log.

    Attributes:
        facts: Those of it that a loop may begin or end with, and that are not history, in order.
        last_seq: The newest fact of the stretch, whatever its kind.
    """

    facts: Sequence[Fact]
    last_seq: int


class LoopTickets(TicketReader, SerialStore, Protocol):
    """Tickets, what is due on them, and how far the loops have looked."""

    def awaited(self, until_ms: int, since_ms: int = 0) -> list[Awaited]:
        """What is due in [since, until], the oldest first."""
        ...

    def next_awaited_ms(self, since_ms: int = 0) -> int | None:
        """When the next thing is due, of those due at an instant or later; None where nothing is."""
        ...

    def attendant_seq(self) -> int:
        """The newest fact that the loops have looked at."""
        ...

    def set_attendant_seq(self, seq: int) -> None:
        """Remember how far the loops have looked; inside the write transaction that stores what they made."""
        ...


class LoopStore(Protocol):
    """The event log as the loops look at it."""

    def writing(self) -> AbstractContextManager[object]:
        """One write transaction: committed at the end, rolled back by any exception."""
        ...

    def version(self) -> tuple[int, int]:
        """The newest fact folded (0 for none), and how often readers had to start anew."""
        ...

    def look_through(self, since_seq: int, until_seq: int, history_ms: int, living: str) -> LookedThrough:
        """The facts in (since, until] that loops are run on.

        Args:
            since_seq: The newest fact looked at.
            until_seq: The last fact to look at.
            history_ms: Facts of an instant before this one are history …
            living: … but for those of this source.
        """
        ...

    def callers_waiting(self, callers: Collection[str]) -> set[str]:
        """Those of some numbers that have a ticket that is not closed."""
        ...

    def call_began_ms(self, call: str) -> int | None:
        """When a call entered its first queue; None where it is not known."""
        ...

    def written_while_talking(self, since_ms: int) -> list[TicketCreated]:
        """How tickets were written since an instant that came from a call of which nobody told the end."""
        ...

    def calls_ended_ms(self, calls: Collection[str]) -> dict[str, int]:
        """When some calls ended; those that last, or are not known, are left out."""
        ...

    def tickets_promised_to(self, number: str) -> list[str]:
        """The tickets on which a call to a number was ever promised, in order of number."""
        ...

    def tickets_running_at(self, unit: str) -> list[str]:
        """The tickets with a clock that runs and is the time of a unit, in order of number."""
        ...

    def is_ticket_made_for(self, contact: str) -> bool:
        """Whether a ticket was written for a contact of a notice, named as `app.tickets.loops.contact_key` does."""
        ...
