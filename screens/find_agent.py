"""Finding somebody on the roster by name or id."""

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
from screens.base import Living, host
from screens.beside import Beside
from widgets.cells import shown

MOST_SHOWN: Final = 50
"""More than a screen holds help nobody; the next letter narrows them."""

Person = tuple[str, str]
"""Agent id and name."""


def matching(people: list[Person], text: str) -> list[Person]:
    """Whoever matches every word, by name or id, at most `MOST_SHOWN`."""
    words = text.casefold().split()
    found = [each for each in people if all(word in f"{each[1]}\n{each[0]}".casefold() for word in words)]
    return found[:MOST_SHOWN]


class FindAgentScreen(Living, Beside, ModalScreen["Person | None"]):
    """Asks whose plan; its result is the person, None for nobody."""

    CSS_PATH = "deed.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", show=False)]
    AUTO_FOCUS = "Input"
    where = "deed"

    def __init__(self) -> None:
        super().__init__()
        self._people: list[Person] = []

    def compose(self) -> ComposeResult:
        with Vertical(id="deed"):
            yield Input(placeholder=_("Name or id"), max_length=100, compact=True)
            yield OptionList(compact=True)

    def on_mount(self) -> None:
        """Read who there is."""
        if (desk := host(self).planning) is not None:
            self.beside("agents", desk.agents, self._take, self._say)

    def _take(self, people: list[Person]) -> None:
        self._people = people
        self._list()

    def _say(self, sentence: str) -> None:
        self.query_one(OptionList).clear_options().add_option(Option(Content(shown(sentence)), disabled=True))

    @on(Input.Changed)
    def _list(self) -> None:
        options = self.query_one(OptionList)
        options.clear_options()
        for agent, name in matching(self._people, self.query_one(Input).value):
            label = shown(name) if name and name != agent else ""
            options.add_option(Option(Content(f"{label}  {shown(agent)}".strip())))
        if options.option_count:
            options.highlighted = 0

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
        found = matching(self._people, self.query_one(Input).value)
        if at is not None and at < len(found):
            self.dismiss(found[at])

    def action_leave(self) -> None:
        """Nobody."""
        self.dismiss(None)
