"""(b) CPU of one one-second refresh of the floor's agents, against stock DataTable fed with `update_cell`.

A real Textual app of 200×60 cells composes each frame down to the bytes a terminal would get, and drops them. In each
refresh some agents change and a second passes. The process's CPU time is taken from the change until the frame is out
and the event loop is at rest; waiting costs nothing. DataTable gets the same rows in the same columns, widths fixed; it
is not asked to sort, group, colour or mark anything, all of which the floor table does.
"""

from __future__ import annotations

import asyncio
import gc
import time
from collections.abc import Callable, Mapping, Sequence
from statistics import median
from typing import Final, NamedTuple

from textual.app import App, ComposeResult
from textual.drivers.headless_driver import HeadlessDriver
from textual.screen import Screen
from textual.widgets import DataTable

from app.core.clock import Clock, ManualClock
from app.core.durations import clock_text
from app.floor.picture import AgentRow, FloorSnapshot
from benchmarks.results import Figure, at_least, at_most, spread
from screens.themes import DEFAULT_VARIABLES
from tests.widgets.fakes import evolve, make_snapshot
from widgets.floor_table import FloorTable
from widgets.words import state_word

SIZE: Final = (200, 60)
FLOORS: Final = (1_000, 5_000, 10_000)
CHANGED_PER_MILLE: Final = 15
"""Agents who change within a second: one in sixty-seven, a state every minute or so."""

_COLUMNS: Final = {
    "state": 12, "agent": 30, "team": 18, "reason": 26, "time": 10, "queue": 24, "calls": 12, "occupancy": 12,
    "reverse": 13,
}  # fmt: skip
Refresh = Callable[[FloorSnapshot], None]


class DroppingDriver(HeadlessDriver):
    """A terminal that takes every byte and shows none."""

    @property
    def is_headless(self) -> bool:
        """False, so that frames are composed down to their bytes."""
        return False


class FrameBench(App[None]):
    """An app with one widget, counting its frames."""

    def __init__(self) -> None:
        super().__init__(driver_class=DroppingDriver)
        self.animation_level = "none"
        self.frame_shown = asyncio.Event()

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return dict(DEFAULT_VARIABLES)

    def _display(self, screen: Screen[object], renderable: object) -> None:
        super()._display(screen, renderable)  # type: ignore[arg-type]
        self.frame_shown.set()

    async def painted(self) -> None:
        """Wait until a frame is out and nothing is left to do."""
        await asyncio.wait_for(self.frame_shown.wait(), 60)
        # What follows of itself, such as a scroll bar that moved, is part of the refresh.
        await asyncio.sleep(0.03)


