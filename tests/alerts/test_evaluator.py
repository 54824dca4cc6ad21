"""The life of an alert on a clock that moves when told to, event by event."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from app.alerts.model import AlertState, Ending
from app.alerts.signal import Feed, Observation, Signal
from app.core import alert_events as kinds
from tests.alerts.evaluating import (
    BEHIND,
    BREAKS,
    FAULT,
    LIMIT,
    SPELL,
    START_MS,
    Watch,
    rate,
    rule,
    spell,
    told,
)

HELD = rule("r", BREAKS, above=10.0, clear=8.0, hold_seconds=60)
PLAIN = rule("r", BREAKS, above=10.0, clear=8.0)
LONG = rule("b", SPELL, above=900.0)
DUE = rule("d", LIMIT, above=3600.0)


def acknowledged(watch: Watch, alert: str, seconds: float) -> kinds.AlertAcknowledged:
    return kinds.AlertAcknowledged(at_ms=START_MS + round(seconds * 1000), alert=alert, by="li", note="mine")


# -- beginning and end -----------------------------------------------------------------------------------------------

Script = list[tuple[float, float | None]]


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        pytest.param([(0, 10.0)], [], id="at the threshold is not above it"),
        pytest.param([(0, 10.01), (59, 11.0)], [("pending", 0)], id="before the hold is over"),
        pytest.param([(0, 11.0), (60, 11.0)], [("pending", 0), ("raised", 60)], id="at the end of the hold"),
        pytest.param([(0, 11.0), (67, 12.0)], [("pending", 0), ("raised", 60)], id="seen later, raised on time"),
        pytest.param(
            [(0, 11.0), (30, 9.0), (40, 11.0), (99, 11.0)],
            [("pending", 0), ("dropped", 30), ("pending", 40)],
            id="beyond the clear threshold is not enough to hold",
        ),
        pytest.param(
            [(0, 11.0), (60, 11.0), (90, 8.01), (120, 8.0)],
            [("pending", 0), ("raised", 60), ("resolved", 120)],
            id="cleared at the clear threshold and not before",
        ),
        pytest.param(
            [(0, 11.0), (60, 11.0), (90, None), (100, 9.0), (110, None)],
            [("pending", 0), ("raised", 60)],
            id="an empty figure clears nothing",
        ),
        pytest.param(
            [(0, 11.0), (30, None), (65, None), (66, 11.0)],
            [("pending", 0), ("raised", 60)],
            id="an empty figure raises nothing",
        ),
        pytest.param(
            [(0, 11.0), (59.999, 10.0)], [("pending", 0), ("dropped", 59.999)], id="dropped at the last moment"
        ),
    ],
)
def test_a_gauge_with_a_hold(script: Script, expected: list[tuple[str, float]]) -> None:
    watch = Watch(HELD)
    found = [fact for seconds, value in script for fact in watch.at(seconds, rate(value))]
    assert told(found) == [(kind, "r|site", seconds) for kind, seconds in expected]


def test_the_hold_ends_without_anything_changing() -> None:
    watch = Watch(HELD)
    watch.at(0, rate(11.0))
    assert watch.evaluator.next_due_ms == START_MS + 60_000
    assert told(watch.until(61)) == [("raised", "r|site", 60)]
    assert watch.evaluator.next_due_ms is None


def test_below_raises_too_and_a_rule_with_both_bounds_is_over_between_them() -> None:
    watch = Watch(rule("r", BREAKS, above=3.7, below=2.53))
    assert told(watch.at(0, rate(2.5))) == [("raised", "r|site", 0)]
    assert watch.alert("r|site").values == (("threshold", "2.53"), ("value", "2.5"))
    assert told(watch.at(1, rate(2.53))) == [("resolved", "r|site", 1)]
    assert told(watch.at(2, rate(3.8))) == [("raised", "r|site", 2)]
    assert watch.alert("r|site").values == (("threshold", "3.7"), ("value", "3.8"))


def test_a_spell_is_raised_at_its_second_and_over_with_it() -> None:
    watch = Watch(LONG)
    watch.at(0, spell(-10), spell(-100, agent="2"))
    assert told(watch.until(1000)) == [("raised", "b|agent:2", 800), ("raised", "b|agent:1", 890)]
    assert dict(watch.alert("b|agent:1").values)["value"] == "900"
    assert told(watch.at(1001, spell(None))) == [("resolved", "b|agent:1", 1001)]
    assert watch.open() == ["b|agent:2"]


def test_a_spell_that_was_over_when_looked_at_was_never_too_long() -> None:
    watch = Watch(LONG)
    watch.at(0, spell(-890))
    assert watch.at(12, spell(None)) == []


def test_another_spell_takes_the_place_of_the_one_that_was_raised() -> None:
    watch = Watch(LONG)
    watch.at(0, spell(-900))
    assert told(watch.at(5, spell(4))) == [("resolved", "b|agent:1", 5)]
    assert told(watch.until(2000)) == [("raised", "b|agent:1", 904)]


def test_a_spell_with_a_hold_is_pending_from_its_threshold_on() -> None:
    watch = Watch(rule("b", SPELL, above=600.0, hold_seconds=30))
    watch.at(0, spell(0))
    assert told(watch.until(700)) == [("pending", "b|agent:1", 600), ("raised", "b|agent:1", 630)]


def due(seconds: float | None) -> Signal:
    at_ms = None if seconds is None else START_MS + round(seconds * 1000)
    return Signal(LIMIT, "ticket:1/stage/1/1", due_ms=at_ms)


def test_what_is_due_is_raised_ahead_and_follows_when_it_is_put_off() -> None:
    watch = Watch(DUE)
    watch.at(0, due(7200))
    assert told(watch.until(3700)) == [("raised", "d|ticket:1/stage/1/1", 3600)]
    assert dict(watch.alert("d|ticket:1/stage/1/1").values)["value"] == "3600"
    assert told(watch.at(3700, due(9000))) == [("resolved", "d|ticket:1/stage/1/1", 3700)]
    assert told(watch.until(6000)) == [("raised", "d|ticket:1/stage/1/1", 5400)]
    assert told(watch.at(6001, due(None))) == [("resolved", "d|ticket:1/stage/1/1", 6001)]


def test_a_state_is_raised_when_it_began() -> None:
    watch = Watch(rule("f", FAULT, level=1))
    fault = Signal(FAULT, "fault:F1", active=True, since_ms=START_MS)
    assert told(watch.at(0.4, fault)) == [("raised", "f|fault:F1", 0)]
    assert told(watch.at(9, fault._replace(active=False))) == [("resolved", "f|fault:F1", 9)]


def test_what_is_gone_is_over_and_says_why() -> None:
    watch = Watch(LONG)
    watch.at(0, spell(-1000))
    (fact,) = watch.at(1, gone=[(SPELL, "agent:1")])
    assert (fact.kind, fact.reason) == ("alert_resolved", Ending.GONE.value)
    assert watch.at(2) == []


def test_a_whole_look_ends_what_it_does_not_tell_of_and_covers() -> None:
    watch = Watch(LONG, PLAIN)
    watch.at(0, spell(-1000), rate(20.0))
    covered = Observation(START_MS + 1000, [rate(20.0)], is_whole=True, covered=frozenset({BREAKS}))
    assert watch.record(watch.evaluator.observe(covered)) == []
    uncovered = Observation(START_MS + 2000, [rate(20.0)], is_whole=True)
    assert told(watch.record(watch.evaluator.observe(uncovered))) == [("resolved", "b|agent:1", 2)]


def test_a_rule_keeps_to_its_scope() -> None:
    watch = Watch(rule("b", SPELL, above=900.0, scope={"teams": ("一组",)}))
    inside, outside = (("team", "一组"),), (("team", "二组"),)
    assert told(watch.at(0, spell(-1000, scope=inside), spell(-1000, agent="2", scope=outside))) == [
        ("raised", "b|agent:1", 0)
    ]
    (fact,) = watch.at(1, spell(-1000, scope=outside))
    assert (fact.kind, fact.reason) == ("alert_resolved", Ending.OUT_OF_SCOPE.value)


# -- one alert, however it changes -----------------------------------------------------------------------------------


def test_a_changed_figure_is_said_once_a_minute_and_only_when_it_moved() -> None:
    watch = Watch(PLAIN)
    watch.at(0, rate(20.0))
    assert watch.at(10, rate(30.0)) == []
    assert told(watch.until(90)) == [("changed", "r|site", 60)]
    assert watch.at(200, rate(31.0)) == []
    assert told(watch.at(210, rate(33.5))) == [("changed", "r|site", 210)]
    assert dict(watch.alert("r|site").values)["value"] == "33.5"


def test_an_acknowledged_alert_is_not_raised_anew() -> None:
    watch = Watch(rule("r", BREAKS, above=10.0, clear=8.0, remind_seconds=300))
    watch.at(0, rate(20.0))
    watch.person(acknowledged(watch, "r|site", 5))
    found = [fact for second in range(10, 4000, 7) for fact in watch.at(second, rate(20.0 + second % 50))]
    assert {fact.kind for fact in found} == {"alert_changed"}
    assert watch.alert("r|site").owner == "li"
    assert watch.alert("r|site").state is AlertState.ACKNOWLEDGED


def test_reminders_come_while_nobody_has_it() -> None:
    watch = Watch(rule("r", BREAKS, above=10.0, remind_seconds=300))
    watch.at(0, rate(20.0))
    assert told(watch.until(700)) == [("reminded", "r|site", 300), ("reminded", "r|site", 600)]
    watch.person(acknowledged(watch, "r|site", 700))
    assert watch.until(5000) == []


def test_a_silenced_alert_is_said_again_when_the_silence_is_over() -> None:
    watch = Watch(rule("r", BREAKS, above=10.0, remind_seconds=300))
    watch.at(0, rate(20.0))
    until_ms = START_MS + 1_000_000
    watch.person(kinds.AlertSilenced(at_ms=START_MS + 1000, alert="r|site", by="li", until_ms=until_ms))
    assert told(watch.until(1400)) == [("reminded", "r|site", 1000), ("reminded", "r|site", 1300)]


def test_an_invitation_is_said_once() -> None:
    watch = Watch(rule("r", BREAKS, above=10.0, remind_seconds=300, is_invitation=True))
    assert told(watch.at(0, rate(20.0))) == [("raised", "r|site", 0)]
    assert watch.until(5000) == []


def test_what_comes_and_goes_stays_open_until_it_has_been_quiet() -> None:
    watch = Watch(PLAIN)
    found = [fact for second in range(0, 60, 10) for fact in watch.at(second, rate(20.0 if second % 20 == 0 else 5.0))]
    assert told(found) == [
        ("raised", "r|site", 0),
        ("resolved", "r|site", 10),
        ("raised", "r|site", 20),
        ("flapping", "r|site", 30),
    ]
    assert watch.alert("r|site").is_flapping
    watch.at(100, rate(20.0))
    watch.at(110, rate(5.0))
    assert told(watch.until(3000)) == [("flapping", "r|site", 1000), ("resolved", "r|site", 1000)]
    assert not watch.alert("r|site").is_flapping


def test_what_came_and_went_slowly_does_not_flap() -> None:
    watch = Watch(PLAIN)
    found = [fact for n in range(12) for fact in watch.at(n * 301, rate(5.0 if n % 2 else 20.0))]
    assert "alert_flapping" not in {fact.kind for fact in found}
    assert len(found) == 12


# -- what it cannot see ----------------------------------------------------------------------------------------------


def test_a_stale_feed_raises_nothing_and_resolves_nothing() -> None:
    watch = Watch(HELD, LONG, rule("r2", BREAKS, above=50.0))
    watch.at(0, rate(60.0), spell(0))
    watch.stale = frozenset({Feed.FLOOR})
    assert watch.at(10) == []
    assert watch.at(20, rate(1.0), gone=[(SPELL, "agent:1")]) == []
    assert watch.until(2000) == []
    assert watch.open() == ["r2|site", "r|site"]
    watch.stale = frozenset()
    assert told(watch.at(2000)) == [("dropped", "r|site", 2000), ("resolved", "r2|site", 2000)]


def test_what_is_true_when_data_is_back_counts() -> None:
    watch = Watch(LONG)
    watch.at(0, spell(0))
    watch.stale = frozenset({Feed.FLOOR})
    watch.at(10)
    watch.until(1000)
    watch.stale = frozenset()
    (fact,) = watch.at(1000)
    assert (fact.kind, fact.is_late, fact.should_ms) == ("alert_raised", True, START_MS + 900_000)


def test_reminders_go_on_while_a_feed_is_stale() -> None:
    watch = Watch(rule("r", BREAKS, above=10.0, remind_seconds=300))
    watch.at(0, rate(20.0))
    watch.stale = frozenset({Feed.FLOOR})
    watch.at(1)
    assert told(watch.until(301)) == [("reminded", "r|site", 300)]


def test_the_house_is_never_stale() -> None:
    watch = Watch(rule("h", BEHIND, above=60.0))
    watch.stale = frozenset({Feed.HOUSE})
    watch.at(0, Signal(BEHIND, "source:pbx", since_ms=START_MS))
    assert told(watch.until(100)) == [("raised", "h|source:pbx", 60)]


# -- restarts, and clocks that jump ----------------------------------------------------------------------------------


def test_a_hold_goes_on_through_a_restart() -> None:
    watch = Watch(HELD)
    watch.at(0, rate(11.0))
    assert watch.restart(30) == []
    assert told(watch.until(100)) == [("raised", "r|site", 60)]


def test_a_hold_that_ended_while_down_is_raised_late() -> None:
    watch = Watch(HELD)
    watch.at(0, rate(11.0))
    (fact,) = watch.restart(500)
    assert (fact.at_ms, fact.is_late, fact.should_ms) == (START_MS + 500_000, True, START_MS + 60_000)


def test_what_a_hold_waited_for_may_be_over_after_a_restart() -> None:
    watch = Watch(HELD)
    watch.at(0, rate(11.0))
    watch.signals[BREAKS, "site"] = rate(1.0)
    assert told(watch.restart(500)) == [("dropped", "r|site", 500)]


def test_before_the_first_look_nothing_is_raised_and_nothing_is_over() -> None:
    watch = Watch(HELD, LONG)
    watch.at(0, rate(11.0), spell(-1000))
    watch.signals.clear()
    recent = watch.alerts()
    watch.evaluator = type(watch.evaluator)(watch.book, 1, recent)
    watch.now_ms += 600_000
    assert watch.record(watch.evaluator.due(watch.now_ms)) == []
    assert told(watch.see(whole=True)) == [("dropped", "r|site", 600), ("resolved", "b|agent:1", 600)]


def test_what_should_have_been_raised_while_down_is_late() -> None:
    watch = Watch(LONG)
    watch.signals[SPELL, "agent:1"] = spell(0)
    (fact,) = watch.restart(1200)
    assert (fact.at_ms, fact.is_late, fact.should_ms) == (START_MS + 1_200_000, True, START_MS + 900_000)
    assert watch.restart(1300) == []


def test_a_jump_ahead_raises_late_and_reminds_once() -> None:
    watch = Watch(LONG, rule("r", BREAKS, above=10.0, remind_seconds=60))
    watch.at(0, spell(0), rate(20.0))
    found = watch.at(7200)
    assert sorted(told(found)) == [("raised", "b|agent:1", 7200), ("reminded", "r|site", 7200)]
    assert [fact.is_late for fact in found if fact.kind == "alert_raised"] == [True]


def test_a_clock_set_back_writes_no_fact_before_the_newest_and_ends_nothing() -> None:
    watch = Watch(LONG, PLAIN)
    watch.at(0, spell(-900), rate(20.0))
    assert watch.at(-3600) == []
    assert watch.open() == ["b|agent:1", "r|site"]
    assert told(watch.at(-3590, rate(1.0))) == [("resolved", "r|site", 0)]
    assert told(watch.at(-3580, rate(20.0))) == [("raised", "r|site", 0.001)]
    assert told(watch.at(-3570, rate(1.0))) == [("flapping", "r|site", 0.001)]
    assert told(watch.at(-3560, spell(None))) == [("resolved", "b|agent:1", 0)]


@pytest.mark.parametrize(("month", "day", "hour"), [(3, 29, 1), (10, 25, 1)])
def test_a_change_of_summer_time_moves_nothing(month: int, day: int, hour: int) -> None:
    before = datetime(2026, month, day, hour, 45, tzinfo=ZoneInfo("Europe/Berlin"))
    start_ms = round(before.timestamp() * 1000)
    watch = Watch(LONG, HELD)
    watch.at((start_ms - START_MS) / 1000, Signal(SPELL, "agent:1", since_ms=start_ms), rate(20.0))
    found = watch.until((start_ms - START_MS) / 1000 + 7200)
    assert [(fact.kind, fact.at_ms - start_ms) for fact in found] == [
        ("alert_raised", 60_000),
        ("alert_raised", 900_000),
    ]


# -- other rules -----------------------------------------------------------------------------------------------------


def test_alerts_outlive_a_change_of_their_rule() -> None:
    watch = Watch(PLAIN, LONG)
    watch.at(0, rate(20.0), spell(-1000))
    watch.now_ms += 1000
    found: list[Any] = watch.apply(rule("r", BREAKS, above=12.0, clear=8.0, level=2))
    assert sorted(told(found)) == [("changed", "r|site", 1), ("resolved", "b|agent:1", 1)]
    assert {fact.reason for fact in found if fact.kind == "alert_resolved"} == {Ending.RULE_GONE.value}
    assert (watch.alert("r|site").level, watch.alert("r|site").raised_ms) == (2, START_MS)


def test_another_threshold_counts_at_once() -> None:
    watch = Watch(LONG)
    watch.at(0, spell(-1000))
    assert told(watch.apply(rule("b", SPELL, above=1800.0))) == [("resolved", "b|agent:1", 0)]
    assert told(watch.until(900)) == [("raised", "b|agent:1", 800)]


def test_a_rule_that_went_while_down_is_over_at_the_start() -> None:
    watch = Watch(LONG)
    watch.at(0, spell(-1000))
    watch.book = watch.book.model_copy(update={"rules": ()})
    (fact,) = watch.restart(5)
    assert (fact.kind, fact.reason) == ("alert_resolved", Ending.RULE_GONE.value)
