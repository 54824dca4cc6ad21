"""Days, borders and instants, where clocks are put forward and back."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.errors import UsageProblem
from app.core.zones import EVERY, at, borders, date_start_ms, day_start_ms, instant_ms, iso, load_zone, parse_instant

SHANGHAI = load_zone("Asia/Shanghai")
BERLIN = load_zone("Europe/Berlin")
ZONES = [
    "Asia/Shanghai",
    "Europe/Berlin",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "America/Sao_Paulo",
    "America/Havana",
    "Pacific/Apia",
    "UTC",
]


def starts(day: str, until: str, every: str, zone_name: str) -> list[str]:
    zone = load_zone(zone_name)
    marks = borders(parse_instant(day, zone, "--from"), parse_instant(until, zone, "--to"), EVERY[every], zone)
    return [iso(mark, zone) for mark in marks]


def test_a_day_in_shanghai_has_48_half_hours() -> None:
    found = starts("2026-11-21", "2026-11-22", "30m", "Asia/Shanghai")
    assert len(found) == 49
    assert found[:2] == ["2026-11-21T00:00:00+08:00", "2026-11-21T00:30:00+08:00"]


def test_a_repeated_hour_is_two_rows() -> None:
    found = starts("2026-10-25", "2026-10-26", "60m", "Europe/Berlin")
    assert len(found) == 26
    assert found[2:4] == ["2026-10-25T02:00:00+02:00", "2026-10-25T02:00:00+01:00"]


def test_a_skipped_hour_is_no_row() -> None:
    found = starts("2026-03-29", "2026-03-30", "60m", "Europe/Berlin")
    assert len(found) == 24
    assert found[1:3] == ["2026-03-29T01:00:00+01:00", "2026-03-29T03:00:00+02:00"]


def test_a_change_of_half_an_hour_begins_a_row() -> None:
    # Lord Howe puts its clocks back from 02:00 to 01:30.
    found = starts("2026-04-05", "2026-04-06", "60m", "Australia/Lord_Howe")
    assert found[1:5] == [
        "2026-04-05T01:00:00+11:00",
        "2026-04-05T01:30:00+10:30",
        "2026-04-05T02:00:00+10:30",
        "2026-04-05T03:00:00+10:30",
    ]


def test_half_hours_keep_to_the_clock_where_the_range_does_not() -> None:
    found = starts("2026-11-21T08:10", "2026-11-21T09:20", "30m", "Asia/Shanghai")
    assert [text[11:16] for text in found] == ["08:10", "08:30", "09:00", "09:20"]


def test_days_are_local_days() -> None:
    found = starts("2026-10-24", "2026-10-27", "day", "Europe/Berlin")
    assert [text[:10] for text in found] == ["2026-10-24", "2026-10-25", "2026-10-26", "2026-10-27"]


def test_one_row_for_all() -> None:
    assert len(starts("2026-01-01", "2027-01-01", "all", "Asia/Shanghai")) == 2


def test_a_day_whose_midnight_is_skipped_begins_where_the_gap_ends() -> None:
    zone = load_zone("America/Sao_Paulo")
    start_ms = date_start_ms(datetime(2018, 11, 4, tzinfo=timezone.utc).date(), zone)
    assert iso(start_ms, zone) == "2018-11-04T01:00:00-02:00"


def test_a_day_that_never_was_is_empty() -> None:
    # Apia went from the 29th to the 31st.
    assert [text[:10] for text in starts("2011-12-29", "2012-01-01", "day", "Pacific/Apia")] == [
        "2011-12-29",
        "2011-12-31",
        "2012-01-01",
    ]


@given(
    zone_name=st.sampled_from(ZONES),
    hours=st.integers(0, 24 * 366),
    length=st.integers(1, 4 * 86_400_000),
    every=st.sampled_from(["15m", "30m", "60m", "day", "all"]),
)
def test_intervals_adjoin_fill_the_range_and_begin_where_the_clock_divides_the_day(
    zone_name: str, hours: int, length: int, every: str
) -> None:
    zone = load_zone(zone_name)
    start_ms = instant_ms(datetime(2026, 1, 1, tzinfo=timezone.utc) + timedelta(hours=hours)) + length % 86_400_000
    marks = borders(start_ms, start_ms + length, EVERY[every], zone)
    assert marks == sorted(set(marks))
    assert (marks[0], marks[-1]) == (start_ms, start_ms + length)
    minutes = EVERY[every]
    if minutes is not None:
        for mark in marks[1:-1]:
            local = at(mark, zone)
            changed = local.utcoffset() != at(mark - 1, zone).utcoffset()
            assert (local.hour * 60 + local.minute) % minutes == 0 or changed
            assert (local.second, local.microsecond) == (0, 0)
        assert all(later - earlier <= (minutes + 120) * 60_000 for earlier, later in pairwise(marks))


@given(zone_name=st.sampled_from(ZONES), minutes=st.integers(0, 40 * 366 * 1440))
def test_the_day_of_an_instant_begins_at_or_before_it(zone_name: str, minutes: int) -> None:
    zone = load_zone(zone_name)
    now_ms = instant_ms(datetime(2000, 1, 1, tzinfo=timezone.utc) + timedelta(minutes=minutes))
    start_ms = day_start_ms(now_ms, zone)
    assert start_ms <= now_ms
    assert at(start_ms, zone).date() == at(now_ms, zone).date()
    assert at(start_ms - 1, zone).date() < at(start_ms, zone).date()


@given(st.integers(946_684_800_000, 4_102_444_799_999), st.sampled_from(ZONES))
def test_an_instant_as_text_is_the_same_instant_again(instant: int, zone_name: str) -> None:
    zone = load_zone(zone_name)
    assert parse_instant(iso(instant, zone), timezone.utc, "--from") == instant


def test_local_times_are_local_and_others_say_their_offset() -> None:
    expected = parse_instant("2026-11-21T08:00:00+08:00", timezone.utc, "--from")
    assert parse_instant("2026-11-21T08:00", SHANGHAI, "--from") == expected
    assert parse_instant("2026-11-21T00:00:00Z", SHANGHAI, "--from") == expected
    assert parse_instant("2026-11-21", SHANGHAI, "--from") == expected - 8 * 3_600_000


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday",
        "2026-02-30",
        "2026-13-01",
        "2026-11-21T25:00",
        "21.11.2026",
        "1795289282",
        "0001-01-01",
        "0001-01-01T00:00",
        "9999-12-31",
        "9999-12-31T23:59:59-12:00",
        "1970-01-01",
        "2101-01-01",
    ],
)
def test_what_is_no_instant_of_a_floor_is_said_in_one_line(text: str) -> None:
    with pytest.raises(UsageProblem) as refused:
        parse_instant(text, SHANGHAI, "--from")
    assert "--from" in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    "name", ["", "Asia", "Asia/Nowhere", "../etc/passwd", "/etc/passwd", "Asia/../UTC", "zone.tab", "__init__"]
)
def test_what_is_no_zone_is_said_in_one_line(name: str) -> None:
    with pytest.raises(UsageProblem) as refused:
        load_zone(name)
    assert "\n" not in str(refused.value)


def test_berlin_is_not_shanghai() -> None:
    assert load_zone("Europe/Berlin") is BERLIN
    assert day_start_ms(1_795_289_282_000, BERLIN) != day_start_ms(1_795_289_282_000, SHANGHAI)
