"""The tickets: every open one, the most urgent first, with what is known about each and what may be done to it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.screen import Screen

from app.core.errors import UsageProblem
from app.core.i18n import N_, _, ngettext
from app.tickets.choice import TicketChoice, TicketView
from app.tickets.picture import TicketSnapshot
from app.tickets.policy import PolicyBook
from app.tickets.query import Query, parse, vocabulary
from app.tickets.query_words import SHIPPED, Vocabulary
from app.tickets.recovery import RecoveryStatus
from screens.actions import ActionState, action, bindings, key_label
from screens.banner import ScreenBanner
from screens.base import Living, host
from screens.beside import Beside
from screens.filtering import FilterCount, filter_widgets
from screens.lines import HeaderLine, HintLine, repaint_all
from screens.ticket_deeds import TicketDeeds
from screens.ticket_lines import FilterProblem, TicketTally
from screens.ticket_queue import QueueTable
from screens.ticket_suggestions import Suggesting, SuggestionLine
from widgets.freshness import FreshnessLine
from widgets.ticket_messages import MarksChanged, TicketChosen
from widgets.ticket_table import TicketTable
from widgets.ticket_words import PolicyWords

if TYPE_CHECKING:
    from app.floor.picture import FloorSnapshot

HINTS: Final = (
    "app.help",
    "tickets.filter",
    "tickets.peek",
    "tickets.accept",
    "tickets.transfer",
    "tickets.done",
    "tickets.mark",
    "tickets.next_view",
    "app.alerts",
    "tickets.close",
    "tickets.call",
    "tickets.return",
    "tickets.hold",
    "tickets.undo",
    "tickets.more",
    "tickets.create",
    "tickets.views",
    "tickets.board",
    "tickets.recall",
    "app.palette",
    "app.language",
)

QUERY_LIMIT: Final = 300
BOOK_SECONDS: Final = 60
"""How old the words of the policy book may get, and what was granted in the month."""

VIEW_WORDS: Final = {
    TicketView.ALL: N_("everyone's"),
    TicketView.MINE: N_("mine"),
    TicketView.SOON: N_("late within the hour"),
}


class TicketsScreen(Living, Suggesting, TicketDeeds, Beside, Screen[None]):
    """The tickets."""

    CSS_PATH = "tickets.tcss"
    BINDINGS: ClassVar[list[BindingType]] = bindings("tickets", "app")
    AUTO_FOCUS = "QueueTable"
    FILTER_ACTION = "tickets.filter"
    where = "tickets"

    def __init__(self) -> None:
        super().__init__()
        self.view = TicketView.ALL
        """Which tickets are looked at."""
        self.query_shown = Query()
        """The filter that holds: the last one that could be understood."""
        self._book_read_ms: int | None = None
        self._vocabulary: Vocabulary = SHIPPED

    def compose(self) -> ComposeResult:
        app = host(self)
        yield HeaderLine(lambda: _("Watchfloor · the tickets"), app.notice_text, app.wall_clock)
        yield ScreenBanner(app)
        yield TicketTally()
        with Horizontal(id="filter-line"):
            yield from filter_widgets(QUERY_LIMIT)
        yield SuggestionLine()
        yield FilterProblem()
        yield QueueTable(clock=app.clock, empty_text=_("Opening the tickets…"))
        yield FreshnessLine(clock=app.clock)
        yield HintLine([action(name) for name in HINTS])

    def on_mount(self) -> None:
        """Show what is known already."""
        self._say_filter()
        self._read_book()
        self._show_known()

    def on_screen_resume(self) -> None:
        """Catch up with what happened while another screen lay on top."""
        self._show_known()
        self.tick()

    def _show_known(self) -> None:
        app = host(self)
        if app.ticket_picture is not None:
            self.show_tickets(app.ticket_picture)
        self._say_empty()
        if app.snapshot is not None:
            self.show_picture(app.snapshot)

    # -- what the app calls ---------------------------------------------------------------------------------------

    @property
    def table(self) -> TicketTable:
        """The tickets."""
        return self.query_one(TicketTable)

    def show_tickets(self, picture: TicketSnapshot) -> None:
        self.table.show(picture)
        self._say_empty()
        self._tell_counts()
        self._show_freshness()

    def show_picture(self, snapshot: FloorSnapshot) -> None:  # noqa: ARG002 - its freshness is the one of the store
        self._show_freshness()

    def _show_freshness(self) -> None:
        """How old the store's newest fact is; what is wrong with reading tickets comes first."""
        floor, tickets = host(self).snapshot, host(self).ticket_picture
        known = [picture.freshness for picture in (tickets, floor) if picture is not None]
        if known:
            newest = [each.newest_event_ms for each in known if each.newest_event_ms is not None]
            problem = next((each.problem for each in known if each.problem), "")
            self.query_one(FreshnessLine).show_freshness(
                replace(known[0], newest_event_ms=max(newest, default=None), problem=problem)
            )

    def tick(self) -> None:
        for ticker in (self.query_one(HeaderLine), self.table, self.query_one(FreshnessLine)):
            ticker.tick()
        self._tell_counts()
        now_ms = host(self).clock.now_ms()
        if self._book_read_ms is None or abs(now_ms - self._book_read_ms) >= BOOK_SECONDS * 1000:
            self._read_book()

    def language_changed(self) -> None:
        self._say_filter()
        self._say_empty()
        self.table.retranslate()
        repaint_all(self)

    def fill_state(self, state: ActionState) -> ActionState:
        return replace(state, ticket=self.table.cursor_key, arrivals=self.table.waiting_count)

    def figures(self) -> list[tuple[str, str]]:
        return self.query_one(TicketTally).formulas()

    # -- the words of the policy book -----------------------------------------------------------------------------

    def _read_book(self) -> None:
        desk = host(self).tickets
        if desk is not None:
            self._book_read_ms = host(self).clock.now_ms()
            # Without its words the tickets are still worth showing: what is wrong with the store is said below them.
            self.beside("book", lambda: (desk.book(), desk.recovery()), self._take_book, lambda _sentence: None)

    def _take_book(self, found: tuple[PolicyBook, RecoveryStatus]) -> None:
        book, recovery = found
        self.query_one(TicketTally).show_recovery(recovery)
        if book != self.table.words.book:
            self.table.words = PolicyWords(book)
            self._vocabulary = vocabulary(book)
            self.filter_changed(self.filter_input.value)

    # -- filter and views -----------------------------------------------------------------------------------------

    def filtered(self) -> TicketTable:
        return self.table

    def filter_words(self) -> Vocabulary:
        return self._vocabulary

    def filter_changed(self, text: str) -> None:
        try:
            query = parse(text, self._vocabulary)
        except UsageProblem as problem:
            self.query_one(FilterProblem).say("" if self.is_value_suggested() else str(problem))
            # What was understood before goes on to hold while the next word is being typed.
            if (before := self._without_last_word(text)) is not None:
                self._show_query(before)
            return
        self.query_one(FilterProblem).say("")
        self._show_query(query)

    def _without_last_word(self, text: str) -> Query | None:
        """The filter as it stood before the word that is being typed; None where that is not understood either."""
        try:
            return parse(text.rpartition(" ")[0], self._vocabulary)
        except UsageProblem:
            return None

    def _show_query(self, query: Query) -> None:
        self.query_shown = query
        self._choose()

    def _choose(self) -> None:
        """Show what view and filter let through."""
        desk = host(self).tickets
        choice = TicketChoice(self.view, self.query_shown, "" if desk is None else desk.actor)
        self.table.choose(None if choice.is_everything else choice)
        self._say_empty()
        self._tell_counts()

    def do_clear(self) -> None:
        """Clear the filter; with none, go back to the floor."""
        if self.has_class("-filtering") or self.filter_input.value:
            super().do_clear()
        else:
            self.do_close()

    def show_view(self, view: TicketView) -> None:
        """Look at other tickets."""
        self.view = view
        self._choose()

    def do_next_view(self) -> None:
        """Go through the views; the last one is the list of who sits on what."""
        self._go_through_views(1)

    def do_previous_view(self) -> None:
        """Go through the views the other way round."""
        self._go_through_views(-1)

    def _go_through_views(self, by: int) -> None:
        from screens.ticket_holders import HoldersScreen

        views = list(TicketView)
        at = views.index(self.view) + by
        if 0 <= at < len(views):
            self.show_view(views[at])
        else:
            self.app.push_screen(HoldersScreen(), self._left_holders)

    def _left_holders(self, chosen: str | int | None) -> None:
        """Show what somebody has, by a filter that can be read and changed; or go on to the view beside."""
        if isinstance(chosen, str):
            self.show_view(TicketView.ALL)
            self.set_filter(chosen)
        elif chosen is not None:
            self.show_view(list(TicketView)[0 if chosen > 0 else -1])

    def do_board(self) -> None:
        """Open the supervisor's board; a line of it leads back here, to its tickets."""
        from screens.ticket_board import TicketBoard

        self.app.push_screen(TicketBoard(self.table.words), self._left_holders)

    def do_look(self) -> None:
        """Let the tickets in that came meanwhile."""
        self.table.look()
        self._tell_counts()

    # -- what is said ---------------------------------------------------------------------------------------------

    @on(MarksChanged)
    def _tell_counts(self) -> None:
        picture, table = host(self).ticket_picture, self.table
        if picture is not None:
            view = _(VIEW_WORDS[self.view])
            self.query_one(TicketTally).show(view, picture.counts, table.waiting_count, len(table.marks))
        self.query_one(FilterCount).show(table.matching_count, table.ticket_count)

    def _say_empty(self) -> None:
        app, table = host(self), self.table
        if app.tickets is None or app.ticket_picture is None:
            table.empty_text = _("Opening the tickets…")
        elif self.query_shown.terms:
            table.empty_text = _("No open ticket matches the filter: Esc shows all of them.")
        elif self.view is TicketView.MINE:
            table.empty_text = _("No ticket lies with you: {key} goes on to the other views.").format(
                key=key_label(action("tickets.next_view").keys[0])
            )
        elif self.view is TicketView.SOON:
            table.empty_text = _("No ticket will be late within the hour.")
        else:
            key = key_label(action("tickets.create").keys[0])
            sentence = _("No ticket is open. {key} writes one; elsewhere: watchfloor import tickets FILE")
            table.empty_text = sentence.format(key=key)

    def _say_filter(self) -> None:
        self.filter_input.placeholder = _("Filter: type:complaint due<2h -paused text… (? says more)")

    # -- what a person does ---------------------------------------------------------------------------------------

    @on(TicketChosen)
    def do_peek(self) -> None:
        """Look at the ticket under the cursor."""
        from screens.ticket_peek import TicketPeek

        if self.table.cursor_key is not None:
            self.app.push_screen(TicketPeek(self.table.cursor_key))

    def do_mark(self) -> None:
        """Mark the ticket under the cursor."""
        self.table.toggle_mark()

    def do_mark_all(self) -> None:
        """Mark every ticket that is shown."""
        self.table.toggle_all()

    def deed_numbers(self) -> tuple[str, ...]:
        """The marked tickets, or else the one under the cursor."""
        if self.table.marks:
            picture = host(self).ticket_picture
            return tuple(number for number in (() if picture is None else picture.order) if number in self.table.marks)
        return () if self.table.cursor_key is None else (self.table.cursor_key,)

    def deed_done(self, numbers: Collection[str]) -> None:
        # What it was not done to stays marked.
        self.table.marks = self.table.marks.difference(numbers)

    def do_mark_pattern(self) -> None:
        """Mark every ticket that matches a filter."""
        from screens.ticket_views import MarkPatternScreen

        desk = host(self).tickets
        if desk is not None:
            self.app.push_screen(MarkPatternScreen(desk, self._count_found), self._mark_found)

    def _count_found(self, query: Query) -> int:
        return len(self._found(query))

    def _found(self, query: Query) -> frozenset[str]:
        """The open tickets that match a filter."""
        app = host(self)
        if app.ticket_picture is None or app.tickets is None:
            return frozenset()
        found = query.select(app.ticket_picture.rows.values(), app.clock.now_ms(), app.tickets.actor)
        return frozenset(row.ticket for row in found)

    def _mark_found(self, query: Query | None) -> None:
        if query is not None:
            self.table.marks = self.table.marks | self._found(query)

    def do_create(self) -> None:
        """Write a ticket."""
        from screens.ticket_new import NewTicketScreen

        desk = host(self).tickets
        if desk is not None:
            self.app.push_screen(NewTicketScreen(desk), self._created)

    def _created(self, number: str | None) -> None:
        if number:
            host(self).tell(_("Written: {number}").format(number=number))

    def do_views(self) -> None:
        """Choose a saved filter, or save the present one."""
        from screens.ticket_views import SavedViewsScreen

        desk = host(self).tickets
        if desk is not None:
            self.app.push_screen(SavedViewsScreen(desk, self.query_shown.text), self._view_chosen)

    def _view_chosen(self, text: str | None) -> None:
        if text is not None:
            self.set_filter(text)

    def do_close(self) -> None:
        """Back to the floor; marks are said once, for they go with the screen."""
        count = len(self.table.marks)
        if count:
            self.table.marks = frozenset()
            sentence = ngettext(
                "{count} ticket was marked and is no longer: once more goes to the floor.",
                "{count} tickets were marked and are no longer: once more goes to the floor.",
                count,
            )
            host(self).tell(sentence.format(count=count))
        else:
            self.dismiss(None)
