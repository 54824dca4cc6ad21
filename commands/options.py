"""Options that many commands share, and what they mean together."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from app.floor.reports import Range
    from commands.site import Site

FORMAT = click.option(
    "--format", "form", type=click.Choice(["table", "csv", "json"]), default="table", show_default=True
)
WHY = click.option("--why", required=True, help="The reason; it stays beside the figures.")
DRY_RUN = click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")
SINCE = click.option("--from", "since", help="ISO time, or a date (its midnight); else today.")
UNTIL = click.option("--to", "until", help="ISO time, or a date (its midnight); else one day after --from.")


def ranged(command: Callable[..., None]) -> Callable[..., None]:
    """The options of a report by interval: since, until, every, explain, form."""
    for option in (
        FORMAT,
        click.option("--explain", is_flag=True, help="Print the formula of each figure instead."),
        click.option(
            "--every", type=click.Choice(["15m", "30m", "60m", "day", "all"]), default="30m", show_default=True
        ),
        UNTIL,
        SINCE,
    ):
        command = option(command)
    return command


def asked_range(site: Site, since: str | None, until: str | None, every: str, newest_ms: int | None) -> Range:
    """The range a person asked for, in the site's zone.

    Args:
        site: Whose zone it is.
        since: The value of --from.
        until: The value of --to.
        every: The value of --every.
        newest_ms: The newest fact of the floor, which may be ahead of the system's clock; None where there is none.

    Raises:
        UsageProblem: When a time cannot be read.
    """
    from datetime import timedelta

    from app.core.clock import SystemClock
    from app.core.zones import at, date_start_ms, day_start_ms, parse_instant
    from app.floor.reports import Range, effective_now_ms

    zone = site.zone
    now_ms = SystemClock().now_ms()
    start_ms = day_start_ms(now_ms, zone) if since is None else parse_instant(since, zone, "--from")
    if until is None:
        end_ms = date_start_ms(at(start_ms, zone).date() + timedelta(days=1), zone)
    else:
        end_ms = parse_instant(until, zone, "--to")
    return Range(start_ms, end_ms, every, zone, effective_now_ms(now_ms, newest_ms))


@contextmanager
def progress_bar(label: str) -> Iterator[Callable[[int, int], None]]:
    """A bar on standard error while something long runs, where a person looks at it; told what is done, and of what."""
    with click.progressbar(length=0, label=label, file=sys.stderr, hidden=not sys.stderr.isatty()) as bar:

        def progress(done: int, total: int) -> None:
            bar.length = total
            bar.update(done - bar.pos)

        yield progress
