"""Due times with pauses: against a second opinion that looks at every second, by law, and by example."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from itertools import pairwise
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.calendars import HORIZON_MS, NEVER, Calendar, NegativeDuration
from app.core.errors import DataProblem, UsageProblem
from app.core.zones import load_zone
from app.tickets.sla import (
    Pause,
    due_ms,
    explain_limit,
    explain_use,
    explanation_row,
    parse_limit,
    parse_local_instant,
    parse_pause,
    used_ms,
)
from app.tickets.sla_calendar import read_sla_calendar
from tests.core.calendar_ground import (
    CHANGES,
    DAY_MS,
    DAYS,
    HOUR_MS,
    MINUTE_MS,
    Around,
    Written,
    calendar,
    day_spans,
    every_day,
    ms,
    on_workdays,
    span_texts,
    written,
)

WINDOW_SECONDS: Final = 5 * 3600

Case = tuple[Written, int, int]


@st.composite
def paused(draw: st.DrawFn, reach_seconds: int) -> list[tuple[int, int]]:
    """Pauses in seconds after some start: they overlap, touch, lie within each other, or are empty."""
    begin = st.integers(-600, reach_seconds)
    length = st.one_of(st.just(0), st.integers(1, 90), st.integers(1, reach_seconds // 2))
    return [(start, start + draw(length)) for start in draw(st.lists(begin, max_size=5))]


def open_seconds(case: Written, start: int, pauses: Sequence[tuple[int, int]]) -> list[bool]:
    """Whether each second of the window counts: straight from the definition, one second at a time."""
    zone = load_zone(case.zone)
    counted: list[bool] = []
    for second in range(start, start + WINDOW_SECONDS):
        local = datetime.fromtimestamp(second, timezone.utc).astimezone(zone)
        of_day = local.hour * 3600 + local.minute * 60 + local.second
        today, yesterday = local.date(), local.date() - timedelta(days=1)
        is_open = any(first * 60 <= of_day < last * 60 for first, last in case.spans_on(today)) or any(
            first * 60 <= of_day + 86_400 < last * 60 for first, last in case.spans_on(yesterday)
        )
        counted.append(is_open and not any(first <= second - start < last for first, last in pauses))
    return counted


@settings(max_examples=40, deadline=None)
@given(written(), st.integers(-WINDOW_SECONDS, 3600), paused(WINDOW_SECONDS))
def test_every_second_is_as_the_second_opinion_says(
    case: Case, before_seconds: int, pauses: list[tuple[int, int]]
) -> None:
    definition, first_minute, last_minute = case
    start = (first_minute + last_minute) // 2 * 60 + before_seconds
    counted = open_seconds(definition, start, pauses)
    subject, start_ms = definition.build(), start * 1000
    stretches = [Pause(start_ms + first * 1000, start_ms + last * 1000) for first, last in pauses]
    used = 0
    for second, counts in enumerate(counted):
        if counts:
            used += 1
        if counts or second % 977 == 0:
            at_ms = start_ms + (second + 1) * 1000
            # Each test of a second costs; the borders and every hundredth one are enough.
            if used % 101 == 1 or second % 977 == 0:
                assert used_ms(subject, start_ms, at_ms, stretches) == used * 1000
            if counts and used % 101 == 1:
                assert due_ms(subject, start_ms, used * 1000, stretches) == at_ms
    told = explain_use(subject, start_ms, start_ms + WINDOW_SECONDS * 1000, stretches)
    assert told.open_ms == used * 1000
    seconds = [False] * WINDOW_SECONDS
    for segment in told.segments:
        for second in range((segment.start_ms - start_ms) // 1000, (segment.end_ms - start_ms) // 1000):
            seconds[second] = True
    assert seconds == counted


@st.composite
def clocks(draw: st.DrawFn) -> tuple[Calendar, int, list[Pause]]:
    """A calendar near a change of its clocks, an origin, and pauses within sixty days of it."""
    case, first, last = draw(written())
    start_ms = first * MINUTE_MS + draw(st.integers(0, (last - first) * MINUTE_MS))
    stretches = []
    for begin_ms in draw(st.lists(st.integers(-DAY_MS, 60 * DAY_MS), max_size=6)):
        length_ms = draw(st.one_of(st.integers(0, 3 * HOUR_MS), st.integers(0, 20 * DAY_MS)))
        stretches.append(Pause(start_ms + begin_ms, start_ms + begin_ms + length_ms))
    return case.build(), start_ms, stretches


@given(clocks(), st.integers(1, 200 * HOUR_MS))
def test_the_time_used_until_it_is_due_is_the_limit(case: tuple[Calendar, int, list[Pause]], limit_ms: int) -> None:
    subject, start_ms, pauses = case
    due = due_ms(subject, start_ms, limit_ms, pauses)
    if due is NEVER:
        assert used_ms(subject, start_ms, start_ms + 800 * DAY_MS, pauses) < limit_ms
        return
    assert used_ms(subject, start_ms, due, pauses) == limit_ms
    assert used_ms(subject, start_ms, due - 1, pauses) == limit_ms - 1
    found = explain_limit(subject, start_ms, limit_ms, pauses)
    assert (found.due_ms, found.open_ms, found.never) == (due, limit_ms, False)
    assert found.segments[-1].end_ms == due


@given(clocks(), st.integers(1, 200 * HOUR_MS))
def test_a_pause_costs_only_open_time(case: tuple[Calendar, int, list[Pause]], limit_ms: int) -> None:
    subject, start_ms, pauses = case
    without = due_ms(subject, start_ms, limit_ms)
    due = due_ms(subject, start_ms, limit_ms, pauses)
    if due is NEVER or without is NEVER:
        return
    borders = sorted({start_ms, due} | {at_ms for pause in pauses for at_ms in pause if start_ms < at_ms < due})
    cost_ms = sum(
        subject.open_ms(first_ms, last_ms)
        for first_ms, last_ms in pairwise(borders)
        if any(pause.from_ms <= first_ms < pause.to_ms for pause in pauses)
    )
    assert subject.open_ms(start_ms, due) == limit_ms + cost_ms
    assert due >= without
    # In any order, and each of them twice: a union.
    assert due_ms(subject, start_ms, limit_ms, [*reversed(pauses), *pauses]) == due


@given(clocks())
def test_nothing_to_pass_is_the_next_instant_that_counts(case: tuple[Calendar, int, list[Pause]]) -> None:
    subject, start_ms, pauses = case
    found = due_ms(subject, start_ms, 0, pauses)
    if found is NEVER:
        assert used_ms(subject, start_ms, start_ms + 800 * DAY_MS, pauses) == 0
        return
    assert used_ms(subject, start_ms, found, pauses) == 0
    assert used_ms(subject, start_ms, found + 1, pauses) == 1


def test_ten_pauses_of_forty_seconds_inside_an_hour_cost_four_hundred() -> None:
    wall = calendar("UTC", weekly=every_day("00:00-24:00"))
    start_ms = ms("2026-11-23T09:00+00:00")
    pauses = [Pause(start_ms + n * 300_000, start_ms + n * 300_000 + 40_000) for n in range(10)]
    assert used_ms(wall, start_ms, start_ms + HOUR_MS, pauses) == HOUR_MS - 400_000
    assert due_ms(wall, start_ms, HOUR_MS, pauses) == start_ms + HOUR_MS + 400_000


def test_a_pause_over_night_costs_what_was_open() -> None:
    office = calendar(weekly=on_workdays("09:00-18:00"))
    start_ms = ms("2026-11-23T17:00+08:00")
    pause = parse_pause("2026-11-23T17:30..2026-11-24T09:30", office.zone, "--pause")
    assert due_ms(office, start_ms, 2 * HOUR_MS, [pause]) == ms("2026-11-24T11:00+08:00")


def test_a_limit_that_ends_where_a_pause_begins_is_due_there() -> None:
    wall = calendar("UTC", weekly=every_day("00:00-24:00"))
    pause = Pause(HOUR_MS, 2 * HOUR_MS)
    assert due_ms(wall, 0, HOUR_MS, [pause]) == HOUR_MS
    assert due_ms(wall, 0, HOUR_MS + 1, [pause]) == 2 * HOUR_MS + 1


def test_a_pause_that_has_not_ended_leaves_it_never_due() -> None:
    wall = calendar("UTC", weekly=every_day("00:00-24:00"))
    pause = parse_pause("2026-11-23T10:00..", wall.zone, "--pause")
    start_ms = ms("2026-11-23T09:00+00:00")
    assert pause.to_ms == HORIZON_MS
    found = explain_limit(wall, start_ms, 2 * HOUR_MS, [pause])
    assert (found.due_ms, found.never, found.open_ms) == (None, True, HOUR_MS)


def test_a_calendar_that_never_opens_says_so_and_gives_no_stretch() -> None:
    found = explain_limit(calendar("UTC"), 0, HOUR_MS)
    assert explanation_row(found, load_zone("UTC")) == {"due": None, "open_seconds": 0, "never": True, "segments": []}


def test_a_negative_limit_is_refused() -> None:
    with pytest.raises(NegativeDuration):
        due_ms(calendar("UTC", weekly=every_day("00:00-24:00")), 0, -1, [Pause(5, 6)])


class TestWhatAPersonWrites:
    @pytest.mark.parametrize(
        ("text", "seconds"),
        [("4h", 14_400), ("90m", 5_400), ("1d", 86_400), ("1h30m", 5_400), ("0", 0), ("45", 45), (" 2d 3h ", 183_600)],
    )
    def test_a_limit(self, text: str, seconds: int) -> None:
        assert parse_limit(text, "--limit") == seconds

    @pytest.mark.parametrize("text", ["", "h", "4 hours", "-4h", "−4h", "1.5h", "4h2d", "99999d", "٤h", "1" * 400])
    def test_what_is_no_limit_is_refused(self, text: str) -> None:
        with pytest.raises(UsageProblem, match="--limit"):
            parse_limit(text, "--limit")

    @pytest.mark.parametrize(
        ("text", "zone", "expected"),
        [
            ("2026-11-21", "Asia/Shanghai", "2026-11-21T00:00+08:00"),
            ("2026-11-21T08:00", "Asia/Shanghai", "2026-11-21T08:00+08:00"),
            ("2026-11-21 08:00:30", "Asia/Shanghai", "2026-11-21T08:00:30+08:00"),
            ("2026-11-21T08:00Z", "Asia/Shanghai", "2026-11-21T08:00+00:00"),
            ("1991-04-14T04:00", "Asia/Shanghai", "1991-04-14T04:00+09:00"),
            # Midnight of that day does not exist: it begins at one.
            ("2015-10-18", "America/Sao_Paulo", "2015-10-18T01:00-02:00"),
            # Which of the two is meant is said by the offset.
            ("2026-10-25T02:30+01:00", "Europe/Berlin", "2026-10-25T02:30+01:00"),
        ],
    )
    def test_an_instant(self, text: str, zone: str, expected: str) -> None:
        assert parse_local_instant(text, load_zone(zone), "--start") == ms(expected)

    @pytest.mark.parametrize(
        "text", ["", "soon", "2026-13-01", "2026-11-21T25:00", "1969-12-31T00:00", "2200-01-01", "٢026-11-21"]
    )
    def test_what_is_no_instant_is_refused(self, text: str) -> None:
        with pytest.raises(UsageProblem, match="--start"):
            parse_local_instant(text, load_zone("UTC"), "--start")

    @pytest.mark.parametrize(
        ("text", "zone", "words", "choices"),
        [
            ("2026-10-25T02:30", "Europe/Berlin", "comes twice", ("02:30:00+02:00", "02:30:00+01:00")),
            ("2026-03-29T02:30", "Europe/Berlin", "does not exist", ("01:30:00+01:00", "03:30:00+02:00")),
            ("2026-04-05T01:45", "Australia/Lord_Howe", "comes twice", ("01:45:00+11:00", "01:45:00+10:30")),
        ],
    )
    def test_a_time_the_clocks_do_not_show_once_is_refused(
        self, text: str, zone: str, words: str, choices: tuple[str, str]
    ) -> None:
        with pytest.raises(UsageProblem, match=words) as caught:
            parse_local_instant(text, load_zone(zone), "--start")
        assert all(choice in str(caught.value) for choice in choices)

    @pytest.mark.parametrize("text", ["", "..", "2026-11-21", "..2026-11-21", "2026-11-22..2026-11-21", "a..b"])
    def test_what_is_no_pause_is_refused(self, text: str) -> None:
        with pytest.raises(UsageProblem, match="--pause"):
            parse_pause(text, load_zone("UTC"), "--pause")


def read(text: str) -> Calendar:
    return Calendar(read_sla_calendar(text, "hours.toml"))


class TestTheCalendarFile:
    def test_days_dates_and_breaks(self) -> None:
        subject = read(
            """
            zone = "Asia/Shanghai"
            breaks = ["12:00-13:00"]
            weekly = { mon = ["09:00-18:00"], Tuesday = ["22:00-06:00"], wed = "closed", SUN = ["00:00-24:00"] }
            [[dates]]
            date = 2026-11-30
            [[dates]]
            date = "2026-12-05"
            spans = ["10:00-14:00"]
            """
        )
        spans = subject.open_spans(ms("2026-11-23T00:00+08:00"), ms("2026-11-30T00:00+08:00"))
        assert spans == [
            (ms("2026-11-23T09:00+08:00"), ms("2026-11-23T12:00+08:00")),
            (ms("2026-11-23T13:00+08:00"), ms("2026-11-23T18:00+08:00")),
            (ms("2026-11-24T22:00+08:00"), ms("2026-11-25T06:00+08:00")),
            (ms("2026-11-29T00:00+08:00"), ms("2026-11-29T12:00+08:00")),
            (ms("2026-11-29T13:00+08:00"), ms("2026-11-30T00:00+08:00")),
        ]
        assert subject.open_ms(ms("2026-11-30T00:00+08:00"), ms("2026-12-01T00:00+08:00")) == 0
        assert subject.open_ms(ms("2026-12-05T00:00+08:00"), ms("2026-12-06T00:00+08:00")) == 3 * HOUR_MS

    def test_a_break_is_taken_out_of_the_night_that_began_the_day_before(self) -> None:
        subject = read('zone = "UTC"\nbreaks.tue = ["02:00-03:00"]\nweekly.mon = ["22:00-06:00"]\n')
        start_ms = ms("2026-11-23T22:00+00:00")
        assert subject.open_ms(start_ms, start_ms + 8 * HOUR_MS) == 7 * HOUR_MS
        assert not subject.is_open(ms("2026-11-24T02:30+00:00"))

    def test_a_break_over_midnight_belongs_to_the_day_it_starts_on(self) -> None:
        subject = read('zone = "UTC"\nbreaks.mon = ["23:30-00:30"]\nweekly.mon = ["22:00-06:00"]\n')
        assert not subject.is_open(ms("2026-11-24T00:15+00:00"))
        assert subject.open_ms(ms("2026-11-23T00:00+00:00"), ms("2026-11-25T00:00+00:00")) == 7 * HOUR_MS

    @pytest.mark.parametrize(
        ("text", "line", "words"),
        [
            ("weekly = {}", 1, "zone"),
            ('zone = "Asia/Shangai"', 1, "Shangai"),
            ('zone = "UTC"\nweekly.funday = []', 2, "funday"),
            ('zone = "UTC"\n[weekly]\nmon = []\nmonday = []', 4, "twice"),
            ('zone = "UTC"\n[weekly]\nmon = [\n"09:00-12:00",\n"11:00-25:00"]', 5, "25:00"),
            ('zone = "UTC"\n[weekly]\nmon = ["09:00-12:00", "11:00-13:00"]', 3, "overlap"),
            ('zone = "UTC"\n[[dates]]\ndate = 2026-01-01\n[[dates]]\ndate = "2026-1-1"', 5, "date"),
            ('zone = "UTC"\n[[dates]]\ndate = 2026-01-01T08:00:00\n', 3, "date"),
            ('zone = "UTC"\n[[dates]]\ndate = 2026-01-01\nspan = []', 4, "span"),
            ('zone = "UTC"\nbreak = []', 2, "break"),
            ('zone = "UTC"\ndates = 3', 2, "dates"),
            ("zone = 8", 1, "zone"),
        ],
    )
    def test_what_is_wrong_is_told_with_its_line(self, text: str, line: int, words: str) -> None:
        with pytest.raises(DataProblem, match=words) as caught:
            read_sla_calendar(text, "hours.toml")
        assert str(caught.value).startswith(f"hours.toml, line {line}:")

    @pytest.mark.parametrize("text", ["zone = ", "[" * 9_000, "x = [\n1,\n", "\x00"])
    def test_what_is_no_toml_is_told_in_one_line(self, text: str) -> None:
        with pytest.raises(DataProblem, match=r"hours\.toml"):
            read_sla_calendar(text, "hours.toml")

    @given(
        st.lists(day_spans(), min_size=7, max_size=7),
        day_spans(),
        st.sampled_from(CHANGES),
        st.integers(-2 * 1440, 2 * 1440),
    )
    def test_breaks_are_closed_wall_time(
        self, days: list[list[tuple[int, int]]], breaks: list[tuple[int, int]], around: Around, minute: int
    ) -> None:
        zone, change = around.zone, around.change

        whole = "\n".join(f"{day} = {span_texts(spans)}" for day, spans in zip(DAYS, days, strict=True))
        plain = read(f'zone = "{zone}"\n[weekly]\n{whole}'.replace("'", '"'))
        closed = read(f'zone = "{zone}"\nbreaks = {span_texts(breaks)}\n[weekly]\n{whole}'.replace("'", '"'))
        at_ms = ms(change) + minute * MINUTE_MS
        local = datetime.fromtimestamp(at_ms // 1000, timezone.utc).astimezone(load_zone(zone))
        of_day = local.hour * 60 + local.minute
        pausing = any(first <= of_day + shift < last for first, last in breaks for shift in (0, 1440))
        assert closed.is_open(at_ms) == (plain.is_open(at_ms) and not pausing)
