"""What customers were granted for what went wrong: the month's total, and how near it is to the line. Pure.

Amounts are integers in fen. What one ticket may be granted is checked where it is granted (`app.tickets.making`); here
is only counted. A credit that was taken back counts for nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, tzinfo
from enum import StrEnum
from typing import NamedTuple, Protocol

from app.core.zones import at, date_start_ms
from app.tickets.model import Ticket
from app.tickets.policy import Recovery


class RecoveryMark(StrEnum):
    """How near a month's total is to the line."""

    BELOW = "below"
    WARNED = "warned"
    """At the share of the line at which people are told, or above it."""
    REACHED = "reached"
    """At the line, or above it: it is reported."""


class Credit(NamedTuple):
    """An amount granted to a customer.

    Attributes:
        at_ms: When.
        ticket: On which ticket.
        by: Who granted it.
        unit: The unit that had the ticket then.
        amount_fen: How much.
    """

    at_ms: int
    ticket: str
    by: str
    unit: str
    amount_fen: int


class RecoveryStatus(NamedTuple):
    """A month's credits.

    Attributes:
        month: Year and month, as "2026-11".
        total_fen: All that was granted in it.
        credits: How often.
        tickets: On how many tickets.
        above_authority: On how many of them all credits together are more than the line may grant.
        line_fen: The total that is reported.
        warn_fen: The total from which on people are told.
        mark: How near the total is.
    """

    month: str
    total_fen: int
    credits: int
    tickets: int
    above_authority: int
    line_fen: int
    warn_fen: int
    mark: RecoveryMark

    @property
    def is_told(self) -> bool:
        """Whether people are to be told of it."""
        return self.mark is not RecoveryMark.BELOW


class CreditReader(Protocol):
    """What the month's status asks of storage."""

    def credited_tickets(self, start_ms: int, end_ms: int) -> Sequence[Ticket]:
        """The tickets on which an amount was granted in [start, end), taken back or not."""
        ...


def month_bounds(month: date, zone: tzinfo) -> tuple[int, int]:
    """The first instant of a local month, and the first of the next.

    Args:
        month: Any day of it.
        zone: Where the month begins.
    """
    first = month.replace(day=1)
    following = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    return date_start_ms(first, zone), date_start_ms(following, zone)


def credits_of(ticket: Ticket) -> Iterator[Credit]:
    """What was granted on a ticket and not taken back, in order."""
    for step in ticket.steps:
        if step.kind == "credited" and not step.is_withdrawn:
            yield Credit(step.at_ms, ticket.ticket, step.by, step.unit, int(step.detail))


def warn_fen(recovery: Recovery) -> int:
    """The total from which on people are told: the share of the line, rounded up to a whole fen."""
    return -(-recovery.month_line_fen * recovery.month_warn_percent // 100)


def mark_of(total_fen: int, recovery: Recovery) -> RecoveryMark:
    """How near a total is to the line; a total of nothing is below every line."""
    if not total_fen:
        return RecoveryMark.BELOW
    if total_fen >= recovery.month_line_fen:
        return RecoveryMark.REACHED
    return RecoveryMark.WARNED if total_fen >= warn_fen(recovery) else RecoveryMark.BELOW


def recovery_status(tickets: Iterable[Ticket], month: date, zone: tzinfo, recovery: Recovery) -> RecoveryStatus:
    """A month's credits in numbers.

    Args:
        tickets: At least all tickets on which an amount was granted in the month, each once.
        month: Any day of it.
        zone: The site's.
        recovery: Where the lines are drawn.
    """
    start_ms, end_ms = month_bounds(month, zone)
    total = count = of_tickets = above = 0
    for ticket in tickets:
        granted = [credit for credit in credits_of(ticket) if start_ms <= credit.at_ms < end_ms]
        if granted:
            total += sum(credit.amount_fen for credit in granted)
            count += len(granted)
            of_tickets += 1
            above += ticket.credited_fen > recovery.line_authority_fen
    return RecoveryStatus(
        month.strftime("%Y-%m"),
        total,
        count,
        of_tickets,
        above,
        recovery.month_line_fen,
        warn_fen(recovery),
        mark_of(total, recovery),
    )


def month_status(reader: CreditReader, now_ms: int, zone: tzinfo, recovery: Recovery) -> RecoveryStatus:
    """The credits of the month that an instant lies in.

    Args:
        reader: Where they are read.
        now_ms: The instant.
        zone: The site's.
        recovery: Where the lines are drawn.
    """
    month = at(now_ms, zone).date()
    return recovery_status(reader.credited_tickets(*month_bounds(month, zone)), month, zone, recovery)
