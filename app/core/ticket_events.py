"""The facts of tickets and of notices: what became of a work order, and what is known to be broken.

A ticket is its facts and nothing else (see docs/tickets.md). `by` is who did it: a person's id, the word of a bridge,
or `PROGRAM` where Watchfloor did it by a rule. `act` names the command a fact came from, so that the command can be
taken back; facts of bridges and imports may leave it empty and cannot be taken back then.
"""

from __future__ import annotations

from dataclasses import field
from typing import Annotated, Final, Literal, get_args

from pydantic import Field
from pydantic.dataclasses import dataclass

from app.core.event_fields import FACT_CONFIG, Fen, Instant, LongText, Name, Seconds, Text

PROGRAM: Final = "watchfloor"
"""Who does what a rule does."""

TicketType = Name
HoldReason = Literal["customer", "third_party", "parts", "weather", "other"]
"""What a ticket waits for; a policy says which of them stop which clocks."""
UnqualifiedReason = Literal["should_not_exist", "missing_facts", "wrong_unit", "duplicate"]
RiskKind = Literal["regulator", "media"]
PhonedRole = Literal["customer", "sender", "unit", "manager_1", "manager_2", "other"]
NoticeKind = Literal["outage", "bulk_sms", "batch_opening", "batch_suspension", "system_upgrade", "campaign", "other"]
FlagKind = Literal["repeat_call", "repeat_complaint"]
Stars = Annotated[int, Field(ge=0, le=10, strict=True)]
Score = Annotated[int, Field(ge=0, le=100, strict=True)]


@dataclass(frozen=True, slots=True, kw_only=True, config=FACT_CONFIG)
class TicketFact:
    """What every fact of a ticket has: when, which ticket, who did it, and by which command."""

    at_ms: Instant
    ticket: Name
    by: Text = ""
    act: Text = ""


@dataclass(frozen=True, slots=True, kw_only=True, config=FACT_CONFIG)
class TicketCreated(TicketFact):
    """A ticket was written. `unit` is the unit that wrote it: the sender.

    `call` is the call it came from and `call_ended_ms` when that ended: where a policy counts from the call's end.
    `fields` is what else the source knows, kept as it came.
    """

    kind: Literal["ticket_created"] = "ticket_created"
    ticket_type: TicketType
    title: LongText = ""
    unit: Text = ""
    customer: Text = ""
    caller: Text = ""
    stars: Stars | None = None
    subject: Text = ""
    area: Text = ""
    service: Text = ""
    call: Name | None = None
    call_ended_ms: Instant | None = None
    risks: tuple[RiskKind, ...] = ()
    compensation_fen: Fen | None = None
    fields: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True, config=FACT_CONFIG)
class TicketDispatched(TicketFact):
    """The ticket was sent to a unit, or to a person of it."""

    kind: Literal["ticket_dispatched"] = "ticket_dispatched"
    unit: Name
    person: Text = ""
    note: LongText = ""


@dataclass(frozen=True, slots=True, kw_only=True, config=FACT_CONFIG)
class TicketReceived(TicketFact):
    """The ticket reached the unit it was sent to."""

    kind: Literal["ticket_received"] = "ticket_received"
    unit: Text = ""


@dataclass(frozen=True, slots=True, kw_only=True, config=FACT_CONFIG)
class TicketForwarded(TicketFact):
    """The unit sent it on to a crew; `elsewhere` says that the crew sits at another place."""

    kind: Literal["ticket_forwarded"] = "ticket_forwarded"
    unit: Name
    person: Text = ""
    elsewhere: bool = False


@dataclass(frozen=True, slots=True, kw_only=True, config=FACT_CONFIG)
class TicketDelivered(TicketFact):
    """The ticket reached the crew."""

    kind: Literal["ticket_delivered"] = "ticket_delivered"


@dataclass(frozen=True, slots=True, kw_only=True, config=FACT_CONFIG)
class TicketAccepted(TicketFact):
    """A person took the ticket on: who did it owns it from then."""

    kind: Literal["ticket_accepted"] = "ticket_accepted"


