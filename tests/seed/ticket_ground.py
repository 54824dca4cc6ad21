"""A simulated floor with its tickets, for the tests of the simulator."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from zoneinfo import ZoneInfo

from app.core.events import AnyEvent
from app.core.journal import Fact
from app.core.ticket_events import TICKET_EVENTS, TicketEvent
from app.people.model import Actor, Person, Unit
from app.tickets.books import Books
from app.tickets.ground import Ground
from app.tickets.history import fold_ticket
from app.tickets.model import Ticket
from app.tickets.ports import BookVersion
from seed.scenario import Scenario, load_scenario
from seed.simulator import Simulator, opening_ms, show_ms
from seed.ticket_case import SOURCE
from seed.ticket_office import TicketOffice

MINUTE_MS = 60_000
HOUR_MS = 60 * MINUTE_MS
SHANGHAI = ZoneInfo("Asia/Shanghai")
NOON_MS = int(datetime(2026, 3, 2, 12, tzinfo=SHANGHAI).timestamp()) * 1000
MORNING = load_scenario()
OPENING_MS = opening_ms(MORNING, NOON_MS)
SHOW_MS = show_ms(MORNING, NOON_MS)


class Floor:
    """A floor and its tickets, played together."""

    def __init__(
        self,
        seed: int = 42,
        agents: int = 60,
        scenario: Scenario = MORNING,
        program_ms: int = SHOW_MS,
        start_ms: int = OPENING_MS,
    ) -> None:
        assert scenario.tickets is not None
        self.simulator = Simulator(scenario, seed, agents, start_ms)
        self.plan = self.simulator.plan
        self.office = TicketOffice(scenario, scenario.tickets, seed, agents, self.plan, start_ms, program_ms)
        self.floor_events: list[AnyEvent] = []
        self.events: list[AnyEvent] = []

    def run_until(self, until_ms: int) -> list[AnyEvent]:
        """What became of tickets since the last time."""
        floor = self.simulator.run_until(until_ms)
        self.floor_events += floor
        made = self.office.play(floor, until_ms)
        self.events += made
        return made

    @property
    def people(self) -> dict[str, Person]:
        return {person.agent_id: person for person in (*self.plan.people, *self.office.departments.people)}

    @property
    def units(self) -> dict[str, Unit]:
        return {unit.unit: unit for unit in (*self.plan.units, *self.office.departments.units)}

    @property
    def books(self) -> Books:
        parents = {unit.unit: unit.parent for unit in self.units.values() if unit.parent}
        return Books([BookVersion(1, self.office.begins_ms, SOURCE, "", self.office.book, parents)], parents)

    def ground(self, now_ms: int) -> Ground:
        return Ground(self.units, self.people, self.office.book, SHANGHAI, now_ms)

    def actor(self, person: str) -> Actor:
        known = self.people[person]
        return Actor(known.agent_id, known.name, known.roles, known.unit)


def by_ticket(events: Sequence[AnyEvent]) -> dict[str, list[TicketEvent]]:
    """The facts of tickets, in order, by number."""
    found: dict[str, list[TicketEvent]] = {}
    for event in events:
        if type(event) in TICKET_EVENTS:
            found.setdefault(event.ticket, []).append(event)  # type: ignore[union-attr, arg-type]
    return found


def known(events: Sequence[TicketEvent], source: str = SOURCE) -> list[Fact]:
    """Facts as they stand in the log."""
    return [(seq, source, event) for seq, event in enumerate(events, 1)]


def ticket_of(number: str, events: Sequence[TicketEvent], books: Books) -> Ticket:
    """What the facts make of a ticket."""
    return fold_ticket(number, known(events), books).ticket


@cache
def morning(seed: int = 42, agents: int = 60) -> Floor:
    """A floor as the demo shows it first; not to be played further."""
    floor = Floor(seed, agents)
    floor.run_until(SHOW_MS)
    return floor
