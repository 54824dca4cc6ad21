"""The floor's projections in SQLite: what `app.floor` asks of storage, for folding and for reading."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any, Final

from app.core.journal import Fact
from app.floor.handling import WrapUp
from app.floor.model import AgentInterval, AgentState, DataNote, Outcome, Visit
from app.floor.ports import AgentChange, Checkpoint, FloorChanges
from store.database import Store, rows
from store.event_rows import from_row

_FACT: Final = (
    "e.seq, s.name, e.at_ms, e.kind, e.agent, e.queue, e.call, e.detail FROM event e JOIN source s ON s.id = e.source"
)
_INTERVAL: Final = "agent, start_ms, end_ms, state, reason, queue, signed_in, sign_in FROM agent_interval"
_VISIT: Final = (
    "call, queue, number, entered_ms, outcome, answered_ms, ended_ms, agent, wait_ms, talk_ms, holds, caller,"
    " changed_seq FROM visit"
)
_PLAIN: Final[dict[str, str]] = {member: member.value for member in (*AgentState, *Outcome)}
"""Enum members as plain strings: SQLite's module looks for an adapter for every value of another type."""

_MANY: Final = 500
"""Values in one IN list: well below SQLite's limit of variables."""


def _fact(row: tuple[Any, ...]) -> Fact:
    return (row[0], row[1], from_row(*row[2:8]))


def _interval(row: tuple[Any, ...]) -> AgentInterval:
    agent, start_ms, end_ms, state, reason, queue, signed_in, sign_in = row
    return AgentInterval(agent, start_ms, end_ms, AgentState(state), reason, queue, bool(signed_in), bool(sign_in))


def _visit(row: tuple[Any, ...]) -> Visit:
    holds = tuple((start, end) for start, end in json.loads(row[10])) if row[10] else None
    call, queue, number, entered_ms, outcome, answered_ms, ended_ms, agent, wait_ms, talk_ms, _holds, caller, seq = row
    return Visit(
        call,
        queue,
        number,
        entered_ms,
        Outcome(outcome),
        answered_ms,
        ended_ms,
        agent,
        wait_ms,
        talk_ms,
        holds,
        caller,
        seq,
    )


def _chunks(values: Sequence[str]) -> Iterator[tuple[str, Sequence[str]]]:
    for start in range(0, len(values), _MANY):
        chunk = values[start : start + _MANY]
        yield ",".join("?" * len(chunk)), chunk