@dataclass(frozen=True, slots=True, kw_only=True, config=FACT_CONFIG)
class TicketStarted(TicketFact):
    """Work on it began."""

    kind: Literal["ticket_started"] = "ticket_started"


@dataclass(frozen=True, slots=True, kw_only=True, config=FACT_CONFIG)
class TicketDeparted(TicketFact):
    """The crew left for the place."""

    kind: Literal["ticket_departed"] = "ticket_departed"


@dataclass(frozen=True, slots=True, kw_only=True, config=FACT_CONFIG)
class TicketArrived(TicketFact):
    """The crew arrived at the place."""

    kind: Literal["ticket_arrived"] = "ticket_arrived"


@dataclass(frozen=True, slots=True, kw_only=True, config=FACT_CONFIG)
class TicketDelayed(TicketFact):
    """A crew that is free says that it cannot leave, and why; said before the next order comes."""

    kind: Literal["ticket_delayed"] = "ticket_delayed"
    reason: LongText


@dataclass(frozen=True, slots=True, kw_only=True, config=FACT_CONFIG)
class TicketContacted(TicketFact):
    """The customer was spoken to about it."""

    kind: Literal["ticket_contacted"] = "ticket_contacted"
    note: LongText = ""


@dataclass(frozen=True, slots=True, kw_only=True, config=FACT_CONFIG)
class TicketHeld(TicketFact):
    """Work waits for something; which clocks stop is the policy's word."""

    kind: Literal["ticket_held"] = "ticket_held"
    reason: HoldReason
    note: LongText = ""


@dataclass(frozen=True, slots=True, kw_only=True, config=FACT_CONFIG)
class TicketResumed(TicketFact):
    """The wait for a reason is over; with no reason named, every wait is."""

    kind: Literal["ticket_resumed"] = "ticket_resumed"
    reason: HoldReason | None = None


@dataclass(frozen=True, slots=True, kw_only=True, config=FACT_CONFIG)
class TicketTransferred(TicketFact):
    """The ticket was handed on to another unit, or to another person of the same unit."""

    kind: Literal["ticket_transferred"] = "ticket_transferred"
    unit: Name
    person: Text = ""
    note: LongText = ""


@dataclass(frozen=True, slots=True, kw_only=True, config=FACT_CONFIG)
class TicketReturned(TicketFact):
    """The ticket went back to whoever sent it. `charged` says that the unit that returns it was at fault: its clock
    counts then; else it stops and is not charged."""

    kind: Literal["ticket_returned"] = "ticket_returned"
    reason: LongText
    charged: bool = False


@dataclass(frozen=True, slots=True, kw_only=True, config=FACT_CONFIG)
class TicketRecalled(TicketFact):
    """The sender took the ticket back."""

    kind: Literal["ticket_recalled"] = "ticket_recalled"
    reason: LongText = ""


@dataclass(frozen=True, slots=True, kw_only=True, config=FACT_CONFIG)
class TicketPhoned(TicketFact):
    """Somebody was phoned about it, reached or not."""

    kind: Literal["ticket_phoned"] = "ticket_phoned"
    role: PhonedRole
    person: Text = ""
    number: Text = ""
    reached: bool
    note: LongText = ""


@dataclass(frozen=True, slots=True, kw_only=True, config=FACT_CONFIG)
class TicketEscalated(TicketFact):
    """Somebody was told that a clock has reached a step of its escalation. `step` counts from 0 for each `clock`."""

    kind: Literal["ticket_escalated"] = "ticket_escalated"
    clock: Name
    step: Annotated[int, Field(ge=0, le=50, strict=True)]
    role: Text
    person: Text = ""
    due_ms: Instant


@dataclass(frozen=True, slots=True, kw_only=True, config=FACT_CONFIG)
class TicketResolved(TicketFact):
    """The matter is dealt with; the customer may not have heard of it yet."""

    kind: Literal["ticket_resolved"] = "ticket_resolved"
    solution: LongText = ""


@dataclass(frozen=True, slots=True, kw_only=True, config=FACT_CONFIG)
class TicketAnswered(TicketFact):
    """The customer was told the answer."""

    kind: Literal["ticket_answered"] = "ticket_answered"
    note: LongText = ""


