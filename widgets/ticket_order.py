"""The order of the tickets in their table, kept up by what changed: no Textual, no drawing.

Tickets that come while a person reads wait outside, counted, until the person looks; those a filter lets through stand
by due instant. A change costs a search and a shift in one list, whatever the number of tickets.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from heapq import heapify, heappop, heappush
from typing import Final, Protocol

from app.tickets.picture import TicketRow, TicketSnapshot
from app.tickets.urgency import order_key

Key = tuple[int, int, str]

SPARE_TURNS: Final = 1_000
"""Outdated turns that may be kept beside one for each row before they are sorted out."""


class Choice(Protocol):
    """Which rows are shown."""

    @property
    def is_timed(self) -> bool:
        """Whether its answers change with time alone."""
        ...

    def matches(self, row: TicketRow, now_ms: int) -> bool:
        """Whether a row is shown at an instant."""
        ...

    def select(self, rows: Iterable[TicketRow], now_ms: int) -> list[TicketRow]:
        """Those of many rows that are shown at an instant."""
        ...

    def next_turn(self, row: TicketRow, after_ms: int) -> int | None:
        """The first instant after another at which time alone may change the answer for a row; None where it never
        does."""
        ...


class TicketOrder:
    """Which ticket stands on which line, counted from 0."""

    def __init__(self) -> None:
        self.rows: Mapping[str, TicketRow] = {}
        self._revision = -1
        self._choice: Choice | None = None
        self._entries: list[Key] = []
        self._keys: dict[str, Key] = {}
        self._waiting: dict[str, None] = {}
        self._frozen: list[str] | None = None
        self._frozen_lines: dict[str, int] = {}
        self._departed: dict[str, TicketRow] = {}
        self._turns: list[tuple[int, str, int]] | None = None
        """When which row is asked again, as a heap; the last part tells the newest entry of a row from earlier ones.
        None until time has passed: while a filter is typed, most are looked at for less than a second."""
        self._turn_of: dict[str, int] = {}
        self._turn = 0
        self._asked_ms = 0

    # -- what changes the order -----------------------------------------------------------------------------------

    def apply(self, snapshot: TicketSnapshot) -> set[str]:
        """Take over a newer picture; returns the numbers that came, changed or went."""
        before, is_first = self.rows, self._revision < 0
        if snapshot.revision == self._revision:
            return set()
        changed = snapshot.changed_since(self._revision)
        self.rows, self._revision = snapshot.rows, snapshot.revision
        if changed is None:
            changed = _differing(before, snapshot.rows)
        if self._frozen is not None:
            self._departed.update((n, before[n]) for n in changed if n in before and n not in self.rows)
        if not is_first:
            for number in changed:
                if number not in self.rows:
                    self._waiting.pop(number, None)
                elif number not in before:
                    self._waiting[number] = None
        if is_first or len(changed) * 4 > len(self.rows):
            self._rebuild(snapshot.order, snapshot.now_ms)
        else:
            for number in changed:
                self._take_out(number)
                self._put_in(number, snapshot.now_ms)
        return changed

    def choose(self, choice: Choice | None, now_ms: int) -> None:
        """Show only the tickets that are chosen, all of them with None; thaws, and lets those in that waited.

        Args:
            choice: Asked of every row.
            now_ms: The moment to ask for.
        """
        self._choice = choice
        self.thaw()
        self._waiting.clear()
        self._rebuild(None, now_ms)

    def review(self, now_ms: int) -> bool:
        """Time has passed: ask those rows again for which it may have changed something, and no others.

        Returns:
            Whether any is shown no more, or is now.
        """
        if self._choice is None or not self._choice.is_timed:
            return False
        if now_ms < self._asked_ms:
            # Somebody set the clock back: what was due then is due once more.
            before = self.matching
            self._rebuild(None, now_ms)
            return self.matching != before
        turns = self._begin_turns() if self._turns is None else self._turns
        self._asked_ms = now_ms
        changed = False
        while turns and turns[0][0] <= now_ms:
            _at_ms, number, turn = heappop(turns)
            if self._turn_of.get(number) != turn:
                continue
            was_shown = number in self._keys
            self._take_out(number)
            self._put_in(number, now_ms)
            changed = changed or was_shown != (number in self._keys)
        return changed

    def take_in(self, now_ms: int) -> bool:
        """Let the tickets in that waited outside; returns whether there were any."""
        waiting, self._waiting = self._waiting, {}
        if not waiting:
            return False
        self.thaw()
        for number in waiting:
            self._put_in(number, now_ms)
        return True

    def freeze(self) -> None:
        """Keep every line where it is until `thaw`."""
        if self._frozen is None:
            self._frozen = [key[2] for key in self._entries]
            self._frozen_lines = {number: at for at, number in enumerate(self._frozen)}

    def thaw(self) -> bool:
        """Let the lines go to where they belong; returns whether they had been kept."""
        was_frozen = self._frozen is not None
        self._frozen = None
        self._frozen_lines = {}
        self._departed = {}
        return was_frozen

    # -- what is where --------------------------------------------------------------------------------------------

    @property
    def line_count(self) -> int:
        """How many lines there are."""
        return len(self._entries) if self._frozen is None else len(self._frozen)

    @property
    def matching_count(self) -> int:
        """How many tickets the filter lets through, without those that wait outside."""
        return len(self._entries)

    @property
    def waiting_count(self) -> int:
        """How many tickets came that are not shown yet, whether or not the filter lets them through."""
        return len(self._waiting)

    @property
    def matching(self) -> list[str]:
        """The numbers of all tickets the filter lets through, in order."""
        return [key[2] for key in self._entries]

    def line(self, at: int) -> TicketRow:
        """The ticket on a line; while lines are kept, one that is gone as it was.

        Raises:
            IndexError: When there is no such line.
        """
        if not 0 <= at < self.line_count:
            raise IndexError(at)
        if self._frozen is None:
            return self.rows[self._entries[at][2]]
        number = self._frozen[at]
        return self.rows.get(number) or self._departed[number]

    def line_of(self, number: str) -> int | None:
        """The line of a ticket; None where it is not shown."""
        if self._frozen is not None:
            return self._frozen_lines.get(number)
        key = self._keys.get(number)
        return None if key is None else bisect_left(self._entries, key)

    def nearest(self, at: int) -> str | None:
        """The number on a line, or on the nearest line there is."""
        count = self.line_count
        return self.line(max(0, min(at, count - 1))).ticket if count else None

    def is_heading(self, at: int) -> bool:  # noqa: ARG002 - the tickets stand in no groups
        """Never: every line is a ticket."""
        return False

    # -- inside ---------------------------------------------------------------------------------------------------

    def _put_in(self, number: str, now_ms: int) -> None:
        row = self.rows.get(number)
        if row is None or number in self._waiting:
            return
        if self._choice is not None:
            # A picture may be a little older than the moment at which everything was asked.
            self._asked_ms = min(self._asked_ms, now_ms)
            self._wait_for_turn(row, now_ms)
            if not self._choice.matches(row, now_ms):
                return
        key = order_key(row)
        self._entries.insert(bisect_left(self._entries, key), key)
        self._keys[number] = key

    def _take_out(self, number: str) -> None:
        self._turn_of.pop(number, None)
        key = self._keys.pop(number, None)
        if key is not None:
            del self._entries[bisect_left(self._entries, key)]

    def _rebuild(self, order: Sequence[str] | None, now_ms: int) -> None:
        choice, waiting = self._choice, self._waiting
        rows: Iterable[TicketRow] = self.rows.values() if order is None else map(self.rows.__getitem__, order)
        if waiting:
            rows = (row for row in rows if row.ticket not in waiting)
        self._turns, self._turn_of, self._asked_ms = None, {}, now_ms
        if choice is not None:
            rows = choice.select(rows, now_ms)
        # Sorting what stands in order already is one pass.
        self._entries = sorted(map(order_key, rows))
        self._keys = {key[2]: key for key in self._entries}

    # -- what time alone changes ----------------------------------------------------------------------------------

    def _next_turn(self, row: TicketRow, now_ms: int) -> tuple[int, str, int] | None:
        """When a row is to be asked again; None where time changes nothing any more."""
        next_ms = None if self._choice is None else self._choice.next_turn(row, now_ms)
        if next_ms is None:
            return None
        self._turn += 1
        self._turn_of[row.ticket] = self._turn
        return next_ms, row.ticket, self._turn

    def _begin_turns(self) -> list[tuple[int, str, int]]:
        """Wait for the next turn of every row, as seen from the moment all were asked."""
        rows, after_ms = self.rows.values(), self._asked_ms
        self._turns = [entry for row in rows if (entry := self._next_turn(row, after_ms)) is not None]
        heapify(self._turns)
        return self._turns

    def _wait_for_turn(self, row: TicketRow, now_ms: int) -> None:
        turns = self._turns
        if turns is None or (entry := self._next_turn(row, now_ms)) is None:
            return
        heappush(turns, entry)
        if len(turns) > 2 * len(self.rows) + SPARE_TURNS:
            turns[:] = [each for each in turns if self._turn_of.get(each[1]) == each[2]]
            heapify(turns)


def _differing(before: Mapping[str, TicketRow], after: Mapping[str, TicketRow]) -> set[str]:
    """Numbers whose row is another one, is new, or is gone."""
    changed = {number for number, row in after.items() if before.get(number) is not row}
    changed.update(number for number in before if number not in after)
    return changed
