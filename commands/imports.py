"""Lists in: the import group, and what every kind of import shares."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

import click

from commands.options import DRY_RUN, FORMAT
from commands.site import Site, person_here

if TYPE_CHECKING:
    from app.planning.lists import ListKind


@click.group("import")
def import_group() -> None:
    """Bring in the lists an office keeps: CSV, or the first sheet of an .xlsx; docs/import.md has the columns."""


def importing(command: Callable[..., None]) -> Callable[..., None]:
    """What every kind of import is told: the site, the file, and the options that `bring_in` understands."""
    for option in (
        FORMAT,
        click.option("--encoding", help="Of a CSV file; else UTF-8 and GB18030 are told apart."),
        click.option("--skip-bad", is_flag=True, help="Leave bad rows out instead of importing nothing."),
        DRY_RUN,
        click.argument("file"),
    ):
        command = option(command)
    return click.pass_obj(command)


def bring_in(
    site: Site, kind: ListKind, file: str, dry_run: bool, skip_bad: bool, encoding: str | None, form: Any
) -> None:
    """Bring in a list of any kind, and say what became of it.

    Args:
        site: Where it goes.
        kind: What the list holds.
        file: The list; "-" is standard input.
        dry_run: Say what would change, and change nothing.
        skip_bad: Leave bad rows out instead of importing nothing.
        encoding: Of a CSV file; None tells UTF-8 and GB18030 apart.
        form: How the result is printed.

    Raises:
        DataProblem: When rows are bad and were not to be skipped.
        WatchfloorError: When the list cannot be read or stored.
    """
    from app.core.clock import SystemClock
    from app.core.errors import DataProblem
    from app.core.import_report import refusal, write_plan
    from app.core.imports import ImportOrder
    from store.import_wiring import ListSource, import_list

    order = ImportOrder(person_here(), SystemClock().now_ms(), skip_bad, dry_run)
    zone = site.zone
    with site.writer() as session:
        plan = import_list(session, kind, ListSource(file, encoding, sys.stdin.buffer), order, zone)
    write_plan(plan, form, changes=dry_run)
    if plan.bad_rows and not skip_bad:
        raise DataProblem(refusal(plan))


@import_group.command("log")
@click.option("--limit", type=click.IntRange(1, 1_000_000), default=100, show_default=True)
@FORMAT
@click.pass_obj
def import_log(site: Site, limit: int, form: Any) -> None:
    """Who imported what and when, the newest first."""
    from app.core.output import write_rows
    from app.core.zones import iso

    with site.reader() as session:
        entries = session.imports.entries(limit)
    zone = site.zone
    write_rows(({"at": iso(entry.at_ms, zone), **entry._asdict()} for entry in entries), form)


COMMANDS: Final[tuple[click.Command, ...]] = (import_group,)
