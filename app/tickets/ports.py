"""What tickets ask of the outside: a store to fold into and read from, and a feed that screens listen to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Final, NamedTuple, Protocol

from app.core.alert_events import AlertDelivered
from app.core.clock import Clock
from app.core.journal import Fact
from app.core.ticket_events import NoticeEvent, NoticeKind
from app.tickets.model import Awaited, Ticket
from app.tickets.picture import TicketSnapshot
from app.tickets.policy import PolicyBook

TREE_OF_NOW: Final[Mapping[str, str]] = MappingProxyType({})
"""Stands for the units as they are at present."""


class BookVersion(NamedTuple):
    """A policy book from the instant it was applied on.

    Attributes:
        version: From 1, one more each time.
        applied_ms: When.
        actor: Who applied it.
        file: The file's name.
        book: What it says.
        parents: The unit above each unit as it was then: calendars are inherited along it, and a cycle that is closed
            stays as it is when the tree changes. `TREE_OF_NOW` where none is remembered.
    """

    version: int
    applied_ms: int
    actor: str
    file: str
    book: PolicyBook
    parents: Mapping[str, str] = TREE_OF_NOW


class Notice(NamedTuple):
    """Something that is known to be broken, or is going to happen; when it is which: `app.tickets.notice_times`.

    Attributes:
        notice: Its id.
        posted_ms: When it was first posted.
        by: Who posted it.
        area: Where; empty for everywhere.
        service: Which service; empty for every.
        wording: What customers are told.
        expected_end_ms: When it should work again, or be over; None where nobody knows.
        ended_ms: When somebody said that it is over; None while nobody has.
        absorbed: Contacts that were answered with it.
        event: What it is: outage, bulk_sms, batch_opening, batch_suspension, system_upgrade, campaign, other.
        starts_ms: When it begins; None where it holds since it was posted.
        volume_percent: What it should do to the calls: 45 for 45 % more; None where nobody knows.
        ahead_seconds: How long before its beginning recipients are told.
        tell: Their keys; empty for those of the chain of level III.
    """

    notice: str
    posted_ms: int
    by: str
    area: str
    service: str
    wording: str
    expected_end_ms: int | None
    ended_ms: int | None
    absorbed: int
    event: NoticeKind = "outage"
    starts_ms: int | None = None
    volume_percent: int | None = None
    ahead_seconds: tuple[int, ...] = ()
    tell: tuple[str, ...] = ()


class NoticeContact(NamedTuple):
    """A contact that a notice absorbed.

    Attributes:
        notice: Which notice.
        contact: Its name within the notice.
        at_ms: When.
        by: Who answered it.
        call: The call, where one is known.
        caller: The number.
        customer: Whose it is.
        area: Where.
        service: Which service.
        is_cut_off: Whether the customer said that it still does not work.
    """

    notice: str
    contact: str
    at_ms: int
    by: str
    call: str
    caller: str
    customer: str
    area: str
    service: str
    is_cut_off: bool


class SavedView(NamedTuple):
    """A filter with a name, shared with everyone of the site.

    Attributes:
        name: What it is called.
        query: The filter as it was typed.
        actor: Who saved it.
        saved_ms: When.
        actor_name: What people call them, where that is known; not kept with it.
    """

    name: str
    query: str
    actor: str
    saved_ms: int
    actor_name: str = ""


class TicketChanges(NamedTuple):
    """What happened to tickets since a sequence number.

    Attributes:
        seq: The newest fact folded.
        generation: How often everything was folded anew; another one means: forget and start anew.
        is_whole: Whether `tickets` are all open ones, not only those that changed.
        tickets: Changed tickets, open ones and closed ones.
    """

    seq: int
    generation: int
    is_whole: bool
    tickets: Sequence[Ticket]


class TicketStore(Protocol):
    """What folding tickets asks of storage. All calls come inside a write transaction."""

    def books(self) -> Sequence[BookVersion]:
        """Every version of the policy book, the oldest first."""
        ...

    def ticket_facts(self, tickets: Sequence[str]) -> Mapping[str, Sequence[Fact]]:
        """All noted facts of some tickets, ordered by instant, then sequence number; tickets with none left out."""
        ...

    def note_facts(self, facts: Sequence[Fact]) -> None:
        """Note which facts are of which ticket, so that `ticket_facts` finds them."""
        ...

    def save_tickets(self, folded: Iterable[tuple[Ticket, Sequence[Awaited], int]]) -> None:
        """Replace tickets, their clocks and what they wait for; the number is the newest fact's sequence number."""
        ...

    def clear_tickets(self) -> None:
        """Remove all that is folded of tickets and notices."""
        ...

    def tickets_in_log(self) -> Iterator[Sequence[str]]:
        """Note all facts of the log anew, then give the numbers of all tickets, some thousand at a time."""
        ...

    def open_tickets(self) -> Iterator[Sequence[str]]:
        """The numbers of all tickets that were not closed when the newest policy book was applied, some thousand at a
        time."""
        ...

    def unit_parents(self) -> Mapping[str, str]:
        """The unit above each unit that has one."""
        ...

    def begin_anew(self) -> None:
        """Tell readers to start anew: more has changed than new facts tell of."""
        ...

    def fold_notices(self, facts: Sequence[Fact]) -> None:
        """Take in facts of notices, in order of sequence number."""
        ...

    def fold_notices_in_log(self) -> None:
        """Fold all notices of the log anew."""
        ...


