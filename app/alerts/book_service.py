"""Putting a book of rules in force: which open alerts stay and which go, and the one step in which it holds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import tzinfo
from typing import Literal, NamedTuple, Protocol

from app.alerts.model import Alert
from app.alerts.ports import AlertBookVersion
from app.alerts.rule import AlertBook
from app.alerts.rule_file import SHIPPED_FILE, shipped_alert_book
from app.core.errors import RuleRefused, UsageProblem
from app.core.i18n import _
from app.core.zones import iso

Change = Literal["added", "changed", "unchanged", "removed"]


class BookStore(Protocol):
    """What the service asks of storage."""

    def books(self) -> Sequence[AlertBookVersion]:
        """Every version of the rules, the oldest first."""
        ...

    def open_alerts(self) -> list[Alert]:
        """Those that are not over."""
        ...

    def save_book(self, book: AlertBook, applied_ms: int, actor: str, file: str) -> int:
        """Put a book in force, inside a write transaction; returns its version."""
        ...


class RuleEffect(NamedTuple):
    """What a book would do to a rule and its open alerts.

    Attributes:
        rule: The rule's name.
        change: Whether the rule is new, other than before, the same, or gone.
        stay: How many of its open alerts stay: a rule that changes keeps what it has raised.
        go: How many are over, because the rule is gone or looks at another metric.
    """

    rule: str
    change: Change
    stay: int
    go: int


class BookOrder(NamedTuple):
    """A book that somebody wants to put in force.

    Attributes:
        book: What it says.
        file: The file it came from.
        actor: Who wants it.
        now_ms: The present instant.
    """

    book: AlertBook
    file: str
    actor: str
    now_ms: int


def shipped_version() -> AlertBookVersion:
    """The rules Watchfloor brings along: version 0."""
    return AlertBookVersion(0, 0, "", "", shipped_alert_book())


def in_force(store: BookStore) -> AlertBookVersion:
    """The rules that hold now: the newest applied, else the shipped ones."""
    versions = store.books()
    return versions[-1] if versions else shipped_version()


def preview(store: BookStore, book: AlertBook) -> list[RuleEffect]:
    """What a book would do to each rule that it changes or that has open alerts, in order of name; changes nothing."""
    before = {rule.id: rule for rule in in_force(store).book.rules}
    after = {rule.id: rule for rule in book.rules}
    open_alerts = Counter(alert.rule for alert in store.open_alerts())
    effects = []
    for name in sorted(before.keys() | after.keys() | open_alerts.keys()):
        count = open_alerts[name]
        old, new = before.get(name), after.get(name)
        if new is None:
            effects.append(RuleEffect(name, "removed", 0, count))
        elif old is None:
            effects.append(RuleEffect(name, "added", count, 0))
        elif old.metric != new.metric:
            effects.append(RuleEffect(name, "changed", 0, count))
        elif old != new:
            effects.append(RuleEffect(name, "changed", count, 0))
        elif count:
            effects.append(RuleEffect(name, "unchanged", count, 0))
    return effects


def put_in_force(
    store: BookStore, writing: Callable[[], AbstractContextManager[object]], order: BookOrder, expected: int
) -> int:
    """Save a book as the next version; whoever evaluates goes on by it from the next look.

    Args:
        store: Where books are kept.
        writing: Opens the write transaction.
        order: The book.
        expected: The version that was in force when its effect was looked at.

    Returns:
        The new version.

    Raises:
        RuleRefused: When somebody has put another book in force meanwhile; nothing is changed then.
        StoreProblem: When the store refuses; nothing is changed then.
    """
    with writing():
        present = in_force(store)
        if present.version != expected:
            raise RuleRefused(
                _("{actor} has put version {version} in force meanwhile: look at it, and apply yours again.").format(
                    actor=present.actor, version=present.version
                )
            )
        return store.save_book(order.book, order.now_ms, order.actor, order.file)


def version_of(store: BookStore, number: int | None) -> AlertBookVersion:
    """A version by its number: 0 for the shipped rules, None for those in force.

    Raises:
        UsageProblem: When there is no such version.
    """
    if number is None:
        return in_force(store)
    for version in (shipped_version(), *store.books()):
        if version.version == number:
            return version
    raise UsageProblem(
        _("There is no version {number} of the rules: watchfloor alerts versions names them.").format(number=number)
    )


def version_rows(versions: Iterable[AlertBookVersion], zone: tzinfo) -> Iterator[dict[str, object]]:
    """Versions as rows, the newest first, and the shipped rules last."""
    listed = [shipped_version(), *versions]
    for version in reversed(listed):
        yield {
            "version": version.version,
            "applied": iso(version.applied_ms, zone) if version.version else None,
            "actor": version.actor or None,
            "file": version.file or SHIPPED_FILE,
            "rules": len(version.book.rules),
            "in_force": version is listed[-1],
        }
