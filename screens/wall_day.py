"""The wall's page of the day: the curve of calls, the people for them, and the two sentences that matter most."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from textual.app import ComposeResult
from textual.containers import Vertical

from app.core.i18n import N_
from screens.base import host
from screens.intraday_words import IntradayWords, day_steps, intraday_words
from screens.notice_bands import bands_of
from screens.wall_pages import Page
from widgets.day_chart import DayChart

if TYPE_CHECKING:
    from app.planning.forecast_intraday import IntradayPicture

DAY_PAGE: Final = Page("wall-day", N_("Today against the plan"))

MOST_LINES: Final = 4
"""From four metres nobody reads more."""


class DayPage(Vertical):
    """Today against its plan."""

    def __init__(self, hour_text: Callable[[int], str]) -> None:
        super().__init__(id=DAY_PAGE.id)
        self._hour_text = hour_text

    def compose(self) -> ComposeResult:
        yield DayChart(self._hour_text)
        yield IntradayWords(MOST_LINES)

    def show(self, picture: IntradayPicture) -> None:
        """Show a newer picture of the day, with what is planned or holds."""
        steps = day_steps(picture)
        planned = bands_of(host(self).notice_board, steps, picture.now_ms, self._hour_text)
        self.query_one(DayChart).show(steps, picture.now_ms, planned.bands)
        self.query_one(IntradayWords).say([*planned.sentences, *intraday_words(picture)])

    def tick(self) -> None:
        """Nothing in it ticks: an interval is far longer than a second."""
