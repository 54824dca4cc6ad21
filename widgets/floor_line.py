"""One line of the floor table as text: the cells of a row, and of the line above a group."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from rich.cells import cell_len

from app.core.durations import clock_text, rounded_percent_text
from app.core.i18n import _, ngettext
from app.floor.model import AgentState
from app.floor.picture import AgentRow
from widgets.cells import fit, fit_right, shown
from widgets.columns import GAP
from widgets.floor_columns import VERDICT_CLOCK_CELLS, Column, Place
from widgets.floor_order import PINNED, GroupBy, GroupLine
from widgets.levels import AgeLimits, Level, age_level
from widgets.painted import Piece
from widgets.verdicts import short_verdict_word, verdict_glyph
from widgets.words import INFERRED_MARK, STATE_GLYPHS, state_word

CURSOR_MARK: Final = "›"
_BEFORE_TIME: Final = (Column.AGENT, Column.TEAM, Column.REASON)
_AFTER_TIME: Final = (Column.QUEUE, Column.CALLS)


@dataclass(frozen=True, slots=True)
class FixedCells:
    """The cells of a row that only a new fact changes.

    Attributes:
        state: Glyph, word and the mark of inferred presence.
        middle: From the agent's name to the reason.
        after: Queue and calls.
    """

    state: str
    middle: str
    after: str


def reason_cell(row: AgentRow, width: int) -> str:
    """The reason of not ready in `width` cells; a question mark at its end says that no list knows it."""
    text = _reason_text(row)
    if not row.unmapped:
        return fit(text, width)
    return fit(fit(text, min(width - 2, cell_len(text))) + f" {INFERRED_MARK}", width)


def _reason_text(row: AgentRow) -> str:
    if row.state is not AgentState.NOT_READY:
        return ""
    return shown(row.reason) or _("no reason")


def fixed_cells(row: AgentRow, places: Sequence[Place]) -> FixedCells:
    """The cells of a row that only a new fact changes."""
    texts = {
        Column.AGENT: row.label,
        Column.TEAM: row.team,
        Column.QUEUE: row.queue,
    }
    state, middle, after = "", [], []
    for place in places:
        if place.column is Column.STATE:
            mark = "" if row.signed_in else INFERRED_MARK
            state = fit(f"{STATE_GLYPHS[row.state]} {state_word(row.state)}{mark}", place.width + GAP)
        elif place.column is Column.REASON:
            middle.append(reason_cell(row, place.width) + " " * GAP)
        elif place.column in _BEFORE_TIME:
            middle.append(_named(texts[place.column], place.width))
        elif place.column is Column.QUEUE:
            after.append(_named(row.queue, place.width))
        elif place.column is Column.CALLS:
            after.append(fit_right(str(row.calls_today), place.width) + " ")
    return FixedCells(state, "".join(middle), "".join(after))


def _named(text: str, width: int) -> str:
    return fit(shown(text), width) + " " * GAP


def time_cell(row: AgentRow, seconds: int, width: int, limits: AgeLimits) -> tuple[str, Level]:
    """The time in state in `width` cells and the gap after it, with the sign of its level."""
    level = age_level(row, seconds, limits)
    return clock_text(seconds).rjust(width - 1) + level.sign + " " * GAP, level


def verdict_cell(row: AgentRow, seconds: int, width: int) -> str:
    """The verdict in `width` cells and the gap after it: glyph, word, and how long it has held."""
    if row.verdict is None:
        return " " * (width + GAP)
    word = fit(short_verdict_word(row.verdict, severe=row.severe), width - VERDICT_CLOCK_CELLS - 3)
    clock = fit_right(clock_text(seconds), VERDICT_CLOCK_CELLS)
    return f"{verdict_glyph(row.verdict, severe=row.severe)} {word} {clock}" + " " * GAP


def day_cells(row: AgentRow, now_ms: int, occupancy_width: int, reverse_width: int) -> str:
    """The occupancy and the reverse time of the day, as far as they have a width."""
    cells = ""
    if occupancy_width:
        cells = rounded_percent_text(row.occupancy(now_ms)).rjust(occupancy_width) + " " * GAP
    if reverse_width:
        cells += clock_text(row.reverse_seconds(now_ms)).rjust(reverse_width) + " " * GAP
    return cells


def header_pieces(places: Sequence[Place], sorted_by: Column, ascending: bool) -> list[Piece]:
    """The titles, with an arrow at the one the table is sorted by."""
    pieces = [Piece("  ", "header")]
    for place in places:
        title = place.title
        if place.column is sorted_by:
            arrow = "↑" if ascending else "↓"
            text = fit_right(arrow + title, place.width) if place.right else fit(title + arrow, place.width)
            pieces.append(Piece(text, "header-sorted"))
        else:
            text = fit_right(title, place.width) if place.right else fit(title, place.width)
            pieces.append(Piece(text, "header"))
        pieces.append(Piece(" " * GAP, "header"))
    return pieces


def group_text(line: GroupLine, group_by: GroupBy) -> str:
    """What stands above a group: its name and how many agents are in it."""
    if line.bucket is PINNED or line.bucket == PINNED:
        name = _("Pinned")
    elif group_by is GroupBy.STATE:
        state = AgentState(line.bucket.name)
        name = f"{STATE_GLYPHS[state]} {state_word(state)}"
    else:
        name = shown(line.bucket.name) or _("no team")
    return name + " · " + ngettext("{count} agent", "{count} agents", line.count).format(count=line.count)
