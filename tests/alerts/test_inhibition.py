"""What mutes what, how far it reaches, and that something is always said."""

from __future__ import annotations

import pytest

from app.alerts.inhibition import Cause, reaches
from app.alerts.signal import Feed, Signal
from tests.alerts.evaluating import BREAKS, FAULT, LEVEL, LIMIT, START_MS, VOLUME, Watch, rate, rule, told

DOWN = rule("down", FAULT, level=1, inhibits=("metric:service.level_30m",))
SERVED = rule("served", LEVEL, below=80.0, level=2, remind_seconds=300)


def fault(name: str = "F1", *, active: bool = True, source: str = "") -> Signal:
    scope = (("source", source),) if source else ()
    return Signal(FAULT, f"fault:{name}", active=active, since_ms=START_MS, scope=scope)


def served(value: float, queue: str = "售后", *sources: str) -> Signal:
    scope = (("queue", queue), *(("source", source) for source in sources))
    return Signal(LEVEL, f"queue:{queue}", gauge=value, scope=scope)


def muted(watch: Watch) -> dict[str, str]:
    return {alert.alert: alert.inhibited_by for alert in watch.alerts() if alert.is_open and alert.inhibited_by}


def test_a_fault_mutes_what_it_explains_whichever_came_first() -> None:
    watch = Watch(DOWN, SERVED)
    watch.at(0, served(50.0))
    watch.at(10, fault())
    watch.at(20, served(40.0, "售前"))
    assert muted(watch) == {"served|queue:售后": "down|fault:F1", "served|queue:售前": "down|fault:F1"}
    assert watch.until(1000) == []
    found = watch.at(1000, fault(active=False))
    assert sorted(told(found)) == [
        ("inhibited", "served|queue:售前", 1000),
        ("inhibited", "served|queue:售后", 1000),
        ("reminded", "served|queue:售前", 1000),
        ("reminded", "served|queue:售后", 1000),
        ("resolved", "down|fault:F1", 1000),
    ]
    assert muted(watch) == {}


def test_a_second_fault_takes_over_and_changes_nothing_before() -> None:
    watch = Watch(DOWN, SERVED)
    watch.at(0, fault("F1"), served(50.0))
    assert told(watch.at(5, fault("F2")))[1:] == []
    watch.at(9, fault("F1", active=False))
    assert muted(watch) == {"served|queue:售后": "down|fault:F2"}


def test_a_fault_of_one_source_leaves_the_others_be() -> None:
    watch = Watch(DOWN, SERVED)
    watch.at(0, fault(source="pbx"), served(50.0, "a", "pbx"), served(50.0, "b", "acd"), served(50.0, "c"))
    assert set(muted(watch)) == {"served|queue:a", "served|queue:c"}


def test_the_graver_of_one_metric_explains_the_milder_at_the_same_place() -> None:
    watch = Watch(
        rule("far", VOLUME, above=40.0, below=-40.0, level=2), rule("off", VOLUME, above=20.0, below=-20.0, level=3)
    )
    queue, site = Signal(VOLUME, "queue:a", gauge=50.0), Signal(VOLUME, "site", gauge=30.0)
    watch.at(0, queue, site)
    assert muted(watch) == {"off|queue:a": "far|queue:a"}
    watch.at(1, queue._replace(gauge=30.0))
    assert watch.open() == ["off|queue:a", "off|site"]
    assert muted(watch) == {}


def test_what_is_only_pending_explains_nothing() -> None:
    watch = Watch(rule("down", FAULT, level=1, hold_seconds=60, inhibits=("served",)), SERVED)
    watch.at(0, fault(), served(50.0))
    assert muted(watch) == {}
    watch.until(60)
    assert muted(watch) == {"served|queue:售后": "down|fault:F1"}


def test_a_milder_alert_explains_no_graver_one() -> None:
    watch = Watch(rule("mild", BREAKS, above=10.0, level=3, inhibits=("served",)), SERVED)
    watch.at(0, rate(20.0), served(50.0))
    assert muted(watch) == {}


def test_rules_that_explain_each_other_never_mute_one_another_all() -> None:
    watch = Watch(
        rule("a", BREAKS, above=10.0, inhibits=("b",)),
        rule("b", LEVEL, below=80.0, inhibits=("c",)),
        rule("c", VOLUME, above=20.0, inhibits=("a",)),
    )
    watch.at(0, rate(20.0))
    watch.at(1, Signal(LEVEL, "site", gauge=50.0))
    watch.at(2, Signal(VOLUME, "site", gauge=50.0))
    assert muted(watch) == {"b|site": "a|site", "c|site": "b|site"}


def ticket(number: str, area: str) -> Signal:
    return Signal(LIMIT, f"ticket:{number}/stage/1/1", due_ms=START_MS, scope=(("area", area), ("service", "宽带")))


def test_a_live_notice_mutes_the_tickets_it_covers_and_no_others() -> None:
    watch = Watch(rule("late", LIMIT, above=0.0, level=2))
    watch.at(1, ticket("1", "东区"), ticket("2", "西区"))
    notice = Cause("notice:n1", frozenset({LIMIT}), (("area", "东区"), ("service", "宽带")))
    assert told(watch.notices(notice)) == [("inhibited", "late|ticket:1/stage/1/1", 1)]
    watch.at(5, ticket("3", "东区"))
    assert set(muted(watch)) == {"late|ticket:1/stage/1/1", "late|ticket:3/stage/1/1"}
    assert watch.restart(10) == []
    watch.at(20)
    assert len(watch.notices()) == 2
    assert muted(watch) == {}


def test_what_was_muted_before_a_restart_stays_so() -> None:
    watch = Watch(DOWN, SERVED)
    watch.at(0, fault(source="pbx"), served(50.0, "a", "pbx"), served(50.0, "b", "acd"))
    assert watch.restart(5) == []
    assert muted(watch) == {"served|queue:a": "down|fault:F1"}


def test_a_frozen_alert_is_muted_all_the_same() -> None:
    watch = Watch(DOWN, SERVED)
    watch.at(0, served(50.0))
    watch.stale = frozenset({Feed.FLOOR})
    watch.at(10, fault())
    assert muted(watch) == {"served|queue:售后": "down|fault:F1"}


@pytest.mark.parametrize(
    ("muter", "muter_scope", "entity", "scope", "expected"),
    [
        ("site", (), "agent:1", (), True),
        ("queue:a", (), "queue:a", (), True),
        ("queue:a", (), "agent:1", (("queue", "a"),), True),
        ("queue:a", (), "agent:1", (("queue", "b"),), False),
        ("queue:a", (), "site", (), False),
        ("source:pbx", (), "queue:a", (), True),
        ("source:pbx", (), "queue:a", (("source", "pbx"),), True),
        ("source:pbx", (), "queue:a", (("source", "acd"),), False),
        ("source:pbx", (), "source:acd", (), False),
        ("fault:F1", (("source", "pbx"),), "source:pbx", (), True),
        ("fault:F1", (("source", ""),), "source:pbx", (), True),
    ],
)
def test_how_far_the_matter_with_one_thing_reaches(
    muter: str,
    muter_scope: tuple[tuple[str, str], ...],
    entity: str,
    scope: tuple[tuple[str, str], ...],
    expected: bool,
) -> None:
    assert reaches(muter, muter_scope, entity, scope) is expected
