"""Which of the open tickets are looked at: a view and a filter together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from app.tickets.picture import TicketRow
from app.tickets.query import Query
from app.tickets.query_times import soon_turn
from app.tickets.urgency import SOON_MS, is_due_within


class TicketView(StrEnum):
    """Which tickets are looked at, before any filter."""

    ALL = "all"
    MINE = "mine"
    SOON = "soon"
    """Those that will be late within the hour if nothing happens."""


@dataclass(frozen=True, slots=True)
class TicketChoice:
    """What is let through.

    Attributes:
        view: Before the filter.
        query: The filter.
        actor: Whose tickets "mine" are.
    """

    view: TicketView = TicketView.ALL
    query: Query = field(default_factory=Query)
    actor: str = ""

    @property
    def is_everything(self) -> bool:
        """Whether it lets every ticket through."""
        return self.view is TicketView.ALL and not self.query.terms

    @property
    def is_timed(self) -> bool:
        """Whether what it lets through changes with time alone."""
        return self.view is TicketView.SOON or self.query.is_timed

    def matches(self, row: TicketRow, now_ms: int) -> bool:
        """Whether a ticket is let through at an instant."""
        return self._is_in_view(row, now_ms) and self.query.matches(row, now_ms, self.actor)

    def select(self, rows: Iterable[TicketRow], now_ms: int) -> list[TicketRow]:
        """Those of many tickets that are let through at an instant, in their order."""
        if self.view is not TicketView.ALL:
            rows = [row for row in rows if self._is_in_view(row, now_ms)]
        return self.query.select(rows, now_ms, self.actor)

    def next_turn(self, row: TicketRow, after_ms: int) -> int | None:
        """The first instant after another at which time alone may change whether a ticket is let through; None where it
        never does."""
        turn = self.query.next_turn(row, after_ms)
        if self.view is not TicketView.SOON:
            return turn
        return min((at for at in (turn, soon_turn(row, after_ms)) if at is not None), default=None)

    def _is_in_view(self, row: TicketRow, now_ms: int) -> bool:
        if self.view is TicketView.MINE:
            return row.owner == self.actor
        return self.view is TicketView.ALL or is_due_within(row, now_ms, SOON_MS)
