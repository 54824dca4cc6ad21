"""Tickets to text and back: what `SqliteTickets` keeps of each in one column.

The text is the tuples of `app.tickets.model` as JSON lists, in order of their fields: fields that are added later stand
at the end and have a default, so that older text can still be read until the next rebuild.
"""

from __future__ import annotations

import json
from typing import Any, Final

from app.tickets.model import (
    Clock,
    ClockSpan,
    Cycle,
    Flag,
    Priority,
    PriorityReason,
    Promise,
    Return,
    Step,
    Ticket,
    TicketState,
    Told,
)

_PLACE: Final = {name: place for place, name in enumerate(Ticket._fields)}
_STATE: Final = _PLACE["state"]
_PRIORITY: Final = _PLACE["priority"]
_REASONS: Final = _PLACE["reasons"]
_CLOCKS: Final = _PLACE["clocks"]
_RECORDS: Final = tuple(
    (_PLACE[name], cls)
    for name, cls in (
        ("cycles", Cycle),
        ("steps", Step),
        ("promises", Promise),
        ("flags", Flag),
        ("returns", Return),
        ("told", Told),
    )
)
_LISTS: Final = tuple(_PLACE[name] for name in ("holds", "risks", "calls", "linked", "acts_open"))
_FIELDS: Final = _PLACE["fields"]
_WARN: Final = Clock._fields.index("warn_seconds")
_SPANS: Final = Clock._fields.index("spans")

_STATES: Final = {state.value: state for state in TicketState}
_PRIORITIES: Final = {priority.value: priority for priority in Priority}
_PRIORITY_REASONS: Final = {reason.value: reason for reason in PriorityReason}

_encode: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False).encode


def to_text(ticket: Ticket) -> str:
    """A ticket as text."""
    return _encode(ticket)


def from_text(text: str) -> Ticket:
    """The ticket that a text holds."""
    values: list[Any] = json.loads(text)
    values[_STATE] = _STATES[values[_STATE]]
    values[_PRIORITY] = _PRIORITIES[values[_PRIORITY]]
    values[_REASONS] = tuple([_PRIORITY_REASONS[reason] for reason in values[_REASONS]])
    values[_CLOCKS] = tuple([_clock(clock) for clock in values[_CLOCKS]])
    for place, cls in _RECORDS:
        if values[place]:
            values[place] = tuple([cls(*record) for record in values[place]])
        else:
            values[place] = ()
    for place in _LISTS:
        values[place] = tuple(values[place])
    values[_FIELDS] = tuple([(name, value) for name, value in values[_FIELDS]])
    return Ticket(*values)


def _clock(values: list[Any]) -> Clock:
    values[_WARN] = tuple(values[_WARN])
    values[_SPANS] = tuple([ClockSpan(start_ms, end_ms) for start_ms, end_ms in values[_SPANS]])
    return Clock(*values)
