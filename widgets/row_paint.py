"""What painters of tables share: the styles of their lines, and lines made of pieces."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from enum import Enum

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from widgets.cells import fit
from widgets.painted import Piece, line_width


class Cursor(Enum):
    """Whether the cursor is on a line, and whether the table has the focus."""

    AWAY = 0
    HERE = 1
    HERE_BLURRED = 2


class RowPainter:
    """Paints lines; everything it remembers is for one width, one language, one set of columns.

    Args:
        style_of: Gives the Rich style of a component class by the last part of its name.
    """

    REMEMBERED = 512
    """How many rows are remembered: several screens full, and no more in a table of ten thousand."""

    def __init__(self, style_of: Callable[[str], Style]) -> None:
        self._style_of = style_of
        self._made_for: Hashable = None
        self._styles: dict[tuple[str, Cursor], Style] = {}

    def forget(self) -> None:
        """Forget all that was painted, after styles or the language changed."""
        self._made_for = None
        self._styles.clear()

    def sentence(self, text: str, width: int) -> Strip:
        """A line of plain text, for a table with nothing in it."""
        return self._strip([Piece(fit("  " + text, width), "empty")], width, "empty")

    def _style(self, name: str, cursor: Cursor) -> Style:
        key = (name, cursor)
        style = self._styles.get(key)
        if style is None:
            style = self._style_of(name)
            if cursor is Cursor.HERE:
                style = self._style_of("cursor")
            elif cursor is Cursor.HERE_BLURRED:
                style += Style(bgcolor=self._style_of("cursor-blurred").bgcolor)
            self._styles[key] = style
        return style

    def _strip(self, pieces: Sequence[Piece], width: int, rest: str) -> Strip:
        segments = [Segment(text, self._style(name, Cursor.AWAY)) for text, name in pieces]
        missing = width - line_width(pieces)
        if missing < 0:
            return Strip(segments).crop(0, width)
        if missing:
            segments.append(Segment(" " * missing, self._style(rest, Cursor.AWAY)))
        return Strip(segments, width)
