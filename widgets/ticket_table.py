"""The open tickets, one line each, the most urgent first.

How lines move: for some seconds after a key they stay where they are, then they go to where they belong and the cursor
goes with its ticket. Tickets that come wait outside, counted, while the person is further down; they come in when the
person looks: with a key, by going to the top, or by resting there.
"""

from __future__ import annotations

from typing import ClassVar

from textual.strip import Strip

from app.core.clock import Clock
from app.tickets.picture import TicketSnapshot
from widgets.row_paint import Cursor
from widgets.row_table import Frame, RowTable
from widgets.ticket_messages import MarksChanged, TicketChosen, TicketHighlighted
from widgets.ticket_order import Choice, TicketOrder
from widgets.ticket_paint import TicketPainter
from widgets.ticket_style import COMPONENTS, STYLE
from widgets.ticket_words import PolicyWords


class TicketTable(RowTable, can_focus=True):
    """The tickets.

    Args:
        clock: Tells what "now" is for the countdowns.
        empty_text: What to say where there is nothing to show: a sentence that says what to do.
    """

    DEFAULT_CSS: ClassVar[str] = STYLE
    COMPONENT_CLASSES: ClassVar[set[str]] = COMPONENTS
    STYLE_PREFIX = "ticket-table--"

    TicketHighlighted = TicketHighlighted
    TicketChosen = TicketChosen
    MarksChanged = MarksChanged

    def __init__(
        self, clock: Clock, *, empty_text: str = "", id: str | None = None, classes: str | None = None
    ) -> None:
        super().__init__(clock, id=id, classes=classes)
        self._empty_text = empty_text
        self._order = TicketOrder()
        self._painter = TicketPainter(self.component_style, PolicyWords())
        self._marks: set[str] = set()

    # -- what a screen calls --------------------------------------------------------------------------------------

    def show(self, snapshot: TicketSnapshot) -> None:
        """Show a newer picture; what did not change costs nothing."""
        if self.is_held:
            self._order.freeze()
        changed = self._order.apply(snapshot)
        if self._is_at_top and not self.is_held:
            self._order.take_in(snapshot.now_ms)
        gone = {number for number in changed & self._marks if number not in snapshot.rows}
        if gone:
            self._marks -= gone
            self.post_message(self.MarksChanged(self))
        if changed:
            self.settle()

    def tick(self) -> None:
        """A second has passed: the countdowns go on, and what time alone lets through the filter comes or goes."""
        if not self.is_held and self._order.review(self.clock.now_ms()):
            self.settle()
        super().tick()

    def release(self) -> None:
        super().release()
        if self._is_at_top:
            self.look()

    def look(self) -> bool:
        """Let the tickets in that came meanwhile; returns whether there were any."""
        came = self._order.take_in(self.clock.now_ms())
        if came:
            self.settle()
        return came

    def choose(self, choice: Choice | None) -> None:
        """Show only the tickets that are chosen; all of them with None. See `TicketOrder.choose`."""
        self._order.choose(choice, self.clock.now_ms())
        self.rearranged()

    @property
    def words(self) -> PolicyWords:
        """What the policy book calls types and stages."""
        return self._painter.words

    @words.setter
    def words(self, words: PolicyWords) -> None:
        self._painter.words = words
        self.refresh()

    @property
    def empty_text(self) -> str:
        """What is said where there is nothing to show."""
        return self._empty_text

    @empty_text.setter
    def empty_text(self, text: str) -> None:
        if text != self._empty_text:
            self._empty_text = text
            if not self._order.line_count:
                self.refresh()

    @property
    def ticket_count(self) -> int:
        """How many tickets are open."""
        return len(self._order.rows)

    @property
    def matching_count(self) -> int:
        """How many tickets the filter lets through."""
        return self._order.matching_count

    @property
    def waiting_count(self) -> int:
        """How many tickets came that are not shown yet."""
        return self._order.waiting_count

    # -- marks ----------------------------------------------------------------------------------------------------

    @property
    def marks(self) -> frozenset[str]:
        """The numbers of the marked tickets; a filter that hides them does not take the marks away."""
        return frozenset(self._marks)

    @marks.setter
    def marks(self, numbers: frozenset[str]) -> None:
        kept = {number for number in numbers if number in self._order.rows}
        if kept != self._marks:
            self._marks = kept
            self.post_message(self.MarksChanged(self))
            self.refresh_body()

    def toggle_mark(self) -> None:
        """Mark the ticket under the cursor, or no longer, and go on to the next one."""
        if self.cursor_key is not None:
            self.marks = self.marks ^ {self.cursor_key}
            self.action_move(1)

    def toggle_all(self) -> None:
        """Mark every ticket the filter lets through; when all of them are, none of them."""
        matching = frozenset(self._order.matching)
        self.marks = self.marks - matching if matching <= self.marks else self.marks | matching

    # -- painting -------------------------------------------------------------------------------------------------

    @property
    def row_order(self) -> TicketOrder:
        return self._order

    @property
    def row_painter(self) -> TicketPainter:
        return self._painter

    def place_columns(self, width: int) -> None:
        self._painter.place(width)

    def header_line(self, frame: Frame) -> Strip:
        return self._painter.header(frame.width)

    def body_line(self, at: int, frame: Frame) -> Strip:
        row = self._order.line(at)
        cursor = frame.cursor if row.ticket == self.cursor_key else Cursor.AWAY
        return self._painter.row(row, frame.now_ms, frame.width, cursor, marked=row.ticket in self._marks)

    def sentence(self) -> str:
        return self._empty_text

    # -- what a person does ---------------------------------------------------------------------------------------

    @property
    def _is_at_top(self) -> bool:
        return self.cursor_line == 0 and self.scroll_offset.y == 0

    def cursor_moved(self, key: str) -> None:
        self.post_message(self.TicketHighlighted(self, key))

    def row_chosen(self, key: str) -> None:
        self.post_message(self.TicketChosen(self, key))

    def action_edge(self, direction: int) -> None:
        """Go to the first or the last ticket; going to the top is looking at what came."""
        if direction < 0:
            self._order.take_in(self.clock.now_ms())
            self.settle()
        super().action_edge(direction)
