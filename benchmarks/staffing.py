"""(f) How long an answer about staffing takes, at the largest floors."""

from __future__ import annotations

import time
from statistics import median
from typing import Final

from app.planning.staffing import Targets, Workload, least_agents
from benchmarks.results import Figure

LIMIT_MS: Final = 50

_TARGETS: Final = Targets(0.80, 20, max_occupancy=0.95)
_AHT_SECONDS: Final = 300
_FLOORS: Final = (
    ("Erlang C", 10_000, None),
    ("Erlang A, patience 120 s", 10_000, 120),
    ("Erlang A, patience 1 h", 10_000, 3600),
    ("Erlang C", 100_000, None),
    ("Erlang A, patience 120 s", 100_000, 120),
)


def measure(quick: bool) -> list[Figure]:
    """Find the least number of agents for large workloads; the smaller ones are aimed at 50 ms."""
    figures = []
    for name, erlangs, patience_seconds in _FLOORS:
        workload = Workload(erlangs, _AHT_SECONDS, _AHT_SECONDS, patience_seconds)
        taken_ms = median(_taken_ms(workload) for _ in range(5 if quick else 25))
        what = f"least agents for {erlangs:,} erlangs, {name}"
        aimed = erlangs == 10_000
        figures.append(
            Figure(
                what,
                f"{taken_ms:,.1f} ms",
                f"≤ {LIMIT_MS} ms" if aimed else "",
                taken_ms <= LIMIT_MS if aimed else None,
            )
        )
    return figures


def _taken_ms(workload: Workload) -> float:
    started_ns = time.perf_counter_ns()
    least_agents(workload, _TARGETS)
    return (time.perf_counter_ns() - started_ns) / 1e6
