"""What rules look at that changes slowly, or costs much to know: worked out once a minute on a thread of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import tzinfo
from typing import Final, NamedTuple, Protocol

from app.alerts.unit_tally import TallyReader, UnitRate, UnitTally
from app.core.clock import Clock
from app.core.settings import Settings
from app.core.watcher import StoreWatcher, WatchedSession
from app.core.zones import borders, day_start_ms
from app.floor.reports import WHOLE, Range
from app.people.ports import PeopleReader
from app.planning.forecast_model import ForecastPoint
from app.planning.forecast_report import StaffingCell, StaffingSources, staffing_cells
from app.planning.forecast_service import PlannedOnQueue
from app.planning.forecast_staffed import Serving
from app.planning.ports import PlanningReader
from app.planning.ports_forecast import CallHistory, ForecastReader, Presence
from app.planning.requirement import need_of
from app.tickets.books import Books
from app.tickets.recovery import CreditReader, RecoveryStatus, month_status

MINUTE_MS: Final = 60_000
AHEAD_MS: Final = 3_600_000
"""How far ahead missing agents are looked for."""


class QuarantineCount(NamedTuple):
    """Lines that could not be read: within the last hour, and in all."""

    recent: int = 0
    total: int = 0


NOTHING_QUARANTINED: Final = QuarantineCount()


@dataclass(frozen=True, slots=True)
class MinutePicture:
    """What was so at a minute.

    Attributes:
        at_ms: When it was worked out.
        forecast: The forecast of today and the hour ahead by queue, in order of time.
        serves: The queues each agent is signed in to; who serves all, or of whom it is not known, is left out.
        ahead: The intervals that begin within the next hour, by queue and "ALL"; empty without forecast or schedule.
        units: What units sent on today, and how much of it was not qualified.
        recovery: The month's credits; None where no line is drawn.
        quarantine: Lines that could not be read.
        first_fact_ms: The oldest fact; None with none.
        problem: Why it may be old, as a sentence; empty when it is not.
    """

    at_ms: int
    forecast: Mapping[str, tuple[ForecastPoint, ...]] = field(default_factory=dict)
    serves: Mapping[str, frozenset[str]] = field(default_factory=dict)
    ahead: Mapping[str, tuple[StaffingCell, ...]] = field(default_factory=dict)
    units: tuple[UnitRate, ...] = ()
    recovery: RecoveryStatus | None = None
    quarantine: QuarantineCount = NOTHING_QUARANTINED
    first_fact_ms: int | None = None
    problem: str = ""

    def expected(self, queue: str, start_ms: int, end_ms: int) -> float:
        """Calls forecast for a queue in [start, end), each interval spread evenly over its length."""
        thousandths = 0.0
        for point in self.forecast.get(queue, ()):
            covered_ms = min(end_ms, point.end_ms) - max(start_ms, point.start_ms)
            if covered_ms > 0:
                thousandths += point.calls_thousandths * covered_ms / point.length_ms
        return thousandths / 1000


class HouseReader(Protocol):
    """What is asked of the database about itself."""

    def quarantined(self, since_ms: int) -> QuarantineCount:
        """Lines that could not be read: those stored at an instant or later, and all."""
        ...

    def first_fact_ms(self) -> int | None:
        """The instant of the oldest fact; None with none."""
        ...


class StaffingHistory(CallHistory, Presence, Protocol):
    """The calls that came, and who was there."""


class MinuteSession(WatchedSession, Protocol):
    """A reader on one connection, opened and used on the feed's thread."""

    @property
    def forecast(self) -> ForecastReader: ...
    @property
    def staffing(self) -> StaffingHistory: ...
    @property
    def planning(self) -> PlanningReader: ...
    @property
    def people(self) -> PeopleReader: ...
    @property
    def tickets(self) -> TallyReader: ...
    @property
    def loops(self) -> CreditReader: ...
    @property
    def house(self) -> HouseReader: ...


