"""Notices from the shell: what is known to be broken or is going to happen. docs/notices.md."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

import click

from app.core.errors import RuleRefused
from commands.options import FORMAT
from commands.site import Site, person_here
from commands.tickets import AS

if TYPE_CHECKING:
    from app.people.model import Actor
    from app.tickets.notices import NoticeService
    from store.sessions import WriterSession


EVENTS: Final = ("outage", "bulk_sms", "batch_opening", "batch_suspension", "system_upgrade", "campaign", "other")
"""What a notice can be of, as `app.core.ticket_events.NoticeKind`; a test holds them equal."""


HIDDEN: Final = frozenset({"posted", "by", "starts_in_seconds", "ahead_seconds", "tell"})
"""What a table has no room for."""


@click.group()
def notices() -> None:
    """What is known to be broken, told to customers instead of writing a ticket for each; and what is going to happen,
    told ahead to who has to be ready for it."""


@contextmanager
def _writing(site: Site, acting_for: str) -> Iterator[tuple[WriterSession, Actor]]:
    from app.people.actors import actor_of

    with site.writer() as session:
        yield session, actor_of(person_here(), session.people.people(), acting_for)


@contextmanager
def _serving(site: Site, acting_for: str) -> Iterator[NoticeService]:
    from app.core.clock import SystemClock
    from app.tickets.notices import NoticeService

    with _writing(site, acting_for) as (session, actor):
        yield NoticeService(session.journal, session.tickets, actor, SystemClock(), site.zone)


def _unknown(notice: str) -> RuleRefused:
    from app.tickets.notices import unknown_notice

    return unknown_notice(notice)


@notices.command("list")
@click.option("--all", "with_ended", is_flag=True, help="Those that have ended too.")
@click.option("--area", default="", help="Only those that fit an area, the best match first.")
@click.option("--service", default="", help="Only those that fit a service, the best match first.")
@FORMAT
@click.pass_obj
def notices_list(site: Site, with_ended: bool, area: str, service: str, form: Any) -> None:
    """Live and planned notices, the newest first, with the share of contacts each absorbed."""
    from app.core.clock import SystemClock
    from app.core.output import write_rows
    from app.tickets.notice_match import matching
    from app.tickets.notice_times import Phase, phase
    from app.tickets.notices import absorption, notice_row

    zone, now_ms = site.zone, SystemClock().now_ms()
    with site.reader() as session:
        found = session.tickets.notices(only_live=not with_ended)
        if not with_ended:
            found = [notice for notice in found if phase(notice, now_ms) is not Phase.OVER]
        if area or service:
            found = matching(found, area, service)
        rows = [notice_row(notice, absorption(notice, session.tickets, now_ms), zone, now_ms) for notice in found]
    if form == "table":
        rows = [{key: value for key, value in row.items() if key not in HIDDEN} for row in rows]
    write_rows(rows, form)


@notices.command("show")
@click.argument("notice")
@FORMAT
@click.pass_obj
def notices_show(site: Site, notice: str, form: Any) -> None:
    """The life of NOTICE: what was posted, who was told of it ahead, by which channel, with what answer."""
    from app.core.output import write_rows
    from app.tickets.notices import find, timeline, timeline_row

    zone = site.zone
    with site.reader() as session:
        if find(session.tickets, notice) is None:
            raise _unknown(notice)
        facts = timeline(session.tickets, notice)
    write_rows((timeline_row(fact, zone) for fact in facts), form)


@notices.command("contacts")
@click.argument("notice")
@FORMAT
@click.pass_obj
def notices_contacts(site: Site, notice: str, form: Any) -> None:
    """The contacts that NOTICE answered."""
    from app.core.output import write_rows
    from app.tickets.notices import contact_row, find

    zone = site.zone
    with site.reader() as session:
        if find(session.tickets, notice) is None:
            raise _unknown(notice)
        contacts = session.tickets.notice_contacts(notice)
    write_rows((contact_row(contact, zone) for contact in contacts), form)


@notices.command("post")
@click.argument("wording")
@click.option("--area", default="", help="Where; else everywhere.")
@click.option("--service", default="", help="Which service; else every.")
@click.option(
    "--until",
    "--ends",
    "until",
    help="When it should work again, or is over: 14:30, tomorrow 9:00, 2026-11-22 09:00 or +2h.",
)
@click.option("--again", default="", help="The notice whose words these replace.")
@click.option("--event", type=click.Choice(EVENTS), default="outage", show_default=True, help="What it is.")
@click.option("--starts", help="When it begins, where that is ahead: written as --until.")
@click.option("--volume", help="What it should do to the calls: +45% or -10%.")
@click.option("--ahead", help="How long before it begins people are told: 24h,1h (as without this), or none.")
@click.option("--tell", multiple=True, help="Who is told ahead, by key; else the chain of level III.")
@AS
@click.pass_obj
def notices_post(site: Site, /, wording: str, acting_for: str, **told: Any) -> None:
    """Tell everyone that something is broken, or is going to happen; WORDING is what customers are told.

    Prints the notice's name.
    """
    from app.core.clock import SystemClock
    from app.tickets.notice_input import read_leads, read_volume
    from app.tickets.notices import EventPlan
    from app.tickets.typed import read_ahead

    now_ms = SystemClock().now_ms()

    def instant(name: str, option: str) -> int | None:
        return None if told[name] is None else read_ahead(told[name], site.zone, now_ms, option)

    event = EventPlan(
        told["event"],
        instant("starts", "--starts"),
        None if told["volume"] is None else read_volume(told["volume"], "--volume"),
        None if told["ahead"] is None else read_leads(told["ahead"], "--ahead"),
        tuple(told["tell"]),
    )
    expected_end_ms = instant("until", "--until")
    with _serving(site, acting_for) as service_desk:
        notice = service_desk.post(
            wording,
            area=told["area"],
            service=told["service"],
            expected_end_ms=expected_end_ms,
            again=told["again"],
            event=event,
        )
    click.echo(notice)


@notices.command("end")
@click.argument("notice")
@AS
@click.pass_obj
def notices_end(site: Site, notice: str, acting_for: str) -> None:
    """Tell everyone that it works again; who is still cut off gets a ticket."""
    with _serving(site, acting_for) as service_desk:
        service_desk.end(notice)


@notices.command("absorb")
@click.argument("notice")
@click.option("--call", help="The id of the call.")
@click.option("--caller", default="", help="The number that called.")
@click.option("--customer", default="", help="Whose contact it is.")
@click.option("--area", default="", help="Where the customer is.")
@click.option("--service", default="", help="What does not work there.")
@AS
@click.pass_obj
def notices_absorb(site: Site, /, notice: str, acting_for: str, **told: Any) -> None:
    """Answer a contact with NOTICE instead of writing a ticket; prints the contact's name."""
    from app.core.clock import SystemClock
    from app.tickets.shared import Absorbing

    with _writing(site, acting_for) as (session, actor):
        absorbing = Absorbing(session.journal, session.tickets, session.ticket_acts, actor, SystemClock())
        contact = absorbing.absorb(notice, **told)
    click.echo(contact)


@notices.command("still-cut-off")
@click.argument("notice")
@click.argument("contact")
@AS
@click.pass_obj
def notices_still_cut_off(site: Site, notice: str, contact: str, acting_for: str) -> None:
    """Note that the customer of CONTACT is without service still: they get a ticket when NOTICE ends."""
    with _serving(site, acting_for) as service_desk:
        service_desk.still_cut_off(notice, contact)


COMMANDS: Final[tuple[click.Command, ...]] = (notices,)
