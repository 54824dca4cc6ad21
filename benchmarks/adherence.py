"""(h) Adherence: what keeping 5,000 agents' verdicts costs each second, and a month's report of 1,000 agents."""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from app.core.zones import date_start_ms, load_zone
from app.planning.live import LiveAdherence
from app.planning.mapping import AdherenceRules, CountingTable
from app.planning.model import Activity, ScheduledSpan, Shift, VersionKind
from app.planning.report import AdherenceQuestion, adherence_report
from benchmarks.results import Figure, at_most, resident_bytes
from store.database import Store
from store.planning import SqlitePlanning

DAY: Final = date(2026, 11, 2)
MINUTE_MS: Final = 60_000
ZONE: Final = load_zone("Asia/Shanghai")
CHANGES_PER_SECOND: Final = 250
CALLS_PER_DAY: Final = 80
PLAN: Final = (
    ("on_queue", 0, 90),
    ("break", 90, 105),
    ("on_queue", 105, 180),
    ("meal", 180, 240),
    ("on_queue", 240, 360),
    ("break", 360, 375),
    ("training", 375, 420),
    ("on_queue", 420, 540),
)
WORDS: Final = ("available", "ringing", "on_call", "wrap_up")


def _shift(agent: str, day: date, start_ms: int) -> Shift:
    spans = tuple(
        ScheduledSpan(agent, day, start_ms + first * MINUTE_MS, start_ms + last * MINUTE_MS, Activity(activity))
        for activity, first, last in PLAN
    )
    return Shift(agent, day, spans)


def measure(quick: bool) -> list[Figure]:
    """The live verdicts, then the report."""
    return [*_live(600 if quick else 3600), *_report(100 if quick else 1000, 30)]


def _live(seconds: int) -> Iterator[Figure]:
    """The floor changes 250 times a second for a while; then nothing happens but time."""
    start_ms = date_start_ms(DAY, ZONE)
    agents = [f"agent {number}" for number in range(5000)]
    live = LiveAdherence(CountingTable(AdherenceRules()))
    for number, agent in enumerate(agents):
        live.set_schedule(agent, [_shift(agent, DAY, start_ms + number % 32 * 15 * MINUTE_MS).spans])
        live.set_states(agent, 0, [(start_ms - MINUTE_MS, None, "available", "", True)])
    live.advance(start_ms)
    chance = random.Random(1)
    looked_at, started = live.looked_at, time.process_time()
    for second in range(1, seconds + 1):
        now_ms = start_ms + second * 1000
        for agent in chance.sample(agents, CHANGES_PER_SECOND):
            live.set_states(agent, now_ms, [(now_ms, None, chance.choice(WORDS), "", True)])
        live.advance(now_ms)
    busy_ms = (time.process_time() - started) * 1000 / seconds
    looks = live.looked_at - looked_at
    yield at_most("looks per change and border, 5,000 agents", looks / (CHANGES_PER_SECOND * seconds), 1.05)
    yield Figure("CPU of a second with 250 changes", f"{busy_ms:.2f} ms")
    looked_at, started = live.looked_at, time.process_time()
    for second in range(seconds + 1, 2 * seconds + 1):
        live.advance(start_ms + second * 1000)
    quiet_ms = (time.process_time() - started) * 1000 / seconds
    yield Figure("looks per second with none", f"{(live.looked_at - looked_at) / seconds:.2f}")
    yield Figure("CPU of a second with none", f"{quiet_ms:.3f} ms")


def _report(agents: int, days: int) -> Iterator[Figure]:
    """A month of shifts with some 320 states each, from the store to rows."""
    with tempfile.TemporaryDirectory(prefix="watchfloor-bench-") as folder:
        store = Store(Path(folder) / "floor.db")
        states = _fill(store, agents, days)
        before_bytes, started = resident_bytes(), time.monotonic()
        start_ms, end_ms = date_start_ms(DAY, ZONE), date_start_ms(DAY + timedelta(days=days), ZONE)
        asked = AdherenceQuestion(start_ms, end_ms, "shift", ZONE, end_ms)
        most_bytes = shifts = 0
        for _row in adherence_report(SqlitePlanning(store), asked):
            shifts += 1
            if shifts % 1000 == 0:
                most_bytes = max(most_bytes, resident_bytes())
        seconds = time.monotonic() - started
        store.close()
    yield Figure(f"report of {agents:,} agents, {shifts:,} shifts, {states:,} states", f"{seconds:.1f} s")
    yield Figure(
        "memory it added to a process with SQLite's cache filled",
        f"{max(0, most_bytes - before_bytes) / 1_000_000:.0f} MB",
    )


def _fill(store: Store, agents: int, days: int) -> int:
    chance = random.Random(1)
    count = 0
    with store.writing() as connection:
        for number in range(agents):
            agent = f"agent {number:04d}"
            shifts, states = [], []
            for step in range(days):
                day = DAY + timedelta(days=step)
                shifts.append(_shift(agent, day, date_start_ms(day, ZONE) + 540 * MINUTE_MS))
                at_ms = shifts[-1].start_ms + chance.randrange(-300_000, 600_000)
                length_ms = (shifts[-1].end_ms - at_ms) // (CALLS_PER_DAY * len(WORDS))
                for state in range(CALLS_PER_DAY * len(WORDS)):
                    word = WORDS[state % len(WORDS)]
                    states.append((agent, at_ms, at_ms + length_ms, word, "", "", 1, int(state == 0)))
                    at_ms += length_ms
            SqlitePlanning(store).add_version(VersionKind.PUBLISHED, 0, "bench", "bench", shifts)
            connection.executemany("INSERT INTO agent_interval VALUES (?, ?, ?, ?, ?, ?, ?, ?)", states)
            count += len(states)
    return count
