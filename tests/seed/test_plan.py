"""The plan of the simulated floor: sound as a schedule, fair in its turns, and the same for the same seed."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.imports import Parsed
from app.core.zones import date_start_ms, load_zone
from app.people.rules import people_problems, unit_problems
from app.planning.model import Activity, Shift
from seed.erlang_check import plain_scenario
from seed.people import Line, hire
from seed.plan import FloorPlan
from seed.scenario import Scenario, ShiftSpec, load_scenario

MORNING = load_scenario()
SHANGHAI = load_zone("Asia/Shanghai")
BERLIN = load_zone("Europe/Berlin")
FIRST_DAY = date(2026, 3, 2)
MINUTE_MS = 60_000


def plan_of(
    seed: int = 42,
    agents: int = 60,
    first_day: date = FIRST_DAY,
    zone: ZoneInfo = SHANGHAI,
    scenario: Scenario = MORNING,
) -> FloorPlan:
    staff = hire(scenario, seed, agents, [Line(spec, seed) for spec in scenario.queues])
    return FloorPlan(scenario, seed, staff, first_day, zone)


def minutes(shift: Shift, zone: ZoneInfo = SHANGHAI) -> list[tuple[Activity, float, float]]:
    """A shift's spans in minutes of its day."""
    midnight_ms = date_start_ms(shift.shift_date, zone)
    return [
        (span.activity, (span.start_ms - midnight_ms) / MINUTE_MS, (span.end_ms - midnight_ms) / MINUTE_MS)
        for span in shift.spans
    ]


def most_at_once(shifts: list[Shift], activity: Activity) -> int:
    changes = Counter[int]()
    for shift in shifts:
        for span in shift.spans:
            if span.activity is activity:
                changes[span.start_ms] += 1
                changes[span.end_ms] -= 1
    running = most = 0
    for _at_ms, change in sorted(changes.items()):
        running += change
        most = max(most, running)
    return most


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**64), agents=st.integers(1, 40), number=st.integers(-400, 400))
def test_every_agent_has_one_shift_a_day_without_overlaps_or_gaps(seed: int, agents: int, number: int) -> None:
    plan = plan_of(seed, agents)
    day = FIRST_DAY + timedelta(days=number)
    shifts = plan.shifts(day)
    assert [shift.agent for shift in shifts] == [person.agent_id for person in plan.people]
    assert len(shifts) == agents
    for shift in shifts:
        spans = minutes(shift)
        ends = {spec.end for spec in MORNING.shifts if spec.start == spans[0][1]}
        assert spans[-1][2] in ends
        assert {(span.agent, span.shift_date) for span in shift.spans} == {(shift.agent, day)}
        for (before, _start, end), (after, next_start, _end) in pairwise(spans):
            assert end == next_start
            assert (before is Activity.ON_QUEUE) != (after is Activity.ON_QUEUE)
        for activity, start, end in spans:
            assert start % 5 == end % 5 == 0
            assert end - start >= (15 if activity is Activity.ON_QUEUE else 5)
        assert spans[0][0] is spans[-1][0] is Activity.ON_QUEUE


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32), agents=st.integers(1, 40))
def test_everyone_has_the_breaks_and_meals_of_the_scenario_in_their_time(seed: int, agents: int) -> None:
    plan = plan_of(seed, agents)
    for shift in plan.shifts(FIRST_DAY):
        name = next(spec.name for spec in MORNING.shifts if spec.end == minutes(shift)[-1][2])
        for activity in ("break", "meal"):
            due = [
                spec
                for spec in MORNING.planned
                if spec.activity == activity and (not spec.shifts or name in spec.shifts)
            ]
            had = [(start, end) for what, start, end in minutes(shift) if what.value == activity]
            assert len(had) == len(due)
            for spec, (start, end) in zip(due, had, strict=True):
                assert spec.start <= start < spec.end
                assert end - start == spec.length.mean_seconds / 60


def test_breaks_and_meals_go_round_in_turns() -> None:
    for seed in range(6):
        shifts = plan_of(seed).shifts(FIRST_DAY)
        # 60 breaks of 10 minutes in 140 and 60 meals of 40 in 120: six and twenty at a time, spread evenly.
        assert most_at_once(shifts, Activity.BREAK) <= 8
        assert most_at_once(shifts, Activity.MEAL) <= 22


def test_no_queue_stands_empty_for_everyones_break() -> None:
    plan = plan_of()
    by_queue: dict[str, list[Shift]] = {}
    for person, shift in zip(plan.people, plan.shifts(FIRST_DAY), strict=True):
        by_queue.setdefault(person.skills[0], []).append(shift)
    assert len(by_queue) == 4
    for shifts in by_queue.values():
        assert most_at_once(shifts, Activity.BREAK) <= 1 + len(shifts) // 6
        assert most_at_once(shifts, Activity.MEAL) <= 1 + len(shifts) // 2


