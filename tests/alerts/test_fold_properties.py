"""However facts of alerts arrive, folding the whole log again gives the same, and no alert is open twice."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from app.alerts.history import advance, fold_alert
from app.alerts.model import Alert, AlertState
from app.core.alert_events import ALERT_EVENTS
from app.core.facts import Batch, Draft
from app.core.journal import Fact
from store.alert_rows import from_text, to_text
from tests.alerts.histories import ALERTS, made_kinds, told_alerts
from tests.floor.ground import Ground
from tests.floor.test_fold_properties import differing
from tests.strategies import Told, deliver

SEEDS = st.integers(0, 2**32)


def of_one(facts: list[Told]) -> list[Fact]:
    """The facts of one alert, numbered."""
    found = [event for _source, event in facts if getattr(event, "alert", "") == ALERTS[0]]
    return [(seq, "alerts", event) for seq, event in enumerate(found, 1)]


def test_histories_have_facts_of_every_kind() -> None:
    assert made_kinds() == ALERT_EVENTS


@given(facts=told_alerts(60), seed=SEEDS)
def test_folding_as_facts_arrive_equals_folding_all_again(facts: list[Told], seed: int, tmp_path: Path) -> None:
    random = Random(seed)
    with Ground(tmp_path) as ground:
        others = ground.new_journal()
        for batch in deliver(random, facts, random.choice((0.0, 0.1, 0.5)), random.choice((0.0, 0.2))):
            (ground.journal if random.random() < 0.7 else others).record(batch)
        before = ground.rows()
        ground.rebuild()
        assert not differing(before, ground.rows())


@given(facts=told_alerts(60), seed=SEEDS)
def test_the_order_of_arrival_changes_nothing(facts: list[Told], seed: int, tmp_path: Path) -> None:
    instants = [event.at_ms for _source, event in facts]
    # The order of arrival breaks ties within a millisecond: only then may it matter.
    alone = [told_by for told_by in facts if instants.count(told_by[1].at_ms) == 1]
    with Ground(tmp_path) as in_order, Ground(tmp_path) as late:
        in_order.record(Batch(source, [Draft(event, b"1")]) for source, event in alone)
        late.record(deliver(Random(seed), alone, 0.5, 0.2))
        found = [ground.alerts.recent_alerts(0) for ground in (in_order, late)]
        assert [unnumbered(alert) for alert in found[0]] == [unnumbered(alert) for alert in found[1]]
        assert in_order.alerts.faults(only_live=False) == late.alerts.faults(only_live=False)


def unnumbered(alert: Alert) -> Alert:
    return alert._replace(number=0, moments=tuple(moment._replace(seq=0) for moment in alert.moments))


@given(facts=told_alerts(200), seed=SEEDS)
def test_occurrences_follow_one_another_and_only_the_last_is_open(facts: list[Told], seed: int) -> None:
    known = of_one(facts)
    found = fold_alert(ALERTS[0], known)
    assert fold_alert(ALERTS[0], Random(seed).sample(known, len(known))) == found
    for earlier, later in pairwise(found):
        assert not earlier.is_open
        assert earlier.resolved_ms is not None
        assert earlier.resolved_ms <= later.pending_ms
    for alert in found:
        assert alert.is_open == (alert.resolved_ms is None)
        assert (alert.raised_ms is None) == (alert.state in (AlertState.PENDING, AlertState.DROPPED))
        if alert.acknowledged_ms is not None:
            assert alert.raised_ms is not None
            assert alert.raised_ms <= alert.acknowledged_ms
        assert [moment.at_ms for moment in alert.moments] == sorted(moment.at_ms for moment in alert.moments)


@given(facts=told_alerts(200))
def test_one_fact_after_the_other_gives_what_all_together_do(facts: list[Told]) -> None:
    known = of_one(facts)
    current: Alert | None = None
    for seq, _source, event in known:
        current = advance(current, ALERTS[0], seq, event)
    found = fold_alert(ALERTS[0], known)
    assert current == (found[-1] if found else None)


@given(facts=told_alerts(100))
def test_an_occurrence_is_the_same_as_text(facts: list[Told]) -> None:
    for alert in fold_alert(ALERTS[0], of_one(facts)):
        assert from_text(to_text(alert)) == alert


@given(facts=told_alerts(80), seed=SEEDS)
def test_a_reader_that_is_told_changes_knows_what_one_that_reads_all_does(
    facts: list[Told], seed: int, tmp_path: Path
) -> None:
    random = Random(seed)
    with Ground(tmp_path) as ground:
        seq, generation = 0, -1
        known: dict[tuple[str, int], Alert] = {}
        for batch in deliver(random, facts, 0.3, 0.1):
            ground.journal.record(batch)
            if random.random() < 0.5:
                changes = ground.alerts.alert_changes(seq, generation, 0)
                if changes.is_whole:
                    known.clear()
                seq, generation = changes.seq, changes.generation
                known |= {(alert.alert, alert.number): alert for alert in changes.alerts}
                assert known == {(alert.alert, alert.number): alert for alert in ground.alerts.recent_alerts(0)}
