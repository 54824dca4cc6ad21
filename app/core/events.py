"""The facts of the floor: one validated type per kind, and one union of them all.

A fact says what happened, when (`at_ms`, UTC milliseconds), and to whom. Facts come from telephone systems, from the
simulator, from a person's key press; they are appended to the event log and never changed. Everything else Watchfloor
shows is folded from them. The JSON form of one fact is one line of the native input (see docs/bridging.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Final, Literal, get_args

from pydantic import Field, TypeAdapter
from pydantic.dataclasses import dataclass

from app.core.alert_events import AlertEvent
from app.core.event_fields import FACT_CONFIG, Instant, Milliseconds, Name, Seconds, Text
from app.core.ticket_events import NoticeEvent, TicketEvent


@dataclass(frozen=True, slots=True, kw_only=True, config=FACT_CONFIG)
class AgentSignedIn:
    """An agent began to serve a queue, or the whole floor when no queue is named.

    `not_ready` says that the agent came in already not ready.
    """

    kind: Literal["agent_signed_in"] = "agent_signed_in"
    at_ms: Instant
    agent: Name
    queue: Name | None = None
    not_ready: bool = False


@dataclass(frozen=True, slots=True, kw_only=True, config=FACT_CONFIG)
class AgentSignedOut:
    """An agent stopped serving a queue. With no queue named: the session that named none, else everything.

    `signed_in_seconds` is how long the source says the session lasted: where no sign-in is known the session
    began that long before.
    """

    kind: Literal["agent_signed_out"] = "agent_signed_out"
    at_ms: Instant
    agent: Name
    queue: Name | None = None
    signed_in_seconds: Seconds | None = None


@dataclass(frozen=True, slots=True, kw_only=True, config=FACT_CONFIG)
class AgentReady:
    """An agent can take calls again from one queue, or from all when no queue is named."""

    kind: Literal["agent_ready"] = "agent_ready"
    at_ms: Instant
    agent: Name
    queue: Name | None = None


@dataclass(frozen=True, slots=True, kw_only=True, config=FACT_CONFIG)
class AgentNotReady:
    """An agent takes no calls from one queue, or from any when no queue is named; the reason is the source's word."""

    kind: Literal["agent_not_ready"] = "agent_not_ready"
    at_ms: Instant
    agent: Name
    queue: Name | None = None
    reason: Text = ""


@dataclass(frozen=True, slots=True, kw_only=True, config=FACT_CONFIG)
class AgentRinging:
    """A call began to ring at an agent."""

    kind: Literal["agent_ringing"] = "agent_ringing"
    at_ms: Instant
    agent: Name
    queue: Name | None = None
    call: Name


@dataclass(frozen=True, slots=True, kw_only=True, config=FACT_CONFIG)
class AgentRingMissed:
    """Ringing ended with no answer; `cancelled` when the caller or the system ended it, not the agent's time-out.

    `ring_ms` is how long it had rung.
    """

    kind: Literal["agent_ring_missed"] = "agent_ring_missed"
    at_ms: Instant
    agent: Name
    queue: Name | None = None
    call: Name
    ring_ms: Milliseconds | None = None
    cancelled: bool = False


@dataclass(frozen=True, slots=True, kw_only=True, config=FACT_CONFIG)
class CallEntered:
    """A call entered a queue."""

    kind: Literal["call_entered"] = "call_entered"
    at_ms: Instant
    call: Name
    queue: Name
    caller: Text = ""
    position: Annotated[int, Field(ge=0)] | None = None


@dataclass(frozen=True, slots=True, kw_only=True, config=FACT_CONFIG)
class CallConnected:
    """An agent answered a call; it had waited `wait_seconds` and rung `ring_seconds` at this agent."""

    kind: Literal["call_connected"] = "call_connected"
    at_ms: Instant
    call: Name
    queue: Name
    agent: Name
    wait_seconds: Seconds | None = None
    ring_seconds: Seconds | None = None


@dataclass(frozen=True, slots=True, kw_only=True, config=FACT_CONFIG)
class CallHeld:
    """An agent put the caller on hold."""

    kind: Literal["call_held"] = "call_held"
    at_ms: Instant
    call: Name
    queue: Name
    agent: Name


@dataclass(frozen=True, slots=True, kw_only=True, config=FACT_CONFIG)
class CallRetrieved:
    """An agent took the caller back from hold."""

    kind: Literal["call_retrieved"] = "call_retrieved"
    at_ms: Instant
    call: Name
    queue: Name
    agent: Name


@dataclass(frozen=True, slots=True, kw_only=True, config=FACT_CONFIG)
class CallCompleted:
    """A conversation ended, by the caller or the agent, with what the source measured of it."""

    kind: Literal["call_completed"] = "call_completed"
    at_ms: Instant
    call: Name
    queue: Name
    agent: Name
    wait_seconds: Seconds | None = None
    talk_seconds: Seconds | None = None
    ended_by: Literal["caller", "agent"] | None = None


@dataclass(frozen=True, slots=True, kw_only=True, config=FACT_CONFIG)
class CallTransferred:
    """A conversation ended for this agent because the call was handed on."""

    kind: Literal["call_transferred"] = "call_transferred"
    at_ms: Instant
    call: Name
    queue: Name
    agent: Name
    to: Text = ""
    attended: bool = False
    wait_seconds: Seconds | None = None
    talk_seconds: Seconds | None = None


