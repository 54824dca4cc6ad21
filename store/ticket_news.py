"""What others than one source did to tickets since it last looked: how a simulator hears of people."""

from __future__ import annotations

from pathlib import Path

from app.core.journal import Fact
from store.database import Store, rows, translated
from store.tickets import SqliteTickets


class SqliteTicketNews:
    """Reads over a connection of its own, opened when it is first asked; used by one thread.

    Args:
        path: The database.
        source: Whose own facts are no news to it.
    """

    def __init__(self, path: Path, source: str) -> None:
        self._path = path
        self._source = source
        self._store: Store | None = None
        self._data_version = -1
        self._seq = 0

    def changed(self) -> dict[str, list[Fact]]:
        """All facts of each ticket that somebody else has changed since the last call, in order of instant.

        The first call names every ticket that anybody else ever changed.

        Raises:
            StoreProblem: When the store cannot be read.
        """
        if self._store is None:
            self._store = Store(self._path, writer=False)
        store = self._store
        data_version = store.data_version()
        if data_version == self._data_version:
            return {}
        with translated(self._path), store.reading() as connection:
            found = rows(
                connection.execute(
                    "SELECT seq, json_extract(detail, '$.ticket') FROM event WHERE seq > ? AND kind GLOB 'ticket_*'"
                    " AND source <> coalesce((SELECT id FROM source WHERE name = ?), 0) ORDER BY seq",
                    (self._seq, self._source),
                )
            )
            newest_seq = rows(connection.execute("SELECT coalesce(max(seq), 0) FROM event"))[0][0]
            numbers = list(dict.fromkeys(ticket for _seq, ticket in found))
            known = SqliteTickets(store).ticket_facts(numbers) if numbers else {}
        self._seq = newest_seq
        self._data_version = data_version
        return known

    def close(self) -> None:
        """Let go of the connection; the next call opens another one."""
        if self._store is not None:
            self._store.close()
            self._store = None
            self._data_version = -1
