from __future__ import annotations

import math
import statistics

import pytest

from seed.randomness import (
    WeightedChoice,
    exponential_ms,
    fixed_ms,
    inverse_normal,
    log_normal_ms,
    stream,
    unit_exponential,
    whole_between,
)


def test_a_stream_is_the_same_on_every_python() -> None:
    draw = stream(42, "arrivals/业务咨询")
    assert [int(draw() * 2**53) for _ in range(3)] == [80732529311192, 845639126409141, 572068445793474]


def test_causes_do_not_share_a_stream() -> None:
    assert stream(42, "talk")() != stream(42, "patience")()
    assert stream(42, "talk")() != stream(43, "talk")()


@pytest.mark.parametrize("probability", [2.0**-54, 1e-12, 1e-6, 0.01, 0.0749, 0.3, 0.5, 0.77, 0.9251, 0.99, 1 - 2**-53])
def test_inverse_normal_agrees_with_the_library(probability: float) -> None:
    expected = statistics.NormalDist().inv_cdf(probability)
    assert inverse_normal(probability) == pytest.approx(expected, rel=1e-14, abs=1e-15)


def test_exponential_inverts_its_distribution() -> None:
    values = iter([0.0, 0.5, 1 - math.exp(-1), 1 - 2**-53])
    next_ms = exponential_ms(lambda: next(values), mean_seconds=120)
    assert [next_ms() for _ in range(4)] == [0, 83_178, 120_000, 4_408_416]
    assert unit_exponential(lambda: 0.5) == pytest.approx(math.log(2))


def test_log_normal_has_the_mean_and_deviation_asked_for() -> None:
    next_ms = log_normal_ms(stream(7, "talk"), mean_seconds=240, sd_seconds=150)
    lengths_ms = [next_ms() for _ in range(40_000)]
    assert statistics.fmean(lengths_ms) == pytest.approx(240_000, rel=0.02)
    assert statistics.stdev(lengths_ms) == pytest.approx(150_000, rel=0.05)
    assert min(lengths_ms) > 0


def test_log_normal_survives_the_smallest_draw() -> None:
    assert log_normal_ms(lambda: 0.0, mean_seconds=240, sd_seconds=150)() > 0


def test_a_fixed_length_draws_nothing() -> None:
    assert fixed_ms(45)() == 45_000


@pytest.mark.parametrize(("drawn", "expected"), [(0.0, 3), (0.24, 3), (0.25, 4), (0.75, 6), (1 - 2**-53, 6)])
def test_whole_between_takes_both_ends(drawn: float, expected: int) -> None:
    assert whole_between(lambda: drawn, 3, 6) == expected


def test_weighted_choice_goes_by_cumulative_weight() -> None:
    values = iter([0.0, 0.29, 0.31, 1 - 2**-53])
    choose = WeightedChoice(lambda: next(values), "abc", [3, 0, 7])
    assert [choose() for _ in range(4)] == ["a", "a", "c", "c"]
