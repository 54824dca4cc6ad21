"""Adherence from facts to figures: the report, decisions and amendments with their effect, and the command line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.core import events as kinds
from app.core.errors import RuleRefused, UsageProblem
from app.core.i18n import set_language
from app.core.reasons import ReasonCategory
from app.core.settings import Settings
from app.core.zones import date_start_ms, load_zone, parse_instant
from app.people.model import Person
from app.planning.figures import work_windows
from app.planning.judge import Effect, Judge
from app.planning.mapping import AdherenceRules
from app.planning.model import Activity, Rule, ScheduledSpan, Shift, TimeRange, VersionKind
from app.planning.report import BY, AdherenceQuestion, By, adherence_report, explained
from app.planning.rows import decision_row, timeline_rows
from app.planning.schedules import written_spans
from app.planning.service import PlanningService, rules_of
from app.planning.times import TimeReader, local_ms
from store.people import SqlitePeople
from store.planning import SqlitePlanning
from tests.floor.ground import Ground

ZONE = load_zone("Asia/Shanghai")
DAY = date(2026, 11, 20)
KEYS = [
    "agent",
    "shift_start",
    "scheduled_seconds",
    "in_seconds",
    "out_seconds",
    "neutral_seconds",
    "unmapped_seconds",
    "adherence",
    "on_queue_scheduled_seconds",
    "on_queue_worked_seconds",
    "conformance",
    "late_arrivals",
    "late_seconds",
    "early_leaves",
    "early_leave_seconds",
]


def at(text: str) -> int:
    """An instant of a local time, "20T09:00" for the 20th of November."""
    return parse_instant(f"2026-11-{text}", ZONE, "")


class Centre:
    """A floor with a roster and a plan."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self.planning = SqlitePlanning(ground.store)
        self.clock = ground.clock
        self.clock.set_ms(at("22T08:00"))
        with ground.store.writing():
            SqlitePeople(ground.store).save_people(
                [Person("ann", "Ann", team="red"), Person("bob", "Bob", team="blue")]
            )

    def plan(self, agent: str, day: date, *spans: str) -> None:
        shift = Shift(agent, day, written_spans(agent, day, spans, TimeReader(ZONE)))
        with self.planning.writing():
            self.planning.add_version(VersionKind.PUBLISHED, self.clock.now_ms(), "eve", "plan.csv", [shift])

    def works(self, agent: str, start: str, end: str) -> None:
        self.ground.tell(
            kinds.AgentSignedIn(at_ms=at(start), agent=agent), kinds.AgentSignedOut(at_ms=at(end), agent=agent)
        )

    def rests(self, agent: str, start: str, end: str, reason: str) -> None:
        self.ground.tell(
            kinds.AgentNotReady(at_ms=at(start), agent=agent, reason=reason),
            kinds.AgentReady(at_ms=at(end), agent=agent),
        )

    def service(self) -> PlanningService:
        return PlanningService(self.planning, ZONE, self.clock)

    def report(
        self,
        by: By = "shift",
        start: str = "20",
        end: str = "22",
        as_of_ms: int | None = None,
        agents: tuple[str, ...] = (),
    ) -> list[dict[str, Any]]:
        asked = AdherenceQuestion(at(start), at(end), by, ZONE, self.clock.now_ms(), as_of_ms, agents)
        return list(adherence_report(self.planning, asked))


@pytest.fixture
def centre(ground: Ground) -> Centre:
    return Centre(ground)


@pytest.fixture
def ground(tmp_path: Path) -> Iterator[Ground]:
    with Ground(tmp_path) as made:
        yield made


def busy(centre: Centre) -> Centre:
    """Ann comes late, overstays her meal and leaves early; Bob works the night, and a quarter of an hour longer."""
    centre.plan("ann", DAY, "on_queue 09:00-12:00", "meal 12:00-13:00", "on_queue 13:00-17:00")
    centre.plan("bob", DAY, "on_queue 22:00-00:00", "break 00:00-00:15", "on_queue 00:15-06:00")
    centre.plan("ann", date(2026, 11, 21), "on_queue 09:00-10:00")
    centre.works("ann", "20T09:10", "20T16:50")
    centre.rests("ann", "20T12:00", "20T13:05", "lunch")
    centre.works("bob", "20T21:55", "21T06:15")
    centre.rests("bob", "21T00:00", "21T00:15", "消防演练")
    return centre


