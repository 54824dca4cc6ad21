"""The simulator as a source of facts: it hands over what has happened by its clock, like any telephone system."""

from __future__ import annotations

from typing import Final

from app.core.clock import Clock
from app.core.events import EVENT, AnyEvent
from app.core.facts import Draft
from seed.plan import FloorPlan
from seed.simulator import Simulator

LONGEST_STEP_MS: Final = 6 * 3_600_000
"""After a long sleep of the machine the floor catches up in steps, so that no batch outgrows memory: 60 agents leave
some 25,000 facts in six hours."""


class SimulatedSource:
    """A simulated telephone system.

    Args:
        simulator: The floor.
        clock: What time it is there.
        name: What the event log knows it by.
    """

    def __init__(self, simulator: Simulator, clock: Clock, name: str = "demo") -> None:
        self._simulator = simulator
        self._clock = clock
        self._reached_ms: int | None = None
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

        The first poll gives everything up to now, however long it is. A later one goes at most `LONGEST_STEP_MS`
        further than the one before; the next one goes on from there.
        """
        until_ms = self._clock.now_ms()
        if self._reached_ms is not None:
            until_ms = min(until_ms, self._reached_ms + LONGEST_STEP_MS)
            if until_ms <= self._reached_ms:
                return []
        self._reached_ms = until_ms
        return self._simulator.run_until(until_ms)

    def drafts(self) -> list[Draft]:
        """The same as `poll`, ready for the event log."""
        return [draft(event) for event in self.poll()]


def draft(event: AnyEvent) -> Draft:
    """A simulated fact ready for the event log: what makes it itself is the whole of it, as one line of JSON."""
    return Draft(event, EVENT.dump_json(event))
