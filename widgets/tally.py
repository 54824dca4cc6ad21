"""How many agents are in each state, kept up by what changed: a second costs the same on a floor of any size."""

from __future__ import annotations

from collections.abc import Mapping

from app.floor.model import AgentState, ReasonCategory
from app.floor.picture import BUSY_STATES, AgentRow, StateCount
from widgets.floor_order import changed_names
from widgets.verdicts import is_out, is_planned


class Tally:
    """The same figures as `app.floor.picture.count_states`, without counting everybody each time.

    Open time is kept as "how many, and the sum of since when", so that now needs no look at the rows.
    """

    def __init__(self) -> None:
        self._rows: Mapping[str, AgentRow] = {}
        self._states = dict.fromkeys(AgentState, 0)
        self._categories = dict.fromkeys(ReasonCategory, 0)
        self._signed_in = self._on_break = 0
        self._planned = self._out = self._severe = 0
        self._busy_ms = self._busy_open = self._busy_since_ms = 0
        self._staffed_ms = self._staffed_open = self._staffed_since_ms = 0

    def update(self, rows: Mapping[str, AgentRow]) -> None:
        """Take over a new picture."""
        before, self._rows = self._rows, rows
        for name in changed_names(before, rows):
            if (old := before.get(name)) is not None:
                self._count(old, -1)
            if (new := rows.get(name)) is not None:
                self._count(new, 1)

    def count(self, now_ms: int) -> StateCount:
        """The counts, with open time up to `now_ms`."""
        states = self._states
        return StateCount(
            signed_in=self._signed_in,
            inferred=len(self._rows) - self._signed_in - states[AgentState.SIGNED_OUT],
            available=states[AgentState.AVAILABLE],
            ringing=states[AgentState.RINGING],
            on_call=states[AgentState.ON_CALL],
            hold=states[AgentState.HOLD],
            wrap_up=states[AgentState.WRAP_UP],
            not_ready=states[AgentState.NOT_READY],
            not_ready_by_category=tuple((c, n) for c, n in self._categories.items() if n),
            on_break=self._on_break,
            busy_ms=self._busy_ms + self._busy_open * now_ms - self._busy_since_ms,
            staffed_ms=self._staffed_ms + self._staffed_open * now_ms - self._staffed_since_ms,
            planned=self._planned,
            out=self._out,
            severe=self._severe,
        )

    def _count(self, row: AgentRow, sign: int) -> None:
        self._states[row.state] += sign
        if row.signed_in:
            self._signed_in += sign
        if row.category is not None and row.state is AgentState.NOT_READY:
            self._categories[row.category] += sign
            if row.signed_in and row.category is ReasonCategory.BREAK:
                self._on_break += sign
        if is_planned(row):
            self._planned += sign
        if is_out(row):
            self._out += sign
            self._severe += sign * row.severe
        self._busy_ms += sign * row.busy_ms
        self._staffed_ms += sign * row.staffed_ms
        if row.state in BUSY_STATES:
            self._busy_open += sign
            self._busy_since_ms += sign * row.since_ms
        if row.counts_as_staffed:
            self._staffed_open += sign
            self._staffed_since_ms += sign * row.since_ms
