"""Rows of an event log of tickets per second, from the file to folded tickets, committed; and the memory it takes."""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from datetime import timezone
from pathlib import Path
from statistics import median

from app.core.clock import SystemClock
from app.core.settings import Settings
from app.tickets.import_map import load_map
from app.tickets.import_service import TicketImport, TicketOrder, import_tickets
from benchmarks.results import Figure, at_least, at_most, spread
from benchmarks.ticket_log_text import MAP
from store.sessions import WriterSession


def measure(quick: bool) -> list[Figure]:
    """Import one log several times into empty databases, and once more into the last one."""
    row_count, rounds = (50_000, 1) if quick else (200_000, 3)
    rates: list[float] = []
    cpu_rates: list[float] = []
    with tempfile.TemporaryDirectory(prefix="watchfloor-bench-") as folder:
        log = Path(folder) / "log.csv"
        # In a process of its own: what it needs of memory is not what importing needs.
        command = [sys.executable, "-m", "benchmarks.ticket_log_text", str(log), str(row_count)]
        rows = int(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        before_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        for turn in range(rounds):
            started_ns, cpu_started_ns = time.perf_counter_ns(), time.process_time_ns()
            done = _import(Path(folder) / f"{turn}.db", log)
            rates.append(rows * 1e9 / (time.perf_counter_ns() - started_ns))
            cpu_rates.append(rows * 1e9 / (time.process_time_ns() - cpu_started_ns))
            if done.events != done.facts or done.bad_count or done.unmapped_rows:
                raise AssertionError(f"the made-up log was not read as it should be: {done}")
        after_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        started_ns = time.perf_counter_ns()
        again = _import(Path(folder) / f"{rounds - 1}.db", log)
        again_rate = rows * 1e9 / (time.perf_counter_ns() - started_ns)
        if again.events:
            raise AssertionError(f"the same file again changed something: {again}")
    return [
        at_least("rows per second, median of the rounds", median(rates), 20_000, " rows/s", digits=0),
        Figure("  of the rounds", spread(rates, " rows/s", 0)),
        Figure("  rows per second of processor time", spread(cpu_rates, " rows/s", 0)),
        Figure("  facts for each row, those that are inferred among them", f"{done.facts / rows:.2f}"),
        Figure("the same file again", f"{again_rate:,.0f} rows/s"),
        at_most("memory beyond what was there before", _megabytes(after_kb - before_kb), 250, " MB"),
    ]


def _import(path: Path, log: Path) -> TicketImport:
    session = WriterSession(path, Settings.model_construct(), SystemClock())
    try:
        order = TicketOrder("import", timezone.utc)
        return import_tickets(str(log), load_map(MAP, "map.toml"), session.journal, session.tickets, order)
    finally:
        session.close()


def _megabytes(maximum: int) -> float:
    return maximum / (1 << 20 if sys.platform == "darwin" else 1 << 10)
