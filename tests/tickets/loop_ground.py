"""A site whose loops close: a database, its clock, and an attendant as the engine has it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from app.core.clock import ManualClock
from app.core.events import AnyEvent, CallEntered
from app.core.facts import Batch, Draft
from app.core.settings import Settings
from app.core.ticket_events import TicketClosed, TicketCreated, TicketDispatched, TicketResolved
from app.core.zones import load_zone
from app.tickets.attendant import Attendant
from app.tickets.model import Ticket
from app.tickets.policy import Contact, PolicyBook, UnitContacts
from app.tickets.policy_file import shipped_book
from store.sessions import WriterSession
from tests.tickets.service_ground import MINUTE_MS, NOW_MS, PEOPLE, UNITS

ZONE: Final = load_zone("Asia/Shanghai")
NUMBER: Final = "13900001111"
SECOND_MS: Final = 1000


def book() -> PolicyBook:
    """The shipped book, with people to phone at the repair centre."""
    contacts = {
        "hotline": UnitContacts(desk=Contact(name="热线班", person="hot-lead", phone="1000")),
        "repair": UnitContacts(
            desk=Contact(name="抢修台", phone="2000"),
            managers=(Contact(name="孙队", person="crew-lead", phone="2001"), Contact(name="吴总", phone="2002")),
        ),
    }
    return shipped_book().model_copy(update={"contacts": contacts})


class LoopSite:
    """One site.

    Args:
        path: Its database; made where there is none.
        now_ms: What its clock tells.
    """

    def __init__(self, path: Path, now_ms: int = NOW_MS) -> None:
        self.path = path
        self.clock = ManualClock(now_ms)
        is_new = not path.exists()
        self.session = WriterSession(path, Settings(), self.clock, ZONE)
        # Nothing here outlives a crash of the machine, and syncing is most of the time of a small test.
        self.session._store.connection.execute("PRAGMA synchronous = OFF").close()
        if is_new:
            with self.session.log.writing():
                self.session.people.save_units(list(UNITS.values()))
                self.session.people.save_people(list(PEOPLE.values()))
                self.session.tickets.save_book(book(), now_ms - 90 * 86_400_000, "ops", "ours.toml")
                self.session.ticket_fold.refold_open()

    def close(self) -> None:
        self.session.close()

    @property
    def attendant(self) -> Attendant:
        return self.session.attendant

    def other_attendant(self) -> WriterSession:
        """Another process's session on the same database."""
        return WriterSession(self.path, Settings(), self.clock, ZONE)

    def record(self, *events: AnyEvent, source: str = "bridge") -> None:
        """Store facts as a bridge tells them."""
        drafts = [Draft(event, repr(event).encode()) for event in events]
        self.session.journal.record(Batch(source, drafts))

    def attend(self) -> int:
        """Let what is due happen, until nothing is; returns how many facts that made."""
        made = 0
        while recorded := self.attendant.reconcile():
            made += recorded
        return made

    def after(self, seconds: int) -> int:
        """Let time pass, then what is due happen."""
        self.clock.advance_ms(seconds * SECOND_MS)
        return self.attend()

    def ticket(self, number: str = "T-1") -> Ticket:
        found = self.session.tickets.ticket(number)
        assert found is not None
        return found

    def kinds(self, number: str = "T-1") -> list[str]:
        """The kinds of a ticket's facts, in order."""
        return [step.kind for step in self.ticket(number).steps]

    def log(self, *kinds: str) -> list[tuple[Any, ...]]:
        """The facts of some kinds in the log, in order: (kind, detail)."""
        marks = ",".join("?" * len(kinds))
        cursor = self.session._store.connection.execute(
            f"SELECT kind, detail FROM event WHERE kind IN ({marks}) ORDER BY seq", kinds
        )
        found: list[tuple[Any, ...]] = cursor.fetchall()
        return found


def created(number: str = "T-1", at_ms: int = NOW_MS, **values: Any) -> TicketCreated:
    """A ticket that the hotline wrote."""
    given: dict[str, Any] = {"ticket_type": "repair", "unit": "hotline", "caller": NUMBER, "by": "hot", **values}
    return TicketCreated(at_ms=at_ms, ticket=number, **given)


def sent(number: str = "T-1", at_ms: int = NOW_MS, unit: str = "repair") -> TicketDispatched:
    return TicketDispatched(at_ms=at_ms, ticket=number, by="hot", unit=unit)


def done(number: str = "T-1", at_ms: int = NOW_MS, by: str = "wang") -> Iterable[AnyEvent]:
    """A ticket resolved and closed."""
    return (
        TicketResolved(at_ms=at_ms, ticket=number, by=by),
        TicketClosed(at_ms=at_ms + SECOND_MS, ticket=number, by=by),
    )


def called(call: str, at_ms: int, caller: str = NUMBER, queue: str = "support") -> CallEntered:
    return CallEntered(at_ms=at_ms, call=call, queue=queue, caller=caller)


__all__ = ["MINUTE_MS", "NOW_MS", "NUMBER", "LoopSite", "book", "called", "created", "done", "sent"]
