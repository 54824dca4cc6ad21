"""The key figures of the floor as values: label, figure, note, level, and the formula behind each."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NamedTuple

from app.core.durations import NOTHING, clock_text, percent_text
from app.core.i18n import N_, _
from app.floor.model import AgentState
from app.floor.picture import FloorSnapshot, StateCount
from widgets.levels import DEFAULT_TARGETS, FloorTargets, Level, level_at_least, level_below
from widgets.words import INFERRED_MARK, STATE_GLYPHS, category_word, state_word


class Kpi(StrEnum):
    """Which figure a tile shows, in the order of the screen."""

    SIGNED_IN = "signed_in"
    AVAILABLE = "available"
    ON_CALL = "on_call"
    WRAP_UP = "wrap_up"
    NOT_READY = "not_ready"
    BREAK_RATE = "break_rate"
    OUT_OF_ADHERENCE = "out_of_adherence"
    WAITING = "waiting"
    LONGEST_WAIT = "longest_wait"
    SERVICE_LEVEL_TODAY = "service_level_today"
    SERVICE_LEVEL_INTERVAL = "service_level_interval"
    ANSWER_RATE = "answer_rate"
    OCCUPANCY = "occupancy"


_LABELS: Final = {
    Kpi.SIGNED_IN: (N_("Signed in"), N_("Signed")),
    Kpi.AVAILABLE: (N_("Available"), N_("Avail.")),
    Kpi.ON_CALL: (N_("On call"), N_("On call")),
    Kpi.WRAP_UP: (N_("Wrap-up"), N_("Wrap")),
    Kpi.NOT_READY: (N_("Not ready"), N_("Not ready")),
    Kpi.BREAK_RATE: (N_("Break rate"), N_("Break rate")),
    Kpi.OUT_OF_ADHERENCE: (N_("Out of adherence"), N_("Out")),
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
    Kpi.BREAK_RATE: N_("Break rate = signed-in agents now in category break / agents signed in."),
    Kpi.OUT_OF_ADHERENCE: N_(
        "Agents now away from their plan for longer than the grace; severe is who is away for very long. Who is within "
        "the grace, or at a change of shift, is not counted."
    ),
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
        short_note: The same for a narrow screen.
        level: How urgent it is.
        formula: A sentence that says how it is computed.
    """

    kpi: Kpi
    label: str
    short_label: str
    figure: str
    note: str
    short_note: str
    level: Level
    formula: str


def longest_wait_seconds(snapshot: FloorSnapshot, now_ms: int) -> int | None:
    """How long the oldest waiting call of all queues has waited, in whole seconds; None where nobody waits."""
    entered = [queue.oldest_entered_ms for queue in snapshot.queues if queue.oldest_entered_ms is not None]
    return max(0, now_ms - min(entered)) // 1000 if entered else None


class _Value(NamedTuple):
    figure: str
    level: Level = Level.NORMAL
    note: str = ""
    short_note: str | None = None


def make_tiles(
    snapshot: FloorSnapshot, count: StateCount, now_ms: int, targets: FloorTargets = DEFAULT_TARGETS
) -> tuple[Tile, ...]:
    """The key figures at one moment, in the order of `Kpi` and in the chosen language.

    Without a plan nobody can be away from it, and the tile that would say so is left out.

    Args:
        snapshot: The picture.
        count: Its agents counted; see `count_states`.
        now_ms: The present instant.
        targets: What figures are held against.
    """
    values = _of_agents(count, targets) | _of_plan(count, targets) | _of_calls(snapshot, count, now_ms, targets)
    return tuple(_tile(kpi, values[kpi], snapshot) for kpi in Kpi if kpi in values)


