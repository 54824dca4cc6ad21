"""Rows by ticket, however many there are: kept in memory while they are few, else laid aside on disk in parts."""

from __future__ import annotations

import marshal
import tempfile
from collections.abc import Iterator
from itertools import groupby
from types import TracebackType
from typing import IO, Final
from zlib import crc32

from app.tickets.import_rows import Row

_IN_MEMORY: Final = 100_000
"""Rows kept in memory: some hundred megabytes of the longest, some dozens of common ones."""

_PARTS: Final = 64
"""A part is read back whole: a million rows make parts of some sixteen thousand."""


class Spool:
    """Takes rows in any order, and gives them back ticket by ticket, each in the order of its facts."""

    def __init__(self, in_memory: int = _IN_MEMORY) -> None:
        self._in_memory = in_memory
        self._rows: list[Row] = []
        self._file: IO[bytes] | None = None
        self._pieces: list[list[tuple[int, int]]] = [[] for _part in range(_PARTS)]

    def __enter__(self) -> Spool:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is not None:
            self._file.close()

    def add(self, row: Row) -> None:
        """Take a row."""
        self._rows.append(row)
        if len(self._rows) >= self._in_memory:
            self._lay_aside()

    def batches(self, size: int) -> Iterator[list[list[Row]]]:
        """Tickets with their rows in order, in batches of about `size` rows; may be asked more than once."""
        batch: list[list[Row]] = []
        count = 0
        for rows in self._parts():
            rows.sort()
            for _ticket, found in groupby(rows, key=lambda row: row[0]):
                of_ticket = list(found)
                batch.append(of_ticket)
                count += len(of_ticket)
                if count >= size:
                    yield batch
                    batch, count = [], 0
        if batch:
            yield batch

    def _parts(self) -> Iterator[list[Row]]:
        if self._file is None:
            yield self._rows
            return
        if self._rows:
            self._lay_aside()
        for pieces in self._pieces:
            rows: list[Row] = []
            for start, length in pieces:
                self._file.seek(start)
                rows += map(Row._make, marshal.loads(self._file.read(length)))
            if rows:
                yield rows

    def _lay_aside(self) -> None:
        parts: list[list[tuple[object, ...]]] = [[] for _part in range(_PARTS)]
        for row in self._rows:
            parts[crc32(row[0].encode("utf-8", "surrogatepass")) % _PARTS].append(tuple(row))
        if self._file is None:
            self._file = tempfile.TemporaryFile(prefix="watchfloor-")  # noqa: SIM115 - closed at the end of the block
        start = self._file.seek(0, 2)
        for pieces, rows in zip(self._pieces, parts, strict=True):
            if rows:
                data = marshal.dumps(rows)
                self._file.write(data)
                pieces.append((start, len(data)))
                start += len(data)
        self._rows = []
