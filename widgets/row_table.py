"""A table of many lines of which only those in sight are painted, and whose cursor follows what it is on.

What a second costs is the visible lines, whatever the number of all. Lines do not move under a person's cursor: for a
few seconds after a key or the mouse they stay where they are, and the cursor goes with its row, not with its line.
"""

from __future__ import annotations

from typing import ClassVar, Final, NamedTuple, Protocol

from rich.segment import Segment
from rich.style import Style
from textual import events, on
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.timer import Timer

from app.core.clock import Clock
from app.core.i18n import N_
from widgets.row_paint import Cursor, RowPainter

HOLD_SECONDS: Final = 3
"""How long lines stay where they are after a person touched the table: the person's seconds, not the floor's."""

HEADER_LINES: Final = 1


class RowOrder(Protocol):
    """Which row stands on which line, counted from 0; rows are known by a key."""

    @property
    def line_count(self) -> int:
        """How many lines there are."""
        ...

    def line_of(self, key: str, /) -> int | None:
        """The line of a row; None where it is not shown."""
        ...

    def nearest(self, at: int) -> str | None:
        """The row on a line, or on the nearest line that has one."""
        ...

    def is_heading(self, at: int) -> bool:
        """Whether a line stands above a group and is none of a row."""
        ...

    def thaw(self) -> bool:
        """Let lines that were kept go to where they belong; returns whether they had been kept."""
        ...


class Frame(NamedTuple):
    """What all lines of one frame have in common: cells, first line, the instant, and how the cursor looks."""

    width: int
    top: int
    now_ms: int
    cursor: Cursor


