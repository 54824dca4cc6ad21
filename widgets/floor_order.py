"""The order of the agents in the floor table, kept up by what changed: no Textual, no time, no drawing.

Rows live in buckets (the pinned ones, then one per group), each a sorted list; a changed row is taken out and put
back by binary search, so that a change costs the same on a floor of sixty and of ten thousand.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from itertools import compress
from operator import is_not
from typing import Any, Final

from app.core.i18n import in_every_language
from app.floor.model import AgentState
from app.floor.picture import AgentRow
from app.floor.words import STATE_WORDS
from app.planning.model import Verdict
from widgets.floor_columns import Column
from widgets.verdicts import is_out
from widgets.words import CATEGORY_WORDS

DRIFT_MS: Final = 5_000
"""How often an order that changes with time alone (occupancy, reverse time) is made anew."""

URGENCY: Final = {
    AgentState.NOT_READY: 0,
    AgentState.WRAP_UP: 1,
    AgentState.HOLD: 2,
    AgentState.RINGING: 3,
    AgentState.ON_CALL: 4,
    AgentState.AVAILABLE: 5,
    AgentState.SIGNED_OUT: 6,
}
"""The order of states: first what takes capacity away and a supervisor can do something about."""

_INSTANT_BITS: Final = 48
"""Room for an instant in milliseconds below the urgency of a state."""

_DRIFTING: Final = frozenset({Column.OCCUPANCY, Column.REVERSE})

SortKey = Any
"""An integer wherever one is enough: it is compared in half the time of a tuple, and there are many to compare."""

Entry = tuple[SortKey, str]


class GroupBy(StrEnum):
    """What the agents are grouped by."""

    NONE = "none"
    TEAM = "team"
    STATE = "state"


@dataclass(frozen=True, slots=True, order=True)
class Bucket:
    """A group of rows that stand together: the pinned ones, a team, a state, or simply all."""

    rank: int
    name: str = ""


PINNED: Final = Bucket(-1)
_ALL: Final = Bucket(0)


@dataclass(frozen=True, slots=True)
class GroupLine:
    """The line above a group.

    Attributes:
        bucket: Which group.
        count: How many agents are in it.
    """

    bucket: Bucket
    count: int


@lru_cache(65536)
def collation_key(text: str) -> bytes:
    """What texts are ordered by: case-blind, and common Chinese characters by their pinyin.

    GB 18030 keeps the 3,755 everyday characters in the order of their pronunciation, which is the order people look
    names up in; no library is needed for it.
    """
    return text.casefold().encode("gb18030", "replace")


@lru_cache(65536)
def _folded(text: str) -> str:
    return text.casefold()


def searchable(row: AgentRow) -> str:
    """Everything of a row a filter may match, case-folded: names, and the state's words in every language."""
    words = _words_of(row.state)
    if row.category is not None:
        words += _category_words_of(row)
    return "\n".join((*map(_folded, (row.agent, row.name, row.team, row.reason, row.queue)), words))


@lru_cache(64)
def _words_of(state: AgentState) -> str:
    return "\n".join(word.casefold() for word in in_every_language(STATE_WORDS[state]))


def _category_words_of(row: AgentRow) -> str:
    if row.category is None:
        return ""
    return "\n" + "\n".join(word.casefold() for word in in_every_language(CATEGORY_WORDS[row.category]))


def changed_names(before: Mapping[str, AgentRow], after: Mapping[str, AgentRow]) -> list[str]:
    """The agents whose row is another object, is new, or is gone.

    Where both pictures hold the same agents in the same order, as they do from second to second, one pass in C
    finds the difference.
    """
    if before is after:
        return []
    if len(before) == len(after):
        differs = list(map(is_not, before.values(), after.values()))
        if True not in differs:
            return []
        names = list(compress(after, differs))
        if names == list(compress(before, differs)):
            return names
    changed = [name for name, row in after.items() if before.get(name) is not row]
    changed.extend(name for name in before if name not in after)
    return changed


def _sort_key(column: Column, reverse: bool, at_ms: int) -> Callable[[AgentRow], SortKey]:
    """What rows are ordered by; smaller is earlier. Empty values come last in both directions.

    Args:
        column: The column to sort by.
        reverse: The order will be read from its end.
        at_ms: The instant that figures which change with time alone are compared at.
    """
    match column:
        case Column.STATE:
            return lambda row: (URGENCY[row.state] << _INSTANT_BITS) + row.since_ms
        case Column.AGENT:
            return lambda row: collation_key(row.label)
        case Column.TEAM:
            return lambda row: ((not row.team) != reverse, collation_key(row.team))
        case Column.REASON:
            ready = AgentState.NOT_READY
            return lambda row: ((row.state is not ready) != reverse, collation_key(row.reason), row.since_ms)
        case Column.TIME:
            return lambda row: row.since_ms
        case Column.VERDICT:
            return lambda row: (verdict_rank(row) << _INSTANT_BITS) + row.verdict_since_ms
        case Column.QUEUE:
            return lambda row: ((not row.queue) != reverse, collation_key(row.queue), row.since_ms)
        case Column.CALLS:
            return lambda row: -row.calls_today
        case Column.OCCUPANCY:
            return lambda row: _share_key(row.occupancy(at_ms), reverse)
        case Column.REVERSE:
            return lambda row: -row.reverse_seconds(at_ms)


