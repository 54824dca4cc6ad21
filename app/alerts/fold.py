"""Keeps alerts true to the event log: the occurrences that a batch touches are made anew, and nothing else."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Final

from app.alerts.history import fold_alert, fold_fault
from app.alerts.model import Alert
from app.alerts.ports import AlertStore, FoldPoint
from app.core.alert_events import ALERT_EVENTS, FaultDeclared, FaultEnded
from app.core.journal import Fact

_FAULTS: Final = (FaultDeclared, FaultEnded)


class AlertFold:
    """The alerts' `Fold`.

    Args:
        store: The alerts' projections and the event log.
    """

    def __init__(self, store: AlertStore) -> None:
        self._store = store

    def fold(self, facts: Sequence[Fact], folded_seq: int) -> None:  # noqa: ARG002 - a Protocol's names
        ours = [fact for fact in facts if type(fact[2]) in ALERT_EVENTS]
        if not ours:
            return
        self._store.note_alert_facts(ours)
        oldest_ms: dict[str, int] = {}
        faults: dict[str, None] = {}
        for _seq, _source, event in ours:
            if isinstance(event, _FAULTS):
                faults[event.fault] = None
            else:
                alert: str = event.alert  # type: ignore[union-attr]
                oldest_ms[alert] = min(event.at_ms, oldest_ms.get(alert, event.at_ms))
        if oldest_ms:
            self._fold_from(self._store.fold_points(oldest_ms))
        for fault in faults:
            self._store.save_fault(fold_fault(fault, self._store.fault_facts(fault)))

    def rebuild(self) -> None:
        self._store.clear_alerts()
        for identities in self._store.alerts_in_log():
            self._fold_from(dict.fromkeys(identities, FoldPoint(0, 0)))
        for fault in self._store.faults_noted():
            self._store.save_fault(fold_fault(fault, self._store.fault_facts(fault)))

    def remap(self, agents: Collection[str]) -> None:
        """Nothing: an alert keeps the name it was raised under."""

    def forget(self) -> None:
        """Nothing is kept in memory."""

    def _fold_from(self, points: Mapping[str, FoldPoint]) -> None:
        self._store.save_alerts(points, self._folded(self._store.alert_facts(points)))

    @staticmethod
    def _folded(facts: Mapping[str, Sequence[Fact]]) -> Iterator[Alert]:
        for alert, known in facts.items():
            yield from fold_alert(alert, known)
