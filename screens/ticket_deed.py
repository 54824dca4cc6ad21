"""The dialog of a deed on one ticket or many: what it needs, what it would do to the clocks, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Final

from typing_extensions import override

from app.core.durations import clock_text
from app.core.i18n import N_, _, language, ngettext
from app.core.text import inert
from app.tickets.deed_effect import Change, ClockChange, clock_changes
from app.tickets.desk import Deed, DeedResult, TicketDesk, TicketPicture, Verb
from app.tickets.making import yuan
from screens.base import host
from screens.ticket_deed_words import VERBS
from screens.ticket_form_screen import FormScreen
from screens.ticket_forms import FORMS, FormField, needs_words
from screens.ticket_told import Told
from widgets.ticket_words import PolicyWords

__all__ = ["TicketDeedScreen", "needs_words"]

MOST_REFUSED: Final = 200
"""Refused tickets that are named; more than this nobody reads."""

_CHANGES: Final[Mapping[Change, str]] = {
    Change.STOPS: N_("Stops: {clocks}"),
    Change.STOPS_UNCHARGED: N_("Stops, and is not charged: {clocks}"),
    Change.STARTS: N_("Starts: {clocks}"),
    Change.PAUSES: N_("Waits: {clocks}"),
    Change.RESUMES: N_("Goes on: {clocks}"),
    Change.RUNS_ON: N_("Runs on all the same: {clocks}"),
    Change.STARTS_ANEW: N_("A new cycle begins, with its own limit: {clocks}"),
    Change.COUNTS_THROUGH: N_("Goes on as if it had never been closed: {clocks}"),
}

_WITH_LIMIT: Final = frozenset({Change.STARTS, Change.STARTS_ANEW})


class TicketDeedScreen(FormScreen["DeedResult | None"]):
    """Asks for what a deed needs, shows its effect, and does it; the result says what became of it, None for nothing.

    Args:
        numbers: The tickets it is done to.
        verb: What is done.
        desk: Where it is done.
        picture: The ticket whole, where it is one.
        note: What else is to be known before, such as to which others it is not done.
    """

    def __init__(
        self,
        numbers: Sequence[str],
        verb: Verb,
        desk: TicketDesk,
        picture: TicketPicture | None = None,
        note: str = "",
    ) -> None:
        super().__init__(desk, picture if len(numbers) == 1 else None)
        self.numbers = tuple(numbers)
        self.verb = verb
        self.note = note
        self.outcome: DeedResult | None = None
        """What became of it, where some were refused."""
        self._is_doing = False

    @override
    def fields(self) -> Sequence[FormField]:
        return FORMS[self.verb]

    @override
    def title_lines(self) -> Sequence[str]:
        verb = _(VERBS[self.verb])
        if len(self.numbers) > 1:
            count = len(self.numbers)
            return [ngettext("{verb}: {count} ticket", "{verb}: {count} tickets", count).format(verb=verb, count=count)]
        title = self.picture.ticket.title if self.picture is not None else ""
        line = _("{verb}: {ticket}").format(verb=verb, ticket=self.numbers[0])
        return [f"{line} · {title}" if title else line]

    @override
    def effect(self, values: Mapping[str, object]) -> Told:
        if self.outcome is not None:
            return self._outcome_told(self.outcome)
        if self._is_doing:
            return ((_("Doing it…"), "muted"),)
        if self.picture is None:
            return ((self.note, "muted"),) if self.note else ()
        told = [
            *self._goes_to(),
            *clock_lines(self.picture, clock_changes(self.picture.ticket, self.picture.book, self.verb, values)),
            *self._more_effect(self.picture, values),
        ]
        return tuple((line, "effect") for line in told)

    def _goes_to(self) -> list[str]:
        if self.picture is None or self.verb not in (Verb.RETURN, Verb.RECALL, Verb.UNQUALIFIED):
            return []
        sender = self.picture.ticket.sender
        if not sender:
            return []
        name = inert(self.picture.unit_names.get(sender, sender))
        if self.verb is Verb.UNQUALIFIED:
            return [_("It goes back to {unit}, and counts against them by its kind.").format(unit=name)]
        return [_("It goes back to {unit}; their clock goes on from what it had used.").format(unit=name)]

    def _more_effect(self, picture: TicketPicture, values: Mapping[str, object]) -> list[str]:
        if self.verb is Verb.PROMISE and isinstance(due_ms := values.get("due_ms"), int):
            return [_("Promised for {when}.").format(when=f"{host(self).local(due_ms):%Y-%m-%d %H:%M}")]
        if self.verb is Verb.CREDIT:
            return [_credit_line(picture, values.get("amount_fen"))]
        return []

    @override
    def question(self, values: Mapping[str, object]) -> str:
        count = len(self.numbers)
        if count < 2 or self.outcome is not None:
            return ""
        return ngettext(
            "{verb}: {count} ticket at once? Enter once more does it.",
            "{verb}: {count} tickets at once? Enter once more does it.",
            count,
        ).format(verb=_(VERBS[self.verb]), count=count)

    @override
    def submit(self, values: Mapping[str, object]) -> None:
        if self.outcome is not None:
            self.dismiss(self.outcome)
            return
        deed = Deed(self.verb, dict(values))
        if self.beside("do", partial(self.desk.do, self.numbers, deed), self._done, self._failed):
            self._is_doing = True
            self.asked = None
            self.tell_again()

    def _failed(self, sentence: str) -> None:
        self._is_doing = False
        self.say_trouble(sentence)

    def _done(self, result: DeedResult) -> None:
        self._is_doing = False
        if not result.refused:
            self.dismiss(result)
        elif len(self.numbers) == 1:
            self.say_trouble(next(iter(result.refused.values())))
        else:
            self.outcome = result
            self.query_one("#fields").display = False
            self.picks.display = False
            self.set_focus(None)
            self.tell_again()

    def _outcome_told(self, result: DeedResult) -> Told:
        done, refused = len(result.done), len(result.refused)
        told = [
            (ngettext("Done to {count} ticket.", "Done to {count} tickets.", done).format(count=done), "effect"),
            (
                ngettext("Refused for {count} ticket:", "Refused for {count} tickets:", refused).format(count=refused),
                "trouble",
            ),
        ]
        for number, sentence in list(result.refused.items())[:MOST_REFUSED]:
            told.append((f"{number}  {sentence}", "muted"))
        if refused > MOST_REFUSED:
            told.append((_("… and {count} more.").format(count=refused - MOST_REFUSED), "muted"))
        return tuple(told)

    @override
    def keys(self) -> str:
        if self.outcome is not None:
            return _("↑ ↓: scroll · Enter: close")
        return super().keys()

    @override
    def action_go_on(self) -> None:
        if self._is_doing:
            return
        if self.outcome is not None:
            self.dismiss(self.outcome)
        else:
            super().action_go_on()

    @override
    def action_leave(self) -> None:
        """Leave everything as it is; what was done stays done and is told."""
        if not self._is_doing:
            self.dismiss(self.outcome)

    @override
    def action_down(self) -> None:
        if self.outcome is not None:
            self.query_one("#told").scroll_down(animate=False)
        else:
            super().action_down()

    @override
    def action_up(self) -> None:
        if self.outcome is not None:
            self.query_one("#told").scroll_up(animate=False)
        else:
            super().action_up()


def clock_lines(picture: TicketPicture, changes: Sequence[ClockChange]) -> list[str]:
    """What becomes of the clocks, one sentence for each kind of change."""
    words = PolicyWords(picture.book)
    ticket_type = picture.ticket.ticket_type
    by_change: dict[Change, list[str]] = {}
    for each in changes:
        name = words.stage_word(ticket_type, each.stage)
        if each.change in _WITH_LIMIT:
            name = f"{name} ({clock_text(each.limit_seconds)})"
        by_change.setdefault(each.change, []).append(name)
    comma = "、" if language() == "zh" else ", "
    return [_(_CHANGES[change]).format(clocks=comma.join(names)) for change, names in by_change.items()]


def _credit_line(picture: TicketPicture, amount_fen: object) -> str:
    """What the line may still grant on a ticket."""
    line_fen, granted_fen = picture.book.recovery.line_authority_fen, picture.ticket.credited_fen
    if isinstance(amount_fen, int) and granted_fen + amount_fen > line_fen:
        return _(
            "{total} yuan in all are more than the line may grant ({line}): the province's leaders grant it."
        ).format(total=yuan(granted_fen + amount_fen), line=yuan(line_fen))
    return _("The line may grant {line} yuan for a ticket; {granted} are granted already.").format(
        line=yuan(line_fen), granted=yuan(granted_fen)
    )
