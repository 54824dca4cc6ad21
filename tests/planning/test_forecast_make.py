"""Making forecasts: what a day learns from, how the mean is trimmed, and how good it would have been."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.calendars import read_calendar
from app.core.errors import RuleRefused, UsageProblem
from app.core.holidays import load_public_holidays
from app.core.i18n import language, set_language
from app.core.zones import at, date_start_ms, load_zone
from app.floor.handling import WrapUp, handled_calls
from app.floor.model import Visit
from app.planning.forecast_accuracy import Backtest, Misses, poisson_deviation, wape
from app.planning.forecast_history import ObservedDay, Work, observed_days, work_by_interval
from app.planning.forecast_make import (
    DayForecast,
    History,
    LikeDays,
    backtest,
    forecast_day,
    learnt_from,
    like_days,
    trimmed_mean,
)
from app.planning.forecast_service import MadeForecast, MakeOrder, make_forecast, store_forecast
from tests.planning.forecast_ground import (
    SATURDAY,
    SHANGHAI,
    MemoryFloor,
    MemoryForecasts,
    instant,
    observed,
    point,
    weeks_of_calls,
)

CHINA = load_public_holidays("CN")
FLAT = [10] * 48


def history(days: dict[date, ObservedDay], weeks: int = 4, aware: bool = True) -> History:
    return History(days, CHINA if aware else None, weeks)


def every_day(first: date, last: date) -> dict[date, ObservedDay]:
    return {first + timedelta(days=number): observed(FLAT) for number in range((last - first).days + 1)}


# -- the mean --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "mean"),
    [([7], 7), ([1, 2], 2), ([0, 10, 1000], 10), ([0, 10, 20, 1000], 15), ([*[5] * 6, 0, 99], 5), ([3, 4, 4, 5], 4)],
)
def test_the_extremes_are_left_out(values: list[int], mean: int) -> None:
    assert trimmed_mean(values) == mean


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=26), st.randoms())
def test_the_trimmed_mean_lies_among_the_values_and_their_order_does_not_matter(
    values: list[int], random: Random
) -> None:
    mean = trimmed_mean(values)
    assert min(values) <= mean <= max(values)
    shuffled = values[:]
    random.shuffle(shuffled)
    assert trimmed_mean(shuffled) == mean


@given(st.lists(st.integers(90, 110), min_size=3, max_size=26), st.integers(0, 10**9))
def test_one_day_on_which_all_broke_moves_it_no_further_than_the_others_reach(values: list[int], odd: int) -> None:
    assert min(values) <= trimmed_mean([*values, odd]) <= max(values)


# -- like days -------------------------------------------------------------------------------------------------------


def test_a_weekday_learns_from_its_own_and_passes_over_holidays() -> None:
    # 2025-10-01 to 08 are holidays; 09-28 and 10-11 are worked for them.
    days = every_day(date(2025, 8, 1), date(2025, 10, 26))
    like, sources = like_days(history(days), date(2025, 10, 29), date(2025, 10, 26))
    assert like is LikeDays.WEEKDAY
    assert sources == (date(2025, 10, 22), date(2025, 10, 15), date(2025, 9, 24), date(2025, 9, 17))
    _like, saturdays = like_days(history(days), date(2025, 11, 1), date(2025, 10, 26))
    assert date(2025, 10, 11) not in saturdays
    assert all(day.weekday() == 5 for day in saturdays)
    _like, unaware = like_days(history(days, aware=False), date(2025, 10, 29), date(2025, 10, 26))
    assert date(2025, 10, 8) in unaware


def test_a_make_up_saturday_learns_from_working_days() -> None:
    days = every_day(date(2025, 8, 1), date(2025, 9, 26))
    like, sources = like_days(history(days), date(2025, 9, 28), date(2025, 9, 26))
    assert like is LikeDays.WORKDAYS
    assert len(sources) == 20
    assert all(day.weekday() < 5 for day in sources)


def test_a_holiday_learns_from_its_namesakes_else_from_other_holidays_else_not_at_all() -> None:
    new_year, national = date(2026, 1, 1), date(2025, 10, 2)
    ordinary = every_day(date(2025, 11, 1), date(2025, 12, 31))
    assert like_days(history(ordinary), new_year, date(2025, 12, 31)) == (LikeDays.NOTHING, ())
    with_another = {**ordinary, national: observed([3] * 48)}
    assert like_days(history(with_another), new_year, date(2025, 12, 31)) == (LikeDays.HOLIDAYS, (national,))
    namesake = {**with_another, date(2025, 1, 1): observed([4] * 48)}
    found = forecast_day(history(namesake), new_year, date(2025, 12, 31), 30)
    assert (found.like, found.sources) == (LikeDays.SAME_HOLIDAY, (date(2025, 1, 1),))
    assert found.slots[600].calls_thousandths == 4000


def test_nothing_later_than_the_latest_day_is_learnt_from() -> None:
    days = every_day(date(2026, 10, 10), date(2026, 11, 20))
    for latest in (date(2026, 11, 20), date(2026, 11, 6)):
        _like, sources = like_days(history(days), date(2026, 11, 23), latest)
        assert sources
        assert max(sources) <= latest


def test_intervals_that_were_not_observed_are_no_zeros() -> None:
    monday = date(2026, 11, 16)
    days = {monday - timedelta(weeks=back): observed([8] * 48) for back in range(4)}
    del days[monday].slots[600]
    days[monday - timedelta(weeks=1)].slots[630] = [Work(0, 0, 0)]
    slots = forecast_day(history(days), monday + timedelta(weeks=1), monday, 30).slots
    assert slots[600].calls_thousandths == 8000
    assert slots[630].calls_thousandths == 8000


def test_a_repeated_hour_counts_as_one_on_average() -> None:
    zone = load_zone("Europe/Berlin")
    day = date(2026, 10, 25)
    start_ms, end_ms = date_start_ms(day, zone), date_start_ms(day + timedelta(days=1), zone)
    marks = list(range(start_ms, end_ms + 1, 1_800_000))
    assert len(marks) == 51
    days = observed_days([Work(6)] * 50, marks, (start_ms, end_ms), zone)
    assert days[day].calls == 300
    assert days[day].calls_thousandths(120) == 6000
    assert (
        forecast_day(history(days, aware=False), day + timedelta(weeks=1), day, 30).slots[120].calls_thousandths == 6000
    )


def test_handling_time_comes_from_neighbours_where_calls_are_few() -> None:
    monday = date(2026, 11, 16)
    day = observed([0] * 48)
    day.slots[600] = [Work(1, 1, 3_600_000)]
    day.slots[570] = [Work(30, 30, 30 * 100_000)]
    day.slots[630] = [Work(30, 30, 30 * 100_000)]
    slots = forecast_day(history({monday: day}), monday + timedelta(weeks=1), monday, 30).slots
    assert slots[600].aht_ms == (3_600_000 + 60 * 100_000) // 61
    assert slots[570].aht_ms == 100_000


# -- how good --------------------------------------------------------------------------------------------------------


@given(st.lists(st.integers(0, 300), min_size=48, max_size=48).filter(any), st.integers(1, 4))
def test_weeks_that_repeat_are_forecast_without_a_miss(calls: list[int], weeks: int) -> None:
    last = SATURDAY
    days = {last - timedelta(days=back): observed(calls) for back in range(7 * (2 * weeks + 1))}
    tested = backtest(history(days, weeks), last, 30)
    assert tested.days == 7 * weeks
    assert tested.by_interval.wape == tested.by_day.wape == tested.by_day.bias == 0
    assert (tested.by_interval.chance_wape or 0) > 0


@given(st.lists(st.tuples(st.integers(0, 500), st.integers(0, 500_000)), max_size=40))
def test_wape_is_zero_for_a_perfect_forecast_and_only_then(pairs: list[tuple[int, int]]) -> None:
    found = wape(pairs)
    total = sum(actual for actual, _forecast in pairs)
    if not total:
        assert found is None
        return
    assert found is not None
    assert (found == 0) == all(actual * 1000 == forecast for actual, forecast in pairs)
    assert wape((actual, actual * 1000) for actual, _forecast in pairs) == 0


def test_the_misses_of_chance_are_those_of_poisson() -> None:
    assert poisson_deviation(0) == 0
    # E|X − 1| of a Poisson variable of mean 1 is 2 / e.
    assert poisson_deviation(1) == pytest.approx(2 / 2.718281828459045)
    assert poisson_deviation(400) == pytest.approx((2 * 400 / 3.141592653589793) ** 0.5, rel=1e-3)
    assert poisson_deviation(1e6) == pytest.approx((2e6 / 3.141592653589793) ** 0.5, rel=1e-3)


def test_what_cannot_be_tested_is_said_and_drift_is_named() -> None:
    assert len(Backtest().sentences(30)) == 1
    high = Misses()
    high.add(100, 110_000)
    said = Backtest(3, high, high).sentences(30)
    assert "3 past days" in said[0]
    assert "10.0%" in said[0]
    assert "too high" in said[2]
    low = Misses()
    low.add(100, 90_000)
    assert "too low" in Backtest(1, low, low).sentences(30)[2]


# -- what calls took -------------------------------------------------------------------------------------------------


def test_after_call_work_belongs_to_the_conversation_before_it() -> None:
    floor = MemoryFloor()
    start_ms = instant("2026-11-20T09:29")
    first = floor.call(start_ms, 120)
    second = floor.call(start_ms + 300_000, 60)
    floor.call(start_ms, None)
    floor.call(start_ms, 60, agent="bob")
    assert first.ended_ms is not None
    assert second.ended_ms is not None
    wraps = [
        WrapUp("ann", first.ended_ms, first.ended_ms + 30_000, "support"),
        WrapUp("ann", second.ended_ms, second.ended_ms + 10_000, ""),
        WrapUp("ann", second.ended_ms + 20_000, second.ended_ms + 25_000, "support"),
        WrapUp("ann", second.ended_ms + 700_000, second.ended_ms + 800_000, "support"),
        WrapUp("eve", first.ended_ms, first.ended_ms + 9_000, "support"),
    ]
    handled = [call.handle_ms for call in handled_calls(floor.visits, wraps)]
    assert handled == [150_000, 75_000, None, 60_000]
    marks = [start_ms, start_ms + 60_000, start_ms + 1_800_000]
    work = work_by_interval(handled_calls(floor.visits, wraps), marks)["support"]
    assert work == [Work(3, 2, 210_000), Work(1, 1, 75_000)]


@given(
    st.lists(st.tuples(st.integers(0, 3_600_000), st.integers(0, 900)), max_size=30),
    st.lists(st.integers(1, 3_599_999), max_size=6),
)
def test_splitting_a_range_adds_up(calls: list[tuple[int, int]], cuts: list[int]) -> None:
    floor = MemoryFloor()
    for offset_ms, seconds in calls:
        floor.call(offset_ms, seconds)
    marks = sorted({0, 3_600_001, *cuts})
    whole = work_by_interval(handled_calls(floor.visits, ()), [0, 3_600_001]).get("support", [Work()])
    parts = work_by_interval(handled_calls(floor.visits, ()), marks).get("support", [])
    assert sum(parts, Work()) == whole[0]


# -- the service -----------------------------------------------------------------------------------------------------

NOW_MS = instant("2026-11-22T10:00")


def made(floor: MemoryFloor, store: MemoryForecasts, start: date, days: int = 7, weeks: int = 4) -> MadeForecast:
    end = start + timedelta(days=days)
    return make_forecast(store, floor, MakeOrder("support", weeks, start, end, "30m", SHANGHAI, "wang", NOW_MS))


@pytest.fixture(scope="module")
def steady() -> MemoryFloor:
    floor = MemoryFloor()
    weeks_of_calls(floor, SATURDAY, 9, [4, 12, 6])
    return floor


def test_a_week_is_made_stored_and_told(steady: MemoryFloor) -> None:
    store = MemoryForecasts(point("2026-11-23T09:15", minutes=15))
    found = store_forecast(store, made(steady, store, date(2026, 11, 23)))
    assert found.version == 1
    row = found.row()
    assert (row["intervals"], row["calls"], row["days_without"]) == (7 * 48, 7 * 22.0, 0)
    assert (row["tested_days"], row["wape_interval"], row["wape_day"]) == (28, 0, 0)
    morning = store.points(instant("2026-11-23T09:00"), instant("2026-11-23T10:30"))
    assert [each.calls_thousandths for each in morning] == [4000, 12000, 6000]
    assert {each.aht_ms for each in store.points(0, 2**62)} == {120_000}
    assert found.removed == (("support", instant("2026-11-23T09:15")),)
    assert found.day_rows()[0]["learnt_from"] == "4 Mondays"
    assert store.made[0].origin == "made"
    assert "2026-10" in store.made[0].detail


@pytest.mark.parametrize(
    ("chosen", "one", "two"), [("en", "1 Wednesday", "2 Wednesdays"), ("zh", "1 个星期三", "2 个星期三")]
)
def test_one_like_day_is_one(chosen: str, one: str, two: str) -> None:
    wednesday = date(2026, 11, 25)
    history = History({}, None, 4)
    before = language()
    set_language(chosen)
    try:
        said = [
            learnt_from(DayForecast(wednesday, LikeDays.WEEKDAY, (wednesday,) * count, {}), history) for count in (1, 2)
        ]
    finally:
        set_language(before)
    assert said == [one, two]


def test_every_weekday_has_its_own_name() -> None:
    history = History({}, None, 4)
    days = [date(2026, 11, 23) + timedelta(days=number) for number in range(7)]
    said = [learnt_from(DayForecast(day, LikeDays.WEEKDAY, (day,), {}), history) for day in days]
    assert said == [f"1 {day:%A}" for day in days]


def test_closed_hours_are_left_out(steady: MemoryFloor) -> None:
    store = MemoryForecasts()
    fields = {"name": "support", "zone": "Asia/Shanghai", "weekly": {"monday": ["09:00-10:00"]}}
    store.hours["support"] = read_calendar(fields, "here")
    found = made(steady, store, date(2026, 11, 23))
    assert [at(each.start_ms, SHANGHAI).strftime("%a %H:%M") for each in found.points] == ["Mon 09:00", "Mon 09:30"]
    assert found.row()["days_without"] == 0


def test_a_holiday_without_a_like_is_not_guessed_and_a_year_not_announced_is_named(steady: MemoryFloor) -> None:
    floor = MemoryFloor()
    weeks_of_calls(floor, date(2026, 9, 20), 3, [5])
    found = made(floor, MemoryForecasts(), date(2026, 10, 1), 1)
    assert found.days[0].like is LikeDays.NOTHING
    assert any("2026-10-01 is not forecast: National Day: no holiday" in note for note in found.notes)
    with pytest.raises(RuleRefused, match="Not one day"):
        store_forecast(MemoryForecasts(), found)
    later = made(steady, MemoryForecasts(), date(2031, 1, 1), 1)
    assert any("public holidays of 2031 are not announced" in note for note in later.notes)


def test_only_what_was_known_is_learnt_from(steady: MemoryFloor) -> None:
    found = made(steady, MemoryForecasts(), date(2026, 11, 2))
    assert max(day for each in found.days for day in each.sources) < date(2026, 11, 2)


def test_what_cannot_be_made_is_refused(steady: MemoryFloor) -> None:
    with pytest.raises(RuleRefused, match="no call of queue “support”"):
        made(MemoryFloor(), MemoryForecasts(), date(2026, 11, 23))
    with pytest.raises(UsageProblem, match="1 to 400 days"):
        made(steady, MemoryForecasts(), date(2026, 11, 23), 0)
    unanswered = MemoryFloor()
    for number in range(3):
        visit = unanswered.call(instant("2026-11-20T09:00") + number * 1000, None)
        assert isinstance(visit, Visit)
    unanswered.newest_ms = NOW_MS
    with pytest.raises(RuleRefused, match="was answered"):
        made(unanswered, MemoryForecasts(), date(2026, 11, 27), 1)


def test_thin_history_is_named() -> None:
    floor = MemoryFloor()
    weeks_of_calls(floor, SATURDAY, 1, [5])
    found = made(floor, MemoryForecasts(), date(2026, 11, 23), 2)
    assert any("fewer than 4" in note for note in found.notes)
    assert "cannot be told" in found.notes[0]
