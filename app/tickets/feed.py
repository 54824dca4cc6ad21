"""The thread that turns changed tickets into pictures; implements `TicketFeed`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Protocol

from app.core.clock import Clock
from app.core.watcher import StoreWatcher, WatchedSession
from app.floor.picture import Freshness
from app.people.actors import above
from app.people.model import Unit
from app.people.ports import PeopleReader
from app.tickets.live import LiveTickets, Names, UnitName
from app.tickets.picture import TicketSnapshot
from app.tickets.ports import TicketReader


class TicketSession(WatchedSession, Protocol):
    """A reader on one connection, opened and used on the feed's thread."""

    @property
    def tickets(self) -> TicketReader:
        """What is read."""
        ...

    @property
    def people(self) -> PeopleReader:
        """What units and persons are called."""
        ...


def names_of(people: PeopleReader) -> Names:
    """What people call units and persons, and which units stand above which."""
    units = people.units()
    return Names(
        {unit.unit: UnitName(unit.name, unit.level.value, _above(unit.unit, units)) for unit in units.values()},
        {person.agent_id: person.name for person in people.people().values()},
    )


def _above(unit: str, units: Mapping[str, Unit]) -> tuple[tuple[str, str], ...]:
    """Id and name of each unit above a unit."""
    return tuple((each, units[each].name if each in units else each) for each in above(unit, units))


class PollingTicketFeed(StoreWatcher[TicketSession, TicketSnapshot]):
    """Asks the store ten times a second whether tickets changed.

    Args:
        open_session: Opens a connection; called on the feed's thread, again after trouble.
        clock: The clock the floor lives by.
        freshness: Tells who reads the sources.
    """

    def __init__(
        self, open_session: Callable[[], TicketSession], clock: Clock, freshness: Callable[[], Freshness]
    ) -> None:
        super().__init__(open_session, clock, "ticket-feed")
        self._freshness = freshness
        self._live = LiveTickets()
        self._names = Names()
        self._names_revision: int | None = None

    def _begin(self) -> None:
        # What is known stays: after trouble only what became different is new to the screen.
        self._names_revision = None

    def _is_stale(self, now_ms: int) -> bool:  # noqa: ARG002 - tickets know no midnight
        return False

    def _take_in(self, session: TicketSession, now_ms: int, fresh: bool) -> None:
        revision = session.people.revision()
        if revision != self._names_revision:
            # A row carries the names it is shown with: another roster means every row anew.
            self._names, self._names_revision, fresh = names_of(session.people), revision, True
        live = self._live
        changes = session.tickets.ticket_changes(0 if fresh else live.seq, live.generation)
        live.apply(changes, self._names, now_ms, fresh=fresh)

    def _picture(self, session: TicketSession, now_ms: int) -> TicketSnapshot:  # noqa: ARG002 - all is known already
        return self._live.snapshot(now_ms, self._freshness())

    def _troubled(self, problem: str) -> TicketSnapshot:
        """Keep the last picture and say over it that it is old."""
        latest = self._latest
        if latest is None:
            latest = TicketSnapshot(self._clock.now_ms())
        return replace(latest, freshness=latest.freshness.troubled(problem))
