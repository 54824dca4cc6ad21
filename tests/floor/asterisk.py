"""Rows of an Asterisk queue log as the program reads them, with seconds counted from a base instant."""

from __future__ import annotations

from app.core.facts import Batch, Recorded
from app.floor.figures import AgentFigures, ServiceFigures, agent_figures, queue_figures
from app.sources.lines import LineSplitter
from app.sources.queue_log import QueueLogParser
from app.sources.reader import read_lines
from tests.floor.ground import Ground
from tests.strategies import BASE_MS


def log(ground: Ground, *rows: str, source: str = "asterisk") -> Recorded:
    """Read rows whose time is seconds after the base: "5|c1|q|NONE|ENTERQUEUE||138|1"."""
    lines = []
    for row in rows:
        second, rest = row.split("|", 1)
        lines.append(f"{BASE_MS // 1000 + int(second)}|{rest}\n")
    splitter = LineSplitter()
    read = read_lines(QueueLogParser("utf-8"), list(splitter.feed("".join(lines).encode())), "queue_log")
    assert not read.bad_lines
    return ground.journal.record(Batch(source, read.drafts))


def at(second: int) -> int:
    """The instant of a second after the base."""
    return BASE_MS + second * 1000


def day_of(ground: Ground, agent: str, end_second: int, start_second: int = 0) -> AgentFigures:
    """An agent's figures over a stretch in seconds after the base."""
    start_ms, end_ms = at(start_second), at(end_second)
    return agent_figures(*ground.floor.agent_time(agent, start_ms, end_ms), start_ms, end_ms)


def states(ground: Ground, agent: str) -> list[tuple[int, int | None, str]]:
    """An agent's intervals as (first second, second after, state with its reason)."""
    return [
        (
            (interval.start_ms - BASE_MS) // 1000,
            None if interval.end_ms is None else (interval.end_ms - BASE_MS) // 1000,
            f"{interval.state} {interval.reason}".strip(),
        )
        for interval in ground.intervals(agent)
    ]


def calls(ground: Ground, threshold_seconds: int = 20, queue: str | None = None) -> ServiceFigures:
    """The figures of all visits, or of those in one queue."""
    return queue_figures((visit for visit in ground.visits() if queue in (None, visit.queue)), threshold_seconds)