@dataclass(frozen=True, slots=True, kw_only=True, config=FACT_CONFIG)
class TicketPromised(TicketFact):
    """A customer was promised a call at an instant; `promise` names the promise within the ticket."""

    kind: Literal["ticket_promised"] = "ticket_promised"
    promise: Name
    due_ms: Instant
    number: Text = ""


@dataclass(frozen=True, slots=True, kw_only=True, config=FACT_CONFIG)
class TicketCalledBack(TicketFact):
    """The customer was called back. With a promise named, that one is kept (late or in time) when `reached`."""

    kind: Literal["ticket_called_back"] = "ticket_called_back"
    promise: Text = ""
    number: Text = ""
    reached: bool = True
    call: Name | None = None
    note: LongText = ""


@dataclass(frozen=True, slots=True, kw_only=True, config=FACT_CONFIG)
class TicketSurveyed(TicketFact):
    """The customer was asked how satisfied they are: 0 to 100; a scale of five counts 20 each."""

    kind: Literal["ticket_surveyed"] = "ticket_surveyed"
    score: Score
    comment: LongText = ""


@dataclass(frozen=True, slots=True, kw_only=True, config=FACT_CONFIG)
class TicketClosed(TicketFact):
    """Nothing is left to do; every clock stops."""

    kind: Literal["ticket_closed"] = "ticket_closed"
    note: LongText = ""


@dataclass(frozen=True, slots=True, kw_only=True, config=FACT_CONFIG)
class TicketReopened(TicketFact):
    """A resolved or closed ticket is open again; `dissatisfied` says that a survey did it."""

    kind: Literal["ticket_reopened"] = "ticket_reopened"
    reason: LongText = ""
    dissatisfied: bool = False


@dataclass(frozen=True, slots=True, kw_only=True, config=FACT_CONFIG)
class TicketLinked(TicketFact):
    """The ticket belongs together with another ticket, a call or a notice."""

    kind: Literal["ticket_linked"] = "ticket_linked"
    to: Literal["ticket", "call", "notice"]
    target: Name


@dataclass(frozen=True, slots=True, kw_only=True, config=FACT_CONFIG)
class TicketUnqualified(TicketFact):
    """The receiving unit says that the order should not exist or lacks facts: it goes back and counts against the
    sender."""

    kind: Literal["ticket_unqualified"] = "ticket_unqualified"
    reason: UnqualifiedReason
    note: LongText = ""


@dataclass(frozen=True, slots=True, kw_only=True, config=FACT_CONFIG)
class TicketNoted(TicketFact):
    """Something worth knowing; changes no clock."""

    kind: Literal["ticket_noted"] = "ticket_noted"
    text: LongText


@dataclass(frozen=True, slots=True, kw_only=True, config=FACT_CONFIG)
class TicketPrioritised(TicketFact):
    """A person set the priority by hand, with a reason; None gives it back to the rule."""

    kind: Literal["ticket_prioritised"] = "ticket_prioritised"
    priority: Annotated[int, Field(ge=1, le=3, strict=True)] | None
    reason: LongText


@dataclass(frozen=True, slots=True, kw_only=True, config=FACT_CONFIG)
class TicketFlagged(TicketFact):
    """A loop was opened: the customer called again, or complained again of the same. `flag_id` names it.

    `ref` is the call or the ticket that shows it.
    """

    kind: Literal["ticket_flagged"] = "ticket_flagged"
    flag: FlagKind
    flag_id: Name
    ref: Name


@dataclass(frozen=True, slots=True, kw_only=True, config=FACT_CONFIG)
class TicketFlagAnswered(TicketFact):
    """The unit that owns a repeat caller's ticket has seen the flag, or has written back what came of calling back."""

    kind: Literal["ticket_flag_answered"] = "ticket_flag_answered"
    flag_id: Name
    step: Literal["acknowledged", "called_back", "written_back"]
    note: LongText = ""


@dataclass(frozen=True, slots=True, kw_only=True, config=FACT_CONFIG)
class TicketCredited(TicketFact):
    """The customer is given an amount for what went wrong; `authorised_by` is who may grant what the line may not."""

    kind: Literal["ticket_credited"] = "ticket_credited"
    amount_fen: Fen
    authorised_by: Text = ""
    reason: LongText = ""