def test_the_report_by_shift(centre: Centre) -> None:
    ann, later, bob = busy(centre).report()
    assert list(ann) == KEYS
    assert list(ann.values()) == [
        "ann",
        "2026-11-20T09:00:00+08:00",
        *(28_800, 27_300, 1500, 0, 0, 27_300 / 28_800),
        *(25_200, 23_700, 23_700 / 25_200),
        *(1, 600, 1, 600),
    ]
    assert list(later.values())[2:] == [3600, 0, 3600, 0, 0, 0.0, 3600, 0, 0.0, 1, 3600, 0, 0]
    assert list(bob.values()) == [
        "bob",
        "2026-11-20T22:00:00+08:00",
        *(28_800, 27_900, 0, 0, 900, 27_900 / 28_800),
        *(27_900, 29_100, 29_100 / 27_900),
        *(0, 0, 0, 0),
    ]


def test_agents_teams_and_days_are_sums_of_their_shifts(centre: Centre) -> None:
    shifts = busy(centre).report()
    summed = [key for key in KEYS[2:] if key not in ("adherence", "conformance")]
    for by, name in (("agent", "agent"), ("team", "team"), ("day", "day")):
        rows = centre.report(by)  # type: ignore[arg-type]
        assert [key for key in rows[0] if key != name or by == "agent"] == KEYS
        for key in summed:
            assert sum(row[key] for row in rows) == sum(row[key] for row in shifts)
    assert [row["team"] for row in centre.report("team")] == ["blue", "red"]
    assert [(row["day"], row["scheduled_seconds"]) for row in centre.report("day")] == [
        ("2026-11-20", 57_600),
        ("2026-11-21", 3600),
    ]
    assert [row["agent"] for row in centre.report("agent", agents=("bob", "eve"))] == ["bob"]


def test_a_range_in_parts_adds_up_wherever_it_is_cut(centre: Centre) -> None:
    busy(centre)
    whole = centre.report()
    for cut in ("20T09:00", "20T09:00:01", "20T22:00", "21", "21T00:10", "21T09:00"):
        parts = centre.report(end=cut) + centre.report(start=cut)
        assert sorted(map(str, parts)) == sorted(map(str, whole))


def test_a_shift_in_progress_is_counted_up_to_now_and_a_later_one_not_at_all(centre: Centre) -> None:
    busy(centre)
    centre.clock.set_ms(at("20T12:30"))
    (ann,) = centre.report()
    assert (ann["scheduled_seconds"], ann["in_seconds"], ann["early_leaves"]) == (12_600, 12_000, 0)
    centre.clock.set_ms(at("20T09:00"))
    assert centre.report() == []


def test_an_empty_range_is_refused_and_no_schedule_gives_no_row(centre: Centre) -> None:
    assert centre.report() == []
    with pytest.raises(UsageProblem, match="range is empty"):
        centre.report(start="22", end="20")


def test_a_shift_named_for_the_day_before_belongs_to_that_day(centre: Centre) -> None:
    span = ScheduledSpan("ann", DAY, at("21T00:30"), at("21T01:30"), Activity.ON_QUEUE)
    with centre.planning.writing():
        centre.planning.add_version(VersionKind.PUBLISHED, 0, "eve", "x", [Shift("ann", DAY, (span,))])
    assert [row["day"] for row in centre.report("day", "20", "21")] == ["2026-11-20"]
    assert centre.report("day", "21", "22") == []


def test_work_between_two_shifts_counts_once() -> None:
    def shift(start: str, end: str) -> Shift:
        return Shift("ann", DAY, (ScheduledSpan("ann", DAY, at(start), at(end), Activity.ON_QUEUE),))

    windows = work_windows(
        [shift("20T09:00", "20T12:00"), shift("20T14:00", "20T18:00"), shift("21T09:00", "21T10:00")], at("22")
    )
    assert windows == [
        TimeRange(at("20T05:00"), at("20T13:00")),
        TimeRange(at("20T13:00"), at("20T22:00")),
        TimeRange(at("21T05:00"), at("21T14:00")),
    ]


# -- decisions -------------------------------------------------------------------------------------------------------


def adherence(effect: Effect) -> tuple[float | None, float | None]:
    return effect.before.adherence, effect.after.adherence


