"""The rest of today: damping, and the picture of a day."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.planning.forecast_history import Work
from app.planning.forecast_intraday import IntradayPoint, extremes, intraday_picture
from app.planning.forecast_report import StaffingCell
from app.planning.forecast_update import PRIOR_CALLS, Reforecast, SoFar, reforecast
from app.planning.requirement import Expected
from tests.planning.forecast_ground import SHANGHAI, instant

HALF_HOUR_MS = 1_800_000


@given(st.integers(0, 10**7), st.integers(0, 10**4))
def test_the_factor_lies_between_one_and_the_ratio(forecast_thousandths: int, actual: int) -> None:
    found = Reforecast(forecast_thousandths, actual)
    ratio = found.ratio
    if ratio is None:
        assert found.factor == 1
        return
    assert min(1.0, ratio) - 1e-12 <= found.factor <= max(1.0, ratio) + 1e-12


@given(st.integers(1, 1000), st.integers(1, 50))
def test_the_more_calls_it_rests_on_the_nearer_it_is_to_the_ratio(forecast: int, times: int) -> None:
    few, many = Reforecast(forecast * 1000, forecast * 2), Reforecast(forecast * times * 1000, forecast * times * 2)
    assert 1 < few.factor <= many.factor < 2


def test_few_calls_change_little_and_many_a_lot() -> None:
    assert Reforecast(2_000, 5).factor == pytest.approx(1.03, abs=0.005)
    assert Reforecast(1_000_000, 1200).factor == pytest.approx(1.18, abs=0.005)
    assert Reforecast(1_000_000, 0).factor == pytest.approx(PRIOR_CALLS / (1000 + PRIOR_CALLS))
    assert Reforecast(10_000, 10).factor == 1


@given(st.integers(0, 10**6), st.integers(0, 10**6), st.integers(0, 10**4))
def test_scaling_is_by_the_factor(calls: int, forecast_thousandths: int, actual: int) -> None:
    found = Reforecast(forecast_thousandths, actual)
    assert found.scaled(calls) == pytest.approx(calls * found.factor, abs=1.001)


def test_intervals_add_up_and_the_sentence_says_it() -> None:
    found = reforecast([SoFar(450_000, 400), SoFar(450_000, 412)])
    assert found == Reforecast(900_000, 812)
    assert found.sentence == (
        "So far 812 calls came where 900 were forecast (-9.8%): the rest of the day is taken at 91% of the forecast."
    )
    assert "taken as forecast" in reforecast([]).sentence


# -- the picture -----------------------------------------------------------------------------------------------------

DAY_MS = instant("2026-11-23T00:00")


def cell(index: int, now_ms: int, calls: int | None, came: int = 0, scheduled: float | None = 10) -> StaffingCell:
    """A half-hour of a day; `calls` None where nothing is forecast; each call needs a tenth of an agent."""
    start_ms = DAY_MS + index * HALF_HOUR_MS
    elapsed_ms = max(0, min(HALF_HOUR_MS, now_ms - start_ms))
    expected = (
        Expected()
        if calls is None
        else Expected(HALF_HOUR_MS, calls * 1000, calls * 1000 * 180_000, calls // 10 * HALF_HOUR_MS, 0)
    )
    work = Work(came, came, came * 200_000) if elapsed_ms else None
    staffed = 9.0 if elapsed_ms else None
    return StaffingCell("support", start_ms, start_ms + HALF_HOUR_MS, elapsed_ms, expected, work, scheduled, staffed)


def test_the_rest_of_the_day_follows_what_came_and_the_past_stays() -> None:
    now_ms = DAY_MS + 2 * HALF_HOUR_MS + HALF_HOUR_MS // 2
    cells = [cell(0, now_ms, 500, 600), cell(1, now_ms, 500, 600), cell(2, now_ms, 100, 70), cell(3, now_ms, 100)]
    asked: list[tuple[int, float]] = []

    def rescale(start_ms: int, multiple: float) -> float:
        asked.append((start_ms, multiple))
        return 12.0

    picture = intraday_picture(cells, now_ms, SHANGHAI, rescale)
    assert picture.reforecast == Reforecast(1_000_000, 1200)
    first, _second, running, later = picture.points
    assert (first.reforecast_calls, first.required_now, first.net) == (None, None, 9 - 50)
    # Seventy came in its first half, of the other half 118 % of fifty are to come.
    assert running.reforecast_calls == pytest.approx(70 + 50 * 1300 / 1100, abs=0.01)
    assert later.reforecast_calls == pytest.approx(100 * 1300 / 1100, abs=0.01)
    assert [start_ms for start_ms, _multiple in asked] == [running.start_ms, later.start_ms]
    assert asked[1][1] == pytest.approx(1300 / 1100, abs=1e-5)
    assert (later.required_now, later.net) == (12, 10 - 12)
    assert picture.lowest_net == later
    assert picture.words[0] == picture.reforecast.sentence
    assert picture.words[-1] == "Most agents are missing at 01:30: 2."
    assert picture.now_ms == now_ms


def test_a_day_with_nothing_forecast_is_a_picture_too() -> None:
    picture = intraday_picture([cell(0, DAY_MS, None, scheduled=None)], DAY_MS, SHANGHAI)
    assert (picture.extremes, picture.lowest_net, picture.schedule_fit) == ((), None, None)
    assert picture.points[0].level is None


def curve(*levels: int) -> list[IntradayPoint]:
    picture = intraday_picture([cell(index, 0, level) for index, level in enumerate(levels)], 0, SHANGHAI)
    return list(picture.points)


MORNING = (0, 0, 20, 60, 95, 100, 98, 90, 60, 40, 38, 45, 70, 90, 92, 80, 40, 20, 5, 0)


def test_peaks_and_valleys_are_named() -> None:
    found = extremes(curve(*MORNING), SHANGHAI)
    assert [each.kind for each in found] == ["peak", "valley", "peak"]
    assert [each.sentence for each in found] == [
        "Peak 02:30–03:30: about 99 calls per interval.",
        "Valley 04:30–05:30: about 39 calls per interval.",
        "Peak 06:30–07:30: about 91 calls per interval.",
    ]


def test_one_call_is_one_call() -> None:
    [peak] = extremes(curve(0, 0, 1, 1, 1, 0, 0, 0), SHANGHAI)
    assert peak.sentence == "Peak 01:30–02:00: about 1 call per interval."
    assert Reforecast(2_000, 1).sentence.startswith("So far 1 call came where 2 were forecast (-50.0%): ")


def test_ripples_and_flat_days_have_no_peaks_but_one() -> None:
    assert extremes(curve(0, 0, 0, 0), SHANGHAI) == ()
    assert extremes(curve(5, 6), SHANGHAI) == ()
    flat = extremes(curve(*[100, 102, 99, 101] * 6), SHANGHAI)
    assert [each.kind for each in flat] == ["peak"]


@given(st.lists(st.integers(0, 400), max_size=96))
def test_extremes_alternate_in_order_and_few(levels: list[int]) -> None:
    found = extremes(curve(*levels) if levels else [], SHANGHAI)
    assert len(found) <= 4
    assert all(each.start_ms < each.end_ms for each in found)
    assert [each.start_ms for each in found] == sorted(each.start_ms for each in found)
    assert all(kind.kind != after.kind for kind, after in pairwise(found))
