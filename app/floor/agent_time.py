"""From the facts of one agent to their intervals, in two steps.

`AgentTracker` follows the facts in order and keeps what is going on: sessions, not-ready marks by queue, calls, rings,
wrap-ups. What ends becomes a `Span` of a layer; layers overlap freely (three queues, two lines, a pause during a call).
`sweep` lays the layers over each other (`app.floor.layers`) and gives the one state of each moment. Spans may reach
back before the fact that tells of them (a ring is logged when it is over), which is why the two steps are kept apart.
Design section 4, Agent time.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, NamedTuple

from app.core.events import (
    AgentNotReady,
    AgentReady,
    AgentRinging,
    AgentRingMissed,
    AgentSignedIn,
    AgentSignedOut,
    AnyEvent,
    CallCompleted,
    CallConnected,
    CallHeld,
    CallRetrieved,
    CallTransferred,
    SourceRestarted,
    WrapUpEnded,
    WrapUpStarted,
)
from app.floor.layers import Layer, OpenSpan, Span, lay_time
from app.floor.model import INFERRED_PRESENCE_MS, LONGEST_CALL_MS, AgentInterval

LONGEST_RING_MS: Final = 600_000
"""A ring whose end is never told is over after ten minutes."""

NEVER_MS: Final = 1 << 62
"""Later than every instant."""

EVERY_QUEUE: Final = ""
"""Stands for "no queue named": a sign-in to the whole floor."""


class Mark(NamedTuple):
    """A not-ready mark: in which order it was set, and why."""

    order: int
    reason: str


class AgentTracker:
    """What is going on with one agent after the facts applied so far.

    Args:
        wrap_up_seconds: Fixed after-call work by queue, for sources that do not tell of it.
    """

    __slots__ = (
        "calls",
        "dirty_ms",
        "evidence_ms",
        "expires_ms",
        "holds",
        "left_ms",
        "mark_all",
        "marks",
        "not_ready",
        "order",
        "present_ms",
        "rings",
        "seen_queues",
        "session_ms",
        "sessions",
        "spans",
        "wrap_up_seconds",
        "wraps",
    )

    def __init__(self, wrap_up_seconds: Mapping[str, int]) -> None:
        self.wrap_up_seconds = wrap_up_seconds
        self.sessions: set[str] = set()
        self.session_ms = 0
        self.present_ms: int | None = None
        self.evidence_ms = 0
        self.left_ms = 0
        self.seen_queues: set[str] = set()
        self.marks: dict[str, Mark] = {}
        self.mark_all: Mark | None = None
        self.order = 0
        self.not_ready: tuple[int, str] | None = None
        self.calls: dict[tuple[str, str], tuple[int, str]] = {}
        self.holds: dict[tuple[str, str], int] = {}
        self.rings: dict[str, tuple[int, str, str]] = {}
        self.wraps: list[tuple[int, int | None, str]] = []
        self.spans: list[Span] = []
        self.dirty_ms: int | None = None
        # No call, ring or fixed wrap-up runs out by itself before; a new tracker looks at its first fact.
        self.expires_ms = 0

    # -- what is kept between processes ------------------------------------------------------------------------------

    def dump(self) -> str:
        """All of the state but the finished spans, as JSON."""
        return json.dumps(
            [
                sorted(self.sessions),
                self.session_ms,
                self.present_ms,
                self.evidence_ms,
                self.left_ms,
                sorted(self.seen_queues),
                sorted(self.marks.items()),
                self.mark_all,
                self.order,
                self.not_ready,
                [[*key, *value] for key, value in self.calls.items()],
                [[*key, value] for key, value in self.holds.items()],
                [[key, *value] for key, value in self.rings.items()],
                self.wraps,
            ],
            ensure_ascii=False,
            separators=(",", ":"),
        )

    @classmethod
    def load(cls, text: str, wrap_up_seconds: Mapping[str, int]) -> AgentTracker:
        """The tracker that `dump` described."""
        tracker = cls(wrap_up_seconds)
        state: list[Any] = json.loads(text)
        tracker.sessions = set(state[0])
        tracker.session_ms, tracker.present_ms, tracker.evidence_ms, tracker.left_ms = state[1:5]
        tracker.seen_queues = set(state[5])
        tracker.marks = {queue: Mark(*mark) for queue, mark in state[6]}
        tracker.mark_all = None if state[7] is None else Mark(*state[7])
        tracker.order = state[8]
        tracker.not_ready = None if state[9] is None else (state[9][0], state[9][1])
        tracker.calls = {(call, queue): (start, source) for call, queue, start, source in state[10]}
        tracker.holds = {(call, queue): start for call, queue, start in state[11]}
        tracker.rings = {call: (start, queue, source) for call, start, queue, source in state[12]}
        tracker.wraps = [(start, end, queue) for start, end, queue in state[13]]
        return tracker

    # -- small helpers -----------------------------------------------------------------------------------------------

    def _tell(self, layer: Layer, start_ms: int, end_ms: int, detail: str = "") -> None:
        """Add a span nothing was known of: the past changes from its start."""
        if end_ms > start_ms:
            self.spans.append(Span(layer, start_ms, end_ms, end_ms, detail))
            self._touch(start_ms)

    def _finish(self, layer: Layer, start_ms: int, end_ms: int, known_ms: int, detail: str = "") -> None:
        """End a span that was going on: nothing changes before its end."""
        if end_ms > start_ms:
            self.spans.append(Span(layer, start_ms, end_ms, known_ms, detail))
        self._touch(min(end_ms, known_ms))

    def _touch(self, from_ms: int) -> None:
        """Remember the earliest instant whose state may have changed."""
        if self.dirty_ms is None or from_ms < self.dirty_ms:
            self.dirty_ms = from_ms

    def _see(self, act_ms: int, at_ms: int, queue: str | None) -> None:
        """Take an act as evidence that the agent is there, unless it began before they were seen to leave."""
        if queue:
            self.seen_queues.add(queue)
        if self.sessions or act_ms <= self.left_ms:
            return
        if self.present_ms is not None and act_ms > self.evidence_ms + INFERRED_PRESENCE_MS:
            self._end_presence(at_ms)
            self._end_wraps(at_ms, None, fixed_too=True)
        if self.present_ms is None:
            self.present_ms = act_ms
            self._touch(act_ms)
        self.evidence_ms = max(self.evidence_ms, at_ms)
        self._touch(at_ms)

    def _end_presence(self, at_ms: int) -> None:
        if self.present_ms is not None:
            end_ms = min(at_ms, self.evidence_ms + INFERRED_PRESENCE_MS)
            self._finish(Layer.PRESENT, self.present_ms, end_ms, at_ms)
            self.present_ms = None

    def _serving(self) -> set[str]:
        """The queues on which being not ready counts: those signed in to, else those seen."""
        return (self.sessions - {EVERY_QUEUE}) or self.seen_queues

    def _judge_not_ready(self, at_ms: int) -> None:
        """Not ready = marked on every queue served, or on all at once; the newest reason given is the reason."""
        active: list[Mark] = []
        if self.mark_all is not None:
            active = [self.mark_all, *self.marks.values()]
        elif self.marks:
            serving = self._serving()
            if all(queue in self.marks for queue in serving):
                active = [self.marks[queue] for queue in serving] or list(self.marks.values())
        given = [mark for mark in active if mark.reason] or active
        reason = max(given).reason if given else None
        if self.not_ready is not None:
            if self.not_ready[1] == reason:
                return
            self._finish(Layer.NOT_READY, self.not_ready[0], at_ms, at_ms, self.not_ready[1])
            self.not_ready = None
        if reason is not None:
            self.not_ready = (at_ms, reason)
        self._touch(at_ms)

    def _expire(self, at_ms: int) -> None:
        """Let go of what has run out by itself; every earlier look at open spans knew these ends already."""
        for wrap in [wrap for wrap in self.wraps if wrap[1] is not None and wrap[1] <= at_ms]:
            self.wraps.remove(wrap)
            start_ms, end_ms, queue = wrap
            if end_ms is not None and end_ms > start_ms:
                self.spans.append(Span(Layer.WRAP_UP, start_ms, end_ms, at_ms, queue))
        for call, (start_ms, queue, _source) in list(self.rings.items()):
            if start_ms + LONGEST_RING_MS <= at_ms:
                del self.rings[call]
                self.spans.append(Span(Layer.RING, start_ms, start_ms + LONGEST_RING_MS, at_ms, queue))
        for key, (start_ms, _source) in list(self.calls.items()):
            end_ms = start_ms + LONGEST_CALL_MS
            if end_ms <= at_ms:
                del self.calls[key]
                self.spans.append(Span(Layer.CALL, start_ms, end_ms, at_ms, key[1]))
                held_ms = self.holds.pop(key, None)
                if held_ms is not None:
                    self.spans.append(Span(Layer.HOLD, held_ms, end_ms, at_ms))
        ends_ms = [end_ms for _start_ms, end_ms, _queue in self.wraps if end_ms is not None]
        ends_ms += [start_ms + LONGEST_RING_MS for start_ms, _queue, _source in self.rings.values()]
        ends_ms += [start_ms + LONGEST_CALL_MS for start_ms, _source in self.calls.values()]
        self.expires_ms = min(ends_ms, default=NEVER_MS)

    def _expire_by(self, end_ms: int) -> None:
        """Look again when this comes to its end."""
        self.expires_ms = min(self.expires_ms, end_ms)

    def _end_wraps(self, at_ms: int, queue: str | None, fixed_too: bool) -> None:
        running: list[tuple[int, int | None, str]] = []
        for wrap in self.wraps:
            start_ms, end_ms, wrap_queue = wrap
            named = queue is None or not wrap_queue or wrap_queue == queue
            if named and (fixed_too or end_ms is None):
                self._finish(Layer.WRAP_UP, start_ms, at_ms, at_ms, wrap_queue)
            else:
                running.append(wrap)
        self.wraps = running

    def _end_ring(self, call: str, at_ms: int) -> int | None:
        """Finish a ring that was told of when it began; returns its start."""
        ring = self.rings.pop(call, None)
        if ring is None:
            return None
        start_ms, queue, _source = ring
        self._finish(Layer.RING, start_ms, at_ms, at_ms, queue)
        return start_ms

    def _end_call(self, key: tuple[str, str], at_ms: int) -> bool:
        call = self.calls.pop(key, None)
        if call is None:
            return False
        held_ms = self.holds.pop(key, None)
        if held_ms is not None:
            self._finish(Layer.HOLD, held_ms, at_ms, at_ms)
        self._finish(Layer.CALL, call[0], at_ms, at_ms, key[1])
        return True

    # -- one method per kind of fact ---------------------------------------------------------------------------------

    def _on_signed_in(self, _source: str, event: AgentSignedIn) -> None:
        at_ms = event.at_ms
        queue = event.queue or EVERY_QUEUE
        self._end_presence(at_ms)
        if not self.sessions:
            self.session_ms = at_ms
        self.sessions.add(queue)
        if event.not_ready:
            self._mark(queue, "")
        elif queue != EVERY_QUEUE:
            self.marks.pop(queue, None)
        self._touch(at_ms)
        self._judge_not_ready(at_ms)

    def _on_signed_out(self, _source: str, event: AgentSignedOut) -> None:
        at_ms = event.at_ms
        queue = event.queue or EVERY_QUEUE
        # A session on a queue is not the one that a sign-out of the whole floor tells the length of.
        if queue not in self.sessions and event.signed_in_seconds:
            self._tell(Layer.SIGNED_IN, at_ms - event.signed_in_seconds * 1000, at_ms)
        was_signed_in = bool(self.sessions)
        if queue in self.sessions:
            # One session of several: the union of the others goes on.
            self.sessions.discard(queue)
            self.marks.pop(queue, None)
        elif queue == EVERY_QUEUE:
            self.sessions.clear()
        else:
            # What was said of a queue goes with it, though nobody told of signing in to it.
            self.marks.pop(queue, None)
        if not self.sessions:
            if was_signed_in:
                self._finish(Layer.SIGNED_IN, self.session_ms, at_ms, at_ms)
            self._leave(at_ms)
        self._touch(at_ms)
        self._judge_not_ready(at_ms)

    def _leave(self, at_ms: int) -> None:
        """Signed out of everything: marks, rings and wrap-ups go; a conversation goes on until its own end."""
        self._end_presence(at_ms)
        self.left_ms = at_ms
        self.marks.clear()
        self.mark_all = None
        self.seen_queues.clear()
        for call in list(self.rings):
            self._end_ring(call, at_ms)
        self._end_wraps(at_ms, None, fixed_too=True)

    def _mark(self, queue: str, reason: str) -> None:
        """Set a mark; the same one again, or one without a reason upon one with, changes nothing."""
        known = self.mark_all if queue == EVERY_QUEUE else self.marks.get(queue)
        if known is not None and reason in ("", known.reason):
            return
        self.order += 1
        if queue == EVERY_QUEUE:
            self.mark_all = Mark(self.order, reason)
        else:
            self.marks[queue] = Mark(self.order, reason)

    def _on_not_ready(self, _source: str, event: AgentNotReady) -> None:
        self._see(event.at_ms, event.at_ms, event.queue)
        self._mark(event.queue or EVERY_QUEUE, event.reason)
        self._judge_not_ready(event.at_ms)

    def _on_ready(self, _source: str, event: AgentReady) -> None:
        if event.queue is None:
            self.mark_all = None
            self.marks.clear()
        else:
            if self.mark_all is not None:
                # Ready on one queue ends "all"; the other queues stay as they were.
                for queue in self._serving():
                    self.marks.setdefault(queue, self.mark_all)
                self.mark_all = None
            self.marks.pop(event.queue, None)
        self._judge_not_ready(event.at_ms)

    def _on_ringing(self, source: str, event: AgentRinging) -> None:
        self._see(event.at_ms, event.at_ms, event.queue)
        self._end_wraps(event.at_ms, None, fixed_too=False)
        self._end_ring(event.call, event.at_ms)
        if self.sessions or self.present_ms is not None:
            self.rings[event.call] = (event.at_ms, event.queue or "", source)
            self._expire_by(event.at_ms + LONGEST_RING_MS)
        self._touch(event.at_ms)

    def _on_ring_missed(self, _source: str, event: AgentRingMissed) -> None:
        start_ms = self._end_ring(event.call, event.at_ms)
        if start_ms is None:
            start_ms = event.at_ms - (event.ring_ms or 0)
            self._tell(Layer.RING, start_ms, event.at_ms, event.queue or "")
        self._see(start_ms, event.at_ms, event.queue)

    def _on_connected(self, source: str, event: CallConnected) -> None:
        at_ms = event.at_ms
        start_ms = self._end_ring(event.call, at_ms)
        if start_ms is None:
            start_ms = at_ms - (event.ring_seconds or 0) * 1000
            self._tell(Layer.RING, start_ms, at_ms, event.queue)
        self._see(start_ms, at_ms, event.queue)
        self._end_wraps(at_ms, None, fixed_too=False)
        self.calls.setdefault((event.call, event.queue), (at_ms, source))
        self._expire_by(at_ms + LONGEST_CALL_MS)
        self._touch(at_ms)

    def _on_held(self, _source: str, event: CallHeld) -> None:
        key = (event.call, event.queue)
        if key in self.calls:
            self.holds.setdefault(key, event.at_ms)
            self._touch(event.at_ms)

    def _on_retrieved(self, _source: str, event: CallRetrieved) -> None:
        held_ms = self.holds.pop((event.call, event.queue), None)
        if held_ms is not None:
            self._finish(Layer.HOLD, held_ms, event.at_ms, event.at_ms)

    def _on_ended(self, _source: str, event: CallCompleted | CallTransferred) -> None:
        at_ms = event.at_ms
        if not self._end_call((event.call, event.queue), at_ms):
            start_ms = at_ms - (event.talk_seconds or 0) * 1000
            if start_ms < at_ms:
                end_ms = min(at_ms, start_ms + LONGEST_CALL_MS)
                self.spans.append(Span(Layer.CALL, start_ms, end_ms, at_ms, event.queue))
                self._touch(start_ms)
            self._see(start_ms, at_ms, event.queue)
        elif not self.sessions and self.present_ms is not None:
            self.evidence_ms = max(self.evidence_ms, at_ms)
        wrap_up_seconds = self.wrap_up_seconds.get(event.queue, 0)
        if wrap_up_seconds:
            self.wraps.append((at_ms, at_ms + wrap_up_seconds * 1000, event.queue))
            self._expire_by(at_ms + wrap_up_seconds * 1000)
        self._touch(at_ms)

    def _on_wrap_up_started(self, _source: str, event: WrapUpStarted) -> None:
        end_ms = None if event.seconds is None else event.at_ms + event.seconds * 1000
        self.wraps.append((event.at_ms, end_ms, event.queue or ""))
        if end_ms is not None:
            self._expire_by(end_ms)
        self._touch(event.at_ms)

    def _on_wrap_up_ended(self, _source: str, event: WrapUpEnded) -> None:
        self._end_wraps(event.at_ms, event.queue, fixed_too=True)

    def _on_restarted(self, source: str, event: SourceRestarted) -> None:
        """Calls and rings of the source are gone; sessions and not-ready marks survive."""
        for key, (_start_ms, call_source) in list(self.calls.items()):
            if call_source == source:
                self._end_call(key, event.at_ms)
                self._touch(event.at_ms)
        for call, (_start_ms, _queue, ring_source) in list(self.rings.items()):
            if ring_source == source:
                self._end_ring(call, event.at_ms)
                self._touch(event.at_ms)

    def apply(self, source: str, event: AnyEvent) -> None:
        """Follow one fact. Facts come ordered by instant, then by sequence number."""
        if event.at_ms >= self.expires_ms:
            self._expire(event.at_ms)
        handler = _HANDLERS.get(type(event))
        if handler is not None:
            handler(self, source, event)

    def take_dirty(self) -> int | None:
        """The earliest instant whose state may have changed since this was last asked; None if nothing did."""
        dirty_ms, self.dirty_ms = self.dirty_ms, None
        return dirty_ms

    def open_spans(self) -> Iterable[OpenSpan]:
        """What is going on, as (layer, start, end or None, detail); an end may lie ahead of the newest fact."""
        if self.sessions:
            yield Layer.SIGNED_IN, self.session_ms, None, ""
        if self.present_ms is not None:
            yield Layer.PRESENT, self.present_ms, self.evidence_ms + INFERRED_PRESENCE_MS, ""
        if self.not_ready is not None:
            yield Layer.NOT_READY, self.not_ready[0], None, self.not_ready[1]
        for start_ms, queue, _source in self.rings.values():
            yield Layer.RING, start_ms, start_ms + LONGEST_RING_MS, queue
        for start_ms, end_ms, queue in self.wraps:
            yield Layer.WRAP_UP, start_ms, end_ms, queue
        for key, (start_ms, _source) in self.calls.items():
            yield Layer.CALL, start_ms, start_ms + LONGEST_CALL_MS, key[1]
            held_ms = self.holds.get(key)
            if held_ms is not None:
                yield Layer.HOLD, held_ms, start_ms + LONGEST_CALL_MS, ""


_HANDLERS: Final[Mapping[type, Callable[[AgentTracker, str, Any], None]]] = {
    AgentSignedIn: AgentTracker._on_signed_in,
    AgentSignedOut: AgentTracker._on_signed_out,
    AgentNotReady: AgentTracker._on_not_ready,
    AgentReady: AgentTracker._on_ready,
    AgentRinging: AgentTracker._on_ringing,
    AgentRingMissed: AgentTracker._on_ring_missed,
    CallConnected: AgentTracker._on_connected,
    CallHeld: AgentTracker._on_held,
    CallRetrieved: AgentTracker._on_retrieved,
    CallCompleted: AgentTracker._on_ended,
    CallTransferred: AgentTracker._on_ended,
    WrapUpStarted: AgentTracker._on_wrap_up_started,
    WrapUpEnded: AgentTracker._on_wrap_up_ended,
    SourceRestarted: AgentTracker._on_restarted,
}


def sweep(agent: str, tracker: AgentTracker, from_ms: int) -> list[AgentInterval]:
    """An agent's intervals from an instant on.

    Args:
        agent: Whose time it is.
        tracker: With all spans that reach beyond `from_ms`.
        from_ms: Where to start; what began earlier is cut there.

    Returns:
        In order, disjoint, each in one state; the last may be open.
    """
    return lay_time(agent, tracker.spans, tracker.open_spans(), from_ms)
