"""What each figure of a report means, in one sentence: the answer to --explain."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from app.core.i18n import N_, _

_QUEUE: Final[Mapping[str, str]] = {
    "offered": N_("Visits that entered the queue in this interval, whatever happened to them later."),
    "answered": N_("Visits that an agent answered."),
    "abandoned": N_("Visits whose caller hung up while waiting."),
    "timed_out": N_("Visits that reached the queue's limit of waiting."),
    "left_by_key": N_("Visits whose caller left by pressing a key."),
    "left_empty": N_("Visits that left because nobody served the queue."),
    "refused": N_("Visits the queue did not take or keep: full, closed, nobody there, diverted."),
    "lost": N_("Visits that a restart of the telephone system cut off."),
    "waiting": N_("Visits that have not ended yet."),
    "answered_within": N_("Answered visits that waited at most the threshold (≤)."),
    "abandoned_within": N_("Abandoned visits that waited at most the threshold (≤)."),
    "wait_seconds_answered": N_("Waiting of the answered visits, whole seconds rounded down."),
    "wait_seconds_abandoned": N_("Waiting of the abandoned visits, whole seconds rounded down."),
    "talk_seconds": N_("Conversation of the answered visits without hold, whole seconds rounded down."),
    "answer_rate": N_("answered / offered; empty when nothing was offered."),
    "abandon_rate": N_("abandoned / offered; empty when nothing was offered."),
    "service_level_offered": N_("answered_within / offered."),
    "service_level_answered": N_("answered_within / answered."),
    "service_level_ignore_short": N_("answered_within / (offered − abandoned_within)."),
    "service_level_positive": N_("(answered_within + abandoned_within) / offered."),
    "asa_seconds": N_("wait_seconds_answered / answered: the mean wait of the answered."),
    "aht_seconds": N_("Talk + hold + wrap-up, per answered visit of this interval whose conversation is over."),
    "repeat_call_rate": N_(
        "Visits whose caller called any queue in the two hours before / offered. First-call resolution is 1 − this."
    ),
}

_AGENT: Final[Mapping[str, str]] = {
    "signed_in_seconds": N_("Time signed in; three queues at once are one hour per hour."),
    "inferred": N_("Some of the time the agent was seen working without a known sign-in."),
    "available_seconds": N_("Signed in and free for a call."),
    "ringing_seconds": N_("A call rang."),
    "on_call_seconds": N_("Talking; two lines at once count once."),
    "hold_seconds": N_("Every line was on hold."),
    "wrap_up_seconds": N_("After-call work."),
    "not_ready_seconds": N_("Not ready, for whatever reason."),
    "not_ready": N_("Seconds of not ready, by the reason the telephone system gave."),
    "answered": N_("Calls answered in this interval."),
    "talk_seconds": N_("Conversation without hold, each call counted, cut at the interval's borders."),
    "sign_ins": N_("Sessions that began in this interval."),
    "occupancy": N_("(on call + hold + wrap-up) / (that + available + ringing); empty without a known sign-in."),
    "reverse_share": N_("Not ready in category reverse / signed_in_seconds; empty without a known sign-in."),
}

REPORTS: Final[Mapping[str, Mapping[str, str]]] = {"queue-intervals": _QUEUE, "agent-intervals": _AGENT}


def explained(report: str) -> list[dict[str, object]]:
    """Each figure of a report with its formula, in the present language."""
    return [{"figure": figure, "formula": _(sentence)} for figure, sentence in REPORTS[report].items()]
