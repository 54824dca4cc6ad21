"""Facts of tickets and notices as no careful bridge would tell them, and books to count them by."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any, Final

from hypothesis import strategies as st

from app.core import ticket_events as kinds
from app.core.events import AnyEvent
from app.tickets.policy import PolicyBook
from tests.strategies import BASE_MS, Told

TICKETS: Final = ("t1", "t2", "单-3")
TYPES: Final = ("repair", "complaint", "consult", "of nobody")
UNITS: Final = ("hotline", "centre", "crew", "city")
PEOPLE: Final = ("", "ann", "bob", kinds.PROGRAM)
ACTS: Final = ("", "", "", "a1", "a2", "a3", "a4")
NOTICES: Final = ("n1", "n2")
HOLDS: Final = ("customer", "third_party", "parts", "weather", "other")
CLOCKS: Final = ("receive/1/1", "overall/1/1", "receive/2/1", "first/1/1", "gone/9/9")

STEPS_MS: Final = (0, 0, 0, 1, 999, 1000, 40_000, 60_000, 120_000, 600_000, 3_600_000, 30_000_000, 90_000_000)

Maker = Callable[[Random], dict[str, Any]]


def _person(random: Random) -> str:
    return random.choice(("", "ann", "bob"))


def _sent(random: Random) -> dict[str, Any]:
    return {"unit": random.choice(UNITS), "person": _person(random)}


def _created(random: Random) -> dict[str, Any]:
    call_ended_ms = random.choice((None, None, BASE_MS, BASE_MS + 60_000, BASE_MS + 3_600_000))
    return {
        "ticket_type": random.choice(TYPES),
        "title": random.choice(("", "停电", "[/] broken")),
        "unit": random.choice(("", *UNITS)),
        "stars": random.choice((None, 0, 5)),
        "call": random.choice((None, "c1")),
        "call_ended_ms": call_ended_ms,
        "risks": random.choice(((), ("media",))),
        "compensation_fen": random.choice((None, 20_000, 20_001)),
        "fields": random.choice(({}, {"Einsatzort": "Köln"})),
    }


def _promise(random: Random) -> dict[str, Any]:
    return {"promise": random.choice(("p1", "p2")), "due_ms": BASE_MS + random.choice((0, 3_600_000))}


_TICKET_MAKERS: Final[dict[type[Any], tuple[int, Maker]]] = {
    kinds.TicketCreated: (5, _created),
    kinds.TicketDispatched: (6, _sent),
    kinds.TicketReceived: (5, lambda random: {"unit": random.choice(("", "", *UNITS))}),
    kinds.TicketForwarded: (3, lambda random: {**_sent(random), "elsewhere": random.random() < 0.5}),
    kinds.TicketDelivered: (3, lambda random: {}),
    kinds.TicketAccepted: (6, lambda random: {}),
    kinds.TicketStarted: (2, lambda random: {}),
    kinds.TicketDeparted: (3, lambda random: {}),
    kinds.TicketArrived: (3, lambda random: {}),
    kinds.TicketDelayed: (1, lambda random: {"reason": "no car"}),
    kinds.TicketContacted: (2, lambda random: {}),
    kinds.TicketHeld: (5, lambda random: {"reason": random.choice(HOLDS)}),
    kinds.TicketResumed: (4, lambda random: {"reason": random.choice((None, *HOLDS))}),
    kinds.TicketTransferred: (3, _sent),
    kinds.TicketReturned: (4, lambda random: {"reason": "not ours", "charged": random.random() < 0.3}),
    kinds.TicketRecalled: (2, lambda random: {}),
    kinds.TicketPhoned: (
        2,
        lambda random: {"role": random.choice(("customer", "unit", "manager_1")), "reached": random.random() < 0.5},
    ),
    kinds.TicketEscalated: (
        3,
        lambda random: {
            "clock": random.choice(CLOCKS),
            "step": random.randrange(3),
            "role": "sender",
            "due_ms": BASE_MS,
        },
    ),
    kinds.TicketResolved: (5, lambda random: {"solution": "done"}),
    kinds.TicketAnswered: (2, lambda random: {}),
    kinds.TicketPromised: (2, _promise),
    kinds.TicketCalledBack: (
        2,
        lambda random: {"promise": random.choice(("", "p1", "p3")), "reached": random.random() < 0.7},
    ),
    kinds.TicketSurveyed: (2, lambda random: {"score": random.choice((0, 59, 100))}),
    kinds.TicketClosed: (4, lambda random: {}),
    kinds.TicketReopened: (5, lambda random: {"dissatisfied": random.random() < 0.3}),
    kinds.TicketLinked: (1, lambda random: {"to": random.choice(("ticket", "call", "notice")), "target": "x"}),
    kinds.TicketUnqualified: (2, lambda random: {"reason": random.choice(("should_not_exist", "missing_facts"))}),
    kinds.TicketNoted: (1, lambda random: {"text": "谢谢"}),
    kinds.TicketPrioritised: (1, lambda random: {"priority": random.choice((None, 1, 3)), "reason": "boss"}),
    kinds.TicketFlagged: (
        2,
        lambda random: {
            "flag": random.choice(("repeat_call", "repeat_complaint")),
            "flag_id": random.choice(("f1", "f2")),
            "ref": "c9",
        },
    ),
    kinds.TicketFlagAnswered: (
        2,
        lambda random: {
            "flag_id": random.choice(("f1", "f2")),
            "step": random.choice(("acknowledged", "called_back", "written_back")),
        },
    ),
    kinds.TicketCredited: (1, lambda random: {"amount_fen": 500}),
    kinds.TicketActWithdrawn: (3, lambda random: {"withdrawn": random.choice(("a1", "a2", "a3", "a4"))}),
}

_CONTACTS: Final = ("k1", "k2")

_NOTICE_MAKERS: Final[dict[type[Any], tuple[int, Maker]]] = {
    kinds.NoticePosted: (
        3,
        lambda random: {
            "wording": random.choice(("a", "b")),
            "area": random.choice(("", "城北")),
            "event": random.choice(("outage", "bulk_sms")),
            "starts_ms": random.choice((None, BASE_MS)),
            "ahead_seconds": random.choice(((), (86_400, 3_600))),
            "tell": random.choice(((), ("省公司",))),
        },
    ),
    kinds.NoticeTold: (1, lambda random: {"starts_ms": BASE_MS, "leads_seconds": (3_600,), "recipients": ("省公司",)}),
    kinds.NoticeLinked: (3, lambda random: {"contact": random.choice(_CONTACTS), "caller": random.choice(("", "138"))}),
    kinds.NoticeStillCutOff: (2, lambda random: {"contact": random.choice(_CONTACTS)}),
    kinds.NoticeEnded: (2, lambda random: {}),
}

_TICKET_KINDS: Final = [kind for kind, (weight, _make) in _TICKET_MAKERS.items() for _ in range(weight)]
_NOTICE_KINDS: Final = [kind for kind, (weight, _make) in _NOTICE_MAKERS.items() for _ in range(weight)]


def made_kinds() -> set[type]:
    """The kinds that wild facts are made of."""
    return {*_TICKET_MAKERS, *_NOTICE_MAKERS}


def wild_fact(random: Random, at_ms: int) -> AnyEvent:
    """One fact of a ticket or of a notice."""
    common = {"at_ms": at_ms, "by": random.choice(PEOPLE), "act": random.choice(ACTS)}
    if random.random() < 0.1:
        kind = random.choice(_NOTICE_KINDS)
        notice: AnyEvent = kind(notice=random.choice(NOTICES), **common, **_NOTICE_MAKERS[kind][1](random))
        return notice
    kind = random.choice(_TICKET_KINDS)
    ticket: AnyEvent = kind(ticket=random.choice(TICKETS), **common, **_TICKET_MAKERS[kind][1](random))
    return ticket


def wild_tickets(random: Random, count: int) -> list[Told]:
    """Facts in order of time, with ties; most tickets begin by being written."""
    at_ms = BASE_MS
    facts: list[Told] = []
    for ticket in TICKETS:
        if random.random() < 0.8:
            facts.append(("bridge", kinds.TicketCreated(at_ms=at_ms, ticket=ticket, by="ann", **_created(random))))
    while len(facts) < count:
        at_ms += random.choice(STEPS_MS)
        facts.append((random.choice(("bridge", "desk")), wild_fact(random, at_ms)))
    return facts


def told_tickets(max_count: int) -> st.SearchStrategy[list[Told]]:
    """Up to `max_count` facts; hypothesis draws the seed, so that a failure is repeated by its number."""
    return st.builds(
        lambda seed, count: wild_tickets(Random(seed), count), st.integers(0, 2**32), st.integers(1, max_count)
    )


_WORDS: Final = {"zh": "站", "en": "Stage"}
_POINTS: Final = (
    "call_ended",
    "created",
    "dispatched",
    "received",
    "forwarded",
    "delivered",
    "accepted",
    "started",
    "departed",
    "arrived",
    "contacted",
    "resolved",
    "answered",
    "closed",
)
_DAY: Final = ["09:00-12:00", "13:30-18:00"]
_CALENDARS: Final = {
    # Night hours across both changes of the clocks, and a half-hour one.
    "night": {
        "name": "night",
        "zone": "Europe/Berlin",
        "weekly": {"saturday": ["22:00-06:00"], "sunday": ["00:30-04:00"]},
    },
    "howe": {
        "name": "howe",
        "zone": "Australia/Lord_Howe",
        "weekly": dict.fromkeys(("monday", "tuesday", "wednesday", "sunday"), _DAY),
    },
    "shut": {"name": "shut", "zone": "UTC", "weekly": {}},
}


def _limit(random: Random) -> dict[str, Any]:
    return {
        "limit_seconds": random.choice((1, 120, 240, 3_600, 48 * 3_600)),
        "calendar": random.choice(("wall", "wall", "unit", "night", "howe", "shut", "nowhere")),
        "warn_seconds": random.choice(((), (1_800, 60))),
        "act_seconds": random.choice((None, 60, 240)),
        "paused_by": tuple(random.sample(HOLDS, random.randrange(4))),
        "escalation": random.choice(((), ({"tell": "sender"}, {"tell": "manager_1", "after_seconds": 300}))),
    }


def _stage(random: Random, name: str) -> dict[str, Any]:
    return {
        **_limit(random),
        "name": name,
        "words": _WORDS,
        "role": "unit",
        "start": tuple(random.sample(_POINTS, random.choice((1, 1, 2)))),
        "stop": tuple(random.sample(_POINTS, random.choice((1, 2, 3)))),
        "elsewhere_seconds": random.choice((None, 600)),
        "on_return": random.choice(("sender", "sender", "same")),
    }


def wild_book(random: Random) -> PolicyBook:
    """A book of sound types whose stages need make no sense."""
    types = {
        name: {
            "words": _WORDS,
            "stages": [_stage(random, stage) for stage in ("first", "receive", "work")[: random.randrange(4)]],
            "overall": random.choice((None, _limit(random))),
            "overall_start": random.choice(("created", "call_ended", "received")),
            "overall_stop": random.choice(("closed", "arrived", "resolved", "answered")),
            "reopen": random.choice(("new_cycle", "continue", "count_through")),
        }
        for name in TYPES[:3]
    }
    return PolicyBook.model_validate(
        {
            "types": types,
            "calendars": _CALENDARS,
            "unit_calendars": {"": "howe", "centre": "night", "crew": random.choice(("wall", "shut", "night"))},
        }
    )
