"""A copy of a site in a folder of its own, in which history is played again: its plans, its people, its log up to an
instant, and from there on as far as it is asked. What watches the floor live watches the copy."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any, Final, NamedTuple

from app.alerts.minute import MinuteFeed, MinutePicture
from app.alerts.model import Alert
from app.alerts.rule import AlertBook
from app.core.clock import Clock, ManualClock
from app.core.facts import Batch, Draft
from app.core.settings import Settings
from app.floor.feed import PollingFeed
from app.floor.live import LiveSettings
from app.floor.picture import FloorSnapshot, Freshness
from app.planning.mapping import AdherenceRules
from app.tickets.feed import PollingTicketFeed
from app.tickets.picture import TicketSnapshot
from store.database import Store, rows
from store.event_rows import from_row
from store.journal import SqliteJournal
from store.sessions import ReaderSession
from store.upkeep import PROJECTIONS
from store.watching import WatchingSession, WatchSettings

_NOT_COPIED: Final = frozenset(
    {
        *PROJECTIONS,
        *("event", "journal", "agent_checkpoint", "file_position", "followed_file", "quarantine"),
        *("attendant", "alert_book", "outbox", "import_log"),
    }
)
"""What is folded anew, or is of no use in a copy."""

_NO_ALERTS: Final = "kind NOT GLOB 'alert_*'"
"""What rules and people made of alerts is not played: other rules are tried."""


class SiteSettings(NamedTuple):
    """How a site is looked at, besides its facts.

    Attributes:
        settings: The site's.
        live: How its floor is pictured.
        adherence: How adherence is judged.
    """

    settings: Settings
    live: LiveSettings
    adherence: AdherenceRules


class _Sights:
    """Pictures of the copy, made when time has passed; implements `Sights`."""

    def __init__(self, path: Path, site: SiteSettings, clock: Clock) -> None:
        live = site.live
        self._session = ReaderSession(path, live.zone, site.adherence)
        self._floor = PollingFeed(lambda: self._session, clock, live, Freshness)
        self._tickets = PollingTicketFeed(lambda: self._session, clock, Freshness)
        self._minute = MinuteFeed(lambda: self._session, clock, site.settings, live.zone)
        self._is_fresh = True

    def look(self) -> None:
        """Make the pictures of this moment."""
        fresh, self._is_fresh = self._is_fresh, False
        self._floor.look(self._session, fresh=fresh)
        self._tickets.look(self._session, fresh=fresh)
        self._minute.look(self._session, fresh=fresh)

    def floor(self) -> FloorSnapshot | None:
        return self._floor.latest()

    def tickets(self) -> TicketSnapshot | None:
        return self._tickets.latest()

    def minute(self) -> MinutePicture | None:
        return self._minute.latest()

    def close(self) -> None:
        self._session.close()


class _Copy(WatchingSession):
    """The copy's connection: it folds and watches, and does nothing else by itself."""

    def hurry(self) -> None:
        """Wait for no disk: the copy is thrown away, nobody minds whether it would outlive a power cut."""
        self._store.connection.execute("PRAGMA synchronous = OFF")

    def keep_watch(self) -> None:
        """Look, compare with the rules, record."""
        self._know_people()
        self.watch.attend()


class Scratch:
    """A copy of a site that grows with time; implements `Stage`. Use `scratch`."""

    def __init__(self, origin: Store, path: Path, site: SiteSettings, book: AlertBook, start_ms: int) -> None:
        self._origin = origin
        self._until_ms = start_ms
        self._clock = ManualClock(start_ms)
        target = Store(path)
        try:
            _copy(target, origin.path, start_ms)
        finally:
            target.close()
        self._sights = _Sights(path, site, self._clock)
        watching = WatchSettings(is_kept=False)
        self._copy = _Copy(path, site.settings, self._clock, site.live.zone, lambda: self._sights, watching)
        try:
            self._copy.hurry()
            self._copy.journal.rebuild(SqliteJournal(origin).fold_settings())
            with self._copy.log.writing():
                self._copy.alerts.save_book(book, start_ms, "", "")
        except BaseException:
            self.close()
            raise

    def advance(self, to_ms: int) -> None:
        """Store and fold the facts up to an instant, then look."""
        for source, drafts in groupby(self._facts(to_ms), key=itemgetter(0)):
            # Whoever asks when it was heard is told the instant it is about.
            batch = Batch(source, [draft for _source, draft in drafts])
            self._clock.set_ms(batch.drafts[-1].event.at_ms)
            self._copy.journal.record(batch)
        self._until_ms = to_ms + 1
        self._clock.set_ms(to_ms)
        self._sights.look()
        self._copy.keep_watch()

    def alerts(self, start_ms: int, end_ms: int) -> list[Alert]:
        """What was pending or raised in [start, end)."""
        return self._copy.alerts.alerts_between(start_ms, end_ms)

    def _facts(self, to_ms: int) -> list[tuple[str, Draft]]:
        with self._origin.reading() as connection:
            found: list[tuple[Any, ...]] = rows(
                connection.execute(
                    "SELECT e.seq, s.name, e.at_ms, e.kind, e.agent, e.queue, e.call, e.detail"
                    " FROM event e JOIN source s ON s.id = e.source"
                    f" WHERE e.at_ms >= ? AND e.at_ms <= ? AND e.{_NO_ALERTS} ORDER BY e.at_ms, e.seq",
                    (self._until_ms, to_ms),
                )
            )
        return [(source, Draft(from_row(*fields), str(seq).encode())) for seq, source, *fields in found]

    def close(self) -> None:
        """Let the connections go."""
        self._copy.close()


@contextmanager
def scratch(path: Path, site: SiteSettings, book: AlertBook, start_ms: int) -> Iterator[Scratch]:
    """A copy of a site as its log says it was at an instant; it is removed at the end.

    Args:
        path: The site's database; only read.
        site: How it is looked at.
        book: The rules to try.
        start_ms: Facts before it are there from the beginning.

    Raises:
        StoreProblem: When the database cannot be read, or the copy cannot be written.
    """
    origin = Store(path, writer=False)
    try:
        with tempfile.TemporaryDirectory(prefix="watchfloor-replay-") as folder:
            made = Scratch(origin, Path(folder) / "copy.db", site, book, start_ms)
            try:
                yield made
            finally:
                made.close()
    finally:
        origin.close()


def _copy(target: Store, origin: Path, start_ms: int) -> None:
    """Bring in what is not folded, and the log before an instant."""
    connection = target.connection
    connection.execute("PRAGMA foreign_keys = OFF")
    connection.execute("ATTACH DATABASE ? AS origin", (str(origin),))
    names = [
        name
        for (name,) in rows(connection.execute("SELECT name FROM main.sqlite_master WHERE type = 'table'"))
        if name not in _NOT_COPIED and not name.startswith(("sqlite_", "_sqlite"))
    ]
    with target.writing():
        for name in names:
            connection.execute(f'INSERT OR REPLACE INTO main."{name}" SELECT * FROM origin."{name}"')
        connection.execute(
            f"INSERT INTO main.event SELECT * FROM origin.event WHERE at_ms < ? AND {_NO_ALERTS}", (start_ms,)
        )
    connection.execute("DETACH DATABASE origin")
    connection.execute("PRAGMA foreign_keys = ON")
