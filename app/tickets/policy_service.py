"""Putting a policy book in force: what it would move, and the one step in which it does."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import tzinfo
from typing import NamedTuple, Protocol

from app.core.errors import RuleRefused, UsageProblem
from app.core.i18n import _
from app.core.journal import Fact
from app.core.zones import iso
from app.tickets.books import Books, shipped_version
from app.tickets.history import fold_ticket
from app.tickets.model import Clock, Ticket
from app.tickets.policy import PolicyBook
from app.tickets.policy_file import SHIPPED_FILE
from app.tickets.ports import BookVersion

Progress = Callable[[int, int], None]
"""Told how many tickets are done, and of how many; what it raises ends the work, and nothing is changed."""


class PolicyStore(Protocol):
    """What the service asks of storage."""

    def books(self) -> Sequence[BookVersion]:
        """Every version of the policy book, the oldest first."""
        ...

    def open_tickets(self) -> Iterator[Sequence[str]]:
        """The numbers of all tickets that are not closed, some thousand at a time."""
        ...

    def ticket_facts(self, tickets: Sequence[str]) -> Mapping[str, Sequence[Fact]]:
        """All facts of some tickets."""
        ...

    def tickets(self, numbers: Sequence[str]) -> Mapping[str, Ticket]:
        """Some tickets as they are folded."""
        ...

    def unit_parents(self) -> Mapping[str, str]:
        """The unit above each unit that has one."""
        ...

    def save_book(self, book: PolicyBook, applied_ms: int, actor: str, file: str) -> int:
        """Put a book in force, inside a write transaction; returns its version."""
        ...


class Refolding(Protocol):
    """What counts the open tickets anew."""

    def refold_open(self, progress: Progress) -> int:
        """Count every open ticket anew, inside the write transaction that saved the book."""
        ...

    def forget(self) -> None:
        """Drop what is kept in memory: the transaction was rolled back."""
        ...


class TypeEffect(NamedTuple):
    """What a book would do to the open tickets of a type.

    Attributes:
        ticket_type: The type.
        tickets: How many are open.
        tickets_moved: Of how many a clock would move.
        clocks: How many of their clocks are open, by the book in force or by the new one.
        clocks_moved: How many of those would have another limit, due time, warning or point of action, would end, or
            would begin.
        has_policy: Whether the new book knows the type; without it its tickets have no clock.
    """

    ticket_type: str
    tickets: int
    tickets_moved: int
    clocks: int
    clocks_moved: int
    has_policy: bool


class Order(NamedTuple):
    """A book that somebody wants to put in force.

    Attributes:
        book: What it says.
        file: The file it came from.
        actor: Who wants it.
        now_ms: The present instant.
    """

    book: PolicyBook
    file: str
    actor: str
    now_ms: int


def in_force(store: PolicyStore) -> BookVersion:
    """The book that counts now: the newest applied, else the shipped one."""
    versions = store.books()
    return versions[-1] if versions else shipped_version()


def is_unchanged(store: PolicyStore, book: PolicyBook) -> bool:
    """Whether putting a book in force would change nothing: it says what holds already."""
    return in_force(store).book == book


def preview(store: PolicyStore, order: Order, progress: Progress = lambda _done, _total: None) -> list[TypeEffect]:
    """What a book would do to every type that has open tickets, in order of type; changes nothing."""
    versions = store.books()
    parents = store.unit_parents()
    number = in_force(store).version + 1
    new = BookVersion(number, order.now_ms, order.actor, order.file, order.book, parents)
    books = Books([*versions, new], parents)
    groups = list(store.open_tickets())
    total = sum(map(len, groups))
    found: dict[str, TypeEffect] = {}
    done = 0
    progress(done, total)
    for group in groups:
        present = store.tickets(group)
        for ticket, facts in store.ticket_facts(group).items():
            after = fold_ticket(ticket, facts, books).ticket
            _count(found, present[ticket], after, order.book)
        done += len(group)
        progress(done, total)
    return [found[name] for name in sorted(found)]


def put_in_force(
    store: PolicyStore,
    fold: Refolding,
    writing: Callable[[], AbstractContextManager[object]],
    order: Order,
    expected: int,
    progress: Progress = lambda _done, _total: None,
) -> int:
    """Save a book as the next version and count every open clock anew, in one write transaction.

    Args:
        store: Where books are kept.
        fold: What counts anew.
        writing: Opens the write transaction.
        order: The book.
        expected: The version that was in force when its effect was looked at.
        progress: Told how far the counting is.

    Returns:
        The new version.

    Raises:
        RuleRefused: When somebody has put another book in force meanwhile; nothing is changed then.
        StoreProblem: When the store refuses; nothing is changed then.
    """
    try:
        with writing():
            present = in_force(store)
            if present.version != expected:
                raise RuleRefused(
                    _(
                        "{actor} has put version {version} in force meanwhile: look at it, and apply yours again."
                    ).format(actor=present.actor, version=present.version)
                )
            version = store.save_book(order.book, order.now_ms, order.actor, order.file)
            fold.refold_open(progress)
    except BaseException:
        # What it holds in memory may be of the version that is undone.
        fold.forget()
        raise
    return version


def version_of(store: PolicyStore, number: int | None) -> BookVersion:
    """A version by its number: 0 for the shipped book, None for the one in force.

    Raises:
        UsageProblem: When there is no such version.
    """
    if number is None:
        return in_force(store)
    for version in (shipped_version(), *store.books()):
        if version.version == number:
            return version
    raise UsageProblem(
        _("There is no version {number} of the policies: watchfloor policy list names them.").format(number=number)
    )


def version_rows(versions: Iterable[BookVersion], zone: tzinfo) -> Iterator[dict[str, object]]:
    """Versions as rows, the newest first, and the shipped book last."""
    listed = [shipped_version(), *versions]
    for version in reversed(listed):
        yield {
            "version": version.version,
            "applied": iso(version.applied_ms, zone) if version.version else None,
            "actor": version.actor or None,
            "file": version.file or SHIPPED_FILE,
            "types": len(version.book.types),
            "in_force": version is listed[-1],
        }


def _count(found: dict[str, TypeEffect], before: Ticket, after: Ticket, book: PolicyBook) -> None:
    name = before.ticket_type
    effect = found.get(name) or TypeEffect(name, 0, 0, 0, 0, name in book.types)
    old, new = _open_clocks(before), _open_clocks(after)
    keys = old.keys() | new.keys()
    moved = sum(old.get(key) != new.get(key) for key in keys)
    found[name] = effect._replace(
        tickets=effect.tickets + 1,
        tickets_moved=effect.tickets_moved + (moved > 0),
        clocks=effect.clocks + len(keys),
        clocks_moved=effect.clocks_moved + moved,
    )


def _open_clocks(ticket: Ticket) -> dict[tuple[str, int, int], tuple[object, ...]]:
    """What a person would notice of each open clock."""
    return {(clock.stage, clock.cycle, clock.run): _noticed(clock) for clock in ticket.clocks if clock.is_open}


def _noticed(clock: Clock) -> tuple[object, ...]:
    return clock.limit_seconds, clock.used_ms, clock.due_ms, clock.warn_ms, clock.act_ms, clock.is_running
