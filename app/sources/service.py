"""Reading a file, or standard input, once and to its end."""

from __future__ import annotations

import os
import select
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import BinaryIO, Final

from app.core.bulk import collector_paused
from app.core.errors import UsageProblem
from app.core.facts import Batch, FactSink, FilePosition, Recorded
from app.core.i18n import _
from app.core.text import inert
from app.sources.lines import LineSplitter
from app.sources.ports import Line, LineParser
from app.sources.reader import OpenLog, read_lines
from app.sources.table_dump import TableDumpParser

CHUNK_BYTES: Final = 1 << 18

BATCH_LINES: Final = 20_000
"""Lines stored in one transaction: under a second of work for others to wait, and each agent's time laid out once."""

STANDARD_INPUT: Final = "-"
_COMPRESSED: Final = (b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"\x28\xb5\x2f\xfd")


@dataclass(frozen=True, slots=True)
class Summary:
    """What became of the lines of one file: `lines` is always the sum of the four counts after it.

    Attributes:
        source: The name of the telephone system.
        lines: Lines read (records, in a table dump; its header is not one).
        events: Facts that were new.
        duplicates: Facts and bad lines that were known already.
        ignored: Blank lines, and new facts that change nothing.
        quarantined: New lines whose meaning could not be read.
        complete: False where the person cancelled before the end.
    """

    source: str
    lines: int = 0
    events: int = 0
    duplicates: int = 0
    ignored: int = 0
    quarantined: int = 0
    complete: bool = True

    def with_batch(self, lines: int, blank: int, recorded: Recorded) -> Summary:
        """The summary with one more batch in it."""
        return replace(
            self,
            lines=self.lines + lines,
            events=self.events + recorded.events,
            duplicates=self.duplicates + recorded.duplicates,
            ignored=self.ignored + recorded.ignored + blank,
            quarantined=self.quarantined + recorded.quarantined,
        )

    def row(self) -> dict[str, str | int]:
        """The summary under the names the command line promises."""
        return {
            "source": self.source,
            "lines": self.lines,
            "events": self.events,
            "duplicates": self.duplicates,
            "ignored": self.ignored,
            "quarantined": self.quarantined,
        }


@dataclass(frozen=True, slots=True)
class Progress:
    """How far reading is.

    Attributes:
        read_bytes: Bytes read.
        size_bytes: Bytes there are; None where nobody knows, as with standard input.
        summary: What became of them.
    """

    read_bytes: int
    size_bytes: int | None
    summary: Summary


