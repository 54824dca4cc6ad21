"""Asking for a period of a day: from when to when."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input
from typing_extensions import override

from app.core.i18n import _
from app.planning.times import TimeReader
from screens.base import Living, host
from screens.deed import DeedTitle
from widgets.painted import Line, Painted, Piece

HALF_HOUR_MS: Final = 1_800_000


class PeriodTrouble(Painted):
    """What is wrong with what was typed, and which keys help."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"period--trouble", "period--keys"}
    DEFAULT_CSS: ClassVar[str] = """
    PeriodTrouble > .period--trouble { color: $level-warn; }
    PeriodTrouble > .period--keys { color: $ink-muted; }
    """

    def __init__(self) -> None:
        super().__init__()
        self.sentence = ""
        """What is wrong."""

    def say(self, sentence: str) -> None:
        """Say what is wrong."""
        self.sentence = sentence
        self.repaint()

    @override
    def paint(self, width: int) -> list[Line]:
        keys = Piece(_("Tab: the other time · Enter: go on · Esc: leave it"), "period--keys")
        return [[Piece(self.sentence, "period--trouble")], [keys]]


class PeriodScreen(Living, ModalScreen["tuple[int, int] | None"]):
    """Asks for two times of a day; its result is [start, end) in UTC milliseconds, None for nothing.

    Args:
        day: The local date.
    """

    CSS_PATH = "deed.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", show=False),
        # Before the field hears them: else keys typed right behind would still go to the field that is being left.
        Binding("tab", "app.focus_next", show=False, priority=True),
        Binding("shift+tab", "app.focus_previous", show=False, priority=True),
    ]
    AUTO_FOCUS = "#from"
    where = "deed"

    def __init__(self, day: date) -> None:
        super().__init__()
        self._day = day

    def compose(self) -> ComposeResult:
        app = host(self)
        now_ms = app.clock.now_ms()
        with Vertical(id="deed"):
            yield DeedTitle(
                lambda: [_("Which period of {date} is neutral for everyone?").format(date=self._day.isoformat())]
            )
            yield Input(app.local_time(now_ms - HALF_HOUR_MS), id="from", max_length=8, compact=True)
            yield Input(app.local_time(now_ms), id="to", max_length=8, compact=True)
            yield PeriodTrouble()

    def period(self) -> tuple[int, int] | None:
        """What was typed, as [start, end); None where it is no period."""
        desk = host(self).planning
        if desk is None:
            return None
        reader = TimeReader(desk.zone)
        found = [
            reader.read(f"{self._day.isoformat()} {self.query_one(f'#{end}', Input).value}") for end in ("from", "to")
        ]
        if found[0] is None or found[1] is None or found[0][0] >= found[1][0]:
            return None
        return found[0][0], found[1][0]

    @on(Input.Submitted)
    def _go_on(self) -> None:
        period = self.period()
        if period is None:
            self.query_one(PeriodTrouble).say(_("Write two times such as 10:05 and 10:40, the earlier one first."))
            return
        self.dismiss(period)

    def action_leave(self) -> None:
        """Nothing."""
        self.dismiss(None)
