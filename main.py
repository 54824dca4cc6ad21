"""The command line's way in: the options before every command, and the commands themselves. Design section 5."""

from __future__ import annotations

import os
from pathlib import Path

import click

from commands import (
    adherence,
    alert_channels,
    alert_rules,
    alerts,
    engine,
    floor,
    forecast,
    imports,
    ingest,
    notices,
    people,
    policy,
    reports,
    schedule,
    sla,
    staffing,
    ticket_import,
    ticket_reports,
    tickets,
    upkeep,
)
from commands.boundary import Commands
from commands.site import Site, early_setting


@click.group(cls=Commands, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--db", type=click.Path(path_type=Path, dir_okay=False), help="The database file.")
@click.option("--lang", type=click.Choice(["zh", "en"]), help="The language; else LANG decides.")
@click.option("--zone", help="The site's time zone, as Asia/Shanghai; else the settings or the machine decide.")
@click.version_option(package_name="watchfloor", prog_name="watchfloor")
@click.pass_context
def cli(context: click.Context, db: Path | None, lang: str | None, zone: str | None) -> None:
    """Watchfloor: a contact-centre floor in a terminal. 呼叫中心现场管理。"""
    from app.core.i18n import choose_language, set_language

    site = Site(db, zone)
    context.obj = site
    chosen = lang or early_setting("lang")
    set_language(choose_language(chosen if chosen in ("zh", "en") else None, os.environ))
    if context.invoked_subcommand is None:
        context.invoke(floor.floor)


for command in (
    *floor.COMMANDS,
    *engine.COMMANDS,
    *ingest.COMMANDS,
    *imports.COMMANDS,
    *people.COMMANDS,
    *forecast.COMMANDS,
    *schedule.COMMANDS,
    *adherence.COMMANDS,
    *staffing.COMMANDS,
    *policy.COMMANDS,
    *sla.COMMANDS,
    *alerts.COMMANDS,
    *alert_rules.COMMANDS,
    *alert_channels.COMMANDS,
    *tickets.COMMANDS,
    *ticket_import.COMMANDS,
    *notices.COMMANDS,
    *reports.COMMANDS,
    *ticket_reports.COMMANDS,
    *upkeep.COMMANDS,
):
    cli.add_command(command)


if __name__ == "__main__":
    cli()
