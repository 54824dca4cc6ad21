"""(a) Lines of a queue log per second, parsed to folded and committed, against raw inserts of the same rows.

Watchfloor reads a real file through the door every ingest goes through. The peer is handed the same rows already taken
apart, and only their inserts are timed: same module, same file system, same pragmas, same batches, one table, no index.
The two take turns, so that both meet the same machine.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from app.core.clock import SystemClock
from app.core.journal import Journal
from app.core.settings import Settings
from app.floor.fold import FloorFold
from app.sources.queue_log import QueueLogParser
from app.sources.service import BATCH_LINES, ingest_file
from benchmarks.queue_log_text import QueueLog
from benchmarks.results import Figure, at_least, spread
from store.database import WRITER_CHECKPOINT_PAGES, Store
from store.floor import SqliteFloor
from store.journal import SqliteJournal
from store.sessions import WriterSession

if TYPE_CHECKING:
    import sqlite3
else:
    # The very module the store writes with.
    from sqlite_utils.utils import sqlite3

_COLUMNS: Final = 10
"""Time, call, queue, agent, event and five values: the columns of Asterisk's own table."""

_STAGES: Final = {
    "parse": "reading, splitting and parsing lines",
    "insert": "inserting events (with their identities)",
    "fold": "folding: the rules alone",
    "project": "reading and writing projections",
    "commit": "beginning and committing transactions",
}


class _Taken(NamedTuple):
    """How long one round took: on the clock, and of the processor."""

    seconds: float
    cpu_seconds: float


@contextmanager
def _taking() -> Iterator[Callable[[], _Taken]]:
    started_ns, cpu_started_ns = time.perf_counter_ns(), time.process_time_ns()
    yield lambda: _Taken((time.perf_counter_ns() - started_ns) / 1e9, (time.process_time_ns() - cpu_started_ns) / 1e9)


def measure(quick: bool) -> list[Figure]:
    """Ingest one log several times, in turn with the raw inserts."""
    line_count, rounds = (50_000, 1) if quick else (200_000, 3)
    lines = [row for _at_ms, row in islice(QueueLog(agents=300).rows(), line_count)]
    rows = [_ten_fields(line) for line in lines]
    ours: list[_Taken] = []
    raw: list[_Taken] = []
    with tempfile.TemporaryDirectory(prefix="watchfloor-bench-") as folder:
        log = Path(folder) / "queue_log"
        log.write_text("".join(line + "\n" for line in lines), encoding="utf-8")
        for turn in range(rounds):
            raw.append(_insert_raw(Path(folder) / f"raw{turn}.db", rows))
            ours.append(_ingest(Path(folder) / f"ours{turn}.db", log))
        stages = _stage_seconds(Path(folder) / "stages.db", log)
    ratios = [peer.seconds / mine.seconds for mine, peer in zip(ours, raw, strict=True)]
    rates = [line_count / mine.seconds for mine in ours]
    cpu_ratios = [peer.cpu_seconds / mine.cpu_seconds for mine, peer in zip(ours, raw, strict=True)]
    cpu_rates = [line_count / mine.cpu_seconds for mine in ours]
    total = sum(stages.values())
    return [
        Figure(
            f"raw executemany of the same {line_count:,} rows",
            spread([line_count / peer.seconds for peer in raw], " lines/s", 0),
        ),
        Figure("watchfloor ingest", spread(rates, " lines/s", 0)),
        at_least("ingest to raw, median of the rounds", median(ratios), 0.25),
        at_least("lines per second, median of the rounds", median(rates), 40_000, " lines/s", digits=0),
        Figure("  ingest to raw, in processor time alone", f"{median(cpu_ratios):.2f}"),
        Figure("  lines per second of processor time", spread(cpu_rates, " lines/s", 0)),
        *(
            Figure(
                f"  share of {words}", f"{stages[stage] / total:.0%}, {stages[stage] / line_count * 1e6:.1f} µs/line"
            )
            for stage, words in _STAGES.items()
        ),
    ]


def _ten_fields(line: str) -> tuple[str, ...]:
    fields = line.split("|")
    return tuple(fields[:_COLUMNS] + [""] * (_COLUMNS - len(fields)))


