"""Schedules, their versions, and decisions about adherence in SQLite: what `app.planning` asks of storage."""

from __future__ import annotations

import json
from collections.abc import Hashable, Iterable, Sequence
from contextlib import AbstractContextManager
from datetime import date, datetime, timedelta, timezone
from typing import Any, Final

from app.planning.adherence import State
from app.planning.mapping import AdherenceRules
from app.planning.model import (
    Activity,
    AdherenceException,
    ExceptionKind,
    ScheduledSpan,
    ScheduleVersion,
    Shift,
    VersionKind,
)
from store.database import Store, rows, translated

_STANDS: Final = (
    "version = (SELECT max(version) FROM scheduled_shift WHERE agent = s.agent AND shift_date = s.shift_date"
    " AND version <= ?)"
)
"""The version of a shift that counts, among those up to a number."""

_SHIFT: Final = "agent, shift_date, version, spans FROM scheduled_shift s"
_VERSION: Final = "v.version, v.kind, v.at_ms, v.actor, v.why"
_ANY_VERSION: Final = 2**62
_DAY_MS: Final = 86_400_000
_LONGEST_MS: Final = 4 * _DAY_MS
"""No shift reaches further from its first instant: what touches a range starts at most this long before it."""

_SEEN: Final = (
    "FROM agent_interval WHERE agent = ? AND start_ms < ? AND start_ms >="
    " coalesce((SELECT max(start_ms) FROM agent_interval WHERE agent = ? AND start_ms <= ?), 0)"
    " AND (end_ms IS NULL OR end_ms > ?)"
)
"""Intervals of an agent that touch a range: the agent, the end of the range, the agent, and its start twice."""

_DIGEST: Final = (
    "count(*), sum(start_ms % 1000003 * ((coalesce(end_ms, 0) + unicode(state) * 8191) % 1000033)),"
    " sum(start_ms % 16777213 * (coalesce(end_ms, 1) % 1048573 + signed_in)),"
    " group_concat(CASE WHEN reason <> '' THEN start_ms || reason END)"
)
"""Borders multiplied within primes, so that moves of several do not cancel out, and small enough for a hundred thousand
intervals in SQLite's integers. The first letter tells states apart; few intervals have a reason, so those are whole."""

_ACTIVITIES: Final = {activity.value: activity for activity in Activity}


def _shift(row: tuple[Any, ...]) -> Shift:
    agent, written, version, spans = row
    day = date.fromisoformat(written)
    made = [
        ScheduledSpan(agent, day, start_ms, end_ms, _ACTIVITIES[activity])
        for start_ms, end_ms, activity in json.loads(spans)
    ]
    return Shift(agent, day, tuple(made), version)


def _row(shift: Shift, version: int) -> tuple[object, ...]:
    spans = [(span.start_ms, span.end_ms, span.activity.value) for span in shift.spans]
    borders = (shift.start_ms, shift.end_ms) if spans else (None, None)
    return (shift.agent, shift.shift_date.isoformat(), version, *borders, json.dumps(spans, separators=(",", ":")))


