"""The alerts one on each line, as lists of the alerts screen show them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar, Final, NamedTuple

from rich.segment import Segment
from textual.message import Message
from textual.strip import Strip

from app.core.clock import Clock
from app.core.durations import NOTHING, clock_text
from app.core.i18n import _, pgettext
from widgets.alert_words import badge
from widgets.cells import fit, fit_right
from widgets.row_paint import Cursor, RowPainter
from widgets.row_table import Frame, RowTable

_BADGE_CELLS: Final = 6
_TIME_CELLS: Final = 10
_WHO_CELLS: Final = 20
_WHO_FROM: Final = 70
"""Narrower lines say only the sentence and the time."""


class AlertEntry(NamedTuple):
    """A line.

    Attributes:
        key: What the cursor follows.
        level: 1 to 3.
        is_quiet: Somebody has it, it is silent, or it is over.
        text: Gives what it says, printable; asked for only while the line is in sight.
        who: Who has it, until when it is silent, what explains it; printable.
        from_ms: Counts up from here; None where it does not.
        to_ms: Counts down to here; None where it does not.
        fixed: Stands in the place of a time that moves.
    """

    key: str
    level: int
    is_quiet: bool
    text: Callable[[], str]
    who: str = ""
    from_ms: int | None = None
    to_ms: int | None = None
    fixed: str = NOTHING


class AlertTitles(NamedTuple):
    """What the last two columns of a list are called."""

    who: str
    time: str


class AlertChosen(Message):
    """An alert was chosen with Enter or a double click."""


class AlertOrder:
    """The alerts on their lines."""

    def __init__(self) -> None:
        self.entries: Sequence[AlertEntry] = ()
        self._at: dict[str, int] = {}

    def show(self, entries: Sequence[AlertEntry]) -> None:
        """Take over other lines, in their order."""
        self.entries = entries
        self._at = {entry.key: at for at, entry in enumerate(entries)}

    @property
    def line_count(self) -> int:
        """How many there are."""
        return len(self.entries)

    def line_of(self, key: str) -> int | None:
        """Where an alert stands; None where it is not in the list."""
        return self._at.get(key)

    def nearest(self, at: int) -> str | None:
        """The alert on a line, or on the last one."""
        return self.entries[max(0, min(at, len(self.entries) - 1))].key if self.entries else None

    def is_heading(self, at: int) -> bool:  # noqa: ARG002 - every line is an alert
        """Never."""
        return False

    def thaw(self) -> bool:
        """Nothing is kept still: the screen waits with a new list while a person moves."""
        return False


class AlertPainter(RowPainter):
    """Paints the lines."""

    def header(self, titles: AlertTitles, width: int) -> Strip:
        """The line of titles."""
        who, text = _widths(width)
        line = "  " + fit(pgettext("alert", "Level"), _BADGE_CELLS) + fit(_("What it says"), text)
        line += fit(titles.who, who) + fit_right(titles.time, _TIME_CELLS)
        return Strip([Segment(line, self._style("header", Cursor.AWAY))]).adjust_cell_length(
            width, self._style("header", Cursor.AWAY)
        )

    def row(self, entry: AlertEntry, now_ms: int, width: int, cursor: Cursor) -> Strip:
        """One alert at one moment."""
        who, text = _widths(width)
        style = self._style
        mark = "› " if cursor is not Cursor.AWAY else "  "
        plain = "quiet" if entry.is_quiet else "text"
        segments = [
            Segment(mark, style(plain, cursor)),
            Segment(fit(badge(entry.level), _BADGE_CELLS), style(f"level-{entry.level}", cursor)),
            Segment(fit(entry.text(), text - 1) + " ", style(plain, cursor)),
            Segment(fit(entry.who, who), style("quiet", cursor)),
            Segment(fit_right(_time(entry, now_ms), _TIME_CELLS), style(plain, cursor)),
        ]
        return Strip(segments).adjust_cell_length(width, style(plain, cursor))


def _widths(width: int) -> tuple[int, int]:
    """Cells of who, and of the sentence."""
    who = _WHO_CELLS if width >= _WHO_FROM else 0
    return who, max(2, width - 2 - _BADGE_CELLS - who - _TIME_CELLS)


def _time(entry: AlertEntry, now_ms: int) -> str:
    if entry.to_ms is not None:
        return clock_text(max(0, entry.to_ms - now_ms + 999) // 1000)
    if entry.from_ms is not None:
        return clock_text(max(0, now_ms - entry.from_ms) // 1000)
    return entry.fixed


class AlertTable(RowTable, can_focus=True, inherit_bindings=False):
    """The alerts; a message says that the one under the cursor was chosen."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        f"alerts--{name}"
        for name in ("header", "text", "quiet", "level-1", "level-2", "level-3", "cursor", "cursor-blurred", "empty")
    }
    DEFAULT_CSS: ClassVar[str] = """
    AlertTable {
        & .alerts--header { color: $ink-muted; background: $surface; }
        & .alerts--text { color: $foreground; }
        & .alerts--quiet { color: $ink-muted; }
        & .alerts--level-1 { color: $level-warn; text-style: bold reverse; }
        & .alerts--level-2 { color: $level-warn; text-style: bold; }
        & .alerts--level-3 { color: $level-notice; text-style: bold; }
        & .alerts--cursor { color: $block-cursor-foreground; background: $block-cursor-background; text-style: bold; }
        & .alerts--cursor-blurred { background: $boost; color: $foreground; }
        & .alerts--empty { color: $ink-muted; }
    }
    """
    STYLE_PREFIX = "alerts--"
    BINDINGS = RowTable.BINDINGS[:-1]

    def __init__(self, clock: Clock) -> None:
        super().__init__(clock)
        self._order = AlertOrder()
        self._painter = AlertPainter(self.component_style)
        self.titles = AlertTitles("", "")
        """What the columns are called."""
        self.empty_text = ""
        """What to say where there is no alert."""

    def show(self, entries: Sequence[AlertEntry]) -> None:
        """Show other alerts."""
        self._order.show(entries)
        self.settle()

    @property
    def row_order(self) -> AlertOrder:
        return self._order

    @property
    def row_painter(self) -> AlertPainter:
        return self._painter

    def place_columns(self, width: int) -> None:
        """Nothing: the widths follow from the line's."""

    def header_line(self, frame: Frame) -> Strip:
        return self._painter.header(self.titles, frame.width)

    def body_line(self, at: int, frame: Frame) -> Strip:
        entry = self._order.entries[at]
        cursor = frame.cursor if entry.key == self.cursor_key else Cursor.AWAY
        return self._painter.row(entry, frame.now_ms, frame.width, cursor)

    def sentence(self) -> str:
        return self.empty_text

    def row_chosen(self, key: str) -> None:  # noqa: ARG002 - who listens asks the table for its cursor
        self.post_message(AlertChosen())
