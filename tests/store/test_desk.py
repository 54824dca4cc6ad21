"""The desk answers from the database what the shell would: lists, shifts to begin with, and days that were."""

from __future__ import annotations

import os
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from app.core import events as kinds
from app.core.clock import ManualClock
from app.core.errors import DataProblem, RuleRefused, StoreProblem, UsageProblem
from app.core.events import AnyEvent
from app.core.facts import Batch, Draft
from app.core.settings import Settings
from app.core.zones import at, load_zone
from app.floor.model import AgentState
from app.planning.lists import ListKind
from app.planning.model import Activity
from app.planning.times import local_ms
from store.desk import SqlitePlanningDesk
from store.sessions import ReaderSession, WriterSession

ZONE = load_zone("Europe/Berlin")
NOW = datetime.fromisoformat("2026-11-21 12:00")
TODAY, YESTERDAY = NOW.date(), NOW.date() - timedelta(days=1)
ROSTER = "agent_id,name\nann,Ann\nbob,Bob\n"
GOOD = "ann,on_queue,2026-11-20 08:00,2026-11-20 12:00\nbob,on_queue,2026-11-20 22:00,2026-11-21 06:00\n"
BAD = "ann,nap,2026-11-22 08:00,2026-11-22 12:00\n"
HEADER = "agent_id,activity,start,end\n"


def instant(text: str) -> int:
    """The instant of a local time."""
    return local_ms(datetime.fromisoformat(text), ZONE)


def local(instant_ms: int) -> str:
    """The local time of an instant."""
    return f"{at(instant_ms, ZONE):%m-%d %H:%M}"


