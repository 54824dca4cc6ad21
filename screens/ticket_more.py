"""Everything that can be done to a ticket, in one list; what may not be done now says why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from app.core.i18n import _
from app.tickets.desk import Offer, Verb
from screens.base import Living
from screens.ticket_deed_words import VERBS
from widgets.cells import shown


class MoreDeeds(Living, ModalScreen[Verb | None]):
    """Asks which deed; its result is the verb, None for none.

    Args:
        offers: The deeds, and why one may not be done.
        notes: What stands behind a deed that may be done, such as to how many tickets.
    """

    CSS_PATH = "deed.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", show=False)]
    AUTO_FOCUS = "Input"
    where = "deed"

    def __init__(self, offers: Sequence[Offer], notes: Mapping[Verb, str] | None = None) -> None:
        super().__init__()
        self._notes = notes or {}
        # What may be done comes first; both parts stay in the order of a ticket's way.
        self._offers = sorted(offers, key=lambda offer: bool(offer.why_not))
        self._listed: list[Offer] = []

    def compose(self) -> ComposeResult:
        with Vertical(id="deed"):
            yield Input(placeholder=_("What is to be done?"), max_length=60, compact=True)
            yield OptionList(compact=True)

    def on_mount(self) -> None:
        """List everything."""
        self._list()

    @on(Input.Changed)
    def _list(self) -> None:
        words = self.query_one(Input).value.casefold().split()
        options = self.query_one(OptionList)
        options.clear_options()
        self._listed = [
            offer for offer in self._offers if all(word in _(VERBS[offer.verb]).casefold() for word in words)
        ]
        for offer in self._listed:
            label = _(VERBS[offer.verb])
            note = offer.why_not or self._notes.get(offer.verb, "")
            text = f"{label}  –  {shown(note)}" if note else label
            options.add_option(Option(Content(text), disabled=bool(offer.why_not)))
        if self._listed and not self._listed[0].why_not:
            options.highlighted = 0
        if not self._listed:
            options.add_option(Option(Content(_("Nothing here is called that.")), disabled=True))

    def on_key(self, event: events.Key) -> None:
        """Arrows choose while a name is being typed."""
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
        if at is not None and at < len(self._listed) and not self._listed[at].why_not:
            self.dismiss(self._listed[at].verb)

    def action_leave(self) -> None:
        """None of them."""
        self.dismiss(None)
