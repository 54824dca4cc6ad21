"""Forecasts, open hours, and what staffing reads of the floor, in SQLite: answers `app.planning.ports_forecast`.

Nothing here opens a transaction of its own but `writing`: importing plans inside of one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from itertools import groupby
from typing import Any, Final

from app.core.calendars import CalendarDefinition
from app.floor.handling import WrapUp
from app.floor.model import AgentInterval, AgentState, Visit
from app.planning.forecast_model import ForecastPoint, ForecastVersion, Origin, VersionSummary
from app.planning.forecast_staffed import SignChange, memberships_of
from app.planning.ports_forecast import Membership
from store.database import Store, rows, translated
from store.floor import SqliteFloor

_NEWEST: Final = (
    "version = (SELECT max(version) FROM forecast_point n WHERE n.queue = p.queue AND n.start_ms = p.start_ms)"
)
_SIGNED_IN: Final = "agent_signed_in"
_SIGNED_OUT: Final = "agent_signed_out"
_LONGEST_STEP_MS: Final = 3_600_000


class SqliteForecast:
    """Implements `ForecastStore` and `CalendarStore`.

    Args:
        store: The connection to use.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def writing(self) -> AbstractContextManager[object]:
        return self._store.writing()

    def _rows(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        with translated(self._store.path):
            return rows(self._store.connection.execute(sql, values))

    def queues(self) -> list[str]:
        """Every queue a forecast was ever stored for, in order of name."""
        return [queue for (queue,) in self._rows("SELECT DISTINCT queue FROM forecast_point ORDER BY queue")]

    def points(self, start_ms: int, end_ms: int, queues: Sequence[str] = ()) -> list[ForecastPoint]:
        found: list[tuple[Any, ...]] = []
        for queue in sorted(set(queues)) if queues else self.queues():
            found += self._rows(
                "SELECT queue, start_ms, minutes, calls_thousandths, aht_ms FROM forecast_point p"
                f" WHERE queue = ? AND start_ms > ? AND start_ms < ? AND calls_thousandths IS NOT NULL AND {_NEWEST}"
                " ORDER BY start_ms",
                (queue, start_ms - _LONGEST_STEP_MS, end_ms),
            )
        points = [ForecastPoint(*row) for row in found]
        return [point for point in points if point.end_ms > start_ms]

    def versions(self, queue: str | None = None) -> list[VersionSummary]:
        found = self._rows(
            "SELECT v.number, v.made_ms, v.actor, v.origin, v.detail, p.queue, min(p.start_ms),"
            " max(p.start_ms + coalesce(p.minutes, 0) * 60000), count(p.calls_thousandths), count(*),"
            f" sum({_NEWEST} AND p.calls_thousandths IS NOT NULL), coalesce(sum(p.calls_thousandths), 0)"
            " FROM forecast_version v JOIN forecast_point p ON p.version = v.number"
            " WHERE ? IS NULL OR p.queue = ? GROUP BY v.number, p.queue ORDER BY v.number DESC, p.queue",
            (queue, queue),
        )
        return [_summary(number, list(group)) for number, group in groupby(found, key=lambda row: int(row[0]))]

    def add_version(
        self,
        made_ms: int,
        actor: str,
        origin: Origin,
        detail: str,
        points: Sequence[ForecastPoint],
        removed: Sequence[tuple[str, int]],
    ) -> int:
        connection = self._store.connection
        number = int(connection.execute("SELECT coalesce(max(number), 0) + 1 FROM forecast_version").fetchone()[0])
        connection.execute(
            "INSERT INTO forecast_version VALUES (?, ?, ?, ?, ?)", (number, made_ms, actor, origin, detail)
        )
        connection.executemany(
            "INSERT INTO forecast_point VALUES (?, ?, ?, ?, ?, ?)",
            [
                *((p.queue, p.start_ms, number, p.minutes, p.calls_thousandths, p.aht_ms) for p in points),
                *((queue, start_ms, number, None, None, None) for queue, start_ms in removed),
            ],
        )
        return number

    def calendars(self) -> Mapping[str, CalendarDefinition]:
        found = self._rows(
            "SELECT queue, definition FROM queue_calendar c WHERE version ="
            " (SELECT max(version) FROM queue_calendar n WHERE n.queue = c.queue) ORDER BY queue"
        )
        return {queue: CalendarDefinition.model_validate_json(definition) for queue, definition in found}

    def save_calendar(self, definition: CalendarDefinition, actor: str, at_ms: int) -> None:
        self._store.connection.execute(
            "INSERT INTO queue_calendar VALUES (?, ?, ?, ?, ?)",
            (definition.name, definition.version, at_ms, actor, definition.model_dump_json()),
        )


def _summary(number: int, group: list[tuple[Any, ...]]) -> VersionSummary:
    _number, made_ms, actor, origin, detail = group[0][:5]
    return VersionSummary(
        ForecastVersion(number, made_ms, actor, origin, detail),
        tuple(row[5] for row in group),
        min(row[6] for row in group),
        max(row[7] for row in group),
        sum(row[8] for row in group),
        sum(row[9] - row[8] for row in group),
        sum(row[10] for row in group),
        sum(row[11] for row in group),
    )


class SqliteStaffingHistory:
    """Implements `CallHistory` and `Presence`: what the floor's projections and the log say of the past.

    Args:
        store: The connection to use.
        floor: The floor's projections.
    """

    def __init__(self, store: Store, floor: SqliteFloor) -> None:
        self._store = store
        self._floor = floor

    def _rows(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        with translated(self._store.path):
            return rows(self._store.connection.execute(sql, values))

    def queues(self) -> list[str]:
        return self._floor.queues()

    def visits_entered(self, start_ms: int, end_ms: int) -> list[Visit]:
        return self._floor.visits_entered(start_ms, end_ms)

    def log_span(self) -> tuple[int, int] | None:
        # Each by its own index; together SQLite would look at every visit.
        ((first_ms,),) = self._rows("SELECT min(entered_ms) FROM visit")
        ((newest_ms,),) = self._rows("SELECT newest_ms FROM journal")
        return None if first_ms is None or newest_ms is None else (first_ms, newest_ms)

    def wrap_ups(self, start_ms: int, end_ms: int) -> list[WrapUp]:
        return self._floor.wrap_ups(start_ms, end_ms)

    def all_agent_time(self, start_ms: int, end_ms: int) -> list[AgentInterval]:
        found = self._rows(
            "SELECT i.agent, i.start_ms, i.end_ms, i.state, i.reason, i.queue, i.signed_in, i.sign_in"
            " FROM agent a CROSS JOIN agent_interval i ON i.agent = a.name AND i.start_ms < ? AND i.start_ms >="
            " coalesce((SELECT max(start_ms) FROM agent_interval WHERE agent = a.name AND start_ms <= ?), 0)"
            " WHERE i.end_ms IS NULL OR i.end_ms > ? ORDER BY i.agent, i.start_ms",
            (end_ms, start_ms, start_ms),
        )
        return [
            AgentInterval(agent, first_ms, last_ms, AgentState(state), reason, queue, bool(signed_in), bool(sign_in))
            for agent, first_ms, last_ms, state, reason, queue, signed_in, sign_in in found
        ]

    def memberships(self, start_ms: int, end_ms: int) -> list[Membership]:
        ids: dict[str, list[str]] = {}
        for known_id, person in self._floor.people_by_id().items():
            ids.setdefault(person, []).append(known_id)
        found: list[Membership] = []
        for agent, since_ms in self._sessions(start_ms):
            known = dict.fromkeys([agent, *ids.get(agent, ())])
            found += memberships_of(agent, self._sign_changes(list(known), since_ms, end_ms))
        return found

    def _sessions(self, start_ms: int) -> list[tuple[str, int]]:
        """Each agent with the beginning of the session that holds at an instant, or of the last one before."""
        return [
            (agent, since_ms)
            for agent, since_ms in self._rows(
                "SELECT a.name, coalesce((SELECT max(i.start_ms) FROM agent_interval i"
                " WHERE i.agent = a.name AND i.start_ms <= ? AND i.sign_in = 1), ?) FROM agent a ORDER BY a.name",
                (start_ms, start_ms),
            )
        ]

    def _sign_changes(self, ids: Sequence[str], since_ms: int, end_ms: int) -> Iterator[SignChange]:
        marks = ", ".join("?" * len(ids))
        for at_ms, kind, queue, seconds in self._rows(
            "SELECT at_ms, kind, queue, json_extract(detail, '$.signed_in_seconds') FROM event"
            f" WHERE agent IN ({marks}) AND at_ms >= ? AND at_ms < ? AND kind IN (?, ?) ORDER BY at_ms, seq",
            (*ids, since_ms, end_ms, _SIGNED_IN, _SIGNED_OUT),
        ):
            yield SignChange(at_ms, kind == _SIGNED_IN, queue or "", seconds)
