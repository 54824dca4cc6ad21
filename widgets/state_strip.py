"""One agent's day as a strip of states over time, with the hours above and the totals below."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable
from typing import ClassVar, Final

from rich.cells import cell_len

from app.core.durations import clock_text
from app.core.i18n import _
from app.floor.figures import AgentFigures
from app.floor.model import AgentInterval, AgentState
from app.floor.picture import AgentDay
from widgets.cells import fit, shown
from widgets.painted import Line, Painted, Piece
from widgets.words import state_style, state_word

BLOCKS: Final = {
    AgentState.SIGNED_OUT: " ",
    AgentState.AVAILABLE: "░",
    AgentState.RINGING: "▂",
    AgentState.ON_CALL: "█",
    AgentState.HOLD: "▒",
    AgentState.WRAP_UP: "▓",
    AgentState.NOT_READY: "╳",
}
"""A strip is read by its texture where there is no colour."""

HOUR_MS: Final = 3_600_000
_LEGEND: Final = (
    AgentState.ON_CALL,
    AgentState.HOLD,
    AgentState.WRAP_UP,
    AgentState.AVAILABLE,
    AgentState.RINGING,
)


class StateStrip(Painted):
    """The day of an agent.

    Args:
        hour_text: Says the local time of an instant in UTC milliseconds as "HH:MM"; without it hours are counted
            from the start of the day.
        strip_lines: How many lines high the strip is.
    """

    DEFAULT_CSS: ClassVar[str] = """
    StateStrip {
        & .state-strip--scale { color: $text-muted; }
        & .state-strip--legend { color: $foreground; }
        & .state-strip--state-signed-out { color: $text-muted; }
        & .state-strip--state-available { color: $text-success; }
        & .state-strip--state-ringing { color: $text-accent; }
        & .state-strip--state-on-call { color: $text-primary; }
        & .state-strip--state-hold { color: $text-secondary; }
        & .state-strip--state-wrap-up { color: $text-accent; }
        & .state-strip--state-not-ready { color: $text-warning; }
    }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "state-strip--scale",
        "state-strip--legend",
        *(f"state-strip--{state_style(state)}" for state in AgentState),
    }

    def __init__(
        self,
        *,
        hour_text: Callable[[int], str] | None = None,
        strip_lines: int = 2,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._hour_text = hour_text
        self._strip_lines = max(1, strip_lines)
        self._day: AgentDay | None = None
        self.legend_only = False
        """Show the totals alone, because the strip itself stands elsewhere."""

    def show(self, day: AgentDay) -> None:
        """Show a day."""
        self._day = day
        self.repaint()

    def retranslate(self) -> None:
        """Paint every word again, after the language was changed."""
        self.repaint()

    def paint(self, width: int) -> list[Line]:
        day = self._day
        if day is None or width <= 0:
            return [[]]
        if not day.intervals:
            return [[Piece(_("Nothing is known of this agent today."), "state-strip--legend")]]
        if self.legend_only:
            return legend_lines(day.figures, width)
        start_ms, end_ms = shown_range(day)
        strip = _merged(
            (BLOCKS[state], f"state-strip--{state_style(state)}")
            for state in states_by_cell(day.intervals, start_ms, end_ms, width)
        )
        scale = [Piece(hour_scale(start_ms, end_ms, width, self._say_hour), "state-strip--scale")]
        return [scale, *[strip] * self._strip_lines, *legend_lines(day.figures, width)]

    def _say_hour(self, at_ms: int) -> str:
        if self._hour_text is not None:
            return self._hour_text(at_ms)
        minutes = (at_ms - self._day.start_ms) // 60_000 if self._day is not None else 0
        return f"{minutes // 60:02d}:{minutes % 60:02d}"


def shown_range(day: AgentDay) -> tuple[int, int]:
    """What part of the day is worth the width: from the full hour before the first state to the end, [start, end)."""
    first_ms = day.intervals[0].start_ms
    start_ms = day.start_ms + (first_ms - day.start_ms) // HOUR_MS * HOUR_MS
    return start_ms, max(day.end_ms, start_ms + HOUR_MS)


def states_by_cell(intervals: Iterable[AgentInterval], start_ms: int, end_ms: int, width: int) -> list[AgentState]:
    """The state that fills most of each cell of a strip; signed out where there is none.

    Args:
        intervals: In order of time; one that is open runs to `end_ms`.
        start_ms: First instant of the first cell.
        end_ms: First instant after the last cell.
        width: How many cells.
    """
    spans: list[dict[AgentState, int]] = [{} for _cell in range(width)]
    edges = [start_ms + (end_ms - start_ms) * cell // width for cell in range(width + 1)]
    for interval in intervals:
        first_ms = max(interval.start_ms, start_ms)
        last_ms = min(end_ms if interval.end_ms is None else interval.end_ms, end_ms)
        cell = bisect_right(edges, first_ms) - 1
        while first_ms < last_ms:
            until_ms = min(last_ms, edges[cell + 1])
            spans[cell][interval.state] = spans[cell].get(interval.state, 0) + until_ms - first_ms
            first_ms, cell = until_ms, cell + 1
    states = []
    for cell, span in enumerate(spans):
        gap_ms = edges[cell + 1] - edges[cell] - sum(span.values())
        most, longest_ms = max(span.items(), key=lambda pair: pair[1], default=(AgentState.SIGNED_OUT, 0))
        states.append(most if longest_ms >= gap_ms and longest_ms else AgentState.SIGNED_OUT)
    return states


def hour_scale(start_ms: int, end_ms: int, width: int, say: Callable[[int], str]) -> str:
    """A line with a mark at full hours and the time beside it, as many as there is room for."""
    hours = max(1, (end_ms - start_ms) // HOUR_MS)
    every = next((step for step in (1, 2, 3, 4, 6, 12, 24) if width * step // hours >= 8), 24)
    line = ""
    for at_ms in range(start_ms, end_ms, every * HOUR_MS):
        cell = (at_ms - start_ms) * width // (end_ms - start_ms)
        mark = "│" + say(at_ms)
        if cell >= cell_len(line) and cell + cell_len(mark) <= width:
            line = fit(line, cell) + mark
    return fit(line, width)


def legend_lines(figures: AgentFigures, width: int) -> list[Line]:
    """The totals per state, and per reason of not ready; states that did not occur are left out."""
    totals = {
        AgentState.ON_CALL: figures.on_call_ms,
        AgentState.HOLD: figures.hold_ms,
        AgentState.WRAP_UP: figures.wrap_up_ms,
        AgentState.AVAILABLE: figures.available_ms,
        AgentState.RINGING: figures.ringing_ms,
    }
    items = [(state, state_word(state), totals[state]) for state in _LEGEND if totals[state]]
    items += [
        (AgentState.NOT_READY, f"{state_word(AgentState.NOT_READY)}: {shown(reason) or _('no reason')}", total_ms)
        for reason, total_ms in sorted(figures.not_ready_ms.items(), key=lambda pair: -pair[1])
    ]
    lines: list[Line] = []
    line: list[Piece] = []
    taken = 0
    for state, word, total_ms in items:
        text = f" {word} {clock_text(total_ms // 1000)}"
        if line and taken + 4 + cell_len(text) > width:
            lines.append(line)
            line, taken = [], 0
        if line:
            line.append(Piece("   ", "state-strip--legend"))
            taken += 3
        line += [Piece(BLOCKS[state], f"state-strip--{state_style(state)}"), Piece(text, "state-strip--legend")]
        taken += 1 + cell_len(text)
    return [*lines, line] if line else lines


def _merged(cells: Iterable[tuple[str, str]]) -> list[Piece]:
    """Neighbouring cells of one style as one piece."""
    pieces: list[Piece] = []
    for text, style in cells:
        if pieces and pieces[-1].style == style:
            pieces[-1] = Piece(pieces[-1].text + text, style)
        else:
            pieces.append(Piece(text, style))
    return pieces
