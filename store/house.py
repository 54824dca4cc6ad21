"""What is asked of a database about itself: what could not be read, how old its facts are, when it was backed up."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from app.alerts.minute import QuarantineCount
from store.database import Store, rows


class SqliteHouse:
    """Implements `HouseReader`.

    Args:
        store: The connection to use.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def quarantined(self, since_ms: int) -> QuarantineCount:
        with self._store.reading() as connection:
            found = rows(
                connection.execute("SELECT coalesce(sum(stored_ms >= ?), 0), count(*) FROM quarantine", (since_ms,))
            )
        return QuarantineCount(*found[0])

    def first_fact_ms(self) -> int | None:
        with self._store.reading() as connection:
            first: int | None = rows(connection.execute("SELECT min(at_ms) FROM event"))[0][0]
        return first


def _note_of(database: Path) -> Path:
    return database.with_name(database.name + ".backup")


def note_backup(database: Path, target: Path) -> None:
    """Note beside the database that it was backed up just now, and where to."""
    note = _note_of(database)
    # A backup is one whether or not it can be noted.
    with suppress(OSError):
        descriptor = os.open(note, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
        try:
            os.write(descriptor, os.fsencode(target.absolute()) + b"\n")
        finally:
            os.close(descriptor)


def last_backup_ms(database: Path) -> int | None:
    """When the database was last backed up, by the machine's clock; None where nothing was noted."""
    try:
        return _note_of(database).stat().st_mtime_ns // 1_000_000
    except OSError:
        return None
