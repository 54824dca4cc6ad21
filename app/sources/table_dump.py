"""The table form of an Asterisk queue log: a CSV dump of the realtime table `queue_log`."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterable, Iterator
from datetime import tzinfo
from typing import Final, NamedTuple

from app.core.errors import DataProblem, UsageProblem
from app.core.facts import Draft
from app.core.i18n import _
from app.sources.encodings import checked_encoding, decoded
from app.sources.instants import WallTime, table_time
from app.sources.lines import LINE_LIMIT_BYTES
from app.sources.ports import Line, LineProblem
from app.sources.queue_log import row_identity
from app.sources.rows import build_event

_DELIMITERS: Final = (",", ";", "\t")
_NEEDED: Final = ("time", "callid", "queuename", "agent", "event")
_NUMBERED_DATA: Final = tuple(f"data{number}" for number in range(1, 6))
_NULLS: Final = frozenset({"NULL", "\\N"})
_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"

RECORD_LINES: Final = 100
"""A quoted field may hold line feeds, but a record of more lines is a quote that nobody closed."""


class _Columns(NamedTuple):
    delimiter: str
    width: int
    needed: tuple[int, ...]
    numbered: tuple[int, ...]
    joined: int | None


class TableDumpParser:
    """Reads records of a table dump, in order: the header, the separator and repeated hours need what came before.

    Args:
        zone: Where the telephone system's clock hangs; None where all times are in UTC or say their offset.
        encoding: Of the file.

    Raises:
        UsageProblem: When the encoding does not exist or cannot hold lines.
    """

    def __init__(self, zone: tzinfo | None = None, encoding: str = "utf-8") -> None:
        self._zone = zone
        self.encoding = checked_encoding(encoding)
        self._columns: _Columns | None = None
        self._previous_ms: int | None = None

    def records(self, lines: Iterable[Line]) -> Iterator[Line]:
        """The records of the file as lines: the header is read and left out, quoted line feeds are kept together.

        Raises:
            DataProblem: When the first line does not name the columns.
        """
        remaining = iter(lines)
        header = next(remaining, None)
        if header is None:
            return
        columns = self._columns = self._read_header(header.data)
        yield from _joined(remaining, columns.delimiter.encode())

    def parse(self, data: bytes, /) -> Draft | None:
        """Read one record; None for a blank one.

        Raises:
            LineProblem: When its meaning cannot be read.
            UsageProblem: When its time is local and no zone is known.
        """
        columns = self._columns
        if columns is None:
            raise DataProblem(_("The first line of a table dump must name its columns."))
        text = decoded(data, self.encoding)
        if not text.strip():
            return None
        fields = _fields(text, columns.delimiter)
        if len(fields) > columns.width:
            raise LineProblem(f"the record has {len(fields)} fields where the header names {columns.width}")
        if len(fields) <= max(columns.needed):
            raise LineProblem(f"the record has only {len(fields)} of {columns.width} fields")
        when, call, queue, agent, word = (fields[index] for index in columns.needed)
        values = _values(fields, columns)
        at_ms = self._instant_ms(when)
        return Draft(
            build_event(at_ms, call, queue, agent, word, values),
            row_identity(at_ms, call, queue, agent, word, values),
        )

    def _instant_ms(self, text: str) -> int:
        when = table_time(text)
        if isinstance(when, WallTime):
            if self._zone is None:
                raise UsageProblem(
                    _("The times in this table are local: say where its clock hangs, as in --zone Asia/Shanghai.")
                )
            when = when.instant_ms(self._zone, self._previous_ms)
        self._previous_ms = when
        return when

    def _read_header(self, data: bytes) -> _Columns:
        try:
            text = decoded(data.removeprefix(_BYTE_ORDER_MARK), self.encoding)
        except LineProblem:
            text = ""
        for delimiter in _DELIMITERS:
            try:
                names = [name.strip().lower() for name in _fields(text, delimiter)]
            except LineProblem:
                continue
            if not all(name in names for name in _NEEDED):
                continue
            return _Columns(
                delimiter,
                len(names),
                tuple(names.index(name) for name in _NEEDED),
                tuple(names.index(name) for name in _NUMBERED_DATA if name in names),
                names.index("data") if "data" in names else None,
            )
        raise DataProblem(
            _("The first line of a table dump must name its columns, among them: {names}.").format(
                names=", ".join(_NEEDED)
            )
        )


def _fields(text: str, delimiter: str) -> list[str]:
    """The fields of one record, what stands for NULL as empty."""
    text = text.rstrip("\r")
    if '"' not in text and "\r" not in text:
        fields = text.split(delimiter)
        return ["" if field in _NULLS else field for field in fields]
    try:
        records = list(csv.reader([text], delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise LineProblem(f"the record is not CSV: {error}") from None
    if len(records) != 1:
        raise LineProblem("the record is not CSV: it holds a line break outside quotes")
    return ["" if field in _NULLS else field for field in records[0]]


def _values(fields: list[str], columns: _Columns) -> list[str]:
    """The values of a row as the text form would have them.

    A table has five columns where a row may have six values: the last one then holds two, joined by a bar as in the
    text form. So all are joined and taken apart again.
    """
    numbered = [fields[index] for index in columns.numbered if index < len(fields)]
    joined = "|".join(numbered).rstrip("|")
    if not joined and columns.joined is not None and columns.joined < len(fields):
        joined = fields[columns.joined].rstrip("|")
    return joined.split("|") if joined else []


def _joined(lines: Iterator[Line], delimiter: bytes) -> Iterator[Line]:
    """Records of one or more lines. Where a quote is never closed the first line stands for itself, alone."""
    waiting: deque[Line] = deque()
    while True:
        first = waiting.popleft() if waiting else next(lines, None)
        if first is None:
            return
        if first.too_long or not _is_open(first.data, delimiter):
            yield first
            continue
        record, used = first.data, 0
        while _is_open(record, delimiter):
            if used == len(waiting):
                more = next(lines, None)
                if more is None or more.too_long:
                    waiting.extend([more] if more else [])
                    used = 0
                    break
                waiting.append(more)
            record += b"\n" + waiting[used].data
            used += 1
            if used >= RECORD_LINES or len(record) > LINE_LIMIT_BYTES:
                used = 0
                break
        if not used:
            yield first
            continue
        for _line in range(used):
            waiting.popleft()
        yield first._replace(data=record)


def _is_open(record: bytes, delimiter: bytes) -> bool:
    """Whether a record ends inside a quoted field. A quote inside a field that did not begin with one is text."""
    if b'"' not in record:
        return False
    at = 0
    while True:
        if record.startswith(b'"', at):
            at += 1
            while True:
                at = record.find(b'"', at)
                if at < 0:
                    return True
                if not record.startswith(b'"', at + 1):
                    break
                at += 2
        at = record.find(delimiter, at)
        if at < 0:
            return False
        at += 1
