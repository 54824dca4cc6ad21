"""Calendars as sites might write them, and a slow second opinion on when they are open."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from typing import Any, Final

from hypothesis import strategies as st

from app.core.calendars import Calendar, read_calendar
from app.core.holidays import AnnouncedHolidays, DayKind, DayName, SpecialDay
from app.core.zones import load_zone

MINUTE_MS: Final = 60_000
HOUR_MS: Final = 60 * MINUTE_MS
DAY_MS: Final = 24 * HOUR_MS

DAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def ms(text: str) -> int:
    """The instant of an ISO time with an offset."""
    return int(datetime.fromisoformat(text).timestamp()) * 1000


def calendar(zone: str = "Asia/Shanghai", **fields: Any) -> Calendar:
    """A calendar from plain fields."""
    return Calendar(read_calendar({"name": "test", "zone": zone, **fields}, "here"))


def every_day(*spans: str) -> dict[str, list[str]]:
    """The same hours on all seven days."""
    return {day: list(spans) for day in DAYS}


def on_workdays(*spans: str) -> dict[str, list[str]]:
    """The same hours from Monday to Friday."""
    return {day: list(spans) for day in DAYS[:5]}


@dataclass(frozen=True)
class Around:
    """A zone and the minutes around a change of its clocks."""

    zone: str
    change: str

    def minutes(self, days: int = 3) -> tuple[int, int]:
        """The first and the last minute of the days around the change, counted from 1970."""
        middle = ms(self.change) // MINUTE_MS
        return middle - days * 1440, middle + days * 1440


CHANGES: Final = (
    Around("Europe/Berlin", "2026-03-29T01:00+00:00"),
    Around("Europe/Berlin", "2026-10-25T01:00+00:00"),
    # Midnight does not exist on 18 October, and 23:00 to 24:00 of 21 February comes twice.
    Around("America/Sao_Paulo", "2015-10-18T03:00+00:00"),
    Around("America/Sao_Paulo", "2015-02-22T02:00+00:00"),
    Around("Asia/Shanghai", "1991-04-13T18:00+00:00"),
    Around("Asia/Shanghai", "1991-09-14T17:00+00:00"),
    # Half an hour.
    Around("Australia/Lord_Howe", "2026-04-04T15:00+00:00"),
    Around("Australia/Lord_Howe", "2026-10-03T15:30+00:00"),
    # An hour back for the month of Ramadan.
    Around("Africa/Casablanca", "2026-02-15T02:00+00:00"),
    Around("Africa/Casablanca", "2026-03-22T02:00+00:00"),
    # 30 December 2011 did not exist.
    Around("Pacific/Apia", "2011-12-30T10:00+00:00"),
    # No change at all, but where one week of the implementation meets the next.
    Around("UTC", "2026-11-23T00:00+00:00"),
)


@dataclass(frozen=True)
class Written:
    """A calendar twice: as a site writes it, and as the tables the second opinion reads."""

    zone: str
    weekly: Mapping[str, Sequence[tuple[int, int]]]
    overrides: Mapping[date, Sequence[tuple[int, int]]]
    holidays: frozenset[date] = frozenset()
    make_ups: frozenset[date] = frozenset()
    on_holiday: Sequence[tuple[int, int]] = ()

    def build(self) -> Calendar:
        """The calendar under test."""
        fields: dict[str, Any] = {
            "name": "test",
            "zone": self.zone,
            "weekly": {day: span_texts(spans) for day, spans in self.weekly.items()},
            "overrides": {day.isoformat(): span_texts(spans) for day, spans in self.overrides.items()},
            "public_holidays": "CN",
            "holiday": span_texts(self.on_holiday),
        }
        name = DayName("节", "Feast")
        special = {day: SpecialDay(DayKind.HOLIDAY, name) for day in self.holidays}
        special |= {day: SpecialDay(DayKind.MAKE_UP_WORKDAY, name) for day in self.make_ups - self.holidays}
        years = frozenset(day.year for day in special)
        return Calendar(read_calendar(fields, "here"), AnnouncedHolidays("test", special, years))

    def spans_on(self, day: date) -> Sequence[tuple[int, int]]:
        """The hours of a local date, in minutes after its midnight."""
        if day in self.overrides:
            return self.overrides[day]
        if day in self.holidays:
            return self.on_holiday
        return self.weekly.get("monday" if day in self.make_ups else DAYS[day.weekday()], ())

    def open_minutes(self, first: int, last: int) -> Iterator[bool]:
        """Whether each minute from `first` to before `last` is open: straight from the definition, one at a time."""
        zone = load_zone(self.zone)
        for minute in range(first, last):
            local = datetime.fromtimestamp(minute * 60, timezone.utc).astimezone(zone)
            today, of_day = local.date(), local.hour * 60 + local.minute
            yesterday = today - timedelta(days=1)
            yield any(start <= of_day < end for start, end in self.spans_on(today)) or any(
                start <= of_day + 1440 < end for start, end in self.spans_on(yesterday)
            )


def span_texts(spans: Sequence[tuple[int, int]]) -> list[str]:
    """Spans as a site writes them."""
    return [f"{_clock(start)}-{_clock(end if end <= 1440 else end - 1440)}" for start, end in spans]


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


@st.composite
def day_spans(draw: st.DrawFn, step: int = 15) -> list[tuple[int, int]]:
    """The hours of one day: closed, one or more spans, touching ones, whole days, over midnight."""
    if draw(st.integers(0, 4)) == 0:
        return draw(st.sampled_from([[], [(0, 1440)], [(0, 180)], [(22 * 60, 30 * 60)], [(23 * 60, 24 * 60)]]))
    cuts = sorted(draw(st.sets(st.integers(0, 1440 // step), min_size=2, max_size=6)))
    spans = [(start * step, end * step) for start, end in zip(cuts[::2], cuts[1::2], strict=False)]
    start, end = spans[-1]
    if end < start + 1440 and draw(st.booleans()):
        # One minute less than a day at most: a span that ends where it begins is none.
        spans[-1] = (start, draw(st.integers(end, start + 1439)))
    return spans


@st.composite
def written(draw: st.DrawFn, around: Around | None = None) -> tuple[Written, int, int]:
    """A calendar whose special dates lie around a change of the clocks, with the first and last minute of it."""
    where = draw(st.sampled_from(CHANGES)) if around is None else around
    first, last = where.minutes()
    middle = datetime.fromtimestamp(ms(where.change) // 1000, timezone.utc).date()
    near = st.integers(-4, 4).map(lambda days: middle + timedelta(days=days))
    weekly = draw(st.dictionaries(st.sampled_from(DAYS), day_spans(), max_size=7))
    overrides = draw(st.dictionaries(near, day_spans(), max_size=3))
    holidays, make_ups = draw(st.frozensets(near, max_size=3)), draw(st.frozensets(near, max_size=2))
    return Written(where.zone, weekly, overrides, holidays, make_ups - holidays, draw(day_spans())), first, last
