"""What the list of tickets and the peek share: the keys of deeds, and the way from a key to its dialog."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, cast

from app.core.i18n import _, ngettext
from app.tickets.desk import BulkOffer, Deed, DeedResult, Offer, TicketPicture, Verb
from screens.base import host
from screens.ticket_deed_words import VERBS
from screens.ticket_forms import needs_words

if TYPE_CHECKING:
    from textual.screen import Screen

    from app.tickets.desk import TicketDesk
    from screens.beside import Beside

VERBS_OF: Final[Mapping[str, tuple[Verb, ...]]] = MappingProxyType(
    {
        "accept": (Verb.ACCEPT,),
        "transfer": (Verb.TRANSFER, Verb.DISPATCH),
        "return": (Verb.RETURN,),
        "recall": (Verb.RECALL,),
        "hold": (Verb.HOLD, Verb.RESUME),
        "done": (Verb.RESOLVE, Verb.ANSWER, Verb.CLOSE),
        "call": (Verb.CALL_BACK, Verb.PHONE),
    }
)
"""Which deeds each key stands for: the first of them that may be done."""


def verb_for(key: str, picture: TicketPicture) -> Offer:
    """What a key does to a ticket as it stands; with `why_not` where it may do nothing."""
    offers = {offer.verb: offer for offer in picture.offers}
    verbs = VERBS_OF[key]
    if key == "call" and all(promise.kept_ms is not None for promise in picture.ticket.promises):
        # Without a promise to keep, a call is first of all an attempt to reach somebody.
        verbs = verbs[::-1]
    known = [offers.get(verb, Offer(verb, _("This cannot be done to a ticket now."))) for verb in verbs]
    return next((offer for offer in known if not offer.why_not), known[0])


def _count_of(offer: BulkOffer, whole: int) -> str:
    """To how many of the marked tickets it may be done."""
    if len(offer.may) == whole:
        return _("all {count}").format(count=f"{whole:,}")
    return _("{count} of {whole}").format(count=f"{len(offer.may):,}", whole=f"{whole:,}")


class TicketDeeds:
    """Mixed into a screen; a screen says which tickets are meant."""

    def deed_numbers(self) -> tuple[str, ...]:
        """The tickets that are meant."""
        raise NotImplementedError

    def deed_picture(self) -> TicketPicture | None:
        """The ticket whole, where it is known already."""
        return None

    def deed_done(self, numbers: Collection[str]) -> None:
        """Something was done to some tickets."""

    # -- keys -----------------------------------------------------------------------------------------------------

    def do_accept(self) -> None:
        """Accept the tickets."""
        self._begin("accept")

    def do_transfer(self) -> None:
        """Hand them on."""
        self._begin("transfer")

    def do_return(self) -> None:
        """Return them."""
        self._begin("return")

    def do_recall(self) -> None:
        """Recall them."""
        self._begin("recall")

    def do_hold(self) -> None:
        """Hold them, or let them go on."""
        self._begin("hold")

    def do_done(self) -> None:
        """They are done."""
        self._begin("done")

    def do_call(self) -> None:
        """Log a call."""
        self._begin("call")

    def do_more(self) -> None:
        """Choose among all deeds."""
        self._begin("")

    def do_undo(self) -> None:
        """Take the last deed back."""
        from screens.ticket_undo import UndoScreen

        desk, picture = host(self._deed_screen).tickets, self.deed_picture()
        if desk is not None:
            ticket = "" if picture is None else picture.ticket.ticket
            self._deed_screen.app.push_screen(UndoScreen(desk, ticket), self._undone)

    # -- from a key to a dialog -----------------------------------------------------------------------------------

    @property
    def _deed_screen(self) -> Screen[object]:
        return cast("Screen[object]", self)

    @property
    def _beside(self) -> Beside:
        return cast("Beside", self)

    def _begin(self, key: str) -> None:
        """Find out what the key means for the tickets, then ask for what it needs."""
        desk, numbers, picture = host(self._deed_screen).tickets, self.deed_numbers(), self.deed_picture()
        if desk is None or not numbers:
            return
        if len(numbers) > 1:
            self._choose_for_many(key, numbers, desk)
        elif picture is not None:
            self._choose_for_one(key, desk, picture)
        else:
            self._beside.beside(
                "deed_picture", partial(desk.picture, numbers[0]), partial(self._pictured, key, desk), self._say_trouble
            )

    def _pictured(self, key: str, desk: TicketDesk, picture: TicketPicture | None) -> None:
        if picture is None:
            self._say_trouble(_("There is no such ticket any more."))
        else:
            self._choose_for_one(key, desk, picture)

    def _choose_for_one(self, key: str, desk: TicketDesk, picture: TicketPicture) -> None:
        if not key:
            self._ask_which(picture.offers, lambda verb: self._do((picture.ticket.ticket,), verb, desk, picture))
            return
        offer = verb_for(key, picture)
        if offer.why_not:
            host(self._deed_screen).tell(offer.why_not, "warning")
        else:
            self._do((picture.ticket.ticket,), offer.verb, desk, picture)

    def _choose_for_many(self, key: str, numbers: tuple[str, ...], desk: TicketDesk) -> None:
        """Ask to which of them what may be done; what none of them lets be done is not begun."""
        verbs = VERBS_OF[key] if key else tuple(Verb)
        self._beside.beside(
            "deed_offers",
            partial(desk.offered, numbers, verbs),
            partial(self._offered, key, numbers, desk),
            self._say_trouble,
        )

    def _offered(self, key: str, numbers: tuple[str, ...], desk: TicketDesk, found: tuple[BulkOffer, ...]) -> None:
        by_verb = {each.verb: each for each in found}
        possible = [each for each in found if each.may]

        def begin(verb: Verb) -> None:
            self._do_to_many(by_verb[verb], len(numbers), desk)

        if len(possible) == 1 and key:
            begin(possible[0].verb)
        elif possible:
            notes = {each.verb: _count_of(each, len(numbers)) for each in possible}
            offers = [Offer(each.verb, "" if each.may else each.why_not) for each in found if each.may or not key]
            self._ask_which(offers, begin, notes)
        else:
            why = next((each.why_not for each in found if each.why_not), _("There is no such ticket any more."))
            sentence = ngettext("Not with the {count} ticket: {why}", "Not with any of the {count} tickets: {why}",
                                len(numbers))  # fmt: skip
            host(self._deed_screen).tell(sentence.format(count=len(numbers), why=why), "warning")

    def _ask_which(
        self, offers: Sequence[Offer], done: Callable[[Verb], None], notes: Mapping[Verb, str] | None = None
    ) -> None:
        from screens.ticket_more import MoreDeeds

        def chosen(verb: Verb | None) -> None:
            if verb is not None:
                done(verb)

        self._deed_screen.app.push_screen(MoreDeeds(offers, notes), chosen)

    def _do_to_many(self, offer: BulkOffer, whole: int, desk: TicketDesk) -> None:
        """Ask what it needs, with the number of those it would be done to, and why it would not be done to the rest."""
        from screens.ticket_deed import TicketDeedScreen

        left_out = whole - len(offer.may)
        note = ""
        if left_out:
            sentence = ngettext("Not to {count} marked ticket: {why}", "Not to {count} marked tickets: {why}", left_out)
            note = sentence.format(count=left_out, why=offer.why_not or _("There is no such ticket any more."))
        screen = TicketDeedScreen(offer.may, offer.verb, desk, note=note)
        self._deed_screen.app.push_screen(screen, partial(self._dialog_done, offer.verb))

    def _do(self, numbers: tuple[str, ...], verb: Verb, desk: TicketDesk, picture: TicketPicture | None) -> None:
        from screens.ticket_deed import TicketDeedScreen

        if not needs_words(verb):
            # A deed that asks for nothing and can be taken back needs no dialog.
            self._beside.beside(
                "deed", partial(desk.do, numbers, Deed(verb)), partial(self._told, verb), self._say_trouble
            )
            return
        self._deed_screen.app.push_screen(
            TicketDeedScreen(numbers, verb, desk, picture), partial(self._dialog_done, verb)
        )

    def _dialog_done(self, verb: Verb, result: DeedResult | None) -> None:
        if result is not None:
            self._told(verb, result)

    def _told(self, verb: Verb, result: DeedResult) -> None:
        app = host(self._deed_screen)
        count = len(result.done)
        if count:
            done = ngettext("{verb}: done to {count} ticket.", "{verb}: done to {count} tickets.", count)
            undo = " " + _("{key} takes it back.").format(key="z") if result.act else ""
            app.tell(done.format(verb=_(VERBS[verb]), count=count) + undo)
        if result.refused and not count:
            app.tell(next(iter(result.refused.values())), "warning")
        self.deed_done(result.done)

    def _undone(self, result: DeedResult | None) -> None:
        if result is not None:
            count = len(result.done)
            sentence = ngettext("Taken back on {count} ticket.", "Taken back on {count} tickets.", count)
            host(self._deed_screen).tell(sentence.format(count=count))
            self.deed_done(())

    def _say_trouble(self, sentence: str) -> None:
        host(self._deed_screen).tell(sentence, "error")
