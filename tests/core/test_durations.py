from __future__ import annotations

import pytest

from app.core.durations import (
    clock_text,
    percent_text,
    rounded_percent_text,
    rounded_signed_percent_text,
    signed_percent_text,
)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0:00"),
        (7, "0:07"),
        (59, "0:59"),
        (60, "1:00"),
        (750, "12:30"),
        (3599, "59:59"),
        (3600, "1:00:00"),
        (3723, "1:02:03"),
        (360_000, "100:00:00"),
        (-130, "-2:10"),
        (-3600, "-1:00:00"),
    ],
)
def test_clock(seconds: int, text: str) -> None:
    assert clock_text(seconds) == text


@pytest.mark.parametrize(
    ("share", "text", "rounded"),
    [
        (None, "–", "–"),
        (0.0, "0.0%", "0%"),
        (0.842, "84.2%", "84%"),
        (0.8449, "84.5%", "84%"),
        (0.9994, "99.9%", "99%"),
        (0.9996, "99.9%", "99%"),
        (1.0, "100.0%", "100%"),
        (1.2, "120.0%", "120%"),
    ],
)
def test_percent(share: float | None, text: str, rounded: str) -> None:
    assert percent_text(share) == text
    assert rounded_percent_text(share) == rounded


@pytest.mark.parametrize(
    ("share", "text", "rounded"),
    [
        (None, "–", "–"),
        (0.0, "0.0%", "0%"),
        (-0.0, "0.0%", "0%"),
        (0.033, "+3.3%", "+3%"),
        (-0.098, "-9.8%", "-10%"),
        (-0.0004, "0.0%", "0%"),
        (0.004, "+0.4%", "0%"),
        (1.5, "+150.0%", "+150%"),
        (-1.0, "-100.0%", "-100%"),
    ],
)
def test_deviation(share: float | None, text: str, rounded: str) -> None:
    assert signed_percent_text(share) == text
    assert rounded_signed_percent_text(share) == rounded
