"""What a clock uses is open time less what it waited: held against a count of every second."""

from __future__ import annotations

from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from app.core import ticket_events as kinds
from app.core.events import AnyEvent
from app.tickets.books import Books
from app.tickets.clocks import ClockState, reading
from app.tickets.history import fold_ticket
from app.tickets.policy import PolicyBook
from app.tickets.ports import BookVersion
from tests.tickets.ground import books_of, clock, facts_of

_ZONES = ("Europe/Berlin", "Australia/Lord_Howe", "Africa/Casablanca", "Asia/Shanghai", "America/St_Johns")
_CHANGES_MS = (1_774_746_000_000, 1_792_890_000_000, 1_775_314_800_000, 1_791_039_600_000, 1_771_117_200_000)
"""Instants at which the clocks of some of those zones change."""


def book_of(zone: str, hours: list[str], limit_seconds: int) -> PolicyBook:
    """One stage from writing to resolving in a unit's hours; crews work by night."""
    words = {"zh": "办", "en": "Work"}
    stage = {
        "name": "work",
        "words": words,
        "role": "unit",
        "start": ["created"],
        "stop": ["resolved"],
        "limit_seconds": limit_seconds,
        "calendar": "unit",
        "warn_seconds": [60],
        "paused_by": ["customer", "parts"],
    }
    days = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    calendars = {
        "day": {"name": "day", "zone": zone, "weekly": dict.fromkeys(days, hours)},
        "night": {"name": "night", "zone": zone, "weekly": {day: ["22:00-03:00"] for day in days}},
    }
    return PolicyBook.model_validate(
        {
            "types": {"work": {"words": words, "stages": [stage]}},
            "calendars": calendars,
            "unit_calendars": {"": "day", "crew": "night"},
        }
    )


def wild_way(random: Random, start_ms: int) -> list[AnyEvent]:
    """A ticket that waits for this and that, and changes hands; all in whole seconds."""
    at_ms = start_ms
    events: list[AnyEvent] = [kinds.TicketCreated(at_ms=at_ms, ticket="t1", ticket_type="work", unit="desk")]
    for _ in range(random.randrange(12)):
        at_ms += random.choice((0, 1, 40, 600, 5_400, 20_000)) * 1000
        reason = random.choice(("customer", "parts", "other"))
        events.append(
            random.choice(
                (
                    kinds.TicketHeld(at_ms=at_ms, ticket="t1", reason=reason),
                    kinds.TicketResumed(at_ms=at_ms, ticket="t1", reason=random.choice((None, reason))),
                    kinds.TicketTransferred(at_ms=at_ms, ticket="t1", unit=random.choice(("desk", "crew"))),
                )
            )
        )
    if random.random() < 0.5:
        events.append(kinds.TicketResolved(at_ms=at_ms + 3_000, ticket="t1"))
    return events


def counted_seconds(events: list[AnyEvent], books: Books, until_ms: int) -> int:
    """Every second by itself: was it open for who had the ticket, and did nothing hold it?"""
    holds: set[str] = set()
    unit, used, place = "desk", 0, 0
    for second in range(events[0].at_ms // 1000, until_ms // 1000):
        while place < len(events) and events[place].at_ms <= second * 1000:
            event = events[place]
            place += 1
            if isinstance(event, kinds.TicketHeld):
                holds.add(event.reason)
            elif isinstance(event, kinds.TicketResumed):
                holds = set() if event.reason is None else holds - {event.reason}
            elif isinstance(event, kinds.TicketTransferred):
                unit = event.unit
            elif isinstance(event, kinds.TicketResolved):
                return used
        calendar = books.calendar(1, "unit", unit)
        assert calendar is not None
        used += not holds & {"customer", "parts"} and calendar.is_open(second * 1000)
    return used


@settings(max_examples=40)
@given(seed=st.integers(0, 2**32))
def test_used_time_is_the_open_seconds_in_which_nothing_held_it(seed: int) -> None:
    random = Random(seed)
    hours = random.choice((["09:00-12:00", "13:30-18:00"], ["00:00-24:00"], ["23:30-02:30"], ["01:30-02:45"]))
    books = books_of(book_of(random.choice(_ZONES), hours, random.choice((60, 3_600, 36_000))))
    start_ms = random.choice(_CHANGES_MS) - random.choice((0, 1_800, 7_200, 40_000)) * 1000
    events = wild_way(random, start_ms)
    now_ms = events[-1].at_ms + random.choice((0, 1, 5_000, 40_000)) * 1000
    found = clock(fold_ticket("t1", facts_of(*events), books).ticket, "work")
    read = reading(found, now_ms, books)
    assert read.used_ms == counted_seconds(events, books, now_ms) * 1000
    assert read.left_ms == found.limit_seconds * 1000 - read.used_ms
    if found.is_running and found.due_ms is not None and found.due_ms < now_ms:
        assert read.left_ms <= 0
    if found.due_ms is not None and found.is_running and found.due_ms > now_ms:
        assert reading(found, found.due_ms, books).used_ms == found.limit_seconds * 1000
        assert reading(found, found.due_ms - 1, books).used_ms == found.limit_seconds * 1000 - 1


def test_what_a_clock_shows() -> None:
    book = book_of("UTC", ["00:00-24:00"], 600)
    books = Books([BookVersion(1, 0, "", "", book)])
    start_ms = 1_774_746_000_000
    written = kinds.TicketCreated(at_ms=start_ms, ticket="t1", ticket_type="work", unit="desk")

    def shown(seconds: int, *events: AnyEvent) -> ClockState:
        ticket = fold_ticket("t1", facts_of(written, *events), books).ticket
        return reading(clock(ticket, "work"), start_ms + seconds * 1000, books).state

    held = kinds.TicketHeld(at_ms=start_ms + 60_000, ticket="t1", reason="customer")
    assert shown(-5) is ClockState.RUNNING
    assert shown(539) is ClockState.RUNNING
    assert shown(540) is ClockState.WARNED
    assert shown(600) is ClockState.WARNED
    assert shown(601) is ClockState.OVERDUE
    assert shown(5_000, held) is ClockState.PAUSED
    for seconds, state in ((600, ClockState.MET), (601, ClockState.MISSED)):
        assert shown(5_000, kinds.TicketResolved(at_ms=start_ms + seconds * 1000, ticket="t1")) is state
    sent = kinds.TicketDispatched(at_ms=start_ms, ticket="t1", unit="crew")
    assert shown(5_000, sent, kinds.TicketClosed(at_ms=start_ms + 5_000, ticket="t1")) is ClockState.MET
