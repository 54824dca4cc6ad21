"""The supervisor's board: what will be late within the hour, who sits on what, and what was given back to whom.

Choosing a line leads to its tickets, by a filter that can be read and changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen

from app.core.i18n import _
from app.tickets.picture import TicketSnapshot
from screens.actions import action, bindings
from screens.banner import ScreenBanner
from screens.base import Living, host
from screens.beside import Beside
from screens.lines import HeaderLine, HintLine, repaint_all
from screens.ticket_board_lines import board_of
from screens.ticket_lines import TicketTally
from widgets.board_table import BoardLineChosen, BoardTable
from widgets.freshness import FreshnessLine
from widgets.ticket_words import PolicyWords

COUNT_MS: Final = 2_000
"""How often everything is counted anew: it takes a walk through all open tickets."""

MANY: Final = 5_000
SLOW_COUNT_MS: Final = 10_000
"""How often it is with that many tickets: a tenth of a second each time would be felt under the cursor."""

HINTS: Final = ("app.help", "ticket_board.choose", "ticket_board.close", "app.palette", "app.language")


class LeadTable(BoardTable, inherit_bindings=False):
    """The board with the keys of its screen: letters belong to the screen's own actions."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", show=False),
        Binding("down", "move(1)", show=False),
        Binding("pageup", "page(-1)", show=False),
        Binding("pagedown", "page(1)", show=False),
        Binding("home", "edge(-1)", show=False),
        Binding("end", "edge(1)", show=False),
    ]


class TicketBoard(Living, Beside, Screen["str | None"]):
    """The board; the result is the filter that finds the tickets of a line, None for none.

    Args:
        words: What types and stages are called.
    """

    CSS_PATH = "ticket_board.tcss"
    BINDINGS: ClassVar[list[BindingType]] = bindings("ticket_board", "app")
    AUTO_FOCUS = "LeadTable"
    where = "ticket_board"

    def __init__(self, words: PolicyWords) -> None:
        super().__init__()
        self._words = words
        self._counted_ms: int | None = None
        self._unit_names: Mapping[str, str] = {}
        self._queries: Mapping[str, str] = {}

    def compose(self) -> ComposeResult:
        app = host(self)
        yield HeaderLine(lambda: _("Watchfloor · the board"), app.notice_text, app.wall_clock)
        yield ScreenBanner(app)
        yield TicketTally()
        yield LeadTable(app.clock)
        yield FreshnessLine(clock=app.clock)
        yield HintLine([action(name) for name in HINTS])

    def on_mount(self) -> None:
        """Count what is known, and learn what units are called."""
        self._show_known()
        if (desk := host(self).tickets) is not None:
            # Ids stand for names until they are known.
            self.beside("units", desk.units, self._take_units, lambda _sentence: None)

    def _take_units(self, units: list[tuple[str, str]]) -> None:
        self._unit_names = dict(units)
        self._show_known()

    def _show_known(self) -> None:
        self._counted_ms = None
        self.table.empty_text = _("Opening the tickets…")
        if (picture := host(self).ticket_picture) is not None:
            self.show_tickets(picture)

    @property
    def table(self) -> BoardTable:
        """The three lists."""
        return self.query_one(BoardTable)

    def show_tickets(self, picture: TicketSnapshot) -> None:
        self.query_one(TicketTally).show(_("for supervisors"), picture.counts, 0, 0)
        self.query_one(FreshnessLine).show_freshness(picture.freshness)
        now_ms = host(self).clock.now_ms()
        every_ms = COUNT_MS if len(picture.rows) < MANY else SLOW_COUNT_MS
        is_old = self._counted_ms is None or abs(now_ms - self._counted_ms) >= every_ms
        if is_old and not self.table.is_held:
            self._counted_ms = now_ms
            board = board_of(picture.rows.values(), now_ms, self._words, self._unit_names)
            self._queries = board.queries
            self.table.show(board.lines)

    def tick(self) -> None:
        for ticker in (self.query_one(HeaderLine), self.table, self.query_one(FreshnessLine)):
            ticker.tick()
        # Without a new picture time goes on too: what is late soon becomes late.
        if (picture := host(self).ticket_picture) is not None:
            self.show_tickets(picture)

    def language_changed(self) -> None:
        self._show_known()
        self.table.retranslate()
        repaint_all(self)

    def figures(self) -> list[tuple[str, str]]:
        return [
            *self.query_one(TicketTally).formulas()[:4],
            (
                _("Late within the hour if nothing happens"),
                _("Running clocks not late yet whose limit comes within 60 minutes, by type, stage and unit."),
            ),
            (_("Soon"), _("Tickets whose next limit comes within 60 minutes.")),
            (
                _("Given back, of what is open"),
                _("Returns and unqualified marks on open tickets, by who gave them back."),
            ),
            (_("Again"), _("How often it was not the first time for a ticket.")),
        ]

    @on(BoardLineChosen)
    def do_choose(self) -> None:
        """Show the tickets of the line."""
        query = self._queries.get(self.table.cursor_key or "")
        if query is not None:
            self.dismiss(query)

    def do_close(self) -> None:
        """Back to the tickets."""
        self.dismiss(None)
