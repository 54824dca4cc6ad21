"""Connections as the threads of the program use them: one to write and fold with, one to read pictures from."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timezone, tzinfo
from pathlib import Path

from app.alerts.ahead import AheadTeller
from app.alerts.book_service import in_force
from app.alerts.fold import AlertFold
from app.core.clock import Clock
from app.core.journal import Fold, Journal
from app.core.settings import Settings
from app.floor.fold import FloorFold
from app.planning.live_plan import LivePlan
from app.planning.mapping import AdherenceRules
from app.sources.model import FollowedFile
from app.tickets.attendant import Attendant
from app.tickets.fold import TicketFold
from store.alerts import SqliteAlerts
from store.database import Store
from store.floor import SqliteFloor
from store.forecast import SqliteForecast, SqliteStaffingHistory
from store.house import SqliteHouse, note_backup
from store.imports import SqliteImports
from store.journal import SqliteJournal
from store.loops import SqliteLoops
from store.outbox import SqliteOutbox
from store.people import SqlitePeople
from store.planning import SqlitePlanning
from store.ticket_acts import SqliteTicketActs
from store.tickets import SqliteTickets
from store.upkeep import backup, verify


class WriterSession:
    """Stores and folds facts; implements `EngineSession`.

    Args:
        path: The database.
        settings: The site's; those that shape projections hold from the first fact, or from the next rebuild on.
        clock: Tells when facts were stored.
        zone: The site's: local dates are in the numbers of tickets that are written by themselves.
        listeners: Told of every fact that is stored here, after the projections are true to it.
    """

    def __init__(
        self,
        path: Path,
        settings: Settings,
        clock: Clock,
        zone: tzinfo = timezone.utc,
        listeners: Sequence[Fold] = (),
    ) -> None:
        self._store = Store(path)
        self._identity = self._store.identity()
        self.log = SqliteJournal(self._store)
        self.floor = SqliteFloor(self._store)
        self.imports = SqliteImports(self._store)
        self.planning = SqlitePlanning(self._store)
        self.forecast = SqliteForecast(self._store)
        self.staffing = SqliteStaffingHistory(self._store, self.floor)
        self._clock = clock
        self._wanted = {"wrap_up_seconds": settings.wrap_up_seconds}
        self.tickets = SqliteTickets(self._store)
        self.ticket_acts = SqliteTicketActs(self._store)
        self.ticket_fold = TicketFold(self.tickets)
        self.alerts = SqliteAlerts(self._store)
        self.outbox = SqliteOutbox(self._store)
        folds: list[Fold] = [FloorFold(self.floor), self.ticket_fold, AlertFold(self.alerts), *listeners]
        self.journal = Journal(self.log, folds, clock)
        self.people = SqlitePeople(self._store, self.journal.remap, self._apply_to_units)
        self.loops = SqliteLoops(self._store, self.tickets)
        self.attendant = Attendant(
            self.journal, self.tickets, self.loops, self.people, clock, zone, settings.ticket_prefix
        )
        self.ahead = AheadTeller(
            self.journal, self.log, self.tickets, self.outbox, lambda: in_force(self.alerts).book, clock, zone
        )
        if self.needs_rebuild and self.log.version()[0] == 0:
            self.rebuild()

    def _apply_to_units(self) -> None:
        """Have units inherit their calendars along the tree as it is now, in a new version of the same policy book."""
        if self.tickets.renew_book(self._clock.now_ms()):
            self.ticket_fold.refold_open()

    @property
    def needs_rebuild(self) -> bool:
        """Whether the projections were folded with other settings than today's."""
        return self.log.fold_settings() != self._wanted

    def rebuild(self) -> None:
        """Fold the whole log again, with the settings of today."""
        self.journal.rebuild(self._wanted)

    def verify(self) -> list[str]:
        """Fold the whole log again in a copy, and compare row by row.

        Returns:
            A sentence for each table that differs; empty when everything is as it should be.
        """
        return verify(self._store)

    def followed(self) -> list[FollowedFile]:
        return self.log.followed()

    def is_replaced(self) -> bool:
        return not self._store.path.exists() or self._store.identity() != self._identity

    def attend(self) -> None:
        self.attendant.reconcile()
        self.ahead.attend()

    def tidy(self) -> None:
        self._store.checkpoint()

    def close(self) -> None:
        self._store.close()


class ReaderSession:
    """Reads pictures and reports; implements `FeedSession`.

    Args:
        path: The database.
        zone: Where the days of the plan begin.
        rules: How adherence is judged where the database holds no rules of its own.
    """

    def __init__(self, path: Path, zone: tzinfo = timezone.utc, rules: AdherenceRules | None = None) -> None:
        self._store = Store(path, writer=False)
        self._identity = self._store.identity()
        self.reader = SqliteFloor(self._store)
        self.log = SqliteJournal(self._store)
        self.people = SqlitePeople(self._store)
        self.imports = SqliteImports(self._store)
        self.planning = SqlitePlanning(self._store)
        self.forecast = SqliteForecast(self._store)
        self.staffing = SqliteStaffingHistory(self._store, self.reader)
        self.tickets = SqliteTickets(self._store)
        self.loops = SqliteLoops(self._store, self.tickets)
        self.alerts = SqliteAlerts(self._store)
        self.house = SqliteHouse(self._store)
        self.plan = LivePlan(self.people, self.planning, zone, AdherenceRules() if rules is None else rules)

    def data_version(self) -> int:
        return self._store.data_version()

    def backup(self, target: Path) -> int:
        """Copy the database while it lives; returns the copy's size in bytes.

        Raises:
            UsageProblem: When the target exists or cannot be made.
            StoreProblem: When the copy is not sound.
        """
        size = backup(self._store, target)
        note_backup(self._store.path, target)
        return size

    def is_replaced(self) -> bool:
        return not self._store.path.exists() or self._store.identity() != self._identity

    def close(self) -> None:
        self._store.close()
