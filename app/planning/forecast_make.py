"""Making a forecast from history: like days, trimmed mean. Pure rules.

An ordinary day learns from the last ordinary days of its weekday. Public holidays and make-up working days 调休 are no
ordinary days: nothing ordinary learns from them, a make-up Saturday learns from Mondays to Fridays, and a holiday
from other holidays (those of the same name, where there are any) or not at all, which is said.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final, NamedTuple

from app.core.holidays import DayKind, PublicHolidays
from app.core.i18n import _, language, ngettext
from app.planning.forecast_accuracy import Backtest
from app.planning.forecast_history import ObservedDay

ENOUGH_HANDLED: Final = 20
"""Answered calls whose mean handling time is worth something; with fewer, neighbouring intervals help out."""

SPARE_WEEKS: Final = 4
"""How many weeks further back like days are looked for when holidays have thinned them out."""

BACKTEST_LEAD_DAYS: Final = 7
"""A backtest forecasts a day from what was known so many days before: as planners do."""

_WEEKDAYS: Final[tuple[Callable[[int], str], ...]] = (
    lambda count: ngettext("{count} Monday", "{count} Mondays", count),
    lambda count: ngettext("{count} Tuesday", "{count} Tuesdays", count),
    lambda count: ngettext("{count} Wednesday", "{count} Wednesdays", count),
    lambda count: ngettext("{count} Thursday", "{count} Thursdays", count),
    lambda count: ngettext("{count} Friday", "{count} Fridays", count),
    lambda count: ngettext("{count} Saturday", "{count} Saturdays", count),
    lambda count: ngettext("{count} Sunday", "{count} Sundays", count),
)
"""So many of a weekday, from Monday on; the number is filled in where it is said."""


class LikeDays(StrEnum):
    """What a day learns from."""

    WEEKDAY = "weekday"
    WORKDAYS = "workdays"
    HOLIDAYS = "holidays"
    SAME_HOLIDAY = "same_holiday"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class History:
    """What is known of one queue.

    Attributes:
        days: Past days; a day on which nothing at all was logged is not in it.
        holidays: The public holidays that are followed; None for none.
        weeks: How many like days a weekday learns from.
    """

    days: Mapping[date, ObservedDay]
    holidays: PublicHolidays | None
    weeks: int

    def kind(self, day: date) -> DayKind:
        """What a date is; an ordinary workday or weekend where no holidays are followed or the year is unknown."""
        kind = DayKind.UNKNOWN if self.holidays is None else self.holidays.day_kind(day)
        if kind is DayKind.UNKNOWN:
            return DayKind.WEEKEND if day.weekday() >= 5 else DayKind.WORKDAY
        return kind

    def is_ordinary(self, day: date) -> bool:
        """Whether a date is what its weekday says."""
        return self.kind(day) in (DayKind.WORKDAY, DayKind.WEEKEND)


class Slot(NamedTuple):
    """The forecast of one interval of a day.

    Attributes:
        calls_thousandths: Calls, in thousandths.
        aht_ms: Mean handling time; 0 where no call of any like day was answered.
    """

    calls_thousandths: int
    aht_ms: int


@dataclass(frozen=True, slots=True)
class DayForecast:
    """The forecast of one day.

    Attributes:
        day: The date.
        like: What it was learnt from.
        sources: Those days, the newest first; empty where nothing could be learnt.
        slots: By the local minute an interval begins at.
    """

    day: date
    like: LikeDays
    sources: tuple[date, ...]
    slots: Mapping[int, Slot]


def like_days(history: History, target: date, latest: date) -> tuple[LikeDays, tuple[date, ...]]:
    """The days a date learns from, the newest first.

    Args:
        history: What is known.
        target: The date.
        latest: No later day is looked at.
    """
    known = sorted((day for day in history.days if day <= latest), reverse=True)
    kind = history.kind(target)
    if kind is DayKind.HOLIDAY and history.holidays is not None:
        holidays = [day for day in known if history.kind(day) is DayKind.HOLIDAY]
        name = history.holidays.day_name(target)
        same = [day for day in holidays if history.holidays.day_name(day) == name]
        if same:
            return LikeDays.SAME_HOLIDAY, tuple(same)
        return (LikeDays.HOLIDAYS, tuple(holidays)) if holidays else (LikeDays.NOTHING, ())
    ordinary = [day for day in known if history.is_ordinary(day)]
    if kind is DayKind.MAKE_UP_WORKDAY:
        earliest = latest - timedelta(weeks=history.weeks)
        workdays = tuple(day for day in ordinary if day.weekday() < 5 and day > earliest)
        return (LikeDays.WORKDAYS, workdays) if workdays else (LikeDays.NOTHING, ())
    earliest = latest - timedelta(weeks=history.weeks + SPARE_WEEKS)
    same_weekday = [day for day in ordinary if day.weekday() == target.weekday() and day > earliest]
    found = tuple(same_weekday[: history.weeks])
    return (LikeDays.WEEKDAY, found) if found else (LikeDays.NOTHING, ())


def forecast_day(history: History, target: date, latest: date, every_minutes: int) -> DayForecast:
    """Forecast a date from the days like it.

    Args:
        history: What is known.
        target: The date.
        latest: No later day is learnt from.
        every_minutes: Length of an interval.
    """
    like, sources = like_days(history, target, latest)
    days = [history.days[day] for day in sources]
    slots: dict[int, Slot] = {}
    for minute in range(0, 1440, every_minutes):
        calls = [found for day in days if (found := day.calls_thousandths(minute)) is not None]
        if calls:
            times = [found for day in days if (found := _aht_ms(day, minute, every_minutes)) is not None]
            slots[minute] = Slot(trimmed_mean(calls), trimmed_mean(times) if times else 0)
    return DayForecast(target, like, sources, slots)


def trimmed_mean(values: Sequence[int]) -> int:
    """The mean without the extremes: a quarter is left out at each end, at least one of three or more.

    One day on which everything broke down moves it little. Two values or one have a plain mean. Rounded to the
    nearest whole number.

    Args:
        values: At least one.
    """
    cut = max(1, len(values) // 4) if len(values) >= 3 else 0
    kept = sorted(values)[cut : len(values) - cut]
    return (2 * sum(kept) + len(kept)) // (2 * len(kept))


def _aht_ms(day: ObservedDay, minute: int, every_minutes: int) -> int | None:
    """Mean handling time around a time of a day: its interval, and as many beside it as make the mean worth something.

    None where no call of the day was answered.
    """
    reach = 0
    while True:
        first, last = minute - reach * every_minutes, minute + reach * every_minutes
        work = day.work(range(first, last + 1, every_minutes))
        if work.handled >= ENOUGH_HANDLED or (first <= 0 and last >= 1440):
            return work.handle_ms // work.handled if work.handled else None
        reach += 1


def backtest(history: History, latest: date, every_minutes: int) -> Backtest:
    """How well the same rules would have done on the days of the last `history.weeks` weeks, a week ahead of each.

    Args:
        history: What is known; the longer before those weeks, the more days can be tested.
        latest: The last of those days.
        every_minutes: Length of an interval.
    """
    result = Backtest()
    tested = 0
    for back in range(history.weeks * 7):
        day = latest - timedelta(days=back)
        observed = history.days.get(day)
        if observed is None:
            continue
        forecast = forecast_day(history, day, day - timedelta(days=BACKTEST_LEAD_DAYS), every_minutes)
        pairs = [
            (sum(work.calls for work in found), forecast.slots[minute].calls_thousandths * len(found))
            for minute, found in observed.slots.items()
            if minute in forecast.slots
        ]
        if not pairs:
            continue
        tested += 1
        for actual, forecast_thousandths in pairs:
            result.by_interval.add(actual, forecast_thousandths)
        result.by_day.add(sum(actual for actual, _calls in pairs), sum(calls for _actual, calls in pairs))
    return Backtest(tested, result.by_interval, result.by_day)


def learnt_from(found: DayForecast, history: History) -> str:
    """What a day was learnt from, for people."""
    count = len(found.sources)
    match found.like:
        case LikeDays.WEEKDAY:
            return _WEEKDAYS[found.day.weekday()](count).format(count=count)
        case LikeDays.WORKDAYS:
            return ngettext(
                "make-up working day: {count} working day", "make-up working day: {count} working days", count
            ).format(count=count)
        case LikeDays.SAME_HOLIDAY | LikeDays.HOLIDAYS:
            sentence = ngettext("{name}: {count} holiday", "{name}: {count} holidays", count)
            return sentence.format(name=_holiday_name(found.day, history), count=count)
        case LikeDays.NOTHING:
            if history.kind(found.day) is DayKind.HOLIDAY:
                return _("{name}: no holiday in the history to learn from").format(
                    name=_holiday_name(found.day, history)
                )
            return _("no such day in the history to learn from")


def _holiday_name(day: date, history: History) -> str:
    name = None if history.holidays is None else history.holidays.day_name(day)
    return _("holiday") if name is None else name.in_language(language())


def unknown_years(days: Iterable[date], holidays: PublicHolidays | None) -> list[int]:
    """Years among some dates whose public holidays are not announced: their days are taken as ordinary."""
    if holidays is None:
        return []
    return sorted({day.year for day in days} - holidays.years)
