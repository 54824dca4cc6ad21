"""Why something may not be done to a ticket, in one sentence: what stands in the way, who did it, and when."""

from __future__ import annotations

from typing import Final

from app.core.i18n import N_, _
from app.tickets.desk import Verb
from app.tickets.ground import Ground, Part
from app.tickets.model import Step, Ticket, TicketState

_WAY: Final = (TicketState.NEW, TicketState.SENT, TicketState.RECEIVED, TicketState.ACCEPTED, TicketState.WORKING)
"""The states of a ticket's way out, in order."""

_LEADS_TO: Final = {
    Verb.DISPATCH: TicketState.SENT,
    Verb.FORWARD: TicketState.SENT,
    Verb.RECEIVE: TicketState.RECEIVED,
    Verb.DELIVER: TicketState.RECEIVED,
    Verb.ACCEPT: TicketState.ACCEPTED,
    Verb.START: TicketState.WORKING,
    Verb.DELAY: TicketState.WORKING,
}
"""In that state and those after it a verb of the way out comes too late; every other verb comes too early."""

_MADE: Final[dict[TicketState, frozenset[str]]] = {
    TicketState.SENT: frozenset({"dispatched", "forwarded", "transferred"}),
    TicketState.RECEIVED: frozenset({"received", "delivered", "reopened", "transferred"}),
    TicketState.ACCEPTED: frozenset({"accepted"}),
    TicketState.WORKING: frozenset({"started", "departed", "arrived"}),
    TicketState.HELD: frozenset({"held"}),
    TicketState.RETURNED: frozenset({"returned", "unqualified"}),
    TicketState.RESOLVED: frozenset({"resolved"}),
    TicketState.CLOSED: frozenset({"closed"}),
}
"""The kinds of facts that bring a ticket into a state."""

_TOO_LATE: Final = {
    TicketState.SENT: N_("It was sent to {unit} already: {who}, {when}."),
    TicketState.RECEIVED: N_("{unit} has received it already: {who}, {when}."),
    TicketState.ACCEPTED: N_("{unit} has accepted it already: {who}, {when}."),
    TicketState.WORKING: N_("{unit} works on it already: {who}, since {when}."),
}
_TOO_EARLY: Final = {
    TicketState.NEW: N_("It lies with {unit}, which has not sent it anywhere: dispatch or accept it first."),
    TicketState.SENT: N_("It is on its way to {unit}, and nobody there has received it: receive or accept it first."),
    TicketState.RECEIVED: N_("{unit} has received it, and nobody has accepted it: accept it first."),
    TicketState.ACCEPTED: N_("{unit} has accepted it and not resolved it: {who}, {when}."),
    TicketState.WORKING: N_("{unit} works on it and has not resolved it: {who}, since {when}."),
}
_EITHER_WAY: Final = {
    TicketState.HELD: N_("It waits: {who} has held it since {when}; resume it first."),
    TicketState.RETURNED: N_("It was returned to {unit}: {who}, {when}; dispatch or accept it first."),
    TicketState.RESOLVED: N_("It was resolved: {who}, {when}; reopen it first."),
    TicketState.CLOSED: N_("It was closed: {who}, {when}; reopen it first."),
}


def newest_step(ticket: Ticket, kinds: frozenset[str]) -> Step | None:
    """The newest fact of some kinds that was not taken back; None where there is none."""
    return next((step for step in reversed(ticket.steps) if step.kind in kinds and not step.is_withdrawn), None)


def state_refusal(ticket: Ticket, verb: Verb, ground: Ground) -> str:
    """Why a verb is not possible in the state a ticket is in."""
    state = ticket.state
    if verb is Verb.RESUME:
        return _("It does not wait for anything.")
    if verb is Verb.REOPEN:
        return _("It is open.")
    is_late = state in _WAY and verb in _LEADS_TO and _WAY.index(state) >= _WAY.index(_LEADS_TO[verb])
    sentences = _TOO_LATE if is_late else {**_TOO_EARLY, **_EITHER_WAY}
    step = newest_step(ticket, _MADE.get(state, frozenset()))
    return _(sentences[state]).format(
        unit=ground.unit_name(ticket.unit) or _("its unit"),
        who=ground.person_name(step.by if step is not None and step.by else ticket.owner) or _("nobody named"),
        when=ground.moment(ticket.changed_ms if step is None else step.at_ms),
    )


def who_refusal(ticket: Ticket, wanted: frozenset[Part], ground: Ground) -> str:
    """Why somebody who is none of the wanted parts may not do what others may."""
    unit = ground.unit_name(ticket.unit) or _("its unit")
    sender = ground.unit_name(ticket.sender) or _("its sender")
    if wanted == {Part.SENDER_LEADER}:
        return _("{unit} has accepted it: only who leads {sender} may take it back now.").format(
            unit=unit, sender=sender
        )
    if wanted == {Part.SENDER}:
        return _("Only {sender}, who sent it, may take it back.").format(sender=sender)
    if Part.HANDLER in wanted and ticket.owner:
        return _("{owner} has it: only they, or who leads {unit}, may do that.").format(
            owner=ground.person_name(ticket.owner), unit=unit
        )
    if Part.SENDER in wanted or Part.ORIGIN in wanted:
        return _("It lies with {unit}: only its people, or those who sent it, may do that.").format(unit=unit)
    return _("It lies with {unit}: only its people may do that.").format(unit=unit)


def extra_refusal(ticket: Ticket, verb: Verb, ground: Ground) -> str:
    """What stands in the way beyond state and person; empty where nothing does."""
    match verb:
        case Verb.RECEIVE if was_forwarded(ticket):
            return _("It was sent on to a crew: deliver it.")
        case Verb.DELIVER if not was_forwarded(ticket):
            return _("It was not sent on to a crew: receive it.")
        case Verb.RETURN | Verb.UNQUALIFIED if not ticket.sender:
            return _("Nobody sent it to {unit}: there is no one to give it back to.").format(
                unit=ground.unit_name(ticket.unit) or _("its unit")
            )
        case Verb.REOPEN if _is_taken_back(ticket):
            return _("Its writing was taken back: write it anew.")
        case Verb.HOLD if not hold_reasons(ticket, ground):
            return _("It may not wait for anything: the policy of its type names no reason to hold it, or it has all.")
        case Verb.ANSWER_FLAG if not any(flag.written_back_ms is None for flag in ticket.flags):
            return _("The customer has not called or complained again: there is nothing to answer.")
        case _:
            return ""


def was_forwarded(ticket: Ticket) -> bool:
    """Whether the last sending went on to a crew."""
    step = newest_step(ticket, _MADE[TicketState.SENT])
    return step is not None and step.kind == "forwarded"


def _is_taken_back(ticket: Ticket) -> bool:
    written = [step for step in ticket.steps if step.kind == "created"]
    return bool(written) and all(step.is_withdrawn for step in written)


def hold_reasons(ticket: Ticket, ground: Ground) -> tuple[str, ...]:
    """The reasons for which a ticket may be held now, beyond those it is held for."""
    policy = ground.book.types.get(ticket.ticket_type)
    reasons = ("customer", "third_party") if policy is None else policy.holds
    return tuple(reason for reason in reasons if reason not in ticket.holds)
