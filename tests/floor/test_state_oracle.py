"""The state of an agent second by second, against a second opinion that looks at every fact anew for each second."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Final

from hypothesis import given
from hypothesis import strategies as st

from app.core.events import (
    AgentNotReady,
    AgentReady,
    AgentSignedIn,
    AgentSignedOut,
    AnyEvent,
    CallCompleted,
    CallConnected,
    WrapUpEnded,
    WrapUpStarted,
)
from tests.floor.ground import Ground
from tests.strategies import BASE_MS, deliver

AGENT: Final = "ann"
QUEUES: Final = ("q1", "q2")
LENGTH_SECONDS: Final = 80


def _day(random: Random) -> list[AnyEvent]:
    """A short working day: in, out, pauses of every sort, calls one after the other, wrap-ups."""
    facts: list[AnyEvent] = [AgentSignedIn(at_ms=BASE_MS, agent=AGENT, queue="q1")]
    talking = ""
    second = 0
    for number in range(random.randint(1, 25)):
        second += random.choice((0, 1, 1, 2, 5))
        at_ms = BASE_MS + second * 1000
        queue = random.choice(QUEUES)
        match random.randrange(9):
            case 0:
                facts.append(AgentSignedIn(at_ms=at_ms, agent=AGENT, queue=queue))
            case 1:
                facts.append(AgentSignedOut(at_ms=at_ms, agent=AGENT, queue=random.choice((*QUEUES, None))))
            case 2 | 3:
                reason = random.choice(("", "lunch", "toilet"))
                facts.append(
                    AgentNotReady(at_ms=at_ms, agent=AGENT, queue=random.choice((*QUEUES, None)), reason=reason)
                )
            case 4:
                facts.append(AgentReady(at_ms=at_ms, agent=AGENT, queue=random.choice((*QUEUES, None))))
            case 5 | 6 if talking:
                facts.append(CallCompleted(at_ms=at_ms, agent=AGENT, queue="q1", call=talking))
                talking = ""
            case 5 | 6:
                talking = f"c{number}"
                facts.append(CallConnected(at_ms=at_ms, agent=AGENT, queue="q1", call=talking))
            case 7:
                facts.append(WrapUpStarted(at_ms=at_ms, agent=AGENT, seconds=random.choice((None, 0, 1, 4))))
            case _:
                facts.append(WrapUpEnded(at_ms=at_ms, agent=AGENT))
    return facts


class _Opinion:
    """What holds after some facts, kept as plainly as can be."""

    def __init__(self) -> None:
        self.queues: set[str] = set()
        self.seen: set[str] = set()
        self.paused: dict[str, tuple[int, str]] = {}
        self.paused_all: tuple[int, str] | None = None
        self.talking = 0
        self.wrap_ups: list[int | None] = []

    def take(self, number: int, event: AnyEvent) -> None:
        match event:
            case AgentSignedIn(queue=str(queue)):
                self.queues.add(queue)
                self.paused.pop(queue, None)
            case AgentSignedOut(queue=queue):
                self.queues -= self.queues if queue is None else {queue}
                self.paused.pop(queue or "", None)
                if not self.queues:
                    self.paused, self.paused_all, self.wrap_ups = {}, None, []
                    self.seen.clear()
            case AgentNotReady(queue=None, reason=reason):
                if self.paused_all is None or reason not in ("", self.paused_all[1]):
                    self.paused_all = (number, reason)
            case AgentNotReady(queue=str(queue), reason=reason):
                self.seen.add(queue)
                if queue not in self.paused or reason not in ("", self.paused[queue][1]):
                    self.paused[queue] = (number, reason)
            case AgentReady(queue=None):
                self.paused, self.paused_all = {}, None
            case AgentReady(queue=str(queue)):
                if self.paused_all is not None:
                    # Whoever never signed in serves the queues they were seen on.
                    self.paused = dict.fromkeys(self.queues or self.seen, self.paused_all) | self.paused
                    self.paused_all = None
                self.paused.pop(queue, None)
            case CallConnected(queue=queue):
                self.seen.add(queue)
                self.talking += 1
                self.wrap_ups = [end_ms for end_ms in self.wrap_ups if end_ms is not None]
            case CallCompleted():
                self.talking -= 1
            case WrapUpStarted(seconds=seconds):
                self.wrap_ups.append(None if seconds is None else event.at_ms + seconds * 1000)
            case WrapUpEnded():
                self.wrap_ups = []

    def state(self, now_ms: int) -> str:
        if self.talking:
            return "on_call"
        if not self.queues:
            return "signed_out"
        if any(end_ms is None or end_ms > now_ms for end_ms in self.wrap_ups):
            return "wrap_up"
        marks = list(self.paused.values())
        if self.paused_all is not None:
            return f"not_ready {_newest_reason([self.paused_all, *marks])}"
        if self.queues <= set(self.paused):
            return f"not_ready {_newest_reason([self.paused[queue] for queue in self.queues])}"
        return "available"


def _newest_reason(marks: list[tuple[int, str]]) -> str:
    given = [reason for _number, reason in sorted(marks) if reason]
    return given[-1] if given else ""


def _opinion_at(now_ms: int, facts: list[AnyEvent]) -> str:
    opinion = _Opinion()
    for number, event in enumerate(facts):
        if event.at_ms <= now_ms:
            opinion.take(number, event)
    return opinion.state(now_ms)


@given(seed=st.integers(0, 2**32), late=st.sampled_from([0.0, 0.3]))
def test_every_second_of_an_agent_is_what_the_facts_so_far_say(seed: int, late: float, tmp_path: Path) -> None:
    random = Random(seed)
    facts = _day(random)
    if late:
        # Which of two late facts of one second came first nobody knows.
        facts = [event for event in facts if [other.at_ms for other in facts].count(event.at_ms) == 1] or facts[:1]
        facts = facts if facts[0].at_ms == BASE_MS else [AgentSignedIn(at_ms=BASE_MS, agent=AGENT, queue="q1"), *facts]
        open_calls = {event.call for event in facts if isinstance(event, CallConnected)}
        facts = [event for event in facts if not isinstance(event, CallCompleted) or event.call in open_calls]
    with Ground(tmp_path) as ground:
        ground.record(deliver(random, [("pbx", event) for event in facts], late, 0.0))
        intervals = ground.intervals(AGENT)
        seen: list[str] = []
        expected: list[str] = []
        for second in range(LENGTH_SECONDS):
            now_ms = BASE_MS + second * 1000
            expected.append(_opinion_at(now_ms, facts))
            current = [i for i in intervals if i.start_ms <= now_ms and (i.end_ms is None or i.end_ms > now_ms)]
            # Presence that is only inferred is no session: the opinion knows none.
            signed_in = [i for i in current if i.signed_in or i.state == "on_call"]
            seen.append(
                "signed_out"
                if not signed_in
                else f"not_ready {signed_in[0].reason}"
                if signed_in[0].state == "not_ready"
                else signed_in[0].state
            )
        assert seen == expected
