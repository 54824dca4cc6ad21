"""The simulated agents, the queues they serve, and who is next in line on either side."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from enum import Enum, auto
from heapq import heappop, heappush
from typing import Final

from seed.names import agent_names
from seed.randomness import (
    DrawMs,
    WeightedChoice,
    exponential_ms,
    fixed_ms,
    log_normal_ms,
    stream,
)
from seed.scenario import QueueSpec, Scenario, ShiftSpec
from seed.scenario_parts import Spread

_SPARE_TURNS: Final = 64


class AgentPhase(Enum):
    """What a simulated agent is doing."""

    OUT = auto()
    IDLE = auto()
    BUSY = auto()
    WRAP_UP = auto()
    AWAY = auto()


class VisitPhase(Enum):
    """Where a simulated call is in its stay in a queue."""

    WAITING = auto()
    RINGING = auto()
    TALKING = auto()
    GONE = auto()


def length_of(spread: Spread, seed: int, cause: str) -> DrawMs:
    """Draws lengths of time of a spread from the stream of one cause."""
    if spread.shape == "fixed":
        return fixed_ms(spread.mean_seconds)
    draw = stream(seed, cause)
    if spread.shape == "exponential":
        return exponential_ms(draw, spread.mean_seconds)
    return log_normal_ms(draw, spread.mean_seconds, spread.sd_seconds)


class Absence:
    """One kind of being not ready.

    Attributes:
        reason: As it stands in the facts.
        length_ms: Draws how long it takes.
        at_most_per_mille: How many of the agents signed in may have it at a time; None where all may.
        every_ms: Draws how long after it the next one comes; None where it does not come back.
        away: How many agents are in it or have been promised it.
    """

    __slots__ = ("at_most_per_mille", "away", "every_ms", "length_ms", "reason")

    def __init__(
        self, reason: str, length_ms: DrawMs, at_most_per_mille: int | None = None, every_ms: DrawMs | None = None
    ) -> None:
        self.reason = reason
        self.length_ms = length_ms
        self.at_most_per_mille = at_most_per_mille
        self.every_ms = every_ms
        self.away = 0


class Agent:
    """One agent.

    Attributes:
        number: From 0; never changes, so that an agent is the same every day.
        phase: What they are doing.
        idle_turn: Their place among the idle; 0 while they are not.
        session: Grows with each sign-in: what was planned in an earlier session is void.
        signed_in_ms: Since when.
        shift_end_ms: When they want to go home.
        going_home: They leave as soon as their hands are free.
        wishes: Absences they take as soon as their hands are free, in this order.
        absence: The absence they are in.
    """

    __slots__ = (
        "absence",
        "going_home",
        "idle_turn",
        "lines",
        "name",
        "number",
        "phase",
        "session",
        "shift",
        "shift_end_ms",
        "signed_in_ms",
        "wishes",
    )

    def __init__(self, number: int, name: str, shift: ShiftSpec, lines: tuple[Line, ...]) -> None:
        self.number = number
        self.name = name
        self.shift = shift
        self.lines = lines
        self.phase = AgentPhase.OUT
        self.idle_turn = 0
        self.session = 0
        self.signed_in_ms = 0
        self.shift_end_ms = 0
        self.going_home = False
        self.wishes: list[Absence] = []
        self.absence: Absence | None = None


class Visit:
    """One stay of one call in one queue."""

    __slots__ = ("agent", "call", "caller", "connected_ms", "entered_ms", "line", "phase", "rang_ms", "turn")

    def __init__(self, call: str, caller: str, line: Line, entered_ms: int, turn: int) -> None:
        self.call = call
        self.caller = caller
        self.line = line
        self.entered_ms = entered_ms
        self.turn = turn
        self.phase = VisitPhase.WAITING
        self.agent: Agent | None = None
        self.rang_ms = 0
        self.connected_ms = 0


class Line:
    """One queue: who waits, who is idle, and how long things take here."""

    def __init__(self, spec: QueueSpec, seed: int) -> None:
        self.spec = spec
        self.name = spec.name
        self.priority = spec.priority
        self.signed_in = 0
        self.waiting = 0
        self._waiting: list[tuple[int, int, Visit]] = []
        # An agent's turn only ever grows, so that appending keeps this in order, the longest idle first.
        self._idle: deque[tuple[int, Agent]] = deque()
        self.talk_ms = length_of(spec.talk, seed, f"talk/{spec.name}")
        self.patience_ms = length_of(spec.patience, seed, f"patience/{spec.name}")
        self.wrap_up_ms: DrawMs | None = None
        if spec.wrap_up is not None:
            self.wrap_up_ms = length_of(spec.wrap_up, seed, f"wrap-up/{spec.name}")

    def push(self, visit: Visit) -> None:
        """Have a visit wait, in order of entry, also when it comes back from ringing."""
        visit.phase = VisitPhase.WAITING
        self.waiting += 1
        heappush(self._waiting, (visit.entered_ms, visit.turn, visit))

    def forget(self, visit: Visit) -> None:
        """A waiting visit is gone: it stays in the heap until its turn comes."""
        visit.phase = VisitPhase.GONE
        self.waiting -= 1

    def first(self) -> Visit | None:
        """The visit that has waited longest, left where it is."""
        heap = self._waiting
        while heap:
            visit = heap[0][2]
            if visit.phase is VisitPhase.WAITING:
                return visit
            heappop(heap)
        return None

    def pop(self) -> Visit:
        """Take the visit that `first` gave."""
        self.waiting -= 1
        return heappop(self._waiting)[2]

    def add_idle(self, agent: Agent) -> None:
        """An agent waits for a call of this queue."""
        if len(self._idle) > 2 * self.signed_in + _SPARE_TURNS:
            # Turns that passed in another queue: without this a queue that nobody calls would remember them for ever.
            self._idle = deque((turn, waiting) for turn, waiting in self._idle if waiting.idle_turn == turn)
        self._idle.append((agent.idle_turn, agent))

    def longest_idle(self) -> Agent | None:
        """The agent who has been idle longest, or None where nobody is."""
        idle = self._idle
        while idle:
            turn, agent = idle.popleft()
            if agent.idle_turn == turn:
                return agent
        return None


def _shared_out(count: int, weights: list[int]) -> list[int]:
    """Numbers 0 … len(weights) − 1 for `count` things, by weight, evenly mixed."""
    total = sum(weights)
    given = [0] * len(weights)
    result = []
    for nth in range(1, count + 1):
        owed = [weight * nth - total * have for weight, have in zip(weights, given, strict=True)]
        chosen = owed.index(max(owed))
        given[chosen] += 1
        result.append(chosen)
    return result


def _more_lines(first: int, count: int, pick: Callable[[], int], available: int) -> list[int]:
    chosen = [first]
    while len(chosen) < min(count, available):
        number = pick()
        if number not in chosen:
            chosen.append(number)
    return chosen


def hire(scenario: Scenario, seed: int, agents: int, lines: list[Line]) -> list[Agent]:
    """Make the agents: names, shifts, and one to three queues each, so that every queue has somebody."""
    names = agent_names(seed, agents, scenario.staff.english_name_per_mille)
    weights = [queue.staff_weight for queue in scenario.queues]
    shifts = _shared_out(agents, [shift.weight for shift in scenario.shifts])
    counts = scenario.staff.queue_count_weights
    how_many = WeightedChoice(stream(seed, "skill-count"), range(1, len(counts) + 1), counts)
    which = WeightedChoice(stream(seed, "skills"), range(len(lines)), weights)
    skills = [_more_lines(first, how_many(), which, len(lines)) for first in _shared_out(agents, weights)]
    for number in range(len(lines)):
        if not any(number in served for served in skills):
            min(skills, key=len).append(number)
    return [
        Agent(number, names[number], scenario.shifts[shifts[number]], tuple(lines[n] for n in skills[number]))
        for number in range(agents)
    ]