class FloorBench(FrameBench):
    """Watchfloor's own table."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self.table = FloorTable(clock)

    def compose(self) -> ComposeResult:
        yield self.table

    def refresh_floor(self, snapshot: FloorSnapshot) -> None:
        """A second passes on the floor."""
        self.table.show(snapshot)
        self.table.tick()


class DataTableBench(FrameBench):
    """The stock table, its cells updated one by one.

    Args:
        visible_only: Touch only the times that can be seen, as careful code would.
    """

    def __init__(self, visible_only: bool) -> None:
        super().__init__()
        self.table: DataTable[str] = DataTable(cursor_type="row")
        self._visible_only = visible_only
        self._rows: Mapping[str, AgentRow] = {}

    def compose(self) -> ComposeResult:
        yield self.table

    def fill(self, snapshot: FloorSnapshot) -> None:
        """Put all agents in."""
        for column, width in _COLUMNS.items():
            self.table.add_column(column, width=width, key=column)
        for agent, row in snapshot.agents.items():
            self.table.add_row(*_cells(row, snapshot.at_ms), key=agent)
        self._rows = snapshot.agents

    def refresh_floor(self, snapshot: FloorSnapshot) -> None:
        """A second passes on the floor."""
        before, now_ms = self._rows, snapshot.at_ms
        update = self.table.update_cell
        top = int(self.table.scroll_y)
        seen = range(top, top + SIZE[1])
        for number, (agent, row) in enumerate(snapshot.agents.items()):
            if before[agent] is not row:
                for column, cell in zip(_COLUMNS, _cells(row, now_ms), strict=True):
                    update(agent, column, cell)
            elif not self._visible_only or number in seen:
                update(agent, "time", clock_text(row.seconds_in_state(now_ms)))
        self._rows = snapshot.agents


def _cells(row: AgentRow, now_ms: int) -> tuple[str, ...]:
    occupancy = row.occupancy(now_ms)
    return (
        state_word(row.state),
        row.agent,
        row.team,
        row.reason,
        clock_text(row.seconds_in_state(now_ms)),
        row.queue,
        str(row.calls_today),
        "" if occupancy is None else f"{occupancy:.0%}",
        clock_text(row.reverse_seconds(now_ms)),
    )


class _Seconds(NamedTuple):
    """The floor of a benchmark: the first picture, and one for each second after it."""

    first: FloorSnapshot
    later: Sequence[FloorSnapshot]


def _floor(agents: int, seconds: int, changes: int) -> _Seconds:
    first = make_snapshot(agents)
    later = [first]
    for second in range(seconds):
        later.append(evolve(later[-1], changes, seed=100 + second))
    return _Seconds(first, later[1:])


async def _cpu_ms(
    app: FrameBench, refresh: Refresh, clock: ManualClock, snapshots: Sequence[FloorSnapshot]
) -> list[float]:
    """The CPU of each refresh; the first ones fill caches and are left out."""
    taken: list[float] = []
    for snapshot in snapshots:
        gc.collect()
        clock.set_ms(snapshot.at_ms)
        app.frame_shown.clear()
        started_ns = time.process_time_ns()
        refresh(snapshot)
        await app.painted()
        taken.append((time.process_time_ns() - started_ns) / 1e6)
    return taken[3:]


async def _measure_ours(floor: _Seconds) -> list[float]:
    clock = ManualClock(floor.first.at_ms)
    app = FloorBench(clock)
    async with app.run_test(headless=False, size=SIZE) as pilot:
        app.table.show(floor.first)
        await pilot.pause()
        return await _cpu_ms(app, app.refresh_floor, clock, floor.later)


async def _measure_peer(floor: _Seconds, visible_only: bool) -> list[float]:
    clock = ManualClock(floor.first.at_ms)
    app = DataTableBench(visible_only)
    async with app.run_test(headless=False, size=SIZE) as pilot:
        app.fill(floor.first)
        await pilot.pause()
        return await _cpu_ms(app, app.refresh_floor, clock, floor.later)


class _Tables(NamedTuple):
    """Milliseconds of CPU per refresh of each table on a floor of one size, from all rounds."""

    ours: list[float]
    ours_few: list[float]
    naive: list[float]
    careful: list[float]


def _changes(agents: int) -> int:
    return agents * CHANGED_PER_MILLE // 1000


def _one_round(agents: int, seconds: int, tables: _Tables) -> None:
    floor = _floor(agents, seconds, _changes(agents))
    few = _Seconds(floor.first, floor.later[: max(5, seconds // 2)])
    tables.naive.extend(asyncio.run(_measure_peer(few, visible_only=False)))
    tables.careful.extend(asyncio.run(_measure_peer(few, visible_only=True)))
    tables.ours.extend(asyncio.run(_measure_ours(floor)))
    tables.ours_few.extend(asyncio.run(_measure_ours(_floor(agents, seconds, _changes(FLOORS[0])))))


def measure(quick: bool) -> list[Figure]:
    """Refresh floors of every size with each of the tables, in turn, so that all meet the same machine."""
    rounds, seconds = (2, 9) if quick else (4, 15)
    measured = {agents: _Tables([], [], [], []) for agents in FLOORS}
    for _round in range(rounds):
        for agents, tables in measured.items():
            _one_round(agents, seconds, tables)
    smallest, largest = FLOORS[0], FLOORS[-1]
    # On the smallest floor both are the same thing measured twice.
    base = [*measured[smallest].ours, *measured[smallest].ours_few]
    figures: list[Figure] = []
    for agents, tables in measured.items():
        name = f"{agents:,} agents"
        ours = base if agents == smallest else tables.ours
        figures.append(Figure(f"{name}: floor table, {_changes(agents)} change", spread(ours, " ms")))
        if agents != smallest:
            few = spread(tables.ours_few, " ms")
            figures.append(Figure(f"{name}: floor table, {_changes(smallest)} change", few))
        figures += [
            Figure(f"{name}: DataTable.update_cell, every row's time", spread(tables.naive, " ms")),
            Figure(f"{name}: DataTable.update_cell, visible rows' time", spread(tables.careful, " ms")),
        ]
    small, large = measured[smallest], measured[largest]
    base_ms = median(base)
    return [
        *figures,
        at_least(f"times cheaper than every row's time, {smallest:,} agents", median(small.naive) / base_ms, 9),
        Figure(
            f"  times cheaper than visible rows' time, {smallest:,} agents", f"{median(small.careful) / base_ms:.2f}"
        ),
        Figure(
            f"  times cheaper than every row's time, {largest:,} agents",
            f"{median(large.naive) / median(large.ours):.2f}",
        ),
        at_most(
            f"{largest:,} agents to {smallest:,}, {CHANGED_PER_MILLE / 10} % of them changing",
            median(large.ours) / base_ms,
            1.3,
            "×",
        ),
        at_most(f"{largest:,} agents to {smallest:,}, as many changing", median(large.ours_few) / base_ms, 1.3, "×"),
    ]
