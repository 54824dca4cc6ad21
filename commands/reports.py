"""Figures out: the report group, and the reports of what was measured on the floor."""

from __future__ import annotations

from typing import Any, Final

import click

from commands.options import asked_range, ranged
from commands.site import Site


@click.group()
def report() -> None:
    """Tables for people and for other programs."""


@report.command("queue-intervals")
@click.option("--queue", "queues", multiple=True, help='A queue; may be repeated. "ALL" adds the whole.')
@click.option("--threshold", type=click.IntRange(0, 3600), help="Seconds; the T of the service level.")
@ranged
@click.pass_obj
def report_queue_intervals(
    site: Site,
    queues: tuple[str, ...],
    threshold: int | None,
    since: str | None,
    until: str | None,
    every: str,
    explain: bool,
    form: Any,
) -> None:
    """Calls by queue and interval: what was offered, what became of it, how long it waited."""
    from app.core.output import write_rows
    from app.floor.formulas import explained
    from app.floor.reports import queue_intervals

    if explain:
        write_rows(explained("queue-intervals"), form)
        return
    threshold_seconds = site.settings.threshold_seconds if threshold is None else threshold
    with site.reader() as session:
        asked = asked_range(site, since, until, every, session.reader.newest_ms())
        write_rows(queue_intervals(session.reader, asked, queues, threshold_seconds), form)


@report.command("agent-intervals")
@click.option("--agent", "agents", multiple=True, help="An agent; may be repeated.")
@ranged
@click.pass_obj
def report_agent_intervals(
    site: Site, agents: tuple[str, ...], since: str | None, until: str | None, every: str, explain: bool, form: Any
) -> None:
    """Time by agent and interval: signed in, by state, not ready by reason."""
    from app.core.output import write_rows
    from app.core.reasons import ReasonMap
    from app.floor.formulas import explained
    from app.floor.reports import agent_intervals

    if explain:
        write_rows(explained("agent-intervals"), form)
        return
    with site.reader() as session:
        asked = asked_range(site, since, until, every, session.reader.newest_ms())
        write_rows(agent_intervals(session.reader, asked, agents, ReasonMap(site.settings.reasons)), form)


COMMANDS: Final[tuple[click.Command, ...]] = (report,)
