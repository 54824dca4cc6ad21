from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tests.widgets.golden import hold_to, texts
from widgets.big import BigFigure, big_lines, figure_lines, pixel_rows
from widgets.levels import Level


def test_a_figure_in_full_blocks() -> None:
    assert big_lines("12:3", 60, 5) == [
        "  ██    ██████      ██████",
        "████        ██  ██      ██",
        "  ██    ██████      ██████",
        "  ██    ██      ██      ██",
        "██████  ██████      ██████",
    ]


def test_the_smallest_size_is_three_lines_of_half_blocks() -> None:
    assert big_lines("12", 10, 4) == [
        "▄█  ▀▀█",
        " █  █▀▀",
        "▀▀▀ ▀▀▀",
    ]


def test_the_largest_size_that_fits_is_taken() -> None:
    assert [len(big_lines("84.2%", width, height)) for width, height in ((20, 9), (40, 9), (80, 12), (200, 60))] == [
        3,
        5,
        10,
        20,
    ]


@pytest.mark.parametrize("text", ["abc", "", "12 人"])
def test_what_the_font_lacks_stays_plain(text: str) -> None:
    assert big_lines(text, 80, 10) == [text]
    assert pixel_rows(text) is None


@given(st.text("0123456789:.%-–+/ ", min_size=1, max_size=8), st.integers(1, 250), st.integers(1, 70))
def test_big_digits_never_leave_their_space(text: str, width: int, height: int) -> None:
    lines = big_lines(text, width, height)
    assert len(lines) <= max(1, height)
    assert lines == [text] or max(map(cell_len, lines)) <= width


def test_digits_differ_in_every_size() -> None:
    for size in ((10, 3), (10, 5), (40, 20)):
        assert len({tuple(big_lines(character, *size)) for character in "0123456789%:.-+/"}) == 16


@pytest.mark.parametrize(("level", "sign"), [(Level.NORMAL, ""), (Level.NOTICE, "▲"), (Level.WARN, "■")])
def test_label_and_level(level: Level, sign: str) -> None:
    lines = texts(figure_lines("2:10", "最长等待", "投诉专线", level, 60, 12))
    assert len(lines) <= 12
    assert [line.strip() for line in lines[-2:]] == [f"{sign} 最长等待 {sign}".strip(), "投诉专线"]
    if level is Level.WARN:
        hold_to("big_60_12", lines, 60)


def test_hostile_labels_are_inert() -> None:
    lines = texts(figure_lines("[/]\x1b", "[@click=app.quit]x", "\u202ebad", Level.NORMAL, 40, 8))
    assert [line.strip() for line in lines if line.strip()] == ["[/]␛", "[@click=app.quit]x", "⟨202E⟩bad"]


def test_without_a_limit_of_height_full_blocks_are_taken() -> None:
    figure = BigFigure("x")
    figure.show("12", label="waiting", level=Level.NOTICE)
    assert len(figure.paint(60)) == 6
    figure.show("13", note="calls")
    assert [line.strip() for line in texts(figure.paint(60))[-2:]] == ["waiting", "calls"]
