"""The roster and the plan beside the live floor: implements `app.floor.ports.FloorPlan` over what storage answers."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Hashable, Mapping, Sequence
from datetime import tzinfo
from typing import Final, NamedTuple

from app.core.zones import at, day_start_ms
from app.floor.ports import RosterEntry, Standing
from app.people.ports import PeopleReader
from app.planning.adherence import State
from app.planning.live import LiveAdherence
from app.planning.mapping import AdherenceRules, CountingTable
from app.planning.model import LONGEST_SHIFT_MS, ExceptionKind, Shift, TimeRange, Verdict
from app.planning.ports import PlanningReader

_DAY_MS: Final = 86_400_000

FRESH_STATES: Final = 16
"""An agent's newest states that are read again with every change: the last few calls, where late facts mostly fall."""


class _Told(NamedTuple):
    """What is known of an agent for good.

    Attributes:
        before_ms: The start of the first state that is read again with every change.
        digest: Of the states before it, as they were told; another one says that a fact came late.
    """

    before_ms: int
    digest: Hashable


class LivePlan:
    """Keeps the live verdicts true to the store.

    What changed of an agent is read from shortly before now on. Facts may come late and change what lies before, so a
    digest of that is compared each time; where it is another one, the whole shift is read again.

    Args:
        people: The roster.
        planning: Shifts, exceptions, rules, and what the floor saw.
        zone: Where days begin.
        rules: What holds where the store has no rules of its own.
        fresh_states: See `FRESH_STATES`.
    """

    def __init__(
        self,
        people: PeopleReader,
        planning: PlanningReader,
        zone: tzinfo,
        rules: AdherenceRules,
        fresh_states: int = FRESH_STATES,
    ) -> None:
        self._people = people
        self._planning = planning
        self._zone = zone
        self._rules = rules
        self._fresh_states = fresh_states
        self._revision = -1
        self._known: tuple[int, ...] = ()
        self._live: LiveAdherence | None = None
        self._starts: dict[str, int] = {}
        self._told: dict[str, _Told] = {}
        self.states_read = 0
        """How many states were read from the store: what the work is measured by."""

    def roster(self) -> Mapping[str, RosterEntry] | None:
        revision = self._people.revision()
        if revision == self._revision:
            return None
        self._revision = revision
        return {person.agent_id: RosterEntry(person.name, person.team) for person in self._people.people().values()}

    def standings(self, changed: Collection[str], now_ms: int, look: bool) -> Mapping[str, Standing]:
        # Of one moment: a digest must be that of the very states that were told.
        with self._planning.reading():
            gone = self._read(changed, now_ms, look)
        told = {agent: Standing(Verdict.NO_SCHEDULE, now_ms) for agent in gone}
        if self._live is not None:
            for agent in self._live.advance(now_ms):
                if (standing := self._standing(agent, now_ms)) is not None:
                    told[agent] = standing
        return told

    def _read(self, changed: Collection[str], now_ms: int, look: bool) -> set[str]:
        """Take in what became different; returns who has no shift any more."""
        today_ms = day_start_ms(now_ms, self._zone)
        known = self._known
        if look or not known or known[-1] != today_ms:
            known = (
                self._planning.newest_version(),
                self._planning.decisions(),
                len(self._planning.rules_versions()),
                today_ms,
            )
        if known == self._known:
            self._tell_states(changed, now_ms)
            return set()
        before = set(self._starts)
        self._known = known
        self._live = self._load(now_ms, today_ms)
        return before - set(self._starts)

    def _load(self, now_ms: int, today_ms: int) -> LiveAdherence | None:
        """Everyone's shifts of today, and those of last night that still run."""
        by_agent: dict[str, list[Shift]] = {}
        for shift in self._planning.all_shifts(now_ms - LONGEST_SHIFT_MS, today_ms + 2 * _DAY_MS):
            by_agent.setdefault(shift.agent, []).append(shift)
        self._starts = {agent: shifts[0].start_ms for agent, shifts in by_agent.items()}
        if not by_agent:
            return None
        day = at(now_ms, self._zone).date()
        rules = [rules for since, rules in self._planning.rules_versions() if since <= day]
        live = LiveAdherence(CountingTable(rules[-1] if rules else self._rules))
        neutral: list[TimeRange] = []
        approvals: dict[str, list[TimeRange]] = {}
        for decided in self._planning.exceptions():
            if not decided.holds or decided.end_ms < now_ms - 2 * _DAY_MS:
                continue
            if decided.kind is ExceptionKind.NEUTRAL_PERIOD:
                neutral.append(decided.range)
            else:
                approvals.setdefault(decided.agent, []).append(decided.range)
        live.set_neutral(neutral)
        for agent, shifts in by_agent.items():
            live.set_schedule(agent, [shift.spans for shift in shifts])
            live.set_approvals(agent, approvals.get(agent, ()))
        self._live = live
        self._told.clear()
        self._tell_states(by_agent, now_ms)
        return live

    def _tell_states(self, agents: Collection[str], now_ms: int) -> None:
        if self._live is None:
            return
        for agent in agents:
            start_ms = self._starts.get(agent)
            if start_ms is not None:
                self._tell(self._live, agent, start_ms, now_ms)

    def _tell(self, live: LiveAdherence, agent: str, start_ms: int, now_ms: int) -> None:
        """Hand on what the floor saw of an agent, as little of it as can be different."""
        planning = self._planning
        until_ms = max(now_ms, start_ms) + _DAY_MS
        told = self._told.pop(agent, None)
        if told is not None and planning.states_digest(agent, start_ms, told.before_ms) != told.digest:
            told = None
        states = planning.agent_states(agent, start_ms if told is None else told.before_ms, until_ms)
        self.states_read += len(states)
        live.set_states(agent, 0 if told is None else told.before_ms, states)
        # Room to grow, so that the digest is not taken anew with every change.
        if told is None or len(states) > 2 * self._fresh_states:
            index = min(len(states) - self._fresh_states, _begun(states, now_ms) - 1)
            if index > 0:
                before_ms = states[index][0]
                told = _Told(before_ms, planning.states_digest(agent, start_ms, before_ms))
                live.set_states(agent, before_ms, states[index:])
        if told is not None:
            self._told[agent] = told

    def _standing(self, agent: str, now_ms: int) -> Standing | None:
        if self._live is None or (said := self._live.verdict(agent)) is None:
            return None
        planned = self._live.planned(agent, now_ms) if said.verdict is Verdict.OUT else None
        word = "" if planned is None else planned.value
        return Standing(said.verdict, said.since_ms, said.severe, said.shift_change, word)


def _begun(states: Sequence[State], now_ms: int) -> int:
    """How many of the states have begun."""
    return bisect_right(states, now_ms, key=lambda state: state[0])