class Ground:
    """A database, a desk over it, and a folder for files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.path = folder / "floor.db"
        self.clock = ManualClock(local_ms(NOW, ZONE))
        WriterSession(self.path, Settings(), self.clock).close()
        self.desk = SqlitePlanningDesk(self.path, Settings(), ZONE, self.clock, "eve")

    def file(self, text: str, name: str = "list.csv") -> str:
        """A file with this text in it."""
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return str(path)

    def bring_in(self, kind: ListKind, text: str) -> None:
        """Bring in a list without bad rows."""
        plan = self.desk.import_file(kind, self.file(text), skip_bad=False, dry_run=False)
        assert plan.applied, plan.bad_rows

    def works(self, agent: str, start: str, end: str | None) -> None:
        """Have the floor see an agent from one local time to another, or for good."""
        events: list[AnyEvent] = [kinds.AgentSignedIn(at_ms=instant(start), agent=agent)]
        if end is not None:
            events.append(kinds.AgentSignedOut(at_ms=instant(end), agent=agent))
        session = WriterSession(self.path, Settings(), self.clock)
        try:
            session.journal.record(Batch("pbx", [Draft(event, f"{agent} {event}".encode()) for event in events]))
        finally:
            session.close()

    def done(self, agent: str, day: date) -> list[tuple[str, str, AgentState]]:
        """What an agent did on a day, in local times."""
        told = self.desk.agent_plan(agent, day).done
        assert all(interval.end_ms is not None for interval in told)
        return [(local(each.start_ms), local(each.end_ms or 0), each.state) for each in told]

    def versions(self) -> int:
        """How many versions of the schedule there are."""
        session = ReaderSession(self.path)
        try:
            return session.planning.newest_version()
        finally:
            session.close()


@pytest.fixture
def ground(tmp_path: Path) -> Ground:
    return Ground(tmp_path)


# -- lists -------------------------------------------------------------------------------------------------------------


def test_a_look_changes_nothing_and_says_what_would_change(ground: Ground) -> None:
    ground.bring_in(ListKind.ROSTER, ROSTER)
    file = ground.file(HEADER + GOOD + BAD)
    for skip_bad in (False, True):
        plan = ground.desk.import_file(ListKind.SCHEDULE, file, skip_bad=skip_bad, dry_run=True)
        assert (plan.count("added"), [bad.line for bad in plan.bad_rows], plan.applied) == (2, [4], False)
    assert ground.versions() == 0


def test_bad_rows_hold_a_list_up_unless_they_are_left_out(ground: Ground) -> None:
    ground.bring_in(ListKind.ROSTER, ROSTER)
    file = ground.file(HEADER + GOOD + BAD)
    assert not ground.desk.import_file(ListKind.SCHEDULE, file, skip_bad=False, dry_run=False).applied
    assert ground.versions() == 0
    assert ground.desk.import_file(ListKind.SCHEDULE, file, skip_bad=True, dry_run=False).applied
    assert ground.versions() == 1
    shift = ground.desk.agent_plan("bob", YESTERDAY).shift_on(YESTERDAY)
    assert shift is not None
    assert (local(shift.start_ms), local(shift.end_ms)) == ("11-20 22:00", "11-21 06:00")


def test_a_file_that_is_another_one_by_now_is_refused(ground: Ground) -> None:
    ground.bring_in(ListKind.ROSTER, ROSTER)
    file = ground.file(HEADER + GOOD)
    seen = ground.desk.import_file(ListKind.SCHEDULE, file, skip_bad=False, dry_run=True)
    ground.file(HEADER + GOOD.replace("12:00", "13:00"))
    with pytest.raises(RuleRefused, match="look again first"):
        ground.desk.import_file(ListKind.SCHEDULE, file, skip_bad=False, dry_run=False, digest=seen.digest)
    assert ground.versions() == 0
    ground.file(HEADER + GOOD)
    done = ground.desk.import_file(ListKind.SCHEDULE, file, skip_bad=False, dry_run=False, digest=seen.digest)
    assert done.applied


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (ListKind.UNITS, "unit,name,level,parent\nHQ,总部,group,\n"),
        (ListKind.ROSTER, ROSTER),
        (ListKind.FORECAST, "queue,start,volume,aht_seconds\nsales,2026-11-23 08:00,40,180\n"),
        (ListKind.CALENDAR, "queue,day,hours\nsales,monday,08:00-20:00\n"),
    ],
)
def test_every_kind_is_brought_in_and_changes_nothing_the_second_time(
    ground: Ground, kind: ListKind, text: str
) -> None:
    first = ground.desk.import_file(kind, ground.file(text), skip_bad=False, dry_run=False)
    assert first.applied, first.bad_rows
    assert first.kind == kind.value
    assert first.differing
    again = ground.desk.import_file(kind, ground.file(text), skip_bad=False, dry_run=False)
    assert (again.applied, again.differing) == (True, ())


def test_the_other_form_of_a_calendar_is_read_too(ground: Ground) -> None:
    text = '[calendars.sales]\nzone = "Europe/Berlin"\n[calendars.sales.weekly]\nmonday = ["08:00-20:00"]\n'
    plan = ground.desk.import_file(ListKind.CALENDAR, ground.file(text, "h.toml"), skip_bad=False, dry_run=True)
    assert plan.count("added") == 1, plan.bad_rows


def test_what_is_no_such_file_is_said(ground: Ground) -> None:
    def look(file: str) -> None:
        ground.desk.import_file(ListKind.ROSTER, file, skip_bad=False, dry_run=True)

    pipe = ground.folder / "pipe"
    os.mkfifo(pipe)
    for wrong in (str(ground.folder), str(ground.folder / "none.csv"), str(pipe), "-", "x" * 5000, ""):
        with pytest.raises(UsageProblem):
            look(wrong)
    with pytest.raises(DataProblem):
        look(ground.file("a,b\n1,2\n"))
    ground.path.unlink()
    with pytest.raises(StoreProblem):
        look(ground.file(ROSTER))


# -- days --------------------------------------------------------------------------------------------------------------


def test_a_free_day_begins_like_another_one_and_nothing_is_stored(ground: Ground) -> None:
    ground.bring_in(ListKind.ROSTER, ROSTER)
    ground.bring_in(ListKind.SCHEDULE, HEADER + GOOD)
    new = ground.desk.new_shift("bob", date(2026, 11, 27))
    assert new.like == YESTERDAY
    assert [(local(span.start_ms), local(span.end_ms)) for span in new.spans] == [("11-27 22:00", "11-28 06:00")]
    assert ground.desk.agent_plan("bob", date(2026, 11, 27)).shifts == ()
    assert ground.desk.new_shift("ann", date(2026, 12, 31)).like is None
    effect = ground.desk.amend("bob", date(2026, 11, 27), new.spans, "swap", dry_run=False)
    assert effect.number == 2


def test_what_was_done_is_told_of_any_day_that_was(ground: Ground) -> None:
    available = AgentState.AVAILABLE
    ground.works("ann", "2026-11-19 23:00", "2026-11-20 01:00")
    ground.works("ann", "2026-11-20 08:05", "2026-11-20 11:50")
    ground.works("ann", "2026-11-21 08:00", None)
    assert ground.done("ann", date(2026, 11, 19)) == [("11-19 23:00", "11-20 00:00", available)]
    assert [each for each in ground.done("ann", YESTERDAY) if each[2] is available] == [
        ("11-20 00:00", "11-20 01:00", available),
        ("11-20 08:05", "11-20 11:50", available),
    ]
    # What is open runs to now, and nobody was seen tomorrow.
    assert ground.done("ann", TODAY)[-1] == ("11-21 08:00", "11-21 12:00", available)
    assert ground.done("ann", TODAY + timedelta(days=1)) == []
    assert ground.done("nobody", YESTERDAY) == []


def test_a_night_is_told_to_its_end(ground: Ground) -> None:
    ground.bring_in(ListKind.ROSTER, ROSTER)
    ground.bring_in(ListKind.SCHEDULE, HEADER + GOOD)
    ground.works("bob", "2026-11-20 22:00", "2026-11-21 05:00")
    ground.works("bob", "2026-11-21 10:00", "2026-11-21 11:00")
    plan = ground.desk.agent_plan("bob", YESTERDAY)
    assert local(plan.done[-1].start_ms) < "11-21 06:00"
    assert [each[:2] for each in ground.done("bob", YESTERDAY) if each[2] is AgentState.AVAILABLE] == [
        ("11-20 22:00", "11-21 05:00")
    ]
    assert local(plan.verdicts[-1].end_ms) == "11-21 06:00"
    assert plan.verdicts[-1].activity is Activity.ON_QUEUE
