"""The wall view: a read-only kiosk whose figures are read from four metres, turning its pages by itself.

Nothing here counts ticks: which page is shown, how old the data is and how long a key counts all follow from time
stamps, so that a machine that slept an hour shows the right thing a second after it wakes.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar, Final, cast

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.screen import Screen
from textual.widgets import ContentSwitcher

from app.core.durations import clock_text
from app.core.i18n import _
from app.floor.picture import FloorSnapshot
from screens.actions import bindings
from screens.banner import KioskBanner
from screens.base import Living, host
from screens.beside import Beside
from screens.lines import repaint_all
from screens.wall_day import DAY_PAGE, DayPage
from screens.wall_lines import WallFooter, WallTitle
from screens.wall_pages import PAGES, AgentsPage, DistressPage, Page, QueuesPage, ServicePage
from screens.wall_tickets import TICKETS_PAGE, TicketsPage
from widgets.freshness import FreshnessLine
from widgets.levels import Level

if TYPE_CHECKING:
    from app.planning.forecast_intraday import IntradayPicture
    from app.tickets.picture import TicketSnapshot
    from app.tickets.policy import PolicyBook

DAY_STEP_MINUTES: Final = 30
"""How long an interval of the day's page is."""

DAY_RELOAD_MS: Final = 60_000
"""How old the day may get; real time."""

LEAVE_MS: Final = 4_000
"""How long the first key to leave counts; a single one is an elbow on the keyboard."""

LOST_MS: Final = 3_000
"""With a problem said and no picture of a new moment for so long, the database is taken for lost."""

SILENT_MS: Final = 15_000
"""With nothing said at all for so long, the picture is no longer taken for the present."""


