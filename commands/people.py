"""The people and their units: import roster and units, list both."""

from __future__ import annotations

from typing import Any, Final

import click

from commands.imports import bring_in, import_group, importing
from commands.options import FORMAT
from commands.site import Site


@import_group.command("roster")
@importing
def import_roster(site: Site, file: str, **how: Any) -> None:
    """The people: agent_id, name, unit, team, roles, acd_ids, skills, hired_on, fte ("-": standard input)."""
    from app.planning.lists import ListKind

    bring_in(site, ListKind.ROSTER, file, **how)


@import_group.command("units")
@importing
def import_units(site: Site, file: str, **how: Any) -> None:
    """The tree of units: unit, name, level, parent ("-": standard input)."""
    from app.planning.lists import ListKind

    bring_in(site, ListKind.UNITS, file, **how)


@click.group()
def people() -> None:
    """The people and their units."""


@people.command("list")
@FORMAT
@click.pass_obj
def people_list(site: Site, form: Any) -> None:
    """Everyone, with the columns of “import roster”: the CSV form can be imported again."""
    from app.core.output import write_rows
    from app.people.service import person_object, person_row

    with site.reader() as session:
        found = session.people.people()
    write_rows(map(person_object if form == "json" else person_row, found.values()), form)


@people.command("units")
@FORMAT
@click.pass_obj
def people_units(site: Site, form: Any) -> None:
    """Every unit, with the columns of “import units”."""
    from app.core.output import write_rows
    from app.people.service import unit_row

    with site.reader() as session:
        found = session.people.units()
    write_rows(map(unit_row, found.values()), form)


COMMANDS: Final[tuple[click.Command, ...]] = (people,)