def _days_around(start_ms: int, end_ms: int) -> tuple[str, str]:
    """Dates between which every shift lies that touches a range, in whatever zone."""
    first, last = (
        datetime.fromtimestamp(min(max(at_ms, 0), 4_200_000_000_000) // 1000, timezone.utc).date()
        for at_ms in (start_ms, end_ms)
    )
    return (first - timedelta(days=4)).isoformat(), (last + timedelta(days=4)).isoformat()


class SqlitePlanning:
    """Implements `PlanningStore`.

    Args:
        store: The connection to use.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def reading(self) -> AbstractContextManager[object]:
        return self._store.reading()

    def writing(self) -> AbstractContextManager[object]:
        return self._store.writing()

    def _rows(self, query: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        with translated(self._store.path):
            return rows(self._store.connection.execute(query, values))

    # -- who ---------------------------------------------------------------------------------------------------------

    def known_agents(self) -> set[str]:
        return {agent for (agent,) in self._rows("SELECT agent_id FROM person UNION SELECT name FROM agent")}

    def teams(self) -> dict[str, str]:
        return dict(self._rows("SELECT agent_id, team FROM person"))

    # -- the schedule ------------------------------------------------------------------------------------------------

    def scheduled_agents(self, start_ms: int, end_ms: int) -> list[str]:
        found = self._rows(
            "SELECT DISTINCT agent FROM scheduled_shift WHERE start_ms >= ? AND start_ms < ? AND end_ms > ?"
            " ORDER BY agent",
            (start_ms - _LONGEST_MS, end_ms, start_ms),
        )
        return [agent for (agent,) in found]

    def shifts(self, agent: str, start_ms: int, end_ms: int, as_of_ms: int | None = None) -> list[Shift]:
        found = self._rows(
            f"SELECT {_SHIFT} WHERE agent = ? AND shift_date BETWEEN ? AND ? AND start_ms < ? AND end_ms > ?"
            f" AND {_STANDS} ORDER BY start_ms",
            (agent, *_days_around(start_ms, end_ms), end_ms, start_ms, self._version_at(as_of_ms)),
        )
        return [_shift(row) for row in found]

    def _version_at(self, as_of_ms: int | None) -> int:
        if as_of_ms is None:
            return _ANY_VERSION
        query = "SELECT coalesce(max(version), 0) FROM schedule_version WHERE at_ms <= ?"
        return int(self._rows(query, (as_of_ms,))[0][0])

    def all_shifts(self, start_ms: int, end_ms: int) -> list[Shift]:
        found = self._rows(
            f"SELECT {_SHIFT} WHERE start_ms >= ? AND start_ms < ? AND end_ms > ? AND {_STANDS}"
            " ORDER BY agent, start_ms",
            (start_ms - _LONGEST_MS, end_ms, start_ms, _ANY_VERSION),
        )
        return [_shift(row) for row in found]

    def shifts_on(self, keys: Iterable[tuple[str, date]]) -> dict[tuple[str, date], Shift]:
        wanted: dict[str, set[str]] = {}
        for agent, day in keys:
            wanted.setdefault(agent, set()).add(day.isoformat())
        found: dict[tuple[str, date], Shift] = {}
        for agent, days in wanted.items():
            standing = self._rows(
                f"SELECT {_SHIFT} WHERE agent = ? AND shift_date BETWEEN ? AND ? AND start_ms IS NOT NULL"
                f" AND {_STANDS}",
                (agent, min(days), max(days), _ANY_VERSION),
            )
            for row in standing:
                if row[1] in days:
                    shift = _shift(row)
                    found[agent, shift.shift_date] = shift
        return found

    def newest_version(self) -> int:
        return int(self._rows("SELECT coalesce(max(version), 0) FROM schedule_version")[0][0])

    def versions(self, limit: int) -> list[ScheduleVersion]:
        found = self._rows(
            f"SELECT {_VERSION}, (SELECT count(*) FROM scheduled_shift WHERE version = v.version)"
            " FROM schedule_version v ORDER BY v.version DESC LIMIT ?",
            (limit,),
        )
        return [_version(row) for row in found]

    def shift_history(self, agent: str, shift_date: date) -> list[tuple[ScheduleVersion, Shift]]:
        found = self._rows(
            f"SELECT {_VERSION}, 1, s.agent, s.shift_date, s.version, s.spans FROM scheduled_shift s"
            " JOIN schedule_version v ON v.version = s.version WHERE s.agent = ? AND s.shift_date = ?"
            " ORDER BY s.version",
            (agent, shift_date.isoformat()),
        )
        return [(_version(row[:6]), _shift(row[6:])) for row in found]

    def add_version(self, kind: VersionKind, at_ms: int, actor: str, why: str, shifts: Sequence[Shift]) -> int:
        connection = self._store.connection
        version = self.newest_version() + 1
        connection.execute(
            "INSERT INTO schedule_version VALUES (?, ?, ?, ?, ?)", (version, kind.value, at_ms, actor, why)
        )
        connection.executemany(
            "INSERT INTO scheduled_shift VALUES (?, ?, ?, ?, ?, ?)", [_row(shift, version) for shift in shifts]
        )
        return version

    # -- decisions ---------------------------------------------------------------------------------------------------

    def exceptions(self) -> list[AdherenceException]:
        found = self._rows(
            "SELECT e.number, e.kind, e.agent, e.start_ms, e.end_ms, e.reason, e.actor, e.at_ms, w.actor, w.at_ms,"
            " w.reason FROM adherence_exception e LEFT JOIN adherence_withdrawal w ON w.number = e.number"
            " ORDER BY e.number"
        )
        return [
            AdherenceException(
                row[0],
                ExceptionKind(row[1]),
                row[2],
                row[3],
                row[4],
                row[5],
                row[6],
                row[7],
                cancelled_by=row[8] or "",
                cancelled_ms=row[9],
                cancel_reason=row[10] or "",
            )
            for row in found
        ]

    def decisions(self) -> int:
        query = "SELECT (SELECT count(*) FROM adherence_exception) + (SELECT count(*) FROM adherence_withdrawal)"
        return int(self._rows(query)[0][0])

    def add_exception(self, exception: AdherenceException) -> int:
        cursor = self._store.connection.execute(
            "INSERT INTO adherence_exception (kind, agent, start_ms, end_ms, reason, actor, at_ms)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                exception.kind.value,
                exception.agent,
                exception.start_ms,
                exception.end_ms,
                exception.reason,
                exception.actor,
                exception.at_ms,
            ),
        )
        return int(cursor.lastrowid or 0)

    def cancel_exception(self, number: int, at_ms: int, actor: str, reason: str) -> None:
        self._store.connection.execute(
            "INSERT INTO adherence_withdrawal VALUES (?, ?, ?, ?)", (number, at_ms, actor, reason)
        )

    # -- rules -------------------------------------------------------------------------------------------------------

    def rules_versions(self) -> list[tuple[date, AdherenceRules]]:
        found = self._rows("SELECT since, rules FROM adherence_rules ORDER BY since")
        return [(date.fromisoformat(since), AdherenceRules.load(json.loads(rules))) for since, rules in found]

    def save_rules(self, since: date, rules: AdherenceRules) -> None:
        self._store.connection.execute(
            "INSERT OR REPLACE INTO adherence_rules VALUES (?, ?)",
            (since.isoformat(), json.dumps(rules.dump(), ensure_ascii=False)),
        )

    # -- the floor ---------------------------------------------------------------------------------------------------

    def agent_states(self, agent: str, start_ms: int, end_ms: int) -> list[State]:
        return self._rows(
            f"SELECT start_ms, end_ms, state, reason, signed_in {_SEEN} ORDER BY start_ms",
            (agent, end_ms, agent, start_ms, start_ms),
        )

    def states_digest(self, agent: str, start_ms: int, end_ms: int) -> Hashable:
        return self._rows(f"SELECT {_DIGEST} {_SEEN}", (agent, end_ms, agent, start_ms, start_ms))[0]


def _version(row: tuple[Any, ...]) -> ScheduleVersion:
    version, kind, at_ms, actor, why, shifts = row
    return ScheduleVersion(version, VersionKind(kind), at_ms, actor, why, shifts)
