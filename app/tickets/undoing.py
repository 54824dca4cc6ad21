"""Taking a command back: whose it is to do, and what has been built on it since. Pure."""

from __future__ import annotations

from typing import Final

from app.core.i18n import _
from app.core.ticket_events import PROGRAM
from app.people.actors import acts_for, is_leader
from app.people.model import Actor
from app.tickets.ground import Ground
from app.tickets.model import Step, Ticket

MOVING: Final = frozenset(
    {
        *("created", "dispatched", "received", "forwarded", "delivered", "accepted", "started", "departed", "arrived"),
        *("contacted", "held", "resumed", "transferred", "returned", "recalled", "resolved", "answered", "surveyed"),
        *("closed", "reopened", "unqualified"),
    }
)
"""Kinds of facts that say where a ticket stands: what comes after one of them is built on it."""

_BUILT_ON: Final[dict[str, frozenset[str]]] = {
    **dict.fromkeys(MOVING, MOVING),
    "phoned": frozenset({"escalated"}),
    "promised": frozenset({"called_back"}),
    "flagged": frozenset({"flag_answered"}),
    "flag_answered": frozenset({"flag_answered"}),
    "credited": frozenset({"closed"}),
}
"""By the kind that would be taken back, the later kinds that stand in the way; notes, links and priorities carry
nothing."""


def steps_of(ticket: Ticket, act: str) -> list[Step]:
    """The facts of a command on a ticket that still count."""
    return [step for step in ticket.steps if step.act == act and not step.is_withdrawn]


def undo_refusal(ticket: Ticket, act: str, actor: Actor, ground: Ground) -> str:
    """Why a command on a ticket may not be taken back, as a sentence; empty where it may."""
    own = steps_of(ticket, act)
    if not own:
        return _("It was taken back already.")
    if lasting := _lasting(own):
        return lasting
    if not _may(ticket, own, actor, ground):
        return _("{who} did it: only they, or who leads {unit}, may take it back.").format(
            who=ground.person_name(next((step.by for step in own if step.by != PROGRAM), PROGRAM)),
            unit=ground.unit_name(ticket.unit) or _("its unit"),
        )
    blocking = frozenset(kind for step in own for kind in _BUILT_ON.get(step.kind, ()))
    newest = max((step.at_ms, step.seq) for step in own)
    for step in ticket.steps:
        if (step.at_ms, step.seq) > newest and step.kind in blocking and not step.is_withdrawn:
            if step.by == actor.person and step.act:
                return _("You have gone on from there at {when}: take that back first.").format(
                    when=ground.moment(step.at_ms)
                )
            return _("{who} has gone on from there at {when}.").format(
                who=ground.person_name(step.by) or _("nobody named"), when=ground.moment(step.at_ms)
            )
    return ""


def _lasting(own: list[Step]) -> str:
    """Why what was done cannot be undone by anyone; empty where it can."""
    kinds = {step.kind for step in own}
    if "called_back" in kinds:
        return _("A call that was made stays made, and a promise that was kept stays kept: note what is to be known.")
    if "act_withdrawn" in kinds:
        return _("What was taken back is not restored: do it again.")
    return ""


def _may(ticket: Ticket, own: list[Step], actor: Actor, ground: Ground) -> bool:
    # What a rule added to a person's deed is taken back with it.
    people = {step.by for step in own} - {PROGRAM}
    if actor.is_administrator or people == {actor.person}:
        return True
    units = {ticket.unit, *(step.unit for step in own), *_home(own, ground)} - {""}
    return is_leader(actor) and any(acts_for(actor, unit, ground.units) for unit in units)


def _home(own: list[Step], ground: Ground) -> set[str]:
    """The units of those who did it."""
    people = (ground.people.get(step.by) for step in own)
    return {person.unit for person in people if person is not None}
