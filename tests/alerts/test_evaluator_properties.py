"""Whatever happens, in whatever order: an alert is open once, is raised once, and goes on as if nothing had stopped."""

from __future__ import annotations

from random import Random
from typing import Any, Final

from hypothesis import given
from hypothesis import strategies as st

from app.alerts.inhibition import Cause
from app.alerts.model import Alert
from app.alerts.rule import Rule
from app.alerts.signal import Feed, Observation, Signal
from app.core import alert_events as kinds
from tests.alerts.evaluating import (
    BEHIND,
    BREAKS,
    FAULT,
    LEVEL,
    LIMIT,
    SPELL,
    START_MS,
    VOLUME,
    Watch,
    rule,
)

SEEDS = st.integers(0, 2**32)

RULES: Final = (
    rule("held", BREAKS, above=10.0, clear=8.0, hold_seconds=60, remind_seconds=300),
    rule("quick", LEVEL, below=80.0, clear=85.0, level=2, remind_seconds=120),
    rule("far", VOLUME, above=40.0, below=-40.0, level=2, hold_seconds=60),
    rule("off", VOLUME, above=20.0, below=-20.0, hold_seconds=60),
    rule("long", SPELL, above=300.0, remind_seconds=60),
    rule("longer", SPELL, above=600.0, level=2, hold_seconds=30, scope={"teams": ("t1",)}),
    rule("late", LIMIT, above=60.0, level=2),
    rule("down", FAULT, level=1, remind_seconds=60, inhibits=("metric:service.level_30m", "held", "long")),
    rule("behind", BEHIND, above=60.0),
)

ENTITIES: Final = ("site", "queue:a", "agent:1")
STEPS_MS: Final = (0, 1, 500, 1000, 1000, 5000, 30_000, 60_000, 60_000, 301_000)
AHEAD_MS: Final = (1_000_000, 7_200_000)
JUMPS_MS: Final = (-3_600_000, -61_000, -1, *AHEAD_MS)

Step = tuple[int, Any]
"""Milliseconds the clock moves by, and what happens then: a name, and what it needs."""


def _signal(random: Random, now_ms: int) -> Signal:
    metric = random.choice((BREAKS, LEVEL, VOLUME, SPELL, LIMIT, FAULT, BEHIND))
    entity = random.choice(ENTITIES)
    team = (("team", random.choice(("t1", "t1", "t2"))), ("source", "pbx"))
    values = (("name", random.choice(("li", "li", "王"))),)
    around_ms = now_ms + random.choice((-1_000_000, -600_000, -299_000, -300_000, -60_000, 0, 0, 30_000))
    match metric:
        case "floor.break_rate":
            return Signal(metric, entity, gauge=random.choice((None, 5.0, 8.0, 9.0, 10.0, 11.0, 30.0)), scope=team)
        case "service.level_30m":
            return Signal(metric, entity, gauge=random.choice((None, 50.0, 79.0, 82.0, 90.0)), scope=team)
        case "volume.deviation":
            return Signal(metric, entity, gauge=random.choice((None, -50.0, -30.0, 0.0, 30.0, 30.0, 50.0)))
        case "system.fault":
            since_ms = random.choice((None, now_ms, now_ms - 5000))
            return Signal(metric, "fault:F1", active=random.random() < 0.5, since_ms=since_ms, scope=team[1:])
        case "ticket.breach":
            return Signal(metric, entity, due_ms=random.choice((None, around_ms, around_ms + 90_000)), values=values)
        case _:
            return Signal(
                metric, entity, since_ms=random.choice((None, around_ms, around_ms)), scope=team, values=values
            )


def _fact(random: Random, now_ms: int) -> Any:
    alert = f"{random.choice(RULES).id}|{random.choice((*ENTITIES, 'fault:F1'))}"
    if random.random() < 0.7:
        return kinds.AlertAcknowledged(at_ms=now_ms, alert=alert, by="li")
    return kinds.AlertSilenced(
        at_ms=now_ms, alert=alert, by="li", until_ms=now_ms + random.choice((-1, 60_000, 600_000))
    )


