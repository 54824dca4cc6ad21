"""What the floor asks of the outside: a store to read from, and a feed that screens listen to."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import NamedTuple, Protocol

from app.core.clock import Clock
from app.core.journal import Fact
from app.floor.handling import WrapUp
from app.floor.model import AgentInterval, AgentState, DataNote, Visit
from app.floor.picture import AgentDay, FloorSnapshot
from app.planning.model import Verdict


class FloorFeed(Protocol):
    """Where a screen gets its pictures from. It works on its own thread; a screen never waits for it."""

    @property
    def clock(self) -> Clock:
        """The clock the floor lives by: the system's, or the simulator's."""
        ...

    def latest(self) -> FloorSnapshot | None:
        """The newest picture, or None before the first one."""
        ...

    def subscribe(self, listener: Callable[[FloorSnapshot], None]) -> Callable[[], None]:
        """Have `listener` called, on the feed's own thread, with every new picture; returns the way to stop it."""
        ...

    def agent_day(self, agent: str) -> AgentDay:
        """One agent's day up to now. Reads the store: call it from a worker thread.

        Raises:
            StoreProblem: When the store cannot be read.
        """
        ...


class Checkpoint(NamedTuple):
    """An agent's tracker after a fact, so that folding need not start at the beginning.

    Attributes:
        at_ms: The fact's instant.
        seq: The fact's sequence number.
        state: `AgentTracker.dump()`.
    """

    at_ms: int
    seq: int
    state: str


class FloorStore(Protocol):
    """What folding the floor asks of storage. All calls come inside a write transaction."""

    def people_by_id(self) -> Mapping[str, str]:
        """Which person is behind which id of the telephone systems; empty without a roster."""
        ...

    def newest_seq(self) -> int:
        """The newest fact in the log."""
        ...

    def calls_of(self, agents: Sequence[str]) -> list[str]:
        """Calls that any of some agents answered."""
        ...

    def clear_agents(self, agents: Sequence[str]) -> None:
        """Remove what was folded of some agents' time, checkpoints too."""
        ...

    def agent_facts(self, ids: Sequence[str], after: tuple[int, int]) -> list[Fact]:
        """Facts of an agent's ids whose (instant, sequence number) is greater, in that order."""
        ...

    def call_facts(self, calls: Sequence[str], up_to_seq: int) -> dict[str, list[Fact]]:
        """Facts of some calls with a sequence number up to one, by call, unordered; calls with none are left out."""
        ...

    def restarts(self) -> list[Fact]:
        """All restarts of sources, ordered by instant, then sequence number."""
        ...

    def agents_busy_at(self, at_ms: int) -> list[str]:
        """Agents whose interval touching an instant is a call, a hold, a ring or a wrap-up."""
        ...

    def calls_open_at(self, at_ms: int) -> list[str]:
        """Calls with a visit that had entered and not ended at an instant."""
        ...

    def checkpoint(self, agent: str, before: tuple[int, int], at_most_ms: int) -> Checkpoint | None:
        """The newest checkpoint with a smaller (instant, sequence number), and an instant of at most `at_most_ms`."""
        ...

    def save_checkpoint(self, agent: str, checkpoint: Checkpoint) -> None:
        """Keep a checkpoint."""
        ...

    def drop_checkpoints(self, agent: str, since: tuple[int, int]) -> None:
        """Forget checkpoints whose (instant, sequence number) is the same or greater."""
        ...

    def intervals_since(self, agent: str, from_ms: int) -> list[AgentInterval]:
        """An agent's intervals that end after an instant, in order."""
        ...

    def save_intervals(self, removed: Sequence[tuple[str, int]], saved: Sequence[AgentInterval]) -> None:
        """Remove intervals by (agent, start) and insert or replace others."""
        ...

    def save_agents(self, agents: Sequence[tuple[str, int]]) -> None:
        """Note for some agents the newest fact that shaped their time."""
        ...

    def save_visits(
        self, refolded_calls: Sequence[str], visits: Sequence[Visit], notes: Sequence[DataNote], queues: Sequence[str]
    ) -> None:
        """Replace all visits and notes of the calls folded again, add the others, and note the queues met."""
        ...

    def clear(self) -> None:
        """Remove every projection of the floor, checkpoints too."""
        ...

    def wrap_up_seconds(self) -> dict[str, int]:
        """Fixed after-call work by queue, for sources that do not tell of it; holds until the next rebuild."""
        ...

    def agents_in_log(self) -> list[str]:
        """Every agent some fact is about."""
        ...

    def call_facts_in_log(self) -> Iterator[tuple[str, list[Fact]]]:
        """Every call with its facts in order of instant, then sequence number."""
        ...

    def queues_in_log(self) -> list[str]:
        """Every queue some fact is about."""
        ...


