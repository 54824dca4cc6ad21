"""The picture of the floor that crosses from data to screens: immutable, complete, and cheap to compare.

A screen is handed a `FloorSnapshot`, keeps it, and paints durations as "now minus since": nothing in it ticks.
Rows that did not change are the same objects as in the snapshot before, so that a widget patches by identity.
All names in it come from outside and are never markup.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from app.floor.day_time import FloorTime
from app.floor.figures import AgentFigures, ServiceFigures
from app.floor.model import AgentInterval, AgentState, ReasonCategory, Visit
from app.floor.recent import RecentCalls
from app.planning.model import Verdict


@dataclass(frozen=True, slots=True)
class AgentRow:
    """One agent now.

    Attributes:
        agent: The name, which is also the key of the row.
        team: The team, empty while no roster is known.
        state: What the agent does now.
        since_ms: Since when.
        reason: The source's word, for not ready.
        category: What the reason means, for not ready.
        unmapped: The reason is missing or in no list, so that it counts as reverse.
        queue: The queue of the present call.
        signed_in: False where presence is inferred.
        calls_today: Calls answered since local midnight.
        busy_ms: On call, hold and wrap-up today, up to `since_ms`.
        staffed_ms: The same with available and ringing.
        reverse_ms: Not ready in category reverse today, up to `since_ms`.
        name: What people call the agent; empty where no roster says.
        verdict: How the agent keeps to the plan; None where nothing is planned at all.
        verdict_since_ms: Since when; an out spell counts from its start.
        severe: The out spell is a severe one.
        shift_change: The spell began within the grace of a border of the plan.
        call_since_ms: Since when the present call has lasted, hold included; None outside of one.
        planned: What the plan wants of an agent who is out, as an activity's name; empty for the others.
    """

    agent: str
    team: str
    state: AgentState
    since_ms: int
    reason: str = ""
    category: ReasonCategory | None = None
    unmapped: bool = False
    queue: str = ""
    signed_in: bool = True
    calls_today: int = 0
    busy_ms: int = 0
    staffed_ms: int = 0
    reverse_ms: int = 0
    name: str = ""
    verdict: Verdict | None = None
    verdict_since_ms: int = 0
    severe: bool = False
    shift_change: bool = False
    call_since_ms: int | None = None
    planned: str = ""

    @property
    def label(self) -> str:
        """The name to show: the roster's, else the telephone system's."""
        return self.name or self.agent

    @property
    def is_absent(self) -> bool:
        """Whether the agent is only here because the plan wants them to be."""
        return self.state is AgentState.SIGNED_OUT

    def verdict_seconds(self, now_ms: int) -> int:
        """Whole seconds of the present verdict."""
        return max(0, now_ms - self.verdict_since_ms) // 1000

    def seconds_in_state(self, now_ms: int) -> int:
        """Whole seconds in the present state."""
        return max(0, now_ms - self.since_ms) // 1000

    def occupancy(self, now_ms: int) -> float | None:
        """Today's occupancy with the open state counted up to now.

        None where there is no time to divide by, and for inferred presence: how long it was idle is not known.
        """
        if not self.signed_in and self.busy_ms == self.staffed_ms:
            return None
        open_ms = max(0, now_ms - self.since_ms)
        busy_ms, staffed_ms = self.busy_ms, self.staffed_ms
        if self.state in BUSY_STATES:
            busy_ms += open_ms
        if self.counts_as_staffed:
            staffed_ms += open_ms
        return busy_ms / staffed_ms if staffed_ms else None

    @property
    def counts_as_staffed(self) -> bool:
        """Whether the open state counts as staffed time; idle time of inferred presence is nobody's."""
        return self.state in STAFFED_STATES and (self.signed_in or self.state in BUSY_STATES)

    def reverse_seconds(self, now_ms: int) -> int:
        """Today's whole seconds not ready in category reverse, with the open state counted up to now."""
        running_ms = max(0, now_ms - self.since_ms) if self.category is ReasonCategory.REVERSE else 0
        return (self.reverse_ms + running_ms) // 1000


