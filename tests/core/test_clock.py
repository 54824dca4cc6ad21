"""Clocks that are told, and one that runs faster than ours."""

from __future__ import annotations

import time

import pytest

from app.core.clock import ManualClock, ScaledClock, SystemClock


def test_the_system_clock_tells_utc_milliseconds() -> None:
    before = time.time_ns() // 1_000_000
    assert before <= SystemClock().now_ms() <= time.time_ns() // 1_000_000


def test_a_manual_clock_moves_only_when_told() -> None:
    clock = ManualClock(5)
    assert clock.now_ms() == clock.now_ms() == 5
    clock.advance_ms(3)
    assert clock.now_ms() == 8
    clock.set_ms(1)
    assert clock.now_ms() == 1


@pytest.mark.parametrize("speed", [1, 7, 600])
def test_a_scaled_clock_runs_at_its_speed_from_its_start(speed: int) -> None:
    base = ManualClock(1_000)
    clock = ScaledClock(base, start_ms=50_000, speed=speed)
    assert (clock.now_ms(), clock.speed) == (50_000, speed)
    base.advance_ms(250)
    assert clock.now_ms() == 50_000 + 250 * speed
