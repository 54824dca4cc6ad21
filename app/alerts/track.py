"""An alert as the evaluator knows it: its newest occurrence, how it came and went, and the next facts of it."""

from __future__ import annotations

from typing import Any

from app.alerts.history import advance
from app.alerts.model import FLAP_WINDOW_MS, FLAPS, Alert
from app.core.ticket_events import PROGRAM


class Track:
    """What is known of one identity.

    Args:
        identity: The alert's.
        alert: Its newest occurrence; None where there is none yet.
    """

    __slots__ = ("_changes", "alert", "identity", "was_so")

    def __init__(self, identity: str, alert: Alert | None = None) -> None:
        self.identity = identity
        self.alert: Alert | None = None
        self.was_so: bool | None = None
        """Whether it was so when it was last looked at; None when that is not known."""
        self._changes: set[tuple[int, str]] = set()
        if alert is not None:
            self.take(alert)

    @property
    def is_over(self) -> bool:
        """Whether no occurrence is open."""
        return self.alert is None or not self.alert.is_open

    def take(self, alert: Alert) -> None:
        """Take an occurrence as the store has it; an older one than the newest tells only how it came and went."""
        if self.alert is None or alert.pending_ms >= self.alert.pending_ms:
            self.alert = alert
        self._note_changes(alert)

    def make(self, kind: type[Any], at_ms: int, seq: int, **fields: Any) -> Any:
        """The next fact, and the alert after it.

        Args:
            kind: Of the fact.
            at_ms: When it happened. It is never before the newest fact, whatever a clock says, and two of one kind
                are not of one instant.
            seq: A number greater than those of all facts before.
            fields: The fact's own.
        """
        if self.alert is not None:
            newest_ms = self.alert.moments[-1].at_ms
            if at_ms <= newest_ms:
                short = kind.__dataclass_fields__["kind"].default.removeprefix("alert_")
                latest = [moment.kind for moment in self.alert.moments if moment.at_ms == newest_ms]
                at_ms = newest_ms + (short in latest)
        fact = kind(at_ms=at_ms, alert=self.identity, by=PROGRAM, **fields)
        self.alert = advance(self.alert, self.identity, seq, fact)
        if self.alert is not None:
            self._note_changes(self.alert)
        return fact

    def is_flapping_at(self, at_ms: int, coming: int = 0) -> bool:
        """Whether it has changed so often that it is kept open.

        Args:
            at_ms: The moment.
            coming: Changes at this moment that are not facts yet.
        """
        recent = sum(1 for changed_ms, _change in self._changes if at_ms - FLAP_WINDOW_MS < changed_ms <= at_ms)
        return recent + coming >= FLAPS

    def newest_ms(self, *kinds: str) -> int | None:
        """When the newest moment of some kinds was; None when there was none in this occurrence."""
        if self.alert is None:
            return None
        return next((moment.at_ms for moment in reversed(self.alert.moments) if moment.kind in kinds), None)

    def _note_changes(self, alert: Alert) -> None:
        if alert.raised_ms is None:
            return
        self._changes.add((alert.raised_ms, "raised"))
        if alert.resolved_ms is not None:
            self._changes.add((alert.resolved_ms, "resolved"))
        if len(self._changes) > 2 * FLAPS:
            self._changes = set(sorted(self._changes)[-FLAPS:])
