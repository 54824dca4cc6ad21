"""Rows by ticket, however many there are: kept in memory while they are few, else laid aside on disk in parts.

A part takes in the tickets that appear one after the other, so that what is stored together lies together: a log is
written in order of time, or ticket by ticket.
"""

from __future__ import annotations

import marshal
import tempfile
from collections.abc import Iterator
from types import TracebackType
from typing import IO, Final

from app.tickets.import_rows import Row

_IN_MEMORY: Final = 100_000
"""Rows kept in memory: some hundred megabytes of the longest, some dozens of common ones."""

_PART_TICKETS: Final = 2_000
"""A part is read back whole: with ten rows for each ticket it has twenty thousand."""


class Spool:
    """Takes rows in any order, and gives them back ticket by ticket, each in the order of its facts.

    Args:
        in_memory: So many rows are kept in memory.
        part_tickets: So many tickets are laid aside, and read back, together.
    """

    def __init__(self, in_memory: int = _IN_MEMORY, part_tickets: int = _PART_TICKETS) -> None:
        self._in_memory = in_memory
        self._part_tickets = part_tickets
        self._file: IO[bytes] | None = None
        self._part_of: dict[str, int] = {}
        self._rows: list[list[Row]] = []
        self._pieces: list[list[tuple[int, int]]] = []
        self._count = 0

    def __enter__(self) -> Spool:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is not None:
            self._file.close()

    def add(self, row: Row) -> None:
        """Take a row."""
        part = self._part_of.get(row[0])
        if part is None:
            part = self._part_of[row[0]] = len(self._part_of) // self._part_tickets
            if part == len(self._rows):
                self._rows.append([])
                self._pieces.append([])
        self._rows[part].append(row)
        self._count += 1
        if self._count >= self._in_memory:
            self._lay_aside()

    def batches(self, size: int) -> Iterator[list[list[Row]]]:
        """Tickets with their rows in order, in batches of about `size` rows; may be asked more than once."""
        batch: list[list[Row]] = []
        count = 0
        for rows in self._parts():
            by_ticket: dict[str, list[Row]] = {}
            for row in rows:
                found = by_ticket.get(row[0])
                if found is None:
                    by_ticket[row[0]] = [row]
                else:
                    found.append(row)
            for of_ticket in by_ticket.values():
                of_ticket.sort()
                batch.append(of_ticket)
                count += len(of_ticket)
                if count >= size:
                    yield batch
                    batch, count = [], 0
        if batch:
            yield batch

    def _parts(self) -> Iterator[list[Row]]:
        file = self._file
        for kept, pieces in zip(self._rows, self._pieces, strict=True):
            rows: list[Row] = []
            for start, length in pieces:
                assert file is not None
                file.seek(start)
                rows += map(Row._make, marshal.loads(file.read(length)))
            yield rows + kept if rows else kept

    def _lay_aside(self) -> None:
        if self._file is None:
            self._file = tempfile.TemporaryFile(prefix="watchfloor-")  # noqa: SIM115 - closed at the end of the block
        start = self._file.seek(0, 2)
        for part, rows in enumerate(self._rows):
            if rows:
                data = marshal.dumps(list(map(tuple, rows)))
                self._file.write(data)
                self._pieces[part].append((start, len(data)))
                start += len(data)
                self._rows[part] = []
        self._count = 0
