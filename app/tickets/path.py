"""The way of a ticket: who had it when, what it waited for, and the moments that its clocks are counted from. Pure.

Any facts in any order of kinds make a way: what does not fit changes nothing, so that a bridge which tells twice or
leaves something out never stops a ticket. What people may do is checked where they do it (`app.tickets.rules`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from app.core import ticket_events as facts
from app.tickets.model import Cycle, Return, TicketState
from app.tickets.policy import ReopenPolicy
from app.tickets.runs import Moment, What

_CARRIED: Final = frozenset({"call_ended", "created", "dispatched", "received", "forwarded", "delivered"})
"""Points that a ticket has passed for good: a reopening does not send it on its way again."""

_WRITTEN: Final = ("call_ended", "created")
"""Points that no return takes back."""

_BACK: Final = frozenset({"returned", "charged", "recalled", "unqualified"})

_UNTOUCHED: Final = frozenset({TicketState.NEW, TicketState.SENT, TicketState.RETURNED, TicketState.RESOLVED})


class _Leg(NamedTuple):
    """Who handed the ticket on, and how it stood with them."""

    unit: str
    owner: str
    state: TicketState
    goes_to_crew: bool
    passed: tuple[str, ...]


@dataclass(slots=True)
class CyclePath:
    """One cycle while it is gone through.

    Attributes:
        started_ms: When it began.
        is_dissatisfied: Whether a survey began it.
        passed: Points passed before it began, in order.
        moments: What its clocks are counted from, in order.
        over_ms: When it was over: closed, or left for the next one; None while it is open.
    """

    started_ms: int
    is_dissatisfied: bool = False
    passed: tuple[str, ...] = ()
    moments: list[Moment] = field(default_factory=list)
    over_ms: int | None = None
    resolved_ms: int | None = None
    closed_ms: int | None = None
    handler: str = ""
    unit: str = ""
    score: int | None = None

    def cycle(self, number: int) -> Cycle:
        """What it came to."""
        return Cycle(
            number,
            self.started_ms,
            self.resolved_ms,
            self.closed_ms,
            self.handler,
            self.unit,
            self.score,
            self.is_dissatisfied,
        )


class Path:
    """Goes through a ticket's facts in order.

    Args:
        unit: The unit that wrote it.
        started_ms: When the first cycle begins.
        reopen_at: What a reopening does by the policy in force at an instant.
    """

    def __init__(self, unit: str, started_ms: int, reopen_at: Callable[[int], ReopenPolicy]) -> None:
        self._reopen_at = reopen_at
        self._by = ""
        self._origin_unit = unit
        self.unit = unit
        self.owner = ""
        self._state = TicketState.NEW
        self._legs: list[_Leg] = []
        self._passed: dict[str, None] = {}
        self._goes_to_crew = False
        self._is_reached = False
        self._is_accepted = False
        self.holds: tuple[str, ...] = ()
        self.cycles = [CyclePath(started_ms)]
        self.returns: list[Return] = []

    @property
    def state(self) -> TicketState:
        """Where it stands."""
        return TicketState.HELD if self.holds and not self._state.is_over else self._state

    @property
    def sender(self) -> str:
        """The unit that gets it back when it is returned."""
        return self._legs[-1].unit if self._legs else ""

    def take(self, event: Any) -> None:
        """Take in the next fact."""
        kind = type(event)
        self._by = "" if event.by == facts.PROGRAM else event.by
        always = _ALWAYS.get(kind)
        if always is not None:
            always(self, event)
        elif self._state is not TicketState.CLOSED and (deed := _WHILE_OPEN.get(kind)) is not None:
            deed(self, event)

    def end_call(self, at_ms: int) -> None:
        """The call that the ticket came from ended."""
        self._by = ""
        self._note(at_ms, "", "call_ended")

    def _note(self, at_ms: int, what: What, *points: str, is_elsewhere: bool = False) -> None:
        if self._state is TicketState.CLOSED and what != "closed":
            return
        for point in points:
            # The one passed last stands last.
            self._passed.pop(point, None)
            self._passed[point] = None
        passed = self._carried() if what in _BACK else ()
        moment = Moment(at_ms, what, points, self.unit, self.owner, self.holds, is_elsewhere, self._by, passed)
        self.cycles[-1].moments.append(moment)

    def _carried(self) -> tuple[str, ...]:
        return tuple(point for point in self._passed if point in _CARRIED)

    # -- on its way --------------------------------------------------------------------------------------------------

    def _created(self, event: facts.TicketCreated) -> None:
        if "created" not in self._passed:
            self._note(event.at_ms, "", "created")

    def _send(self, at_ms: int, unit: str, person: str, point: str, is_elsewhere: bool = False) -> None:
        self._legs.append(_Leg(self.unit, self.owner, self._state, self._goes_to_crew, tuple(self._passed)))
        self.unit, self.owner, self._state = unit, person, TicketState.SENT
        self._goes_to_crew = point == "forwarded"
        self._is_reached = self._is_accepted = False
        self._note(at_ms, "sent", point, is_elsewhere=is_elsewhere)

    def _dispatched(self, event: facts.TicketDispatched) -> None:
        self._send(event.at_ms, event.unit, event.person, "dispatched")

    def _forwarded(self, event: facts.TicketForwarded) -> None:
        self._reach(event.at_ms)
        self._send(event.at_ms, event.unit, event.person, "forwarded", event.elsewhere)

    def _transferred(self, event: facts.TicketTransferred) -> None:
        if event.unit != self.unit:
            self._reach(event.at_ms)
            self._send(event.at_ms, event.unit, event.person, "dispatched")
            return
        self.owner = event.person
        self._is_accepted = False
        if self._state is not TicketState.SENT:
            self._state = TicketState.RECEIVED
        self._note(event.at_ms, "")

    def _received(self, event: facts.TicketReceived) -> None:
        if event.unit and event.unit != self.unit:
            if self.unit and self._state is not TicketState.SENT:
                # Nobody told that it was sent there.
                self._send(event.at_ms, event.unit, "", "dispatched")
            self.unit = event.unit
        self._arrive_at_unit(event.at_ms, "delivered" if self._goes_to_crew else "received")

    def _delivered(self, event: facts.TicketDelivered) -> None:
        self._arrive_at_unit(event.at_ms, "delivered")

    def _arrive_at_unit(self, at_ms: int, point: str) -> None:
        if self._state in _UNTOUCHED:
            self._state = TicketState.RECEIVED
        if not self._is_reached:
            self._is_reached = True
            self._note(at_ms, "", point)

    def _reach(self, at_ms: int) -> None:
        """What is worked on has arrived, told or not."""
        if self._state is TicketState.SENT:
            self._arrive_at_unit(at_ms, "delivered" if self._goes_to_crew else "received")

    def _accepted(self, event: facts.TicketAccepted) -> None:
        self._reach(event.at_ms)
        self._take_over(is_always=True)
        if self._state is not TicketState.WORKING:
            self._state = TicketState.ACCEPTED
        if not self._is_accepted:
            self._is_accepted = True
            self._note(event.at_ms, "", "accepted")
        else:
            self._note(event.at_ms, "")

    def _take_over(self, is_always: bool = False) -> None:
        if self._by and (is_always or not self.owner):
            self.owner = self._by

    def _work(self, event: Any, point: str) -> None:
        self._reach(event.at_ms)
        self._take_over()
        self._state = TicketState.WORKING
        self._note(event.at_ms, "", point)

    def _started(self, event: facts.TicketStarted) -> None:
        self._work(event, "started")

    def _departed(self, event: facts.TicketDeparted) -> None:
        self._work(event, "departed")

    def _arrived(self, event: facts.TicketArrived) -> None:
        self._work(event, "arrived")

    # -- going back --------------------------------------------------------------------------------------------------

    def _back(self, at_ms: int, what: What) -> _Leg | None:
        leg = self._legs.pop() if self._legs else None
        self.unit = leg.unit if leg else self._origin_unit or self.unit
        self.owner = leg.owner if leg else ""
        if what == "recalled":
            self._state = leg.state if leg else TicketState.NEW
        else:
            self._state = TicketState.RETURNED
        # Who has it again stands where they stood: what was passed on the way out is not passed any more.
        before = leg.passed if leg else ()
        self._passed = dict.fromkeys((*before, *(point for point in self._passed if point in _WRITTEN)))
        self._goes_to_crew = leg is not None and leg.goes_to_crew
        self._is_reached = self._state is not TicketState.SENT
        self._is_accepted = self._state in (TicketState.ACCEPTED, TicketState.WORKING)
        self.holds = ()
        self._note(at_ms, what)
        return leg

    def _returned(self, event: facts.TicketReturned) -> None:
        from_unit = self.unit
        self._back(event.at_ms, "charged" if event.charged else "returned")
        self.returns.append(
            Return(event.at_ms, event.by, from_unit, self.unit, event.reason, False, is_charged=event.charged)
        )

    def _unqualified(self, event: facts.TicketUnqualified) -> None:
        from_unit = self.unit
        self._back(event.at_ms, "unqualified")
        self.returns.append(Return(event.at_ms, event.by, from_unit, self.unit, event.reason, True, is_charged=False))

    def _recalled(self, event: facts.TicketRecalled) -> None:
        self._back(event.at_ms, "recalled")

    # -- waiting, and with the customer ------------------------------------------------------------------------------

    def _held(self, event: facts.TicketHeld) -> None:
        if event.reason not in self.holds:
            self.holds = (*self.holds, event.reason)
            self._note(event.at_ms, "")

    def _resumed(self, event: facts.TicketResumed) -> None:
        left = () if event.reason is None else tuple(hold for hold in self.holds if hold != event.reason)
        if left != self.holds:
            self.holds = left
            self._note(event.at_ms, "")

    def _contacted(self, event: facts.TicketContacted) -> None:
        self._note(event.at_ms, "", "contacted")

    def _phoned(self, event: facts.TicketPhoned) -> None:
        if event.role == "customer" and event.reached:
            self._note(event.at_ms, "", "contacted")

    def _called_back(self, event: facts.TicketCalledBack) -> None:
        if event.reached:
            self._note(event.at_ms, "", "contacted")

    def _surveyed(self, event: facts.TicketSurveyed) -> None:
        self.cycles[-1].score = event.score

    # -- the end, and no end -----------------------------------------------------------------------------------------

    def _resolved(self, event: facts.TicketResolved) -> None:
        self._reach(event.at_ms)
        self._state = TicketState.RESOLVED
        self.holds = ()
        cycle = self.cycles[-1]
        cycle.resolved_ms = event.at_ms
        cycle.handler = self.owner or self._by
        cycle.unit = self.unit
        self._note(event.at_ms, "", "resolved")

    def _answered(self, event: facts.TicketAnswered) -> None:
        self._note(event.at_ms, "", "answered")

    def _closed(self, event: facts.TicketClosed) -> None:
        self._state = TicketState.CLOSED
        self.holds = ()
        cycle = self.cycles[-1]
        cycle.closed_ms = cycle.over_ms = event.at_ms
        if cycle.resolved_ms is None:
            cycle.handler, cycle.unit = self.owner, self.unit
        self._note(event.at_ms, "closed", "closed")

    def _reopened(self, event: facts.TicketReopened) -> None:
        if not self._state.is_over:
            return
        over = self.cycles[-1]
        self._state = TicketState.RECEIVED
        self._is_reached, self._is_accepted = True, False
        if event.dissatisfied:
            self.unit, self.owner = over.unit or self.unit, over.handler
        policy = self._reopen_at(event.at_ms if over.closed_ms is None else over.closed_ms)
        if event.dissatisfied or policy is ReopenPolicy.NEW_CYCLE:
            if over.over_ms is None:
                over.over_ms = event.at_ms
                over.moments.append(Moment(event.at_ms, "closed", (), self.unit, self.owner, ()))
            self.cycles.append(CyclePath(event.at_ms, event.dissatisfied, self._carried()))
        else:
            over.closed_ms = over.over_ms = None
        self._note(event.at_ms, "reopened")


_WHILE_OPEN: Final[Mapping[type, Callable[[Path, Any], None]]] = {
    facts.TicketDispatched: Path._dispatched,
    facts.TicketReceived: Path._received,
    facts.TicketForwarded: Path._forwarded,
    facts.TicketDelivered: Path._delivered,
    facts.TicketAccepted: Path._accepted,
    facts.TicketStarted: Path._started,
    facts.TicketDeparted: Path._departed,
    facts.TicketArrived: Path._arrived,
    facts.TicketContacted: Path._contacted,
    facts.TicketHeld: Path._held,
    facts.TicketResumed: Path._resumed,
    facts.TicketTransferred: Path._transferred,
    facts.TicketReturned: Path._returned,
    facts.TicketRecalled: Path._recalled,
    facts.TicketResolved: Path._resolved,
    facts.TicketAnswered: Path._answered,
    facts.TicketClosed: Path._closed,
    facts.TicketUnqualified: Path._unqualified,
}
"""What changes nothing on a ticket that is closed: it must be reopened first."""

_ALWAYS: Final[Mapping[type, Callable[[Path, Any], None]]] = {
    facts.TicketCreated: Path._created,
    facts.TicketPhoned: Path._phoned,
    facts.TicketCalledBack: Path._called_back,
    facts.TicketSurveyed: Path._surveyed,
    facts.TicketReopened: Path._reopened,
}

_STAYS: Final = frozenset({facts.TicketContacted, facts.TicketHeld, facts.TicketResumed})


def moves(event: object) -> bool:
    """Whether a fact moves a ticket on its way, back, or to its end."""
    return type(event) in _WHILE_OPEN and type(event) not in _STAYS
