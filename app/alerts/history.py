"""Alerts made of their facts. Pure: the same facts in whatever order of arrival give the same alerts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import itemgetter
from typing import Any, Final

from app.alerts.model import Alert, AlertState, Fault, Message, Moment
from app.core import alert_events as kinds
from app.core.journal import Fact

_OVER: Final = frozenset({AlertState.RESOLVED, AlertState.DROPPED})


def identity(rule: str, entity: str) -> str:
    """The name of an alert: a rule and what it is about."""
    return f"{rule}|{entity}"


def rule_and_entity(alert: str) -> tuple[str, str]:
    """What an alert's name is made of; a name that is none is all rule."""
    rule, _bar, entity = alert.partition("|")
    return rule, entity


def fold_alert(alert: str, facts: Iterable[Fact]) -> tuple[Alert, ...]:
    """Make the occurrences of an alert of its facts, the oldest first.

    Whatever the facts are, this gives an answer: what does not fit the state an alert is in changes nothing but its
    timeline, and what was said before anything happened is left out.

    Args:
        alert: Its identity.
        facts: All of it, in any order; or, where it is known that an occurrence began with one of them, that fact and
            all later ones.
    """
    found: list[Alert] = []
    current: Alert | None = None
    moments: list[Moment] = []
    messages: dict[str, Message] = {}

    def finish() -> None:
        if current is not None:
            found.append(current._replace(moments=tuple(moments), messages=tuple(messages.values())))

    for seq, _source, event in sorted(facts, key=_in_time):
        if _begins(current, event):
            finish()
            current = _begun(alert, seq, event)
            moments, messages = [], {}
        elif current is None:
            continue
        else:
            current = _moved(current, event)
        moments.append(_moment(seq, event))
        if type(event) is kinds.AlertDelivered:
            messages[event.message] = _message(event)
    finish()
    return tuple(found)


def advance(current: Alert | None, alert: str, seq: int, event: Any) -> Alert | None:
    """The newest occurrence of an alert after one more fact that is not older than its others.

    Args:
        current: The newest occurrence so far; None where there is none.
        alert: The identity.
        seq: The fact's sequence number.
        event: The fact.
    """
    if _begins(current, event):
        return _begun(alert, seq, event)._replace(moments=(_moment(seq, event),))
    if current is None:
        return None
    moved = _moved(current, event)._replace(moments=(*current.moments, _moment(seq, event)))
    if type(event) is kinds.AlertDelivered:
        messages = {message.message: message for message in current.messages}
        messages[event.message] = _message(event)
        moved = moved._replace(messages=tuple(messages.values()))
    return moved


def fold_fault(fault: str, facts: Sequence[Fact]) -> Fault:
    """Make a fault of its facts; declared again after its end, it is down again.

    Args:
        fault: Its id.
        facts: At least one, in any order, all of this fault.
    """
    ordered = [event for _seq, _source, event in sorted(facts, key=_in_time)]
    declared = [event for event in ordered if type(event) is kinds.FaultDeclared]
    last = ordered[-1]
    ended_ms = last.at_ms if type(last) is kinds.FaultEnded else None
    if not declared:
        return Fault(fault, ordered[0].at_ms, "", "", "", ended_ms)
    said = declared[-1]
    return Fault(fault, _declared_ms(ordered), said.by, said.what, said.source, ended_ms)


def _declared_ms(ordered: Sequence[Any]) -> int:
    """When the present trouble, or the last one, began."""
    began_ms = 0
    is_down = False
    for event in ordered:
        if type(event) is kinds.FaultEnded:
            is_down = False
        elif not is_down:
            is_down, began_ms = True, event.at_ms
    return began_ms


_SEQ: Final = itemgetter(0)


def _in_time(fact: Fact) -> tuple[int, int]:
    return fact[2].at_ms, _SEQ(fact)


# -- occurrences -----------------------------------------------------------------------------------------------------


def _begins(current: Alert | None, event: Any) -> bool:
    return (current is None or current.state in _OVER) and type(event) in (kinds.AlertPending, kinds.AlertRaised)


