"""Notices from the shell: what is known to be broken, and the contacts it answers. docs/loops.md."""

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


@click.group()
def notices() -> None:
    """What is known to be broken, told to customers instead of writing a ticket for each."""


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


@notices.command("list")
@click.option("--all", "with_ended", is_flag=True, help="Those that have ended too.")
@click.option("--area", default="", help="Only those that fit an area, the best match first.")
@click.option("--service", default="", help="Only those that fit a service, the best match first.")
@FORMAT
@click.pass_obj
def notices_list(site: Site, with_ended: bool, area: str, service: str, form: Any) -> None:
    """Live notices, the newest first, with the share of contacts each absorbed."""
    from app.core.clock import SystemClock
    from app.core.output import write_rows
    from app.tickets.notice_match import matching
    from app.tickets.notices import absorption, notice_row

    zone, now_ms = site.zone, SystemClock().now_ms()
    with site.reader() as session:
        found = session.tickets.notices(only_live=not with_ended)
        if area or service:
            found = matching(found, area, service)
        rows = [notice_row(notice, absorption(notice, session.tickets, now_ms), zone) for notice in found]
    if form == "table":
        rows = [{key: value for key, value in row.items() if key not in ("posted", "by")} for row in rows]
    write_rows(rows, form)


@notices.command("contacts")
@click.argument("notice")
@FORMAT
@click.pass_obj
def notices_contacts(site: Site, notice: str, form: Any) -> None:
    """The contacts that NOTICE answered."""
    from app.core.i18n import _
    from app.core.output import write_rows
    from app.core.tables import shown
    from app.tickets.notices import contact_row, find

    zone = site.zone
    with site.reader() as session:
        if find(session.tickets, notice) is None:
            raise RuleRefused(
                _("There is no notice {notice}: “watchfloor notices list --all” names them.").format(
                    notice=shown(notice)
                )
            )
        contacts = session.tickets.notice_contacts(notice)
    write_rows((contact_row(contact, zone) for contact in contacts), form)


@notices.command("post")
@click.argument("wording")
@click.option("--area", default="", help="Where; else everywhere.")
@click.option("--service", default="", help="Which service; else every.")
@click.option("--until", help="When it should work again: 14:30, tomorrow 9:00, 2026-11-22 09:00 or +2h.")
@click.option("--again", default="", help="The notice whose words these replace.")
@AS
@click.pass_obj
def notices_post(
    site: Site, wording: str, area: str, service: str, until: str | None, again: str, acting_for: str
) -> None:
    """Tell everyone that something is broken; WORDING is what customers are told. Prints the notice's name."""
    from app.core.clock import SystemClock
    from app.tickets.typed import read_ahead

    expected_end_ms = None if until is None else read_ahead(until, site.zone, SystemClock().now_ms(), "--until")
    with _serving(site, acting_for) as service_desk:
        notice = service_desk.post(wording, area=area, service=service, expected_end_ms=expected_end_ms, again=again)
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
