"""The picture of a moment: what the clock changes by itself, and what a screen needs to know."""

from __future__ import annotations

from datetime import timezone
from pathlib import Path

from app.core.zones import load_zone
from app.floor.frame import floor_frame
from app.floor.live import STALE_WAIT_MS, LiveFloor, LiveSettings
from app.floor.model import AgentState, ReasonCategory
from app.floor.picture import FloorSnapshot, Freshness, count_states
from tests.floor.asterisk import at, log
from tests.floor.ground import Ground
from tests.strategies import BASE_MS

UTC = timezone.utc
DAY_SECONDS = 86_400


def picture(ground: Ground, second: int, live: LiveFloor | None = None) -> FloorSnapshot:
    """The floor at a second after the base, read anew or patched."""
    now_ms = at(second)
    fresh = live is None
    live = live or LiveFloor(LiveSettings(UTC))
    changes = ground.floor.changes(live.seq, live.generation, now_ms // 86_400_000 * 86_400_000)
    live.apply(changes, now_ms, fresh)
    return live.snapshot(now_ms, Freshness())


def test_a_state_has_its_age_and_its_meaning(ground: Ground) -> None:
    log(ground, "0|MANAGER|q1|ann|ADDMEMBER|", "100|NONE|q1|ann|PAUSE|上厕所")
    row = picture(ground, 160).agents["ann"]
    assert (row.state, row.reason, row.category, row.unmapped) == (
        AgentState.NOT_READY,
        "上厕所",
        ReasonCategory.REVERSE,
        False,
    )
    assert (row.seconds_in_state(at(160)), row.reverse_seconds(at(160)), row.reverse_seconds(at(200))) == (60, 60, 100)


def test_a_fixed_wrap_up_ends_by_itself(ground: Ground) -> None:
    log(ground, "0|MANAGER|q1|ann|ADDMEMBER|", "10|c1|q1|ann|WRAPUPSTART|30")
    live = LiveFloor(LiveSettings(UTC))
    assert picture(ground, 20, live).agents["ann"].state is AgentState.WRAP_UP
    assert live.snapshot(at(39), Freshness()).agents["ann"].state is AgentState.WRAP_UP
    row = live.snapshot(at(40), Freshness()).agents["ann"]
    assert (row.state, row.since_ms, row.busy_ms) == (AgentState.AVAILABLE, at(40), 30_000)


def test_a_source_whose_clock_is_ahead_makes_nobody_vanish(ground: Ground) -> None:
    log(ground, "0|MANAGER|q1|ann|ADDMEMBER|", "100|c1|q1|ann|WRAPUPSTART|30")
    row = picture(ground, 98).agents["ann"]
    assert (row.state, row.seconds_in_state(at(98))) == (AgentState.WRAP_UP, 0)
    log(ground, "101|NONE|q1|ann|WRAPUPSTART|5", "102|NONE|q1|ann|PAUSE|lunch", "103|MANAGER|q1|ann|REMOVEMEMBER|")
    assert picture(ground, 98).agents == {}


def test_what_a_wrong_clock_tells_of_the_future_is_not_shown_before_its_time(ground: Ground) -> None:
    log(ground, "7200|MANAGER|q1|ann|ADDMEMBER|")
    live = LiveFloor(LiveSettings(UTC))
    assert picture(ground, 0, live).agents == {}
    assert live.snapshot(at(7199), Freshness()).agents == {}
    assert list(live.snapshot(at(7200), Freshness()).agents) == ["ann"]


def test_an_inferred_agent_goes_after_twelve_hours(ground: Ground) -> None:
    log(ground, "0|NONE|q1|static|PAUSE|lunch")
    live = LiveFloor(LiveSettings(UTC))
    row = picture(ground, 20, live).agents["static"]
    assert not row.signed_in
    assert "static" in live.snapshot(at(12 * 3600 - 1), Freshness()).agents
    assert live.snapshot(at(12 * 3600), Freshness()).agents == {}


def test_idle_time_of_inferred_presence_is_nobodys(ground: Ground) -> None:
    log(ground, "0|c1|q1|static|CONNECT|2|x|0", "100|c1|q1|static|COMPLETEAGENT|2|100|1")
    seen = picture(ground, 1100)
    count = count_states(seen.agents, at(1100))
    assert (count.signed_in, count.inferred, count.available) == (0, 1, 1)
    assert (count.busy_ms, count.staffed_ms, count.occupancy) == (100_000, 100_000, 1.0)
    assert seen.agents["static"].occupancy(at(1100)) is None


def test_the_break_rate_is_of_those_signed_in(ground: Ground) -> None:
    log(
        ground,
        "0|NONE|q1|static 1|PAUSE|break",
        "0|NONE|q1|static 2|PAUSE|小休",
        "0|MANAGER|q1|ann|ADDMEMBER|",
        "0|MANAGER|q1|bob|ADDMEMBER|",
        "5|NONE|q1|bob|PAUSE|小休",
        "5|NONE|q1|ann|PAUSE|lunch",
    )
    count = count_states(picture(ground, 60).agents, at(60))
    assert count.break_rate == 1 / 2
    assert dict(count.not_ready_by_category) == {ReasonCategory.BREAK: 3, ReasonCategory.MEAL: 1}


def test_what_began_yesterday_counts_from_midnight_and_is_as_old_as_it_is(ground: Ground) -> None:
    log(ground, f"{DAY_SECONDS - 600}|MANAGER|q1|ann|ADDMEMBER|", f"{DAY_SECONDS - 60}|NONE|q1|ann|PAUSE|busy")
    now = DAY_SECONDS + 40
    row = picture(ground, now).agents["ann"]
    assert row.seconds_in_state(at(now)) == 100
    assert row.reverse_seconds(at(now)) == 40
    assert row.occupancy(at(now)) is None


def test_a_call_of_last_night_answered_today_is_a_call_of_today(ground: Ground) -> None:
    log(
        ground,
        "0|MANAGER|q1|ann|ADDMEMBER|",
        f"{DAY_SECONDS - 5}|c1|q1|NONE|ENTERQUEUE||138|1",
        f"{DAY_SECONDS + 5}|c1|q1|ann|CONNECT|10|x|3",
        f"{DAY_SECONDS + 25}|c1|q1|ann|COMPLETEAGENT|10|20|1",
    )
    seen = picture(ground, DAY_SECONDS + 60)
    assert seen.agents["ann"].calls_today == 1
    # The visit itself belongs to the day it entered on.
    assert seen.today.offered == 0


def test_midnight_is_local(ground: Ground) -> None:
    shanghai = load_zone("Asia/Shanghai")
    log(ground, f"{16 * 3600 - 1}|c1|q1|NONE|ENTERQUEUE||138|1", f"{16 * 3600}|c2|q1|NONE|ENTERQUEUE||138|2")
    live = LiveFloor(LiveSettings(shanghai))
    now_ms = at(16 * 3600 + 60)
    live.apply(ground.floor.changes(0, 0, at(16 * 3600)), now_ms, fresh=True)
    assert live.day_start_ms == at(16 * 3600)
    assert live.snapshot(now_ms, Freshness()).today.offered == 1
    assert live.is_of_day(at(40 * 3600 - 1))
    assert not live.is_of_day(at(40 * 3600))


def test_the_longest_wait_is_of_those_who_wait(ground: Ground) -> None:
    log(
        ground,
        "0|c1|q1|NONE|ENTERQUEUE||138|1",
        "10|c2|q1|NONE|ENTERQUEUE||138|2",
        "20|c3|q2|NONE|ENTERQUEUE||138|1",
        "30|c1|q1|NONE|ABANDON|1|1|30",
    )
    frame = floor_frame(picture(ground, 60), at(60), UTC)
    assert (frame["waiting"], frame["longest_wait_seconds"]) == (2, 50)


def test_a_caller_of_yesterday_whose_end_was_never_told_is_not_shown_as_waiting(ground: Ground) -> None:
    log(ground, "0|c1|q1|NONE|ENTERQUEUE||138|1")
    stale = STALE_WAIT_MS // 1000
    assert picture(ground, stale - 1).queues[0].waiting == 1
    assert picture(ground, stale).queues[0].waiting == 0


def test_rows_that_did_not_change_are_the_same_objects(ground: Ground) -> None:
    log(ground, "0|MANAGER|q1|ann|ADDMEMBER|", "0|MANAGER|q1|bob|ADDMEMBER|")
    live = LiveFloor(LiveSettings(UTC))
    before = picture(ground, 10, live)
    log(ground, "20|NONE|q1|bob|PAUSE|lunch")
    after = picture(ground, 30, live)
    assert after.agents["ann"] is before.agents["ann"]
    assert after.agents["bob"] is not before.agents["bob"]
    assert before.agents["bob"].state is AgentState.AVAILABLE


def test_a_rebuild_is_a_new_picture(ground: Ground, tmp_path: Path) -> None:
    log(ground, "0|MANAGER|q1|ann|ADDMEMBER|", "9|c1|q1|ann|CONNECT|2|x|0", "20|c1|q1|ann|COMPLETEAGENT|2|11|1")
    live = LiveFloor(LiveSettings(UTC))
    before = picture(ground, 100, live)
    ground.journal.rebuild({"wrap_up_seconds": {"q1": 15}})
    after = picture(ground, 100, live)
    assert after.generation == before.generation + 1
    assert (before.agents["ann"].busy_ms, after.agents["ann"].busy_ms) == (11_000, 26_000)
    assert after.today == before.today


def test_this_interval_begins_where_the_reports_rows_do(ground: Ground) -> None:
    log(ground, "899|c1|q1|NONE|ENTERQUEUE||138|1", "900|c2|q1|NONE|ENTERQUEUE||138|2")
    seen = picture(ground, 1000)
    assert seen.interval_start_ms == BASE_MS + 900_000
    assert (seen.interval.offered, seen.today.offered) == (1, 2)