def script(seed: int, count: int, jumps: tuple[int, ...] = JUMPS_MS) -> list[Step]:
    """What happens on a floor, moment by moment; the facts of people carry the instants at which they happen."""
    random = Random(seed)
    now_ms = START_MS
    steps: list[Step] = []
    for _step in range(count):
        moved_ms = random.choice(jumps if jumps and random.random() < 0.03 else STEPS_MS)
        now_ms += moved_ms
        chance = random.random()
        if chance < 0.7:
            signals = {}
            for _ in range(random.choice((0, 1, 1, 2, 4))):
                signal = _signal(random, now_ms)
                signals[signal.metric, signal.entity] = signal
            gone = [(LIMIT, random.choice(ENTITIES))] if random.random() < 0.05 else []
            gone = [key for key in gone if key not in signals]
            steps.append((moved_ms, ("see", list(signals.values()), gone)))
        elif chance < 0.82:
            steps.append((moved_ms, ("person", _fact(random, now_ms))))
        elif chance < 0.9:
            feeds = [Feed.FLOOR, Feed.TICKETS, Feed.HOUSE]
            steps.append((moved_ms, ("stale", frozenset(random.sample(feeds, random.choice((0, 0, 1, 2)))))))
        elif chance < 0.95:
            cause = Cause("notice:n1", frozenset({LIMIT, SPELL}), random.choice(((), (("team", "t1"),))))
            steps.append((moved_ms, ("notices", [cause] if random.random() < 0.5 else [])))
        else:
            steps.append((moved_ms, ("wait",)))
    return steps


def play(steps: list[Step], restarts: Random | None = None, rules: tuple[Rule, ...] = RULES) -> Watch:
    """Go through a script; with `restarts`, end and begin anew at any moment of it."""
    watch = Watch(*rules)
    watch.notices()
    for moved_ms, (what, *more) in steps:
        watch.now_ms += moved_ms
        if what == "see":
            watch.see(*more[0], gone=more[1])
        elif what == "person":
            # An open alert is taken by a fact that is not older than its newest, as by a clock that is right.
            watch.record(watch.evaluator.due(watch.now_ms))
            watch.person(*more)
        elif what == "stale":
            watch.stale = more[0]
            watch.see()
        elif what == "notices":
            watch.notices(*more[0])
        else:
            watch.record(watch.evaluator.due(watch.now_ms))
        watch.record(watch.evaluator.due(watch.now_ms))
        watch.record(watch.evaluator.due(watch.now_ms))
        assert watch.evaluator.next_due_ms is None or watch.evaluator.next_due_ms > watch.now_ms
        if restarts is not None and restarts.random() < 0.2:
            assert watch.restart() == []
    return watch


@given(seed=SEEDS)
def test_the_evaluator_and_the_log_agree_on_what_is_open(seed: int) -> None:
    watch = play(script(seed, 80))
    folded = {alert.alert: alert for alert in watch.alerts() if alert.is_open}
    known = {alert.alert: alert for alert in watch.evaluator.open_alerts()}
    assert {name: bare(alert) for name, alert in known.items()} == {name: bare(alert) for name, alert in folded.items()}


def bare(alert: Alert) -> Alert:
    """An occurrence without what only the log knows."""
    return alert._replace(number=0, moments=())


LEGAL: Final = {
    "": {"pending", "raised"},
    "pending": {"raised", "dropped"},
    "raised": {"changed", "flapping", "reminded", "inhibited", "resolved"},
}


@given(seed=SEEDS)
def test_nothing_is_raised_twice_and_no_fact_is_before_another(seed: int) -> None:
    watch = play(script(seed, 120))
    state: dict[str, str] = {}
    newest_ms: dict[str, int] = {}
    for _seq, source, event in watch.log:
        if source != "alert-rules":
            continue
        name: str = event.alert  # type: ignore[union-attr]
        kind = event.kind.removeprefix("alert_")
        assert kind in LEGAL[state.get(name, "")], (state.get(name), event)
        assert event.at_ms >= newest_ms.get(name, 0)
        newest_ms[name] = event.at_ms
        if kind in ("pending", "raised"):
            state[name] = kind
        elif kind in ("dropped", "resolved"):
            state[name] = ""


