"""Imports in SQLite: their transactions, and the log of who imported what. What `app.core.imports` asks of storage."""

from __future__ import annotations

from contextlib import AbstractContextManager

from app.core.imports import LogEntry
from store.database import Store, rows, translated


class SqliteImports:
    """Implements `ImportStore`.

    Args:
        store: The connection to use.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def writing(self) -> AbstractContextManager[object]:
        return self._store.writing()

    def reading(self) -> AbstractContextManager[object]:
        return self._store.reading()

    def log_import(self, entry: LogEntry) -> None:
        self._store.connection.execute(
            "INSERT INTO import_log (at_ms, actor, kind, file, digest, rows, added, changed, removed, unchanged,"
            " skipped) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            entry,
        )

    def entries(self, limit: int) -> list[LogEntry]:
        """The newest imports, the newest first."""
        with translated(self._store.path):
            found = rows(
                self._store.connection.execute(
                    "SELECT at_ms, actor, kind, file, digest, rows, added, changed, removed, unchanged, skipped"
                    " FROM import_log ORDER BY id DESC LIMIT ?",
                    (limit,),
                )
            )
        return [LogEntry(*row) for row in found]
