"""When time alone changes what a filter says of a ticket: so that each is asked again then, and not before."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final, cast

from app.tickets.picture import TicketRow
from app.tickets.query_terms import Amount, Term
from app.tickets.urgency import SOON_MS, turning_points

NextTurn = Callable[[TicketRow, int], int | None]
"""The first instant after another at which time alone may change an answer for a row; None where it never does. It may
change nothing; until then nothing changes."""

TIMED: Final = frozenset({"due", "age", "overdue", "warned"})
"""The keys and flags whose answer changes with time alone."""


def next_turn_of(term: Term) -> NextTurn | None:
    """When to ask for a term again; None for one whose answer does not change with time alone."""
    if term.key == "age":
        edges = _edges(term)
        return lambda row, after_ms: _first((row.created_ms + edge_ms for edge_ms in edges), after_ms)
    if term.key == "due":
        return _due_turn(_edges(term))
    if term.key == "overdue":
        return _due_turn((0,))
    if term.key == "warned":
        return _urgency_turn
    return None


def soon_turn(row: TicketRow, after_ms: int) -> int | None:
    """When to ask again whether a ticket will be late within the hour."""
    return None if row.due_ms is None else _first((row.due_ms - SOON_MS, row.due_ms), after_ms)


def _due_turn(edges: tuple[int, ...]) -> NextTurn:
    if len(edges) == 1:
        # Asked of twenty thousand rows at once.
        [edge_ms] = edges

        def turn(row: TicketRow, after_ms: int) -> int | None:
            due_ms = row.due_ms
            # What a clock that stands has left does not change.
            if due_ms is None or (at_ms := due_ms - edge_ms) < after_ms:
                return None
            return at_ms if at_ms > after_ms else at_ms + 1

        return turn
    return lambda row, after_ms: (
        None if (due_ms := row.due_ms) is None else _first((due_ms - edge_ms for edge_ms in edges), after_ms)
    )


def _urgency_turn(row: TicketRow, after_ms: int) -> int | None:
    return min((at_ms for at_ms in turning_points(row) if at_ms > after_ms), default=None)


def _first(edges: Iterable[int], after_ms: int) -> int | None:
    """The first edge after an instant; at an edge, the millisecond after it: an answer may change at it or past it."""
    return min((at_ms if at_ms > after_ms else at_ms + 1 for at_ms in edges if at_ms >= after_ms), default=None)


def _edges(term: Term) -> tuple[int, ...]:
    """The lengths of time at which an answer changes, in milliseconds; a rounded one begins and ends."""
    found: list[int] = []
    for amount in cast("tuple[Amount, ...]", term.values):
        unit_ms = amount.unit_seconds * 1000
        found.append(amount.number * unit_ms)
        if term.operator == ":":
            found.append((amount.number + 1) * unit_ms)
    return tuple(found)
