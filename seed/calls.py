"""How calls travel over the simulated floor: in, waiting, ringing, talking, held, handed on, out."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final, Protocol

from app.core.events import (
    AgentRinging,
    AgentRingMissed,
    CallAbandoned,
    CallCompleted,
    CallConnected,
    CallEntered,
    CallHeld,
    CallLeftByKey,
    CallLeftEmpty,
    CallRefused,
    CallRetrieved,
    CallTimedOut,
    CallTransferred,
    WrapUpEnded,
    WrapUpStarted,
)
from seed.people import Agent, AgentPhase, Line, Visit, VisitPhase, length_of
from seed.randomness import stream
from seed.scenario import Scenario
from seed.timeline import Timeline

CALLBACK_KEY: Final = "1"
"""What callers press who would rather be called back."""

_ENDED_BY_CALLER: Final = 0.7
_HELD_FROM: Final = 0.2
_HELD_WITHIN: Final = 0.6
"""A hold begins after 20 to 80 % of the conversation."""


class AgentLife(Protocol):
    """What becomes of an agent between calls."""

    def hands_free(self, agent: Agent) -> None:
        """The agent has nothing in hand."""
        ...

    def call_done(self, agent: Agent) -> None:
        """The agent has finished a conversation and its wrap-up."""
        ...

    def ring_missed(self, agent: Agent) -> None:
        """The agent let a call ring."""
        ...


class CallFlow:
    """Routes every call to the agent who has been idle longest, first come first served within a queue.

    Args:
        scenario: How long things take and how often they happen.
        seed: Names the streams.
        timeline: Where things are planned and facts are left.
        lines: The queues.
    """

    life: AgentLife
    """Whom agents are handed to between calls; set once both sides exist."""

    def __init__(self, scenario: Scenario, seed: int, timeline: Timeline, lines: list[Line]) -> None:
        self._timeline = timeline
        self._emit = timeline.emit
        self._lines = {line.name: line for line in lines}
        self._turns = 0
        self._ring = scenario.ring
        if scenario.ring is not None:
            self._answer_ms = length_of(scenario.ring.answer, seed, "ring")
        self._miss = stream(seed, "ring-miss")
        self._hold = scenario.hold
        if scenario.hold is not None:
            self._hold_ms = length_of(scenario.hold.length, seed, "hold-length")
        self._hold_draw = stream(seed, "hold")
        self._leave_by_key = stream(seed, "leave-by-key")
        self._transfer = stream(seed, "transfer")
        self._ended_by = stream(seed, "ended-by")

    def enter(self, line: Line, call: str, caller: str) -> None:
        """A call enters a queue."""
        timeline = self._timeline
        now_ms = timeline.now_ms
        self._emit(CallEntered(at_ms=now_ms, call=call, queue=line.name, caller=caller, position=line.waiting + 1))
        if not line.signed_in:
            self._emit(CallRefused(at_ms=now_ms, call=call, queue=line.name, reason="JOINEMPTY", wait_seconds=0))
            return
        self._turns += 1
        visit = Visit(call, caller, line, now_ms, self._turns)
        patience_ms = line.patience_ms()
        by_key = self._leave_by_key() * 1000 < line.spec.leave_by_key_per_mille
        longest_seconds = line.spec.longest_wait_seconds
        if longest_seconds is not None and longest_seconds * 1000 <= patience_ms:
            timeline.after(longest_seconds * 1000, partial(self._leave, visit, self._timed_out))
        else:
            timeline.after(patience_ms, partial(self._leave, visit, self._left_by_key if by_key else self._abandoned))
        self._route(visit)

    def take_next(self, agent: Agent) -> None:
        """An agent with free hands takes the call whose turn it is, or becomes idle."""
        best: Visit | None = None
        for line in agent.lines:
            if not line.waiting:
                continue
            visit = line.first()
            if visit is not None and (best is None or _rank(visit) < _rank(best)):
                best = visit
        if best is not None:
            self._offer(best.line.pop(), agent)
            return
        agent.phase = AgentPhase.IDLE
        self._turns += 1
        agent.idle_turn = self._turns
        for line in agent.lines:
            line.add_idle(agent)

    def nobody_left(self, line: Line) -> None:
        """The last agent of a queue went: who waits there leaves."""
        while (visit := line.first()) is not None:
            line.pop()
            visit.phase = VisitPhase.GONE
            self._emit(
                CallLeftEmpty(
                    at_ms=self._timeline.now_ms, call=visit.call, queue=line.name, wait_seconds=self._waited(visit)
                )
            )

    def _route(self, visit: Visit) -> None:
        agent = visit.line.longest_idle()
        if agent is None:
            visit.line.push(visit)
        else:
            self._offer(visit, agent)

    def _offer(self, visit: Visit, agent: Agent) -> None:
        agent.phase = AgentPhase.BUSY
        agent.idle_turn = 0
        visit.agent = agent
        visit.phase = VisitPhase.RINGING
        visit.rang_ms = self._timeline.now_ms
        ring = self._ring
        if ring is None:
            self._connect(visit)
            return
        self._emit(AgentRinging(at_ms=self._timeline.now_ms, agent=agent.name, queue=visit.line.name, call=visit.call))
        longest_ms = ring.longest_seconds * 1000
        missed = self._miss() * 1000 < ring.missed_per_mille
        answer_ms = self._answer_ms()
        if missed or answer_ms >= longest_ms:
            self._timeline.after(longest_ms, partial(self._let_ring, visit))
        else:
            self._timeline.after(answer_ms, partial(self._answer, visit))

    # A visit rings at one agent at a time and each ringing has one planned end, so that a visit which rings is the one
    # that end was planned for.
    def _answer(self, visit: Visit) -> None:
        if visit.phase is VisitPhase.RINGING:
            self._connect(visit)

    def _let_ring(self, visit: Visit) -> None:
        if visit.phase is not VisitPhase.RINGING:
            return
        agent = self._stop_ringing(visit, cancelled=False)
        self.life.ring_missed(agent)
        self._route(visit)

    def _stop_ringing(self, visit: Visit, cancelled: bool) -> Agent:
        agent = _agent_of(visit)
        visit.agent = None
        now_ms = self._timeline.now_ms
        self._emit(
            AgentRingMissed(
                at_ms=now_ms,
                agent=agent.name,
                queue=visit.line.name,
                call=visit.call,
                ring_ms=now_ms - visit.rang_ms,
                cancelled=cancelled,
            )
        )
        return agent

    def _leave(self, visit: Visit, say: Callable[[Visit], None]) -> None:
        if visit.phase is VisitPhase.WAITING:
            visit.line.forget(visit)
            say(visit)
        elif visit.phase is VisitPhase.RINGING:
            agent = self._stop_ringing(visit, cancelled=True)
            visit.phase = VisitPhase.GONE
            say(visit)
            self.life.hands_free(agent)

    def _abandoned(self, visit: Visit) -> None:
        self._emit(
            CallAbandoned(
                at_ms=self._timeline.now_ms,
                call=visit.call,
                queue=visit.line.name,
                wait_seconds=self._waited(visit),
            )
        )

    def _left_by_key(self, visit: Visit) -> None:
        self._emit(
            CallLeftByKey(
                at_ms=self._timeline.now_ms,
                call=visit.call,
                queue=visit.line.name,
                key=CALLBACK_KEY,
                wait_seconds=self._waited(visit),
            )
        )

    def _timed_out(self, visit: Visit) -> None:
        self._emit(
            CallTimedOut(
                at_ms=self._timeline.now_ms,
                call=visit.call,
                queue=visit.line.name,
                wait_seconds=self._waited(visit),
            )
        )

    def _waited(self, visit: Visit) -> int:
        return (self._timeline.now_ms - visit.entered_ms) // 1000

    def _connect(self, visit: Visit) -> None:
        now_ms = self._timeline.now_ms
        visit.phase = VisitPhase.TALKING
        visit.connected_ms = now_ms
        self._emit(
            CallConnected(
                at_ms=now_ms,
                call=visit.call,
                queue=visit.line.name,
                agent=_agent_of(visit).name,
                wait_seconds=(now_ms - visit.entered_ms) // 1000,
                ring_seconds=(now_ms - visit.rang_ms) // 1000,
            )
        )
        talk_ms = visit.line.talk_ms()
        hold = self._hold
        if hold is not None and self._hold_draw() * 1000 < hold.per_mille:
            before_ms = int(talk_ms * (_HELD_FROM + _HELD_WITHIN * self._hold_draw()))
            self._timeline.after(before_ms, partial(self._hold_caller, visit, talk_ms - before_ms))
        else:
            self._timeline.after(talk_ms, partial(self._hang_up, visit))

    def _hold_caller(self, visit: Visit, remaining_ms: int) -> None:
        self._emit(
            CallHeld(at_ms=self._timeline.now_ms, call=visit.call, queue=visit.line.name, agent=_agent_of(visit).name)
        )
        self._timeline.after(self._hold_ms(), partial(self._retrieve, visit, remaining_ms))

    def _retrieve(self, visit: Visit, remaining_ms: int) -> None:
        self._emit(
            CallRetrieved(
                at_ms=self._timeline.now_ms, call=visit.call, queue=visit.line.name, agent=_agent_of(visit).name
            )
        )
        self._timeline.after(remaining_ms, partial(self._hang_up, visit))

    def _hang_up(self, visit: Visit) -> None:
        agent = _agent_of(visit)
        line = visit.line
        now_ms = self._timeline.now_ms
        visit.phase = VisitPhase.GONE
        wait_seconds = (visit.connected_ms - visit.entered_ms) // 1000
        talk_seconds = (now_ms - visit.connected_ms) // 1000
        per_mille = line.spec.transfer_per_mille
        to = ""
        if per_mille and self._transfer() * 1000 < per_mille:
            to = line.spec.transfer_to[int(self._transfer() * len(line.spec.transfer_to))]
            self._emit(
                CallTransferred(
                    at_ms=now_ms,
                    call=visit.call,
                    queue=line.name,
                    agent=agent.name,
                    to=to,
                    wait_seconds=wait_seconds,
                    talk_seconds=talk_seconds,
                )
            )
        else:
            self._emit(
                CallCompleted(
                    at_ms=now_ms,
                    call=visit.call,
                    queue=line.name,
                    agent=agent.name,
                    wait_seconds=wait_seconds,
                    talk_seconds=talk_seconds,
                    ended_by="caller" if self._ended_by() < _ENDED_BY_CALLER else "agent",
                )
            )
        if line.wrap_up_ms is None:
            self.life.call_done(agent)
        else:
            agent.phase = AgentPhase.WRAP_UP
            self._emit(WrapUpStarted(at_ms=now_ms, agent=agent.name, queue=line.name, call=visit.call))
            self._timeline.after(line.wrap_up_ms(), partial(self._wrap_up_done, agent, line))
        if to in self._lines:
            self.enter(self._lines[to], visit.call, visit.caller)

    def _wrap_up_done(self, agent: Agent, line: Line) -> None:
        self._emit(WrapUpEnded(at_ms=self._timeline.now_ms, agent=agent.name, queue=line.name))
        self.life.call_done(agent)


def _rank(visit: Visit) -> tuple[int, int, int]:
    return (visit.line.priority, visit.entered_ms, visit.turn)


def _agent_of(visit: Visit) -> Agent:
    if visit.agent is None:
        raise AssertionError(f"call {visit.call} is with nobody")
    return visit.agent
