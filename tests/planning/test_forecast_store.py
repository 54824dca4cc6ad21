"""Forecasts and staffing on a real database: versions that never change, and who served which queue."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.core.calendars import read_calendar
from app.core.events import (
    AgentSignedIn,
    AgentSignedOut,
    CallCompleted,
    CallConnected,
    CallEntered,
    WrapUpEnded,
    WrapUpStarted,
)
from app.core.settings import Settings
from app.floor.handling import WrapUp
from app.floor.reports import Range
from app.planning.forecast_model import ForecastPoint
from app.planning.forecast_report import StaffingSources, staffing_rows
from app.planning.ports_forecast import Membership, NoSchedule
from app.planning.requirement import need_of
from store.forecast import SqliteForecast, SqliteStaffingHistory
from tests.floor.ground import Ground
from tests.planning.forecast_ground import SHANGHAI, instant, point

NINE_MS = instant("2026-11-23T09:00")
MINUTE_MS = 60_000


@pytest.fixture
def ground(tmp_path: Path) -> Iterator[Ground]:
    with Ground(tmp_path) as made:
        yield made


def add(forecast: SqliteForecast, points: list[ForecastPoint], removed: list[tuple[str, int]] | None = None) -> int:
    with forecast.writing():
        return forecast.add_version(5, "wang", "imported", "f.csv", points, removed or [])


def test_the_newest_version_holds_and_the_others_stay(ground: Ground) -> None:
    forecast = SqliteForecast(ground.store)
    first = [point("2026-11-23T09:00"), point("2026-11-23T09:30"), point("2026-11-23T09:00", queue="vip")]
    assert add(forecast, first) == 1
    assert forecast.points(0, 2**62) == first
    changed = point("2026-11-23T09:00", 90)
    assert add(forecast, [changed], [("support", instant("2026-11-23T09:30"))]) == 2
    assert forecast.points(0, 2**62) == [changed, first[2]]
    assert forecast.points(0, 2**62, ["vip"]) == [first[2]]
    newer, older = forecast.versions()
    assert (newer.points, newer.removed, newer.in_force, newer.queues) == (1, 1, 1, ("support",))
    assert (older.points, older.removed, older.in_force, older.queues) == (3, 0, 1, ("support", "vip"))
    assert (older.start_ms, older.end_ms) == (NINE_MS, instant("2026-11-23T10:00"))
    assert older.calls_thousandths == 300_000
    assert [each.version.number for each in forecast.versions("vip")] == [1]


def test_points_are_found_by_what_they_touch(ground: Ground) -> None:
    forecast = SqliteForecast(ground.store)
    hour = point("2026-11-23T09:00", minutes=60)
    add(forecast, [hour])
    assert forecast.points(NINE_MS + 59 * MINUTE_MS, NINE_MS + 90 * MINUTE_MS) == [hour]
    assert forecast.points(NINE_MS + 60 * MINUTE_MS, NINE_MS + 90 * MINUTE_MS) == []
    assert forecast.points(NINE_MS - MINUTE_MS, NINE_MS) == []


@pytest.mark.parametrize(
    ("table", "column"), [("forecast_version", "actor"), ("forecast_point", "queue"), ("queue_calendar", "queue")]
)
def test_nothing_that_was_stored_is_ever_changed(ground: Ground, table: str, column: str) -> None:
    forecast = SqliteForecast(ground.store)
    add(forecast, [point("2026-11-23T09:00")])
    with forecast.writing():
        forecast.save_calendar(read_calendar({"name": "support", "zone": "UTC"}, "here"), "wang", 5)
    for deed in (f"DELETE FROM {table}", f"UPDATE {table} SET {column} = {column}"):
        with pytest.raises(Exception, match="append-only"):
            ground.store.connection.execute(deed)


def test_the_newest_open_hours_hold(ground: Ground) -> None:
    forecast = SqliteForecast(ground.store)
    first = read_calendar({"name": "support", "zone": "UTC", "weekly": {"monday": ["09:00-18:00"]}}, "here")
    second = first.model_copy(update={"version": 2, "public_holidays": "CN"})
    for definition in (first, second):
        with forecast.writing():
            forecast.save_calendar(definition, "wang", 5)
    assert forecast.calendars() == {"support": second}


def signed(agent: str, minute: int, queue: str | None = "support", out: bool = False) -> AgentSignedIn | AgentSignedOut:
    at_ms = NINE_MS + minute * MINUTE_MS
    return (AgentSignedOut if out else AgentSignedIn)(at_ms=at_ms, agent=agent, queue=queue)


def test_memberships_are_those_of_the_session_that_touches_the_range(ground: Ground) -> None:
    ground.tell(
        signed("ann", -300, "old"),
        signed("ann", -200, None, out=True),
        signed("ann", -60),
        signed("ann", -59, "vip"),
        signed("ann", 10, "vip", out=True),
        signed("bob", 5, None),
        signed("eve", -100),
        signed("eve", -90, out=True),
    )
    history = SqliteStaffingHistory(ground.store, ground.floor)
    found = history.memberships(NINE_MS, NINE_MS + 60 * MINUTE_MS)
    assert found == [
        Membership("ann", "support", NINE_MS - 60 * MINUTE_MS, None),
        Membership("ann", "vip", NINE_MS - 59 * MINUTE_MS, NINE_MS + 10 * MINUTE_MS),
        Membership("bob", "", NINE_MS + 5 * MINUTE_MS, None),
        Membership("eve", "support", NINE_MS - 100 * MINUTE_MS, NINE_MS - 90 * MINUTE_MS),
    ]


def test_staffing_is_told_from_the_facts_of_the_floor(ground: Ground) -> None:
    ground.tell(
        signed("ann", 0),
        signed("ann", 0, "vip"),
        signed("bob", 15),
        CallEntered(at_ms=NINE_MS + MINUTE_MS, call="c1", queue="support"),
        CallConnected(at_ms=NINE_MS + MINUTE_MS, agent="ann", call="c1", queue="support"),
        CallCompleted(at_ms=NINE_MS + 4 * MINUTE_MS, agent="ann", call="c1", queue="support"),
        WrapUpStarted(at_ms=NINE_MS + 4 * MINUTE_MS, agent="ann", queue="support"),
        WrapUpEnded(at_ms=NINE_MS + 5 * MINUTE_MS, agent="ann", queue="support"),
        CallEntered(at_ms=NINE_MS + 40 * MINUTE_MS, call="c2", queue="vip"),
    )
    history = SqliteStaffingHistory(ground.store, ground.floor)
    assert history.wrap_ups(NINE_MS, NINE_MS + 60 * MINUTE_MS) == [
        WrapUp("ann", NINE_MS + 4 * MINUTE_MS, NINE_MS + 5 * MINUTE_MS, "support")
    ]
    assert history.log_span() == (NINE_MS + MINUTE_MS, NINE_MS + 40 * MINUTE_MS)
    forecast = SqliteForecast(ground.store)
    add(forecast, [point("2026-11-23T09:00", 2, 180)])
    sources = StaffingSources(forecast, history, history, NoSchedule(), need_of(Settings.model_construct()))
    wanted = Range(NINE_MS, NINE_MS + 30 * MINUTE_MS, "30m", SHANGHAI, NINE_MS + 40 * MINUTE_MS)
    support, vip, whole = staffing_rows(sources, wanted, ["support", "vip", "ALL"])
    assert (support["actual_calls"], support["actual_aht_seconds"], support["scheduled"]) == (1, 240, None)
    # Only support needs anybody in this half-hour, so ann's free time is its.
    assert (support["staffed"], vip["staffed"], whole["staffed"]) == (1.5, 0, 1.5)
    assert vip["required"] is None


def test_an_empty_floor_has_no_history(ground: Ground) -> None:
    history = SqliteStaffingHistory(ground.store, ground.floor)
    assert history.log_span() is None
    assert history.all_agent_time(0, 1) == []
    assert history.memberships(0, 1) == []
    assert history.wrap_ups(0, 1) == []
