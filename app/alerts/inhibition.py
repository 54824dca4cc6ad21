"""What explains an alert, so that it need not be said as well. Pure.

A graver alert explains a milder one of the same metric and entity. A rule that says so explains the alerts of other
rules within its own scope, when it is at least as grave: an alert on the site, on a source or of a fault reaches all
that is not known to be of another source. Two rules that explain each other, whichever way round, do so by age: never
are all of them muted.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from app.alerts.model import Alert
from app.alerts.rule import Rule
from app.alerts.scopes import entity_kind, entity_name
from app.alerts.signal import Signal

_WIDE: Final = frozenset({"site", "source", "fault", "system"})
"""Kinds of entity that reach further than what is named after them."""

_METRIC: Final = "metric:"


class Cause(NamedTuple):
    """Something that is no alert and explains some: a live notice.

    Attributes:
        cause: What it is called in `AlertInhibited`, as "notice:n1".
        metrics: The metrics whose alerts it explains.
        scope: An alert is explained when all these are in its signal's scope, as ("area", "东区").
    """

    cause: str
    metrics: frozenset[str]
    scope: tuple[tuple[str, str], ...]

    def explains(self, signal: Signal) -> bool:
        """Whether it explains an alert on a signal."""
        return signal.metric in self.metrics and set(self.scope) <= set(signal.scope)


class Muting:
    """Which rules may explain the alerts of which.

    Args:
        rules: All there are.
    """

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._rules = {rule.id: rule for rule in rules}
        named = {rule.id: _named(rule, rules) for rule in rules}
        reached = {rule: _reached(rule, named) for rule in named}
        self._circles: Final = {
            rule: frozenset(other for other in found if rule in reached[other]) for rule, found in reached.items()
        }
        graver = {
            rule.id: frozenset(o.id for o in rules if o.metric == rule.metric and o.level < rule.level)
            for rule in rules
        }
        self.graver: Final[Mapping[str, frozenset[str]]] = graver
        """Rules of the same metric and a graver level, by rule: they explain it at the same entity."""
        self.muters: Final[Mapping[str, frozenset[str]]] = {
            rule: frozenset(other for other, muted in named.items() if rule in muted) for rule in named
        }
        """Rules that say they explain a rule, by rule."""
        muted: dict[str, set[str]] = {rule: set(found) for rule, found in named.items()}
        for rule, found in graver.items():
            for other in found:
                muted[other].add(rule)
        self.muted: Final[Mapping[str, frozenset[str]]] = {rule: frozenset(found) for rule, found in muted.items()}
        """Rules whose alerts may be explained by a rule, by rule."""

    def explains(self, muter: Alert, by: Signal | None, alert: Alert, signal: Signal) -> bool:
        """Whether a raised alert explains another.

        Args:
            muter: What may explain.
            by: Its signal; None while it is not known.
            alert: What may be explained.
            signal: Its signal.
        """
        if muter.rule in self.graver[alert.rule] and muter.entity == alert.entity:
            return True
        if muter.rule not in self.muters[alert.rule]:
            return False
        if muter.rule in self._circles[alert.rule] and _age(alert) < _age(muter):
            return False
        return reaches(muter.entity, () if by is None else by.scope, alert.entity, signal.scope)


def _age(alert: Alert) -> tuple[int, str]:
    return (alert.pending_ms if alert.raised_ms is None else alert.raised_ms), alert.alert


def reaches(
    muter: str, muter_scope: Iterable[tuple[str, str]], entity: str, scope: Collection[tuple[str, str]]
) -> bool:
    """Whether what is the matter with one entity is the matter with another one too."""
    if muter == entity:
        return True
    kind, name = entity_kind(muter), entity_name(muter)
    if kind not in _WIDE:
        return (kind, name) in scope
    own = _sources([(kind, name), *muter_scope])
    others = _sources([(entity_kind(entity), entity_name(entity)), *scope])
    return not own or not others or not own.isdisjoint(others)


def _sources(scope: Iterable[tuple[str, str]]) -> set[str]:
    return {name for kind, name in scope if kind == "source" and name}


def _named(rule: Rule, rules: Iterable[Rule]) -> frozenset[str]:
    """The rules that a rule says it explains, and may, for they are no graver."""
    return frozenset(
        other.id
        for other in rules
        if other.id != rule.id
        and other.level >= rule.level
        and (other.id in rule.inhibits or _METRIC + other.metric in rule.inhibits)
    )


def _reached(rule: str, named: Mapping[str, Iterable[str]]) -> set[str]:
    found: set[str] = set()
    waiting = [rule]
    while waiting:
        for other in named[waiting.pop()]:
            if other not in found:
                found.add(other)
                waiting.append(other)
    return found
