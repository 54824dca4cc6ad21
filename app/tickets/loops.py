"""The loops that close: what a fact means for the tickets it touches. Pure; `app.tickets.attendant` runs them.

Each loop gives facts only where the tickets as they stand do not have them yet, so that looking at a fact twice does
nothing the second time. docs/loops.md tells the rules to people.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from hashlib import blake2b
from typing import Any, Final

from app.core.event_fields import NAME_LIMIT
from app.core.events import CallEntered, OutboundCallCompleted
from app.core.ticket_events import (
    PROGRAM,
    FlagKind,
    TicketCalledBack,
    TicketCreated,
    TicketEvent,
    TicketFlagAnswered,
    TicketFlagged,
    TicketLinked,
    TicketReopened,
)
from app.tickets.flags import waiting_flags
from app.tickets.model import PriorityReason, Ticket
from app.tickets.policy import PolicyBook, TypePolicy

DAY_MS: Final = 86_400_000

_CONTACTS: Final = frozenset({"created", "contacted", "called_back"})
"""Kinds of steps in which the customer was in touch with the centre."""


def short_name(prefix: str, rest: str) -> str:
    """A name made of another one that may be as long as names get."""
    name = f"{prefix}:{rest}"
    return name if len(name) <= NAME_LIMIT else f"{prefix}:{blake2b(rest.encode(), digest_size=16).hexdigest()}"


def contact_key(notice: str, contact: str) -> str:
    """The name of a notice's contact, as the ticket that is written for it keeps it in `notice_contact`."""
    return f"{notice}/{contact}"


# -- repeat callers --------------------------------------------------------------------------------------------------


def repeat_call(entered: CallEntered, began_ms: int, waiting: Sequence[Ticket], book: PolicyBook) -> list[TicketEvent]:
    """What a call means for the tickets of its caller that are not closed.

    The ticket with the newest contact is flagged when that is no longer ago than the book's `repeat_seconds`. While it
    has an open flag of a repeated call already, or the contact is older, the call is linked to it: it is the contact
    that a further call is measured from.

    Args:
        entered: The call.
        began_ms: When it entered its first queue.
        waiting: Tickets of the caller.
        book: What is promised.
    """
    call = entered.call
    if any(_knows(ticket, call) for ticket in waiting):
        return []
    unsolved = [ticket for ticket in waiting if not ticket.state.is_over and ticket.created_ms < began_ms]
    if not unsolved:
        return []
    ticket = max(unsolved, key=lambda each: (_last_contact_ms(each, began_ms), each.ticket))
    is_recent = began_ms - _last_contact_ms(ticket, began_ms) <= book.repeat_seconds * 1000
    if is_recent and all(flag.flag != PriorityReason.REPEAT_CALL for flag in waiting_flags(ticket)):
        return [_flag(ticket.ticket, "repeat_call", call, entered.at_ms)]
    return [TicketLinked(at_ms=entered.at_ms, ticket=ticket.ticket, by=PROGRAM, to="call", target=call)]


def _knows(ticket: Ticket, call: str) -> bool:
    return call in ticket.calls or any(flag.ref == call for flag in ticket.flags)


def _last_contact_ms(ticket: Ticket, before_ms: int) -> int:
    """When the customer was last in touch about a ticket, at an instant or before it."""
    found = [
        step.at_ms for step in ticket.steps if step.at_ms <= before_ms and not step.is_withdrawn and _is_contact(step)
    ]
    return max(found, default=ticket.created_ms)


def _is_contact(step: Any) -> bool:
    if step.kind in _CONTACTS:
        return True
    detail: str = step.detail
    return (
        (step.kind == "linked" and detail.startswith("call:"))
        or (step.kind == "flagged" and detail.startswith("repeat_call "))
        or (step.kind == "phoned" and detail == "customer reached")
    )


def _flag(ticket: str, flag: FlagKind, ref: str, at_ms: int, act: str = "") -> TicketFlagged:
    return TicketFlagged(
        at_ms=at_ms, ticket=ticket, by=PROGRAM, act=act, flag=flag, flag_id=short_name(flag, ref), ref=ref
    )


