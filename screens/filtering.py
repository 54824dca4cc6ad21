"""The filter line of a screen: opened by a key, typed into, left with Enter; what it says goes on to hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final, cast

from textual import events
from textual.binding import BindingType
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input
from typing_extensions import override

from screens.actions import action
from widgets.cells import fit_right
from widgets.painted import Line, Painted, Piece

if TYPE_CHECKING:
    from textual.app import ComposeResult

FILTER_LIMIT: Final = 100
"""Nobody types a longer filter; a pasted document is cut."""


class FilterInput(Input):
    """Where the filter is typed. Arrows and Enter go on to the table, so that a filtered row is one key away."""

    BINDINGS: ClassVar[list[BindingType]] = []

    left = False
    """Enter was pressed, and the focus is on its way to the table: letters that come meanwhile are keys again."""

    _focus_is_late = False
    """Enter came before the word that the line has the focus: that word is not to take the focus for a new one."""

    def on_focus(self) -> None:
        """Take letters."""
        if not self._focus_is_late:
            self.left = False
        self._focus_is_late = False

    async def _on_key(self, event: events.Key) -> None:
        # Enter as a binding would be heard only after the keys that were typed behind it.
        if event.key == "enter":
            self.left = True
            self._focus_is_late = not self.has_focus
            cast(Filtering, self.screen).keep_filter()
        elif self.left and event.is_printable:
            self.app.simulate_key(event.key)
        elif not cast(Filtering, self.screen).filter_key(event.key):
            return
        event.stop()
        event.prevent_default()


class FilterCount(Painted):
    """How many rows the filter lets through, of how many."""

    DEFAULT_CSS: ClassVar[str] = "FilterCount { width: 16; height: 1; color: $ink-muted; }"

    def __init__(self) -> None:
        super().__init__()
        self._counts = (0, 0)

    def show(self, matching: int, whole: int) -> None:
        """Show the counts."""
        if (matching, whole) != self._counts:
            self._counts = (matching, whole)
            self.repaint()

    @override
    def paint(self, width: int) -> list[Line]:
        return [[Piece(fit_right("{:,} / {:,}".format(*self._counts), width))]]


class Filtering:
    """Mixed into a screen with a `FilterInput` and a table; its class `-filtering` shows the line.

    Handlers go by their names here: Textual gathers decorated ones only from widgets.
    """

    FILTER_ACTION: ClassVar[str] = ""
    """The action that opens the line."""

    _typing = False
    """The filter line has the focus, or will have it in a moment."""

    def filtered(self) -> Widget:
        """The table."""
        raise NotImplementedError

    def filter_changed(self, text: str) -> None:
        """The filter says something else."""
        raise NotImplementedError

    def filter_key(self, key: str) -> bool:  # noqa: ARG002
        """A key was pressed in the line; says whether the screen has taken it."""
        return False

    def may_filter(self) -> bool:
        """Whether there is anything to filter yet."""
        return True

    @property
    def _screen(self) -> Screen[object]:
        return cast("Screen[object]", self)

    @property
    def filter_input(self) -> FilterInput:
        """The line."""
        return self._screen.query_one(FilterInput)

    def do_filter(self) -> None:
        """Open the line where the filter is typed."""
        self._typing = True
        self._screen.add_class("-filtering")
        self.filter_input.focus()

    def do_clear(self) -> None:
        """Close that line and show every row again."""
        self.filter_input.value = ""
        self.filter_changed("")
        self._typing = False
        self._screen.remove_class("-filtering")
        self.filtered().focus()

    def set_filter(self, text: str) -> None:
        """Filter by a text as if it had been typed and left with Enter."""
        self.filter_input.value = text
        self.filter_changed(text)
        self._screen.set_class(bool(text), "-filtering")
        self.filtered().focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Filter while it is being typed."""
        if isinstance(event.input, FilterInput):
            self.filter_changed(event.value)

    def keep_filter(self) -> None:
        """Leave the filter line; what it says goes on to hold."""
        self._typing = False
        if self._screen.focused is self.filter_input:
            self._screen.set_focus(self.filtered())
        else:
            # The line is still waiting for the focus: this waits behind it.
            self.filtered().focus()
        if not self.filter_input.value:
            self._screen.remove_class("-filtering")

    def on_descendant_blur(self, event: events.DescendantBlur) -> None:
        """Letters are keys again once the filter line is left, with the mouse too."""
        if isinstance(event.widget, FilterInput):
            self._typing = False

    def on_key(self, event: events.Key) -> None:
        """Down and page keys leave the filter line; what is typed before it has the focus belongs there all the same.

        Over a slow line a word comes in one piece with the key that opens the filter: its letters are no commands.
        """
        field = self.filter_input
        focused = self._screen.focused
        if self._typing and event.is_printable and event.character is not None:
            field.insert_text_at_cursor(event.character)
        elif self._typing and event.key == "enter" and focused is not field:
            self.keep_filter()
        elif event.key in action(self.FILTER_ACTION).keys and self.may_filter():
            self.do_filter()
        elif event.key in {"down", "pagedown"} and focused is field:
            self.filtered().focus()
        else:
            return
        event.stop()


def filter_widgets(limit: int = FILTER_LIMIT) -> ComposeResult:
    """The line, to be put into a horizontal container of the id "filter-line"."""
    yield FilterInput(max_length=limit, id="filter", compact=True, select_on_focus=False)
    yield FilterCount()
