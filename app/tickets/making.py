"""From what a person wants to the facts that say it: values checked, what is unsaid filled in, what is implied added.

Whether they may is asked before, of `app.tickets.rules`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, Final

from pydantic import ValidationError

from app.core import ticket_events as facts
from app.core.errors import RuleRefused, UsageProblem
from app.core.event_fields import Name
from app.core.i18n import _
from app.core.tables import shown
from app.core.text import inert
from app.core.ticket_events import TicketEvent, TicketFact
from app.people.actors import above, acts_for, is_leader
from app.people.model import Actor, Level
from app.tickets.desk import Deed, NewTicket, Verb
from app.tickets.ground import Ground
from app.tickets.model import Flag, Ticket, TicketState
from app.tickets.refusals import hold_reasons, was_forwarded

FACT_OF: Final[dict[Verb, type[Any]]] = {
    Verb.DISPATCH: facts.TicketDispatched,
    Verb.RECEIVE: facts.TicketReceived,
    Verb.FORWARD: facts.TicketForwarded,
    Verb.DELIVER: facts.TicketDelivered,
    Verb.ACCEPT: facts.TicketAccepted,
    Verb.START: facts.TicketStarted,
    Verb.DEPART: facts.TicketDeparted,
    Verb.ARRIVE: facts.TicketArrived,
    Verb.DELAY: facts.TicketDelayed,
    Verb.CONTACT: facts.TicketContacted,
    Verb.HOLD: facts.TicketHeld,
    Verb.RESUME: facts.TicketResumed,
    Verb.TRANSFER: facts.TicketTransferred,
    Verb.RETURN: facts.TicketReturned,
    Verb.RECALL: facts.TicketRecalled,
    Verb.PHONE: facts.TicketPhoned,
    Verb.RESOLVE: facts.TicketResolved,
    Verb.ANSWER: facts.TicketAnswered,
    Verb.PROMISE: facts.TicketPromised,
    Verb.CALL_BACK: facts.TicketCalledBack,
    Verb.SURVEY: facts.TicketSurveyed,
    Verb.CLOSE: facts.TicketClosed,
    Verb.REOPEN: facts.TicketReopened,
    Verb.LINK: facts.TicketLinked,
    Verb.UNQUALIFIED: facts.TicketUnqualified,
    Verb.NOTE: facts.TicketNoted,
    Verb.PRIORITISE: facts.TicketPrioritised,
    Verb.ANSWER_FLAG: facts.TicketFlagAnswered,
    Verb.CREDIT: facts.TicketCredited,
}

_NOT_A_VALUE: Final = frozenset({"kind", *(field.name for field in fields(TicketFact))})
_BY_RULE: Final = {Verb.REOPEN: frozenset({"dissatisfied"})}
"""What only a rule may say."""

VALUES: Final[dict[Verb, tuple[str, ...]]] = {
    verb: tuple(
        field.name
        for field in fields(made)
        if field.name not in _NOT_A_VALUE and field.name not in _BY_RULE.get(verb, ())
    )
    for verb, made in FACT_OF.items()
}
"""The values of each verb."""

_WORDS_NEEDED: Final = {
    Verb.DELAY: "reason",
    Verb.RETURN: "reason",
    Verb.REOPEN: "reason",
    Verb.PRIORITISE: "reason",
    Verb.NOTE: "text",
}
"""What has to be said in words, not blank."""

_FILLED_IN: Final[dict[Verb, Mapping[str, object]]] = {
    Verb.PROMISE: {"promise": "?"},
    Verb.ANSWER_FLAG: {"flag_id": "?", "step": "acknowledged"},
}
"""Values a person may leave out because the ticket has them; something for checking the others."""

_FLAG_STEPS: Final = ("acknowledged", "called_back", "written_back")
GRANTING_LEVEL: Final = Level.PROVINCE
"""Leaders of a unit as high as this grant what the line may not."""


def check_deed(deed: Deed, ground: Ground) -> None:
    """Let pass values that could be right; what they mean for a ticket is asked of `facts_of`.

    Raises:
        UsageProblem: Naming the value that is wrong.
    """
    for name in deed.values:
        if name not in VALUES[deed.verb]:
            raise UsageProblem(
                _("{verb} has no value {name}; it has: {known}.").format(
                    verb=deed.verb.value, name=shown(name), known=", ".join(VALUES[deed.verb]) or "–"
                )
            )
    given = {**_FILLED_IN.get(deed.verb, {}), **deed.values}
    fact = built(FACT_OF[deed.verb], deed.verb.value, given, at_ms=ground.now_ms, ticket="?")
    needed = _WORDS_NEEDED.get(deed.verb)
    if needed is not None and not getattr(fact, needed).strip():
        raise _missing(deed.verb.value, needed)
    if deed.verb in (Verb.DISPATCH, Verb.FORWARD, Verb.TRANSFER):
        _check_receiver(fact.unit, fact.person, ground)
    elif deed.verb is Verb.PROMISE and fact.due_ms <= ground.now_ms:
        raise UsageProblem(
            _("A call is promised for an instant ahead: {when} has passed.").format(when=ground.moment(fact.due_ms))
        )
    elif deed.verb is Verb.CREDIT and not fact.amount_fen:
        raise UsageProblem(_("A credit of nothing is none: give amount_fen in hundredths of a yuan."))


def built(made: type[Any], what: str, values: Mapping[str, object], **common: object) -> Any:
    """A fact of values that people gave.

    Args:
        made: Its class.
        what: What the people did, for the error.
        values: Theirs.
        common: What is known otherwise.

    Raises:
        UsageProblem: Naming the value that is wrong.
    """
    try:
        return made(**common, **values)
    except ValidationError as error:
        first: Any = error.errors()[0]
        name = str(first["loc"][0])
        if first["type"] in ("missing", "missing_keyword_only_argument"):
            raise _missing(what, name) from None
        raise UsageProblem(
            _("{verb}, value {name}: {problem}.").format(verb=what, name=shown(name), problem=inert(first["msg"]))
        ) from None


def _missing(what: str, name: str) -> UsageProblem:
    return UsageProblem(_("{verb} needs a value for {name}.").format(verb=what, name=shown(name)))


def _check_receiver(unit: str, person: str, ground: Ground) -> None:
    if ground.units and unit not in ground.units:
        raise UsageProblem(_("There is no unit {unit}: “watchfloor people units” names them.").format(unit=shown(unit)))
    if not person:
        return
    known = ground.people.get(person)
    if known is None:
        raise UsageProblem(
            _("There is no person {person}: “watchfloor people list” names them.").format(person=shown(person))
        )
    if ground.units and unit != known.unit and unit not in above(known.unit, ground.units):
        raise UsageProblem(
            _("{person} is not of {unit}: name a person of that unit, or none.").format(
                person=ground.person_name(person), unit=ground.unit_name(unit)
            )
        )


def facts_of(ticket: Ticket, deed: Deed, actor: Actor, ground: Ground, at_ms: int, act: str) -> list[TicketEvent]:
    """The facts of a deed on a ticket, in order: those it implies, then its own.

    Args:
        ticket: As it stands.
        deed: With values that `check_deed` let pass.
        actor: Who does it.
        ground: The site.
        at_ms: When; not before the ticket's newest fact.
        act: The command.

    Raises:
        RuleRefused: When the values do not fit this ticket.
    """
    common: dict[str, Any] = {"at_ms": at_ms, "ticket": ticket.ticket, "by": actor.person, "act": act}
    made: list[TicketEvent] = []
    if ticket.state is TicketState.SENT and deed.verb in (Verb.ACCEPT, Verb.RETURN, Verb.UNQUALIFIED):
        # Who takes it on, or gives it back, has received it.
        if was_forwarded(ticket):
            made.append(facts.TicketDelivered(**common))
        else:
            made.append(facts.TicketReceived(**common, unit=ticket.unit))
    if deed.verb is Verb.RESOLVE and ticket.state not in (TicketState.ACCEPTED, TicketState.WORKING):
        # Whoever deals with it has taken it on: who handled it must be known.
        made.append(facts.TicketAccepted(**common))
    values = {**deed.values, **_fitting(ticket, deed, actor, ground)}
    made.append(built(FACT_OF[deed.verb], deed.verb.value, values, **common))
    return made


def _fitting(ticket: Ticket, deed: Deed, actor: Actor, ground: Ground) -> Mapping[str, object]:
    """The values that this ticket gives to a deed.

    Raises:
        RuleRefused: When those given do not fit it.
    """
    values: Mapping[str, Any] = deed.values
    match deed.verb:
        case Verb.RECEIVE:
            return {"unit": values.get("unit") or ticket.unit}
        case Verb.DISPATCH | Verb.TRANSFER if values["unit"] == ticket.unit:
            if values.get("person", "") in ("", ticket.owner):
                raise RuleRefused(_("{unit} has it already.").format(unit=ground.unit_name(ticket.unit)))
        case Verb.HOLD:
            _check_hold(ticket, values["reason"], ground)
        case Verb.RESUME:
            reason = values.get("reason")
            if reason is not None and reason not in ticket.holds:
                raise RuleRefused(
                    _("It is not held for {reason}, but for: {held}.").format(
                        reason=inert(reason), held=", ".join(ticket.holds)
                    )
                )
        case Verb.PROMISE:
            return {"promise": _new_promise(ticket, values.get("promise"))}
        case Verb.CALL_BACK:
            return {"promise": _kept_promise(ticket, values.get("promise"))}
        case Verb.ANSWER_FLAG:
            return _flag_answer(ticket, values.get("flag_id"), values.get("step"))
        case Verb.CREDIT:
            return {"authorised_by": _authority(ticket, values, actor, ground)}
        case Verb.LINK:
            target = f"{values['to']}:{values['target']}"
            if target == f"ticket:{ticket.ticket}":
                raise RuleRefused(_("A ticket is not linked to itself."))
            if target in ticket.linked or (values["to"] == "call" and values["target"] in ticket.calls):
                raise RuleRefused(_("It is linked to {target} already.").format(target=shown(values["target"])))
        case Verb.SURVEY if ticket.cycles and ticket.cycles[-1].score is not None:
            raise RuleRefused(
                _("The customer has been asked already: {score} of 100.").format(score=ticket.cycles[-1].score)
            )
        case _:
            pass
    return {}


def _check_hold(ticket: Ticket, reason: str, ground: Ground) -> None:
    if reason in ticket.holds:
        raise RuleRefused(_("It is held for {reason} already.").format(reason=inert(reason)))
    possible = hold_reasons(ticket, ground)
    if reason not in possible:
        raise RuleRefused(
            _("A ticket of type {type} may not be held for {reason}; it may for: {possible}.").format(
                type=inert(ticket.ticket_type), reason=inert(reason), possible=", ".join(map(inert, possible))
            )
        )


def _new_promise(ticket: Ticket, wanted: str | None) -> str:
    known = {promise.promise for promise in ticket.promises}
    if not wanted:
        return next(name for count in range(1, len(known) + 2) if (name := f"p{count}") not in known)
    if wanted in known:
        raise RuleRefused(
            _("There is a promise {promise} already: give it another name.").format(promise=shown(wanted))
        )
    return wanted


def _kept_promise(ticket: Ticket, wanted: str | None) -> Name:
    """The promise a call-back is for: the one named, or of those not kept the one due first; empty for none."""
    waiting = {promise.promise: promise for promise in ticket.promises if promise.kept_ms is None}
    if wanted and wanted not in waiting:
        raise RuleRefused(
            _("No call with the name {promise} is promised and still to be made.").format(promise=shown(wanted))
        )
    if wanted or not waiting:
        return wanted or ""
    return min(waiting.values(), key=lambda promise: promise.due_ms).promise


def _flag_answer(ticket: Ticket, flag_id: str | None, step: str | None) -> Mapping[str, object]:
    waiting = [flag for flag in ticket.flags if flag.written_back_ms is None]
    chosen = next((flag for flag in waiting if flag_id in (None, "", flag.flag_id)), None)
    if chosen is None:
        raise RuleRefused(_("No flag {flag} waits for an answer.").format(flag=shown(flag_id or "")))
    wanted = _next_flag_step(chosen)
    if step not in (None, wanted):
        raise RuleRefused(
            _("First comes {wanted}: a repeat caller is acknowledged, called back, then written back.").format(
                wanted=wanted
            )
        )
    return {"flag_id": chosen.flag_id, "step": wanted}


def _next_flag_step(flag: Flag) -> str:
    done = (flag.acknowledged_ms, flag.called_back_ms, flag.written_back_ms)
    return next(step for step, at_ms in zip(_FLAG_STEPS, done, strict=True) if at_ms is None)


def _authority(ticket: Ticket, values: Mapping[str, Any], actor: Actor, ground: Ground) -> str:
    """Who grants a credit: empty where the line may."""
    line_fen = ground.book.recovery.line_authority_fen
    total_fen = ticket.credited_fen + int(values["amount_fen"])
    named: str = values.get("authorised_by") or ""
    if total_fen <= line_fen:
        return named
    granting = named or actor.person
    person = ground.people.get(granting)
    known = Actor(granting, granting, person.roles, person.unit) if person is not None else None
    unit = ground.units.get(known.unit) if known is not None else None
    if known is not None and unit is not None and is_leader(known) and unit.level.depth <= GRANTING_LEVEL.depth:
        return granting
    raise RuleRefused(
        _("{total} yuan are more than the line may grant ({line}): name in authorised_by who leads a province.").format(
            total=yuan(total_fen), line=yuan(line_fen)
        )
    )


def yuan(amount_fen: int) -> str:
    """An amount in yuan, exact to the fen."""
    whole, rest = divmod(amount_fen, 100)
    return f"{whole}.{rest:02d}"


def creation(
    new: NewTicket, number: str, actor: Actor, ground: Ground, act: str, call_ended_ms: int | None
) -> facts.TicketCreated:
    """The fact of a new ticket.

    Args:
        new: What a person filled in.
        number: The ticket's.
        actor: Who writes it.
        ground: The site; the ticket is written at its instant.
        act: The command.
        call_ended_ms: When the call ended that it comes from; None where there is none, or it lasts.

    Raises:
        RuleRefused: When there is no such type, or the actor does not act for the unit.
        UsageProblem: When a value is wrong.
    """
    types = ground.book.types
    if types and new.ticket_type not in types:
        raise RuleRefused(
            _("There is no ticket type {type}; there are: {known}.").format(
                type=shown(new.ticket_type), known=", ".join(map(inert, types))
            )
        )
    if not new.title.strip():
        raise _missing("create", "title")
    unit = new.unit or actor.unit
    if unit and ground.units and unit not in ground.units:
        raise UsageProblem(_("There is no unit {unit}: “watchfloor people units” names them.").format(unit=shown(unit)))
    if not acts_for(actor, unit, ground.units):
        raise RuleRefused(_("A ticket of {unit} is written by its own people.").format(unit=ground.unit_name(unit)))
    values = {field.name: getattr(new, field.name) for field in fields(new)}
    values |= {"unit": unit, "title": new.title.strip(), "fields": dict(new.fields)}
    common: dict[str, object] = {"at_ms": ground.now_ms, "ticket": number, "by": actor.person, "act": act}
    made: facts.TicketCreated = built(facts.TicketCreated, "create", values, call_ended_ms=call_ended_ms, **common)
    return made
