"""The tickets as rules look at them: their clocks, and what lies unseen. A look costs the tickets that changed.

A clock's alert is of the clock, not of the ticket: "ticket:WO-1/arrive/1/1" is the first run of stage arrive in the
first cycle. A paused clock is due at no instant; when it goes on, it is due again.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import tzinfo
from typing import Final

from app.alerts.minute import MinutePicture
from app.alerts.sensors.floor import SITE, STALE_PICTURE_MS
from app.alerts.sensors.sightings import Sightings, metrics_named, moment_text, scope_of
from app.alerts.signal import Feed, Metric, Observation, Signal
from app.tickets.making import yuan
from app.tickets.model import OVERALL, Clock
from app.tickets.notice_match import matching
from app.tickets.picture import TicketRow, TicketSnapshot
from app.tickets.ports import Notice
from app.tickets.urgency import warned_from_ms

NOTICE: Final = "notice"
"""What the scope of a ticket names the live notices under that cover it."""

COVERED: Final = frozenset(
    {
        "ticket.warning",
        "ticket.breach",
        "ticket.not_received",
        "ticket.overall_near",
        "ticket.returns",
        "ticket.repeat_unacknowledged",
    }
)
"""The metrics whose alerts a live notice explains."""

_SLOW: Final = ("unit.unqualified_rate", "recovery.month")


class TicketSensor:
    """Looks at pictures of the tickets; implements `Sensor`.

    Args:
        picture: The newest picture; None before the first.
        minute: The newest of what is looked at once a minute; None before the first.
        units_above: The units a unit lies under, the nearest first.
        zone: The site's zone, for the words.
    """

    def __init__(
        self,
        picture: Callable[[], TicketSnapshot | None],
        minute: Callable[[], MinutePicture | None],
        units_above: Callable[[str], Sequence[str]],
        zone: tzinfo,
    ) -> None:
        self._picture = picture
        self._minute = minute
        self._units_above = units_above
        self._zone = zone
        self._sightings = Sightings()
        self._seen: TicketSnapshot | None = None
        self._seen_minute: MinutePicture | None = None
        self._said: dict[str, tuple[tuple[str, str], ...]] = {}
        self._notices: tuple[Notice, ...] = ()
        self._is_refreshed = False

    @property
    def metrics(self) -> Mapping[str, Metric]:
        return metrics_named("ticket.", "unit.", "recovery.")

    def set_notices(self, notices: Sequence[Notice]) -> None:
        """The notices that are live now: the tickets they cover name them in their scope."""
        self._notices = tuple(notices)
        self._is_refreshed = True

    def look(self, now_ms: int, *, whole: bool) -> Observation:
        picture = self._picture()
        if picture is not None:
            self._take_in(picture, now_ms)
        minute = self._minute()
        if minute is not None and minute is not self._seen_minute:
            self._sightings.say_all(_SLOW, self._slow(minute))
            self._seen_minute = minute
        is_stale = picture is None or picture.freshness.problem or now_ms - picture.now_ms > STALE_PICTURE_MS
        return self._sightings.observation(now_ms, whole=whole, stale=[Feed.TICKETS] if is_stale else [])

    def _take_in(self, picture: TicketSnapshot, now_ms: int) -> None:
        seen = self._seen
        changed: Collection[str] | None = ()
        if seen is None or self._is_refreshed:
            changed = None
        elif picture.revision != seen.revision:
            changed = picture.changed_since(seen.revision)
        if changed is None:
            changed = self._said.keys() | picture.rows.keys()
        self._seen, self._is_refreshed = picture, False
        for number in changed:
            self._say(number, picture.rows.get(number), now_ms)

    def _say(self, number: str, row: TicketRow | None, now_ms: int) -> None:
        signals = [] if row is None else list(self._signals(row, now_ms))
        keys = tuple((signal.metric, signal.entity) for signal in signals)
        for metric, entity in self._said.get(number, ()):
            if (metric, entity) not in keys:
                self._sightings.end(metric, entity)
        for signal in signals:
            self._sightings.say(signal)
        if keys:
            self._said[number] = keys
        else:
            self._said.pop(number, None)

    # -- one ticket --------------------------------------------------------------------------------------------------

    def _signals(self, row: TicketRow, now_ms: int) -> Iterator[Signal]:
        entity = f"ticket:{row.ticket}"
        scope = self._scope(entity, row)
        values = (("ticket", row.ticket), ("type", row.ticket_type), ("unit", row.unit_name or row.unit))
        for clock in row.clocks:
            if clock.is_running and clock.due_ms is not None:
                yield from self._clock_signals(entity, clock, clock.due_ms, scope, values, now_ms)
        if row.sent_ms is not None:
            yield Signal("ticket.not_received", entity, since_ms=row.sent_ms, scope=scope, values=values)
        if row.returns:
            yield Signal("ticket.returns", entity, gauge=float(row.returns), scope=scope, values=values)
        if row.flag_ms is not None:
            caller = (*values, ("caller", row.caller))
            yield Signal("ticket.repeat_unacknowledged", entity, since_ms=row.flag_ms, scope=scope, values=caller)

    def _clock_signals(
        self,
        ticket: str,
        clock: Clock,
        due_ms: int,
        scope: tuple[tuple[str, str], ...],
        values: tuple[tuple[str, str], ...],
        now_ms: int,
    ) -> Iterator[Signal]:
        entity = f"{ticket}/{clock.stage}/{clock.cycle}/{clock.run}"
        told = (*values, ("stage", clock.stage), ("due", moment_text(due_ms, now_ms, self._zone)))
        if (warned_ms := warned_from_ms(clock)) is not None:
            yield Signal("ticket.warning", entity, due_ms=warned_ms, scope=scope, values=told)
        # Met when used ≤ limit: at the limit it is not overdue.
        yield Signal("ticket.breach", entity, due_ms=due_ms + 1, scope=scope, values=told)
        if clock.stage == OVERALL:
            yield Signal("ticket.overall_near", entity, due_ms=due_ms, scope=scope, values=told)

    def _scope(self, entity: str, row: TicketRow) -> tuple[tuple[str, str], ...]:
        units = (("unit", unit) for unit in (row.unit, *(above for above, _name in row.units_above)))
        notices = (
            ((NOTICE, notice.notice) for notice in matching(self._notices, row.area, row.service))
            if self._notices
            else ()
        )
        area = (("area", row.area), ("service", row.service))
        return scope_of(entity, ("ticket_type", row.ticket_type), *units, *area, *notices)

    # -- what is looked at once a minute ------------------------------------------------------------------------------

    def _slow(self, minute: MinutePicture) -> Iterator[Signal]:
        for rate in minute.units:
            entity = f"unit:{rate.unit}"
            above = (("unit", unit) for unit in self._units_above(rate.unit))
            yield Signal(
                "unit.unqualified_rate",
                entity,
                gauge=rate.unqualified * 100 / rate.sent,
                scope=scope_of(entity, *above),
                values=(("name", rate.name), ("count", str(rate.unqualified)), ("sent", str(rate.sent))),
            )
        month = minute.recovery
        if month is not None:
            # Whole per cent, rounded down, so that 99.9 % of the line is not all of it.
            values = (("total", yuan(month.total_fen)), ("line", yuan(month.line_fen)))
            gauge = float(month.total_fen * 100 // month.line_fen)
            yield Signal("recovery.month", SITE, gauge=gauge, values=values)
