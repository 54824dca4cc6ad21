"""(i) CPU of one one-second refresh of the ticket queue: 20,000 open tickets against 200.

As with the floor's agents: a real app of 200×60 cells composes each frame down to the bytes a terminal would get. Each
second two tickets change and all countdowns go on; what the feed's thread does for it (patching rows and order, the
heap of what is due, the picture) is counted as well. Both queues hold the same mix of stages, and are measured in turn.
"""

from __future__ import annotations

import asyncio
import gc
import time
from random import Random
from statistics import median
from typing import Final

from textual.app import ComposeResult

from app.core.clock import Clock, ManualClock
from app.floor.picture import Freshness
from app.tickets.live import LiveTickets
from app.tickets.model import Ticket
from app.tickets.ports import TicketChanges
from benchmarks.refresh import SIZE, FrameBench
from benchmarks.results import Figure, at_most, spread
from tests.tickets.samples import NAMES, book, many_tickets, some_ticket
from tests.widgets.fakes import NOW_MS
from widgets.ticket_table import TicketTable
from widgets.ticket_words import PolicyWords

QUEUES: Final = (200, 20_000)
CHANGES: Final = 2
"""Tickets that change within a second: seven thousand in an hour."""


class TicketBench(FrameBench):
    """The ticket table alone."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self.table = TicketTable(clock)

    def compose(self) -> ComposeResult:
        yield self.table


async def _cpu_ms(tickets: list[Ticket], seconds: int) -> list[float]:
    """The CPU of each refresh; the first ones fill caches and are left out."""
    clock, random, taken = ManualClock(NOW_MS), Random(11), []
    live = LiveTickets()
    live.apply(TicketChanges(1, 1, True, tickets), NAMES, NOW_MS)
    app = TicketBench(clock)
    async with app.run_test(headless=False, size=SIZE) as pilot:
        app.table.words = PolicyWords(book())
        app.table.show(live.snapshot(NOW_MS, Freshness()))
        await pilot.pause()
        for second in range(1, seconds + 1):
            now_ms = NOW_MS + second * 1000
            numbers = [random.choice(tickets).ticket for _change in range(CHANGES)]
            changed = TicketChanges(second + 1, 1, False, [some_ticket(random, number, now_ms) for number in numbers])
            gc.collect()
            clock.set_ms(now_ms)
            app.frame_shown.clear()
            started_ns = time.process_time_ns()
            live.apply(changed, NAMES, now_ms)
            app.table.show(live.snapshot(now_ms, Freshness()))
            app.table.tick()
            await app.painted()
            taken.append((time.process_time_ns() - started_ns) / 1e6)
    return taken[3:]


def measure(quick: bool) -> list[Figure]:
    """Refresh both queues in turn, so that both meet the same machine."""
    rounds, seconds = (2, 10) if quick else (5, 15)
    queues = {count: many_tickets(count) for count in QUEUES}
    measured: dict[int, list[float]] = {count: [] for count in QUEUES}
    for _round in range(rounds):
        for count, tickets in queues.items():
            measured[count].extend(asyncio.run(_cpu_ms(tickets, seconds)))
    few, many = (measured[count] for count in QUEUES)
    return [
        *(
            Figure(f"{count:,} tickets: one second, {CHANGES} change", spread(taken, " ms"))
            for count, taken in measured.items()
        ),
        at_most(f"{QUEUES[1]:,} tickets to {QUEUES[0]:,}", median(many) / median(few), 1.3, "×"),
    ]
