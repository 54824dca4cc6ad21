"""(e) Resident memory of the floor's screen over an hour of refreshes, one after the other without waiting.

The whole app runs without a terminal: its screen with tiles, queues, table and freshness, 1,000 agents of whom some
change with every picture, as a feed would hand them in. The first refreshes fill caches and are not counted.
"""

from __future__ import annotations

import asyncio
import gc
from statistics import median
from typing import Final

from textual.screen import Screen

from benchmarks.results import Figure, at_most, resident_bytes
from screens.app import WatchfloorApp
from tests.screens.fakes import FakeFeed
from tests.widgets.fakes import evolve, make_snapshot

AGENTS: Final = 1_000
CHANGED: Final = 15
WARM_UP: Final = 300
SAMPLE: Final = 30
"""Refreshes between two looks at the memory; the median of five looks stands for a moment."""


class _CountingApp(WatchfloorApp):
    """Knows when a frame was composed."""

    def __init__(self, feed: FakeFeed) -> None:
        super().__init__(feed, chosen_language="zh")
        self.frame_shown = asyncio.Event()

    def _display(self, screen: Screen[object], renderable: object) -> None:
        super()._display(screen, renderable)  # type: ignore[arg-type]
        self.frame_shown.set()


async def _refresh(app: _CountingApp, feed: FakeFeed, count: int) -> list[int]:
    """Resident bytes, every `SAMPLE` refreshes."""
    looks: list[int] = []
    clock = feed.clock
    snapshot = make_snapshot(AGENTS)
    for number in range(count):
        snapshot = evolve(snapshot, CHANGED, seed=number)
        clock.set_ms(snapshot.at_ms)
        feed.push(snapshot)
        await asyncio.sleep(0)
        app.frame_shown.clear()
        app.tick()
        await asyncio.wait_for(app.frame_shown.wait(), 10)
        if number % SAMPLE == SAMPLE - 1:
            gc.collect()
            looks.append(resident_bytes())
    return looks


async def _measure(refreshes: int) -> list[int]:
    feed = FakeFeed(make_snapshot(AGENTS))
    app = _CountingApp(feed)
    async with app.run_test(size=(200, 60)) as pilot:
        await pilot.pause()
        return await _refresh(app, feed, WARM_UP + refreshes)


def measure(quick: bool) -> list[Figure]:
    """Refresh for an hour of simulated time."""
    refreshes = 600 if quick else 3600
    looks = asyncio.run(_measure(refreshes))
    warm = WARM_UP // SAMPLE
    before, after = median(looks[warm - 1 : warm + 4]), median(looks[-5:])
    megabytes = 1024 * 1024
    return [
        Figure(f"after {WARM_UP:,} refreshes of warm-up", f"{before / megabytes:.1f} MiB"),
        Figure(f"after {refreshes:,} more", f"{after / megabytes:.1f} MiB"),
        Figure("  highest on the way", f"{max(looks) / megabytes:.1f} MiB"),
        at_most("growth", (after - before) / before * 100, 5, " %"),
    ]
