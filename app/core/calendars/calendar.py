"""Open time: when a calendar is open, how much of a stretch is, and when so much of it has passed.

Instants are UTC milliseconds, durations milliseconds of open time. An instant is open when its local wall time lies
in a span [start, end). So a span that falls wholly in a spring gap does not exist, a repeated hour counts twice, and
an overnight span belongs to the day it starts on.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from datetime import date
from enum import Enum, StrEnum
from functools import cache, lru_cache
from importlib import metadata
from typing import Final, NamedTuple

from app.core.calendars.definition import CalendarDefinition, Span
from app.core.calendars.weeks import (
    WEEK_MS,
    OpenWeek,
    join,
    lay_out,
    local_days,
    pieces_of,
    week_of,
    week_start_ms,
)
from app.core.errors import UsageProblem
from app.core.holidays import DayKind, DayName, PublicHolidays, load_public_holidays
from app.core.i18n import _
from app.core.zones import at, load_zone

HORIZON_MS: Final = 7_258_118_400_000
"""2200-01-01: what has not come by then never comes. Facts end a hundred years earlier."""

_WEEKS_KEPT: Final = 1_024
"""Nearly twenty years of weeks; most of them are one shared week."""

_FIRST_ORDINAL: Final = date(1970, 1, 1).toordinal()


@cache
def _zone_data() -> str:
    return f"tzdata {metadata.version('tzdata')}"


class Never(Enum):
    """The answer of a calendar that does not open, or not close, again."""

    NEVER = "never"


NEVER: Final = Never.NEVER


class NegativeDuration(UsageProblem):
    """Open time was to be added backwards."""


class OpenSpan(NamedTuple):
    """An open stretch [start, end) in UTC milliseconds."""

    start_ms: int
    end_ms: int


class HoursRule(StrEnum):
    """Why a date has the hours it has."""

    WEEKLY = "weekly"
    OVERRIDE = "override"
    HOLIDAY = "holiday"
    MAKE_UP = "make_up"
    UNANNOUNCED = "unannounced"
    """The hours of the week, for want of an announcement: they may change."""


@dataclass(frozen=True, slots=True)
class DayHours:
    """The hours of a date and why.

    Attributes:
        spans: In wall time; empty when closed.
        rule: What they follow from.
        name: The holiday, on a holiday or a make-up working day.
    """

    spans: tuple[Span, ...]
    rule: HoursRule
    name: DayName | None = None


class Calendar:
    """Answers for one definition. Immutable to its users, and safe to ask from several threads.

    Args:
        definition: The hours.
        public_holidays: What the definition's country has announced; None to load it where the definition asks.

    Raises:
        UsageProblem: When nothing is known of that country.
    """

    def __init__(self, definition: CalendarDefinition, public_holidays: PublicHolidays | None = None) -> None:
        self.definition = definition
        self.zone = load_zone(definition.zone)
        self._holidays: PublicHolidays | None = None
        if definition.public_holidays is not None:
            self._holidays = public_holidays or load_public_holidays(definition.public_holidays)
        self._weekly = [definition.hours_of_week(weekday) for weekday in range(7)]
        self._special = self._special_hours()
        self._special_days = sorted(self._special)
        self._ordinary = lru_cache(maxsize=16)(self._lay_ordinary)
        self._week = lru_cache(maxsize=_WEEKS_KEPT)(self._lay)
        self._set_search_ends()

    # -- what it is --------------------------------------------------------------------------------------------------

    @property
    def fingerprint(self) -> str:
        """Changes whenever an answer of this calendar may: with its hours, the announced holidays, the zone data.

        What was computed under another fingerprint and is still open is to be computed anew.
        """
        holidays = "" if self._holidays is None else f"+{self._holidays.edition}"
        return f"{self.definition.digest}+{_zone_data()}{holidays}"

    def announced(self, year: int) -> bool:
        """Whether all that decides the hours of a local year is known.

        Always true for a calendar that follows no public holidays. Where it is false the hours of the week hold, and
        whoever shows an answer says that it may change.
        """
        if self._holidays is None:
            return True
        return year in self._holidays.years or year in self.definition.announced_years

    def unannounced_years(self, start_ms: int, end_ms: int) -> tuple[int, ...]:
        """The local years from one instant to another whose public holidays are not known: what rests on a guess."""
        first, last = at(start_ms, self.zone).year, at(end_ms, self.zone).year
        return tuple(year for year in range(first, last + 1) if not self.announced(year))

    def hours(self, day: date) -> DayHours:
        """The hours of a local date, and which rule gives them."""
        number = day.toordinal() - _FIRST_ORDINAL
        spans = tuple(self._spans_on(number))
        kind = DayKind.UNKNOWN if self._holidays is None else self._holidays.day_kind(day)
        name = None if self._holidays is None else self._holidays.day_name(day)
        if day in self.definition.overrides:
            return DayHours(spans, HoursRule.OVERRIDE, name)
        if not self.announced(day.year):
            return DayHours(spans, HoursRule.UNANNOUNCED)
        rules = {DayKind.HOLIDAY: HoursRule.HOLIDAY, DayKind.MAKE_UP_WORKDAY: HoursRule.MAKE_UP}
        return DayHours(spans, rules.get(kind, HoursRule.WEEKLY), name)

    # -- what it answers ---------------------------------------------------------------------------------------------

    def is_open(self, at_ms: int) -> bool:
        """Whether an instant is open."""
        number, within_ms = week_of(at_ms)
        week = self._week(number)
        index = week.next_stretch(within_ms)
        return index < len(week.starts_ms) and week.starts_ms[index] <= within_ms

    def open_ms(self, start_ms: int, end_ms: int) -> int:
        """Open time in [start, end); 0 where the end does not come after the start."""
        if end_ms <= start_ms:
            return 0
        first, first_within_ms = week_of(start_ms)
        last, last_within_ms = week_of(end_ms)
        week = self._week(first)
        used_ms = -week.open_before(first_within_ms)
        for number in range(first + 1, last + 1):
            used_ms += week.total_ms
            week = self._week(number)
        return used_ms + week.open_before(last_within_ms)

    def add_open(self, start_ms: int, duration_ms: int) -> int | Never:
        """The instant at which so much open time has passed since `start_ms`.

        A duration that exactly fills a stretch ends at closing time, not when the next one opens. Adding 0 gives the
        next open instant.

        Args:
            start_ms: From when; it may be closed then.
            duration_ms: Open time to pass, 0 or more.

        Returns:
            `NEVER` where the calendar does not open for that long any more, or not before `HORIZON_MS`.

        Raises:
            NegativeDuration: When the duration is below 0.
        """
        if duration_ms < 0:
            raise NegativeDuration(_("Open time can only be added forwards: the duration must not be negative."))
        if duration_ms == 0:
            return self.next_open(start_ms)
        number, within_ms = week_of(start_ms)
        week = self._week(number)
        needed_ms = duration_ms + week.open_before(within_ms)
        while needed_ms > week.total_ms:
            if number >= self._opens_until:
                return NEVER
            needed_ms -= week.total_ms
            number += 1
            week = self._week(number)
        return week_start_ms(number) + week.filled_at(needed_ms)

    def next_open(self, at_ms: int) -> int | Never:
        """The first open instant from this one on: this one, where it is open."""
        number, within_ms = week_of(at_ms)
        week = self._week(number)
        index = week.next_stretch(within_ms)
        while index == len(week.starts_ms):
            if number >= self._opens_until:
                return NEVER
            number += 1
            week, index = self._week(number), 0
        return max(at_ms, week_start_ms(number) + week.starts_ms[index])

    def next_close(self, at_ms: int) -> int | Never:
        """The first closing time after an instant: of the stretch it lies in, else of the next one."""
        opens_ms = self.next_open(at_ms)
        if opens_ms is NEVER:
            return NEVER
        number, within_ms = week_of(opens_ms)
        week = self._week(number)
        end_ms = week.ends_ms[week.next_stretch(within_ms)]
        while end_ms == WEEK_MS:
            if number >= self._closes_until:
                return NEVER
            number += 1
            week = self._week(number)
            # Only a stretch that goes on where the last week ended belongs to it.
            end_ms = week.ends_ms[0] if week.starts_ms and week.starts_ms[0] == 0 else 0
        return week_start_ms(number) + end_ms

    def open_spans(self, start_ms: int, end_ms: int) -> list[OpenSpan]:
        """The open stretches of [start, end), in order, cut at both ends, none touching the next."""
        if end_ms <= start_ms:
            return []
        found: list[tuple[int, int]] = []
        for number in range(week_of(start_ms)[0], week_of(end_ms - 1)[0] + 1):
            week, base_ms = self._week(number), week_start_ms(number)
            for opens_ms, closes_ms in zip(week.starts_ms, week.ends_ms, strict=True):
                first_ms, last_ms = max(base_ms + opens_ms, start_ms), min(base_ms + closes_ms, end_ms)
                if first_ms < last_ms:
                    found.append((first_ms, last_ms))
        return [OpenSpan(*stretch) for stretch in join(found)]

    # -- how it knows ------------------------------------------------------------------------------------------------

    def _special_hours(self) -> dict[int, tuple[Span, ...]]:
        """The days whose hours are not those of their weekday."""
        definition = self.definition
        special: dict[int, tuple[Span, ...]] = {}
        if self._holidays is not None:
            make_up = definition.resolve(definition.make_up)
            for year in self._holidays.years:
                for day, announced in self._holidays.special_days(year).items():
                    hours = definition.holiday if announced.kind is DayKind.HOLIDAY else make_up
                    special[day.toordinal() - _FIRST_ORDINAL] = hours
        for day, given in definition.overrides.items():
            special[day.toordinal() - _FIRST_ORDINAL] = definition.resolve(given)
        return {day: hours for day, hours in special.items() if hours != self._weekly_on(day)}

    def _set_search_ends(self) -> None:
        """The last week in which a search can find what the weeks before it did not have.

        After the last special day every week is like the next. One that has no open time never opens, one that has
        no closed time never closes, and neither is searched until the horizon.
        """
        horizon = week_of(HORIZON_MS)[0]
        last_day = self._special_days[-1] if self._special_days else -1
        # Two more: a span over midnight, and local days that end up to a day after those of UTC.
        settled = min(week_of((last_day + 3) * 86_400_000)[0], horizon)
        weekly_ms = self._ordinary(0).total_ms
        self._opens_until = settled if weekly_ms == 0 else horizon
        self._closes_until = settled if weekly_ms in (0, WEEK_MS) else horizon

    def _weekly_on(self, day: int) -> tuple[Span, ...]:
        # 1970-01-01 was a Thursday.
        return self._weekly[(day + 3) % 7]

    def _spans_on(self, day: int) -> tuple[Span, ...]:
        hours = self._special.get(day)
        return self._weekly_on(day) if hours is None else hours

    def _lay(self, number: int) -> OpenWeek:
        pieces = pieces_of(self.definition.zone, number)
        first_day, last_day = local_days(pieces)
        index = bisect_left(self._special_days, first_day)
        is_ordinary = index == len(self._special_days) or self._special_days[index] > last_day
        if is_ordinary and len(pieces) == 1:
            return self._ordinary(pieces[0].offset_ms)
        return lay_out(number, pieces, self._spans_on)

    def _lay_ordinary(self, offset_ms: int) -> OpenWeek:
        """The week that all weeks of one offset without a special day are like."""
        piece = pieces_of("UTC", 0)[0]._replace(offset_ms=offset_ms)
        return lay_out(0, [piece], self._weekly_on)
