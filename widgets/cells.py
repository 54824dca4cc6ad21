"""Text cut and padded to terminal cells: a Chinese character takes two, and no line ever gets longer than it may."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from rich.cells import cell_len, set_cell_size

from app.core.text import inert

ELLIPSIS: Final = "…"

_REMEMBERED: Final = 1024
"""Texts whose fitted form is remembered: some screens full. Most are figures that never come again, and a cache that
takes an hour to fill looks like a leak for an hour."""


@lru_cache(_REMEMBERED)
def fit(text: str, width: int) -> str:
    """The text in exactly `width` cells: padded on the right, or cut with an ellipsis."""
    if width <= 0:
        return ""
    if text.isascii() and text.isprintable():
        return text.ljust(width) if len(text) <= width else text[: width - 1] + ELLIPSIS
    if cell_len(text) <= width:
        return set_cell_size(text, width)
    return set_cell_size(set_cell_size(text, width - 1).rstrip() + ELLIPSIS, width)


@lru_cache(_REMEMBERED)
def fit_right(text: str, width: int) -> str:
    """The text in exactly `width` cells with the padding on the left: for figures."""
    missing = width - cell_len(text)
    return " " * missing + text if missing >= 0 else fit(text, width)


def fit_middle(text: str, width: int) -> str:
    """The text in exactly `width` cells, in the middle of them."""
    missing = width - cell_len(text)
    return fit(" " * (missing // 2) + text, width) if missing > 0 else fit(text, width)


@lru_cache(16384)
def shown(text: str) -> str:
    """Text from data as it is shown: inert, and without the combining marks that pile up on one cell.

    A terminal and Rich may count long runs of marks differently; two marks on one character are enough to write any
    name, more are an attack on the layout.
    """
    plain = inert(text)
    if plain.isascii():
        return plain
    kept: list[str] = []
    marks = 0
    for character in plain:
        marks = marks + 1 if kept and cell_len(character) == 0 else 0
        if marks <= 2:
            kept.append(character)
    return "".join(kept)
