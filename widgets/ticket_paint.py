"""Lines of the ticket table as strips, painted once for each second they are seen in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from app.core.i18n import language
from app.tickets.picture import TicketRow
from app.tickets.urgency import Urgency, urgency
from widgets.cells import fit, fit_right
from widgets.columns import GAP
from widgets.row_paint import Cursor, RowPainter
from widgets.ticket_columns import Place, TicketColumn, place_columns
from widgets.ticket_line import (
    LEVELS,
    bar_cells,
    budget_pieces,
    fixed_cells,
    header_pieces,
    left_seconds,
    left_style,
    left_text,
    stage_text,
)
from widgets.ticket_words import PolicyWords

CURSOR_MARK: Final = "›"
MARKED: Final = "*"
"""Stands beside a ticket that a person marked."""


class _Seen(NamedTuple):
    """A strip and what it was painted from."""

    row: TicketRow
    now_second: int
    stands: Urgency
    cursor: Cursor
    is_marked: bool
    strip: Strip


class TicketPainter(RowPainter):
    """Paints the lines of the ticket table and remembers them.

    Args:
        style_of: Gives the Rich style of a component class by the last part of its name.
        words: What the policy book calls types and stages.
    """

    def __init__(self, style_of: Callable[[str], Style], words: PolicyWords) -> None:
        super().__init__(style_of)
        self._words = words
        self._places: tuple[Place, ...] = ()
        self._widths: dict[TicketColumn, int] = {}
        self._spare = 0
        self._seen: dict[str, _Seen] = {}
        self._fixed: dict[str, tuple[TicketRow, tuple[str, str]]] = {}

    @property
    def words(self) -> PolicyWords:
        """What the policy book calls types and stages."""
        return self._words

    @words.setter
    def words(self, words: PolicyWords) -> None:
        self._words = words
        self.forget()

    def forget(self) -> None:
        super().forget()
        self._seen.clear()
        self._fixed.clear()

    def place(self, width: int) -> None:
        """Place the columns in a line of so many cells; forgets all that was painted for another width."""
        made_for = (width, language())
        if made_for != self._made_for:
            self.forget()
            self._made_for = made_for
            self._places = place_columns(width, budget_cells=bar_cells(self._words))
            self._widths = {place.column: place.width for place in self._places}
            last = self._places[-1]
            self._spare = width - (last.x + last.width + GAP)

    def header(self, width: int) -> Strip:
        """The line of titles."""
        return self._strip(header_pieces(self._places), width, "header")

    def row(self, row: TicketRow, now_ms: int, width: int, cursor: Cursor, *, marked: bool) -> Strip:
        """One ticket at one moment."""
        stands = urgency(row, now_ms)
        # A row without a clock that runs looks the same in every second.
        second = left_seconds(row, now_ms) or 0
        seen = self._seen.get(row.ticket)
        if (
            seen is not None
            and seen.row is row
            and seen.now_second == second
            and seen.stands is stands
            and seen.cursor is cursor
            and seen.is_marked == marked
        ):
            return seen.strip
        strip = Strip(self._segments(row, now_ms, stands, cursor, marked=marked), width)
        if self._spare < 0:
            strip = strip.crop(0, width)
        if len(self._seen) >= self.REMEMBERED:
            self._seen.clear()
            self._fixed.clear()
        self._seen[row.ticket] = _Seen(row, second, stands, cursor, marked, strip)
        return strip

    def _cells(self, row: TicketRow) -> tuple[str, str]:
        known = self._fixed.get(row.ticket)
        if known is None or known[0] is not row:
            known = self._fixed[row.ticket] = (row, fixed_cells(row, self._words, self._places))
        return known[1]

    def _segments(self, row: TicketRow, now_ms: int, stands: Urgency, cursor: Cursor, *, marked: bool) -> list[Segment]:
        style, widths = self._style, self._widths
        gutter = (CURSOR_MARK if cursor is not Cursor.AWAY else " ") + (MARKED if marked else " ")
        time = left_text(row, left_seconds(row, now_ms))
        left = fit_right(time, widths[TicketColumn.LEFT] - 1) + LEVELS[stands].sign + " " * GAP
        segments = [Segment(gutter, style("mark", cursor)), Segment(left, style(left_style(stands), cursor))]
        if TicketColumn.STAGE in widths:
            stage = fit(stage_text(row, self._words), widths[TicketColumn.STAGE]) + " " * GAP
            segments.append(Segment(stage, style("stage", cursor)))
        if TicketColumn.BUDGET in widths:
            pieces = budget_pieces(row, self._words, now_ms, widths[TicketColumn.BUDGET])
            segments += [Segment(text, style(name, cursor)) for text, name in pieces]
        name, after = self._cells(row)
        segments.append(Segment(name, style(_name_style(row), cursor)))
        segments.append(Segment(after + " " * max(0, self._spare), style("figures", cursor)))
        return segments


def _name_style(row: TicketRow) -> str:
    return {1: "top", 2: "high"}.get(row.priority.rank, "name")
