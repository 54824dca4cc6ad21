"""One line of the floor table as text: the cells of a row, and of the line above a group."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from app.core.durations import clock_text, rounded_percent_text
from app.core.i18n import _, ngettext
from app.floor.model import AgentState
from app.floor.picture import AgentRow
from widgets.cells import fit, fit_right, shown
from widgets.floor_columns import GAP, Column, Place
from widgets.floor_order import PINNED, GroupBy, GroupLine
from widgets.levels import AgeLimits, Level, age_level
from widgets.painted import Piece
from widgets.words import INFERRED_MARK, PINNED_MARK, STATE_GLYPHS, state_style, state_word

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


def reason_text(row: AgentRow) -> str:
    """The reason of not ready as it is shown; a question mark says that no list knows it."""
    if row.state is not AgentState.NOT_READY:
        return ""
    reason = shown(row.reason) or _("no reason")
    return f"{reason} {INFERRED_MARK}" if row.unmapped else reason


def fixed_cells(row: AgentRow, places: Sequence[Place]) -> FixedCells:
    """The cells of a row that only a new fact changes."""
    texts = {
        Column.AGENT: row.agent,
        Column.TEAM: row.team,
        Column.QUEUE: row.queue,
    }
    state, middle, after = "", [], []
    for place in places:
        if place.column is Column.STATE:
            mark = "" if row.signed_in else INFERRED_MARK
            state = fit(f"{STATE_GLYPHS[row.state]} {state_word(row.state)}{mark}", place.width + GAP)
        elif place.column is Column.REASON:
            middle.append(fit(reason_text(row), place.width + GAP))
        elif place.column in _BEFORE_TIME:
            middle.append(_named(texts[place.column], place.width))
        elif place.column is Column.QUEUE:
            after.append(_named(row.queue, place.width))
        elif place.column is Column.CALLS:
            after.append(fit_right(str(row.calls_today), place.width) + " ")
    return FixedCells(state, "".join(middle), "".join(after))


def _named(text: str, width: int) -> str:
    return fit(shown(text), width) + " " * GAP


def row_pieces(
    row: AgentRow, places: Sequence[Place], fixed: FixedCells, now_ms: int, limits: AgeLimits, *, pinned: bool
) -> list[Piece]:
    """A row at one moment: the gutter, the state, the names, the time, and the figures of the day."""
    seconds = row.seconds_in_state(now_ms)
    level = age_level(row, seconds, limits)
    pieces = [
        Piece(f" {PINNED_MARK if pinned else ' '}", "pinned"),
        Piece(fixed.state, state_style(row.state)),
        Piece(fixed.middle, "name"),
    ]
    figures = fixed.after
    for place in places:
        if place.column is Column.TIME:
            time = fit_right(clock_text(seconds), place.width - 1) + level.sign + " " * GAP
            pieces.append(Piece(time, level.style_name if level is not Level.NORMAL else "name"))
        elif place.column is Column.OCCUPANCY:
            figures += fit_right(rounded_percent_text(row.occupancy(now_ms)), place.width) + " " * GAP
        elif place.column is Column.REVERSE:
            figures += fit_right(clock_text(row.reverse_seconds(now_ms)), place.width) + " " * GAP
    if figures:
        pieces.append(Piece(figures, "figures"))
    return pieces


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
