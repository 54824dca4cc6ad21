"""Filters with a name that everyone shares, and marking tickets by a pattern."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option as ListOption
from typing_extensions import override

from app.core.errors import UsageProblem
from app.core.i18n import N_, _, ngettext
from app.tickets.desk import TicketDesk
from app.tickets.ports import SavedView
from app.tickets.query import Query, parse, vocabulary
from app.tickets.query_words import SHIPPED, Vocabulary
from screens.base import host
from screens.ticket_form_screen import FormScreen
from screens.ticket_forms import FormField
from screens.ticket_told import Told
from widgets.cells import fit, shown

NAME_CELLS: Final = 18


class SavedViewsScreen(FormScreen["str | None"]):
    """Shows the saved filters; its result is the one to use, None for none.

    Args:
        desk: Where they are kept.
        query: The present filter, to be saved under a name.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f5,ctrl+s", "save", show=False, priority=True),
        Binding("f6,delete", "remove", show=False, priority=True),
    ]

    def __init__(self, desk: TicketDesk, query: str = "") -> None:
        super().__init__(desk)
        self.query_text = query.strip()
        self.views: list[SavedView] | None = None
        self._to_remove = ""
        self._said = ""

    @override
    def fields(self) -> Sequence[FormField]:
        return (FormField("name", N_("Filter name"), hint=N_("finds one, or names the present filter")),)

    @override
    def title_lines(self) -> Sequence[str]:
        return [_("Saved filters, shared with everyone here")]

    def more(self) -> ComposeResult:
        yield OptionList(id="views", compact=True)

    @override
    def on_mount(self) -> None:
        super().on_mount()
        self.view_list.can_focus = False
        self._load()

    @property
    def view_list(self) -> OptionList:
        """The saved filters."""
        return self.query_one("#views", OptionList)

    @property
    def typed_name(self) -> str:
        """What is typed."""
        row = self.row("name")
        return row.widget.value.strip() if row is not None and isinstance(row.widget, Input) else ""

    def _load(self) -> None:
        self.beside("views", self.desk.views, self._take, self.say_trouble)

    def _take(self, views: Sequence[SavedView]) -> None:
        self.views = [*views]
        self._show()

    def _found(self) -> Sequence[SavedView]:
        words = self.typed_name.casefold().split()
        return [view for view in self.views or () if all(word in view.name.casefold() for word in words)]

    def _show(self) -> None:
        options = self.view_list
        options.clear_options()
        for view in self._found():
            saved = f"{host(self).local(view.saved_ms):%m-%d %H:%M}"
            who = shown(view.actor_name or view.actor)
            line = f"{fit(shown(view.name), NAME_CELLS)}  {shown(view.query)}  · {who} {saved}"
            options.add_option(ListOption(Content(line)))
        options.display = bool(options.option_count)
        if options.option_count:
            options.highlighted = 0
        self.tell_again()

    @on(Input.Changed)
    def _narrow(self) -> None:
        self._to_remove = ""
        self._said = ""
        self._show()

    @override
    def effect(self, values: Mapping[str, object]) -> Told:
        if self._said:
            return ((self._said, "effect"),)
        if self._to_remove:
            sentence = _("Forget the filter “{name}” for everyone? F6 once more does it.")
            return ((sentence.format(name=self._to_remove), "question"),)
        if self.views is None:
            return ((_("Reading the filters…"), "muted"),)
        if self.query_text and self.typed_name and self.typed_name not in {view.name for view in self.views}:
            return (
                (_("F5 saves “{query}” as “{name}”.").format(query=self.query_text, name=self.typed_name), "effect"),
            )
        if not self.views:
            return ((_("None is saved yet: filter the tickets, come back, and give the filter a name."), "muted"),)
        return () if self._found() else ((_("None is called that."), "muted"),)

    @override
    def keys(self) -> str:
        return _("Enter: use it · ↑ ↓: choose · F5: save the present filter · F6: forget it · Esc: back")

    @property
    def highlighted(self) -> SavedView | None:
        """The one that the cursor is on."""
        found, at = self._found(), self.view_list.highlighted
        return found[at] if at is not None and at < len(found) else None

    @override
    def action_go_on(self) -> None:
        if (view := self.highlighted) is not None:
            self.dismiss(view.query)
        elif self.typed_name and self.query_text:
            self.action_save()

    @override
    def action_down(self) -> None:
        self.view_list.action_cursor_down()

    @override
    def action_up(self) -> None:
        self.view_list.action_cursor_up()

    @override
    def action_move(self, by: int) -> None:
        if by > 0:
            self.action_down()
        else:
            self.action_up()

    @on(OptionList.OptionSelected, "#views")
    def _view_clicked(self) -> None:
        self.action_go_on()

    def action_save(self) -> None:
        """Save the present filter under the name that is typed, or under that of the highlighted one."""
        if not self.query_text:
            self.say_trouble(_("There is no filter now: filter the tickets first."))
            return
        if not self.typed_name:
            self.say_trouble(_("Type a name for the filter first."))
            return
        name = self.typed_name
        self.beside(
            "save", partial(self.desk.save_view, name, self.query_text), partial(self._saved, name), self._wrong
        )

    def _saved(self, name: str, _nothing: object) -> None:
        self.trouble = ""
        self._said = _("“{name}” is saved.").format(name=name)
        self._load()

    def action_remove(self) -> None:
        """Forget the highlighted one: asked once, done the second time."""
        view = self.highlighted
        if view is None:
            return
        self._said = ""
        if self._to_remove != view.name:
            self._to_remove = view.name
            self.say_trouble("")
            return
        self._to_remove = ""
        self.beside("remove", partial(self.desk.remove_view, view.name), lambda _nothing: self._load(), self._wrong)

    def _wrong(self, sentence: str) -> None:
        self.say_trouble(sentence)

    @override
    def submit(self, values: Mapping[str, object]) -> None:
        self.action_go_on()