class MinuteFeed(StoreWatcher[MinuteSession, MinutePicture]):
    """Makes the picture of the minute.

    Args:
        open_session: Opens a connection; called on the feed's thread, again after trouble.
        clock: The clock the floor lives by.
        settings: The site's.
        zone: The site's zone.
    """

    def __init__(
        self, open_session: Callable[[], MinuteSession], clock: Clock, settings: Settings, zone: tzinfo
    ) -> None:
        super().__init__(open_session, clock, "minute-feed")
        self._settings = settings
        self._zone = zone
        self._tally = UnitTally()
        self._made_ms: int | None = None

    def _begin(self) -> None:
        self._tally = UnitTally()
        self._made_ms = None

    def _is_stale(self, now_ms: int) -> bool:  # noqa: ARG002 - it is by the clock alone that this is made anew
        return False

    def _take_in(self, session: MinuteSession, now_ms: int, fresh: bool) -> None:
        """Nothing: what changed is read when the minute is over."""

    def _picture(self, session: MinuteSession, now_ms: int) -> MinutePicture:
        latest, made_ms = self._latest, self._made_ms
        if latest is not None and made_ms is not None and 0 <= now_ms - made_ms < MINUTE_MS:
            return latest
        picture = minute_picture(session, now_ms, self._settings, self._zone, self._tally)
        self._made_ms = now_ms
        return picture

    def _troubled(self, problem: str) -> MinutePicture:
        latest = self._latest
        return replace(MinutePicture(self._clock.now_ms()) if latest is None else latest, problem=problem)


def minute_picture(
    session: MinuteSession, now_ms: int, settings: Settings, zone: tzinfo, tally: UnitTally
) -> MinutePicture:
    """Work out the picture of a minute.

    Args:
        session: What is read.
        now_ms: The present instant.
        settings: The site's.
        zone: The site's zone.
        tally: What units sent on today, as of the minute before; brought up to now.

    Raises:
        StoreProblem: When the store cannot be read.
    """
    today_ms = day_start_ms(now_ms, zone)
    forecast: dict[str, list[ForecastPoint]] = {}
    for point in session.forecast.points(today_ms - AHEAD_MS, now_ms + 2 * AHEAD_MS):
        forecast.setdefault(point.queue, []).append(point)
    tally.update(session.tickets, today_ms, now_ms)
    units = session.people.units()
    recovery = Books(session.tickets.books()).newest.book.recovery
    return MinutePicture(
        now_ms,
        {queue: tuple(points) for queue, points in forecast.items()},
        _serves(session, now_ms),
        _ahead(session, now_ms, settings, zone) if forecast else {},
        tuple(tally.rates({unit.unit: unit.name for unit in units.values()})),
        month_status(session.loops, now_ms, zone, recovery) if recovery.month_line_fen else None,
        session.house.quarantined(now_ms - AHEAD_MS),
        session.house.first_fact_ms(),
    )


def _serves(session: MinuteSession, now_ms: int) -> dict[str, frozenset[str]]:
    memberships = session.staffing.memberships(now_ms, now_ms + 1)
    serving = Serving(memberships)
    found: dict[str, frozenset[str]] = {}
    for agent in {each.agent for each in memberships}:
        for _start_ms, _end_ms, queues in serving.pieces(agent, now_ms, now_ms + 1):
            if queues:
                found[agent] = queues
    return found


def _ahead(
    session: MinuteSession, now_ms: int, settings: Settings, zone: tzinfo
) -> dict[str, tuple[StaffingCell, ...]]:
    """What is planned and forecast for the whole intervals that begin within the next hour."""
    every = settings.interval_minutes
    start_ms = borders(now_ms, now_ms + 2 * AHEAD_MS, every, zone)[1]
    schedule = PlannedOnQueue(session.planning)
    if not schedule.has_schedule(start_ms, start_ms + AHEAD_MS):
        return {}
    sources = StaffingSources(session.forecast, session.staffing, session.staffing, schedule, need_of(settings))
    asked = Range(start_ms, start_ms + AHEAD_MS, "all", zone, now_ms)
    queues = sorted({point.queue for point in session.forecast.points(start_ms, start_ms + AHEAD_MS)} - {WHOLE})
    found = staffing_cells(sources, asked, [*queues, WHOLE], every)
    return {queue: tuple(cell for cell in cells if cell.start_ms - now_ms < AHEAD_MS) for queue, cells in found.items()}
