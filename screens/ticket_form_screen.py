"""A form in a window: fields one below another, what they would do below them, and Enter that does it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timezone
from typing import ClassVar, Generic, TypeVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option as ListOption

from app.core.errors import UsageProblem
from app.core.i18n import _
from app.tickets.desk import TicketDesk, TicketPicture
from screens.base import Living, host
from screens.beside import Beside
from screens.deed import DeedTitle
from screens.lines import repaint_all
from screens.ticket_forms import FieldKind, FormField, read_field
from screens.ticket_inputs import ChoiceChanged, ChoiceLine, FieldRow, PickInput, TextField, name_of
from screens.ticket_told import FormKeys, FormTold, Told
from widgets.cells import shown

Result = TypeVar("Result")


class FormScreen(Living, Beside, ModalScreen[Result], Generic[Result]):
    """Asks for the fields of a form, and does what they say; a subclass says which, and what.

    Args:
        desk: Where names are looked up and the deed is done.
        picture: The ticket, for what may be chosen; None for none or for several.
    """

    CSS_PATH = "ticket_deed.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", show=False),
        # Before the field hears them: else keys typed right behind would still go to the field that is being left.
        Binding("tab", "move(1)", show=False, priority=True),
        Binding("shift+tab", "move(-1)", show=False, priority=True),
        Binding("down", "down", show=False, priority=True),
        Binding("up", "up", show=False, priority=True),
        Binding("enter", "go_on", show=False, priority=True),
    ]
    AUTO_FOCUS = ""
    where = "deed"

    def __init__(self, desk: TicketDesk, picture: TicketPicture | None = None) -> None:
        super().__init__()
        self.desk = desk
        self.picture = picture
        self.trouble = ""
        """What is wrong, as a sentence."""
        self.asked: Mapping[str, object] | None = None
        """The values about which a question was asked."""
        self.rows: list[FieldRow] = []
        self._went = False
        """The arrows moved through the list of names."""
        self._last_picking: PickInput | None = None

    # -- what a subclass says ---------------------------------------------------------------------------------------

    def fields(self) -> Sequence[FormField]:
        """The fields, in order."""
        raise NotImplementedError

    def title_lines(self) -> Sequence[str]:
        """What is done, in the present language."""
        raise NotImplementedError

    def effect(self, values: Mapping[str, object]) -> Told:  # noqa: ARG002
        """What it would do with what is filled in so far."""
        return ()

    def question(self, values: Mapping[str, object]) -> str:  # noqa: ARG002
        """What is asked before it is done; empty where nothing is."""
        return ""

    def submit(self, values: Mapping[str, object]) -> None:
        """Do it."""
        raise NotImplementedError

    def keys(self) -> str:
        """The keys that help."""
        if not self.rows:
            return _("Enter: do it · Esc: leave everything as it is")
        return _("Enter: do it · Tab ↑ ↓: fields · ← →: choose · Esc: leave everything as it is")

    # -- the window -------------------------------------------------------------------------------------------------

    def compose(self) -> ComposeResult:
        self.rows = [FieldRow(each, each.options(self.picture), each.initial(self.picture)) for each in self.fields()]
        with Vertical(id="form"):
            yield DeedTitle(self.title_lines)
            with VerticalScroll(id="fields", can_focus=False):
                yield from self.rows
            yield OptionList(id="picks", compact=True)
            yield from self.more()
            with VerticalScroll(id="told", can_focus=False):
                yield FormTold()
            yield FormKeys()

    def more(self) -> ComposeResult:
        """What stands between the fields and the sentences."""
        yield from ()

    def on_mount(self) -> None:
        """Begin at the first field."""
        self.query_one("#fields").display = bool(self.rows)
        self.picks.display = False
        self.picks.can_focus = False
        if self.rows:
            self.set_focus(self.rows[0].widget)
        for row in self.rows:
            if isinstance(row.widget, ChoiceLine):
                self._fill(row.widget)
        if any(row.field.kind is FieldKind.UNIT for row in self.rows):
            self.beside("units", self.desk.units, self._take_units, self.say_trouble)
        self.tell_again()

    def language_changed(self) -> None:
        for row in self.rows:
            row.say_hint()
        self.tell_again()
        repaint_all(self)

    @property
    def picks(self) -> OptionList:
        """The list below a field that finds by name."""
        return self.query_one("#picks", OptionList)

    @property
    def told(self) -> FormTold:
        """What is said."""
        return self.query_one(FormTold)

    def row(self, name: str) -> FieldRow | None:
        """The field of a name."""
        return next((row for row in self.rows if row.field.name == name), None)

    def say_trouble(self, sentence: str) -> None:
        """Say what is wrong."""
        self.trouble = sentence
        self.tell_again()

    def tell_again(self) -> None:
        """Say the effect, and the question or the trouble."""
        values = self.values_so_far()
        told = [*self.effect(values)]
        if self.asked is not None:
            told.append((self.question(self.asked), "question"))
        if self.trouble:
            told.append((self.trouble, "trouble"))
        self.told.say(tuple(told))
        self.query_one(FormKeys).say(self.keys())

    # -- values -----------------------------------------------------------------------------------------------------

    def _read(self, row: FieldRow) -> object:
        widget = row.widget
        if isinstance(widget, PickInput) and widget.chosen is None and widget.value.strip():
            raise UsageProblem(
                _("{field}: nothing here is called “{text}”.").format(
                    field=_(row.field.label), text=shown(widget.value.strip())
                )
            )
        app = host(self)
        now_ms = app.clock.now_ms()
        return read_field(row.field, row.typed, app.local(now_ms).tzinfo or timezone.utc, now_ms)

    def values_so_far(self) -> dict[str, object]:
        """What is filled in and right."""
        values: dict[str, object] = {}
        for row in self.rows:
            try:
                value = self._read(row)
            except UsageProblem:
                continue
            if value is not None or row.field.gives_none:
                values[row.field.name] = value
        return values

    def _first_wrong(self) -> tuple[FieldRow, str] | None:
        for row in self.rows:
            try:
                self._read(row)
            except UsageProblem as problem:
                return row, str(problem)
        return None

    def action_go_on(self) -> None:
        """Go to the first field that lacks something; with none, do it."""
        if self._settle() and self.focused is not self.rows[-1].widget:
            self.action_move(1)
            return
        wrong = self._first_wrong()
        if wrong is not None:
            row, sentence = wrong
            is_new = self.focused is not row.widget
            self.set_focus(row.widget)
            # Who is led on to an empty field has done nothing wrong.
            self.say_trouble("" if is_new and not row.typed and not self._has_text(row) else sentence)
            return
        self.trouble = ""
        values = self.values_so_far()
        if self.question(values) and self.asked != values:
            self.asked = values
            self.tell_again()
            return
        self.submit(values)

    def _has_text(self, row: FieldRow) -> bool:
        return isinstance(row.widget, Input) and bool(row.widget.value.strip())

    def action_leave(self) -> None:
        """Leave everything as it is."""
        self.dismiss(None)

    # -- moving -----------------------------------------------------------------------------------------------------

    def action_move(self, by: int) -> None:
        """Go to the next field, or the one before."""
        self._settle()
        widgets = [row.widget for row in self.rows]
        if not widgets:
            return
        at = next((at for at, widget in enumerate(widgets) if widget is self.focused), -by if by > 0 else 0)
        self.set_focus(widgets[(at + by) % len(widgets)])

    def action_down(self) -> None:
        """Go down: in the list of names while there is one."""
        if self.picks.display and self.picks.option_count:
            self.picks.action_cursor_down()
            self._went = True
        else:
            self.action_move(1)

    def action_up(self) -> None:
        """Go up: in the list of names while there is one."""
        if self.picks.display and self.picks.option_count:
            self.picks.action_cursor_up()
            self._went = True
        else:
            self.action_move(-1)

    # -- choosing by name -------------------------------------------------------------------------------------------

    @property
    def _picking(self) -> PickInput | None:
        return self.focused if isinstance(self.focused, PickInput) else None

    def _settle(self) -> bool:
        """Take the highlighted name for what was typed, before the field is left."""
        picking = self._picking
        if picking is None or not picking.settle(self.picks.highlighted, was_chosen=self._went):
            return False
        self._picked(picking)
        return True

    def _picked(self, picking: PickInput) -> None:
        row = next(row for row in self.rows if row.widget is picking)
        if row.field.kind is FieldKind.UNIT:
            self._load_people()
        self._changed()

    def _take_units(self, units: list[tuple[str, str]]) -> None:
        for row in self.rows:
            if row.field.kind is FieldKind.UNIT and isinstance(row.widget, PickInput):
                row.widget.offer(units)
        self._list()

    def _load_people(self) -> None:
        unit = self.row("unit")
        if unit is None or self.row("person") is None or not isinstance(unit.typed, str):
            return
        chosen = unit.typed
        self.beside(
            "people",
            lambda: self.desk.people(chosen),
            lambda people: self._take_people(chosen, people),
            self.say_trouble,
        )

    def _take_people(self, unit: str, people: list[tuple[str, str]]) -> None:
        row, chosen = self.row("person"), self.row("unit")
        if chosen is not None and chosen.typed != unit:
            self._load_people()
        elif row is not None and isinstance(row.widget, PickInput):
            row.widget.offer(people)
            self._list()

    def _list(self) -> None:
        """List what the field can become."""
        picking, picks = self._picking, self.picks
        self._went = False
        picks.clear_options()
        is_open = picking is not None and picking.chosen is None
        picks.display = is_open
        if picking is None or not is_open:
            return
        for choice in picking.found():
            label, identity = name_of(choice), shown(choice[0])
            picks.add_option(ListOption(Content(label if label == identity else f"{label}  {identity}")))
        if picks.option_count:
            picks.highlighted = 0
        else:
            picks.add_option(ListOption(Content(self._why_empty(picking)), disabled=True))

    def _why_empty(self, picking: PickInput) -> str:
        if picking.choices is not None:
            return _("Nothing here is called that.")
        is_person = any(row.widget is picking and row.field.kind is FieldKind.PERSON for row in self.rows)
        return _("First choose the unit.") if is_person else _("Reading the names…")

    @on(OptionList.OptionSelected, "#picks")
    def _clicked(self, event: OptionList.OptionSelected) -> None:
        picking = next((row.widget for row in self.rows if row.widget is self._last_picking), None)
        if isinstance(picking, PickInput) and event.option_index < len(found := picking.found()):
            picking.choose(found[event.option_index])
            self.set_focus(picking)
            self._picked(picking)

    # -- changes ----------------------------------------------------------------------------------------------------

    def on_descendant_focus(self) -> None:
        """Show the list where the field wants one."""
        if self._picking is not None:
            self._last_picking = self._picking
        self._list()

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        if isinstance(event.input, PickInput):
            event.input.heed()
            self._list()
        self._changed()

    @on(ChoiceChanged)
    def _chosen(self, message: ChoiceChanged) -> None:
        self._fill(message.line)
        self._changed()

    def _fill(self, line: ChoiceLine) -> None:
        """Fill other fields in with what the chosen option knows."""
        for name, text in (line.option.fills if line.option is not None else {}).items():
            row = self.row(name)
            if row is not None and isinstance(row.widget, TextField):
                row.widget.fill(text)

    def _changed(self) -> None:
        self.trouble = ""
        self.asked = None
        self.tell_again()
