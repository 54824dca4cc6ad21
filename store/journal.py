"""The event log in SQLite: what `app.core.journal` asks of storage."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

from app.core.events import FLOOR_EVENTS
from app.core.facts import BadLine, Batch, FilePosition, Recorded
from app.core.journal import Fact
from app.sources.model import FollowedFile
from store.database import Store, rows, translated
from store.event_rows import EventRow, identity_number, to_row


@dataclass(frozen=True, slots=True)
class QuarantinedLine:
    """A line that could not be read, as it is kept."""

    id: int
    source: str
    line: BadLine
    stored_ms: int


class SqliteJournal:
    """Stores facts once; implements `JournalStore`.

    Args:
        store: The connection to use.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def writing(self) -> AbstractContextManager[object]:
        return self._store.writing()

    def _source_id(self, name: str) -> int:
        connection = self._store.connection
        connection.execute("INSERT INTO source (name) VALUES (?) ON CONFLICT (name) DO NOTHING", (name,))
        row = connection.execute("SELECT id FROM source WHERE name = ?", (name,)).fetchone()
        return int(row[0])

    def version(self) -> tuple[int, int]:
        row = self._store.connection.execute("SELECT folded_seq, generation FROM journal").fetchone()
        return int(row[0]), int(row[1])

    def append(self, batch: Batch, stored_ms: int) -> tuple[list[Fact], Recorded]:
        connection = self._store.connection
        source_id = self._source_id(batch.source)
        first_seq = int(connection.execute("SELECT coalesce(max(seq), 0) FROM event").fetchone()[0]) + 1
        source = batch.source
        event_rows: list[EventRow] = [
            to_row(seq, source_id, draft.event, identity_number(source, draft.identity))
            for seq, draft in enumerate(batch.drafts, first_seq)
        ]
        before = connection.total_changes
        connection.executemany(
            "INSERT INTO event VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (at_ms, identity) DO NOTHING", event_rows
        )
        stored = connection.total_changes - before
        facts: list[Fact]
        if stored == len(event_rows):
            facts = [(seq, source, draft.event) for seq, draft in enumerate(batch.drafts, first_seq)]
        else:
            found = rows(connection.execute("SELECT seq FROM event WHERE seq >= ? ORDER BY seq", (first_seq,)))
            facts = [(seq, source, batch.drafts[seq - first_seq].event) for (seq,) in found]
        told = [fact[2].at_ms for fact in facts if type(fact[2]) in FLOOR_EVENTS]
        if told:
            connection.execute(
                "UPDATE journal SET floor_newest_ms = max(coalesce(floor_newest_ms, 0), ?), floor_stored_ms = ?",
                (max(told), stored_ms),
            )
        ignored = sum(fact[2].kind == "other_fact" for fact in facts)
        quarantined = self._quarantine(source_id, batch.bad_lines, stored_ms)
        if batch.position is not None:
            self._save_position(source_id, batch.position)
        duplicates = len(event_rows) - stored + len(batch.bad_lines) - quarantined
        return facts, Recorded(stored - ignored, ignored, duplicates, quarantined)

    def _quarantine(self, source_id: int, bad_lines: Sequence[BadLine], stored_ms: int) -> int:
        if not bad_lines:
            return 0
        connection = self._store.connection
        before = connection.total_changes
        connection.executemany(
            "INSERT INTO quarantine (source, file, line_number, offset, text, reason, stored_ms, identity)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (source, identity) DO NOTHING",
            [
                (
                    source_id,
                    line.file,
                    line.line_number,
                    line.offset,
                    line.text,
                    line.reason,
                    stored_ms,
                    identity_number("", line.text.encode("utf-8", "surrogatepass")),
                )
                for line in bad_lines
            ],
        )
        return connection.total_changes - before

    def _save_position(self, source_id: int, position: FilePosition) -> None:
        self._store.connection.execute(
            "INSERT OR REPLACE INTO file_position VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                source_id,
                position.path,
                position.device,
                position.inode,
                position.offset,
                position.line_number,
                position.head,
                position.head_bytes,
            ),
        )

    def position(self, source: str, path: str) -> FilePosition | None:
        with translated(self._store.path):
            row = self._store.connection.execute(
                "SELECT path, device, inode, offset, line_number, head, head_bytes FROM file_position"
                " WHERE source = (SELECT id FROM source WHERE name = ?) AND path = ?",
                (source, path),
            ).fetchone()
        return None if row is None else FilePosition(*row)

    def mark_folded(self, seq: int, stored_ms: int) -> None:
        self._store.connection.execute(
            "UPDATE journal SET stored_ms = ?, folded_seq = ?, newest_ms = (SELECT max(at_ms) FROM event)",
            (stored_ms, seq),
        )

    def begin_anew(self) -> None:
        self._store.connection.execute("UPDATE journal SET generation = generation + 1")

    def begin_rebuild(self, fold_settings: Mapping[str, Any]) -> None:
        self._store.connection.execute(
            "UPDATE journal SET generation = generation + 1, fold_settings = ?",
            (json.dumps(fold_settings, ensure_ascii=False),),
        )

    # -- what the command line asks for ------------------------------------------------------------------------------

    def fold_settings(self) -> dict[str, Any]:
        """The settings the projections were folded with."""
        with translated(self._store.path):
            row = self._store.connection.execute("SELECT fold_settings FROM journal").fetchone()
        settings: dict[str, Any] = json.loads(row[0])
        return settings

    def quarantined(self, limit: int = 1000) -> list[QuarantinedLine]:
        """Lines that could not be read, newest first, at most `limit`."""
        with self._store.reading() as connection:
            found = rows(
                connection.execute(
                    "SELECT q.id, s.name, file, line_number, offset, text, reason, stored_ms"
                    " FROM quarantine q JOIN source s ON s.id = q.source ORDER BY q.id DESC LIMIT ?",
                    (limit,),
                )
            )
        return [QuarantinedLine(row[0], row[1], BadLine(*row[2:7]), row[7]) for row in found]

    def follow(self, file: FollowedFile) -> None:
        """Have the engine keep reading a file."""
        with self._store.writing() as connection:
            source_id = self._source_id(file.source)
            connection.execute(
                "INSERT OR REPLACE INTO followed_file VALUES (?, ?, ?, ?, ?)",
                (source_id, file.path, file.kind, file.encoding, file.since_ms),
            )

    def unfollow(self, source: str, path: str) -> None:
        """Have the engine stop reading a file; what was read stays."""
        with self._store.writing() as connection:
            connection.execute(
                "DELETE FROM followed_file WHERE path = ? AND source = (SELECT id FROM source WHERE name = ?)",
                (path, source),
            )

    def followed(self) -> list[FollowedFile]:
        """The files the engine keeps reading."""
        with self._store.reading() as connection:
            found = rows(
                connection.execute(
                    "SELECT s.name, path, kind, encoding, since_ms"
                    " FROM followed_file f JOIN source s ON s.id = f.source ORDER BY s.name, path"
                )
            )
        return [FollowedFile(*row) for row in found]

    def fact_count(self) -> int:
        """How many facts there are; a line met twice leaves a gap in their numbers."""
        with self._store.reading() as connection:
            return int(connection.execute("SELECT count(*) FROM event").fetchone()[0])

    def quarantined_count(self) -> int:
        """How many lines could not be read."""
        with self._store.reading() as connection:
            return int(connection.execute("SELECT count(*) FROM quarantine").fetchone()[0])

    def sources(self) -> list[str]:
        """The names of all sources that ever gave facts or are followed."""
        with self._store.reading() as connection:
            return [name for (name,) in rows(connection.execute("SELECT name FROM source ORDER BY name"))]
