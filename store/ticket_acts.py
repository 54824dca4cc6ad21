"""What people did to tickets, found again in the event log: answers `ActStore`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import Any, Final

from app.tickets.service import SOURCE
from store.database import Store, rows, translated

_WINDOW: Final = 20_000
"""Facts looked through at a time, the newest first: what somebody did a moment ago lies in the first of them."""

_FURTHEST: Final = 1_000_000
"""Facts looked through at most: more than a day of the largest floor."""


class SqliteTicketActs:
    """Implements `ActStore`.

    Args:
        store: The connection to use.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def _rows(self, query: str, values: tuple[object, ...]) -> list[tuple[Any, ...]]:
        with translated(self._store.path):
            return rows(self._store.connection.execute(query, values))

    def writing(self) -> AbstractContextManager[object]:
        return self._store.writing()

    def newest_seq(self) -> int:
        return int(self._rows("SELECT coalesce(max(seq), 0) FROM event", ())[0][0])

    def acts_of(self, person: str, since_ms: int) -> Iterator[str]:
        named: set[str] = set()
        newest_seq = self.newest_seq()
        for last_seq in range(newest_seq, max(0, newest_seq - _FURTHEST), -_WINDOW):
            found = self._rows(
                "SELECT e.at_ms, json_extract(e.detail, '$.act') FROM event e"
                " WHERE e.seq > ? AND e.seq <= ? AND e.source = (SELECT id FROM source WHERE name = ?)"
                " AND e.kind <> 'ticket_act_withdrawn' AND json_extract(e.detail, '$.by') = ? ORDER BY e.seq DESC",
                (last_seq - _WINDOW, last_seq, SOURCE, person),
            )
            for at_ms, act in found:
                if at_ms < since_ms:
                    return
                if act and act not in named:
                    named.add(act)
                    yield act

    def tickets_of_act(self, act: str, start_ms: int, end_ms: int) -> list[str]:
        found = self._rows(
            "SELECT DISTINCT json_extract(detail, '$.ticket') FROM event WHERE at_ms >= ? AND at_ms < ?"
            " AND kind GLOB 'ticket_*' AND json_extract(detail, '$.act') = ? ORDER BY 1",
            (start_ms, end_ms, act),
        )
        return [ticket for (ticket,) in found]

    def call_ended_ms(self, call: str) -> int | None:
        found = self._rows("SELECT max(ended_ms), count(*) - count(ended_ms) FROM visit WHERE call = ?", (call,))
        ended_ms, lasting = found[0]
        return None if lasting else ended_ms
