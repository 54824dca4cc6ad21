"""The reports of the floor: the same figures the screens show, as rows for people and for programs."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import tzinfo
from typing import Final

from app.core.errors import UsageProblem
from app.core.i18n import _
from app.core.reasons import ReasonMap
from app.core.zones import EVERY, borders, iso
from app.floor.figures import REPEAT_WINDOW_MS, AgentFigures, ServiceFigures, ratio, repeats
from app.floor.handling import handled_calls
from app.floor.model import LONGEST_CALL_MS, AgentInterval, Visit
from app.floor.ports import FloorReader

WHOLE: Final = "ALL"
"""The name that asks for all queues together."""

LONGEST_REPORT: Final = 1_000_000
"""Rows in one report at most: more is a mistake in --every or the dates."""

CLOCK_SKEW_MS: Final = 900_000
"""Facts a quarter of an hour newer than our clock at most move "now"; newer ones come from a wrong clock."""


@dataclass(frozen=True, slots=True)
class Range:
    """What a report is about.

    Attributes:
        start_ms: First instant.
        end_ms: First instant after.
        every: A key of `EVERY`.
        zone: Whose local time divides the day.
        now_ms: The present instant; what is still open is counted up to here.
    """

    start_ms: int
    end_ms: int
    every: str
    zone: tzinfo
    now_ms: int

    def borders(self) -> list[int]:
        """Where the intervals begin, and the end of the last.

        Raises:
            UsageProblem: When the range is empty or back to front, or has too many intervals.
        """
        if self.end_ms <= self.start_ms:
            raise UsageProblem(
                _(
                    "The range is empty: --to must lie after --from (a date means its midnight, so one day is "
                    "--from 2026-11-21 --to 2026-11-22)."
                )
            )
        minutes = EVERY[self.every]
        if minutes is not None:
            # Before they are listed: a century of quarter hours takes a while.
            _check_size((self.end_ms - self.start_ms) // (minutes * 60_000))
        return borders(self.start_ms, self.end_ms, minutes, self.zone)


def effective_now_ms(clock_ms: int, newest_ms: int | None) -> int:
    """The present instant for what is open: our clock's, or the newest fact's where that is a little ahead of it."""
    if newest_ms is not None and clock_ms < newest_ms <= clock_ms + CLOCK_SKEW_MS:
        return newest_ms
    return clock_ms


def _check_size(rows: int) -> None:
    if rows > LONGEST_REPORT:
        raise UsageProblem(
            _("The report would have {rows} rows, more than {most}: choose a longer --every or fewer days.").format(
                rows=f"{rows:,}", most=f"{LONGEST_REPORT:,}"
            )
        )


def queue_intervals(
    reader: FloorReader, asked: Range, queues: Sequence[str], threshold_seconds: int
) -> Iterator[dict[str, object]]:
    """Rows of visits by queue and interval of entry; dense, ordered by queue, then time.

    Args:
        reader: The store.
        asked: The range.
        queues: Names; "ALL" adds the whole; none, or "ALL" alone, means every queue.
        threshold_seconds: The T of the service level.

    Raises:
        UsageProblem: When the range is empty or the report would be too long.
    """
    marks = asked.borders()
    named = [queue for queue in dict.fromkeys(queues) if queue != WHOLE]
    shown = named or reader.queues()
    with_whole = WHOLE in queues
    _check_size((len(marks) - 1) * (len(shown) + with_whole))
    cells: dict[str, dict[int, _QueueCell]] = {queue: {} for queue in shown}
    if with_whole:
        # A queue that happens to be called ALL cannot be told from the whole; the whole wins.
        cells[WHOLE] = {}

    def cells_of(queue: str, entered_ms: int) -> Iterator[_QueueCell]:
        index = bisect_right(marks, entered_ms) - 1
        for name in (queue, WHOLE) if with_whole and queue != WHOLE else (queue,):
            if name in cells:
                yield cells[name].setdefault(index, _QueueCell())

    # Whoever called just before the range calls again in it.
    visits = reader.visits_entered(asked.start_ms - REPEAT_WINDOW_MS, asked.end_ms)
    for visit, repeated in repeats(visits):
        if visit.entered_ms >= asked.start_ms:
            for cell in cells_of(visit.queue, visit.entered_ms):
                cell.service.add(visit, threshold_seconds * 1000)
                cell.repeated += repeated
    entered = [visit for visit in visits if visit.entered_ms >= asked.start_ms]
    for call in handled_calls(entered, reader.wrap_ups(asked.start_ms, asked.end_ms + LONGEST_CALL_MS)):
        if call.handle_ms is not None:
            for cell in cells_of(call.queue, call.entered_ms):
                cell.handled += 1
                cell.handle_ms += call.handle_ms
    empty = _QueueCell()
    for queue, column in cells.items():
        for index, start_ms in enumerate(marks[:-1]):
            yield {"queue": queue, "start": iso(start_ms, asked.zone), **column.get(index, empty).row()}


@dataclass(slots=True)
class _QueueCell:
    """One queue in one interval.

    Attributes:
        service: What became of its visits.
        handled: Answered visits whose conversation is over.
        handle_ms: Talk, hold and wrap-up of these.
        repeated: Visits whose caller had called before.
    """

    service: ServiceFigures = field(default_factory=ServiceFigures)
    handled: int = 0
    handle_ms: int = 0
    repeated: int = 0

    def row(self) -> dict[str, object]:
        """The figures under the names the report promises."""
        return {
            **self.service.row(),
            "aht_seconds": self.handle_ms / 1000 / self.handled if self.handled else None,
            "repeat_call_rate": ratio(self.repeated, self.service.offered),
        }


def agent_intervals(
    reader: FloorReader, asked: Range, agents: Sequence[str], reasons: ReasonMap | None = None
) -> Iterator[dict[str, object]]:
    """Rows of time by agent and interval; dense, ordered by agent, then time.

    Args:
        reader: The store.
        asked: The range.
        agents: Names; none means every agent.
        reasons: What reasons of being not ready mean here; None for what they mean everywhere.

    Raises:
        UsageProblem: When the range is empty or the report would be too long.
    """
    marks = asked.borders()
    shown = list(dict.fromkeys(agents)) or reader.agents()
    known = ReasonMap() if reasons is None else reasons
    _check_size((len(marks) - 1) * len(shown))
    for agent in shown:
        intervals, visits = reader.agent_time(agent, asked.start_ms, asked.end_ms)
        for start_ms, figures in cut_agent_time(intervals, visits, marks, asked.now_ms):
            share = figures.reverse_share(known)
            yield {"agent": agent, "start": iso(start_ms, asked.zone), **figures.row(), "reverse_share": share}


def cut_agent_time(
    intervals: Sequence[AgentInterval], visits: Sequence[Visit], marks: Sequence[int], now_ms: int
) -> list[tuple[int, AgentFigures]]:
    """One agent's figures in each of several adjoining intervals.

    Args:
        intervals: Of the agent, touching the range.
        visits: The agent's conversations, touching the range.
        marks: Borders; the last is the end.
        now_ms: Nothing is counted past this instant.
    """
    cells = [AgentFigures() for _mark in marks[:-1]]
    last_ms = min(marks[-1], now_ms)

    def cells_of(start_ms: int, end_ms: int | None) -> Iterator[tuple[AgentFigures, int, int]]:
        stop_ms = last_ms if end_ms is None else min(end_ms, last_ms)
        index = max(0, bisect_right(marks, start_ms) - 1)
        while index < len(cells) and marks[index] < stop_ms:
            yield cells[index], marks[index], min(marks[index + 1], last_ms)
            index += 1

    for interval in intervals:
        for figures, start_ms, end_ms in cells_of(interval.start_ms, interval.end_ms):
            figures.add_interval(interval, start_ms, end_ms)
    for visit in visits:
        if visit.answered_ms is not None:
            # A conversation of no length still was answered.
            stop_ms = None if visit.ended_ms is None else max(visit.ended_ms, visit.answered_ms + 1)
            for figures, start_ms, end_ms in cells_of(visit.answered_ms, stop_ms):
                figures.add_visit(visit, start_ms, end_ms)
    return list(zip(marks[:-1], cells, strict=True))
