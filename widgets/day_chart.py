"""A day as a chart of block characters: calls above, the people for them below, one axis of hours for both.

Above, bars are the calls that came, hatched bars those now expected, a line the forecast. Below, bars are the agents
who were there, hatched bars those scheduled, a line the agents required; what is missing between bar and line is filled
with a mark of its own, so that a gap in the staffing is seen without colour too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import ClassVar, Final, NamedTuple

from rich.cells import cell_len

from app.core.i18n import _
from widgets.cells import fit, fit_right
from widgets.painted import Line, Painted, Piece, line_width

GUTTER: Final = 6
"""Cells left of the plot, for the scale."""

EIGHTHS: Final = " ▁▂▃▄▅▆▇█"
HATCH: Final = "░"
MISSING: Final = "╳"
SHORT_MARK: Final = "▼"
NOW_MARK: Final = "┊"
_LINES: Final = "▁─▔"
"""A line in the lower, the middle and the upper part of its cell."""

HOUR_MS: Final = 3_600_000
FIT_SHARE: Final = 0.1
"""Net staffing within this share of what is required fits: no mark is made of it."""

_ABOVE_SHARE: Final = 3 / 5
"""How much of the room the calls take."""


class DayStep(NamedTuple):
    """One interval of the day; None stands for what is not known.

    Attributes:
        start_ms: First instant.
        end_ms: First instant after.
        forecast: Calls as they were forecast.
        came: Calls that came so far; None before the interval begins.
        expected: Calls now expected of the whole interval; None once it is over.
        required: Agents needed: by the forecast, and for what is still to come by what is now expected.
        scheduled: Agents scheduled on the queue.
        staffed: Agents who were there; None before the interval begins.
    """

    start_ms: int
    end_ms: int
    forecast: float | None = None
    came: float | None = None
    expected: float | None = None
    required: float | None = None
    scheduled: float | None = None
    staffed: float | None = None

    @property
    def present(self) -> float | None:
        """Agents who were there, else those who will be by the schedule."""
        return self.scheduled if self.staffed is None else self.staffed

    @property
    def net(self) -> float | None:
        """Agents present − agents required; below 0 some are missing."""
        present = self.present
        return None if present is None or self.required is None else present - self.required

    @property
    def is_short(self) -> bool:
        """Whether too few are there: more are missing than a fit allows."""
        return self.net is not None and self.required is not None and self.net < -FIT_SHARE * self.required


class DayBand(NamedTuple):
    """A stretch in which something happens that no forecast counts.

    Attributes:
        start_ms: First instant.
        end_ms: First instant after; None where nobody knows.
        label: What it is; printable.
    """

    start_ms: int
    end_ms: int | None
    label: str


MOST_BANDS: Final = 2
"""More would leave the curve no room; the sentences below name all of them."""


class DayChart(Painted):
    """The chart of a day, in whatever room it is given: from 60 cells and 12 lines on.

    Args:
        hour_text: Says the local time of an instant in UTC milliseconds as "HH:MM".
    """

    DEFAULT_CSS: ClassVar[str] = """
    DayChart {
        height: 1fr;
        & .day-chart--scale, & .day-chart--legend { color: $text-muted; }
        & .day-chart--title { color: $foreground; text-style: bold; }
        & .day-chart--rule { color: $text-disabled; }
        & .day-chart--now { color: $text-accent; text-style: bold; }
        & .day-chart--came { color: $text-primary; }
        & .day-chart--expected { color: $text-primary; }
        & .day-chart--forecast { color: $foreground; }
        & .day-chart--forecast-over { color: $foreground; background: $text-primary; }
        & .day-chart--staffed { color: $text-success; }
        & .day-chart--spare { color: $text-accent; }
        & .day-chart--scheduled { color: $text-success; }
        & .day-chart--required { color: $foreground; }
        & .day-chart--required-over { color: $foreground; background: $text-success; }
        & .day-chart--missing { color: $text-error; text-style: bold; }
        & .day-chart--net { color: $text-muted; }
        & .day-chart--band { color: $text-warning; text-style: bold; }
        & .day-chart--band-ground { background: $warning 15%; }
    }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        f"day-chart--{name}"
        for name in (
            *("scale", "legend", "title", "rule", "now", "net", "band", "band-ground"),
            *("came", "expected", "forecast", "forecast-over"),
            *("staffed", "spare", "scheduled", "required", "required-over", "missing"),
        )
    }

    def __init__(self, hour_text: Callable[[int], str], *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._hour_text = hour_text
        self._steps: tuple[DayStep, ...] = ()
        self._now_ms = 0
        self._bands: tuple[DayBand, ...] = ()

    def show(self, steps: Sequence[DayStep], now_ms: int, bands: Sequence[DayBand] = ()) -> None:
        """Show a day.

        Args:
            steps: In order of time, without gaps.
            now_ms: The present instant; outside of the steps there is no mark of it.
            bands: What happens on it that no forecast counts; the first two have room.
        """
        self._steps = tuple(steps)
        self._bands = tuple(bands)
        self._now_ms = now_ms
        self.repaint()

    def paint(self, width: int) -> list[Line]:
        if not self._steps or width <= GUTTER:
            return [[]]
        return chart_lines(self._steps, self._now_ms, width, self.size.height or 20, self._hour_text, self._bands)


def chart_lines(
    steps: Sequence[DayStep],
    now_ms: int,
    width: int,
    height: int,
    hour_text: Callable[[int], str],
    bands: Sequence[DayBand] = (),
) -> list[Line]:
    """The chart in `width` cells and about `height` lines: at least 12 are used, and the legend goes first.

    Args:
        steps: In order of time, without gaps; at least one.
        now_ms: The present instant.
        width: Cells of a line, more than the gutter.
        height: Lines there are.
        hour_text: Says an instant as "HH:MM".
        bands: What happens on it; each takes a line, the first two have one where the curves leave room.
    """
    bands = bands[: max(0, min(MOST_BANDS, height - 11))]
    field = _Field(steps, now_ms, width - GUTTER, bands)
    legend = _legend_lines(width)
    band_lines = [_band_line(field, band) for band in bands]
    fixed = 4 + len(band_lines)  # Two titles, the line of net staffing, the hours.
    room = height - fixed - len(legend)
    if room < 7:
        legend, room = [], height - fixed
    above = max(4, round(room * _ABOVE_SHARE))
    below = max(3, room - above)
    minutes = (steps[0].end_ms - steps[0].start_ms) // 60_000
    return [
        _title(_("Calls per {minutes} minutes").format(minutes=minutes), field, hour_text),
        *band_lines,
        *_call_lines(field, above),
        _title(_("Agents"), field, None),
        *_agent_lines(field, below),
        _net_line(field),
        _hour_line(field, hour_text),
        *legend,
    ]


class _Field:
    """Which step stands in which cell of the plot.

    Every step gets the same number of cells where there is room for one each, else cells take the step at their middle.
    """

    def __init__(self, steps: Sequence[DayStep], now_ms: int, width: int, bands: Sequence[DayBand]) -> None:
        self.steps = steps
        self.cells_each = width // len(steps)
        self.width = self.cells_each * len(steps) if self.cells_each else width
        self.margin = width - self.width
        self.cells = [steps[cell * len(steps) // self.width] for cell in range(self.width)]
        self.start_ms, self.end_ms = steps[0].start_ms, steps[-1].end_ms
        inside = self.start_ms <= now_ms < self.end_ms
        self.now_cell = self.cell_of(now_ms) if inside else None
        self.now_ms = now_ms
        self.banded = {cell for band in bands for cell in range(*self.cells_of(band))}

    def cells_of(self, band: DayBand) -> tuple[int, int]:
        """The first cell of a band, and the first one after it; one whose end nobody knows is drawn until now."""
        end_ms = max(self.now_ms, band.start_ms) if band.end_ms is None else band.end_ms
        first = self.cell_of(max(band.start_ms, self.start_ms))
        return first, max(first, self.cell_of(min(end_ms, self.end_ms) - 1)) + 1

    def cell_of(self, at_ms: int) -> int:
        """The cell of an instant of the day."""
        for index, step in enumerate(self.steps):
            if at_ms < step.end_ms:
                inside = (at_ms - step.start_ms) / (step.end_ms - step.start_ms)
                return min(self.width - 1, int((index + max(0.0, inside)) * self.width / len(self.steps)))
        return self.width - 1


def nice_top(largest: float) -> int:
    """The end of a scale: the least round number that is not below the largest value, and whose half is whole."""
    power = 1
    while True:
        for tenths in _ROUND_TENTHS:
            if tenths * power % 20 == 0 and tenths * power // 10 >= largest:
                return tenths * power // 10
        power *= 10


_ROUND_TENTHS: Final = (10, 12, 14, 16, 20, 24, 28, 32, 36, 40, 50, 60, 70, 80)


def _largest(values: Iterable[float | None]) -> float:
    return max((value for value in values if value is not None), default=0)


def _call_lines(field: _Field, rows: int) -> list[Line]:
    top = nice_top(_largest(v for step in field.steps for v in (step.forecast, step.came, step.expected)))
    return [
        [_scale(top, row, rows), *_pieces(_call_cell(field, cell, row, rows / top) for cell in range(field.width))]
        for row in reversed(range(rows))
    ]


def _call_cell(field: _Field, cell: int, row: int, per_unit: float) -> tuple[str, str]:
    step = field.cells[cell]
    came = (step.came or 0) * per_unit - row
    expected = (step.expected or 0) * per_unit - row
    if step.forecast is not None and (line := _line_in(step.forecast * per_unit - row)):
        # Where the bar covers the line's cell the line is drawn on the bar.
        return line, "forecast-over" if came >= 1 else "forecast"
    if came > 0.06:
        return _bar(came), "came"
    if expected >= 0.5:
        return HATCH, "expected"
    return _blank(field, cell)


def _agent_lines(field: _Field, rows: int) -> list[Line]:
    top = nice_top(_largest(v for step in field.steps for v in (step.required, step.present)))
    return [
        [_scale(top, row, rows), *_pieces(_agent_cell(field, cell, row, rows / top) for cell in range(field.width))]
        for row in reversed(range(rows))
    ]


def _agent_cell(field: _Field, cell: int, row: int, per_unit: float) -> tuple[str, str]:
    step = field.cells[cell]
    present = (step.present or 0) * per_unit - row
    required = (step.required or 0) * per_unit - row
    if step.required and (line := _line_in(required)):
        return line, "missing" if step.is_short else "required-over" if _is_solid(step, present) else "required"
    if step.is_short and present < 0.5 and required >= 1:
        return MISSING, "missing"
    if step.staffed is not None and present > 0.06:
        return _bar(present), "spare" if step.required is not None and required <= 0 else "staffed"
    if step.staffed is None and present >= 0.5:
        return HATCH, "scheduled"
    return _blank(field, cell)


def _is_solid(step: DayStep, present: float) -> bool:
    return step.staffed is not None and present >= 1


def _line_in(above: float) -> str:
    """The line's character in a cell whose floor lies `above` cells below the line; empty for any other cell."""
    if not 0 <= above < 1:
        return ""
    return _LINES[min(2, int(above * 3))]


def _bar(above: float) -> str:
    return EIGHTHS[8 if above >= 1 else max(1, round(above * 8))]


def _blank(field: _Field, cell: int) -> tuple[str, str]:
    if cell == field.now_cell:
        return NOW_MARK, "now"
    return " ", "band-ground" if cell in field.banded else ""


def _scale(top: int, row: int, rows: int) -> Piece:
    """The figure of a line: the top one, the one half-way up, and nothing at the others."""
    text = f"{top:,}" if row == rows - 1 else f"{top // 2:,}" if rows > 3 and row == rows // 2 - 1 else ""
    return Piece(fit_right(text, GUTTER - 1) + "│", "day-chart--scale")


def _pieces(cells: Iterable[tuple[str, str]]) -> list[Piece]:
    """Neighbouring cells of one style as one piece."""
    pieces: list[Piece] = []
    for text, name in cells:
        style = f"day-chart--{name}" if name else ""
        if pieces and pieces[-1].style == style:
            pieces[-1] = Piece(pieces[-1].text + text, style)
        else:
            pieces.append(Piece(text, style))
    return pieces


def _title(text: str, field: _Field, hour_text: Callable[[int], str] | None) -> Line:
    """What the figures below are, and above all the instant of now."""
    title = Piece(text, "day-chart--title")
    if field.now_cell is None:
        return [title]
    now = NOW_MARK
    column = GUTTER + field.now_cell
    if hour_text is not None:
        said = _("now {time}").format(time=hour_text(field.now_ms))
        now = f"{NOW_MARK} {said}"
        if column + cell_len(now) > GUTTER + field.width + field.margin:
            now = f"{said} {NOW_MARK}"
            column -= cell_len(now) - 1
    space = column - cell_len(text)
    if space > 0:
        return [title, Piece(" " * space), Piece(now, "day-chart--now")]
    return [Piece(" " * column), Piece(now, "day-chart--now"), Piece("   "), title]


def _band_line(field: _Field, band: DayBand) -> Line:
    """A band with what it is: within it where there is room, else behind it, else before it."""
    first, after = field.cells_of(band)
    cells, room = after - first, field.width + field.margin
    close = "╡" if band.end_ms is not None else "…"
    inside = cells - 4
    label = fit(band.label, min(cell_len(band.label), max(inside, room - after - 1, first - 1)))
    if cell_len(label) <= inside:
        said = f"╞ {label} "
        text = " " * first + said + "═" * (cells - 1 - cell_len(said)) + close
    else:
        mark = "╪" if cells == 1 else "╞" + "═" * (cells - 2) + close
        before = " " * first if room - after - 1 >= cell_len(label) else fit_right(label + " ", first)
        text = before + mark + (f" {label}" if not before.strip() else "")
    return [Piece(" " * GUTTER), Piece(fit(text, room), "day-chart--band")]


def _net_line(field: _Field) -> Line:
    """Agents more or fewer than required, by step: in figures where they have room, else as marks."""
    label = Piece(fit(_("net"), GUTTER), "day-chart--scale")
    if field.cells_each >= 3:
        pieces = [_net_piece(step, field.cells_each) for step in field.steps]
        return [label, *pieces]
    cells = ((SHORT_MARK, "missing") if step.is_short else ("·", "net") for step in field.cells)
    return [label, *_pieces(cells)]


def _net_piece(step: DayStep, width: int) -> Piece:
    if step.net is None:
        return Piece(" " * width)
    count = round(step.net)
    mark = SHORT_MARK if step.is_short else "+" if count > 0 else "-"
    text = f"{mark}{abs(count)}" if count else "0"
    if cell_len(text) > width - 1:
        # A figure without a sign is one too many; of what is short the mark alone is left.
        text = f"{count}" if count > 0 and len(f"{count}") < width else mark
    return Piece(fit(text, width), "day-chart--missing" if step.is_short else "day-chart--net")


def _hour_line(field: _Field, hour_text: Callable[[int], str]) -> Line:
    """The hours, as many as there is room for, each beginning at its cell."""
    hours = max(1, (field.end_ms - field.start_ms) // HOUR_MS)
    every = next((step for step in (1, 2, 3, 4, 6, 12) if field.width * step // hours >= 8), 24)
    line = ""
    for step in field.steps:
        said = hour_text(step.start_ms)
        cell = field.cell_of(step.start_ms)
        hour, _colon, minute = said.partition(":")
        wanted = minute == "00" and hour.isdigit() and int(hour) % every == 0
        if wanted and cell >= cell_len(line) and cell + 6 <= field.width + field.margin:
            line = fit(line, cell) + "│" + said
    return [Piece(" " * GUTTER), Piece(fit(line, field.width + field.margin), "day-chart--scale")]


def _legend_lines(width: int) -> list[Line]:
    items = (
        ("█", "came", _("came")),
        (HATCH, "expected", _("expected now")),
        ("─", "forecast", _("forecast")),
        ("█", "staffed", _("there")),
        (HATCH, "scheduled", _("scheduled")),
        ("─", "required", _("required")),
        ("█", "spare", _("spare")),
        (MISSING, "missing", _("missing")),
    )
    lines: list[list[Piece]] = [[]]
    for glyph, name, word in items:
        pieces = [Piece(glyph, f"day-chart--{name}"), Piece(f" {word}", "day-chart--legend")]
        if lines[-1] and line_width(lines[-1]) + line_width(pieces) + 3 > width:
            lines.append([])
        if lines[-1]:
            lines[-1].append(Piece("   "))
        lines[-1] += pieces
    return list(lines)
