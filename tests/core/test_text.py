"""Text from outside is shown as it is and obeyed by nobody."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.text import inert


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("王小明", "王小明"),
        ("Zoë O'Neil-García", "Zoë O'Neil-García"),
        ("[/] [@click=app.quit]x", "[/] [@click=app.quit]x"),
        ("\x1b[31mred\x1b[0m", "␛[31mred␛[0m"),
        ("a\tb\nc\rd\x00e\x7f", "a␉b␊c␍d␀e␡"),
        ("a\u202eb\u2066c\u200bd\ufeff", "a⟨202E⟩b⟨2066⟩c⟨200B⟩d⟨FEFF⟩"),
        ("a\u2028b\u2029c", "a⟨2028⟩b⟨2029⟩c"),
        ("x\x9b31m\x85", "x⟨009B⟩31m⟨0085⟩"),
        ("tag \U000e0041", "tag ⟨E0041⟩"),
        ("lone \udc80", "lone ⟨DC80⟩"),
        ("heart \u2764\ufe0f", "heart \u2764⟨FE0F⟩"),
        ("", ""),
    ],
)
def test_what_steers_a_terminal_is_made_visible(text: str, shown: str) -> None:
    assert inert(text) == shown


@given(st.text(st.characters(codec=None, categories=None)))
def test_nothing_that_steers_is_ever_left(text: str) -> None:
    made = inert(text)
    assert all(unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Zl", "Zp"} for character in made)
    assert inert(made) == made
    made.encode("utf-8")
