"""The tickets of the simulated floor: written after calls, sent, worked on elsewhere, and late now and then.

The office hears what happens on the floor and leaves facts of tickets behind; nothing of what it does changes a call.
See docs/simulator.md.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from functools import partial
from typing import Any, Final

from app.core import ticket_events as facts
from app.core.events import AnyEvent, CallCompleted, CallEntered, WrapUpEnded
from app.core.journal import Fact
from app.core.ticket_events import PROGRAM, TicketCreated
from app.core.zones import at
from app.tickets.books import Books
from app.tickets.history import withdrawn_acts
from app.tickets.model import TicketState
from app.tickets.numbers import number_of
from app.tickets.path import moves
from app.tickets.policy import ReopenPolicy
from app.tickets.ports import BookVersion
from seed.arrivals import size_of
from seed.hours import local_date, local_ms
from seed.plan import FloorPlan
from seed.randomness import stream, whole_between
from seed.scenario import Scenario
from seed.ticket_backlog import Earlier, backlog, backlog_days
from seed.ticket_case import SOURCE, Case, length_ms
from seed.ticket_customers import Customers
from seed.ticket_outages import Outages
from seed.ticket_program import Program
from seed.ticket_reactions import Reactions
from seed.ticket_scenario import KindSpec, SubjectSpec, TicketsSpec
from seed.ticket_units import Departments
from seed.ticket_work import Work
from seed.timeline import Timeline

PREFIX: Final = "WO"
FIRST_SERIAL: Final = 1001
"""The numbers of a day begin here: those below are of the people who write tickets themselves."""

LARGEST_BACKLOG: Final = 5.0
"""How many times the scenario's backlog a large floor has at most: some 3,000 tickets, stored within seconds."""

_UNHURRIED_MS: Final = (15_000, 70_000)
"""From writing to sending, where no wrap-up sets the time."""

_REMEMBERED_MS: Final = 2 * 86_400_000
"""How long a ticket that is closed is remembered: its customer may answer, or call again."""


