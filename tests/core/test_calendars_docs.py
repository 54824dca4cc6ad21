"""The examples of docs/calendars.md are read by the program, and do what the page says."""

from __future__ import annotations

import re
import tomllib
from datetime import date
from pathlib import Path

from app.core.calendars import Calendar, parse_calendars, read_calendar
from app.core.calendars.definition import CalendarDefinition
from tests.core.calendar_ground import HOUR_MS, ms

PAGE = (Path(__file__).parents[2] / "docs" / "calendars.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)


def test_the_first_example_is_a_file_and_four_hours_end_where_the_page_says() -> None:
    calendars = parse_calendars(EXAMPLES[0], "docs/calendars.md")
    assert list(calendars) == ["售后", "night"]
    assert Calendar(calendars["售后"]).add_open(ms("2026-11-20T17:00+08:00"), 4 * HOUR_MS) == ms(
        "2026-11-23T12:00+08:00"
    )
    assert Calendar(calendars["night"]).is_open(ms("2026-11-21T05:59+01:00"))


def test_the_second_example_makes_a_year_known() -> None:
    weekly = {"wednesday": ["09:00-18:00"]}
    fields = {"name": "x", "zone": "Asia/Shanghai", "public_holidays": "CN", "weekly": weekly}
    calendar = Calendar(read_calendar({**fields, **tomllib.loads(EXAMPLES[1])}, "docs/calendars.md"))
    assert calendar.announced(2031)
    assert calendar.hours(date(2031, 1, 1)).spans == ()
    assert date(2031, 1, 5).weekday() == 6
    assert calendar.hours(date(2031, 1, 5)).spans == calendar.hours(date(2031, 1, 8)).spans != ()


def test_every_key_is_on_the_page() -> None:
    told = set(re.findall(r"^\| `(\w+)` \|", PAGE, re.MULTILINE))
    assert told == set(CalendarDefinition.model_fields) - {"name"}
