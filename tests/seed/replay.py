"""Follows the facts of a floor one by one and refuses whatever cannot happen on one."""

from __future__ import annotations

from dataclasses import dataclass, field

from app.core import events as facts
from app.core.events import AnyEvent


@dataclass
class ReplayedAgent:
    queues: set[str] = field(default_factory=set)
    state: str = "out"
    reason: str = ""
    call: str = ""
    since_ms: int = 0
    counted_ms: int = 0
    spent_ms: dict[str, int] = field(default_factory=dict)


@dataclass
class ReplayedVisit:
    call: str
    queue: str
    entered_ms: int
    state: str = "waiting"
    wait_ms: int = 0
    connected_ms: int = 0
    agent: str = ""


class Replay:
    """State of the floor after the facts so far; every step asserts that it was possible."""

    def __init__(self) -> None:
        self.agents: dict[str, ReplayedAgent] = {}
        self.open: dict[str, ReplayedVisit] = {}
        self.visits: list[ReplayedVisit] = []
        self.refused = 0
        self.now_ms = 0

    def play(self, events: list[AnyEvent]) -> Replay:
        for event in events:
            assert event.at_ms >= self.now_ms, f"{event} comes after something later"
            self.now_ms = event.at_ms
            handler = getattr(self, f"_{event.kind}")
            handler(event)
        return self

    def waiting(self, queue: str) -> int:
        return sum(visit.queue == queue and visit.state == "waiting" for visit in self.open.values())

    def _become(self, agent: str, expected: set[str], state: str, call: str = "", reason: str = "") -> None:
        found = self.agents[agent]
        assert found.state in expected, f"{agent} cannot become {state}: is {found.state}"
        self._count(found)
        found.state, found.call, found.reason, found.since_ms = state, call, reason, self.now_ms

    def _count(self, agent: ReplayedAgent) -> None:
        key = f"not ready {agent.reason}" if agent.state == "away" else agent.state
        agent.spent_ms[key] = agent.spent_ms.get(key, 0) + self.now_ms - agent.counted_ms
        agent.counted_ms = self.now_ms

    def count_until(self, at_ms: int) -> None:
        """Count the open states up to an instant."""
        self.now_ms = at_ms
        for agent in self.agents.values():
            self._count(agent)

    def forget_time(self) -> None:
        for agent in self.agents.values():
            agent.spent_ms.clear()
            agent.counted_ms = self.now_ms

    def _agent_signed_in(self, event: facts.AgentSignedIn) -> None:
        agent = self.agents.setdefault(event.agent, ReplayedAgent(counted_ms=event.at_ms))
        assert event.queue is not None
        assert event.queue not in agent.queues
        if not agent.queues:
            self._become(event.agent, {"out"}, "idle")
        assert agent.state == "idle"
        agent.queues.add(event.queue)

    def _agent_signed_out(self, event: facts.AgentSignedOut) -> None:
        agent = self.agents[event.agent]
        assert event.queue in agent.queues
        assert agent.state == "idle"
        agent.queues.discard(event.queue)
        if not agent.queues:
            self._become(event.agent, {"idle"}, "out")

    def _agent_not_ready(self, event: facts.AgentNotReady) -> None:
        self._become(event.agent, {"idle", "away"}, "away", reason=event.reason)

    def _agent_ready(self, event: facts.AgentReady) -> None:
        self._become(event.agent, {"away"}, "idle")

    def _agent_ringing(self, event: facts.AgentRinging) -> None:
        visit = self.open[event.call]
        assert visit.queue == event.queue
        assert visit.queue in self.agents[event.agent].queues
        assert visit.state == "waiting"
        visit.state, visit.agent = "ringing", event.agent
        self._become(event.agent, {"idle"}, "ringing", call=event.call)

    def _agent_ring_missed(self, event: facts.AgentRingMissed) -> None:
        visit = self.open[event.call]
        assert (visit.state, visit.agent) == ("ringing", event.agent)
        assert event.ring_ms == event.at_ms - self.agents[event.agent].since_ms
        visit.state = "waiting"
        self._become(event.agent, {"ringing"}, "idle")

    def _call_entered(self, event: facts.CallEntered) -> None:
        assert event.call not in self.open
        assert event.position == self.waiting(event.queue) + 1
        self.open[event.call] = ReplayedVisit(event.call, event.queue, event.at_ms)
        self.visits.append(self.open[event.call])

    def _call_connected(self, event: facts.CallConnected) -> None:
        visit = self.open[event.call]
        assert event.queue == visit.queue
        if visit.state == "ringing":
            assert visit.agent == event.agent
            assert event.ring_seconds == (event.at_ms - self.agents[event.agent].since_ms) // 1000
        else:
            assert (visit.state, event.ring_seconds) == ("waiting", 0)
        visit.state, visit.agent = "talking", event.agent
        visit.wait_ms = event.at_ms - visit.entered_ms
        visit.connected_ms = event.at_ms
        assert event.wait_seconds == visit.wait_ms // 1000
        assert visit.queue in self.agents[event.agent].queues
        self._become(event.agent, {"idle", "ringing"}, "talking", call=event.call)

    def _call_held(self, event: facts.CallHeld) -> None:
        assert self.agents[event.agent].call == event.call
        self._become(event.agent, {"talking"}, "hold", call=event.call)

    def _call_retrieved(self, event: facts.CallRetrieved) -> None:
        assert self.agents[event.agent].call == event.call
        self._become(event.agent, {"hold"}, "talking", call=event.call)

    def _hang_up(self, event: facts.CallCompleted | facts.CallTransferred, outcome: str) -> None:
        visit = self.open.pop(event.call)
        assert (visit.queue, visit.agent) == (event.queue, event.agent)
        assert self.agents[event.agent].call == event.call
        assert event.wait_seconds == visit.wait_ms // 1000
        assert event.talk_seconds == (event.at_ms - visit.connected_ms) // 1000
        visit.state = outcome
        self._become(event.agent, {"talking"}, "idle")

    def _call_completed(self, event: facts.CallCompleted) -> None:
        self._hang_up(event, "answered")

    def _call_transferred(self, event: facts.CallTransferred) -> None:
        assert event.to
        self._hang_up(event, "answered")

    def _leave(
        self,
        event: facts.CallAbandoned | facts.CallTimedOut | facts.CallLeftByKey | facts.CallLeftEmpty | facts.CallRefused,
        outcome: str,
    ) -> None:
        visit = self.open.pop(event.call)
        assert visit.queue == event.queue
        assert visit.state == "waiting"
        visit.state, visit.wait_ms = outcome, event.at_ms - visit.entered_ms
        assert event.wait_seconds == visit.wait_ms // 1000

    def _call_abandoned(self, event: facts.CallAbandoned) -> None:
        self._leave(event, "abandoned")

    def _call_timed_out(self, event: facts.CallTimedOut) -> None:
        self._leave(event, "timed_out")

    def _call_left_by_key(self, event: facts.CallLeftByKey) -> None:
        self._leave(event, "left_by_key")

    def _call_left_empty(self, event: facts.CallLeftEmpty) -> None:
        self._leave(event, "left_empty")

    def _call_refused(self, event: facts.CallRefused) -> None:
        self._leave(event, "refused")

    def _wrap_up_started(self, event: facts.WrapUpStarted) -> None:
        self._become(event.agent, {"idle"}, "wrap-up")

    def _wrap_up_ended(self, event: facts.WrapUpEnded) -> None:
        self._become(event.agent, {"wrap-up"}, "idle")
