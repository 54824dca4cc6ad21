"""The live verdicts over the real store: what the report says, for as little reading as can be, late facts or not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timezone
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core import events as kinds
from app.core.events import AnyEvent
from app.core.zones import day_start_ms
from app.floor.model import AgentState
from app.floor.ports import Standing
from app.planning.judge import Judge
from app.planning.live_plan import LivePlan
from app.planning.mapping import AdherenceRules
from app.planning.model import Activity, AdherenceException, ExceptionKind, ScheduledSpan, Shift, Verdict, VersionKind
from store.people import SqlitePeople
from store.planning import SqlitePlanning
from tests.floor.ground import Ground
from tests.strategies import AGENTS, BASE_MS, REASONS, deliver, wild_facts

DAY = date(2026, 3, 1)
MINUTE_MS = 60_000
WHOLE = 10**9
"""As many fresh states as that leave nothing to a digest."""


@pytest.fixture
def ground(tmp_path: Path) -> Iterator[Ground]:
    with Ground(tmp_path) as made:
        yield made


class Watched:
    """A floor, and live plans that follow it as a screen's feed does."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self.planning = SqlitePlanning(ground.store)
        self.people = SqlitePeople(ground.store)
        self.seq = 0
        self.now_ms = BASE_MS

    def plan(self, fresh_states: int) -> LivePlan:
        return LivePlan(self.people, self.planning, timezone.utc, AdherenceRules(), fresh_states)

    def publish(self, agent: str, *borders: tuple[str, int, int], day: date = DAY) -> None:
        spans = tuple(
            ScheduledSpan(agent, day, BASE_MS + start * MINUTE_MS, BASE_MS + end * MINUTE_MS, Activity(activity))
            for activity, start, end in borders
        )
        with self.planning.writing():
            self.planning.add_version(VersionKind.PUBLISHED, self.now_ms, "eve", "plan", [Shift(agent, day, spans)])

    def approve(self, agent: str, start_ms: int, end_ms: int) -> None:
        with self.planning.writing():
            self.planning.add_exception(
                AdherenceException(0, ExceptionKind.APPROVAL, agent, start_ms, end_ms, "said so", "eve", self.now_ms)
            )

    def changed(self) -> list[str]:
        """Whose time is another one since this was last asked."""
        changes = self.ground.floor.changes(self.seq, 1, day_start_ms(self.now_ms, timezone.utc))
        self.seq = changes.seq
        return sorted(changes.agents)

    def reported(self, agent: str) -> tuple[Verdict, int] | None:
        """The verdict of now as the report's judge gives it, and since when; None outside the shift."""
        until_ms = self.now_ms + 1
        with self.planning.reading():
            judge = Judge(self.planning, timezone.utc, until_ms)
            shifts, told = judge.timeline(agent, self.now_ms - 86_400_000, until_ms)
        begun = [shift for shift in shifts if shift.start_ms <= self.now_ms < shift.end_ms]
        if not begun:
            return None
        since_ms = told[-1].start_ms
        for span in reversed(told):
            if span.verdict is not told[-1].verdict:
                break
            since_ms = span.start_ms
        return told[-1].verdict, max(since_ms, begun[0].start_ms)


@settings(deadline=None)
@given(
    seed=st.integers(0, 2**32),
    count=st.integers(1, 80),
    late=st.sampled_from((0.0, 0.05, 0.3)),
    fresh_states=st.integers(1, 4),
)
def test_live_is_what_the_report_says_whatever_comes_late(
    seed: int, count: int, late: float, fresh_states: int, tmp_path: Path
) -> None:
    random = Random(seed)
    with Ground(tmp_path) as ground:
        watched = Watched(ground)
        for agent in AGENTS:
            watched.publish(
                agent, ("on_queue", 30, 120), ("break", 120, 140), ("on_queue", 140, 600), ("meal", 600, 700)
            )
        live, plain = watched.plan(fresh_states), watched.plan(WHOLE)
        said: dict[str, Standing] = {}
        expected: dict[str, Standing] = {}
        for batch in deliver(random, wild_facts(random, count), late, 0.1):
            ground.record([batch])
            newest_ms = max(draft.event.at_ms for draft in batch.drafts)
            watched.now_ms = max(watched.now_ms, newest_ms) + random.choice((0, 1, 1000, 120_001))
            if random.random() < 0.05:
                watched.approve(random.choice(AGENTS), newest_ms - 600_000, newest_ms + 60_000)
            if random.random() < 0.3:
                continue
            changed = watched.changed()
            said |= live.standings(changed, watched.now_ms, look=True)
            expected |= plain.standings(changed, watched.now_ms, look=True)
            assert said == expected
            for agent in AGENTS:
                if (reported := watched.reported(agent)) is not None:
                    assert (said[agent].verdict, said[agent].since_ms) == reported


