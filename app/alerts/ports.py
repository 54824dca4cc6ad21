"""What alerts ask of the outside: a store to fold into and read from, and a desk that screens hand deeds to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from app.alerts.grouping import AlertGroup
from app.alerts.model import Alert, Fault
from app.alerts.rule import AlertBook
from app.core.journal import Fact
from app.tickets.policy import PolicyBook


class AlertBookVersion(NamedTuple):
    """A book of rules from the instant it was applied on; version 0 is the shipped one."""

    version: int
    applied_ms: int
    actor: str
    file: str
    book: AlertBook


class OutboxMessage(NamedTuple):
    """Something to tell somebody, kept until it was told or given up.

    Attributes:
        message: Its idempotency key: alert, occurrence, step or reminder, recipient.
        alert: The identity it is about.
        recipient: The recipient's key.
        channels: Channels still to try, in order.
        subject: One line.
        body: The sentence, the runbook, where and since when.
        due_ms: Not before.
        attempt: How often it was tried, through whichever channel.
        created_ms: When it was put in.
        is_sending: It was handed to a channel that has not said what became of it: it may have arrived.
    """

    message: str
    alert: str
    recipient: str
    channels: tuple[str, ...]
    subject: str
    body: str
    due_ms: int
    attempt: int
    created_ms: int
    is_sending: bool


class FoldPoint(NamedTuple):
    """Where an occurrence of an alert began: (0, 0) is before all of them.

    An alert that comes each day has a life of years: only from the occurrence that a fact touches on is it folded anew.
    """

    at_ms: int
    number: int


class AlertChanges(NamedTuple):
    """Occurrences as they stand at a fact of the log.

    Attributes:
        seq: The newest fact folded.
        generation: Grows when what was told before does not hold any more: then all is told again.
        is_whole: All that is asked for is told, not only what changed.
        alerts: In order of occurrence; also those that are over.
    """

    seq: int
    generation: int
    is_whole: bool
    alerts: Sequence[Alert]


class AlertStore(Protocol):
    """What folding alerts asks of storage. All calls come inside a write transaction."""

    def note_alert_facts(self, facts: Sequence[Fact]) -> None:
        """Note which facts are of which identity, or of which fault."""
        ...

    def fold_points(self, oldest_ms: Mapping[str, int]) -> Mapping[str, FoldPoint]:
        """Where to begin to fold for facts that are no older: the newest occurrence begun by then, or the beginning."""
        ...

    def alert_facts(self, points: Mapping[str, FoldPoint]) -> Mapping[str, Sequence[Fact]]:
        """The noted facts of some identities from a point on, ordered by instant, then sequence number."""
        ...

    def save_alerts(self, points: Mapping[str, FoldPoint], alerts: Iterable[Alert]) -> None:
        """Replace all occurrences of some identities from a point on."""
        ...

    def clear_alerts(self) -> None:
        """Remove all that is folded of alerts and faults."""
        ...

    def alerts_in_log(self) -> Iterable[Sequence[str]]:
        """Note all facts of the log anew, then give all identities, some hundred at a time."""
        ...

    def fault_facts(self, fault: str) -> Sequence[Fact]:
        """The noted facts of a fault."""
        ...

    def faults_noted(self) -> Sequence[str]:
        """The ids of all faults of which facts are noted."""
        ...

    def save_fault(self, fault: Fault) -> None:
        """Keep a fault, or replace it."""
        ...


class AlertReader(Protocol):
    """What screens, commands and the evaluator read."""

    def books(self) -> Sequence[AlertBookVersion]:
        """Every version of the rules, the oldest first; empty where only the shipped ones hold."""
        ...

    def open_alerts(self) -> list[Alert]:
        """Those that are not over, in order of occurrence."""
        ...

    def recent_alerts(self, since_ms: int) -> list[Alert]:
        """Those that are open, or were over at an instant or later, in order of occurrence."""
        ...

    def alerts_between(self, start_ms: int, end_ms: int) -> list[Alert]:
        """Those pending or raised in [start, end), in order of occurrence."""
        ...

    def alert_changes(self, since_seq: int, generation: int, since_ms: int) -> AlertChanges:
        """What changed since a fact; with 0, or another generation than asked for, what `recent_alerts` gives."""
        ...

    def faults(self, *, only_live: bool) -> list[Fault]:
        """Declared faults, the newest first."""
        ...

    def outbox(self) -> list[OutboxMessage]:
        """What is still to be told, the oldest first."""
        ...


@dataclass(frozen=True, slots=True)
class AlertPicture:
    """What banner and alerts screen show; made off the screen's thread.

    Attributes:
        now_ms: The moment.
        revision: Grows with every change.
        alerts: Open ones and those resolved a moment ago, the gravest and newest first.
        book: The rules in force.
        muted: How many are inhibited.
        person_names: What people call the persons that occur.
        problem: Why it may be old, as a sentence; empty when it is not.
        groups: The lines of the banner, the most urgent first.
        faults: Declared faults that are not over.
        policies: What types and stages of tickets are called; None while that is not read.
    """

    now_ms: int
    revision: int = 0
    alerts: tuple[Alert, ...] = ()
    book: AlertBook = field(default_factory=AlertBook)
    muted: int = 0
    person_names: Mapping[str, str] = field(default_factory=dict)
    problem: str = ""
    groups: Sequence[AlertGroup] = ()
    faults: Sequence[Fault] = ()
    policies: PolicyBook | None = None


class AlertDesk(Protocol):
    """What the screens hand deeds to; every call reads or writes the store: call it from a worker thread.

    All raise RuleRefused when the alert does not stand so that it can be done, StoreProblem when the store cannot be
    used.
    """

    def acknowledge(self, alerts: Sequence[str], note: str) -> int:
        """Take open alerts; returns how many were taken."""
        ...

    def silence(self, alerts: Sequence[str], until_ms: int, note: str) -> int:
        """Have open alerts make no sound until an instant; returns how many."""
        ...

    def escalate(self, alerts: Sequence[str]) -> int:
        """Begin the next step of open alerts' chains now; returns how many had one."""
        ...

    def declare(self, what: str, source: str) -> str:
        """Declare a system down; returns the fault's id."""
        ...

    def end_fault(self, fault: str) -> None:
        """Say that the system works again."""
        ...

    def history(self, start_ms: int, end_ms: int) -> list[Alert]:
        """Alerts of a range, in order."""
        ...
