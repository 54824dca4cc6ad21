"""What the ticket screens ask of the outside: a ticket whole, what may be done to it, and the deeds themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple, Protocol

from app.tickets.books import Books
from app.tickets.model import Ticket
from app.tickets.policy import PolicyBook
from app.tickets.ports import Notice, SavedView
from app.tickets.recovery import RecoveryStatus


class Verb(StrEnum):
    """What a person can do to a ticket; each is one kind of fact."""

    DISPATCH = "dispatch"
    RECEIVE = "receive"
    FORWARD = "forward"
    DELIVER = "deliver"
    ACCEPT = "accept"
    START = "start"
    DEPART = "depart"
    ARRIVE = "arrive"
    DELAY = "delay"
    CONTACT = "contact"
    HOLD = "hold"
    RESUME = "resume"
    TRANSFER = "transfer"
    RETURN = "return"
    RECALL = "recall"
    PHONE = "phone"
    RESOLVE = "resolve"
    ANSWER = "answer"
    PROMISE = "promise"
    CALL_BACK = "call_back"
    SURVEY = "survey"
    CLOSE = "close"
    REOPEN = "reopen"
    LINK = "link"
    UNQUALIFIED = "unqualified"
    NOTE = "note"
    PRIORITISE = "prioritise"
    ANSWER_FLAG = "answer_flag"
    CREDIT = "credit"


@dataclass(frozen=True, slots=True)
class Deed:
    """A verb with what it needs: the fields of its fact but `at_ms`, `ticket`, `by` and `act`.

    Attributes:
        verb: What is to be done.
        values: For example `{"unit": "u1", "note": "…"}` to dispatch; checked like any fact.
    """

    verb: Verb
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Offer:
    """Whether a person may do something to a ticket as it stands.

    Attributes:
        verb: What.
        why_not: Why it may not be done now, as a sentence; empty where it may.
    """

    verb: Verb
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class BulkOffer:
    """To which of several tickets a person may do something.

    Attributes:
        verb: What.
        may: Those to which they may, in the order they were named in.
        why_not: Why the first of the others may not, as a sentence; empty where there is none.
    """

    verb: Verb
    may: tuple[str, ...]
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class DeedResult:
    """What became of a deed on some tickets.

    Attributes:
        act: The command, for taking it back; empty where nothing was done.
        done: The tickets on which it was done.
        refused: Sentences by the tickets on which it was not.
    """

    act: str
    done: tuple[str, ...]
    refused: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NewTicket:
    """What a person fills in to write a ticket; the fields of `TicketCreated`."""

    ticket_type: str
    title: str
    unit: str = ""
    customer: str = ""
    caller: str = ""
    stars: int | None = None
    subject: str = ""
    area: str = ""
    service: str = ""
    call: str | None = None
    risks: tuple[str, ...] = ()
    compensation_fen: int | None = None
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Person:
    """A person to phone about a ticket.

    Attributes:
        role: sender, owner, unit, manager_1, manager_2 or customer.
        name: What people call them.
        phone: Their number; empty where none is known.
    """

    role: str
    name: str
    phone: str


class CallTold(NamedTuple):
    """A call that a ticket came from, as the floor knows it.

    Attributes:
        call: The telephone system's id of it.
        queue: The queue it entered first.
        entered_ms: When.
        agent: Who answered it last, the agent's id; empty where nobody did.
    """

    call: str
    queue: str
    entered_ms: int
    agent: str


@dataclass(frozen=True, slots=True)
class TicketPicture:
    """A ticket whole, for the peek.

    Attributes:
        ticket: The ticket.
        book: The policy book in force.
        offers: What this person may do to it now, or why not.
        people: Whom to phone about it, the first to try first.
        unit_names: What people call the units that occur in it.
        person_names: What people call the persons that occur in it.
        calls: The calls it came from, of which the floor knows more than their id.
    """

    ticket: Ticket
    book: PolicyBook
    offers: tuple[Offer, ...]
    people: tuple[Person, ...]
    unit_names: Mapping[str, str]
    person_names: Mapping[str, str]
    calls: tuple[CallTold, ...] = ()


class TicketDesk(Protocol):
    """Where the ticket screens get a ticket from and hand their deeds to.

    Every call reads or writes the store: call it from a worker thread. All raise StoreProblem when the store cannot
    be used.
    """

    @property
    def actor(self) -> str:
        """Who does what is done here: a person id where the roster knows them."""
        ...

    def book(self) -> PolicyBook:
        """The policy book in force; an empty one where none was applied."""
        ...

    def books(self) -> Books:
        """Every version of the policy book, for counting what a clock has used by its own calendar."""
        ...

    def picture(self, number: str) -> TicketPicture | None:
        """A ticket whole; None where there is none of that number."""
        ...

    def offered(self, numbers: Sequence[str], verbs: Sequence[Verb]) -> tuple[BulkOffer, ...]:
        """To which of several tickets the actor may do what, in the order of the verbs.

        Args:
            numbers: The tickets; those that are not there any more count as ones that may not.
            verbs: What is asked about.
        """
        ...

    def recovery(self) -> RecoveryStatus:
        """What customers were granted in the present month, and how near that is to the line."""
        ...

    def create(self, new: NewTicket) -> str:
        """Write a ticket; returns its number.

        Raises:
            RuleRefused: When the actor may not, or there is no such type.
            UsageProblem: When a value is wrong.
        """
        ...

    def do(self, numbers: Sequence[str], deed: Deed) -> DeedResult:
        """Do something to some tickets, each on its own: those that may not are named with why, the others are done.

        All are done in one transaction and by one act.

        Raises:
            UsageProblem: When a value is wrong; nothing is done then.
        """
        ...

    def undo(self, act: str = "") -> DeedResult:
        """Take an act back on every ticket it touched: the actor's newest that can be, when none is named.

        Raises:
            RuleRefused: When there is none, it is not the actor's, or something has been built on it since.
        """
        ...

    def touched(self, act: str = "") -> DeedResult:
        """What `undo` would take back: the act, and the tickets on which it counts still. Nothing is done.

        Raises:
            RuleRefused: When there is none.
        """
        ...

    def units(self) -> list[tuple[str, str]]:
        """Units a ticket can be sent to, as (id, name), in order of name."""
        ...

    def people(self, unit: str) -> list[tuple[str, str]]:
        """The people of a unit and of those below it, as (id, name), in order of name."""
        ...

    def views(self) -> list[SavedView]:
        """Saved filters, by name."""
        ...

    def save_view(self, name: str, query: str) -> None:
        """Save a filter under a name; the name's earlier filter is replaced.

        Raises:
            UsageProblem: When the name or the filter is none.
        """
        ...

    def remove_view(self, name: str) -> None:
        """Forget a saved filter."""
        ...

    def notices(self, area: str = "", service: str = "", caller: str = "") -> list[Notice]:
        """Live notices that match an area and a service, the best match first; all live ones when none is given.

        Args:
            area: Where; empty where it is not known.
            service: What does not work; empty where it is not known.
            caller: The number that called: with no area, the one of its newest ticket counts. A number of which no area
                is known matches what is so everywhere.
        """
        ...

    def absorb(self, notice: str, *, call: str | None, caller: str, customer: str, area: str, service: str) -> str:
        """Answer a contact with a notice instead of a ticket; returns the contact's id."""
        ...
