"""Calendars by example: each rule of open time where it holds, where it does not, and at its border."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from app.core.calendars import (
    HORIZON_MS,
    NEVER,
    Calendar,
    HoursRule,
    NegativeDuration,
    OpenSpan,
    Span,
    parse_calendars,
    parse_span,
    read_calendar,
)
from app.core.errors import DataProblem, UsageProblem
from app.core.holidays import AnnouncedHolidays, DayKind, DayName, SpecialDay
from tests.core.calendar_ground import DAY_MS, HOUR_MS, MINUTE_MS, calendar, every_day, ms, on_workdays

DESK: dict[str, Any] = {"weekly": on_workdays("09:00-12:00", "13:30-18:00")}


class TestSpans:
    @pytest.mark.parametrize(
        ("text", "start", "end", "shown"),
        [
            ("09:00-18:00", 540, 1080, "09:00-18:00"),
            ("9:05 – 18:00", 545, 1080, "09:05-18:00"),
            ("00:00-24:00", 0, 1440, "00:00-24:00"),
            ("22:00-06:00", 1320, 1800, "22:00-06:00"),
            ("22:00-00:00", 1320, 1440, "22:00-24:00"),
            ("00:01-00:00", 1, 1440, "00:01-24:00"),
        ],
    )
    def test_are_read_as_people_write_them(self, text: str, start: int, end: int, shown: str) -> None:
        span = parse_span(text)
        assert span == Span(start, end)
        assert str(span) == shown

    @pytest.mark.parametrize(
        "text", ["", "09:00", "09:00-25:00", "24:00-06:00", "09:60-10:00", "08:00-24:01", "9-18", "09:00-09:00"]
    )
    def test_that_are_none_are_refused(self, text: str) -> None:
        with pytest.raises(ValueError, match="“"):
            parse_span(text)


class TestHours:
    def test_open_is_from_the_first_instant_to_before_the_last(self) -> None:
        desk = calendar(**DESK)
        opens_ms = ms("2026-11-23T09:00+08:00")
        assert not desk.is_open(opens_ms - 1)
        assert desk.is_open(opens_ms)
        assert desk.is_open(ms("2026-11-23T12:00+08:00") - 1)
        assert not desk.is_open(ms("2026-11-23T12:00+08:00"))

    def test_a_day_may_end_at_24_and_go_on_at_00_without_a_seam(self) -> None:
        desk = calendar(weekly={"monday": ["20:00-24:00"], "tuesday": ["00:00-02:00"]})
        start_ms, end_ms = ms("2026-11-23T20:00+08:00"), ms("2026-11-24T02:00+08:00")
        assert desk.next_close(start_ms) == end_ms
        assert desk.open_spans(start_ms - DAY_MS, end_ms + DAY_MS) == [OpenSpan(start_ms, end_ms)]

    def test_spans_of_one_day_may_touch(self) -> None:
        desk = calendar(weekly={"monday": ["09:00-12:00", "12:00-13:00"]})
        assert desk.next_close(ms("2026-11-23T09:00+08:00")) == ms("2026-11-23T13:00+08:00")

    def test_closing_at_the_end_of_a_week_is_not_lost(self) -> None:
        desk = calendar("UTC", weekly={"sunday": ["20:00-24:00"], "monday": ["09:00-10:00"]})
        assert desk.next_close(ms("2026-11-22T20:00+00:00")) == ms("2026-11-23T00:00+00:00")

    def test_spans_of_two_days_that_overlap_count_once(self) -> None:
        desk = calendar(weekly={"monday": ["22:00-06:00"], "tuesday": ["05:00-09:00"]})
        start_ms = ms("2026-11-23T22:00+08:00")
        assert desk.open_ms(start_ms, start_ms + DAY_MS) == 11 * HOUR_MS

    def test_the_example_of_the_documentation(self) -> None:
        desk = calendar(**DESK)
        # Friday 17:00 and four hours: one today, three on Monday, to the minute of lunch.
        assert desk.add_open(ms("2026-11-20T17:00+08:00"), 4 * HOUR_MS) == ms("2026-11-23T12:00+08:00")

    def test_a_range_that_ends_before_it_begins_holds_nothing(self) -> None:
        desk = calendar(**DESK)
        at_ms = ms("2026-11-23T10:00+08:00")
        assert desk.open_ms(at_ms, at_ms) == desk.open_ms(at_ms, at_ms - DAY_MS) == 0
        assert desk.open_spans(at_ms, at_ms) == desk.open_spans(at_ms, at_ms - DAY_MS) == []


class TestAdding:
    def test_an_exact_fill_ends_at_closing_time(self) -> None:
        desk = calendar(**DESK)
        start_ms = ms("2026-11-23T09:00+08:00")
        assert desk.add_open(start_ms, 3 * HOUR_MS) == ms("2026-11-23T12:00+08:00")
        assert desk.add_open(start_ms, 3 * HOUR_MS + 1) == ms("2026-11-23T13:30+08:00") + 1

    def test_nothing_added_gives_the_next_open_instant(self) -> None:
        desk = calendar(**DESK)
        assert desk.add_open(ms("2026-11-23T10:00+08:00"), 0) == ms("2026-11-23T10:00+08:00")
        assert desk.add_open(ms("2026-11-23T12:00+08:00"), 0) == ms("2026-11-23T13:30+08:00")
        assert desk.add_open(ms("2026-11-21T10:00+08:00"), 0) == ms("2026-11-23T09:00+08:00")

    def test_backwards_is_refused(self) -> None:
        with pytest.raises(NegativeDuration) as caught:
            calendar(**DESK).add_open(ms("2026-11-23T10:00+08:00"), -1)
        assert isinstance(caught.value, UsageProblem)


class TestClockChanges:
    def test_a_span_wholly_in_the_gap_does_not_exist(self) -> None:
        desk = calendar("Europe/Berlin", weekly={"sunday": ["02:00-03:00"]})
        assert desk.open_ms(ms("2026-03-28T12:00+01:00"), ms("2026-03-30T12:00+02:00")) == 0
        assert desk.next_open(ms("2026-03-28T12:00+01:00")) == ms("2026-04-05T02:00+02:00")

    @pytest.mark.parametrize(
        ("span", "hours"), [("01:00-02:30", 1.0), ("02:30-04:00", 1.0), ("01:00-04:00", 2.0), ("00:00-24:00", 23.0)]
    )
    def test_a_span_partly_in_the_gap_is_what_remains(self, span: str, hours: float) -> None:
        desk = calendar("Europe/Berlin", weekly={"sunday": [span]})
        assert desk.open_ms(ms("2026-03-28T12:00+01:00"), ms("2026-03-30T12:00+02:00")) == hours * HOUR_MS

    def test_a_repeated_hour_counts_twice_and_closes_between(self) -> None:
        desk = calendar("Europe/Berlin", weekly={"sunday": ["02:00-02:30"]})
        first_ms, second_ms = ms("2026-10-25T02:00+02:00"), ms("2026-10-25T02:00+01:00")
        assert desk.open_spans(first_ms - DAY_MS, second_ms + DAY_MS) == [
            OpenSpan(first_ms, first_ms + 30 * MINUTE_MS),
            OpenSpan(second_ms, second_ms + 30 * MINUTE_MS),
        ]

    def test_the_midnight_that_sao_paulo_skipped(self) -> None:
        desk = calendar("America/Sao_Paulo", weekly={"sunday": ["00:00-02:00"]})
        assert desk.open_spans(ms("2015-10-17T12:00-03:00"), ms("2015-10-18T12:00-02:00")) == [
            OpenSpan(ms("2015-10-18T01:00-02:00"), ms("2015-10-18T02:00-02:00"))
        ]

    def test_shanghai_of_1991_and_the_half_hour_of_lord_howe(self) -> None:
        shanghai = calendar("Asia/Shanghai", weekly=every_day("00:00-06:00"))
        assert shanghai.open_ms(ms("1991-04-13T12:00+08:00"), ms("1991-04-14T12:00+09:00")) == 5 * HOUR_MS
        assert shanghai.open_ms(ms("1991-09-14T12:00+09:00"), ms("1991-09-15T12:00+08:00")) == 7 * HOUR_MS
        howe = calendar("Australia/Lord_Howe", weekly=every_day("00:00-06:00"))
        assert howe.open_ms(ms("2026-10-03T12:00+10:30"), ms("2026-10-04T12:00+11:00")) == 5.5 * HOUR_MS
        assert howe.open_ms(ms("2026-04-04T12:00+11:00"), ms("2026-04-05T12:00+10:30")) == 6.5 * HOUR_MS


class TestOverrides:
    def test_a_closed_day_closes_the_spans_that_start_on_it_and_no_others(self) -> None:
        desk = calendar(weekly=every_day("22:00-06:00"), overrides={"2026-11-24": "closed"})
        # The night of Monday goes on until Tuesday's morning; that of Tuesday does not take place.
        assert desk.open_spans(ms("2026-11-23T12:00+08:00"), ms("2026-11-25T23:00+08:00")) == [
            OpenSpan(ms("2026-11-23T22:00+08:00"), ms("2026-11-24T06:00+08:00")),
            OpenSpan(ms("2026-11-25T22:00+08:00"), ms("2026-11-25T23:00+08:00")),
        ]

    def test_other_spans_and_the_hours_of_another_day(self) -> None:
        desk = calendar(
            **DESK, holiday=["10:00-11:00"],
            overrides={"2026-11-21": "monday", "2026-11-22": ["23:00-01:00"], "2026-11-23": "holiday"},
        )  # fmt: skip
        assert desk.hours(date(2026, 11, 21)).spans == (Span(540, 720), Span(810, 1080))
        assert desk.hours(date(2026, 11, 22)).spans == (Span(1380, 1500),)
        assert desk.hours(date(2026, 11, 23)).spans == (Span(600, 660),)
        assert desk.hours(date(2026, 11, 24)).rule is HoursRule.WEEKLY
        assert (
            desk.open_ms(ms("2026-11-21T00:00+08:00"), ms("2026-11-24T00:00+08:00")) == (7 * 60 + 30 + 180) * MINUTE_MS
        )


class TestPublicHolidays:
    desk = calendar(**DESK, public_holidays="CN")

    @pytest.mark.parametrize(
        ("day", "rule", "hours"),
        [
            (date(2026, 2, 13), HoursRule.WEEKLY, 7.5),
            (date(2026, 2, 14), HoursRule.MAKE_UP, 7.5),
            (date(2026, 2, 16), HoursRule.HOLIDAY, 0),
            (date(2026, 2, 28), HoursRule.MAKE_UP, 7.5),
            (date(2026, 3, 1), HoursRule.WEEKLY, 0),
            (date(2027, 2, 8), HoursRule.UNANNOUNCED, 7.5),
        ],
    )
    def test_holidays_are_off_and_make_up_days_are_worked(self, day: date, rule: HoursRule, hours: float) -> None:
        calendar_of_data = self.desk if day.year < 2027 else without_2027(**DESK)
        told = calendar_of_data.hours(day)
        assert told.rule is rule
        start_ms = ms(f"{day}T00:00+08:00")
        assert calendar_of_data.open_ms(start_ms, start_ms + DAY_MS) == hours * HOUR_MS
        assert (told.name is not None) == (rule in {HoursRule.HOLIDAY, HoursRule.MAKE_UP})

    def test_a_promise_over_spring_festival_counts_the_make_up_day(self) -> None:
        # Friday 13 February 17:00; Saturday the 14th is worked; then nine days off.
        assert self.desk.add_open(ms("2026-02-13T17:00+08:00"), 10 * HOUR_MS) == ms("2026-02-24T10:30+08:00")

    def test_holidays_and_make_up_days_may_have_hours_of_their_own(self) -> None:
        desk = calendar(**DESK, public_holidays="CN", holiday=["10:00-16:00"], make_up=["09:00-12:00"])
        assert desk.hours(date(2026, 2, 16)).spans == (Span(600, 960),)
        assert desk.hours(date(2026, 2, 14)).spans == (Span(540, 720),)

    def test_an_override_has_the_last_word_and_keeps_the_name(self) -> None:
        desk = calendar(**DESK, public_holidays="CN", overrides={"2026-02-16": ["10:00-11:00"]})
        told = desk.hours(date(2026, 2, 16))
        assert (told.rule, told.spans) == (HoursRule.OVERRIDE, (Span(600, 660),))
        assert told.name is not None
        assert told.name.zh == "春节"

    def test_an_overnight_span_before_a_holiday_goes_on_into_it(self) -> None:
        desk = calendar(weekly=every_day("22:00-06:00"), public_holidays="CN")
        # The eve of the holiday of 1 to 3 January 2026; the first night after it is that of the 4th.
        assert desk.open_spans(ms("2025-12-31T12:00+08:00"), ms("2026-01-04T23:00+08:00")) == [
            OpenSpan(ms("2025-12-31T22:00+08:00"), ms("2026-01-01T06:00+08:00")),
            OpenSpan(ms("2026-01-04T22:00+08:00"), ms("2026-01-04T23:00+08:00")),
        ]

    def test_a_year_that_is_not_announced_is_said(self) -> None:
        desk = without_2027(**DESK)
        assert desk.announced(2026)
        assert not desk.announced(2027)
        new_year_ms = ms("2027-01-01T00:00+08:00")
        assert desk.unannounced_years(new_year_ms - DAY_MS, new_year_ms - 1) == ()
        assert desk.unannounced_years(new_year_ms - DAY_MS, new_year_ms) == (2027,)
        assert desk.unannounced_years(new_year_ms, new_year_ms + 400 * DAY_MS) == (2027, 2028)

    def test_a_site_may_write_the_announced_days_itself(self) -> None:
        desk = without_2027(**DESK, announced_years=[2027], overrides={"2027-01-01": "holiday", "2027-01-03": "friday"})
        assert desk.announced(2027)
        assert not desk.announced(2028)
        assert desk.hours(date(2027, 1, 1)).spans == ()
        assert desk.hours(date(2027, 1, 3)).spans == (Span(540, 720), Span(810, 1080))
        assert desk.hours(date(2027, 2, 8)).rule is HoursRule.WEEKLY

    def test_who_follows_no_public_holidays_knows_every_year(self) -> None:
        desk = calendar(**DESK)
        assert desk.announced(2150)
        assert desk.unannounced_years(0, HORIZON_MS) == ()


def without_2027(**fields: Any) -> Calendar:
    """A calendar of a country that has announced no year after 2026."""
    feast = SpecialDay(DayKind.HOLIDAY, DayName("元旦", "New Year's Day"))
    table = AnnouncedHolidays("test", {date(2026, 1, 1): feast}, frozenset({2026}))
    definition = read_calendar({"name": "test", "zone": "Asia/Shanghai", "public_holidays": "CN", **fields}, "here")
    return Calendar(definition, table)


class TestNever:
    at_ms = ms("2026-11-23T10:00+08:00")

    @pytest.mark.parametrize(
        "fields",
        [
            {},
            {"weekly": {"monday": []}},
            {"overrides": {"2026-11-20": ["09:00-18:00"]}},
            {"public_holidays": "CN"},
            {"public_holidays": "CN", "overrides": {"2030-01-01": "closed"}},
        ],
    )
    def test_what_does_not_open_again_says_so_at_once(self, fields: dict[str, Any]) -> None:
        closed = calendar(**fields)
        for duration_ms in (0, 1, 10**15):
            assert closed.add_open(self.at_ms, duration_ms) is NEVER
        assert closed.next_open(self.at_ms) is NEVER
        assert closed.next_close(self.at_ms) is NEVER
        # Counted, not timed: a search to the horizon would look at nine thousand weeks.
        assert closed._week.cache_info().misses < 250

    def test_a_last_open_day_is_used_up_and_then_never_comes(self) -> None:
        last = calendar(overrides={"2027-03-01": ["22:00-06:00"]})
        opens_ms = ms("2027-03-01T22:00+08:00")
        assert last.next_open(self.at_ms) == opens_ms
        assert last.add_open(self.at_ms, 8 * HOUR_MS) == opens_ms + 8 * HOUR_MS
        assert last.add_open(self.at_ms, 8 * HOUR_MS + 1) is NEVER
        assert last.next_open(opens_ms + 8 * HOUR_MS) is NEVER

    def test_what_is_always_open_never_closes_but_for_its_last_closed_day(self) -> None:
        always = calendar(weekly=every_day("00:00-24:00"), overrides={"2027-03-01": "closed"})
        assert always.next_close(self.at_ms) == ms("2027-03-01T00:00+08:00")
        assert always.next_close(ms("2027-03-01T00:00+08:00")) is NEVER
        assert always.add_open(self.at_ms, 3_650 * DAY_MS) == self.at_ms + 3_651 * DAY_MS

    def test_more_than_there_is_before_the_horizon_never_comes(self) -> None:
        rare = calendar(weekly={"monday": ["09:00-09:01"]})
        assert rare.add_open(self.at_ms, 100_000 * MINUTE_MS) is NEVER


class TestDefinitions:
    @pytest.mark.parametrize(
        ("fields", "key", "problem"),
        [
            ({}, "zone", "is missing"),
            ({"zone": "Mars/Base"}, "zone", "Mars/Base"),
            ({"zone": "UTC", "hours": []}, "hours", "not known"),
            ({"zone": "UTC", "version": 0}, "version", "greater"),
            ({"zone": "UTC", "weekly": {"montag": []}}, "weekly.montag", "monday, tuesday"),
            ({"zone": "UTC", "weekly": {"monday": 9}}, "weekly.monday", "closed"),
            ({"zone": "UTC", "weekly": {"monday": ["9"]}}, "weekly.monday", "“9”"),
            ({"zone": "UTC", "weekly": {"monday": ["09:00-12:00", "11:59-13:00"]}}, "weekly.monday", "overlap"),
            ({"zone": "UTC", "weekly": {"monday": ["22:00-06:00", "23:00-24:00"]}}, "weekly.monday", "overlap"),
            ({"zone": "UTC", "weekly": {"monday": ["09:00-09:01"] * 49}}, "weekly.monday", "48"),
            ({"zone": "UTC", "overrides": {"2026-02-30": "closed"}}, "overrides.2026-02-30", "no date"),
            ({"zone": "UTC", "overrides": {"1700000000": "closed"}}, "overrides.1700000000", "no date"),
            ({"zone": "UTC", "overrides": {"2026-02-20": "open"}}, "overrides.2026-02-20", "holiday"),
            ({"zone": "UTC", "public_holidays": "XX"}, "public_holidays", "CN"),
            ({"zone": "UTC", "announced_years": [1900]}, "announced_years.0", "1970"),
        ],
    )
    def test_that_are_wrong_name_the_place_the_key_and_the_problem(
        self, fields: dict[str, Any], key: str, problem: str
    ) -> None:
        with pytest.raises(DataProblem) as caught:
            read_calendar({"name": "desk", **fields}, "hours.toml")
        said = str(caught.value)
        assert said.startswith(f"hours.toml: {key}: ")
        assert problem in said
        assert "\n" not in said

    def test_text_from_a_file_is_shown_inert(self) -> None:
        with pytest.raises(DataProblem, match="\u241b"):
            read_calendar({"name": "x", "zone": "UTC", "weekly": {"monday": ["\x1b[2J"]}}, "hours.toml")

    def test_many_are_read_from_one_file(self) -> None:
        found = parse_calendars(
            '[calendars."售后"]\nzone = "Asia/Shanghai"\nversion = 3\n'
            'weekly.monday = ["09:00-18:00"]\noverrides."2026-11-11" = ["08:00-24:00"]\n'
            '[calendars.night]\nzone = "Asia/Shanghai"\n',
            "hours.toml",
        )
        assert list(found) == ["售后", "night"]
        assert found["售后"].name == "售后"
        assert found["售后"].version == 3
        assert Calendar(found["售后"]).hours(date(2026, 11, 11)).spans == (Span(480, 1440),)

    @pytest.mark.parametrize(
        ("text", "problem"),
        [
            ("zone = ", "this is not TOML"),
            ("", "a table of its own"),
            ('[calendars.a]\nzone = "UTC"\n[other]\n', "a table of its own"),
            ("calendars.a = 3", "calendars.a: "),
            ('[calendars.a]\nzone = "UTC"\nweekly.monday = ["x"]', "calendars.a: weekly.monday"),
        ],
    )
    def test_a_file_that_is_wrong_names_itself(self, text: str, problem: str) -> None:
        with pytest.raises(DataProblem, match=r"^hours\.toml: ") as caught:
            parse_calendars(text, "hours.toml")
        assert problem in str(caught.value)


class TestDigests:
    def test_are_the_same_however_the_same_hours_are_written(self) -> None:
        one = calendar(weekly={"monday": ["13:00-18:00", "9:00-12:00"], "sunday": "closed"}).definition
        other = calendar(weekly={"monday": ["09:00-12:00", "13:00-18:00"]}, version=7).definition
        assert one.digest == other.digest

    def test_differ_where_the_hours_may(self) -> None:
        definitions = [
            calendar(**DESK),
            calendar("Asia/Urumqi", **DESK),
            calendar(**DESK, overrides={"2026-12-31": "closed"}),
            calendar(**DESK, overrides={"2026-12-31": "monday"}),
            calendar(**DESK, public_holidays="CN"),
            calendar(**DESK, public_holidays="CN", make_up="friday"),
            calendar(**DESK, announced_years=[2027]),
        ]
        assert len({each.definition.digest for each in definitions}) == len(definitions)

    def test_the_fingerprint_follows_the_announcements_too(self) -> None:
        definition = calendar(**DESK, public_holidays="CN").definition
        before = Calendar(definition, AnnouncedHolidays("2026 edition", {}, frozenset({2026})))
        after = Calendar(definition, AnnouncedHolidays("2027 edition", {}, frozenset({2026, 2027})))
        assert before.fingerprint != after.fingerprint
        assert calendar(**DESK).fingerprint == calendar(**DESK).fingerprint
