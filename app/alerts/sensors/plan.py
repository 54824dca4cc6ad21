"""The plan as rules look at it: whether agents will be missing within the hour, with the day so far taken into account.

The same figures as the intraday screen's: what the schedule has less what the re-forecast needs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import tzinfo
from typing import Final

from app.alerts.minute import MINUTE_MS, MinutePicture
from app.alerts.sensors.floor import SITE
from app.alerts.sensors.sightings import Sightings, metrics_named, scope_of
from app.alerts.signal import Feed, Metric, Observation, Signal
from app.core.settings import Settings
from app.core.zones import at
from app.floor.picture import FloorSnapshot
from app.floor.reports import WHOLE
from app.planning.forecast_report import StaffingCell
from app.planning.forecast_update import Reforecast
from app.planning.requirement import QueueTarget, requirement

STALE_MS: Final = 5 * MINUTE_MS

_METRIC: Final = "staffing.net_next_hour"


class PlanSensor:
    """Looks at the picture of the minute; implements `Sensor`.

    Args:
        minute: The newest picture; None before the first.
        picture: The newest picture of the floor, for the calls of the day so far; None before the first.
        settings: The site's: the targets of its queues.
        zone: The site's zone.
    """

    def __init__(
        self,
        minute: Callable[[], MinutePicture | None],
        picture: Callable[[], FloorSnapshot | None],
        settings: Settings,
        zone: tzinfo,
    ) -> None:
        self._minute = minute
        self._picture = picture
        self._settings = settings
        self._zone = zone
        self._sightings = Sightings()
        self._seen: MinutePicture | None = None

    @property
    def metrics(self) -> Mapping[str, Metric]:
        return metrics_named("staffing.")

    def look(self, now_ms: int, *, whole: bool) -> Observation:
        minute, floor = self._minute(), self._picture()
        if minute is not None and minute is not self._seen and floor is not None:
            self._sightings.say_all([_METRIC], self._signals(minute, floor))
            self._seen = minute
        seen = self._seen
        is_stale = seen is None or minute is None or minute.problem or now_ms - minute.at_ms > STALE_MS
        return self._sightings.observation(now_ms, whole=whole, stale=[Feed.PLAN] if is_stale else [])

    def _signals(self, minute: MinutePicture, floor: FloorSnapshot) -> Iterator[Signal]:
        came = {row.queue: row.today.offered for row in floor.queues}
        updates: dict[str, Reforecast] = {}
        for queue in minute.ahead.keys() - {WHOLE}:
            so_far = minute.expected(queue, floor.day_start_ms, minute.at_ms)
            updates[queue] = Reforecast(round(so_far * 1000), came.get(queue, 0))
        together = Reforecast(
            sum(update.forecast_thousandths for update in updates.values()),
            sum(update.actual for update in updates.values()),
        )
        for queue, cells in minute.ahead.items():
            entity = SITE if queue == WHOLE else f"queue:{queue}"
            found = []
            for index, cell in enumerate(cells):
                if queue == WHOLE:
                    parts = [(name, column[index]) for name, column in minute.ahead.items() if name != WHOLE]
                    required = sum(self._required(name, part, together) for name, part in parts)
                else:
                    required = self._required(queue, cell, updates[queue])
                if required and cell.scheduled is not None:
                    found.append(((cell.scheduled - required) * 100 / required, cell, required))
            if found:
                net, cell, required = min(found, key=lambda each: each[0])
                yield self._signal(entity, net, cell, required)

    def _signal(self, entity: str, net: float, cell: StaffingCell, required: int) -> Signal:
        return Signal(
            _METRIC,
            entity,
            gauge=net,
            scope=scope_of(entity),
            values=(
                ("staffed", f"{cell.scheduled or 0:.1f}".removesuffix(".0")),
                ("required", str(required)),
                ("at", f"{at(cell.start_ms, self._zone):%H:%M}"),
            ),
        )

    def _required(self, queue: str, cell: StaffingCell, update: Reforecast) -> int:
        expected = cell.expected
        if not expected.calls_thousandths:
            return 0
        return requirement(
            update.scaled(expected.calls_thousandths),
            max(1, cell.length_ms // MINUTE_MS),
            expected.handle // expected.calls_thousandths,
            QueueTarget.of(queue, self._settings),
        ).agents
