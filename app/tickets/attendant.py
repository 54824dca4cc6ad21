"""What happens to tickets by itself, exactly once, whoever dies when.

The attendant looks through the facts since its bookmark and through what is due, and records what the loops make of
it (`app.tickets.loops`, `app.tickets.escalation`). Each deed is decided and stored in one write transaction, together
with the bookmark: killed before it, nothing has happened and the next holder of the engine's lock looks at the same
fact again; killed after it, the bookmark lies behind the fact. What is asked of the tickets inside that transaction
says so too, so that even two attendants at once would do nothing twice.

History: a fact whose instant lies `HISTORY_MS` or more behind the present one when it is looked at is history: loops
are not run on it, and what was due then is not done. An import of last year's tickets tells nobody of anything. Facts
of what people do here are never history.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import tzinfo
from typing import Final, NamedTuple

from app.core.clock import Clock
from app.core.events import CallEntered, OutboundCallCompleted
from app.core.facts import Batch, Draft
from app.core.journal import Fact, Journal
from app.core.ticket_events import (
    NoticeEnded,
    NoticeStillCutOff,
    TicketClosed,
    TicketCreated,
    TicketDispatched,
    TicketEvent,
    TicketForwarded,
    TicketResolved,
    TicketSurveyed,
    TicketTransferred,
)
from app.people.model import Person, Unit
from app.people.ports import PeopleReader
from app.tickets import loops
from app.tickets.books import Books
from app.tickets.crews import Sending, leaving_stages, not_left
from app.tickets.cut_off import ticket_for
from app.tickets.escalation import escalation, identity_of
from app.tickets.loop_ports import LoopStore, LoopTickets
from app.tickets.model import Ticket
from app.tickets.numbers import Numbers
from app.tickets.ports import Notice
from app.tickets.service import SOURCE as PEOPLE_SOURCE

SOURCE: Final = "loops"
"""Under which name the event log keeps what the attendant does."""

HISTORY_MS: Final = 24 * 3_600_000
"""How far behind the present instant history begins."""

TALKING_MS: Final = 4 * 3_600_000
"""No call lasts longer: the end of one is waited for so long after a ticket was written."""

STRETCH: Final = 5_000
"""Facts looked through at a time."""

STRETCHES: Final = 20
"""How many stretches, or transactions of telling, in one go: reading goes on between."""

BOOKMARK_FACTS: Final = 20_000
"""The bookmark is stored after so many facts at the latest, though nothing is done: no more is looked at again."""

BOOKMARK_MS: Final = 60_000
"""Likewise after so long: what has changed since would else make another thing of what was looked at before."""

TELLING: Final = 200
"""Steps of escalations recorded in one transaction."""

RETRY_MS: Final = 1_000
"""What is due and could not be done is looked at again after so long."""


class _Roster(NamedTuple):
    units: Mapping[str, Unit]
    people: Mapping[str, Person]


class _Nothing(Exception):
    """There is nothing to do any more: the way out of a transaction."""


class Attendant:
    """Closes the loops; used by the thread that folds.

    Args:
        journal: Where facts are recorded.
        tickets: Where tickets are read; of the same connection as the journal.
        store: Likewise.
        people: Likewise.
        clock: The clock the floor lives by.
        zone: The site's zone.
        prefix: What the numbers of new tickets begin with.
    """

    def __init__(
        self,
        journal: Journal,
        tickets: LoopTickets,
        store: LoopStore,
        people: PeopleReader,
        clock: Clock,
        zone: tzinfo,
        prefix: str,
    ) -> None:
        self._journal = journal
        self._tickets = tickets
        self._store = store
        self._people = people
        self._clock = clock
        self._numbers = Numbers(prefix, zone, tickets)
        self._seen: tuple[int, int] | None = None
        self._next_ms: int | None = None
        self._looked_seq = -1
        self._kept_seq = -1
        self._kept_ms = 0
        self._roster: tuple[int, _Roster] = (-1, _Roster({}, {}))
        self._talking: dict[str, TicketCreated] | None = None

    def reconcile(self) -> int:
        """Do what is due and not done; cheap when nothing has changed and nothing is due.

        Returns:
            How many facts were recorded.

        Raises:
            StoreProblem: When the store refuses; what was not stored is done the next time.
        """
        version = self._store.version()
        now_ms = self._clock.now_ms()
        is_due = self._next_ms is not None and now_ms >= self._next_ms
        if version == self._seen and not is_due:
            return 0
        recorded, is_through = self._look(version[0], now_ms)
        recorded += self._hang_up(now_ms)
        recorded += self._tell(now_ms)
        next_ms = self._tickets.next_awaited_ms(now_ms - HISTORY_MS)
        # What stays due though it was done would else be asked for without end.
        self._next_ms = None if next_ms is None else max(next_ms, now_ms + RETRY_MS if is_due else 0)
        self._seen = version if is_through else None
        return recorded

    # -- the facts since the bookmark --------------------------------------------------------------------------------

    def _look(self, until_seq: int, now_ms: int) -> tuple[int, bool]:
        """Look through new facts; how many facts were recorded, and whether all were looked through."""
        if self._looked_seq < 0:
            self._looked_seq = self._kept_seq = self._tickets.attendant_seq()
            self._kept_ms = now_ms
        recorded = 0
        for _count in range(STRETCHES):
            if self._looked_seq >= until_seq:
                break
            stretch_end = min(self._looked_seq + STRETCH, until_seq)
            found = self._store.look_through(self._looked_seq, stretch_end, now_ms - HISTORY_MS, PEOPLE_SOURCE)
            self._remember_talking(found.facts)
            for fact in self._worth_a_look(found.facts):
                recorded += self._close(fact)
                self._looked_seq = fact[0]
            self._looked_seq = found.last_seq
        unkept = self._looked_seq - self._kept_seq
        if unkept >= BOOKMARK_FACTS or (unkept and not 0 <= now_ms - self._kept_ms < BOOKMARK_MS):
            with self._store.writing():
                self._tickets.set_attendant_seq(self._looked_seq)
            self._kept_seq, self._kept_ms = self._looked_seq, now_ms
        return recorded, self._looked_seq >= until_seq

    def _remember_talking(self, facts: Sequence[Fact]) -> None:
        if self._talking is not None:
            written = (event for _seq, _source, event in facts if type(event) is TicketCreated)
            self._talking |= {made.ticket: made for made in written if made.call and made.call_ended_ms is None}

    def _hang_up(self, now_ms: int) -> int:
        """Say of tickets that were written while the customer was still talking when the call ended: their clocks count
        from then. How many facts were recorded."""
        since_ms = now_ms - TALKING_MS
        if self._talking is None:
            self._talking = {made.ticket: made for made in self._store.written_while_talking(since_ms)}
        if not self._talking:
            return 0
        ended = self._store.calls_ended_ms({made.call for made in self._talking.values() if made.call})
        over = [made for made in self._talking.values() if made.call in ended]
        drafts = [
            Draft(replace(made, call_ended_ms=ended[made.call or ""]), f"call_ended/{made.ticket}".encode())
            for made in over
        ]
        recorded = self._decide(lambda: Batch(SOURCE, drafts)) if drafts else 0
        left = [made for made in self._talking.values() if made.call not in ended and made.at_ms >= since_ms]
        self._talking = {made.ticket: made for made in left}
        return recorded

    def _worth_a_look(self, facts: Sequence[Fact]) -> Iterator[Fact]:
        """Leave out the calls of those who have no ticket: nearly all of them."""
        callers = {event.caller for _seq, _source, event in facts if type(event) is CallEntered and event.caller}
        waiting = self._store.callers_waiting(callers) if callers else set()
        for fact in facts:
            event = fact[2]
            if type(event) is not CallEntered or event.caller in waiting:
                yield fact

    def _close(self, fact: Fact) -> int:
        """Do what a fact asks for, with the bookmark behind it; how many facts were recorded."""
        if not self._made_of(fact):
            return 0

        def make() -> Batch:
            made = self._made_of(fact, is_writing=True)
            if not made:
                raise _Nothing
            self._tickets.set_attendant_seq(fact[0])
            return Batch(SOURCE, [Draft(event, f"{fact[0]}/{place}".encode()) for place, event in enumerate(made)])

        recorded = self._decide(make)
        if recorded:
            self._kept_seq = fact[0]
        return recorded

    def _decide(self, make: Callable[[], Batch]) -> int:
        with suppress(_Nothing):
            return self._journal.decide(make).events
        return 0

    def _made_of(self, fact: Fact, is_writing: bool = False) -> Sequence[TicketEvent]:
        """What a fact asks for as the tickets stand; inside a write transaction when `is_writing`."""
        seq, source, event = fact
        del seq
        match event:
            case CallEntered():
                return self._repeat_call(event)
            case TicketCreated():
                return self._repeats(event)
            case TicketSurveyed() | TicketResolved() | TicketClosed():
                ticket = self._tickets.ticket(event.ticket)
                now_ms = self._clock.now_ms()
                is_survey = type(event) is TicketSurveyed or source == PEOPLE_SOURCE
                since_ms = 0 if is_survey else now_ms - HISTORY_MS
                return [] if ticket is None else loops.dissatisfied(ticket, self._books().newest.book, now_ms, since_ms)
            case OutboundCallCompleted():
                return self._called_back(event)
            case TicketDispatched() | TicketForwarded() | TicketTransferred():
                return self._not_left(event)
            case NoticeEnded() | NoticeStillCutOff():
                return self._cut_off(event, is_writing)
            case _:
                return []

    def _repeat_call(self, event: CallEntered) -> list[TicketEvent]:
        waiting = [
            t for t in self._tickets.tickets_of(caller=event.caller, since_ms=event.at_ms) if t.closed_ms is None
        ]
        if not waiting:
            return []
        began_ms = self._store.call_began_ms(event.call)
        return loops.repeat_call(
            event, event.at_ms if began_ms is None else began_ms, waiting, self._books().newest.book
        )

    def _repeats(self, event: TicketCreated) -> list[TicketEvent]:
        ticket = self._tickets.ticket(event.ticket)
        if ticket is None or ticket.is_taken_back:
            return []
        book = self._books().newest.book
        since_ms = event.at_ms - max(book.repeat_days * loops.DAY_MS, book.repeat_seconds * 1000)
        earlier = {
            each.ticket: each
            for each in self._tickets.tickets_of(customer=event.customer, caller=event.caller, since_ms=since_ms)
        }
        return loops.repeats(event, earlier.values(), book, {flag.flag for flag in ticket.flags})

    def _called_back(self, event: OutboundCallCompleted) -> list[TicketEvent]:
        if not event.reached:
            return []
        found = self._tickets.tickets(self._store.tickets_promised_to(event.number))
        since_ms = event.at_ms - 30 * loops.DAY_MS
        found |= {each.ticket: each for each in self._tickets.tickets_of(caller=event.number, since_ms=since_ms)}
        return loops.called_back(event, found.values())

    def _not_left(self, event: Sending) -> list[TicketEvent]:
        book = self._books().newest.book
        if not any(leaving_stages(book, ticket_type) for ticket_type in book.types):
            return []
        numbers = self._store.tickets_running_at(event.unit)
        return not_left(event, self._tickets.tickets(numbers).values(), book) if numbers else []

    def _cut_off(self, event: NoticeEnded | NoticeStillCutOff, is_writing: bool) -> list[TicketEvent]:
        notice = next((one for one in self._tickets.notices(only_live=False) if one.notice == event.notice), None)
        if notice is None or notice.ended_ms is None:
            return []
        only = event.contact if type(event) is NoticeStillCutOff else None
        made: list[TicketEvent] = []
        for contact in self._tickets.notice_contacts(event.notice):
            is_wanted = contact.is_cut_off and only in (None, contact.contact)
            if is_wanted and not self._store.is_ticket_made_for(loops.contact_key(notice.notice, contact.contact)):
                now_ms = self._clock.now_ms()
                # Numbers are given out inside the transaction only; before it, any will do.
                number = self._numbers.next(now_ms, self._is_taken) if is_writing else "?"
                made += ticket_for(notice, contact, number, self._unit_of(contact.by, notice), now_ms)
        return made

    def _is_taken(self, number: str) -> bool:
        return self._tickets.ticket(number) is not None

    def _unit_of(self, person: str, notice: Notice) -> str:
        people = self._known().people
        known = people.get(person) or people.get(notice.by)
        return "" if known is None else known.unit

    # -- what is due -------------------------------------------------------------------------------------------------

    def _tell(self, now_ms: int) -> int:
        """Tell whoever is to be told; how many facts were recorded."""
        recorded = 0
        for _count in range(STRETCHES):
            if not self._tickets.awaited(now_ms, now_ms - HISTORY_MS):
                break
            told = self._decide(lambda: self._telling(now_ms))
            recorded += told
            if told < TELLING:
                break
        return recorded

    def _telling(self, now_ms: int) -> Batch:
        due = self._tickets.awaited(now_ms, now_ms - HISTORY_MS)[:TELLING]
        tickets: dict[str, Ticket] = dict(self._tickets.tickets([one.ticket for one in due]))
        books, units = self._books(), self._known().units
        drafts = [
            Draft(event, identity_of(one))
            for one in due
            if one.ticket in tickets
            and (event := escalation(one, tickets[one.ticket], books, units, now_ms)) is not None
        ]
        if not drafts:
            raise _Nothing
        return Batch(SOURCE, drafts)

    # -- the site ----------------------------------------------------------------------------------------------------

    def _known(self) -> _Roster:
        revision = self._people.revision()
        if revision != self._roster[0]:
            self._roster = (revision, _Roster(self._people.units(), self._people.people()))
        return self._roster[1]

    def _books(self) -> Books:
        return Books(self._tickets.books())
