"""(h) Adherence: what keeping 5,000 agents' verdicts costs each second, and a month of 1,000 agents against pandas."""

from __future__ import annotations

import csv
import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date, timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import Final, NamedTuple

from app.core.zones import date_start_ms, load_zone
from app.planning.live import LiveAdherence
from app.planning.live_plan import FRESH_STATES, LivePlan
from app.planning.mapping import AdherenceRules, CountingTable
from app.planning.model import Activity, ScheduledSpan, Shift, VersionKind
from benchmarks.adherence_child import Row
from benchmarks.results import Figure, at_least, at_most
from store.database import Store
from store.people import SqlitePeople
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
QUEUE_MS: Final = sum(last - first for activity, first, last in PLAN if activity == "on_queue") * MINUTE_MS
WORDS: Final = ("ringing", "on_call", "wrap_up", "available")
PEERS: Final = (
    ("pandas", "plain pandas, one read, joined day by day"),
    ("pandas-by-agent", "plain pandas, read and joined agent by agent"),
)


def _shift(agent: str, day: date, start_ms: int) -> Shift:
    spans = tuple(
        ScheduledSpan(agent, day, start_ms + first * MINUTE_MS, start_ms + last * MINUTE_MS, Activity(activity))
        for activity, first, last in PLAN
    )
    return Shift(agent, day, spans)


def measure(quick: bool) -> list[Figure]:
    """The live verdicts, then those that follow the store, then the report."""
    return [*_live(600 if quick else 3600), *_followed(50 if quick else 200), *_report(100 if quick else 1000, 30)]


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


def _followed(agents: int) -> Iterator[Figure]:
    """Each change is read from the store at the end of a shift, when there is most to read; and all of it, beside."""
    with tempfile.TemporaryDirectory(prefix="watchfloor-bench-") as folder:
        store = Store(Path(folder) / "floor.db")
        _fill(store, agents, 1)
        planning = SqlitePlanning(store)
        now_ms = date_start_ms(DAY, ZONE) + (540 + PLAN[-1][2] - 10) * MINUTE_MS
        names = planning.scheduled_agents(0, 2**62)
        for what, fresh_states in (("", FRESH_STATES), (", read whole", 10**9)):
            plan = LivePlan(SqlitePeople(store), planning, ZONE, AdherenceRules(), fresh_states)
            plan.standings((), now_ms, look=True)
            read, started = plan.states_read, time.process_time()
            for round_number in range(10):
                plan.standings(names, now_ms + round_number, look=True)
            changes = 10 * agents
            taken_us = (time.process_time() - started) * 1e6 / changes
            states = (plan.states_read - read) / changes
            yield Figure(f"a change followed from the store{what}", f"{taken_us:,.0f} µs, {states:,.0f} states read")
        store.close()


def _report(agents: int, days: int) -> Iterator[Figure]:
    """A month of shifts with some 320 states each, from one database, each way in a process of its own, in turn."""
    with tempfile.TemporaryDirectory(prefix="watchfloor-bench-") as name:
        folder = Path(name)
        store = Store(folder / "floor.db")
        states = _fill(store, agents, days)
        store.close()
        own, expected = _told("watchfloor", folder)
        yield Figure(f"report of {agents:,} agents, {len(expected):,} shifts, {states:,} states", own.words)
        if find_spec("pandas") is None:
            yield Figure("plain pandas", "pandas is not installed: pip install '.[bench]'")
            return
        for way, what in PEERS:
            peer, found = _told(way, folder)
            yield Figure(what, peer.words)
            yield at_least("  times faster than that", peer.seconds / own.seconds, 1)
            yield at_most("  share of its memory", own.peak_bytes / peer.peak_bytes, 1)
            yield Figure("  largest difference between their figures of a shift", f"{_difference(expected, found)} s")


class Taken(NamedTuple):
    """What one way took: seconds on the clock and of the processor, and the most bytes its process had."""

    seconds: float
    cpu_seconds: float
    peak_bytes: int

    @property
    def words(self) -> str:
        """The same for a person."""
        return f"{self.seconds:.1f} s ({self.cpu_seconds:.1f} s of processor), {self.peak_bytes / 1e6:,.0f} MB at most"


def _told(way: str, folder: Path) -> tuple[Taken, list[Row]]:
    """What one way took, and the rows it told, in order."""
    rows = folder / f"{way}.csv"
    command = [sys.executable, "-m", "benchmarks.adherence_child", way, str(folder / "floor.db"), str(rows)]
    ended = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True, check=True)
    told: list[Row] = []
    with rows.open(encoding="utf-8", newline="") as file:
        for agent, *rest in csv.reader(file):
            start_ms, inside, out, neutral, unmapped = map(int, rest)
            told.append((agent, start_ms, inside, out, neutral, unmapped))
    return Taken(*json.loads(ended.stdout)), sorted(told)


def _difference(expected: list[Row], found: list[Row]) -> int:
    """The most seconds by which two ways differ in any figure of any shift.

    Raises:
        AssertionError: Where they tell of other shifts, or differ by more than rounding does.
    """
    assert [row[:2] for row in expected] == [row[:2] for row in found], "other shifts"
    most = max(
        abs(one - other)
        for row, peer in zip(expected, found, strict=True)
        for one, other in zip(row[2:], peer[2:], strict=True)
    )
    assert most <= 1, f"figures differ by {most} s"
    return most


def _fill(store: Store, agents: int, days: int) -> int:
    chance = random.Random(1)
    count = 0
    with store.writing() as connection:
        for number in range(agents):
            agent = f"agent {number:04d}"
            shifts: list[Shift] = []
            states: list[tuple[str, int, int, str, str]] = []
            for step in range(days):
                day = DAY + timedelta(days=step)
                shifts.append(_shift(agent, day, date_start_ms(day, ZONE) + 540 * MINUTE_MS))
                states += _seen(shifts[-1], chance)
            SqlitePlanning(store).add_version(VersionKind.PUBLISHED, 0, "bench", "bench", shifts)
            connection.executemany("INSERT INTO agent_interval VALUES (?, ?, ?, ?, ?, '', 1, 0)", states)
            count += len(states)
    return count


def _seen(shift: Shift, chance: random.Random) -> Iterator[tuple[str, int, int, str, str]]:
    """Somebody who comes late or early, changes over a little off the plan, and now and then is not ready.

    No call runs past the end of time on the queue: the plain join knows nothing of that.
    """
    at_ms = shift.start_ms + chance.randrange(-300_000, 600_000)
    for span in shift.spans:
        off_ms = chance.randrange(-400_000 if span.end_ms == shift.end_ms else -100_000, 200_000)
        stop_ms = span.end_ms + off_ms
        if span.activity is not Activity.ON_QUEUE:
            yield shift.agent, at_ms, stop_ms, "not_ready", span.activity.value
            at_ms = stop_ms
            continue
        if chance.random() < 0.2:
            until_ms = at_ms + chance.randrange(30_000, 300_000)
            yield shift.agent, at_ms, until_ms, "not_ready", chance.choice(("water", "outage", "消防演练"))
            at_ms = until_ms
        last_ms = min(span.end_ms, stop_ms)
        count = len(WORDS) * max(1, (last_ms - at_ms) * CALLS_PER_DAY // QUEUE_MS)
        length_ms = (last_ms - at_ms) // count
        for index in range(count):
            end_ms = stop_ms if index == count - 1 else at_ms + length_ms
            yield shift.agent, at_ms, end_ms, WORDS[index % len(WORDS)], ""
            at_ms = end_ms
