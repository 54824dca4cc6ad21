"""Tickets in and out: event logs of other systems by a map, and every fact of tickets for other programs."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Final

import click

from app.core.errors import DataProblem
from commands.imports import import_group
from commands.ingest import SOURCE, interruptible
from commands.options import DRY_RUN, FORMAT
from commands.site import Site, person_here
from commands.tickets import tickets

if TYPE_CHECKING:
    from app.tickets.import_map import TicketMap
    from app.tickets.import_service import ImportProgress
    from store.sessions import ReaderSession


@import_group.command("tickets")
@click.argument("file")
@click.option("--map", "map_file", required=True, help="MAP.toml: what columns and words mean; or native.")
@SOURCE
@DRY_RUN
@click.option("--skip-bad", is_flag=True, help="Leave bad rows out instead of importing nothing.")
@click.option("--encoding", help="Of the file; else UTF-8 and GB18030 are told apart.")
@FORMAT
@click.pass_obj
def import_tickets_command(
    site: Site,
    file: str,
    map_file: str,
    source: str | None,
    dry_run: bool,
    skip_bad: bool,
    encoding: str | None,
    form: Any,
) -> None:
    """Event logs of tickets, one row per change, from any system ("-": standard input); docs/import-tickets.md."""
    from app.core.clock import SystemClock
    from app.tickets.import_output import refusal, write_import
    from app.tickets.import_service import TicketOrder, import_tickets

    told = _read_map(map_file)
    zone = site.zone
    order = TicketOrder(source or "import", zone, encoding, skip_bad, dry_run)
    showing = sys.stderr.isatty()

    def progress(done: ImportProgress) -> None:
        if showing:
            click.echo(f"\r\033[K{_step(done)}", nl=False, err=True)

    with site.writer() as session, interruptible() as interrupted:
        done = import_tickets(
            file,
            told,
            session.journal,
            session.tickets,
            order,
            stream=sys.stdin.buffer,
            progress=progress,
            cancelled=interrupted,
        )
        if done.applied:
            with session.imports.writing():
                session.imports.log_import(done.log_entry(SystemClock().now_ms(), person_here()))
    if showing:
        click.echo("\r\033[K", nl=False, err=True)
    write_import(done, form, zone)
    if not done.complete:
        raise click.exceptions.Exit(130)
    if done.bad_count and not skip_bad:
        raise DataProblem(refusal(done))


def _step(done: ImportProgress) -> str:
    from app.core.i18n import _

    words = _("stored: {rows} rows, {share} %") if done.is_storing else _("read: {rows} rows, {share} %")
    return words.format(rows=f"{done.rows:,}", share=done.share)


def _read_map(name: str) -> TicketMap:
    from app.core.text_file import read_text_file
    from app.tickets.import_map import NATIVE, load_map, native_map

    if name == NATIVE:
        return native_map()
    return load_map(read_text_file(name), name)


@tickets.command("export")
@click.argument("query", default="")
@click.option("--from", "since", help="ISO time, or a date (its midnight); else from the first ticket.")
@click.option("--to", "until", help="ISO time, or a date (its midnight); else to the last.")
@click.option(
    "--format", "form", type=click.Choice(["csv", "json", "lines"]), default="csv", show_default=True,
    help="One row, one object of an array, or one line of native input for each fact.",
)  # fmt: skip
@click.pass_obj
def tickets_export(site: Site, query: str, since: str | None, until: str | None, form: str) -> None:
    """Every fact of the tickets that QUERY finds, open and closed: what “import tickets --map native” reads back."""
    from app.core.output import write_rows
    from app.tickets.export import export_row, exported_facts, native_line

    zone = site.zone
    with site.reader() as session:
        facts = exported_facts(session.tickets, _chosen(site, session, query, since, until))
        if form == "lines":
            sys.stdout.writelines(f"{native_line(event)}\n" for event in facts)
        elif form == "json":
            opening = "["
            for event in facts:
                sys.stdout.write(f"{opening}\n{native_line(event)}")
                opening = ","
            sys.stdout.write("[]\n" if opening == "[" else "\n]\n")
        else:
            write_rows((export_row(event, zone) for event in facts), "csv")


def _chosen(site: Site, session: ReaderSession, query: str, since: str | None, until: str | None) -> list[str]:
    """The numbers of the tickets that are asked for: written, closed or open in the range, and found by the filter."""
    from app.core.clock import SystemClock
    from app.core.event_fields import EARLIEST_MS, LATEST_MS
    from app.core.zones import parse_instant
    from app.tickets.live import Names, UnitName, row_of
    from app.tickets.query import parse, vocabulary
    from commands.tickets import open_desk

    start_ms = EARLIEST_MS if since is None else parse_instant(since, site.zone, "--from")
    end_ms = LATEST_MS if until is None else parse_instant(until, site.zone, "--to")
    found = session.tickets.tickets_between(start_ms, end_ms)
    if not query.strip():
        return [ticket.ticket for ticket in found]
    desk = open_desk(site)
    asked = parse(query, vocabulary(desk.book()))
    names = Names(
        {unit.unit: UnitName(unit.name, unit.level.value) for unit in session.people.units().values()},
        {person.agent_id: person.name for person in session.people.people().values()},
    )
    now_ms = SystemClock().now_ms()
    return [ticket.ticket for ticket in found if asked.matches(row_of(ticket, names), now_ms, desk.actor)]


COMMANDS: Final[tuple[click.Command, ...]] = ()
"""They hang in the groups `import` and `tickets`."""