def test_an_approved_spell_becomes_neutral_and_the_figure_before_stays_readable(centre: Centre) -> None:
    busy(centre)
    service = centre.service()
    tried = service.approve("ann", at("20T13:03"), None, "long queue in the canteen", "eve", dry_run=True)
    assert (tried.number, centre.planning.exceptions()) == (0, [])
    done = service.approve("ann", at("20T13:03"), None, "long queue in the canteen", "eve")
    assert done.range == TimeRange(at("20T13:00"), at("20T13:05"))
    assert adherence(done) == adherence(tried) == (27_300 / 28_800, 27_300 / 28_500)
    before_ms = centre.clock.now_ms()
    centre.clock.advance_ms(60_000)
    second = service.approve("ann", at("20T16:50"), at("20T17:00"), "doctor", "eve")
    assert second.before == done.after
    row = centre.report(agents=("ann",))[0]
    assert (row["out_seconds"], row["neutral_seconds"], row["early_leaves"]) == (600, 900, 0)
    assert centre.report(as_of_ms=before_ms, agents=("ann",))[0]["neutral_seconds"] == 300
    assert centre.report(as_of_ms=before_ms - 1) == centre.report(as_of_ms=before_ms - 1)
    listed = [decision_row(*each, ZONE) for each in service.listed()]
    assert [(each["adherence_before"], each["adherence_after"], each["actor"], each["reason"]) for each in listed] == [
        (*adherence(done), "eve", "long queue in the canteen"),
        (*adherence(second), "eve", "doctor"),
    ]


def test_a_decision_taken_back_leaves_both_facts(centre: Centre) -> None:
    busy(centre)
    service = centre.service()
    done = service.approve("ann", at("20T09:05"), None, "bus", "eve")
    assert adherence(service.cancel(done.number, "wrong agent", "joe", dry_run=True)) == adherence(done)[::-1]
    centre.clock.advance_ms(1)
    service.cancel(done.number, "wrong agent", "joe")
    ((kept, _effect),) = service.listed()
    assert (kept.actor, kept.cancelled_by, kept.cancel_reason, kept.holds) == ("eve", "joe", "wrong agent", False)
    assert centre.report(agents=("ann",))[0]["neutral_seconds"] == 0
    assert centre.report(as_of_ms=centre.clock.now_ms() - 1, agents=("ann",))[0]["neutral_seconds"] == 600
    with pytest.raises(RuleRefused, match="no decision 1 that holds"):
        service.cancel(done.number, "again", "joe")


def test_an_approval_needs_something_to_approve_a_reason_and_a_range(centre: Centre) -> None:
    busy(centre)
    service = centre.service()
    with pytest.raises(RuleRefused, match="was not out then"):
        service.approve("ann", at("20T10:00"), None, "x", "eve")
    with pytest.raises(RuleRefused, match="nothing to approve"):
        service.approve("ann", at("20T10:00"), at("20T11:00"), "x", "eve")
    with pytest.raises(RuleRefused, match="nothing to approve"):
        service.approve("eve", at("20T10:00"), at("20T11:00"), "x", "eve")
    with pytest.raises(UsageProblem, match="range is empty"):
        service.approve("ann", at("20T10:00"), at("20T10:00"), "x", "eve")
    with pytest.raises(UsageProblem, match="Say why"):
        service.approve("ann", at("20T09:00"), None, "  ", "eve")
    assert service.approve("bob", at("21T00:05"), None, "drill", "eve").after.unmapped_seconds == 0


def test_planned_time_to_come_can_be_approved_beforehand(centre: Centre) -> None:
    centre.plan("ann", date(2026, 11, 23), "on_queue 09:00-17:00")
    effect = centre.service().approve("ann", at("23T09:00"), at("23T10:00"), "school", "eve")
    assert (effect.number, effect.shifts) == (1, 0)
    centre.clock.set_ms(at("23T10:00"))
    (row,) = centre.report(start="23", end="24")
    assert (row["neutral_seconds"], row["adherence"], row["late_arrivals"]) == (3600, None, 0)


def test_a_period_is_neutralised_for_everyone(centre: Centre) -> None:
    busy(centre)
    effect = centre.service().neutralise(at("20T16:30"), at("21T00:10"), "system failure", "eve")
    assert effect.shifts == 2
    assert [row["neutral_seconds"] for row in centre.report()] == [1800, 0, 7800]
    assert effect.after.unmapped_seconds == 300


def test_the_list_has_the_figures_of_a_neutralised_period_too(centre: Centre) -> None:
    busy(centre)
    service = centre.service()
    approved = service.approve("ann", at("20T13:03"), None, "long queue in the canteen", "eve")
    period = service.neutralise(at("20T16:30"), at("21T00:10"), "system failure", "eve")
    nobody = service.neutralise(at("19T10:00"), at("19T11:00"), "before anybody came", "eve")
    assert (period.agents, period.shifts) == (2, 2)
    first, second, third = (decision_row(*each, ZONE) for each in service.listed())
    assert (first["agents"], first["shifts"], first["adherence_after"]) == (1, 1, approved.after.adherence)
    assert (second["agents"], second["shifts"]) == (2, 2)
    assert (second["adherence_before"], second["adherence_after"]) == adherence(period)
    assert adherence(period)[0] != adherence(period)[1]
    assert (third["agents"], third["shifts"], third["adherence_before"], third["adherence_after"]) == (0, 0, None, None)
    assert nobody.agents == 0
    centre.clock.advance_ms(1)
    back = service.cancel(period.number, "it was the other centre", "joe")
    assert (back.agents, adherence(back)) == (2, adherence(period)[::-1])
    [_approved, kept, _nobody] = service.listed()
    assert (kept[0].holds, adherence(kept[1])) == (False, adherence(period))