BUSY_STATES = frozenset({AgentState.ON_CALL, AgentState.HOLD, AgentState.WRAP_UP})
STAFFED_STATES = BUSY_STATES | {AgentState.AVAILABLE, AgentState.RINGING}


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One queue now.

    Attributes:
        waiting: Calls waiting.
        oldest_entered_ms: When the longest waiting call entered; None where nobody waits.
        today: Figures since local midnight.
        interval: Figures of the present interval.
    """

    queue: str
    waiting: int
    oldest_entered_ms: int | None
    today: ServiceFigures
    interval: ServiceFigures


@dataclass(frozen=True, slots=True)
class Freshness:
    """How old the picture is.

    Attributes:
        newest_event_ms: Instant of the newest fact of a telephone system; None with no facts at all.
        newest_stored_ms: When such a fact was last stored, by the clock of the storing process.
        engine_alive: Some process holds the engine's lock and reads the sources.
        engine_here: It is this process.
        following: Sources that are being followed, by name.
        problem: What went wrong last with reading, as a sentence; empty when all is well.
    """

    newest_event_ms: int | None = None
    newest_stored_ms: int | None = None
    engine_alive: bool = False
    engine_here: bool = False
    following: tuple[str, ...] = ()
    problem: str = ""

    def troubled(self, problem: str) -> Freshness:
        """The same of a picture that is kept although the store cannot be read any more."""
        return replace(self, engine_alive=False, engine_here=False, following=(), problem=problem)


@dataclass(frozen=True, slots=True)
class FloorSnapshot:
    """The whole floor at one moment.

    Attributes:
        seq: The newest fact in it.
        generation: Grows when everything was rebuilt; rows of another generation are not patched, but replaced.
        at_ms: When the picture was made.
        day_start_ms: Local midnight, where "today" begins.
        interval_start_ms: Where "this interval" begins.
        interval_minutes: How long "this interval" is.
        threshold_seconds: The T of the service level.
        agents: By name; agents on the floor, signed in or inferred, and those whom the plan misses there.
        queues: In order of name.
        today: The whole floor since midnight.
        interval: The whole floor in the present interval.
        freshness: How old it is.
        recent: The calls of the last half hour and of the last two hours, by queue.
        time: The time of all agents since midnight, of those who have left too.
        left: Agents who signed out within the last ten minutes and are not back, with the instant; without those whom
            the plan lets be away.
    """

    seq: int
    generation: int
    at_ms: int
    day_start_ms: int
    interval_start_ms: int
    interval_minutes: int
    threshold_seconds: int
    agents: Mapping[str, AgentRow]
    queues: tuple[QueueRow, ...]
    today: ServiceFigures
    interval: ServiceFigures
    freshness: Freshness
    recent: tuple[RecentCalls, ...] = ()
    time: FloorTime = field(default_factory=FloorTime)
    left: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StateCount:
    """How many agents are in each state, and what follows from it (see `count_states`).

    Planned are those of whom the plan has something to say now; out and severe are parts of them.
    """

    signed_in: int = 0
    inferred: int = 0
    available: int = 0
    ringing: int = 0
    on_call: int = 0
    hold: int = 0
    wrap_up: int = 0
    not_ready: int = 0
    not_ready_by_category: tuple[tuple[ReasonCategory, int], ...] = ()
    on_break: int = 0
    busy_ms: int = 0
    staffed_ms: int = 0
    planned: int = 0
    out: int = 0
    severe: int = 0

    @property
    def break_rate(self) -> float | None:
        """Break rate 小休率: signed-in agents now in category break / agents signed in; None when nobody is."""
        return self.on_break / self.signed_in if self.signed_in else None

    @property
    def occupancy(self) -> float | None:
        """Occupancy 在线利用率 of the floor today: busy / staffed time of all agents."""
        return self.busy_ms / self.staffed_ms if self.staffed_ms else None


def count_states(rows: Mapping[str, AgentRow], now_ms: int) -> StateCount:
    """Count agents by state, with time up to `now_ms` for the floor's occupancy.

    Inferred agents are counted in their states and in `inferred`, not in `signed_in`; absent ones nowhere.
    """
    states = dict.fromkeys(AgentState, 0)
    categories = dict.fromkeys(ReasonCategory, 0)
    signed_in = on_break = busy_ms = staffed_ms = planned = out = severe = 0
    for row in rows.values():
        states[row.state] += 1
        signed_in += row.signed_in
        if row.category is not None and row.state is AgentState.NOT_READY:
            categories[row.category] += 1
            on_break += row.signed_in and row.category is ReasonCategory.BREAK
        planned += row.verdict is not None and row.verdict is not Verdict.NO_SCHEDULE
        out += row.verdict is Verdict.OUT
        severe += row.verdict is Verdict.OUT and row.severe
        open_ms = max(0, now_ms - row.since_ms)
        busy_ms += row.busy_ms + (open_ms if row.state in BUSY_STATES else 0)
        staffed_ms += row.staffed_ms + (open_ms if row.counts_as_staffed else 0)
    return StateCount(
        signed_in=signed_in,
        inferred=len(rows) - signed_in - states[AgentState.SIGNED_OUT],
        available=states[AgentState.AVAILABLE],
        ringing=states[AgentState.RINGING],
        on_call=states[AgentState.ON_CALL],
        hold=states[AgentState.HOLD],
        wrap_up=states[AgentState.WRAP_UP],
        not_ready=states[AgentState.NOT_READY],
        not_ready_by_category=tuple((c, n) for c, n in categories.items() if n),
        on_break=on_break,
        busy_ms=busy_ms,
        staffed_ms=staffed_ms,
        planned=planned,
        out=out,
        severe=severe,
    )


@dataclass(frozen=True, slots=True)
class AgentDay:
    """One agent's day, for the peek: a strip of states and its figures.

    Attributes:
        intervals: In order of time, cut to [start_ms, end_ms); what is open stays open.
        figures: The same figures as the report's, over the whole stretch.
        call: The conversation the agent is in, or was in and is doing the after-call work of; None for none.
    """

    agent: str
    start_ms: int
    end_ms: int
    intervals: tuple[AgentInterval, ...]
    figures: AgentFigures
    call: Visit | None = None
