"""`report staffing`: forecasts laid on intervals, agents counted once, and the figures of the day."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.settings import QueueSettings, Settings
from app.core.zones import borders, date_start_ms, load_zone
from app.floor.model import AgentState
from app.floor.reports import Range
from app.planning.forecast_model import ForecastPoint
from app.planning.forecast_report import (
    FORMULAS,
    StaffingCell,
    StaffingSources,
    combined,
    schedule_fit,
    staffing_cells,
    staffing_rows,
)
from app.planning.forecast_service import intraday, queues_of
from app.planning.forecast_staffed import Serving, SignChange, count_staffed, memberships_of
from app.planning.ports_forecast import Membership, OnQueueSpan
from app.planning.requirement import (
    Expected,
    QueueTarget,
    Requirement,
    lay_out,
    need_of,
    requirement,
)
from tests.planning.forecast_ground import (
    MINUTE_MS,
    SATURDAY,
    SHANGHAI,
    MemoryFloor,
    MemoryForecasts,
    instant,
    point,
)

HALF_HOUR_MS = 1_800_000
NINE_MS = instant("2026-11-23T09:00")


def sources(store: MemoryForecasts, floor: MemoryFloor) -> StaffingSources:
    return StaffingSources(store, floor, floor, floor, need_of(Settings.model_construct()))


def asked(
    start: str = "2026-11-23T09:00", end: str = "2026-11-23T10:00", every: str = "30m", now: str = "2026-11-24T00:00"
) -> Range:
    return Range(instant(start), instant(end), every, SHANGHAI, instant(now))


def rows(store: MemoryForecasts, floor: MemoryFloor, wanted: Range, *queues: str) -> list[dict[str, object]]:
    return list(staffing_rows(sources(store, floor), wanted, queues))


# -- what is required ------------------------------------------------------------------------------------------------


def test_the_known_answer_of_erlang_c_and_of_the_settings() -> None:
    assert requirement(100_000, 30, 180_000, QueueTarget()) == Requirement(14, 14)
    assert requirement(0, 30, 0, QueueTarget()) == Requirement(0, 0)
    assert requirement(100_000, 30, 180_000, QueueTarget(shrinkage=0.3)).scheduled == 20
    assert requirement(100_000, 30, 180_000, QueueTarget(max_occupancy=0.6)).agents == 17
    patient = requirement(100_000, 30, 180_000, QueueTarget(patience_seconds=120)).agents
    assert patient < 14
    settings = Settings.model_construct(queues={"support": QueueSettings(target_service_level=0.99)})
    assert need_of(settings)(point("2026-11-23T09:00")).agents > 14
    assert need_of(settings)(point("2026-11-23T09:00", queue="vip")).agents == 14


@given(
    st.lists(st.tuples(st.integers(0, 400_000), st.integers(1000, 900_000)), min_size=1, max_size=12),
    st.sampled_from([15, 30, 60]),
    st.lists(st.integers(1, 12 * 60 - 1), max_size=12, unique=True),
)
def test_calls_and_agents_laid_on_any_intervals_add_up(
    given_points: list[tuple[int, int]], minutes: int, cuts: list[int]
) -> None:
    points = [
        ForecastPoint("q", NINE_MS + index * minutes * MINUTE_MS, minutes, calls, aht)
        for index, (calls, aht) in enumerate(given_points)
    ]
    end_ms = NINE_MS + 12 * 60 * MINUTE_MS
    marks = [NINE_MS, *sorted(NINE_MS + cut * MINUTE_MS for cut in cuts), end_ms]

    def need(each: ForecastPoint) -> Requirement:
        return Requirement(each.calls_thousandths // 1000, each.aht_ms // 1000)

    parts = lay_out(points, marks, need)
    (whole,) = lay_out(points, [NINE_MS, end_ms], need)
    assert sum(parts, Expected()) == whole
    assert whole.calls_thousandths == sum(calls for calls, _aht in given_points)
    assert whole.covered_ms == len(points) * minutes * MINUTE_MS
    assert all(part.covered_ms <= after - mark for part, (mark, after) in zip(parts, pairwise(marks), strict=True))


@pytest.mark.parametrize(
    ("zone", "day"),
    [("Europe/Berlin", "2026-03-29"), ("Europe/Berlin", "2026-10-25"), ("America/Sao_Paulo", "2015-10-18")],
)
def test_a_day_on_which_the_clocks_change_loses_and_doubles_nothing(zone: str, day: str) -> None:
    where = load_zone(zone)
    date = SATURDAY.fromisoformat(day)
    start_ms, end_ms = date_start_ms(date, where), date_start_ms(date + timedelta(days=1), where)
    marks = borders(start_ms, end_ms, 30, where)
    points = [ForecastPoint("q", mark, 30, 1000, 60_000) for mark in marks[:-1]]
    cells = staffing_cells(
        sources(MemoryForecasts(*points), MemoryFloor()), Range(start_ms, end_ms, "30m", where, end_ms), [], 30
    )["q"]
    assert [cell.expected.calls_thousandths for cell in cells] == [1000] * len(cells)
    assert len(cells) == (end_ms - start_ms) // HALF_HOUR_MS
    found = combined(cells)
    assert (found.expected.calls, found.length_ms) == (len(cells), end_ms - start_ms)


# -- who was there ---------------------------------------------------------------------------------------------------


def test_memberships_come_from_sign_ins_and_sign_outs() -> None:
    changes = [
        SignChange(10, True, "a"),
        SignChange(20, True, "b"),
        SignChange(25, True, "a"),
        SignChange(30, False, "a"),
        SignChange(40, False, ""),
        SignChange(50_000, False, "c", 20),
        SignChange(60_000, True, ""),
    ]
    assert memberships_of("ann", changes) == [
        Membership("ann", "a", 10, 30),
        Membership("ann", "b", 20, 40),
        Membership("ann", "c", 30_000, 50_000),
        Membership("ann", "", 60_000, None),
    ]


def test_each_moment_of_an_agent_is_counted_once_and_shared_by_need() -> None:
    floor = MemoryFloor()
    marks = [0, 1000]
    serving = Serving([Membership("ann", "a", 0, None), Membership("ann", "b", 0, None)])
    floor.there("ann", 0, 500)
    floor.there("ann", 500, 800, AgentState.ON_CALL, "b")
    floor.there("ann", 800, 1000, AgentState.NOT_READY)
    counted = count_staffed(marks, floor.intervals, serving, {"a": [3.0], "b": [1.0], "c": [9.0]}, 1000)
    assert counted.of_queue("a", 0) == pytest.approx(0.375)
    assert counted.of_queue("b", 0) == pytest.approx(0.125 + 0.3)
    assert counted.of_queue("c", 0) == 0
    assert counted.whole(0) == pytest.approx(0.8)
    equal = count_staffed(marks, floor.intervals, serving, {"a": [0.0], "b": [0.0], "c": [0.0]}, 1000)
    assert equal.of_queue("a", 0) == pytest.approx(0.25)


STATES = [state for state in AgentState if state is not AgentState.SIGNED_OUT]


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["ann", "bob"]),
            st.integers(0, 4000),
            st.integers(1, 2000),
            st.sampled_from(STATES),
            st.sampled_from(["", "a", "b", "gone"]),
            st.booleans(),
        ),
        max_size=12,
    ),
    st.lists(
        st.tuples(st.sampled_from(["ann", "bob"]), st.sampled_from(["", "a", "b"]), st.integers(0, 4000)), max_size=6
    ),
    st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=4, max_size=4),
    st.integers(1, 5000),
)
def test_the_queues_add_up_to_the_floor(
    there: list[tuple[str, int, int, AgentState, str, bool]],
    served: list[tuple[str, str, int]],
    needs: list[tuple[int, int]],
    now_ms: int,
) -> None:
    floor = MemoryFloor()
    for agent, start_ms, length_ms, state, queue, signed_in in there:
        floor.there(agent, start_ms, start_ms + length_ms, state, queue, signed_in)
    serving = Serving([Membership(agent, queue, start_ms, start_ms + 1500) for agent, queue, start_ms in served])
    needed = {"a": [float(a) for a, _b in needs], "b": [float(b) for _a, b in needs]}
    marks = [0, 1000, 2500, 3000, 5000]
    counted = count_staffed(marks, floor.intervals, serving, needed, now_ms)
    for index in range(4):
        whole = counted.whole(index)
        parts = [counted.of_queue(queue, index) for queue in ("a", "b")]
        if whole is None:
            assert parts == [None, None]
        else:
            assert sum(part or 0.0 for part in parts) == pytest.approx(whole)


# -- the rows --------------------------------------------------------------------------------------------------------


def test_a_row_has_the_promised_keys_in_their_order() -> None:
    floor = MemoryFloor()
    for number in range(90):
        floor.call(NINE_MS + number * 1000, 200)
    floor.there("ann", NINE_MS, None)
    floor.there("bob", NINE_MS + HALF_HOUR_MS // 2, NINE_MS + HALF_HOUR_MS)
    floor.spans.append(OnQueueSpan("ann", NINE_MS, NINE_MS + HALF_HOUR_MS))
    first, second = rows(MemoryForecasts(point("2026-11-23T09:00")), floor, asked())
    assert first == {
        "queue": "support",
        "start": "2026-11-23T09:00:00+08:00",
        "forecast_calls": 100,
        "actual_calls": 90,
        "deviation": pytest.approx(-0.1),
        "forecast_aht_seconds": 180,
        "actual_aht_seconds": 200,
        "required": 14,
        "scheduled": 1,
        "staffed": 1.5,
        "net": -12.5,
        "schedule_fit": 0,
        "schedule_error": pytest.approx(12.5 / 14),
    }
    assert list(first) == list(second)
    assert list(first) == ["queue", "start", *FORMULAS]
    assert (second["forecast_calls"], second["required"], second["net"]) == (None, None, None)
    assert (second["actual_calls"], second["deviation"], second["staffed"]) == (0, None, 1)


def test_what_has_not_been_is_empty_and_what_runs_is_counted_so_far() -> None:
    floor = MemoryFloor()
    floor.call(NINE_MS + 1000)
    floor.there("ann", NINE_MS, None)
    store = MemoryForecasts(point("2026-11-23T09:00"), point("2026-11-23T09:30"))
    running, later = rows(store, floor, asked(now="2026-11-23T09:10"))
    assert (running["actual_calls"], running["deviation"], running["staffed"], running["net"]) == (1, None, 1, -13)
    assert (later["actual_calls"], later["staffed"], later["net"], later["required"]) == (None, None, None, 14)
    assert running["schedule_fit"] is None
    assert running["scheduled"] is None
    (whole,) = rows(store, floor, asked(every="all", now="2026-11-23T09:10"))
    assert (whole["staffed"], whole["net"], whole["forecast_calls"]) == (1, None, 200)


def test_longer_and_shorter_rows_say_the_same() -> None:
    floor = MemoryFloor()
    floor.there("ann", NINE_MS, NINE_MS + HALF_HOUR_MS)
    store = MemoryForecasts(point("2026-11-23T09:00"), point("2026-11-23T09:30", 0, 0))
    quarters = rows(store, floor, asked(every="15m"))
    assert [row["forecast_calls"] for row in quarters] == [50, 50, 0, 0]
    assert [row["required"] for row in quarters] == [14, 14, 0, 0]
    (hour,) = rows(store, floor, asked(every="60m"))
    assert (hour["forecast_calls"], hour["required"], hour["staffed"], hour["net"]) == (100, 7, 0.5, -6.5)
    (day,) = rows(store, floor, asked("2026-11-23T00:00", "2026-11-24T00:00", "day"))
    assert (day["required"], day["staffed"]) == (0.29, 0.02)
    assert day["schedule_error"] == pytest.approx(13 / 14)


def test_the_whole_is_the_sum_and_each_day_has_its_own_fit() -> None:
    floor = MemoryFloor()
    for agent in range(14):
        floor.there(f"a{agent}", NINE_MS, NINE_MS + HALF_HOUR_MS)
    tuesday = point("2026-11-24T09:00")
    store = MemoryForecasts(point("2026-11-23T09:00"), point("2026-11-23T09:00", queue="vip"), tuesday)
    wanted = asked("2026-11-23T09:00", "2026-11-24T09:30", now="2026-11-25T00:00")
    found = rows(store, floor, wanted, "support", "vip", "ALL")
    first = {row["queue"]: row for row in found if row["start"] == "2026-11-23T09:00:00+08:00"}
    assert (first["ALL"]["required"], first["ALL"]["staffed"], first["ALL"]["net"]) == (28, 14, -14)
    assert (first["support"]["staffed"], first["vip"]["staffed"]) == (7, 7)
    errors = [row["schedule_error"] for row in found if row["queue"] == "support"]
    assert errors[0] == pytest.approx(0.5)
    assert errors[-1] == 1
    assert [row["queue"] for row in found] == sorted(
        (str(row["queue"]) for row in found), key=["support", "vip", "ALL"].index
    )


def test_an_interval_fits_up_to_a_tenth() -> None:
    def cells(staffed: int) -> list[StaffingCell]:
        floor = MemoryFloor()
        for agent in range(staffed):
            floor.there(f"a{agent}", NINE_MS, NINE_MS + HALF_HOUR_MS)
        store = MemoryForecasts(point("2026-11-23T09:00", 150))
        return list(staffing_cells(sources(store, floor), asked(end="2026-11-23T09:30"), [], 30)["support"])

    needed = requirement(150_000, 30, 180_000, QueueTarget()).agents
    assert needed == 19
    assert [schedule_fit(cells(staffed))[0] for staffed in (17, 18, 19, 20, 21)] == [0, 1, 1, 1, 0]
    assert schedule_fit(cells(18))[1] == pytest.approx(1 / 19)
    assert schedule_fit([]) == (None, None)


def test_a_wholly_covered_forecast_and_a_perfect_floor_fit() -> None:
    floor = MemoryFloor()
    for agent in range(14):
        floor.there(f"a{agent}", NINE_MS, None)
    store = MemoryForecasts(point("2026-11-23T09:00"), point("2026-11-23T09:30"))
    assert {(row["schedule_fit"], row["schedule_error"]) for row in rows(store, floor, asked())} == {(1, 0)}


def test_the_picture_of_today_is_drawn_from_the_same_cells() -> None:
    floor = MemoryFloor()
    for number in range(200):
        floor.call(NINE_MS + number * 1000, 200)
    floor.there("ann", NINE_MS, None)
    store = MemoryForecasts(
        point("2026-11-23T09:00"), point("2026-11-23T09:30"), point("2026-11-23T09:30", queue="vip")
    )
    wanted = asked(now="2026-11-23T09:30")
    settings = Settings.model_construct()
    picture = intraday(sources(store, floor), settings, wanted, "support", 30)
    assert picture.reforecast.factor == pytest.approx(1.5)
    past, coming = picture.points
    assert (past.actual_calls, past.net) == (200, -13)
    assert coming.reforecast_calls == pytest.approx(150)
    assert (coming.required, coming.required_now) == (14, 19)
    floor_wide = intraday(sources(store, floor), settings, wanted, "ALL", 30)
    assert floor_wide.queue == "ALL"
    assert (floor_wide.points[1].required, floor_wide.points[1].required_now) == (28, 38)


def shared_floor() -> tuple[MemoryForecasts, MemoryFloor]:
    """Two queues and a morning of both: who serves one of them, who serves both, who is due and who is not there."""
    floor = MemoryFloor()
    served = {"ann": ("support",), "bob": ("support", "vip"), "cat": ("support", "vip"), "dan": ("vip",)}
    for agent, queues in served.items():
        floor.served += [Membership(agent, queue, NINE_MS, None) for queue in queues]
        floor.spans.append(OnQueueSpan(agent, NINE_MS, NINE_MS + 3 * HALF_HOUR_MS))
    floor.there("ann", NINE_MS, None)
    floor.there("bob", NINE_MS, NINE_MS + HALF_HOUR_MS)
    floor.there("bob", NINE_MS + HALF_HOUR_MS, NINE_MS + HALF_HOUR_MS + 600_000, AgentState.ON_CALL, "vip")
    floor.there("cat", NINE_MS + 600_000, None)
    for number in range(130):
        floor.call(NINE_MS + number * 20_000, 200, "support" if number % 3 else "vip", "ann" if number % 3 else "bob")
    times = ("2026-11-23T09:00", "2026-11-23T09:30", "2026-11-23T10:00")
    points = [point(text, calls, queue=queue) for text in times for queue, calls in (("support", 60), ("vip", 20))]
    return MemoryForecasts(*points), floor


@pytest.mark.parametrize("queue", ["support", "vip", "ALL"])
@pytest.mark.parametrize("every", ["15m", "30m"])
def test_the_picture_of_a_queue_shows_what_the_report_of_it_says(queue: str, every: str) -> None:
    store, floor = shared_floor()
    wanted = asked(end="2026-11-23T10:30", every=every, now="2026-11-23T09:50")
    picture = intraday(sources(store, floor), Settings.model_construct(), wanted, queue, int(every[:2]))
    told = [row for row in rows(store, floor, wanted, queue) if row["queue"] == queue]
    assert len(told) == len(picture.points) >= 3
    for row, shown in zip(told, picture.points, strict=True):
        assert shown.forecast_calls == pytest.approx(row["forecast_calls"])
        assert shown.actual_calls == row["actual_calls"]
        for name in ("required", "scheduled", "staffed"):
            figure = getattr(shown, name)
            assert row[name] == (None if figure is None else pytest.approx(figure, abs=0.006)), name
        if row["net"] is not None:
            assert shown.net == pytest.approx(row["net"], abs=0.006)
    assert (picture.schedule_fit, picture.schedule_error) == (told[0]["schedule_fit"], told[0]["schedule_error"])


def test_the_pictures_of_the_queues_add_up_to_the_floor() -> None:
    store, floor = shared_floor()
    wanted = asked(end="2026-11-23T10:30", now="2026-11-23T09:50")
    known = queues_of(sources(store, floor), wanted)
    assert known == ["support", "vip"]
    support, vip, whole = (
        intraday(sources(store, floor), Settings.model_construct(), wanted, queue, 30).points
        for queue in (*known, "ALL")
    )
    for one, other, both in zip(support, vip, whole, strict=True):
        for name in ("actual_calls", "required", "scheduled", "staffed"):
            parts = (getattr(one, name), getattr(other, name))
            total = getattr(both, name)
            assert total == (None if None in parts else pytest.approx(sum(parts))), name
    assert {0 < (one.scheduled or 0) < 4 for one in support} == {True}


def test_only_queues_that_are_known_or_forecast_can_be_asked_for() -> None:
    store, floor = shared_floor()
    floor.call(NINE_MS, queue="ALL")
    later = asked(start="2026-11-24T00:00", end="2026-11-25T00:00")
    store.held[("new", 0)] = point("2026-11-24T09:00", queue="new")
    assert queues_of(sources(store, floor), later) == ["new", "support", "vip"]
    assert queues_of(sources(store, floor), asked()) == ["support", "vip"]


def test_a_queue_nobody_asks_for_or_is_there_for_has_nothing_to_tell() -> None:
    store, floor = shared_floor()
    settings = Settings.model_construct()
    told = intraday(sources(store, floor), settings, asked(now="2026-11-23T08:00"), "support", 30)
    assert told.is_told
    idle = intraday(sources(store, floor), settings, asked(now="2026-11-23T08:00"), "old", 30)
    assert idle.points[0].scheduled == 0
    assert not idle.is_told
    whole = intraday(sources(MemoryForecasts(), floor), settings, asked(now="2026-11-23T08:00"), "ALL", 30)
    assert whole.is_told
    assert not intraday(sources(MemoryForecasts(), MemoryFloor()), settings, asked(), "ALL", 30).is_told
