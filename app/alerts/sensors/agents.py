"""What each agent does too long: breaks, reverse work, wrap-up, calls, hold, being out of adherence."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from app.alerts.sensors.sightings import Sightings, scope_of
from app.alerts.signal import Signal
from app.core.reasons import ReasonCategory
from app.floor.model import AgentState
from app.floor.picture import AgentRow
from app.planning.model import Verdict

UNMAPPED: Final = "unmapped"
"""The reason of an agent whose own is missing or in no list, beside that one."""

_BY_CATEGORY: Final = {ReasonCategory.BREAK: "agent.break_spell", ReasonCategory.REVERSE: "agent.reverse_spell"}
_BY_STATE: Final = {AgentState.WRAP_UP: "agent.wrap_up", AgentState.HOLD: "agent.hold"}


class AgentSpells:
    """Keeps the signals of all agents true to the rows of a picture; only rows that are other objects are looked at.

    Args:
        sightings: Where they are said.
        unit_of: The id of an agent's unit; empty where none is known.
    """

    def __init__(self, sightings: Sightings, unit_of: Callable[[str], str]) -> None:
        self._sightings = sightings
        self._unit_of = unit_of
        self._said: dict[str, tuple[str, ...]] = {}

    def look(self, changed: Mapping[str, AgentRow | None]) -> None:
        """Take in agents whose rows changed; None for those who are not on the floor any more."""
        for agent, row in changed.items():
            entity = f"agent:{agent}"
            signals = [] if row is None else list(self._signals(entity, row))
            metrics = tuple(signal.metric for signal in signals)
            for metric in self._said.get(agent, ()):
                if metric not in metrics:
                    self._sightings.end(metric, entity)
            for signal in signals:
                self._sightings.say(signal)
            if metrics:
                self._said[agent] = metrics
            else:
                self._said.pop(agent, None)

    def _signals(self, entity: str, row: AgentRow) -> Iterator[Signal]:
        name = ("name", row.label)
        values: tuple[tuple[str, str], ...]
        unit = self._unit_of(row.agent)
        if row.state is AgentState.NOT_READY and row.category in _BY_CATEGORY:
            reasons = (("reason", row.reason), ("reason", UNMAPPED if row.unmapped else ""))
            scope = scope_of(entity, ("team", row.team), ("unit", unit), *reasons)
            values = (name, ("reason", row.reason))
            yield Signal(_BY_CATEGORY[row.category], entity, since_ms=row.since_ms, scope=scope, values=values)
        is_severe = row.verdict is Verdict.OUT
        if not is_severe and row.call_since_ms is None and row.state not in _BY_STATE:
            return
        scope = scope_of(entity, ("team", row.team), ("unit", unit), ("queue", row.queue))
        if is_severe:
            values = (name, ("planned", row.planned), ("state", row.state.value))
            yield Signal("adherence.severe", entity, since_ms=row.verdict_since_ms, scope=scope, values=values)
        values = (name, ("queue", row.queue))
        if row.call_since_ms is not None:
            yield Signal("agent.call", entity, since_ms=row.call_since_ms, scope=scope, values=values)
        if (metric := _BY_STATE.get(row.state)) is not None:
            yield Signal(metric, entity, since_ms=row.since_ms, scope=scope, values=values)
