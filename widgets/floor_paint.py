"""Lines of the floor table as strips, painted once for each second they are seen in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from enum import Enum
from typing import NamedTuple

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from app.core.i18n import language
from app.floor.picture import AgentRow
from widgets.cells import fit
from widgets.floor_columns import Column, Place, place_columns
from widgets.floor_line import CURSOR_MARK, FixedCells, fixed_cells, group_text, header_pieces, row_pieces
from widgets.floor_order import GroupBy, GroupLine
from widgets.levels import AgeLimits
from widgets.painted import Piece, line_width


class Cursor(Enum):
    """Whether the cursor is on a line, and whether the table has the focus."""

    AWAY = 0
    HERE = 1
    HERE_BLURRED = 2


class _Seen(NamedTuple):
    """A strip and what it was painted from."""

    row: AgentRow
    seconds: int
    cursor: Cursor
    pinned: bool
    strip: Strip


class _Fixed(NamedTuple):
    row: AgentRow
    cells: FixedCells


class LinePainter:
    """Paints lines and remembers them; everything remembered is for one width and one language.

    Args:
        style_of: Gives the Rich style of a component class by the last part of its name.
        limits: When time in a state deserves a look.
    """

    REMEMBERED = 512
    """How many rows are remembered: several screens full, and no more on a floor of ten thousand."""

    def __init__(self, style_of: Callable[[str], Style], limits: AgeLimits) -> None:
        self._style_of = style_of
        self._limits = limits
        self._made_for: tuple[int, bool, str] | None = None
        self._places: tuple[Place, ...] = ()
        self._styles: dict[tuple[str, Cursor], Style] = {}
        self._seen: dict[str, _Seen] = {}
        self._fixed: dict[str, _Fixed] = {}

    def forget(self) -> None:
        """Forget all that was painted, after styles or the language changed."""
        self._made_for = None
        self._styles.clear()
        self._seen.clear()
        self._fixed.clear()

    def place(self, width: int, *, with_team: bool) -> tuple[Place, ...]:
        """Where the columns stand; forgets all that was painted for another width."""
        made_for = (width, with_team, language())
        if made_for != self._made_for:
            self.forget()
            self._made_for = made_for
            self._places = place_columns(width, with_team=with_team)
        return self._places

    def header(self, width: int, sorted_by: Column, *, ascending: bool) -> Strip:
        """The line of titles."""
        return self._strip(header_pieces(self._places, sorted_by, ascending), width, "header")

    def group(self, line: GroupLine, group_by: GroupBy, width: int) -> Strip:
        """The line above a group."""
        return self._strip([Piece(fit(group_text(line, group_by), width), "group")], width, "group")

    def sentence(self, text: str, width: int) -> Strip:
        """A line of plain text, for a table with nobody in it."""
        return self._strip([Piece(fit("  " + text, width), "empty")], width, "empty")

    def row(self, row: AgentRow, now_ms: int, width: int, cursor: Cursor, *, pinned: bool) -> Strip:
        """One agent at one moment."""
        seconds = row.seconds_in_state(now_ms)
        seen = self._seen.get(row.agent)
        if seen and seen[0] is row and seen[1] == seconds and seen[2] is cursor and seen[3] == pinned:
            return seen[4]
        fixed = self._fixed.get(row.agent)
        if fixed is None or fixed.row is not row:
            if len(self._fixed) >= self.REMEMBERED:
                self._fixed.clear()
                self._seen.clear()
            fixed = self._fixed[row.agent] = _Fixed(row, fixed_cells(row, self._places))
        pieces = row_pieces(row, self._places, fixed.cells, now_ms, self._limits, pinned=pinned)
        if cursor is not Cursor.AWAY:
            pieces[0] = Piece(CURSOR_MARK + pieces[0].text[1:], pieces[0].style)
        strip = self._strip(pieces, width, "name", cursor)
        self._seen[row.agent] = _Seen(row, seconds, cursor, pinned, strip)
        return strip

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

    def _strip(self, pieces: Sequence[Piece], width: int, rest: str, cursor: Cursor = Cursor.AWAY) -> Strip:
        segments = [Segment(text, self._style(name, cursor)) for text, name in pieces]
        missing = width - line_width(pieces)
        if missing < 0:
            return Strip(segments).crop(0, width)
        if missing:
            segments.append(Segment(" " * missing, self._style(rest, cursor)))
        return Strip(segments, width)


def plain_text(strips: Iterable[Strip]) -> list[str]:
    """The text of strips, for tests and for a frame printed without a terminal."""
    return [strip.text for strip in strips]
