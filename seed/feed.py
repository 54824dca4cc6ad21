"""The simulator as a source of facts: it hands over what has happened by its clock, like any telephone system."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from heapq import merge
from operator import attrgetter
from typing import Final, Protocol

from app.core.clock import Clock
from app.core.events import EVENT, AnyEvent
from app.core.facts import Draft
from app.core.journal import Fact
from seed.plan import FloorPlan
from seed.simulator import Simulator
from seed.ticket_office import TicketOffice

LONGEST_STEP_MS: Final = 6 * 3_600_000
"""After a long sleep of the machine the floor catches up in steps, so that no batch outgrows memory: 60 agents leave
some 25,000 facts in six hours."""


class TicketNews(Protocol):
    """What others than the simulator do to tickets."""

    def changed(self) -> Mapping[str, Sequence[Fact]]:
        """All facts of each ticket that somebody else has changed since the last call, in order of instant."""
        ...


class SimulatedSource:
    """A simulated telephone system, and the tickets that come of its calls.

    Args:
        simulator: The floor.
        clock: What time it is there.
        name: What the event log knows it by.
        tickets: The floor's tickets; None where it has none.
    """

    def __init__(
        self, simulator: Simulator, clock: Clock, name: str = "demo", tickets: TicketOffice | None = None
    ) -> None:
        self._simulator = simulator
        self._clock = clock
        self._reached_ms: int | None = None
        self._unheard: list[AnyEvent] | None = None
        self.tickets = tickets
        self.news: TicketNews | None = None
        """What others do to the tickets; None where nobody else does anything."""
        self.name = name

    @property
    def plan(self) -> FloorPlan:
        """What should happen on the floor."""
        return self._simulator.plan

    def now_ms(self) -> int:
        """What time it is there."""
        return self._clock.now_ms()

    def poll(self) -> list[AnyEvent]:
        """The facts since the last poll, up to now, in order of time; each exactly once.

        The first poll gives all of the floor up to now, however long it is, and nothing of tickets: nobody waits for
        those before they see the floor. The next one gives those, ticket by ticket, so that each is folded once, and
        those that are open first. A later one goes at most `LONGEST_STEP_MS` further than the one before; the next one
        goes on from there.
        """
        until_ms = self._clock.now_ms()
        if self._reached_ms is None:
            self._reached_ms = until_ms
            floor = self._simulator.run_until(until_ms)
            self._unheard = floor if self.tickets is not None else None
            return floor
        if self._unheard is not None and self.tickets is not None:
            past, self._unheard = self._unheard, None
            return self.tickets.by_ticket(self.tickets.play(past, self._reached_ms))
        until_ms = min(until_ms, self._reached_ms + LONGEST_STEP_MS)
        if until_ms <= self._reached_ms:
            return []
        self._reached_ms = until_ms
        floor = self._simulator.run_until(until_ms)
        if self.tickets is None:
            return floor
        if self.news is not None:
            for number, known in self.news.changed().items():
                self.tickets.hear(number, known)
        return list(merge(floor, self.tickets.play(floor, until_ms), key=attrgetter("at_ms")))

    def drafts(self) -> list[Draft]:
        """The same as `poll`, ready for the event log."""
        return [draft(event) for event in self.poll()]


def draft(event: AnyEvent) -> Draft:
    """A simulated fact ready for the event log: what makes it itself is the whole of it, as one line of JSON."""
    return Draft(event, EVENT.dump_json(event))
