"""What each call took: talk, hold, and the after-call work that follows it, whenever these happened."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from app.floor.model import LONGEST_CALL_MS, Outcome, Visit

WRAP_UP_GAP_MS: Final = 600_000
"""After-call work that begins later than this after a conversation has ended is not that conversation's."""


class WrapUp(NamedTuple):
    """A stretch of after-call work.

    Attributes:
        agent: Whose.
        start_ms: First instant.
        end_ms: First instant after.
        queue: Of the call; empty where the source does not say.
    """

    agent: str
    start_ms: int
    end_ms: int
    queue: str


class HandledCall(NamedTuple):
    """A visit and what it took.

    Attributes:
        queue: The queue.
        entered_ms: When it entered.
        handle_ms: Talk, hold and wrap-up; None for one that nobody answered or that still goes on.
    """

    queue: str
    entered_ms: int
    handle_ms: int | None


def handled_calls(visits: Sequence[Visit], wrap_ups: Iterable[WrapUp]) -> Iterator[HandledCall]:
    """Each visit with what it took.

    After-call work belongs to the conversation of the same agent (and queue, where the source names it) that ended
    last before it began.

    Args:
        visits: In any order.
        wrap_ups: After-call work; what belongs to none of the visits counts nothing.
    """
    ended: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for index, visit in enumerate(visits):
        if visit.outcome is Outcome.ANSWERED and visit.ended_ms is not None and visit.agent:
            ended[visit.agent].append((visit.ended_ms, index))
    for found in ended.values():
        found.sort()
    after: dict[int, int] = defaultdict(int)
    for wrap_up in wrap_ups:
        found = ended.get(wrap_up.agent, [])
        last = bisect_right(found, (wrap_up.start_ms, len(visits))) - 1
        while last >= 0 and wrap_up.start_ms - found[last][0] <= WRAP_UP_GAP_MS:
            index = found[last][1]
            if wrap_up.queue in ("", visits[index].queue):
                after[index] += wrap_up.end_ms - wrap_up.start_ms
                break
            last -= 1
    for index, visit in enumerate(visits):
        handle_ms = None
        if visit.outcome is Outcome.ANSWERED and visit.answered_ms is not None and visit.ended_ms is not None:
            handle_ms = min(visit.ended_ms - visit.answered_ms, LONGEST_CALL_MS) + after[index]
        yield HandledCall(visit.queue, visit.entered_ms, handle_ms)
