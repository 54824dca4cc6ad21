"""How agents spend a simulated day: coming, breaks and meals, the small pauses, going home."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Final
from zoneinfo import ZoneInfo

from app.core.events import AgentNotReady, AgentReady, AgentSignedIn, AgentSignedOut
from seed.calls import CallFlow
from seed.hours import DAY_MINUTES, local_ms
from seed.people import Absence, Agent, AgentPhase, length_of
from seed.plan import FloorPlan, PlannedDay
from seed.plan_keeping import Intent, Keeping
from seed.randomness import stream, whole_between
from seed.scenario import Scenario
from seed.timeline import Timeline

_ASK_AGAIN_MS: Final = (120_000, 300_000)
"""How soon somebody asks again who was refused because too many are away."""

_LAST_ABSENCE_MS: Final = 15 * 60_000
"""Nobody starts an absence in the last quarter of an hour of the shift."""

_GOING_HOME_MS: Final = 5 * 60_000
"""How long after the end of the shift the last agent reaches for the coat."""


class WorkDay:
    """Brings agents in, sends them on breaks and home; in between hands them to the call flow.

    Args:
        scenario: What a day is made of.
        seed: Names the streams.
        timeline: Where things are planned and facts are left.
        zone: Where the scenario's times of day are.
        agents: Everybody.
        plan: What they should do.
        flow: Where agents with free hands get calls from.
    """

    def __init__(
        self,
        scenario: Scenario,
        seed: int,
        timeline: Timeline,
        zone: ZoneInfo,
        agents: list[Agent],
        plan: FloorPlan,
        flow: CallFlow,
    ) -> None:
        self._timeline = timeline
        self._emit = timeline.emit
        self._zone = zone
        self._agents = agents
        self._plan = plan
        self._keeping = Keeping(scenario.habits, seed)
        self._flow = flow
        self._signed_in = 0
        self._coming = stream(seed, "sign-in")
        self._going = stream(seed, "sign-out")
        self._asking = stream(seed, "ask-again")
        self._recurring = [
            Absence(
                spec.reason,
                length_of(spec.length, seed, f"recurring/{number}"),
                spec.at_most_per_mille,
                length_of(spec.every, seed, f"recurring/{number}/every"),
            )
            for number, spec in enumerate(scenario.recurring)
        ]
        self._planned = [
            (
                spec,
                Absence(spec.reason, length_of(spec.length, seed, f"planned/{number}"), spec.at_most_per_mille),
                stream(seed, f"planned/{number}/when"),
            )
            for number, spec in enumerate(scenario.planned)
            if spec.activity is None
        ]
        self._after_call = [
            (
                spec.share_per_mille,
                Absence(spec.reason, length_of(spec.length, seed, f"after-call/{number}"), spec.at_most_per_mille),
                stream(seed, f"after-call/{number}/whether"),
            )
            for number, spec in enumerate(scenario.after_call)
        ]
        self._missed: Absence | None = None
        if scenario.ring is not None:
            self._missed = Absence(
                scenario.ring.missed_reason, length_of(scenario.ring.missed_away, seed, "missed-away")
            )

    def plan(self, day: date) -> None:
        """Plan everybody's coming and going on a local day; who should have come already comes now."""
        for agent, planned in zip(self._agents, self._plan.day(day), strict=True):
            if not planned.shift.spans:
                continue
            shift = agent.shift
            start_ms = planned.shift.start_ms
            late = self._coming() * 1000 < shift.late_per_mille
            if late:
                comes_ms = start_ms + whole_between(self._coming, 0, shift.late_seconds * 1000)
            else:
                comes_ms = start_ms - whole_between(self._coming, 0, shift.early_seconds * 1000)
            leaves_ms = planned.shift.end_ms + whole_between(self._going, 0, _GOING_HOME_MS)
            early_ms = self._keeping.left_early_ms(planned.shift)
            if early_ms:
                leaves_ms = planned.shift.end_ms - early_ms
            if leaves_ms > self._timeline.now_ms:
                self._timeline.at(comes_ms, partial(self._sign_in, agent, planned, leaves_ms))

    def hands_free(self, agent: Agent) -> None:
        """What an agent does who has nothing in hand: go home, go away, or take calls."""
        if agent.going_home:
            self._sign_out(agent)
        elif agent.wishes:
            self._go_away(agent)
        else:
            self._flow.take_next(agent)

    def call_done(self, agent: Agent) -> None:
        """After a conversation and its wrap-up: some of them leave something to do off the telephone."""
        for share_per_mille, absence, draw in self._after_call:
            if draw() * 1000 < share_per_mille and self._has_room(absence):
                self._promise(agent, absence)
                break
        self.hands_free(agent)

    def ring_missed(self, agent: Agent) -> None:
        """The telephone system makes an agent not ready who let a call ring."""
        if self._missed is not None:
            self._promise(agent, self._missed)
        self.hands_free(agent)

    def _sign_in(self, agent: Agent, planned: PlannedDay, leaves_ms: int) -> None:
        if agent.phase is not AgentPhase.OUT:
            return
        timeline = self._timeline
        agent.session += 1
        agent.signed_in_ms = timeline.now_ms
        agent.shift_end_ms = leaves_ms
        agent.going_home = False
        self._signed_in += 1
        for line in agent.lines:
            line.signed_in += 1
            self._emit(AgentSignedIn(at_ms=timeline.now_ms, agent=agent.name, queue=line.name))
        # A shift of the whole day is never left: the next one begins as it ends.
        if agent.shift.end - agent.shift.start < DAY_MINUTES:
            timeline.at(leaves_ms, partial(self._go_home, agent, agent.session))
        for absence in self._recurring:
            self._come_again(agent, absence)
        self._keep_to(agent, planned)
        self._plan_absences(agent, planned.shift.shift_date)
        self.hands_free(agent)

    def _keep_to(self, agent: Agent, planned: PlannedDay) -> None:
        """Have an agent take what stands on the schedule, those in progress at once."""
        timeline = self._timeline
        for pause in planned.pauses:
            intent = self._keeping.intent(pause)
            if intent.back_ms > timeline.now_ms:
                absence = Absence(pause.reason, partial(self._away_ms, intent))
                timeline.at(intent.goes_ms, partial(self._ask, agent, absence, agent.session))

    def _away_ms(self, intent: Intent) -> int:
        """How long somebody stays away who goes now."""
        return max(intent.shortest_ms, intent.back_ms - self._timeline.now_ms)

    def _plan_absences(self, agent: Agent, day: date) -> None:
        for spec, absence, draw in self._planned:
            if spec.shifts and agent.shift.name not in spec.shifts:
                continue
            chosen = draw() * 1000 < spec.share_per_mille
            start_ms = local_ms(day, spec.start, self._zone)
            end_ms = local_ms(day, spec.end, self._zone)
            at_ms = whole_between(draw, start_ms, max(start_ms, end_ms - 1))
            if chosen and at_ms >= self._timeline.now_ms:
                self._timeline.at(at_ms, partial(self._ask, agent, absence, agent.session))

    def _come_again(self, agent: Agent, absence: Absence) -> None:
        if absence.every_ms is not None:
            self._timeline.after(absence.every_ms(), partial(self._ask, agent, absence, agent.session))

    def _has_room(self, absence: Absence) -> bool:
        most = absence.at_most_per_mille
        return most is None or absence.away < max(1, self._signed_in * most // 1000)

    def _promise(self, agent: Agent, absence: Absence) -> None:
        absence.away += 1
        agent.wishes.append(absence)

    def _ask(self, agent: Agent, absence: Absence, session: int) -> None:
        timeline = self._timeline
        if agent.session != session or agent.phase is AgentPhase.OUT:
            return
        if timeline.now_ms > agent.shift_end_ms - _LAST_ABSENCE_MS:
            return
        if absence.every_ms is not None and agent.phase is AgentPhase.AWAY:
            # Who is at lunch fetches water there.
            self._come_again(agent, absence)
            return
        if not self._has_room(absence):
            timeline.after(whole_between(self._asking, *_ASK_AGAIN_MS), partial(self._ask, agent, absence, session))
            return
        self._promise(agent, absence)
        if agent.phase is AgentPhase.IDLE:
            agent.idle_turn = 0
            self._go_away(agent)

    def _go_away(self, agent: Agent) -> None:
        absence = agent.wishes.pop(0)
        agent.absence = absence
        agent.phase = AgentPhase.AWAY
        self._emit(AgentNotReady(at_ms=self._timeline.now_ms, agent=agent.name, reason=absence.reason))
        self._timeline.after(absence.length_ms(), partial(self._come_back, agent, absence))

    def _come_back(self, agent: Agent, absence: Absence) -> None:
        absence.away -= 1
        agent.absence = None
        self._come_again(agent, absence)
        if agent.wishes and not agent.going_home and agent.wishes[0].reason not in {"", absence.reason}:
            # Straight from one reason into the next, as people do: the floor sees a new reason, not a return. The same
            # reason again, or none, would be no news to it.
            self._go_away(agent)
            return
        self._emit(AgentReady(at_ms=self._timeline.now_ms, agent=agent.name))
        self.hands_free(agent)

    def _go_home(self, agent: Agent, session: int) -> None:
        if agent.session != session or agent.phase is AgentPhase.OUT:
            return
        agent.going_home = True
        if agent.phase is AgentPhase.IDLE:
            self._sign_out(agent)

    def _sign_out(self, agent: Agent) -> None:
        now_ms = self._timeline.now_ms
        agent.idle_turn = 0
        agent.phase = AgentPhase.OUT
        for absence in agent.wishes:
            absence.away -= 1
        agent.wishes.clear()
        self._signed_in -= 1
        for line in agent.lines:
            line.signed_in -= 1
            self._emit(
                AgentSignedOut(
                    at_ms=now_ms,
                    agent=agent.name,
                    queue=line.name,
                    signed_in_seconds=(now_ms - agent.signed_in_ms) // 1000,
                )
            )
        for line in agent.lines:
            if not line.signed_in:
                self._flow.nobody_left(line)