def test_all_kinds_of_activity_are_planned_and_turns_change_from_day_to_day() -> None:
    plan = plan_of()
    days = [plan.shifts(FIRST_DAY + timedelta(days=number)) for number in range(5)]
    assert {span.activity for shifts in days for shift in shifts for span in shift.spans} == {
        Activity.ON_QUEUE,
        Activity.BREAK,
        Activity.MEAL,
        Activity.TRAINING,
        Activity.MEETING,
        Activity.COACHING,
    }
    first_breaks = {minutes(shifts[0])[1][1] for shifts in days}
    assert len(first_breaks) > 2


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 2**32), days_later=st.integers(1, 700), order=st.permutations([-2, 0, 1, 3, 7]))
def test_the_same_seed_plans_the_same_days_whenever_the_floor_is_opened(
    seed: int, days_later: int, order: list[int]
) -> None:
    plan, later = plan_of(seed, 20), plan_of(seed, 20, FIRST_DAY + timedelta(days=days_later))
    for number in order:
        ours = plan.shifts(plan.first_day + timedelta(days=number))
        theirs = later.shifts(later.first_day + timedelta(days=number))
        assert [minutes(shift) for shift in ours] == [minutes(shift) for shift in theirs]
    assert [(point.queue, point.calls_thousandths) for point in plan.forecast(plan.first_day)] == [
        (point.queue, point.calls_thousandths) for point in later.forecast(later.first_day)
    ]


def test_another_seed_plans_another_day() -> None:
    ours, theirs = (sorted(map(str, map(minutes, plan_of(seed).shifts(FIRST_DAY)))) for seed in (1, 2))
    assert ours != theirs
    assert plan_of(1).forecast(FIRST_DAY) != plan_of(2).forecast(FIRST_DAY)


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 6, 1), 24)])
def test_days_on_which_clocks_change_are_planned_to_the_second(day: date, hours: int) -> None:
    breaks = MORNING.planned[0].model_copy(update={"start": 60, "end": 240})
    scenario = plain_scenario().model_copy(update={"planned": (breaks,)})
    plan = plan_of(7, 60, day, BERLIN, scenario)
    for shift in plan.shifts(day):
        assert shift.end_ms - shift.start_ms == hours * 3_600_000
        assert all(before.end_ms == after.start_ms for before, after in pairwise(shift.spans))
        assert all(span.end_ms > span.start_ms for span in shift.spans)


def test_a_shift_that_the_clocks_skip_is_nobodys() -> None:
    night = ShiftSpec(name="gap", start="02:00", end="03:00")
    scenario = plain_scenario().model_copy(update={"shifts": (night,)})
    plan = plan_of(7, 3, date(2026, 3, 28), BERLIN, scenario)
    assert [len(plan.shifts(plan.first_day + timedelta(days=number))) for number in range(3)] == [3, 0, 3]


def test_what_does_not_fit_into_a_shift_is_left_out() -> None:
    late = MORNING.shifts[0].model_copy(update={"start": 12 * 60, "end": 14 * 60})
    plan = plan_of(3, 20, scenario=MORNING.model_copy(update={"shifts": (late,)}))
    for shift in plan.shifts(FIRST_DAY):
        assert not any(activity is Activity.BREAK for activity, _start, _end in minutes(shift))
        assert sum(activity is Activity.MEAL for activity, _start, _end in minutes(shift)) == 1


@pytest.mark.parametrize("agents", [1, 12, 60, 300])
def test_the_roster_is_a_sound_tree_with_everyone_in_a_team(agents: int) -> None:
    plan = plan_of(5, agents)
    assert unit_problems({}, [Parsed(line, unit) for line, unit in enumerate(plan.units)]) == []
    known = {unit.unit: unit for unit in plan.units}
    assert people_problems(known, {}, [Parsed(line, person) for line, person in enumerate(plan.people)]) == []
    assert {unit.level.value for unit in plan.units} == {"region", "centre", "team"}
    for person in plan.people:
        assert known[person.unit].name == person.team
        assert person.hired_on is not None
        assert person.hired_on < FIRST_DAY
        assert set(person.skills) <= {queue.name for queue in MORNING.queues}


def test_sixty_agents_make_six_teams_of_about_ten() -> None:
    plan = plan_of()
    sizes = Counter(person.team for person in plan.people)
    assert set(sizes) == {"咨询1组", "咨询2组", "报修1组", "报修2组", "投诉组", "VIP组"}
    assert all(6 <= size <= 12 for size in sizes.values())
    assert [unit.name for unit in plan.units[:2]] == ["华东大区", "南京客服中心"]


def test_a_floor_without_names_for_its_units_has_teams_only() -> None:
    plan = plan_of(scenario=plain_scenario(), agents=30)
    assert [(unit.unit, unit.name, unit.parent) for unit in plan.units] == [("T001", "A1", ""), ("T002", "A2", "")]
