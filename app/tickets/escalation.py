"""Who is told when a clock has gone on too long: from what is due to the fact that says so. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from app.core.ticket_events import PROGRAM, TicketEscalated
from app.people.model import Unit
from app.tickets.awaiting import ESCALATION, clock_key
from app.tickets.books import Books
from app.tickets.model import Awaited, Clock, Ticket
from app.tickets.phoning import contacts_of
from app.tickets.policy import Contact, EscalationStep, PolicyBook

_SENDING: Final = frozenset({"created", "dispatched", "forwarded", "transferred"})
"""Kinds of steps by which somebody sends a ticket somewhere."""


def escalation(
    due: Awaited, ticket: Ticket, books: Books, units: Mapping[str, Unit], now_ms: int
) -> TicketEscalated | None:
    """The fact that somebody was told of a step; None when the ticket no longer waits for it.

    Args:
        due: What is due.
        ticket: The ticket as it stands.
        books: What is promised.
        units: The tree of units.
        now_ms: The present instant, not before `due.due_ms`.
    """
    clock = next((clock for clock in ticket.clocks if clock_key(clock) == due.clock), None)
    if due.what != ESCALATION or clock is None or not clock.is_running:
        return None
    step = _step(due, ticket, clock, books)
    if step is None:
        return None
    return TicketEscalated(
        at_ms=now_ms,
        ticket=ticket.ticket,
        by=PROGRAM,
        clock=due.clock,
        step=due.step,
        role=step.tell,
        person=told_person(step.tell, ticket, clock.unit or ticket.unit, books.newest.book, units),
        due_ms=due.due_ms,
    )


def identity_of(due: Awaited) -> bytes:
    """What makes telling of a step one and the same fact, whoever makes it."""
    return "/".join(("escalated", due.ticket, due.clock, str(due.step), str(due.due_ms))).encode()


def _step(due: Awaited, ticket: Ticket, clock: Clock, books: Books) -> EscalationStep | None:
    """The step by the policy in force: a clock that runs is of a cycle that is open."""
    plan = books.plan(books.version_at(None), ticket.ticket_type)
    steps = next((stage.limit.escalation for stage in plan.stages if stage.name == clock.stage), ())
    return steps[due.step] if due.step < len(steps) else None


def told_person(role: str, ticket: Ticket, unit: str, book: PolicyBook, units: Mapping[str, Unit]) -> str:
    """Who stands for a role: a person's id where one is known, else a name, else the unit; empty where nobody is named.

    Args:
        role: sender, owner, unit, manager_1 or manager_2.
        ticket: The ticket.
        unit: The unit whose clock it is.
        book: Names the desks and the managers.
        units: The tree: a unit that names nobody has the contacts of the nearest unit above it that does.
    """
    if role == "sender":
        return _sender(ticket) or _desk(ticket.sender or ticket.origin_unit, book, units)
    if role == "owner" and ticket.owner:
        return ticket.owner
    if role in ("owner", "unit"):
        return _desk(unit, book, units)
    place = 0 if role == "manager_1" else 1
    managers = contacts_of(unit, book, units).managers
    return _name(managers[place]) if place < len(managers) else ""


def _sender(ticket: Ticket) -> str:
    """The person who sent it where it lies; empty where a rule did, or nobody is named."""
    for step in reversed(ticket.steps):
        if step.kind in _SENDING and not step.is_withdrawn:
            return "" if step.by == PROGRAM else step.by
    return ""


def _desk(unit: str, book: PolicyBook, units: Mapping[str, Unit]) -> str:
    desk = contacts_of(unit, book, units).desk
    return unit if desk is None else _name(desk)


def _name(contact: Contact) -> str:
    return contact.person or contact.name
