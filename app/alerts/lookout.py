"""All sensors as one: what they see at a moment in one observation, whole for those that see for the first time."""

from __future__ import annotations

from collections.abc import Sequence

from app.alerts.signal import Feed, Observation, Sensor, Signal


class Lookout:
    """Asks sensors in turn.

    A sensor that has no picture yet says so by a stale feed. It is whole when it first has one, so that what is over
    since the program last looked is over; the metrics of the others are not taken for gone meanwhile.

    Args:
        sensors: All there are; no metric is seen by two.
    """

    def __init__(self, sensors: Sequence[Sensor]) -> None:
        self._sensors = tuple(sensors)
        self._feeds = [frozenset(metric.feed for metric in sensor.metrics.values()) for sensor in self._sensors]
        self._has_seen = [False] * len(self._sensors)

    def forget(self) -> None:
        """Have everything told again."""
        self._has_seen = [False] * len(self._sensors)

    def look(self, now_ms: int) -> Observation:
        """What all sensors see, as one observation."""
        changed: list[Signal] = []
        gone: set[tuple[str, str]] = set()
        stale: set[Feed] = set()
        covered: set[str] = set()
        for index, sensor in enumerate(self._sensors):
            seen = sensor.look(now_ms, whole=not self._has_seen[index])
            changed += seen.changed
            gone.update(seen.gone)
            stale |= seen.stale
            if seen.is_whole and not self._feeds[index] & seen.stale:
                self._has_seen[index] = True
                covered |= sensor.metrics.keys()
        # What one sensor saw go and another told of, or told of anew, is there.
        gone -= {(signal.metric, signal.entity) for signal in changed}
        return Observation(now_ms, changed, gone, frozenset(stale), is_whole=bool(covered), covered=frozenset(covered))
