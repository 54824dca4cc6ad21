"""A crew that is free but cannot leave says so before the next order comes: what shows that one did not. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from app.core.i18n import _
from app.core.ticket_events import (
    PROGRAM,
    TicketDispatched,
    TicketEvent,
    TicketForwarded,
    TicketNoted,
    TicketTransferred,
)
from app.tickets.model import Step, Ticket, TicketState
from app.tickets.policy import PolicyBook

Sending = TicketDispatched | TicketForwarded | TicketTransferred
"""The facts by which an order comes to a crew."""

_SENDS: Final = frozenset({"dispatched", "forwarded", "transferred"})


def leaving_stages(book: PolicyBook, ticket_type: str) -> frozenset[str]:
    """The stages in which somebody who has accepted is to leave for the place."""
    policy = book.types.get(ticket_type)
    stages = () if policy is None else policy.stages
    return frozenset(stage.name for stage in stages if stage.stop[0] == "departed" and "accepted" in stage.start)


def not_left(sent: Sending, at_crew: Iterable[Ticket], book: PolicyBook) -> list[TicketEvent]:
    """A note on each order that a free crew had accepted when the next one came, and had neither left for nor said of
    that it cannot; once for each time that it had it.

    Args:
        sent: The next order.
        at_crew: The open tickets of the unit that it was sent to.
        book: What is promised.
    """
    orders = [ticket for ticket in at_crew if ticket.unit == sent.unit and ticket.ticket != sent.ticket]
    if any(ticket.state is TicketState.WORKING for ticket in orders):
        # On its way, or at work: it is not free.
        return []
    text = _("Order {ticket} came before the crew had left, or had said that it cannot.").format(ticket=sent.ticket)
    return [
        TicketNoted(at_ms=sent.at_ms, ticket=ticket.ticket, by=PROGRAM, text=text)
        for ticket in sorted(orders, key=lambda each: each.ticket)
        if _is_waited_for(ticket, sent.at_ms, leaving_stages(book, ticket.ticket_type))
    ]


def _is_waited_for(ticket: Ticket, at_ms: int, stages: frozenset[str]) -> bool:
    """Whether a crew should have left for an order before an instant, has said nothing, and nobody noted it."""
    started = [clock.started_ms for clock in ticket.clocks if clock.is_running and clock.stage in stages]
    if ticket.state is not TicketState.ACCEPTED or not started or min(started) >= at_ms:
        return False
    had: list[Step] = []
    for step in ticket.steps:
        if not step.is_withdrawn:
            had = [] if step.kind in _SENDS else [*had, step]
    has_said = any(step.kind == "delayed" and step.at_ms <= at_ms for step in had)
    return not has_said and not any(step.kind == "noted" and step.by == PROGRAM for step in had)