class SqliteFloor:
    """Implements `FloorStore` for folding (inside the journal's transaction) and `FloorReader` for screens and reports.

    Args:
        store: The connection to use.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    # -- folding -----------------------------------------------------------------------------------------------------

    def people_by_id(self) -> dict[str, str]:
        found = self._store.connection.execute("SELECT acd_id, agent_id FROM person_acd WHERE acd_id <> agent_id")
        return dict(rows(found))

    def newest_seq(self) -> int:
        return int(self._store.connection.execute("SELECT coalesce(max(seq), 0) FROM event").fetchone()[0])

    def calls_of(self, agents: Sequence[str]) -> list[str]:
        calls: set[str] = set()
        for marks, chunk in _chunks(agents):
            found = self._store.connection.execute(
                f"SELECT DISTINCT call FROM visit WHERE agent IN ({marks}) AND agent <> ''", chunk
            )
            calls.update(call for (call,) in rows(found))
        return sorted(calls)

    def clear_agents(self, agents: Sequence[str]) -> None:
        names = [(agent,) for agent in agents]
        self._store.connection.executemany("DELETE FROM agent WHERE name = ?", names)
        for table in ("agent_interval", "agent_checkpoint"):
            self._store.connection.executemany(f"DELETE FROM {table} WHERE agent = ?", names)

    def agent_facts(self, ids: Sequence[str], after: tuple[int, int]) -> list[Fact]:
        facts: list[Fact] = []
        for one in ids:
            found = self._store.connection.execute(
                f"SELECT {_FACT} WHERE e.agent = ? AND e.at_ms >= ? AND (e.at_ms > ? OR e.seq > ?)"
                " ORDER BY e.at_ms, e.seq",
                (one, after[0], after[0], after[1]),
            )
            facts += [_fact(row) for row in rows(found)]
        if len(ids) > 1:
            facts.sort(key=lambda fact: (fact[2].at_ms, fact[0]))
        return facts

    def call_facts(self, calls: Sequence[str], up_to_seq: int) -> dict[str, list[Fact]]:
        found: dict[str, list[Fact]] = {}
        for marks, chunk in _chunks(calls):
            cursor = self._store.connection.execute(
                f"SELECT {_FACT} WHERE e.call IN ({marks}) AND e.seq <= ? AND e.kind LIKE 'call!_%' ESCAPE '!'",
                (*chunk, up_to_seq),
            )
            for row in rows(cursor):
                found.setdefault(row[6], []).append(_fact(row))
        return found

    def restarts(self) -> list[Fact]:
        found = self._store.connection.execute(
            f"SELECT {_FACT} WHERE e.kind = 'source_restarted' ORDER BY e.at_ms, e.seq"
        )
        return [_fact(row) for row in rows(found)]

    def agents_busy_at(self, at_ms: int) -> list[str]:
        # One search for each agent, not one look at every interval there ever was.
        found = self._store.connection.execute(
            "SELECT a.name FROM agent a JOIN agent_interval i ON i.agent = a.name AND i.start_ms ="
            " (SELECT max(start_ms) FROM agent_interval WHERE agent = a.name AND start_ms <= ?)"
            " WHERE (i.end_ms IS NULL OR i.end_ms >= ?) AND i.state IN ('on_call', 'hold', 'ringing', 'wrap_up')",
            (at_ms, at_ms),
        )
        return [agent for (agent,) in rows(found)]

    def calls_open_at(self, at_ms: int) -> list[str]:
        connection = self._store.connection
        found = rows(
            connection.execute("SELECT DISTINCT call FROM visit WHERE ended_ms IS NULL AND entered_ms <= ?", (at_ms,))
        )
        newest_ms = connection.execute("SELECT newest_ms FROM journal").fetchone()[0]
        if newest_ms is not None and newest_ms >= at_ms:
            # Only an instant that is not the newest can lie inside a visit that has ended; that is rare and slow.
            found += rows(
                connection.execute(
                    "SELECT DISTINCT call FROM visit WHERE entered_ms <= ? AND ended_ms >= ?", (at_ms, at_ms)
                )
            )
        return [call for (call,) in found]

    def checkpoint(self, agent: str, before: tuple[int, int], at_most_ms: int) -> Checkpoint | None:
        row = self._store.connection.execute(
            "SELECT at_ms, seq, state FROM agent_checkpoint WHERE agent = ? AND (at_ms, seq) < (?, ?) AND at_ms <= ?"
            " ORDER BY at_ms DESC, seq DESC LIMIT 1",
            (agent, *before, at_most_ms),
        ).fetchone()
        return None if row is None else Checkpoint(*row)

    def save_checkpoint(self, agent: str, checkpoint: Checkpoint) -> None:
        self._store.connection.execute(
            "INSERT OR REPLACE INTO agent_checkpoint VALUES (?, ?, ?, ?)", (agent, *checkpoint)
        )

    def drop_checkpoints(self, agent: str, since: tuple[int, int]) -> None:
        self._store.connection.execute(
            "DELETE FROM agent_checkpoint WHERE agent = ? AND (at_ms, seq) >= (?, ?)", (agent, *since)
        )

    def intervals_since(self, agent: str, from_ms: int) -> list[AgentInterval]:
        found = self._store.connection.execute(
            f"SELECT {_INTERVAL} WHERE agent = ? AND start_ms >= coalesce((SELECT max(start_ms) FROM agent_interval"
            " WHERE agent = ? AND start_ms <= ?), 0) AND (end_ms IS NULL OR end_ms > ?) ORDER BY start_ms",
            (agent, agent, from_ms, from_ms),
        )
        return [_interval(row) for row in rows(found)]

    def save_intervals(self, removed: Sequence[tuple[str, int]], saved: Sequence[AgentInterval]) -> None:
        connection = self._store.connection
        if removed:
            connection.executemany("DELETE FROM agent_interval WHERE agent = ? AND start_ms = ?", removed)
        connection.executemany(
            "INSERT OR REPLACE INTO agent_interval VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (agent, start_ms, end_ms, _PLAIN[state], reason, queue, int(signed_in), int(sign_in))
                for agent, start_ms, end_ms, state, reason, queue, signed_in, sign_in in saved
            ],
        )

    def save_agents(self, agents: Sequence[tuple[str, int]]) -> None:
        self._store.connection.executemany(
            "INSERT INTO agent VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET changed_seq = excluded.changed_seq"
            " WHERE excluded.changed_seq > changed_seq",
            agents,
        )

    def save_visits(
        self, refolded_calls: Sequence[str], visits: Sequence[Visit], notes: Sequence[DataNote], queues: Sequence[str]
    ) -> None:
        connection = self._store.connection
        if refolded_calls:
            calls = [(call,) for call in refolded_calls]
            connection.executemany("DELETE FROM visit WHERE call = ?", calls)
            connection.executemany("DELETE FROM data_note WHERE call = ?", calls)
        connection.executemany(
            "INSERT INTO visit VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (*visit[:4], _PLAIN[visit[4]], *visit[5:10], visit[10] and json.dumps(visit[10]), *visit[11:])
                for visit in visits
            ],
        )
        if notes:
            connection.executemany(
                "INSERT INTO data_note (call, queue, at_ms, seq, note) VALUES (?, ?, ?, ?, ?)", notes
            )
        if queues:
            connection.executemany(
                "INSERT INTO queue VALUES (?) ON CONFLICT (name) DO NOTHING", [(queue,) for queue in queues]
            )

    def clear(self) -> None:
        for table in ("agent", "agent_interval", "agent_checkpoint", "queue", "visit", "data_note"):
            self._store.connection.execute(f"DELETE FROM {table}")

    def wrap_up_seconds(self) -> dict[str, int]:
        settings = json.loads(self._store.connection.execute("SELECT fold_settings FROM journal").fetchone()[0])
        return {str(queue): int(seconds) for queue, seconds in settings.get("wrap_up_seconds", {}).items()}

    def agents_in_log(self) -> list[str]:
        found = self._store.connection.execute(
            "SELECT DISTINCT agent FROM event WHERE agent IS NOT NULL ORDER BY agent"
        )
        return [agent for (agent,) in rows(found)]

    def call_facts_in_log(self) -> Iterator[tuple[str, list[Fact]]]:
        cursor = self._store.connection.execute(
            f"SELECT {_FACT} WHERE e.call IS NOT NULL AND e.kind LIKE 'call!_%' ESCAPE '!'"
            " ORDER BY e.call, e.at_ms, e.seq"
        )
        for call, group in groupby(cursor, key=lambda row: row[6]):
            yield call, [_fact(row) for row in group]

    def queues_in_log(self) -> list[str]:
        found = self._store.connection.execute(
            "SELECT DISTINCT queue FROM event WHERE queue IS NOT NULL ORDER BY queue"
        )
        return [queue for (queue,) in rows(found)]

    # -- reading -----------------------------------------------------------------------------------------------------

    def agents(self) -> list[str]:
        """Every agent known, in order of name."""
        with self._store.reading() as connection:
            return [name for (name,) in rows(connection.execute("SELECT name FROM agent ORDER BY name"))]

    def queues(self) -> list[str]:
        """Every queue known, in order of name."""
        with self._store.reading() as connection:
            return [name for (name,) in rows(connection.execute("SELECT name FROM queue ORDER BY name"))]

    def visits_entered(self, start_ms: int, end_ms: int) -> list[Visit]:
        """Visits that entered in [start, end), in order of entry."""
        with self._store.reading() as connection:
            found = connection.execute(
                f"SELECT {_VISIT} WHERE entered_ms >= ? AND entered_ms < ? ORDER BY entered_ms, call, queue, number",
                (start_ms, end_ms),
            )
            return [_visit(row) for row in rows(found)]

    def wrap_ups(self, start_ms: int, end_ms: int) -> list[WrapUp]:
        """Finished after-call work that began in [start, end), by agent, then time."""
        # One search for each agent: the intervals are kept by agent, then time.
        with self._store.reading() as connection:
            found = connection.execute(
                "SELECT i.agent, i.start_ms, i.end_ms, i.queue FROM agent a CROSS JOIN agent_interval i"
                " ON i.agent = a.name AND i.start_ms >= ? AND i.start_ms < ?"
                " WHERE i.state = 'wrap_up' AND i.end_ms IS NOT NULL",
                (start_ms, end_ms),
            )
            return [WrapUp(*row) for row in rows(found)]

    def agent_time(self, agent: str, start_ms: int, end_ms: int) -> tuple[list[AgentInterval], list[Visit]]:
        """One agent's intervals and conversations that touch [start, end)."""
        with self._store.reading() as connection:
            intervals = rows(
                connection.execute(
                    f"SELECT {_INTERVAL} WHERE agent = ? AND start_ms < ? AND start_ms >= coalesce("
                    "(SELECT max(start_ms) FROM agent_interval WHERE agent = ? AND start_ms <= ?), 0)"
                    " AND (end_ms IS NULL OR end_ms > ?) ORDER BY start_ms",
                    (agent, end_ms, agent, start_ms, start_ms),
                )
            )
            visits = rows(
                connection.execute(
                    f"SELECT {_VISIT} WHERE agent = ? AND agent <> '' AND answered_ms < ? AND answered_ms >= ?"
                    " AND (ended_ms IS NULL OR ended_ms > ? OR answered_ms >= ?) ORDER BY answered_ms",
                    # A conversation lasts at most the twelve hours after which it is taken to be over.
                    (agent, end_ms, start_ms - 43_200_000, start_ms, start_ms),
                )
            )
        return [_interval(row) for row in intervals], [_visit(row) for row in visits]

    def newest_ms(self) -> int | None:
        """The instant of the newest fact, None with no facts at all."""
        with self._store.reading() as connection:
            newest: int | None = connection.execute("SELECT newest_ms FROM journal").fetchone()[0]
            return newest

    def changes(self, since_seq: int, generation: int, day_start_ms: int) -> FloorChanges:
        """What became different since a fact, as of one moment; everything, after a rebuild.

        Args:
            since_seq: The newest fact the reader has; 0 for none.
            generation: The rebuild the reader has seen.
            day_start_ms: Visits that entered earlier and have ended are left out.
        """
        with self._store.reading() as connection:
            seq, newest_ms, stored_ms, now_generation = connection.execute(
                "SELECT folded_seq, floor_newest_ms, floor_stored_ms, generation FROM journal"
            ).fetchone()
            if now_generation != generation:
                since_seq = 0
            agents = [
                name
                for (name,) in rows(connection.execute("SELECT name FROM agent WHERE changed_seq > ?", (since_seq,)))
            ]
            calls, visits = self._visit_changes(since_seq, day_start_ms)
            cut_ms = max(newest_ms or 0, day_start_ms)
            changed = {name: self._agent_change(name, day_start_ms, cut_ms) for name in agents}
            queues = [name for (name,) in rows(connection.execute("SELECT name FROM queue ORDER BY name"))]
        return FloorChanges(
            seq=seq,
            generation=now_generation,
            newest_event_ms=newest_ms,
            newest_stored_ms=stored_ms,
            cut_ms=cut_ms,
            agents=changed,
            calls=calls,
            visits=visits,
            queues=queues,
        )

    def _visit_changes(self, since_seq: int, day_start_ms: int) -> tuple[list[str], list[Visit]]:
        connection = self._store.connection
        restarted = connection.execute(
            "SELECT count(*) FROM event WHERE seq > ? AND kind = 'source_restarted'", (since_seq,)
        ).fetchone()[0]
        if since_seq and not restarted:
            # The calls that new facts are about: cheaper than an index that every visit would have to be entered in.
            changed = connection.execute(
                "SELECT DISTINCT call FROM event WHERE seq > ? AND call IS NOT NULL", (since_seq,)
            )
            calls = [call for (call,) in rows(changed)]
            found: list[Visit] = []
            for marks, chunk in _chunks(calls):
                cursor = connection.execute(f"SELECT {_VISIT} WHERE call IN ({marks})", chunk)
                found += [_visit(row) for row in rows(cursor)]
            return calls, found
        cursor = connection.execute(
            # Calls of yesterday that were answered today count for who answered them.
            f"SELECT {_VISIT} WHERE entered_ms >= ? UNION SELECT {_VISIT} WHERE ended_ms IS NULL"
            f" UNION SELECT {_VISIT} WHERE agent IN (SELECT name FROM agent) AND agent <> '' AND answered_ms >= ?",
            (day_start_ms, day_start_ms),
        )
        found = [_visit(row) for row in rows(cursor)]
        return list({visit.call for visit in found}), found

    def _agent_change(self, agent: str, day_start_ms: int, cut_ms: int) -> AgentChange:
        # Summed by SQLite: a day has hundreds of intervals, and a busy floor changes hundreds of agents a second.
        spent = rows(
            self._store.connection.execute(
                "SELECT state, reason, signed_in, sum(end_ms - max(start_ms, ?)) FROM agent_interval"
                " WHERE agent = ? AND start_ms >= coalesce("
                "(SELECT max(start_ms) FROM agent_interval WHERE agent = ? AND start_ms <= ?), 0)"
                " AND end_ms > ? AND end_ms <= ? GROUP BY state, reason, signed_in",
                (day_start_ms, agent, agent, day_start_ms, day_start_ms, cut_ms),
            )
        )
        tail = self.intervals_since(agent, cut_ms)
        left_ms: int | None = None
        if not tail:
            last = self._store.connection.execute(
                "SELECT end_ms FROM agent_interval WHERE agent = ? AND start_ms <= ? AND signed_in"
                " ORDER BY start_ms DESC LIMIT 1",
                (agent, cut_ms),
            ).fetchone()
            left_ms = None if last is None else last[0]
        return AgentChange(
            [(AgentState(state), reason, bool(signed_in), ms) for state, reason, signed_in, ms in spent], tail, left_ms
        )
