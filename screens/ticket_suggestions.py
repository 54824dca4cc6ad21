"""What the filter that is being typed can become, in a line below it: Tab or → takes one, ↑ goes to the next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar, Final

from textual import events
from textual.message import Message
from textual.widgets import Input
from typing_extensions import override

from app.core.i18n import _
from app.tickets.query import Suggestion, known_values, suggest
from app.tickets.query_words import Vocabulary
from screens.base import host
from screens.filtering import Filtering, FilterInput
from widgets.cells import shown
from widgets.painted import Line, Painted, Piece, line_width

KNOWN_MS: Final = 30_000
"""How old the values that occur in the tickets may get: to gather them takes a walk through all open tickets."""

GAP: Final = 2


class SuggestionTaken(Message):
    """A suggestion was clicked.

    Attributes:
        at: Which, from 0.
    """

    def __init__(self, at: int) -> None:
        super().__init__()
        self.at = at


class SuggestionLine(Painted):
    """Ways to go on with a filter; takes no room while there are none."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"suggestions--{name}" for name in ("chosen", "other", "keys")}
    DEFAULT_CSS: ClassVar[str] = """
    SuggestionLine { display: none; height: 1; padding: 0 1; background: $row-pinned; }
    SuggestionLine > .suggestions--chosen { color: $accent; text-style: bold underline; }
    SuggestionLine > .suggestions--other { color: $foreground; }
    SuggestionLine > .suggestions--keys { color: $ink-muted; }
    """

    def __init__(self) -> None:
        super().__init__()
        self.suggestions: Sequence[Suggestion] = ()
        self.at = 0
        """Which one a key takes."""
        self._spans: list[tuple[int, int, int]] = []

    def show(self, suggestions: Sequence[Suggestion]) -> None:
        """Show other ways to go on."""
        if suggestions != self.suggestions:
            self.suggestions, self.at = suggestions, 0
            self.display = bool(suggestions)
            self.repaint()

    def go_on(self) -> None:
        """Choose the next one; after the last the first."""
        self.at = (self.at + 1) % max(1, len(self.suggestions))
        self.repaint()

    @property
    def chosen(self) -> Suggestion | None:
        """The one that a key takes; None where there is none."""
        return self.suggestions[self.at] if self.suggestions else None

    @override
    def paint(self, width: int) -> list[Line]:
        keys = Piece(_("Tab takes it · ↑ next"), "suggestions--keys")
        room = width - line_width([keys]) - GAP
        line: list[Piece] = []
        self._spans = []
        # Those before the chosen one leave the line where there is no room for all.
        first = 0
        while first < self.at and self._cells(first, self.at) > room:
            first += 1
        for at in range(first, len(self.suggestions)):
            label = shown(self.suggestions[at].label)
            piece = Piece(label, "suggestions--chosen" if at == self.at else "suggestions--other")
            start = line_width(line)
            if line and start + line_width([piece]) > room:
                break
            line += [piece, Piece(" " * GAP)]
            self._spans.append((start, start + line_width([piece]), at))
        space = width - line_width(line) - line_width([keys])
        return [[*line, Piece(" " * space), keys] if space >= 0 else line]

    def _cells(self, first: int, last: int) -> int:
        labels = [Piece(shown(self.suggestions[at].label)) for at in range(first, last + 1)]
        return line_width(labels) + GAP * (last - first)

    def on_click(self, event: events.Click) -> None:
        """Take the one under the mouse."""
        offset = event.get_content_offset(self)
        found = [at for start, end, at in self._spans if offset is not None and start <= offset.x < end]
        if found:
            self.post_message(SuggestionTaken(found[0]))


class Suggesting(Filtering):
    """A filter line that says below it what can be typed next.

    Handlers go by their names here, as in `Filtering`; both are called.
    """

    _known: Mapping[str, Sequence[str]] | None = None
    _known_ms = 0

    def filter_words(self) -> Vocabulary:
        """What the site calls its types and stages."""
        raise NotImplementedError

    @property
    def suggestion_line(self) -> SuggestionLine:
        """The line below."""
        return self._screen.query_one(SuggestionLine)

    @override
    def do_filter(self) -> None:
        super().do_filter()
        self._suggest()

    @override
    def do_clear(self) -> None:
        super().do_clear()
        self.suggestion_line.show(())

    @override
    def set_filter(self, text: str) -> None:
        super().set_filter(text)
        self.suggestion_line.show(())

    @override
    def keep_filter(self) -> None:
        super().keep_filter()
        self.suggestion_line.show(())

    @override
    def filter_key(self, key: str) -> bool:
        field, line = self.filter_input, self.suggestion_line
        if line.chosen is None:
            return False
        if key == "up":
            line.go_on()
        elif key == "tab" or (key == "right" and field.cursor_position == len(field.value)):
            self._take(line.chosen)
        else:
            return False
        return True

    def is_value_suggested(self) -> bool:
        """Whether the line below says by itself what is missing: values for the key that was typed."""
        field = self.filter_input
        found = self._next_words() if self._typing else ()
        return any(each.label != each.text for each in found) and field.cursor_position == len(field.value)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Something else can be typed next."""
        if isinstance(event.input, FilterInput):
            self._suggest()

    def on_suggestion_taken(self, event: SuggestionTaken) -> None:
        """Take the one that was clicked."""
        line = self.suggestion_line
        if event.at < len(line.suggestions):
            self._typing = True
            self._take(line.suggestions[event.at])
            self.filter_input.focus()

    def on_descendant_blur(self, event: events.DescendantBlur) -> None:
        """Away from the filter line nothing is suggested."""
        if isinstance(event.widget, FilterInput):
            self.suggestion_line.show(())

    def _suggest(self) -> None:
        self.suggestion_line.show(self._next_words() if self._typing else ())

    def _next_words(self) -> list[Suggestion]:
        field = self.filter_input
        return suggest(field.value, field.cursor_position, self._known_values(), self.filter_words())

    def _known_values(self) -> Mapping[str, Sequence[str]]:
        app = host(self._screen)
        now_ms, picture = app.clock.now_ms(), app.ticket_picture
        if picture is not None and (self._known is None or abs(now_ms - self._known_ms) >= KNOWN_MS):
            self._known, self._known_ms = known_values(picture.rows.values()), now_ms
        return self._known or {}

    def _take(self, chosen: Suggestion) -> None:
        field = self.filter_input
        after = field.value[chosen.end :]
        text = chosen.text + (" " if chosen.is_whole and not after else "")
        field.value = field.value[: chosen.start] + text + after
        field.cursor_position = chosen.start + len(text)
        self._suggest()
