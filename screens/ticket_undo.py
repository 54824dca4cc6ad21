"""Taking a deed back: what it was and who did it is shown first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Final

from typing_extensions import override

from app.core.i18n import N_, _, ngettext
from app.tickets.desk import DeedResult, TicketDesk, TicketPicture
from app.tickets.model import Step
from screens.base import host
from screens.ticket_form_screen import FormScreen, Told
from screens.ticket_forms import FormField
from widgets.cells import shown

MOST_STEPS: Final = 5
"""Facts of one deed that are shown; a deed makes two or three."""

STEP_WORDS: Final[Mapping[str, str]] = {
    "created": N_("written"),
    "dispatched": N_("dispatched"),
    "received": N_("received"),
    "forwarded": N_("sent on to a crew"),
    "delivered": N_("delivered to the crew"),
    "accepted": N_("accepted"),
    "started": N_("work begun"),
    "departed": N_("departed"),
    "arrived": N_("arrived"),
    "delayed": N_("cannot leave"),
    "contacted": N_("customer contacted"),
    "held": N_("held"),
    "resumed": N_("resumed"),
    "transferred": N_("transferred"),
    "returned": N_("returned"),
    "recalled": N_("recalled"),
    "phoned": N_("phoned"),
    "escalated": N_("told"),
    "resolved": N_("resolved"),
    "answered": N_("answered"),
    "promised": N_("call promised"),
    "called_back": N_("called back"),
    "surveyed": N_("surveyed"),
    "closed": N_("closed"),
    "reopened": N_("reopened"),
    "linked": N_("linked"),
    "unqualified": N_("marked unqualified"),
    "noted": N_("noted"),
    "prioritised": N_("priority set"),
    "flagged": N_("flagged"),
    "flag_answered": N_("flag answered"),
    "credited": N_("credited"),
    "act_withdrawn": N_("taken back"),
}
"""What each kind of fact is called in a path."""


class UndoScreen(FormScreen["DeedResult | None"]):
    """Shows what would be taken back, and takes it back; the result says what became of it, None for nothing.

    Args:
        desk: Where it is done.
        ticket: Of which ticket the newest deed is meant that can be taken back.
        result: What became of the deed that is meant; then every ticket of it is.
    """

    def __init__(self, desk: TicketDesk, ticket: str = "", result: DeedResult | None = None) -> None:
        super().__init__(desk)
        self.numbers = result.done if result is not None else (ticket,) if ticket else ()
        self.act = result.act if result is not None else ""
        self.steps: tuple[Step, ...] = ()
        """What would be taken back, as it stands in the first of the tickets."""
        self._is_busy = True

    @override
    def fields(self) -> Sequence[FormField]:
        return ()

    @override
    def title_lines(self) -> Sequence[str]:
        count = len(self.numbers)
        if count == 1:
            return [_("Take back what was done to {ticket}?").format(ticket=self.numbers[0])]
        if not count:
            return [_("Take back your newest deed?")]
        return [
            ngettext(
                "Take back what was done to {count} ticket?", "Take back what was done to {count} tickets?", count
            ).format(count=count)
        ]

    @override
    def on_mount(self) -> None:
        super().on_mount()
        if not self.numbers:
            self._is_busy = False
            self.tell_again()
            return
        self.beside("picture", partial(self.desk.picture, self.numbers[0]), self._show, self._failed)

    def _show(self, picture: TicketPicture | None) -> None:
        self._is_busy = False
        self.picture = picture
        if picture is not None:
            if not self.act:
                self.act = picture.ticket.acts_open[-1] if picture.ticket.acts_open else ""
            found = [step for step in picture.ticket.steps if self.act and step.act == self.act]
            self.steps = tuple(step for step in found if not step.is_withdrawn)
        if not self.act:
            self.say_trouble(_("Nothing was done to it that can be taken back."))
        else:
            self.tell_again()

    @override
    def effect(self, values: Mapping[str, object]) -> Told:
        if self._is_busy:
            return ((_("Looking what it was…"), "muted"),)
        told = [(self._step_line(step), "effect") for step in self.steps[:MOST_STEPS]]
        if self.act and len(self.numbers) == 1:
            told.append((_("It is taken back on every ticket that it was done to; it stays in their paths."), "muted"))
        elif self.act:
            told.append((_("It stays in their paths, as taken back."), "muted"))
        return tuple(told)

    def _step_line(self, step: Step) -> str:
        picture = self.picture
        who = step.by if picture is None else picture.person_names.get(step.by, step.by)
        unit = step.unit if picture is None else picture.unit_names.get(step.unit, step.unit)
        parts = [host(self).local_time(step.at_ms), who, _(STEP_WORDS.get(step.kind, step.kind))]
        if unit:
            parts.append(f"→ {unit}")
        if step.note:
            parts.append(f"“{step.note}”")
        return "  ".join(shown(part) for part in parts)

    @override
    def submit(self, values: Mapping[str, object]) -> None:
        if self._is_busy or (self.numbers and not self.act):
            return
        if self.beside("undo", partial(self.desk.undo, self.act), self._done, self._failed):
            self._is_busy = True

    def _done(self, result: DeedResult) -> None:
        self.dismiss(result)

    def _failed(self, sentence: str) -> None:
        self._is_busy = False
        self.say_trouble(sentence)

    @override
    def keys(self) -> str:
        return _("Enter: take it back · Esc: leave everything as it is")