@dataclass(frozen=True, slots=True, kw_only=True, config=FACT_CONFIG)
class CallAbandoned:
    """The caller hung up while waiting."""

    kind: Literal["call_abandoned"] = "call_abandoned"
    at_ms: Instant
    call: Name
    queue: Name
    wait_seconds: Seconds | None = None


@dataclass(frozen=True, slots=True, kw_only=True, config=FACT_CONFIG)
class CallTimedOut:
    """The queue's own limit of waiting was reached and the call went on elsewhere."""

    kind: Literal["call_timed_out"] = "call_timed_out"
    at_ms: Instant
    call: Name
    queue: Name
    wait_seconds: Seconds | None = None


@dataclass(frozen=True, slots=True, kw_only=True, config=FACT_CONFIG)
class CallLeftByKey:
    """The caller left the queue by pressing a key."""

    kind: Literal["call_left_by_key"] = "call_left_by_key"
    at_ms: Instant
    call: Name
    queue: Name
    key: Text = ""
    wait_seconds: Seconds | None = None


@dataclass(frozen=True, slots=True, kw_only=True, config=FACT_CONFIG)
class CallLeftEmpty:
    """The call left because nobody served the queue any more."""

    kind: Literal["call_left_empty"] = "call_left_empty"
    at_ms: Instant
    call: Name
    queue: Name
    wait_seconds: Seconds | None = None


@dataclass(frozen=True, slots=True, kw_only=True, config=FACT_CONFIG)
class CallRefused:
    """The queue did not take or keep the call: full, closed, nobody there, diverted; `reason` is the source's word."""

    kind: Literal["call_refused"] = "call_refused"
    at_ms: Instant
    call: Name
    queue: Name
    reason: Text = ""
    wait_seconds: Seconds | None = None


@dataclass(frozen=True, slots=True, kw_only=True, config=FACT_CONFIG)
class WrapUpStarted:
    """After-call work began; `seconds` is its fixed length, where the source gives one."""

    kind: Literal["wrap_up_started"] = "wrap_up_started"
    at_ms: Instant
    agent: Name
    queue: Name | None = None
    call: Name | None = None
    seconds: Seconds | None = None


@dataclass(frozen=True, slots=True, kw_only=True, config=FACT_CONFIG)
class WrapUpEnded:
    """After-call work ended."""

    kind: Literal["wrap_up_ended"] = "wrap_up_ended"
    at_ms: Instant
    agent: Name
    queue: Name | None = None


@dataclass(frozen=True, slots=True, kw_only=True, config=FACT_CONFIG)
class OutboundCallCompleted:
    """A call to a customer ended; `reached` says whether anybody answered. It shapes no agent's time here."""

    kind: Literal["outbound_call_completed"] = "outbound_call_completed"
    at_ms: Instant
    by: Text = ""
    number: Name
    call: Name | None = None
    reached: bool = True
    talk_seconds: Seconds | None = None


@dataclass(frozen=True, slots=True, kw_only=True, config=FACT_CONFIG)
class SourceRestarted:
    """The telephone system started anew: calls in flight are gone, sign-ins and not-ready states survive."""

    kind: Literal["source_restarted"] = "source_restarted"
    at_ms: Instant


@dataclass(frozen=True, slots=True, kw_only=True, config=FACT_CONFIG)
class OtherFact:
    """A row of the source that changes nothing here; kept as it came, so that a later version may understand it."""

    kind: Literal["other_fact"] = "other_fact"
    at_ms: Instant
    name: Text
    agent: Name | None = None
    queue: Name | None = None
    call: Name | None = None
    data: tuple[str, ...] = ()


AgentEvent = (
    AgentSignedIn
    | AgentSignedOut
    | AgentReady
    | AgentNotReady
    | AgentRinging
    | AgentRingMissed
    | WrapUpStarted
    | WrapUpEnded
)
ExitEvent = CallAbandoned | CallTimedOut | CallLeftByKey | CallLeftEmpty
TalkEvent = CallConnected | CallHeld | CallRetrieved | CallCompleted | CallTransferred
CallEvent = CallEntered | TalkEvent | ExitEvent | CallRefused

CALL_EVENTS: Final[frozenset[type]] = frozenset(get_args(CallEvent))
"""The kinds that shape a visit."""

FLOOR_EVENTS: Final[frozenset[type]] = frozenset(
    (*get_args(AgentEvent), *get_args(CallEvent), OutboundCallCompleted, SourceRestarted, OtherFact)
)
"""The kinds that telephone systems tell: how old the newest of them is says whether their data still comes."""

AnyEvent = (
    AgentEvent
    | CallEvent
    | OutboundCallCompleted
    | TicketEvent
    | NoticeEvent
    | AlertEvent
    | SourceRestarted
    | OtherFact
)
"""Every kind of fact, for type checkers; `Event` is the same with its discriminator."""

Event = Annotated[AnyEvent, Field(discriminator="kind")]

EVENT: Final[TypeAdapter[AnyEvent]] = TypeAdapter(Event)
"""Reads and writes one fact."""

EVENTS: Final[TypeAdapter[list[AnyEvent]]] = TypeAdapter(list[Event])
"""Reads and writes many facts at once: several times cheaper than one by one."""


def event_schema() -> dict[str, Any]:
    """The JSON Schema of one line of native input."""
    schema = EVENT.json_schema()
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Watchfloor event",
        **schema,
    }


def validate_events(drafts: Sequence[dict[str, Any]]) -> list[AnyEvent]:
    """Turn plain dictionaries into facts, all or none.

    Raises:
        pydantic.ValidationError: When any of them is not a fact.
    """
    return EVENTS.validate_python(drafts)
