"""Schedules come in by rows, stand as shifts, and keep every version they ever had."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from app.core.clock import ManualClock
from app.core.errors import RuleRefused, StoreProblem, UsageProblem
from app.core.imports import ImportOrder, ImportPlan, run_import
from app.core.tables import parse_table
from app.core.zones import iso, load_zone
from app.people.model import Person
from app.planning.model import Activity, ScheduledSpan, Shift, VersionKind
from app.planning.schedules import RowChange, ScheduleImport, written_spans
from app.planning.service import PlanningService
from app.planning.times import TimeReader, local_ms
from store.database import Store
from store.imports import SqliteImports
from store.people import SqlitePeople
from store.planning import SqlitePlanning

ZONE = load_zone("Asia/Shanghai")
NOW_MS = 1_795_291_200_000
"""2026-11-21 20:00 UTC: the 22nd in Shanghai."""
DAY = date(2026, 11, 20)


class Office:
    """A store with two people, and the ways into its plan."""

    def __init__(self, path: Path, zone: str = "Asia/Shanghai") -> None:
        self.store = Store(path)
        self.planning = SqlitePlanning(self.store)
        self.imports = SqliteImports(self.store)
        self.times = TimeReader(load_zone(zone))
        self.clock = ManualClock(NOW_MS)
        people = SqlitePeople(self.store)
        with self.store.writing():
            people.save_people([Person("ann", "Ann"), Person("bob", "鲍勃")])

    def bring(
        self, *rows: str, dry_run: bool = False, skip_bad: bool = False, header: str = ""
    ) -> ImportPlan[RowChange]:
        text = "\n".join((header or "agent_id,activity,start,end", *rows))
        kind = ScheduleImport(self.planning, self.times, "eve", self.clock.now_ms(), "plan.csv")
        table = parse_table("plan.csv", text.encode(), kind.columns)
        order = ImportOrder("eve", self.clock.now_ms(), skip_bad, dry_run)
        return run_import(kind, table, self.imports, order)

    def shifts(self, agent: str = "ann") -> list[Shift]:
        return self.planning.shifts(agent, 0, 2**42)

    def service(self) -> PlanningService:
        return PlanningService(self.planning, self.times.zone, self.clock)

    def amend(self, *spans: str, day: date = DAY, agent: str = "ann", dry_run: bool = False) -> None:
        written = written_spans(agent, day, spans, self.times)
        self.service().amend(agent, day, written, "eve", "swap", dry_run)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = Office(tmp_path / "floor.db")
    yield made
    made.store.close()


def spans(shift: Shift) -> list[str]:
    """A shift as activities with local times of day."""
    return [
        f"{each.activity.value} {iso(each.start_ms, ZONE)[8:16]} {iso(each.end_ms, ZONE)[8:16]}" for each in shift.spans
    ]


MORNING = ("ann,on_queue,2026-11-20 09:00,2026-11-20 12:00", "ann,小休,2026/11/20 12:00,2026-11-20T04:30Z")


def test_rows_become_a_shift(office: Office) -> None:
    plan = office.bring(*MORNING)
    assert (plan.applied, plan.count("added")) == (True, 2)
    (shift,) = office.shifts()
    assert (shift.agent, shift.shift_date, shift.version) == ("ann", DAY, 1)
    assert spans(shift) == ["on_queue 20T09:00 20T12:00", "break 20T12:00 20T12:30"]


def test_the_same_file_again_changes_nothing_and_makes_no_version(office: Office) -> None:
    office.bring(*MORNING)
    again = office.bring(*reversed(MORNING))
    assert (again.count("unchanged"), len(again.differing)) == (2, 0)
    assert office.planning.newest_version() == 1


def test_a_dry_run_says_what_would_change_and_changes_nothing(office: Office) -> None:
    office.bring(*MORNING)
    plan = office.bring("ann,on_queue,2026-11-20 09:00,2026-11-20 11:00", dry_run=True)
    assert [(change.line, change.action) for change in plan.differing] == [(0, "removed"), (2, "changed")]
    assert "T12:00:00+08:00 → on_queue" in plan.differing[1].detail
    assert (plan.applied, office.planning.newest_version()) == (False, 1)


def test_a_shift_becomes_what_the_file_says_and_others_stay(office: Office) -> None:
    office.bring(*MORNING, "bob,on_queue,2026-11-20 09:00,2026-11-20 12:00")
    office.bring("ann,training,2026-11-20 09:00,2026-11-20 12:00")
    assert [spans(shift) for shift in office.shifts()] == [["training 20T09:00 20T12:00"]]
    assert [spans(shift) for shift in office.shifts("bob")] == [["on_queue 20T09:00 20T12:00"]]


def test_a_shift_over_midnight_is_one_shift_of_its_start_date(office: Office) -> None:
    office.bring(
        "ann,on_queue,2026-11-20 22:00,2026-11-20 24:00",
        "ann,meal,2026-11-21 00:00,2026-11-21 01:00",
        "ann,on_queue,2026-11-21 05:00,2026-11-21 07:00",
        "ann,on_queue,2026-11-21 11:01,2026-11-21 12:00",
    )
    assert [(shift.shift_date.day, len(shift.spans)) for shift in office.shifts()] == [(20, 3), (21, 1)]


def test_a_shift_is_no_longer_than_a_day_however_small_its_gaps(office: Office) -> None:
    office.bring(
        "ann,on_queue,2026-11-20 06:00,2026-11-20 23:00",
        "ann,on_queue,2026-11-21 01:00,2026-11-21 06:00",
        "ann,on_queue,2026-11-21 06:00,2026-11-21 07:00",
    )
    assert [(shift.shift_date.day, len(shift.spans)) for shift in office.shifts()] == [(20, 2), (21, 1)]


def test_the_file_may_name_the_date_of_the_shift(office: Office) -> None:
    header = "agent_id,activity,start,end,shift_date"
    office.bring("ann,on_queue,2026-11-21 00:30,2026-11-21 08:00,2026-11-20", header=header)
    assert [shift.shift_date for shift in office.shifts()] == [DAY]
    plan = office.bring("ann,on_queue,2026-11-21 00:30,2026-11-21 08:00,2026-11-18", header=header)
    assert [(bad.line, bad.column) for bad in plan.bad_rows] == [(2, "shift_date")]


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        ("eve,on_queue,2026-11-20 09:00,2026-11-20 10:00", "agent_id", "import the roster first"),
        (",on_queue,2026-11-20 09:00,2026-11-20 10:00", "agent_id", "empty"),
        ("bob,nap,2026-11-20 09:00,2026-11-20 10:00", "activity", "is none of"),
        ("bob,break,2026-11-20 25:00,2026-11-20 10:00", "start", "is not a time like"),
        ("bob,break,20.11.2026,2026-11-20 10:00", "start", "is not a time like"),
        ("bob,break,2026-11-20 09:00,2026-11-20 09:00", "end", "does not lie after"),
        ("bob,break,2026-11-20 09:00,2026-11-20 08:00", "end", "does not lie after"),
        ("bob,break,2026-11-20 09:00,2026-11-21 09:01", "end", "longer than 24 hours"),
        ("ann,break,2026-11-20 11:59,2026-11-20 12:00", "start", "overlaps line 2"),
        ("ann,on_queue,2026-11-20 09:00,2026-11-20 12:00", "start", "overlaps line 2"),
    ],
)
def test_a_bad_row_is_named_and_nothing_is_imported_unless_it_may_be_left_out(
    office: Office, row: str, column: str, reason: str
) -> None:
    plan = office.bring(*MORNING, row)
    assert [(bad.line, bad.column) for bad in plan.bad_rows] == [(4, column)]
    assert reason in plan.bad_rows[0].reason
    assert not plan.applied
    assert office.shifts() == []
    assert office.bring(*MORNING, row, skip_bad=True).applied
    assert len(office.shifts()[0].spans) == 2


def test_a_row_may_not_overlap_a_shift_that_stands(office: Office) -> None:
    office.bring("ann,on_queue,2026-11-20 22:00,2026-11-21 06:00")
    plan = office.bring("ann,on_queue,2026-11-21 05:00,2026-11-21 12:00")
    assert [(bad.line, bad.reason) for bad in plan.bad_rows] == [(2, "it overlaps the shift that stands on 2026-11-20")]


def test_a_shift_that_stands_changes_up_to_forty_days_back(office: Office) -> None:
    old = ("2026-10-13", "2026-10-12")
    for day in old:
        assert office.bring(f"ann,on_queue,{day} 09:00,{day} 12:00").applied
    assert office.bring(f"ann,on_queue,{old[0]} 09:00,{old[0]} 11:00").applied
    refused = office.bring(f"ann,on_queue,{old[1]} 09:00,{old[1]} 11:00")
    assert "more than 40 days back" in refused.bad_rows[0].reason
    office.amend("on_queue 09:00-10:00", day=date(2026, 10, 13))
    with pytest.raises(RuleRefused, match="up to 40 days back"):
        office.amend("on_queue 09:00-10:00", day=date(2026, 10, 12))


def test_any_agent_seen_on_the_floor_can_be_planned(office: Office) -> None:
    with office.store.writing() as connection:
        connection.execute("INSERT INTO agent VALUES ('SIP/7', 1)")
    assert office.bring("SIP/7,on_queue,2026-11-20 09:00,2026-11-20 12:00").applied


# -- amendments and versions -----------------------------------------------------------------------------------------


def test_every_version_of_a_shift_stays_readable(office: Office) -> None:
    office.bring(*MORNING)
    office.clock.advance_ms(1000)
    office.amend("on_queue 22:00-00:00", "meal 00:00-00:30", "在线 00:30-06:00")
    office.clock.advance_ms(1000)
    office.amend()
    history = office.planning.shift_history("ann", DAY)
    assert [(version.version, version.kind, version.actor, version.why) for version, _shift in history] == [
        (1, VersionKind.PUBLISHED, "eve", "plan.csv"),
        (2, VersionKind.AMENDED, "eve", "swap"),
        (3, VersionKind.AMENDED, "eve", "swap"),
    ]
    assert spans(history[1][1]) == [
        "on_queue 20T22:00 21T00:00",
        "meal 21T00:00 21T00:30",
        "on_queue 21T00:30 21T06:00",
    ]
    assert history[2][1].spans == ()
    assert office.shifts() == []
    assert len(office.planning.shifts("ann", 0, 2**42, as_of_ms=NOW_MS + 1999)[0].spans) == 3
    assert [version.shifts for version in office.planning.versions(2)] == [1, 1]
    assert office.planning.shifts("ann", 0, 2**42, as_of_ms=NOW_MS - 1) == []


def test_what_was_planned_is_never_unmade(office: Office) -> None:
    office.bring(*MORNING)
    for deed in ("DELETE FROM scheduled_shift", "UPDATE schedule_version SET actor = 'x'"):
        with pytest.raises(StoreProblem, match="append-only"), office.store.writing() as connection:
            connection.execute(deed)


def test_an_amendment_is_checked(office: Office) -> None:
    office.bring(*MORNING, "ann,on_queue,2026-11-21 09:00,2026-11-21 12:00")
    with pytest.raises(RuleRefused, match="Nothing would change"):
        office.amend("on_queue 09:00-12:00", "break 12:00-12:30")
    with pytest.raises(RuleRefused, match="Nothing would change"):
        office.amend(day=date(2026, 11, 10))
    with pytest.raises(RuleRefused, match="overlap the one of 2026-11-21"):
        office.amend("on_queue 20:00-10:00")
    with pytest.raises(RuleRefused, match="no agent"):
        office.amend("on_queue 09:00-12:00", agent="eve")
    with pytest.raises(RuleRefused, match="longer than 24 hours"):
        office.amend("on_queue 09:00-12:00", "on_queue 08:00-10:00")
    for written in ("nap 09:00-10:00", "break", "break 9-10", "break 09:60-10:00", "break 24:01-25:00"):
        with pytest.raises(UsageProblem, match="is no span"):
            office.amend(written)
    office.amend("on_queue 09:00-11:00", dry_run=True)
    assert office.planning.newest_version() == 1


# -- local times -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("zone", "start", "end", "hours"),
    [
        ("Europe/Berlin", "2026-03-28T22:00", "2026-03-29T06:00", 7),
        ("Europe/Berlin", "2026-10-24T22:00", "2026-10-25T06:00", 9),
        ("America/Sao_Paulo", "2015-10-17T22:00", "2015-10-18T06:00", 7),
        ("America/Sao_Paulo", "2015-10-17T22:00", "2015-10-18T00:00", 2),
        ("America/Sao_Paulo", "2015-02-21T22:00", "2015-02-22T06:00", 9),
        ("Asia/Shanghai", "1991-04-13T22:00", "1991-04-14T06:00", 7),
        ("Asia/Shanghai", "1991-09-14T22:00", "1991-09-15T06:00", 9),
    ],
)
def test_a_shift_over_a_change_of_the_clocks_is_as_long_as_it_is(zone: str, start: str, end: str, hours: int) -> None:
    where = load_zone(zone)
    first, last = datetime.fromisoformat(start), datetime.fromisoformat(end)
    assert local_ms(last, where) - local_ms(first, where) == hours * 3_600_000
    # However the shift is cut in local time, its parts adjoin and make the whole.
    cuts = [first + timedelta(minutes=15 * step) for step in range(int((last - first) / timedelta(minutes=15)) + 1)]
    borders = [local_ms(cut, where) for cut in cuts]
    assert borders == sorted(borders)
    assert borders[-1] - borders[0] == hours * 3_600_000


def test_a_span_that_the_clocks_skip_is_left_out(tmp_path: Path) -> None:
    office = Office(tmp_path / "floor.db", "Europe/Berlin")
    plan = office.bring(
        "ann,on_queue,2026-03-29 01:00,2026-03-29 02:00",
        "ann,break,2026-03-29 02:15,2026-03-29 02:30",
        "ann,on_queue,2026-03-29 03:00,2026-03-29 04:00",
    )
    assert (plan.applied, plan.count("unchanged")) == (True, 1)
    (shift,) = office.shifts()
    assert [each.activity for each in shift.spans] == [Activity.ON_QUEUE, Activity.ON_QUEUE]
    assert shift.end_ms - shift.start_ms == 2 * 3_600_000
    office.store.close()


def test_an_offset_tells_a_repeated_hour_apart() -> None:
    times = TimeReader(load_zone("Europe/Berlin"))
    first, second = times.read("2026-10-25T02:30:00+02:00"), times.read("2026-10-25T02:30:00+01:00")
    assert first is not None
    assert second is not None
    assert second[0] - first[0] == 3_600_000
    assert times.read("2026-10-25 02:30") == first
    assert times.read("2026-02-30 09:00") is times.read("1991-04-14 09:00") is None


def test_shifts_are_found_by_what_they_touch(office: Office) -> None:
    office.bring("ann,on_queue,2026-11-20 22:00,2026-11-21 06:00", "bob,on_queue,2026-11-20 09:00,2026-11-20 12:00")
    midnight = local_ms(datetime.fromisoformat("2026-11-21"), ZONE)
    assert office.planning.scheduled_agents(midnight, midnight + 1) == ["ann"]
    assert [shift.agent for shift in office.planning.all_shifts(midnight - 86_400_000, midnight)] == ["ann", "bob"]
    end_ms = midnight + 6 * 3_600_000
    assert office.planning.shifts("ann", end_ms, end_ms + 1) == []
    assert len(office.planning.shifts("ann", end_ms - 1, end_ms)) == 1
    (found,) = office.planning.shifts_on([("ann", DAY), ("bob", date(2026, 11, 21))]).values()
    assert found.spans[0] == ScheduledSpan("ann", DAY, midnight - 7_200_000, end_ms, Activity.ON_QUEUE)


def test_a_bad_row_punches_no_hole_into_a_shift_that_stands(office: Office) -> None:
    whole = (*MORNING, "ann,meal,2026-11-20 12:30,2026-11-20 13:00")
    office.bring(*whole)
    before = spans(office.shifts()[0])
    plan = office.bring(
        *MORNING, "ann,meal,2026-11-20 12:30,one", "bob,on_queue,2026-11-20 08:00,2026-11-20 12:00", skip_bad=True
    )
    assert spans(office.shifts()[0]) == before
    assert len(office.shifts("bob")) == 1, "what is whole is imported"
    assert {bad.line for bad in plan.bad_rows} >= {2, 3, 4}


def test_a_row_that_overlaps_punches_no_hole_into_a_shift_that_stands(office: Office) -> None:
    whole = (*MORNING, "ann,meal,2026-11-20 12:30,2026-11-20 13:00")
    office.bring(*whole)
    before = spans(office.shifts()[0])
    clashing = (MORNING[0], "ann,meal,2026-11-20 08:05,2026-11-20 13:00")
    day_before = "ann,on_queue,2026-11-19 08:00,2026-11-19 12:00"
    plan = office.bring(*clashing, day_before, skip_bad=True)
    assert [bad.line for bad in plan.bad_rows] == [2, 3]
    assert plan.count("removed") == 0
    assert [spans(shift) for shift in office.shifts()] == [["on_queue 19T08:00 19T12:00"], before]


def test_a_row_that_meets_a_neighbouring_shift_punches_no_hole_either(office: Office) -> None:
    office.bring("ann,on_queue,2026-11-20 01:00,2026-11-20 06:00")
    whole = ("ann,on_queue,2026-11-19 10:00,2026-11-19 20:00", "ann,meal,2026-11-19 20:00,2026-11-19 20:30")
    office.bring(*whole)
    before = [spans(shift) for shift in office.shifts()]
    header = "agent_id,activity,start,end,shift_date"
    office.bring(
        "ann,on_queue,2026-11-19 10:00,2026-11-19 20:00,2026-11-19",
        "ann,meal,2026-11-20 00:30,2026-11-20 02:00,2026-11-19",
        header=header,
        skip_bad=True,
    )
    assert [spans(shift) for shift in office.shifts()] == before
