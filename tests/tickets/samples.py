"""Tickets made by hand, for tests and benchmarks of what shows them: no fold, no store."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Final

from app.tickets.live import Names, UnitName
from app.tickets.model import (
    OVERALL,
    WALL,
    Clock,
    ClockSpan,
    Cycle,
    Priority,
    PriorityReason,
    Step,
    Ticket,
    TicketState,
)
from app.tickets.policy import PolicyBook, Stage, TypePolicy, Words
from tests.widgets.fakes import NOW_MS

MINUTE_MS: Final = 60_000
NAMES: Final = Names(
    {
        "hub": UnitName("热线中心", "centre"),
        "sh": UnitName("上海", "city"),
        "hrb": UnitName("哈尔滨", "city"),
        "gd": UnitName("Guangdong", "province"),
    },
    {"wang": "王芳", "li": "李伟", "ann": "Ann Lee"},
)
HOSTILE_TITLES: Final = (
    "[@click=app.quit]click me[/]",
    "[/]",
    "\x1b[31mred\x1b[0m alarm",
    "\u202egnirts\u202c",
    "e\u0301\u0301\u0301\u0301\u0301\u0301 piled",
)


def clock(
    stage: str = "handling",
    *,
    started_ms: int = NOW_MS - 10 * MINUTE_MS,
    limit_seconds: int = 3600,
    warn_seconds: tuple[int, ...] = (600,),
    used_ms: int = 0,
    paused: bool = False,
    stopped_ms: int | None = None,
    cycle: int = 1,
    unit: str = "sh",
    is_void: bool = False,
) -> Clock:
    """A clock that counts every second: running since `started_ms` after `used_ms` of earlier use, or not running."""
    running = not paused and stopped_ms is None
    due_ms = started_ms + limit_seconds * 1000 - used_ms if running else None
    warn_ms = None
    if running and due_ms is not None:
        warn_ms = next((at for lead in warn_seconds if (at := due_ms - lead * 1000) >= started_ms), None)
    end_ms = None if running else stopped_ms if stopped_ms is not None else started_ms + used_ms
    return Clock(
        stage=stage,
        cycle=cycle,
        run=1,
        role="unit",
        unit=unit,
        person="",
        started_ms=started_ms,
        stopped_ms=stopped_ms,
        limit_seconds=limit_seconds,
        warn_seconds=warn_seconds,
        act_seconds=None,
        calendar=WALL,
        spans=(ClockSpan(started_ms, end_ms),),
        used_ms=used_ms if running or paused else used_ms or (stopped_ms or started_ms) - started_ms,
        due_ms=due_ms,
        warn_ms=warn_ms,
        act_ms=None,
        is_void=is_void,
        policy=1,
    )


def ticket(
    number: str = "WO-260305-0001",
    *clocks: Clock,
    ticket_type: str = "complaint",
    state: TicketState = TicketState.WORKING,
    title: str = "宽带无法上网",
    unit: str = "sh",
    owner: str = "wang",
    sender: str = "hub",
    customer: str = "C-1",
    stars: int | None = 3,
    priority: Priority = Priority.NORMAL,
    reasons: tuple[PriorityReason, ...] = (),
    created_ms: int = NOW_MS - 60 * MINUTE_MS,
    changed_ms: int = NOW_MS - MINUTE_MS,
    steps: Sequence[Step] = (),
    acts_open: tuple[str, ...] = (),
) -> Ticket:
    """A ticket with some clocks; with none named, one that runs for another fifty minutes."""
    return Ticket(
        ticket=number,
        ticket_type=ticket_type,
        state=state,
        title=title,
        unit=unit,
        owner=owner,
        sender=sender,
        origin_unit=sender,
        writer="ann",
        customer=customer,
        caller="13900001111",
        stars=stars,
        subject="broadband",
        area="浦东",
        service="broadband",
        created_ms=created_ms,
        closed_ms=changed_ms if state is TicketState.CLOSED else None,
        changed_ms=changed_ms,
        cycle=1,
        priority=priority,
        reasons=reasons,
        priority_note="",
        holds=("customer",) if state is TicketState.HELD else (),
        risks=(),
        compensation_fen=None,
        credited_fen=0,
        calls=("1700000000.1",),
        linked=(),
        clocks=clocks or (clock(),),
        cycles=(Cycle(1, created_ms),),
        steps=tuple(steps),
        promises=(),
        flags=(),
        returns=(),
        told=(),
        acts_open=acts_open,
        fields=(),
    )


_TYPES: Final = ("complaint", "repair", "consult", "transact")
_TITLES: Final = ("宽带无法上网", "Bill is wrong", "停电", "信号差", "Number transfer", "装机未上门")
_STAGES: Final = {
    "complaint": ("contact", "handling", "answer"),
    "repair": ("send", "reach", "send_on", "crew", "accept", "depart", "arrive"),
    "consult": ("response", "resolution"),
    "transact": ("response", "resolution"),
}


def many_tickets(count: int, now_ms: int = NOW_MS, seed: int = 7) -> list[Ticket]:
    """So many different tickets, the same for the same seed: most run, some are overdue, warned or paused."""
    random = Random(seed)
    return [some_ticket(random, f"WO-260305-{number:05d}", now_ms) for number in range(count)]


def some_ticket(random: Random, number: str, now_ms: int) -> Ticket:
    """Any ticket."""
    kind = random.choice(_TYPES)
    stages = _STAGES[kind]
    at = random.randrange(len(stages))
    start_ms = now_ms - random.randrange(1, 40) * MINUTE_MS
    limit = random.choice((900, 1800, 3600, 14_400, 86_400))
    clocks = [
        clock(stage, started_ms=start_ms - 30 * MINUTE_MS, limit_seconds=1200, stopped_ms=start_ms, cycle=1)
        for stage in stages[:at]
    ]
    paused = random.random() < 0.1
    clocks.append(
        clock(stages[at], started_ms=start_ms, limit_seconds=limit, paused=paused, used_ms=60_000 if paused else 0)
    )
    clocks.append(
        clock(OVERALL, started_ms=start_ms - 30 * MINUTE_MS, limit_seconds=172_800, warn_seconds=(86_400, 28_800))
    )
    return ticket(
        number,
        *clocks,
        ticket_type=kind,
        state=TicketState.HELD if paused else TicketState.WORKING,
        title=random.choice(_TITLES),
        unit=random.choice(("hub", "sh", "hrb", "gd")),
        owner=random.choice(("wang", "li", "ann", "")),
        stars=random.choice((None, 1, 3, 5)),
        priority=random.choice((Priority.NORMAL, Priority.NORMAL, Priority.HIGH, Priority.TOP)),
        reasons=random.choice(((), (), (PriorityReason.STARS,), (PriorityReason.REPEAT_CALL, PriorityReason.MEDIA))),
        created_ms=start_ms - 30 * MINUTE_MS,
        changed_ms=start_ms,
    )


_WORDS: Final = {
    "complaint": Words(zh="投诉", en="complaint"),
    "repair": Words(zh="报修", en="repair"),
    "consult": Words(zh="咨询", en="enquiry"),
    "transact": Words(zh="业务办理", en="transaction"),
    "contact": Words(zh="首次联系", en="first contact"),
    "handling": Words(zh="处理", en="handling"),
    "answer": Words(zh="答复客户", en="answer"),
    "response": Words(zh="响应", en="response"),
    "resolution": Words(zh="解决", en="resolution"),
}


def book() -> PolicyBook:
    """A policy book that has words for the types and stages of these tickets."""
    return PolicyBook(types={kind: _type_policy(kind, stages) for kind, stages in _STAGES.items()})


def _type_policy(kind: str, stages: Sequence[str]) -> TypePolicy:
    return TypePolicy(
        words=_WORDS[kind],
        stages=tuple(
            Stage(
                name=stage,
                words=_WORDS.get(stage, Words(zh=stage, en=stage.replace("_", " "))),
                role="unit",
                start=("created",),
                stop=("resolved",),
                limit_seconds=3600,
            )
            for stage in stages
        ),
    )
