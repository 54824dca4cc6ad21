"""What ticket screens and commands ask for, answered from the database: implements `app.tickets.desk.TicketDesk`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import tzinfo
from pathlib import Path

from app.core.clock import Clock
from app.core.errors import StoreProblem
from app.core.i18n import _
from app.core.settings import Settings
from app.core.text import inert
from app.people.actors import above, actor_of
from app.people.model import Actor
from app.tickets.books import Books
from app.tickets.desk import BulkOffer, Deed, DeedResult, NewTicket, TicketPicture, Verb
from app.tickets.feed import names_of
from app.tickets.ground import Ground
from app.tickets.live import Names
from app.tickets.model import Ticket
from app.tickets.notice_match import area_of, matching
from app.tickets.notice_times import live
from app.tickets.phoning import people_to_phone
from app.tickets.policy import PolicyBook
from app.tickets.ports import Notice, SavedView
from app.tickets.recovery import RecoveryStatus, month_status
from app.tickets.rules import bulk_offers, offers
from app.tickets.service import TicketService, book_in_force
from app.tickets.shared import Absorbing, SavedViews
from store.people import SqlitePeople
from store.sessions import ReaderSession, WriterSession


class SqliteTicketDesk:
    """Opens the database for each question and each deed; called from worker threads.

    Args:
        path: The database.
        settings: The site's.
        zone: The floor's zone.
        clock: The clock the floor lives by.
        user: The operating system's name of who is here.
        acting_for: The agent id of another person in whose name an administrator acts; empty for nobody's.
    """

    def __init__(
        self, path: Path, settings: Settings, zone: tzinfo, clock: Clock, user: str, acting_for: str = ""
    ) -> None:
        self._path = path
        self._settings = settings
        self._zone = zone
        self._clock = clock
        self._user = user
        self._acting_for = acting_for

    @property
    def actor(self) -> str:
        return self._acting_for or self._user

    def _present(self) -> Path:
        """The database, where there is one: a screen begins no empty floor in the place of one that was taken away."""
        if not self._path.exists():
            raise StoreProblem(
                _("The database {path} is gone; waiting for it to come back.").format(path=inert(str(self._path)))
            )
        return self._path

    @contextmanager
    def _reading(self) -> Iterator[ReaderSession]:
        session = ReaderSession(self._present(), self._zone)
        try:
            yield session
        finally:
            session.close()

    @contextmanager
    def serving(self) -> Iterator[TicketService]:
        """What the person here may do, over one connection: for many deeds one after the other.

        Raises:
            UsageProblem: When there is no such person to act for.
            RuleRefused: When the person here may not act for another.
        """
        with self._writing() as (session, actor):
            yield TicketService(
                session.journal,
                session.tickets,
                session.ticket_acts,
                session.people,
                actor,
                self._zone,
                self._clock,
                self._settings.ticket_prefix,
            )

    @contextmanager
    def _writing(self) -> Iterator[tuple[WriterSession, Actor]]:
        session = WriterSession(self._present(), self._settings, self._clock)
        try:
            yield session, self._actor(session.people)
        finally:
            session.close()

    def _actor(self, people: SqlitePeople) -> Actor:
        return actor_of(self._user, people.people(), self._acting_for)

    def _ground(self, session: ReaderSession) -> Ground:
        book = book_in_force(session.tickets)
        return Ground(session.people.units(), session.people.people(), book, self._zone, self._clock.now_ms())

    # -- looking -----------------------------------------------------------------------------------------------------

    def book(self) -> PolicyBook:
        with self._reading() as session:
            return book_in_force(session.tickets)

    def books(self) -> Books:
        """Every version of the policy book, for reading clocks with."""
        with self._reading() as session:
            parents = {unit.unit: unit.parent for unit in session.people.units().values()}
            return Books(session.tickets.books(), parents)

    def picture(self, number: str) -> TicketPicture | None:
        with self._reading() as session:
            ticket = session.tickets.ticket(number)
            if ticket is None:
                return None
            ground = self._ground(session)
            actor = self._actor(session.people)
            calls = tuple(session.loops.calls_told(ticket.calls))
        persons = _persons_in(ticket) | {call.agent for call in calls}
        return TicketPicture(
            ticket,
            ground.book,
            offers(ticket, actor, ground),
            people_to_phone(ticket, ground),
            {unit: ground.units[unit].name for unit in _units_in(ticket) if unit in ground.units},
            {person: ground.people[person].name for person in persons if person in ground.people},
            calls,
        )

    def offered(self, numbers: Sequence[str], verbs: Sequence[Verb]) -> tuple[BulkOffer, ...]:
        with self._reading() as session:
            tickets = session.tickets.tickets(numbers)
            ground = self._ground(session)
            actor = self._actor(session.people)
        return bulk_offers([tickets[number] for number in numbers if number in tickets], actor, ground, verbs)

    def recovery(self) -> RecoveryStatus:
        with self._reading() as session:
            return month_status(
                session.loops, self._clock.now_ms(), self._zone, book_in_force(session.tickets).recovery
            )

    def open_tickets(self) -> tuple[list[Ticket], Names]:
        """All open tickets, and what people call the units and persons."""
        with self._reading() as session:
            found = session.tickets.ticket_changes(0, 0).tickets
            names = names_of(session.people)
        return [ticket for ticket in found if ticket.closed_ms is None], names

    def units(self) -> list[tuple[str, str]]:
        with self._reading() as session:
            found = session.people.units()
        return sorted(((unit.unit, unit.name) for unit in found.values()), key=lambda pair: (pair[1], pair[0]))

    def people(self, unit: str) -> list[tuple[str, str]]:
        with self._reading() as session:
            units, people = session.people.units(), session.people.people()
        inside = (person for person in people.values() if unit in (person.unit, *above(person.unit, units)))
        return sorted(((person.agent_id, person.name) for person in inside), key=lambda pair: (pair[1], pair[0]))

    def views(self) -> list[SavedView]:
        with self._reading() as session:
            people = session.people.people()
            return [
                view._replace(actor_name=people[view.actor].name if view.actor in people else "")
                for view in session.tickets.views()
            ]

    # -- doing -------------------------------------------------------------------------------------------------------

    def create(self, new: NewTicket) -> str:
        with self.serving() as service:
            return service.create(new)

    def do(self, numbers: Sequence[str], deed: Deed) -> DeedResult:
        with self.serving() as service:
            return service.do(numbers, deed)

    def undo(self, act: str = "") -> DeedResult:
        with self.serving() as service:
            return service.undo(act)

    def touched(self, act: str = "") -> DeedResult:
        with self.serving() as service:
            return service.touched(act)

    def save_view(self, name: str, query: str) -> None:
        with self._writing() as (session, actor):
            SavedViews(session.tickets, session.ticket_acts, actor, self._clock).save(name, query)

    def remove_view(self, name: str) -> None:
        with self._writing() as (session, actor):
            SavedViews(session.tickets, session.ticket_acts, actor, self._clock).remove(name)

    def notices(self, area: str = "", service: str = "", caller: str = "") -> list[Notice]:
        with self._reading() as session:
            held = live(session.tickets.notices(only_live=True), self._clock.now_ms())
            if caller and not area:
                area = area_of(session.tickets.tickets_of(caller=caller))
                if not area and not service:
                    held = [notice for notice in held if not notice.area]
            return matching(held, area, service)

    def absorb(self, notice: str, *, call: str | None, caller: str, customer: str, area: str, service: str) -> str:
        with self._writing() as (session, actor):
            absorbing = Absorbing(session.journal, session.tickets, session.ticket_acts, actor, self._clock)
            return absorbing.absorb(notice, call=call, caller=caller, customer=customer, area=area, service=service)


def _units_in(ticket: Ticket) -> set[str]:
    """Every unit that occurs in a ticket."""
    return {
        *(ticket.unit, ticket.sender, ticket.origin_unit),
        *(clock.unit for clock in ticket.clocks),
        *(step.unit for step in ticket.steps),
        *(cycle.unit for cycle in ticket.cycles),
        *(unit for each in ticket.returns for unit in (each.from_unit, each.to_unit)),
    }


def _persons_in(ticket: Ticket) -> set[str]:
    """Every person that occurs in a ticket."""
    return {
        *(ticket.owner, ticket.writer),
        *(clock.person for clock in ticket.clocks),
        *(step.by for step in ticket.steps),
        *(cycle.handler for cycle in ticket.cycles),
        *(each.by for each in ticket.returns),
        *(each.person for each in ticket.told),
    }
