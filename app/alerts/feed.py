"""The thread that turns changed alerts into pictures of the banner: what the screens subscribe to."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Protocol

from app.alerts.book_service import shipped_version
from app.alerts.grouping import AlertGroup, grouped, turning_point
from app.alerts.model import RESOLVED_SHOWN_MS, Alert, Fault
from app.alerts.ports import AlertPicture, AlertReader
from app.alerts.rule import AlertBook
from app.core.clock import Clock
from app.core.watcher import StoreWatcher, WatchedSession
from app.people.ports import PeopleReader
from app.tickets.policy import PolicyBook
from app.tickets.ports import BookVersion


class AlertFeed(Protocol):
    """Where pictures of the alerts come from."""

    def latest(self) -> AlertPicture | None:
        """The newest picture; None before the first one."""
        ...

    def subscribe(self, listener: Callable[[AlertPicture], None]) -> Callable[[], None]:
        """Have `listener` called with every new picture, on whatever thread; returns the way to stop it."""
        ...


class PolicyReader(Protocol):
    """What is read of tickets."""

    def books(self) -> Sequence[BookVersion]:
        """Every version of the policy book, the oldest first."""
        ...


class AlertSession(WatchedSession, Protocol):
    """A reader on one connection, opened and used on the feed's thread."""

    @property
    def alerts(self) -> AlertReader:
        """What is read."""
        ...

    @property
    def tickets(self) -> PolicyReader:
        """What types and stages of tickets are called."""
        ...

    @property
    def people(self) -> PeopleReader:
        """What persons are called."""
        ...


class LiveAlerts:
    """The alerts in memory: patched by changes, grouped anew only when something changed or an instant has come."""

    def __init__(self) -> None:
        self.seq = 0
        self.generation = 0
        self._revision = 0
        self._alerts: dict[tuple[str, int], Alert] = {}
        self._book = AlertBook()
        self._faults: tuple[Fault, ...] = ()
        self._names: Mapping[str, str] = {}
        self._groups: tuple[AlertGroup, ...] = ()
        self._ordered: tuple[Alert, ...] = ()
        self._muted = 0
        self._turns_ms: int | None = None
        self._grouped_ms: int | None = None

    def take_in(self, reader: AlertReader, book: AlertBook, names: Mapping[str, str], now_ms: int, fresh: bool) -> None:
        """Read what changed.

        Args:
            reader: The alerts.
            book: The rules in force.
            names: What people call persons, by id.
            now_ms: The present instant.
            fresh: Read everything.
        """
        changes = reader.alert_changes(0 if fresh else self.seq, self.generation, now_ms - RESOLVED_SHOWN_MS)
        faults = tuple(reader.faults(only_live=True))
        is_other = bool(changes.alerts) or changes.is_whole
        if changes.is_whole or changes.generation != self.generation:
            self._alerts.clear()
        self.seq, self.generation = changes.seq, changes.generation
        for alert in changes.alerts:
            self._alerts[alert.alert, alert.number] = alert
        if is_other or book != self._book or faults != self._faults or names != self._names:
            self._book, self._faults, self._names = book, faults, names
            self._revision += 1
            self._grouped_ms = None

    def picture(self, now_ms: int) -> AlertPicture:
        """The picture of a moment; of the same revision as the last one when nothing is other than there."""
        is_due = self._turns_ms is not None and now_ms >= self._turns_ms
        # A clock that was set back may have made alerts resolved a moment ago again.
        if self._grouped_ms is None or is_due or now_ms < self._grouped_ms:
            self._group(now_ms)
        return AlertPicture(
            now_ms,
            self._revision,
            self._ordered,
            self._book,
            self._muted,
            self._names,
            groups=self._groups,
            faults=self._faults,
        )

    def _group(self, now_ms: int) -> None:
        over_ms = now_ms - RESOLVED_SHOWN_MS
        self._alerts = {
            key: alert
            for key, alert in self._alerts.items()
            if alert.is_open or (alert.resolved_ms is not None and alert.resolved_ms > over_ms)
        }
        rules = {rule.id: rule for rule in self._book.rules}
        self._groups = grouped(
            self._alerts.values(),
            now_ms,
            is_invitation=lambda name: name in rules and rules[name].is_invitation,
            is_own_line=lambda name: name in rules and rules[name].group == "entity",
        )
        self._ordered = tuple(sorted(self._alerts.values(), key=_urgency))
        self._muted = sum(1 for alert in self._ordered if alert.is_open and alert.inhibited_by)
        self._turns_ms, self._grouped_ms = turning_point(self._alerts.values(), now_ms), now_ms
        self._revision += 1


def _urgency(alert: Alert) -> tuple[int, int, str]:
    return alert.level, -(alert.pending_ms if alert.raised_ms is None else alert.raised_ms), alert.alert


class PollingAlertFeed(StoreWatcher[AlertSession, AlertPicture]):
    """Asks the store ten times a second whether alerts changed.

    Args:
        open_session: Opens a connection; called on the feed's thread, again after trouble.
        clock: The clock the floor lives by.
    """

    def __init__(self, open_session: Callable[[], AlertSession], clock: Clock) -> None:
        super().__init__(open_session, clock, "alert-feed")
        self._live = LiveAlerts()
        self._names: dict[str, str] = {}
        self._names_revision: int | None = None
        self._policies: PolicyBook | None = None

    def _begin(self) -> None:
        self._names_revision = None

    def _is_stale(self, now_ms: int) -> bool:  # noqa: ARG002 - alerts know no midnight
        return False

    def _take_in(self, session: AlertSession, now_ms: int, fresh: bool) -> None:
        revision = session.people.revision()
        if revision != self._names_revision:
            self._names = {person.agent_id: person.name for person in session.people.people().values() if person.name}
            self._names_revision = revision
        if fresh:
            policies = session.tickets.books()
            self._policies = policies[-1].book if policies else None
        versions = session.alerts.books()
        book = versions[-1].book if versions else shipped_version().book
        self._live.take_in(session.alerts, book, self._names, now_ms, fresh)

    def _picture(self, session: AlertSession, now_ms: int) -> AlertPicture:  # noqa: ARG002 - all is known already
        return replace(self._live.picture(now_ms), policies=self._policies)

    def _troubled(self, problem: str) -> AlertPicture:
        """Keep the last picture and say over it that it is old."""
        latest = self._latest
        return replace(AlertPicture(self._clock.now_ms()) if latest is None else latest, problem=problem)
