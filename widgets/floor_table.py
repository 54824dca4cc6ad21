"""The agents of the floor, one line each, painted only where they are seen.

The table keeps the last picture, an order that is patched by what changed, and strips of what was painted last. A
second that passes costs the visible lines, whatever the size of the floor.
"""

from __future__ import annotations

from typing import ClassVar, Final, NamedTuple

from rich.segment import Segment
from rich.style import Style
from textual import events, on
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.timer import Timer

from app.core.clock import Clock
from app.core.i18n import N_, _
from app.floor.picture import AgentRow, FloorSnapshot
from widgets.cells import shown
from widgets.floor_columns import Column
from widgets.floor_messages import AgentChosen, AgentHighlighted, SortChanged
from widgets.floor_order import FloorOrder, GroupBy, GroupLine
from widgets.floor_paint import Cursor, LinePainter
from widgets.floor_style import COMPONENTS, STYLE
from widgets.levels import DEFAULT_AGE_LIMITS, AgeLimits
from widgets.verdicts import is_planned

HOLD_SECONDS: Final = 3
"""How long lines stay where they are after a person touched the table: the person's seconds, not the floor's."""

HEADER_LINES: Final = 1
_DESCENDING_BY_NATURE: Final = frozenset({Column.TIME, Column.VERDICT, Column.CALLS, Column.OCCUPANCY, Column.REVERSE})


class _View(NamedTuple):
    """What all lines of one frame have in common: cells, first line, the instant, and how the cursor looks."""

    width: int
    top: int
    now_ms: int
    cursor: Cursor


