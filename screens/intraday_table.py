"""The figures of today against its plan, an interval on each line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, ClassVar, Final, NamedTuple

from rich.cells import cell_len
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from typing_extensions import override

from app.core.durations import NOTHING, rounded_signed_percent_text
from app.core.i18n import N_, _
from screens.intraday_words import lively, needed
from widgets.cells import fit, fit_right
from widgets.day_chart import SHORT_MARK, DayStep
from widgets.painted import Line, Painted, Piece

if TYPE_CHECKING:
    # They bring the settings and the store's ports with them, and the first frame does not wait for those.
    from app.planning.forecast_intraday import IntradayPicture, IntradayPoint

_CURRENT_MARK: Final = "›"
_TIME_CELLS: Final = 13
_SEPARATOR_CELLS: Final = 1

MOST_COLUMN_CELLS: Final = 12
"""Wider columns lie too far apart to be read along a line."""


class FigureColumn(NamedTuple):
    """A column of the table.

    Attributes:
        title: A message id.
        figure_cells: Room its largest figure needs: 99999 calls in an interval, 99999 agents.
    """

    title: str
    figure_cells: int


COLUMNS: Final = (
    FigureColumn(N_("Forecast"), 6),
    FigureColumn(N_("Came"), 5),
    FigureColumn(N_("Off by"), 5),
    FigureColumn(N_("Expected"), 6),
    FigureColumn(N_("Required"), 6),
    FigureColumn(N_("Scheduled"), 6),
    FigureColumn(N_("There"), 5),
    FigureColumn(N_("Net"), 6),
)


def column_cells(width: int) -> list[int]:
    """The width of each column with the space before it: as even as may be, no title and no figure ever cut.

    Args:
        width: Cells of a line, the scroll bar not among them.
    """
    least = [max(cell_len(_(column.title)), column.figure_cells) + _SEPARATOR_CELLS for column in COLUMNS]
    even = min(MOST_COLUMN_CELLS, (width - _TIME_CELLS) // len(COLUMNS))
    widened = [max(cells, even) for cells in least]
    # Where that is too much the narrow ones give way, which have room to spare.
    for cells in range(even, 0, -1):
        if sum(widened) <= width - _TIME_CELLS:
            break
        widened = [min(wide, max(cells - 1, needed_cells)) for wide, needed_cells in zip(widened, least, strict=True)]
    return widened


class IntervalTitles(Painted):
    """What the columns of the table are; it stays while the intervals are scrolled."""

    DEFAULT_CSS: ClassVar[str] = """
    IntervalTitles { height: 1; padding: 0 1; color: $ink-muted; text-style: bold; background: $surface; }
    """

    @override
    def paint(self, width: int) -> list[Line]:
        # Below, the scroll bar takes a cell.
        titles = zip(COLUMNS, column_cells(width - 1), strict=True)
        return [[Piece(" " * _TIME_CELLS + "".join(fit_right(_(column.title), cells) for column, cells in titles))]]


class IntervalTable(Painted):
    """The figures behind the chart, an interval on each line."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"interval--{name}" for name in ("over", "current", "coming", "short")}
    DEFAULT_CSS: ClassVar[str] = """
    IntervalTable > .interval--over { color: $ink-muted; }
    IntervalTable > .interval--current { color: $accent; text-style: bold; }
    IntervalTable > .interval--coming { color: $foreground; }
    IntervalTable > .interval--short { color: $level-warn; text-style: bold; }
    """

    def __init__(self, hour_text: Callable[[int], str]) -> None:
        super().__init__()
        self._hour_text = hour_text
        self._picture: IntradayPicture | None = None

    def show(self, picture: IntradayPicture | None) -> None:
        """Show a day; None shows none."""
        self._picture = picture
        self.repaint()

    def current_line(self) -> int:
        """The line of the present interval; the first one outside of the day."""
        if self._picture is None:
            return 0
        points = lively(self._picture.points)
        at = next((n for n, p in enumerate(points) if p.start_ms <= self._picture.now_ms < p.end_ms), -1)
        return max(0, at)

    @override
    def paint(self, width: int) -> list[Line]:
        if self._picture is None:
            return []
        cells, now_ms = column_cells(width), self._picture.now_ms
        return [self._line(point, now_ms, cells) for point in lively(self._picture.points)]

    def _line(self, point: IntradayPoint, now_ms: int, cells: Sequence[int]) -> Line:
        over, current = point.end_ms <= now_ms, point.start_ms <= now_ms < point.end_ms
        style = "interval--over" if over else "interval--current" if current else "interval--coming"
        span = f"{self._hour_text(point.start_ms)}–{self._hour_text(point.end_ms)}"
        deviation = None
        if over and point.forecast_calls and point.actual_calls is not None:
            deviation = (point.actual_calls - point.forecast_calls) / point.forecast_calls
        step = DayStep(point.start_ms, point.end_ms, required=needed(point), scheduled=point.scheduled)
        short = step._replace(staffed=point.staffed).is_short
        figures = (
            count_text(point.forecast_calls),
            count_text(point.actual_calls),
            rounded_signed_percent_text(deviation),
            count_text(point.reforecast_calls),
            agents_text(needed(point)),
            agents_text(point.scheduled),
            agents_text(point.staffed),
            net_text(point.net, short),
        )
        *others, net = (_apart(figure, width) for figure, width in zip(figures, cells, strict=True))
        return [
            Piece((_CURRENT_MARK if current else " ") + " " + fit(span, _TIME_CELLS - 2), style),
            Piece("".join(others), style),
            Piece(net, "interval--short" if short else style),
        ]


def _apart(figure: str, cells: int) -> str:
    """A figure in its column, without the separators of its thousands where it would touch the one before."""
    return fit_right(figure if cell_len(figure) < cells else figure.replace(",", ""), cells)


def count_text(value: float | None) -> str:
    """A number of calls; "–" where it is not known."""
    return NOTHING if value is None else f"{value:,.0f}"


def agents_text(value: float | None) -> str:
    """A mean number of agents, from a thousand on without tenths; "–" where it is not known."""
    if value is None:
        return NOTHING
    return f"{value:,.1f}".removesuffix(".0") if round(value, 1) < 1000 else f"{value:,.0f}"


def net_text(value: float | None, short: bool) -> str:
    """Agents more or fewer than required, with a mark where that is more than a tenth too few."""
    if value is None:
        return NOTHING
    figure = f"{value:+.1f}" if abs(round(value, 1)) < 100 else f"{value:+,.0f}"
    return f"{SHORT_MARK if short else ''}{figure}"


class IntervalScroll(VerticalScroll, inherit_bindings=False):
    """The intervals with the keys of the table of actions."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "scroll_up", show=False),
        Binding("down", "scroll_down", show=False),
        Binding("pageup", "page_up", show=False),
        Binding("pagedown", "page_down", show=False),
        Binding("home", "scroll_home", show=False),
        Binding("end", "scroll_end", show=False),
    ]
