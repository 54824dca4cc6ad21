"""Alerts as rows for people and for programs; docs/alerts.md holds their keys to this."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import tzinfo
from typing import Final

from app.alerts.book_service import shipped_version
from app.alerts.model import Alert, AlertState, Fault
from app.alerts.ports import AlertBookVersion
from app.alerts.rule import Rule
from app.alerts.wording import LEVEL_WORDS, sentence
from app.core.i18n import language
from app.core.zones import iso
from app.tickets.policy import PolicyBook

OVERLAYS: Final = ("silenced", "inhibited")
"""What an open alert may be besides its state."""

LISTED_STATES: Final = ("pending", "raised", "acknowledged", *OVERLAYS)
"""What the open ones can be asked for by."""


class RuleBooks:
    """Finds the rule that an alert was raised by: of its own version, else of the newest that has it.

    Args:
        versions: Every version of the rules, the oldest first.
        policy: What calls types of tickets and their stages by name.
    """

    def __init__(self, versions: Sequence[AlertBookVersion], policy: PolicyBook | None = None) -> None:
        self._policy = policy
        self._newest: dict[str, Rule] = {}
        self._rules: dict[tuple[int, str], Rule] = {}
        for version in (shipped_version(), *versions):
            for rule in version.book.rules:
                self._newest[rule.id] = self._rules[version.version, rule.id] = rule

    def says(self, alert: Alert) -> str:
        """An alert's sentence in the present language; its identity where no version has its rule."""
        rule = self._rules.get((alert.rule_version, alert.rule)) or self._newest.get(alert.rule)
        if rule is None:
            return alert.alert
        return sentence(rule, alert.entity, dict(alert.values), language(), self._policy)


def is_listed(alert: Alert, state: str, now_ms: int) -> bool:
    """Whether an open alert is in a state, or under an overlay; the empty state takes all."""
    match state:
        case "":
            return True
        case "silenced":
            return is_silenced(alert, now_ms)
        case "inhibited":
            return bool(alert.inhibited_by)
        case _:
            return alert.state.value == state


def is_silenced(alert: Alert, now_ms: int) -> bool:
    """Whether it makes no sound at a moment."""
    return alert.silenced_until_ms is not None and now_ms < alert.silenced_until_ms


def list_rows(alerts: Iterable[Alert], books: RuleBooks, now_ms: int, zone: tzinfo) -> Iterable[dict[str, object]]:
    """Open alerts, the gravest first, then the oldest."""
    for alert in sorted(alerts, key=lambda each: (each.level, each.raised_ms or each.pending_ms, each.alert)):
        since_ms = alert.pending_ms if alert.raised_ms is None else alert.raised_ms
        yield {
            "alert": alert.alert,
            "level": LEVEL_WORDS[alert.level],
            "state": alert.state.value,
            "says": books.says(alert),
            "since": iso(since_ms, zone),
            "seconds": max(0, now_ms - since_ms) // 1000,
            "owner": alert.owner or None,
            "note": alert.note or None,
            "step": alert.step if alert.step >= 0 else None,
            "silenced_until": iso(alert.silenced_until_ms or 0, zone) if is_silenced(alert, now_ms) else None,
            "inhibited_by": alert.inhibited_by or None,
            "flapping": alert.is_flapping,
            "late": alert.is_late,
        }


def history_rows(alerts: Iterable[Alert], books: RuleBooks, zone: tzinfo) -> Iterable[dict[str, object]]:
    """Occurrences of a range, in order."""

    def told(at_ms: int | None) -> str | None:
        return None if at_ms is None else iso(at_ms, zone)

    for alert in alerts:
        end_ms = alert.resolved_ms
        start_ms = alert.pending_ms if alert.raised_ms is None else alert.raised_ms
        yield {
            "alert": alert.alert,
            "number": alert.number,
            "level": LEVEL_WORDS[alert.level],
            "state": alert.state.value,
            "says": books.says(alert),
            "pending": told(alert.pending_ms),
            "raised": told(alert.raised_ms),
            "acknowledged": told(alert.acknowledged_ms),
            "owner": alert.owner or None,
            "ended": told(end_ms),
            "seconds": None if end_ms is None else (end_ms - start_ms) // 1000,
            "late": alert.is_late,
        }


def timeline_rows(alert: Alert, zone: tzinfo) -> Iterable[dict[str, object]]:
    """What happened to an alert, in order, and what became of telling people."""
    told = [(moment.at_ms, moment.kind, moment.by, moment.note) for moment in alert.moments]
    sent = [
        (each.at_ms, each.outcome, each.recipient, " ".join(filter(None, (each.channel, each.answer))))
        for each in alert.messages
    ]
    # Deliveries are facts too: what a message came to stands for them.
    facts = [each for each in told if each[1] != "delivered"]
    for at_ms, what, who, note in sorted([*facts, *sent], key=lambda each: each[0]):
        yield {"at": iso(at_ms, zone), "what": what, "who": who or None, "note": note or None}


def fault_rows(faults: Iterable[Fault], zone: tzinfo) -> Iterable[dict[str, object]]:
    """Declared faults."""
    for fault in faults:
        yield {
            "fault": fault.fault,
            "what": fault.what,
            "source": fault.source or None,
            "declared": iso(fault.declared_ms, zone),
            "by": fault.by or None,
            "ended": None if fault.ended_ms is None else iso(fault.ended_ms, zone),
        }


def chosen(alerts: Iterable[Alert], names: Sequence[str], unknown: Callable[[str], Exception]) -> list[str]:
    """The identities of open alerts that a person named: "rule|entity", or a rule for all it has raised.

    Raises:
        Exception: What `unknown` makes of a name that none has.
    """
    is_up = (AlertState.RAISED, AlertState.ACKNOWLEDGED)
    listed = [alert for alert in alerts if alert.state in is_up]
    found: list[str] = []
    for name in names:
        matching = [alert.alert for alert in listed if name in (alert.alert, alert.rule)]
        if not matching:
            raise unknown(name)
        found += matching
    return list(dict.fromkeys(found))
