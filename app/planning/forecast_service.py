"""Making forecasts out of the store, and the pictures that screens and reports ask for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta, tzinfo
from functools import reduce
from operator import add
from typing import Final, Protocol

from app.core.calendars import Calendar
from app.core.errors import RuleRefused, UsageProblem
from app.core.holidays import DayKind, PublicHolidays, load_public_holidays
from app.core.i18n import _, ngettext
from app.core.settings import Settings
from app.core.text import inert
from app.core.zones import EVERY, at, borders, date_start_ms
from app.floor.handling import handled_calls
from app.floor.model import LONGEST_CALL_MS
from app.floor.reports import WHOLE, Range
from app.planning.forecast_accuracy import Backtest
from app.planning.forecast_history import ObservedDay, Work, observed_days, slot_of, work_by_interval
from app.planning.forecast_intraday import IntradayPicture, intraday_picture
from app.planning.forecast_make import (
    SPARE_WEEKS,
    DayForecast,
    History,
    LikeDays,
    backtest,
    forecast_day,
    learnt_from,
    unknown_years,
)
from app.planning.forecast_model import ForecastPoint
from app.planning.forecast_report import StaffingSources, staffing_cells
from app.planning.model import Activity
from app.planning.ports import PlanningReader
from app.planning.ports_forecast import CalendarStore, CallHistory, ForecastStore, OnQueueSpan
from app.planning.requirement import QueueTarget, requirement

HOLIDAYS_BACK_DAYS: Final = 800
"""How far back holidays are looked for: two of each, where there is so much history."""

LONGEST_FORECAST_DAYS: Final = 400
CHINESE_ZONES: Final = frozenset(
    {"Asia/Shanghai", "Asia/Urumqi", "Asia/Chongqing", "Asia/Chungking", "Asia/Harbin", "Asia/Kashgar", "PRC"}
)
"""Zones whose public holidays are China's, unless a queue's open hours say otherwise."""

_DAY_MS: Final = 86_400_000


class PlannedOnQueue:
    """Implements `OnQueueSchedule` over the shifts that stand.

    Args:
        planning: Where schedules are kept.
    """

    def __init__(self, planning: PlanningReader) -> None:
        self._planning = planning

    def on_queue_spans(self, start_ms: int, end_ms: int) -> list[OnQueueSpan]:
        return [
            OnQueueSpan(span.agent, span.start_ms, span.end_ms)
            for shift in self._planning.all_shifts(start_ms, end_ms)
            for span in shift.spans
            if span.activity is Activity.ON_QUEUE and span.start_ms < end_ms and span.end_ms > start_ms
        ]

    def has_schedule(self, start_ms: int, end_ms: int) -> bool:
        return bool(self._planning.scheduled_agents(start_ms, end_ms))


class ForecastGround(ForecastStore, CalendarStore, Protocol):
    """Where forecasts and open hours are kept."""


@dataclass(frozen=True, slots=True)
class MakeOrder:
    """What forecast is to be made.

    Attributes:
        queue: Of which queue.
        weeks: How many like days a weekday learns from.
        start: First date.
        end: First date after.
        every: Length of an interval: 15m, 30m or 60m.
        zone: The site's.
        actor: Who wants it.
        now_ms: The present instant.
    """

    queue: str
    weeks: int
    start: date
    end: date
    every: str
    zone: tzinfo
    actor: str
    now_ms: int

    @property
    def minutes(self) -> int:
        """Length of an interval."""
        minutes = EVERY[self.every]
        if minutes is None or minutes > 60:
            raise UsageProblem(_("A forecast goes in steps of 15m, 30m or 60m."))
        return minutes


@dataclass(frozen=True, slots=True)
class MadeForecast:
    """A forecast, how it came about, and how good it promises to be.

    Attributes:
        order: What was wanted.
        days: Each date.
        points: The forecast.
        removed: Starts of stored points of other steps that go.
        tested: How well it would have done.
        notes: What a person should know, in sentences.
        history: What was learnt from.
        version: Its number; None while it is not stored.
    """

    order: MakeOrder
    days: tuple[DayForecast, ...]
    points: tuple[ForecastPoint, ...]
    removed: tuple[tuple[str, int], ...]
    tested: Backtest
    notes: tuple[str, ...]
    history: History
    version: int | None = None

    def row(self) -> dict[str, object]:
        """The summary, for people and programs."""
        without = sum(found.like is LikeDays.NOTHING for found in self.days)
        return {
            "queue": self.order.queue,
            "from": self.order.start.isoformat(),
            "to": self.order.end.isoformat(),
            "every": self.order.every,
            "weeks": self.order.weeks,
            "version": self.version,
            "intervals": len(self.points),
            "days_without": without,
            "calls": sum(point.calls_thousandths for point in self.points) / 1000,
            "tested_days": self.tested.days,
            "wape_interval": self.tested.by_interval.wape,
            "wape_day": self.tested.by_day.wape,
            "wape_chance": self.tested.by_interval.chance_wape,
            "bias": self.tested.by_day.bias,
        }

    def day_rows(self) -> list[dict[str, object]]:
        """Each date, for people and programs."""
        zone = self.order.zone
        calls: dict[date, int] = {}
        handle: dict[date, int] = {}
        for point in self.points:
            day = at(point.start_ms, zone).date()
            calls[day] = calls.get(day, 0) + point.calls_thousandths
            handle[day] = handle.get(day, 0) + point.calls_thousandths * point.aht_ms
        return [
            {
                "date": found.day.isoformat(),
                "calls": calls[found.day] / 1000 if found.day in calls else None,
                "aht_seconds": handle[found.day] // calls[found.day] / 1000 if calls.get(found.day) else None,
                "learnt_from": learnt_from(found, self.history),
            }
            for found in self.days
        ]


def make_forecast(store: ForecastGround, calls: CallHistory, order: MakeOrder) -> MadeForecast:
    """Make a forecast from history; nothing is stored.

    Only days before today, and before the first date that is forecast, are learnt from.

    Raises:
        UsageProblem: When the range is empty or too long.
        RuleRefused: When there is no history to learn from.
    """
    if not 0 < (order.end - order.start).days <= LONGEST_FORECAST_DAYS:
        raise UsageProblem(
            _("A forecast is made for 1 to {most} days: --to must lie after --from.").format(most=LONGEST_FORECAST_DAYS)
        )
    definition = store.calendars().get(order.queue)
    calendar = None if definition is None else Calendar(definition)
    region = "CN" if str(order.zone) in CHINESE_ZONES else None
    if definition is not None:
        region = definition.public_holidays
    holidays = None if region is None else load_public_holidays(region)
    latest = min(order.start, at(order.now_ms, order.zone).date()) - timedelta(days=1)
    targets = [order.start + timedelta(days=number) for number in range((order.end - order.start).days)]
    history = History(_read_history(calls, order, latest, holidays, targets), holidays, order.weeks)
    if not any(day.calls for day in history.days.values()):
        raise RuleRefused(
            _(
                "There is no call of queue “{queue}” before {day} to learn from: read the log of some weeks first, "
                "or import a forecast."
            ).format(queue=inert(order.queue), day=min(order.start, latest + timedelta(days=1)).isoformat())
        )
    days = tuple(forecast_day(history, target, latest, order.minutes) for target in targets)
    points = tuple(_points(days, order, calendar, _overall_aht_ms(history)))
    held = store.points(*_span(order), [order.queue])
    made = {point.start_ms for point in points}
    removed = tuple((point.queue, point.start_ms) for point in held if point.start_ms not in made)
    tested = backtest(history, latest, order.minutes)
    notes = (*tested.sentences(order.minutes), *_notes(days, history, order, calendar))
    return MadeForecast(order, days, points, removed, tested, notes, history)


def store_forecast(store: ForecastStore, made: MadeForecast) -> MadeForecast:
    """Keep a forecast as a new version.

    Raises:
        RuleRefused: When it has no interval at all.
        StoreProblem: When the store refuses.
    """
    if not made.points:
        raise RuleRefused(_("Not one day of the range could be forecast, so nothing is stored: see --dry-run."))
    order = made.order
    sources = {day for found in made.days for day in found.sources}
    detail = f"weeks={order.weeks} every={order.every} {min(sources)}..{max(sources)}"
    with store.writing():
        version = store.add_version(order.now_ms, order.actor, "made", detail, made.points, made.removed)
    return MadeForecast(order, made.days, made.points, made.removed, made.tested, made.notes, made.history, version)


def _span(order: MakeOrder) -> tuple[int, int]:
    return date_start_ms(order.start, order.zone), date_start_ms(order.end, order.zone)


def _read_history(
    calls: CallHistory, order: MakeOrder, latest: date, holidays: PublicHolidays | None, targets: Iterable[date]
) -> dict[date, ObservedDay]:
    """Days of the queue: those ordinary days may learn from and be tested on, and holidays further back if needed."""
    span = calls.log_span()
    if span is None:
        return {}
    zone = order.zone
    first = max(latest - timedelta(weeks=2 * order.weeks + SPARE_WEEKS + 1), at(span[0], zone).date())
    days = [first + timedelta(days=number) for number in range(max(0, (latest - first).days + 1))]
    if holidays is not None and any(holidays.day_kind(day) is DayKind.HOLIDAY for day in targets):
        earliest = max(latest - timedelta(days=HOLIDAYS_BACK_DAYS), at(span[0], zone).date())
        older = (earliest + timedelta(days=number) for number in range(max(0, (first - earliest).days)))
        days += [day for day in older if holidays.day_kind(day) is DayKind.HOLIDAY]
    found: dict[date, ObservedDay] = {}
    for day in days:
        found.update(_read_day(calls, order, day, span))
    return found


def _read_day(calls: CallHistory, order: MakeOrder, day: date, span: tuple[int, int]) -> dict[date, ObservedDay]:
    start_ms, end_ms = date_start_ms(day, order.zone), date_start_ms(day + timedelta(days=1), order.zone)
    visits = calls.visits_entered(start_ms, end_ms)
    if not visits:
        # A day on which the whole floor had no call is a hole in the log or a closed day; either teaches nothing.
        return {}
    marks = borders(start_ms, end_ms, order.minutes, order.zone)
    handled = handled_calls(visits, calls.wrap_ups(start_ms, end_ms + LONGEST_CALL_MS))
    cells = work_by_interval(handled, marks).get(order.queue, [Work() for _mark in marks[:-1]])
    return observed_days(cells, marks, span, order.zone)


def _overall_aht_ms(history: History) -> int:
    work = reduce(add, (day.work(day.slots) for day in history.days.values()), Work())
    return work.handle_ms // work.handled if work.handled else 0


def _points(
    days: Iterable[DayForecast], order: MakeOrder, calendar: Calendar | None, usual_aht_ms: int
) -> Iterable[ForecastPoint]:
    step_ms = order.minutes * 60_000
    for found in days:
        if not found.slots:
            continue
        start_ms = date_start_ms(found.day, order.zone)
        end_ms = date_start_ms(found.day + timedelta(days=1), order.zone)
        for mark_ms in borders(start_ms, end_ms, order.minutes, order.zone)[:-1]:
            slot = found.slots.get(slot_of(mark_ms, order.zone))
            if slot is None or (calendar is not None and not calendar.open_ms(mark_ms, mark_ms + step_ms)):
                continue
            aht_ms = slot.aht_ms or usual_aht_ms
            if slot.calls_thousandths and not aht_ms:
                raise RuleRefused(
                    _(
                        "No call of queue “{queue}” was answered, so no handling time can be learnt: "
                        "import a forecast with one."
                    ).format(queue=inert(order.queue))
                )
            yield ForecastPoint(order.queue, mark_ms, order.minutes, slot.calls_thousandths, aht_ms)


def _notes(days: Iterable[DayForecast], history: History, order: MakeOrder, calendar: Calendar | None) -> Iterable[str]:
    days = list(days)
    for found in days:
        if found.like is LikeDays.NOTHING and not (calendar is not None and not calendar.hours(found.day).spans):
            yield _("{day} is not forecast: {reason}.").format(
                day=found.day.isoformat(), reason=learnt_from(found, history)
            )
    thin = [found for found in days if found.like is LikeDays.WEEKDAY and len(found.sources) < order.weeks]
    if thin:
        yield ngettext(
            "{count} day rests on fewer than {weeks} days of its kind: the history has no more.",
            "{count} days rest on fewer than {weeks} days of their kind: the history has no more.",
            len(thin),
        ).format(count=len(thin), weeks=order.weeks)
    for year in unknown_years((found.day for found in days), history.holidays):
        yield _("The public holidays of {year} are not announced yet: its days are taken as ordinary ones.").format(
            year=year
        )


def queues_of(sources: StaffingSources, asked: Range) -> list[str]:
    """Every queue that is known or forecast in a range, in order of name: those a report of it has rows for.

    A queue called "ALL" cannot be asked for: that name means the whole.

    Raises:
        StoreProblem: When the store cannot be read.
    """
    forecast = {point.queue for point in sources.forecast.points(asked.start_ms, asked.end_ms)}
    return sorted({*sources.calls.queues(), *forecast} - {WHOLE})


def intraday(
    sources: StaffingSources, settings: Settings, asked: Range, queue: str, every_minutes: int
) -> IntradayPicture:
    """The picture of a day: the cells `report staffing` would make rows of.

    Args:
        sources: Where it comes from.
        settings: The site's: the targets of its queues.
        asked: The day, in its zone, with the present instant.
        queue: A queue, or "ALL" for the floor.
        every_minutes: Length of an interval: 15, 30 or 60.

    Raises:
        UsageProblem: When the range is empty, or a load larger than any floor's.
        StoreProblem: When the store cannot be read.
    """
    columns = staffing_cells(sources, asked, [queue], every_minutes)
    cells = columns.pop(WHOLE) if queue == WHOLE else columns[queue]
    index = {cell.start_ms: number for number, cell in enumerate(cells)}

    def rescale(start_ms: int, multiple: float) -> float | None:
        agents = 0
        for name, column in columns.items():
            cell = column[index[start_ms]]
            expected = cell.expected
            if expected.calls_thousandths:
                agents += requirement(
                    round(expected.calls_thousandths * multiple),
                    max(1, cell.length_ms // 60_000),
                    expected.handle // expected.calls_thousandths,
                    QueueTarget.of(name, settings),
                ).agents
        return float(agents)

    return intraday_picture(cells, asked.now_ms, asked.zone, rescale)
