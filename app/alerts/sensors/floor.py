"""The floor as rules look at it: agents, breaks, sign-outs, queues, service levels, volume. One look costs its changes.

Figures of few calls are no figures: a service level needs `LEAST_CALLS`, a deviation `LEAST_EXPECTED`, a share of those
who left `LEAST_AGENTS`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from app.alerts.minute import MinutePicture
from app.alerts.sensors.agents import AgentSpells
from app.alerts.sensors.sightings import Sightings, metrics_named, scope_of
from app.alerts.signal import Feed, Metric, Observation, Signal
from app.core.reasons import ReasonCategory
from app.floor.figures import ServiceFigures
from app.floor.model import AgentState
from app.floor.picture import AgentRow, FloorSnapshot, QueueRow
from app.floor.recent import RecentCalls

LEAST_CALLS: Final = 10
LEAST_EXPECTED: Final = 20
LEAST_AGENTS: Final = 10
SETTLED_MS: Final = 3_600_000

STORM_MS: Final = 60_000
"""Sign-outs within so long of each other are one storm."""

STALE_PICTURE_MS: Final = 10_000
"""A picture is made each second: one that is older says that nobody makes them any more."""

SITE: Final = "site"
_GAUGES: Final = ("floor.break_rate", "floor.reverse_share", "agents.sign_outs")
_QUEUES: Final = ("service.level_30m", "service.level_2h", "volume.deviation", "queue.unattended_wait")


class FloorSensor:
    """Looks at pictures of the floor; implements `Sensor`.

    Args:
        picture: The newest picture; None before the first.
        minute: The newest of what is looked at once a minute; None before the first.
        unit_of: The id of an agent's unit; empty where none is known.
        target_of: The target time of a queue, in seconds.
    """

    def __init__(
        self,
        picture: Callable[[], FloorSnapshot | None],
        minute: Callable[[], MinutePicture | None],
        unit_of: Callable[[str], str],
        target_of: Callable[[str], int],
    ) -> None:
        self._picture = picture
        self._minute = minute
        self._target_of = target_of
        self._sightings = Sightings()
        self._spells = AgentSpells(self._sightings, unit_of)
        self._seen: FloorSnapshot | None = None
        self._count = _Count()

    @property
    def metrics(self) -> Mapping[str, Metric]:
        agents = metrics_named("agent.", "adherence.", "floor.", "agents.")
        return {**agents, **metrics_named("queue.", "service.", "volume.")}

    def look(self, now_ms: int, *, whole: bool) -> Observation:
        picture = self._picture()
        if picture is not None and picture is not self._seen:
            self._take_in(picture)
            self._seen = picture
        is_stale = picture is None or picture.freshness.problem or now_ms - picture.at_ms > STALE_PICTURE_MS
        return self._sightings.observation(now_ms, whole=whole, stale=[Feed.FLOOR] if is_stale else [])

    def _take_in(self, picture: FloorSnapshot) -> None:
        minute = self._minute()
        before = {} if self._seen is None else self._seen.agents
        rows = picture.agents
        changed: dict[str, AgentRow | None] = {
            agent: row for agent, row in rows.items() if before.get(agent) is not row
        }
        changed.update(dict.fromkeys(before.keys() - rows.keys()))
        self._count.take(changed, before, {} if minute is None else minute.serves)
        self._spells.look(changed)
        self._sightings.say_all(_GAUGES, self._gauges(picture))
        self._sightings.say_all(_QUEUES, self._queue_signals(picture, minute))

    # -- the whole floor ---------------------------------------------------------------------------------------------

    def _gauges(self, picture: FloorSnapshot) -> Iterator[Signal]:
        count, time = self._count, picture.time
        signed_in = ("signed_in", str(count.signed_in))
        rate = _percent(count.on_break, count.signed_in)
        yield Signal("floor.break_rate", SITE, gauge=rate, values=(("count", str(count.on_break)), signed_in))
        # In the first hour hardly anybody had a reason yet, which is no share to speak of.
        is_settled = time.signed_in_ms >= SETTLED_MS * max(1, count.signed_in)
        share = time.reverse_share if is_settled else None
        yield Signal(
            "floor.reverse_share",
            SITE,
            gauge=None if share is None else share * 100,
            # In minutes: seconds would make it another signal every second.
            values=(("reverse", str(time.reverse_ms // 60_000)), ("base", str(time.signed_in_ms // 60_000))),
        )
        left = largest_storm(sorted(picture.left.values()))
        before = count.signed_in + len(picture.left)
        # A storm that is over is none, however few are left.
        gone = _percent(left, before) if before >= LEAST_AGENTS else None if left else 0.0
        yield Signal("agents.sign_outs", SITE, gauge=gone, values=(("count", str(left)), ("signed_in", str(before))))

    # -- queues ------------------------------------------------------------------------------------------------------

    def _queue_signals(self, picture: FloorSnapshot, minute: MinutePicture | None) -> Iterator[Signal]:
        for queue in picture.queues:
            if (signal := self._unattended(queue)) is not None:
                yield signal
        for recent in picture.recent:
            seconds = str(self._target_of(recent.queue))
            entity = f"queue:{recent.queue}"
            yield from _levels(entity, recent, seconds)
            if minute is not None:
                expected = minute.expected(recent.queue, recent.short_from_ms, picture.at_ms)
                yield _deviation(entity, recent.short_offered, expected)
        if picture.recent:
            whole = _together(picture.recent)
            targets = {self._target_of(recent.queue) for recent in picture.recent}
            yield from _levels(SITE, whole, str(targets.pop()) if len(targets) == 1 else "")
            if minute is not None:
                queues = {*minute.forecast, *(recent.queue for recent in picture.recent)}
                expected = sum(minute.expected(queue, whole.short_from_ms, picture.at_ms) for queue in queues)
                yield _deviation(SITE, whole.short_offered, expected)

    def _unattended(self, queue: QueueRow) -> Signal | None:
        if queue.oldest_entered_ms is None or self._count.available_for(queue.queue):
            return None
        entity = f"queue:{queue.queue}"
        values = (("waiting", str(queue.waiting)),)
        return Signal(
            "queue.unattended_wait", entity, since_ms=queue.oldest_entered_ms, scope=scope_of(entity), values=values
        )


class _Count:
    """Agents by what they do, kept up by the rows that change."""

    def __init__(self) -> None:
        self.signed_in = 0
        self.on_break = 0
        self._serves: Mapping[str, frozenset[str]] = {}
        self._available: dict[str, frozenset[str] | None] = {}
        self._free: dict[str, int] = {}
        self._free_anywhere = 0

    def take(
        self,
        changed: Mapping[str, AgentRow | None],
        before: Mapping[str, AgentRow],
        serves: Mapping[str, frozenset[str]],
    ) -> None:
        if serves is not self._serves:
            self._serves = serves
            for agent in list(self._available):
                self._set_available(agent, False)
                self._set_available(agent, True)
        for agent, row in changed.items():
            if (old := before.get(agent)) is not None:
                self._add(old, -1)
            if row is not None:
                self._add(row, 1)
            self._set_available(agent, row is not None and row.state is AgentState.AVAILABLE)

    def available_for(self, queue: str) -> bool:
        """Whether an agent who serves a queue is available; of whom nobody knows what they serve, serves all."""
        return bool(self._free_anywhere or self._free.get(queue))

    def _add(self, row: AgentRow, sign: int) -> None:
        self.signed_in += sign * row.signed_in
        is_on_break = row.category is ReasonCategory.BREAK and row.state is AgentState.NOT_READY
        self.on_break += sign * (row.signed_in and is_on_break)

    def _set_available(self, agent: str, is_available: bool) -> None:
        if is_available == (agent in self._available):
            return
        if is_available:
            queues = self._available[agent] = self._serves.get(agent)
            sign = 1
        else:
            queues = self._available.pop(agent)
            sign = -1
        if queues is None:
            self._free_anywhere += sign
        else:
            for queue in queues:
                self._free[queue] = self._free.get(queue, 0) + sign


def largest_storm(left_ms: list[int]) -> int:
    """The most sign-outs that lie within `STORM_MS` of each other.

    Args:
        left_ms: When agents signed out, in order.
    """
    most = first = 0
    for index, instant_ms in enumerate(left_ms):
        while instant_ms - left_ms[first] > STORM_MS:
            first += 1
        most = max(most, index - first + 1)
    return most


def _percent(part: int, whole: int) -> float | None:
    return part * 100 / whole if whole else None


def _levels(entity: str, recent: RecentCalls, seconds: str) -> Iterator[Signal]:
    long_offered = recent.long_offered if recent.known_from_ms <= recent.long_from_ms else 0
    for metric, offered, within in (
        ("service.level_30m", recent.short_offered, recent.short_within),
        ("service.level_2h", long_offered, recent.long_within),
    ):
        decided = ServiceFigures(offered=offered - recent.undecided, answered_within=within)
        level = decided.service_level_offered if decided.offered >= LEAST_CALLS else None
        yield Signal(
            metric,
            entity,
            gauge=None if level is None else level * 100,
            scope=scope_of(entity),
            values=(("answered", str(within)), ("offered", str(max(0, decided.offered))), ("seconds", seconds)),
        )


def _deviation(entity: str, offered: int, expected: float) -> Signal:
    gauge = (offered - expected) * 100 / expected if expected >= LEAST_EXPECTED else None
    values = (("actual", str(offered)), ("expected", str(round(expected))))
    return Signal("volume.deviation", entity, gauge=gauge, scope=scope_of(entity), values=values)


def _together(recent: tuple[RecentCalls, ...]) -> RecentCalls:
    return recent[0]._replace(
        queue="",
        short_offered=sum(each.short_offered for each in recent),
        short_within=sum(each.short_within for each in recent),
        long_offered=sum(each.long_offered for each in recent),
        long_within=sum(each.long_within for each in recent),
        undecided=sum(each.undecided for each in recent),
    )
