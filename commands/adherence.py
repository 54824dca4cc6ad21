"""Who kept to the plan: approvals, neutralised periods, timelines, report adherence."""

from __future__ import annotations

from typing import Any, Final

import click

from commands.options import DRY_RUN, FORMAT, SINCE, UNTIL, WHY, asked_range
from commands.planning import open_planning
from commands.reports import report
from commands.site import Site, person_here


@click.group()
def adherence() -> None:
    """Who kept to the plan: verdicts, approvals, neutralised periods."""


@adherence.command("approve")
@click.argument("agent")
@click.option("--from", "since", required=True, help="ISO time: the first instant, or any of an out spell.")
@click.option("--to", "until", help="ISO time; without it the whole out spell.")
@WHY
@DRY_RUN
@FORMAT
@click.pass_obj
def adherence_approve(
    site: Site, agent: str, since: str, until: str | None, why: str, dry_run: bool, form: Any
) -> None:
    """Make out and unmapped time of AGENT neutral, and say what that does to their adherence."""
    from app.core.output import write_one
    from app.core.zones import parse_instant
    from app.planning.rows import effect_row

    zone = site.zone
    start_ms = parse_instant(since, zone, "--from")
    end_ms = None if until is None else parse_instant(until, zone, "--to")
    with open_planning(site) as (_session, service):
        effect = service.approve(agent, start_ms, end_ms, why, person_here(), dry_run)
    write_one(effect_row(effect, zone), form)


@adherence.command("neutralise")
@click.option("--from", "since", required=True, help="ISO time.")
@click.option("--to", "until", required=True, help="ISO time.")
@WHY
@DRY_RUN
@FORMAT
@click.pass_obj
def adherence_neutralise(site: Site, since: str, until: str, why: str, dry_run: bool, form: Any) -> None:
    """Make a period neutral for everyone: a system failure, an alarm."""
    from app.core.output import write_one
    from app.core.zones import parse_instant
    from app.planning.rows import effect_row

    zone = site.zone
    start_ms, end_ms = parse_instant(since, zone, "--from"), parse_instant(until, zone, "--to")
    with open_planning(site) as (_session, service):
        effect = service.neutralise(start_ms, end_ms, why, person_here(), dry_run)
    write_one(effect_row(effect, zone), form)


@adherence.command("cancel")
@click.argument("number", type=int)
@WHY
@DRY_RUN
@FORMAT
@click.pass_obj
def adherence_cancel(site: Site, number: int, why: str, dry_run: bool, form: Any) -> None:
    """Take back the approval or the neutralised period NUMBER; both facts stay readable."""
    from app.core.output import write_one
    from app.planning.rows import effect_row

    with open_planning(site) as (_session, service):
        effect = service.cancel(number, why, person_here(), dry_run)
    write_one({**effect_row(effect, site.zone), "applied": not dry_run}, form)


@adherence.command("list")
@FORMAT
@click.pass_obj
def adherence_list(site: Site, form: Any) -> None:
    """Every approval and neutralised period: who, when, why, and the figures before and after."""
    from app.core.output import write_rows
    from app.planning.rows import decision_row

    with open_planning(site) as (_session, service):
        found = service.listed()
    write_rows((decision_row(decided, effect, site.zone) for decided, effect in found), form)


@adherence.command("timeline")
@click.argument("agent")
@UNTIL
@SINCE
@FORMAT
@click.pass_obj
def adherence_timeline(site: Site, agent: str, since: str | None, until: str | None, form: Any) -> None:
    """The verdicts of AGENT one after the other, each with its rule, times and grace."""
    from app.core.errors import RuleRefused
    from app.core.i18n import _
    from app.core.output import write_rows
    from app.core.tables import shown
    from app.planning.rows import timeline_rows

    with open_planning(site) as (session, _service):
        if agent not in session.planning.known_agents():
            raise RuleRefused(_("There is no agent {agent}: import the roster first.").format(agent=shown(agent)))
        asked = asked_range(site, since, until, "all", session.floor.newest_ms())
        asked.borders()
        rows = timeline_rows(session.planning, agent, asked.start_ms, asked.end_ms, asked.zone, asked.now_ms)
    write_rows(rows, form)


@report.command("adherence")
@click.option("--agent", "agents", multiple=True, help="An agent; may be repeated.")
@click.option(
    "--by",
    type=click.Choice(["agent", "team", "shift", "day"]),
    default="agent",
    show_default=True,
    help="What one row is about.",
)
@click.option("--as-of", help="ISO time: by the plan and the decisions as they stood then.")
@click.option("--explain", is_flag=True, help="Print the formula of each figure instead.")
@UNTIL
@SINCE
@FORMAT
@click.pass_obj
def report_adherence(
    site: Site,
    agents: tuple[str, ...],
    by: Any,
    as_of: str | None,
    explain: bool,
    since: str | None,
    until: str | None,
    form: Any,
) -> None:
    """How shifts were kept: a shift belongs to the range in which it starts, and over midnight to its start date."""
    from app.core.output import write_rows
    from app.core.zones import parse_instant
    from app.planning.report import AdherenceQuestion, adherence_report, explained

    if explain:
        write_rows(explained(), form)
        return
    as_of_ms = None if as_of is None else parse_instant(as_of, site.zone, "--as-of")
    with open_planning(site) as (session, _service):
        asked = asked_range(site, since, until, "all", session.floor.newest_ms())
        question = AdherenceQuestion(asked.start_ms, asked.end_ms, by, asked.zone, asked.now_ms, as_of_ms, agents)
        write_rows(adherence_report(session.planning, question), form)


COMMANDS: Final[tuple[click.Command, ...]] = (adherence,)
