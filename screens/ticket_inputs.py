"""The fields of a form as widgets: a line to type into, one to choose in, one that finds by a part of a name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Final

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Input
from typing_extensions import override

from app.core.i18n import _
from screens.find import Choice, matching
from screens.ticket_forms import FieldKind, FormField, Option
from widgets.cells import fit, shown
from widgets.painted import Line, Painted, Piece


class FieldLabel(Painted):
    """What a field is called; a star says that it is needed."""

    DEFAULT_CSS: ClassVar[str] = "FieldLabel { width: 14; height: 1; color: $ink-muted; }"

    def __init__(self, field: FormField) -> None:
        super().__init__()
        self._field = field

    @override
    def paint(self, width: int) -> list[Line]:
        star = " *" if self._field.is_required else ""
        return [[Piece(fit(_(self._field.label) + star, width - 1))]]


class ChoiceChanged(Message):
    """Another option was chosen."""

    def __init__(self, line: ChoiceLine) -> None:
        super().__init__()
        self.line: Final = line


class ChoiceLine(Painted, can_focus=True):
    """One of a few options: the arrows and the space bar go through them, a click takes the next."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"choice--arrow", "choice--count"}
    DEFAULT_CSS: ClassVar[str] = """
    ChoiceLine { height: 1; background: $row-pinned; }
    ChoiceLine:focus { text-style: bold; }
    ChoiceLine > .choice--arrow { color: $accent; }
    ChoiceLine > .choice--count { color: $ink-muted; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "step(-1)", show=False),
        Binding("right,space", "step(1)", show=False),
    ]

    def __init__(self, options: Sequence[Option]) -> None:
        super().__init__()
        self._options = list(options)
        self._at = 0

    @property
    def option(self) -> Option | None:
        """What is chosen; None where there is nothing to choose from."""
        return self._options[self._at] if self._options else None

    def offer(self, options: Sequence[Option]) -> None:
        """Offer other options; what is chosen stays chosen where it is among them."""
        value = self.option.value if self.option is not None else None
        self._options = list(options)
        self._at = next((at for at, option in enumerate(self._options) if option.value == value), 0)
        self.repaint()

    def choose(self, value: object) -> None:
        """Choose the option of a value; nothing changes where there is none."""
        self._at = next((at for at, option in enumerate(self._options) if option.value == value), self._at)
        self.repaint()

    def action_step(self, by: int) -> None:
        """Choose the next one, or the one before."""
        if len(self._options) > 1:
            self._at = (self._at + by) % len(self._options)
            self.repaint()
            self.post_message(ChoiceChanged(self))

    def on_click(self) -> None:
        """Choose the next one."""
        self.action_step(1)

    def on_focus(self) -> None:
        """Show the arrows."""
        self.repaint()

    def on_blur(self) -> None:
        """Hide the arrows."""
        self.repaint()

    @override
    def paint(self, width: int) -> list[Line]:
        option = self.option
        label = "–" if option is None else option.label
        if len(self._options) < 2:
            return [[Piece(label)]]
        # The arrows stay where they are, so that nothing moves when the field is entered.
        style = "choice--arrow" if self.has_focus else "choice--count"
        count = f"  {self._at + 1}/{len(self._options)}"
        return [
            [
                Piece("‹ ", style),
                Piece(label),
                Piece(" ›", style),
                Piece(count, "choice--count"),
            ]
        ]


class PickInput(Input):
    """One of many: what is typed narrows them, and the one that is meant is kept by its id."""

    def __init__(self, *, limit: int) -> None:
        super().__init__(max_length=limit, compact=True, select_on_focus=False)
        self.choices: list[Choice] | None = None
        """What there is, as (id, name); None while it is being read."""
        self.chosen: Choice | None = None

    def offer(self, choices: list[Choice]) -> None:
        """There is this to choose from."""
        self.choices = choices
        if self.chosen is not None and self.chosen not in choices:
            self.chosen = None
            self.value = ""

    def found(self) -> list[Choice]:
        """What matches the text; everything while it is empty, or is what was chosen."""
        is_chosen = self.chosen is not None and self.value == name_of(self.chosen)
        return matching(self.choices or [], "" if is_chosen else self.value)

    def choose(self, choice: Choice) -> None:
        """Mean this one."""
        self.chosen = choice
        self.value = name_of(choice)
        self.cursor_position = len(self.value)

    def heed(self) -> None:
        """The text changed: it may mean another one."""
        if self.chosen is not None and self.value != name_of(self.chosen):
            self.chosen = None

    def settle(self, highlighted: int | None, *, was_chosen: bool) -> bool:
        """Take the highlighted one for what was typed; returns whether another one is meant now.

        Args:
            highlighted: Where the cursor of the list stands.
            was_chosen: The person went there by the arrows: then it is meant even where nothing was typed.
        """
        if self.chosen is not None or not (was_chosen or self.value.strip()):
            return False
        found = self.found()
        if highlighted is None or highlighted >= len(found):
            return False
        self.choose(found[highlighted])
        return True


def name_of(choice: Choice) -> str:
    """What is shown of a choice: its name, or its id where it has none."""
    return shown(choice[1] or choice[0])


class TextField(Input):
    """A line of text."""

    def __init__(self, field: FormField, text: str) -> None:
        super().__init__(text, max_length=field.limit, compact=True, select_on_focus=False)
        self.filled = text
        """What was filled in for the person; their own words are never replaced."""

    def fill(self, text: str) -> None:
        """Fill something in, unless a person wrote something else."""
        if self.value in ("", self.filled):
            self.value = self.filled = text


FieldWidget = TextField | ChoiceLine | PickInput


class FieldRow(Horizontal):
    """A field with its label."""

    DEFAULT_CSS: ClassVar[str] = """
    FieldRow { height: 1; }
    FieldRow Input { width: 1fr; height: 1; border: none; padding: 0; background: $row-pinned; }
    FieldRow Input.-invalid { border: none; }
    """

    def __init__(self, field: FormField, options: Sequence[Option], text: str) -> None:
        super().__init__()
        self.field: Final = field
        self.widget: Final = _widget(field, options, text)

    def compose(self) -> ComposeResult:
        yield FieldLabel(self.field)
        yield self.widget

    def on_mount(self) -> None:
        """Say what belongs in."""
        self.say_hint()

    def say_hint(self) -> None:
        """Show the hint in the present language."""
        if isinstance(self.widget, Input):
            self.widget.placeholder = _(self.field.hint)

    def on_click(self, event: events.Click) -> None:
        """A click on the label is one on the field."""
        if event.widget is not self.widget:
            self.widget.focus()

    @property
    def typed(self) -> object:
        """What stands in it: a text, or the value that is chosen."""
        if isinstance(self.widget, ChoiceLine):
            return None if self.widget.option is None else self.widget.option.value
        if isinstance(self.widget, PickInput):
            return self.widget.chosen[0] if self.widget.chosen is not None else None
        return self.widget.value


def _widget(field: FormField, options: Sequence[Option], text: str) -> FieldWidget:
    if field.kind is FieldKind.CHOICE:
        return ChoiceLine(options)
    if field.kind in (FieldKind.UNIT, FieldKind.PERSON):
        return PickInput(limit=field.limit)
    return TextField(field, text)
