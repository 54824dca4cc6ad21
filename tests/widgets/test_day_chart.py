"""The chart of a day: legible at any width from sixty cells on, and honest about what is short."""

from __future__ import annotations

from math import exp

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tests.widgets.fakes import DAY_START_MS
from tests.widgets.golden import hold_to, speaking, texts
from widgets.day_chart import GUTTER, MISSING, NOW_MARK, SHORT_MARK, DayBand, DayStep, chart_lines, nice_top

NOW_MS = DAY_START_MS + (10 * 60 + 20) * 60_000


def hour_text(at_ms: int) -> str:
    minutes = (at_ms - DAY_START_MS) // 60_000
    return f"{minutes // 60 % 24:02d}:{minutes % 60:02d}"


def day(step_minutes: int = 30, first_hour: int = 8, last_hour: int = 20) -> list[DayStep]:
    """Two peaks; too few people at the first one."""
    steps = []
    for minute in range(first_hour * 60, last_hour * 60, step_minutes):
        start_ms = DAY_START_MS + minute * 60_000
        hour = minute / 60
        forecast = (20 + 110 * exp(-((hour - 10.5) ** 2) / 3) + 80 * exp(-((hour - 15.5) ** 2) / 5)) * step_minutes / 30
        over, begun = minute + step_minutes <= 620, minute <= 620
        required = forecast * 30 / step_minutes / 6
        steps.append(
            DayStep(
                start_ms,
                start_ms + step_minutes * 60_000,
                forecast,
                forecast * 1.1 if over else forecast / 2 if begun else None,
                None if over else forecast * 1.05,
                required,
                17.0,
                16.0 if begun else None,
            )
        )
    return steps


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(("width", "height", "step"), [(60, 12, 15), (80, 14, 30), (120, 24, 30), (200, 40, 15)])
def test_the_chart_as_text(language: str, width: int, height: int, step: int) -> None:
    with speaking(language):
        lines = texts(chart_lines(day(step), NOW_MS, width, height, hour_text))
        assert len(lines) <= height
        hold_to(f"day_chart_{language}_{width}", lines, width)


@given(
    st.integers(GUTTER + 1, 260),
    st.integers(0, 70),
    st.sampled_from((15, 30, 60)),
    st.integers(0, 22),
    st.integers(1, 24),
    st.integers(-40, 40),
)
def test_no_line_is_ever_too_wide(width: int, height: int, step: int, first: int, hours: int, now_hours: int) -> None:
    steps = day(step, first, first + hours)
    for line in texts(chart_lines(steps, DAY_START_MS + now_hours * 3_600_000, max(60, width), height, hour_text)):
        assert cell_len(line) <= max(60, width)


@given(st.lists(st.tuples(*[st.none() | st.floats(0, 1e6, allow_nan=False)] * 6), min_size=1, max_size=96))
def test_any_figures_can_be_drawn(rows: list[tuple[float | None, ...]]) -> None:
    steps = [DayStep(n * 900_000, (n + 1) * 900_000, *row) for n, row in enumerate(rows)]
    lines = texts(chart_lines(steps, 450_000, 80, 20, hour_text))
    assert all(cell_len(line) <= 80 for line in lines)


def test_what_is_missing_has_a_mark_and_a_figure_without_colour() -> None:
    with speaking("en"):
        lines = texts(chart_lines(day(), NOW_MS, 120, 24, hour_text))
        assert any(MISSING in line for line in lines[:-2])
        (net,) = [line for line in lines if line.startswith("net")]
        assert f"{SHORT_MARK}5" in net
        assert "+10" in net


def test_a_step_is_short_only_beyond_a_tenth() -> None:
    step = DayStep(0, 1, required=100.0, scheduled=91.0)
    assert not step.is_short
    assert step._replace(scheduled=89.9).is_short
    assert not step._replace(scheduled=None).is_short
    assert step._replace(staffed=50.0).net == -50.0


def test_now_stands_at_its_cell_and_nowhere_on_another_day() -> None:
    with speaking("en"):
        lines = texts(chart_lines(day(), NOW_MS, 120, 24, hour_text))
        # 10:20 is the fifth step of 30 minutes from 08:00, two thirds into it; each step has four cells.
        assert lines[0].index(NOW_MARK) == GUTTER + 4 * 4 + 2
        assert "now 10:20" in lines[0]
        tomorrow = texts(chart_lines(day(), NOW_MS + 86_400_000, 120, 24, hour_text))
        assert not any(NOW_MARK in line for line in tomorrow)


@given(st.floats(0, 1e9, allow_nan=False))
def test_the_scale_ends_on_a_round_number_with_a_whole_half(largest: float) -> None:
    top = nice_top(largest)
    assert top >= largest
    assert top % 2 == 0
    assert top <= max(2, 2 * largest + 2)


@pytest.mark.parametrize("width", [60, 80, 120, 200])
def test_a_band_is_drawn_and_named_whatever_room_there_is(width: int) -> None:
    steps = day()
    for start_hours, hours in ((0, 24), (9, 2), (23, 1), (0, 0.1), (12, None)):
        start_ms = DAY_START_MS + int(start_hours * 3_600_000)
        end_ms = None if hours is None else start_ms + int(hours * 3_600_000)
        band = DayBand(start_ms, end_ms, "群发短信 +45% · 哈尔滨")
        lines = texts(chart_lines(steps, NOW_MS, width, 24, hour_text, [band, band, band]))
        assert all(cell_len(line) <= width for line in lines)
        named = [line for line in lines if "群发短信 +45% · 哈尔滨" in line]
        assert len(named) == 2
        assert all(set(line) & set("╞╪") for line in named)
        assert len(lines) == len(texts(chart_lines(steps, NOW_MS, width, 24, hour_text)))


@pytest.mark.parametrize("height", [12, 13, 14, 20])
def test_bands_never_push_the_hours_off_the_lines_there_are(height: int) -> None:
    steps = day()
    bands = [DayBand(DAY_START_MS + 9 * 3_600_000, DAY_START_MS + 10 * 3_600_000, name) for name in ("first", "second")]
    found = texts(chart_lines(steps, steps[4].start_ms, 80, height, hour_text, bands))
    assert len(found) <= height
    assert any("08:00" in line for line in found)
    assert any("first" in line for line in found)
    assert any("second" in line for line in found) is (height > 12)
