"""What sensors make of pictures: the figures, their scopes, and only what changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from app.alerts.lookout import Lookout
from app.alerts.metrics import METRICS
from app.alerts.minute import MinutePicture, QuarantineCount
from app.alerts.model import Fault
from app.alerts.sensors.faults import FaultSensor
from app.alerts.sensors.floor import FloorSensor, largest_storm
from app.alerts.sensors.house import HouseSensor
from app.alerts.sensors.plan import PlanSensor
from app.alerts.sensors.sightings import Sightings
from app.alerts.sensors.sources import SourceActivity, SourceSensor, opened_since
from app.alerts.sensors.tickets import TicketSensor
from app.alerts.signal import Feed, Observation, Sensor, Signal
from app.alerts.unit_tally import UnitRate
from app.core.calendars import Calendar
from app.core.calendars.definition import WEEKDAYS, read_calendar
from app.core.clock import ManualClock
from app.core.facts import FilePosition
from app.core.reasons import ReasonCategory
from app.core.settings import Settings
from app.floor.day_time import FloorTime
from app.floor.figures import ServiceFigures
from app.floor.model import AgentState
from app.floor.picture import AgentRow, FloorSnapshot, Freshness, QueueRow
from app.floor.recent import RecentCalls
from app.planning.forecast_model import ForecastPoint
from app.planning.forecast_report import StaffingCell
from app.planning.model import Verdict
from app.planning.requirement import Expected
from app.sources.model import FollowedFile
from app.tickets.live import LiveTickets
from app.tickets.model import OVERALL, Ticket, TicketState
from app.tickets.picture import TicketSnapshot
from app.tickets.ports import Notice, TicketChanges
from app.tickets.recovery import RecoveryMark, RecoveryStatus
from tests.alerts.watch_ground import MINUTE_MS, NOW_MS, SECOND_MS, ZONE
from tests.tickets.samples import NAMES, clock, ticket

HOUR_MS = 60 * MINUTE_MS


def floor_picture(*rows: AgentRow, **fields: Any) -> FloorSnapshot:
    given: dict[str, Any] = {
        "queues": (),
        "today": ServiceFigures(),
        "interval": ServiceFigures(),
        "freshness": Freshness(),
        **fields,
    }
    agents = {row.agent: row for row in rows}
    return FloorSnapshot(1, 1, NOW_MS, NOW_MS - 10 * HOUR_MS, NOW_MS, 15, 20, agents, **given)


def agent(name: str, state: AgentState = AgentState.AVAILABLE, **fields: Any) -> AgentRow:
    return AgentRow(name, "一组", state, NOW_MS - MINUTE_MS, **fields)


class Shown:
    """A picture that can be changed."""

    def __init__(self, picture: Any = None, minute: MinutePicture | None = None) -> None:
        self.picture = picture
        self.minute = minute


def floor_sensor(shown: Shown) -> FloorSensor:
    return FloorSensor(lambda: shown.picture, lambda: shown.minute, lambda _agent: "u1", lambda _queue: 20)


def by_metric(observation: Observation) -> dict[tuple[str, str], Signal]:
    return {(signal.metric, signal.entity): signal for signal in observation.changed}


def test_every_metric_is_seen_by_one_sensor_and_gives_the_values_its_texts_may_name() -> None:
    sensors: Sequence[Sensor] = [
        floor_sensor(Shown()),
        TicketSensor(lambda: None, lambda: None, lambda _unit: (), ZONE),
        PlanSensor(lambda: None, lambda: None, Settings(), ZONE),
        SourceSensor(SourceActivity(lambda: NOW_MS), tuple, lambda _s, _p: None, tuple, ZONE, NOW_MS),
        HouseSensor(Path("floor.db"), None, lambda: None, lambda: None, ZONE),
        FaultSensor(),
    ]
    seen = [key for sensor in sensors for key in sensor.metrics]
    assert len(seen) == len(set(seen))
    # There is no time bank yet.
    assert METRICS.keys() - set(seen) == {"house.settlement_missed"}


def test_only_what_changed_is_told_and_what_went_is_gone() -> None:
    shown = Shown(floor_picture(agent("ann", AgentState.WRAP_UP, queue="q1"), agent("bob")))
    sensor = floor_sensor(shown)
    first = sensor.look(NOW_MS, whole=True)
    assert first.is_whole
    signal = by_metric(first)["agent.wrap_up", "agent:ann"]
    assert signal.since_ms == NOW_MS - MINUTE_MS
    assert set(signal.scope) == {("agent", "ann"), ("team", "一组"), ("unit", "u1"), ("queue", "q1")}
    assert sensor.look(NOW_MS, whole=False).changed == ()
    shown.picture = floor_picture(shown.picture.agents["ann"], agent("bob", AgentState.HOLD, call_since_ms=NOW_MS - 5))
    second = sensor.look(NOW_MS, whole=False)
    told = {key: signal.since_ms for key, signal in by_metric(second).items() if key[1] == "agent:bob"}
    assert told == {("agent.hold", "agent:bob"): NOW_MS - MINUTE_MS, ("agent.call", "agent:bob"): NOW_MS - 5}
    shown.picture = floor_picture(agent("ann"))
    third = sensor.look(NOW_MS, whole=False)
    assert set(third.gone) == {("agent.wrap_up", "agent:ann"), ("agent.hold", "agent:bob"), ("agent.call", "agent:bob")}


def test_reasons_are_scopes_and_one_in_no_list_is_called_unmapped_too() -> None:
    row = agent("ann", AgentState.NOT_READY, reason="遛狗", category=ReasonCategory.REVERSE, unmapped=True)
    meal = agent("bob", AgentState.NOT_READY, reason="用餐", category=ReasonCategory.MEAL)
    out = agent("cat", verdict=Verdict.OUT, verdict_since_ms=NOW_MS - 5, planned="on_queue")
    told = by_metric(floor_sensor(Shown(floor_picture(row, meal, out))).look(NOW_MS, whole=True))
    signal = told["agent.reverse_spell", "agent:ann"]
    assert {name for kind, name in signal.scope if kind == "reason"} == {"遛狗", "unmapped"}
    assert dict(signal.values) == {"name": "ann", "reason": "遛狗"}
    assert not any(entity == "agent:bob" for _metric, entity in told)
    severe = told["adherence.severe", "agent:cat"]
    assert (severe.since_ms, dict(severe.values)["planned"]) == (NOW_MS - 5, "on_queue")


def test_rates_are_of_those_signed_in_and_storms_of_those_who_were() -> None:
    pause = {"reason": "小休", "category": ReasonCategory.BREAK}
    rows = [agent(f"a{number}") for number in range(8)]
    rows += [agent("b1", AgentState.NOT_READY, **pause), agent("b2", AgentState.NOT_READY, signed_in=False, **pause)]
    left = {f"c{number}": NOW_MS - number * 1000 for number in range(3)} | {"d": NOW_MS - 5 * MINUTE_MS}
    shown = Shown(floor_picture(*rows, time=FloorTime(40_000_000, 1_000_000), left=left))
    told = by_metric(floor_sensor(shown).look(NOW_MS, whole=True))
    assert told["floor.break_rate", "site"].gauge == pytest.approx(100 / 9)
    assert told["floor.reverse_share", "site"].gauge == 2.5
    storm = told["agents.sign_outs", "site"]
    assert (storm.gauge, dict(storm.values)) == (pytest.approx(300 / 13), {"count": "3", "signed_in": "13"})
    assert told["floor.break_rate", "site"].values == (("count", "1"), ("signed_in", "9"))
    few = by_metric(floor_sensor(Shown(floor_picture(agent("ann")))).look(NOW_MS, whole=True))
    assert few["agents.sign_outs", "site"].gauge == 0
    leaving = floor_picture(agent("ann"), time=FloorTime(3_599_999, 1), left={"bob": NOW_MS})
    early = by_metric(floor_sensor(Shown(leaving)).look(NOW_MS, whole=True))
    assert early["agents.sign_outs", "site"].gauge is None
    assert early["floor.reverse_share", "site"].gauge is None
    assert few["floor.reverse_share", "site"].gauge is None


def test_the_largest_storm_is_of_one_minute() -> None:
    assert largest_storm([]) == 0
    assert largest_storm([0, 60_000, 60_001, 60_001, 120_000]) == 4


def queue(name: str, waiting: int, oldest_ms: int | None) -> QueueRow:
    return QueueRow(name, waiting, oldest_ms, ServiceFigures(), ServiceFigures())


def test_a_queue_is_unattended_when_nobody_who_serves_it_is_available() -> None:
    waits = (queue("q1", 2, NOW_MS - 70_000), queue("q2", 1, NOW_MS - 5_000), queue("q3", 0, None))
    minute = MinutePicture(NOW_MS, serves={"ann": frozenset({"q2"}), "bob": frozenset({"q1"})})
    shown = Shown(floor_picture(agent("ann"), agent("bob", AgentState.ON_CALL), queues=waits), minute)
    sensor = floor_sensor(shown)
    told = by_metric(sensor.look(NOW_MS, whole=True))
    signal = told["queue.unattended_wait", "queue:q1"]
    assert (signal.since_ms, dict(signal.values)) == (NOW_MS - 70_000, {"waiting": "2"})
    assert ("queue.unattended_wait", "queue:q2") not in told
    # Of whom nobody knows what they serve, serves all.
    shown.picture = floor_picture(*shown.picture.agents.values(), agent("new"), queues=waits)
    assert ("queue.unattended_wait", "queue:q1") in sensor.look(NOW_MS, whole=False).gone
    shown.minute = replace(minute, serves={**minute.serves, "new": frozenset({"q3"})})
    shown.picture = replace(shown.picture)
    assert ("queue.unattended_wait", "queue:q1") in by_metric(sensor.look(NOW_MS, whole=False))


def recent(name: str, offered: int, within: int, undecided: int = 0, known_from_ms: int = 0) -> RecentCalls:
    return RecentCalls(
        name, NOW_MS - 30 * MINUTE_MS, offered, within, NOW_MS - 2 * HOUR_MS, offered, within, undecided, known_from_ms
    )


def test_service_levels_leave_out_calls_that_can_still_be_in_time() -> None:
    calls = (
        recent("q1", 22, 15, undecided=2),
        recent("q2", 9, 9),
        recent("q3", 20, 20, known_from_ms=NOW_MS - HOUR_MS),
    )
    told = by_metric(floor_sensor(Shown(floor_picture(recent=calls))).look(NOW_MS, whole=True))
    gauges = {key: signal.gauge for key, signal in told.items() if key[0].startswith("service.")}
    assert gauges["service.level_30m", "queue:q1"] == 75.0
    assert gauges["service.level_30m", "queue:q2"] is None
    assert gauges["service.level_30m", "site"] == pytest.approx(44 * 100 / 49)
    assert gauges["service.level_30m", "queue:q3"] == 100.0
    assert gauges["service.level_2h", "queue:q3"] is None
    assert dict(told["service.level_30m", "queue:q1"].values) == {"answered": "15", "offered": "20", "seconds": "20"}


def test_volume_is_compared_with_the_forecast_of_the_same_minutes() -> None:
    point = ForecastPoint("q1", NOW_MS - HOUR_MS, 60, 60_000, 180_000)
    minute = MinutePicture(NOW_MS, forecast={"q1": (point, point._replace(start_ms=NOW_MS))})
    told = by_metric(
        floor_sensor(Shown(floor_picture(recent=(recent("q1", 45, 45),)), minute)).look(NOW_MS, whole=True)
    )
    signal = told["volume.deviation", "queue:q1"]
    assert (signal.gauge, dict(signal.values)) == (50.0, {"actual": "45", "expected": "30"})
    assert told["volume.deviation", "site"].gauge == 50.0
    thin = replace(minute, forecast={"q1": (point._replace(calls_thousandths=38_000),)})
    told = by_metric(floor_sensor(Shown(floor_picture(recent=(recent("q1", 45, 45),)), thin)).look(NOW_MS, whole=True))
    assert told["volume.deviation", "queue:q1"].gauge is None


def test_without_a_picture_or_with_an_old_one_the_feed_is_stale() -> None:
    shown = Shown()
    sensor = floor_sensor(shown)
    assert sensor.look(NOW_MS, whole=True).stale == {Feed.FLOOR}
    shown.picture = floor_picture(agent("ann"))
    assert sensor.look(NOW_MS, whole=True).stale == frozenset()
    assert sensor.look(NOW_MS + 11_000, whole=False).stale == {Feed.FLOOR}
    shown.picture = floor_picture(agent("ann"), freshness=Freshness(problem="the disk is full"))
    assert sensor.look(NOW_MS, whole=False).stale == {Feed.FLOOR}


# -- tickets ---------------------------------------------------------------------------------------------------------


def tickets_shown(*found: Ticket, live: LiveTickets | None = None) -> TicketSnapshot:
    live = LiveTickets() if live is None else live
    live.apply(TicketChanges(live.seq + 1, 1, live.seq == 0, found), NAMES, NOW_MS)
    return live.snapshot(NOW_MS, Freshness())


def ticket_sensor(shown: Shown) -> TicketSensor:
    return TicketSensor(lambda: shown.picture, lambda: shown.minute, lambda _unit: ("top",), ZONE)


def test_running_clocks_are_due_and_paused_ones_are_not() -> None:
    running = clock("handle", started_ms=NOW_MS - MINUTE_MS, limit_seconds=600, warn_seconds=())
    overall = clock(OVERALL, started_ms=NOW_MS - MINUTE_MS, limit_seconds=7200, warn_seconds=(3600,))
    live = LiveTickets()
    shown = Shown(tickets_shown(ticket("T-1", running, overall)._replace(area="东区"), live=live))
    sensor = ticket_sensor(shown)
    told = by_metric(sensor.look(NOW_MS, whole=True))
    due = {key: signal.due_ms for key, signal in told.items()}
    begun_ms = NOW_MS - MINUTE_MS
    assert due == {
        ("ticket.breach", "ticket:T-1/handle/1/1"): begun_ms + 600 * SECOND_MS + 1,
        ("ticket.warning", f"ticket:T-1/{OVERALL}/1/1"): begun_ms + 3600 * SECOND_MS,
        ("ticket.breach", f"ticket:T-1/{OVERALL}/1/1"): begun_ms + 7200 * SECOND_MS + 1,
        ("ticket.overall_near", f"ticket:T-1/{OVERALL}/1/1"): begun_ms + 7200 * SECOND_MS,
    }
    assert ("area", "东区") in told["ticket.breach", "ticket:T-1/handle/1/1"].scope
    paused = clock(
        "handle", started_ms=NOW_MS - MINUTE_MS, limit_seconds=600, warn_seconds=(), paused=True, used_ms=1000
    )
    shown.picture = tickets_shown(ticket("T-1", paused, overall)._replace(area="东区"), live=live)
    second = sensor.look(NOW_MS, whole=False)
    assert set(second.gone) == {("ticket.breach", "ticket:T-1/handle/1/1")}
    assert second.changed == ()


def test_a_closed_ticket_takes_all_it_said_with_it() -> None:
    live = LiveTickets()
    shown = Shown(tickets_shown(ticket("T-1", clock("handle", warn_seconds=())), live=live))
    sensor = ticket_sensor(shown)
    assert sensor.look(NOW_MS, whole=True).changed
    shown.picture = tickets_shown(ticket("T-1", state=TicketState.CLOSED), live=live)
    assert len(sensor.look(NOW_MS, whole=False).gone) == 1


def notice(name: str, area: str) -> Notice:
    return Notice(name, NOW_MS, "wang", area, "", "停电", None, None, 0)


def test_live_notices_stand_in_the_scope_of_the_tickets_they_cover() -> None:
    covered = [
        ticket(f"T-{number}", clock("handle", warn_seconds=()))._replace(area=area)
        for number, area in enumerate(("东区", "西区"))
    ]
    shown = Shown(tickets_shown(*covered))
    sensor = ticket_sensor(shown)
    sensor.look(NOW_MS, whole=True)
    sensor.set_notices([notice("N1", "东"), notice("N2", "北")])
    (told,) = sensor.look(NOW_MS, whole=False).changed
    assert [name for kind, name in told.scope if kind == "notice"] == ["N1"]
    sensor.set_notices([])
    (told,) = sensor.look(NOW_MS, whole=False).changed
    assert not any(kind == "notice" for kind, _name in told.scope)


def test_units_and_the_month_are_told_once_a_minute() -> None:
    month = RecoveryStatus("2026-03", 4_999_999, 3, 3, 0, 5_000_000, 4_000_000, RecoveryMark.WARNED)
    minute = MinutePicture(NOW_MS, units=(UnitRate("u1", "热线", 40, 3),), recovery=month)
    told = by_metric(ticket_sensor(Shown(tickets_shown(), minute)).look(NOW_MS, whole=True))
    rate = told["unit.unqualified_rate", "unit:u1"]
    assert (rate.gauge, rate.scope) == (7.5, (("unit", "u1"), ("unit", "top")))
    # One fen below the line is not the line.
    recovery = told["recovery.month", "site"]
    assert (recovery.gauge, dict(recovery.values)) == (99.0, {"total": "49999.99", "line": "50000.00"})


# -- the plan --------------------------------------------------------------------------------------------------------


def cell(name: str, start_ms: int, scheduled: float | None, calls: int) -> StaffingCell:
    expected = Expected(
        covered_ms=15 * MINUTE_MS, calls_thousandths=calls * 1000, handle=calls * 1000 * 180_000, agents_ms=0
    )
    return StaffingCell(name, start_ms, start_ms + 15 * MINUTE_MS, 0, expected, None, scheduled, None)


def test_the_worst_interval_of_the_next_hour_is_told_with_the_day_so_far() -> None:
    starts = [NOW_MS + step * 15 * MINUTE_MS for step in range(2)]
    ahead = {
        "q1": (cell("q1", starts[0], 20.0, 60), cell("q1", starts[1], 10.0, 60)),
        "ALL": (cell("ALL", starts[0], 20.0, 60), cell("ALL", starts[1], 10.0, 60)),
    }
    point = ForecastPoint("q1", NOW_MS - HOUR_MS, 60, 1_000_000, 180_000)
    minute = MinutePicture(NOW_MS, forecast={"q1": (point,)}, ahead=ahead)

    def told(offered: int) -> dict[tuple[str, str], Signal]:
        row = QueueRow("q1", 0, None, ServiceFigures(offered=offered), ServiceFigures())
        sensor = PlanSensor(lambda: minute, lambda: floor_picture(queues=(row,)), Settings(), ZONE)
        return by_metric(sensor.look(NOW_MS, whole=True))

    as_forecast, busier = told(1000), told(1500)
    signal = as_forecast["staffing.net_next_hour", "queue:q1"]
    values = dict(signal.values)
    required = int(values["required"])
    assert (values["at"], values["staffed"]) == ("10:15", "10")
    assert signal.gauge == pytest.approx((10 - required) * 100 / required)
    more = dict(busier["staffing.net_next_hour", "queue:q1"].values)
    assert int(more["required"]) > required
    assert busier["staffing.net_next_hour", "site"].gauge == busier["staffing.net_next_hour", "queue:q1"].gauge


def test_a_plan_nobody_looked_at_for_minutes_is_stale() -> None:
    minute = MinutePicture(NOW_MS)
    sensor = PlanSensor(lambda: minute, lambda: floor_picture(), Settings(), ZONE)
    assert sensor.look(NOW_MS, whole=True).stale == frozenset()
    assert sensor.look(NOW_MS + 301 * SECOND_MS, whole=False).stale == {Feed.PLAN}


# -- sources and the house -------------------------------------------------------------------------------------------


def calendar(hours: str) -> Calendar:
    return Calendar(
        read_calendar({"name": "q1", "zone": "Asia/Shanghai", "weekly": {day: [hours] for day in WEEKDAYS}}, "test")
    )


def source_sensor(file: Path, activity: SourceActivity, position: FilePosition | None, *hours: str) -> SourceSensor:
    followed = FollowedFile("pbx", str(file), "queue-log", "utf-8", NOW_MS)
    calendars = [calendar(each) for each in hours]
    return SourceSensor(activity, lambda: [followed], lambda _s, _p: position, lambda: calendars, ZONE, NOW_MS)


def test_silence_counts_in_open_hours_only_and_from_their_beginning(tmp_path: Path) -> None:
    file = tmp_path / "queue_log"
    file.write_text("")
    clock = ManualClock(NOW_MS - 3 * HOUR_MS)
    activity = SourceActivity(clock.now_ms)
    activity.fold([(1, "pbx", SimpleNamespace())], 0)  # type: ignore[list-item]
    always = by_metric(source_sensor(file, activity, None).look(NOW_MS, whole=True))
    assert always["feed.stale", "source:pbx"].since_ms == NOW_MS - 3 * HOUR_MS
    opened = by_metric(source_sensor(file, activity, None, "09:30-18:00").look(NOW_MS, whole=True))
    assert opened["feed.stale", "source:pbx"].since_ms == NOW_MS - 30 * MINUTE_MS
    sensor = source_sensor(file, activity, None, "12:00-18:00")
    assert sensor.look(NOW_MS, whole=True).changed == ()
    assert sensor.stale == frozenset()


def test_open_since_is_never_before_it_was_asked_for() -> None:
    day = calendar("08:00-18:00")
    assert opened_since(day, NOW_MS - MINUTE_MS, NOW_MS) == NOW_MS - MINUTE_MS
    assert opened_since(day, NOW_MS - 5 * HOUR_MS, NOW_MS) == NOW_MS - 2 * HOUR_MS
    assert opened_since(day, NOW_MS, NOW_MS + 9 * HOUR_MS) is None


def test_reading_that_does_not_keep_up_is_told_with_the_reason(tmp_path: Path) -> None:
    file = tmp_path / "queue_log"
    activity = SourceActivity(lambda: NOW_MS)
    activity.told_ms["pbx"] = NOW_MS + HOUR_MS
    sensor = source_sensor(file, activity, None)
    sensor.look(NOW_MS, whole=True)
    told = by_metric(sensor.look(NOW_MS + 6_000, whole=False))
    behind = told["house.ingest_behind", "source:pbx"]
    assert behind.since_ms == NOW_MS
    assert "queue_log" in dict(behind.values)["problem"]
    file.write_text("")
    assert ("house.ingest_behind", "source:pbx") in sensor.look(NOW_MS + 7_000, whole=False).gone


def test_a_clock_that_jumps_is_told_and_one_that_drifts_is_not(tmp_path: Path) -> None:
    steady = [0]
    sensor = HouseSensor(tmp_path / "floor.db", lambda: steady[0], lambda: None, lambda: None, ZONE)

    def look(at_ms: int, steady_ms: int) -> dict[tuple[str, str], Signal]:
        steady[0] = steady_ms
        return by_metric(sensor.look(at_ms, whole=True))

    assert ("house.clock_jump", "house") not in look(NOW_MS, 0)
    assert ("house.clock_jump", "house") not in look(NOW_MS + 4_000, 1_000)
    jumped = look(NOW_MS + HOUR_MS, 2_000)["house.clock_jump", "house"]
    assert dict(jumped.values)["jump"] == "+3595 s"
    assert ("house.clock_jump", "house") in look(NOW_MS + HOUR_MS + 899_000, 901_000)
    assert ("house.clock_jump", "house") not in look(NOW_MS + HOUR_MS + 901_000, 903_000)


def test_the_house_tells_of_disk_quarantine_and_backups(tmp_path: Path) -> None:
    database = tmp_path / "floor.db"
    database.write_text("")
    minute = MinutePicture(NOW_MS, quarantine=QuarantineCount(12, 40), first_fact_ms=NOW_MS - 48 * HOUR_MS)
    backed_up: list[int | None] = [None]
    sensor = HouseSensor(database, None, lambda: minute, lambda: backed_up[0], ZONE)
    told = by_metric(sensor.look(NOW_MS, whole=True))
    assert (told["house.disk_free", "house"].gauge or 0) > 0
    assert told["house.quarantine", "house"].gauge == 12.0
    assert told["house.backup_age", "house"].since_ms == NOW_MS - 48 * HOUR_MS
    assert ("house.read_only", "house") not in told
    backed_up[0] = NOW_MS - HOUR_MS
    told = by_metric(sensor.look(NOW_MS + 11_000, whole=True))
    assert told["house.backup_age", "house"].since_ms == NOW_MS - HOUR_MS


def test_a_fault_reaches_its_source_and_ends() -> None:
    sensor = FaultSensor()
    sensor.set_faults([Fault("f1", NOW_MS, "wang", "话务平台", "pbx", None)])
    (told,) = sensor.look(NOW_MS, whole=False).changed
    assert (told.entity, told.active, told.scope) == ("fault:f1", True, (("fault", "f1"), ("source", "pbx")))
    sensor.set_faults([])
    assert sensor.look(NOW_MS, whole=False).gone == {("system.fault", "fault:f1")}


# -- all of them -----------------------------------------------------------------------------------------------------


def test_a_sensor_that_sees_nothing_yet_is_whole_when_it_first_does() -> None:
    shown = Shown()
    faults = FaultSensor()
    lookout = Lookout([floor_sensor(shown), faults])
    first = lookout.look(NOW_MS)
    assert (first.is_whole, first.covered, first.stale) == (True, frozenset({"system.fault"}), {Feed.FLOOR})
    assert not lookout.look(NOW_MS).is_whole
    shown.picture = floor_picture(agent("ann"))
    third = lookout.look(NOW_MS)
    assert third.is_whole
    assert third.covered is not None
    assert "agent.call" in third.covered
    assert "system.fault" not in third.covered
    lookout.forget()
    assert "system.fault" in (lookout.look(NOW_MS).covered or ())


def test_what_is_said_and_ended_between_two_looks_is_no_news() -> None:
    sightings = Sightings()
    sightings.say(Signal("agent.call", "agent:ann", since_ms=1))
    sightings.end("agent.call", "agent:ann")
    assert sightings.observation(NOW_MS, whole=False).changed == ()
    sightings.say(Signal("agent.call", "agent:ann", since_ms=2))
    found = sightings.observation(NOW_MS, whole=False)
    assert [signal.since_ms for signal in found.changed] == [2]
    assert not found.gone
