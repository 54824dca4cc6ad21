"""The order of the tickets in their table, kept up by what changed: no Textual, no drawing.

Tickets that come while a person reads wait outside, counted, until the person looks; those a filter lets through stand
by due instant. A change costs a search and a shift in one list, whatever the number of tickets.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final

from app.tickets.picture import TicketRow, TicketSnapshot
from app.tickets.urgency import order_key

Matches = Callable[[TicketRow, int], bool]
"""Whether a row is to be shown at an instant."""

Key = tuple[int, int, str]

REVIEW_SECONDS: Final = 5
"""In how many seconds every ticket is asked again whether it matches, where the answer changes with time alone."""

LEAST_REVIEWED: Final = 1_000


class TicketOrder:
    """Which ticket stands on which line, counted from 0."""

    def __init__(self) -> None:
        self.rows: Mapping[str, TicketRow] = {}
        self._revision = -1
        self._matches: Matches | None = None
        self._is_timed = False
        self._entries: list[Key] = []
        self._keys: dict[str, Key] = {}
        self._waiting: dict[str, None] = {}
        self._frozen: list[str] | None = None
        self._frozen_lines: dict[str, int] = {}
        self._departed: dict[str, TicketRow] = {}
        self._to_review: Iterator[str] = iter(())

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

    def choose(self, matches: Matches | None, now_ms: int, *, is_timed: bool = False) -> None:
        """Show only the tickets that match, all of them with None; thaws, and lets those in that waited.

        Args:
            matches: Asked of every row.
            now_ms: The moment to ask for.
            is_timed: Whether its answers change with time alone.
        """
        self._matches, self._is_timed = matches, is_timed
        self._to_review = iter(())
        self.thaw()
        self._waiting.clear()
        self._rebuild(None, now_ms)

    def review(self, now_ms: int) -> bool:
        """A second has passed: ask some rows again whether they match; returns whether any does no more, or does now.

        In `REVIEW_SECONDS` each is asked once, so that a second costs a part of them and the screen is hardly behind.
        """
        if not self._is_timed or self._matches is None:
            return False
        changed = False
        for _count in range(max(LEAST_REVIEWED, len(self.rows) // REVIEW_SECONDS)):
            number = next(self._to_review, None)
            if number is None:
                self._to_review = iter(list(self.rows))
                break
            row = self.rows.get(number)
            if row is None or number in self._waiting:
                continue
            if self._matches(row, now_ms) != (number in self._keys):
                changed = True
                self._take_out(number)
                self._put_in(number, now_ms)
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
        if row is None or number in self._waiting or (self._matches is not None and not self._matches(row, now_ms)):
            return
        key = order_key(row)
        self._entries.insert(bisect_left(self._entries, key), key)
        self._keys[number] = key

    def _take_out(self, number: str) -> None:
        key = self._keys.pop(number, None)
        if key is not None:
            del self._entries[bisect_left(self._entries, key)]

    def _rebuild(self, order: Sequence[str] | None, now_ms: int) -> None:
        matches, waiting = self._matches, self._waiting
        rows: Iterable[TicketRow] = self.rows.values() if order is None else map(self.rows.__getitem__, order)
        if waiting:
            rows = (row for row in rows if row.ticket not in waiting)
        if matches is not None:
            rows = (row for row in rows if matches(row, now_ms))
        # Sorting what stands in order already is one pass.
        self._entries = sorted(map(order_key, rows))
        self._keys = {key[2]: key for key in self._entries}


def _differing(before: Mapping[str, TicketRow], after: Mapping[str, TicketRow]) -> set[str]:
    """Numbers whose row is another one, is new, or is gone."""
    changed = {number for number, row in after.items() if before.get(number) is not row}
    changed.update(number for number in before if number not in after)
    return changed
