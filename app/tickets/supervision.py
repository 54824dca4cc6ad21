"""What a supervisor asks of the open tickets: what will be late soon, what came back to whom, how late they are. Pure.

Who sits on what is `app.tickets.holders`. All of it is read from the rows that the queue screen shows, so that a number
here is the number of lines there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from app.tickets.figures import OVERDUE_BANDS, band
from app.tickets.model import Clock, Return
from app.tickets.picture import TicketRow
from app.tickets.urgency import SOON_MS


class Breach(NamedTuple):
    """A limit that will be passed if nothing happens."""

    ticket: str
    ticket_type: str
    unit_name: str
    clock: Clock
    due_ms: int


def will_breach(rows: Iterable[TicketRow], now_ms: int, horizon_ms: int = SOON_MS) -> list[Breach]:
    """Running clocks that are due within the horizon and not late yet, the first due first.

    Args:
        rows: The open tickets.
        now_ms: The present instant; what is due at it is not late yet.
        horizon_ms: How far to look ahead.
    """
    found = [
        Breach(row.ticket, row.ticket_type, row.unit_name, clock, clock.due_ms)
        for row in rows
        for clock in row.clocks
        if clock.is_running and clock.due_ms is not None and now_ms <= clock.due_ms < now_ms + horizon_ms
    ]
    return sorted(found, key=lambda each: (each.due_ms, each.ticket, each.clock.stage))


class BreachGroup(NamedTuple):
    """The limits of one stage that will be passed at one unit.

    Attributes:
        ticket_type: The policy's key.
        stage: The stage's name.
        unit: Whose time it is.
        unit_name: What people call that unit.
        due_ms: The first due instant.
        tickets: Their numbers, the first due first.
    """

    ticket_type: str
    stage: str
    unit: str
    unit_name: str
    due_ms: int
    tickets: tuple[str, ...]


def by_stage_and_unit(breaches: Iterable[Breach]) -> list[BreachGroup]:
    """What will be late, gathered by type, stage and unit: the first due first."""
    found: dict[tuple[str, str, str], list[Breach]] = {}
    for breach in breaches:
        found.setdefault((breach.ticket_type, breach.clock.stage, breach.clock.unit), []).append(breach)
    groups = [
        BreachGroup(
            *key,
            of_stage[0].unit_name,
            min(each.due_ms for each in of_stage),
            tuple(dict.fromkeys(each.ticket for each in of_stage)),
        )
        for key, of_stage in found.items()
    ]
    return sorted(groups, key=lambda each: (each.due_ms, each.ticket_type, each.stage, each.unit))


@dataclass(slots=True)
class GivenBack:
    """What one unit gave back to another.

    Attributes:
        from_unit: Who gave it back.
        to_unit: Who got it back: the sender.
        count: How often.
        charged: Of these, by the fault of who gave it back.
        unqualified: Of these, as orders that should not be, or that lack facts.
        newest_ms: When it last happened.
        reasons: How often for which reason; the kind of an unqualified mark.
        tickets: Which tickets, and how often each.
    """

    from_unit: str
    to_unit: str
    count: int = 0
    charged: int = 0
    unqualified: int = 0
    newest_ms: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    tickets: Counter[str] = field(default_factory=Counter)

    def add(self, ticket: str, each: Return) -> None:
        """Count one more."""
        self.count += 1
        self.charged += each.is_charged
        self.unqualified += each.is_unqualified
        self.newest_ms = max(self.newest_ms, each.at_ms)
        self.reasons[each.reason] += 1
        self.tickets[ticket] += 1


def returned_to_whom(tickets: Iterable[tuple[str, Sequence[Return]]]) -> list[GivenBack]:
    """What came back, by who gave it back and who got it: the most frequent first.

    Args:
        tickets: Numbers and what was given back of each.
    """
    pairs: dict[tuple[str, str], GivenBack] = {}
    for number, returns in tickets:
        for each in returns:
            key = each.from_unit, each.to_unit
            if key not in pairs:
                pairs[key] = GivenBack(*key)
            pairs[key].add(number, each)
    return sorted(pairs.values(), key=lambda pair: (-pair.count, pair.from_unit, pair.to_unit))


def overdue_bands(rows: Iterable[TicketRow], now_ms: int) -> dict[str, int]:
    """How many open tickets have been late for how long, by the names of `OVERDUE_BANDS` and `overdue_more`."""
    found = dict.fromkeys([*(name for name, _most_ms in OVERDUE_BANDS), "overdue_more"], 0)
    for row in rows:
        if row.due_ms is not None and row.due_ms < now_ms:
            found[band(OVERDUE_BANDS, "overdue_more", now_ms - row.due_ms)] += 1
    return found
