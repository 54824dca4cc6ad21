"""Figures for the wall: block digits that are read from four metres, in the largest size that fits."""

from __future__ import annotations

from typing import ClassVar, Final

from rich.cells import cell_len

from app.core.durations import NOTHING
from widgets.cells import fit_middle, shown
from widgets.levels import Level
from widgets.painted import Line, Painted, Piece

FONT_ROWS: Final = 5

_FONT: Final = {
    "0": ("###", "# #", "# #", "# #", "###"),
    "1": (" # ", "## ", " # ", " # ", "###"),
    "2": ("###", "  #", "###", "#  ", "###"),
    "3": ("###", "  #", "###", "  #", "###"),
    "4": ("# #", "# #", "###", "  #", "  #"),
    "5": ("###", "#  ", "###", "  #", "###"),
    "6": ("###", "#  ", "###", "# #", "###"),
    "7": ("###", "  #", "  #", "  #", "  #"),
    "8": ("###", "# #", "###", "# #", "###"),
    "9": ("###", "# #", "###", "  #", "###"),
    "%": ("#   #", "   # ", "  #  ", " #   ", "#   #"),
    ":": (" ", "#", " ", "#", " "),
    ".": (" ", " ", " ", " ", "#"),
    "-": ("   ", "   ", "###", "   ", "   "),
    "–": ("   ", "   ", "###", "   ", "   "),
    "+": ("   ", " # ", "###", " # ", "   "),
    "/": ("  #", "  #", " # ", "#  ", "#  "),
    " ": (" ", " ", " ", " ", " "),
}

_SCALES: Final = (4, 3, 2, 1)


def pixel_rows(text: str) -> list[str] | None:
    """The text as five rows of pixels, "#" for one that is set; None where the font lacks a character."""
    if not text or any(character not in _FONT for character in text):
        return None
    return [" ".join(_FONT[character][row] for character in text) for row in range(FONT_ROWS)]


def big_lines(text: str, width: int, height: int) -> list[str]:
    """The text in the largest block digits that fit in `width` cells and `height` lines; plain text where none do.

    A pixel is two cells wide and one line high, times the scale; the smallest size draws two pixels in one cell with
    half blocks.
    """
    rows = pixel_rows(text)
    if rows is None:
        return [text]
    columns = len(rows[0])
    for scale in _SCALES:
        if columns * 2 * scale <= width and FONT_ROWS * scale <= height:
            wide = ["".join(("█" if pixel == "#" else " ") * 2 * scale for pixel in row) for row in rows]
            return [row for row in wide for _repeat in range(scale)]
    if columns <= width and height >= (FONT_ROWS + 1) // 2:
        padded = [*rows, " " * columns]
        return [
            "".join(_half(upper, lower) for upper, lower in zip(padded[at], padded[at + 1], strict=True))
            for at in range(0, FONT_ROWS, 2)
        ]
    return [text]


def _half(upper: str, lower: str) -> str:
    if upper == "#":
        return "█" if lower == "#" else "▀"
    return "▄" if lower == "#" else " "


class BigFigure(Painted):
    """A figure in block digits with its label and a note below, in the middle of its space.

    Args:
        label: What the figure is called.
    """

    DEFAULT_CSS: ClassVar[str] = """
    BigFigure {
        height: 1fr;
        & .big-figure--figure { color: $foreground; }
        & .big-figure--label { color: $foreground; text-style: bold; }
        & .big-figure--note { color: $text-muted; }
        & .big-figure--notice { color: $text-warning; }
        & .big-figure--warn { color: $text-error; }
    }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "big-figure--figure",
        "big-figure--label",
        "big-figure--note",
        "big-figure--notice",
        "big-figure--warn",
    }

    def __init__(self, label: str = "", *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._figure = NOTHING
        self._label = label
        self._note = ""
        self._level = Level.NORMAL

    def show(self, figure: str, *, label: str | None = None, note: str = "", level: Level = Level.NORMAL) -> None:
        """Show a figure.

        Args:
            figure: Such as "84.2%" or "1:02"; characters the font lacks are shown as plain text.
            label: What it is called; None leaves it as it is.
            note: A few words under the label.
            level: How urgent it is: a colour, and a sign before and after the label.
        """
        wanted = (figure, self._label if label is None else label, note, level)
        if wanted != (self._figure, self._label, self._note, self._level):
            self._figure, self._label, self._note, self._level = wanted
            self.repaint()

    def paint(self, width: int) -> list[Line]:
        return figure_lines(self._figure, self._label, self._note, self._level, width, self.size.height)


def figure_lines(figure: str, label: str, note: str, level: Level, width: int, height: int) -> list[Line]:
    """A figure, its label and its note in the middle of `width` cells and `height` lines.

    A `height` of 0 means that nothing limits it: the smallest size of full blocks is taken.
    """
    # Room for a note is kept where there is some, so that figures side by side stand on one line.
    below = 1 + (bool(note) or height >= FONT_ROWS + 3)
    room = height - below if height else FONT_ROWS
    sign = level.sign.strip()
    shown_label = f"{sign} {shown(label)} {sign}" if sign else shown(label)
    rows = big_lines(shown(figure), width, room)
    # One blank line between figure and label where there is room.
    gap = int(height > 0 and room > len(rows))
    above = max(0, (height - len(rows) - gap - below) // 2)
    left = " " * max(0, (width - max(map(cell_len, rows))) // 2)
    style = "big-figure--" + ("figure" if level is Level.NORMAL else level.style_name)
    label_style = "big-figure--" + ("label" if level is Level.NORMAL else level.style_name)
    lines: list[Line] = [[] for _blank in range(above)]
    lines += [[Piece(left + row, style)] for row in rows]
    lines += [[] for _blank in range(gap)]
    lines.append([Piece(fit_middle(shown_label, width), label_style)])
    if note:
        lines.append([Piece(fit_middle(shown(note), width), "big-figure--note")])
    return lines