@dataclass(frozen=True, slots=True, kw_only=True, config=FACT_CONFIG)
class TicketActWithdrawn(TicketFact):
    """A command on this ticket is taken back: the facts of `withdrawn` count as if they had never been."""

    kind: Literal["ticket_act_withdrawn"] = "ticket_act_withdrawn"
    withdrawn: Name


@dataclass(frozen=True, slots=True, kw_only=True, config=FACT_CONFIG)
class NoticeFact:
    """What every fact of a notice has."""

    at_ms: Instant
    notice: Name
    by: Text = ""
    act: Text = ""


@dataclass(frozen=True, slots=True, kw_only=True, config=FACT_CONFIG)
class NoticePosted(NoticeFact):
    """Something is known to be broken, or is going to happen: where, which service, until when, what callers are told.

    Without `starts_ms` it holds from `at_ms`; with one it is an early warning until then. `volume_percent` is what it
    is expected to do to the calls: 45 for 45 % more. `ahead_seconds` are the lead times at which recipients are told:
    those of `tell`, or of the chain of level III where it names none. Posted again with the same id, the newer words
    hold.
    """

    kind: Literal["notice_posted"] = "notice_posted"
    area: Text = ""
    service: Text = ""
    wording: LongText
    expected_end_ms: Instant | None = None
    event: NoticeKind = "outage"
    starts_ms: Instant | None = None
    volume_percent: Annotated[int, Field(ge=-100, le=1000, strict=True)] | None = None
    ahead_seconds: tuple[Seconds, ...] = ()
    tell: tuple[Name, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, config=FACT_CONFIG)
class NoticeTold(NoticeFact):
    """Recipients are told ahead of what begins at `starts_ms`: for these leads, which were due by now and not told.

    Which channel took it is a fact of its own (`AlertDelivered`, of the alert "notice:" and its name).
    """

    kind: Literal["notice_told"] = "notice_told"
    starts_ms: Instant
    leads_seconds: tuple[Seconds, ...]
    recipients: tuple[Name, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, config=FACT_CONFIG)
class NoticeLinked(NoticeFact):
    """A contact was answered with the notice and needed no ticket."""

    kind: Literal["notice_linked"] = "notice_linked"
    contact: Name
    call: Name | None = None
    caller: Text = ""
    customer: Text = ""
    area: Text = ""
    service: Text = ""


@dataclass(frozen=True, slots=True, kw_only=True, config=FACT_CONFIG)
class NoticeStillCutOff(NoticeFact):
    """A customer whose contact was absorbed is still without service."""

    kind: Literal["notice_still_cut_off"] = "notice_still_cut_off"
    contact: Name


@dataclass(frozen=True, slots=True, kw_only=True, config=FACT_CONFIG)
class NoticeEnded(NoticeFact):
    """What was broken works again."""

    kind: Literal["notice_ended"] = "notice_ended"


TicketEvent = (
    TicketCreated
    | TicketDispatched
    | TicketReceived
    | TicketForwarded
    | TicketDelivered
    | TicketAccepted
    | TicketStarted
    | TicketDeparted
    | TicketArrived
    | TicketDelayed
    | TicketContacted
    | TicketHeld
    | TicketResumed
    | TicketTransferred
    | TicketReturned
    | TicketRecalled
    | TicketPhoned
    | TicketEscalated
    | TicketResolved
    | TicketAnswered
    | TicketPromised
    | TicketCalledBack
    | TicketSurveyed
    | TicketClosed
    | TicketReopened
    | TicketLinked
    | TicketUnqualified
    | TicketNoted
    | TicketPrioritised
    | TicketFlagged
    | TicketFlagAnswered
    | TicketCredited
    | TicketActWithdrawn
)
NoticeEvent = NoticePosted | NoticeTold | NoticeLinked | NoticeStillCutOff | NoticeEnded

TICKET_EVENTS: Final[frozenset[type]] = frozenset(get_args(TicketEvent))
"""The kinds that shape a ticket."""

NOTICE_EVENTS: Final[frozenset[type]] = frozenset(get_args(NoticeEvent))
"""The kinds that shape a notice."""
