"""Due times that anybody can check: sla explain."""

from __future__ import annotations

import sys
from typing import Any, Final

import click

from commands.options import FORMAT


@click.group()
def sla() -> None:
    """Due times, worked out in the open."""


@sla.command("explain")
@click.option("--calendar", "file", required=True, help='The calendar, as TOML; docs/sla.md has the keys ("-": input).')
@click.option("--start", required=True, help="When the time begins; local to the calendar's zone, or with an offset.")
@click.option("--limit", help="The open time to pass: 4h, 90m, 1d, 1h30m; asks when that is.")
@click.option("--until", help="The instant to count to; asks how much open time lies between.")
@click.option("--pause", "pauses", multiple=True, metavar="FROM..TO", help="A stretch not counted; may be repeated.")
@FORMAT
def sla_explain(
    file: str, start: str, limit: str | None, until: str | None, pauses: tuple[str, ...], form: Any
) -> None:
    """When a limit is reached, or how much open time was used, and which stretches it is made of."""
    import json

    from app.core.calendars import Calendar
    from app.core.errors import UsageProblem
    from app.core.i18n import _
    from app.core.output import write_one, write_rows
    from app.core.text_file import read_text_file
    from app.tickets import sla as rules
    from app.tickets.sla_calendar import read_sla_calendar

    if (limit is None) == (until is None):
        raise UsageProblem(_("Say either --limit, to learn when it is reached, or --until, to learn what is used."))
    calendar = Calendar(read_sla_calendar(read_text_file(file, sys.stdin.buffer), file))
    zone = calendar.zone
    start_ms = rules.parse_local_instant(start, zone, "--start")
    stretches = [rules.parse_pause(text, zone, "--pause") for text in pauses]
    if limit is not None:
        found = rules.explain_limit(calendar, start_ms, rules.parse_limit(limit, "--limit") * 1000, stretches)
        end_ms = start_ms if found.due_ms is None else found.due_ms
    else:
        end_ms = rules.parse_local_instant(str(until), zone, "--until")
        if end_ms < start_ms:
            raise UsageProblem(_("--until lies before --start: time only passes forwards."))
        found = rules.explain_use(calendar, start_ms, end_ms, stretches)
    row = rules.explanation_row(found, zone)
    if form == "json":
        sys.stdout.write(json.dumps(row, ensure_ascii=False) + "\n")
    elif form == "csv":
        write_rows(rules.segment_rows(found, zone), form)
    else:
        due = _("never") if found.never else row["due"]
        write_one({"due": due, "open_seconds": row["open_seconds"]}, form)
        if found.segments:
            sys.stdout.write("\n")
            write_rows(rules.segment_rows(found, zone), form)
    for year in calendar.unannounced_years(start_ms, end_ms):
        sys.stderr.write(
            _("The public holidays of {year} are not announced: the hours of the week were used.").format(year=year)
            + "\n"
        )


COMMANDS: Final[tuple[click.Command, ...]] = (sla,)