def test_of_a_long_stay_only_the_shifts_a_period_touches_count(centre: Centre) -> None:
    for day in range(18, 23):
        centre.plan("ann", date(2026, 11, day), "on_queue 09:00-17:00")
    effect = centre.service().neutralise(at("20T16:00"), at("21T09:30"), "flood", "eve", dry_run=True)
    assert (effect.shifts, effect.agents) == (2, 1)
    assert effect.before.scheduled_seconds == 2 * 8 * 3600
    assert effect.after.neutral_seconds == 3600 + 1800
    assert centre.service().neutralise(at("20T17:00"), at("21T09:00"), "x", "eve", dry_run=True).shifts == 0


def test_an_amendment_says_what_it_does_and_does_it(centre: Centre) -> None:
    busy(centre)
    new = written_spans("ann", DAY, ["on_queue 09:10-16:50"], TimeReader(ZONE))
    tried = centre.service().amend("ann", DAY, new, "eve", "swap", dry_run=True)
    assert (tried.before.out_seconds, tried.after.out_seconds, tried.after.scheduled_seconds) == (1500, 3900, 27_600)
    assert centre.report()[0]["out_seconds"] == 1500
    done = centre.service().amend("ann", DAY, new, "eve", "swap")
    assert (done.before, done.after) == (tried.before, tried.after)
    assert centre.report()[0]["out_seconds"] == 3900
    gone = centre.service().amend("ann", DAY, (), "eve", "sick")
    assert (gone.before.out_seconds, gone.after.scheduled_seconds) == (3900, 0)
    assert [row["agent"] for row in centre.report(start="20", end="21")] == ["bob"]


# -- rules that change -----------------------------------------------------------------------------------------------


def test_a_closed_day_keeps_the_rules_it_was_judged_by(centre: Centre) -> None:
    busy(centre)
    service = centre.service()
    assert service.note_rules(AdherenceRules())
    before = centre.report()
    assert not service.note_rules(AdherenceRules())
    centre.plan("ann", date(2026, 11, 22), "on_queue 07:00-07:30")
    assert service.note_rules(AdherenceRules(grace_seconds=3600))
    assert centre.report() == before
    assert centre.report(start="22", end="23")[0]["in_seconds"] == 1800
    assert [since for since, _rules in centre.planning.rules_versions()] == [date.min, date(2026, 11, 22)]


def test_settings_become_rules() -> None:
    chosen = Settings.model_construct(
        **{
            **Settings.model_construct().__dict__,
            "grace_seconds": 60,
            "training_interchangeable": True,
            "adherence_counts": {"meal": ["meal", "signed_out"]},
            "reasons": {"Drill": ReasonCategory.EXEMPT},
        }
    )
    assert rules_of(chosen) == AdherenceRules(
        60, 600, True, {Activity.MEAL: frozenset({"meal", "signed_out"})}, {"drill": ReasonCategory.EXEMPT}
    )
    for counts, word in (({"nap": ["meal"]}, "nap"), ({"meal": ["asleep"]}, "asleep")):
        with pytest.raises(UsageProblem, match=word):
            rules_of(chosen.model_copy(update={"adherence_counts": counts}))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_closed_day_changes_only_with_its_schedule_its_approvals_or_late_facts(
    tmp_path: Path, data: st.DataObject
) -> None:
    with Ground(tmp_path) as ground:
        centre = busy(Centre(ground))
        before = centre.report(end="21")
        centre.service().note_rules(AdherenceRules())
        deeds = data.draw(
            st.lists(st.sampled_from(["clock", "rules", "next", "approve", "amend", "seen", "again"]), max_size=5)
        )
        for number, deed in enumerate(deeds):
            match deed:
                case "clock":
                    centre.clock.advance_ms(40 * 86_400_000)
                case "rules":
                    centre.service().note_rules(AdherenceRules(grace_seconds=number * 700))
                case "next":
                    centre.plan("ann", date(2026, 11, 22), f"on_queue 0{number}:00-09:00")
                case "approve":
                    centre.service().approve(
                        "ann", at("21T09:00"), at(f"21T09:0{number + 1}"), "x", "eve", dry_run=True
                    )
                case "amend":
                    centre.plan("ann", date(2026, 11, 21), f"on_queue 09:0{number}-10:00")
                case "seen":
                    centre.works("ann", f"21T2{number % 4}:30", f"21T2{number % 4}:40")
                case _:
                    centre.ground.rebuild()
        assert centre.report(end="21") == before
        centre.works("bob", "20T21:40", "20T21:45")
        assert centre.report(end="21")[1]["on_queue_worked_seconds"] == before[1]["on_queue_worked_seconds"] + 300