def ingest_file(
    sink: FactSink,
    source: str,
    path: str,
    parser: LineParser,
    *,
    stream: BinaryIO | None = None,
    batch_lines: int = BATCH_LINES,
    resume: bool = False,
    progress: Callable[[Progress], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Summary:
    """Read a file once, in batches that are stored one by one.

    It begins at the first byte: what was read before is known and counts as duplicates. A last line that nothing ends
    is read as a line, and the position stored stops before it, so that a follower reads it again when it is whole.

    Args:
        sink: Where the facts go.
        source: The name of the telephone system: the same name means the same facts.
        path: The file as the person named it; "-" reads `stream` instead.
        parser: Reads its lines; a new one for each file.
        stream: Standard input.
        batch_lines: Lines stored in one transaction.
        resume: Begin where reading was left, if this is still that file; not for table dumps, in which a repeated
            hour is told by the rows before it.
        progress: Called after each batch.
        cancelled: Asked before each batch; True ends reading, what is stored stays.

    Raises:
        UsageProblem: When the file cannot be read at all.
        DataProblem: When its form cannot be recognised.
        StoreProblem: When the store refuses a batch; the batches before it are stored.
    """
    ingest = _Ingest(sink, path, parser, batch_lines, progress, cancelled, Summary(source))
    if path == STANDARD_INPUT:
        if stream is None:
            raise UsageProblem(_("There is no standard input to read."))
        return ingest.run(_StreamInput(stream))
    try:
        log = OpenLog.open(path, os.path.abspath(path))
    except OSError as error:
        raise _unreadable(path, error) from None
    try:
        file = _FileInput(log)
        stored = sink.position(source, os.path.abspath(path))
        if stored is not None and log.continues(stored):
            if resume and not isinstance(parser, TableDumpParser):
                log.move_to(stored)
            else:
                file.stored_offset = stored.offset
        return ingest.run(file)
    except OSError as error:
        raise _unreadable(path, error) from None
    finally:
        log.close()


class _FileInput:
    """A file as lines, with positions."""

    def __init__(self, log: OpenLog) -> None:
        self._log = log
        self.stored_offset = 0
        self.size_bytes: int | None = log.status().st_size

    @property
    def splitter(self) -> LineSplitter:
        return self._log.splitter

    def read(self) -> bytes:
        return self._log.read(CHUNK_BYTES)

    def more_waits(self) -> bool:
        return True

    def position(self, following: Line | None) -> FilePosition | None:
        """The place before `following`, else behind all lines; None where a reading before this one got further."""
        place = self._log.position(following)
        return place if place.offset > self.stored_offset else None


class _StreamInput:
    """Standard input as lines; it has no place."""

    size_bytes: int | None = None

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.splitter = LineSplitter()

    def read(self) -> bytes:
        read_once: Callable[[int], bytes] = getattr(self._stream, "read1", self._stream.read)
        return read_once(CHUNK_BYTES)

    def more_waits(self) -> bool:
        """Whether reading on would not wait: what a live program has printed so far is stored at once."""
        try:
            return bool(select.select([self._stream], [], [], 0)[0])
        except (OSError, ValueError):
            return True

    def position(self, _following: Line | None) -> FilePosition | None:
        return None


@dataclass(slots=True)
class _Ingest:
    """One reading; the arguments are those of `ingest_file`."""

    sink: FactSink
    path: str
    parser: LineParser
    batch_lines: int
    progress: Callable[[Progress], None] | None
    cancelled: Callable[[], bool] | None
    summary: Summary

    def run(self, file: _FileInput | _StreamInput) -> Summary:
        if isinstance(self.parser, TableDumpParser):
            self._store_records(file, self.parser)
        else:
            self._store_lines(file)
        return self.summary

    def _store_lines(self, file: _FileInput | _StreamInput) -> None:
        """Batch by batch, each with the position exactly behind its lines."""
        lines: list[Line] = []
        for chunk in _chunks(file):
            lines += file.splitter.feed(chunk)
            at_once = not file.more_waits()
            while len(lines) >= self.batch_lines or (at_once and lines):
                batch, lines = lines[: self.batch_lines], lines[self.batch_lines :]
                if self._stops():
                    return
                self._store(batch, file, file.position(lines[0] if lines else None))
        if (rest := file.splitter.finish()) is not None:
            lines.append(rest)
        if lines and not self._stops():
            self._store(lines, file, file.position(None))

    def _store_records(self, file: _FileInput | _StreamInput, parser: TableDumpParser) -> None:
        """Record by record; a record may span lines, so only the end of the file is a place to remember."""
        records = parser.records(_all_lines(file))
        while batch := list(islice(records, self.batch_lines)):
            if self._stops():
                return
            self._store(batch, file, None)
        position = file.position(None)
        if position is not None:
            self.sink.record(Batch(self.summary.source, (), (), position))

    def _stops(self) -> bool:
        if self.cancelled is not None and self.cancelled():
            self.summary = replace(self.summary, complete=False)
            return True
        return False

    def _store(self, lines: list[Line], file: _FileInput | _StreamInput, position: FilePosition | None) -> None:
        with collector_paused():
            read = read_lines(self.parser, lines, self.path)
            recorded = self.sink.record(Batch(self.summary.source, read.drafts, read.bad_lines, position))
        self.summary = self.summary.with_batch(len(lines), read.blank, recorded)
        if self.progress is not None:
            self.progress(Progress(file.splitter.fed_offset, file.size_bytes, self.summary))


def _chunks(file: _FileInput | _StreamInput) -> Iterator[bytes]:
    while chunk := file.read():
        if file.splitter.fed_offset == 0 and chunk.startswith(_COMPRESSED):
            raise UsageProblem(
                _("The file is compressed: unpack it first, as in: gunzip -c FILE | watchfloor ingest queue-log -")
            )
        yield chunk


def _all_lines(file: _FileInput | _StreamInput) -> Iterable[Line]:
    for chunk in _chunks(file):
        yield from file.splitter.feed(chunk)
    if (rest := file.splitter.finish()) is not None:
        yield rest


def _unreadable(path: str, error: OSError) -> UsageProblem:
    return UsageProblem(
        _("{path} cannot be read: {reason}.").format(path=inert(path), reason=error.strerror or str(error))
    )
