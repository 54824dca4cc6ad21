"""Parts make the whole, the screen and the reports agree, and every millisecond is accounted for."""

from __future__ import annotations

from datetime import timezone
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Final
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.events import AgentSignedIn, AgentSignedOut, AnyEvent
from app.core.reasons import ReasonMap
from app.core.zones import day_start_ms, iso
from app.floor.figures import AgentFigures, agent_figures, queue_figures
from app.floor.live import LiveFloor, LiveSettings
from app.floor.model import ReasonCategory
from app.floor.picture import BUSY_STATES, FloorSnapshot, Freshness
from app.floor.reports import Range, agent_intervals, cut_agent_time, queue_intervals
from tests.floor.ground import Ground, played
from tests.strategies import AGENTS, BASE_MS, QUEUES, Told, deliver, told

UTC: Final = timezone.utc
DAY_MS: Final = 86_400_000
THRESHOLD_SECONDS: Final = 20
SEEDS = st.integers(0, 2**32)
OUTCOMES: Final = (
    "answered",
    "abandoned",
    "timed_out",
    "left_by_key",
    "left_empty",
    "refused",
    "lost",
    "waiting",
)


def union_ms(spans: list[tuple[int, int]]) -> int:
    """How long spans are together, where overlaps count once."""
    whole_ms = 0
    reached_ms = -(2**62)
    for start_ms, end_ms in sorted(spans):
        whole_ms += max(0, end_ms - max(start_ms, reached_ms))
        reached_ms = max(reached_ms, end_ms)
    return whole_ms


def sessions_of(agent: str, events: list[AnyEvent], now_ms: int) -> list[tuple[int, int]]:
    """A second opinion on when an agent was signed in: queue by queue, and from what sign-outs say."""
    opened: dict[str, int] = {}
    spans: list[tuple[int, int]] = []
    for event in events:
        if isinstance(event, AgentSignedIn) and event.agent == agent:
            opened.setdefault(event.queue or "", event.at_ms)
        elif isinstance(event, AgentSignedOut) and event.agent == agent:
            # Signing out of no queue by name ends the session that named none, or else every queue's.
            everything = event.queue is None and "" not in opened
            closed = list(opened) if everything else [name for name in opened if name == (event.queue or "")]
            spans += [(opened.pop(name), event.at_ms) for name in closed]
            if (event.queue or "") not in closed and event.signed_in_seconds:
                spans.append((event.at_ms - event.signed_in_seconds * 1000, event.at_ms))
    return spans + [(start_ms, now_ms) for start_ms in opened.values()]


@given(facts=told(60), seed=SEEDS, after_ms=st.sampled_from([1, 999, 3_600_000, 50_000_000]))
def test_state_time_is_signed_in_time_is_the_union_of_sessions(
    facts: list[Told], seed: int, after_ms: int, tmp_path: Path
) -> None:
    now_ms = facts[-1][1].at_ms + after_ms
    start_ms = BASE_MS - 3 * DAY_MS
    with Ground(tmp_path) as ground:
        # In order, because the order of arrival breaks ties.
        ground.record(deliver(Random(seed), facts, 0.0, 0.0))
        for agent in AGENTS:
            figures = agent_figures(*ground.floor.agent_time(agent, start_ms, now_ms), start_ms, now_ms)
            assert figures.signed_in_ms == union_ms(sessions_of(agent, [event for _, event in facts], now_ms))
            signed_in = [interval for interval in ground.intervals(agent) if interval.signed_in]
            by_state = AgentFigures()
            for interval in signed_in:
                by_state.add_interval(interval, start_ms, now_ms)
            assert by_state.staffed_ms + sum(by_state.not_ready_ms.values()) == figures.signed_in_ms


@given(facts=told(60), seed=SEEDS)
def test_offered_is_the_sum_of_outcomes_in_every_interval(facts: list[Told], seed: int, tmp_path: Path) -> None:
    now_ms = facts[-1][1].at_ms + 1
    with played(tmp_path, facts, seed) as ground:
        asked = Range(BASE_MS - DAY_MS, BASE_MS + 2 * DAY_MS, "60m", UTC, now_ms)
        for row in queue_intervals(ground.floor, asked, ["ALL", *QUEUES], THRESHOLD_SECONDS):
            assert row["offered"] == sum(int(str(row[outcome])) for outcome in OUTCOMES)
            assert int(str(row["answered_within"])) <= int(str(row["answered"]))
            assert int(str(row["abandoned_within"])) <= int(str(row["abandoned"]))


