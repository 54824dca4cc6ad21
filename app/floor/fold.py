"""Keeps agent intervals and visits true to the event log, fact by fact, late or in order.

The result never depends on the order in which facts arrive, only on their (instant, sequence number): folding
the whole log again gives the same rows. What a late fact can change is folded again, and nothing else: one call, or
one agent from the last checkpoint before it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from app.core.events import (
    CALL_EVENTS,
    AgentRingMissed,
    AgentSignedOut,
    AnyEvent,
    CallCompleted,
    CallConnected,
    CallTransferred,
    OtherFact,
    SourceRestarted,
)
from app.core.journal import Fact
from app.floor.agent_time import AgentTracker, sweep
from app.floor.model import AgentInterval, DataNote, Visit
from app.floor.ports import Checkpoint, FloorStore
from app.floor.visits import fold_call

CHECKPOINT_FACTS: Final = 64
"""Facts of one agent between two checkpoints: what a late fact costs at most, against what a checkpoint costs."""

_Key = tuple[int, int]


def _key(fact: Fact) -> _Key:
    return (fact[2].at_ms, fact[0])


def _reach_ms(event: AnyEvent) -> int:
    """How far back of its own instant a fact can tell of something."""
    match event:
        case CallCompleted() | CallTransferred():
            return (event.talk_seconds or 0) * 1000
        case CallConnected():
            return (event.ring_seconds or 0) * 1000
        case AgentRingMissed():
            return event.ring_ms or 0
        case AgentSignedOut():
            return (event.signed_in_seconds or 0) * 1000
        case _:
            return 0


@dataclass(slots=True)
class _Window:
    """What is kept in memory of one agent: enough to go on from the newest fact.

    Attributes:
        tracker: After the newest fact.
        from_ms: Spans and intervals are complete from here on.
        last: Key of the newest fact applied.
        intervals: Those that end after `from_ms`.
        facts: Facts applied since the newest checkpoint.
        checkpoints_ms: Instants of the newest checkpoint but one, and of the newest.
    """

    tracker: AgentTracker
    from_ms: int = 0
    last: _Key = (0, 0)
    intervals: list[AgentInterval] = field(default_factory=list)
    facts: int = 0
    checkpoints_ms: tuple[int, int] = (0, 0)


@dataclass(slots=True)
class _Changes:
    """What one transaction writes."""

    removed: list[tuple[str, int]] = field(default_factory=list)
    saved: list[AgentInterval] = field(default_factory=list)
    agents: list[tuple[str, int]] = field(default_factory=list)


class FloorFold:
    """The floor's `Fold`.

    Args:
        store: The floor's projections and the event log.
    """

    def __init__(self, store: FloorStore) -> None:
        self._store = store
        self._wrap_up_seconds: Mapping[str, int] | None = None
        self._windows: dict[str, _Window] = {}
        self._restarts: list[Fact] | None = None
        self._queues: set[str] = set()
        self._people_by_id: Mapping[str, str] | None = None
        self._ids_by_person: dict[str, list[str]] = {}

    def forget(self) -> None:
        self._windows.clear()
        self._restarts = None
        self._queues.clear()
        self._wrap_up_seconds = None
        self._people_by_id = None

    def _people(self) -> Mapping[str, str]:
        """Who is behind each id of the telephone systems; one who is not listed stands for themselves."""
        if self._people_by_id is None:
            self._people_by_id = self._store.people_by_id()
            self._ids_by_person = {}
            for known_id, person in self._people_by_id.items():
                self._ids_by_person.setdefault(person, []).append(known_id)
        return self._people_by_id

    def _ids(self, agent: str) -> list[str]:
        """All ids whose facts are this agent's."""
        people = self._people()
        ids = list(self._ids_by_person.get(agent, ()))
        if people.get(agent, agent) == agent and agent not in ids:
            ids.append(agent)
        return ids

    def _new_window(self, checkpoint: Checkpoint | None = None) -> _Window:
        if self._wrap_up_seconds is None:
            self._wrap_up_seconds = self._store.wrap_up_seconds()
        if checkpoint is None:
            return _Window(AgentTracker(self._wrap_up_seconds))
        return _Window(
            AgentTracker.load(checkpoint.state, self._wrap_up_seconds),
            from_ms=checkpoint.at_ms,
            last=(checkpoint.at_ms, checkpoint.seq),
            checkpoints_ms=(checkpoint.at_ms, checkpoint.at_ms),
        )

    def fold(self, facts: Sequence[Fact], folded_seq: int) -> None:
        by_agent: dict[str, list[Fact]] = {}
        by_call: dict[str, list[Fact]] = {}
        new_restarts: list[Fact] = []
        people = self._people()
        for fact in facts:
            event = fact[2]
            if isinstance(event, OtherFact):
                continue
            if isinstance(event, SourceRestarted):
                new_restarts.append(fact)
                continue
            agent = getattr(event, "agent", None)
            if agent:
                by_agent.setdefault(people.get(agent, agent), []).append(fact)
            if type(event) in CALL_EVENTS:
                by_call.setdefault(event.call, []).append(fact)  # type: ignore[union-attr,arg-type]
        restarts = self._restarts_with(new_restarts)
        refolded: set[str] = set()
        for restart in new_restarts:
            at_ms = restart[2].at_ms
            for agent in self._store.agents_busy_at(at_ms):
                by_agent.setdefault(agent, [])
            refolded.update(self._store.calls_open_at(at_ms))
        for agent_facts in by_agent.values():
            agent_facts.extend(new_restarts)
            agent_facts.sort(key=_key)
        self._fold_agents(by_agent, restarts, folded_seq)
        for call in refolded:
            by_call.setdefault(call, [])
        self._fold_calls(by_call, restarts, folded_seq)
        self._note_queues(facts)

    def rebuild(self) -> None:
        self.forget()
        store = self._store
        store.clear()
        restarts = self._restarts_with(())
        people = self._people()
        for agent in sorted({people.get(name, name) for name in store.agents_in_log()}):
            self._fold_from_scratch(agent, restarts)
        visits: list[Visit] = []
        notes: list[DataNote] = []
        for call, facts in store.call_facts_in_log():
            call_visits, call_notes = self._fold_call(call, facts, restarts)
            visits += call_visits
            notes += call_notes
            if len(visits) >= 5000:
                store.save_visits((), visits, notes, ())
                visits, notes = [], []
        store.save_visits((), visits, notes, store.queues_in_log())

    def remap(self, agents: Collection[str]) -> None:
        """Fold anew the time and calls of agents whose ids now belong to others, or whose people now have others.

        Args:
            agents: Every name concerned: ids and people, of before and of now.
        """
        self.forget()
        store = self._store
        concerned = sorted(set(agents))
        restarts = self._restarts_with(())
        calls = store.calls_of(concerned)
        store.clear_agents(concerned)
        people = self._people()
        for agent in sorted({people.get(name, name) for name in concerned}):
            self._fold_from_scratch(agent, restarts)
        self._fold_calls({call: [] for call in calls}, restarts, store.newest_seq())

    def _fold_from_scratch(self, agent: str, restarts: list[Fact]) -> None:
        own = self._store.agent_facts(self._ids(agent), (0, 0))
        if not own:
            return
        facts = [*own, *restarts]
        facts.sort(key=_key)
        changes = _Changes()
        self._replay(agent, self._new_window(), facts, changes, known_seq=0)
        self._windows.pop(agent, None)
        self._write(changes)

    # -- restarts and queues -----------------------------------------------------------------------------------------

    def _restarts_with(self, new_restarts: Iterable[Fact]) -> list[Fact]:
        if self._restarts is None:
            self._restarts = self._store.restarts()  # the new ones are in the log already
        else:
            self._restarts = sorted([*self._restarts, *new_restarts], key=_key)
        return self._restarts

    def _note_queues(self, facts: Sequence[Fact]) -> None:
        met = {
            queue
            for _seq, _source, event in facts
            if not isinstance(event, OtherFact) and (queue := getattr(event, "queue", None))
        }
        if fresh := met - self._queues:
            self._store.save_visits((), (), (), sorted(fresh))
            self._queues |= fresh

    # -- agents ------------------------------------------------------------------------------------------------------

    def _fold_agents(self, by_agent: Mapping[str, list[Fact]], restarts: list[Fact], folded_seq: int) -> None:
        changes = _Changes()
        for agent, facts in by_agent.items():
            if not facts:
                continue
            window = self._windows.get(agent)
            in_order = window is not None and window.last < _key(facts[0])
            if in_order and window is not None and restarts and window.last < _key(restarts[-1]):
                # A restart that was met before this agent did anything it could end.
                facts = _with_all_restarts(facts, restarts, window.last)
            if in_order and self._replay(agent, self._windows.pop(agent), facts, changes, known_seq=folded_seq):
                continue
            self._refold(agent, _key(facts[0]), restarts, changes, folded_seq)
        self._write(changes)

    def _refold(self, agent: str, first: _Key, restarts: list[Fact], changes: _Changes, folded_seq: int) -> None:
        """Fold an agent again from a checkpoint that lies before everything a late fact can touch."""
        store = self._store
        ids = self._ids(agent)
        following = store.agent_facts(ids, (first[0], first[1] - 1))
        need_ms = min([first[0], *(fact[2].at_ms - _reach_ms(fact[2]) for fact in following)]) - 2
        checkpoint = store.checkpoint(agent, first, need_ms)
        window = self._new_window(checkpoint)
        window.intervals = store.intervals_since(agent, window.from_ms)
        store.drop_checkpoints(agent, first)
        facts = store.agent_facts(ids, window.last)
        facts += restarts[bisect_right(restarts, window.last, key=_key) :]
        facts.sort(key=_key)
        self._replay(agent, window, facts, changes, known_seq=folded_seq, from_start=True)

    def _replay(
        self,
        agent: str,
        window: _Window,
        facts: Sequence[Fact],
        changes: _Changes,
        known_seq: int,
        from_start: bool = False,
    ) -> bool:
        """Apply facts to a window and collect what became different.

        Returns:
            False, with the window spoilt, where a fact reaches back before the window.
        """
        tracker = window.tracker
        tracker.take_dirty()
        dirty_ms: int | None = None
        changed_seq = 0
        for fact in facts:
            seq, source, event = fact
            tracker.apply(source, event)
            touched_ms = tracker.take_dirty()
            if touched_ms is not None and (dirty_ms is None or touched_ms < dirty_ms):
                dirty_ms = touched_ms
            # A restart concerns everyone; it shaped only those whom it cut off.
            if not isinstance(event, SourceRestarted) or (touched_ms is not None and seq > known_seq):
                changed_seq = max(changed_seq, seq)
            window.last = _key(fact)
            window.facts += 1
            if window.facts >= CHECKPOINT_FACTS:
                self._store.save_checkpoint(agent, Checkpoint(*window.last, tracker.dump()))
                window.facts = 0
                window.checkpoints_ms = (window.checkpoints_ms[1], window.last[0])
        if from_start:
            # What ended in the very millisecond of the checkpoint is not in it: lay anew from just after.
            self._sweep(agent, window, window.from_ms + 1, changes)
        elif dirty_ms is not None:
            # One millisecond early, so that a session ending where the next begins is seen to touch it.
            if dirty_ms - 1 <= window.from_ms and window.from_ms:
                return False
            self._sweep(agent, window, max(0, dirty_ms - 1), changes)
        if changed_seq:
            changes.agents.append((agent, changed_seq))
        self._windows[agent] = window
        return True

    def _sweep(self, agent: str, window: _Window, from_ms: int, changes: _Changes) -> None:
        """Lay the agent's time anew from an instant on, and let go of what lies before the last checkpoint but one."""
        _lay_over(window, sweep(agent, window.tracker, from_ms), from_ms, changes)
        keep_ms = window.checkpoints_ms[0]
        if keep_ms > window.from_ms:
            window.from_ms = keep_ms
            window.tracker.spans = [span for span in window.tracker.spans if span.known_ms >= keep_ms]
            window.intervals = [i for i in window.intervals if i.end_ms is None or i.end_ms > keep_ms]

    def _write(self, changes: _Changes) -> None:
        self._store.save_intervals(changes.removed, changes.saved)
        self._store.save_agents(changes.agents)

    # -- calls -------------------------------------------------------------------------------------------------------

    def _fold_calls(self, by_call: Mapping[str, list[Fact]], restarts: list[Fact], folded_seq: int) -> None:
        if not by_call:
            return
        known = self._store.call_facts(list(by_call), folded_seq)
        visits: list[Visit] = []
        notes: list[DataNote] = []
        for call, facts in by_call.items():
            earlier = known.get(call)
            if earlier:
                facts = [*earlier, *facts]
            facts.sort(key=_key)
            call_visits, call_notes = self._fold_call(call, facts, restarts)
            visits += call_visits
            notes += call_notes
        self._store.save_visits(list(known), visits, notes, ())

    def _fold_call(self, call: str, facts: list[Fact], restarts: list[Fact]) -> tuple[list[Visit], list[DataNote]]:
        visits, notes = fold_call(call, _with_restarts(facts, restarts))
        people = self._people()
        if people:
            visits = [visit._replace(agent=people.get(visit.agent, visit.agent)) for visit in visits]
        return visits, notes


