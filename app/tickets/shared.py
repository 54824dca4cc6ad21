"""What people share at the desk beside the tickets: saved filters, and notices that contacts are answered with."""

from __future__ import annotations

from typing import Final

from app.core.clock import Clock
from app.core.errors import RuleRefused, UsageProblem
from app.core.facts import Batch, Draft
from app.core.i18n import _
from app.core.journal import Journal
from app.core.tables import shown
from app.core.ticket_events import NoticeLinked
from app.people.model import Actor
from app.tickets.making import built
from app.tickets.notice_times import live
from app.tickets.ports import SavedView
from app.tickets.query import parse, vocabulary
from app.tickets.service import SOURCE, ActStore, DeskStore, book_in_force

LONGEST_VIEW: Final = 60
"""Characters of the name of a saved filter: what a line has room for."""


class SavedViews:
    """Filters with names, shared with everyone of the site.

    Args:
        tickets: Where they are kept.
        acts: Gives the transaction.
        actor: Who saves them.
        clock: Tells when.
    """

    def __init__(self, tickets: DeskStore, acts: ActStore, actor: Actor, clock: Clock) -> None:
        self._tickets = tickets
        self._acts = acts
        self._actor = actor
        self._clock = clock

    def save(self, name: str, query: str) -> None:
        """Save a filter under a name; the name's earlier filter is replaced.

        Raises:
            UsageProblem: When the name or the filter is none.
        """
        name, query = name.strip(), query.strip()
        if not 0 < len(name) <= LONGEST_VIEW or not name.isprintable():
            raise UsageProblem(_("Name the filter in 1 to {limit} characters on one line.").format(limit=LONGEST_VIEW))
        if not query:
            raise UsageProblem(_("There is no filter to save: type one first."))
        parse(query, vocabulary(book_in_force(self._tickets)))
        with self._acts.writing():
            self._tickets.save_view(SavedView(name, query, self._actor.person, self._clock.now_ms()))

    def remove(self, name: str) -> None:
        """Forget a saved filter.

        Raises:
            RuleRefused: When there is none of that name.
        """
        with self._acts.writing():
            is_gone = self._tickets.remove_view(name.strip())
        if not is_gone:
            raise RuleRefused(
                _("There is no saved filter {name}: “watchfloor tickets views” names them.").format(name=shown(name))
            )


class Absorbing:
    """Answers contacts with notices instead of tickets.

    Args:
        journal: Where facts are recorded.
        tickets: Where notices are read; of the same connection.
        acts: Likewise.
        actor: Who answers.
        clock: Tells when.
    """

    def __init__(self, journal: Journal, tickets: DeskStore, acts: ActStore, actor: Actor, clock: Clock) -> None:
        self._journal = journal
        self._tickets = tickets
        self._acts = acts
        self._actor = actor
        self._clock = clock

    def absorb(self, notice: str, *, call: str | None, caller: str, customer: str, area: str, service: str) -> str:
        """Answer a contact with a notice; returns the contact's name within it.

        Raises:
            RuleRefused: When there is no such notice, it has not begun, or it is over.
        """
        contact = ""

        def make() -> Batch:
            nonlocal contact
            at_ms = self._clock.now_ms()
            if all(notice != known.notice for known in live(self._tickets.notices(only_live=True), at_ms)):
                raise RuleRefused(_("There is no live notice {notice}: write a ticket.").format(notice=shown(notice)))
            contact = f"{at_ms}-{self._acts.newest_seq() + 1}"
            told = {"call": call or None, "caller": caller, "customer": customer, "area": area, "service": service}
            fact = built(
                NoticeLinked, "absorb", told, at_ms=at_ms, notice=notice, by=self._actor.person, contact=contact
            )
            return Batch(SOURCE, [Draft(fact, contact.encode())])

        self._journal.decide(make)
        return contact