def calls(agent: str, first: int, last: int) -> list[AnyEvent]:
    """A call of half a minute in every minute."""
    told: list[AnyEvent] = []
    for number in range(first, last):
        at_ms, call = BASE_MS + number * MINUTE_MS, f"{agent} {number}"
        told.append(kinds.CallConnected(at_ms=at_ms, agent=agent, queue="q1", call=call))
        told.append(kinds.CallCompleted(at_ms=at_ms + 30_000, agent=agent, queue="q1", call=call))
    return told


def working(ground: Ground) -> tuple[Watched, LivePlan]:
    """Ann and Bob have been on calls for three hours, but for ten minutes after the first."""
    watched = Watched(ground)
    for agent in AGENTS:
        watched.publish(agent, ("on_queue", 0, 480))
        ground.tell(kinds.AgentSignedIn(at_ms=BASE_MS, agent=agent), *calls(agent, 1, 60), *calls(agent, 70, 180))
    watched.now_ms = BASE_MS + 180 * MINUTE_MS
    live = watched.plan(8)
    standings = live.standings(watched.changed(), watched.now_ms, look=True)
    assert standings == dict.fromkeys(AGENTS, Standing(Verdict.IN, BASE_MS))
    return watched, live


def test_a_change_costs_the_newest_states_not_the_whole_shift(ground: Ground) -> None:
    watched, live = working(ground)
    assert live.states_read == 2 * 339
    for number in range(180, 240):
        ground.tell(*calls("ann", number, number + 1))
        watched.now_ms += MINUTE_MS
        before = live.states_read
        assert live.standings(watched.changed(), watched.now_ms, look=True) == {}
        assert live.states_read - before <= 2 * 8 + 2
    before = live.states_read
    assert live.standings((), watched.now_ms + 1000, look=False) == {}
    assert live.states_read == before


def test_a_late_fact_about_the_morning_is_noticed(ground: Ground) -> None:
    watched, live = working(ground)
    before = live.states_read
    back_ms = BASE_MS + 68 * MINUTE_MS
    ground.tell(
        kinds.AgentNotReady(at_ms=BASE_MS + 61 * MINUTE_MS, agent="bob", reason="lunch"),
        kinds.AgentReady(at_ms=back_ms, agent="bob"),
    )
    assert live.standings(watched.changed(), watched.now_ms, look=True) == {"bob": Standing(Verdict.IN, back_ms)}
    assert watched.reported("bob") == (Verdict.IN, back_ms)
    assert live.states_read - before > 300


def test_who_has_no_shift_any_more_has_no_verdict(ground: Ground) -> None:
    watched, live = working(ground)
    watched.publish("bob")
    nothing = Standing(Verdict.NO_SCHEDULE, watched.now_ms)
    assert live.standings((), watched.now_ms, look=True)["bob"] == nothing
    watched.publish("ann")
    assert live.standings((), watched.now_ms, look=True) == {"ann": nothing}


Seen = tuple[int, int, str, str, bool]
"""How many seconds a state lasts, how many nothing follows it for, the state, its reason, and signed in."""

SEEN = st.tuples(
    st.integers(1, 3),
    st.integers(0, 2),
    st.sampled_from([state.value for state in AgentState]),
    st.sampled_from(REASONS),
    st.booleans(),
)


@given(
    base=st.lists(SEEN, min_size=1, max_size=8),
    other=st.lists(SEEN, max_size=2),
    index=st.integers(0, 7),
    start=st.integers(-1, 12),
    length=st.integers(0, 12),
)
def test_a_digest_is_the_same_for_the_same_states_and_no_others(
    base: list[Seen], other: list[Seen], index: int, start: int, length: int, tmp_path: Path
) -> None:
    changed = base[:index] + other + base[index + 1 :]
    with Ground(tmp_path) as ground:
        planning = SqlitePlanning(ground.store)
        for agent, seen in zip(AGENTS, (base, changed), strict=True):
            at_ms = BASE_MS
            for seconds, gap, state, reason, signed_in in seen:
                ground.store.connection.execute(
                    "INSERT INTO agent_interval VALUES (?, ?, ?, ?, ?, '', ?, 0)",
                    (agent, at_ms, at_ms + seconds * 1000, state, reason, signed_in),
                )
                at_ms += (seconds + gap) * 1000
        start_ms, end_ms = BASE_MS + start * 1000, BASE_MS + (start + length) * 1000
        states = [planning.agent_states(agent, start_ms, end_ms) for agent in AGENTS]
        digests = [planning.states_digest(agent, start_ms, end_ms) for agent in AGENTS]
        assert (digests[0] == digests[1]) == (states[0] == states[1])


def test_no_two_states_begin_with_the_same_letter() -> None:
    # The digest in the store goes by it.
    letters = [state.value[0] for state in AgentState]
    assert len(set(letters)) == len(letters)
