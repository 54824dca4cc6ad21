"""Metrics and rules as rows: for `alerts metrics`, and for the tables of docs/alert-rules.md."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from app.alerts.metrics import METRICS
from app.alerts.rule import AlertBook, Rule
from app.alerts.rule_toml import threshold_toml
from app.alerts.scopes import SCOPE_FIELDS
from app.alerts.signal import Metric, Shape
from app.alerts.wording import LEVEL_WORDS
from app.core.durations import length_text
from app.core.i18n import N_, _

_SHAPES: Final = {
    Shape.GAUGE: N_("a figure"),
    Shape.SPELL: N_("lasts"),
    Shape.DUE: N_("comes"),
    Shape.STATE: N_("is so or not"),
}


def metric_rows() -> Iterator[dict[str, object]]:
    """Every metric that a rule can look at."""
    for metric in METRICS.values():
        yield {
            "metric": metric.key,
            "shape": _(_SHAPES[metric.shape]),
            "unit": metric.unit or None,
            "scope": ", ".join(SCOPE_FIELDS[kind] for kind in metric.scopes) or None,
            "values": ", ".join(metric.values),
            "sentence": _(metric.sentence),
        }


def rule_rows(book: AlertBook) -> Iterator[dict[str, object]]:
    """Every rule of a book, with its thresholds as the file writes them."""
    for rule in book.rules:
        metric = METRICS[rule.metric]
        yield {
            "rule": rule.id,
            "level": LEVEL_WORDS[rule.level],
            "metric": rule.metric,
            "raised": _raised(rule, metric),
            "clear": _figure(metric, rule.clear),
            "hold": length_text(rule.hold_seconds) if rule.hold_seconds else None,
            "remind": length_text(rule.remind_seconds) if rule.remind_seconds else None,
        }


def _raised(rule: Rule, metric: Metric) -> str | None:
    """Beyond which thresholds a rule is raised, as "> 10%, < 3%"."""
    if metric.shape is Shape.DUE:
        return length_text(round(rule.above)) if rule.above else None
    sides = ((">", rule.above), ("<", rule.below))
    return ", ".join(f"{sign} {_figure(metric, number)}" for sign, number in sides if number is not None) or None


def _figure(metric: Metric, number: float | None) -> str | None:
    return None if number is None else str(threshold_toml(metric.unit, number))
