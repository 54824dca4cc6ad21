"""What a sensor last said, so that only what is new is handed on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import tzinfo

from app.alerts.metrics import METRICS
from app.alerts.signal import Feed, Metric, Observation, Signal
from app.core.zones import at, day_start_ms

Sighted = tuple[str, str]
"""A metric and an entity."""


def metrics_named(*prefixes: str) -> Mapping[str, Metric]:
    """The metrics whose keys begin so."""
    return {key: metric for key, metric in METRICS.items() if key.startswith(prefixes)}


def scope_of(entity: str, *more: tuple[str, str]) -> tuple[tuple[str, str], ...]:
    """A signal's scope: the entity, and what else it belongs to; what has no name is left out."""
    kind, _colon, name = entity.partition(":")
    return tuple(pair for pair in ((kind, name), *more) if pair[1])


def moment_text(at_ms: int, now_ms: int, zone: tzinfo) -> str:
    """An instant as a sentence names it: the time of day, with the date where it is another one."""
    form = "%H:%M:%S" if at_ms >= day_start_ms(now_ms, zone) else "%m-%d %H:%M"
    return at(at_ms, zone).strftime(form)


class Sightings:
    """The present signals of one sensor, and what changed of them since they were last handed on."""

    def __init__(self) -> None:
        self._known: dict[Sighted, Signal] = {}
        self._changed: dict[Sighted, Signal] = {}
        self._gone: set[Sighted] = set()

    def say(self, signal: Signal) -> None:
        """How a metric stands at an entity now."""
        key = (signal.metric, signal.entity)
        if self._known.get(key) != signal:
            self._known[key] = signal
            self._changed[key] = signal
            self._gone.discard(key)

    def end(self, metric: str, entity: str) -> None:
        """A metric says nothing of an entity any more."""
        key = (metric, entity)
        if self._known.pop(key, None) is not None:
            self._changed.pop(key, None)
            self._gone.add(key)

    def say_all(self, metrics: Iterable[str], signals: Iterable[Signal]) -> None:
        """How some metrics stand everywhere: what is not named does not exist any more. For metrics of few entities."""
        told = {(signal.metric, signal.entity): signal for signal in signals}
        wanted = set(metrics)
        for metric, entity in [key for key in self._known if key[0] in wanted and key not in told]:
            self.end(metric, entity)
        for signal in told.values():
            self.say(signal)

    def observation(self, now_ms: int, *, whole: bool, stale: Iterable[Feed] = ()) -> Observation:
        """What changed since this was last asked, or everything."""
        changed = tuple(self._known.values()) if whole else tuple(self._changed.values())
        gone = frozenset() if whole else frozenset(self._gone)
        self._changed.clear()
        self._gone.clear()
        return Observation(now_ms, changed, gone, frozenset(stale), is_whole=whole)
