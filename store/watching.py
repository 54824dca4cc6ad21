"""The engine's connection, with the watch over the alerts beside it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from pathlib import Path
from typing import Final, NamedTuple, Protocol

from app.alerts.channels.carriers import Carriers
from app.alerts.channels.model import Answer, Outgoing
from app.alerts.lookout import Lookout
from app.alerts.minute import MinutePicture
from app.alerts.rule import Channel
from app.alerts.sensors.faults import FaultSensor
from app.alerts.sensors.floor import FloorSensor
from app.alerts.sensors.house import HouseSensor
from app.alerts.sensors.plan import PlanSensor
from app.alerts.sensors.sources import SourceActivity, SourceSensor
from app.alerts.sensors.tickets import TicketSensor
from app.alerts.signal import Sensor
from app.alerts.teller import Teller, TellSettings
from app.alerts.watch import AlertWatch
from app.core.calendars import Calendar
from app.core.clock import Clock
from app.core.settings import QueueSettings, Settings
from app.floor.picture import FloorSnapshot
from app.tickets.picture import TicketSnapshot
from store.house import last_backup_ms
from store.sessions import WriterSession

_SITE_LOOK_MS: Final = 60_000
"""Open hours are read anew so often."""


class Sights(Protocol):
    """Where the pictures come from that sensors look at: feeds of this process."""

    def floor(self) -> FloorSnapshot | None:
        """The newest picture of the floor."""
        ...

    def tickets(self) -> TicketSnapshot | None:
        """The newest picture of the tickets."""
        ...

    def minute(self) -> MinutePicture | None:
        """The newest picture of the minute."""
        ...

    def close(self) -> None:
        """Stop the feeds that were begun for this."""
        ...


class Post(NamedTuple):
    """How people outside of the terminal are told.

    Attributes:
        send: Sends one message and never raises; called on a thread of its own.
        wall_ms: The time of the world.
    """

    send: Callable[[Channel, Outgoing], Answer]
    wall_ms: Callable[[], int]


@dataclass(frozen=True, slots=True)
class WatchSettings:
    """What the watch goes by besides the facts.

    Attributes:
        steady_ms: A count of milliseconds that no clock change moves; None where time is simulated.
        is_kept: Whether the database outlives the program.
        post: Tells people outside of the terminal; None where nobody is told, as where history is played again.
    """

    steady_ms: Callable[[], int] | None = None
    is_kept: bool = True
    post: Post | None = None


class WatchingSession(WriterSession):
    """Stores, folds and watches; implements `EngineSession`.

    Args:
        path: The database.
        settings: The site's.
        clock: The clock the floor lives by.
        zone: The site's zone.
        sights: Begins the feeds that are looked at.
        watching: What the watch goes by.
    """

    def __init__(
        self,
        path: Path,
        settings: Settings,
        clock: Clock,
        zone: tzinfo,
        sights: Callable[[], Sights],
        watching: WatchSettings,
    ) -> None:
        self._activity = SourceActivity(clock.now_ms)
        super().__init__(path, settings, clock, zone, [self._activity])
        self._site_zone = zone
        self._settings = settings
        self._revision = -1
        self._unit_by_agent: dict[str, str] = {}
        self._above: dict[str, tuple[str, ...]] = {}
        self._hours: tuple[int, tuple[Calendar, ...]] | None = None
        self._activity.note_restarts(self.floor.restarts())
        self._sights = sights()
        try:
            self.watch = self._watch(path, watching)
            self.teller = self._teller(watching.post)
        except BaseException:
            self._sights.close()
            raise

    def _watch(self, path: Path, watching: WatchSettings) -> AlertWatch:
        sights, zone, clock = self._sights, self._site_zone, self._clock
        queues = self._settings.queues
        faults = FaultSensor()
        tickets = TicketSensor(sights.tickets, sights.minute, self._units_above, zone)
        sensors: list[Sensor] = [
            FloorSensor(
                sights.floor,
                sights.minute,
                self._unit_of,
                lambda queue: queues.get(queue, QueueSettings()).target_seconds,
            ),
            tickets,
            PlanSensor(sights.minute, sights.floor, self._settings, zone),
            SourceSensor(
                self._activity,
                self.followed,
                self.journal.position,
                self._calendars,
                zone,
                clock.now_ms(),
            ),
            HouseSensor(
                path,
                watching.steady_ms,
                sights.minute,
                lambda: last_backup_ms(path),
                zone,
                is_kept=watching.is_kept,
            ),
            faults,
        ]
        return AlertWatch(self, Lookout(sensors), faults, tickets, clock)

    def _teller(self, post: Post | None) -> Teller | None:
        if post is None:
            return None
        return Teller(self, Carriers(post.send), TellSettings(self._clock, post.wall_ms, self._site_zone))

    def attend(self) -> None:
        try:
            super().attend()
        finally:
            # Whatever goes wrong with tickets, the floor is watched.
            self._know_people()
            try:
                self.watch.attend()
            finally:
                if self.teller is not None:
                    self.teller.attend()

    def close(self) -> None:
        try:
            if self.teller is not None:
                self.teller.close()
        finally:
            self._sights.close()
            super().close()

    # -- the site ----------------------------------------------------------------------------------------------------

    def _know_people(self) -> None:
        revision = self.people.revision()
        if revision != self._revision:
            self._revision = revision
            self._unit_by_agent = {person.agent_id: person.unit for person in self.people.people().values()}
            parents = {unit.unit: unit.parent for unit in self.people.units().values()}
            self._above = {unit: _above(unit, parents) for unit in parents}

    def _unit_of(self, agent: str) -> str:
        return self._unit_by_agent.get(agent, "")

    def _units_above(self, unit: str) -> tuple[str, ...]:
        return self._above.get(unit, ())

    def _calendars(self) -> Sequence[Calendar]:
        now_ms = self._clock.now_ms()
        if self._hours is None or not 0 <= now_ms - self._hours[0] < _SITE_LOOK_MS:
            definitions = self.forecast.calendars().values()
            self._hours = (now_ms, tuple(Calendar(definition) for definition in definitions))
        return self._hours[1]


def _above(unit: str, parents: dict[str, str]) -> tuple[str, ...]:
    found: list[str] = []
    parent = parents.get(unit, "")
    while parent and parent not in found and parent != unit:
        found.append(parent)
        parent = parents.get(parent, "")
    return tuple(found)
