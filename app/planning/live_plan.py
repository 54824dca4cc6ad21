"""The roster and the plan beside the live floor: implements `app.floor.ports.FloorPlan` over what storage answers."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import tzinfo
from typing import Final

from app.core.zones import at, day_start_ms
from app.floor.ports import RosterEntry, Standing
from app.people.ports import PeopleReader
from app.planning.live import LiveAdherence
from app.planning.mapping import AdherenceRules, CountingTable
from app.planning.model import LONGEST_SHIFT_MS, ExceptionKind, Shift, TimeRange
from app.planning.ports import PlanningReader

_DAY_MS: Final = 86_400_000


class LivePlan:
    """Keeps the live verdicts true to the store.

    Args:
        people: The roster.
        planning: Shifts, exceptions, rules, and what the floor saw.
        zone: Where days begin.
        rules: What holds where the store has no rules of its own.
    """

    def __init__(
        self,
        people: PeopleReader,
        planning: PlanningReader,
        zone: tzinfo,
        rules: AdherenceRules,
    ) -> None:
        self._people = people
        self._planning = planning
        self._zone = zone
        self._rules = rules
        self._revision = -1
        self._known: tuple[int, ...] = ()
        self._live: LiveAdherence | None = None
        self._starts: dict[str, int] = {}

    def roster(self) -> Mapping[str, RosterEntry] | None:
        revision = self._people.revision()
        if revision == self._revision:
            return None
        self._revision = revision
        return {person.agent_id: RosterEntry(person.name, person.team) for person in self._people.people().values()}

    def standings(self, changed: Collection[str], now_ms: int, look: bool) -> Mapping[str, Standing]:
        today_ms = day_start_ms(now_ms, self._zone)
        known = self._known
        if look or not known or known[-1] != today_ms:
            known = (
                self._planning.newest_version(),
                self._planning.decisions(),
                len(self._planning.rules_versions()),
                today_ms,
            )
        if known != self._known:
            before = set(self._starts)
            self._known = known
            self._live = self._load(now_ms, today_ms)
            gone = before - set(self._starts)
        else:
            gone = set()
            self._tell_states(changed, now_ms)
        if self._live is None:
            return {}
        fresh = self._live.advance(now_ms)
        return {agent: standing for agent in fresh | gone if (standing := self._standing(agent)) is not None}

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
        self._tell_states(by_agent, now_ms)
        return live

    def _tell_states(self, agents: Collection[str], now_ms: int) -> None:
        if self._live is None:
            return
        for agent in agents:
            start_ms = self._starts.get(agent)
            if start_ms is not None:
                states = self._planning.agent_states(agent, start_ms, max(now_ms, start_ms) + _DAY_MS)
                self._live.set_states(agent, 0, states)

    def _standing(self, agent: str) -> Standing | None:
        said = None if self._live is None else self._live.verdict(agent)
        return None if said is None else Standing(said.verdict, said.since_ms, said.severe, said.shift_change)
