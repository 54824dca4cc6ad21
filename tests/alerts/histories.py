"""Facts of alerts as no well-behaved evaluator would tell them."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any, Final

from hypothesis import strategies as st

from app.core import alert_events as kinds
from app.core.events import AnyEvent
from tests.strategies import BASE_MS, RARE_STEPS_MS, STEPS_MS, Told

ALERTS: Final = ("break-rate|site", "late|ticket:WO-1/stage/1/1", "odd|queue:a|b", "no-bar")
FAULTS: Final = ("F-1", "break-rate|site")
PEOPLE: Final = ("", "watchfloor", "li", "王")


def _values(random: Random) -> dict[str, str]:
    return random.choice(
        ({}, {"value": "12.5", "threshold": "10"}, {"name": "李雷", "value": str(random.randrange(99))})
    )


_MAKERS: Final[dict[type[Any], Callable[[Random, int], dict[str, Any]]]] = {
    kinds.AlertPending: lambda random, _at: {"level": random.randint(1, 3), "values": _values(random)},
    kinds.AlertDropped: lambda _random, _at: {},
    kinds.AlertRaised: lambda random, at_ms: {
        "level": random.randint(1, 3),
        "values": _values(random),
        "rule_version": random.randrange(3),
        "is_late": (is_late := random.random() < 0.3),
        "should_ms": at_ms - 60_000 if is_late else None,
    },
    kinds.AlertChanged: lambda random, _at: {"level": random.randint(1, 3), "values": _values(random)},
    kinds.AlertFlapping: lambda random, _at: {"is_flapping": random.random() < 0.5},
    kinds.AlertAcknowledged: lambda random, _at: {"note": random.choice(("", "在看"))},
    kinds.AlertReminded: lambda _random, _at: {},
    kinds.AlertEscalated: lambda random, _at: {"step": random.randrange(3), "recipients": ("region", "省")},
    kinds.AlertDelivered: lambda random, _at: {
        "message": random.choice(("m1", "m2")),
        "recipient": "region",
        "channel": random.choice(("robot", "mail")),
        "outcome": random.choice(("told", "refused", "failed")),
        "answer": random.choice(("", "errcode 93000")),
        "attempt": random.randint(1, 3),
    },
    kinds.AlertSilenced: lambda random, at_ms: {"until_ms": at_ms + random.choice((-1, 0, 600_000)), "note": ""},
    kinds.AlertInhibited: lambda random, _at: {"cause": random.choice(("", "down|fault:F-1", "notice:n1"))},
    kinds.AlertResolved: lambda random, _at: {"reason": random.choice(("cleared", "gone"))},
}
_KINDS: Final = list(_MAKERS)


def made_kinds() -> set[type]:
    """The kinds that wild facts are made of."""
    return {*_MAKERS, kinds.FaultDeclared, kinds.FaultEnded}


def wild_fact(random: Random, at_ms: int) -> AnyEvent:
    """One fact of an alert or of a fault."""
    by = random.choice(PEOPLE)
    if random.random() < 0.1:
        fault = random.choice(FAULTS)
        if random.random() < 0.6:
            return kinds.FaultDeclared(at_ms=at_ms, fault=fault, what="PBX 宕机", source="pbx", by=by)
        return kinds.FaultEnded(at_ms=at_ms, fault=fault, by=by)
    kind = random.choice(_KINDS)
    made: AnyEvent = kind(at_ms=at_ms, alert=random.choice(ALERTS), by=by, **_MAKERS[kind](random, at_ms))
    return made


def wild_alerts(random: Random, count: int) -> list[Told]:
    """Facts in order of their instants."""
    at_ms = BASE_MS
    found: list[Told] = []
    for _fact in range(count):
        at_ms += random.choice(RARE_STEPS_MS if random.random() < 0.02 else STEPS_MS)
        found.append((random.choice(("alerts", "alert-rules")), wild_fact(random, at_ms)))
    return found


def told_alerts(max_count: int) -> st.SearchStrategy[list[Told]]:
    """Up to `max_count` facts; hypothesis draws the seed, so that a failure is repeated by its number."""
    return st.builds(
        lambda seed, count: wild_alerts(Random(seed), count), st.integers(0, 2**32), st.integers(1, max_count)
    )
