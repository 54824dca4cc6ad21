"""What each figure of a report of tickets means, in one sentence: the answer to --explain, and to ? on a screen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from app.core.i18n import N_, _

_CALL_BACKS: Final[Mapping[str, str]] = {
    "call_backs_due": N_("Calls promised to customers for an instant in the range that has passed."),
    "call_backs_kept": N_("Of these, the customer was reached by then."),
    "call_back_timeliness": N_("call_backs_kept / call_backs_due."),
    "flags_due": N_("Repeat callers flagged in the range whose loop is closed or past its time."),
    "flags_acknowledged": N_("Of these, seen by the owner unit in time."),
    "flags_called_back": N_("Of these, called back in time."),
    "flags_kept": N_("Of these, seen, called back and written back, all in time."),
    "loop_timeliness": N_("flags_kept / flags_due."),
}

_TICKETS: Final[Mapping[str, str]] = {
    "created": N_("Tickets written in the range."),
    "absorbed": N_(
        "Contacts of the range that a notice answered instead of a ticket; empty by unit, type and handler."
    ),
    "absorbed_share": N_("absorbed / (absorbed + created)."),
    "sent": N_("Times a ticket was handed on to another unit in the range; counts for the sender."),
    "returned": N_("Of these sendings, those that the receiver returned, whenever that was."),
    "return_rate": N_("returned / sent."),
    "unqualified": N_("Of these sendings, those marked as an order that should not be or that lacks facts."),
    "unqualified_should_not_exist": N_("Of these marks, those of an order that should not exist."),
    "unqualified_missing_facts": N_("Of these marks, those of an order that lacks facts."),
    "unqualified_wrong_unit": N_("Of these marks, those of an order for another unit."),
    "unqualified_duplicate": N_("Of these marks, those of an order that was there already."),
    "unqualified_rate": N_("unqualified / sent."),
    "accepted": N_("Acceptances in the range that ended a stage with a limit."),
    "accepted_in_time": N_("Of these, those that ended it within its limit (≤)."),
    "on_time_acceptance": N_("accepted_in_time / accepted."),
    "closed": N_("Cycles that ended in the range: closed, or opened again by a survey before they were."),
    "closed_in_time": N_("Of these, within the overall limit; without one, within the limit of every stage."),
    "closed_late": N_("Of these, past it. The rest had no limit."),
    "timeliness": N_("closed_in_time / (closed_in_time + closed_late)."),
    "closed_all_kept": N_("Of the closed, those with every limit kept, overall and of each stage."),
    "full_timeliness": N_("closed_all_kept / (closed_in_time + closed_late)."),
    "closed_by_first": N_("Of the closed, those that the first unit to receive the ticket resolved or closed."),
    "first_level_closure": N_("closed_by_first / closed; the aim is 80 %."),
    "surveyed": N_("Of the closed, those whose customer was asked how satisfied they are, whenever that was."),
    "satisfied": N_("Of these, at or above the survey line of the policy."),
    "satisfaction": N_("satisfied / surveyed."),
    "reopened": N_("Times a resolved or closed ticket was opened again in the range."),
    "reopened_dissatisfied": N_("Of these, by a survey below the line."),
    "reopen_rate": N_("reopened / closed."),
    **{key: _CALL_BACKS[key] for key in ("call_backs_due", "call_backs_kept", "call_back_timeliness")},
    **{key: _CALL_BACKS[key] for key in ("flags_due", "flags_kept", "loop_timeliness")},
    "open": N_("Tickets not closed at the end of the range, or now where that comes first."),
    "paused": N_("Of these, with open clocks that all wait."),
    "overdue": N_("Of these, with an open clock past its limit, whether it runs or waits."),
    "overdue_1h": N_("Overdue for at most an hour, on the wall, by the limit that passed first."),
    "overdue_8h": N_("Overdue for more than an hour and at most eight."),
    "overdue_24h": N_("Overdue for more than eight hours and at most 24."),
    "overdue_more": N_("Overdue for more than 24 hours."),
    "age_1h": N_("Open, and written at most an hour ago."),
    "age_8h": N_("Open, and written more than an hour and at most eight ago."),
    "age_24h": N_("Open, and written more than eight hours and at most 24 ago."),
    "age_3d": N_("Open, and written more than 24 hours and at most 72 ago."),
    "age_7d": N_("Open, and written more than 72 hours and at most 168 ago."),
    "age_more": N_("Open, and written more than 168 hours ago."),
}

_STAGES: Final[Mapping[str, str]] = {
    "stopped": N_("Clocks of the stage that stopped in the range and are charged."),
    "kept": N_("Of these, within the limit (≤)."),
    "missed": N_("Of these, past the limit."),
    "void": N_("Clocks that stopped uncharged: a recall, or a return that was not ours."),
    "timeliness": N_("kept / stopped."),
    "used_seconds": N_("Open time that the stopped ones used, without pauses, whole seconds rounded down."),
    "mean_used_seconds": N_("Open time per stopped clock."),
    "most_used_seconds": N_("The most that one of them used."),
    "told": N_("Times in the range that somebody was told that a clock goes on and on."),
    "open": N_("Clocks not stopped at the end of the range, or now where that comes first."),
    "overdue": N_("Of these, past their limit, whether they run or wait."),
}

_RETURNS: Final[Mapping[str, str]] = {
    "given_back": N_("Times that from_unit gave a ticket back to to_unit in the range: returned + unqualified."),
    "tickets": N_("Different tickets of these."),
    "again": N_("given_back − tickets: how often it was not the first time."),
    "returned": N_("Given back as a return."),
    "charged": N_("Returns by the fault of who returned it."),
    "unqualified": N_("Given back as an order that should not be or that lacks facts; counts against to_unit."),
    "unqualified_should_not_exist": N_("Of these marks, those of an order that should not exist."),
    "unqualified_missing_facts": N_("Of these marks, those of an order that lacks facts."),
    "unqualified_wrong_unit": N_("Of these marks, those of an order for another unit."),
    "unqualified_duplicate": N_("Of these marks, those of an order that was there already."),
    "reasons": N_("The three most frequent reasons, with how often."),
}

_RECOVERY: Final[Mapping[str, str]] = {
    "amount_fen": N_("What customers were granted in the month and not taken back, in fen."),
    "credits": N_("How often."),
    "tickets": N_("On how many tickets."),
    "above_authority": N_("Of these tickets, those granted more in all than the line may by itself."),
    "line_fen": N_("The month's total that is reported."),
    "warn_fen": N_("The total from which on people are told."),
    "line_share": N_("amount_fen / line_fen."),
    "mark": N_("below, warned (at warn_fen or above), or reached (at line_fen or above)."),
}

TICKET_REPORTS: Final[Mapping[str, Mapping[str, str]]] = {
    "tickets": _TICKETS,
    "ticket-stages": _STAGES,
    "ticket-returns": _RETURNS,
    "callbacks": _CALL_BACKS,
    "recovery": _RECOVERY,
}
"""The formulas by report, in the order of the columns."""

IN_TABLE: Final[Mapping[str, tuple[str, ...]]] = {
    "tickets": (
        "created",
        "closed",
        "timeliness",
        "on_time_acceptance",
        "first_level_closure",
        "satisfaction",
        "reopened",
        "return_rate",
        "unqualified_rate",
        "call_back_timeliness",
        "open",
        "overdue",
    ),
    "callbacks": tuple(_CALL_BACKS),
}
"""The figures that a table for people shows beside each other; CSV and JSON have all of them."""


def explained(report: str) -> list[dict[str, object]]:
    """Each figure of a report with its formula, in the present language."""
    return [{"figure": figure, "formula": _(sentence)} for figure, sentence in TICKET_REPORTS[report].items()]
