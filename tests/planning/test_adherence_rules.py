"""Each rule of adherence: what it accepts, what it refuses, and what happens as it crosses over."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.core.i18n import set_language
from app.core.reasons import ReasonCategory
from app.core.zones import load_zone
from app.floor.model import AgentState
from app.planning.adherence import Circumstances, is_near_border, merged_runs, timeline, union
from app.planning.explain import activity_word, explanation, verdict_word
from app.planning.mapping import COUNTING_WORDS, DEFAULT_COUNTS, AdherenceRules, CountingTable
from app.planning.model import Activity, Rule, TimeRange, Verdict, VerdictSpan
from tests.planning.ground import LATE_MS, RULES, START_MS, TABLE, judged, minute, minutes, span, spent, state, told


def verdict_of(activity: str, word: str, reason: str = "", rules: AdherenceRules = RULES) -> tuple[str, str]:
    """The verdict of an hour in one state."""
    states = [] if word == "signed_out" else [state(word, -10, 70, reason)]
    (only,) = judged([span(activity, 0, 60)], states, table=CountingTable(rules))
    return only.verdict.value, only.rule.value


@pytest.mark.parametrize("word", ["available", "ringing", "on_call", "hold", "wrap_up"])
def test_work_counts_on_the_queue_and_nowhere_else(word: str) -> None:
    assert verdict_of("on_queue", word) == ("in", "state_counts")
    for activity in ("break", "meal", "training", "meeting", "coaching"):
        assert verdict_of(activity, word) == ("out", "state_does_not_count")


@pytest.mark.parametrize("planned", ["break", "meal"])
@pytest.mark.parametrize("taken", ["小休", "LUNCH"])
def test_a_break_counts_as_a_meal_and_the_other_way_round(planned: str, taken: str) -> None:
    assert verdict_of(planned, "not_ready", taken) == ("in", "state_counts")
    assert verdict_of("on_queue", "not_ready", taken) == ("out", "state_does_not_count")


def test_training_meeting_and_coaching_count_for_each_other_by_setting() -> None:
    assert verdict_of("training", "not_ready", "培训") == ("in", "state_counts")
    assert verdict_of("training", "not_ready", "meeting") == ("out", "state_does_not_count")
    assert verdict_of("training", "not_ready", "meeting", replace(RULES, interchangeable=True)) == (
        "in",
        "state_counts",
    )


@pytest.mark.parametrize("activity", ["on_queue", "break", "meal", "training", "meeting", "coaching"])
def test_who_is_not_there_is_out(activity: str) -> None:
    assert verdict_of(activity, "signed_out") == ("out", "signed_out")


@pytest.mark.parametrize(
    ("word", "reason"), [("signed_out", ""), ("on_call", ""), ("not_ready", "toilet"), ("not_ready", "?")]
)
def test_whatever_the_telephone_says_counts_as_offline_work(word: str, reason: str) -> None:
    assert verdict_of("offline", word, reason) == ("in", "state_counts")


def test_leave_is_off_time() -> None:
    assert verdict_of("leave", "signed_out") == ("no_schedule", "on_leave")
    assert verdict_of("leave", "available") == ("extra", "work_in_off_time")


@pytest.mark.parametrize("activity", ["on_queue", "break", "training"])
def test_an_exempt_reason_is_neutral_and_an_unknown_one_unmapped(activity: str) -> None:
    assert verdict_of(activity, "not_ready", "故障") == ("neutral", "exempt_reason")
    assert verdict_of(activity, "not_ready", "消防演练") == ("unmapped", "unmapped_reason")
    assert verdict_of(activity, "not_ready", "") == ("unmapped", "unmapped_reason")


def test_a_site_says_what_counts() -> None:
    own = replace(
        RULES,
        counts={Activity.MEAL: frozenset({"signed_out"})},
        reasons={"消防演练": ReasonCategory.EXEMPT},
    )
    assert verdict_of("meal", "signed_out", rules=own) == ("in", "state_counts")
    assert verdict_of("meal", "not_ready", "lunch", own) == ("out", "state_does_not_count")
    assert verdict_of("on_queue", "not_ready", "消防演练", own) == ("neutral", "exempt_reason")
    assert AdherenceRules.load(own.dump()) == own


def test_every_word_of_the_tables_is_a_state_or_a_category() -> None:
    assert set(DEFAULT_COUNTS) == set(Activity)
    assert all(words <= COUNTING_WORDS for words in DEFAULT_COUNTS.values())
    assert {state.value for state in AgentState} - {"not_ready"} <= COUNTING_WORDS


# -- the grace -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("seconds", "verdict"), [(119.999, Verdict.IN), (120, Verdict.IN), (120.001, Verdict.OUT), (599, Verdict.OUT)]
)
def test_an_out_spell_no_longer_than_the_grace_does_not_count_and_a_longer_one_counts_whole(
    seconds: float, verdict: Verdict
) -> None:
    away = seconds / 60
    found = judged([span("on_queue", 0, 60)], [state("available", 0, 20), state("available", 20 + away, 60)])
    assert [each.verdict for each in found] == [Verdict.IN, verdict, Verdict.IN]
    assert found[1].spell_ms == round(seconds * 1000)
    assert found[1].rule is (Rule.WITHIN_GRACE if verdict is Verdict.IN else Rule.SIGNED_OUT)


def test_a_spell_goes_on_over_borders_and_states() -> None:
    found = judged(
        [span("on_queue", 0, 60), span("training", 60, 120)],
        [state("available", 0, 59), state("not_ready", 59, 60.5, "toilet"), state("not_ready", 61.5, 120, "training")],
    )
    assert told(found)[1:4] == [
        ("out", "state_does_not_count", 59, 60),
        ("out", "state_does_not_count", 60, 60.5),
        ("out", "signed_out", 60.5, 61.5),
    ]
    assert {each.spell_ms for each in found[1:4]} == {150_000}


def test_a_gap_in_the_plan_ends_a_spell() -> None:
    found = judged([span("on_queue", 0, 2), span("on_queue", 3, 5)], [])
    assert [each.rule for each in found] == [Rule.WITHIN_GRACE, Rule.WITHIN_GRACE]


def test_a_verdict_changes_by_the_clock_with_no_event() -> None:
    plan = [span("break", 0, 15), span("on_queue", 15, 60)]
    on_break = [state("not_ready", 0, None, "break")]
    assert {each.verdict for each in judged(plan, on_break, until_ms=minute(17))} == {Verdict.IN}
    late = judged(plan, on_break, until_ms=minute(17) + 1)
    assert told(late)[-1] == ("out", "state_does_not_count", 15, 17 + 1 / 60_000)


def test_agents_near_a_border_are_a_change_of_shift() -> None:
    plan = [span("on_queue", 0, 60), span("break", 60, 75)]
    assert [at for at in (-2.1, -2, 0, 2, 2.1, 58, 62, 73, 77, 77.1) if is_near_border(plan, minute(at), 120_000)] == [
        -2,
        0,
        2,
        58,
        62,
        73,
        77,
    ]
    assert not is_near_border([], minute(0), 120_000)


# -- calls that overrun ----------------------------------------------------------------------------------------------


def test_a_call_that_overruns_into_a_break_is_neutral_to_its_end() -> None:
    found = judged(
        [span("on_queue", 0, 60), span("break", 60, 75), span("on_queue", 75, 120)],
        [
            state("available", 0, 50),
            state("on_call", 50, 61),
            state("hold", 61, 62),
            state("on_call", 62, 65),
            state("wrap_up", 65, 66),
            state("not_ready", 66, 75, "break"),
            state("available", 75, 120),
        ],
    )
    assert told(found) == [
        ("in", "state_counts", 0, 60),
        ("neutral", "call_overran", 60, 66),
        ("in", "state_counts", 66, 75),
        ("in", "state_counts", 75, 120),
    ]


def test_the_next_call_is_no_overrun() -> None:
    found = judged(
        [span("on_queue", 0, 60), span("break", 60, 75)],
        [state("on_call", 0, 61), state("wrap_up", 61, 62), state("ringing", 62, 63), state("on_call", 63, 75)],
    )
    assert told(found)[1:] == [("neutral", "call_overran", 60, 62), ("out", "state_does_not_count", 62, 75)]


def test_a_call_taken_in_a_break_is_no_overrun() -> None:
    found = judged(
        [span("on_queue", 0, 60), span("break", 60, 75)], [state("available", 0, 60), state("on_call", 60, 75)]
    )
    assert told(found)[1:] == [("out", "state_does_not_count", 60, 75)]


def test_a_call_that_rang_in_time_is_an_overrun_and_ringing_alone_is_none() -> None:
    plan = [span("on_queue", 0, 60), span("meal", 60, 75)]
    answered = [state("ringing", 59.9, 60.1), state("on_call", 60.1, 75)]
    assert told(judged(plan, answered))[-1] == ("neutral", "call_overran", 60, 75)
    missed = [state("ringing", 59.9, 60.1), state("available", 60.1, 75)]
    assert told(judged(plan, missed))[-1] == ("out", "state_does_not_count", 60, 75)


# -- approvals and neutral periods -----------------------------------------------------------------------------------


def test_an_approval_makes_out_and_unmapped_time_neutral_and_leaves_the_rest() -> None:
    plan = [span("on_queue", 0, 60)]
    seen = [state("available", 0, 20), state("not_ready", 30, 40, "?"), state("available", 40, 60)]
    assert told(judged(plan, seen, approvals=minutes((15, 35), (33, 38)))) == [
        ("in", "state_counts", 0, 20),
        ("neutral", "approved", 20, 30),
        ("neutral", "approved", 30, 38),
        ("unmapped", "unmapped_reason", 38, 40),
        ("in", "state_counts", 40, 60),
    ]


def test_what_an_approval_leaves_of_a_spell_is_no_shorter_spell() -> None:
    found = judged([span("on_queue", 0, 60)], [state("available", 10, 60)], approvals=minutes((0, 9)))
    assert told(found)[:2] == [("neutral", "approved", 0, 9), ("out", "signed_out", 9, 10)]


def test_a_neutralised_period_is_neutral_for_all_and_spells_begin_after_it() -> None:
    found = judged(
        [span("on_queue", 0, 60)], [state("available", 0, 20), state("available", 41, 60)], neutral=minutes((10, 40))
    )
    assert told(found) == [
        ("in", "state_counts", 0, 10),
        ("neutral", "neutralised", 10, 20),
        ("neutral", "neutralised", 20, 40),
        ("in", "within_grace", 40, 41),
        ("in", "state_counts", 41, 60),
    ]


def test_ranges_are_a_union() -> None:
    assert union([TimeRange(5, 9), TimeRange(1, 5), TimeRange(7, 8), TimeRange(11, 11), TimeRange(12, 13)]) == [
        TimeRange(1, 9),
        TimeRange(12, 13),
    ]


# -- off time --------------------------------------------------------------------------------------------------------


def test_work_in_off_time_is_extra_and_no_part_of_the_plan() -> None:
    plan = [span("on_queue", 0, 60)]
    runs = merged_runs([state("available", -5, 65)], TABLE, LATE_MS)
    found = timeline([plan], Circumstances(TABLE, runs), minute(-10), minute(70))
    assert told(found) == [
        ("no_schedule", "off_time", -10, -5),
        ("extra", "work_in_off_time", -5, 0),
        ("in", "state_counts", 0, 60),
        ("extra", "work_in_off_time", 60, 65),
        ("no_schedule", "off_time", 65, 70),
    ]
    assert spent(judged(plan, [state("available", -5, 65)]))[Verdict.EXTRA] == 0


def test_without_a_schedule_there_is_no_verdict() -> None:
    runs = merged_runs([state("available", 10, 20)], TABLE, LATE_MS)
    assert told(timeline([], Circumstances(TABLE, runs), minute(0), minute(30))) == [
        ("no_schedule", "no_schedule", 0, 30)
    ]


# -- in words --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_rule_has_a_sentence_with_times_and_grace(language: str) -> None:
    set_language(language)
    try:
        zone = load_zone("Asia/Shanghai")
        sentences = set()
        for rule in Rule:
            spell = (minute(1), minute(6)) if rule in (Rule.WITHIN_GRACE, Rule.SIGNED_OUT) else (None, None)
            one = VerdictSpan(minute(1), minute(4), Verdict.OUT, rule, Activity.ON_QUEUE, *spell)
            sentences.add(explanation(one, RULES, zone))
        assert len(sentences) == len(Rule)
        out = VerdictSpan(START_MS, minute(4), Verdict.OUT, Rule.SIGNED_OUT, Activity.BREAK, START_MS, minute(6))
        text = explanation(out, RULES, zone)
        assert all(part in text for part in ("6:00", "09:00:00", "09:06:00", "2:00", activity_word(Activity.BREAK)))
        assert len({verdict_word(verdict) for verdict in Verdict}) == len(Verdict)
    finally:
        set_language("en")
