"""A ticket made of its facts. Pure: the same facts in whatever order of arrival give the same ticket."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final, NamedTuple

from app.core.journal import Fact
from app.core.ticket_events import TicketActWithdrawn, TicketCreated
from app.tickets.awaiting import awaited
from app.tickets.books import Books, TypePlan
from app.tickets.clocks import Counter
from app.tickets.dealings import Dealings
from app.tickets.model import Awaited, Clock, Step, Ticket, TicketState
from app.tickets.path import Path, moves
from app.tickets.policy import ReopenPolicy
from app.tickets.priority import judge


class Folded(NamedTuple):
    """A ticket, and what a rule will do about it by itself.

    Attributes:
        ticket: The ticket.
        awaited: What is due when nothing happens.
    """

    ticket: Ticket
    awaited: tuple[Awaited, ...]


_UNWRITTEN: Final = TicketCreated(at_ms=946_684_800_000, ticket="?", ticket_type="?")
"""Stands for the writing of a ticket of which only later facts are known."""


def fold_ticket(number: str, facts: Sequence[Fact], books: Books) -> Folded:
    """Make a ticket of its facts.

    Args:
        number: The ticket's.
        facts: At least one, in any order, all of this ticket.
        books: What was promised when.
    """
    ordered = sorted(facts, key=lambda fact: (fact[2].at_ms, fact[0]))
    withdrawn = withdrawn_acts(ordered)
    created = next((e for _s, _n, e in ordered if type(e) is TicketCreated and e.act not in withdrawn), None)
    first_ms = ordered[0][2].at_ms
    known: TicketCreated = created or _any_created(ordered) or _UNWRITTEN
    ticket_type = "" if known is _UNWRITTEN else known.ticket_type
    created_ms = first_ms if known is _UNWRITTEN else known.at_ms

    def reopen_at(at_ms: int) -> ReopenPolicy:
        return books.plan(books.version_at(at_ms), ticket_type).reopen

    path = Path(known.unit, created_ms, reopen_at)
    dealings = Dealings()
    steps = _go(path, dealings, ordered, withdrawn, created)
    is_taken_back = created is None and known is not _UNWRITTEN
    closed_ms = path.cycles[-1].closed_ms
    state = path.state
    if is_taken_back:
        closed_ms = max(e.at_ms for _s, _n, e in ordered if type(e) is TicketActWithdrawn)
        state = TicketState.CLOSED
    plan = books.plan(books.version_at(closed_ms), ticket_type)
    clocks = [] if is_taken_back else _count(path, books, ticket_type)
    judged = judge(
        plan.book,
        known.stars,
        {flag.flag for flag in dealings.flags.values()},
        known.risks,
        known.compensation_fen,
        dealings.prioritised,
    )
    ticket = Ticket(
        ticket=number,
        ticket_type=ticket_type,
        state=state,
        title=known.title,
        unit=path.unit,
        owner=path.owner,
        sender=path.sender,
        origin_unit=known.unit,
        writer=known.by,
        customer=known.customer,
        caller=known.caller,
        stars=known.stars,
        subject=known.subject,
        area=known.area,
        service=known.service,
        created_ms=created_ms,
        closed_ms=closed_ms,
        changed_ms=ordered[-1][2].at_ms,
        cycle=len(path.cycles),
        priority=judged.priority,
        reasons=judged.reasons,
        priority_note=judged.note,
        holds=path.holds,
        risks=tuple(known.risks),
        compensation_fen=known.compensation_fen,
        credited_fen=dealings.credited_fen,
        calls=tuple(dealings.calls),
        linked=tuple(dealings.linked),
        clocks=tuple(clocks),
        cycles=tuple(cycle.cycle(number) for number, cycle in enumerate(path.cycles, 1)),
        steps=tuple(steps),
        promises=tuple(dealings.promises.values()),
        flags=tuple(dealings.flags.values()),
        returns=tuple(path.returns),
        told=tuple(dealings.told),
        acts_open=_acts_open(ordered, withdrawn),
        fields=tuple(known.fields.items()),
    )
    return Folded(ticket, () if state is TicketState.CLOSED else _awaited(ticket, plan, dealings))


def withdrawn_acts(ordered: Sequence[Fact]) -> frozenset[str]:
    """The acts that were taken back; one whose taking back was taken back stands again.

    Args:
        ordered: The facts of one ticket, in order of instant, then sequence number.
    """
    taken: set[str] = set()
    for _seq, _source, event in reversed(ordered):
        if type(event) is TicketActWithdrawn and event.act not in taken:
            taken.add(event.withdrawn)
    return frozenset(taken)


def _any_created(ordered: Sequence[Fact]) -> TicketCreated | None:
    return next((event for _seq, _source, event in ordered if type(event) is TicketCreated), None)


def _acts_open(ordered: Sequence[Fact], withdrawn: frozenset[str]) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for _seq, _source, event in ordered:
        act: str = event.act  # type: ignore[union-attr]
        if act and act not in withdrawn and type(event) is not TicketActWithdrawn:
            found.pop(act, None)
            found[act] = None
    return tuple(found)


def _go(
    path: Path,
    dealings: Dealings,
    ordered: Sequence[Fact],
    withdrawn: frozenset[str],
    created: TicketCreated | None,
) -> list[Step]:
    """Take a path through the facts that count, and list all of them as steps."""
    steps: list[Step] = []
    call_ended_ms = None if created is None else _call_ended_ms(created, ordered, withdrawn)
    is_written = False
    for seq, _source, event in ordered:
        act: str = event.act  # type: ignore[union-attr]
        is_withdrawn = bool(act) and act in withdrawn
        if not is_withdrawn:
            # An order that was sent before the call ended was sent in no time.
            if call_ended_ms is not None and (event.at_ms >= call_ended_ms or (is_written and moves(event))):
                path.end_call(min(call_ended_ms, event.at_ms))
                call_ended_ms = None
            path.take(event)
            dealings.take(event)
            is_written = is_written or event is created
        if not _is_told_with_its_end(event, created):
            steps.append(_step(seq, event, path.unit, is_withdrawn))
    if call_ended_ms is not None:
        path.end_call(call_ended_ms)
    return steps


def _call_ended_ms(created: TicketCreated, ordered: Sequence[Fact], withdrawn: frozenset[str]) -> int:
    """When the call ended that a ticket came from: as its writing says, or as the same says that is told again once the
    call is over; else with the writing."""
    if created.call_ended_ms is not None or created.call is None:
        return created.at_ms if created.call_ended_ms is None else created.call_ended_ms
    told = (
        event.call_ended_ms
        for _seq, _source, event in ordered
        if type(event) is TicketCreated and event.call == created.call and event.act not in withdrawn
    )
    return next((ended_ms for ended_ms in told if ended_ms is not None), created.at_ms)


def _is_told_with_its_end(event: Any, created: TicketCreated | None) -> bool:
    """Whether a fact is the writing again, and says nothing more than when the call ended."""
    return (
        type(event) is TicketCreated
        and created is not None
        and event is not created
        and replace(event, call_ended_ms=None) == created
    )


def _count(path: Path, books: Books, ticket_type: str) -> list[Clock]:
    clocks: list[Clock] = []
    for number, cycle in enumerate(path.cycles, 1):
        plan = books.plan(books.version_at(cycle.over_ms), ticket_type)
        clocks += Counter(number, plan, books, cycle.passed).count(cycle.moments)
    return clocks


def _awaited(ticket: Ticket, plan: TypePlan, dealings: Dealings) -> tuple[Awaited, ...]:
    escalations = {stage.name: stage.limit.escalation for stage in plan.stages if stage.limit.escalation}
    if not escalations:
        return ()
    return tuple(awaited(ticket.ticket, ticket.clocks, escalations, dealings.told, dealings.phoned))


# -- steps -----------------------------------------------------------------------------------------------------------

_NOTES: Final[Mapping[str, str]] = {
    "ticket_created": "title",
    "ticket_delayed": "reason",
    "ticket_returned": "reason",
    "ticket_recalled": "reason",
    "ticket_resolved": "solution",
    "ticket_surveyed": "comment",
    "ticket_reopened": "reason",
    "ticket_noted": "text",
    "ticket_prioritised": "reason",
    "ticket_credited": "reason",
    "ticket_received": "",
    "ticket_forwarded": "",
    "ticket_delivered": "",
    "ticket_accepted": "",
    "ticket_started": "",
    "ticket_departed": "",
    "ticket_arrived": "",
    "ticket_resumed": "",
    "ticket_escalated": "",
    "ticket_promised": "",
    "ticket_linked": "",
    "ticket_flagged": "",
    "ticket_act_withdrawn": "",
}
"""Where a fact says why; "note" for those not named."""

_WITH_UNIT: Final = frozenset({"ticket_created", "ticket_dispatched", "ticket_forwarded", "ticket_transferred"})

_DETAILS: Final[Mapping[str, Callable[[Any], str]]] = {
    "ticket_created": lambda event: str(event.ticket_type),
    "ticket_dispatched": lambda event: str(event.person),
    "ticket_transferred": lambda event: str(event.person),
    "ticket_forwarded": lambda event: "elsewhere" if event.elsewhere else "",
    "ticket_held": lambda event: str(event.reason),
    "ticket_resumed": lambda event: event.reason or "",
    "ticket_returned": lambda event: "charged" if event.charged else "",
    "ticket_phoned": lambda event: f"{event.role} {'reached' if event.reached else 'not_reached'}",
    "ticket_escalated": lambda event: f"{event.clock} {event.step} {event.role}",
    "ticket_promised": lambda event: f"{event.promise} {event.due_ms}",
    "ticket_called_back": lambda event: "reached" if event.reached else "not_reached",
    "ticket_surveyed": lambda event: str(event.score),
    "ticket_reopened": lambda event: "dissatisfied" if event.dissatisfied else "",
    "ticket_linked": lambda event: f"{event.to}:{event.target}",
    "ticket_unqualified": lambda event: str(event.reason),
    "ticket_prioritised": lambda event: "" if event.priority is None else str(event.priority),
    "ticket_flagged": lambda event: f"{event.flag} {event.ref}",
    "ticket_flag_answered": lambda event: str(event.step),
    "ticket_credited": lambda event: str(event.amount_fen),
    "ticket_act_withdrawn": lambda event: str(event.withdrawn),
}


def _step(seq: int, event: Any, unit: str, is_withdrawn: bool) -> Step:
    kind: str = event.kind
    if kind in _WITH_UNIT:
        unit = event.unit or unit
    where = _NOTES.get(kind, "note")
    detail = _DETAILS.get(kind)
    return Step(
        seq,
        event.at_ms,
        kind[7:],
        event.by,
        unit,
        getattr(event, where) if where else "",
        event.act,
        is_withdrawn,
        "" if detail is None else detail(event),
    )
