"""The agents of the floor, one line each, painted only where they are seen.

The table keeps the last picture, an order that is patched by what changed, and strips of what was painted last. A
second that passes costs the visible lines, whatever the size of the floor.
"""

from __future__ import annotations

from typing import ClassVar, Final

from textual.strip import Strip

from app.core.clock import Clock
from app.core.i18n import _
from app.floor.picture import FloorSnapshot
from widgets.cells import shown
from widgets.floor_columns import Column
from widgets.floor_messages import AgentChosen, AgentHighlighted, SortChanged
from widgets.floor_order import FloorOrder, GroupBy, GroupLine
from widgets.floor_paint import LinePainter
from widgets.floor_style import COMPONENTS, STYLE
from widgets.levels import DEFAULT_AGE_LIMITS, AgeLimits
from widgets.row_paint import Cursor
from widgets.row_table import Frame, RowTable
from widgets.verdicts import is_planned

_DESCENDING_BY_NATURE: Final = frozenset({Column.TIME, Column.VERDICT, Column.CALLS, Column.OCCUPANCY, Column.REVERSE})


class FloorTable(RowTable, can_focus=True):
    """The agents of the floor.

    Args:
        clock: Tells what "now" is for the times in state.
        age_limits: When time in a state deserves a look; see `AgeLimits`.
        empty_text: What to say where there are no agents at all: a sentence that says what to do.
    """

    DEFAULT_CSS: ClassVar[str] = STYLE
    COMPONENT_CLASSES: ClassVar[set[str]] = COMPONENTS
    STYLE_PREFIX = "floor-table--"

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
        super().__init__(clock, id=id, classes=classes)
        self._empty_text = empty_text
        self._order = FloorOrder()
        self._painter = LinePainter(self.component_style, age_limits)
        self._generation = -1
        self._with_team = False
        self._with_verdict = False

    # -- what a screen calls ----------------------------------------------------------------------------------

    def show(self, snapshot: FloorSnapshot) -> None:
        """Show a newer picture: rows that are the same objects as before cost nothing."""
        thawed = False
        if snapshot.generation != self._generation:
            self._generation = snapshot.generation
            thawed = self._order.thaw()
        elif self.is_held:
            self._order.freeze()
        changed = self._order.apply(snapshot.agents, snapshot.at_ms)
        if not self._with_team:
            self._with_team = any(row.team for name in changed if (row := snapshot.agents.get(name)))
        if not self._with_verdict:
            self._with_verdict = any(is_planned(row) for name in changed if (row := snapshot.agents.get(name)))
        if changed or thawed:
            self.settle()

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
        agent = self.cursor_key if agent is None else agent
        if agent is None:
            return False
        self._order.pinned ^= {agent}
        self._arrange()
        return agent in self._order.pinned

    @property
    def cursor_agent(self) -> str | None:
        """The agent under the cursor; None with nobody on the floor."""
        return self.cursor_key

    @cursor_agent.setter
    def cursor_agent(self, agent: str) -> None:
        self.cursor_key = agent

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

    # -- painting ---------------------------------------------------------------------------------------------

    @property
    def row_order(self) -> FloorOrder:
        return self._order

    @property
    def row_painter(self) -> LinePainter:
        return self._painter

    def place_columns(self, width: int) -> None:
        self._painter.place(width, with_team=self._with_team, with_verdict=self._with_verdict)

    def header_line(self, frame: Frame) -> Strip:
        order = self._order
        ascending = order.sort_reversed == (order.sort_column in _DESCENDING_BY_NATURE)
        return self._painter.header(frame.width, order.sort_column, ascending=ascending)

    def body_line(self, at: int, frame: Frame) -> Strip:
        order = self._order
        line = order.line(at)
        if isinstance(line, GroupLine):
            return self._painter.group(line, order.group_by, frame.width)
        cursor = frame.cursor if line.agent == self.cursor_key else Cursor.AWAY
        return self._painter.row(line, frame.now_ms, frame.width, cursor, pinned=line.agent in order.pinned)

    def sentence(self) -> str:
        if self._order.only_out and not self._order.filter_text:
            return _("Nobody is out of adherence.")
        if self._order.rows:
            return _("Nobody on the floor matches the filter {filter}.").format(filter=shown(self._order.filter_text))
        return self._empty_text

    def _arrange(self) -> None:
        """The person asked for another order: at once, and the cursor stays in sight."""
        self._order.arrange(self.clock.now_ms())
        self.rearranged()

    # -- what a person does -----------------------------------------------------------------------------------

    def cursor_moved(self, key: str) -> None:
        self.post_message(self.AgentHighlighted(self, key))

    def row_chosen(self, key: str) -> None:
        self.post_message(self.AgentChosen(self, key))

    def header_clicked(self, x: int) -> None:
        for place in self._painter.places:
            if place.x <= x < place.x + place.width:
                self.sort_by(place.column)
