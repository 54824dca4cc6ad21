"""What must hold of people and units: a tree without cycles, and no telephone id that two people share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from app.core.i18n import _
from app.core.imports import Parsed
from app.core.tables import BadRow, shown
from app.people.model import Person, Unit


def unit_problems(stored: Mapping[str, Unit], parsed: Sequence[Parsed[Unit]]) -> list[BadRow]:
    """Rows that would leave the tree of units broken.

    Args:
        stored: The units there are, by id; sound as they stand.
        parsed: Units that would be added or replaced.
    """
    problems: list[BadRow] = []
    rows: dict[str, Parsed[Unit]] = {}
    for each in parsed:
        first = rows.setdefault(each.record.unit, each)
        if first is not each:
            problems.append(_twice(each.line, "unit", each.record.unit, first.line))
    merged = {**stored, **{unit: each.record for unit, each in rows.items()}}
    for each in rows.values():
        reason = _parent_problem(each.record, merged)
        if reason:
            problems.append(BadRow(each.line, "parent", reason))
    for unit in stored.values():
        # A stored unit stays as it is; a row may have moved the unit above it.
        above = rows.get(unit.parent)
        if above is not None and unit.unit not in rows and unit.level.depth <= above.record.level.depth:
            reason = _("unit {below}, which is a {below_level}, lies under it and cannot lie under a {level}").format(
                below=shown(unit.unit), below_level=unit.level, level=above.record.level
            )
            problems.append(BadRow(above.line, "level", reason))
    return problems


def _parent_problem(unit: Unit, merged: Mapping[str, Unit]) -> str:
    """Why a unit cannot lie where it says; empty where it can."""
    if not unit.parent:
        return ""
    parent = merged.get(unit.parent)
    if parent is None:
        return _("there is no unit {unit}").format(unit=shown(unit.parent))
    path = [unit.unit]
    above: Unit | None = parent
    while above is not None and above.unit not in path:
        path.append(above.unit)
        above = merged.get(above.parent)
    if above is not None and above.unit == unit.unit:
        return _("the units above it lead back to it: {path}").format(path=" → ".join(map(shown, [*path, unit.unit])))
    if parent.level.depth >= unit.level.depth:
        return _("a {level} cannot lie under {parent}, which is a {parent_level}").format(
            level=unit.level, parent=shown(parent.unit), parent_level=parent.level
        )
    return ""


def people_problems(
    units: Mapping[str, Unit], stored: Mapping[str, Person], parsed: Sequence[Parsed[Person]]
) -> list[BadRow]:
    """Rows that name what does not exist, or an id that is another person's.

    Args:
        units: The units there are, by id.
        stored: The people there are, by agent id.
        parsed: People who would be added or replaced.
    """
    problems: list[BadRow] = []
    lines: dict[str, int] = {}
    in_file = {each.record.agent_id for each in parsed}
    owners = {
        known: person.agent_id
        for person in stored.values()
        if person.agent_id not in in_file
        for known in (person.agent_id, *person.acd_ids)
    }
    for line, person in ((each.line, each.record) for each in parsed):
        first = lines.setdefault(person.agent_id, line)
        if first != line:
            problems.append(_twice(line, "agent_id", person.agent_id, first))
            continue
        if person.unit and person.unit not in units:
            problems.append(BadRow(line, "unit", _("there is no unit {unit}").format(unit=shown(person.unit))))
            continue
        claimed = (("agent_id", person.agent_id), *(("acd_ids", known) for known in person.acd_ids))
        taken = next(((column, known) for column, known in claimed if known in owners), None)
        if taken is not None:
            problems.append(BadRow(line, taken[0], _taken(taken[1], owners[taken[1]], lines)))
            continue
        owners.update((known, person.agent_id) for _column, known in claimed)
    return problems


def _twice(line: int, column: str, value: str, first_line: int) -> BadRow:
    reason = _("{value} is on line {line} already").format(value=shown(value), line=first_line)
    return BadRow(line, column, reason)


def _taken(known: str, owner: str, lines: Mapping[str, int]) -> str:
    if owner in lines:
        return _("{value} stands for {owner} on line {line} already").format(
            value=shown(known), owner=shown(owner), line=lines[owner]
        )
    return _("{value} stands for {owner} already, who is not in this file").format(
        value=shown(known), owner=shown(owner)
    )
