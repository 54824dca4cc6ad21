"""The terminal program: it owns the newest picture, the seconds and the screens, and survives what goes wrong."""

from __future__ import annotations

import asyncio
import logging
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import datetime, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

from rich.text import Text
from textual import on
from textual.app import App
from textual.message import Message
from textual.screen import Screen

from app.core.clock import Clock, ManualClock
from app.core.errors import StoreProblem
from app.core.i18n import LANGUAGES, _, language, set_language
from app.core.reasons import ReasonMap
from app.core.text import inert
from app.floor.picture import AgentDay, FloorSnapshot
from screens import resilience
from screens.actions import ActionState, action
from screens.base import Living, time_of_day
from screens.inbox import Inbox
from screens.leaving import WaysOut
from screens.messages import FeedAttached, FloorChanged, FloorFailed, TicketsAttached, TicketsChanged
from screens.notice_shell import NoticeShell
from screens.themes import DEFAULT_THEME, next_theme

if TYPE_CHECKING:
    # The ports bring the facts with them, and the first frame does not wait for those.
    from app.floor.ports import FloorFeed
    from app.planning.desk import PlanningDesk
    from app.tickets.desk import TicketDesk
    from app.tickets.picture import TicketSnapshot
    from app.tickets.ports import TicketFeed

TICK_SECONDS: Final = 1.0
TICK_PHASE_MS: Final = 30
"""How long after the full second the screen ticks: never before it, for then it would show the old second."""

GAP_MS: Final = 5_000
"""More real time than this between two ticks means the machine slept or the terminal stood still."""


