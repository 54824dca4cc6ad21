"""Customers who are still without service when a notice ends: each gets a ticket. Pure."""

from __future__ import annotations

from typing import Final

from app.core.i18n import _
from app.core.ticket_events import PROGRAM, TicketCreated, TicketEvent, TicketLinked
from app.tickets.loops import contact_key
from app.tickets.ports import Notice, NoticeContact

REPAIR: Final = "repair"
"""The type of the tickets that are written."""

CONTACT_FIELD: Final = "notice_contact"
"""The field of a ticket that names the contact it was written for; the log is asked by it."""

TITLE_LIMIT: Final = 200
"""Characters of a title: the wording of a notice may be two pages."""


def ticket_for(notice: Notice, contact: NoticeContact, number: str, unit: str, now_ms: int) -> list[TicketEvent]:
    """The ticket of a customer who is still cut off, linked to the notice.

    Args:
        notice: What has ended.
        contact: The contact that it absorbed.
        number: The ticket's.
        unit: The unit that writes it: that of the person who answered the contact; empty where none is known.
        now_ms: The present instant.
    """
    return [
        TicketCreated(
            at_ms=now_ms,
            ticket=number,
            by=PROGRAM,
            ticket_type=REPAIR,
            title=_("Still without service: {wording}").format(wording=notice.wording or notice.notice)[:TITLE_LIMIT],
            unit=unit,
            customer=contact.customer,
            caller=contact.caller,
            subject=contact.service or notice.service,
            area=contact.area or notice.area,
            service=contact.service or notice.service,
            call=contact.call or None,
            fields={CONTACT_FIELD: contact_key(notice.notice, contact.contact)},
        ),
        TicketLinked(at_ms=now_ms, ticket=number, by=PROGRAM, to="notice", target=notice.notice),
    ]
