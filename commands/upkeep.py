"""The operations engineer's four: rebuild, verify, backup, doctor."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import click

from commands.options import FORMAT
from commands.site import Site


@click.command()
@click.pass_obj
def rebuild(site: Site) -> None:
    """Throw the projections away and fold the event log again."""
    from app.core.i18n import _

    with site.writer() as session:
        session.rebuild()
        facts = session.log.fact_count()
    click.echo(_("Folded again from {facts} facts.").format(facts=f"{facts:,}"))


@click.command()
@click.pass_obj
def verify(site: Site) -> None:
    """Fold the event log again in a copy, and prove every figure's ground equal row by row."""
    from app.core.errors import StoreProblem
    from app.core.i18n import _

    with site.writer() as session:
        problems = session.verify()
    if problems:
        raise StoreProblem(" ".join(problems))
    click.echo(_("Everything folded equals the event log, row by row."))


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.pass_obj
def backup(site: Site, file: Path) -> None:
    """Copy the database to FILE while it lives; the copy is checked."""
    from app.core.i18n import _

    with site.reader() as session:
        size = session.backup(file)
    click.echo(_("{file}: {size} bytes, checked.").format(file=file, size=f"{size:,}"))


@click.command()
@FORMAT
@click.pass_obj
def doctor(site: Site, form: Any) -> None:
    """Look at everything the floor stands on, and say what is not as it should be."""
    from app.core.clock import SystemClock
    from app.core.output import write_rows
    from app.core.places import config_file
    from store.doctor import examine

    rows, healthy = examine(site.path, SystemClock(), config_file(), site.settings.wrap_up_seconds)
    write_rows(rows, form)
    if not healthy:
        raise click.exceptions.Exit(5)


COMMANDS: Final[tuple[click.Command, ...]] = (rebuild, verify, backup, doctor)
