"""How simulated people work on tickets: from where a ticket stands to what is done next, and when.

Each plan is made from the ticket as it is; a plan made since voids it. So whatever somebody else does to a ticket, the
simulated people go on from there, or leave it alone where it is in other hands.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Final, NamedTuple, Protocol

from app.core import ticket_events as facts
from app.tickets.model import TicketState
from seed.ticket_case import Case, length_ms
from seed.ticket_scenario import TicketsSpec
from seed.ticket_units import Department, Departments
from seed.timeline import Timeline

_FAR_MS: Final = 1 << 62
_MISSING: Final = "missing_facts"
_NO_ORDER: Final = ("should_not_exist", "duplicate")
_NEVER_PER_MILLE: Final = 330
"""Of the calls that do not come in time, how many never come."""

_UNQUALIFIED: Final = (_MISSING, _MISSING, "wrong_unit", "wrong_unit", *_NO_ORDER)


class Step(NamedTuple):
    """What is to be done next: when, in UTC milliseconds, and what."""

    at_ms: int
    do: Callable[[Case], None]


class Aside(Protocol):
    """Whoever looks at a ticket beside those who work on it."""

    def planned(self, case: Case, until_ms: int) -> None:
        """Nothing will happen to a ticket until an instant, unless somebody else does something."""
        ...

    def phoned(self, case: Case) -> None:
        """Somebody was phoned about a ticket."""
        ...

    def surveyed(self, case: Case) -> None:
        """A customer said how satisfied they are."""
        ...

    def closed(self, case: Case) -> None:
        """A ticket was closed."""
        ...


class Work:
    """Plans and does what is next.

    Args:
        spec: How long things take.
        departments: Who works on tickets; agents of the floor send them.
        timeline: Where it is planned, and facts are left.
        line_fen: What may be granted to a customer without asking above.
    """

    aside: Aside
    """Told of plans and closings; set once both sides exist."""

    def __init__(self, spec: TicketsSpec, departments: Departments, timeline: Timeline, line_fen: int) -> None:
        self._spec = spec
        self._departments = departments.by_unit
        self._timeline = timeline
        self._line_fen = line_fen
        self._granting = departments.granting
        self._floor_after = departments.floor_after
        self._next: dict[TicketState, Callable[[Case], Step | None]] = {
            TicketState.SENT: self._when_sent,
            TicketState.RECEIVED: self._when_received,
            TicketState.ACCEPTED: self._when_accepted,
            TicketState.WORKING: self._when_working,
            TicketState.HELD: self._when_held,
            TicketState.RETURNED: self._when_returned,
            TicketState.RESOLVED: self._when_resolved,
        }

    def tell(self, case: Case, made: type[Any], by: str, **values: object) -> None:
        """Leave a fact of a ticket behind, of this instant."""
        event = made(at_ms=self._timeline.now_ms, ticket=case.number, by=by, **values)
        self._timeline.emit(event)
        case.take(event)

    def go_on(self, case: Case) -> None:
        """Plan what is next for a ticket as it stands; what was planned before is void."""
        case.turn += 1
        find = self._next.get(case.path.state)
        step = None if case.is_theirs or find is None else find(case)
        if step is not None:
            self._timeline.at(step.at_ms, partial(self._do, case, case.turn, step.do))
        self.aside.planned(case, _FAR_MS if step is None else step.at_ms)

    def _do(self, case: Case, turn: int, do: Callable[[Case], None]) -> None:
        if case.turn == turn:
            do(case)
            self.go_on(case)

    # -- who and when ------------------------------------------------------------------------------------------------

    def place(self, case: Case) -> Department | None:
        """The department that has a ticket; None where it is with the floor, or with a unit nobody simulates."""
        return self._departments.get(case.path.unit)

    def hand(self, case: Case) -> str:
        """Who of the unit that has it does something: the owner, or anybody."""
        place = self.place(case)
        return case.path.owner or (place.clerk(case.draw) if place is not None else self.writer(case))

    def writer(self, case: Case) -> str:
        """Who wrote it."""
        return case.created.by if case.created is not None else ""

    def _after(self, case: Case, delay_ms: int) -> int:
        """An instant after some of the working time of the unit that has it."""
        place = self.place(case)
        now_ms = self._timeline.now_ms
        return self._floor_after(now_ms, delay_ms) if place is None else place.after(now_ms, delay_ms)

    def _step(self, case: Case, delay_ms: int, do: Callable[[Case], None]) -> Step:
        return Step(self._after(case, delay_ms), do)

    # -- on its way --------------------------------------------------------------------------------------------------

    def send(self, case: Case, by: str) -> None:
        """Send a ticket to the unit that the customer's area decides; another one when that has given it back."""
        units = case.kind.to
        gone = [unit for unit in units if unit != self._last_receiver(case)] or list(units)
        first = units[case.place % len(units)]
        unit = first if first in gone else case.pick(gone)
        self.tell(case, facts.TicketDispatched, by, unit=unit)

    def _last_receiver(self, case: Case) -> str:
        return case.path.returns[-1].from_unit if case.path.returns else ""

    def _when_sent(self, case: Case) -> Step | None:
        place = self.place(case)
        if place is None:
            return None
        if case.is_heard:
            return self._step(case, length_ms(case.draw, self._spec.heard), self._receive)
        if case.chance(place.spec.unheard_per_mille):
            return self._step(case, length_ms(case.draw, self._spec.unheard), self._receive)
        pace = case.kind.pace
        spread = pace.deliver if case.goes_to_crew and pace.deliver is not None else pace.receive
        return self._step(case, length_ms(case.draw, spread), self._receive)

    def _receive(self, case: Case) -> None:
        by = self.hand(case)
        if case.goes_to_crew:
            self.tell(case, facts.TicketDelivered, by)
        else:
            self.tell(case, facts.TicketReceived, by, unit=case.path.unit)

    def _when_received(self, case: Case) -> Step | None:
        if self.place(case) is None and not case.path.owner:
            return None
        pace = case.kind.pace
        if pace.forward is not None and self._crews(case) and "reopened" not in case.done:
            return self._step(case, length_ms(case.draw, pace.forward), self._forward)
        do = self._accept
        if case.path.sender and case.will("unqualified"):
            do = self._mark_unqualified
        elif case.path.sender and case.will("returned"):
            do = self._give_back
        return self._step(case, length_ms(case.draw, pace.accept), do)

    def _crews(self, case: Case) -> list[Department]:
        """The crews that the unit which has it can send it on to."""
        found = [self._departments[unit] for unit in case.kind.crews]
        return [crew for crew in found if crew.unit.parent == case.path.unit]

    def _forward(self, case: Case) -> None:
        last = self._last_receiver(case)
        crews = self._crews(case)
        crew = case.pick([crew for crew in crews if crew.unit.unit != last] or crews)
        self.tell(
            case,
            facts.TicketForwarded,
            self.hand(case),
            unit=crew.unit.unit,
            elsewhere=crew.spec.is_elsewhere,
        )

    def _accept(self, case: Case) -> None:
        self.tell(case, facts.TicketAccepted, self.hand(case))

    # -- going back --------------------------------------------------------------------------------------------------

    def _mark_unqualified(self, case: Case) -> None:
        self.tell(case, facts.TicketUnqualified, self.hand(case), reason=case.pick(_UNQUALIFIED))

    def _give_back(self, case: Case) -> None:
        trouble = case.kind.trouble
        charged = case.chance(trouble.return_charged_per_mille)
        reason = case.pick(trouble.return_reasons)
        self.tell(case, facts.TicketReturned, self.hand(case), reason=reason, charged=charged)

    def _when_returned(self, case: Case) -> Step | None:
        return self._step(case, length_ms(case.draw, self._spec.resend), self._send_again)

    def _send_again(self, case: Case) -> None:
        if case.path.returns and case.path.returns[-1].reason in _NO_ORDER:
            self.tell(case, facts.TicketClosed, self.hand(case))
        elif self._crews(case):
            self._accept(case)
            self._forward(case)
        else:
            self.send(case, self.hand(case))

    # -- the work ----------------------------------------------------------------------------------------------------

    def _when_accepted(self, case: Case) -> Step | None:
        pace = case.kind.pace
        if case.kind.crews and pace.depart is not None and self._is_crew(case):
            delay_ms = length_ms(case.draw, pace.depart)
            if case.will("delayed"):
                return self._step(case, delay_ms // 2, self._delay)
            return self._step(case, delay_ms, self._depart)
        if pace.contact is not None and "contacted" not in case.done:
            return self._step(case, length_ms(case.draw, pace.contact), self._contact)
        if case.will("transferred"):
            return self._step(case, length_ms(case.draw, pace.accept), self._transfer)
        return self._step(case, length_ms(case.draw, pace.accept), self._start)

    def _is_crew(self, case: Case) -> bool:
        return case.path.unit in case.kind.crews and not {"arrived", "reopened"} & case.done

    def _depart(self, case: Case) -> None:
        self.tell(case, facts.TicketDeparted, self.hand(case))

    def _delay(self, case: Case) -> None:
        self.tell(case, facts.TicketDelayed, self.hand(case), reason=case.pick(case.kind.trouble.delay_reasons))

    def _contact(self, case: Case) -> None:
        self.tell(case, facts.TicketContacted, self.hand(case))
        self._promise_perhaps(case)

    def _transfer(self, case: Case) -> None:
        units = [unit for unit in case.kind.trouble.transfer_to if unit != case.path.unit]
        if units:
            self.tell(case, facts.TicketTransferred, self.hand(case), unit=case.pick(units))
        else:
            self._start(case)

    def _start(self, case: Case) -> None:
        self.tell(case, facts.TicketStarted, self.hand(case))
        self._promise_perhaps(case)

    def _when_working(self, case: Case) -> Step | None:
        pace = case.kind.pace
        if self._is_crew(case) and pace.arrive is not None:
            return self._step(case, length_ms(case.draw, pace.arrive), self._arrive)
        work_ms = length_ms(case.draw, pace.work)
        if "resumed" in case.done:
            return self._step(case, work_ms // 2, self._resolve)
        if case.will("held"):
            return self._step(case, work_ms // 2, self._hold)
        return self._step(case, work_ms, self._resolve)

    def _arrive(self, case: Case) -> None:
        self.tell(case, facts.TicketArrived, self.hand(case))
        self._promise_perhaps(case)

    def _hold(self, case: Case) -> None:
        self.tell(case, facts.TicketHeld, self.hand(case), reason=case.pick(case.kind.trouble.hold_reasons))

    def _when_held(self, case: Case) -> Step | None:
        hold = case.kind.trouble.hold
        return None if hold is None else self._step(case, length_ms(case.draw, hold), self._resume)

    def _resume(self, case: Case) -> None:
        self.tell(case, facts.TicketResumed, self.hand(case))

    def _resolve(self, case: Case) -> None:
        by = self.hand(case)
        if case.will("credited"):
            self._credit(case, by)
        self.tell(case, facts.TicketResolved, by, solution=case.pick(case.kind.solutions))

    def _credit(self, case: Case, by: str) -> None:
        amount_fen = case.pick(case.kind.trouble.credit_yuan) * 100
        granted_by = ""
        if amount_fen > self._line_fen:
            granted_by = self._granting
            if not granted_by:
                return
        self.tell(case, facts.TicketCredited, by, amount_fen=amount_fen, authorised_by=granted_by)

    # -- promises and the end ----------------------------------------------------------------------------------------

    def _promise_perhaps(self, case: Case) -> None:
        spread = case.kind.trouble.promise
        if spread is None or not case.will("promised"):
            return
        now_ms = self._timeline.now_ms
        due_ms = (now_ms + length_ms(case.draw, spread)) // 60_000 * 60_000 + 60_000
        number = case.created.caller if case.created is not None else ""
        self.tell(case, facts.TicketPromised, self.hand(case), promise="p1", due_ms=due_ms, number=number)
        early_ms = case.between(0, (due_ms - now_ms) // 3)
        if case.chance(self._spec.call_back_late_per_mille):
            if case.chance(_NEVER_PER_MILLE):
                return
            early_ms = -case.between(120_000, 3_600_000)
        self._timeline.at(due_ms - early_ms, partial(self._call_back, case, "p1", number))

    def _call_back(self, case: Case, promise: str, number: str) -> None:
        if promise in case.kept or case.is_theirs:
            return
        self.tell(case, facts.TicketCalledBack, self.hand(case), promise=promise, number=number)

    def _when_resolved(self, case: Case) -> Step | None:
        pace = case.kind.pace
        if "answered" not in case.done:
            return self._step(case, length_ms(case.draw, pace.answer), self._answer)
        return self._step(case, length_ms(case.draw, pace.close), self._close)

    def _answer(self, case: Case) -> None:
        self.tell(case, facts.TicketAnswered, self.hand(case))

    def _close(self, case: Case) -> None:
        self.tell(case, facts.TicketClosed, self.hand(case))
        self.aside.closed(case)
