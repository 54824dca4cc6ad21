"""Alerts from the shell: what needs a person, who has it, what became of it. docs/alerts.md."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

import click

from app.core.errors import RuleRefused
from commands.options import FORMAT, SINCE, UNTIL, asked_range
from commands.reports import report
from commands.site import Site, person_here
from commands.tickets import AS

if TYPE_CHECKING:
    from app.alerts.model import Alert
    from app.alerts.service import AlertService
    from store.alerts import SqliteAlerts

STATES: Final = ("pending", "raised", "acknowledged", "silenced", "inhibited")
ALERTS: Final = click.argument("names", metavar="ALERT…", nargs=-1, required=True)
NOTE: Final = click.option("--note", default="", help="What to say about it; it stays in the timeline.")


@click.group()
def alerts() -> None:
    """What needs a person now, said once, until someone has it; docs/alerts.md."""


@alerts.command("list")
@click.option("--state", type=click.Choice(STATES), help="Only those.")
@FORMAT
@click.pass_obj
def alerts_list(site: Site, state: str | None, form: Any) -> None:
    """Every open alert, the gravest first: what it says, since when, who has it."""
    from app.alerts.rows import RuleBooks, is_listed, list_rows
    from app.core.clock import SystemClock
    from app.core.output import write_rows
    from app.floor.reports import effective_now_ms
    from app.tickets.policy_service import in_force

    with site.reader() as session:
        now_ms = effective_now_ms(SystemClock().now_ms(), session.reader.newest_ms())
        found = [alert for alert in session.alerts.open_alerts() if is_listed(alert, state or "", now_ms)]
        rows = list(
            list_rows(found, RuleBooks(session.alerts.books(), in_force(session.tickets).book), now_ms, site.zone)
        )
    if form == "table":
        rows = [{key: row[key] for key in ("alert", "level", "state", "says", "since", "owner")} for row in rows]
    write_rows(rows, form)


@alerts.command("history")
@SINCE
@UNTIL
@FORMAT
@click.pass_obj
def alerts_history(site: Site, since: str | None, until: str | None, form: Any) -> None:
    """Alerts of a range, in order: pending, raised, taken, over."""
    from app.alerts.rows import RuleBooks, history_rows
    from app.core.output import write_rows
    from app.tickets.policy_service import in_force

    with site.reader() as session:
        asked = asked_range(site, since, until, "all", session.reader.newest_ms())
        found = session.alerts.alerts_between(asked.start_ms, asked.end_ms)
        rows = list(history_rows(found, RuleBooks(session.alerts.books(), in_force(session.tickets).book), site.zone))
    if form == "table":
        shown = ("alert", "level", "state", "raised", "acknowledged", "owner", "ended", "seconds")
        rows = [{key: row[key] for key in shown} for row in rows]
    write_rows(rows, form)


@alerts.command("timeline")
@click.argument("alert")
@FORMAT
@click.pass_obj
def alerts_timeline(site: Site, alert: str, form: Any) -> None:
    """What happened to ALERT since it began, in order, and who was told by which channel."""
    from app.alerts.rows import timeline_rows
    from app.core.output import write_rows

    with site.reader() as session:
        found = session.alerts.alert(alert)
    if found is None:
        raise _unknown(alert)
    write_rows(timeline_rows(found, site.zone), form)


@alerts.command("ack")
@ALERTS
@NOTE
@AS
@click.pass_obj
def alerts_ack(site: Site, names: tuple[str, ...], note: str, acting_for: str) -> None:
    """Take alerts: "rule|entity", or a rule's name for all it has raised."""
    from app.core.i18n import ngettext

    with _serving(site, acting_for) as (service, store):
        count = service.acknowledge(_chosen(store, names), note)
    click.echo(ngettext("{count} alert is yours.", "{count} alerts are yours.", count).format(count=count))


