"""One frame of the floor as plain text: for pipes, for logs, for people who have the screen read to them.

Nothing here needs a terminal, and nothing imports Textual.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from rich.cells import cell_len

from app.core.durations import NOTHING, clock_text, percent_text
from app.core.i18n import _, ngettext
from app.floor.model import AgentState
from app.floor.picture import AgentRow, FloorSnapshot, QueueRow, StateCount, count_states
from widgets.cells import fit, fit_right, shown
from widgets.columns import GAP
from widgets.floor_columns import Column, Place, place_columns
from widgets.floor_order import FloorOrder
from widgets.levels import DEFAULT_AGE_LIMITS, age_level
from widgets.verdicts import is_planned, short_verdict_word, verdict_glyph
from widgets.words import INFERRED_MARK, STATE_GLYPHS, category_word, state_word

LEAST_WIDTH: Final = 40
BETWEEN: Final = "   "


def floor_text(snapshot: FloorSnapshot, now_ms: int, width: int = 120) -> str:
    """The whole floor as lines of plain text, in the chosen language.

    Args:
        snapshot: The picture.
        now_ms: The instant durations run up to.
        width: Cells of a line; less than 40 is taken as 40.

    Returns:
        Lines without trailing blanks, the last one with its line break.
    """
    width = max(LEAST_WIDTH, width)
    parts = [
        _flowed(_figures(snapshot, now_ms), width),
        _queue_lines(snapshot.queues, now_ms, width),
        _agent_lines(snapshot, now_ms, width),
        _freshness_lines(snapshot, now_ms, width),
    ]
    lines = [line for part in parts if part for line in (*part, "")]
    return "\n".join(line.rstrip() for line in lines[:-1]) + "\n"


def _figures(snapshot: FloorSnapshot, now_ms: int) -> list[str]:
    count = count_states(snapshot.agents, now_ms)
    waiting = sum(queue.waiting for queue in snapshot.queues)
    oldest = [queue.oldest_entered_ms for queue in snapshot.queues if queue.oldest_entered_ms is not None]
    longest = clock_text(max(0, now_ms - min(oldest)) // 1000) if oldest else NOTHING
    level = _("Service level {seconds} s").format(seconds=snapshot.threshold_seconds)
    interval = _("this interval")
    return [
        f"{_('Signed in')} {count.signed_in}",
        *_state_figures(count),
        f"{_('Break rate')} {percent_text(count.break_rate)}",
        *_plan_figures(count),
        f"{_('Waiting')} {waiting}",
        f"{_('Longest wait')} {longest}",
        f"{level} {percent_text(snapshot.today.service_level_offered)}",
        f"{interval} {percent_text(snapshot.interval.service_level_offered)}",
        f"{_('Answer rate')} {percent_text(snapshot.today.answer_rate)}",
        f"{_('Occupancy')} {percent_text(count.occupancy)}",
    ]


def _plan_figures(count: StateCount) -> list[str]:
    if not count.planned:
        return []
    severe = " (" + _("{count} severe").format(count=count.severe) + ")" if count.severe else ""
    return [f"{_('Out of adherence')} {count.out}{severe}"]


def _state_figures(count: StateCount) -> list[str]:
    by_state = {
        AgentState.AVAILABLE: count.available,
        AgentState.RINGING: count.ringing,
        AgentState.ON_CALL: count.on_call,
        AgentState.HOLD: count.hold,
        AgentState.WRAP_UP: count.wrap_up,
        AgentState.NOT_READY: count.not_ready,
    }
    figures = [f"{STATE_GLYPHS[state]} {state_word(state)} {number}" for state, number in by_state.items()]
    if count.not_ready_by_category:
        parts = ", ".join(f"{category_word(category)} {number}" for category, number in count.not_ready_by_category)
        figures[-1] += f" ({parts})"
    return figures


def _flowed(figures: Iterable[str], width: int) -> list[str]:
    lines = [""]
    for figure in figures:
        longer = lines[-1] + BETWEEN + figure if lines[-1] else figure
        if cell_len(longer) > width and lines[-1]:
            lines.append(figure)
        else:
            lines[-1] = longer
    return [fit(line, width) for line in lines]


def _queue_lines(queues: Sequence[QueueRow], now_ms: int, width: int) -> list[str]:
    if not queues:
        return []
    titles = [_("Waiting"), _("Longest"), _("Offered"), _("Answered"), _("Abandoned"), _("Service level")]
    cells = [max(9, cell_len(title) + 2) for title in titles]
    while len(cells) > 2 and sum(cells) + 12 > width:
        cells.pop()
    name_cells = min(30, width - sum(cells))
    lines = [fit(_("Queue"), name_cells) + "".join(map(fit_right, titles, cells))]
    for queue in queues:
        wait = NOTHING
        if queue.oldest_entered_ms is not None:
            wait = clock_text(max(0, now_ms - queue.oldest_entered_ms) // 1000)
        today = queue.today
        values = [
            str(queue.waiting),
            wait,
            str(today.offered),
            str(today.answered),
            str(today.abandoned),
            percent_text(today.service_level_offered),
        ]
        lines.append(fit(shown(queue.queue), name_cells) + "".join(map(fit_right, values, cells)))
    return lines


def _agent_lines(snapshot: FloorSnapshot, now_ms: int, width: int) -> list[str]:
    if not snapshot.agents:
        return [_("Nobody is on the floor yet. Agents appear here as soon as they sign in.")]
    order = FloorOrder()
    order.apply(snapshot.agents, snapshot.at_ms)
    order.arrange(snapshot.at_ms)
    rows = snapshot.agents.values()
    places = place_columns(width, with_team=any(row.team for row in rows), with_verdict=any(map(is_planned, rows)))
    lines = [_joined(places, {place.column: place.title for place in places})]
    for at in range(order.line_count):
        row = order.line(at)
        if isinstance(row, AgentRow):
            lines.append(_joined(places, _row_cells(row, now_ms)))
    return lines


def _joined(places: Sequence[Place], cells: dict[Column, str]) -> str:
    return (" " * GAP).join(
        fit_right(cells[place.column], place.width) if place.right else fit(cells[place.column], place.width)
        for place in places
    )


def _row_cells(row: AgentRow, now_ms: int) -> dict[Column, str]:
    seconds = row.seconds_in_state(now_ms)
    reason = ""
    if row.state is AgentState.NOT_READY:
        reason = shown(row.reason) or _("no reason")
        reason += f" {INFERRED_MARK}" if row.unmapped else ""
    verdict = ""
    if row.verdict is not None:
        word = short_verdict_word(row.verdict, severe=row.severe)
        said = f"{verdict_glyph(row.verdict, severe=row.severe)} {word}"
        verdict = f"{said} {clock_text(row.verdict_seconds(now_ms))}"
    return {
        Column.VERDICT: verdict,
        Column.STATE: f"{STATE_GLYPHS[row.state]} {state_word(row.state)}{'' if row.signed_in else INFERRED_MARK}",
        Column.AGENT: shown(row.label),
        Column.TEAM: shown(row.team),
        Column.REASON: reason,
        Column.TIME: clock_text(seconds) + age_level(row, seconds, DEFAULT_AGE_LIMITS).sign,
        Column.QUEUE: shown(row.queue),
        Column.CALLS: str(row.calls_today),
        Column.OCCUPANCY: percent_text(row.occupancy(now_ms)),
        Column.REVERSE: clock_text(row.reverse_seconds(now_ms)),
    }


def _freshness_lines(snapshot: FloorSnapshot, now_ms: int, width: int) -> list[str]:
    freshness = snapshot.freshness
    agents = ngettext("{count} agent", "{count} agents", len(snapshot.agents)).format(count=len(snapshot.agents))
    if freshness.newest_event_ms is None:
        sentences = [agents, _("no facts yet")]
    else:
        age = clock_text(max(0, now_ms - freshness.newest_event_ms) // 1000)
        sentences = [agents, _("newest fact {age} ago").format(age=age)]
    if not freshness.engine_alive:
        sentences.append(_("nothing reads the sources"))
    if freshness.problem:
        sentences.append(shown(freshness.problem))
    return _flowed(sentences, width)
