"""Tickets as rows for people and as objects for programs; docs/tickets-cli.md holds their keys to this."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import tzinfo
from typing import Any

from app.core.durations import countdown_text
from app.core.zones import iso
from app.tickets.books import Books
from app.tickets.clocks import reading
from app.tickets.desk import Offer, TicketPicture
from app.tickets.model import Clock, Ticket
from app.tickets.picture import TicketRow
from app.tickets.ports import SavedView
from app.tickets.urgency import Urgency, left_ms, urgency


def _instant(at_ms: int | None, zone: tzinfo) -> str | None:
    return None if at_ms is None else iso(at_ms, zone)


def list_object(row: TicketRow, now_ms: int, zone: tzinfo) -> dict[str, object]:
    """An open ticket for programs."""
    clock = row.next_clock
    left = None if clock is None else left_ms(clock, now_ms)
    return {
        "ticket": row.ticket,
        "type": row.ticket_type,
        "state": row.state.value,
        "priority": row.priority.value,
        "reasons": [reason.value for reason in row.reasons],
        "title": row.title,
        "unit": row.unit,
        "unit_name": row.unit_name,
        "level": row.level,
        "owner": row.owner,
        "owner_name": row.owner_name,
        "sender": row.sender,
        "customer": row.customer,
        "caller": row.caller,
        "stars": row.stars,
        "subject": row.subject,
        "area": row.area,
        "service": row.service,
        "created": iso(row.created_ms, zone),
        "changed": iso(row.changed_ms, zone),
        "cycle": row.cycle,
        "returns": row.returns,
        "stage": None if clock is None else clock.stage,
        "due": _instant(row.due_ms, zone),
        "left_seconds": None if left is None else left // 1000,
        "urgency": urgency(row, now_ms).name.lower(),
        "has_flag": row.has_flag,
        "call_back": _instant(row.call_back_ms, zone),
    }


def list_row(row: TicketRow, now_ms: int, zone: tzinfo) -> dict[str, object]:
    """An open ticket in CSV: as `list_object`, several values joined by semicolons."""
    return _flat(list_object(row, now_ms, zone))


def table_row(row: TicketRow, now_ms: int) -> dict[str, object]:
    """An open ticket for people at a shell."""
    clock = row.next_clock
    left = None if clock is None else left_ms(clock, now_ms)
    is_paused = urgency(row, now_ms) is Urgency.PAUSED
    return {
        "ticket": row.ticket,
        "type": row.ticket_type,
        "state": row.state.value,
        "priority": row.priority.value,
        "stage": "" if clock is None else clock.stage,
        "left": None if left is None else countdown_text(left // 1000, is_paused=is_paused),
        "unit": row.unit_name,
        "owner": row.owner_name,
        "title": row.title,
    }


def _flat(found: dict[str, object]) -> dict[str, object]:
    return {key: ";".join(map(str, value)) if isinstance(value, list) else value for key, value in found.items()}


def clock_object(clock: Clock, now_ms: int, books: Books, zone: tzinfo) -> dict[str, object]:
    """A clock for programs: as it stands at a moment, by its own calendar."""
    told = reading(clock, now_ms, books)
    return {
        "stage": clock.stage,
        "cycle": clock.cycle,
        "run": clock.run,
        "role": clock.role,
        "unit": clock.unit,
        "person": clock.person,
        "state": told.state.value,
        "started": iso(clock.started_ms, zone),
        "stopped": _instant(clock.stopped_ms, zone),
        "limit_seconds": clock.limit_seconds,
        "used_seconds": told.used_ms // 1000,
        "left_seconds": told.left_ms // 1000,
        "due": _instant(clock.due_ms, zone),
        "calendar": clock.calendar or "wall",
        "policy": clock.policy,
        "spans": [[iso(span.start_ms, zone), _instant(span.end_ms, zone)] for span in clock.spans],
    }


def offer_object(offer: Offer) -> dict[str, object]:
    """Whether something may be done, and else why not."""
    return {"verb": offer.verb.value, "may": not offer.why_not, "why_not": offer.why_not}


def ticket_object(picture: TicketPicture, now_ms: int, books: Books, zone: tzinfo) -> dict[str, Any]:
    """A ticket whole, for programs."""
    ticket = picture.ticket
    return {
        **_head(ticket, zone),
        "unit_names": dict(picture.unit_names),
        "person_names": dict(picture.person_names),
        "clocks": [clock_object(clock, now_ms, books, zone) for clock in ticket.clocks],
        "cycles": _told(ticket.cycles, zone),
        "steps": _told(ticket.steps, zone),
        "promises": _told(ticket.promises, zone),
        "flags": _told(ticket.flags, zone),
        "returns": _told(ticket.returns, zone),
        "told": _told(ticket.told, zone),
        "offers": [offer_object(offer) for offer in picture.offers],
        "people": [{"role": person.role, "name": person.name, "phone": person.phone} for person in picture.people],
    }


def _head(ticket: Ticket, zone: tzinfo) -> dict[str, object]:
    return {
        "ticket": ticket.ticket,
        "type": ticket.ticket_type,
        "state": ticket.state.value,
        "title": ticket.title,
        "unit": ticket.unit,
        "owner": ticket.owner,
        "sender": ticket.sender,
        "origin_unit": ticket.origin_unit,
        "writer": ticket.writer,
        "customer": ticket.customer,
        "caller": ticket.caller,
        "stars": ticket.stars,
        "subject": ticket.subject,
        "area": ticket.area,
        "service": ticket.service,
        "created": iso(ticket.created_ms, zone),
        "closed": _instant(ticket.closed_ms, zone),
        "changed": iso(ticket.changed_ms, zone),
        "cycle": ticket.cycle,
        "priority": ticket.priority.value,
        "reasons": [reason.value for reason in ticket.reasons],
        "priority_note": ticket.priority_note,
        "holds": list(ticket.holds),
        "risks": list(ticket.risks),
        "compensation_fen": ticket.compensation_fen,
        "credited_fen": ticket.credited_fen,
        "calls": list(ticket.calls),
        "linked": list(ticket.linked),
        "fields": dict(ticket.fields),
    }


def _told(facts: Iterable[Any], zone: tzinfo) -> list[dict[str, object]]:
    """Named tuples as objects: an instant `x_ms` becomes `x` in ISO form, `at_ms` becomes `at`."""
    return [
        {
            key.removesuffix("_ms"): _instant(value, zone) if key.endswith("_ms") else value
            for key, value in fact._asdict().items()
        }
        for fact in facts
    ]


def ticket_row(ticket: Ticket, zone: tzinfo) -> dict[str, object]:
    """A ticket in one row: all but its clocks, facts and loops, which only the JSON form of `show` has."""
    return _flat(_head(ticket, zone))


def view_row(view: SavedView, zone: tzinfo) -> dict[str, object]:
    """A saved filter."""
    return {"name": view.name, "query": view.query, "actor": view.actor, "saved": iso(view.saved_ms, zone)}


def clock_table(picture: TicketPicture, now_ms: int, books: Books, zone: tzinfo) -> list[dict[str, object]]:
    """A ticket's clocks for people at a shell."""
    rows: list[dict[str, object]] = []
    for clock in picture.ticket.clocks:
        told = reading(clock, now_ms, books)
        left = countdown_text(told.left_ms // 1000, is_paused=clock.is_paused) if clock.is_open else None
        rows.append(
            {
                "stage": clock.stage,
                "cycle": clock.cycle,
                "unit": picture.unit_names.get(clock.unit, clock.unit),
                "state": told.state.value,
                "limit": countdown_text(clock.limit_seconds),
                "used": countdown_text(told.used_ms // 1000),
                "left": left,
                "due": _instant(clock.due_ms, zone),
            }
        )
    return rows


def way_table(picture: TicketPicture, zone: tzinfo) -> list[dict[str, object]]:
    """A ticket's facts for people at a shell; the act is what `tickets undo` takes."""
    return [
        {
            "at": iso(step.at_ms, zone),
            "what": step.kind,
            "by": picture.person_names.get(step.by, step.by),
            "unit": picture.unit_names.get(step.unit, step.unit),
            "note": " ".join(filter(None, (step.detail, step.note))),
            "act": step.act,
            "withdrawn": step.is_withdrawn,
        }
        for step in picture.ticket.steps
    ]
