"""Text from outside made inert: shown as it is, never obeyed."""

from __future__ import annotations

import unicodedata
from typing import Final

_SHOWN_AS: Final[dict[int, str]] = {
    **{code: chr(0x2400 + code) for code in range(0x20)},
    0x7F: "\u2421",
}

FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet takes a text that begins so for a formula. Such a text is written to CSV with an apostrophe before it,
and so is one that has apostrophes before such a beginning: who reads it takes exactly one away."""


def _visible(character: str) -> str:
    code = ord(character)
    if code in _SHOWN_AS:
        return _SHOWN_AS[code]
    category = unicodedata.category(character)
    # Cc: controls; Cf: bidi overrides, zero-width, tags; Cs: lone surrogates; Zl/Zp: line separators.
    if category in {"Cc", "Cf", "Cs", "Zl", "Zp"} or 0xFE00 <= code <= 0xFE0F or 0xE0100 <= code <= 0xE01EF:
        return f"\u27e8{code:04X}\u27e9"
    return character


def inert(text: str) -> str:
    """Make control characters, escape sequences, bidi overrides and zero-width characters visible.

    What remains is plain printable text. It may still look like markup: hand it to widgets as `Content` or `Text`,
    never as a markup string.

    Args:
        text: Anything that came from a source, a file, a person.

    Returns:
        The same text where nothing but printable characters is left; U+001B becomes ␛, U+202E becomes ⟨202E⟩.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(map(_visible, text))
