"""The floor: what a supervisor works with. Tiles on top, queues below them, then every agent on one line."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar, Final, cast

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.screen import Screen
from textual.widgets import Input

from app.core.i18n import _
from app.floor.picture import FloorSnapshot
from screens.actions import ActionState, action, bindings, key_label
from screens.banner import ScreenBanner
from screens.base import Living, host
from screens.filtering import FilterCount, Filtering, filter_widgets
from screens.lines import HeaderLine, HintLine, repaint_all
from widgets.floor_columns import Column, column_title
from widgets.floor_messages import AgentChosen
from widgets.floor_order import GroupBy
from widgets.floor_table import FloorTable
from widgets.freshness import FreshnessLine
from widgets.queue_strip import QueueStrip
from widgets.tiles import TileRow

HINTS: Final = (
    "app.help",
    "floor.filter",
    "floor.out",
    "floor.sort",
    "floor.group",
    "floor.pin",
    "floor.peek",
    "floor.intraday",
    "floor.planner",
    "floor.tickets",
    "app.alerts",
    "app.palette",
    "app.quit",
    "floor.wall",
    "app.language",
    "app.theme",
)
"""What the bottom line names, the least needed last: a narrow terminal shows as many as fit."""

WIDTHS: Final = [(0, "-narrow"), (100, "-normal"), (160, "-wide")]
HEIGHTS: Final = [(0, "-short"), (32, "-tall")]
"""From how many cells or lines on a screen carries a class, for the style sheet."""


class FloorAgents(FloorTable, inherit_bindings=False):
    """The agents with the keys of the floor: letters belong to the screen's own actions."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", show=False),
        Binding("down", "move(1)", show=False),
        Binding("pageup", "page(-1)", show=False),
        Binding("pagedown", "page(1)", show=False),
        Binding("home", "edge(-1)", show=False),
        Binding("end", "edge(1)", show=False),
    ]