@given(seed=SEEDS)
def test_the_same_happening_twice_gives_the_same_facts_at_the_same_instants(seed: int) -> None:
    steps = script(seed, 80)
    assert play(steps).log == play(steps).log


@given(seed=SEEDS, restarts=SEEDS)
def test_an_evaluator_begun_anew_goes_on_as_the_one_before_would_have(seed: int, restarts: int) -> None:
    # Not where the clock is set back as well: the facts do not say which spell it has gone on for since.
    steps = script(seed, 80, AHEAD_MS)
    steady, restarted = play(steps), play(steps, Random(restarts))
    assert by_alert(restarted) == by_alert(steady)


def by_alert(watch: Watch) -> dict[str, list[Any]]:
    """The facts of each alert, in order: alerts of one moment have no order among them."""
    found: dict[str, list[Any]] = {}
    for _seq, _source, event in watch.log:
        found.setdefault(event.alert, []).append(event)  # type: ignore[union-attr]
    return found


@given(seed=SEEDS, fine=SEEDS)
def test_how_often_it_wakes_changes_no_instant(seed: int, fine: int) -> None:
    """Raising and holds lie at their own instants, whether the clock is looked at each second or each ten."""
    random = Random(fine)
    rules = (rule("held", BREAKS, above=10.0, hold_seconds=60), rule("long", SPELL, above=300.0, hold_seconds=5))
    rough = [(moved, what) for moved, what in script(seed, 40, jumps=()) if what[0] in ("see", "wait")]
    rough = [(min(moved, 9_000), what) for moved, what in rough]
    often: list[Step] = []
    for moved_ms, what in rough:
        passed_ms = random.randint(0, moved_ms)
        often += [(passed_ms, ("wait",)), (moved_ms - passed_ms, what)]
    one, other = raised(play(rough, rules=rules)), raised(play(often, rules=rules))
    # What was over by the time of a rough look was never seen: everything it did see has the same instant.
    assert set(one) <= set(other)


def raised(watch: Watch) -> list[tuple[str, int]]:
    return [
        (event.alert, event.at_ms)
        for _seq, _source, event in watch.log
        if isinstance(event, kinds.AlertRaised) and not event.is_late
    ]


@given(seed=SEEDS)
def test_an_acknowledged_alert_stays_with_whoever_has_it(seed: int) -> None:
    random = Random(seed)
    watch = Watch(rule("r", BREAKS, above=10.0, clear=8.0, remind_seconds=60))
    watch.at(0, Signal(BREAKS, "site", gauge=20.0))
    watch.person(kinds.AlertAcknowledged(at_ms=START_MS + 1, alert="r|site", by="li"))
    for second in range(1, 4000, 61):
        found = watch.at(second, Signal(BREAKS, "site", gauge=random.choice((None, 8.5, 11.0, 40.0, 90.0))))
        assert all(fact.kind == "alert_changed" for fact in found)
    assert watch.alert("r|site").owner == "li"


@given(seed=SEEDS)
def test_a_stale_feed_changes_no_state(seed: int) -> None:
    watch = play(script(seed, 60, jumps=()))
    watch.stale = frozenset({Feed.FLOOR, Feed.TICKETS, Feed.PLAN})
    watch.see()
    before = {alert.alert: alert.state for alert in watch.alerts() if alert.is_open}
    for _moved_ms, (what, *more) in script(seed + 1, 40, jumps=()):
        watch.now_ms += 20_000
        if what == "see":
            kept = [signal for signal in more[0] if signal.metric not in (FAULT, BEHIND)]
            observation = Observation(watch.now_ms, kept, more[1], watch.stale)
            facts = watch.record(watch.evaluator.observe(observation))
            of_house = ("down|", "behind|")
            frozen = [fact for fact in facts if not fact.alert.startswith(of_house)]
            assert {fact.kind for fact in frozen} <= {"alert_reminded", "alert_inhibited"}
    after = {alert.alert: alert.state for alert in watch.alerts() if alert.is_open}
    frozen_before = {name: state for name, state in before.items() if not name.startswith(("down|", "behind|"))}
    assert frozen_before.items() <= after.items()