class RowTable(ScrollView, can_focus=True):
    """The table; a subclass says the order, paints a line, and tells what a person does.

    Args:
        clock: Tells what "now" is for times in the lines.
    """

    ALLOW_SELECT = False
    DEFAULT_CSS: ClassVar[str] = """
    RowTable {
        height: 1fr;
        overflow-x: hidden;
        overflow-y: auto;
        scrollbar-size-vertical: 1;
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", N_("Move up"), show=False),
        Binding("down,j", "move(1)", N_("Move down"), show=False),
        Binding("pageup", "page(-1)", N_("Page up"), show=False),
        Binding("pagedown", "page(1)", N_("Page down"), show=False),
        Binding("home,g", "edge(-1)", N_("First line"), show=False),
        Binding("end,G", "edge(1)", N_("Last line"), show=False),
        Binding("enter", "choose", N_("Open"), show=False),
    ]
    STYLE_PREFIX: ClassVar[str] = ""
    """What the component classes of the painter begin with: "floor-table--"."""

    def __init__(self, clock: Clock, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self.clock = clock
        self._cursor: str | None = None
        self._cursor_line = 0
        self._touched = False
        self._hold: Timer | None = None
        self._height_before = 0

    # -- what a subclass says -------------------------------------------------------------------------------------

    @property
    def row_order(self) -> RowOrder:
        """Which row stands on which line."""
        raise NotImplementedError

    @property
    def row_painter(self) -> RowPainter:
        """What paints the lines."""
        raise NotImplementedError

    def place_columns(self, width: int) -> None:
        """Place the columns in lines of so many cells, before any of them is painted."""
        raise NotImplementedError

    def header_line(self, frame: Frame) -> Strip:
        """The line of titles."""
        raise NotImplementedError

    def body_line(self, at: int, frame: Frame) -> Strip:
        """One line of the order."""
        raise NotImplementedError

    def sentence(self) -> str:
        """What to say where there is no line at all."""
        raise NotImplementedError

    def cursor_moved(self, key: str) -> None:
        """The cursor went to another row."""

    def row_chosen(self, key: str) -> None:
        """A row was chosen with Enter or a double click."""

    def header_clicked(self, x: int) -> None:
        """A cell of the line of titles was clicked."""

    # -- what a screen calls --------------------------------------------------------------------------------------

    def tick(self) -> None:
        """A second has passed: paint the times of the visible lines again."""
        if self.row_order.line_count:
            self.refresh_body()

    def release(self) -> None:
        """Let lines that were kept still for a person's sake go to where they belong."""
        if self._hold is not None:
            self._hold.stop()
            self._hold = None
        if self.row_order.thaw():
            self.settle()

    @property
    def is_held(self) -> bool:
        """Whether lines are kept where they are, for a person's sake."""
        return self._hold is not None

    @property
    def cursor_line(self) -> int:
        """The line under the cursor; 0 with no rows."""
        return self._cursor_line

    @property
    def cursor_key(self) -> str | None:
        """The row under the cursor; None with no rows."""
        return self._cursor

    @cursor_key.setter
    def cursor_key(self, key: str) -> None:
        line = self.row_order.line_of(key)
        if line is not None:
            self.touch()
            self._go_to(line)

    def retranslate(self) -> None:
        """Paint every word again, after the language was changed."""
        self.row_painter.forget()
        self.refresh()

    # -- painting -------------------------------------------------------------------------------------------------

    def refresh_body(self) -> None:
        """Paint the lines again, without the titles."""
        self.refresh(Region(0, HEADER_LINES, self.size.width, self._body_height))

    def render_lines(self, crop: Region) -> list[Strip]:
        styles = self.styles
        if self.opacity < 1 or styles.tint.a or styles.gutter.totals != (0, 0) or styles.has_rule("hatch"):
            return super().render_lines(crop)
        # Nothing is drawn round or over the lines and their styles went through the filters already: what the
        # general way does for each line would be half of the cost of a second.
        frame = self._frame()
        strips = [self._line(y, frame) for y in crop.line_range]
        if crop.x or crop.right < frame.width:
            strips = [strip.crop(*crop.column_span) for strip in strips]
        return strips

    def render_line(self, y: int) -> Strip:
        return self._line(y, self._frame())

    def _frame(self) -> Frame:
        width = self.scrollable_content_region.width
        self.place_columns(width)
        cursor = Cursor.HERE if self.has_focus else Cursor.HERE_BLURRED
        return Frame(width, self.scroll_offset.y, self.clock.now_ms(), cursor)

    def _line(self, y: int, frame: Frame) -> Strip:
        if y < HEADER_LINES:
            return self.header_line(frame)
        at = y - HEADER_LINES + frame.top
        if at < self.row_order.line_count:
            return self.body_line(at, frame)
        sentence = "" if self.row_order.line_count or y != HEADER_LINES + 1 else self.sentence()
        return self.row_painter.sentence(sentence, frame.width)

    def notify_style_update(self) -> None:
        self.row_painter.forget()
        super().notify_style_update()

    def component_style(self, name: str) -> Style:
        """The Rich style of a component class by the last part of its name, as the line filters leave it."""
        segments = [Segment("x", self.get_component_rich_style(self.STYLE_PREFIX + name))]
        for line_filter in self.get_line_filters():
            segments = line_filter.apply(segments, self.background_colors[1])
        return segments[0].style or Style.null()

    # -- order and cursor -----------------------------------------------------------------------------------------

    def touch(self) -> None:
        """A person is at work here: no line moves under their cursor for a few seconds."""
        self._touched = True
        if self._hold is None:
            self._hold = self.set_timer(HOLD_SECONDS, self.release, name="hold")
        else:
            self._hold.reset()

    def rearranged(self) -> None:
        """The person asked for another order: it holds at once, and the cursor stays in sight."""
        self.settle()
        if self._touched:
            self._scroll_into_view()
        self.refresh()

    def settle(self) -> None:
        """Bring height and cursor in line with a changed order."""
        order = self.row_order
        height = order.line_count + HEADER_LINES
        if self.virtual_size.height != height:
            self.virtual_size = Size(0, height)
        line = order.line_of(self._cursor) if self._cursor is not None and self._touched else None
        if line is None:
            # Nobody touched the table yet: the cursor rests on top. Or its row left: it goes to the neighbour.
            self._set_cursor(order.nearest(self._cursor_line if self._touched else 0))
        elif line != self._cursor_line:
            top = self.scroll_offset.y
            is_seen = top <= self._cursor_line < top + self._body_height
            if top and is_seen:
                self._scroll_lines(top + line - self._cursor_line)
            self._cursor_line = line
            if is_seen and not top:
                # From the top the view moves only as far as it must for the row to stay in sight.
                self._scroll_into_view()
        self.refresh_body()

    @property
    def _body_height(self) -> int:
        return max(1, self.size.height - HEADER_LINES)

    def _set_cursor(self, key: str | None) -> None:
        line = self.row_order.line_of(key) if key is not None else None
        self._cursor_line = line or 0
        if key != self._cursor:
            self._cursor = key
            if key is not None:
                self.cursor_moved(key)

    def _go_to(self, line: int) -> None:
        self._set_cursor(self.row_order.nearest(line))
        self._scroll_into_view()
        self.refresh_body()

    def _scroll_into_view(self) -> None:
        top, line = self.scroll_offset.y, self._cursor_line
        # The line above a group comes into sight with its first row.
        first = line - 1 if line and self.row_order.is_heading(line - 1) else line
        if first < top:
            self._scroll_lines(first)
        elif line >= top + self._body_height:
            self._scroll_lines(line - self._body_height + 1)

    def _scroll_lines(self, first: int) -> None:
        # Forced: a scroll bar that a longer list has just made necessary is not there yet.
        self.scroll_to(y=first, animate=False, force=True)

    def action_move(self, direction: int) -> None:
        """Go to the row above or below."""
        self.touch()
        order, line = self.row_order, self._cursor_line + direction
        if direction < 0 and 0 <= line < order.line_count and order.is_heading(line):
            line -= 1
        if 0 <= line < order.line_count:
            self._go_to(line)

    def action_page(self, direction: int) -> None:
        """Go one page up or down."""
        self.touch()
        self._go_to(max(0, self._cursor_line + direction * max(1, self._body_height - 1)))

    def action_edge(self, direction: int) -> None:
        """Go to the first or the last row."""
        self.touch()
        self._go_to(0 if direction < 0 else self.row_order.line_count - 1)

    def action_choose(self) -> None:
        """Open the row under the cursor."""
        if self._cursor is not None:
            self.touch()
            self.row_chosen(self._cursor)

    # -- mouse ----------------------------------------------------------------------------------------------------

    def on_click(self, event: events.Click) -> None:
        """Go to the row under the mouse; a second click opens it."""
        offset = event.get_content_offset(self)
        if offset is None:
            return
        event.stop()
        if offset.y < HEADER_LINES:
            self.header_clicked(offset.x)
            return
        at = offset.y - HEADER_LINES + self.scroll_offset.y
        if at < self.row_order.line_count and not self.row_order.is_heading(at):
            self.touch()
            self._go_to(at)
            if event.chain >= 2 and self._cursor is not None:
                self.row_chosen(self._cursor)

    @on(events.Resize)
    def _keep_cursor_in_sight(self) -> None:
        """What comes to stand above or below the table does not hide the row a person is on."""
        before, self._height_before = self._height_before, self._body_height
        if self._touched and self._cursor_line < self.scroll_offset.y + before:
            self._scroll_into_view()

    @on(events.MouseScrollDown)
    @on(events.MouseScrollUp)
    def _scrolled_by_hand(self) -> None:
        self.touch()

    @on(events.Focus)
    @on(events.Blur)
    def _look_of_cursor_changed(self) -> None:
        self.refresh_body()
