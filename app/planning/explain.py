"""Every verdict in a sentence: the rule, the times, the grace."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import tzinfo
from typing import Final

from app.core.durations import clock_text
from app.core.i18n import N_, _
from app.core.zones import at
from app.planning.mapping import AdherenceRules
from app.planning.model import Activity, Rule, Verdict, VerdictSpan

_SENTENCES: Final[Mapping[Rule, str]] = {
    Rule.STATE_COUNTS: N_("The state counts as {activity}."),
    Rule.WITHIN_GRACE: N_(
        "Away from {activity} for {spell}, from {start} to {end}: no longer than the grace of {grace}, so it is not "
        "counted."
    ),
    Rule.STATE_DOES_NOT_COUNT: N_(
        "The state does not count as {activity}. Away from the plan for {spell}, from {start} to {end}: longer than "
        "the grace of {grace}, so all of it counts."
    ),
    Rule.SIGNED_OUT: N_(
        "Signed out while {activity} was planned. Away from the plan for {spell}, from {start} to {end}: longer than "
        "the grace of {grace}, so all of it counts."
    ),
    Rule.CALL_OVERRAN: N_("A call that began before {activity} went on; the rest of that call is neutral."),
    Rule.EXEMPT_REASON: N_("The reason is exempt, so the time is neutral."),
    Rule.APPROVED: N_("Approved by a supervisor, so the time is neutral."),
    Rule.NEUTRALISED: N_("The period was neutralised for everyone."),
    Rule.UNMAPPED_REASON: N_(
        "Not ready with no reason, or with one that is in no list: nobody can say whether it counts."
    ),
    Rule.WORK_IN_OFF_TIME: N_("Signed in while no work was planned: extra, not counted."),
    Rule.ON_LEAVE: N_("On leave: no work is planned."),
    Rule.OFF_TIME: N_("No work is planned."),
    Rule.NO_SCHEDULE: N_("There is no schedule."),
}

ACTIVITY_NAMES: Final[Mapping[Activity, str]] = {
    Activity.ON_QUEUE: N_("on queue"),
    Activity.BREAK: N_("break"),
    Activity.MEAL: N_("meal"),
    Activity.TRAINING: N_("training"),
    Activity.MEETING: N_("meeting"),
    Activity.COACHING: N_("coaching"),
    Activity.OFFLINE: N_("offline work"),
    Activity.LEAVE: N_("leave"),
}

_VERDICTS: Final[Mapping[Verdict, str]] = {
    Verdict.IN: N_("in adherence"),
    Verdict.OUT: N_("out of adherence"),
    Verdict.NEUTRAL: N_("neutral"),
    Verdict.UNMAPPED: N_("unmapped"),
    Verdict.NO_SCHEDULE: N_("no schedule"),
    Verdict.EXTRA: N_("extra"),
}


def activity_word(activity: Activity) -> str:
    """An activity in the present language."""
    return _(ACTIVITY_NAMES[activity])


def verdict_word(verdict: Verdict) -> str:
    """A verdict in the present language."""
    return _(_VERDICTS[verdict])


def explanation(span: VerdictSpan, rules: AdherenceRules, zone: tzinfo) -> str:
    """Why a verdict is what it is, in the present language: rule, times, grace.

    Args:
        span: What is to be explained.
        rules: The rules it was judged by.
        zone: In which times are told.
    """
    start_ms = span.start_ms if span.spell_start_ms is None else span.spell_start_ms
    end_ms = span.end_ms if span.spell_end_ms is None else span.spell_end_ms
    return _(_SENTENCES[span.rule]).format(
        activity="" if span.activity is None else activity_word(span.activity),
        start=_clock(start_ms, zone),
        end=_clock(end_ms, zone),
        spell=clock_text((end_ms - start_ms) // 1000),
        grace=clock_text(rules.grace_seconds),
    )


def _clock(at_ms: int, zone: tzinfo) -> str:
    return at(at_ms, zone).strftime("%H:%M:%S")
