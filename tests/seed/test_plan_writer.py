"""The demo's plan in the store: handed over once, the same as planned, and what the reports make of it."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from app.core.clock import ManualClock
from app.core.errors import StoreProblem
from app.core.settings import Settings
from app.core.zones import date_start_ms, load_zone
from app.planning.model import VersionKind
from commands.engine import plan_ahead
from commands.site import Site
from main import cli
from seed.feed import SimulatedSource
from seed.plan_writer import DAYS_AHEAD, PlanAhead, write_plan
from seed.scenario import load_scenario
from seed.simulator import Simulator, opening_ms
from store.sessions import WriterSession

MORNING = load_scenario()
ZONE = load_zone(MORNING.zone)
FIRST_DAY = date(2026, 3, 2)
DAY_MS = 86_400_000
NOON_MS = date_start_ms(FIRST_DAY, ZONE) + DAY_MS // 2


def _session(folder: Path) -> WriterSession:
    return WriterSession(folder / "demo.db", Settings.model_construct(), ManualClock(NOON_MS))


def _simulator() -> Simulator:
    return Simulator(MORNING, 42, 20, opening_ms(MORNING, NOON_MS))


def _write(session: WriterSession, seed: int = 42, now_ms: int = NOON_MS, days_before: int = 0) -> Simulator:
    simulator = Simulator(MORNING, seed, 20, opening_ms(MORNING, now_ms, days_before=days_before))
    write_plan(simulator.plan, session.people, session.planning, session.forecast, now_ms)
    return simulator


def test_what_is_stored_is_what_was_planned(tmp_path: Path) -> None:
    session = _session(tmp_path)
    plan = _write(session).plan
    days = [FIRST_DAY + timedelta(days=number) for number in range(DAYS_AHEAD + 1)]
    start_ms, end_ms = date_start_ms(FIRST_DAY, ZONE), date_start_ms(days[-1] + timedelta(days=1), ZONE)
    assert list(session.people.people().values()) == sorted(plan.people, key=lambda person: person.agent_id)
    assert {unit.unit for unit in session.people.units().values()} == {unit.unit for unit in plan.units}
    stored = {(shift.agent, shift.shift_date): shift.spans for shift in session.planning.all_shifts(start_ms, end_ms)}
    assert stored == {(shift.agent, day): shift.spans for day in days for shift in plan.shifts(day)}
    points = [point for day in days for point in plan.forecast(day)]
    assert session.forecast.points(start_ms, end_ms) == sorted(points)
    (version,) = session.planning.versions(10)
    assert (version.kind, version.shifts) == (VersionKind.PUBLISHED, 20 * len(days))
    assert version.at_ms < start_ms
    session.close()


def test_a_demo_opened_again_adds_nothing_and_the_next_day_only_what_is_new(tmp_path: Path) -> None:
    session = _session(tmp_path)
    _write(session)
    revision = session.people.revision()
    _write(session)
    assert session.people.revision() == revision
    assert [version.shifts for version in session.planning.versions(10)] == [20 * (DAYS_AHEAD + 1)]
    assert len(session.forecast.versions()) == 1
    # Played on from its first day, the floor of the next one is planned a day further.
    _write(session, now_ms=NOON_MS + DAY_MS, days_before=1)
    assert [version.shifts for version in session.planning.versions(10)] == [20, 20 * (DAYS_AHEAD + 1)]
    session.close()


def test_days_before_are_planned_too(tmp_path: Path) -> None:
    session = _session(tmp_path)
    simulator = _write(session, days_before=2)
    assert simulator.plan.first_day == FIRST_DAY - timedelta(days=2)
    dates = {shift.shift_date for shift in session.planning.all_shifts(NOON_MS - 9 * DAY_MS, NOON_MS + 30 * DAY_MS)}
    assert (min(dates), max(dates)) == (FIRST_DAY - timedelta(days=2), FIRST_DAY + timedelta(days=DAYS_AHEAD))
    session.close()


def test_the_plan_of_a_floor_left_running_goes_on_with_it(tmp_path: Path) -> None:
    site = Site(tmp_path / "demo.db", None)
    clock = ManualClock(NOON_MS)
    session = _session(tmp_path)
    source = SimulatedSource(_write(session), clock)
    session.close()
    ahead = plan_ahead(site, source)
    versions = []
    # A day at a time, then a machine that slept for a fortnight.
    for days in (0, 1, 1, 14):
        clock.advance_ms(days * DAY_MS)
        ahead.drafts()
        with site.reader() as reader:
            versions.append(len(reader.planning.versions(100)))
    assert versions == [1, 2, 3, 4]
    last = FIRST_DAY + timedelta(days=16 + DAYS_AHEAD)
    with site.reader() as reader:
        shifts = list(reader.planning.all_shifts(NOON_MS - DAY_MS, NOON_MS + 90 * DAY_MS))
        points = reader.forecast.points(NOON_MS - DAY_MS, NOON_MS + 90 * DAY_MS)
        published = [version.at_ms for version in reader.planning.versions(100)]
    dates = [FIRST_DAY + timedelta(days=number) for number in range((last - FIRST_DAY).days + 1)]
    assert {(shift.agent, shift.shift_date): shift.spans for shift in shifts} == {
        (shift.agent, day): shift.spans for day in dates for shift in source.plan.shifts(day)
    }
    assert points == sorted(point for day in dates for point in source.plan.forecast(day))
    assert all(at_ms <= clock.now_ms() for at_ms in published)


def test_what_could_not_be_stored_is_stored_at_the_next_try() -> None:
    clock = ManualClock(NOON_MS)
    written: list[tuple[date, date]] = []
    refusals = [StoreProblem("busy")]

    def write(first: date, last: date) -> None:
        if refusals:
            raise refusals.pop()
        written.append((first, last))

    source = SimulatedSource(_simulator(), clock)
    ahead = PlanAhead(source, write)
    with pytest.raises(StoreProblem):
        ahead.drafts()
    # Nothing of the floor is lost by it.
    assert ahead.drafts() == SimulatedSource(_simulator(), clock).drafts()
    assert ahead.drafts() == []
    clock.advance_ms(2 * DAY_MS)
    ahead.drafts()
    day = timedelta(days=1)
    last = FIRST_DAY + DAYS_AHEAD * day
    assert written == [(last, last), (last + day, last + 2 * day)]


@pytest.fixture(scope="module")
def demo_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo")
    folder.chmod(0o700)
    database = folder / "demo.db"
    words = ["--db", str(database), "demo", "--agents", "30", "--days-before", "1", "--format", "json"]
    result = CliRunner().invoke(cli, words)
    assert result.exit_code == 0, result.stderr
    return database


def _report(database: Path, *words: str) -> list[dict[str, object]]:
    result = CliRunner().invoke(cli, ["--db", str(database), "--zone", MORNING.zone, *words, "--format", "json"])
    assert result.exit_code == 0, result.stderr
    found: list[dict[str, object]] = json.loads(result.stdout)
    return found


def test_the_demo_brings_its_people(demo_database: Path) -> None:
    everybody = _report(demo_database, "people", "list")
    people = [person for person in everybody if "agent" in str(person["roles"])]
    assert len(people) == 30
    assert all(person["team"] and person["skills"] for person in people)


def test_the_demo_brings_its_schedule_and_keeps_to_it(demo_database: Path) -> None:
    days = _report(demo_database, "report", "adherence", "--from", "2020-01-01", "--to", "2090-01-01", "--by", "day")
    yesterday = days[0]
    adherence = yesterday["adherence"]
    assert isinstance(adherence, float)
    assert 0.85 <= adherence <= 0.97
    assert yesterday["scheduled_seconds"] == 30 * 9.5 * 3600 + 9 * 3 * 3600
