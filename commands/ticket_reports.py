"""Tickets in figures: report tickets, ticket-stages, ticket-returns, callbacks, recovery. docs/ticket-reports.md."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

import click

from commands.options import FORMAT, SINCE, UNTIL, asked_range
from commands.reports import report
from commands.site import Site

if TYPE_CHECKING:
    from collections.abc import Iterator

    from app.tickets.report_rows import TicketQuestion
    from app.tickets.reports import TicketSource

EXPLAIN: Final = click.option("--explain", is_flag=True, help="Print the formula of each figure instead.")


def _asked(command: Callable[..., None]) -> Callable[..., None]:
    """The options of a report of tickets: since, until, by, explain, form."""
    by = click.option(
        "--by",
        type=click.Choice(["all", "unit", "type", "handler", "day"]),
        default="all",
        show_default=True,
        help="What one row is about; units are not rolled up.",
    )
    for option in (FORMAT, EXPLAIN, by, UNTIL, SINCE):
        command = option(command)
    return command


def _write(
    site: Site,
    name: str,
    make: Callable[[TicketSource, TicketQuestion], Iterator[dict[str, object]]],
    asked: dict[str, Any],
) -> None:
    from app.core.output import write_one, write_rows
    from app.tickets.formulas import IN_TABLE, explained
    from app.tickets.report_rows import TicketQuestion

    if asked["explain"]:
        write_rows(explained(name), asked["form"])
        return
    with site.reader() as session:
        found = asked_range(site, asked["since"], asked["until"], "all", session.reader.newest_ms())
        question = TicketQuestion(found.start_ms, found.end_ms, asked["by"], found.zone, found.now_ms)
        rows = make(session, question)
        shown = IN_TABLE.get(name)
        if asked["form"] != "table" or shown is None:
            write_rows(rows, asked["form"])
        elif question.by == "all":
            # Dozens of figures in one line are for programs.
            write_one(next(rows), "table")
        else:
            heads = (question.by, f"{question.by}_name")
            write_rows(({key: row[key] for key in (*heads, *shown) if key in row} for row in rows), "table")


@report.command("tickets")
@_asked
@click.pass_obj
def report_tickets(site: Site, /, **asked: Any) -> None:
    """Tickets in figures: written, sent, accepted, closed in time, satisfied, reopened, open, overdue, age."""
    from app.tickets.reports import ticket_report

    _write(site, "tickets", ticket_report, asked)


@report.command("ticket-stages")
@_asked
@click.pass_obj
def report_ticket_stages(site: Site, /, **asked: Any) -> None:
    """The stages of each type: limits kept and missed, time used, what is open and overdue."""
    from app.tickets.reports import stage_report

    _write(site, "ticket-stages", stage_report, asked)


@report.command("ticket-returns")
@_asked
@click.pass_obj
def report_ticket_returns(site: Site, /, **asked: Any) -> None:
    """What came back: who gave it back to whom, how often and why. By unit is by the sender."""
    from app.tickets.reports import return_report

    _write(site, "ticket-returns", return_report, asked)


@report.command("callbacks")
@_asked
@click.pass_obj
def report_callbacks(site: Site, /, **asked: Any) -> None:
    """Promised call-backs that were due, and the loops of repeat callers, kept in time or not."""
    from app.tickets.reports import call_back_report

    _write(site, "callbacks", call_back_report, asked)


@report.command("recovery")
@EXPLAIN
@UNTIL
@SINCE
@FORMAT
@click.pass_obj
def report_recovery(site: Site, explain: bool, since: str | None, until: str | None, form: Any) -> None:
    """What customers were granted, month by month, against the line at which it is reported."""
    from app.core.output import write_rows
    from app.tickets.formulas import explained
    from app.tickets.reports import recovery_report

    if explain:
        write_rows(explained("recovery"), form)
        return
    with site.reader() as session:
        asked = asked_range(site, since, until, "all", session.reader.newest_ms())
        write_rows(recovery_report(session.loops, session, asked.start_ms, asked.end_ms, asked.zone), form)


COMMANDS: Final[tuple[click.Command, ...]] = ()
"""Nothing at the top level: all of them stand under report."""
