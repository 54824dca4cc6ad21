"""Importing tickets: any event log, one row per change, into facts; all of it checked before any of it is stored.

    rows → read by the map, laid aside by ticket → bad ones? → ticket by ticket gone through → stored in batches

A batch holds whole tickets, so that each is folded once. Batches are stored one by one: who works on the floor
meanwhile waits for less than a second, and an import that is ended before its end is finished by the same file again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import tzinfo
from functools import partial
from typing import BinaryIO, Final, Protocol

from pydantic import ValidationError

from app.core.bulk import collector_paused
from app.core.errors import DataProblem
from app.core.facts import Batch, Draft, Recorded
from app.core.i18n import _
from app.core.imports import LogEntry
from app.core.journal import Fact
from app.core.table_rows import BadRow, RowProblem
from app.core.text import inert
from app.core.toml_problems import sentence
from app.core.zones import load_zone
from app.tickets.import_map import TicketMap, plain
from app.tickets.import_replay import Replay
from app.tickets.import_rows import NAMED_LIMIT, Row, RowReader
from app.tickets.import_spool import Spool
from app.tickets.import_table import LogTable, opened_log

KIND: Final = "tickets"
BATCH_ROWS: Final = 16_000
"""Rows stored in one transaction: under a second of work."""
_PROGRESS_ROWS: Final = 5_000


class TicketSink(Protocol):
    """Where imported tickets go: the journal."""

    def decide(self, make: Callable[[], Batch], /) -> Recorded:
        """Store and fold what is decided inside the write transaction."""
        ...


class KnownFacts(Protocol):
    """What is stored of tickets already."""

    def ticket_facts(self, tickets: Sequence[str], /) -> Mapping[str, Sequence[Fact]]:
        """All facts of some tickets, by instant; tickets with none left out."""
        ...


@dataclass(frozen=True, slots=True)
class TicketOrder:
    """How an import is to be done.

    Attributes:
        source: The name under which the facts are stored: the same name means the same facts.
        zone: Of times that state no offset, where the map names none.
        encoding: Of the file; None to find it out.
        skip_bad: Leave bad rows out instead of doing nothing because of them.
        dry_run: Only say what would be stored.
    """

    source: str
    zone: tzinfo
    encoding: str | None = None
    skip_bad: bool = False
    dry_run: bool = False


@dataclass(slots=True)
class TicketImport:
    """What an import did, or would do.

    Attributes:
        file: As the person named it.
        digest: SHA-256 of it, in hexadecimal.
        rows: Rows in the file.
        dropped: Rows that the map drops.
        bad_count: Rows that cannot be taken.
        bad_rows: The first of them.
        tickets: Tickets with a row that can be taken.
        facts: Facts made of the rows.
        inferred: Those of them that no row states.
        unmapped_rows: Rows with a word the map does not know.
        repeated: Rows kept as notes because they say again what was so already.
        cut: Notes that were too long and were cut.
        events: Facts that were new.
        duplicates: Facts that were known already.
        first_ms: The oldest row; None where there is none.
        last_ms: The newest row.
        kinds: Facts by kind.
        unmapped: Rows by the column and the word that the map does not know.
        applied: Whether it was stored.
        complete: False where it was ended before its end; what was stored stays.
    """

    file: str
    digest: str = ""
    rows: int = 0
    dropped: int = 0
    bad_count: int = 0
    bad_rows: list[BadRow] = field(default_factory=list)
    tickets: int = 0
    facts: int = 0
    inferred: int = 0
    unmapped_rows: int = 0
    repeated: int = 0
    cut: int = 0
    events: int = 0
    duplicates: int = 0
    first_ms: int | None = None
    last_ms: int | None = None
    kinds: Counter[str] = field(default_factory=Counter)
    unmapped: Counter[tuple[str, str]] = field(default_factory=Counter)
    applied: bool = False
    complete: bool = True

    def log_entry(self, at_ms: int, actor: str) -> LogEntry:
        """The import for the log of imports; facts stand where other imports have rows that were added."""
        return LogEntry(
            at_ms, actor, KIND, self.file, self.digest, self.rows, self.events, 0, 0, self.duplicates, self.bad_count
        )


@dataclass(frozen=True, slots=True)
class ImportProgress:
    """How far an import is.

    Attributes:
        is_storing: Whether the file has been read and checked, and rows are being stored.
        rows: Rows read, or stored.
        share: Of the whole step, in per cent.
    """

    is_storing: bool
    rows: int
    share: int


Progress = Callable[[ImportProgress], None]


def import_tickets(
    path: str,
    told: TicketMap,
    sink: TicketSink,
    known: KnownFacts,
    order: TicketOrder,
    *,
    stream: BinaryIO | None = None,
    progress: Progress = lambda _done: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> TicketImport:
    """Import an event log.

    Args:
        path: The file; "-" reads `stream`.
        told: What its columns and words mean.
        sink: Where the facts go.
        known: Which facts of a ticket are stored: one that is there, from whatever source, is not stored again.
        order: How.
        stream: Standard input.
        progress: Told from time to time how far it is.
        cancelled: Asked from time to time; True ends the import.

    Returns:
        What was done. With bad rows and without `skip_bad`, or in a dry run, nothing was: see `applied`.

    Raises:
        UsageProblem: When the file cannot be read.
        DataProblem: When it is no such log.
        StoreProblem: When the store refuses; the batches before stay stored.
    """
    running = _Import(told, sink, known, order, TicketImport(path), progress, cancelled)
    with collector_paused():
        return running.run(stream)


@dataclass(slots=True)
class _Import:
    """One import; the arguments are those of `import_tickets`."""

    told: TicketMap
    sink: TicketSink
    known: KnownFacts
    order: TicketOrder
    done: TicketImport
    progress: Progress
    cancelled: Callable[[], bool]

    def run(self, stream: BinaryIO | None) -> TicketImport:
        done = self.done
        encoding = self.order.encoding or self.told.file.encoding or None
        with opened_log(done.file, stream, encoding) as log, Spool() as spool:
            done.digest = log.digest
            table = LogTable(log, self.told.file.delimiter, self._known_columns)
            try:
                zone = load_zone(self.told.time.zone) if self.told.time.zone else self.order.zone
                reader = RowReader(done.file, table.header, self.told, zone)
                self._read(table, reader, spool, log.size_bytes)
            finally:
                table.close()
            if not done.complete or (done.bad_count and not self.order.skip_bad):
                return done
            replay = Replay(self.told, reader.kept, reader.meaning)
            if self.order.dry_run:
                for tickets in spool.batches(BATCH_ROWS):
                    for rows in tickets:
                        done.kinds.update([draft.event.kind for draft in self._make(replay, rows, ())])
            else:
                self._store(replay, spool)
            self._name_types(replay)
        return done

    def _known_columns(self, header: Sequence[str]) -> int:
        columns = self.told.columns
        wanted = {plain(name) for name in (*columns.times(), *columns.words(), *columns.single().values())}
        return len(wanted & {plain(name) for name in header})

    def _read(self, table: LogTable, reader: RowReader, spool: Spool, size_bytes: int) -> None:
        done = self.done
        first_ms, last_ms = 1 << 62, 0
        add, read, count = spool.add, reader.read, 0
        for found in table.rows():
            count += 1
            if not count % _PROGRESS_ROWS:
                share = table.read_bytes * 100 // max(1, size_bytes)
                self.progress(ImportProgress(is_storing=False, rows=count, share=share))
                if self.cancelled():
                    done.complete = False
                    break
            if isinstance(found, BadRow):
                self._bad(found)
                continue
            try:
                row = read(*found)
            except RowProblem as problem:
                self._bad(BadRow(found[0], problem.column, problem.reason))
                continue
            if row is None:
                done.dropped += 1
                continue
            first_ms, last_ms = min(first_ms, row.at_ms), max(last_ms, row.at_ms)
            add(row)
        done.rows, done.cut, done.unmapped_rows = count, reader.cut, reader.unmapped_rows
        column = "/".join(self.told.columns.words())
        done.unmapped.update({(column, word): found for word, found in reader.unmapped.items()})
        if last_ms:
            done.first_ms, done.last_ms = first_ms, last_ms

    def _bad(self, row: BadRow) -> None:
        self.done.bad_count += 1
        if len(self.done.bad_rows) < NAMED_LIMIT:
            self.done.bad_rows.append(row)

    def _store(self, replay: Replay, spool: Spool) -> None:
        done = self.done
        stored_rows = 0
        for tickets in spool.batches(BATCH_ROWS):
            if self.cancelled():
                done.complete = False
                break
            made: list[Draft] = []
            recorded = self.sink.decide(partial(self._decide, replay, tickets, made))
            done.events += recorded.events
            done.duplicates += len(made) - recorded.events
            stored_rows += sum(map(len, tickets))
            share = stored_rows * 100 // max(1, done.rows)
            self.progress(ImportProgress(is_storing=True, rows=stored_rows, share=share))
        done.applied = True

    def _decide(self, replay: Replay, tickets: Sequence[Sequence[Row]], made: list[Draft]) -> Batch:
        """What of a batch is new; `made` is given all that it says."""
        stored = self.known.ticket_facts([rows[0].ticket for rows in tickets])
        new: list[Draft] = []
        for rows in tickets:
            known = stored.get(rows[0].ticket, ())
            drafts = self._make(replay, rows, known)
            made += drafts
            if known:
                there: dict[tuple[int, str], list[object]] = {}
                for _seq, _source, event in known:
                    there.setdefault((event.at_ms, event.kind), []).append(event)
                drafts = [
                    each for each in drafts if each.event not in there.get((each.event.at_ms, each.event.kind), ())
                ]
            new += drafts
        self.done.kinds.update([draft.event.kind for draft in made])
        return Batch(self.order.source, new)

    def _make(self, replay: Replay, rows: Sequence[Row], known: Sequence[Fact]) -> list[Draft]:
        done = self.done
        try:
            made = replay.make(rows, known)
        except ValidationError as error:
            each = error.errors(include_url=False, include_input=False)[0]
            raise DataProblem(
                _("{file}, line {line} and the rows of the same ticket: {field} {problem}.").format(
                    file=inert(done.file), line=rows[0].line, field=each["loc"][0], problem=sentence(each)
                )
            ) from None
        done.tickets += 1
        done.facts += len(made.drafts)
        done.inferred += made.inferred
        done.repeated += made.repeated
        return made.drafts

    def _name_types(self, replay: Replay) -> None:
        column = self.told.columns.type
        self.done.unmapped.update({(column, word): count for word, count in replay.unmapped_types.items()})
