"""What Watchfloor itself would have done by an instant: told of what is late, flagged, opened again.

The past of a simulated floor was lived without the program. So the simulator says what the program would have said,
by the program's own rules; from the instant on at which the program runs, it does that itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Final

from app.core import ticket_events as facts
from app.core.events import CallEntered
from app.people.model import Unit
from app.tickets import loops
from app.tickets.books import Books
from app.tickets.escalation import escalation
from app.tickets.history import Folded, fold_ticket
from app.tickets.model import Awaited, Ticket
from app.tickets.policy import Limit, TypePolicy
from seed.ticket_case import SOURCE, Case
from seed.timeline import Timeline

_RUNS_AGAIN: Final = frozenset({"ticket_resumed", "ticket_returned", "ticket_unqualified", "ticket_recalled"})
"""Facts after which a clock may go on with little left."""

_TOLD_BY: Final = {
    "call_ended": ("ticket_created",),
    "dispatched": ("ticket_dispatched", "ticket_transferred"),
    "received": ("ticket_received", "ticket_accepted"),
    "delivered": ("ticket_delivered", "ticket_accepted"),
}
"""The kinds that say that a ticket has passed a point, where that is not the one of the point's own name."""

_FAR_MS: Final = 1 << 62


class Program:
    """Plays the program until it runs.

    Args:
        books: What is promised.
        units: The tree of units.
        until_ms: When it runs, UTC milliseconds.
        timeline: Where its deeds are planned, and facts are left.
        told: Called with each telling.
        flagged: Called with each flag.
        reopened: Called with each ticket that a survey opened again.
    """

    def __init__(
        self,
        books: Books,
        units: Mapping[str, Unit],
        until_ms: int,
        timeline: Timeline,
        told: Callable[[Case, facts.TicketEscalated], None],
        flagged: Callable[[Case, facts.TicketFlagged], None],
        reopened: Callable[[Case], None],
    ) -> None:
        self._books = books
        self._units = units
        self._until_ms = until_ms
        self._timeline = timeline
        self._told = told
        self._flagged = flagged
        self._reopened = reopened
        self._soonest = {name: soonest_ms(policy) for name, policy in books.newest.book.types.items()}

    def is_due(self) -> bool:
        """Whether what the program does is still to be said for it."""
        return self._timeline.now_ms < self._until_ms

    # -- escalations -------------------------------------------------------------------------------------------------

    def watch(self, case: Case, until_ms: int) -> None:
        """Tell whoever is to be told of a ticket while nothing happens to it until an instant."""
        case.watched += 1
        until_ms = min(until_ms, self._until_ms)
        if until_ms <= self._timeline.now_ms or case.created is None:
            return
        soonest = self._soonest.get(case.created.ticket_type, {})
        for event in case.facts[case.looked :]:
            case.quiet_until_ms = min(case.quiet_until_ms, event.at_ms + soonest.get(event.kind, _FAR_MS))
        case.looked = len(case.facts)
        if until_ms < case.quiet_until_ms:
            return
        folded = self._fold(case)
        due = min(folded.awaited, key=lambda one: one.due_ms, default=None)
        case.quiet_until_ms = _FAR_MS if due is None else due.due_ms
        if due is not None and due.due_ms < until_ms:
            self._timeline.at(due.due_ms, partial(self._escalate, case, case.watched, due, folded.ticket, until_ms))

    def _escalate(self, case: Case, watched: int, due: Awaited, ticket: Ticket, until_ms: int) -> None:
        if case.watched != watched:
            return
        event = escalation(due, ticket, self._books, self._units, self._timeline.now_ms)
        if event is not None:
            self._say(case, event)
            self._told(case, event)
        case.quiet_until_ms = 0
        self.watch(case, until_ms)

    # -- customers who call again, or are not satisfied --------------------------------------------------------------

    def called(self, entered: CallEntered, began_ms: int, waiting: Sequence[Case]) -> None:
        """A caller entered a queue who has tickets."""
        book = self._books.newest.book
        found = [self._fold(case).ticket for case in waiting]
        self._flag(loops.repeat_call(entered, began_ms, found, book), waiting)

    def created(self, case: Case, earlier: Sequence[Case]) -> None:
        """A ticket was written by somebody who has others."""
        if case.created is not None:
            tickets = [self._fold(each).ticket for each in earlier]
            book = self._books.newest.book
            self._flag(loops.repeats(case.created, tickets, book), [case])

    def _flag(self, made: Sequence[facts.TicketEvent], cases: Sequence[Case]) -> None:
        by_number = {case.number: case for case in cases}
        for event in made:
            case = by_number[event.ticket]
            self._say(case, event)
            if isinstance(event, facts.TicketFlagged):
                self._flagged(case, event)

    def surveyed(self, case: Case) -> None:
        """A customer said how satisfied they are: below the line the ticket is opened again."""
        if not self.is_due():
            return
        made = loops.dissatisfied(self._fold(case).ticket, self._books.newest.book, self._timeline.now_ms)
        for event in made:
            self._say(case, event)
            self._reopened(case)

    def _say(self, case: Case, event: facts.TicketEvent) -> None:
        self._timeline.emit(event)
        case.take(event)

    def _fold(self, case: Case) -> Folded:
        known = [(seq, SOURCE, event) for seq, event in enumerate(case.facts, 1)]
        return fold_ticket(case.number, known, self._books)


def soonest_ms(policy: TypePolicy) -> dict[str, int]:
    """How soon after each kind of fact somebody is told, at the soonest: by a clock that it starts, or lets go on.

    In milliseconds; kinds that are not named start no clock of which anybody is ever told.
    """
    found: dict[str, int] = {}
    limits: list[tuple[Limit, tuple[str, ...]]] = [(stage, stage.start) for stage in policy.stages]
    if policy.overall is not None:
        limits.append((policy.overall, (policy.overall_start,)))
    for limit, points in limits:
        if limit.escalation:
            soonest = (limit.act_seconds or limit.limit_seconds) * 1000
            for kind in (kind for point in points for kind in _TOLD_BY.get(point, (f"ticket_{point}",))):
                found[kind] = min(soonest, found.get(kind, _FAR_MS))
    if found:
        found |= dict.fromkeys(_RUNS_AGAIN, 0) | {"ticket_reopened": min(found.values())}
    return found