class AgentChange(NamedTuple):
    """One agent whose time became different.

    Attributes:
        spent: Milliseconds of today by (state, reason, signed in), of intervals that ended by `FloorChanges.cut_ms`.
        tail: The intervals after those, in order; they may end, or begin, ahead of now.
        left_ms: When the agent last signed out, where there is no tail; None where they never were signed in.
    """

    spent: list[tuple[AgentState, str, bool, int]]
    tail: list[AgentInterval]
    left_ms: int | None = None


class FloorChanges(NamedTuple):
    """What became different on the floor since a reader last asked.

    Attributes:
        seq: The newest fact included.
        generation: Grows with every rebuild; a reader of another one gets everything.
        newest_event_ms: Instant of the newest fact.
        newest_stored_ms: When a fact was last stored.
        cut_ms: Where "spent" ends and "tail" begins.
        agents: Each changed agent.
        calls: Calls whose visits may have changed: what was known of them is replaced by `visits`.
        visits: Visits of those calls; with everything asked for, those of the day and those still open.
        queues: All queues, in order of name.
    """

    seq: int
    generation: int
    newest_event_ms: int | None
    newest_stored_ms: int | None
    cut_ms: int
    agents: dict[str, AgentChange]
    calls: list[str]
    visits: list[Visit]
    queues: list[str]


class FloorReader(Protocol):
    """What screens and reports ask of storage. Each call is one read transaction."""

    def agents(self) -> list[str]:
        """Every agent known, in order of name."""
        ...

    def queues(self) -> list[str]:
        """Every queue known, in order of name."""
        ...

    def visits_entered(self, start_ms: int, end_ms: int) -> list[Visit]:
        """Visits that entered in [start, end), in order of entry."""
        ...

    def wrap_ups(self, start_ms: int, end_ms: int) -> list[WrapUp]:
        """Finished after-call work that began in [start, end)."""
        ...

    def agent_time(self, agent: str, start_ms: int, end_ms: int) -> tuple[list[AgentInterval], list[Visit]]:
        """One agent's intervals and conversations that touch [start, end)."""
        ...

    def newest_ms(self) -> int | None:
        """The instant of the newest fact, None with no facts at all."""
        ...

    def changes(self, since_seq: int, generation: int, day_start_ms: int) -> FloorChanges:
        """What became different since a fact; everything, where the generation is another one."""
        ...


class RosterEntry(NamedTuple):
    """What people call an agent, and the team they are in; either may be empty."""

    name: str
    team: str


class Standing(NamedTuple):
    """How an agent keeps to the plan now.

    Attributes:
        verdict: What is said.
        since_ms: Since when; an out spell counts from its start.
        severe: An out spell of severe length.
        shift_change: The spell began within the grace of a border of the plan.
        planned: What the plan wants of an agent who is out, as an activity's name; empty for the others.
    """

    verdict: Verdict
    since_ms: int
    severe: bool = False
    shift_change: bool = False
    planned: str = ""


class FloorPlan(Protocol):
    """Who the agents are and what they should be doing; asked on the feed's thread."""

    def roster(self) -> Mapping[str, RosterEntry] | None:
        """Everyone on the roster; None when it is what it was when this was last asked."""
        ...

    def standings(self, changed: Collection[str], now_ms: int, look: bool) -> Mapping[str, Standing]:
        """Of whom something else is said now.

        Args:
            changed: Agents whose time changed.
            now_ms: The present instant.
            look: Something was stored since this was last asked: see whether the plan is another one.
        """
        ...
