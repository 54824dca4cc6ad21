"""A stream of bytes taken apart into numbered lines, whatever is in it."""

from __future__ import annotations

from typing import Final

from app.sources.ports import Line

LINE_LIMIT_BYTES: Final = 1 << 20
"""A longer line is no row of any source; it is skipped to its end without being held in memory."""

KEPT_BYTES: Final = 1 << 16
"""How much of a line that is too long is kept for the quarantine."""

TOO_LONG: Final = "the line is longer than 1 MiB"


class LineSplitter:
    """Cuts chunks of a file at line feeds, and at nothing else.

    Args:
        offset: Where in the file the first chunk begins; the start of a line.
        line_number: Lines before it.
    """

    def __init__(self, offset: int = 0, line_number: int = 0) -> None:
        self._offset = offset
        self._line_number = line_number
        self._pending = bytearray()
        self._pending_bytes = 0

    @property
    def offset(self) -> int:
        """First byte of the line that has no end yet."""
        return self._offset

    @property
    def line_number(self) -> int:
        """Lines that have ended."""
        return self._line_number

    @property
    def fed_offset(self) -> int:
        """First byte not yet fed."""
        return self._offset + self._pending_bytes

    def feed(self, chunk: bytes) -> list[Line]:
        """The lines that end in this chunk."""
        first, *rest = chunk.split(b"\n")
        self._hold(first)
        if not rest:
            return []
        lines = [self._ended()]
        tail = rest.pop()
        offset, line_number = self._offset, self._line_number
        for data in rest:
            line_number += 1
            length = len(data)
            if length > LINE_LIMIT_BYTES:
                lines.append(Line(line_number, offset, data[:KEPT_BYTES], True))
            else:
                lines.append(Line(line_number, offset, data, False))
            offset += length + 1
        self._offset, self._line_number = offset, line_number
        self._hold(tail)
        return lines

    def finish(self) -> Line | None:
        """What is left at the end of the file: a last line that nothing ended; None when there is none.

        The splitter stays where it is, so that the line is read again once its end has come.
        """
        if not self._pending_bytes:
            return None
        return self._pending_line()

    def _hold(self, part: bytes) -> None:
        self._pending_bytes += len(part)
        if self._pending_bytes <= LINE_LIMIT_BYTES:
            self._pending += part
        elif len(self._pending) < KEPT_BYTES:
            self._pending += part[: KEPT_BYTES - len(self._pending)]
        else:
            del self._pending[KEPT_BYTES:]

    def _pending_line(self) -> Line:
        too_long = self._pending_bytes > LINE_LIMIT_BYTES
        return Line(self._line_number + 1, self._offset, bytes(self._pending), too_long)

    def _ended(self) -> Line:
        line = self._pending_line()
        self._offset += self._pending_bytes + 1
        self._line_number += 1
        self._pending = bytearray()
        self._pending_bytes = 0
        return line
