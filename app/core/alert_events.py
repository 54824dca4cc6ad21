"""The facts of alerts: what was noticed, who was told, who has it, and when it was over.

An alert is its facts and nothing else (see docs/alerts.md). `alert` is its identity, "rule|entity": a number that
changes never makes a second one. `by` is who did it, or `PROGRAM` where a rule did.
"""

from __future__ import annotations

from dataclasses import field
from typing import Annotated, Final, Literal, get_args

from pydantic import Field
from pydantic.dataclasses import dataclass

from app.core.event_fields import FACT_CONFIG, TEXT_LIMIT, Instant, LongText, Name, Text

AlertLevel = Annotated[int, Field(ge=1, le=3, strict=True, description="1 is I, the gravest; 3 is III")]
AlertName = Annotated[str, Field(min_length=1, max_length=500)]
Delivery = Literal["told", "refused", "failed"]


@dataclass(frozen=True, slots=True, kw_only=True, config=FACT_CONFIG)
class AlertFact:
    """What every fact of an alert has: when, which identity, who did it, and by which command."""

    at_ms: Instant
    alert: AlertName
    by: Text = ""
    act: Text = ""


@dataclass(frozen=True, slots=True, kw_only=True, config=FACT_CONFIG)
class AlertPending(AlertFact):
    """The threshold was crossed at `at_ms`, and the rule's hold begins."""

    kind: Literal["alert_pending"] = "alert_pending"
    level: AlertLevel
    values: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True, config=FACT_CONFIG)
class AlertDropped(AlertFact):
    """It did not hold: nothing was ever raised."""

    kind: Literal["alert_dropped"] = "alert_dropped"


@dataclass(frozen=True, slots=True, kw_only=True, config=FACT_CONFIG)
class AlertRaised(AlertFact):
    """It is an alert from now. `values` are what its sentence names; `rule_version` is the book it was raised by.

    `is_late` says that the program was down when it should have been raised, at `should_ms`.
    """

    kind: Literal["alert_raised"] = "alert_raised"
    level: AlertLevel
    values: dict[str, str] = field(default_factory=dict)
    rule_version: Annotated[int, Field(ge=0, strict=True)] = 0
    is_late: bool = False
    should_ms: Instant | None = None


@dataclass(frozen=True, slots=True, kw_only=True, config=FACT_CONFIG)
class AlertChanged(AlertFact):
    """Its level changed, or the figure in its sentence did so much that it is worth saying; never raised anew."""

    kind: Literal["alert_changed"] = "alert_changed"
    level: AlertLevel
    values: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True, config=FACT_CONFIG)
class AlertFlapping(AlertFact):
    """It came and went four times within a quarter of an hour: it stays open until it has been quiet."""

    kind: Literal["alert_flapping"] = "alert_flapping"
    is_flapping: bool


@dataclass(frozen=True, slots=True, kw_only=True, config=FACT_CONFIG)
class AlertAcknowledged(AlertFact):
    """Somebody has it."""

    kind: Literal["alert_acknowledged"] = "alert_acknowledged"
    note: LongText = ""


@dataclass(frozen=True, slots=True, kw_only=True, config=FACT_CONFIG)
class AlertReminded(AlertFact):
    """It was said again, for nobody has it."""

    kind: Literal["alert_reminded"] = "alert_reminded"


@dataclass(frozen=True, slots=True, kw_only=True, config=FACT_CONFIG)
class AlertEscalated(AlertFact):
    """Step `step` of the chain began: `recipients` are told. By a person, or because nobody acknowledged in time."""

    kind: Literal["alert_escalated"] = "alert_escalated"
    step: Annotated[int, Field(ge=0, le=50, strict=True)]
    recipients: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, config=FACT_CONFIG)
class AlertDelivered(AlertFact):
    """What became of telling one recipient through one channel; `answer` is what the channel said."""

    kind: Literal["alert_delivered"] = "alert_delivered"
    message: Name
    recipient: Text
    channel: Text
    outcome: Delivery
    answer: LongText = ""
    attempt: Annotated[int, Field(ge=1, le=1000, strict=True)] = 1


@dataclass(frozen=True, slots=True, kw_only=True, config=FACT_CONFIG)
class AlertSilenced(AlertFact):
    """It makes no sound and tells nobody until an instant; it stays listed."""

    kind: Literal["alert_silenced"] = "alert_silenced"
    until_ms: Instant
    note: LongText = ""


@dataclass(frozen=True, slots=True, kw_only=True, config=FACT_CONFIG)
class AlertInhibited(AlertFact):
    """Something graver explains it: `cause` is that alert's identity, or "notice:…"; empty, when nothing does now."""

    kind: Literal["alert_inhibited"] = "alert_inhibited"
    cause: Annotated[str, Field(max_length=TEXT_LIMIT)] = ""


@dataclass(frozen=True, slots=True, kw_only=True, config=FACT_CONFIG)
class AlertResolved(AlertFact):
    """The figure is back below the clear threshold, what it was about is over, or the rule is gone."""

    kind: Literal["alert_resolved"] = "alert_resolved"
    reason: LongText = ""


@dataclass(frozen=True, slots=True, kw_only=True, config=FACT_CONFIG)
class FaultDeclared:
    """A person says that a system is down: what it affects, in words. Level I until somebody says it is over."""

    kind: Literal["fault_declared"] = "fault_declared"
    at_ms: Instant
    fault: Name
    what: LongText
    source: Text = ""
    by: Text = ""
    act: Text = ""


@dataclass(frozen=True, slots=True, kw_only=True, config=FACT_CONFIG)
class FaultEnded:
    """The system works again."""

    kind: Literal["fault_ended"] = "fault_ended"
    at_ms: Instant
    fault: Name
    by: Text = ""
    act: Text = ""


AlertEvent = (
    AlertPending
    | AlertDropped
    | AlertRaised
    | AlertChanged
    | AlertFlapping
    | AlertAcknowledged
    | AlertReminded
    | AlertEscalated
    | AlertDelivered
    | AlertSilenced
    | AlertInhibited
    | AlertResolved
    | FaultDeclared
    | FaultEnded
)

ALERT_EVENTS: Final[frozenset[type]] = frozenset(get_args(AlertEvent))
"""The kinds that shape an alert."""
