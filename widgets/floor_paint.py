"""Lines of the floor table as strips, painted once for each second they are seen in."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final, NamedTuple

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from app.core.i18n import language
from app.floor.picture import AgentRow
from widgets.cells import fit
from widgets.columns import GAP
from widgets.floor_columns import Column, Place, place_columns
from widgets.floor_line import (
    CURSOR_MARK,
    FixedCells,
    day_cells,
    fixed_cells,
    group_text,
    header_pieces,
    time_cell,
    verdict_cell,
)
from widgets.floor_order import GroupBy, GroupLine
from widgets.levels import AgeLimits, Level
from widgets.painted import Piece
from widgets.row_paint import Cursor, RowPainter
from widgets.verdicts import verdict_style
from widgets.words import PINNED_MARK, state_style


class _Seen(NamedTuple):
    """A strip and what it was painted from."""

    row: AgentRow
    seconds: int
    verdict_seconds: int
    cursor: Cursor
    pinned: bool
    strip: Strip


class _Fixed(NamedTuple):
    """What of a row only a new fact changes: segments for a line without the cursor, and the text of one with it."""

    row: AgentRow
    cells: FixedCells
    state: Segment
    middle: Segment


class LinePainter(RowPainter):
    """Paints the lines of the floor table and remembers them.

    Args:
        style_of: Gives the Rich style of a component class by the last part of its name.
        limits: When time in a state deserves a look.
    """

    def __init__(self, style_of: Callable[[str], Style], limits: AgeLimits) -> None:
        super().__init__(style_of)
        self._limits = limits
        self._places: tuple[Place, ...] = ()
        self._widths: dict[Column, int] = {}
        self._spare = 0
        self._seen: dict[str, _Seen] = {}
        self._fixed: dict[str, _Fixed] = {}

    def forget(self) -> None:
        super().forget()
        self._seen.clear()
        self._fixed.clear()

    @property
    def places(self) -> tuple[Place, ...]:
        """Where the columns stand."""
        return self._places

    def place(self, width: int, *, with_team: bool, with_verdict: bool = False) -> None:
        """Place the columns in a line of so many cells; forgets all that was painted for another width."""
        made_for = (width, with_team, with_verdict, language())
        if made_for != self._made_for:
            self.forget()
            self._made_for = made_for
            self._places = place_columns(width, with_team=with_team, with_verdict=with_verdict)
            self._widths = {place.column: place.width for place in self._places}
            last = self._places[-1]
            self._spare = width - (last.x + last.width + GAP)

    def header(self, width: int, sorted_by: Column, *, ascending: bool) -> Strip:
        """The line of titles."""
        return self._strip(header_pieces(self._places, sorted_by, ascending), width, "header")

    def group(self, line: GroupLine, group_by: GroupBy, width: int) -> Strip:
        """The line above a group."""
        return self._strip([Piece(fit(group_text(line, group_by), width), "group")], width, "group")

    def row(self, row: AgentRow, now_ms: int, width: int, cursor: Cursor, *, pinned: bool) -> Strip:
        """One agent at one moment."""
        seconds = row.seconds_in_state(now_ms)
        verdict_seconds = row.verdict_seconds(now_ms) if Column.VERDICT in self._widths else 0
        seen = self._seen.get(row.agent)
        if (
            seen
            and seen[0] is row
            and seen[1] == seconds
            and seen[2] == verdict_seconds
            and seen[3] is cursor
            and seen[4] == pinned
        ):
            return seen[5]
        fixed = self._fixed.get(row.agent)
        if fixed is None or fixed[0] is not row:
            fixed = self._fix(row)
        strip = Strip(self._segments(fixed, seconds, now_ms, cursor, pinned), width)
        if self._spare < 0:
            strip = strip.crop(0, width)
        self._seen[row.agent] = _Seen(row, seconds, verdict_seconds, cursor, pinned, strip)
        return strip

    def _fix(self, row: AgentRow) -> _Fixed:
        if len(self._fixed) >= self.REMEMBERED:
            self._fixed.clear()
            self._seen.clear()
        cells = fixed_cells(row, self._places)
        state = Segment(cells.state, self._style(state_style(row.state), Cursor.AWAY))
        middle = Segment(cells.middle, self._style("name", Cursor.AWAY))
        fixed = self._fixed[row.agent] = _Fixed(row, cells, state, middle)
        return fixed

    def _segments(self, fixed: _Fixed, seconds: int, now_ms: int, cursor: Cursor, pinned: bool) -> list[Segment]:
        row, cells, state, middle = fixed
        style = self._style
        if cursor is not Cursor.AWAY:
            state = Segment(cells.state, style(state_style(row.state), cursor))
            middle = Segment(cells.middle, style("name", cursor))
        gutter = (CURSOR_MARK if cursor is not Cursor.AWAY else " ") + (PINNED_MARK if pinned else " ")
        segments = [Segment(gutter, style("pinned", cursor)), state, middle]
        widths = self._widths
        if Column.TIME in widths:
            time, level = time_cell(row, seconds, widths[Column.TIME], self._limits)
            segments.append(Segment(time, style(_LEVEL_STYLES[level], cursor)))
        if Column.VERDICT in widths:
            name = "figures" if row.verdict is None else verdict_style(row.verdict, severe=row.severe)
            text = verdict_cell(row, row.verdict_seconds(now_ms), widths[Column.VERDICT])
            segments.append(Segment(text, style(name, cursor)))
        figures = cells.after + day_cells(row, now_ms, widths.get(Column.OCCUPANCY, 0), widths.get(Column.REVERSE, 0))
        if figures or self._spare > 0:
            segments.append(Segment(figures + " " * self._spare, style("figures", cursor)))
        return segments


_LEVEL_STYLES: Final = {Level.NORMAL: "name", Level.NOTICE: "notice", Level.WARN: "warn"}


def plain_text(strips: Iterable[Strip]) -> list[str]:
    """The text of strips, for tests and for a frame printed without a terminal."""
    return [strip.text for strip in strips]