@given(facts=told(60), seed=SEEDS, cuts=st.lists(st.integers(0, 3 * DAY_MS), max_size=6))
def test_figures_over_a_range_are_the_sum_over_its_parts(
    facts: list[Told], seed: int, cuts: list[int], tmp_path: Path
) -> None:
    start_ms, end_ms = BASE_MS - DAY_MS, BASE_MS + 2 * DAY_MS
    now_ms = facts[-1][1].at_ms + 1
    marks = sorted({start_ms, end_ms, *(start_ms + cut for cut in cuts)})
    with played(tmp_path, facts, seed) as ground:
        reader = ground.floor
        for agent in AGENTS:
            whole = cut_agent_time(*reader.agent_time(agent, start_ms, end_ms), [start_ms, end_ms], now_ms)[0][1]
            parts = [
                # Each part is asked for by itself, as a person would.
                cut_agent_time(*reader.agent_time(agent, first, last), [first, last], now_ms)[0][1]
                for first, last in pairwise(marks)
            ]
            assert _added(parts) == _added([whole])
            at_once = cut_agent_time(*reader.agent_time(agent, start_ms, end_ms), marks, now_ms)
            assert [figures for _start_ms, figures in at_once] == parts
        whole_calls = queue_figures(reader.visits_entered(start_ms, end_ms), THRESHOLD_SECONDS)
        part_calls = [
            queue_figures(reader.visits_entered(first, last), THRESHOLD_SECONDS) for first, last in pairwise(marks)
        ]
        assert sum(part_calls[1:], part_calls[0]) == whole_calls


def _added(parts: list[AgentFigures]) -> AgentFigures:
    whole = AgentFigures()
    for part in parts:
        for name in ("signed_in_ms", "available_ms", "ringing_ms", "on_call_ms", "hold_ms", "wrap_up_ms"):
            setattr(whole, name, getattr(whole, name) + getattr(part, name))
        for name in ("answered", "talk_ms", "sign_ins"):
            setattr(whole, name, getattr(whole, name) + getattr(part, name))
        whole.inferred |= part.inferred
        for reason, milliseconds in part.not_ready_ms.items():
            whole.not_ready_ms[reason] = whole.not_ready_ms.get(reason, 0) + milliseconds
    return whole


@given(facts=told(60, whole_seconds=True), seed=SEEDS, every=st.sampled_from(["15m", "30m", "60m", "day"]))
def test_the_rows_of_a_report_add_up_to_the_report_of_all(
    facts: list[Told], seed: int, every: str, tmp_path: Path
) -> None:
    zone = ZoneInfo("Asia/Kathmandu")
    now_ms = facts[-1][1].at_ms + 1000
    start_ms, end_ms = BASE_MS - DAY_MS, BASE_MS + DAY_MS
    with played(tmp_path, facts, seed) as ground:
        parts = Range(start_ms, end_ms, every, zone, now_ms)
        whole = Range(start_ms, end_ms, "all", zone, now_ms)
        for agent in AGENTS:
            (expected,) = agent_intervals(ground.floor, whole, [agent])
            found = list(agent_intervals(ground.floor, parts, [agent]))
            for name, value in expected.items():
                if isinstance(value, int) and not isinstance(value, bool):
                    assert sum(int(str(row[name])) for row in found) == value, name
        for queue in QUEUES:
            (expected,) = queue_intervals(ground.floor, whole, [queue], THRESHOLD_SECONDS)
            found = list(queue_intervals(ground.floor, parts, [queue], THRESHOLD_SECONDS))
            for name, value in expected.items():
                if isinstance(value, int):
                    assert sum(int(str(row[name])) for row in found) == value, name