def verdict_rank(row: AgentRow) -> int:
    """How much a verdict asks for a person; smaller is more.

    A spell that began at a change of shift stands behind those of people who went astray by themselves, until it is
    severe: three hundred people who come and go at once hide nobody.
    """
    if row.verdict is Verdict.OUT:
        return 0 if row.severe else 1 + row.shift_change
    return 9 if row.verdict is None else _VERDICT_RANKS[row.verdict]


_VERDICT_RANKS: Final = {
    Verdict.UNMAPPED: 3,
    Verdict.EXTRA: 4,
    Verdict.NEUTRAL: 5,
    Verdict.IN: 6,
    Verdict.NO_SCHEDULE: 7,
}


def _share_key(share: float | None, reverse: bool) -> SortKey:
    return (share is None) != reverse, -(share or 0.0)


class FloorOrder:
    """Which agent stands on which line.

    Lines are counted from 0 and include the lines above groups. While the order is frozen, lines stay as they are
    (an agent who left is shown signed out) and everything that arrives is kept for the moment it thaws.

    Sorting, grouping, filter and pins are plain attributes; `arrange` makes a change of them come true.
    """

    def __init__(self) -> None:
        self.rows: Mapping[str, AgentRow] = {}
        self.sort_column = Column.STATE
        self.sort_reversed = False
        self.group_by = GroupBy.NONE
        self.filter_text = ""
        self.only_out = False
        self.pinned: set[str] = set()
        self._sorted_at_ms = 0
        self._key = _sort_key(self.sort_column, self.sort_reversed, 0)
        self._words: list[str] = []
        self._buckets: dict[Bucket, list[Entry]] = {}
        self._entries: dict[str, tuple[Bucket, Entry]] = {}
        self._bucket_order: list[Bucket] = []
        self._starts: list[int] = []
        self._line_count = 0
        self._frozen: list[str | GroupLine] | None = None
        self._frozen_lines: dict[str, int] = {}
        self._departed: dict[str, AgentRow] = {}

    # -- what changes the order -------------------------------------------------------------------------------

    def apply(self, rows: Mapping[str, AgentRow], at_ms: int) -> list[str]:
        """Take over a new picture; returns the agents who changed, came or went."""
        before, self.rows = self.rows, rows
        changed = changed_names(before, rows)
        if self._frozen is not None:
            self._keep_departed(before, changed, at_ms)
        drifted = self.sort_column in _DRIFTING and at_ms - self._sorted_at_ms >= DRIFT_MS
        if drifted or len(changed) * 4 > len(rows):
            self._rebuild(at_ms)
        elif changed:
            for name in changed:
                self._take_out(name)
                if (row := rows.get(name)) is not None:
                    self._put_in(row)
            self._place_buckets()
        return changed

    def arrange(self, at_ms: int) -> None:
        """Make the whole order anew, after sorting, grouping, filter or pins were changed; thaws."""
        self.thaw()
        self._rebuild(at_ms)

    def freeze(self) -> None:
        """Keep every line where it is until `thaw`."""
        if self._frozen is None:
            lines: list[str | GroupLine] = []
            for bucket in self._bucket_order:
                entries = self._buckets[bucket]
                if self.group_by is not GroupBy.NONE:
                    lines.append(GroupLine(bucket, len(entries)))
                lines.extend(agent for _key, agent in (reversed(entries) if self.sort_reversed else entries))
            self._frozen = lines
            self._frozen_lines = {line: at for at, line in enumerate(self._frozen) if isinstance(line, str)}

    def thaw(self) -> bool:
        """Let the lines go to where they belong; returns whether they had been frozen."""
        was_frozen = self._frozen is not None
        self._frozen = None
        self._frozen_lines = {}
        self._departed = {}
        return was_frozen

    # -- what is where ----------------------------------------------------------------------------------------

    @property
    def frozen(self) -> bool:
        """Whether lines are being kept where they are."""
        return self._frozen is not None

    @property
    def line_count(self) -> int:
        """How many lines there are."""
        return len(self._frozen) if self._frozen is not None else self._line_count

    @property
    def matching_count(self) -> int:
        """How many agents the filter lets through."""
        return len(self._entries)

    def line(self, at: int) -> AgentRow | GroupLine:
        """What stands on a line.

        Raises:
            IndexError: When there is no such line.
        """
        if not 0 <= at < self.line_count:
            raise IndexError(at)
        if self._frozen is not None:
            kept = self._frozen[at]
            return kept if isinstance(kept, GroupLine) else self.rows.get(kept) or self._departed[kept]
        number = bisect_right(self._starts, at) - 1
        bucket = self._bucket_order[number]
        entries = self._buckets[bucket]
        offset = at - self._starts[number]
        if self.group_by is not GroupBy.NONE:
            if offset == 0:
                return GroupLine(bucket, len(entries))
            offset -= 1
        return self.rows[entries[-1 - offset if self.sort_reversed else offset][1]]

    def line_of(self, agent: str) -> int | None:
        """The line of an agent; None where the agent is not shown."""
        if self._frozen is not None:
            return self._frozen_lines.get(agent)
        if agent not in self._entries:
            return None
        bucket, entry = self._entries[agent]
        entries = self._buckets[bucket]
        offset = bisect_left(entries, entry)
        if self.sort_reversed:
            offset = len(entries) - 1 - offset
        number = bisect_left(self._bucket_order, bucket)
        return self._starts[number] + offset + (self.group_by is not GroupBy.NONE)

    def is_heading(self, at: int) -> bool:
        """Whether a line stands above a group."""
        return isinstance(self.line(at), GroupLine)

    def nearest(self, at: int) -> str | None:
        """The agent on a line, or on the nearest line that has one."""
        at = max(0, min(at, self.line_count - 1))
        # A line above a group is always followed by one of its agents.
        for candidate in range(at, min(at + 2, self.line_count)):
            line = self.line(candidate)
            if isinstance(line, AgentRow):
                return line.agent
        return None

    # -- inside -----------------------------------------------------------------------------------------------

    def _matches(self, row: AgentRow) -> bool:
        if self.only_out and not is_out(row):
            return False
        if not self._words:
            return True
        text = searchable(row)
        return all(word in text for word in self._words)

    def _bucket_for(self, row: AgentRow) -> Bucket:
        if row.agent in self.pinned:
            return PINNED
        if self.group_by is GroupBy.TEAM:
            # Agents without a team come last.
            return Bucket(0 if row.team else 1, row.team)
        if self.group_by is GroupBy.STATE:
            return Bucket(URGENCY[row.state], row.state.value)
        return _ALL

    def _put_in(self, row: AgentRow) -> None:
        if not self._matches(row):
            return
        bucket, entry = self._bucket_for(row), (self._key(row), row.agent)
        insort(self._buckets.setdefault(bucket, []), entry)
        self._entries[row.agent] = (bucket, entry)

    def _take_out(self, agent: str) -> None:
        if agent not in self._entries:
            return
        bucket, entry = self._entries.pop(agent)
        entries = self._buckets[bucket]
        del entries[bisect_left(entries, entry)]
        if not entries:
            del self._buckets[bucket]

    def _rebuild(self, at_ms: int) -> None:
        self._sorted_at_ms = at_ms
        self._key = key = _sort_key(self.sort_column, self.sort_reversed, at_ms)
        self._words = self.filter_text.casefold().split()
        narrowed = self._words or self.only_out
        rows = list(filter(self._matches, self.rows.values())) if narrowed else list(self.rows.values())
        if self.pinned or self.group_by is not GroupBy.NONE:
            buckets: dict[Bucket, list[Entry]] = {}
            for row in rows:
                buckets.setdefault(self._bucket_for(row), []).append((key(row), row.agent))
        else:
            buckets = {_ALL: [(key(row), row.agent) for row in rows]} if rows else {}
        for entries in buckets.values():
            entries.sort()
        self._buckets = buckets
        self._entries = {entry[1]: (bucket, entry) for bucket, entries in buckets.items() for entry in entries}
        self._place_buckets()

    def _place_buckets(self) -> None:
        self._bucket_order = sorted(self._buckets)
        heading = self.group_by is not GroupBy.NONE
        self._starts, at = [], 0
        for bucket in self._bucket_order:
            self._starts.append(at)
            at += len(self._buckets[bucket]) + heading
        self._line_count = at

    def _keep_departed(self, before: Mapping[str, AgentRow], changed: Iterable[str], at_ms: int) -> None:
        for name in changed:
            if name not in self.rows and name in before:
                self._departed[name] = replace(
                    before[name], state=AgentState.SIGNED_OUT, since_ms=at_ms, reason="", category=None, queue=""
                )
