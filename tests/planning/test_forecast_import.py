"""`import forecast` and `import calendar`: what is taken, what is refused and why, and what changes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.errors import DataProblem
from app.core.imports import ImportOrder, ImportPlan, run_import
from app.core.tables import parse_table
from app.core.zones import borders, date_start_ms, iso, load_zone
from app.planning.forecast_calendar import CalendarImport, read_calendar_table
from app.planning.forecast_import import COLUMNS, ForecastImport
from app.planning.forecast_model import ForecastPoint
from tests.planning.forecast_ground import SATURDAY, SHANGHAI, MemoryForecasts, instant, point

HEAD = "queue,start,volume,aht_seconds\n"


def taken(store: MemoryForecasts, rows: str, zone: str = "Asia/Shanghai", skip_bad: bool = False) -> ImportPlan[Any]:
    kind = ForecastImport(store, load_zone(zone), "wang", 7, "f.csv")
    table = parse_table("f.csv", (HEAD + rows).encode(), COLUMNS)
    return run_import(kind, table, store, ImportOrder("wang", 7, skip_bad=skip_bad))


def problems(plan: ImportPlan[Any]) -> list[tuple[int, str]]:
    return [(bad.line, bad.column) for bad in plan.bad_rows]


def test_rows_become_points_whichever_way_their_time_is_written() -> None:
    store = MemoryForecasts()
    plan = taken(
        store,
        "support,2026-11-23T09:00,100,180\n"
        "support,2026/11/23 9:30,62.5,180.5\n"
        "support,2026-11-23T02:00:00Z,0,\n"
        "vip,2026-11-23T09:00+08:00,1,2\n",
    )
    assert plan.applied
    assert plan.count("added") == 4
    assert store.points(0, 2**62) == [
        point("2026-11-23T09:00"),
        ForecastPoint("support", instant("2026-11-23T09:30"), 30, 62_500, 180_500),
        point("2026-11-23T10:00", 0, 0),
        point("2026-11-23T09:00", 1, 2, queue="vip"),
    ]
    assert [(made.actor, made.origin, made.detail, made.made_ms) for made in store.made] == [
        ("wang", "imported", "f.csv", 7)
    ]


def test_the_same_file_again_changes_nothing_and_makes_no_version() -> None:
    store = MemoryForecasts()
    rows = "support,2026-11-23T09:00,100,180\nsupport,2026-11-23T09:30,90,180\n"
    taken(store, rows)
    again = taken(store, rows)
    assert again.count("unchanged") == 2
    assert len(store.made) == 1


def test_a_correction_changes_what_it_names_and_says_what() -> None:
    store = MemoryForecasts(point("2026-11-23T09:00"), point("2026-11-23T09:30", 90))
    plan = taken(store, "support,2026-11-23T09:30,80,200\n")
    (change,) = plan.differing
    assert (change.action, change.detail) == ("changed", "volume: 90 → 80, aht_seconds: 180 → 200")
    assert store.points(0, 2**62) == [point("2026-11-23T09:00"), point("2026-11-23T09:30", 80, 200)]


def test_a_day_that_comes_in_another_step_is_replaced_whole_and_no_other_day() -> None:
    other = point("2026-11-24T09:00", 7)
    store = MemoryForecasts(point("2026-11-23T09:00"), point("2026-11-23T09:30"), point("2026-11-23T10:30"), other)
    plan = taken(store, "support,2026-11-23T09:00,210,180\nsupport,2026-11-23T10:00,220,180\n")
    assert (plan.count("changed"), plan.count("added"), plan.count("removed")) == (1, 1, 2)
    assert store.points(0, 2**62) == [
        point("2026-11-23T09:00", 210, minutes=60),
        point("2026-11-23T10:00", 220, minutes=60),
        other,
    ]


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("support,2026-11-23T09:30,-1,180", "volume"),
        ("support,2026-11-23T09:30,,180", "volume"),
        ("support,2026-11-23T09:30,nan,180", "volume"),
        ("support,2026-11-23T09:30,1e3,180", "volume"),
        ("support,2026-11-23T09:30,5,", "aht_seconds"),
        ("support,2026-11-23T09:30,5,0", "aht_seconds"),
        ("support,2026-11-23T09:30,5,-3", "aht_seconds"),
        (",2026-11-23T09:30,5,180", "queue"),
        ("support,tomorrow,5,180", "start"),
        ("support,2026-02-30T09:00,5,180", "start"),
        ("support,2026-11-23T09:10,5,180", "start"),
        ("support,2026-11-23T09:00,5,180", "start"),
    ],
)
def test_a_bad_row_is_named_and_nothing_is_imported(row: str, column: str) -> None:
    store = MemoryForecasts()
    plan = taken(store, f"support,2026-11-23T09:00,100,180\n{row}\nsupport,2026-11-23T10:00,100,180\n")
    assert problems(plan) == [(3, column)]
    assert not plan.applied
    assert not store.held


def test_without_the_bad_row_the_good_ones_around_it_are_taken() -> None:
    store = MemoryForecasts()
    rows = "support,2026-11-23T09:00,1,9\nsupport,2026-11-23T09:30,-1,9\nsupport,2026-11-23T10:00,1,9\n"
    plan = taken(store, rows, skip_bad=True)
    assert problems(plan) == [(3, "volume")]
    assert [each.minutes for each in store.points(0, 2**62)] == [30, 30]


def test_hours_among_half_hours_are_refused_and_a_longer_hole_is_none() -> None:
    hours = [f"support,2026-11-23T{time},10,180\n" for time in ("08:00", "09:00", "09:30", "10:00")]
    assert problems(taken(MemoryForecasts(), "".join(hours))) == [(3, "start")]
    lunch = [f"support,2026-11-23T{time},10,180\n" for time in ("11:00", "11:30", "13:30", "14:00")]
    assert taken(MemoryForecasts(), "".join(lunch)).applied


def test_steps_are_told_apart_by_queue_and_day() -> None:
    store = MemoryForecasts()
    rows = (
        "a,2026-11-23T09:00,1,9\na,2026-11-23T09:15,1,9\n"
        "b,2026-11-23T09:00,1,9\nb,2026-11-23T10:00,1,9\n"
        "a,2026-11-24T09:00,1,9\na,2026-11-24T09:30,1,9\n"
        "a,2026-11-25T09:00,1,9\n"
    )
    assert taken(store, rows).applied
    assert [(each.queue, each.minutes) for each in store.points(0, 2**62)] == [
        *[("a", 15)] * 2,
        *[("a", 30)] * 2,
        ("a", 15),
        *[("b", 60)] * 2,
    ]


def test_an_hour_that_spring_skips_is_refused_and_one_that_autumn_repeats_needs_its_offset() -> None:
    spring = "q,2026-03-29T01:30,1,9\nq,2026-03-29T02:00,1,9\nq,2026-03-29T03:00,1,9\n"
    assert problems(taken(MemoryForecasts(), spring, "Europe/Berlin")) == [(3, "start")]
    twice = "q,2026-10-25T02:00,1,9\nq,2026-10-25T02:30,1,9\nq,2026-10-25T02:00,1,9\n"
    assert problems(taken(MemoryForecasts(), twice, "Europe/Berlin")) == [(4, "start")]


@given(
    st.sampled_from(
        [
            ("Europe/Berlin", "2026-10-25"),
            ("Europe/Berlin", "2026-03-29"),
            ("America/Sao_Paulo", "2015-10-18"),
            ("America/Sao_Paulo", "2015-02-21"),
            ("Asia/Shanghai", "2026-11-21"),
        ]
    ),
    st.sampled_from([15, 30, 60]),
)
def test_every_interval_of_a_day_can_be_imported_by_its_instant(where: tuple[str, str], minutes: int) -> None:
    zone = load_zone(where[0])
    day = SATURDAY.fromisoformat(where[1])
    start_ms = date_start_ms(day, zone)
    end_ms = date_start_ms(day.fromordinal(day.toordinal() + 1), zone)
    marks = borders(start_ms, end_ms, minutes, zone)[:-1]
    store = MemoryForecasts()
    plan = taken(store, "".join(f"q,{iso(mark, zone)},1,9\n" for mark in marks), where[0])
    assert problems(plan) == []
    found = store.points(0, 2**62)
    assert [each.start_ms for each in found] == marks
    assert {each.minutes for each in found} == {minutes}
    assert sum(each.length_ms for each in found) == end_ms - start_ms


# -- open hours ------------------------------------------------------------------------------------------------------


def hours(store: MemoryForecasts, file: Path, content: str, skip_bad: bool = False) -> ImportPlan[Any]:
    file.write_text(content, "utf-8")
    table = read_calendar_table(str(file), SHANGHAI)
    order = ImportOrder("wang", 7, skip_bad=skip_bad)
    return run_import(CalendarImport(store, "wang", 7), table, store, order)


def test_open_hours_come_from_a_table(tmp_path: Path) -> None:
    store = MemoryForecasts()
    rows = (
        "queue,day,hours,public_holidays\n"
        "support,workdays,09:00-12:00;13:30-18:00,CN\n"
        "support,2026-12-31,closed,\n"
        "support,make_up,monday,\n"
        "night,daily,22:00-06:00,\n"
    )
    plan = hours(store, tmp_path / "hours.csv", rows.replace("make_up,monday", "make_up,09:00-12:00"))
    assert plan.applied
    assert plan.count("added") == 2
    support = store.hours["support"]
    assert (support.zone, support.public_holidays, support.version) == ("Asia/Shanghai", "CN", 1)
    assert [len(support.hours_of_week(day)) for day in range(7)] == [2, 2, 2, 2, 2, 0, 0]
    assert [len(store.hours["night"].hours_of_week(day)) for day in range(7)] == [1] * 7
    assert hours(store, tmp_path / "hours.csv", rows.replace("make_up,monday", "make_up,09:00-12:00")).differing == ()
    changed = hours(store, tmp_path / "hours.csv", "queue,day,hours\nnight,daily,21:00-06:00\n")
    assert [change.action for change in changed.differing] == ["changed"]
    assert store.hours["night"].version == 2
    assert store.hours["support"] == support


def test_open_hours_come_from_toml_with_the_line_of_what_is_wrong(tmp_path: Path) -> None:
    store = MemoryForecasts()
    toml = '[calendars."a"]\nzone = "UTC"\nweekly.monday = ["09:00-18:00"]\n\n[calendars."b"]\nzone = "Nowhere"\n'
    plan = hours(store, tmp_path / "hours.toml", toml, skip_bad=True)
    assert [(bad.line, "Nowhere" in bad.reason) for bad in plan.bad_rows] == [(5, True)]
    assert list(store.hours) == ["a"]
    with pytest.raises(DataProblem, match="not TOML"):
        hours(store, tmp_path / "hours.toml", "[")
    with pytest.raises(DataProblem, match="table of its own"):
        hours(store, tmp_path / "hours.toml", 'zone = "UTC"')


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("q,caturday,09:00-10:00,", "day"),
        ("q,monday,8-9,", "hours"),
        ("q,monday,,", "hours"),
        ("q,workdays,09:00-10:00,", "day"),
        (",monday,closed,", "queue"),
        ("q,saturday,closed,UTC", "zone"),
    ],
)
def test_a_bad_row_of_open_hours_is_named(row: str, column: str, tmp_path: Path) -> None:
    rows = f"queue,day,hours,zone\nq,tuesday,09:00-10:00,Asia/Tokyo\n{row}\n"
    assert problems(hours(MemoryForecasts(), tmp_path / "hours.csv", rows)) == [(3, column)]