def _with_restarts(facts: list[Fact], restarts: list[Fact]) -> list[Fact]:
    """The facts of a call with the restarts since its first one, in order."""
    if not restarts or not facts or _key(restarts[-1]) < _key(facts[0]):
        return facts
    merged = [*facts, *restarts[bisect_right(restarts, _key(facts[0]), key=_key) :]]
    merged.sort(key=_key)
    return merged


def _with_all_restarts(facts: list[Fact], restarts: list[Fact], last: _Key) -> list[Fact]:
    """The facts of an agent, and every restart that was not applied yet, in order."""
    merged = [fact for fact in facts if not isinstance(fact[2], SourceRestarted)]
    merged += restarts[bisect_right(restarts, last, key=_key) :]
    merged.sort(key=_key)
    return merged


def _lay_over(window: _Window, fresh: list[AgentInterval], from_ms: int, changes: _Changes) -> None:
    """Replace a window's intervals from an instant on, and collect what that writes."""
    known = window.intervals
    index = len(known)
    while index and (known[index - 1].end_ms is None or known[index - 1].end_ms > from_ms):  # type: ignore[operator]
        index -= 1
    old, kept = known[index:], known[:index]
    if old and old[0].start_ms < from_ms:
        covering = old[0]
        if fresh and _continues(covering, fresh[0], from_ms):
            fresh[0] = fresh[0]._replace(start_ms=covering.start_ms, sign_in=covering.sign_in)
        else:
            fresh.insert(0, covering._replace(end_ms=from_ms))
    before = {interval.start_ms: interval for interval in old}
    changes.saved.extend(i for i in fresh if before.get(i.start_ms) != i)
    starts = {interval.start_ms for interval in fresh}
    changes.removed.extend((i.agent, i.start_ms) for i in old if i.start_ms not in starts)
    window.intervals = kept + fresh


def _continues(covering: AgentInterval, first: AgentInterval, from_ms: int) -> bool:
    return (
        first.start_ms == from_ms
        and not first.sign_in
        and (covering.state, covering.reason, covering.queue, covering.signed_in)
        == (first.state, first.reason, first.queue, first.signed_in)
    )
