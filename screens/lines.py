"""The first and the last line of a screen: where one is, and which keys help from here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import ClassVar, Final

from rich.cells import cell_len
from textual import events
from textual.widget import Widget
from typing_extensions import override

from app.core.i18n import _
from screens.actions import Action, key_label
from widgets.cells import shown
from widgets.painted import Line, Painted, Piece, line_width

_NEVER_FIRST: Final = frozenset("，。、；：？！）】》」』”’%")
_NEVER_LAST: Final = frozenset("（【《「『“‘")


def wrapped(text: str, width: int) -> list[str]:
    """A text in lines of at most `width` cells, broken at spaces and between wide characters."""
    lines = [""]
    for word in _words(text):
        if cell_len(lines[-1]) + cell_len(word.rstrip()) > width and lines[-1]:
            lines[-1] = lines[-1].rstrip()
            lines.append("")
        lines[-1] += word
    return [line.rstrip() for line in lines]


def _words(text: str) -> Iterable[str]:
    word = ""
    for character in text:
        if word and _may_break(word[-1], character):
            yield word
            word = ""
        word += character
    if word:
        yield word


def _may_break(before: str, after: str) -> bool:
    """Whether a line may end between two characters: no line begins with a full stop, or ends with a bracket."""
    if after == " " or after in _NEVER_FIRST or before in _NEVER_LAST:
        return False
    return before == " " or cell_len(before) == 2


class HeaderLine(Painted):
    """The name of the screen on the left, a notice after it, the time of day on the right."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"header--title", "header--notice", "header--clock"}
    DEFAULT_CSS: ClassVar[str] = """
    HeaderLine {
        height: 1;
        padding: 0 1;
        background: $surface;
    }
    HeaderLine > .header--title { color: $accent; text-style: bold; }
    HeaderLine > .header--notice { color: $level-notice; }
    HeaderLine > .header--clock { color: $foreground; text-style: bold; }
    """

    def __init__(
        self, title: Callable[[], str], notice: Callable[[], str], clock: Callable[[], str], *, id: str | None = None
    ) -> None:
        super().__init__(id=id)
        self._title = title
        self._notice = notice
        self._clock = clock

    def tick(self) -> None:
        """Show the present time."""
        self.repaint()

    @override
    def paint(self, width: int) -> list[Line]:
        line = [Piece(shown(self._title()), "header--title")]
        if notice := self._notice():
            line += [Piece("  "), Piece(shown(notice), "header--notice")]
        clock = Piece(self._clock(), "header--clock")
        while len(line) > 1 and line_width([*line, clock]) + 2 > width:
            line.pop()
        space = width - line_width([*line, clock])
        return [[*line, Piece(" " * max(1, space)), clock]]


class HintLine(Painted):
    """The keys worth knowing here, as many as there is room for; a click does what the key would."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"hint--key", "hint--word"}
    DEFAULT_CSS: ClassVar[str] = """
    HintLine {
        height: 1;
        padding: 0 1;
        background: $footer-background;
    }
    HintLine > .hint--key { color: $footer-key-foreground; text-style: bold; }
    HintLine > .hint--word { color: $footer-description-foreground; }
    """

    def __init__(self, actions: Sequence[Action], *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._actions = [action for action in actions if action.hint]
        self._spans: list[tuple[int, int, str]] = []

    @override
    def paint(self, width: int) -> list[Line]:
        line: list[Piece] = []
        spans: list[tuple[int, int, str]] = []
        for action in self._actions:
            pieces = [Piece(key_label(action.keys[0]), "hint--key"), Piece(" " + _(action.hint), "hint--word")]
            start = line_width(line) + (2 if line else 0)
            end = start + line_width(pieces)
            if end > width:
                break
            line += [Piece("  "), *pieces] if line else pieces
            spans.append((start, end, action.id))
        self._spans = spans
        return [line]

    async def on_click(self, event: events.Click) -> None:
        """Do what the hint under the mouse says."""
        offset = event.get_content_offset(self)
        if offset is None:
            return
        for start, end, action_id in self._spans:
            if start <= offset.x < end:
                await self.run_action(f"app.perform('{action_id}')")


def repaint_all(root: Widget) -> None:
    """Paint every widget below again, after the language changed."""
    for widget in root.walk_children(Widget):
        if isinstance(widget, Painted):
            widget.repaint()
        else:
            widget.refresh(layout=True)
