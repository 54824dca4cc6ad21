"""Finding one of many by name or id: type a part of it, or go through the list."""

from __future__ import annotations

from typing import ClassVar, Final

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from app.core.i18n import _
from app.planning.desk import PlanningDesk
from screens.base import Living, host
from screens.beside import Beside
from widgets.cells import shown

MOST_SHOWN: Final = 50
"""More than a screen holds help nobody; the next letter narrows them."""

Choice = tuple[str, str]
"""An id and a name; the name may be the id once more."""


def matching(choices: list[Choice], text: str) -> list[Choice]:
    """Those that match every word, by name or id, at most `MOST_SHOWN`."""
    words = text.casefold().split()
    found = [each for each in choices if all(word in f"{each[1]}\n{each[0]}".casefold() for word in words)]
    return found[:MOST_SHOWN]


class FindScreen(Living, Beside, ModalScreen["Choice | None"]):
    """Asks for one of many; its result is the choice, None for none."""

    CSS_PATH = "deed.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", show=False)]
    AUTO_FOCUS = "Input"
    where = "deed"

    def __init__(self) -> None:
        super().__init__()
        self._choices: list[Choice] | None = None

    def asks_for(self) -> str:
        """What is to be typed, in a word or two."""
        raise NotImplementedError

    def choices(self, desk: PlanningDesk) -> list[Choice]:
        """What there is to choose from, in order; called on a worker thread.

        Raises:
            StoreProblem: When the store cannot be read.
        """
        raise NotImplementedError

    def compose(self) -> ComposeResult:
        with Vertical(id="deed"):
            yield Input(placeholder=self.asks_for(), max_length=100, compact=True)
            yield OptionList(compact=True)

    def on_mount(self) -> None:
        """Read what there is."""
        if (desk := host(self).planning) is not None:
            self.beside("choices", lambda: self.choices(desk), self._take, self._say)

    def _take(self, choices: list[Choice]) -> None:
        self._choices = choices
        self._list()

    def _say(self, sentence: str) -> None:
        self.query_one(OptionList).clear_options().add_option(Option(Content(shown(sentence)), disabled=True))

    @on(Input.Changed)
    def _list(self) -> None:
        if self._choices is None:
            return
        options = self.query_one(OptionList)
        options.clear_options()
        for identity, name in matching(self._choices, self.query_one(Input).value):
            label = shown(name) if name and name != identity else ""
            options.add_option(Option(Content(f"{label}  {shown(identity)}".strip())))
        if options.option_count:
            options.highlighted = 0
        else:
            self._say(_("Nothing here is called that."))

    def on_key(self, event: events.Key) -> None:
        """Arrows choose while the name is being typed."""
        options = self.query_one(OptionList)
        if self.focused is options or event.key not in {"up", "down"}:
            return
        event.stop()
        if event.key == "down":
            options.action_cursor_down()
        else:
            options.action_cursor_up()

    @on(Input.Submitted)
    @on(OptionList.OptionSelected)
    def _choose(self) -> None:
        at = self.query_one(OptionList).highlighted
        found = matching(self._choices or [], self.query_one(Input).value)
        if at is not None and at < len(found):
            self.dismiss(found[at])

    def action_leave(self) -> None:
        """None of them."""
        self.dismiss(None)
