"""What may be done to a ticket, in which state, by whom: one table, and the sentences that say why not.

Pure: the same question is asked for the keys a screen offers and, inside the write transaction, for what is then done.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from app.core.errors import RuleRefused
from app.people.actors import acts_for, is_leader
from app.people.model import Actor, Unit
from app.tickets.desk import BulkOffer, Offer, Verb
from app.tickets.ground import Ground, Part
from app.tickets.model import Ticket, TicketState
from app.tickets.refusals import extra_refusal, state_refusal, who_refusal

S = TicketState


class Allowed(NamedTuple):
    """A line of the table: a verb, the states it is possible in, and who may do it then."""

    verb: Verb
    states: frozenset[TicketState]
    parts: frozenset[Part]


def _allow(verb: Verb, states: frozenset[TicketState], *parts: Part) -> Allowed:
    return Allowed(verb, states, frozenset(parts))


_ALL: Final = frozenset(S)
_OPEN: Final = _ALL - {S.RESOLVED, S.CLOSED}
_NOT_CLOSED: Final = _ALL - {S.CLOSED}
_AT_HOME: Final = frozenset({S.NEW, S.RETURNED})
_REACHED: Final = frozenset({S.SENT, S.RECEIVED, S.ACCEPTED, S.WORKING})
_IN_HAND: Final = frozenset({S.ACCEPTED, S.WORKING})

TABLE: Final[tuple[Allowed, ...]] = (
    _allow(Verb.DISPATCH, _AT_HOME, Part.HANDLER, Part.ORIGIN),
    _allow(Verb.RECEIVE, frozenset({S.SENT}), Part.HOLDER),
    _allow(Verb.FORWARD, frozenset({S.RECEIVED, S.ACCEPTED, S.WORKING, S.RETURNED}), Part.HANDLER),
    _allow(Verb.DELIVER, frozenset({S.SENT}), Part.HOLDER, Part.SENDER),
    _allow(Verb.ACCEPT, _AT_HOME | {S.SENT, S.RECEIVED}, Part.HOLDER),
    _allow(Verb.START, frozenset({S.ACCEPTED}), Part.HANDLER),
    _allow(Verb.DEPART, _IN_HAND, Part.HANDLER),
    _allow(Verb.ARRIVE, _IN_HAND, Part.HANDLER),
    _allow(Verb.DELAY, frozenset({S.RECEIVED, S.ACCEPTED}), Part.HANDLER),
    _allow(Verb.CONTACT, _NOT_CLOSED, Part.HOLDER, Part.SENDER, Part.ORIGIN),
    _allow(Verb.HOLD, frozenset({S.RECEIVED, S.ACCEPTED, S.WORKING, S.HELD}), Part.HANDLER),
    _allow(Verb.RESUME, frozenset({S.HELD}), Part.HANDLER),
    _allow(Verb.TRANSFER, frozenset({S.RECEIVED, S.ACCEPTED, S.WORKING, S.HELD}), Part.HANDLER),
    _allow(Verb.RETURN, _REACHED | {S.RETURNED}, Part.HANDLER),
    _allow(Verb.RECALL, frozenset({S.SENT, S.RECEIVED}), Part.SENDER),
    _allow(Verb.RECALL, frozenset({S.ACCEPTED, S.WORKING, S.HELD}), Part.SENDER_LEADER),
    _allow(Verb.PHONE, _NOT_CLOSED, Part.ANYONE),
    _allow(Verb.RESOLVE, _AT_HOME | {S.RECEIVED, S.ACCEPTED, S.WORKING}, Part.HANDLER),
    _allow(Verb.ANSWER, frozenset({S.ACCEPTED, S.WORKING, S.RESOLVED}), Part.HOLDER, Part.SENDER, Part.ORIGIN),
    _allow(Verb.PROMISE, _NOT_CLOSED, Part.ANYONE),
    _allow(Verb.CALL_BACK, _ALL, Part.ANYONE),
    _allow(Verb.SURVEY, frozenset({S.RESOLVED, S.CLOSED}), Part.ANYONE),
    _allow(Verb.CLOSE, frozenset({S.RESOLVED}), Part.HOLDER, Part.SENDER, Part.ORIGIN),
    _allow(Verb.CLOSE, _AT_HOME, Part.HANDLER, Part.ORIGIN),
    _allow(Verb.REOPEN, frozenset({S.RESOLVED, S.CLOSED}), Part.HOLDER, Part.SENDER, Part.ORIGIN),
    _allow(Verb.LINK, _ALL, Part.ANYONE),
    _allow(Verb.UNQUALIFIED, _REACHED | {S.RETURNED}, Part.HANDLER),
    _allow(Verb.NOTE, _ALL, Part.ANYONE),
    _allow(Verb.PRIORITISE, _OPEN, Part.HOLDER, Part.SENDER, Part.ORIGIN),
    _allow(Verb.ANSWER_FLAG, _ALL, Part.HOLDER),
    _allow(Verb.CREDIT, _ALL, Part.HOLDER, Part.ORIGIN),
)
"""Everything that is not in it is refused; docs/tickets-cli.md shows it to people."""

_LINES: Final = {verb: tuple(line for line in TABLE if line.verb is verb) for verb in Verb}


def parts_of(ticket: Ticket, actor: Actor, units: Mapping[str, Unit]) -> frozenset[Part]:
    """All that somebody has to do with a ticket."""
    if actor.is_administrator:
        return frozenset(Part)
    holds = acts_for(actor, ticket.unit, units)
    leads = is_leader(actor)
    sends = bool(ticket.sender) and acts_for(actor, ticket.sender, units)
    owns = bool(ticket.owner) and ticket.owner == actor.person
    wrote = bool(ticket.writer) and ticket.writer == actor.person
    found = {
        Part.ANYONE: True,
        Part.HOLDER: holds or owns,
        Part.HANDLER: owns or (holds and (leads or not ticket.owner)),
        Part.SENDER: sends,
        Part.SENDER_LEADER: sends and leads,
        Part.ORIGIN: wrote or (bool(ticket.origin_unit) and acts_for(actor, ticket.origin_unit, units)),
    }
    return frozenset(part for part, has in found.items() if has)


def why_not(ticket: Ticket, verb: Verb, actor: Actor, ground: Ground) -> str:
    """Why somebody may not do something to a ticket as it stands, as a sentence; empty where they may."""
    return _why_not(ticket, verb, parts_of(ticket, actor, ground.units), ground)


def _why_not(ticket: Ticket, verb: Verb, parts: frozenset[Part], ground: Ground) -> str:
    possible = [line for line in _LINES[verb] if ticket.state in line.states]
    if not possible:
        return state_refusal(ticket, verb, ground)
    if not any(parts & line.parts for line in possible):
        wanted = frozenset(part for line in possible for part in line.parts)
        return who_refusal(ticket, wanted, ground)
    return extra_refusal(ticket, verb, ground)


def offers(ticket: Ticket, actor: Actor, ground: Ground, verbs: Iterable[Verb] = Verb) -> tuple[Offer, ...]:
    """Each verb, and whether somebody may do it to a ticket now or why not, in their order."""
    parts = parts_of(ticket, actor, ground.units)
    return tuple(Offer(verb, _why_not(ticket, verb, parts, ground)) for verb in verbs)


def bulk_offers(
    tickets: Sequence[Ticket], actor: Actor, ground: Ground, verbs: Sequence[Verb]
) -> tuple[BulkOffer, ...]:
    """To which of some tickets somebody may do each verb, and why the first of the others may not."""
    asked = [(ticket.ticket, offers(ticket, actor, ground, verbs)) for ticket in tickets]
    return tuple(
        BulkOffer(
            verb,
            tuple(number for number, found in asked if not found[at].why_not),
            next((found[at].why_not for _number, found in asked if found[at].why_not), ""),
        )
        for at, verb in enumerate(verbs)
    )


def check(ticket: Ticket, verb: Verb, actor: Actor, ground: Ground) -> None:
    """Let pass what somebody may do to a ticket.

    Raises:
        RuleRefused: With the reason.
    """
    reason = why_not(ticket, verb, actor, ground)
    if reason:
        raise RuleRefused(reason)
