"""What a ticket is once its facts are folded: where it lies, who has it, and every clock that ran on it."""

from __future__ import annotations

from enum import StrEnum
from typing import Final, NamedTuple

OVERALL: Final = "overall"
"""The name of the clock over all stages."""

WALL: Final = ""
"""The calendar of a clock that counts every second."""


class TicketState(StrEnum):
    """Where a ticket stands. `HELD` overlays the others while it waits for something."""

    NEW = "new"
    """Written, or taken back, and with the unit that wrote it."""
    SENT = "sent"
    """On its way to a unit or a crew that has not received it."""
    RECEIVED = "received"
    """With a unit, and nobody has taken it on."""
    ACCEPTED = "accepted"
    """Somebody has taken it on."""
    WORKING = "working"
    HELD = "held"
    RETURNED = "returned"
    """Given back to the unit that sent it."""
    RESOLVED = "resolved"
    CLOSED = "closed"

    @property
    def is_over(self) -> bool:
        """Whether nothing is being done about it any more."""
        return self in (TicketState.RESOLVED, TicketState.CLOSED)


class ClockSpan(NamedTuple):
    """A stretch in which a clock ran; without an end it is running."""

    start_ms: int
    end_ms: int | None


class Clock(NamedTuple):
    """A limit and the time that counts towards it.

    Attributes:
        stage: The stage's name, or `OVERALL`.
        cycle: From 1; a reopening with the policy `new_cycle` begins the next.
        run: From 1: a stage entered again within a cycle (a second receiver) runs anew.
        role: Whose job it is, as the policy says: hotline, network, crew …
        unit: The unit whose time it is; empty where none is known.
        person: Who had it, where somebody had.
        started_ms: The origin event's instant.
        stopped_ms: The stop event's instant; None while it has not stopped. A paused clock has not.
        limit_seconds: How much may be used: met when used ≤ limit.
        warn_seconds: Lead times before the limit at which to warn, the longest first.
        act_seconds: Used time at which something is done about it; None where nothing is.
        calendar: The calendar's key in the policy book, `WALL` for every second.
        spans: When it ran, in order, not overlapping: what lies between is paused, or the ticket was with another.
        used_ms: Open time in the spans that have ended.
        due_ms: When the limit will be or was reached, if it goes on running: None while it does not run, when it
            stopped before its limit, or when its calendar never opens again.
        warn_ms: The next instant to warn at, when running: of those in `warn_seconds` the first not before the last
            span began; None when there is none.
        act_ms: When `act_seconds` of use are reached, when running.
        is_void: It stopped without being charged: a return that was not the fault of the unit, or a recall.
        policy: The version of the policy it was counted with.
    """

    stage: str
    cycle: int
    run: int
    role: str
    unit: str
    person: str
    started_ms: int
    stopped_ms: int | None
    limit_seconds: int
    warn_seconds: tuple[int, ...]
    act_seconds: int | None
    calendar: str
    spans: tuple[ClockSpan, ...]
    used_ms: int
    due_ms: int | None
    warn_ms: int | None
    act_ms: int | None
    is_void: bool
    policy: int

    @property
    def is_running(self) -> bool:
        """Whether time is being used now."""
        return bool(self.spans) and self.spans[-1].end_ms is None

    @property
    def is_open(self) -> bool:
        """Whether it has not stopped: it runs, or is paused."""
        return self.stopped_ms is None

    @property
    def is_paused(self) -> bool:
        """Whether it waits to go on."""
        return self.is_open and not self.is_running


class Priority(StrEnum):
    """How much a ticket matters, the most first."""

    TOP = "top"
    HIGH = "high"
    NORMAL = "normal"

    @property
    def rank(self) -> int:
        """1 for the most urgent."""
        return _RANKS[self]


_RANKS: Final = {priority: rank for rank, priority in enumerate(Priority, 1)}


class PriorityReason(StrEnum):
    """Why a ticket has its priority."""

    STARS = "stars"
    """The customer has five stars or more."""
    REPEAT_CALL = "repeat_call"
    """The same customer called again within two hours."""
    REPEAT_COMPLAINT = "repeat_complaint"
    """The same customer complained of the same within thirty days."""
    REGULATOR = "regulator"
    MEDIA = "media"
    COMPENSATION = "compensation"
    """What the customer asks for is more than the line may grant."""
    BY_HAND = "by_hand"
    """A person set it; their reason is `Ticket.priority_note`."""


class Step(NamedTuple):
    """One fact of a ticket's path, as it is shown.

    Attributes:
        seq: The fact's sequence number.
        at_ms: When.
        kind: The fact's kind without "ticket_": created, dispatched …
        by: Who.
        unit: The unit it went to or lay with.
        note: Its reason or text.
        act: The command it came from; empty where it cannot be taken back.
        is_withdrawn: Whether it was taken back.
        detail: What tells it from others of its kind, in the words of facts: the reason of a hold or of an unqualified
            mark, whom a phone call was to and whether they were "reached", a flag's kind and step, a clock that was
            escalated and who was told, an amount in fen, a score …
    """

    seq: int
    at_ms: int
    kind: str
    by: str
    unit: str
    note: str
    act: str
    is_withdrawn: bool
    detail: str = ""


