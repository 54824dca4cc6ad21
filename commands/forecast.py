"""Calls to come: import forecast and calendar, make a forecast, list them."""

from __future__ import annotations

from typing import Any, Final

import click

from commands.imports import bring_in, import_group, importing
from commands.options import FORMAT
from commands.site import Site, person_here


@import_group.command("forecast")
@importing
def import_forecast(site: Site, file: str, **how: Any) -> None:
    """Calls to come: queue, start, volume, aht_seconds; docs/forecast.md has the rules ("-": standard input)."""
    from app.planning.lists import ListKind

    bring_in(site, ListKind.FORECAST, file, **how)


@import_group.command("calendar")
@importing
def import_calendar(site: Site, file: str, **how: Any) -> None:
    """Open hours by queue: queue, day, hours, zone, public_holidays, or the TOML of docs/calendars.md."""
    from app.planning.lists import ListKind

    bring_in(site, ListKind.CALENDAR, file, **how)


@click.group()
def forecast() -> None:
    """Calls to come: make forecasts from history, list what there is."""


@forecast.command("make")
@click.option("--queue", required=True, help="The queue.")
@click.option("--weeks", type=click.IntRange(1, 26), default=4, show_default=True, help="How many weeks to learn from.")
@click.option("--from", "since", help="First date; else tomorrow.")
@click.option("--to", "until", help="First date after; else a week after --from.")
@click.option("--every", type=click.Choice(["15m", "30m", "60m"]), default="30m", show_default=True)
@click.option("--dry-run", is_flag=True, help="Say what it would be and how good, and store nothing.")
@FORMAT
@click.pass_obj
def forecast_make(
    site: Site, queue: str, weeks: int, since: str | None, until: str | None, every: str, dry_run: bool, form: Any
) -> None:
    """A forecast from history: the same weekday, trimmed mean; it says how well it would have done."""
    from datetime import timedelta

    from app.core.clock import SystemClock
    from app.core.zones import at, parse_instant
    from app.planning.forecast_output import write_made
    from app.planning.forecast_service import MakeOrder, make_forecast, store_forecast

    zone, now_ms = site.zone, SystemClock().now_ms()
    tomorrow = at(now_ms, zone).date() + timedelta(days=1)
    start = tomorrow if since is None else at(parse_instant(since, zone, "--from"), zone).date()
    end = start + timedelta(days=7) if until is None else at(parse_instant(until, zone, "--to"), zone).date()
    order = MakeOrder(queue, weeks, start, end, every, zone, person_here(), now_ms)
    with site.writer() as session:
        made = make_forecast(session.forecast, session.staffing, order)
        if not dry_run:
            made = store_forecast(session.forecast, made)
    write_made(made, form)


@forecast.command("list")
@click.option("--queue", help="Only what speaks of this queue.")
@FORMAT
@click.pass_obj
def forecast_list(site: Site, queue: str | None, form: Any) -> None:
    """Every forecast that was made or imported, the newest first: who, when, of what, and how much still holds."""
    from app.core.output import write_rows
    from app.planning.forecast_output import version_rows

    with site.reader() as session:
        found = session.forecast.versions(queue)
    write_rows(version_rows(found, site.zone), form)


COMMANDS: Final[tuple[click.Command, ...]] = (forecast,)
