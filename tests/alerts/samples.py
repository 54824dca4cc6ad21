"""Alerts made up for tests of what shows them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from app.alerts.grouping import AlertGroup, grouped
from app.alerts.model import Alert, AlertState
from app.alerts.ports import AlertPicture
from app.alerts.rule import AlertBook, ChainStep, Recipient, Rule, Text

NOW_MS: Final = 1_772_676_000_000
"""2026-03-05 10:00 in China."""

BOOK: Final = AlertBook(
    rules=(
        Rule(
            id="down",
            metric="system.fault",
            level=1,
            text=Text(zh="系统故障：{what}", en="System down: {what}"),
            runbook=Text(zh="通知系统负责人", en="Tell whoever runs it"),
        ),
        Rule(
            id="overdue",
            metric="ticket.breach",
            level=2,
            text=Text(zh="工单 {ticket} 已超时", en="Ticket {ticket} is overdue"),
            runbook=Text(zh="致电抢修中心", en="Phone the crew"),
        ),
        Rule(
            id="breaks",
            metric="floor.break_rate",
            above=10,
            level=3,
            text=Text(zh="小休率 {value}，上限 {threshold}", en="Break rate {value}, limit {threshold}"),
        ),
        Rule(
            id="spell",
            metric="agent.break_spell",
            above=900,
            hold_seconds=60,
            level=3,
            text=Text(zh="{name} 小休超过 {threshold}", en="{name} has been on a break for {threshold}"),
        ),
        Rule(
            id="idle",
            metric="service.level_2h",
            above=95,
            level=3,
            text=Text(zh="{entity} 可安排培训", en="{entity}: time to train people"),
            is_invitation=True,
        ),
    ),
    recipients={"p": Recipient(name="Province", channels=("terminal",)), "g": Recipient(name="G", channels=("t",))},
    groups={"all": ("p", "g")},
    chains={
        "1": (ChainStep(tell=("p",), acknowledge_seconds=300), ChainStep(tell=("all",), acknowledge_seconds=300)),
        "3": (ChainStep(tell=("p",), acknowledge_seconds=300),),
    },
)


def alert(
    name: str, *, ago_seconds: int = 60, number: int = 1, values: dict[str, str] | None = None, **more: Any
) -> Alert:
    """An alert that was raised a while ago and that nobody has."""
    rule, _bar, entity = name.partition("|")
    at_ms = NOW_MS - ago_seconds * 1000
    level = next((each.level for each in BOOK.rules if each.id == rule), 3)
    made = Alert(
        alert=name,
        number=number,
        rule=rule,
        entity=entity,
        state=AlertState.RAISED,
        level=level,
        values=tuple(sorted((values or {}).items())),
        pending_ms=at_ms,
        raised_ms=at_ms,
        acknowledged_ms=None,
        owner="",
        note="",
        resolved_ms=None,
        silenced_until_ms=None,
        inhibited_by="",
        step=-1,
        step_ms=None,
        reminded_ms=at_ms,
        is_flapping=False,
        is_late=False,
        should_ms=None,
        rule_version=0,
        moments=(),
        messages=(),
    )
    return made._replace(**more)


def overdue(number: int, kind: str = "repair", unit: str = "东区", **more: Any) -> Alert:
    """An alert about a ticket that is overdue."""
    values = {"ticket": f"WO-{number}", "type": kind, "unit": unit}
    return alert(f"overdue|ticket:WO-{number}/stage/1/1", number=number, values=values, **more)


def taken(made: Alert, by: str = "li") -> Alert:
    """The same, and somebody has it."""
    return made._replace(state=AlertState.ACKNOWLEDGED, owner=by, acknowledged_ms=NOW_MS - 1_000)


def over(made: Alert, ago_seconds: int = 5) -> Alert:
    """The same, resolved a while ago."""
    return made._replace(state=AlertState.RESOLVED, resolved_ms=NOW_MS - ago_seconds * 1000)


def groups_of(alerts: Iterable[Alert], now_ms: int = NOW_MS) -> tuple[AlertGroup, ...]:
    """The lines of a banner by the rules of the samples."""
    invitations = {rule.id for rule in BOOK.rules if rule.is_invitation}
    return grouped(alerts, now_ms, is_invitation=lambda name: name in invitations)


def picture(*alerts: Alert, now_ms: int = NOW_MS, revision: int = 1, **more: Any) -> AlertPicture:
    """What a feed would make of alerts."""
    muted = sum(bool(each.inhibited_by) for each in alerts)
    given = {"groups": groups_of(alerts, now_ms), "muted": muted, "person_names": {"li": "李雷"}, **more}
    return AlertPicture(now_ms, revision, alerts, BOOK, **given)
