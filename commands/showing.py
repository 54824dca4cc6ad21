"""A floor on its way to a screen, or to one frame of text: what it lives by, and the engine and the feed behind it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import tzinfo
from typing import TYPE_CHECKING

import click

from app.core.errors import WatchfloorError
from commands.engine import make_engine, present_database
from commands.planning import adherence_rules
from commands.site import Site, early_setting, person_here
from commands.watching import Views, live_settings

if TYPE_CHECKING:
    from app.alerts.feed import PollingAlertFeed
    from app.core.clock import Clock
    from app.core.reasons import ReasonMap
    from app.engine.service import Engine
    from app.floor.feed import PollingFeed
    from app.floor.picture import Freshness
    from app.tickets.feed import PollingTicketFeed
    from app.tickets.picture import TicketSnapshot
    from screens.app import WatchfloorApp
    from seed.feed import SimulatedSource


@dataclass(frozen=True, slots=True)
class Prepared:
    """What a floor lives by.

    Attributes:
        clock: The system's, or the simulator's.
        zone: The floor's zone.
        simulated: A simulator that feeds the floor.
    """

    clock: Clock
    zone: tzinfo
    simulated: SimulatedSource | None = None


@dataclass(frozen=True, slots=True)
class Showing:
    """How the floor is to be shown.

    Attributes:
        prepare: Makes what the floor lives by; behind the first frame, for it takes a while.
        form: Print one frame in this form; None opens the screen where there is a terminal.
        wall: The kiosk instead of the desk.
        rotate_seconds: How long a page of the kiosk stays.
        notice: What stands on every screen.
        last_deed: What to tidy when the screen has to end without warning.
    """

    prepare: Callable[[], Prepared]
    form: str | None = None
    wall: bool = False
    rotate_seconds: int = 20
    notice: Callable[[], str] | None = None
    last_deed: Callable[[], None] = lambda: None


def show(site: Site, showing: Showing) -> None:
    """Open the floor on the terminal until it is left, or print one frame of it where there is none.

    Raises:
        WatchfloorError: When a frame cannot be printed; what goes wrong behind a screen is said on the screen.
        SystemExit: With the exit code of a screen that failed.
    """
    form = showing.form
    if form is None and not (sys.stdout.isatty() and sys.stdin.isatty()):
        form = "table"
    if form is not None:
        _print_frame(site, showing.prepare(), form)
        return
    import threading

    from app.core.places import log_file
    from screens.app import WatchfloorApp
    from screens.resilience import close_log, open_log
    from screens.themes import DEFAULT_THEME

    # Threads that fold give way to a key press sooner than the usual 5 ms.
    sys.setswitchinterval(0.001)
    handler = open_log(log_file())
    house = House(site, showing)

    def open_house() -> None:
        try:
            house.open(app)
        except WatchfloorError as problem:
            app.fail(str(problem), problem.exit_code)
        except Exception as error:  # noqa: BLE001 - a thread's end nobody would see
            app.fail(f"{type(error).__name__}: {error}", 1)

    opener = threading.Thread(target=open_house, name="opener", daemon=True)

    class Curtain(WatchfloorApp):
        """Opens the floor once the first frame stands: what that imports would only hold the frame up."""

        def on_ready(self) -> None:
            opener.start()

    app = Curtain(
        theme=early_setting("theme") or DEFAULT_THEME,
        wall=showing.wall,
        rotate_seconds=showing.rotate_seconds,
        notice=showing.notice,
        log_path=log_file(),
        last_deed=showing.last_deed,
    )
    try:
        app.run()
    finally:
        if opener.is_alive():
            opener.join(timeout=10)
        house.close()
        close_log(handler)
    if app.return_code:
        sys.exit(app.return_code)


def _reasons(site: Site) -> ReasonMap:
    from app.core.reasons import ReasonMap

    return ReasonMap(site.settings.reasons)


class House:
    """The engine and the feed behind a screen.

    Args:
        site: Where the floor is kept.
        showing: How it is shown.
    """

    def __init__(self, site: Site, showing: Showing) -> None:
        self._site = site
        self._showing = showing
        self._engine: Engine | None = None
        self._feed: PollingFeed | None = None
        self._ticket_feed: PollingTicketFeed | None = None
        self._alert_feed: PollingAlertFeed | None = None

    def open(self, app: WatchfloorApp) -> None:
        """Open the database, start the engine and the feed, and hand them to the screen.

        Raises:
            WatchfloorError: When the database cannot be opened.
        """
        from app.floor.feed import PollingFeed
        from store.desk import SqlitePlanningDesk
        from store.sessions import ReaderSession

        site = self._site
        prepared = self._showing.prepare()
        path, zone, rules = site.path, prepared.zone, adherence_rules(site)
        if prepared.simulated is not None:
            _play_so_far(site, prepared.simulated)
        else:
            ReaderSession(path).close()  # says now what is wrong, not on every retry
        views = Views()
        engine = make_engine(site, prepared.clock, prepared.simulated, zone=zone, views=views)
        self._engine = engine
        self._feed = PollingFeed(
            lambda: ReaderSession(present_database(path), zone, rules),
            prepared.clock,
            live_settings(site, zone),
            lambda: _freshness(engine),
        )
        views.floor = self._feed.latest
        engine.start()
        self._feed.start()
        app.know_site(zone, _reasons(site))
        app.attach_planning(SqlitePlanningDesk(path, site.settings, zone, prepared.clock, person_here()))
        app.attach_feed(self._feed)
        self._open_tickets(app, prepared.clock, zone, engine)
        views.tickets = self._tickets_seen
        self._open_alerts(app, prepared.clock)

    def _tickets_seen(self) -> TicketSnapshot | None:
        return None if self._ticket_feed is None else self._ticket_feed.latest()

    def _open_tickets(self, app: WatchfloorApp, clock: Clock, zone: tzinfo, engine: Engine) -> None:
        """After the floor: nobody waits for the tickets before they see it."""
        from app.tickets.feed import PollingTicketFeed
        from store.notice_desk import SqliteNoticeDesk
        from store.sessions import ReaderSession
        from store.ticket_desk import SqliteTicketDesk

        path = self._site.path
        self._ticket_feed = PollingTicketFeed(
            lambda: ReaderSession(present_database(path), zone), clock, lambda: _freshness(engine)
        )
        self._ticket_feed.start()
        desk = SqliteTicketDesk(path, self._site.settings, zone, clock, person_here())
        app.attach_tickets(desk, self._ticket_feed)
        app.attach_notices(SqliteNoticeDesk(path, self._site.settings, zone, clock, person_here()))

    def _open_alerts(self, app: WatchfloorApp, clock: Clock) -> None:
        from app.alerts.feed import PollingAlertFeed
        from store.alert_desk import SqliteAlertDesk
        from store.sessions import ReaderSession

        path = self._site.path
        self._alert_feed = PollingAlertFeed(lambda: ReaderSession(present_database(path)), clock)
        self._alert_feed.start()
        app.attach_alerts(SqliteAlertDesk(path, self._site.settings, clock, person_here()), self._alert_feed)

    def close(self) -> None:
        """Stop what is behind the screen; what was stored stays."""
        for feed in (self._alert_feed, self._ticket_feed, self._feed):
            if feed is not None:
                feed.stop()
        if self._engine is not None:
            self._engine.stop()


def _freshness(engine: Engine) -> Freshness:
    from app.floor.picture import Freshness

    status = engine.status()
    return Freshness(
        engine_alive=status.alive, engine_here=status.here, following=status.following, problem=status.problem
    )


def _play_so_far(site: Site, simulated: SimulatedSource) -> None:
    """Store the plan of a simulated floor, and what has happened there before its curtain rises."""
    from app.core.facts import Batch
    from seed.plan_writer import write_plan

    drafts = simulated.drafts()
    with site.writer() as session:
        write_plan(simulated.plan, session.people, session.planning, session.forecast, simulated.now_ms())
        if simulated.tickets is not None:
            from seed.ticket_writer import write_departments

            write_departments(simulated.tickets, session.people, session.tickets, session.log.writing)
        for start in range(0, len(drafts), 10_000):
            session.journal.record(Batch(simulated.name, drafts[start : start + 10_000]))


def _print_frame(site: Site, prepared: Prepared, form: str) -> None:
    """One picture of the floor, for a pipe."""
    import shutil

    from app.core.output import write_rows
    from app.core.zones import day_start_ms
    from app.floor.frame import agent_frame, floor_frame
    from app.floor.live import LiveFloor
    from app.floor.picture import Freshness
    from app.planning.live_plan import LivePlan
    from screens.text import floor_text
    from store.engine_lock import FileEngineLock

    if prepared.simulated is not None:
        _play_so_far(site, prepared.simulated)
    settings = live_settings(site, prepared.zone)
    now_ms = prepared.clock.now_ms()
    with site.reader() as session:
        live = LiveFloor(settings)
        live.apply(session.reader.changes(0, 0, day_start_ms(now_ms, settings.zone)), now_ms, fresh=True)
        plan = LivePlan(session.people, session.planning, settings.zone, adherence_rules(site))
        live.set_roster(plan.roster() or {}, now_ms)
        live.set_standings(plan.standings((), now_ms, look=True), now_ms)
    alive = prepared.simulated is not None or FileEngineLock(site.path, lambda: now_ms).is_held()
    snapshot = live.snapshot(now_ms, Freshness(engine_alive=alive))
    if form == "table":
        click.echo(floor_text(snapshot, now_ms, max(80, shutil.get_terminal_size((120, 24)).columns)))
    elif form == "csv":
        write_rows(agent_frame(snapshot, now_ms, settings.zone), "csv")
    else:
        import json

        click.echo(json.dumps(floor_frame(snapshot, now_ms, settings.zone), ensure_ascii=False))
