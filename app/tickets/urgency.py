"""How a ticket stands at an instant: what is left, whether it is warned or overdue, and what it is ordered by."""

from __future__ import annotations

from collections.abc import Iterator
from enum import IntEnum
from typing import Final

from app.tickets.model import WALL, Clock
from app.tickets.picture import TicketRow

SOON_MS: Final = 3_600_000
"""A ticket that is due within so long will be late soon if nothing happens."""


class Urgency(IntEnum):
    """How much a ticket presses; a higher one presses more."""

    PAUSED = 0
    """Every open clock waits."""
    NORMAL = 1
    WARNED = 2
    """A running clock is past its first warning, and none past its limit."""
    OVERDUE = 3
    """A running clock is past its limit."""


def left_ms(clock: Clock, now_ms: int) -> int | None:
    """How long until a running clock is due, on the wall, negative once it is overdue; what a paused one has left of
    its limit; None for one that has stopped, and for one that never will be due."""
    if clock.is_running:
        return None if clock.due_ms is None else clock.due_ms - now_ms
    return clock.limit_seconds * 1000 - clock.used_ms if clock.is_open else None


def used_ms(clock: Clock, now_ms: int) -> int:
    """How much of its limit a clock has used.

    Exact for a clock that stands and for one that counts every second. For one that runs by a calendar the stretch from
    its last start until it is due is spread evenly over the wall's time: good enough to draw, and free; the peek counts
    by the calendar.
    """
    if not clock.is_running:
        return clock.used_ms
    start_ms = clock.spans[-1].start_ms
    gone_ms = max(0, now_ms - start_ms)
    if clock.calendar == WALL or clock.due_ms is None or clock.due_ms <= start_ms:
        return clock.used_ms + (gone_ms if clock.calendar == WALL or clock.due_ms is not None else 0)
    left = clock.limit_seconds * 1000 - clock.used_ms
    return clock.used_ms + left * gone_ms // (clock.due_ms - start_ms)


def warned_from_ms(clock: Clock) -> int | None:
    """The instant from which on a running clock is past its first warning; None where that never comes."""
    if not clock.is_running or not clock.warn_seconds:
        return None
    if clock.used_ms >= (clock.limit_seconds - clock.warn_seconds[0]) * 1000:
        # The first warning came in an earlier span; `warn_ms` is a later one, or none.
        return clock.spans[-1].start_ms
    return clock.warn_ms


def turning_points(row: TicketRow) -> Iterator[int]:
    """The instants at which `urgency` of a row changes by time alone: warnings, and the moment after each limit."""
    for clock in row.clocks:
        if clock.is_running:
            warned_ms = warned_from_ms(clock)
            if warned_ms is not None:
                yield warned_ms
            if clock.due_ms is not None:
                # Met when used ≤ limit: at the limit it is not overdue.
                yield clock.due_ms + 1


def urgency(row: TicketRow, now_ms: int) -> Urgency:
    """How much a ticket presses at an instant."""
    found = Urgency.NORMAL
    is_running = is_open = False
    for clock in row.clocks:
        if clock.is_running:
            is_open = is_running = True
            if clock.due_ms is not None and now_ms > clock.due_ms:
                return Urgency.OVERDUE
            warned_ms = warned_from_ms(clock)
            if warned_ms is not None and now_ms >= warned_ms:
                found = Urgency.WARNED
        elif clock.is_open:
            is_open = True
    return Urgency.PAUSED if is_open and not is_running else found


def is_due_within(row: TicketRow, now_ms: int, within_ms: int) -> bool:
    """Whether a ticket is not late yet, and will be within so long if nothing happens."""
    return row.due_ms is not None and now_ms <= row.due_ms < now_ms + within_ms


def order_key(row: TicketRow) -> tuple[int, int, str]:
    """What open tickets are ordered by: due instant, then paused ones by what is left, then those without a clock."""
    if row.due_ms is not None:
        return (0, row.due_ms, row.ticket)
    clock = row.next_clock
    if clock is None or clock.is_running:
        return (2, row.created_ms, row.ticket)
    return (1, left_ms(clock, 0) or 0, row.ticket)
