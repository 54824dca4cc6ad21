"""What the ticket screens show: one immutable picture, made off the screen's thread and handed over whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from app.floor.picture import Freshness
from app.tickets.model import Clock, Priority, PriorityReason, Return, TicketState


class TicketRow(NamedTuple):
    """An open ticket as the queue screen shows it. Seconds are counted at paint, from the clocks.

    Attributes:
        ticket: Its number: the key that cursor and marks follow.
        ticket_type: The policy's key.
        state: Where it stands.
        title: One line; hostile until shown through `inert`.
        unit: Who has it now, the unit's id.
        unit_name: What people call that unit.
        owner: The person who has it; empty while nobody has.
        owner_name: What people call them.
        sender: The unit that would get it back.
        customer: Whose it is.
        caller: The number that called.
        stars: The customer's stars.
        subject: What it is about.
        area: Where.
        service: What does not work.
        level: The level of the unit that has it, or empty.
        priority: How much it matters.
        reasons: Why.
        created_ms: When it was written.
        changed_ms: Its newest fact.
        cycle: The present cycle.
        returns: How often it was given back.
        clocks: The clocks of the present cycle that are not void, in order of start: the stage budget.
        next_clock: The one that is due first; of paused ones, when none runs, the one with the least left. None when
            no clock is open.
        due_ms: When `next_clock` is due; None when it is paused or never is.
        has_flag: Whether a repeat caller's loop is open.
        call_back_ms: When the next promised call is due; None where none is.
        text: All words of the ticket in lower case, for text search.
        given_back: What was given back, by whom to whom and why, in order.
        units_above: Id and name of each unit above the one that has it, the nearest first.
        sent_ms: When it was sent to a unit that has not received it; None where it waits for nobody to.
        flag_ms: When the customer called again first of the times that nobody has acknowledged; None where none is.
    """

    ticket: str
    ticket_type: str
    state: TicketState
    title: str
    unit: str
    unit_name: str
    owner: str
    owner_name: str
    sender: str
    customer: str
    caller: str
    stars: int | None
    subject: str
    area: str
    service: str
    level: str
    priority: Priority
    reasons: tuple[PriorityReason, ...]
    created_ms: int
    changed_ms: int
    cycle: int
    returns: int
    clocks: tuple[Clock, ...]
    next_clock: Clock | None
    due_ms: int | None
    has_flag: bool
    call_back_ms: int | None
    text: str
    given_back: tuple[Return, ...] = ()
    units_above: tuple[tuple[str, str], ...] = ()
    sent_ms: int | None = None
    flag_ms: int | None = None


class TicketCounts(NamedTuple):
    """The open tickets in numbers.

    Attributes:
        open: All of them.
        overdue: Those with a running clock past its limit.
        warned: Those not overdue with a running clock past its first warning.
        paused: Those whose open clocks all wait.
    """

    open: int = 0
    overdue: int = 0
    warned: int = 0
    paused: int = 0


@dataclass(frozen=True, slots=True)
class TicketSnapshot:
    """All open tickets at a moment.

    Attributes:
        now_ms: The moment.
        revision: Grows with every change of rows or of their order; equal revisions hold the same rows.
        rows: By number.
        order: Numbers, most urgent first: by due instant, then paused ones by what is left, then those without clock.
        counts: In numbers.
        arrivals: Numbers of tickets that came since the feed began, in order of coming, the newest last; at most 1,000.
        changed: The newest changes as (revision, number), the oldest first; a closed ticket is among them too.
        known_since: `changed` names every change after this revision; see `changed_since`.
        freshness: How old what is shown is.
    """

    now_ms: int
    revision: int = 0
    rows: Mapping[str, TicketRow] = field(default_factory=dict)
    order: Sequence[str] = ()
    counts: TicketCounts = field(default_factory=TicketCounts)
    arrivals: Sequence[str] = ()
    freshness: Freshness = field(default_factory=Freshness)
    changed: Sequence[tuple[int, str]] = ()
    known_since: int = 0

    def changed_since(self, revision: int) -> set[str] | None:
        """Numbers of the tickets that came, changed or went since a revision; None when that is too long ago to tell
        and everything has to be compared."""
        if revision < self.known_since:
            return None
        found: set[str] = set()
        for changed_in, number in reversed(self.changed):
            if changed_in <= revision:
                break
            found.add(number)
        return found
