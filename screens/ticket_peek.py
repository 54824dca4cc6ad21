"""The peek at a ticket: its clocks, its path, its people and what may be done to it, laid over the list."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical, VerticalScroll
from textual.screen import ModalScreen
from typing_extensions import override

from app.core.i18n import N_, _, pgettext
from app.tickets.books import Books
from app.tickets.desk import TicketDesk, TicketPicture, Verb
from app.tickets.picture import TicketSnapshot
from screens.actions import Action, ActionState, actions_of, bindings
from screens.banner import ScreenBanner
from screens.base import Living, host
from screens.beside import Beside
from screens.lines import HintLine, repaint_all
from screens.peek import PeekSentence
from screens.ticket_deeds import VERBS_OF, TicketDeeds, verb_for
from screens.ticket_peek_lines import Look, ticket_lines, title_lines
from widgets.painted import Line, Painted

RELOAD_MS: Final = 30_000
"""How old the ticket may get while it is open and nothing is known to have changed: who may do what depends on more
than the ticket."""

HINTS: Final = {
    Verb.DISPATCH: N_("Dispatch"),
    Verb.RESUME: N_("Resume"),
    Verb.RESOLVE: N_("Resolve"),
    Verb.ANSWER: N_("Answer"),
    Verb.CLOSE: N_("Close ticket"),
}
"""What a key does that stands for several deeds, where it is not what the key is called."""

_STYLES: Final = ("title", "text", "muted", "faint", "label", "heading", "key", "notice", "warn")


class TicketLines(Painted):
    """Some lines about a ticket.

    Args:
        whole: Everything but the title; else the title.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"peek--{name}" for name in _STYLES}
    DEFAULT_CSS: ClassVar[str] = """
    TicketLines > .peek--title { color: $foreground; text-style: bold; }
    TicketLines > .peek--text { color: $foreground; }
    TicketLines > .peek--muted { color: $ink-muted; }
    TicketLines > .peek--faint { color: $ink-faint; }
    TicketLines > .peek--label { color: $ink-muted; }
    TicketLines > .peek--heading { color: $accent; text-style: bold; }
    TicketLines > .peek--key { color: $footer-key-foreground; text-style: bold; }
    TicketLines > .peek--notice { color: $level-notice; }
    TicketLines > .peek--warn { color: $level-warn; text-style: bold; }
    """

    def __init__(self, whole: bool) -> None:
        super().__init__()
        self._whole = whole
        self._known: tuple[TicketPicture, Books | None] | None = None

    def show(self, picture: TicketPicture, books: Books | None) -> None:
        """Show a ticket."""
        self._known = (picture, books)
        self.repaint()

    @override
    def paint(self, width: int) -> list[Line]:
        if self._known is None or not width:
            return []
        app = host(self)
        look = Look(*self._known, app.clock.now_ms(), app.local)
        return ticket_lines(look, width) if self._whole else title_lines(look, width)


class OfferLine(HintLine):
    """The keys of the ticket: of the deeds only those that may be done now, called what they would do."""

    def __init__(self, actions: Sequence[Action]) -> None:
        super().__init__(actions)
        self._every = tuple(actions)

    def offer(self, picture: TicketPicture) -> None:
        """Show what may be done to a ticket as it stands."""
        offers = {f"ticket.{key}": verb_for(key, picture) for key in VERBS_OF}
        kept = [each for each in self._every if each.id not in offers or not offers[each.id].why_not]
        self._actions = [
            replace(each, hint=HINTS.get(offers[each.id].verb, each.hint)) if each.id in offers else each
            for each in kept
            if each.hint
        ]
        self.repaint()


class TicketPeek(Living, TicketDeeds, Beside, ModalScreen[None]):
    """One ticket.

    Args:
        number: Which.
    """

    CSS_PATH = "ticket_peek.tcss"
    BINDINGS: ClassVar[list[BindingType]] = bindings("ticket", "app")
    AUTO_FOCUS = "#ticket-whole"
    where = "ticket"

    def __init__(self, number: str) -> None:
        super().__init__()
        self.number = number
        self.picture: TicketPicture | None = None
        self._books: Books | None = None
        self._asked_ms: int | None = None
        self._seen_revision = -1

    def compose(self) -> ComposeResult:
        with Vertical(id="ticket"):
            yield ScreenBanner(host(self), most_lines=1)
            yield TicketLines(whole=False)
            yield PeekSentence()
            with VerticalScroll(id="ticket-whole"):
                yield TicketLines(whole=True)
            yield OfferLine(actions_of("ticket"))

    def on_mount(self) -> None:
        """Ask for the ticket."""
        self.query_one(PeekSentence).say(_("Reading the ticket…"))
        self._load()

    def show_tickets(self, picture: TicketSnapshot) -> None:
        changed = picture.changed_since(self._seen_revision)
        self._seen_revision = picture.revision
        if changed is None or self.number in changed:
            self._load()

    def tick(self) -> None:
        for lines in self.query(TicketLines):
            lines.repaint()
        if self._asked_ms is None or abs(host(self).clock.now_ms() - self._asked_ms) >= RELOAD_MS:
            self._load()

    def language_changed(self) -> None:
        repaint_all(self)

    def figures(self) -> list[tuple[str, str]]:
        return [
            (_("Used"), _("What counts against the limit: open time by the clock's calendar, without pauses.")),
            (_("Left"), _("The limit without what is used; below 0 once it is overdue.")),
            (_("Due"), _("When nothing is left if the clock runs on; a clock that waits has no such instant.")),
            (pgettext("on the wall", "Elapsed"), _("Time on the wall since the clock began, pauses and nights too.")),
        ]

    def fill_state(self, state: ActionState) -> ActionState:
        if self.picture is None:
            return state
        offers = {key: verb_for(key, self.picture) for key in VERBS_OF}
        why_not = {key: offer.why_not for key, offer in offers.items() if offer.why_not}
        return replace(state, ticket=self.number, why_not=why_not)

    def _load(self) -> None:
        app = host(self)
        desk = app.tickets
        if desk is not None:
            self._asked_ms = app.clock.now_ms()
            self.beside("ticket", lambda: self._read(desk), self._show, self._say)

    def _read(self, desk: TicketDesk) -> tuple[TicketPicture | None, Books]:
        return desk.picture(self.number), desk.books()

    def _show(self, found: tuple[TicketPicture | None, Books]) -> None:
        picture, self._books = found
        if picture is None:
            self._say(_("There is no such ticket any more."))
            return
        self.picture = picture
        self.query_one(PeekSentence).say("")
        self.query_one(OfferLine).offer(picture)
        for lines in self.query(TicketLines):
            lines.show(picture, self._books)

    def _say(self, sentence: str) -> None:
        self.query_one(PeekSentence).say(sentence)

    # -- deeds ----------------------------------------------------------------------------------------------------

    def deed_numbers(self) -> tuple[str, ...]:
        return (self.number,)

    def deed_picture(self) -> TicketPicture | None:
        return self.picture

    def deed_done(self, numbers: Collection[str]) -> None:  # noqa: ARG002 - one ticket, done or not: it is read again
        self._load()

    def do_close(self) -> None:
        """Back to the tickets."""
        self.dismiss(None)
