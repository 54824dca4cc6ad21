"""The layers of an agent's time, and how they are laid over each other to give the one state of each moment."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import IntEnum
from typing import NamedTuple

from app.floor.model import AgentInterval, AgentState


class Layer(IntEnum):
    """What overlaps what in an agent's time."""

    SIGNED_IN = 0
    PRESENT = 1
    NOT_READY = 2
    RING = 3
    WRAP_UP = 4
    CALL = 5
    HOLD = 6


class Span(NamedTuple):
    """A stretch of one layer, [start, end).

    Attributes:
        known_ms: The instant of the fact that completed it: no earlier fact can tell of it.
        detail: The reason for NOT_READY, the queue for RING, WRAP_UP and CALL.
    """

    layer: Layer
    start_ms: int
    end_ms: int
    known_ms: int
    detail: str = ""


OpenSpan = tuple[Layer, int, int | None, str]
"""What is going on: layer, start, end or None, detail; an end may lie ahead of the newest fact."""


def lay_time(agent: str, spans: Sequence[Span], open_spans: Iterable[OpenSpan], from_ms: int) -> list[AgentInterval]:
    """Lay the layers over each other from an instant on.

    Args:
        agent: Whose time it is.
        spans: What has ended, in order of `known_ms`; all that reach beyond `from_ms`.
        open_spans: What is going on.
        from_ms: Where to start; what began earlier is cut there.

    Returns:
        The agent's intervals in order, disjoint, each in one state; the last may be open.
    """
    edges: list[_Edge] = []
    signed_in_before = False
    for span in reversed(spans):
        if span.known_ms < from_ms:
            break
        # A session that ends where the next begins is one with it.
        signed_in_before |= span.layer is Layer.SIGNED_IN and span.start_ms < from_ms <= span.end_ms
        if span.end_ms > max(span.start_ms, from_ms):
            item = (span.start_ms, span.detail)
            edges.append((max(span.start_ms, from_ms), 1, span.layer, item))
            edges.append((span.end_ms, -1, span.layer, item))
    for layer, start_ms, end_ms, detail in open_spans:
        first_ms = max(start_ms, from_ms)
        if end_ms is None or end_ms > first_ms:
            signed_in_before |= layer is Layer.SIGNED_IN and start_ms < from_ms
            item = (start_ms, detail)
            edges.append((first_ms, 1, layer, item))
            if end_ms is not None:
                edges.append((end_ms, -1, layer, item))
    edges.sort()
    return _lay(agent, edges, signed_in_before and edges[0][0] == from_ms if edges else False)


_Edge = tuple[int, int, Layer, tuple[int, str]]
_Moment = tuple[AgentState, str, str, bool]


def _lay(agent: str, edges: list[_Edge], was_signed_in: bool) -> list[AgentInterval]:
    running: list[list[tuple[int, str]]] = [[] for _ in Layer]
    intervals: list[AgentInterval] = []
    current: _Moment | None = None
    start_ms = 0
    sign_in = False
    index, last = 0, len(edges)
    while index < last:
        at_ms = edges[index][0]
        while index < last and edges[index][0] == at_ms:
            _at_ms, step, layer, item = edges[index]
            if step > 0:
                running[layer].append(item)
            else:
                running[layer].remove(item)
            index += 1
        now = _state(running)
        is_signed_in = bool(running[Layer.SIGNED_IN])
        starts_session = is_signed_in and not was_signed_in
        was_signed_in = is_signed_in
        if now == current and not starts_session:
            continue
        if current is not None:
            intervals.append(AgentInterval(agent, start_ms, at_ms, *current, sign_in))
        current, start_ms, sign_in = now, at_ms, starts_session
    if current is not None:
        intervals.append(AgentInterval(agent, start_ms, None, *current, sign_in))
    return intervals


def _state(running: list[list[tuple[int, str]]]) -> _Moment | None:
    """The one state of a moment: a call, then wrap-up, then ringing, then not ready, then available.

    Where several of a layer run, the newest names the queue.
    """
    signed_in = bool(running[Layer.SIGNED_IN])
    calls = running[Layer.CALL]
    if calls:
        # Talking on any line is talking; hold is a moment in which every line is held.
        state = AgentState.HOLD if len(running[Layer.HOLD]) >= len(calls) else AgentState.ON_CALL
        return state, "", max(calls)[1], signed_in
    if not signed_in and not running[Layer.PRESENT]:
        return None
    if running[Layer.WRAP_UP]:
        return AgentState.WRAP_UP, "", max(running[Layer.WRAP_UP])[1], signed_in
    if running[Layer.RING]:
        return AgentState.RINGING, "", max(running[Layer.RING])[1], signed_in
    if running[Layer.NOT_READY]:
        return AgentState.NOT_READY, max(running[Layer.NOT_READY])[1], "", signed_in
    return AgentState.AVAILABLE, "", "", signed_in