def _tile(kpi: Kpi, value: _Value, snapshot: FloorSnapshot) -> Tile:
    label, short_label = _LABELS[kpi]
    return Tile(
        kpi=kpi,
        label=_(label),
        short_label=_(short_label),
        figure=value.figure,
        note=value.note,
        short_note=value.note if value.short_note is None else value.short_note,
        level=value.level,
        formula=_(_FORMULAS[kpi]).format(threshold=snapshot.threshold_seconds, minutes=snapshot.interval_minutes),
    )


def _of_agents(count: StateCount, targets: FloorTargets) -> dict[Kpi, _Value]:
    inferred = count.inferred
    beside = ((AgentState.HOLD, count.hold), (AgentState.RINGING, count.ringing))
    categories = sorted(count.not_ready_by_category, key=lambda pair: -pair[1])
    return {
        Kpi.SIGNED_IN: _Value(
            str(count.signed_in),
            note=_("+{count} inferred").format(count=inferred) if inferred else "",
            short_note=f"+{inferred}{INFERRED_MARK}" if inferred else "",
        ),
        Kpi.ON_CALL: _Value(
            str(count.on_call),
            note=_listed([(state_word(state), number) for state, number in beside]),
            short_note=" ".join(f"{STATE_GLYPHS[state]}{number}" for state, number in beside if number),
        ),
        Kpi.WRAP_UP: _Value(str(count.wrap_up)),
        Kpi.NOT_READY: _Value(
            str(count.not_ready), note=_listed([(category_word(category), number) for category, number in categories])
        ),
        Kpi.BREAK_RATE: _Value(percent_text(count.break_rate), level_at_least(count.break_rate, *targets.break_rate)),
        Kpi.OCCUPANCY: _Value(percent_text(count.occupancy), level_at_least(count.occupancy, *targets.occupancy)),
    }


def _of_plan(count: StateCount, targets: FloorTargets) -> dict[Kpi, _Value]:
    if not count.planned:
        return {}
    level = level_at_least(count.out / count.planned, *targets.out_of_adherence)
    return {
        Kpi.OUT_OF_ADHERENCE: _Value(
            str(count.out),
            # One person who is missing for long is worth a look on a floor of any size.
            max(level, Level.NOTICE) if count.severe else level,
            note=_("{count} severe").format(count=count.severe) if count.severe else "",
            short_note=f"{Level.WARN.sign}{count.severe}" if count.severe else "",
        )
    }


def _of_calls(snapshot: FloorSnapshot, count: StateCount, now_ms: int, targets: FloorTargets) -> dict[Kpi, _Value]:
    waiting = sum(queue.waiting for queue in snapshot.queues)
    longest = longest_wait_seconds(snapshot, now_ms)
    today, interval = snapshot.today, snapshot.interval
    return {
        # With callers waiting and nobody to take them, "0" is not a calm figure.
        Kpi.AVAILABLE: _Value(str(count.available), Level.WARN if waiting and not count.available else Level.NORMAL),
        Kpi.WAITING: _Value(str(waiting), level_at_least(waiting, *targets.waiting)),
        Kpi.LONGEST_WAIT: _Value(
            NOTHING if longest is None else clock_text(longest),
            level_at_least(longest, *targets.longest_wait_seconds),
        ),
        Kpi.SERVICE_LEVEL_TODAY: _Value(
            percent_text(today.service_level_offered),
            level_below(today.service_level_offered, *targets.service_level),
            _("{count} s").format(count=snapshot.threshold_seconds),
        ),
        Kpi.SERVICE_LEVEL_INTERVAL: _Value(
            percent_text(interval.service_level_offered),
            level_below(interval.service_level_offered, *targets.service_level),
            _("{count} min").format(count=snapshot.interval_minutes),
            "",
        ),
        Kpi.ANSWER_RATE: _Value(
            percent_text(today.answer_rate),
            level_below(today.answer_rate, *targets.answer_rate),
            f"{today.answered}/{today.offered}",
            "",
        ),
    }


def _listed(parts: list[tuple[str, int]]) -> str:
    return " ".join(_("{word} {count}").format(word=word, count=number) for word, number in parts if number)
