"""`import forecast`: what a planner's table says about calls to come.

The rows of one queue and one local day go in equal steps of 15, 30 or 60 minutes. What no row names stays as it was;
a day that comes in another step than before is replaced whole, for two forecasts of one hour cannot both hold.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, tzinfo
from itertools import pairwise
from typing import Final

from app.core.i18n import _
from app.core.imports import Change, Parsed, Planned, compared
from app.core.tables import BadRow, Columns, RowProblem, TableRow, per_mille_text, shown
from app.core.zones import at, date_start_ms, iso
from app.planning.forecast_model import LONGEST_AHT_SECONDS, MOST_CALLS, STEP_MINUTES, ForecastPoint
from app.planning.ports_forecast import ForecastStore
from app.planning.times import TimeReader

COLUMNS: Final = Columns(("queue", "start", "volume", "aht_seconds"))

USUAL_STEP_MINUTES: Final = 30
"""The step of a day whose rows do not tell, in a file that does not tell either."""

_DAY_MS: Final = 86_400_000


class ForecastImport:
    """Implements `ImportKind` for forecasts.

    Args:
        store: Where forecasts are kept.
        zone: Where local times are local, and what divides the days.
        actor: Who imports.
        at_ms: When.
        file: The file, as it is kept with the version.
    """

    name: Final = "forecast"
    columns: Final = COLUMNS

    def __init__(self, store: ForecastStore, zone: tzinfo, actor: str, at_ms: int, file: str) -> None:
        self._store = store
        self._zone = zone
        self._times = TimeReader(zone)
        self._actor = actor
        self._at_ms = at_ms
        self._file = file
        # A row that is bad for its volume still says how far apart the rows of its day are.
        self._named: dict[tuple[str, date], set[int]] = defaultdict(set)

    def parse_row(self, row: TableRow, /) -> ForecastPoint:
        queue = row.needed("queue")
        start_ms = self._start(row)
        self._named[queue, at(start_ms, self._zone).date()].add(start_ms)
        row.needed("volume")
        calls = row.per_mille("volume", MOST_CALLS * 1000) or 0
        aht_ms = row.per_mille("aht_seconds", LONGEST_AHT_SECONDS * 1000) or 0
        if calls and not aht_ms:
            raise RowProblem("aht_seconds", _("it must be above 0 where calls are expected"))
        return ForecastPoint(queue, start_ms, 0, calls, aht_ms)

    def _start(self, row: TableRow) -> int:
        text = row.needed("start")
        read = self._times.read(text)
        if read is None:
            raise RowProblem("start", _("{value} is not a time like 2026-11-21T08:30").format(value=shown(text)))
        start_ms, written = read
        local = at(start_ms, self._zone).replace(tzinfo=None)
        if local != written:
            raise RowProblem(
                "start", _("{value} does not exist: the clocks go forward over it").format(value=shown(text))
            )
        if local.minute % STEP_MINUTES[0] or local.second:
            raise RowProblem("start", _("{value} does not lie on a quarter of an hour").format(value=shown(text)))
        return start_ms

    def plan(self, parsed: Sequence[Parsed[ForecastPoint]], _columns: frozenset[str], /) -> Planned[ForecastPoint]:
        steps = self._steps()
        bad_rows = [*_doubled(parsed), *self._out_of_step(parsed, steps)]
        if bad_rows:
            return Planned((), bad_rows)
        changes: list[Change[ForecastPoint]] = []
        held = self._held(parsed)
        for each in parsed:
            point = each.record._replace(minutes=steps[each.record.queue, self._day(each.record)])
            before = held.pop((point.queue, point.start_ms), None)
            changes.append(compared(each.line, self._key(point), before, point, _told))
        changes += [
            Change(0, "removed", self._key(point), point, None)
            for point in held.values()
            if steps.get((point.queue, self._day(point)), point.minutes) != point.minutes
        ]
        return Planned(changes)

    def apply(self, changes: Sequence[Change[ForecastPoint]], /) -> None:
        points = [change.after for change in changes if change.after is not None]
        removed = [
            (change.before.queue, change.before.start_ms)
            for change in changes
            if change.before is not None and change.after is None
        ]
        self._store.add_version(self._at_ms, self._actor, "imported", self._file, points, removed)

    # -- parts -------------------------------------------------------------------------------------------------------

    def _day(self, point: ForecastPoint) -> date:
        return at(point.start_ms, self._zone).date()

    def _key(self, point: ForecastPoint) -> str:
        return f"{point.queue} {iso(point.start_ms, self._zone)}"

    def _steps(self) -> dict[tuple[str, date], int]:
        """The step of each queue and day in minutes: the smallest distance of its rows."""
        steps: dict[tuple[str, date], int] = {}
        usual: dict[str, int] = {}
        for (queue, day), starts in self._named.items():
            gaps = {later - earlier for earlier, later in pairwise(sorted(starts))}
            told = min((minutes for minutes in STEP_MINUTES if minutes * 60_000 in gaps), default=0)
            steps[queue, day] = told
            if told:
                usual[queue] = min(told, usual.get(queue, told))
        anywhere = min(usual.values(), default=USUAL_STEP_MINUTES)
        return {key: step or usual.get(key[0], anywhere) for key, step in steps.items()}

    def _out_of_step(
        self, parsed: Sequence[Parsed[ForecastPoint]], steps: Mapping[tuple[str, date], int]
    ) -> Iterable[BadRow]:
        in_order = {key: sorted(starts) for key, starts in self._named.items()}
        for each in parsed:
            point = each.record
            key = point.queue, self._day(point)
            step_ms = steps[key] * 60_000
            starts = in_order[key]
            index = bisect_left(starts, point.start_ms)
            local = at(point.start_ms, self._zone)
            if (local.hour * 60 + local.minute) % steps[key]:
                yield BadRow(
                    each.line,
                    "start",
                    _("it does not lie on the day's step of {minutes} min").format(minutes=steps[key]),
                )
            elif index and (gap_ms := point.start_ms - starts[index - 1]) != step_ms and gap_ms in _STEPS_MS:
                yield BadRow(
                    each.line,
                    "start",
                    _(
                        "it comes {gap} min after the row before it, the other rows of the day {minutes} min: "
                        "write a row with volume 0 where no calls are expected"
                    ).format(gap=gap_ms // 60_000, minutes=steps[key]),
                )

    def _held(self, parsed: Sequence[Parsed[ForecastPoint]]) -> dict[tuple[str, int], ForecastPoint]:
        """What is stored for the days and queues the file speaks of."""
        days = {(each.record.queue, self._day(each.record)) for each in parsed}
        if not days:
            return {}
        first, last = min(day for _queue, day in days), max(day for _queue, day in days)
        start_ms = date_start_ms(first, self._zone)
        end_ms = date_start_ms(last, self._zone) + 2 * _DAY_MS
        held = self._store.points(start_ms, end_ms, sorted({queue for queue, _day in days}))
        return {(point.queue, point.start_ms): point for point in held if (point.queue, self._day(point)) in days}


_STEPS_MS: Final = frozenset(minutes * 60_000 for minutes in STEP_MINUTES)


def _doubled(parsed: Sequence[Parsed[ForecastPoint]]) -> Iterable[BadRow]:
    first: dict[tuple[str, int], int] = {}
    for each in parsed:
        line = first.setdefault((each.record.queue, each.record.start_ms), each.line)
        if line != each.line:
            yield BadRow(
                each.line,
                "start",
                _(
                    "line {line} has the same queue and time already; in an hour that the clocks repeat, "
                    "write the offset"
                ).format(line=line),
            )


def _told(point: ForecastPoint) -> dict[str, object]:
    return {
        "volume": per_mille_text(point.calls_thousandths),
        "aht_seconds": per_mille_text(point.aht_ms),
        "minutes": point.minutes,
    }
