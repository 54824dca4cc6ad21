"""How alerts come together on a banner: one line for each rule, level and place, the worst first. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from enum import IntEnum
from typing import Final, NamedTuple

from app.alerts.model import RESOLVED_SHOWN_MS, Alert, AlertState

SCOPE_VALUES: Final = ("type", "unit", "team")
"""What of an alert's values parts alerts of one rule into lines: "7 tickets overdue · repair · 东区"."""


MOST_PLACES: Final = 3
"""With alerts of one rule in more places than these the banner would be one rule: they come together in wider ones."""


class Standing(IntEnum):
    """What a line of the banner asks for, the most urgent first."""

    OPEN = 0
    """Nobody has it."""
    TAKEN = 1
    """Somebody has it: it stays, quietly."""
    SILENCED = 2
    """It makes no sound until an instant."""
    INVITATION = 3
    """No alarm: it offers something that could be done."""
    RESOLVED = 4
    """It was over a moment ago."""

    @property
    def is_loud(self) -> bool:
        """Whether it stands among those that need a person now."""
        return self is Standing.OPEN


class AlertGroup(NamedTuple):
    """Alerts that are one line.

    Attributes:
        key: What a cursor follows: rule, level, place and standing.
        standing: What it asks for.
        rule: The rule's id.
        level: 1 to 3.
        scope: The words of the place its alerts have in common: ticket type, unit, team; empty for none.
        alerts: At least one, in order of raising, the oldest first.
        since_ms: When the oldest of them was raised.
        until_ms: Of a silenced one: when the first of them may be heard again; None for the others.
        owners: Who has them, each once.
        is_flapping: Whether one of them comes and goes.
        is_late: Whether one of them was detected late.
    """

    key: str
    standing: Standing
    rule: str
    level: int
    scope: tuple[str, ...]
    alerts: tuple[Alert, ...]
    since_ms: int
    until_ms: int | None
    owners: tuple[str, ...]
    is_flapping: bool
    is_late: bool

    @property
    def names(self) -> tuple[str, ...]:
        """The identities of its alerts."""
        return tuple(alert.alert for alert in self.alerts)


def standing_of(alert: Alert, now_ms: int, is_invitation: bool) -> Standing | None:
    """Where an alert stands on the banner; None where it is not on it: pending, dropped, inhibited, long resolved."""
    if alert.state is AlertState.RESOLVED:
        shown_until_ms = (alert.resolved_ms or 0) + RESOLVED_SHOWN_MS
        is_shown = now_ms < shown_until_ms and not alert.inhibited_by and not is_invitation
        return Standing.RESOLVED if is_shown else None
    if alert.state not in (AlertState.RAISED, AlertState.ACKNOWLEDGED) or alert.inhibited_by:
        return None
    if is_invitation:
        return Standing.INVITATION
    if alert.state is AlertState.ACKNOWLEDGED:
        return Standing.TAKEN
    if alert.silenced_until_ms is not None and now_ms < alert.silenced_until_ms:
        return Standing.SILENCED
    return Standing.OPEN


def grouped(
    alerts: Iterable[Alert],
    now_ms: int,
    *,
    is_invitation: Callable[[str], bool] = lambda _rule: False,
    is_own_line: Callable[[str], bool] = lambda _rule: False,
) -> tuple[AlertGroup, ...]:
    """The lines of a banner.

    Args:
        alerts: Open ones and those that are over, in any order.
        now_ms: The present instant.
        is_invitation: Whether a rule, by id, only offers something.
        is_own_line: Whether each alert of a rule, by id, is a line of its own.

    Returns:
        The loud ones first, then by level, then the oldest first.
    """
    found: dict[tuple[Standing, str, int], list[Alert]] = {}
    for alert in alerts:
        standing = standing_of(alert, now_ms, is_invitation(alert.rule))
        if standing is not None:
            found.setdefault((standing, alert.rule, alert.level), []).append(alert)
    groups = [
        _group((str(int(standing)), rule, str(level), *place), standing, its)
        for (standing, rule, level), alike in found.items()
        for place, its in (_by_entity(alike) if is_own_line(rule) else _by_place(alike)).items()
    ]
    return tuple(sorted(groups, key=_urgency))


def _by_entity(alerts: list[Alert]) -> dict[tuple[str, ...], list[Alert]]:
    return {(alert.entity,): [alert] for alert in alerts}


def _by_place(alerts: list[Alert]) -> dict[tuple[str, ...], list[Alert]]:
    """Alerts by their place, in as few words as leave no more than `MOST_PLACES` of them."""
    scopes = [scope_of(alert) for alert in alerts]
    places: dict[tuple[str, ...], list[Alert]] = {}
    for words in (len(SCOPE_VALUES), 1, 0):
        if len({scope[:words] for scope in scopes}) <= MOST_PLACES:
            for scope, alert in zip(scopes, alerts, strict=True):
                places.setdefault(scope[:words], []).append(alert)
            break
    return places


def alone(alert: Alert, now_ms: int) -> AlertGroup:
    """An alert as a line of its own, whatever its state."""
    standing = standing_of(alert, now_ms, is_invitation=False)
    key = (alert.alert, str(alert.number))
    return _group(key, Standing.OPEN if standing is None else standing, [alert])


def scope_of(alert: Alert) -> tuple[str, ...]:
    """The words of the place an alert belongs to."""
    values = dict(alert.values)
    return tuple(value for name in SCOPE_VALUES if (value := values.get(name)))


def turning_point(alerts: Iterable[Alert], now_ms: int) -> int | None:
    """When the groups change next by time alone: a silence ends, or a resolved alert has been shown for long enough."""
    points = [
        point
        for alert in alerts
        for point in (
            alert.silenced_until_ms if alert.is_open else None,
            None if alert.resolved_ms is None else alert.resolved_ms + RESOLVED_SHOWN_MS,
        )
        if point is not None and point > now_ms
    ]
    return min(points, default=None)


def _group(key: tuple[str, ...], standing: Standing, alerts: list[Alert]) -> AlertGroup:
    ordered = tuple(sorted(alerts, key=lambda alert: (_since_ms(alert), alert.number)))
    first = ordered[0]
    silences = [alert.silenced_until_ms for alert in ordered if alert.silenced_until_ms is not None]
    return AlertGroup(
        key="|".join(key),
        standing=standing,
        rule=first.rule,
        level=first.level,
        scope=_common({scope_of(alert) for alert in ordered}),
        alerts=ordered,
        since_ms=_since_ms(first),
        until_ms=min(silences, default=None) if standing is Standing.SILENCED else None,
        owners=tuple(dict.fromkeys(alert.owner for alert in ordered if alert.owner)),
        is_flapping=any(alert.is_flapping for alert in ordered),
        is_late=any(alert.is_late for alert in ordered),
    )


def _common(places: Collection[tuple[str, ...]]) -> tuple[str, ...]:
    """The words that places begin with, all of them."""
    first, last = min(places), max(places)
    same = 0
    while same < min(len(first), len(last)) and first[same] == last[same]:
        same += 1
    return first[:same]


def _since_ms(alert: Alert) -> int:
    return alert.pending_ms if alert.raised_ms is None else alert.raised_ms


def _urgency(group: AlertGroup) -> tuple[int, int, int, str]:
    return int(group.standing), group.level, group.since_ms, group.key
