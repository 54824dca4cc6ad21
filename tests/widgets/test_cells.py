from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tests.widgets.fakes import HOSTILE_NAMES
from widgets.cells import fit, fit_middle, fit_right, shown


@pytest.mark.parametrize(
    ("text", "width", "expected"),
    [
        ("abc", 5, "abc  "),
        ("abcdef", 4, "abc…"),
        ("王芳", 6, "王芳  "),
        ("王小芳", 5, "王小…"),
        ("王小芳", 4, "王… "),
        ("王小芳", 1, "…"),
        ("abc", 0, ""),
        ("", 3, "   "),
    ],
)
def test_fit(text: str, width: int, expected: str) -> None:
    assert fit(text, width) == expected


def test_figures_stand_at_the_right_and_labels_in_the_middle() -> None:
    assert fit_right("12", 5) == "   12"
    assert fit_right("话后", 5) == " 话后"
    assert fit_right("123456", 4) == "123…"
    assert fit_middle("话后", 8) == "  话后  "


@given(st.text(max_size=40), st.integers(0, 30))
def test_any_text_takes_exactly_its_cells(text: str, width: int) -> None:
    for made in (fit(shown(text), width), fit_right(shown(text), width), fit_middle(shown(text), width)):
        assert cell_len(made) == width


@given(st.text(max_size=40))
def test_what_is_shown_has_nothing_a_terminal_obeys(text: str) -> None:
    assert not [c for c in shown(text) if unicodedata.category(c) in {"Cc", "Cf", "Cs", "Zl", "Zp"}]


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_hostile_names_keep_the_width(name: str) -> None:
    assert cell_len(fit(shown(name), 12)) == 12


def test_marks_do_not_pile_up() -> None:
    assert shown("e" + "\u0301" * 50) == "e\u0301\u0301"
    assert shown("é") == "é"
