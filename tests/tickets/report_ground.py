"""Tickets to report on without a store: a source that answers as the real one does, and a morning counted by hand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final

from app.core import ticket_events as kinds
from app.core.events import AnyEvent
from app.core.zones import instant_ms, load_zone
from app.people.model import Level, Person, Unit
from app.tickets.history import fold_ticket
from app.tickets.model import Ticket
from app.tickets.ports import BookVersion, Notice, NoticeContact
from app.tickets.report_rows import By, TicketQuestion
from tests.tickets.ground import books_of, facts_of

ZONE: Final = load_zone("Asia/Shanghai")
MINUTE_MS: Final = 60_000
HOUR_MS: Final = 60 * MINUTE_MS
DAY_MS: Final = 24 * HOUR_MS
MONDAY_MS: Final = instant_ms(datetime(2026, 11, 23, tzinfo=ZONE))
TEN_MS: Final = MONDAY_MS + 10 * HOUR_MS
"""Monday at ten: offices are open."""

UNITS: Final = {
    "hot": Unit("hot", "热线中心", Level.CENTRE),
    "centre": Unit("centre", "抢修中心", Level.CENTRE),
    "crew": Unit("crew", "七班", Level.TEAM, "centre"),
}
PERSONS: Final = {"ann": Person("ann", "安然", "hot"), "zhao": Person("zhao", "赵强", "crew")}


class FakeReader:
    """Answers what reports ask of `TicketReader` and `PeopleReader`."""

    def __init__(self, tickets: Iterable[Ticket], versions: Sequence[BookVersion] = ()) -> None:
        self.all = sorted(tickets, key=lambda ticket: ticket.ticket)
        self.versions = versions
        self.absorbed: list[int] = []

    @property
    def tickets(self) -> Any:
        return self

    @property
    def people(self) -> Any:
        return _People()

    def books(self) -> Sequence[BookVersion]:
        return self.versions

    def tickets_between(self, start_ms: int, end_ms: int) -> Iterable[Ticket]:
        return (
            ticket
            for ticket in self.all
            if ticket.created_ms < end_ms and (ticket.closed_ms is None or ticket.changed_ms >= start_ms)
        )

    def notices(self, *, only_live: bool) -> list[Notice]:
        assert not only_live
        return [Notice("n1", 0, "ann", "", "", "停电", None, None, len(self.absorbed))]

    def notice_contacts(self, notice: str) -> list[NoticeContact]:
        return [
            NoticeContact(notice, str(number), at_ms, "ann", "", "", "", "", "", is_cut_off=False)
            for number, at_ms in enumerate(self.absorbed)
        ]


class _People:
    def units(self) -> dict[str, Unit]:
        return UNITS

    def people(self) -> dict[str, Person]:
        return PERSONS


def question(by: By = "all", start_ms: int = MONDAY_MS, end_ms: int = MONDAY_MS + DAY_MS) -> TicketQuestion:
    """What is asked of a day, well after it."""
    return TicketQuestion(start_ms, end_ms, by, ZONE, end_ms + 30 * DAY_MS)


class Story:
    """The facts of one ticket, told minute by minute from Monday at ten."""

    def __init__(self, number: str, ticket_type: str, unit: str, **more: Any) -> None:
        self.number = number
        self.facts: list[AnyEvent] = []
        self.add(0, kinds.TicketCreated, "ann", ticket_type=ticket_type, unit=unit, **more)

    def add(self, minute: float, kind: Any, by: str = "", **values: Any) -> Story:
        """One more fact."""
        at_ms = TEN_MS + int(minute * MINUTE_MS)
        self.facts.append(kind(at_ms=at_ms, ticket=self.number, by=by, **values))
        return self

    def ticket(self) -> Ticket:
        """What they make, by the shipped book."""
        return fold_ticket(self.number, facts_of(*self.facts), books_of(None)).ticket


def monday() -> list[Ticket]:
    """Four tickets of a Monday; `tests/tickets/test_figures.py` counts them by hand."""
    good = (
        Story("T-1", "repair", "hot")
        .add(1, kinds.TicketDispatched, "ann", unit="centre")
        .add(2, kinds.TicketReceived)
        .add(3, kinds.TicketForwarded, "centre-desk", unit="crew")
        .add(4, kinds.TicketDelivered)
        .add(5, kinds.TicketAccepted, "zhao")
        .add(7, kinds.TicketDeparted, "zhao")
        .add(20, kinds.TicketArrived, "zhao")
        .add(21, kinds.TicketPromised, "zhao", promise="p1", due_ms=TEN_MS + 40 * MINUTE_MS)
        .add(30, kinds.TicketResolved, "zhao")
        .add(35, kinds.TicketCalledBack, "zhao", promise="p1")
        .add(36, kinds.TicketClosed, "zhao")
        .add(90, kinds.TicketSurveyed, "zhao", score=90)
    )
    late = (
        Story("T-2", "repair", "hot")
        .add(1, kinds.TicketDispatched, "ann", unit="centre")
        .add(2, kinds.TicketReceived)
        .add(3, kinds.TicketReturned, "centre-desk", reason="不属于我中心")
        .add(4, kinds.TicketDispatched, "ann", unit="crew")
        .add(5, kinds.TicketReceived)
        .add(9, kinds.TicketAccepted, "zhao")
        .add(60, kinds.TicketResolved, "zhao")
        .add(61, kinds.TicketClosed, "zhao")
        .add(62, kinds.TicketSurveyed, "zhao", score=20)
        .add(63, kinds.TicketReopened, kinds.PROGRAM, dissatisfied=True)
    )
    wrong = (
        Story("T-3", "repair", "hot")
        .add(1, kinds.TicketDispatched, "ann", unit="centre")
        .add(2, kinds.TicketReceived)
        .add(3, kinds.TicketUnqualified, "centre-desk", reason="missing_facts")
        .add(4, kinds.TicketPromised, "ann", promise="p1", due_ms=TEN_MS + 10 * MINUTE_MS)
        .add(5, kinds.TicketFlagged, kinds.PROGRAM, flag="repeat_call", flag_id="f1", ref="c2")
        .add(6, kinds.TicketFlagAnswered, "ann", flag_id="f1", step="acknowledged")
    )
    own = (
        Story("T-4", "consult", "hot")
        .add(1, kinds.TicketAccepted, "ann")
        .add(2, kinds.TicketResolved, "ann")
        .add(3, kinds.TicketClosed, "ann")
    )
    return [story.ticket() for story in (good, late, wrong, own)]
