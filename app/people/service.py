"""The lists of people and units: bringing them in, and showing them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from app.core.imports import Change, Parsed, Planned, compared
from app.core.tables import Columns, TableRow, per_mille_text
from app.people.model import FULL_TIME_PER_MILLE, LONGEST_TIME_PER_MILLE, Level, Person, Unit
from app.people.ports import PeopleStore
from app.people.rules import people_problems, unit_problems

_LEVEL_WORDS: Final[dict[str, str]] = {
    **{level.value: level.value for level in Level},
    "center": Level.CENTRE.value,
    "集团": Level.GROUP.value,
    "大区": Level.REGION.value,
    "区域": Level.REGION.value,
    "省": Level.PROVINCE.value,
    "市": Level.CITY.value,
    "中心": Level.CENTRE.value,
    "班组": Level.TEAM.value,
}

_FIELD_OF_COLUMN: Final = {
    "unit": "unit",
    "team": "team",
    "roles": "roles",
    "acd_ids": "acd_ids",
    "skills": "skills",
    "hired_on": "hired_on",
    "fte": "fte_per_mille",
}


class UnitImport:
    """`import units`: the tree of units; implements `ImportKind`. Units that a file does not name stay as they are.

    Args:
        store: Where they are kept.
    """

    name: Final = "units"
    columns: Final = Columns(("unit", "name", "level"), ("parent",))

    def __init__(self, store: PeopleStore) -> None:
        self._store = store

    def parse_row(self, row: TableRow) -> Unit:
        """A unit.

        Raises:
            RowProblem: When it has no id, no name or no known level.
        """
        return Unit(
            row.needed("unit"), row.needed("name"), Level(row.one_of("level", _LEVEL_WORDS)), row.text("parent")
        )

    def plan(self, parsed: Sequence[Parsed[Unit]], columns: frozenset[str]) -> Planned[Unit]:
        """What would change; a column the header leaves out leaves what is stored."""
        stored = self._store.units()
        if "parent" not in columns:
            parsed = [
                Parsed(each.line, replace(each.record, parent=stored[each.record.unit].parent))
                if each.record.unit in stored
                else each
                for each in parsed
            ]
        changes = [
            compared(each.line, each.record.unit, stored.get(each.record.unit), each.record, unit_row)
            for each in parsed
        ]
        return Planned(changes, unit_problems(stored, parsed))

    def apply(self, changes: Sequence[Change[Unit]]) -> None:
        """Store the units."""
        self._store.save_units([change.after for change in changes if change.after is not None])


class RosterImport:
    """`import roster`: the people; implements `ImportKind`. People whom a file does not name stay as they are.

    Args:
        store: Where they are kept.
    """

    name: Final = "roster"
    columns: Final = Columns(("agent_id", "name"), tuple(_FIELD_OF_COLUMN))

    def __init__(self, store: PeopleStore) -> None:
        self._store = store

    def parse_row(self, row: TableRow) -> Person:
        """A person.

        Raises:
            RowProblem: When they have no id or no name, or a cell does not mean what its column says.
        """
        fte_per_mille = row.per_mille("fte", LONGEST_TIME_PER_MILLE)
        return Person(
            row.needed("agent_id"),
            row.needed("name"),
            row.text("unit"),
            row.text("team"),
            tuple(dict.fromkeys("_".join(role.casefold().split()) for role in row.items("roles"))),
            row.items("acd_ids"),
            row.items("skills"),
            row.day("hired_on"),
            FULL_TIME_PER_MILLE if fte_per_mille is None else fte_per_mille,
        )

    def plan(self, parsed: Sequence[Parsed[Person]], columns: frozenset[str]) -> Planned[Person]:
        """What would change; a column the header leaves out leaves what is stored."""
        stored = self._store.people()
        absent = [field for column, field in _FIELD_OF_COLUMN.items() if column not in columns]
        merged = [Parsed(each.line, _kept(each.record, stored, absent)) for each in parsed]
        changes = [
            compared(each.line, each.record.agent_id, stored.get(each.record.agent_id), each.record, person_row)
            for each in merged
        ]
        return Planned(changes, people_problems(self._store.units(), stored, merged))

    def apply(self, changes: Sequence[Change[Person]]) -> None:
        """Store the people."""
        self._store.save_people([change.after for change in changes if change.after is not None])


def _kept(person: Person, stored: Mapping[str, Person], absent: Iterable[str]) -> Person:
    before = stored.get(person.agent_id)
    if before is None:
        return person
    return replace(person, **{field: getattr(before, field) for field in absent})


def unit_row(unit: Unit) -> dict[str, object]:
    """A unit for people and programs: the columns it is imported with."""
    return {"unit": unit.unit, "name": unit.name, "level": unit.level.value, "parent": unit.parent}


def person_row(person: Person) -> dict[str, object]:
    """A person for people and for CSV: the columns they are imported with, several values joined by semicolons."""
    return {
        "agent_id": person.agent_id,
        "name": person.name,
        "unit": person.unit,
        "team": person.team,
        "roles": ";".join(person.roles),
        "acd_ids": ";".join(person.acd_ids),
        "skills": ";".join(person.skills),
        "hired_on": person.hired_on.isoformat() if person.hired_on else "",
        "fte": per_mille_text(person.fte_per_mille),
    }


def person_object(person: Person) -> dict[str, object]:
    """A person for programs: several values as a list, what is not known as null, working time as a number."""
    whole, rest = divmod(person.fte_per_mille, 1000)
    return {
        **person_row(person),
        "roles": list(person.roles),
        "acd_ids": list(person.acd_ids),
        "skills": list(person.skills),
        "hired_on": person.hired_on.isoformat() if person.hired_on else None,
        "fte": person.fte_per_mille / 1000 if rest else whole,
    }
