"""Today against its plan as steps for the chart, and in sentences."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from typing_extensions import override

from app.core.durations import rounded_percent_text
from app.core.i18n import _, language
from screens.lines import wrapped
from widgets.cells import shown
from widgets.day_chart import DayStep
from widgets.painted import Line, Painted, Piece

if TYPE_CHECKING:
    # They bring the settings and the store's ports with them, and the first frame does not wait for those.
    from app.planning.forecast_intraday import IntradayPicture, IntradayPoint


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


def intraday_words(picture: IntradayPicture, *, shares: bool = False) -> list[str]:
    """What the day means in sentences, the most useful first: the rest of it, the worst gap, the curve, the fit.

    Args:
        picture: The day.
        shares: It is of one of several queues, so that its agents may be shares of people.
    """
    curve = [extreme.sentence for extreme in picture.extremes]
    words = [sentence for sentence in picture.words if sentence not in curve]
    if shares:
        words.append(_("Agents who serve several queues are shared among them by need."))
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
