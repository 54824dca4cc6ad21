"""Writing a ticket, from nothing or from a call; what is known to be broken is offered before an order is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option as ListOption
from typing_extensions import override

from app.core.i18n import N_, _, language
from app.tickets.desk import NewTicket, TicketDesk
from app.tickets.policy import PolicyBook
from app.tickets.ports import Notice
from screens.base import host
from screens.ticket_deed_words import RISKS
from screens.ticket_form_screen import FormScreen
from screens.ticket_forms import FieldKind, FormField, Option
from screens.ticket_inputs import ChoiceLine, TextField
from screens.ticket_told import Told
from widgets.cells import shown

MOST_NOTICES: Final = 3
_WATCHED: Final = ("area", "service", "caller")
"""What is typed into these may be known already."""

_TEXTS: Final = ("title", "customer", "caller", "subject", "area", "service")

FIELDS: Final = (
    FormField("ticket_type", N_("Type"), FieldKind.CHOICE, is_required=True),
    FormField("title", N_("Title"), is_required=True, hint=N_("one line that says what is wanted")),
    FormField("customer", N_("Customer")),
    FormField("caller", N_("Caller"), hint=N_("the number that called")),
    FormField("stars", N_("Stars"), FieldKind.NUMBER, hint=N_("0 to 10"), high=10),
    FormField("subject", N_("Subject")),
    FormField("area", N_("Area")),
    FormField("service", N_("Service")),
    FormField(
        "risks",
        N_("Risks"),
        FieldKind.CHOICE,
        options=lambda _picture: [Option(kinds, word) for kinds, word in RISKS],
    ),
    FormField("compensation_fen", N_("Wants back"), FieldKind.MONEY, hint=N_("in yuan")),
)


class NewTicketScreen(FormScreen["str | None"]):
    """Asks for a ticket and writes it; its result is the number, None where none was written.

    Args:
        desk: Where it is written.
        prefill: What is known already, as from a call; its fields are kept.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("f6,ctrl+o", "absorb", show=False, priority=True)]

    def __init__(self, desk: TicketDesk, prefill: NewTicket | None = None) -> None:
        super().__init__(desk)
        self.prefill = prefill if prefill is not None else NewTicket("", "")
        self.notices: tuple[Notice, ...] = ()
        """What is known to be broken where the customer is."""
        self._book = PolicyBook()
        self._to_absorb = ""
        self._is_busy = False
        self._looked_for: tuple[str, ...] = ("",) * len(_WATCHED)

    @override
    def fields(self) -> Sequence[FormField]:
        return FIELDS

    @override
    def title_lines(self) -> Sequence[str]:
        if self.prefill.call:
            return [_("New ticket from the call of {caller}").format(caller=self.prefill.caller or self.prefill.call)]
        return [_("New ticket")]

    @override
    def more(self) -> ComposeResult:
        yield OptionList(id="notices", compact=True)

    @property
    def notice_list(self) -> OptionList:
        """The notices that are offered."""
        return self.query_one("#notices", OptionList)

    @override
    def on_mount(self) -> None:
        self.notice_list.display = False
        self.notice_list.can_focus = False
        super().on_mount()
        for name in _TEXTS:
            if (row := self.row(name)) is not None and isinstance(row.widget, TextField):
                row.widget.fill(getattr(self.prefill, name))
        if (stars := self.row("stars")) is not None and isinstance(stars.widget, TextField):
            stars.widget.fill("" if self.prefill.stars is None else str(self.prefill.stars))
        self.beside("book", self.desk.book, self._take_book, self.say_trouble)

    @override
    def language_changed(self) -> None:
        self._offer_types()
        super().language_changed()

    def _take_book(self, book: PolicyBook) -> None:
        self._book = book
        self._offer_types()
        if (row := self.row("ticket_type")) is not None and isinstance(row.widget, ChoiceLine):
            row.widget.choose(self.prefill.ticket_type)
        self.tell_again()

    def _offer_types(self) -> None:
        row = self.row("ticket_type")
        if row is None or not isinstance(row.widget, ChoiceLine):
            return
        in_chinese = language() == "zh"
        row.widget.offer(
            [
                Option(key, name=policy.words.zh if in_chinese else policy.words.en)
                for key, policy in self._book.types.items()
            ]
        )

    # -- what is known to be broken ---------------------------------------------------------------------------------

    @on(Input.Changed)
    def _look_for_notices(self) -> None:
        """Ask for notices that match what is typed; one question at a time."""
        typed = self._watched()
        self._to_absorb = ""
        if typed == self._looked_for or not any(typed):
            if not any(typed):
                self._looked_for = typed
                self._take_notices(typed, [])
            return
        area, service, caller = typed
        look = partial(self.desk.notices, area, service, caller)
        if self.beside("notices", look, partial(self._take_notices, typed), self.say_trouble):
            self._looked_for = typed

    def _watched(self) -> tuple[str, ...]:
        rows = [self.row(name) for name in _WATCHED]
        return tuple(row.widget.value.strip() if row and isinstance(row.widget, Input) else "" for row in rows)

    def _take_notices(self, typed: tuple[str, ...], notices: Sequence[Notice]) -> None:
        self.notices = tuple(notices)[:MOST_NOTICES]
        options = self.notice_list
        options.clear_options()
        for notice in self.notices:
            options.add_option(ListOption(Content(self._notice_line(notice))))
        options.display = bool(self.notices)
        if self.notices:
            options.highlighted = 0
        self.tell_again()
        if typed != self._watched():
            self._look_for_notices()

    def _notice_line(self, notice: Notice) -> str:
        where = " · ".join(part for part in (notice.area, notice.service) if part) or _("everywhere")
        line = f"▲ {shown(where)}  {shown(notice.wording)}"
        if notice.expected_end_ms is not None:
            until = f"{host(self).local(notice.expected_end_ms):%m-%d %H:%M}"
            line += "  " + _("until {when}").format(when=until)
        return line

    def action_absorb(self) -> None:
        """Answer the contact with the highlighted notice: asked once, done the second time."""
        at = self.notice_list.highlighted
        if self._is_busy or at is None or at >= len(self.notices):
            return
        notice = self.notices[at]
        if self._to_absorb != notice.notice:
            self._to_absorb = notice.notice
            self.say_trouble("")
            return
        values = self.values_so_far()
        text = {name: str(values.get(name, "")) for name in ("caller", "customer", "area", "service")}
        absorb = partial(self.desk.absorb, notice.notice, call=self.prefill.call, **text)
        if self.beside("absorb", absorb, self._absorbed, self._failed):
            self._is_busy = True

    def _absorbed(self, _contact: str) -> None:
        host(self).tell(_("Answered with the notice: no ticket was written."))
        self.dismiss(None)

    @override
    def action_down(self) -> None:
        if self._to_absorb and len(self.notices) > 1:
            self._choose_notice(1)
        else:
            super().action_down()

    @override
    def action_up(self) -> None:
        if self._to_absorb and len(self.notices) > 1:
            self._choose_notice(-1)
        else:
            super().action_up()

    def _choose_notice(self, by: int) -> None:
        at = ((self.notice_list.highlighted or 0) + by) % len(self.notices)
        self.notice_list.highlighted = at
        self._to_absorb = self.notices[at].notice
        self.tell_again()

    @on(OptionList.OptionSelected, "#notices")
    def _notice_clicked(self) -> None:
        self.action_absorb()

    # -- writing it -------------------------------------------------------------------------------------------------

    @override
    def effect(self, values: Mapping[str, object]) -> Told:
        if self._is_busy:
            return ((_("Storing it…"), "muted"),)
        if self._to_absorb:
            wording = next((each.wording for each in self.notices if each.notice == self._to_absorb), "")
            sentence = _("Answer with “{wording}”, and write no ticket? F6 once more does it.")
            return ((sentence.format(wording=wording), "question"),)
        if self.notices:
            return ((_("This is known. F6 answers the contact with the notice instead of a ticket."), "question"),)
        return ()

    @override
    def keys(self) -> str:
        return _("Enter: write it · Tab ↑ ↓: fields · ← →: choose · Esc: write none")

    @override
    def submit(self, values: Mapping[str, object]) -> None:
        given: dict[str, Any] = dict(values)
        new = NewTicket(**given, unit=self.prefill.unit, call=self.prefill.call, fields=self.prefill.fields)
        if not self._is_busy and self.beside("create", partial(self.desk.create, new), self._written, self._failed):
            self._is_busy = True
            self.tell_again()

    def _written(self, number: str) -> None:
        self.dismiss(number)

    def _failed(self, sentence: str) -> None:
        self._is_busy = False
        self._to_absorb = ""
        self.say_trouble(sentence)
