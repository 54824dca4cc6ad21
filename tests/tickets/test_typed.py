"""What people type into a ticket's fields: amounts, numbers, instants ahead."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.errors import UsageProblem
from app.core.zones import at, load_zone
from app.tickets.typed import read_ahead, read_fen, read_number

SHANGHAI = load_zone("Asia/Shanghai")
NOW_MS = 1_795_225_260_000
"""2026-11-21 09:41 in Shanghai."""


@pytest.mark.parametrize(
    ("text", "fen"),
    [("200", 20_000), ("199.5", 19_950), ("0.05", 5), (" ¥12.50 ", 1250), ("１２元", 1200), ("￥8 yuan", 800)],
)
def test_amounts(text: str, fen: int) -> None:
    assert read_fen(text, "Amount") == fen


@pytest.mark.parametrize("text", ["", "-5", "1.234", "1,000", "ten", "12345678", "1e3", "٣"])
def test_no_amounts(text: str) -> None:
    with pytest.raises(UsageProblem, match="is not an amount in yuan"):
        read_fen(text, "Amount")


@given(st.integers(0, 999_999_999))
def test_an_amount_is_read_as_it_is_written(fen: int) -> None:
    assert read_fen(f"{fen // 100}.{fen % 100:02d}", "Amount") == fen


def test_numbers_have_bounds() -> None:
    assert read_number("１０", 0, 10, "Stars") == 10
    for text in ("11", "-1", "1.0", "", "x"):
        with pytest.raises(UsageProblem, match="is not a whole number from 0 to 10"):
            read_number(text, 0, 10, "Stars")


@pytest.mark.parametrize(
    ("text", "local"),
    [
        ("14:30", "2026-11-21 14:30"),
        ("09:00", "2026-11-22 09:00"),
        ("9：41", "2026-11-22 09:41"),
        ("明天 9:00", "2026-11-22 09:00"),
        ("tomorrow 23:59", "2026-11-22 23:59"),
        ("后天8:00", "2026-11-23 08:00"),
        ("2026-12-01 10:00", "2026-12-01 10:00"),
        ("+30m", "2026-11-21 10:11"),
        ("2h", "2026-11-21 11:41"),
        ("2小时后", "2026-11-21 11:41"),
        ("1天", "2026-11-22 09:41"),
    ],
)
def test_instants_ahead(text: str, local: str) -> None:
    assert f"{at(read_ahead(text, SHANGHAI, NOW_MS, 'When'), SHANGHAI):%Y-%m-%d %H:%M}" == local


@pytest.mark.parametrize("text", ["", "soon", "25:00", "9:60", "yesterday 9:00", "14.30", "2h30"])
def test_no_instants(text: str) -> None:
    with pytest.raises(UsageProblem, match="is no time"):
        read_ahead(text, SHANGHAI, NOW_MS, "When")


@pytest.mark.parametrize("text", ["today 9:00", "今天 09:41", "2026-11-20 10:00", "0m"])
def test_instants_that_have_passed(text: str) -> None:
    with pytest.raises(UsageProblem, match="has passed already"):
        read_ahead(text, SHANGHAI, NOW_MS, "When")
