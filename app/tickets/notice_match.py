"""Which notices a ticket about to be written matches: the same area, the same service; a caller's last area. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from app.tickets.model import Ticket
from app.tickets.ports import Notice


def matching(notices: Iterable[Notice], area: str, service: str) -> list[Notice]:
    """The notices that fit an area and a service, the best match first, then the newest.

    A notice without an area is for every area, and so is a ticket whose area is not known yet; likewise services. One
    that names a part of the other fits too: 哈尔滨 fits 哈尔滨道里区.
    """
    rated = [(_fit(notice.area, area), _fit(notice.service, service), notice) for notice in notices]
    fitting = [(of_area + of_service, notice) for of_area, of_service, notice in rated if of_area and of_service]
    return [notice for _fits, notice in sorted(fitting, key=lambda pair: (-pair[0], -pair[1].posted_ms))]


def area_of(tickets: Iterable[Ticket]) -> str:
    """Where somebody is: the area of the newest of their tickets that names one; empty where none does."""
    newest = max((ticket for ticket in tickets if ticket.area.strip()), key=lambda each: each.created_ms, default=None)
    return "" if newest is None else newest.area


def _fit(noticed: str, asked: str) -> int:
    """0 where they do not fit, 1 where one says nothing, 2 where one is part of the other, 3 where they are equal."""
    noticed, asked = noticed.strip().casefold(), asked.strip().casefold()
    if not noticed or not asked:
        return 1
    if noticed == asked:
        return 3
    return 2 if noticed in asked or asked in noticed else 0
