"""A board of several lists below each other: titles above each, lines that can be chosen, one cursor through all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Final, NamedTuple

from rich.segment import Segment
from textual.message import Message
from textual.strip import Strip

from app.core.clock import Clock
from app.core.durations import NOTHING, countdown_text
from app.core.i18n import _
from widgets.cells import fit, fit_right
from widgets.levels import Level
from widgets.row_paint import Cursor, RowPainter
from widgets.row_table import Frame, RowTable

_FIGURE_CELLS: Final = 11
_LEAST_NAME: Final = 30


class BoardFigure(NamedTuple):
    """A number on a line.

    Attributes:
        text: What is shown; printable.
        level: How urgent it is: a sign stands after it.
    """

    text: str
    level: Level = Level.NORMAL


class BoardLine(NamedTuple):
    """A line of the board.

    Attributes:
        name: What it is about; printable.
        figures: Beside it, the most important first: a narrow board leaves the last ones out.
        due_ms: Counts down in the last column; None leaves it empty.
        key: What tells it from the others; empty for titles and for what cannot be chosen.
        is_title: Whether it stands above a list.
        has_due: Whether it has a last column at all.
    """

    name: str
    figures: tuple[BoardFigure, ...] = ()
    due_ms: int | None = None
    key: str = ""
    is_title: bool = False
    has_due: bool = True


class BoardLineChosen(Message):
    """A line was chosen with Enter or a double click.

    Attributes:
        key: Of which line.
    """

    def __init__(self, key: str) -> None:
        super().__init__()
        self.key = key


class BoardOrder:
    """The lines of the board."""

    def __init__(self) -> None:
        self.lines: Sequence[BoardLine] = ()
        self._at: dict[str, int] = {}

    def show(self, lines: Sequence[BoardLine]) -> None:
        """Take over other lines."""
        self.lines = lines
        self._at = {line.key: at for at, line in enumerate(lines) if line.key}

    @property
    def line_count(self) -> int:
        """How many there are, titles too."""
        return len(self.lines)

    def line_of(self, key: str) -> int | None:
        """Where a line stands; None where it is gone."""
        return self._at.get(key)

    def nearest(self, at: int) -> str | None:
        """The line at a place, or else the next one below that can be chosen, or above."""
        below = next((line.key for line in self.lines[max(0, at) :] if line.key), None)
        return below or next((line.key for line in reversed(self.lines[: max(0, at)]) if line.key), None)

    def is_heading(self, at: int) -> bool:
        """Whether a line cannot be chosen."""
        return not self.lines[at].key

    def thaw(self) -> bool:
        """Nothing is kept still: whoever shows the board waits while a person moves."""
        return False


class BoardPainter(RowPainter):
    """Paints the lines of the board."""

    def line(self, line: BoardLine, now_ms: int, width: int, cursor: Cursor) -> Strip:
        """One line at one moment."""
        figures = list(line.figures)
        while figures and (len(figures) + line.has_due) * _FIGURE_CELLS + _LEAST_NAME + 2 > width:
            figures.pop()
        taken = (len(figures) + line.has_due) * _FIGURE_CELLS
        mark = "› " if cursor is not Cursor.AWAY else "  "
        style = self._style
        name = fit(line.name, max(1, width - taken - 2)) if line.key or line.is_title else fit(line.name, width - 2)
        segments = [Segment(mark + name, style("title" if line.is_title else "name" if line.key else "quiet", cursor))]
        if line.key or line.is_title:
            segments += [self._figure(figure, line, cursor) for figure in figures]
            if line.has_due and line.is_title:
                segments.append(Segment(fit_right(_("First due"), _FIGURE_CELLS), style("title", cursor)))
            elif line.has_due:
                due = NOTHING if line.due_ms is None else countdown_text((line.due_ms - now_ms) // 1000)
                segments.append(Segment(fit_right(due, _FIGURE_CELLS), style("figure", cursor)))
        return Strip(segments).adjust_cell_length(width, style("figure", cursor))

    def _figure(self, figure: BoardFigure, line: BoardLine, cursor: Cursor) -> Segment:
        name = "title" if line.is_title else "figure" if figure.level is Level.NORMAL else figure.level.style_name
        sign = figure.level.sign or " "
        return Segment(fit_right(figure.text + sign, _FIGURE_CELLS), self._style(name, cursor))


class BoardTable(RowTable, can_focus=True, inherit_bindings=False):
    """The board; a message says which line was chosen, by its key."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        f"board--{name}"
        for name in ("title", "name", "figure", "quiet", "warn", "notice", "cursor", "cursor-blurred", "empty")
    }
    DEFAULT_CSS: ClassVar[str] = """
    BoardTable {
        & .board--title { color: $accent; text-style: bold; }
        & .board--name { color: $foreground; }
        & .board--figure { color: $foreground; }
        & .board--quiet { color: $ink-muted; }
        & .board--warn { color: $level-warn; text-style: bold; }
        & .board--notice { color: $level-notice; }
        & .board--cursor { color: $block-cursor-foreground; background: $block-cursor-background; text-style: bold; }
        & .board--cursor-blurred { background: $boost; color: $foreground; }
        & .board--empty { color: $ink-muted; }
    }
    """
    STYLE_PREFIX = "board--"
    BINDINGS = RowTable.BINDINGS[:-1]

    def __init__(self, clock: Clock) -> None:
        super().__init__(clock)
        self._order = BoardOrder()
        self._painter = BoardPainter(self.component_style)
        self.empty_text = ""

    def show(self, lines: Sequence[BoardLine]) -> None:
        """Show other lines."""
        self._order.show(lines)
        self.settle()

    @property
    def row_order(self) -> BoardOrder:
        return self._order

    @property
    def row_painter(self) -> BoardPainter:
        return self._painter

    def place_columns(self, width: int) -> None:
        """Nothing: the widths follow from the line's."""

    def header_line(self, frame: Frame) -> Strip:
        return self._painter.sentence("", frame.width)

    def body_line(self, at: int, frame: Frame) -> Strip:
        line = self._order.lines[at]
        cursor = frame.cursor if line.key and line.key == self.cursor_key else Cursor.AWAY
        return self._painter.line(line, frame.now_ms, frame.width, cursor)

    def sentence(self) -> str:
        return self.empty_text

    def row_chosen(self, key: str) -> None:
        self.post_message(BoardLineChosen(key))

    def action_move(self, direction: int) -> None:
        """Go to the next line above or below that can be chosen, over whatever titles."""
        order, line = self.row_order, self.cursor_line + direction
        while 0 <= line < order.line_count and order.is_heading(line):
            line += direction
        if 0 <= line < order.line_count:
            self.cursor_key = order.lines[line].key
        elif direction < 0:
            # The first title comes into sight with the first line.
            self.touch()
            self.scroll_to(y=0, animate=False, force=True)
