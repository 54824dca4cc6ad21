"""The folding process: the command that is nothing else, and how any other command starts and watches it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from commands.site import Site

if TYPE_CHECKING:
    from datetime import date, tzinfo

    from app.core.clock import Clock
    from app.core.facts import Draft, FactSink
    from app.engine.ports import PolledSource
    from app.engine.service import Engine
    from app.engine.sources import FollowedSource
    from app.sources.model import FollowedFile
    from commands.watching import Views
    from seed.feed import SimulatedSource
    from seed.plan_writer import PlanAhead
    from store.sessions import WriterSession
    from store.watching import Post


@click.command()
@click.pass_obj
def engine(site: Site) -> None:
    """The folding process without a screen: reads the followed sources until it is ended."""
    from app.core.clock import SystemClock
    from app.core.i18n import _

    with site.writer() as session:
        warn_of_old_settings(session)
    running = make_engine(site, SystemClock())
    running.start()
    watch_engine(running, _("The engine runs; Ctrl+C ends it."))


def present_database(path: Path) -> Path:
    """The database, where there is one: one that was taken away is waited for, not begun anew and empty."""
    from app.core.errors import StoreProblem
    from app.core.i18n import _

    if not path.exists():
        raise StoreProblem(_("The database {path} is gone; waiting for it to come back.").format(path=path))
    return path


def make_engine(
    site: Site,
    clock: Clock,
    simulated: SimulatedSource | None = None,
    on_source: Callable[[FollowedSource], None] = lambda _source: None,
    zone: tzinfo | None = None,
    views: Views | None = None,
) -> Engine:
    """The folding process of a site, not yet started.

    Args:
        site: Where the floor is kept.
        clock: The floor's time.
        simulated: A simulator that feeds the floor, beside the files that are followed.
        on_source: Called, on the engine's thread, with each followed file that it opens.
        zone: The floor's zone; None for the site's.
        views: The feeds of the screen, for the watch over the alerts; None where it needs its own.
    """
    import time
    from functools import partial

    from app.core.clock import SystemClock
    from app.engine.service import Engine
    from app.engine.sources import FollowedSource, SimulatedFloor
    from commands.watching import FeedSights
    from store.engine_lock import FileEngineLock
    from store.ticket_news import SqliteTicketNews
    from store.watching import WatchingSession, WatchSettings

    path, settings = site.path, site.settings

    def make_source(sink: FactSink, file: FollowedFile) -> FollowedSource:
        source = FollowedSource(sink, file, clock)
        on_source(source)
        return source

    ahead = None if simulated is None else plan_ahead(site, simulated)
    pending: list[Draft] = []

    def own_sources(sink: FactSink) -> list[PolledSource]:
        if simulated is None or ahead is None:
            return []
        news = SqliteTicketNews(path, simulated.name)
        simulated.news = news
        return [SimulatedFloor(sink, simulated.name, ahead.drafts, news.close, pending)]

    floor_zone = site.zone if zone is None else zone
    watching = WatchSettings(
        steady_ms=None if simulated is not None else lambda: time.monotonic_ns() // 1_000_000,
        is_kept=simulated is None,
        post=make_post(is_simulated=simulated is not None),
    )

    def session() -> WatchingSession:
        sights = partial(FeedSights, site, clock, floor_zone, views)
        return WatchingSession(present_database(path), settings, clock, floor_zone, sights, watching)

    return Engine(
        session,
        FileEngineLock(path, SystemClock().now_ms),
        make_source,
        own_sources,
    )


def make_post(*, is_simulated: bool) -> Post:
    """How people outside of the terminal are told; a floor that is simulated calls nobody out of bed.

    Args:
        is_simulated: Each message is refused, so that the next channel, or nobody, is told.
    """
    import os
    from functools import partial

    from app.alerts.channels.making import send_through, simulated_answer
    from app.core.clock import SystemClock
    from store.watching import Post

    wall_ms = SystemClock().now_ms
    send = simulated_answer if is_simulated else partial(send_through, wall_ms=wall_ms, environ=os.environ)
    return Post(send, wall_ms)


def plan_ahead(site: Site, simulated: SimulatedSource) -> PlanAhead:
    """The facts of a simulated floor, with its plan written further ahead as its days go by."""
    from seed.plan_writer import PlanAhead, write_days

    def write(first: date, last: date) -> None:
        with site.writer() as session:
            write_days(simulated.plan, session.planning, session.forecast, first, last)

    return PlanAhead(simulated, write)


def warn_of_old_settings(session: WriterSession) -> None:
    """Say on standard error that what was folded follows other settings than those of now, where it does."""
    from app.core.i18n import _

    if session.needs_rebuild:
        click.echo(
            _("watchfloor: the wrap-up settings changed; “watchfloor rebuild” applies them; the old ones hold."),
            err=True,
        )


def watch_engine(running: Engine, opening: str) -> None:
    """Say what the engine does, whenever that changes, until a signal ends it."""
    import signal
    import threading

    from app.core.i18n import _
    from app.core.text import inert

    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda _number, _frame: ended.set())
    click.echo(opening, err=True)
    said = ""
    while not ended.wait(0.5):
        status = running.status()
        names = ", ".join(map(inert, status.following)) or "–"
        if status.problem:
            sentence = status.problem
        elif status.here:
            sentence = _("Reading here: {names}.").format(names=names)
        elif status.alive:
            sentence = _("Another process reads: {names}. Standing by to take over.").format(names=names)
        else:
            continue
        if sentence != said:
            click.echo(sentence, err=True)
            said = sentence
    running.stop()


COMMANDS: Final[tuple[click.Command, ...]] = (engine,)
