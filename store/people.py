"""People and units in SQLite: what `app.people` asks of storage."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import date

from app.people.model import Level, Person, Unit
from store.database import Store, rows, translated


class SqlitePeople:
    """Implements `PeopleStore`.

    Args:
        store: The connection to use.
        on_ids_changed: Told, inside the write transaction, whose ids changed hands: every id and person concerned.
        on_units_saved: Told, inside the write transaction, that the tree of units may be another one.
    """

    def __init__(
        self,
        store: Store,
        on_ids_changed: Callable[[set[str]], None] = lambda _names: None,
        on_units_saved: Callable[[], None] = lambda: None,
    ) -> None:
        self._store = store
        self._on_ids_changed = on_ids_changed
        self._on_units_saved = on_units_saved

    def people(self) -> dict[str, Person]:
        with translated(self._store.path):
            connection = self._store.connection
            # One statement, so that people and their ids are of the same moment without a transaction.
            found = rows(
                connection.execute(
                    "SELECT p.agent_id, p.name, p.unit, p.team, p.roles, p.skills, p.hired_on, p.fte_per_mille,"
                    " a.acd_id FROM person p LEFT JOIN person_acd a ON a.agent_id = p.agent_id"
                    " ORDER BY p.agent_id, a.position"
                )
            )
        acd_ids: dict[str, list[str]] = {}
        for row in found:
            acd_ids.setdefault(row[0], []).extend([row[8]] if row[8] is not None else [])
        return {
            agent_id: Person(
                agent_id,
                name,
                unit or "",
                team,
                tuple(json.loads(roles)),
                tuple(acd_ids[agent_id]),
                tuple(json.loads(skills)),
                date.fromisoformat(hired_on) if hired_on else None,
                fte_per_mille,
            )
            for agent_id, name, unit, team, roles, skills, hired_on, fte_per_mille, _acd_id in found
        }

    def units(self) -> dict[str, Unit]:
        with translated(self._store.path):
            found = rows(self._store.connection.execute("SELECT unit, name, level, parent FROM unit ORDER BY unit"))
        return {unit: Unit(unit, name, Level(level), parent or "") for unit, name, level, parent in found}

    def acd_map(self) -> dict[str, str]:
        with translated(self._store.path):
            found = rows(
                self._store.connection.execute(
                    "SELECT acd_id, agent_id FROM person_acd UNION ALL SELECT agent_id, agent_id FROM person"
                )
            )
        return dict(found)

    def revision(self) -> int:
        with translated(self._store.path):
            row = self._store.connection.execute("SELECT revision FROM people_revision").fetchone()
        return int(row[0])

    def save_people(self, people: Sequence[Person]) -> None:
        connection = self._store.connection
        before = self._ids()
        connection.executemany(
            "INSERT INTO person VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (agent_id) DO UPDATE SET"
            " name = excluded.name, unit = excluded.unit, team = excluded.team, roles = excluded.roles,"
            " skills = excluded.skills, hired_on = excluded.hired_on, fte_per_mille = excluded.fte_per_mille",
            [
                (
                    person.agent_id,
                    person.name,
                    person.unit or None,
                    person.team,
                    json.dumps(person.roles, ensure_ascii=False),
                    json.dumps(person.skills, ensure_ascii=False),
                    person.hired_on.isoformat() if person.hired_on else None,
                    person.fte_per_mille,
                )
                for person in people
            ],
        )
        # All ids go before any comes: two people may swap theirs.
        connection.executemany("DELETE FROM person_acd WHERE agent_id = ?", [(person.agent_id,) for person in people])
        connection.executemany(
            "INSERT INTO person_acd VALUES (?, ?, ?)",
            [
                (acd_id, person.agent_id, position)
                for person in people
                for position, acd_id in enumerate(person.acd_ids)
            ],
        )
        self._grow(bool(people))
        after = self._ids()
        moved = {acd_id for acd_id in before.keys() | after.keys() if before.get(acd_id) != after.get(acd_id)}
        if moved:
            self._on_ids_changed(
                {name for acd_id in moved for name in (acd_id, before.get(acd_id), after.get(acd_id)) if name}
            )

    def _ids(self) -> dict[str, str]:
        return dict(rows(self._store.connection.execute("SELECT acd_id, agent_id FROM person_acd")))

    def save_units(self, units: Sequence[Unit]) -> None:
        self._store.connection.executemany(
            "INSERT INTO unit VALUES (?, ?, ?, ?) ON CONFLICT (unit) DO UPDATE SET"
            " name = excluded.name, level = excluded.level, parent = excluded.parent",
            [(unit.unit, unit.name, unit.level.value, unit.parent or None) for unit in units],
        )
        self._grow(bool(units))
        if units:
            self._on_units_saved()

    def _grow(self, changed: bool) -> None:
        self._store.connection.execute("UPDATE people_revision SET revision = revision + ?", (int(changed),))