class WatchfloorApp(NoticeShell):
    """Watchfloor on a terminal.

    Args:
        feed: Where the pictures come from; None when `attach_feed` hands it in later, so that the first frame need
            not wait for it.
        clock: The clock of the floor until there is a feed; then the feed's.
        chosen_language: "en" or "zh"; None leaves what is chosen already.
        theme: The name of a theme of `screens.themes`.
        wall: Show the read-only kiosk and nothing else.
        rotate_seconds: How long the kiosk stays on a page; 0 never turns by itself.
        notice: Tells a remark that stands on every screen, such as that this is a demo.
        log_path: The log, to be named when something goes wrong; the caller opens it with `resilience.open_log`.
        zone: The zone of the floor, for times of day; None takes the offset of the picture's midnight.
        reasons: What not-ready reasons mean on this floor.
        planning: Where the plan is read and changed; None when `attach_planning` hands it in later.
        tickets: Where tickets are read and changed, and what pictures them; None when `attach_tickets` hands them in.
        last_deed: What to tidy when the process has to end without the event loop, as when its terminal is gone.
        uptime_ms: Tells real time, for noticing that the machine slept.
    """

    TITLE = "Watchfloor"

    def __init__(
        self,
        feed: FloorFeed | None = None,
        *,
        clock: Clock | None = None,
        chosen_language: str | None = None,
        theme: str = DEFAULT_THEME,
        wall: bool = False,
        rotate_seconds: int = 20,
        notice: Callable[[], str] | None = None,
        log_path: Path | None = None,
        zone: tzinfo | None = None,
        reasons: ReasonMap | None = None,
        planning: PlanningDesk | None = None,
        tickets: tuple[TicketDesk, TicketFeed] | None = None,
        last_deed: Callable[[], None] = lambda: None,
        uptime_ms: Callable[[], int] = resilience.uptime_ms,
    ) -> None:
        super().__init__(theme, log_path, uptime_ms)
        if chosen_language is not None:
            set_language(chosen_language)
        self.snapshot: FloorSnapshot | None = None
        self.read_only = wall
        self.rotate_seconds = rotate_seconds
        self.clock: Clock = _FeedClock(clock)
        self.reasons = reasons if reasons is not None else ReasonMap()
        self.planning = planning
        self._notice = notice
        self._zone = zone
        self._feed: FloorFeed | None = None
        self.tickets: TicketDesk | None = None
        self.ticket_picture: TicketSnapshot | None = None
        self._ticket_feed: TicketFeed | None = None
        self._stop_listening: list[Callable[[], None]] = []
        self._lock = threading.Lock()
        self._inbox: Inbox[FloorSnapshot] = Inbox()
        self._ticket_inbox: Inbox[TicketSnapshot] = Inbox()
        self._started = False
        self._early: list[Message] = []
        self._last_tick_ms = 0
        self._heard_ms = uptime_ms()
        self._last_deed = last_deed
        self._ways_out: WaysOut | None = None
        if feed is not None:
            self.attach_feed(feed)
        if tickets is not None:
            self.attach_tickets(*tickets)

    # -- the floor ------------------------------------------------------------------------------------------------

    def attach_feed(self, feed: FloorFeed) -> None:
        """Hand in the floor; from any thread, before or after the start."""
        self._feed = feed
        self.post_when_started(FeedAttached())

    def attach_planning(self, planning: PlanningDesk) -> None:
        """Hand in where the plan is read and changed; from any thread, before or after the start."""
        self.planning = planning

    def attach_tickets(self, desk: TicketDesk, feed: TicketFeed) -> None:
        """Hand in where tickets are read, changed and watched; from any thread, before or after the start."""
        self.tickets, self._ticket_feed = desk, feed
        self.post_when_started(TicketsAttached())

    def know_site(self, zone: tzinfo, reasons: ReasonMap) -> None:
        """Hand in the floor's zone and what its reasons mean; from any thread, before or after the start."""
        self._zone, self.reasons = zone, reasons

    def fail(self, sentence: str, exit_code: int) -> None:
        """End with a sentence because the floor could not be opened; from any thread, before or after the start."""
        self.post_when_started(FloorFailed(sentence, exit_code))

    def post_when_started(self, message: Message) -> None:
        """Post a message from any thread, before or after the start."""
        # Before the start there is no event loop yet that another thread could safely hand a message to.
        with self._lock:
            if not self._started:
                self._early.append(message)
                return
        self.post_message(message)

    @on(FeedAttached)
    def _listen(self) -> None:
        feed = self._feed
        if feed is None or self.snapshot is not None:
            return
        cast(_FeedClock, self.clock).follow(feed.clock)
        self._stop_listening.append(feed.subscribe(self._hear))
        if (snapshot := feed.latest()) is not None:
            self._hear(snapshot)

    def _hear(self, snapshot: FloorSnapshot) -> None:
        """Take a picture from the feed's thread; at most one message waits however long the terminal stands still."""
        if self._inbox.put(snapshot):
            self.post_message(FloorChanged(snapshot))

    @on(TicketsAttached)
    def _listen_to_tickets(self) -> None:
        feed = self._ticket_feed
        if feed is None:
            return
        self._stop_listening.append(feed.subscribe(self._hear_tickets))
        if (picture := feed.latest()) is not None:
            self._hear_tickets(picture)

    def _hear_tickets(self, picture: TicketSnapshot) -> None:
        """Take a picture from the ticket feed's thread."""
        if self._ticket_inbox.put(picture):
            self.post_message(TicketsChanged())

    @on(TicketsChanged)
    def _show_tickets(self) -> None:
        picture = self._ticket_inbox.take()
        if picture is None:
            return
        self.ticket_picture = picture
        for screen in self.visible_screens():
            screen.show_tickets(picture)

    @on(FloorChanged)
    def _show_newest(self) -> None:
        snapshot = self._inbox.take()
        if snapshot is None:
            return
        # A feed that lost its store says so over the picture it had.
        if self.snapshot is None or snapshot.at_ms != self.snapshot.at_ms:
            self._heard_ms = self.uptime_ms()
        self.snapshot = snapshot
        for screen in self.visible_screens():
            screen.show_picture(snapshot)

    @on(FloorFailed)
    def _end_with_sentence(self, message: FloorFailed) -> None:
        self.exit(return_code=message.exit_code, message=Text(inert(message.sentence)))

    def silent_ms(self) -> int:
        """How much real time has passed since a picture of a new moment came."""
        return self.uptime_ms() - self._heard_ms

    def agent_day(self, agent: str) -> AgentDay:
        """One agent's day; to be called from a worker thread.

        Raises:
            StoreProblem: When the store cannot be read, or is not open yet.
        """
        if self._feed is None:
            raise StoreProblem(_("The floor is not open yet."))
        return self._feed.agent_day(agent)

    # -- seconds --------------------------------------------------------------------------------------------------

    def on_load(self) -> None:
        """Be ready for the ends nobody chooses, before the terminal is drawn on."""
        if not self.is_headless and sys.__stdin__ is not None:
            call = asyncio.get_running_loop().call_soon_threadsafe
            self._ways_out = WaysOut(
                sys.__stdin__.fileno(), lambda code: call(lambda: self.exit(return_code=code)), self._last_deed
            )
            self._ways_out.open()

    def on_mount(self) -> None:
        """Begin to tick."""
        with self._lock:
            self._started = True
        for message in self._early:
            self.post_message(message)
        self._last_tick_ms = self.uptime_ms()
        self._align_ticks()

    def on_unmount(self) -> None:
        """Stop listening; the feed may live longer than the screen."""
        for stop_listening in self._stop_listening:
            stop_listening()
        if self._ways_out is not None:
            self._ways_out.close()

    def _align_ticks(self) -> None:
        wait_ms = (TICK_PHASE_MS - self.clock.now_ms()) % 1000
        self.set_timer(wait_ms / 1000, lambda: self.set_interval(TICK_SECONDS, self.tick, name="tick"))

    def tick(self) -> None:
        """Have everything that can be seen show the present second."""
        now_ms = self.uptime_ms()
        slept = now_ms - self._last_tick_ms > GAP_MS
        self._last_tick_ms = now_ms
        for screen in self.visible_screens():
            if slept:
                screen.woke()
            screen.tick()
            self.tick_banner(cast("Screen[object]", screen))
        if slept:
            self.screen.refresh(layout=True)

    def visible_screens(self) -> Iterator[Living]:
        """The screens that can be seen: the top one, and what shines through modal ones."""
        # While the app ends its screens are taken apart, and a last tick may still come.
        for screen in reversed(self.screen_stack) if self._running else ():
            # A screen that is still being put together shows the newest picture itself as soon as it is.
            if screen.is_mounted and isinstance(screen, Living):
                yield screen
            if not screen.is_modal:
                return

    def wall_clock(self) -> str:
        """The local time of day; empty before it is known."""
        now_ms = self.clock.now_ms()
        if not now_ms or (self._zone is None and self.snapshot is None):
            return ""
        return f"{self.local(now_ms):%H:%M:%S}"

    def local_time(self, at_ms: int) -> str:
        """The local time of day at an instant."""
        return f"{self.local(at_ms):%H:%M}"

    def local(self, at_ms: int) -> datetime:
        """The local date and time at an instant."""
        day_start_ms = self.snapshot.day_start_ms if self.snapshot is not None else 0
        return time_of_day(at_ms, self._zone, day_start_ms)

    def notice_text(self) -> str:
        """A remark that stands on every screen; empty for none."""
        return self._notice() if self._notice is not None else ""

    # -- actions --------------------------------------------------------------------------------------------------

    async def action_perform(self, action_id: str) -> None:
        """Do what an action of the table says, or say why it cannot be done now."""
        entry = action(action_id)
        if (reason := entry.disabled(self.action_state())) is not None:
            self.tell(reason)
            return
        target: object = self if entry.where == "app" else self.screen
        method = getattr(target, f"do_{entry.verb}", None)
        if method is not None:
            method()

    def action_state(self) -> ActionState:
        """What decides now which actions make sense."""
        state = ActionState(
            has_picture=self.snapshot is not None,
            has_desk=self.planning is not None,
            has_tickets=self.tickets is not None,
            has_alerts=self.alerts is not None,
            alert=self.alert_group() is not None,
            has_notices=self.notices is not None,
        )
        screen = self.screen
        return screen.fill_state(state) if isinstance(screen, Living) else state

    def do_help(self) -> None:
        """Open the help for the screen in front."""
        from screens.help import HelpScreen

        self.push_screen(HelpScreen.about(self.screen))

    def do_palette(self) -> None:
        """Open the palette."""
        from screens.palette import FloorPalette

        if not FloorPalette.is_open(cast(App[object], self)):
            self.push_screen(FloorPalette())

    def do_language(self) -> None:
        """Switch to the other language, keeping everything else as it is."""
        set_language(LANGUAGES[(LANGUAGES.index(language()) + 1) % len(LANGUAGES)])
        for screen in self.screen_stack:
            if isinstance(screen, Living):
                screen.language_changed()

    def do_theme(self) -> None:
        """Walk on to the next theme."""
        self.theme = next_theme(self.theme)

    def do_quit(self) -> None:
        """End; nothing is lost by that."""
        self.exit()

    def peek(self, agent: str) -> None:
        """Open an agent's day."""
        from screens.peek import PeekScreen

        if not isinstance(self.screen, PeekScreen):
            self.push_screen(PeekScreen(agent))

    def get_default_screen(self) -> Screen[None]:
        """The floor, or the wall alone."""
        screen: Screen[None]
        if self.read_only:
            from screens.wall import WallScreen

            screen = WallScreen()
        else:
            from screens.floor import FloorScreen

            screen = FloorScreen()
        # Textual reads the style sheet of every screen but the first one.
        for path in screen.css_path:
            self.stylesheet.read(path)
        return screen


class _FeedClock:
    """The feed's clock once there is a feed; before that the one that was given, or one that stands still."""

    def __init__(self, before: Clock | None) -> None:
        self._clock: Clock = before if before is not None else ManualClock(0)

    def follow(self, clock: Clock) -> None:
        self._clock = clock

    def now_ms(self) -> int:
        return self._clock.now_ms()


logging.getLogger("watchfloor").addHandler(logging.NullHandler())
