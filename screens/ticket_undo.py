"""Taking a deed back: what it was and who did it is shown first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Final

from typing_extensions import override

from app.core.errors import RuleRefused
from app.core.i18n import N_, _, ngettext
from app.tickets.desk import DeedResult, TicketDesk, TicketPicture
from app.tickets.model import Step
from screens.base import host
from screens.deed import DeedTitle
from screens.ticket_form_screen import FormScreen
from screens.ticket_forms import FormField
from screens.ticket_told import Told
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
        ticket: Of which ticket the newest deed is meant that can be taken back; with none, the person's own newest.
        act: The deed that is meant, where that is known.
    """

    def __init__(self, desk: TicketDesk, ticket: str = "", act: str = "") -> None:
        super().__init__(desk)
        self.ticket = ticket
        self.act = act
        self.numbers: tuple[str, ...] = ()
        """The tickets on which it would be taken back."""
        self.steps: tuple[Step, ...] = ()
        """What would be taken back, as it stands in the first of them."""
        self._is_busy = True

    @override
    def fields(self) -> Sequence[FormField]:
        return ()

    @override
    def title_lines(self) -> Sequence[str]:
        count = len(self.numbers)
        if count == 1 or (self.ticket and not count):
            return [_("Take back what was done to {ticket}?").format(ticket=(*self.numbers, self.ticket)[0])]
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
        self.beside("look", self._look, self._show, self._failed)

    def _look(self) -> tuple[DeedResult, TicketPicture | None]:
        """Which deed it is, what it touched, and the first ticket of it; called on a thread."""
        act = self.act
        if self.ticket and not act:
            picture = self.desk.picture(self.ticket)
            if picture is None or not picture.ticket.acts_open:
                raise RuleRefused(_("Nothing was done to it that can be taken back."))
            act = picture.ticket.acts_open[-1]
        touched = self.desk.touched(act)
        return touched, self.desk.picture(touched.done[0])

    def _show(self, found: tuple[DeedResult, TicketPicture | None]) -> None:
        self._is_busy = False
        touched, self.picture = found
        self.act, self.numbers = touched.act, touched.done
        steps = () if self.picture is None else self.picture.ticket.steps
        self.steps = tuple(step for step in steps if step.act == self.act and not step.is_withdrawn)
        self.query_one(DeedTitle).repaint()
        self.tell_again()

    @override
    def effect(self, values: Mapping[str, object]) -> Told:
        if self._is_busy:
            return ((_("Looking what it was…"), "muted"),)
        told = [(self._step_line(step), "effect") for step in self.steps[:MOST_STEPS]]
        if self.numbers:
            told.append((_("It stays in the path, as taken back."), "muted"))
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
        if self._is_busy or not self.numbers:
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
