"""Who is truly there for a queue, and who is due on it, on average over an interval.

Staffed are agents who are signed in and available, ringing, on a call, on hold or in wrap-up: what occupancy divides
by. Most agents serve several queues, and **each moment of an agent is counted once**: while a call of one queue keeps
them busy, for that queue; while they are free, for the queues they are signed in to, shared by how many agents each of
these needs then (equally where none needs any). So the queues add up to the floor, where every agent counts whole.

Who is inferred without a sign-in counts while a call keeps them busy, and else not: nobody knows whether they are
there.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from app.floor.model import AgentInterval, AgentState
from app.planning.ports_forecast import Membership, OnQueueSpan

EVERY_QUEUE: Final = ""
"""Stands for "no queue named": a sign-in to the whole floor."""

_BUSY: Final = frozenset({AgentState.ON_CALL, AgentState.HOLD, AgentState.WRAP_UP})
_FREE: Final = frozenset({AgentState.AVAILABLE, AgentState.RINGING})

QueueSet = frozenset[str]
"""Queues served at one moment; empty for all of them."""


class SignChange(NamedTuple):
    """A sign-in or a sign-out.

    Attributes:
        at_ms: When.
        signed_in: Whether it is a sign-in.
        queue: The queue; `EVERY_QUEUE` where none is named.
        seconds: How long the session was that a sign-out ends, where the source says.
    """

    at_ms: int
    signed_in: bool
    queue: str
    seconds: int | None = None


def memberships_of(agent: str, changes: Iterable[SignChange]) -> list[Membership]:
    """Which queues one agent served when.

    Args:
        agent: Whose changes these are.
        changes: In order of time.
    """
    found: list[Membership] = []
    since: dict[str, int] = {}
    for change in changes:
        if change.signed_in:
            since.setdefault(change.queue, change.at_ms)
            continue
        ended = list(since) if change.queue == EVERY_QUEUE else [queue for queue in (change.queue,) if queue in since]
        if not ended and change.seconds:
            # The sign-in is not known, its length is.
            found.append(Membership(agent, change.queue, change.at_ms - change.seconds * 1000, change.at_ms))
        found += [Membership(agent, queue, since.pop(queue), change.at_ms) for queue in ended]
    found += [Membership(agent, queue, since_ms, None) for queue, since_ms in since.items()]
    return sorted(found, key=lambda each: (each.start_ms, each.queue))


class Serving:
    """Which queues an agent serves at a moment.

    Args:
        memberships: Of all agents.
    """

    def __init__(self, memberships: Sequence[Membership]) -> None:
        by_agent: dict[str, list[Membership]] = defaultdict(list)
        for each in memberships:
            by_agent[each.agent].append(each)
        self._marks: dict[str, list[int]] = {}
        self._sets: dict[str, list[QueueSet]] = {}
        self._usual: dict[str, QueueSet] = {}
        for agent, found in by_agent.items():
            borders = {each.start_ms for each in found} | {each.end_ms for each in found if each.end_ms is not None}
            marks = sorted(borders)
            self._marks[agent] = marks
            self._sets[agent] = [_served(found, mark_ms) for mark_ms in marks]
            self._usual[agent] = _named(each.queue for each in found)

    def usual(self, agent: str) -> QueueSet:
        """The queues of all sessions that are known of an agent."""
        return self._usual.get(agent, frozenset())

    def pieces(self, agent: str, start_ms: int, end_ms: int) -> Iterator[tuple[int, int, QueueSet]]:
        """[start, end) cut where the queues change; the usual ones where none is signed in to."""
        marks = self._marks.get(agent, [])
        usual = self.usual(agent)
        index = bisect_right(marks, start_ms) - 1
        at_ms = start_ms
        while at_ms < end_ms:
            next_ms = min(end_ms, marks[index + 1]) if index + 1 < len(marks) else end_ms
            served = self._sets[agent][index] if index >= 0 else None
            yield at_ms, next_ms, usual if served is None or not served else served - {EVERY_QUEUE}
            at_ms = next_ms
            index += 1


def _served(found: Sequence[Membership], at_ms: int) -> QueueSet:
    """Queues at an instant; {EVERY_QUEUE} for a sign-in that names none, empty for no sign-in."""
    present = {each.queue for each in found if each.start_ms <= at_ms and (each.end_ms is None or at_ms < each.end_ms)}
    return frozenset({EVERY_QUEUE}) if EVERY_QUEUE in present else frozenset(present)


def _named(queues: Iterable[str]) -> QueueSet:
    named = frozenset(queues)
    return frozenset() if EVERY_QUEUE in named else named


class Headcount:
    """Agent time by queue and interval, shared as the module says; a mean number of agents comes out.

    Args:
        marks: Borders of adjoining intervals; the last is the end.
        needed: Agents each queue needs, by queue, one number per interval: how free time is shared.
        until_ms: Nothing after it is counted, and the mean is over the time up to it.
    """

    def __init__(self, marks: Sequence[int], needed: Mapping[str, Sequence[float]], until_ms: int) -> None:
        self._marks = marks
        self._needed = needed
        self._end_ms = min(marks[-1], until_ms)
        cells = len(marks) - 1
        self._tied_ms: list[dict[str, int]] = [defaultdict(int) for _cell in range(cells)]
        self._free_ms: list[dict[QueueSet, int]] = [defaultdict(int) for _cell in range(cells)]

    def add_tied(self, queue: str, start_ms: int, end_ms: int) -> None:
        """Count time that belongs to one queue."""
        for index, part_ms in self._cut(start_ms, end_ms):
            self._tied_ms[index][queue] += part_ms

    def add_free(self, queues: QueueSet, start_ms: int, end_ms: int) -> None:
        """Count time that several queues share; an empty set means all."""
        for index, part_ms in self._cut(start_ms, end_ms):
            self._free_ms[index][queues] += part_ms

    def _cut(self, start_ms: int, end_ms: int) -> Iterator[tuple[int, int]]:
        first_ms, last_ms = max(start_ms, self._marks[0]), min(end_ms, self._end_ms)
        index = bisect_right(self._marks, first_ms) - 1
        while first_ms < last_ms:
            next_ms = min(last_ms, self._marks[index + 1])
            yield index, next_ms - first_ms
            first_ms = next_ms
            index += 1

    def whole(self, index: int) -> float | None:
        """Mean number of agents on the floor in an interval; None where it has not begun."""
        elapsed_ms = self._elapsed_ms(index)
        if elapsed_ms <= 0:
            return None
        return (sum(self._tied_ms[index].values()) + sum(self._free_ms[index].values())) / elapsed_ms

    def of_queue(self, queue: str, index: int) -> float | None:
        """Mean number of agents a queue has in an interval; None where it has not begun."""
        elapsed_ms = self._elapsed_ms(index)
        if elapsed_ms <= 0:
            return None
        total_ms = float(self._tied_ms[index].get(queue, 0))
        for queues, free_ms in self._free_ms[index].items():
            sharing = queues or self._needed.keys()
            if queue in sharing:
                total_ms += free_ms * self._share(queue, sharing, index)
        return total_ms / elapsed_ms

    def _elapsed_ms(self, index: int) -> int:
        return min(self._marks[index + 1], self._end_ms) - self._marks[index]

    def _share(self, queue: str, sharing: Iterable[str], index: int) -> float:
        needs = {each: self._needed[each][index] if each in self._needed else 0.0 for each in sharing}
        whole = sum(needs.values())
        return needs[queue] / whole if whole else 1 / len(needs)


def count_staffed(
    marks: Sequence[int],
    intervals: Iterable[AgentInterval],
    serving: Serving,
    needed: Mapping[str, Sequence[float]],
    now_ms: int,
) -> Headcount:
    """Who was there.

    Args:
        marks: Borders of adjoining intervals.
        intervals: Of all agents, touching the range.
        serving: Which queues they served.
        needed: See `Headcount`.
        now_ms: What is still open runs to here.
    """
    counted = Headcount(marks, needed, now_ms)
    for interval in intervals:
        if interval.state not in _BUSY and not (interval.signed_in and interval.state in _FREE):
            continue
        start_ms = max(interval.start_ms, marks[0])
        end_ms = min(marks[-1], now_ms if interval.end_ms is None else interval.end_ms)
        if interval.queue and interval.queue in needed:
            counted.add_tied(interval.queue, start_ms, end_ms)
            continue
        for first_ms, last_ms, queues in serving.pieces(interval.agent, start_ms, end_ms):
            counted.add_free(queues, first_ms, last_ms)
    return counted


def count_scheduled(
    marks: Sequence[int],
    spans: Iterable[OnQueueSpan],
    serving: Serving,
    needed: Mapping[str, Sequence[float]],
) -> Headcount:
    """Who is due: agents scheduled on the queue count for the queues they usually serve, shared like free agents."""
    counted = Headcount(marks, needed, marks[-1])
    for span in spans:
        counted.add_free(serving.usual(span.agent), span.start_ms, span.end_ms)
    return counted
