"""How many agents it takes: staffing, and report staffing."""

from __future__ import annotations

from typing import Any, Final

import click

from commands.options import FORMAT, asked_range, ranged
from commands.reports import report
from commands.site import Site


@click.command()
@click.option("--calls", type=float, help="Calls offered in the period.")
@click.option("--per", default="30m", show_default=True, help="How long the period is.")
@click.option("--aht", help="Mean handling time: talk, hold and wrap-up; seconds, or as 3m.")
@click.option("--target", type=float, default=0.8, show_default=True, help="The service level to reach, 0 to 1.")
@click.option("--within", help="Seconds in which a call counts as answered in time; else the settings' threshold.")
@click.option("--patience", help="Mean seconds after which a caller hangs up; without it nobody does.")
@click.option("--ring", default="0", show_default=True, help="Seconds an agent's telephone rings before an answer.")
@click.option("--max-occupancy", type=float, help="How busy agents may be at most, 0 to 1.")
@click.option("--shrinkage", type=float, default=0.0, show_default=True, help="Paid time not on the queue, 0 to 1.")
@click.option("--agents", type=int, help="Tell how so many would fare, instead of finding the least number.")
@click.option("--explain", is_flag=True, help="Print the formula of each figure instead.")
@FORMAT
@click.pass_obj
def staffing(
    site: Site,
    calls: float | None,
    per: str,
    aht: str | None,
    target: float,
    within: str | None,
    patience: str | None,
    ring: str,
    max_occupancy: float | None,
    shrinkage: float,
    agents: int | None,
    explain: bool,
    form: Any,
) -> None:
    """How many agents some calls need, by Erlang C, or by Erlang A with --patience."""
    from app.core.errors import UsageProblem
    from app.core.i18n import _
    from app.core.output import write_one, write_rows
    from app.planning import staffing as rules

    if explain:
        write_rows(rules.explained(), form)
        return
    if calls is None or aht is None:
        raise UsageProblem(_("Say how many calls (--calls) and how long one takes (--aht)."))
    workload = rules.Workload(
        calls,
        _seconds(per, "--per"),
        _seconds(aht, "--aht"),
        None if patience is None else _seconds(patience, "--patience"),
        _seconds(ring, "--ring"),
    )
    within_seconds = site.settings.threshold_seconds if within is None else _seconds(within, "--within")
    if agents is None:
        found = rules.least_agents(workload, rules.Targets(target, within_seconds, max_occupancy))
    else:
        found = rules.staffing(workload, agents, within_seconds)
    write_one(rules.staffing_row(found, shrinkage), form)


def _seconds(text: str, option: str) -> float:
    """A mean time as a person writes it: a number of seconds, which may have a fraction, or 3m."""
    from app.core.durations import parse_duration

    try:
        return float(text)
    except ValueError:
        return parse_duration(text, option)


@report.command("staffing")
@click.option("--queue", "queues", multiple=True, help='A queue; may be repeated. "ALL" adds the whole.')
@ranged
@click.pass_obj
def report_staffing(
    site: Site, queues: tuple[str, ...], since: str | None, until: str | None, every: str, explain: bool, form: Any
) -> None:
    """Forecast and actual calls, agents required, scheduled and staffed, by queue and interval."""
    from app.core.output import write_rows
    from app.planning.forecast_report import StaffingSources, explained, staffing_rows
    from app.planning.forecast_service import PlannedOnQueue
    from app.planning.requirement import need_of

    if explain:
        write_rows(explained(), form)
        return
    with site.reader() as session:
        asked = asked_range(site, since, until, every, session.reader.newest_ms())
        staffing = session.staffing
        schedule = PlannedOnQueue(session.planning)
        sources = StaffingSources(session.forecast, staffing, staffing, schedule, need_of(site.settings))
        write_rows(staffing_rows(sources, asked, queues), form)


COMMANDS: Final[tuple[click.Command, ...]] = (staffing,)