class FloorTable(ScrollView, can_focus=True):
    """The agents of the floor.

    Args:
        clock: Tells what "now" is for the times in state.
        age_limits: When time in a state deserves a look; see `AgeLimits`.
        empty_text: What to say where there are no agents at all: a sentence that says what to do.
    """

    ALLOW_SELECT = False
    DEFAULT_CSS: ClassVar[str] = STYLE
    COMPONENT_CLASSES: ClassVar[set[str]] = COMPONENTS

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", N_("Move up"), show=False),
        Binding("down,j", "move(1)", N_("Move down"), show=False),
        Binding("pageup", "page(-1)", N_("Page up"), show=False),
        Binding("pagedown", "page(1)", N_("Page down"), show=False),
        Binding("home,g", "edge(-1)", N_("First agent"), show=False),
        Binding("end,G", "edge(1)", N_("Last agent"), show=False),
        Binding("enter", "choose", N_("Open agent"), show=False),
    ]

    AgentHighlighted = AgentHighlighted
    AgentChosen = AgentChosen
    SortChanged = SortChanged

    def __init__(
        self,
        clock: Clock,
        *,
        age_limits: AgeLimits = DEFAULT_AGE_LIMITS,
        empty_text: str = "",
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self.clock = clock
        self._empty_text = empty_text
        self._order = FloorOrder()
        self._painter = LinePainter(self._component_style, age_limits)
        self._generation = -1
        self._with_team = False
        self._with_verdict = False
        self._cursor: str | None = None
        self._cursor_line = 0
        self._touched = False
        self._hold: Timer | None = None

    # -- what a screen calls ----------------------------------------------------------------------------------

    def show(self, snapshot: FloorSnapshot) -> None:
        """Show a newer picture: rows that are the same objects as before cost nothing."""
        thawed = False
        if snapshot.generation != self._generation:
            self._generation = snapshot.generation
            thawed = self._order.thaw()
        elif self._hold is not None:
            self._order.freeze()
        changed = self._order.apply(snapshot.agents, snapshot.at_ms)
        if not self._with_team:
            self._with_team = any(row.team for name in changed if (row := snapshot.agents.get(name)))
        if not self._with_verdict:
            self._with_verdict = any(is_planned(row) for name in changed if (row := snapshot.agents.get(name)))
        if changed or thawed:
            self._settle()

    def tick(self) -> None:
        """A second has passed: paint the times of the visible lines again."""
        if self._order.line_count:
            self._refresh_body()

    def release(self) -> None:
        """Let lines that were kept still for a person's sake go to where they belong."""
        if self._hold is not None:
            self._hold.stop()
            self._hold = None
        if self._order.thaw():
            self._settle()

    @property
    def sort_key(self) -> Column:
        """The column the table is sorted by; `Column.STATE` at first: state urgency, then longest in state."""
        return self._order.sort_column

    @sort_key.setter
    def sort_key(self, column: Column | str) -> None:
        self.sort_by(column, reversed=False)

    @property
    def sort_reversed(self) -> bool:
        """Whether the natural direction of the column (longest, most, A to Z first) is turned round."""
        return self._order.sort_reversed

    def sort_by(self, column: Column | str, *, reversed: bool | None = None) -> None:
        """Sort by a column; the same one again turns the direction round, unless `reversed` says which.

        Raises:
            ValueError: When there is no such column.
        """
        column = Column(column)
        if reversed is None:
            reversed = column is self._order.sort_column and not self._order.sort_reversed
        self._order.sort_column = column
        self._order.sort_reversed = reversed
        self._arrange()
        self.post_message(self.SortChanged(self, column, backwards=reversed))

    @property
    def group_by(self) -> GroupBy:
        """What the agents are grouped by."""
        return self._order.group_by

    @group_by.setter
    def group_by(self, group_by: GroupBy | str) -> None:
        self._order.group_by = GroupBy(group_by)
        self._arrange()

    @property
    def filter_text(self) -> str:
        """Only agents are shown who match every word of it: by name, state, reason, queue or team."""
        return self._order.filter_text

    @filter_text.setter
    def filter_text(self, text: str) -> None:
        if text != self._order.filter_text:
            self._order.filter_text = text
            self._arrange()

    @property
    def only_out(self) -> bool:
        """Whether only agents who are out of adherence are shown."""
        return self._order.only_out

    @only_out.setter
    def only_out(self, only_out: bool) -> None:
        if only_out != self._order.only_out:
            self._order.only_out = only_out
            self._arrange()

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns the table has something to say in, whether or not they fit."""
        absent = {Column.TEAM: not self._with_team, Column.VERDICT: not self._with_verdict}
        return tuple(column for column in Column if not absent.get(column, False))

    @property
    def pinned(self) -> frozenset[str]:
        """The agents who are kept on top."""
        return frozenset(self._order.pinned)

    def toggle_pin(self, agent: str | None = None) -> bool:
        """Keep an agent on top, or no longer; the one under the cursor when none is named.

        Returns:
            Whether the agent is pinned now.
        """
        agent = self._cursor if agent is None else agent
        if agent is None:
            return False
        self._order.pinned ^= {agent}
        self._arrange()
        return agent in self._order.pinned

    @property
    def cursor_agent(self) -> str | None:
        """The agent under the cursor; None with nobody on the floor."""
        return self._cursor

    @cursor_agent.setter
    def cursor_agent(self, agent: str) -> None:
        line = self._order.line_of(agent)
        if line is not None:
            self._touch()
            self._go_to(line)

    @property
    def empty_text(self) -> str:
        """What is said where there are no agents at all: a sentence that says what to do."""
        return self._empty_text

    @empty_text.setter
    def empty_text(self, text: str) -> None:
        if text != self._empty_text:
            self._empty_text = text
            if not self._order.line_count:
                self.refresh()

    @property
    def agent_count(self) -> int:
        """How many agents are on the floor."""
        return len(self._order.rows)

    @property
    def matching_count(self) -> int:
        """How many agents the filter lets through."""
        return self._order.matching_count

    def retranslate(self) -> None:
        """Paint every word again, after the language was changed."""
        self._painter.forget()
        self.refresh()

    # -- painting ---------------------------------------------------------------------------------------------

    def _refresh_body(self) -> None:
        self.refresh(Region(0, HEADER_LINES, self.size.width, self._body_height))

    def render_lines(self, crop: Region) -> list[Strip]:
        styles = self.styles
        if self.opacity < 1 or styles.tint.a or styles.gutter.totals != (0, 0) or styles.has_rule("hatch"):
            return super().render_lines(crop)
        # Nothing is drawn round or over the lines and their styles went through the filters already: what the
        # general way does for each line would be half of the cost of a second.
        view = self._view()
        strips = [self._line(y, view) for y in crop.line_range]
        if crop.x or crop.right < view.width:
            strips = [strip.crop(*crop.column_span) for strip in strips]
        return strips

    def render_line(self, y: int) -> Strip:
        return self._line(y, self._view())

    def _view(self) -> _View:
        width = self.scrollable_content_region.width
        self._painter.place(width, with_team=self._with_team, with_verdict=self._with_verdict)
        cursor = Cursor.HERE if self.has_focus else Cursor.HERE_BLURRED
        return _View(width, self.scroll_offset.y, self.clock.now_ms(), cursor)

    def _line(self, y: int, view: _View) -> Strip:
        order, width = self._order, view.width
        if y < HEADER_LINES:
            ascending = order.sort_reversed == (order.sort_column in _DESCENDING_BY_NATURE)
            return self._painter.header(width, order.sort_column, ascending=ascending)
        at = y - HEADER_LINES + view.top
        if at >= order.line_count:
            return self._painter.sentence(self._sentence() if y == HEADER_LINES + 1 else "", width)
        line = order.line(at)
        if isinstance(line, GroupLine):
            return self._painter.group(line, order.group_by, width)
        cursor = view.cursor if line.agent == self._cursor else Cursor.AWAY
        return self._painter.row(line, view.now_ms, width, cursor, pinned=line.agent in order.pinned)

    def notify_style_update(self) -> None:
        self._painter.forget()
        super().notify_style_update()

    def _component_style(self, name: str) -> Style:
        segments = [Segment("x", self.get_component_rich_style("floor-table--" + name))]
        for line_filter in self.get_line_filters():
            segments = line_filter.apply(segments, self.background_colors[1])
        return segments[0].style or Style.null()

    def _sentence(self) -> str:
        if self._order.line_count:
            return ""
        if self._order.only_out and not self._order.filter_text:
            return _("Nobody is out of adherence.")
        if self._order.rows:
            return _("Nobody on the floor matches the filter {filter}.").format(filter=shown(self._order.filter_text))
        return self._empty_text

    # -- order and cursor -------------------------------------------------------------------------------------

    def _touch(self) -> None:
        """A person is at work here: no line moves under their cursor for a few seconds."""
        self._touched = True
        if self._hold is None:
            self._hold = self.set_timer(HOLD_SECONDS, self.release, name="hold")
        else:
            self._hold.reset()

    def _arrange(self) -> None:
        """The person asked for another order: at once, and the cursor stays in sight."""
        self._order.arrange(self.clock.now_ms())
        self._settle()
        if self._touched:
            self._scroll_into_view()
        self.refresh()

    def _settle(self) -> None:
        """Bring height and cursor in line with a changed order."""
        order = self._order
        height = order.line_count + HEADER_LINES
        if self.virtual_size.height != height:
            self.virtual_size = Size(0, height)
        line = order.line_of(self._cursor) if self._cursor is not None and self._touched else None
        if line is None:
            # Nobody touched the table yet: the cursor rests on top. Or its agent left: it goes to the neighbour.
            self._set_cursor(order.nearest_agent(self._cursor_line if self._touched else 0))
        elif line != self._cursor_line:
            top = self.scroll_offset.y
            if top and top <= self._cursor_line < top + self._body_height:
                self._scroll_lines(top + line - self._cursor_line)
            self._cursor_line = line
        self._refresh_body()

    @property
    def _body_height(self) -> int:
        return max(1, self.size.height - HEADER_LINES)

    def _set_cursor(self, agent: str | None) -> None:
        line = self._order.line_of(agent) if agent is not None else None
        self._cursor_line = line or 0
        if agent != self._cursor:
            self._cursor = agent
            if agent is not None:
                self.post_message(self.AgentHighlighted(self, agent))

    def _go_to(self, line: int) -> None:
        self._set_cursor(self._order.nearest_agent(line))
        self._scroll_into_view()
        self._refresh_body()

    def _scroll_into_view(self) -> None:
        top, line = self.scroll_offset.y, self._cursor_line
        # The line above a group comes into sight with its first agent.
        first = line - 1 if line and isinstance(self._order.line(line - 1), GroupLine) else line
        if first < top:
            self._scroll_lines(first)
        elif line >= top + self._body_height:
            self._scroll_lines(line - self._body_height + 1)

    def _scroll_lines(self, first: int) -> None:
        # Forced: a scroll bar that a longer list has just made necessary is not there yet.
        self.scroll_to(y=first, animate=False, force=True)

    def action_move(self, direction: int) -> None:
        """Go to the agent above or below."""
        self._touch()
        count, line = self._order.line_count, self._cursor_line + direction
        if direction < 0 and 0 <= line < count and isinstance(self._order.line(line), GroupLine):
            line -= 1
        if 0 <= line < count:
            self._go_to(line)

    def action_page(self, direction: int) -> None:
        """Go one page up or down."""
        self._touch()
        self._go_to(max(0, self._cursor_line + direction * max(1, self._body_height - 1)))

    def action_edge(self, direction: int) -> None:
        """Go to the first or the last agent."""
        self._touch()
        self._go_to(0 if direction < 0 else self._order.line_count - 1)

    def action_choose(self) -> None:
        """Open the agent under the cursor."""
        if self._cursor is not None:
            self._touch()
            self.post_message(self.AgentChosen(self, self._cursor))

    # -- mouse ------------------------------------------------------------------------------------------------

    def on_click(self, event: events.Click) -> None:
        offset = event.get_content_offset(self)
        if offset is None:
            return
        event.stop()
        if offset.y < HEADER_LINES:
            for place in self._painter.places:
                if place.x <= offset.x < place.x + place.width:
                    self.sort_by(place.column)
            return
        at = offset.y - HEADER_LINES + self.scroll_offset.y
        if at < self._order.line_count and isinstance(line := self._order.line(at), AgentRow):
            self._touch()
            self._go_to(at)
            if event.chain >= 2:
                self.post_message(self.AgentChosen(self, line.agent))

    @on(events.MouseScrollDown)
    @on(events.MouseScrollUp)
    def _scrolled_by_hand(self) -> None:
        self._touch()

    @on(events.Focus)
    @on(events.Blur)
    def _look_of_cursor_changed(self) -> None:
        self._refresh_body()
