"""Planned time: import schedule, list and amend it, who changed it."""

from __future__ import annotations

from typing import Any, Final

import click

from commands.imports import bring_in, import_group, importing
from commands.options import DRY_RUN, FORMAT, SINCE, UNTIL, WHY, asked_range
from commands.planning import open_planning
from commands.site import Site, person_here


@import_group.command("schedule")
@importing
def import_schedule(site: Site, file: str, **how: Any) -> None:
    """Planned time: agent_id, activity, start, end, shift_date ("-": standard input)."""
    from app.planning.lists import ListKind

    bring_in(site, ListKind.SCHEDULE, file, **how)


@click.group()
def schedule() -> None:
    """What is planned, and who changed it."""


@schedule.command("list")
@click.option("--agent", "agents", multiple=True, help="An agent; may be repeated.")
@UNTIL
@SINCE
@FORMAT
@click.pass_obj
def schedule_list(site: Site, agents: tuple[str, ...], since: str | None, until: str | None, form: Any) -> None:
    """Shifts that touch a range, with the columns of “import schedule”: the CSV form can be imported again."""
    from app.core.output import write_rows
    from app.planning.rows import schedule_rows

    asked = asked_range(site, since, until, "all", None)
    asked.borders()
    with site.reader() as session:
        write_rows(schedule_rows(session.planning, asked.start_ms, asked.end_ms, asked.zone, agents), form)


@schedule.command("amend")
@click.argument("agent")
@click.argument("date")
@click.option("--span", "spans", multiple=True, help='One of the spans, in order: "on_queue 09:00-12:00".')
@click.option("--remove", is_flag=True, help="Take the shift away.")
@WHY
@DRY_RUN
@FORMAT
@click.pass_obj
def schedule_amend(
    site: Site, agent: str, date: str, spans: tuple[str, ...], remove: bool, why: str, dry_run: bool, form: Any
) -> None:
    """Replace the shift of AGENT on DATE (2026-11-21), and say what that does to their adherence."""
    from datetime import date as date_type

    from app.core.errors import UsageProblem
    from app.core.i18n import _
    from app.core.output import write_one
    from app.core.tables import shown
    from app.planning.rows import effect_row
    from app.planning.schedules import written_spans
    from app.planning.times import TimeReader

    if bool(spans) == remove:
        raise UsageProblem(_("Say what the shift is to be with --span, or take it away with --remove."))
    try:
        day = date_type.fromisoformat(date)
    except ValueError:
        raise UsageProblem(_("{value} is not a date like 2026-11-21.").format(value=shown(date))) from None
    written = written_spans(agent, day, spans, TimeReader(site.zone))
    with open_planning(site) as (_session, service):
        effect = service.amend(agent, day, written, person_here(), why, dry_run)
    write_one(effect_row(effect, site.zone), form)


@schedule.command("versions")
@click.option("--agent", help="With --date: everything one shift was ever planned to be.")
@click.option("--date", help="With --agent: the date of the shift, as 2026-11-21.")
@click.option("--limit", type=click.IntRange(1, 1_000_000), default=100, show_default=True)
@FORMAT
@click.pass_obj
def schedule_versions(site: Site, agent: str | None, date: str | None, limit: int, form: Any) -> None:
    """Who published or amended the schedule, when and why, the newest first; of one shift, the oldest first."""
    from datetime import date as date_type

    from app.core.errors import UsageProblem
    from app.core.i18n import _
    from app.core.output import write_rows
    from app.planning.rows import version_rows
    from app.planning.times import TimeReader

    times = TimeReader(site.zone)
    try:
        day = None if date is None else date_type.fromisoformat(date)
    except ValueError:
        day = None
    if (agent is None) != (day is None) or (date is None) != (day is None):
        raise UsageProblem(_("Name a shift with both: --agent and --date, a date like 2026-11-21."))
    with site.reader() as session:
        planning = session.planning
        if agent is None or day is None:
            write_rows(version_rows(planning.versions(limit), times), form)
        else:
            write_rows(version_rows(planning.shift_history(agent, day), times), form)


COMMANDS: Final[tuple[click.Command, ...]] = (schedule,)
