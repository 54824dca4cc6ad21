"""A copy of a site in a folder of its own, in which history is played again: its plans, its people, its log up to an
instant, and from there on as far as it is asked."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import tzinfo
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any, Final

from app.alerts.fold import AlertFold
from app.core.clock import ManualClock
from app.core.facts import Batch, Draft
from app.core.journal import Fold, Journal
from app.floor.fold import FloorFold
from app.tickets.fold import TicketFold
from store.alerts import SqliteAlerts
from store.database import Store, rows
from store.event_rows import from_row
from store.floor import SqliteFloor
from store.journal import SqliteJournal
from store.sessions import ReaderSession
from store.tickets import SqliteTickets
from store.upkeep import PROJECTIONS

_NOT_COPIED: Final = frozenset(
    {
        *PROJECTIONS,
        *("event", "journal", "agent_checkpoint", "file_position", "quarantine", "attendant", "outbox"),
        *("alert", "alert_fact", "alert_book", "fault", "import_log"),
    }
)
"""What is folded anew, or is of no use in a copy."""

_NO_ALERTS: Final = "kind NOT GLOB 'alert_*'"
"""What rules and people made of alerts is not played: other rules are tried."""


class Scratch:
    """A copy of a site that grows with time. Use `scratch`.

    Attributes:
        clock: The instant it has reached.
        session: What it holds, to look at.
    """

    def __init__(self, origin: Store, path: Path, zone: tzinfo, start_ms: int) -> None:
        self._origin = origin
        self._until_ms = start_ms
        self._store = store = Store(path)
        try:
            # The copy is thrown away: nobody minds whether it would outlive a power cut.
            store.connection.execute("PRAGMA synchronous = OFF")
            _copy(store, origin.path, start_ms)
            self.clock = ManualClock(start_ms)
            log = SqliteJournal(store)
            folds: list[Fold] = [
                FloorFold(SqliteFloor(store)),
                TicketFold(SqliteTickets(store)),
                AlertFold(SqliteAlerts(store)),
            ]
            self._journal = Journal(log, folds, self.clock)
            self._journal.rebuild(SqliteJournal(origin).fold_settings())
            self.session = ReaderSession(path, zone)
        except BaseException:
            store.close()
            raise

    def advance(self, to_ms: int) -> int:
        """Store and fold the facts before an instant, from where it was left; returns how many."""
        count = 0
        for source, drafts in groupby(self._facts(to_ms), key=itemgetter(0)):
            batch = Batch(source, [draft for _source, draft in drafts])
            count += len(batch.drafts)
            self._journal.record(batch)
        self._until_ms = max(self._until_ms, to_ms)
        self.clock.set_ms(self._until_ms)
        return count

    def _facts(self, to_ms: int) -> list[tuple[str, Draft]]:
        with self._origin.reading() as connection:
            found: list[tuple[Any, ...]] = rows(
                connection.execute(
                    "SELECT e.seq, s.name, e.at_ms, e.kind, e.agent, e.queue, e.call, e.detail"
                    " FROM event e JOIN source s ON s.id = e.source"
                    f" WHERE e.at_ms >= ? AND e.at_ms < ? AND e.{_NO_ALERTS} ORDER BY e.at_ms, e.seq",
                    (self._until_ms, to_ms),
                )
            )
        return [(source, Draft(from_row(*fields), str(seq).encode())) for seq, source, *fields in found]

    def close(self) -> None:
        """Let the connections go."""
        self.session.close()
        self._store.close()


@contextmanager
def scratch(path: Path, zone: tzinfo, start_ms: int) -> Iterator[Scratch]:
    """A copy of a site as its log says it was at an instant; it is removed at the end.

    Args:
        path: The site's database; only read.
        zone: The site's.
        start_ms: Facts before it are there from the beginning.

    Raises:
        StoreProblem: When the database cannot be read, or the copy cannot be written.
    """
    origin = Store(path, writer=False)
    try:
        with tempfile.TemporaryDirectory(prefix="watchfloor-replay-") as folder:
            made = Scratch(origin, Path(folder) / "copy.db", zone, start_ms)
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