def _assert_agrees_with_the_reports(picture: FloorSnapshot, ground: Ground, now_ms: int) -> None:
    start_ms = picture.day_start_ms
    reasons = ReasonMap()
    for agent, row in picture.agents.items():
        figures = agent_figures(*ground.floor.agent_time(agent, start_ms, now_ms), start_ms, now_ms)
        running_ms = max(0, now_ms - row.since_ms)
        assert row.busy_ms + (running_ms if row.state in BUSY_STATES else 0) == figures.busy_ms
        assert row.staffed_ms + (running_ms if row.counts_as_staffed else 0) == figures.staffed_ms
        assert row.reverse_seconds(now_ms) == figures.category_ms(reasons, ReasonCategory.REVERSE) // 1000
        assert row.calls_today == figures.answered
    for agent in AGENTS:
        current = [
            interval
            for interval in ground.intervals(agent)
            if interval.start_ms <= now_ms and (interval.end_ms is None or interval.end_ms > now_ms)
        ]
        shown = picture.agents.get(agent)
        seen = [(shown.state, shown.reason, shown.queue, shown.since_ms, shown.signed_in)] if shown else []
        assert seen == [
            (interval.state, interval.reason, interval.queue, interval.start_ms, interval.signed_in)
            for interval in current
        ]
    visits = ground.floor.visits_entered(start_ms, now_ms)
    for queue in picture.queues:
        of_queue = [visit for visit in visits if visit.queue == queue.queue]
        assert queue.today == queue_figures(of_queue, THRESHOLD_SECONDS)
        in_interval = [visit for visit in of_queue if visit.entered_ms >= picture.interval_start_ms]
        assert queue.interval == queue_figures(in_interval, THRESHOLD_SECONDS)
    assert picture.today == queue_figures(visits, THRESHOLD_SECONDS)


@settings(max_examples=100)
@given(facts=told(50), seed=SEEDS, after_ms=st.sampled_from([1, 999, 31_000, 3_600_000, 43_200_000]))
def test_the_screen_agrees_with_the_reports_at_every_moment(
    facts: list[Told], seed: int, after_ms: int, tmp_path: Path
) -> None:
    random = Random(seed)
    zone = random.choice((UTC, ZoneInfo("Asia/Shanghai")))
    lived = LiveSettings(zone, THRESHOLD_SECONDS)
    live = LiveFloor(lived)
    now_ms = 0
    with Ground(tmp_path, {"q1": 30}) as ground:
        for batch in deliver(random, facts, random.choice((0.0, 0.1)), 0.1):
            ground.journal.record(batch)
            now_ms = max(now_ms, *(draft.event.at_ms + 1 for draft in batch.drafts))
            fresh = not live.is_of_day(now_ms)
            start_ms = day_start_ms(now_ms, zone)
            live.apply(ground.floor.changes(0 if fresh else live.seq, live.generation, start_ms), now_ms, fresh)
            if random.random() < 0.2:
                ground.rebuild()
            if random.random() < 0.3:
                live.snapshot(now_ms, Freshness())
        same_day = min(now_ms + after_ms, day_start_ms(now_ms, zone) + DAY_MS - 1)
        live.apply(ground.floor.changes(live.seq, live.generation, live.day_start_ms), same_day, fresh=False)
        _assert_agrees_with_the_reports(live.snapshot(same_day, Freshness()), ground, same_day)
        anew = LiveFloor(lived)
        later_ms = now_ms + after_ms
        anew.apply(ground.floor.changes(0, 0, day_start_ms(later_ms, zone)), later_ms, fresh=True)
        _assert_agrees_with_the_reports(anew.snapshot(later_ms, Freshness()), ground, later_ms)


def test_the_start_of_a_row_is_told_with_its_offset(tmp_path: Path) -> None:
    with Ground(tmp_path) as ground:
        asked = Range(BASE_MS, BASE_MS + 3_600_000, "30m", ZoneInfo("Asia/Kathmandu"), BASE_MS)
        rows = list(queue_intervals(ground.floor, asked, ["q"], 20))
        # 00:00 UTC is 05:45 there: the first row begins with the range, the next where the clock divides the hour.
        assert [row["start"] for row in rows] == [
            "2026-03-01T05:45:00+05:45",
            "2026-03-01T06:00:00+05:45",
            "2026-03-01T06:30:00+05:45",
        ]
        assert rows[0]["start"] == iso(BASE_MS, asked.zone)