class FloorScreen(Living, Filtering, Screen[None]):
    """The live floor."""

    CSS_PATH = "floor.tcss"
    BINDINGS: ClassVar[list[BindingType]] = bindings("floor", "app")
    HORIZONTAL_BREAKPOINTS = WIDTHS
    VERTICAL_BREAKPOINTS = HEIGHTS
    AUTO_FOCUS = "FloorAgents"
    FILTER_ACTION = "floor.filter"
    where = "floor"

    def __init__(self) -> None:
        super().__init__()
        self._sort_before: Column | None = None
        """What the agents were sorted by before only those were shown who are out."""

    def compose(self) -> ComposeResult:
        app = host(self)
        yield HeaderLine(lambda: _("Watchfloor · the floor"), app.notice_text, app.wall_clock)
        yield ScreenBanner(app)
        yield TileRow(clock=app.clock)
        yield QueueStrip(clock=app.clock)
        with Horizontal(id="filter-line"):
            yield from filter_widgets()
        yield FloorAgents(clock=app.clock, empty_text=_("Opening the floor…"))
        yield FreshnessLine(clock=app.clock)
        yield HintLine([action(name) for name in HINTS])

    def on_mount(self) -> None:
        """Show what is known already."""
        self._say_filter()
        if (snapshot := host(self).snapshot) is not None:
            self.show_picture(snapshot)
        host(self).screen_ready()

    def on_screen_resume(self) -> None:
        """Catch up with what happened while another screen lay on top."""
        if (snapshot := host(self).snapshot) is not None:
            self.show_picture(snapshot)
        self.tick()

    # -- what the app calls ---------------------------------------------------------------------------------------

    @property
    def table(self) -> FloorTable:
        """The agents."""
        return self.query_one(FloorTable)

    def show_picture(self, snapshot: FloorSnapshot) -> None:
        if snapshot.freshness.newest_event_ms is None and not snapshot.freshness.following:
            self.table.empty_text = _("No source is read. Elsewhere: watchfloor ingest queue-log FILE --follow")
        else:
            self.table.empty_text = _("Nobody is on the floor yet. Agents appear here as soon as they sign in.")
        for shower in (self.query_one(TileRow), self.query_one(QueueStrip), self.table, self.query_one(FreshnessLine)):
            shower.show(snapshot)
        self._count_filtered()

    def tick(self) -> None:
        for ticker in (
            self.query_one(HeaderLine),
            self.query_one(TileRow),
            self.query_one(QueueStrip),
            self.table,
            self.query_one(FreshnessLine),
        ):
            ticker.tick()

    def language_changed(self) -> None:
        self._say_filter()
        if (snapshot := host(self).snapshot) is not None:
            self.show_picture(snapshot)
        self.table.retranslate()
        repaint_all(self)

    def fill_state(self, state: ActionState) -> ActionState:
        return replace(state, agent=self.table.cursor_agent, has_plan=Column.VERDICT in self.table.columns)

    def figures(self) -> list[tuple[str, str]]:
        return [(tile.label, tile.formula) for tile in self.query_one(TileRow).tiles]

    # -- what a person does ---------------------------------------------------------------------------------------

    def filtered(self) -> FloorTable:
        return self.table

    def filter_changed(self, text: str) -> None:
        self.table.filter_text = text
        self._count_filtered()

    def may_filter(self) -> bool:
        return host(self).snapshot is not None

    def _count_filtered(self) -> None:
        self.query_one(FilterCount).show(self.table.matching_count, self.table.agent_count)

    def do_sort(self) -> None:
        """Sort by the next column that can be seen."""
        table = self.table
        columns = table.columns
        table.sort_key = columns[(columns.index(table.sort_key) + 1) % len(columns)]
        host(self).tell(_("Sorted by: {column}").format(column=column_title(table.sort_key)))

    def do_reverse(self) -> None:
        """Turn the order around."""
        self.table.sort_by(self.table.sort_key, reversed=not self.table.sort_reversed)

    def do_group(self) -> None:
        """Group by the next thing."""
        choices = list(GroupBy)
        table = self.table
        table.group_by = choices[(choices.index(table.group_by) + 1) % len(choices)]

    def do_out(self) -> None:
        """Show only who is out of adherence, the worst first, or everybody again."""
        table = self.table
        table.only_out = not table.only_out
        if table.only_out and table.sort_key is not Column.VERDICT:
            self._sort_before = table.sort_key
            table.sort_key = Column.VERDICT
        elif not table.only_out and self._sort_before is not None:
            table.sort_key, self._sort_before = self._sort_before, None
        self._count_filtered()
        host(self).tell(
            _("Only who is out of adherence, the worst first; {key} shows everybody again.").format(
                key=key_label(action("floor.out").keys[0])
            )
            if table.only_out
            else _("Everybody is shown.")
        )

    def do_pin(self) -> None:
        """Keep the agent under the cursor at the top, or let go."""
        self.table.toggle_pin()

    def do_peek(self) -> None:
        """Open the day of the agent under the cursor."""
        if (agent := self.table.cursor_agent) is not None:
            host(self).peek(agent)

    def do_intraday(self) -> None:
        """Lay the day's curve over the floor."""
        from screens.intraday import IntradayScreen

        self.app.push_screen(IntradayScreen())

    def do_planner(self) -> None:
        """Open the planner at the agent under the cursor."""
        from screens.planner import PlannerScreen

        self.app.push_screen(PlannerScreen(self.table.cursor_agent))

    def do_tickets(self) -> None:
        """Open the tickets."""
        from screens.tickets import TicketsScreen

        self.app.push_screen(TicketsScreen())

    def do_wall(self) -> None:
        """Lay the wall view over the floor."""
        from screens.wall import WallScreen

        self.app.push_screen(WallScreen())

    @on(AgentChosen)
    def _peek_chosen(self, event: AgentChosen) -> None:
        host(self).peek(event.agent)

    def _say_filter(self) -> None:
        field = cast(Input, self.query_one("#filter"))
        field.placeholder = _("Filter: name, team, state, reason or queue")
