"""Facts as no well-behaved telephone system would tell them, and every way in which they may be delivered."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from random import Random
from typing import Any, Final

from hypothesis import strategies as st

from app.core import events as kinds
from app.core.events import AnyEvent
from app.core.facts import Batch, Draft

BASE_MS: Final = 1_772_323_200_000
"""2026-03-01 00:00 UTC."""

AGENTS: Final = ("ann", "bob")
QUEUES: Final = ("q1", "q2", "q3")
CALLS: Final = ("c1", "c2", "c3")
SOURCES: Final = ("pbx", "acd")
REASONS: Final = ("", "lunch", "toilet", "消防演练")

STEPS_MS: Final = (0, 0, 0, 0, 1, 1, 2, 999, 1000, 1001, 20_000, 60_000, 600_000, 600_001, 3_600_000)
RARE_STEPS_MS: Final = (43_199_999, 43_200_000, 43_200_001, 90_000_000)
"""Around the twelve hours after which evidence runs out and conversations are taken to be over."""

SECONDS: Final = (None, 0, 0, 1, 1, 2, 3, 20, 60, 600, 3600, 43_200, 50_000, 100_000)

Told = tuple[str, AnyEvent]
"""A source, and a fact it tells."""


def _queue(random: Random) -> str | None:
    return random.choice((None, *QUEUES, *QUEUES))


def _signed_in(random: Random, at_ms: int) -> AnyEvent:
    return kinds.AgentSignedIn(
        at_ms=at_ms, agent=random.choice(AGENTS), queue=_queue(random), not_ready=random.random() < 0.2
    )


def _signed_out(random: Random, at_ms: int) -> AnyEvent:
    return kinds.AgentSignedOut(
        at_ms=at_ms, agent=random.choice(AGENTS), queue=_queue(random), signed_in_seconds=random.choice(SECONDS)
    )


def _ready(random: Random, at_ms: int) -> AnyEvent:
    return kinds.AgentReady(at_ms=at_ms, agent=random.choice(AGENTS), queue=_queue(random))


def _not_ready(random: Random, at_ms: int) -> AnyEvent:
    return kinds.AgentNotReady(
        at_ms=at_ms, agent=random.choice(AGENTS), queue=_queue(random), reason=random.choice(REASONS)
    )


def _ringing(random: Random, at_ms: int) -> AnyEvent:
    return kinds.AgentRinging(at_ms=at_ms, agent=random.choice(AGENTS), queue=_queue(random), call=random.choice(CALLS))


def _ring_missed(random: Random, at_ms: int) -> AnyEvent:
    return kinds.AgentRingMissed(
        at_ms=at_ms,
        agent=random.choice(AGENTS),
        queue=_queue(random),
        call=random.choice(CALLS),
        ring_ms=random.choice((None, 0, 1, 2, 999, 1000, 15_000, 700_000)),
        cancelled=random.random() < 0.5,
    )


def _connected(random: Random, at_ms: int) -> AnyEvent:
    return kinds.CallConnected(
        at_ms=at_ms,
        agent=random.choice(AGENTS),
        queue=random.choice(QUEUES),
        call=random.choice(CALLS),
        wait_seconds=random.choice(SECONDS),
        ring_seconds=random.choice((None, 0, 1, 2, 15, 700)),
    )


def _talking(cls: Callable[..., Any]) -> Callable[[Random, int], AnyEvent]:
    def build(random: Random, at_ms: int) -> AnyEvent:
        built: AnyEvent = cls(
            at_ms=at_ms, agent=random.choice(AGENTS), queue=random.choice(QUEUES), call=random.choice(CALLS)
        )
        return built

    return build


def _ended(cls: Callable[..., Any]) -> Callable[[Random, int], AnyEvent]:
    def build(random: Random, at_ms: int) -> AnyEvent:
        built: AnyEvent = cls(
            at_ms=at_ms,
            agent=random.choice(AGENTS),
            queue=random.choice(QUEUES),
            call=random.choice(CALLS),
            wait_seconds=random.choice(SECONDS),
            talk_seconds=random.choice(SECONDS),
        )
        return built

    return build


def _left(cls: Callable[..., Any]) -> Callable[[Random, int], AnyEvent]:
    def build(random: Random, at_ms: int) -> AnyEvent:
        built: AnyEvent = cls(
            at_ms=at_ms, queue=random.choice(QUEUES), call=random.choice(CALLS), wait_seconds=random.choice(SECONDS)
        )
        return built

    return build


def _entered(random: Random, at_ms: int) -> AnyEvent:
    return kinds.CallEntered(at_ms=at_ms, queue=random.choice(QUEUES), call=random.choice(CALLS), caller="138")


def _wrap_up_started(random: Random, at_ms: int) -> AnyEvent:
    return kinds.WrapUpStarted(
        at_ms=at_ms,
        agent=random.choice(AGENTS),
        queue=_queue(random),
        seconds=random.choice((None, None, 0, 1, 2, 30, 3600)),
    )


def _wrap_up_ended(random: Random, at_ms: int) -> AnyEvent:
    return kinds.WrapUpEnded(at_ms=at_ms, agent=random.choice(AGENTS), queue=_queue(random))


def _restarted(_random: Random, at_ms: int) -> AnyEvent:
    return kinds.SourceRestarted(at_ms=at_ms)


def _other(random: Random, at_ms: int) -> AnyEvent:
    return kinds.OtherFact(at_ms=at_ms, name="PENALTY", agent=random.choice(AGENTS), data=("7",))


_BUILDERS: Final[tuple[tuple[Callable[[Random, int], AnyEvent], int], ...]] = (
    (_signed_in, 6),
    (_signed_out, 5),
    (_ready, 4),
    (_not_ready, 6),
    (_ringing, 5),
    (_ring_missed, 3),
    (_connected, 7),
    (_talking(kinds.CallHeld), 3),
    (_talking(kinds.CallRetrieved), 2),
    (_ended(kinds.CallCompleted), 7),
    (_ended(kinds.CallTransferred), 2),
    (_entered, 6),
    (_left(kinds.CallAbandoned), 2),
    (_left(kinds.CallTimedOut), 1),
    (_left(kinds.CallLeftByKey), 1),
    (_left(kinds.CallLeftEmpty), 1),
    (_left(kinds.CallRefused), 1),
    (_wrap_up_started, 3),
    (_wrap_up_ended, 2),
    (_restarted, 2),
    (_other, 1),
)
_MAKERS: Final = [maker for maker, weight in _BUILDERS for _ in range(weight)]


def wild_facts(random: Random, count: int, whole_seconds: bool = False) -> list[Told]:
    """Facts in order of time, with ties, of everything at once.

    Args:
        random: Decides all.
        count: How many.
        whole_seconds: Every instant is a whole second.
    """
    at_ms = BASE_MS
    rare = random.choice((0.0, 0.02, 0.1))
    facts: list[Told] = []
    for _ in range(count):
        step_ms = random.choice(RARE_STEPS_MS) if random.random() < rare else random.choice(STEPS_MS)
        at_ms += step_ms // 1000 * 1000 if whole_seconds else step_ms
        event = random.choice(_MAKERS)(random, at_ms)
        if whole_seconds and isinstance(event, kinds.AgentRingMissed) and event.ring_ms:
            event = replace(event, ring_ms=event.ring_ms // 1000 * 1000)
        facts.append((random.choice((SOURCES[0], SOURCES[0], SOURCES[0], SOURCES[1])), event))
    return facts


def deliver(random: Random, facts: Sequence[Told], late: float, repeated: float) -> list[Batch]:
    """The facts as batches: shuffled, some of them twice, cut anywhere.

    Args:
        random: Decides all.
        facts: What happened.
        late: The share of facts that arrive at any other place than theirs.
        repeated: The share that arrive a second time.
    """
    order = list(range(len(facts)))
    for index in range(len(order)):
        if random.random() < late:
            order.insert(random.randrange(len(order)), order.pop(index))
    for _ in range(int(len(order) * repeated)):
        order.insert(random.randrange(len(order) + 1), random.choice(order))
    batches: list[Batch] = []
    longest = random.choice((1, 2, 5, 30, len(order) + 1))
    drafts: list[Draft] = []
    source = ""
    for number in order:
        told_by, event = facts[number]
        if drafts and (told_by != source or len(drafts) >= longest or random.random() < 0.1):
            batches.append(Batch(source, drafts))
            drafts = []
        source = told_by
        drafts.append(Draft(event, str(number).encode()))
    return [*batches, Batch(source, drafts)] if drafts else batches


def told(max_count: int, whole_seconds: bool = False) -> st.SearchStrategy[list[Told]]:
    """Up to `max_count` facts; hypothesis draws the seed, so that a failure is repeated by its number."""
    return st.builds(
        lambda seed, count: wild_facts(Random(seed), count, whole_seconds),
        st.integers(0, 2**32),
        st.integers(1, max_count),
    )
