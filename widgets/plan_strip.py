"""A day as two strips, what was planned over what was done, and under them where the two part."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from rich.cells import cell_len

from app.core.i18n import _
from app.floor.model import AgentInterval, AgentState
from app.planning.explain import activity_word
from app.planning.model import Activity, Rule, ScheduledSpan, Verdict, VerdictSpan
from widgets.cells import fit
from widgets.painted import Line, Painted, Piece
from widgets.state_strip import BLOCKS, hour_scale, states_by_cell
from widgets.verdicts import STYLES, verdict_glyph, verdict_style
from widgets.words import state_style

GUTTER: Final = 7
"""Cells left of the strips, for what they are called."""

HOUR_MS: Final = 3_600_000
UNDER: Final = "▔"
"""Stands under the chosen spell, for terminals without colour."""

_URGENCY: Final = {Verdict.EXTRA: 1, Verdict.NEUTRAL: 2, Verdict.UNMAPPED: 3, Verdict.OUT: 4}
"""Which verdict is shown in a cell that has several; being in is shown by nothing."""


@dataclass(frozen=True, slots=True)
class PlanDay:
    """What the strips show.

    Attributes:
        start_ms: First instant.
        end_ms: First instant after.
        spans: What is planned, in order.
        intervals: What the agent did, in order; empty where that is not known, and then there is no strip of it.
        verdicts: What is said of it, in order.
        severe_ms: From this length on an out spell is severe.
    """

    start_ms: int
    end_ms: int
    spans: tuple[ScheduledSpan, ...]
    intervals: tuple[AgentInterval, ...] = ()
    verdicts: tuple[VerdictSpan, ...] = ()
    severe_ms: int = 600_000

    def is_severe(self, span: VerdictSpan) -> bool:
        """Whether a verdict is part of a severe spell."""
        return span.verdict is Verdict.OUT and span.spell_ms >= self.severe_ms


def worth_showing(spans: Sequence[ScheduledSpan], intervals: Sequence[AgentInterval], until_ms: int) -> tuple[int, int]:
    """The stretch worth the width: from the full hour before anything begins to the end of everything, [start, end).

    Args:
        spans: The plan, in order.
        intervals: What was done, in order.
        until_ms: Where what is still open ends.
    """
    starts = [span.start_ms for span in spans[:1]] + [interval.start_ms for interval in intervals[:1]]
    ends = [spans[-1].end_ms] if spans else []
    if intervals:
        ends.append(until_ms if intervals[-1].end_ms is None else intervals[-1].end_ms)
    start_ms = min(starts, default=until_ms) // HOUR_MS * HOUR_MS
    return start_ms, max([start_ms + HOUR_MS, *ends])


def until(intervals: Sequence[AgentInterval], end_ms: int) -> tuple[AgentInterval, ...]:
    """The same intervals with what is still open ended at an instant: a plan reaches further than the present."""
    return tuple(each if each.end_ms is not None else each._replace(end_ms=end_ms) for each in intervals)


def spells(verdicts: Iterable[VerdictSpan]) -> list[VerdictSpan]:
    """What of a day can be explained beyond "as planned", in order; the parts of one spell are one."""
    found: list[VerdictSpan] = []
    for span in verdicts:
        if span.verdict not in _URGENCY and span.rule is not Rule.WITHIN_GRACE:
            continue
        last = found[-1] if found else None
        if (
            last is not None
            and last.end_ms == span.start_ms
            and (last.verdict, last.spell_start_ms)
            == (
                span.verdict,
                span.spell_start_ms,
            )
        ):
            found[-1] = last._replace(end_ms=span.end_ms)
        else:
            found.append(span)
    return found


class PlanStrip(Painted):
    """A day, planned over done.

    Args:
        hour_text: Says the local time of an instant in UTC milliseconds as "HH:MM".
        strip_lines: How many lines high the strip of what was done is.
    """

    DEFAULT_CSS: ClassVar[str] = """
    PlanStrip {
        & .plan-strip--scale { color: $text-muted; }
        & .plan-strip--chosen { color: $text-accent; text-style: bold; }
        & .plan-strip--on-queue { color: $text-primary; }
        & .plan-strip--rest { color: $text-warning; }
        & .plan-strip--development { color: $text-secondary; }
        & .plan-strip--away { color: $text-muted; }
        & .plan-strip--state-signed-out { color: $text-muted; }
        & .plan-strip--state-available { color: $text-success; }
        & .plan-strip--state-ringing { color: $text-accent; }
        & .plan-strip--state-on-call { color: $text-primary; }
        & .plan-strip--state-hold { color: $text-secondary; }
        & .plan-strip--state-wrap-up { color: $text-accent; }
        & .plan-strip--state-not-ready { color: $text-warning; }
        & .plan-strip--verdict-out { color: $text-warning; text-style: bold; }
        & .plan-strip--verdict-severe { color: $text-error; text-style: bold; }
        & .plan-strip--verdict-neutral { color: $text-secondary; }
        & .plan-strip--verdict-unmapped { color: $text-warning; }
        & .plan-strip--verdict-extra { color: $text-secondary; }
    }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "plan-strip--scale",
        "plan-strip--chosen",
        "plan-strip--on-queue",
        "plan-strip--rest",
        "plan-strip--development",
        "plan-strip--away",
        *(f"plan-strip--{state_style(state)}" for state in AgentState),
        *(f"plan-strip--verdict-{name}" for name in STYLES),
    }

    def __init__(
        self,
        hour_text: Callable[[int], str],
        *,
        strip_lines: int = 2,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._hour_text = hour_text
        self._strip_lines = strip_lines
        self._day: PlanDay | None = None
        self._chosen: tuple[int, int] | None = None

    def show(self, day: PlanDay, chosen: tuple[int, int] | None = None) -> None:
        """Show a day.

        Args:
            day: The day.
            chosen: The stretch that is pointed at, as (first instant, first instant after).
        """
        self._day, self._chosen = day, chosen
        self.repaint()

    def paint(self, width: int) -> list[Line]:
        day = self._day
        if day is None or width <= GUTTER + 1:
            return [[]]
        cells = width - GUTTER
        scale = hour_scale(day.start_ms, day.end_ms, cells, self._hour_text)
        lines: list[Line] = [
            [Piece(" " * GUTTER), Piece(scale, "plan-strip--scale")],
            [_name(_("plan")), *_plan_pieces(day, cells)],
        ]
        if day.intervals:
            done = _merged(
                (BLOCKS[state], state_style(state))
                for state in states_by_cell(day.intervals, day.start_ms, day.end_ms, cells)
            )
            lines += [[_name(_("done") if not row else ""), *done] for row in range(self._strip_lines)]
        if day.verdicts:
            lines.append([_name(_("kept")), *_merged(_verdict_cells(day, cells))])
        lines.append([Piece(" " * GUTTER), *_merged(_chosen_cells(day, cells, self._chosen))])
        return lines


_STYLES: Final = {
    Activity.ON_QUEUE: "on-queue",
    Activity.BREAK: "rest",
    Activity.MEAL: "rest",
    Activity.TRAINING: "development",
    Activity.MEETING: "development",
    Activity.COACHING: "development",
    Activity.OFFLINE: "away",
    Activity.LEAVE: "away",
}


def _name(text: str) -> Piece:
    return Piece(fit(text, GUTTER), "plan-strip--scale")


def _plan_pieces(day: PlanDay, cells: int) -> list[Piece]:
    """Each span with its name inside, as far as there is room; a span is never lost for being short."""
    pieces: list[Piece] = []
    at = 0
    for span in day.spans:
        first, last = _cells_of(day, cells, span.start_ms, span.end_ms)
        first = max(first, at)
        last = max(last, min(cells, first + 1))
        if first >= last:
            continue
        if first > at:
            pieces.append(Piece(" " * (first - at)))
        pieces.append(
            Piece(_span_text(activity_word(span.activity), last - first), f"plan-strip--{_STYLES[span.activity]}")
        )
        at = last
    return [*pieces, Piece(" " * (cells - at))]


def _span_text(word: str, cells: int) -> str:
    """A span in so many cells: a border, its name where it fits whole, and a line to its end."""
    room = cells - 1
    if cell_len(word) <= room:
        return "├" + word + "─" * (room - cell_len(word))
    return "├" + "─" * room


def _cells_of(day: PlanDay, cells: int, start_ms: int, end_ms: int) -> tuple[int, int]:
    """From which cell up to which one a stretch reaches, [first, after)."""
    whole_ms = day.end_ms - day.start_ms
    first = (max(start_ms, day.start_ms) - day.start_ms) * cells // whole_ms
    after = -((day.start_ms - min(end_ms, day.end_ms)) * cells // whole_ms)
    return max(0, first), min(cells, after)


def _verdict_cells(day: PlanDay, cells: int) -> Iterable[tuple[str, str]]:
    """The most urgent verdict of each cell: an out spell of two minutes is seen on a day of ten hours."""
    marks = [(" ", "")] * cells
    ranks = [0] * cells
    for span in day.verdicts:
        rank = _URGENCY.get(span.verdict, 0)
        if not rank:
            continue
        severe = day.is_severe(span)
        mark = (verdict_glyph(span.verdict, severe=severe), verdict_style(span.verdict, severe=severe))
        for cell in range(*_cells_of(day, cells, span.start_ms, span.end_ms)):
            if rank + severe > ranks[cell]:
                marks[cell], ranks[cell] = mark, rank + severe
    return marks


def _chosen_cells(day: PlanDay, cells: int, chosen: tuple[int, int] | None) -> Iterable[tuple[str, str]]:
    first, after = (0, 0) if chosen is None else _cells_of(day, cells, *chosen)
    return ((UNDER, "chosen") if first <= cell < after else (" ", "") for cell in range(cells))


def _merged(cells: Iterable[tuple[str, str]]) -> list[Piece]:
    """Neighbouring cells of one style as one piece."""
    pieces: list[Piece] = []
    for text, name in cells:
        style = f"plan-strip--{name}" if name else ""
        if pieces and pieces[-1].style == style:
            pieces[-1] = Piece(pieces[-1].text + text, style)
        else:
            pieces.append(Piece(text, style))
    return pieces


def spell_at(found: Sequence[VerdictSpan], at_ms: int) -> int | None:
    """Which of some spells an instant lies in, or the nearest one before it; None where there is none."""
    index = bisect_right(found, at_ms, key=lambda span: span.start_ms) - 1
    return index if index >= 0 else None
