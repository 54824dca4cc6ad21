"""Tickets from the shell: what waits, what may be done, and doing it; for scripts and bridges. docs/tickets-cli.md."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import IO, TYPE_CHECKING, Any, Final

import click

from app.core.errors import DataProblem, RuleRefused, UsageProblem
from commands.options import FORMAT
from commands.site import Site, person_here

if TYPE_CHECKING:
    from app.tickets.deed_input import Order
    from app.tickets.desk import DeedResult, NewTicket
    from store.ticket_desk import SqliteTicketDesk

AS: Final = click.option("--as", "acting_for", default="", help="The agent id an administrator acts for.")
JSON: Final = click.option(
    "--json", "lines", type=click.File("rb"), help="One JSON object per line, from a file or “-” (standard input)."
)


@click.group()
def tickets() -> None:
    """Tickets: list and show them, write them, act on them, take it back."""


def open_desk(site: Site, acting_for: str = "") -> SqliteTicketDesk:
    """The tickets of a site, for the person at this shell.

    Raises:
        StoreProblem: When the database cannot be used.
    """
    from app.core.clock import SystemClock
    from store.ticket_desk import SqliteTicketDesk

    with site.reader():
        # What is wrong with the database is said now; a new one is made.
        pass
    return SqliteTicketDesk(site.path, site.settings, site.zone, SystemClock(), person_here(), acting_for)


# -- looking ---------------------------------------------------------------------------------------------------------


@tickets.command("list")
@click.argument("query", default="")
@click.option("--view", help="The name of a saved filter; QUERY narrows it.")
@AS
@FORMAT
@click.pass_obj
def tickets_list(site: Site, query: str, view: str | None, acting_for: str, form: Any) -> None:
    """Every open ticket that QUERY finds, the most urgent first; docs/tickets-filter.md has the language."""
    from app.core.clock import SystemClock
    from app.core.output import write_rows
    from app.tickets.live import row_of
    from app.tickets.query import parse, vocabulary
    from app.tickets.rows import list_object, list_row, table_row
    from app.tickets.urgency import order_key

    desk = open_desk(site, acting_for)
    now_ms, zone = SystemClock().now_ms(), site.zone
    words = vocabulary(desk.book())
    asked = [parse(each, words) for each in (_saved(desk, view), query)]
    found, names = desk.open_tickets()
    rows = [row_of(ticket, names) for ticket in found]
    for each in asked:
        rows = each.select(rows, now_ms, desk.actor)
    rows.sort(key=order_key)
    if form == "table":
        write_rows((table_row(row, now_ms) for row in rows), form)
    else:
        as_row = list_object if form == "json" else list_row
        write_rows((as_row(row, now_ms, zone) for row in rows), form)


def _saved(desk: SqliteTicketDesk, name: str | None) -> str:
    """The filter of a view."""
    from app.core.i18n import _
    from app.core.tables import shown

    if name is None:
        return ""
    for view in desk.views():
        if view.name == name:
            return view.query
    raise UsageProblem(
        _("There is no saved filter {name}: “watchfloor tickets views” names them.").format(name=shown(name))
    )


@tickets.command("show")
@click.argument("number")
@AS
@FORMAT
@click.pass_obj
def tickets_show(site: Site, number: str, acting_for: str, form: Any) -> None:
    """One ticket: its clocks, its way, and what may be done to it now or why not."""
    from app.core.clock import SystemClock
    from app.core.i18n import _
    from app.core.output import write_one, write_rows
    from app.core.tables import shown
    from app.tickets.rows import clock_table, ticket_object, ticket_row, way_table

    desk = open_desk(site, acting_for)
    picture = desk.picture(number)
    if picture is None:
        raise UsageProblem(
            _("There is no ticket {number}: “watchfloor tickets list” names the open ones.").format(
                number=shown(number)
            )
        )
    now_ms, zone = SystemClock().now_ms(), site.zone
    if form == "json":
        write_one(ticket_object(picture, now_ms, desk.books(), zone), form)
        return
    write_one(ticket_row(picture.ticket, zone), form)
    if form == "table":
        for rows in (clock_table(picture, now_ms, desk.books(), zone), way_table(picture, zone)):
            if rows:
                click.echo()
                write_rows(rows, form)
        click.echo()
        may = [offer.verb.value for offer in picture.offers if not offer.why_not]
        click.echo(_("You may: {verbs}").format(verbs=", ".join(may)))


# -- doing -----------------------------------------------------------------------------------------------------------


@tickets.command("create")
@click.option("--type", "ticket_type", help="The type, as the policy names it: complaint, repair …")
@click.option("--title", help="One line: what it is about.")
@click.option("--unit", default="", help="The unit that writes it; else your own.")
@click.option("--customer", default="", help="Whose it is.")
@click.option("--caller", default="", help="The number that called.")
@click.option("--stars", type=click.IntRange(0, 10), help="The customer's stars.")
@click.option("--subject", default="", help="What it is about, in the site's words.")
@click.option("--area", default="", help="Where.")
@click.option("--service", default="", help="What does not work.")
@click.option("--call", help="The id of the call it comes from.")
@click.option("--risk", "risks", multiple=True, type=click.Choice(["regulator", "media"]), help="May be repeated.")
@click.option("--compensation-fen", type=click.IntRange(0), help="What the customer asks for.")
@click.option("--field", "extra", multiple=True, help="name=text: what else is known; may be repeated.")
@JSON
@AS
@FORMAT
@click.pass_obj
def tickets_create(
    site: Site, /, lines: IO[bytes] | None, acting_for: str, form: Any, extra: tuple[str, ...], **given: Any
) -> None:
    """Write a ticket, or one for each line of --json; prints the numbers."""
    from app.core.i18n import _
    from app.tickets.deed_input import read_new_tickets, read_pairs
    from app.tickets.desk import NewTicket

    if lines is not None:
        if extra or any(value not in (None, "", ()) for value in given.values()):
            raise UsageProblem(_("Say it in --json or in options, not in both."))
        new = read_new_tickets(_read(lines))
    else:
        for name, option in (("ticket_type", "--type"), ("title", "--title")):
            if not given[name]:
                raise UsageProblem(_("A ticket needs {option}, or --json with many.").format(option=option))
        new = [(0, NewTicket(**given, fields=read_pairs(extra, "--field")))]
    rows: list[dict[str, object]] = []
    with open_desk(site, acting_for).serving() as service:

        def create(one: NewTicket) -> None:
            number = service.create(one)
            rows.append({"ticket": number, "type": one.ticket_type, "title": one.title})

        _one_after_the_other(new, create, rows, form)


@tickets.command("act")
@click.argument("words", nargs=-1)
@JSON
@AS
@FORMAT
@click.pass_obj
def tickets_act(site: Site, words: tuple[str, ...], lines: IO[bytes] | None, acting_for: str, form: Any) -> None:
    """Do something: NUMBER… VERB [key=value…], or one such deed for each line of --json."""
    from app.core.clock import SystemClock
    from app.core.i18n import _
    from app.tickets.deed_input import read_orders, read_words

    if lines is not None and words:
        raise UsageProblem(_("Say it in --json or in words, not in both."))
    orders = read_orders(_read(lines)) if lines is not None else [read_words(words, site.zone, SystemClock().now_ms())]
    rows: list[dict[str, object]] = []
    with open_desk(site, acting_for).serving() as service:

        def act(order: Order) -> None:
            rows.extend(_result_rows(service.do(order.numbers, order.deed), order.deed.verb.value, order.numbers))

        _one_after_the_other([(order.line, order) for order in orders], act, rows, form)
    _say_refused(rows)


@tickets.command("undo")
@click.argument("act", default="")
@AS
@FORMAT
@click.pass_obj
def tickets_undo(site: Site, act: str, acting_for: str, form: Any) -> None:
    """Take back ACT, or what you did last, on every ticket it touched."""
    from app.core.output import write_rows

    result = open_desk(site, acting_for).undo(act)
    rows = _result_rows(result, "undo", (*result.done, *result.refused))
    write_rows(rows, form)
    _say_refused(rows)


def _read(lines: IO[bytes]) -> bytes:
    from app.core.i18n import _
    from app.tickets.deed_input import JSON_LIMIT_BYTES

    data = lines.read(JSON_LIMIT_BYTES + 1)
    if len(data) > JSON_LIMIT_BYTES:
        raise DataProblem(
            _("--json is larger than {limit} MB: hand it in in parts.").format(limit=JSON_LIMIT_BYTES >> 20)
        )
    return data


def _one_after_the_other(
    orders: Iterable[tuple[int, Any]], give: Callable[[Any], None], rows: list[dict[str, object]], form: Any
) -> None:
    """Give orders, each in a transaction of its own, and print what was done, up to the one that cannot be done.

    Raises:
        DataProblem: When a line holds a wrong value.
        RuleRefused: When a line may not be done.
        UsageProblem: When what was typed is wrong.
    """
    from app.core.i18n import _
    from app.core.output import write_rows

    try:
        for line, order in orders:
            try:
                give(order)
            except (UsageProblem, RuleRefused) as problem:
                if not line:
                    raise
                # Not an option but a line is wrong; those before it stand.
                kind = RuleRefused if isinstance(problem, RuleRefused) else DataProblem
                raise kind(_("Line {line}: {problem}").format(line=line, problem=problem)) from None
    except (DataProblem, RuleRefused):
        if rows:
            write_rows(rows, form)
        raise
    write_rows(rows, form)


def _result_rows(result: DeedResult, verb: str, numbers: Iterable[str]) -> list[dict[str, object]]:
    return [
        {
            "ticket": number,
            "verb": verb,
            "done": number not in result.refused,
            "why_not": result.refused.get(number, ""),
            "act": "" if number in result.refused else result.act,
        }
        for number in dict.fromkeys(numbers)
    ]


def _say_refused(rows: list[dict[str, object]]) -> None:
    """End with the exit code of a rule where one said no to a ticket."""
    from app.core.i18n import _

    refused = [row for row in rows if not row["done"]]
    if refused and len(rows) == 1:
        raise RuleRefused(f"{refused[0]['ticket']}: {refused[0]['why_not']}")
    if refused:
        raise RuleRefused(
            _("{refused} of {count} refused; {ticket}: {reason}").format(
                refused=len(refused), count=len(rows), ticket=refused[0]["ticket"], reason=refused[0]["why_not"]
            )
        )


# -- saved filters ---------------------------------------------------------------------------------------------------


@tickets.command("views")
@FORMAT
@click.pass_obj
def tickets_views(site: Site, form: Any) -> None:
    """Saved filters, by name."""
    from app.core.output import write_rows
    from app.tickets.rows import view_row

    zone = site.zone
    write_rows((view_row(view, zone) for view in open_desk(site).views()), form)


@tickets.command("save-view")
@click.argument("name")
@click.argument("query")
@AS
@click.pass_obj
def tickets_save_view(site: Site, name: str, query: str, acting_for: str) -> None:
    """Save QUERY as NAME for everyone of the site; an earlier filter of that name is replaced."""
    open_desk(site, acting_for).save_view(name, query)


@tickets.command("remove-view")
@click.argument("name")
@AS
@click.pass_obj
def tickets_remove_view(site: Site, name: str, acting_for: str) -> None:
    """Forget the saved filter NAME."""
    open_desk(site, acting_for).remove_view(name)


COMMANDS: Final[tuple[click.Command, ...]] = (tickets,)