@alerts.command("silence")
@ALERTS
@click.option("--until", required=True, help="Until when: 14:30, tomorrow 9:00, 2026-11-22 09:00 or +2h.")
@NOTE
@AS
@click.pass_obj
def alerts_silence(site: Site, names: tuple[str, ...], until: str, note: str, acting_for: str) -> None:
    """Have alerts make no sound and tell nobody until an instant; they stay listed."""
    from app.core.clock import SystemClock
    from app.core.i18n import ngettext
    from app.tickets.typed import read_ahead

    until_ms = read_ahead(until, site.zone, SystemClock().now_ms(), "--until")
    with _serving(site, acting_for) as (service, store):
        count = service.silence(_chosen(store, names), until_ms, note)
    click.echo(ngettext("{count} alert is silent.", "{count} alerts are silent.", count).format(count=count))


@alerts.command("escalate")
@ALERTS
@AS
@click.pass_obj
def alerts_escalate(site: Site, names: tuple[str, ...], acting_for: str) -> None:
    """Begin the next step of alerts' chains now."""
    from app.core.i18n import ngettext

    with _serving(site, acting_for) as (service, store):
        count = service.escalate(_chosen(store, names))
    click.echo(ngettext("{count} alert goes on.", "{count} alerts go on.", count).format(count=count))


@alerts.command("declare")
@click.argument("what")
@click.option("--source", default="", help="The live source that is down, by its name.")
@AS
@click.pass_obj
def alerts_declare(site: Site, what: str, source: str, acting_for: str) -> None:
    """Declare a system down: WHAT is down, and what that affects. Prints the fault's name."""
    with _serving(site, acting_for) as (service, _store):
        fault = service.declare(what, source)
    click.echo(fault)


@alerts.command("end-fault")
@click.argument("fault")
@AS
@click.pass_obj
def alerts_end_fault(site: Site, fault: str, acting_for: str) -> None:
    """Say that the system works again."""
    with _serving(site, acting_for) as (service, _store):
        service.end_fault(fault)


@alerts.command("faults")
@click.option("--all", "with_ended", is_flag=True, help="Those that have ended too.")
@FORMAT
@click.pass_obj
def alerts_faults(site: Site, with_ended: bool, form: Any) -> None:
    """Systems that were declared to be down, the newest first."""
    from app.alerts.rows import fault_rows
    from app.core.output import write_rows

    with site.reader() as session:
        found = session.alerts.faults(only_live=not with_ended)
    write_rows(fault_rows(found, site.zone), form)


@report.command("alerts")
@SINCE
@UNTIL
@click.option("--explain", is_flag=True, help="Print the formula of each figure instead.")
@FORMAT
@click.pass_obj
def report_alerts(site: Site, since: str | None, until: str | None, explain: bool, form: Any) -> None:
    """Alerts by rule: how many, how soon taken and over; the noisiest first, those that never spoke last."""
    from app.alerts.book_service import in_force
    from app.alerts.figures import explained, figure_rows, rule_figures
    from app.core.output import write_rows

    if explain:
        write_rows(explained(), form)
        return
    with site.reader() as session:
        asked = asked_range(site, since, until, "all", session.reader.newest_ms())
        found = session.alerts.alerts_between(asked.start_ms, asked.end_ms)
        rules = [rule.id for rule in in_force(session.alerts).book.rules]
    write_rows(figure_rows(rule_figures(found, rules, asked.start_ms, asked.end_ms)), form)


@contextmanager
def _serving(site: Site, acting_for: str) -> Iterator[tuple[AlertService, SqliteAlerts]]:
    from app.alerts.book_service import in_force
    from app.alerts.service import AlertService
    from app.core.clock import SystemClock
    from app.people.actors import actor_of

    with site.writer() as session:
        actor = actor_of(person_here(), session.people.people(), acting_for)
        store = session.alerts
        yield AlertService(session.journal, store, lambda: in_force(store).book, actor, SystemClock()), store


def _chosen(store: SqliteAlerts, names: tuple[str, ...]) -> list[str]:
    from app.alerts.rows import chosen

    found: list[Alert] = store.open_alerts()
    return chosen(found, names, _unknown)


def _unknown(name: str) -> RuleRefused:
    from app.core.i18n import _
    from app.core.tables import shown

    return RuleRefused(
        _("There is no open alert {name}: “watchfloor alerts list” names them.").format(name=shown(name))
    )


COMMANDS: Final[tuple[click.Command, ...]] = (alerts,)
