"""From the words of a rule file to the fields of an `AlertBook`: names, lengths of time, shares, levels."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final

from app.alerts import rule_words as words
from app.alerts.metrics import METRICS
from app.alerts.signal import Metric, Shape
from app.core.durations import length_seconds
from app.core.i18n import _
from app.core.text import inert
from app.core.toml_lines import Path
from app.core.toml_problems import Finding, unknown_key

_PERCENT: Final = re.compile(r"([+-]?\d{1,9}(?:\.\d{1,6})?)\s*%", re.ASCII)
_THRESHOLDS: Final = ("above", "below", "clear", "ahead")
_LENGTHS: Final = ("hold", "remind")


class Shaper:
    """Gives the values of a file their names and units in the book.

    Attributes:
        findings: What cannot be understood; it is left out of the fields.
    """

    def __init__(self) -> None:
        self.findings: list[Finding] = []

    def sections(self, fields: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
        """The tables at the top of a file; every section is there."""
        found = self._known((), fields, words.SECTIONS)
        return {name: self._table((name,), found.get(name, {})) or {} for name in words.SECTIONS}

    def rule(self, key: str, value: Any) -> dict[str, Any]:
        """The fields of a rule."""
        path: Path = ("rules", key)
        table = self._table(path, value)
        if table is None:
            return {}
        metric = METRICS.get(str(table.get("metric")))
        if metric is None:
            if isinstance(name := table.get("metric"), str):
                self._bad((*path, "metric"), unknown_name(name, METRICS))
                table = {key: each for key, each in table.items() if key != "metric"}
            table = self._known(path, table, words.ANY_RULE_KEYS)
        else:
            self._fitting(path, table, metric)
            table = {key: each for key, each in table.items() if key in words.RULE_KEYS[metric.shape]}
        rule: dict[str, Any] = {"id": key, **({"above": 0.0} if metric and metric.shape is Shape.DUE else {})}
        for name, given in table.items():
            if (found := self._rule_value((*path, name), name, given, metric)) is not None:
                rule[words.BOOK_NAMES.get(name, name)] = found
        return rule

    def _rule_value(self, path: Path, name: str, given: Any, metric: Metric | None) -> Any:
        """One value of a rule; None where it cannot be understood, or not without its metric."""
        if name in _THRESHOLDS:
            return None if metric is None else self._threshold(path, given, metric)
        if name in _LENGTHS:
            return self._seconds(path, given)
        match name:
            case "level":
                return self._level(path, given)
            case "scope":
                return self._known(path, given, words.SCOPE_KEYS)
            case "text" | "runbook":
                return self._known(path, given, words.TEXT_KEYS)
            case _:
                return given

    def _fitting(self, path: Path, table: Mapping[str, Any], metric: Metric) -> None:
        """Tell of keys that the rule may not have, because of the shape of its metric or at all."""
        known = words.RULE_KEYS[metric.shape]
        for key in table:
            if key in words.ANY_RULE_KEYS - known:
                self._bad((*path, key), _not_for(key, metric))
            elif key not in known:
                self._bad((*path, key), unknown_key(key, known))

    def recipient(self, key: str, value: Any) -> dict[str, Any]:
        """The fields of a recipient."""
        return self._known(("recipients", key), value, words.RECIPIENT_KEYS)

    def chains(self, value: Mapping[str, Any]) -> dict[str, list[dict[str, Any]]]:
        """The chains by the level's digit."""
        chains: dict[str, list[dict[str, Any]]] = {}
        for level, steps in value.items():
            path: Path = ("chains", level)
            if level not in words.LEVELS:
                self._bad(path, _("is no level: there are I, II and III"))
            elif not isinstance(steps, list) or not steps:
                self._bad(path, _("must be a list of steps: write [[chains.{level}]] above each").format(level=level))
            else:
                found = [self._step((*path, number), step) for number, step in enumerate(steps)]
                chains[str(words.LEVELS[level])] = found
        return chains

    def _step(self, path: Path, value: Any) -> dict[str, Any]:
        step = self._known(path, value, words.STEP_KEYS)
        return self._with_seconds(path, step, "acknowledge")

    def channel(self, key: str, value: Any) -> dict[str, Any]:
        """The fields of a channel."""
        path: Path = ("channels", key)
        table = self._table(path, value)
        if table is None:
            return {}
        known = words.CHANNEL_KEYS.get(str(table.get("kind")), frozenset().union(*words.CHANNEL_KEYS.values()))
        return self._with_seconds(path, self._known(path, table, known), "timeout")

    # -- values ------------------------------------------------------------------------------------------------------

    def _bad(self, path: Path, problem: str) -> None:
        self.findings.append(Finding(path, problem))

    def _table(self, path: Path, value: Any) -> dict[str, Any] | None:
        if isinstance(value, dict):
            return value
        self._bad(path, _("must be a table of keys and values"))
        return None

    def _known(self, path: Path, value: Any, known: Collection[str]) -> dict[str, Any]:
        """A table without the keys it may not have; they are told."""
        table = self._table(path, value)
        if table is None:
            return {}
        for key in table:
            if key not in known:
                self._bad((*path, key), unknown_key(key, frozenset(known)))
        return {key: each for key, each in table.items() if key in known}

    def _with_seconds(self, path: Path, table: dict[str, Any], key: str) -> dict[str, Any]:
        if key not in table:
            return table
        seconds = self._seconds((*path, key), table[key])
        rest = {name: each for name, each in table.items() if name != key}
        return rest if seconds is None else rest | {words.BOOK_NAMES[key]: seconds}

    def _seconds(self, path: Path, value: Any) -> int | None:
        seconds = length_seconds(value) if isinstance(value, str) else None
        if seconds is None:
            shown = inert(str(value)[:40])
            self._bad(path, _("“{text}” is no length of time: write 90s, 2m, 4h or 1d, in quotes").format(text=shown))
        return seconds

    def _threshold(self, path: Path, value: Any, metric: Metric) -> float | None:
        if metric.unit == "seconds":
            seconds = self._seconds(path, value)
            return None if seconds is None else float(seconds)
        if metric.unit == "percent" and isinstance(value, str) and (found := _PERCENT.fullmatch(value.strip())):
            return float(found[1])
        is_number = isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= 1e12
        if metric.unit != "percent" and is_number:
            return float(value)
        shown = inert(str(value)[:40])
        if metric.unit == "percent":
            self._bad(path, _("“{text}” is no share: write it as “10%”, in quotes").format(text=shown))
        else:
            self._bad(path, _("“{text}” is no number: write it without quotes").format(text=shown))
        return None

    def _level(self, path: Path, value: Any) -> int | None:
        if isinstance(value, str) and value in words.LEVELS:
            return words.LEVELS[value]
        self._bad(path, _("must be one of: {known}").format(known="I, II, III"))
        return None


def unknown_name(name: str, known: Iterable[str]) -> str:
    """What to say of a name that is none of those it may be."""
    from difflib import get_close_matches

    listed = sorted(known)
    close = get_close_matches(name, listed, n=1)
    if close:
        return _("there is no “{name}”: perhaps {close} is meant").format(name=inert(name), close=inert(close[0]))
    shown = inert(", ".join(listed)) or "–"
    return _("there is no “{name}”; there are: {known}").format(name=inert(name), known=shown)


def _not_for(key: str, metric: Metric) -> str:
    """Why a rule on this metric has no such key, and which it has instead."""
    match metric.shape:
        case Shape.GAUGE:
            return _("{metric} is a figure: give it “above” or “below”").format(metric=metric.key)
        case Shape.SPELL:
            return _("{metric} is something that lasts: give it “above” as a length of time, and nothing else").format(
                metric=metric.key
            )
        case Shape.DUE:
            return _("{metric} comes at an instant: give it “ahead” as a lead time, or nothing").format(
                metric=metric.key
            )
        case Shape.STATE:
            return _("{metric} is so or is not: it has no “{key}”").format(metric=metric.key, key=key)