def test_a_timeline_of_a_day_is_whole_and_agrees_with_the_report(centre: Centre) -> None:
    busy(centre)
    rows = timeline_rows(centre.planning, "bob", at("20"), at("22"), ZONE, centre.clock.now_ms())
    assert [(row["verdict"], row["rule"], row["seconds"]) for row in rows] == [
        ("no_schedule", "off_time", 78_900),
        ("extra", "work_in_off_time", 300),
        ("in", "state_counts", 7200),
        ("unmapped", "unmapped_reason", 900),
        ("in", "state_counts", 20_700),
        ("extra", "work_in_off_time", 900),
        ("no_schedule", "off_time", 63_900),
    ]
    with centre.planning.reading():
        judge = Judge(centre.planning, ZONE, centre.clock.now_ms())
        shifts, told = judge.timeline("ann", at("20T12:30"), at("21T09:30"))
    assert [shift.shift_date.day for shift in shifts] == [20, 21]
    assert (told[0].start_ms, told[-1].end_ms) == (at("20T12:30"), at("21T09:30"))
    assert all(earlier.end_ms == later.start_ms for earlier, later in pairwise(told))


def test_the_page_has_every_formula_and_every_rule() -> None:
    page = (Path(__file__).parents[2] / "docs" / "adherence.md").read_text("utf-8")
    set_language("en")
    for row in explained():
        assert f"| `{row['figure']}` | {row['formula']} |" in page
    assert all(f"`{rule.value}`" in page for rule in Rule)


# -- the hours the clocks take and give ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("zone_name", "start", "end", "hours"),
    [
        ("Europe/Berlin", "2026-03-28T22:00", "2026-03-29T06:00", 7),
        ("Europe/Berlin", "2026-10-24T22:00", "2026-10-25T06:00", 9),
        ("America/Sao_Paulo", "2015-10-17T22:00", "2015-10-18T06:00", 7),
        ("America/Sao_Paulo", "2015-02-21T22:00", "2015-02-22T06:00", 9),
        ("Asia/Shanghai", "1991-04-13T22:00", "1991-04-14T06:00", 7),
        ("Asia/Shanghai", "1991-09-14T22:00", "1991-09-15T06:00", 9),
    ],
)
def test_a_night_over_a_change_of_the_clocks_is_right_to_the_second(
    ground: Ground, zone_name: str, start: str, end: str, hours: int
) -> None:
    zone = load_zone(zone_name)
    first, last = datetime.fromisoformat(start), datetime.fromisoformat(end)
    cuts = [local_ms(first + (last - first) * step / 16, zone) for step in range(17)]
    spans = tuple(
        ScheduledSpan("ann", first.date(), start_ms, end_ms, Activity.ON_QUEUE)
        for start_ms, end_ms in pairwise(cuts)
        if end_ms > start_ms
    )
    planning = SqlitePlanning(ground.store)
    with planning.writing():
        planning.add_version(VersionKind.PUBLISHED, 0, "eve", "x", [Shift("ann", first.date(), spans)])
        # Facts begin in 2000; the floor of an earlier night is put there by hand.
        ground.store.connection.execute(
            "INSERT INTO agent_interval VALUES ('ann', ?, ?, 'available', '', '', 1, 1)", (cuts[0] + 121_000, cuts[-1])
        )
    day_ms, next_ms = date_start_ms(first.date(), zone), date_start_ms(last.date(), zone)
    for by in BY:
        asked = AdherenceQuestion(day_ms, next_ms, by, zone, cuts[-1] + 1)
        (row,) = adherence_report(planning, asked)
        found = [row[key] for key in ("scheduled_seconds", "in_seconds", "out_seconds", "late_seconds")]
        assert found == [hours * 3600, hours * 3600 - 121, 121, 121]
        assert list(adherence_report(planning, replace(asked, start_ms=next_ms, end_ms=next_ms + 86_400_000))) == []
