"""The open tickets in memory: patched by changes, turned into a picture for a moment. Pure: no store, no thread.

What a second costs does not depend on how many tickets there are: rows are patched where a ticket changed, and what
time alone changes (a warning begins, a limit passes) waits in a heap until it is due.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from heapq import heapify, heappop, heappush
from typing import Final, NamedTuple, overload

from app.core.patched import Patched
from app.floor.picture import Freshness
from app.tickets.model import Clock, Flag, Ticket, TicketState
from app.tickets.picture import TicketCounts, TicketRow, TicketSnapshot
from app.tickets.ports import TicketChanges
from app.tickets.urgency import Urgency, left_ms, order_key, turning_points, urgency

MOST_ARRIVALS: Final = 1_000
MOST_CHANGES: Final = 2_000
"""How many changes a picture names; who is further behind compares everything once."""

_SPARE: Final = 1_000
"""Outdated entries the heap may hold beside one for each row before it is made anew."""


class UnitName(NamedTuple):
    """What people call a unit, and where it stands.

    Attributes:
        name: What people call it.
        level: How high it stands; empty where that is not known.
        above: Id and name of each unit above it, the nearest first.
    """

    name: str
    level: str = ""
    above: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Names:
    """What people call units and persons; whoever is not in it is called by their id."""

    units: Mapping[str, UnitName] = field(default_factory=dict)
    persons: Mapping[str, str] = field(default_factory=dict)


def row_of(ticket: Ticket, names: Names) -> TicketRow:
    """A ticket as the queue screen shows it."""
    clocks = tuple(clock for clock in ticket.clocks if clock.is_open or _is_present(clock, ticket))
    next_clock = _next_clock(clocks)
    unit = names.units.get(ticket.unit, UnitName(ticket.unit))
    owner_name = names.persons.get(ticket.owner, ticket.owner)
    return TicketRow(
        ticket=ticket.ticket,
        ticket_type=ticket.ticket_type,
        state=ticket.state,
        title=ticket.title,
        unit=ticket.unit,
        unit_name=unit.name,
        owner=ticket.owner,
        owner_name=owner_name,
        sender=ticket.sender,
        customer=ticket.customer,
        caller=ticket.caller,
        stars=ticket.stars,
        subject=ticket.subject,
        area=ticket.area,
        service=ticket.service,
        level=unit.level,
        priority=ticket.priority,
        reasons=ticket.reasons,
        created_ms=ticket.created_ms,
        changed_ms=ticket.changed_ms,
        cycle=ticket.cycle,
        returns=len(ticket.returns),
        clocks=clocks,
        next_clock=next_clock,
        due_ms=next_clock.due_ms if next_clock is not None and next_clock.is_running else None,
        has_flag=any(flag.flag == "repeat_call" and flag.written_back_ms is None for flag in ticket.flags),
        call_back_ms=min((promise.due_ms for promise in ticket.promises if promise.kept_ms is None), default=None),
        text=_words_of(ticket, unit.name, owner_name, names.units.get(ticket.sender)),
        given_back=ticket.returns,
        units_above=unit.above,
        sent_ms=_sent_ms(ticket) if ticket.state is TicketState.SENT else None,
        flag_ms=min((flag.raised_ms for flag in ticket.flags if _is_unseen(flag)), default=None),
    )


_SENDS: Final = frozenset({"dispatched", "forwarded", "transferred"})


def _sent_ms(ticket: Ticket) -> int | None:
    sent = (step.at_ms for step in reversed(ticket.steps) if step.kind in _SENDS and not step.is_withdrawn)
    return next(sent, None)


def _is_unseen(flag: Flag) -> bool:
    return flag.flag == "repeat_call" and flag.acknowledged_ms is None and flag.written_back_ms is None


def _is_present(clock: Clock, ticket: Ticket) -> bool:
    return clock.cycle == ticket.cycle and not clock.is_void


def _next_clock(clocks: Iterable[Clock]) -> Clock | None:
    """Of running clocks the one that is due first; else the paused one with the least left; else one that never is."""
    return min(
        (clock for clock in clocks if clock.is_open),
        key=lambda clock: (
            (0, clock.due_ms)
            if clock.is_running and clock.due_ms is not None
            else (2, 0)
            if clock.is_running
            else (1, left_ms(clock, 0) or 0)
        ),
        default=None,
    )


def _words_of(ticket: Ticket, unit_name: str, owner_name: str, sender: UnitName | None) -> str:
    words = (
        ticket.ticket,
        ticket.title,
        ticket.unit,
        unit_name,
        ticket.owner,
        owner_name,
        ticket.sender,
        "" if sender is None else sender.name,
        ticket.customer,
        ticket.caller,
        ticket.subject,
        ticket.area,
        ticket.service,
        *(value for _name, value in ticket.fields),
    )
    return "\n".join(dict.fromkeys(filter(None, words))).casefold()


class DueOrder(Sequence[str]):
    """The numbers of rows in their order, made when somebody first asks: tables keep up an order of their own.

    Args:
        rows: By number; they do not change.
    """

    def __init__(self, rows: Mapping[str, TicketRow]) -> None:
        self._rows = rows

    @cached_property
    def _numbers(self) -> tuple[str, ...]:
        return tuple(key[2] for key in sorted(map(order_key, self._rows.values())))

    @overload
    def __getitem__(self, at: int) -> str: ...

    @overload
    def __getitem__(self, at: slice) -> tuple[str, ...]: ...

    def __getitem__(self, at: int | slice) -> str | tuple[str, ...]:
        return self._numbers[at]

    def __len__(self) -> int:
        return len(self._rows)


class LiveTickets:
    """Keeps the open tickets true to the changes it is handed."""

    def __init__(self) -> None:
        self.seq = 0
        self.generation = 0
        self._revision = 0
        self._newest_ms: int | None = None
        self._rows: Patched[str, TicketRow] = Patched({})
        self._stands: dict[str, Urgency] = {}
        self._tally = dict.fromkeys(Urgency, 0)
        self._due: list[tuple[int, str, int]] = []
        self._stamps: dict[str, int] = {}
        self._stamp = 0
        self._arrivals: deque[str] = deque(maxlen=MOST_ARRIVALS)
        self._has_begun = False
        self._log: deque[tuple[int, str]] = deque(maxlen=MOST_CHANGES)
        self._known_since = 0
        self._shown: TicketSnapshot | None = None

    # -- taking in ------------------------------------------------------------------------------------------------

    def apply(self, changes: TicketChanges, names: Names, now_ms: int, *, fresh: bool = False) -> None:
        """Take in what became different.

        Args:
            changes: From the store.
            names: What units and persons are called.
            now_ms: The present instant.
            fresh: They are everything there is: forget what was known.
        """
        whole = fresh or changes.is_whole or changes.generation != self.generation
        self.seq, self.generation = changes.seq, changes.generation
        if changes.tickets:
            newest_ms = max(ticket.changed_ms for ticket in changes.tickets)
            self._newest_ms = max(newest_ms, self._newest_ms or 0)
        rows = {t.ticket: row_of(t, names) if t.state is not TicketState.CLOSED else None for t in changes.tickets}
        if whole:
            self._replace({number: row for number, row in rows.items() if row is not None}, now_ms)
        elif rows:
            self._patch(rows, now_ms)
        self._has_begun = True

    def _replace(self, rows: dict[str, TicketRow], now_ms: int) -> None:
        if rows == self._rows and self._has_begun:
            return
        if self._has_begun:
            self._arrivals.extend(number for number in rows if number not in self._rows)
        self._revision += 1
        self._known_since = self._revision
        self._log.clear()
        self._rows = Patched(rows)
        self._tally = dict.fromkeys(Urgency, 0)
        self._stands.clear()
        self._stamps.clear()
        self._due.clear()
        for row in rows.values():
            self._count(row, now_ms)

    def _patch(self, rows: Mapping[str, TicketRow | None], now_ms: int) -> None:
        changed = {number: row for number, row in rows.items() if row != self._rows.get(number)}
        if not changed:
            return
        self._revision += 1
        before = self._rows
        self._rows = before.changed(changed)
        for number, row in changed.items():
            if number in before:
                self._tally[self._stands.pop(number)] -= 1
                self._stamps.pop(number, None)
            elif row is not None:
                self._arrivals.append(number)
            if row is not None:
                self._count(row, now_ms)
            if len(self._log) == MOST_CHANGES:
                self._known_since = self._log[0][0]
            self._log.append((self._revision, number))

    # -- time -----------------------------------------------------------------------------------------------------

    def _count(self, row: TicketRow, now_ms: int) -> None:
        """Count a row as it stands now, and wait for the next instant at which it stands otherwise by itself."""
        stands = urgency(row, now_ms)
        self._stands[row.ticket] = stands
        self._tally[stands] += 1
        next_ms = min((at_ms for at_ms in turning_points(row) if at_ms > now_ms), default=None)
        if next_ms is None:
            self._stamps.pop(row.ticket, None)
            return
        self._stamp += 1
        self._stamps[row.ticket] = self._stamp
        heappush(self._due, (next_ms, row.ticket, self._stamp))
        if len(self._due) > 2 * len(self._rows) + _SPARE:
            self._due = [entry for entry in self._due if self._stamps.get(entry[1]) == entry[2]]
            heapify(self._due)

    def advance(self, now_ms: int) -> int:
        """Let the clock change what it changes by itself; returns how many rows it looked at: those due, no more."""
        looked = 0
        while self._due and self._due[0][0] <= now_ms:
            _at_ms, number, stamp = heappop(self._due)
            if self._stamps.get(number) == stamp:
                self._tally[self._stands[number]] -= 1
                self._count(self._rows[number], now_ms)
                looked += 1
        return looked

    # -- the picture ----------------------------------------------------------------------------------------------

    def snapshot(self, now_ms: int, freshness: Freshness) -> TicketSnapshot:
        """The picture of this moment; while no ticket changes, pictures share their rows and their order."""
        self.advance(now_ms)
        tally = self._tally
        before = self._shown
        if before is not None and before.revision == self._revision:
            order, arrivals, changed = before.order, before.arrivals, before.changed
        else:
            order, arrivals, changed = DueOrder(self._rows), tuple(self._arrivals), tuple(self._log)
        self._shown = TicketSnapshot(
            now_ms=now_ms,
            revision=self._revision,
            rows=self._rows,
            order=order,
            counts=TicketCounts(
                open=len(self._rows),
                overdue=tally[Urgency.OVERDUE],
                warned=tally[Urgency.WARNED],
                paused=tally[Urgency.PAUSED],
            ),
            arrivals=arrivals,
            changed=changed,
            known_since=self._known_since,
            freshness=Freshness(
                newest_event_ms=self._newest_ms,
                newest_stored_ms=freshness.newest_stored_ms,
                engine_alive=freshness.engine_alive,
                engine_here=freshness.engine_here,
                following=freshness.following,
                problem=freshness.problem,
            ),
        )
        return self._shown