class WallScreen(Living, Beside, Screen[None]):
    """The kiosk: its pages, page dots, the time of day and the age of the data.

    The day against its plan is one of the pages as soon as there is a plan, and so are the tickets as soon as there are
    some.
    """

    CSS_PATH: ClassVar = ["wall.tcss", "day_chart.tcss"]
    BINDINGS: ClassVar[list[BindingType]] = bindings("wall")
    where = "wall"

    def __init__(self) -> None:
        super().__init__()
        self._page = 0
        self._turned_ms: int | None = None
        self._leave_asked_ms: int | None = None
        self._day_asked_ms: int | None = None
        self.pages: tuple[Page, ...] = PAGES
        """The pages there are, in the order in which they turn."""

    def compose(self) -> ComposeResult:
        app = host(self)
        yield WallTitle(app.notice_text, app.wall_clock)
        yield KioskBanner(app)
        with ContentSwitcher(initial=PAGES[0].id):
            yield ServicePage(app.clock)
            yield AgentsPage(app.clock)
            yield QueuesPage(app.clock)
            yield DistressPage(app.clock)
            yield DayPage(app.local_time)
            yield TicketsPage(app.clock)
        yield FreshnessLine(clock=app.clock)
        yield WallFooter(len(self.pages))

    def on_mount(self) -> None:
        """Begin with the first page."""
        self._turned_ms = host(self).uptime_ms()
        self._show_page()
        if (snapshot := host(self).snapshot) is not None:
            self.show_picture(snapshot)
        if (tickets := host(self).ticket_picture) is not None:
            self.show_tickets(tickets)
        self._say_trouble()
        self._load_day()
        host(self).screen_ready()

    # -- what the app calls ---------------------------------------------------------------------------------------

    def show_picture(self, snapshot: FloorSnapshot) -> None:
        self.query_one(ServicePage).show(snapshot)
        self.query_one(AgentsPage).show(snapshot)
        self.query_one(QueuesPage).show(snapshot)
        self.query_one(DistressPage).show(snapshot)
        self.query_one(FreshnessLine).show(snapshot)
        self._say_trouble()

    def show_tickets(self, picture: TicketSnapshot) -> None:
        page = self.query_one(TicketsPage)
        page.show(picture)
        if picture.counts.open and TICKETS_PAGE not in self.pages:
            self._add_page(TICKETS_PAGE)
            if (desk := host(self).tickets) is not None:
                # Without their words types and stages are shown by their keys.
                self.beside("book", desk.book, self._take_book, lambda _sentence: None)

    def _take_book(self, book: PolicyBook) -> None:
        from widgets.ticket_words import PolicyWords

        self.query_one(TicketsPage).words = PolicyWords(book)

    def tick(self) -> None:
        self._turn_when_due()
        self.query_one(WallTitle).repaint()
        self._widget(self.pages[self._page]).tick()
        self.query_one(FreshnessLine).tick()
        self._say_trouble()
        self._load_day()

    def woke(self) -> None:
        for page in self.pages:
            self._widget(page).tick()
        self.refresh(layout=True)

    def language_changed(self) -> None:
        # The day's sentences were made in the other language.
        self._day_asked_ms = None
        self.query_one(TicketsPage).retranslate()
        repaint_all(self)

    def _widget(self, page: Page) -> ServicePage | AgentsPage | QueuesPage | DistressPage | DayPage | TicketsPage:
        return cast(DayPage, self.query_one(f"#{page.id}"))

    # -- pages ----------------------------------------------------------------------------------------------------

    def _turn_when_due(self) -> None:
        now_ms = host(self).uptime_ms()
        rotate_ms = host(self).rotate_seconds * 1000
        if self._turned_ms is None or rotate_ms <= 0:
            return
        due = (now_ms - self._turned_ms) // rotate_ms
        if due > 0:
            # After a long sleep only the newest page is turned to, at once.
            self._turned_ms += due * rotate_ms
            self._page = (self._page + due) % len(self.pages)
            self._show_page()

    def _turn(self, by: int) -> None:
        self._page = (self._page + by) % len(self.pages)
        self._turned_ms = host(self).uptime_ms()
        self._show_page()

    def _show_page(self) -> None:
        page = self.pages[self._page]
        self.query_one(ContentSwitcher).current = page.id
        self.query_one(WallTitle).show(page.title)
        self.query_one(WallFooter).show(self._page, len(self.pages))
        self._widget(page).tick()

    def _load_day(self) -> None:
        desk, now_ms = host(self).planning, host(self).uptime_ms()
        if desk is None or (self._day_asked_ms is not None and now_ms - self._day_asked_ms < DAY_RELOAD_MS):
            return
        # What is wrong with the store is said by the line that watches it.
        if self.beside("intraday", partial(desk.intraday, DAY_STEP_MINUTES), self._show_day, lambda _sentence: None):
            self._day_asked_ms = now_ms

    def _show_day(self, picture: IntradayPicture | None) -> None:
        if picture is None:
            return
        self.query_one(DayPage).show(picture)
        if DAY_PAGE not in self.pages:
            self._add_page(DAY_PAGE)

    def _add_page(self, page: Page) -> None:
        self.pages = (*self.pages, page)
        self.query_one(WallFooter).show(self._page, len(self.pages))

    def do_previous(self) -> None:
        """Turn back; the page then stays its whole time."""
        self._turn(-1)

    def do_next(self) -> None:
        """Turn on; the page then stays its whole time."""
        self._turn(1)

    def do_leave(self) -> None:
        """Leave when asked twice: the first time says so."""
        now_ms = host(self).uptime_ms()
        if self._leave_asked_ms is None or now_ms - self._leave_asked_ms > LEAVE_MS:
            self._leave_asked_ms = now_ms
            # Even a wall that could not be put together is left.
            for footer in self.query(WallFooter):
                footer.say(_("Press q once more to leave the wall view."))
            return
        if host(self).read_only:
            self.app.exit()
        else:
            self.dismiss(None)

    # -- trouble --------------------------------------------------------------------------------------------------

    def trouble(self) -> str:
        """Why the picture may not be trusted, with its age, as a sentence; empty when all is well."""
        app = host(self)
        snapshot = app.snapshot
        if snapshot is None:
            return ""
        silent_ms = app.silent_ms()
        age = clock_text(max(0, app.clock.now_ms() - snapshot.at_ms) // 1000)
        if snapshot.freshness.problem and silent_ms >= LOST_MS:
            return _("The database cannot be read. The last picture is {age} old; it comes back by itself.").format(
                age=age
            )
        if silent_ms >= SILENT_MS:
            return _("No new picture for {age}. What is shown may be out of date; it comes back by itself.").format(
                age=age
            )
        return ""

    def _say_trouble(self) -> None:
        sentence = self.trouble()
        footer = self.query_one(WallFooter)
        self.set_class(bool(sentence), "-lost")
        now_ms = host(self).uptime_ms()
        if self._leave_asked_ms is not None and now_ms - self._leave_asked_ms <= LEAVE_MS:
            return
        if sentence:
            footer.say(sentence, Level.WARN)
        elif host(self).snapshot is None:
            footer.say(_("Opening the floor…"))
        else:
            footer.say("")