class TicketReader(Protocol):
    """What screens, reports and commands read."""

    def books(self) -> Sequence[BookVersion]:
        """Every version of the policy book, the oldest first."""
        ...

    def ticket(self, number: str) -> Ticket | None:
        """One ticket; None where there is none of that number."""
        ...

    def tickets(self, numbers: Sequence[str]) -> dict[str, Ticket]:
        """Some tickets by number; those that do not exist are left out."""
        ...

    def ticket_changes(self, since_seq: int, generation: int) -> TicketChanges:
        """What changed since a fact; everything open when the generation is another one, or `since_seq` is 0."""
        ...

    def tickets_of(self, *, customer: str = "", caller: str = "", since_ms: int = 0) -> list[Ticket]:
        """Tickets of a customer or a calling number that were written at an instant or later, or are open."""
        ...

    def tickets_between(self, start_ms: int, end_ms: int) -> Iterator[Ticket]:
        """Tickets that something happened to in [start, end), or that were open in it, in order of number."""
        ...

    def awaited(self, until_ms: int, since_ms: int = 0) -> list[Awaited]:
        """What is due at an instant or before it, the oldest first; since `since_ms` only, where that is given."""
        ...

    def next_awaited_ms(self, since_ms: int = 0) -> int | None:
        """When the next thing is due, of what is due at `since_ms` or later; None where nothing is."""
        ...

    def notices(self, *, only_live: bool) -> list[Notice]:
        """Notices, the newest first."""
        ...

    def notice_contacts(self, notice: str) -> list[NoticeContact]:
        """The contacts a notice absorbed, in order."""
        ...

    def notice_facts(self, notice: str) -> list[NoticeEvent]:
        """What was said of a notice itself, in order: posted, told, ended; empty where there is none."""
        ...

    def notice_deliveries(self, notice: str) -> list[AlertDelivered]:
        """What became of telling people of a notice, in order."""
        ...

    def views(self) -> list[SavedView]:
        """Saved filters, by name."""
        ...


class TicketFeed(Protocol):
    """Where the ticket screens get their pictures from. It works on its own thread; a screen never waits for it."""

    @property
    def clock(self) -> Clock:
        """The clock the floor lives by."""
        ...

    def latest(self) -> TicketSnapshot | None:
        """The newest picture, or None before the first one."""
        ...

    def subscribe(self, listener: Callable[[TicketSnapshot], None]) -> Callable[[], None]:
        """Have `listener` called, on the feed's own thread, with every new picture; returns the way to stop it."""
        ...
