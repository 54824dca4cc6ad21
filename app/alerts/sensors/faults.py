"""Systems that a person has declared to be down, as rules look at them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from app.alerts.model import Fault
from app.alerts.sensors.sightings import Sightings, metrics_named, scope_of
from app.alerts.signal import Metric, Observation, Signal


class FaultSensor:
    """Looks at declared faults; implements `Sensor`."""

    def __init__(self) -> None:
        self._sightings = Sightings()

    @property
    def metrics(self) -> Mapping[str, Metric]:
        return metrics_named("system.")

    def set_faults(self, faults: Sequence[Fault]) -> None:
        """The faults that have not ended."""
        self._sightings.say_all(["system.fault"], map(_signal, faults))

    def look(self, now_ms: int, *, whole: bool) -> Observation:
        return self._sightings.observation(now_ms, whole=whole)


def _signal(fault: Fault) -> Signal:
    entity = f"fault:{fault.fault}"
    return Signal(
        "system.fault",
        entity,
        active=True,
        since_ms=fault.declared_ms,
        scope=scope_of(entity, ("source", fault.source)),
        values=(("what", fault.what), ("source", fault.source), ("by", fault.by)),
    )
