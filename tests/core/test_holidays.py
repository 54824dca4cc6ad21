"""The announced days of China, held to the State Council's notices."""

from __future__ import annotations

import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest

from app.core.errors import UsageProblem
from app.core.holidays import AnnouncedHolidays, DayKind, DayName, PublicHolidays, SpecialDay, load_public_holidays

TOP = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def china() -> PublicHolidays:
    return load_public_holidays("CN")


@pytest.mark.parametrize(
    ("day", "kind", "zh", "en"),
    [
        # The notice for 2026: Spring Festival 15 to 23 February, worked for on the 14th and the 28th.
        (date(2026, 2, 13), DayKind.WORKDAY, None, None),
        (date(2026, 2, 14), DayKind.MAKE_UP_WORKDAY, "春节", "Spring Festival"),
        (date(2026, 2, 15), DayKind.HOLIDAY, "春节", "Spring Festival"),
        (date(2026, 2, 23), DayKind.HOLIDAY, "春节", "Spring Festival"),
        (date(2026, 2, 24), DayKind.WORKDAY, None, None),
        (date(2026, 2, 28), DayKind.MAKE_UP_WORKDAY, "春节", "Spring Festival"),
        (date(2026, 3, 1), DayKind.WEEKEND, None, None),
        (date(2026, 4, 6), DayKind.HOLIDAY, "清明节", "Tomb-sweeping Day"),
        (date(2026, 6, 19), DayKind.HOLIDAY, "端午节", "Dragon Boat Festival"),
        (date(2026, 9, 25), DayKind.HOLIDAY, "中秋节", "Mid-autumn Festival"),
        (date(2026, 10, 10), DayKind.MAKE_UP_WORKDAY, "国庆节", "National Day"),
        # 2025: National Day and Mid-autumn share 1 to 8 October.
        (date(2025, 10, 8), DayKind.HOLIDAY, "国庆节", "National Day"),
        (date(2025, 9, 28), DayKind.MAKE_UP_WORKDAY, "国庆节", "National Day"),
        # 2020: Spring Festival was prolonged to 2 February after it had begun.
        (date(2020, 2, 2), DayKind.HOLIDAY, "春节", "Spring Festival"),
    ],
)
def test_days_are_what_the_notices_say(
    china: PublicHolidays, day: date, kind: DayKind, zh: str | None, en: str | None
) -> None:
    assert china.day_kind(day) is kind
    name = china.day_name(day)
    if zh is None or en is None:
        assert name is None
    else:
        assert name is not None
        assert (name.in_language("zh"), name.in_language("en")) == (zh, en)


def test_a_year_that_is_not_announced_is_unknown_and_not_guessed(china: PublicHolidays) -> None:
    beyond = max(china.years) + 1
    for day in (date(beyond, 1, 1), date(beyond, 5, 1), date(beyond, 10, 1), date(1999, 10, 1)):
        assert china.day_kind(day) is DayKind.UNKNOWN
        assert china.day_name(day) is None
    assert china.special_days(beyond) == {}


def test_the_years_are_without_a_hole_and_each_is_whole(china: PublicHolidays) -> None:
    assert china.years == frozenset(range(2004, max(china.years) + 1))
    assert max(china.years) >= 2026
    for year in china.years:
        names = {special.name.zh for special in china.special_days(year).values()}
        assert {"元旦", "春节", "劳动节", "国庆节"} <= names


def test_special_days_and_kinds_tell_the_same_and_only_weekends_are_made_up(china: PublicHolidays) -> None:
    for year in china.years:
        special = china.special_days(year)
        day = date(year, 1, 1)
        while day.year == year:
            kind = china.day_kind(day)
            assert (day in special) == (kind in {DayKind.HOLIDAY, DayKind.MAKE_UP_WORKDAY})
            if kind is DayKind.MAKE_UP_WORKDAY:
                assert day.weekday() >= 5
            day += timedelta(days=1)


def test_a_country_of_which_nothing_is_known_is_refused() -> None:
    with pytest.raises(UsageProblem, match=r"XX.*CN"):
        load_public_holidays("XX")


def test_the_edition_names_the_data(china: PublicHolidays) -> None:
    assert china.edition.startswith("chinesecalendar 1.")


def test_a_table_of_our_own_answers_the_same_way() -> None:
    day = date(2031, 7, 5)
    table = AnnouncedHolidays(
        "x", {day: SpecialDay(DayKind.MAKE_UP_WORKDAY, DayName("节", "Feast"))}, frozenset({2031})
    )
    assert table.day_kind(day) is DayKind.MAKE_UP_WORKDAY
    assert table.day_kind(date(2031, 7, 6)) is DayKind.WEEKEND
    assert table.day_kind(date(2031, 7, 7)) is DayKind.WORKDAY
    assert table.day_kind(date(2032, 7, 5)) is DayKind.UNKNOWN


def test_the_package_is_read_only_when_a_calendar_asks_for_it() -> None:
    code = (
        "import sys\n"
        "from app.core.calendars import Calendar, read_calendar\n"
        "Calendar(read_calendar({'name': 'n', 'zone': 'UTC'}, 'here'))\n"
        "sys.exit('chinese_calendar' in sys.modules)"
    )
    ended = subprocess.run([sys.executable, "-c", code], cwd=TOP, capture_output=True, timeout=60, check=False)
    assert ended.returncode == 0, ended.stderr
