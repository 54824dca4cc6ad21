"""Alerts in figures, counted by hand."""

from __future__ import annotations

from app.alerts.figures import ALL_RULES, FORMULAS, RuleFigures, explained, never_fired, rule_figures
from app.alerts.history import fold_alert
from app.alerts.model import Alert
from app.core import alert_events as kinds
from app.core.events import AnyEvent

START_MS = 1_700_000_000_000
END_MS = START_MS + 3_600_000


def occurrence(alert: str, *facts: AnyEvent) -> Alert:
    (found,) = fold_alert(alert, [(number, "", fact) for number, fact in enumerate(facts, 1)])
    return found


def raised(alert: str, after_seconds: int, *, is_late: bool = False) -> kinds.AlertRaised:
    return kinds.AlertRaised(at_ms=START_MS + after_seconds * 1000, alert=alert, level=2, is_late=is_late)


def taken(alert: str, after_seconds: int) -> kinds.AlertAcknowledged:
    return kinds.AlertAcknowledged(at_ms=START_MS + after_seconds * 1000, alert=alert, by="w")


def over(alert: str, after_seconds: int) -> kinds.AlertResolved:
    return kinds.AlertResolved(at_ms=START_MS + after_seconds * 1000, alert=alert)


def escalated(alert: str, after_seconds: int, step: int) -> kinds.AlertEscalated:
    return kinds.AlertEscalated(at_ms=START_MS + after_seconds * 1000, alert=alert, step=step)


def alerts() -> list[Alert]:
    return [
        occurrence("a|1", raised("a|1", 0), taken("a|1", 60), over("a|1", 600)),
        occurrence(
            "a|2", raised("a|2", 10, is_late=True), escalated("a|2", 10, 0), escalated("a|2", 70, 1), taken("a|2", 131)
        ),
        occurrence("a|3", raised("a|3", 20), escalated("a|3", 20, 0), over("a|3", 21)),
        occurrence("a|4", raised("a|4", 3_600)),
        occurrence(
            "b|1",
            kinds.AlertPending(at_ms=START_MS, alert="b|1", level=3),
            kinds.AlertDropped(at_ms=START_MS + 5_000, alert="b|1"),
        ),
    ]


def test_a_range_counted_by_hand() -> None:
    figures = rule_figures(alerts(), ["b", "c", "a"], START_MS, END_MS)
    assert figures[0] == RuleFigures(
        rule="a",
        raised=3,
        late=1,
        acknowledged=2,
        mean_seconds_to_acknowledge=(60 + 121) // 2,
        escalated=1,
        resolved=2,
        mean_seconds_to_resolve=(600 + 1) // 2,
        resolved_untaken=1,
        flapping=0,
        dropped=0,
    )
    assert [(each.rule, each.raised, each.dropped) for each in figures] == [
        ("a", 3, 0),
        ("b", 0, 1),
        ("c", 0, 0),
        (ALL_RULES, 3, 1),
    ]
    assert never_fired(figures) == ["b", "c"]


def test_nothing_has_no_mean() -> None:
    (whole,) = rule_figures([], [], START_MS, END_MS)
    assert whole.raised == 0
    assert whole.mean_seconds_to_acknowledge is None
    assert whole.mean_seconds_to_resolve is None


def test_every_figure_has_its_formula() -> None:
    assert ("rule", *FORMULAS) == RuleFigures._fields
    assert [row["figure"] for row in explained()] == list(FORMULAS)