def repeats(
    created: TicketCreated, earlier: Iterable[Ticket], book: PolicyBook, flagged: Collection[str] = ()
) -> list[TicketEvent]:
    """The flags of a new ticket that repeats earlier ones of its customer or its caller: of those that people write as
    they are written, of those of bridges when they are looked at.

    Args:
        created: How it was written.
        earlier: Tickets of the same customer or caller, of whatever time; its own is passed over.
        book: What is promised.
        flagged: The kinds of flags that it has already.
    """
    before = [
        each
        for each in earlier
        if each.ticket != created.ticket and each.created_ms <= created.at_ms and not each.is_taken_back
    ]
    before.sort(key=lambda each: (-each.created_ms, each.ticket))
    called_ms = created.at_ms - book.repeat_seconds * 1000
    complained_ms = created.at_ms - book.repeat_days * DAY_MS
    called = next((each for each in before if each.created_ms >= called_ms), None)
    complained = next(
        (each for each in before if each.created_ms >= complained_ms and is_same_complaint(created, each)), None
    )
    found: tuple[tuple[FlagKind, Ticket | None], ...] = (("repeat_call", called), ("repeat_complaint", complained))
    return [
        _flag(created.ticket, flag, each.ticket, created.at_ms, created.act)
        for flag, each in found
        if each is not None and flag not in flagged
    ]


def is_same_complaint(created: TicketCreated, earlier: Ticket) -> bool:
    """Whether both are complaints of one customer on one subject; those without a subject are never the same. Where one
    of them does not name its customer, the number that called says whose it is."""
    subject = created.subject.strip().casefold()
    return (
        created.ticket_type == earlier.ticket_type == "complaint"
        and bool(subject)
        and earlier.subject.strip().casefold() == subject
        and _is_same_customer(created, earlier)
    )


def _is_same_customer(created: TicketCreated, earlier: Ticket) -> bool:
    if created.customer and earlier.customer:
        return created.customer == earlier.customer
    return bool(created.caller) and created.caller == earlier.caller


# -- dissatisfied customers ------------------------------------------------------------------------------------------


def dissatisfied(ticket: Ticket, book: PolicyBook, now_ms: int, since_ms: int = 0) -> list[TicketEvent]:
    """The reopening of a ticket by a survey below its line; once per survey.

    It is part of the act that recorded the survey: taking that back takes back both.

    Args:
        ticket: As it stands.
        book: What is promised.
        now_ms: The present instant.
        since_ms: Surveys before it reopen nothing.
    """
    if not ticket.state.is_over or ticket.is_taken_back:
        return []
    survey = next((step for step in reversed(ticket.steps) if step.kind in _ASKED and not step.is_withdrawn), None)
    if survey is None or survey.kind != "surveyed" or survey.at_ms < since_ms:
        # Nobody asked since it was opened last.
        return []
    cycle = ticket.cycles[-1]
    over_ms = min(at_ms for at_ms in (cycle.resolved_ms, cycle.closed_ms, ticket.changed_ms) if at_ms is not None)
    if survey.at_ms < over_ms or int(survey.detail) >= survey_line(ticket.ticket_type, book):
        return []
    return [
        TicketReopened(
            at_ms=max(now_ms, ticket.changed_ms),
            ticket=ticket.ticket,
            by=PROGRAM,
            act=survey.act,
            reason=survey.note,
            dissatisfied=True,
        )
    ]


_ASKED: Final = frozenset({"surveyed", "reopened"})


def survey_line(ticket_type: str, book: PolicyBook) -> int:
    """The score below which a survey reopens a ticket of a type."""
    policy = book.types.get(ticket_type)
    return int(TypePolicy.model_fields["survey_line"].default) if policy is None else policy.survey_line


# -- promised call-backs ---------------------------------------------------------------------------------------------


def called_back(made: OutboundCallCompleted, tickets: Iterable[Ticket]) -> list[TicketEvent]:
    """What a call to a customer keeps: the promises to that number, and the call-back of a repeat caller.

    A call that reached nobody keeps nothing, and so does one before the promise.

    Args:
        made: The call; `by` of the facts is who made it, where that is known.
        tickets: Tickets on which a call to the number was promised, and those of the number.
    """
    if not made.reached:
        return []
    found: list[TicketEvent] = []
    for ticket in sorted(tickets, key=lambda each: each.ticket):
        if not ticket.is_taken_back:
            found += _kept(made, ticket) or _flags_called_back(made, ticket)
    return found


def _kept(made: OutboundCallCompleted, ticket: Ticket) -> list[TicketEvent]:
    return [
        TicketCalledBack(
            at_ms=made.at_ms,
            ticket=ticket.ticket,
            by=made.by or PROGRAM,
            promise=promise.promise,
            number=made.number,
            call=made.call,
        )
        for promise in ticket.promises
        if promise.kept_ms is None
        and promise.made_ms <= made.at_ms
        and (promise.number or ticket.caller) == made.number
    ]


def _flags_called_back(made: OutboundCallCompleted, ticket: Ticket) -> list[TicketEvent]:
    if ticket.caller != made.number:
        return []
    return [
        TicketFlagAnswered(
            at_ms=made.at_ms, ticket=ticket.ticket, by=made.by or PROGRAM, flag_id=flag.flag_id, step="called_back"
        )
        for flag in waiting_flags(ticket)
        if flag.called_back_ms is None and flag.raised_ms <= made.at_ms
    ]
