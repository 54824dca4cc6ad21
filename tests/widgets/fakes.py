"""Floors made up for tests, pictures and benchmarks: the same for the same seed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from random import Random
from typing import Final

from app.core.reasons import ReasonMap
from app.floor.figures import AgentFigures, ServiceFigures
from app.floor.model import AgentInterval, AgentState, ReasonCategory
from app.floor.picture import AgentDay, AgentRow, FloorSnapshot, Freshness, QueueRow
from app.planning.model import Verdict

NOW_MS: Final = 1_772_676_000_000
"""2026-03-05 10:00 in China: mid-morning on a working day."""

DAY_START_MS: Final = NOW_MS - 10 * 3_600_000
QUEUE_NAMES: Final = ("售后服务", "宽带报障", "投诉专线", "账单查询")
TEAMS: Final = ("一组", "二组", "三组")
REASONS: Final = ("小休", "上厕所", "打水", "提交工单", "培训", "用餐", "", "feeding the cat")
SURNAMES: Final = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗"
GIVEN_NAMES: Final = "芳伟敏静磊洋艳勇军杰娟涛明超兰霞平刚桂英"
HOSTILE_NAMES: Final = (
    "[/]",
    "[@click=app.quit]x",
    "\x1b[31mred\x1b[0m",
    "\u202eevil",
    "zero\u200bwidth",
    "line\nbreak",
    "[bold red]URGENT[/bold red]",
    "👩‍👩‍👧 family",
    "e\u0301" * 30,
    "很长很长很长很长很长很长很长很长很长很长的名字",
)
_STATE_WEIGHTS: Final = {
    AgentState.ON_CALL: 50,
    AgentState.AVAILABLE: 16,
    AgentState.WRAP_UP: 12,
    AgentState.NOT_READY: 14,
    AgentState.RINGING: 4,
    AgentState.HOLD: 4,
}
_REASON_MAP: Final = ReasonMap()


def agent_name(number: int) -> str:
    """The name of the n-th agent, unique: Chinese ones with their staff number."""
    surname = SURNAMES[number % len(SURNAMES)]
    given = GIVEN_NAMES[number // len(SURNAMES) % len(GIVEN_NAMES)]
    return f"{surname}{given} {8000 + number}"


def make_row(random: Random, agent: str, now_ms: int = NOW_MS, *, team: str = "") -> AgentRow:
    """An agent in some state since some moment of the last quarter of an hour."""
    state = random.choices(list(_STATE_WEIGHTS), list(_STATE_WEIGHTS.values()))[0]
    reason = random.choice(REASONS) if state is AgentState.NOT_READY else ""
    category = _REASON_MAP.category(reason) if state is AgentState.NOT_READY else None
    with_queue = state in {AgentState.ON_CALL, AgentState.HOLD, AgentState.RINGING, AgentState.WRAP_UP}
    staffed_ms = random.randrange(1_800_000, 7_200_000)
    return AgentRow(
        agent=agent,
        team=team,
        state=state,
        since_ms=now_ms - random.randrange(0, 900_000),
        reason=reason,
        category=category,
        unmapped=category is not None and not _REASON_MAP.is_mapped(reason),
        queue=random.choice(QUEUE_NAMES) if with_queue else "",
        signed_in=random.random() > 0.03,
        calls_today=random.randrange(0, 60),
        busy_ms=staffed_ms * random.randrange(40, 95) // 100,
        staffed_ms=staffed_ms,
        reverse_ms=random.randrange(0, 1_800_000),
    )


def make_figures(random: Random, offered: int) -> ServiceFigures:
    """Figures of so many offered calls that add up."""
    answered = offered * random.randrange(80, 97) // 100
    abandoned = offered - answered
    within = answered * random.randrange(70, 96) // 100
    return ServiceFigures(
        offered=offered,
        answered=answered,
        abandoned=abandoned,
        answered_within=within,
        abandoned_within=abandoned // 3,
        wait_ms_answered=answered * 14_000,
        wait_ms_abandoned=abandoned * 40_000,
        talk_ms=answered * 240_000,
    )


def make_snapshot(
    agents: int = 60,
    seed: int = 1,
    now_ms: int = NOW_MS,
    *,
    names: Sequence[str] | None = None,
    teams: bool = True,
    freshness: Freshness | None = None,
) -> FloorSnapshot:
    """A busy floor.

    Args:
        agents: How many agents are on the floor.
        seed: The same seed gives the same floor.
        now_ms: When it is; UTC milliseconds.
        names: The agents' names instead of made-up ones; wins over `agents`.
        teams: Whether a roster gives each agent a team.
        freshness: How old the picture says it is; fresh and read by this process when not given.
    """
    random = Random(seed)
    chosen = list(names) if names is not None else [agent_name(number) for number in range(agents)]
    rows = {
        name: make_row(random, name, now_ms, team=TEAMS[number % len(TEAMS)] if teams else "")
        for number, name in enumerate(chosen)
    }
    queues = tuple(make_queue(random, name, now_ms) for name in QUEUE_NAMES)
    today, interval = ServiceFigures(), ServiceFigures()
    for queue in queues:
        today, interval = today + queue.today, interval + queue.interval
    return FloorSnapshot(
        seq=1,
        generation=1,
        at_ms=now_ms,
        day_start_ms=DAY_START_MS,
        interval_start_ms=now_ms - now_ms % 1_800_000,
        interval_minutes=30,
        threshold_seconds=20,
        agents=rows,
        queues=queues,
        today=today,
        interval=interval,
        freshness=freshness
        or Freshness(
            newest_event_ms=now_ms - 1000, newest_stored_ms=now_ms - 1000, engine_alive=True, engine_here=True
        ),
    )


def make_queue(random: Random, name: str, now_ms: int = NOW_MS) -> QueueRow:
    """A queue with a few calls waiting, or none."""
    waiting = random.choice((0, 0, 1, 3, 9))
    return QueueRow(
        queue=name,
        waiting=waiting,
        oldest_entered_ms=now_ms - random.randrange(2_000, 120_000) if waiting else None,
        today=make_figures(random, random.randrange(200, 900)),
        interval=make_figures(random, random.randrange(20, 60)),
    )


def evolve(snapshot: FloorSnapshot, changes: int = 10, seed: int = 2, seconds: int = 1) -> FloorSnapshot:
    """The floor a moment later: `changes` agents have new rows, all others are the same objects as before."""
    random = Random(seed)
    now_ms = snapshot.at_ms + seconds * 1000
    rows = dict(snapshot.agents)
    for name in random.sample(list(rows), min(changes, len(rows))):
        rows[name] = replace(make_row(random, name, now_ms, team=rows[name].team), since_ms=now_ms - 200)
    return replace(snapshot, seq=snapshot.seq + changes, at_ms=now_ms, agents=rows)


def with_plan(snapshot: FloorSnapshot, seed: int = 1) -> FloorSnapshot:
    """The same floor with a plan: most agents keep to it, some do not, one in ten has no shift."""
    random = Random(seed)
    rows = {name: planned(random, each, snapshot.at_ms) for name, each in snapshot.agents.items()}
    return replace(snapshot, seq=snapshot.seq + 1, agents=rows)


def planned(random: Random, each: AgentRow, now_ms: int = NOW_MS) -> AgentRow:
    """An agent with some verdict."""
    verdict = random.choices(list(_VERDICT_WEIGHTS), list(_VERDICT_WEIGHTS.values()))[0]
    seconds = random.randrange(0, 3600) if verdict is not Verdict.OUT else random.randrange(121, 1200)
    return replace(
        each,
        verdict=verdict,
        verdict_since_ms=now_ms - seconds * 1000,
        severe=verdict is Verdict.OUT and seconds >= 600,
        shift_change=verdict is Verdict.OUT and random.random() < 0.2,
    )


_VERDICT_WEIGHTS: Final = {
    Verdict.IN: 70,
    Verdict.OUT: 10,
    Verdict.NEUTRAL: 4,
    Verdict.UNMAPPED: 3,
    Verdict.NO_SCHEDULE: 10,
    Verdict.EXTRA: 3,
}


def with_rows(snapshot: FloorSnapshot, *rows: AgentRow, without: Sequence[str] = ()) -> FloorSnapshot:
    """The same floor with some rows put in or replaced, and some agents gone."""
    agents = {name: row for name, row in snapshot.agents.items() if name not in without}
    agents.update((row.agent, row) for row in rows)
    return replace(snapshot, seq=snapshot.seq + 1, agents=agents)


def row(agent: str, state: AgentState = AgentState.AVAILABLE, seconds: int = 60, **fields: object) -> AgentRow:
    """One agent who has been in `state` for `seconds`."""
    category = _REASON_MAP.category(str(fields.get("reason", ""))) if state is AgentState.NOT_READY else None
    plain = AgentRow(agent=agent, team="", state=state, since_ms=NOW_MS - seconds * 1000, category=category)
    return replace(plain, **fields)  # type: ignore[arg-type]


def make_day(agent: str = "王芳 8000", seed: int = 1, now_ms: int = NOW_MS) -> AgentDay:
    """A morning of one agent from 08:05 until now, with a gap in it."""
    random = Random(seed)
    start_ms = DAY_START_MS
    at_ms = start_ms + 8 * 3_600_000 + 300_000
    intervals: list[AgentInterval] = []
    figures = AgentFigures()
    while at_ms < now_ms:
        state = random.choices(list(_STATE_WEIGHTS), list(_STATE_WEIGHTS.values()))[0]
        reason = random.choice(REASONS) if state is AgentState.NOT_READY else ""
        end_ms = min(now_ms, at_ms + random.randrange(20_000, 600_000))
        intervals.append(AgentInterval(agent, at_ms, end_ms, state, reason, sign_in=not intervals))
        figures.add_interval(intervals[-1], start_ms, now_ms)
        at_ms = end_ms + (1_200_000 if len(intervals) == 6 else 0)
    return AgentDay(agent, start_ms, now_ms, tuple(intervals), figures)


def categories_of(snapshot: FloorSnapshot) -> set[ReasonCategory]:
    """The categories somebody is not ready in."""
    return {row.category for row in snapshot.agents.values() if row.category is not None}
