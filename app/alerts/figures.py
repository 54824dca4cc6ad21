"""Alerts in figures: how soon somebody has them, how soon they are over, which rules are noisy, which never spoke."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from app.alerts.model import Alert, AlertState
from app.core.i18n import N_, _

ALL_RULES: Final = "ALL"
"""The row that counts every rule."""

FORMULAS: Final[Mapping[str, str]] = {
    "raised": N_("Alerts that were raised in the range."),
    "late": N_("Of these, those detected late, because the program was down."),
    "acknowledged": N_("Of these, those that somebody has taken, whenever that was."),
    "mean_seconds_to_acknowledge": N_("Σ (taken − raised) / acknowledged, in whole seconds."),
    "escalated": N_("Of the raised, those whose chain went beyond its first step."),
    "resolved": N_("Of the raised, those that are over."),
    "mean_seconds_to_resolve": N_("Σ (over − raised) / resolved, in whole seconds."),
    "resolved_untaken": N_("Of the resolved, those that nobody had taken: perhaps nobody needs to hear of them."),
    "flapping": N_("Of the raised, those that came and went four times within a quarter of an hour."),
    "dropped": N_("Alerts pending in the range that did not hold."),
}
"""Each figure of the report with its formula."""


class RuleFigures(NamedTuple):
    """What a rule did in a range; `mean_…` are whole seconds, None where there is nothing to divide by.

    See `FORMULAS` for the others.
    """

    rule: str
    raised: int
    late: int
    acknowledged: int
    mean_seconds_to_acknowledge: int | None
    escalated: int
    resolved: int
    mean_seconds_to_resolve: int | None
    resolved_untaken: int
    flapping: int
    dropped: int


def rule_figures(alerts: Iterable[Alert], rules: Sequence[str], start_ms: int, end_ms: int) -> list[RuleFigures]:
    """The figures of each rule in [start, end): the noisiest first, those that never spoke last; then of all rules.

    Args:
        alerts: Occurrences that were pending or raised in the range.
        rules: The rules in force: they are listed although they did nothing.
        start_ms: From here on.
        end_ms: Up to here, without it.
    """
    by_rule: dict[str, list[Alert]] = defaultdict(list, {rule: [] for rule in rules})
    whole: list[Alert] = []
    for alert in alerts:
        by_rule[alert.rule].append(alert)
        whole.append(alert)
    found = [_figures(rule, its, start_ms, end_ms) for rule, its in by_rule.items()]
    found.sort(key=lambda figures: (-figures.raised, -figures.dropped, figures.rule))
    return [*found, _figures(ALL_RULES, whole, start_ms, end_ms)]


def never_fired(figures: Iterable[RuleFigures]) -> list[str]:
    """The rules that raised nothing."""
    return [each.rule for each in figures if not each.raised and each.rule != ALL_RULES]


def figure_rows(figures: Iterable[RuleFigures]) -> Iterator[dict[str, object]]:
    """Figures as rows."""
    return (each._asdict() for each in figures)


def explained() -> list[dict[str, object]]:
    """Each figure with its formula, in the present language."""
    return [{"figure": figure, "formula": _(sentence)} for figure, sentence in FORMULAS.items()]


def _figures(rule: str, alerts: Iterable[Alert], start_ms: int, end_ms: int) -> RuleFigures:
    listed = list(alerts)
    raised = [alert for alert in listed if alert.raised_ms is not None and start_ms <= alert.raised_ms < end_ms]
    taken = [alert for alert in raised if alert.acknowledged_ms is not None]
    over = [alert for alert in raised if alert.state is AlertState.RESOLVED]
    return RuleFigures(
        rule=rule,
        raised=len(raised),
        late=sum(alert.is_late for alert in raised),
        acknowledged=len(taken),
        mean_seconds_to_acknowledge=_mean_seconds((alert.raised_ms, alert.acknowledged_ms) for alert in taken),
        escalated=sum(alert.step > 0 for alert in raised),
        resolved=len(over),
        mean_seconds_to_resolve=_mean_seconds((alert.raised_ms, alert.resolved_ms) for alert in over),
        resolved_untaken=sum(alert.acknowledged_ms is None for alert in over),
        flapping=sum(any(moment.kind == "flapping" for moment in alert.moments) for alert in raised),
        dropped=sum(alert.state is AlertState.DROPPED and start_ms <= alert.pending_ms < end_ms for alert in listed),
    )


def _mean_seconds(spans: Iterable[tuple[int | None, int | None]]) -> int | None:
    lengths_ms = [end_ms - start_ms for start_ms, end_ms in spans if start_ms is not None and end_ms is not None]
    return sum(lengths_ms) // len(lengths_ms) // 1000 if lengths_ms else None
