"""Alerts in SQLite: answers `AlertStore` for folding and `AlertReader` for everyone else; keeps books of rules."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from app.alerts.model import Alert, Fault
from app.alerts.ports import AlertBookVersion, AlertChanges, FoldPoint, OutboxMessage
from app.alerts.rule import AlertBook
from app.core.alert_events import FaultDeclared, FaultEnded
from app.core.journal import Fact
from store.alert_rows import from_text, to_text
from store.database import Store, rows, translated
from store.event_rows import from_row
from store.outbox import SqliteOutbox

_GROUP: Final = 500
"""Identities folded at a time; values in one list stay well below SQLite's limit of variables."""

_STRETCH: Final = 10_000
"""Facts of the log looked at together."""

_BEGINNING: Final = FoldPoint(0, 0)

_FAULT: Final = "fault:"
"""What the facts of a fault are noted under begins so; no rule's id holds a colon."""


def _noted_under(event: Any) -> str:
    if isinstance(event, FaultDeclared | FaultEnded):
        return f"{_FAULT}{event.fault}"
    alert: str = event.alert
    return alert


class SqliteAlerts:
    """Implements `AlertStore` for folding (inside the journal's transaction) and `AlertReader` for everyone else.

    What reads here may be asked inside a write transaction too, and sees what that has written; `alert_changes` is the
    exception.

    Args:
        store: The connection to use.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._outbox = SqliteOutbox(store)
        self._books: tuple[AlertBookVersion, ...] = ()
        self._newest_book: list[tuple[Any, ...]] = []

    def _found(self, statement: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        with translated(self._store.path):
            return rows(self._store.connection.execute(statement, values))

    # -- folding -----------------------------------------------------------------------------------------------------

    def note_alert_facts(self, facts: Sequence[Fact]) -> None:
        self._store.connection.executemany(
            "INSERT INTO alert_fact VALUES (?, ?, ?)",
            [(_noted_under(event), event.at_ms, seq) for seq, _source, event in facts],
        )

    def fold_points(self, oldest_ms: Mapping[str, int]) -> dict[str, FoldPoint]:
        points: dict[str, FoldPoint] = {}
        for alert, at_ms in oldest_ms.items():
            found = self._found(
                "SELECT pending_ms, number FROM alert WHERE alert = ? AND pending_ms <= ?"
                " ORDER BY pending_ms DESC, number DESC LIMIT 1",
                (alert, at_ms),
            )
            points[alert] = FoldPoint(*found[0]) if found else _BEGINNING
        return points

    def alert_facts(self, points: Mapping[str, FoldPoint]) -> dict[str, list[Fact]]:
        return {alert: self._facts(alert, point) for alert, point in points.items()}

    def _facts(self, alert: str, point: FoldPoint) -> list[Fact]:
        found = self._found(
            "SELECT f.seq, s.name, e.at_ms, e.kind, e.detail FROM alert_fact f"
            " CROSS JOIN event e ON e.seq = f.seq CROSS JOIN source s ON s.id = e.source"
            " WHERE f.alert = ? AND (f.at_ms, f.seq) >= (?, ?) ORDER BY f.at_ms, f.seq",
            (alert, *point),
        )
        return [
            (seq, source, from_row(at_ms, kind, None, None, None, detail)) for seq, source, at_ms, kind, detail in found
        ]

    def save_alerts(self, points: Mapping[str, FoldPoint], alerts: Iterable[Alert]) -> None:
        saved: dict[str, dict[int, Alert]] = {alert: {} for alert in points}
        for occurrence in alerts:
            saved[occurrence.alert][occurrence.number] = occurrence
        connection = self._store.connection
        folded_seq = self._found("SELECT folded_seq FROM journal")[0][0]
        for alert, point in points.items():
            before = dict(
                rows(
                    connection.execute(
                        "DELETE FROM alert WHERE alert = ? AND (pending_ms, number) >= (?, ?) RETURNING number, body",
                        (alert, *point),
                    )
                )
            )
            if before and _is_cut_anew(before, saved[alert], folded_seq):
                connection.execute("UPDATE journal SET generation = generation + 1")
        found = [_alert_row(occurrence) for occurrences in saved.values() for occurrence in occurrences.values()]
        connection.executemany("INSERT INTO alert VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", found)

    def clear_alerts(self) -> None:
        for table in ("alert", "fault"):
            self._store.connection.execute(f"DELETE FROM {table}")

    def alerts_in_log(self) -> Iterator[Sequence[str]]:
        self._store.connection.execute("DELETE FROM alert_fact")
        last_seq = 0
        while True:
            found = self._found(
                "SELECT seq, at_ms, kind, detail FROM event"
                f" WHERE seq > ? AND (kind GLOB 'alert_*' OR kind GLOB 'fault_*') ORDER BY seq LIMIT {_STRETCH}",
                (last_seq,),
            )
            if not found:
                break
            last_seq = found[-1][0]
            self.note_alert_facts(
                [(seq, "", from_row(at_ms, kind, None, None, None, detail)) for seq, at_ms, kind, detail in found]
            )
        noted = self._found("SELECT DISTINCT alert FROM alert_fact WHERE alert NOT GLOB ? ORDER BY 1", (f"{_FAULT}*",))
        identities = [alert for (alert,) in noted]
        for start in range(0, len(identities), _GROUP):
            yield identities[start : start + _GROUP]

    def fault_facts(self, fault: str) -> list[Fact]:
        return self._facts(f"{_FAULT}{fault}", _BEGINNING)

    def faults_noted(self) -> list[str]:
        noted = self._found("SELECT DISTINCT alert FROM alert_fact WHERE alert GLOB ? ORDER BY 1", (f"{_FAULT}*",))
        return [name.removeprefix(_FAULT) for (name,) in noted]

    def save_fault(self, fault: Fault) -> None:
        self._store.connection.execute("INSERT OR REPLACE INTO fault VALUES (?, ?, ?, ?, ?, ?)", tuple(fault))

    # -- what is alerted on ------------------------------------------------------------------------------------------

    def books(self) -> Sequence[AlertBookVersion]:
        newest = self._found("SELECT * FROM alert_book ORDER BY version DESC LIMIT 1")
        if newest != self._newest_book:
            # The row whole: another book may have its number where a transaction was undone.
            self._newest_book = newest
            found = self._found("SELECT version, applied_ms, actor, file, book FROM alert_book ORDER BY version")
            self._books = tuple(
                AlertBookVersion(version, applied_ms, actor, file, AlertBook.model_validate_json(text))
                for version, applied_ms, actor, file, text in found
            )
        return self._books

    def save_book(self, book: AlertBook, applied_ms: int, actor: str, file: str) -> int:
        """Put a book in force as the next version; inside a write transaction.

        Args:
            book: What is alerted on from now on.
            applied_ms: The present instant; never before the version that was in force.
            actor: Who applies it.
            file: The file it was read from.

        Returns:
            Its version.
        """
        versions = self.books()
        version = versions[-1].version + 1 if versions else 1
        if versions:
            applied_ms = max(applied_ms, versions[-1].applied_ms)
        text = json.dumps(book.model_dump(mode="json", exclude_defaults=True), ensure_ascii=False)
        self._store.connection.execute(
            "INSERT INTO alert_book VALUES (?, ?, ?, ?, ?)", (version, applied_ms, actor, file, text)
        )
        return version

    # -- reading -----------------------------------------------------------------------------------------------------

    def _alerts(self, where: str, values: Sequence[object] = ()) -> list[Alert]:
        found = self._found(f"SELECT body FROM alert WHERE {where} ORDER BY pending_ms, number", values)
        return [from_text(body) for (body,) in found]

    def alert(self, alert: str) -> Alert | None:
        """The newest occurrence of an alert, whether it is over or not; None where there never was one."""
        found = self._found(
            "SELECT body FROM alert WHERE alert = ? ORDER BY pending_ms DESC, number DESC LIMIT 1", (alert,)
        )
        return from_text(found[0][0]) if found else None

    def open_alerts(self) -> list[Alert]:
        return self._alerts("ended_ms IS NULL")

    def recent_alerts(self, since_ms: int) -> list[Alert]:
        found = self._found(
            "SELECT pending_ms, number, body FROM alert WHERE ended_ms IS NULL"
            " UNION ALL SELECT pending_ms, number, body FROM alert WHERE ended_ms >= ? ORDER BY 1, 2",
            (since_ms,),
        )
        return [from_text(body) for _pending_ms, _number, body in found]

    def alerts_between(self, start_ms: int, end_ms: int) -> list[Alert]:
        # Raised in the range, it may have been pending since before it: by a day at most, the longest hold there is.
        found = self._alerts("pending_ms >= ? AND pending_ms < ?", (start_ms - 86_400_000, end_ms))
        return [
            alert
            for alert in found
            if alert.pending_ms >= start_ms or (alert.raised_ms is not None and start_ms <= alert.raised_ms < end_ms)
        ]

    def alert_changes(self, since_seq: int, generation: int, since_ms: int) -> AlertChanges:
        seq, now = self._found("SELECT folded_seq, generation FROM journal")[0]
        is_whole = since_seq == 0 or now != generation
        alerts = self.recent_alerts(since_ms) if is_whole else self._alerts("seq > ?", (since_seq,))
        return AlertChanges(seq, now, is_whole, alerts)

    def faults(self, *, only_live: bool) -> list[Fault]:
        where = "WHERE ended_ms IS NULL" if only_live else ""
        found = self._found(f"SELECT * FROM fault {where} ORDER BY declared_ms DESC, fault")
        return [Fault._make(row) for row in found]

    def outbox(self) -> list[OutboxMessage]:
        return self._outbox.messages()


def _is_cut_anew(before: Mapping[int, str], after: Mapping[int, Alert], folded_seq: int) -> bool:
    """Whether a late fact has moved facts that were told before from one occurrence to another, or made one of two:
    whoever was told only what has a new fact must hear it all again."""
    if before.keys() - after.keys():
        return True
    old = (number for number, alert in after.items() if _newest_seq(alert) <= folded_seq)
    return any(before.get(number) != to_text(after[number]) for number in old)


def _newest_seq(alert: Alert) -> int:
    return max(moment.seq for moment in alert.moments)


def _alert_row(alert: Alert) -> tuple[object, ...]:
    return (
        alert.alert,
        alert.number,
        alert.rule,
        alert.entity,
        alert.state.value,
        alert.level,
        alert.pending_ms,
        alert.raised_ms,
        alert.acknowledged_ms,
        alert.resolved_ms,
        _newest_seq(alert),
        to_text(alert),
    )
