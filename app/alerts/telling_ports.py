"""What telling people of alerts asks of storage: the connection of the thread that folds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from app.alerts.ports import AlertBookVersion, AlertChanges, OutboxMessage
from app.core.journal import Journal


class TellAlerts(Protocol):
    """What is asked of the stored alerts."""

    def books(self) -> Sequence[AlertBookVersion]:
        """Every version of the rules, the oldest first."""
        ...

    def alert_changes(self, since_seq: int, generation: int, since_ms: int) -> AlertChanges:
        """What changed since a fact; all that is open or was over since an instant, with another generation."""
        ...


class Outbox(Protocol):
    """What is asked of the outbox; what writes is called inside a write transaction."""

    def messages(self) -> list[OutboxMessage]:
        """All that is still to be told."""
        ...

    def put(self, messages: Iterable[OutboxMessage]) -> int:
        """Put messages in."""
        ...

    def mark_sending(self, message: str) -> bool:
        """Say that a message is being handed to a channel."""
        ...

    def postpone(self, message: str, channels: Sequence[str], due_ms: int, attempt: int) -> bool:
        """Have a message tried again at an instant, by the channels that are left; it is no longer being sent."""
        ...

    def done(self, message: str) -> bool:
        """Take a message out."""
        ...


class TellLog(Protocol):
    """What is asked of the event log."""

    def version(self) -> tuple[int, int]:
        """The newest fact folded, and how often everything was rebuilt."""
        ...

    def writing(self) -> AbstractContextManager[object]:
        """One write transaction."""
        ...


class TellStore(Protocol):
    """The connection."""

    @property
    def journal(self) -> Journal: ...
    @property
    def log(self) -> TellLog: ...
    @property
    def alerts(self) -> TellAlerts: ...
    @property
    def outbox(self) -> Outbox: ...
