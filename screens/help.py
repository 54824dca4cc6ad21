"""Help for the screen in front: the keys that work there, and how its figures are made."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen, Screen
from typing_extensions import override

from app.core.i18n import _
from screens.actions import SCREENS, Action, actions_of, key_label
from screens.base import Living
from screens.lines import wrapped
from widgets.cells import fit, shown
from widgets.painted import Line, Painted, Piece

KEYS_CELLS: Final = 26
_CLOSING_KEYS: Final = ("escape", "question_mark", "f1", "q", "f10")


class HelpText(Painted):
    """Keys and formulas, painted in the present language."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"help--heading", "help--key", "help--term", "help--muted"}
    DEFAULT_CSS: ClassVar[str] = """
    HelpText > .help--heading { color: $accent; text-style: bold; }
    HelpText > .help--key { color: $footer-key-foreground; text-style: bold; }
    HelpText > .help--term { color: $foreground; text-style: bold; }
    HelpText > .help--muted { color: $ink-muted; }
    """

    def __init__(self, where: str, figures: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        self._where = where
        self._figures = figures

    @override
    def paint(self, width: int) -> list[Line]:
        lines: list[Line] = []
        shown_screens = [(name, title) for name, title in SCREENS if name == self._where]
        if self._where != "wall":
            shown_screens += [(name, title) for name, title in SCREENS if name == "app" and name != self._where]
        for name, title in shown_screens:
            lines += [[Piece(_(title), "help--heading")], *self._keys(actions_of(name), width), []]
        if self._figures:
            lines.append([Piece(_("What the figures mean"), "help--heading")])
            for label, formula in self._figures:
                lines += self._formula(label, formula, width)
        return lines

    def _keys(self, actions: Iterable[Action], width: int) -> Iterable[Line]:
        for entry in actions:
            keys = " ".join(map(key_label, entry.keys))
            sentence = wrapped(_(entry.sentence), max(20, width - KEYS_CELLS - 2))
            yield [Piece("  " + fit(keys, KEYS_CELLS), "help--key"), Piece(sentence[0])]
            for rest in sentence[1:]:
                yield [Piece(" " * (KEYS_CELLS + 2)), Piece(rest)]

    def _formula(self, label: str, formula: str, width: int) -> Iterable[Line]:
        sentence = wrapped(shown(formula), max(20, width - KEYS_CELLS - 2))
        yield [Piece("  " + fit(shown(label), KEYS_CELLS), "help--term"), Piece(sentence[0], "help--muted")]
        for rest in sentence[1:]:
            yield [Piece(" " * (KEYS_CELLS + 2)), Piece(rest, "help--muted")]


class HelpTitle(Painted):
    """One line that says how to leave."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"help--title", "help--leave"}
    DEFAULT_CSS: ClassVar[str] = """
    HelpTitle { height: 1; }
    HelpTitle > .help--title { text-style: bold; }
    HelpTitle > .help--leave { color: $ink-muted; }
    """

    @override
    def paint(self, width: int) -> list[Line]:
        return [[Piece(_("Help"), "help--title"), Piece("   " + _("↑ ↓ scroll · Esc closes"), "help--leave")]]


class HelpScreen(Living, ModalScreen[None]):
    """Contextual help, made from the table of actions.

    Args:
        where: The screen it is about, by the name its actions carry.
        figures: The figures on that screen with their formulas.
    """

    CSS_PATH = "help.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [Binding(key, "dismiss", show=False) for key in _CLOSING_KEYS]
    AUTO_FOCUS = "#help"

    def __init__(self, where: str, figures: Sequence[tuple[str, str]] = ()) -> None:
        super().__init__()
        self._where = where
        self._figures = figures

    @classmethod
    def about(cls, screen: Screen[object]) -> HelpScreen:
        """Help about a screen."""
        if isinstance(screen, Living):
            return cls(screen.where, screen.figures())
        return cls("app")

    def compose(self) -> ComposeResult:
        with VerticalScroll(id="help"):
            yield HelpTitle()
            yield HelpText(self._where, self._figures)
