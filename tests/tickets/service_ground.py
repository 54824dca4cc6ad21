"""A small site for what people do to tickets: a hotline that sends, a repair centre with two crews, and a stranger."""

from __future__ import annotations

from typing import Any, Final

from app.core.zones import load_zone
from app.people.actors import actor_of
from app.people.model import Actor, Level, Person, Unit
from app.tickets.ground import Ground
from app.tickets.model import Cycle, Priority, Step, Ticket, TicketState
from app.tickets.policy import PolicyBook

NOW_MS: Final = 1_795_225_260_000
"""2026-11-21 09:41 in Shanghai."""

MINUTE_MS: Final = 60_000

UNITS: Final = {
    unit.unit: unit
    for unit in (
        Unit("prov", "省公司", Level.PROVINCE),
        Unit("hotline", "热线", Level.CENTRE, "prov"),
        Unit("desk-1", "一班", Level.TEAM, "hotline"),
        Unit("repair", "DL", Level.CITY, "prov"),
        Unit("crew-3", "DL-3", Level.CENTRE, "repair"),
        Unit("crew-3a", "DL-3 甲班", Level.TEAM, "crew-3"),
        Unit("crew-4", "DL-4", Level.CENTRE, "repair"),
    )
}
PEOPLE: Final = {
    person.agent_id: person
    for person in (
        Person("hot", "张三", "desk-1", roles=("agent",)),
        Person("hot-lead", "李班", "hotline", roles=("supervisor",)),
        Person("wang", "王芳", "crew-3", roles=("agent",)),
        Person("zhao", "赵六", "crew-3a", roles=("agent",)),
        Person("crew-lead", "孙队", "repair", roles=("manager",)),
        Person("other", "周七", "crew-4", roles=("agent",)),
        Person("boss", "吴总", "prov", roles=("director",)),
        Person("root", "郑管", "prov", roles=("管理员",)),
    )
}
GROUND: Final = Ground(UNITS, PEOPLE, PolicyBook(), load_zone("Asia/Shanghai"), NOW_MS)

_OWNED: Final = (
    TicketState.ACCEPTED,
    TicketState.WORKING,
    TicketState.HELD,
    TicketState.RESOLVED,
    TicketState.CLOSED,
)


def actor(person: str) -> Actor:
    return actor_of(person, PEOPLE)


def step(kind: str, by: str = "wang", minutes: int = 0, act: str = "a1", is_withdrawn: bool = False) -> Step:
    """A fact some minutes after 09:41; its sequence number follows from that."""
    return Step(1000 + minutes, NOW_MS + minutes * MINUTE_MS, kind, by, "crew-3", "", act, is_withdrawn)


def ticket(state: TicketState, **changes: Any) -> Ticket:
    """A ticket that the hotline sent to crew 3, where 王芳 owns it once it is accepted."""
    given: dict[str, Any] = {
        "ticket": "WO-261121-0001",
        "ticket_type": "repair",
        "state": state,
        "title": "",
        "unit": "crew-3",
        "owner": "wang" if state in _OWNED else "",
        "sender": "hotline",
        "origin_unit": "hotline",
        "writer": "hot",
        **dict.fromkeys(("customer", "caller", "subject", "area", "service", "priority_note"), ""),
        "stars": None,
        "created_ms": NOW_MS,
        "closed_ms": NOW_MS if state is TicketState.CLOSED else None,
        "changed_ms": NOW_MS,
        "cycle": 1,
        "priority": Priority.NORMAL,
        "compensation_fen": None,
        "credited_fen": 0,
        "cycles": (Cycle(1, NOW_MS),),
        **dict.fromkeys(("reasons", "holds", "risks", "calls", "linked", "clocks", "steps", "promises"), ()),
        **dict.fromkeys(("flags", "returns", "told", "acts_open", "fields"), ()),
    }
    return Ticket(**(given | changes))
