"""The key figures of the floor as values: label, figure, note, level, and the formula behind each."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from app.core.durations import NOTHING, clock_text, percent_text
from app.core.i18n import N_, _
from app.floor.model import AgentState
from app.floor.picture import FloorSnapshot, StateCount
from widgets.levels import DEFAULT_TARGETS, FloorTargets, Level, level_at_least, level_below
from widgets.words import category_word, state_word


class Kpi(StrEnum):
    """Which figure a tile shows, in the order of the screen."""

    SIGNED_IN = "signed_in"
    AVAILABLE = "available"
    ON_CALL = "on_call"
    WRAP_UP = "wrap_up"
    NOT_READY = "not_ready"
    BREAK_RATE = "break_rate"
    WAITING = "waiting"
    LONGEST_WAIT = "longest_wait"
    SERVICE_LEVEL_TODAY = "service_level_today"
    SERVICE_LEVEL_INTERVAL = "service_level_interval"
    ANSWER_RATE = "answer_rate"
    OCCUPANCY = "occupancy"


_LABELS: Final = {
    Kpi.SIGNED_IN: (N_("Signed in"), N_("Signed in")),
    Kpi.AVAILABLE: (N_("Available"), N_("Available")),
    Kpi.ON_CALL: (N_("On call"), N_("On call")),
    Kpi.WRAP_UP: (N_("Wrap-up"), N_("Wrap-up")),
    Kpi.NOT_READY: (N_("Not ready"), N_("Not ready")),
    Kpi.BREAK_RATE: (N_("Break rate"), N_("Break rate")),
    Kpi.WAITING: (N_("Waiting"), N_("Waiting")),
    Kpi.LONGEST_WAIT: (N_("Longest wait"), N_("Longest wait")),
    Kpi.SERVICE_LEVEL_TODAY: (N_("Service level today"), N_("SL today")),
    Kpi.SERVICE_LEVEL_INTERVAL: (N_("Service level now"), N_("SL now")),
    Kpi.ANSWER_RATE: (N_("Answer rate"), N_("Answer rate")),
    Kpi.OCCUPANCY: (N_("Occupancy"), N_("Occupancy")),
}

_FORMULAS: Final = {
    Kpi.SIGNED_IN: N_(
        "Agents with a known sign-in and no sign-out. Agents seen acting without a sign-in are counted apart, as "
        "inferred."
    ),
    Kpi.AVAILABLE: N_("Agents who could take a call now: signed in, ready, and on no call."),
    Kpi.ON_CALL: N_("Agents who talk to a caller now. Ringing and hold are counted apart, in the note."),
    Kpi.WRAP_UP: N_("Agents in after-call work now."),
    Kpi.NOT_READY: N_(
        "Agents not ready now, by category of their reason. A missing or unknown reason counts as reverse."
    ),
    Kpi.BREAK_RATE: N_("Break rate = agents now in category break / agents signed in."),
    Kpi.WAITING: N_("Calls that wait in a queue now."),
    Kpi.LONGEST_WAIT: N_("How long the call that waits longest has waited by now."),
    Kpi.SERVICE_LEVEL_TODAY: N_(
        "Service level = calls answered within {threshold} s / calls offered, since midnight. A call belongs to the "
        "moment it entered the queue."
    ),
    Kpi.SERVICE_LEVEL_INTERVAL: N_(
        "Service level = calls answered within {threshold} s / calls offered, of the calls that entered in the present "
        "interval of {minutes} minutes."
    ),
    Kpi.ANSWER_RATE: N_("Answer rate = calls answered / calls offered, since midnight. Waiting calls are offered."),
    Kpi.OCCUPANCY: N_(
        "Occupancy = (on call + hold + wrap-up) / (that + available + ringing), of all agents since midnight."
    ),
}


@dataclass(frozen=True, slots=True)
class Tile:
    """One figure.

    Attributes:
        kpi: Which.
        label: What it is called, in the chosen language.
        short_label: The same for a narrow screen.
        figure: Its value as text; "–" where it is empty.
        note: What else belongs to it; may be empty.
        level: How urgent it is.
        formula: A sentence that says how it is computed.
    """

    kpi: Kpi
    label: str
    short_label: str
    figure: str
    note: str
    level: Level
    formula: str


def longest_wait_seconds(snapshot: FloorSnapshot, now_ms: int) -> int | None:
    """How long the oldest waiting call of all queues has waited, in whole seconds; None where nobody waits."""
    entered = [queue.oldest_entered_ms for queue in snapshot.queues if queue.oldest_entered_ms is not None]
    return max(0, now_ms - min(entered)) // 1000 if entered else None


def make_tiles(
    snapshot: FloorSnapshot, count: StateCount, now_ms: int, targets: FloorTargets = DEFAULT_TARGETS
) -> tuple[Tile, ...]:
    """The key figures at one moment, in the order of `Kpi` and in the chosen language.

    Args:
        snapshot: The picture.
        count: Its agents counted; see `count_states`.
        now_ms: The present instant.
        targets: What figures are held against.
    """
    waiting = sum(queue.waiting for queue in snapshot.queues)
    longest = longest_wait_seconds(snapshot, now_ms)
    today, interval = snapshot.today, snapshot.interval
    categories = sorted(count.not_ready_by_category, key=lambda pair: -pair[1])
    values = {
        Kpi.SIGNED_IN: (
            str(count.signed_in),
            _("+{count} inferred").format(count=count.inferred) if count.inferred else "",
            Level.NORMAL,
        ),
        Kpi.AVAILABLE: (str(count.available), "", Level.WARN if waiting and not count.available else Level.NORMAL),
        Kpi.ON_CALL: (str(count.on_call), _listed(_beside_calls(count)), Level.NORMAL),
        Kpi.WRAP_UP: (str(count.wrap_up), "", Level.NORMAL),
        Kpi.NOT_READY: (
            str(count.not_ready),
            _listed([(category_word(category), number) for category, number in categories]),
            Level.NORMAL,
        ),
        Kpi.BREAK_RATE: (percent_text(count.break_rate), "", level_at_least(count.break_rate, *targets.break_rate)),
        Kpi.WAITING: (str(waiting), "", level_at_least(waiting, *targets.waiting)),
        Kpi.LONGEST_WAIT: (
            NOTHING if longest is None else clock_text(longest),
            "",
            level_at_least(longest, *targets.longest_wait_seconds),
        ),
        Kpi.SERVICE_LEVEL_TODAY: (
            percent_text(today.service_level_offered),
            _("{count} s").format(count=snapshot.threshold_seconds),
            level_below(today.service_level_offered, *targets.service_level),
        ),
        Kpi.SERVICE_LEVEL_INTERVAL: (
            percent_text(interval.service_level_offered),
            _("{count} min").format(count=snapshot.interval_minutes),
            level_below(interval.service_level_offered, *targets.service_level),
        ),
        Kpi.ANSWER_RATE: (
            percent_text(today.answer_rate),
            f"{today.answered}/{today.offered}",
            level_below(today.answer_rate, *targets.answer_rate),
        ),
        Kpi.OCCUPANCY: (percent_text(count.occupancy), "", level_at_least(count.occupancy, *targets.occupancy)),
    }
    return tuple(
        Tile(kpi, _(_LABELS[kpi][0]), _(_LABELS[kpi][1]), *values[kpi], _formula(kpi, snapshot)) for kpi in Kpi
    )


def _beside_calls(count: StateCount) -> list[tuple[str, int]]:
    return [(state_word(AgentState.HOLD), count.hold), (state_word(AgentState.RINGING), count.ringing)]


def _listed(parts: list[tuple[str, int]]) -> str:
    return " ".join(_("{word} {count}").format(word=word, count=number) for word, number in parts if number)


def _formula(kpi: Kpi, snapshot: FloorSnapshot) -> str:
    return _(_FORMULAS[kpi]).format(threshold=snapshot.threshold_seconds, minutes=snapshot.interval_minutes)
