"""An alert as the evaluator knows it: its newest occurrence, how it came and went, and the next facts of it."""

from __future__ import annotations

from typing import Any

from app.alerts.history import advance
from app.alerts.model import FLAP_WINDOW_MS, FLAPS, REMEMBERED_MS, Alert
from app.core.ticket_events import PROGRAM


class Track:
    """What is known of one identity.

    Args:
        identity: The alert's.
    """

    __slots__ = ("_changes", "alert", "identity", "was_so")

    def __init__(self, identity: str) -> None:
        self.identity = identity
        self.alert: Alert | None = None
        """Its newest occurrence; None where there is none yet."""
        self.was_so: bool | None = None
        """Whether it was so when it was last looked at; None when that is not known."""
        self._changes: set[tuple[int, str]] = set()

    @property
    def is_over(self) -> bool:
        """Whether no occurrence is open."""
        return self.alert is None or not self.alert.is_open

    def take(self, alert: Alert) -> bool:
        """Take an occurrence as the store has it; an older one than the newest tells only how it came and went.

        Returns:
            Whether it says anything that was not known here.
        """
        self._note_changes(alert)
        known = self.alert
        if known is not None and alert.pending_ms < known.pending_ms:
            return False
        self.alert = alert
        return known is None or _unnumbered(known) != _unnumbered(alert)

    def make(self, kind: type[Any], at_ms: int, seq: int, **fields: Any) -> Any:
        """The next fact, and the alert after it.

        Args:
            kind: Of the fact.
            at_ms: When it happened. It is never before the newest fact, whatever a clock says, and two of one kind
                are not of one instant; another occurrence begins after the one before.
            seq: A number greater than those of all facts before.
            fields: The fact's own.
        """
        if self.alert is not None:
            newest_ms = self.alert.moments[-1].at_ms
            if at_ms <= newest_ms:
                short = kind.__dataclass_fields__["kind"].default.removeprefix("alert_")
                latest = [moment.kind for moment in self.alert.moments if moment.at_ms == newest_ms]
                at_ms = newest_ms + (self.is_over or short in latest)
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
        # Reckoned from the newest, should a clock have been set back.
        since_ms = max((at_ms, *(changed_ms for changed_ms, _change in self._changes))) - FLAP_WINDOW_MS
        recent = sum(1 for changed_ms, _change in self._changes if changed_ms > since_ms)
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
        oldest_ms = max(self._changes)[0] - REMEMBERED_MS
        self._changes = {change for change in self._changes if change[0] >= oldest_ms}


def _unnumbered(alert: Alert) -> Alert:
    """An occurrence without what only the store knows, and without its timeline."""
    return alert._replace(number=0, moments=(), messages=())
