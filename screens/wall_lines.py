"""The lines above and below a page of the wall view, and its bar of states."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import ClassVar, Final

from rich.cells import cell_len
from typing_extensions import override

from app.core.i18n import _
from app.floor.model import AgentState
from widgets.cells import fit, shown
from widgets.levels import Level
from widgets.painted import Line, Painted, Piece, line_width
from widgets.words import STATE_GLYPHS, state_style

STATES: Final = (
    AgentState.ON_CALL,
    AgentState.AVAILABLE,
    AgentState.RINGING,
    AgentState.HOLD,
    AgentState.WRAP_UP,
    AgentState.NOT_READY,
)
"""In the order in which the wall shows them."""


class WallTitle(Painted):
    """The page's title, a notice, and the time of day."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"wall--title", "wall--notice", "wall--clock"}
    DEFAULT_CSS: ClassVar[str] = """
    WallTitle { height: 1; }
    WallTitle > .wall--title { color: $accent; text-style: bold; }
    WallTitle > .wall--notice { color: $level-notice; }
    WallTitle > .wall--clock { color: $foreground; text-style: bold; }
    """

    def __init__(self, notice: Callable[[], str], clock: Callable[[], str]) -> None:
        super().__init__()
        self._title = ""
        self._notice = notice
        self._clock = clock

    def show(self, title: str) -> None:
        """Show the title of another page; a message id."""
        self._title = title
        self.repaint()

    @override
    def paint(self, width: int) -> list[Line]:
        line = [Piece(_(self._title), "wall--title")]
        if notice := self._notice():
            line += [Piece("   "), Piece(shown(notice), "wall--notice")]
        clock = Piece(self._clock(), "wall--clock")
        while len(line) > 1 and line_width([*line, clock]) + 2 > width:
            line.pop()
        return [[*line, Piece(" " * max(1, width - line_width([*line, clock]))), clock]]


class WallFooter(Painted):
    """A dot per page, and a sentence where there is one to say."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"wall--dot", "wall--dot-here", "wall--sentence", "wall--warn"}
    DEFAULT_CSS: ClassVar[str] = """
    WallFooter { height: 1; }
    WallFooter > .wall--dot { color: $ink-faint; }
    WallFooter > .wall--dot-here { color: $accent; }
    WallFooter > .wall--sentence { color: $ink-muted; }
    WallFooter > .wall--warn { color: $level-warn; text-style: bold; }
    """

    def __init__(self, page_count: int) -> None:
        super().__init__()
        self._page_count = page_count
        self._page = 0
        self.sentence = ""
        self._level = Level.NORMAL

    def show(self, page: int, page_count: int) -> None:
        """Show on which page one is, of how many."""
        self._page, self._page_count = page, page_count
        self.repaint()

    def say(self, sentence: str, level: Level = Level.NORMAL) -> None:
        """Say a sentence; an empty one says nothing."""
        if (sentence, level) != (self.sentence, self._level):
            self.sentence, self._level = sentence, level
            self.repaint()

    @override
    def paint(self, width: int) -> list[Line]:
        dots: list[Piece] = []
        for page in range(self._page_count):
            here = page == self._page
            dots += [Piece("●" if here else "○", "wall--dot-here" if here else "wall--dot"), Piece(" ")]
        sign = self._level.sign.strip()
        text = f"{sign} {self.sentence}" if sign else self.sentence
        text = fit(text, max(0, min(cell_len(text), width - line_width(dots) - 2)))
        space = width - line_width(dots) - cell_len(text)
        style = "wall--sentence" if self._level is Level.NORMAL else "wall--warn"
        return [[Piece(text, style), Piece(" " * max(1, space)), *dots]]


class StateBar(Painted):
    """How the agents divide into states, as one bar."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"bar--{state_style(state)}" for state in STATES}
    DEFAULT_CSS: ClassVar[str] = """
    StateBar { height: 3; }
    StateBar > .bar--state-available { color: $state-available; }
    StateBar > .bar--state-ringing { color: $state-ringing; }
    StateBar > .bar--state-on-call { color: $state-on-call; }
    StateBar > .bar--state-hold { color: $state-hold; }
    StateBar > .bar--state-wrap-up { color: $state-wrap-up; }
    StateBar > .bar--state-not-ready { color: $state-not-ready; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._counts: Mapping[AgentState, int] = {}

    def show(self, counts: Mapping[AgentState, int]) -> None:
        """Show how many agents are in each state."""
        if counts != self._counts:
            self._counts = counts
            self.repaint()

    @override
    def paint(self, width: int) -> list[Line]:
        present = [(state, self._counts.get(state, 0)) for state in STATES if self._counts.get(state)]
        room = width - len(present) + 1
        whole = sum(number for _state, number in present)
        bar: list[Piece] = []
        below: list[Piece] = []
        counted = 0
        for state, number in present:
            cells = (counted + number) * room // whole - counted * room // whole
            counted += number
            if cells:
                # The gap and the glyph below tell stretches apart without colour.
                style = f"bar--{state_style(state)}"
                bar += [Piece("█" * cells, style), Piece(" ")]
                below += [Piece(fit(STATE_GLYPHS[state], cells), style), Piece(" ")]
        return [bar[:-1], bar[:-1], below[:-1]]