def _begun(alert: str, seq: int, event: Any) -> Alert:
    rule, entity = rule_and_entity(alert)
    begun = Alert(
        alert=alert,
        number=seq,
        rule=rule,
        entity=entity,
        state=AlertState.PENDING,
        level=event.level,
        values=_values(event),
        pending_ms=event.at_ms,
        raised_ms=None,
        acknowledged_ms=None,
        owner="",
        note="",
        resolved_ms=None,
        silenced_until_ms=None,
        inhibited_by="",
        step=-1,
        step_ms=None,
        reminded_ms=None,
        is_flapping=False,
        is_late=False,
        should_ms=None,
        rule_version=0,
        moments=(),
        messages=(),
    )
    return _moved(begun, event)


def _moved(alert: Alert, event: Any) -> Alert:
    """An occurrence after a fact, its timeline aside; a fact that does not fit leaves it as it is."""
    move = _MOVES.get(type(event))
    return alert if move is None or not alert.is_open else move(alert, event)


def _values(event: Any) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(event.values.items()))


def _raised(alert: Alert, event: kinds.AlertRaised) -> Alert:
    if alert.state is not AlertState.PENDING:
        return alert
    return alert._replace(
        state=AlertState.RAISED,
        level=event.level,
        values=_values(event),
        raised_ms=event.at_ms,
        reminded_ms=event.at_ms,
        is_late=event.is_late,
        should_ms=event.should_ms,
        rule_version=event.rule_version,
    )


def _dropped(alert: Alert, event: kinds.AlertDropped) -> Alert:
    if alert.state is not AlertState.PENDING:
        return alert
    return alert._replace(state=AlertState.DROPPED, resolved_ms=event.at_ms)


def _resolved(alert: Alert, event: kinds.AlertResolved) -> Alert:
    state = AlertState.DROPPED if alert.state is AlertState.PENDING else AlertState.RESOLVED
    return alert._replace(state=state, resolved_ms=event.at_ms)


def _changed(alert: Alert, event: kinds.AlertChanged) -> Alert:
    return alert._replace(level=event.level, values=_values(event))


def _acknowledged(alert: Alert, event: kinds.AlertAcknowledged) -> Alert:
    if alert.state is AlertState.PENDING:
        return alert
    first_ms = event.at_ms if alert.acknowledged_ms is None else alert.acknowledged_ms
    return alert._replace(state=AlertState.ACKNOWLEDGED, acknowledged_ms=first_ms, owner=event.by, note=event.note)


def _silenced(alert: Alert, event: kinds.AlertSilenced) -> Alert:
    return alert._replace(silenced_until_ms=event.until_ms if event.until_ms > event.at_ms else None)


def _escalated(alert: Alert, event: kinds.AlertEscalated) -> Alert:
    return alert._replace(step=event.step, step_ms=event.at_ms)


_MOVES: Final[Mapping[type, Callable[[Alert, Any], Alert]]] = {
    kinds.AlertRaised: _raised,
    kinds.AlertDropped: _dropped,
    kinds.AlertResolved: _resolved,
    kinds.AlertChanged: _changed,
    kinds.AlertAcknowledged: _acknowledged,
    kinds.AlertSilenced: _silenced,
    kinds.AlertEscalated: _escalated,
    kinds.AlertReminded: lambda alert, event: alert._replace(reminded_ms=event.at_ms),
    kinds.AlertFlapping: lambda alert, event: alert._replace(is_flapping=event.is_flapping),
    kinds.AlertInhibited: lambda alert, event: alert._replace(inhibited_by=event.cause),
}


# -- the timeline ----------------------------------------------------------------------------------------------------

_NOTES: Final[Mapping[type, Callable[[Any], str]]] = {
    kinds.AlertRaised: lambda event: "late" if event.is_late else "",
    kinds.AlertResolved: lambda event: str(event.reason),
    kinds.AlertAcknowledged: lambda event: str(event.note),
    kinds.AlertSilenced: lambda event: str(event.note),
    kinds.AlertInhibited: lambda event: str(event.cause),
    kinds.AlertFlapping: lambda event: "on" if event.is_flapping else "off",
    kinds.AlertEscalated: lambda event: ", ".join(event.recipients),
    kinds.AlertDelivered: lambda event: f"{event.recipient} {event.channel} {event.outcome}",
}


def _moment(seq: int, event: Any) -> Moment:
    note = _NOTES.get(type(event))
    return Moment(seq, event.at_ms, event.kind.removeprefix("alert_"), event.by, "" if note is None else note(event))


def _message(event: kinds.AlertDelivered) -> Message:
    return Message(
        event.message, event.recipient, event.channel, event.outcome, event.answer, event.at_ms, event.attempt
    )
