"""Public holidays of a country, with the working days that make up for them, behind one small door.

Which days are free is announced by a government, for China each autumn for the next year: it cannot be computed. A
year that is not announced is *unknown*, and says so. The data comes from a maintained package, which nothing but this
module imports, and only when a calendar asks for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from importlib import metadata
from types import MappingProxyType
from typing import Final, Protocol

from app.core.errors import UsageProblem
from app.core.i18n import Language, _
from app.core.text import inert

REGIONS: Final = ("CN",)
"""The countries whose public holidays are known: CN, the mainland of China."""

_SATURDAY: Final = 5

_FULL_NAMES: Final = {"清明": "清明节", "端午": "端午节", "中秋": "中秋节"}
"""The package's short names as the State Council's notices write them."""


class DayKind(StrEnum):
    """What the announcements make of a date."""

    WORKDAY = "workday"
    """Monday to Friday, and no holiday."""
    WEEKEND = "weekend"
    """Saturday or Sunday, and no working day."""
    HOLIDAY = "holiday"
    """A public holiday 放假, whichever weekday it is."""
    MAKE_UP_WORKDAY = "make_up_workday"
    """A Saturday or Sunday that is worked for a holiday 调休上班."""
    UNKNOWN = "unknown"
    """The year is not announced, or lies before the data begins."""


@dataclass(frozen=True, slots=True)
class DayName:
    """What a holiday is called; a make-up working day has the name of the holiday it is worked for."""

    zh: str
    en: str

    def in_language(self, language: Language) -> str:
        """The name in a language of the screens."""
        return self.zh if language == "zh" else self.en


@dataclass(frozen=True, slots=True)
class SpecialDay:
    """A date on which the announcements overrule the weekday: `HOLIDAY` or `MAKE_UP_WORKDAY`."""

    kind: DayKind
    name: DayName


class PublicHolidays(Protocol):
    """What a country has announced."""

    @property
    def edition(self) -> str:
        """Names the data; changes whenever the data does."""
        ...

    @property
    def years(self) -> frozenset[int]:
        """The years that are announced."""
        ...

    def special_days(self, year: int) -> Mapping[date, SpecialDay]:
        """The dates of a year that are not what their weekday says; empty for a year that is not announced."""
        ...

    def day_kind(self, day: date) -> DayKind:
        """What a date is; `UNKNOWN` outside the announced years."""
        ...

    def day_name(self, day: date) -> DayName | None:
        """The holiday a date belongs to; None for an ordinary day and for an unknown one."""
        ...


class AnnouncedHolidays:
    """Implements `PublicHolidays` over a table.

    Args:
        edition: Names the table.
        days: Every special day of the announced years, and of no other.
        years: The announced years.
    """

    def __init__(self, edition: str, days: Mapping[date, SpecialDay], years: frozenset[int]) -> None:
        self._edition = edition
        self._years = years
        by_year: dict[int, dict[date, SpecialDay]] = {year: {} for year in sorted(years)}
        for day, special in sorted(days.items()):
            by_year[day.year][day] = special
        self._by_year = {year: MappingProxyType(special) for year, special in by_year.items()}

    @property
    def edition(self) -> str:
        return self._edition

    @property
    def years(self) -> frozenset[int]:
        return self._years

    def special_days(self, year: int) -> Mapping[date, SpecialDay]:
        return self._by_year.get(year, MappingProxyType({}))

    def day_kind(self, day: date) -> DayKind:
        if day.year not in self._years:
            return DayKind.UNKNOWN
        special = self._by_year[day.year].get(day)
        if special is not None:
            return special.kind
        return DayKind.WEEKEND if day.weekday() >= _SATURDAY else DayKind.WORKDAY

    def day_name(self, day: date) -> DayName | None:
        special = self.special_days(day.year).get(day)
        return None if special is None else special.name


@lru_cache(maxsize=len(REGIONS))
def load_public_holidays(region: str) -> PublicHolidays:
    """The announced holidays of a country, read once.

    Args:
        region: One of `REGIONS`.

    Raises:
        UsageProblem: When nothing is known of that country.
    """
    if region not in REGIONS:
        raise UsageProblem(
            _("There are no public holidays for “{region}”; known are: {known}.").format(
                region=inert(region), known=", ".join(REGIONS)
            )
        )
    return _china()


def _china() -> AnnouncedHolidays:
    # Imported here: a site without such a calendar neither pays for it nor needs it.
    import chinese_calendar

    names = {
        festival.value: DayName(_FULL_NAMES.get(festival.chinese, festival.chinese), festival.value)
        for festival in chinese_calendar.Holiday
    }
    days = {day: SpecialDay(DayKind.HOLIDAY, names[name]) for day, name in chinese_calendar.holidays.items()}
    for day, name in chinese_calendar.workdays.items():
        days[day] = SpecialDay(DayKind.MAKE_UP_WORKDAY, names[name])
    # Every announced year has its National Day: a year without it is at most the edge of its neighbour.
    years = frozenset(day.year for day in chinese_calendar.holidays if (day.month, day.day) == (10, 1))
    known = {day: special for day, special in days.items() if day.year in years}
    return AnnouncedHolidays(f"chinesecalendar {metadata.version('chinesecalendar')}", known, years)
