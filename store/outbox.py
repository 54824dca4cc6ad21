"""What is still to be told, in SQLite: a queue beside the facts, for the process that tells."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any, Final

from app.alerts.ports import OutboxMessage
from store.database import Store, rows, translated

_COLUMNS: Final = (
    "message, alert, recipient, channels, subject, body, due_ms, attempt, created_ms, is_sending FROM outbox"
)


class SqliteOutbox:
    """Keeps messages until they were told or given up. What writes here is called inside a write transaction, so that
    a message leaves the outbox together with the fact of what became of it.

    Args:
        store: The connection to use.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def _found(self, statement: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        with translated(self._store.path):
            return rows(self._store.connection.execute(statement, values))

    def messages(self) -> list[OutboxMessage]:
        """All of them, the oldest first."""
        return [_message(row) for row in self._found(f"SELECT {_COLUMNS} ORDER BY created_ms, message")]

    def due(self, now_ms: int, limit: int) -> list[OutboxMessage]:
        """What is due by now, the longest due first."""
        found = self._found(f"SELECT {_COLUMNS} WHERE due_ms <= ? ORDER BY due_ms, message LIMIT ?", (now_ms, limit))
        return [_message(row) for row in found]

    def next_due_ms(self) -> int | None:
        """When the next message is due; None when there is none."""
        due_ms: int | None = self._found("SELECT min(due_ms) FROM outbox")[0][0]
        return due_ms

    def put(self, messages: Iterable[OutboxMessage]) -> int:
        """Put messages in; one that is in already stays as it is. Returns how many are new."""
        connection = self._store.connection
        before = connection.total_changes
        connection.executemany(
            "INSERT INTO outbox VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (message) DO NOTHING",
            [_row(message) for message in messages],
        )
        return connection.total_changes - before

    def mark_sending(self, message: str) -> bool:
        """Say that a message is being handed to a channel; False when it is no longer there."""
        cursor = self._store.connection.execute("UPDATE outbox SET is_sending = 1 WHERE message = ?", (message,))
        return bool(cursor.rowcount)

    def postpone(self, message: str, channels: Sequence[str], due_ms: int, attempt: int) -> bool:
        """Have a message tried again at an instant, by the channels that are left; False when it is no longer there."""
        cursor = self._store.connection.execute(
            "UPDATE outbox SET channels = ?, due_ms = ?, attempt = ?, is_sending = 0 WHERE message = ?",
            (_listed(channels), due_ms, attempt, message),
        )
        return bool(cursor.rowcount)

    def done(self, message: str) -> bool:
        """Take a message out: it was told, or given up. False when it is no longer there."""
        return bool(self._store.connection.execute("DELETE FROM outbox WHERE message = ?", (message,)).rowcount)

    def drop(self, alert: str) -> int:
        """Take out what is still to be told of an alert and is not being sent; returns how many messages."""
        cursor = self._store.connection.execute("DELETE FROM outbox WHERE alert = ? AND is_sending = 0", (alert,))
        return int(cursor.rowcount)


def _listed(channels: Sequence[str]) -> str:
    return json.dumps(list(channels), ensure_ascii=False)


def _row(message: OutboxMessage) -> tuple[object, ...]:
    return tuple(message._replace(channels=_listed(message.channels), is_sending=int(message.is_sending)))  # type: ignore[arg-type]


def _message(row: tuple[Any, ...]) -> OutboxMessage:
    message = OutboxMessage._make(row)
    return message._replace(channels=tuple(json.loads(str(row[3]))), is_sending=bool(message.is_sending))