def _insert_raw(path: Path, rows: list[tuple[str, ...]]) -> _Taken:
    connection = sqlite3.connect(str(path), isolation_level=None)
    try:
        connection.execute("PRAGMA journal_mode = wal").close()
        connection.execute("PRAGMA synchronous = FULL").close()
        connection.execute(f"PRAGMA wal_autocheckpoint = {WRITER_CHECKPOINT_PAGES}").close()
        connection.execute("PRAGMA cache_size = -65536").close()
        connection.execute(
            "CREATE TABLE queue_log (time TEXT, callid TEXT, queuename TEXT, agent TEXT, event TEXT,"
            " data1 TEXT, data2 TEXT, data3 TEXT, data4 TEXT, data5 TEXT) STRICT"
        )
        with _taking() as taken:
            for start in range(0, len(rows), BATCH_LINES):
                connection.execute("BEGIN IMMEDIATE")
                connection.executemany(
                    "INSERT INTO queue_log VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows[start : start + BATCH_LINES]
                )
                connection.execute("COMMIT")
            return taken()
    finally:
        connection.close()


def _ingest(path: Path, log: Path) -> _Taken:
    session = WriterSession(path, Settings.model_construct(), SystemClock())
    try:
        with _taking() as taken:
            summary = ingest_file(session.journal, "asterisk", str(log), QueueLogParser(), batch_lines=BATCH_LINES)
            result = taken()
    finally:
        session.close()
    if summary.quarantined or summary.events + summary.duplicates + summary.ignored != summary.lines:
        raise AssertionError(f"the made-up log was not read as it should be: {summary}")
    return result


class _Stopwatch:
    """Adds up time by stage; the time of a stage within another one is its own only."""

    def __init__(self) -> None:
        self.nanoseconds: dict[str, int] = dict.fromkeys(_STAGES, 0)
        self._open: list[str] = ["parse"]
        self._since_ns = time.perf_counter_ns()

    def _turn(self) -> None:
        now_ns = time.perf_counter_ns()
        self.nanoseconds[self._open[-1]] += now_ns - self._since_ns
        self._since_ns = now_ns

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Count what passes inside for a stage."""
        self._turn()
        self._open.append(name)
        try:
            yield
        finally:
            self._turn()
            self._open.pop()

    def stop(self) -> None:
        """Count what passed since the last stage ended."""
        self._turn()


class _Timed:
    """Something whose every call is timed as one stage."""

    def __init__(self, target: Any, stopwatch: _Stopwatch, stage: str, **others: str) -> None:
        self._target = target
        self._stopwatch = stopwatch
        self._stage = stage
        self._others = others

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._target, name)
        stage = self._others.get(name, self._stage)

        def timed(*arguments: Any, **named: Any) -> Any:
            with self._stopwatch.stage(stage):
                return method(*arguments, **named)

        return timed

    @contextmanager
    def writing(self) -> Iterator[object]:
        """A transaction: its two ends are the stage "commit", what happens inside tells its own."""
        transaction = self._target.writing()
        with self._stopwatch.stage("commit"):
            inside = transaction.__enter__()
        try:
            yield inside
        except BaseException as error:
            transaction.__exit__(type(error), error, error.__traceback__)
            raise
        with self._stopwatch.stage("commit"):
            transaction.__exit__(None, None, None)


def _stage_seconds(path: Path, log: Path) -> dict[str, float]:
    """Where the time goes: one more round with time stamps at the borders of the stages."""
    store = Store(path)
    try:
        stopwatch = _Stopwatch()
        floor = _Timed(SqliteFloor(store), stopwatch, "project")
        fold = _Timed(FloorFold(floor), stopwatch, "fold")
        events: Any = _Timed(SqliteJournal(store), stopwatch, "insert")
        journal = Journal(events, [fold], SystemClock())
        stopwatch.stop()
        stopwatch.nanoseconds = dict.fromkeys(_STAGES, 0)
        ingest_file(journal, "asterisk", str(log), QueueLogParser(), batch_lines=BATCH_LINES)
        stopwatch.stop()
    finally:
        store.close()
    return {stage: nanoseconds / 1e9 for stage, nanoseconds in stopwatch.nanoseconds.items()}
