"""What people do to tickets: read anew, checked and recorded inside one write transaction, so that of two one wins."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, suppress
from datetime import tzinfo
from typing import Final, Protocol

from app.core.clock import Clock
from app.core.errors import RuleRefused, UsageProblem
from app.core.facts import Batch, Draft
from app.core.i18n import _
from app.core.journal import Journal
from app.core.tables import shown
from app.core.ticket_events import TicketActWithdrawn, TicketCreated, TicketEvent
from app.people.model import Actor, Person, Unit
from app.people.ports import PeopleReader
from app.tickets.desk import Deed, DeedResult, NewTicket, Verb
from app.tickets.ground import Ground
from app.tickets.loops import DAY_MS, repeats
from app.tickets.making import check_deed, creation, facts_of
from app.tickets.model import Ticket
from app.tickets.numbers import Numbers, SerialStore
from app.tickets.policy import PolicyBook
from app.tickets.ports import SavedView, TicketReader
from app.tickets.rules import check
from app.tickets.undoing import steps_of, undo_refusal

SOURCE: Final = "tickets"
"""Under which name the event log keeps what people do here."""

AHEAD_MS: Final = 60_000
"""How far a ticket's newest fact may lie ahead of the clock here: what is done then is done right after it. More is a
clock that is wrong, and what was done would come to lie before what it answers."""

UNDO_MS: Final = 24 * 3_600_000
"""How far back the newest act is looked for when none is named; an older one is named."""


class DeskStore(TicketReader, SerialStore, Protocol):
    """Tickets, the numbers given out, and saved filters."""

    def save_view(self, view: SavedView) -> None:
        """Keep a filter under its name instead of an earlier one; inside a write transaction."""
        ...

    def remove_view(self, name: str) -> bool:
        """Forget a filter; inside a write transaction. Says whether there was one."""
        ...


class ActStore(Protocol):
    """What the service asks of the event log beside the tickets that are folded from it."""

    def writing(self) -> AbstractContextManager[object]:
        """One write transaction: committed at the end, rolled back by any exception."""
        ...

    def newest_seq(self) -> int:
        """The newest fact in the log."""
        ...

    def acts_of(self, person: str, since_ms: int) -> Iterator[str]:
        """The acts of a person since an instant, the newest first; taking back is none."""
        ...

    def tickets_of_act(self, act: str, start_ms: int, end_ms: int) -> list[str]:
        """The tickets that an act touched in [start, end), in order of number."""
        ...

    def call_ended_ms(self, call: str) -> int | None:
        """When a call ended; None where it lasts, or is not known."""
        ...


class _Nothing(Exception):
    """Every ticket was refused: the way out of a transaction that has nothing to store."""


class TicketService:
    """What one person may do.

    Args:
        journal: Where facts are recorded.
        tickets: Where tickets are read; of the same connection as the journal.
        acts: Likewise.
        people: Likewise.
        actor: Who does it.
        zone: The site's zone.
        clock: Tells the present instant.
        prefix: What new numbers begin with.
    """

    def __init__(
        self,
        journal: Journal,
        tickets: DeskStore,
        acts: ActStore,
        people: PeopleReader,
        actor: Actor,
        zone: tzinfo,
        clock: Clock,
        prefix: str,
    ) -> None:
        self._journal = journal
        self._tickets = tickets
        self._acts = acts
        self._people = people
        self._actor = actor
        self._zone = zone
        self._clock = clock
        self._numbers = Numbers(prefix, zone, tickets)
        self._roster: tuple[int, Mapping[str, Unit], Mapping[str, Person]] = (-1, {}, {})

    def ground(self) -> Ground:
        """The site as it is now."""
        revision = self._people.revision()
        if revision != self._roster[0]:
            self._roster = (revision, self._people.units(), self._people.people())
        _revision, units, people = self._roster
        return Ground(units, people, book_in_force(self._tickets), self._zone, self._clock.now_ms())

    # -- deeds -------------------------------------------------------------------------------------------------------

    def create(self, new: NewTicket) -> str:
        """Write a ticket; returns its number.

        Raises:
            RuleRefused: When the actor may not, or there is no such type.
            UsageProblem: When a value is wrong.
        """
        number = ""

        def make() -> Batch:
            nonlocal number
            ground = self.ground()
            act = self._new_act(ground.now_ms)
            number = self._numbers.next(ground.now_ms, lambda wanted: self._tickets.ticket(wanted) is not None)
            ended_ms = self._acts.call_ended_ms(new.call) if new.call else None
            made = creation(new, number, self._actor, ground, act, ended_ms)
            return _batch(act, [made, *self._repeats(made, ground)])

        self._journal.decide(make)
        return number

    def do(self, numbers: Sequence[str], deed: Deed) -> DeedResult:
        """Do something to some tickets by one act: those that may not be done are named with why.

        Raises:
            UsageProblem: When a value is wrong, or no ticket is named; nothing is done then.
        """
        wanted = list(dict.fromkeys(numbers))
        if not wanted:
            raise UsageProblem(_("Name a ticket: nothing is done to none."))

        def act_on(ticket: Ticket, ground: Ground, act: str) -> list[TicketEvent]:
            check(ticket, deed.verb, self._actor, ground)
            return facts_of(ticket, deed, self._actor, ground, _instant_for(ticket, ground), act)

        def before(ground: Ground) -> None:
            check_deed(deed, ground)
            self._check_target(deed)

        return self._decide_each(lambda _ground: wanted, act_on, before)

    def undo(self, act: str = "") -> DeedResult:
        """Take an act back on every ticket it touched: the actor's newest that counts still, when none is named.

        Raises:
            RuleRefused: When there is none, it is not the actor's, or something has been built on it since on each of
                its tickets.
        """
        # Looked for before the transaction begins: whether it can be taken back is asked inside.
        chosen = act or self._newest_act(self._clock.now_ms())

        def touched(_ground: Ground) -> list[str]:
            found = self._touched(chosen)
            if not found:
                raise RuleRefused(
                    _("There is no act {act} on any ticket: “watchfloor tickets show” names them.").format(
                        act=shown(chosen)
                    )
                )
            return found

        def act_on(ticket: Ticket, ground: Ground, new_act: str) -> list[TicketEvent]:
            if reason := undo_refusal(ticket, chosen, self._actor, ground):
                raise RuleRefused(reason)
            at_ms = _instant_for(ticket, ground)
            by = self._actor.person
            return [TicketActWithdrawn(at_ms=at_ms, ticket=ticket.ticket, by=by, act=new_act, withdrawn=chosen)]

        result = self._decide_each(touched, act_on)
        if not result.done:
            raise RuleRefused(next(iter(result.refused.values())))
        return result

    def touched(self, act: str = "") -> DeedResult:
        """What `undo` would take back: the act, and the tickets on which it counts still. Nothing is done.

        Raises:
            RuleRefused: When there is none.
        """
        chosen = act or self._newest_act(self.ground().now_ms)
        found = self._tickets.tickets(self._touched(chosen))
        done = tuple(number for number, ticket in found.items() if steps_of(ticket, chosen))
        if not done:
            raise RuleRefused(_("It was taken back already."))
        return DeedResult(chosen, done)

    def _decide_each(
        self,
        choose: Callable[[Ground], list[str]],
        act_on: Callable[[Ticket, Ground, str], list[TicketEvent]],
        before: Callable[[Ground], None] = lambda _ground: None,
    ) -> DeedResult:
        """Do something to each ticket that lets it be done, in one transaction and by one act."""
        result = DeedResult("", ())

        def make() -> Batch:
            nonlocal result
            ground = self.ground()
            before(ground)
            wanted = choose(ground)
            act = self._new_act(ground.now_ms)
            made: list[TicketEvent] = []
            done: list[str] = []
            refused: dict[str, str] = {}
            found = self._tickets.tickets(wanted)
            for number in wanted:
                try:
                    if number not in found:
                        raise RuleRefused(_("There is no ticket {number}.").format(number=shown(number)))
                    made += act_on(found[number], ground, act)
                    done.append(number)
                except RuleRefused as reason:
                    refused[number] = str(reason)
            result = DeedResult(act if done else "", tuple(done), refused)
            if not done:
                raise _Nothing
            return _batch(act, made)

        with suppress(_Nothing):
            self._journal.decide(make)
        return result

    def _new_act(self, now_ms: int) -> str:
        """A name for a command. It begins with the instant, so that its facts are found by that, and ends with the
        place in the log, which is another one for each command that stored something."""
        return f"{now_ms}-{self._acts.newest_seq() + 1}"

    def _newest_act(self, now_ms: int) -> str:
        for act in self._acts.acts_of(self._actor.person, now_ms - UNDO_MS):
            tickets = self._tickets.tickets(self._touched(act))
            if any(steps_of(ticket, act) for ticket in tickets.values()):
                return act
        raise RuleRefused(_("You have done nothing to a ticket in the last day that could be taken back."))

    def _touched(self, act: str) -> list[str]:
        written = act.partition("-")[0]
        if written.isascii() and written.isdigit() and len(written) <= len(str(1 << 62)) - 2:
            start_ms = int(written)
            if found := self._acts.tickets_of_act(act, start_ms, start_ms + AHEAD_MS + 1):
                return found
        # Commands of bridges are named by them.
        return self._acts.tickets_of_act(act, 0, 1 << 62)

    # -- what belongs to a deed --------------------------------------------------------------------------------------

    def _check_target(self, deed: Deed) -> None:
        if deed.verb is not Verb.LINK:
            return
        to, target = deed.values["to"], str(deed.values["target"])
        if to == "ticket" and self._tickets.ticket(target) is None:
            raise UsageProblem(_("There is no ticket {number}.").format(number=shown(target)))
        if to == "notice" and all(target != notice.notice for notice in self._tickets.notices(only_live=False)):
            raise UsageProblem(_("There is no notice {notice}.").format(notice=shown(target)))

    def _repeats(self, made: TicketCreated, ground: Ground) -> list[TicketEvent]:
        """What a new ticket repeats: the same customer's call of a moment ago, the same complaint of the last weeks."""
        book = ground.book
        since_ms = made.at_ms - max(book.repeat_days * DAY_MS, book.repeat_seconds * 1000)
        return repeats(
            made, self._tickets.tickets_of(customer=made.customer, caller=made.caller, since_ms=since_ms), book
        )


def book_in_force(tickets: TicketReader) -> PolicyBook:
    """What the site promises now: the book applied last, or the shipped one."""
    versions = tickets.books()
    if versions:
        return versions[-1].book
    from app.tickets.policy_file import shipped_book

    return shipped_book()


def _batch(act: str, made: Sequence[TicketEvent]) -> Batch:
    return Batch(SOURCE, [Draft(event, f"{act}/{place}".encode()) for place, event in enumerate(made)])


def _instant_for(ticket: Ticket, ground: Ground) -> int:
    """When something is done to a ticket: now, or with its newest fact where that is a little ahead."""
    if ticket.changed_ms - ground.now_ms > AHEAD_MS:
        raise RuleRefused(
            _(
                "Its newest fact is of {when}, ahead of the clock here: set the clocks right, or wait until then."
            ).format(when=ground.moment(ticket.changed_ms))
        )
    return max(ground.now_ms, ticket.changed_ms)
