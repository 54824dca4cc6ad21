"""What a form says below its fields: what it would do, what it asks, what is wrong, and which keys help."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from typing_extensions import override

from screens.lines import wrapped
from widgets.cells import shown
from widgets.painted import Line, Painted, Piece

Told = Sequence[tuple[str, str]]
"""Sentences, each with the name of its style: effect, question, trouble, muted."""


class FormTold(Painted):
    """What the form would do, what is asked, what is wrong."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"told--{name}" for name in ("effect", "question", "trouble", "muted")}
    DEFAULT_CSS: ClassVar[str] = """
    FormTold > .told--effect { color: $foreground; }
    FormTold > .told--question { color: $level-notice; text-style: bold; }
    FormTold > .told--trouble { color: $level-warn; }
    FormTold > .told--muted { color: $ink-muted; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._told: Told = ()

    def say(self, told: Told) -> None:
        """Say other sentences."""
        if told != self._told:
            self._told = told
            self.repaint()

    @property
    def text(self) -> str:
        """What is said, a sentence on each line."""
        return "\n".join(sentence for sentence, _style in self._told)

    @override
    def paint(self, width: int) -> list[Line]:
        return [
            [Piece(line, f"told--{style}")]
            for sentence, style in self._told
            for line in wrapped(shown(sentence), max(1, width))
        ]


class FormKeys(Painted):
    """Which keys help."""

    DEFAULT_CSS: ClassVar[str] = "FormKeys { height: auto; color: $ink-muted; }"

    def __init__(self) -> None:
        super().__init__()
        self.sentence = ""

    def say(self, sentence: str) -> None:
        """Name other keys."""
        if sentence != self.sentence:
            self.sentence = sentence
            self.repaint()

    @override
    def paint(self, width: int) -> list[Line]:
        return [[Piece(line)] for line in wrapped(self.sentence, max(1, width))]
