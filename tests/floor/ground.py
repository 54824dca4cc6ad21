"""A floor on a real database, quick to make: the journal, the fold and the readers as the program wires them."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from random import Random

from app.alerts.fold import AlertFold
from app.core.clock import ManualClock
from app.core.events import AnyEvent
from app.core.facts import Batch, Draft, Recorded
from app.core.journal import Journal
from app.floor.fold import FloorFold
from app.floor.model import AgentInterval, DataNote, Visit
from app.tickets.fold import TicketFold
from store.alerts import SqliteAlerts
from store.database import Store
from store.floor import SqliteFloor
from store.journal import SqliteJournal
from store.tickets import SqliteTickets
from store.upkeep import PROJECTIONS
from tests.strategies import Told, deliver

Rows = dict[str, list[tuple[object, ...]]]


@cache
def _template() -> Path:
    path = Path(tempfile.mkdtemp(prefix="watchfloor-tests-")) / "empty.db"
    store = Store(path)
    store.connection.execute("PRAGMA journal_mode = delete").close()
    store.close()
    return path


class Ground:
    """One floor.

    Args:
        folder: Where its database goes; made anew for each.
        wrap_up_seconds: Fixed after-call work by queue.
    """

    def __init__(self, folder: Path, wrap_up_seconds: Mapping[str, int] | None = None) -> None:
        self.path = Path(tempfile.mkdtemp(dir=folder)) / "floor.db"
        shutil.copy(_template(), self.path)
        self.store = Store(self.path)
        # Nothing here outlives a crash of the machine, and syncing is most of the time of a small test.
        self.store.connection.execute("PRAGMA synchronous = OFF").close()
        self.clock = ManualClock(0)
        self.log = SqliteJournal(self.store)
        self.floor = SqliteFloor(self.store)
        self.fold = FloorFold(self.floor)
        self.tickets = SqliteTickets(self.store)
        self.ticket_fold = TicketFold(self.tickets)
        self.alerts = SqliteAlerts(self.store)
        self.journal = Journal(self.log, [self.fold, self.ticket_fold, AlertFold(self.alerts)], self.clock)
        self._told = 0
        if wrap_up_seconds:
            self.journal.rebuild({"wrap_up_seconds": dict(wrap_up_seconds)})

    def new_journal(self) -> Journal:
        """Another process's way in: it knows nothing of what this one remembers."""
        tickets, alerts = TicketFold(SqliteTickets(self.store)), AlertFold(SqliteAlerts(self.store))
        return Journal(self.log, [FloorFold(self.floor), tickets, alerts], self.clock)

    def close(self) -> None:
        self.store.close()
        shutil.rmtree(self.path.parent)

    def __enter__(self) -> Ground:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def record(self, batches: Iterable[Batch]) -> Recorded:
        """Deliver batches; returns what became of them all."""
        whole = Recorded()
        for batch in batches:
            whole += self.journal.record(batch)
        return whole

    def tell(self, *events: AnyEvent, source: str = "pbx") -> Recorded:
        """Deliver facts in one batch, each told once and different from all before."""
        first = self._told
        self._told += len(events)
        drafts = [Draft(event, f"told {number}".encode()) for number, event in enumerate(events, first)]
        return self.journal.record(Batch(source, drafts))

    def rows(self) -> Rows:
        """Every projection, row by row."""
        connection = self.store.connection
        return {table: sorted(connection.execute(f"SELECT * FROM {table}"), key=repr) for table in PROJECTIONS}

    def everything(self) -> Rows:
        """Every table there is."""
        connection = self.store.connection
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {table: sorted(connection.execute(f"SELECT * FROM {table}"), key=repr) for table in tables}

    def rebuild(self) -> None:
        self.journal.rebuild(self.log.fold_settings())

    def intervals(self, agent: str) -> list[AgentInterval]:
        """All intervals of an agent."""
        return self.floor.intervals_since(agent, 0)

    def visits(self) -> list[Visit]:
        """All visits, in order of entry."""
        return self.floor.visits_entered(0, 2**62)

    def notes(self) -> list[DataNote]:
        """All data notes."""
        found = self.store.connection.execute("SELECT call, queue, at_ms, seq, note FROM data_note ORDER BY call, seq")
        return [DataNote(*row) for row in found]


def played(folder: Path, facts: list[Told], seed: int, wrap_up_seconds: Mapping[str, int] | None = None) -> Ground:
    """A floor to which facts were delivered late, twice and in any batches."""
    random = Random(seed)
    ground = Ground(folder, wrap_up_seconds)
    ground.record(deliver(random, facts, random.choice((0.0, 0.05, 0.5)), random.choice((0.0, 0.2))))
    return ground