class Promise(NamedTuple):
    """A call that a customer was promised.

    Attributes:
        promise: Its name within the ticket.
        made_ms: When it was promised.
        due_ms: When the customer expects the call.
        number: Where.
        kept_ms: When the customer was reached; None while not.
    """

    promise: str
    made_ms: int
    due_ms: int
    number: str
    kept_ms: int | None

    def is_in_time(self) -> bool:
        """Whether the call came when it was promised, or before."""
        return self.kept_ms is not None and self.kept_ms <= self.due_ms


class Flag(NamedTuple):
    """A loop that has to be closed: the customer called again, or complained again.

    Attributes:
        flag_id: Its name within the ticket.
        flag: repeat_call or repeat_complaint.
        ref: The call or ticket that shows it.
        raised_ms: When.
        acknowledged_ms: When the owner unit saw it.
        called_back_ms: When the customer was called back.
        written_back_ms: When the result was written back; the loop is closed then.
        note: What was written back.
    """

    flag_id: str
    flag: str
    ref: str
    raised_ms: int
    acknowledged_ms: int | None = None
    called_back_ms: int | None = None
    written_back_ms: int | None = None
    note: str = ""


class Return(NamedTuple):
    """A return or an unqualified mark: who gave the ticket back to whom, and why.

    Attributes:
        at_ms: When.
        by: Who.
        from_unit: Who gave it back.
        to_unit: Who gets it back: the sender.
        reason: In words, or the kind of an unqualified order.
        is_unqualified: Whether it was marked as an order that should not be, or that lacks facts.
        is_charged: Whether the unit that returned it was at fault.
    """

    at_ms: int
    by: str
    from_unit: str
    to_unit: str
    reason: str
    is_unqualified: bool
    is_charged: bool


class Cycle(NamedTuple):
    """From the creation or a reopening to the closing.

    Attributes:
        number: From 1.
        started_ms: When it began.
        resolved_ms: When the matter was last dealt with in it.
        closed_ms: When it was closed.
        handler: Who resolved it, or else had it last.
        unit: Whose unit that was.
        score: What the customer's survey said, 0 to 100.
        is_dissatisfied: Whether it was begun by a survey below the line.
    """

    number: int
    started_ms: int
    resolved_ms: int | None = None
    closed_ms: int | None = None
    handler: str = ""
    unit: str = ""
    score: int | None = None
    is_dissatisfied: bool = False


class Told(NamedTuple):
    """Somebody was told of a step of an escalation."""

    at_ms: int
    clock: str
    step: int
    role: str
    person: str


class Ticket(NamedTuple):
    """A ticket as its facts leave it. Everything but the seconds that pass follows from it.

    Attributes:
        ticket: Its number.
        ticket_type: query, consult, transact, complaint, repair, or a site's own.
        state: Where it stands.
        title: One line.
        unit: The unit that has it now.
        owner: The person who has it; empty while nobody has.
        sender: The unit that gets it back when it is returned.
        origin_unit: The unit that wrote it.
        writer: Who wrote it.
        customer: Whose it is.
        caller: The number that called.
        stars: The customer's stars.
        subject: What it is about, in the site's words.
        area: Where.
        service: What does not work.
        created_ms: When it was written.
        closed_ms: When it was closed; None while it is not.
        changed_ms: Its newest fact.
        cycle: The number of the present cycle.
        priority: How much it matters.
        reasons: Why.
        priority_note: What the person said who set the priority.
        holds: What it waits for now.
        risks: regulator, media.
        compensation_fen: What the customer asks for.
        credited_fen: What was granted so far.
        calls: The calls it came from and those linked, in order.
        linked: Other tickets and notices it belongs with, as "ticket:…" and "notice:…".
        clocks: Every clock, in order of start, those of cycles that are over too.
        cycles: In order; the last one is the present.
        steps: The path so far, withdrawn facts too.
        promises: In order.
        flags: In order.
        returns: In order.
        told: Who was told what, in order.
        acts_open: Commands that can still be taken back, the newest last.
        fields: What else the source knew.
    """

    ticket: str
    ticket_type: str
    state: TicketState
    title: str
    unit: str
    owner: str
    sender: str
    origin_unit: str
    writer: str
    customer: str
    caller: str
    stars: int | None
    subject: str
    area: str
    service: str
    created_ms: int
    closed_ms: int | None
    changed_ms: int
    cycle: int
    priority: Priority
    reasons: tuple[PriorityReason, ...]
    priority_note: str
    holds: tuple[str, ...]
    risks: tuple[str, ...]
    compensation_fen: int | None
    credited_fen: int
    calls: tuple[str, ...]
    linked: tuple[str, ...]
    clocks: tuple[Clock, ...]
    cycles: tuple[Cycle, ...]
    steps: tuple[Step, ...]
    promises: tuple[Promise, ...]
    flags: tuple[Flag, ...]
    returns: tuple[Return, ...]
    told: tuple[Told, ...]
    acts_open: tuple[str, ...]
    fields: tuple[tuple[str, str], ...]

    @property
    def is_taken_back(self) -> bool:
        """Whether its writing was taken back: it is closed then, has no clocks and counts for nothing."""
        written = [step.is_withdrawn for step in self.steps if step.kind == "created"]
        return bool(written) and all(written)


class Awaited(NamedTuple):
    """Something that a rule will do at an instant unless a fact comes first; folded, so that nothing is forgotten.

    Attributes:
        due_ms: When.
        ticket: Of which ticket.
        what: What: escalation.
        clock: The clock it is about, as "stage/cycle/run".
        step: Which step.
    """

    due_ms: int
    ticket: str
    what: str
    clock: str
    step: int
