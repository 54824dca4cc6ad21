"""What an operations engineer does to a database: copy it while it lives, and prove it true."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Final

from app.alerts.fold import AlertFold
from app.core.clock import ManualClock
from app.core.errors import StoreProblem, UsageProblem
from app.core.i18n import _
from app.core.journal import Fold, Journal
from app.core.text import inert
from app.floor.fold import FloorFold
from app.tickets.fold import TicketFold
from store.alerts import SqliteAlerts
from store.database import Store, rows, translated
from store.floor import SqliteFloor
from store.journal import SqliteJournal
from store.tickets import SqliteTickets

PROJECTIONS: Final = (
    "agent",
    "agent_interval",
    "queue",
    "visit",
    "data_note",
    "ticket",
    "ticket_clock",
    "ticket_fact",
    "ticket_awaited",
    "notice",
    "notice_contact",
    "notice_fact",
    "alert",
    "alert_fact",
    "fault",
)
"""Every table that is folded from the event log. Checkpoints are not: where they lie depends on batches."""


def backup(store: Store, target: Path) -> int:
    """Copy a database while others write to it; the copy is of one moment, private, and checked.

    Args:
        store: What to copy.
        target: Where to; must not exist yet.

    Returns:
        The copy's size in bytes.

    Raises:
        UsageProblem: When the target exists or cannot be made.
        StoreProblem: When the copy cannot be written or is not sound.
    """
    try:
        os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except FileExistsError:
        raise UsageProblem(
            _("{path} exists already: choose another name, a backup overwrites nothing.").format(
                path=inert(str(target))
            )
        ) from None
    except OSError as error:
        raise UsageProblem(
            _("{path} cannot be made: {reason}.").format(path=inert(str(target)), reason=error.strerror)
        ) from None
    try:
        with translated(target):
            _copy(store, target)
    except BaseException:
        # Half a copy must not be taken for one.
        target.unlink(missing_ok=True)
        raise
    return target.stat().st_size


def _copy(store: Store, target: Path) -> None:
    copy = type(store.connection)(str(target), isolation_level=None)
    try:
        store.connection.backup(copy)
        found = [row[0] for row in rows(copy.execute("PRAGMA integrity_check"))]
        if found != ["ok"]:
            raise StoreProblem(
                _("The copy {path} is not sound ({problem}): the database may be damaged.").format(
                    path=inert(str(target)), problem=inert(found[0])
                )
            )
        # One file, with nothing beside it that could be forgotten.
        copy.execute("PRAGMA journal_mode = delete").close()
    finally:
        copy.close()


def verify(store: Store) -> list[str]:
    """Fold the event log again in a copy of the database, and compare every projection row by row.

    Returns:
        A sentence for each table that differs, and for each problem SQLite finds; empty when all is true.

    Raises:
        StoreProblem: When the database cannot be read.
    """
    with translated(store.path):
        found = [str(row[0]) for row in rows(store.connection.execute("PRAGMA integrity_check"))]
    damaged = _("SQLite finds the file damaged: {problem}")
    problems = [damaged.format(problem=inert(text)) for text in found if text != "ok"]
    with tempfile.TemporaryDirectory(prefix="watchfloor-verify-") as folder:
        copied = Path(folder) / "copy.db"
        os.close(os.open(copied, os.O_CREAT | os.O_RDWR, 0o600))
        _copy(store, copied)
        copy = Store(copied)
        try:
            log = SqliteJournal(copy)
            before = {table: _table(copy, table) for table in PROJECTIONS}
            folds: list[Fold] = [
                FloorFold(SqliteFloor(copy)),
                TicketFold(SqliteTickets(copy)),
                AlertFold(SqliteAlerts(copy)),
            ]
            Journal(log, folds, ManualClock(0)).rebuild(log.fold_settings())
            for table in PROJECTIONS:
                after = _table(copy, table)
                if after != before[table]:
                    differing = len(before[table] ^ after)
                    problems.append(
                        _("Table {table} differs from the event log in {count} rows: run watchfloor rebuild.").format(
                            table=table, count=differing
                        )
                    )
        finally:
            copy.close()
    return problems


def _table(store: Store, table: str) -> set[tuple[object, ...]]:
    with translated(store.path):
        return set(rows(store.connection.execute(f"SELECT * FROM {table}")))