class TicketOffice:
    """Plays the tickets of a floor.

    Args:
        scenario: The floor; with tickets.
        spec: Its tickets.
        seed: Names the streams.
        agents: How many work on the floor: tickets of the days before grow with them as calls do.
        plan: Who belongs where.
        start_ms: The floor's first instant, UTC milliseconds; the backlog comes before it.
        program_ms: From this instant on the program runs and does itself what it does.
    """

    def __init__(
        self,
        scenario: Scenario,
        spec: TicketsSpec,
        seed: int,
        agents: int,
        plan: FloorPlan,
        start_ms: int,
        program_ms: int,
    ) -> None:
        self._spec = spec
        self._seed = seed
        self._plan = plan
        self._zone = plan.zone
        self.departments = Departments(scenario, spec, seed, plan)
        """Who works on tickets beside the floor."""
        self.book = self.departments.book(plan.units)
        """What is promised."""
        first_day = local_date(start_ms, self._zone)
        self.begins_ms = local_ms(first_day - timedelta(days=backlog_days(spec.kinds)), 0, self._zone)
        """The instant from which on the book is in force: before any ticket."""
        self._timeline = Timeline(min(self.begins_ms, start_ms))
        self._customers = Customers(seed, spec)
        self._unit_of = {person.agent_id: person.unit for person in plan.people}
        people = {person.agent_id for person in (*plan.people, *self.departments.people)}
        self._people = people
        self._work = Work(spec, self.departments, self._timeline, self.book.recovery.line_authority_fen)
        self._work.aside = self
        self._reactions = Reactions(spec, self._work, people, self._timeline)
        units = {unit.unit: unit for unit in (*plan.units, *self.departments.units)}
        parents = {unit.unit: unit.parent for unit in units.values() if unit.parent}
        version = BookVersion(1, self.begins_ms, SOURCE, "", self.book, parents)
        self._program = Program(
            Books([version], parents),
            units,
            program_ms,
            self._timeline,
            self._reactions.told,
            self._reactions.flagged,
            self._work.go_on,
        )
        self._outages = Outages(spec.outages, seed, self._timeline, self._zone, self._customers)
        self._kinds = {kind.type: kind for kind in reversed(spec.kinds)}
        self._cases: dict[str, Case] = {}
        self._by_caller: dict[str, list[Case]] = {}
        self._pending: dict[str, Case] = {}
        self._callers: dict[str, tuple[str, int]] = {}
        self._whether = stream(seed, "tickets/whether")
        self._has_wrap_up = {queue.name: queue.wrap_up is not None for queue in scenario.queues}
        self._shares = {
            queue.name: [(kind.queues[queue.name], kind) for kind in spec.kinds if queue.name in kind.queues]
            for queue in scenario.queues
        }
        self._serials: dict[date, int] = {}
        self._start_ms = start_ms
        self._has_backlog = True
        writers = [person.agent_id for person in plan.people]
        size = min(size_of(scenario, agents), LARGEST_BACKLOG)
        for earlier in backlog(spec.kinds, scenario.arrivals, seed, writers, first_day, self._zone, size):
            self._timeline.at(earlier.at_ms, partial(self._write_backlog, earlier))
        self._timeline.at(start_ms, partial(self._begin_day, first_day))

    def take_over(self, left: Mapping[str, Sequence[Fact]]) -> None:
        """Go on with the tickets that a demo of an earlier day left open, instead of a backlog of one's own.

        Args:
            left: All facts of each of them, in order of instant, by number. Before anything is played.
        """
        self._has_backlog = False
        for number, known in left.items():
            case = self._adopted(number, known)
            if case is not None:
                case.relearn(known)
                case.is_theirs = not self._is_ours(case, None)
                self._timeline.at(max(self._start_ms, known[-1][2].at_ms), partial(self._work.go_on, case))

    # -- what others do ----------------------------------------------------------------------------------------------

    def play(self, floor: Sequence[AnyEvent], until_ms: int) -> list[AnyEvent]:
        """What became of tickets since the last call of this, in order of time, each fact exactly once.

        Args:
            floor: What happened on the floor since then, in order of time.
            until_ms: Up to and including which instant, UTC milliseconds; no fact of the floor is later.
        """
        made: list[AnyEvent] = []
        timeline = self._timeline
        for event in floor:
            hear = _HEARD.get(type(event))
            if hear is not None:
                made += timeline.run_until(event.at_ms - 1)
                timeline.now_ms = event.at_ms
                hear(self, event)
        return made + timeline.run_until(until_ms)

    def by_ticket(self, events: Sequence[AnyEvent]) -> list[AnyEvent]:
        """The same facts, those of each ticket together and in order; notices first, then open tickets, then others."""

        def place(event: AnyEvent) -> tuple[bool, str]:
            number = getattr(event, "ticket", "")
            case = self._cases.get(number)
            return bool(number) and (case is None or case.path.state is TicketState.CLOSED), number

        return sorted(events, key=place)

    def hear(self, number: str, known: Sequence[Fact]) -> None:
        """Take in what somebody who is not simulated, or the program, did to a ticket.

        Args:
            number: The ticket's.
            known: All its facts, in order of instant, then sequence number.
        """
        case = self._cases.get(number) or self._adopted(number, known)
        if case is None:
            return
        new = [fact for fact in known if fact[1] != SOURCE and fact[0] > case.heard_seq]
        if not new:
            return
        case.heard_seq = max(fact[0] for fact in new)
        case.relearn(known)
        self._timeline.now_ms = max(self._timeline.now_ms, max(fact[2].at_ms for fact in new))
        self._see(case, new)

    def _see(self, case: Case, new: Sequence[Fact]) -> None:
        withdrawn = withdrawn_acts(new)
        moved = [event for _seq, _source, event in new if moves(event) or type(event) in _CHANGES]
        if moved:
            case.is_theirs = not self._is_ours(case, moved[-1])
            self._work.go_on(case)
        for _seq, _source, event in new:
            if getattr(event, "act", "") in withdrawn:
                continue
            if isinstance(event, facts.TicketEscalated):
                self._reactions.told(case, event)
            elif isinstance(event, facts.TicketFlagged):
                self._reactions.flagged(case, event)
            elif isinstance(event, facts.TicketPhoned) and event.reached and event.role != "customer":
                self._reactions.reached(case)

    def _is_ours(self, case: Case, moved: Any) -> bool:
        """Whether simulated people go on with a ticket that somebody else moved last.

        What somebody took on, took back or wrote is theirs; what they sent to a unit is that unit's, and what they gave
        back is whose it was.
        """
        if case.path.owner:
            return case.path.owner in self._people
        if case.path.state not in (TicketState.NEW, TicketState.RETURNED):
            return True
        return type(moved) in _GIVEN_BACK and self._work.writer(case) in self._people

    def _adopted(self, number: str, known: Sequence[Fact]) -> Case | None:
        """A ticket that somebody else wrote: when it comes to a unit, its people work on it."""
        written = next((event for _seq, _source, event in known if isinstance(event, TicketCreated)), None)
        if written is None:
            return None
        kind = self._kinds.get(written.ticket_type, self._spec.kinds[0])
        case = self._new_case(number, kind, written.caller)
        case.spent.update(case.fate._fields)
        writers = [person for person, unit in self._unit_of.items() if unit == written.unit]
        if written.by == PROGRAM and writers:
            # The program writes for customers who are still cut off; an agent of the unit sends it.
            by = case.pick(writers)
            self._timeline.after(length_ms(case.draw, self._spec.resend), partial(self._send, case, by))
        return case

    # -- asides of the work ------------------------------------------------------------------------------------------

    def planned(self, case: Case, until_ms: int) -> None:
        self._program.watch(case, until_ms)

    def phoned(self, case: Case) -> None:
        self._program.watch(case, 1 << 62)

    def surveyed(self, case: Case) -> None:
        self._program.surveyed(case)

    def closed(self, case: Case) -> None:
        self._reactions.ask(case)
        self._timeline.after(_REMEMBERED_MS, partial(self._forget, case))

    def _forget(self, case: Case) -> None:
        if case.path.state is not TicketState.CLOSED:
            return
        self._cases.pop(case.number, None)
        caller = case.created.caller if case.created is not None else ""
        left = [each for each in self._by_caller.get(caller, ()) if each is not case]
        if left:
            self._by_caller[caller] = left
        else:
            self._by_caller.pop(caller, None)

    # -- writing -----------------------------------------------------------------------------------------------------

    def _new_case(self, number: str, kind: KindSpec, caller: str, cause: str = "") -> Case:
        policy = self.book.types.get(kind.type)
        reopen = ReopenPolicy.NEW_CYCLE if policy is None else policy.reopen
        draw = stream(self._seed, f"ticket/{cause or number}")
        place = self._customers.of(caller).place
        case = Case(number, kind, draw, self._spec.forgotten_per_mille, reopen, place)
        self._cases[number] = case
        return case

    def _next_number(self) -> tuple[str, str]:
        """The number of the next ticket, and what names its stream: its day as such, whatever date that has."""
        local = at(self._timeline.now_ms, self._zone)
        serial = self._serials.get(local.date(), FIRST_SERIAL)
        self._serials[local.date()] = serial + 1
        number = number_of(PREFIX, local.strftime("%y%m%d"), serial)
        return number, f"{(local.date() - self._plan.first_day).days}/{serial}"

    def _write(self, kind: KindSpec, by: str, caller: str, call: str | None, call_ended_ms: int) -> Case:
        number, cause = self._next_number()
        case = self._new_case(number, kind, caller, cause)
        customer = self._customers.of(caller)
        about: SubjectSpec = case.pick(kind.subjects)
        service = case.pick(about.services) if about.services else ""
        title = case.pick(about.titles).replace("#area", customer.area).replace("#service", service)
        risky = case.chance(kind.trouble.risk_per_mille)
        risk = case.pick(("regulator", "media"))
        self._work.tell(
            case,
            TicketCreated,
            by,
            ticket_type=kind.type,
            title=title,
            unit=self._unit_of.get(by, ""),
            customer=customer.name,
            caller=caller,
            stars=customer.stars,
            subject=about.subject,
            area=customer.area,
            service=service,
            call=call,
            call_ended_ms=call_ended_ms,
            risks=(risk,) if risky else (),
        )
        earlier = self._by_caller.setdefault(caller, [])
        if earlier and self._program.is_due():
            self._program.created(case, earlier)
        earlier.append(case)
        return case

    def _finish(self, case: Case, by: str) -> None:
        """The form is filled in: what the agent solved is closed, everything else is sent."""
        if case.chance(case.kind.at_once_per_mille):
            for made in (facts.TicketAccepted, facts.TicketResolved, facts.TicketAnswered):
                self._work.tell(case, made, by)
            self._work.tell(case, facts.TicketClosed, by)
            self.closed(case)
        elif case.will("forgotten") and self._spec.forgotten is not None:
            self._timeline.after(length_ms(case.draw, self._spec.forgotten), partial(self._send, case, by))
            self._program.watch(case, self._timeline.now_ms + 1)
        else:
            self._send(case, by)

    def _send(self, case: Case, by: str) -> None:
        # Somebody else may have sent it meanwhile.
        if case.path.state is TicketState.NEW and not case.is_theirs:
            self._work.send(case, by)
            self._work.go_on(case)

    # -- the floor ---------------------------------------------------------------------------------------------------

    def _entered(self, event: CallEntered) -> None:
        _caller, began_ms = self._callers.setdefault(event.call, (event.caller, event.at_ms))
        known = self._by_caller.get(event.caller)
        if known and self._program.is_due():
            waiting = [case for case in known if case.path.state is not TicketState.CLOSED]
            if waiting:
                self._program.called(event, began_ms, waiting)

    def _completed(self, event: CallCompleted) -> None:
        caller, _began_ms = self._callers.pop(event.call, ("", 0))
        drawn = self._whether() * 1000
        if self._outages.absorbs(event, caller, drawn):
            return
        kind = self._kind_of(event.queue, drawn)
        if kind is None:
            return
        case = self._write(kind, event.agent, caller, event.call, event.at_ms)
        if self._has_wrap_up[event.queue]:
            self._pending[event.agent] = case
        else:
            delay_ms = whole_between(case.draw, *_UNHURRIED_MS)
            self._timeline.after(delay_ms, partial(self._finish, case, event.agent))

    def _kind_of(self, queue: str, drawn: float) -> KindSpec | None:
        """What kind of ticket becomes of a call; None of most."""
        for share, kind in self._shares.get(queue, ()):
            drawn -= share
            if drawn < 0:
                return kind
        return None

    def _wrapped_up(self, event: WrapUpEnded) -> None:
        case = self._pending.pop(event.agent, None)
        if case is not None:
            self._finish(case, event.agent)

    # -- days --------------------------------------------------------------------------------------------------------

    def _begin_day(self, day: date) -> None:
        self._outages.plan(day)
        tomorrow = day + timedelta(days=1)
        self._serials = {known: serial for known, serial in self._serials.items() if known >= day}
        self._timeline.at(local_ms(tomorrow, 0, self._zone), partial(self._begin_day, tomorrow))

    def _write_backlog(self, earlier: Earlier) -> None:
        if self._has_backlog:
            case = self._write(earlier.kind, earlier.by, earlier.caller, None, earlier.at_ms)
            self._timeline.after(whole_between(case.draw, *_UNHURRIED_MS), partial(self._finish, case, earlier.by))


_GIVEN_BACK: Final = frozenset({facts.TicketReturned, facts.TicketUnqualified})

_CHANGES: Final = frozenset({facts.TicketReopened, facts.TicketActWithdrawn, facts.TicketHeld, facts.TicketResumed})

_HEARD: Final[Mapping[type, Callable[[TicketOffice, Any], None]]] = {
    CallEntered: TicketOffice._entered,
    CallCompleted: TicketOffice._completed,
    WrapUpEnded: TicketOffice._wrapped_up,
}
