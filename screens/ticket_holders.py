"""Who sits on what: every unit and person that has open tickets, those with the most that is late first."""

from __future__ import annotations

from typing import ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.screen import Screen

from app.core.i18n import N_, _
from app.tickets.holders import Holder, filter_of, holders
from app.tickets.picture import TicketSnapshot
from screens.actions import action, bindings
from screens.banner import ScreenBanner
from screens.base import Living, host
from screens.lines import HeaderLine, HintLine, repaint_all
from screens.ticket_lines import TicketTally
from widgets.freshness import FreshnessLine
from widgets.holder_table import HolderTable
from widgets.ticket_messages import TicketChosen

COUNT_MS: Final = 2_000
"""How often everything is counted anew: it takes a walk through all open tickets."""

_TITLE: Final = N_("who sits on what")


class HoldersScreen(Living, Screen["str | int | None"]):
    """The holders; the result is a filter that shows what one has, 1 or -1 for the view beside, None for none."""

    CSS_PATH = "tickets.tcss"
    BINDINGS: ClassVar[list[BindingType]] = bindings("holders", "app")
    AUTO_FOCUS = "HolderTable"
    where = "holders"

    def __init__(self) -> None:
        super().__init__()
        self._counted_ms: int | None = None
        self._found: list[Holder] = []

    def compose(self) -> ComposeResult:
        app = host(self)
        yield HeaderLine(lambda: _("Watchfloor · the tickets"), app.notice_text, app.wall_clock)
        yield ScreenBanner(app)
        yield TicketTally()
        yield HolderTable(app.clock)
        yield FreshnessLine(clock=app.clock)
        names = ("app.help", "holders.choose", "holders.next_view", "holders.close", "app.palette", "app.language")
        yield HintLine([action(name) for name in names])

    def on_mount(self) -> None:
        """Count what is known."""
        self.table.empty_text = _("Nobody has an open ticket.")
        if (picture := host(self).ticket_picture) is not None:
            self.show_tickets(picture)

    @property
    def table(self) -> HolderTable:
        """The holders."""
        return self.query_one(HolderTable)

    def show_tickets(self, picture: TicketSnapshot) -> None:
        self.query_one(TicketTally).show(_(_TITLE), picture.counts, 0, 0)
        self.query_one(FreshnessLine).show_freshness(picture.freshness)
        now_ms = host(self).clock.now_ms()
        is_old = self._counted_ms is None or abs(now_ms - self._counted_ms) >= COUNT_MS
        if is_old and not self.table.is_held:
            self._counted_ms = now_ms
            self._found = holders(picture.rows.values(), now_ms)
            self.table.show(self._found)

    def tick(self) -> None:
        for ticker in (self.query_one(HeaderLine), self.table, self.query_one(FreshnessLine)):
            ticker.tick()

    def language_changed(self) -> None:
        self.table.empty_text = _("Nobody has an open ticket.")
        if (picture := host(self).ticket_picture) is not None:
            self.show_tickets(picture)
        self.table.retranslate()
        repaint_all(self)

    @on(TicketChosen)
    def do_choose(self) -> None:
        """Show what the unit or the person has."""
        key = self.table.cursor_key
        holder = None if key is None else self.table.holder(key)
        if holder is None:
            return
        self.dismiss(filter_of(holder, self._found))

    def do_next_view(self) -> None:
        """Go on to the first view."""
        self.dismiss(1)

    def do_previous_view(self) -> None:
        """Go back to the view before."""
        self.dismiss(-1)

    def do_close(self) -> None:
        """Back to the tickets."""
        self.dismiss(None)