class MarkPatternScreen(FormScreen["Query | None"]):
    """Asks for a filter whose tickets are to be marked; its result is the filter, None for none.

    Args:
        desk: Where the words of the policy come from.
        count: Says how many tickets a filter finds among those that are shown.
        text: What stands in it at first.
    """

    def __init__(self, desk: TicketDesk, count: Callable[[Query], int], text: str = "") -> None:
        super().__init__(desk)
        self._count = count
        self._text = text
        self._words: Vocabulary = SHIPPED

    @override
    def fields(self) -> Sequence[FormField]:
        text = self._text
        return (
            FormField(
                "pattern",
                N_("Mark"),
                is_required=True,
                hint=N_("due<30m unit:… -paused, as in a filter"),
                initial=lambda _picture: text,
            ),
        )

    @override
    def title_lines(self) -> Sequence[str]:
        return [_("Mark the tickets that match")]

    @override
    def on_mount(self) -> None:
        super().on_mount()
        self.beside("book", lambda: vocabulary(self.desk.book()), self._take_words, self.say_trouble)

    def _take_words(self, words: Vocabulary) -> None:
        self._words = words
        self.tell_again()

    @override
    def effect(self, values: Mapping[str, object]) -> Told:
        text = values.get("pattern")
        if not isinstance(text, str):
            return ()
        try:
            count = self._count(parse(text, self._words))
        except UsageProblem as problem:
            return ((str(problem), "muted"),)
        marked = ngettext("{count} ticket matches.", "{count} tickets match.", count).format(count=count)
        return ((marked, "effect"),)

    @override
    def submit(self, values: Mapping[str, object]) -> None:
        try:
            self.dismiss(parse(str(values["pattern"]), self._words))
        except UsageProblem as problem:
            self.say_trouble(str(problem))

    @override
    def keys(self) -> str:
        return _("Enter: mark them · Esc: mark none")
