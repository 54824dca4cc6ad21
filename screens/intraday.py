"""Today against its plan: the curve of calls, the people for them, and what both mean in words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import Screen
from typing_extensions import override

from app.core.durations import NOTHING, rounded_percent_text
from app.core.i18n import N_, _, language
from screens.actions import ActionState, action, bindings
from screens.base import Living, host
from screens.beside import Beside
from screens.lines import HeaderLine, HintLine, repaint_all, wrapped
from widgets.cells import fit, fit_right, shown
from widgets.day_chart import SHORT_MARK, DayChart, DayStep
from widgets.painted import Line, Painted, Piece

if TYPE_CHECKING:
    # They bring the settings and the store's ports with them, and the first frame does not wait for those.
    from app.planning.forecast_intraday import IntradayPicture, IntradayPoint

STEPS_MINUTES: Final = (15, 30)
"""What the steps of the day may be, the finest first."""

RELOAD_MS: Final = 30_000
"""How old the picture may get: an interval is far longer."""

HEIGHTS: Final = [(0, "-short"), (32, "-tall")]

HINTS: Final = ("app.help", "intraday.finer", "intraday.coarser", "intraday.close", "app.language", "app.quit")

_CURRENT_MARK: Final = "›"
_TIME_CELLS: Final = 13
_TITLES: Final = (
    N_("Forecast"),
    N_("Came"),
    N_("Deviation"),
    N_("Expected"),
    N_("Required"),
    N_("Scheduled"),
    N_("There"),
    N_("Net"),
)


def day_steps(picture: IntradayPicture) -> list[DayStep]:
    """The part of a day in which anything is forecast, planned or happens, for the chart."""
    points = lively(picture.points)
    return [
        DayStep(
            point.start_ms,
            point.end_ms,
            point.forecast_calls,
            None if point.actual_calls is None else float(point.actual_calls),
            point.reforecast_calls,
            needed(point),
            point.scheduled,
            point.staffed,
        )
        for point in points
    ]


def needed(point: IntradayPoint) -> float | None:
    """Agents required: of an interval that is not over by what is now expected of it."""
    return point.required if point.required_now is None else point.required_now


def lively(points: Sequence[IntradayPoint]) -> Sequence[IntradayPoint]:
    """The points from the first to the last one with calls or a plan; all of them where there is nothing at all."""
    alive = [
        index for index, point in enumerate(points) if any((point.forecast_calls, point.actual_calls, point.scheduled))
    ]
    return points[alive[0] : alive[-1] + 1] if alive else points


def intraday_words(picture: IntradayPicture) -> list[str]:
    """What the day means in sentences, the most useful first: the rest of it, the worst gap, the curve, the fit."""
    curve = [extreme.sentence for extreme in picture.extremes]
    words = [sentence for sentence in picture.words if sentence not in curve]
    if curve:
        words.append(("" if language() == "zh" else " ").join(curve))
    if picture.schedule_fit is not None and picture.schedule_error is not None:
        said = _(
            "So far {fit} of the intervals were staffed within a tenth of what they needed; over all of them {error} "
            "was too much or too little."
        )
        fit_share, error_share = map(rounded_percent_text, (picture.schedule_fit, picture.schedule_error))
        words.append(said.format(fit=fit_share, error=error_share))
    return words


class IntradayWords(Painted):
    """The sentences under the chart, as many as there is room for."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"words--sentence", "words--mark"}
    DEFAULT_CSS: ClassVar[str] = """
    IntradayWords { height: auto; padding: 0 1; }
    IntradayWords > .words--sentence { color: $foreground; }
    IntradayWords > .words--mark { color: $accent; }
    """

    def __init__(self, most_lines: int = 7) -> None:
        super().__init__()
        self._most_lines = most_lines
        self.sentences: tuple[str, ...] = ()
        """What is said."""

    def say(self, sentences: Sequence[str]) -> None:
        """Say some sentences."""
        if tuple(sentences) != self.sentences:
            self.sentences = tuple(sentences)
            self.repaint()

    @override
    def paint(self, width: int) -> list[Line]:
        lines: list[Line] = []
        most = min(self._most_lines, max(2, self.screen.size.height // 5))
        for sentence in self.sentences:
            first, *rest = wrapped(shown(sentence), max(20, width - 2))
            more: list[Line] = [[Piece("• ", "words--mark"), Piece(first, "words--sentence")]]
            more += [[Piece("  "), Piece(line, "words--sentence")] for line in rest]
            if len(lines) + len(more) <= most:
                lines += more
        return lines


class IntervalTitles(Painted):
    """What the columns of the table are; it stays while the intervals are scrolled."""

    DEFAULT_CSS: ClassVar[str] = """
    IntervalTitles { height: 1; padding: 0 1; color: $ink-muted; text-style: bold; background: $surface; }
    """

    @override
    def paint(self, width: int) -> list[Line]:
        # Below, the scroll bar takes a cell.
        cells = _column_cells(width - 1)
        return [[Piece(" " * _TIME_CELLS + "".join(fit_right(_(title), cells) for title in _TITLES))]]


def _column_cells(width: int) -> int:
    return min(11, max(7, (width - _TIME_CELLS - 1) // len(_TITLES)))


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

    def show(self, picture: IntradayPicture) -> None:
        """Show a day."""
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
        cells, now_ms = _column_cells(width), self._picture.now_ms
        return [self._line(point, now_ms, cells) for point in lively(self._picture.points)]

    def _line(self, point: IntradayPoint, now_ms: int, cells: int) -> Line:
        over, current = point.end_ms <= now_ms, point.start_ms <= now_ms < point.end_ms
        style = "interval--over" if over else "interval--current" if current else "interval--coming"
        span = f"{self._hour_text(point.start_ms)}–{self._hour_text(point.end_ms)}"
        deviation = None
        if over and point.forecast_calls and point.actual_calls is not None:
            deviation = (point.actual_calls - point.forecast_calls) / point.forecast_calls
        figures = (
            count_text(point.forecast_calls),
            NOTHING if point.actual_calls is None else f"{point.actual_calls:,}",
            NOTHING if deviation is None else f"{deviation * 100:+.0f}%",
            count_text(point.reforecast_calls),
            agents_text(needed(point)),
            agents_text(point.scheduled),
            agents_text(point.staffed),
        )
        step = DayStep(point.start_ms, point.end_ms, required=needed(point), scheduled=point.scheduled)
        short = step._replace(staffed=point.staffed).is_short
        net = NOTHING if point.net is None else f"{SHORT_MARK if short else ''}{point.net:+.1f}"
        return [
            Piece((_CURRENT_MARK if current else " ") + " " + fit(span, _TIME_CELLS - 2), style),
            Piece("".join(fit_right(figure, cells) for figure in figures), style),
            Piece(fit_right(net, cells), "interval--short" if short else style),
        ]


def count_text(value: float | None) -> str:
    """A number of calls; "–" where it is not known."""
    return NOTHING if value is None else f"{value:,.0f}"


def agents_text(value: float | None) -> str:
    """A mean number of agents; "–" where it is not known."""
    return NOTHING if value is None else f"{value:,.1f}".removesuffix(".0")


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


class IntradayScreen(Living, Beside, Screen[None]):
    """Today against its plan."""

    CSS_PATH: ClassVar = ["intraday.tcss", "day_chart.tcss"]
    BINDINGS: ClassVar[list[BindingType]] = bindings("intraday", "app")
    VERTICAL_BREAKPOINTS = HEIGHTS
    AUTO_FOCUS = "IntervalScroll"
    where = "intraday"

    def __init__(self) -> None:
        super().__init__()
        self.step_minutes: int = STEPS_MINUTES[-1]
        """How long an interval is."""
        self.picture: IntradayPicture | None = None
        """What is shown."""
        self._asked_ms: int | None = None

    def compose(self) -> ComposeResult:
        app = host(self)
        yield HeaderLine(lambda: _("Watchfloor · today against the plan"), app.notice_text, app.wall_clock)
        yield DayChart(app.local_time)
        yield IntradayWords()
        yield IntervalTitles()
        with IntervalScroll():
            yield IntervalTable(app.local_time)
        yield HintLine([action(name) for name in HINTS])

    def on_mount(self) -> None:
        """Ask for the day."""
        self.query_one(IntradayWords).say([_("Reading the day…")])
        self._load()

    def tick(self) -> None:
        self.query_one(HeaderLine).tick()
        if self._asked_ms is None or abs(host(self).clock.now_ms() - self._asked_ms) >= RELOAD_MS:
            self._load()

    def woke(self) -> None:
        self._load()

    def language_changed(self) -> None:
        # Its sentences were made in the other language.
        self._load()
        repaint_all(self)

    def fill_state(self, state: ActionState) -> ActionState:
        return state

    def figures(self) -> list[tuple[str, str]]:
        return [(_(label), _(formula)) for label, formula in FORMULAS]

    def _load(self) -> None:
        desk = host(self).planning
        if desk is None:
            self.query_one(IntradayWords).say([_("There is no plan to show.")])
            return
        asked = self.step_minutes
        begun = self.beside("intraday", partial(desk.intraday, asked), partial(self._show, asked), self._say_trouble)
        if begun:
            self._asked_ms = host(self).clock.now_ms()

    def _say_trouble(self, sentence: str) -> None:
        self.query_one(IntradayWords).say([sentence])

    def _show(self, asked: int, picture: IntradayPicture | None) -> None:
        if asked != self.step_minutes:
            # The steps were changed while the day was read.
            self._load()
        if picture is None:
            self.query_one(IntradayWords).say(
                [_("Nothing is known of today yet: import a forecast and a schedule, or wait for the first call.")]
            )
            return
        first = self.picture is None or len(self.picture.points) != len(picture.points)
        self.picture = picture
        self.query_one(DayChart).show(day_steps(picture), picture.now_ms)
        self.query_one(IntradayWords).say(intraday_words(picture))
        table = self.query_one(IntervalTable)
        table.show(picture)
        if first:
            scroll = self.query_one(IntervalScroll)
            self.call_after_refresh(scroll.scroll_to, y=max(0, table.current_line() - 1), animate=False, force=True)

    # -- what a person does ---------------------------------------------------------------------------------------

    def do_finer(self) -> None:
        """Go to shorter intervals."""
        self._step_to(STEPS_MINUTES[0])

    def do_coarser(self) -> None:
        """Go to longer intervals."""
        self._step_to(STEPS_MINUTES[-1])

    def _step_to(self, minutes: int) -> None:
        if minutes != self.step_minutes:
            self.step_minutes = minutes
            self._load()

    def do_close(self) -> None:
        """Back to the floor."""
        self.dismiss(None)


FORMULAS: Final = (
    (N_("Expected"), N_("What is now expected of an interval: its forecast × the factor that the day so far gives.")),
    (
        N_("Required"),
        N_("Agents needed to reach the target of every queue (Erlang), by what is now expected where it is not over."),
    ),
    (N_("Scheduled"), N_("Agents the schedule wants on the queue, on average over the interval.")),
    (
        N_("There"),
        N_("Agents signed in and available, ringing, on a call, on hold or in wrap-up, on average over the interval."),
    ),
    (
        N_("Net"),
        N_("There − required, and scheduled − required for what is still to come. ▼ is more than a tenth too few."),
    ),
)
