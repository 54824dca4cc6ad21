"""The reports of tickets: rows of figures for people and for programs, read from the store ticket by ticket."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import tzinfo
from typing import Final, Protocol

from app.core.zones import at
from app.floor.figures import ratio
from app.people.ports import PeopleReader
from app.tickets.books import Books
from app.tickets.counting import LOOP_REACH_MS, Counting
from app.tickets.figures import UNQUALIFIED_KINDS
from app.tickets.model import Ticket
from app.tickets.ports import TicketReader
from app.tickets.recovery import CreditReader, month_bounds, recovery_status
from app.tickets.report_rows import By, Called, Places, StageRows, TicketQuestion, TicketRows, ends_while_there
from app.tickets.supervision import GivenBack
from app.tickets.travels import travel

MOST_REASONS: Final = 3
"""How many reasons a row of returns names, the most frequent."""


class TicketSource(Protocol):
    """What reports read from."""

    @property
    def tickets(self) -> TicketReader:
        """Tickets, notices and policy books."""
        ...

    @property
    def people(self) -> PeopleReader:
        """What units and persons are called, and which unit lies under which."""
        ...


def books_of(source: TicketSource) -> Books:
    """Every version of the policy book, with the unit tree of now for versions that remember none."""
    parents = {unit.unit: unit.parent for unit in source.people.units().values() if unit.parent}
    return Books(source.tickets.books(), parents)


def called(source: TicketSource) -> Called:
    """What people call units and persons."""
    return Called(source.people.units(), source.people.people())


def ticket_report(source: TicketSource, asked: TicketQuestion) -> Iterator[dict[str, object]]:
    """Rows of `TicketFigures`, ordered by what they are about.

    One ticket is held at a time. Notices absorb contacts that belong to no unit, type or handler of a ticket: they are
    counted for the whole and by day, and None elsewhere.

    Raises:
        UsageProblem: When the range is empty.
        StoreProblem: When the store cannot be read.
    """
    places = Places(asked)
    rows = TicketRows(places)
    counting = Counting(books_of(source), asked.now_ms)
    ends = places.ends()
    for ticket in source.tickets.tickets_between(asked.start_ms - LOOP_REACH_MS, asked.end_ms):
        rows.place.begin(ticket)
        counting.count(ticket, rows.cell)
        for end_ms, row_ms in ends_while_there(ticket, ends):
            rows.place.stand(row_ms)
            counting.count_standing(ticket, end_ms, rows.cell)
    has_absorbed = asked.by in ("all", "day")
    if has_absorbed:
        _count_absorbed(source.tickets, places, rows)
    names = called(source)
    for key in sorted(rows):
        row = rows[key].row()
        yield {**names.head(asked.by, key), **(row if has_absorbed else row | _NOTHING_ABSORBED)}


_NOTHING_ABSORBED: Final[dict[str, int | float | None]] = {"absorbed": None, "absorbed_share": None}


def _count_absorbed(reader: TicketReader, places: Places, rows: TicketRows) -> None:
    for notice in reader.notices(only_live=False):
        if notice.absorbed:
            for contact in reader.notice_contacts(notice.notice):
                key = places.place(contact.at_ms, "", "", "")
                if key is not None:
                    rows[key].absorbed += 1


def stage_report(source: TicketSource, asked: TicketQuestion) -> Iterator[dict[str, object]]:
    """Rows of `StageFigures` by type and stage, within what was asked for; stages in the order of the policy.

    Raises:
        UsageProblem: When the range is empty.
        StoreProblem: When the store cannot be read.
    """
    places = Places(asked)
    rows = StageRows(places)
    books = books_of(source)
    counting = Counting(books, asked.now_ms)
    ends = places.ends()
    for ticket in source.tickets.tickets_between(asked.start_ms, asked.end_ms):
        rows.place.begin(ticket)
        counting.count_stages(ticket, rows.cell)
        for end_ms, row_ms in ends_while_there(ticket, ends):
            rows.place.stand(row_ms)
            counting.count_stages_standing(ticket, end_ms, rows.cell)
    names = called(source)
    types = books.newest.book.types
    order = {(key, stage.name): at for key, policy in types.items() for at, stage in enumerate(policy.stages)}
    for key, kind, stage in sorted(rows, key=lambda row: (row[0], row[1], order.get(row[1:], len(order)), row[2])):
        head = names.head(asked.by, key)
        yield {**head, "type": kind, "stage": stage, **rows[key, kind, stage].row()}


def return_report(source: TicketSource, asked: TicketQuestion) -> Iterator[dict[str, object]]:
    """What was given back in the range: who gave it back to whom, how often and why; the most frequent first.

    By unit is by the sender, to whom it came back; by handler, by who had sent it.

    Raises:
        UsageProblem: When the range is empty.
        StoreProblem: When the store cannot be read.
    """
    places = Places(asked)
    rows: dict[tuple[str, str, str], _ReturnRow] = {}
    for ticket in source.tickets.tickets_between(asked.start_ms, asked.end_ms):
        if not ticket.returns or ticket.is_taken_back:
            continue
        senders = _senders(ticket)
        for each in ticket.returns:
            key = places.place(
                max(each.at_ms, ticket.created_ms), each.to_unit, senders.get(each.at_ms, ""), ticket.ticket_type
            )
            if key is not None:
                place = key, each.from_unit, each.to_unit
                row = rows.setdefault(place, _ReturnRow(each.from_unit, each.to_unit))
                row.add(ticket.ticket, each)
                if each.is_unqualified:
                    row.kinds[each.reason] = row.kinds.get(each.reason, 0) + 1
    names = called(source)
    for place in sorted(rows, key=lambda place: (place[0], -rows[place].count, *place[1:])):
        yield {**names.head(asked.by, place[0]), **rows[place].row(names)}


class _ReturnRow(GivenBack):
    """What one unit gave back to another, with the kinds of unqualified marks."""

    def __init__(self, from_unit: str, to_unit: str) -> None:
        super().__init__(from_unit, to_unit)
        self.kinds: dict[str, int] = {}

    def row(self, names: Called) -> dict[str, object]:
        reasons = sorted(self.reasons.items(), key=lambda pair: (-pair[1], pair[0]))[:MOST_REASONS]
        return {
            "from_unit": self.from_unit,
            "from_name": names.unit(self.from_unit),
            "to_unit": self.to_unit,
            "to_name": names.unit(self.to_unit),
            "given_back": self.count,
            "tickets": len(self.tickets),
            "again": self.count - len(self.tickets),
            "returned": self.count - self.unqualified,
            "charged": self.charged,
            "unqualified": self.unqualified,
            **{f"unqualified_{kind}": self.kinds.get(kind, 0) for kind in UNQUALIFIED_KINDS},
            "reasons": dict(reasons),
        }


def _senders(ticket: Ticket) -> dict[int, str]:
    """Who had sent what came back, by when it did."""
    return {sent.back_ms: sent.by for sent in travel(ticket).sendings if sent.back_ms is not None}


def call_back_report(source: TicketSource, asked: TicketQuestion) -> Iterator[dict[str, object]]:
    """Promised call-backs by their due instant, and the loops of repeat callers by when they were raised.

    Raises:
        UsageProblem: When the range is empty.
        StoreProblem: When the store cannot be read.
    """
    keys: Sequence[str] = (
        "call_backs_due",
        "call_backs_kept",
        "call_back_timeliness",
        "flags_due",
        "flags_acknowledged",
        "flags_called_back",
        "flags_kept",
        "loop_timeliness",
    )
    places = Places(asked)
    rows = TicketRows(places)
    counting = Counting(books_of(source), asked.now_ms)
    for ticket in source.tickets.tickets_between(asked.start_ms - LOOP_REACH_MS, asked.end_ms):
        rows.place.begin(ticket)
        counting.count_loops(ticket, rows.cell)
    names = called(source)
    for key in sorted(rows):
        yield {**names.head(asked.by, key), **{name: getattr(rows[key], name) for name in keys}}


def recovery_report(
    credits: CreditReader, source: TicketSource, start_ms: int, end_ms: int, zone: tzinfo
) -> Iterator[dict[str, object]]:
    """What customers were granted in each local month that the range touches, always the whole month.

    Raises:
        UsageProblem: When the range is empty.
        StoreProblem: When the store cannot be read.
    """
    TicketQuestion(start_ms, end_ms, "all", zone, end_ms).check()
    recovery = books_of(source).newest.book.recovery
    month, last = at(start_ms, zone).date(), at(end_ms - 1, zone).date()
    while (month.year, month.month) <= (last.year, last.month):
        first_ms, after_ms = month_bounds(month, zone)
        status = recovery_status(credits.credited_tickets(first_ms, after_ms), month, zone, recovery)
        yield {
            "month": status.month,
            "amount_fen": status.total_fen,
            "credits": status.credits,
            "tickets": status.tickets,
            "above_authority": status.above_authority,
            "line_fen": status.line_fen,
            "warn_fen": status.warn_fen,
            "line_share": ratio(status.total_fen, status.line_fen),
            "mark": status.mark.value,
        }
        month = at(after_ms, zone).date()


__all__ = [
    "By",
    "TicketQuestion",
    "TicketSource",
    "call_back_report",
    "recovery_report",
    "return_report",
    "stage_report",
    "ticket_report",
]
