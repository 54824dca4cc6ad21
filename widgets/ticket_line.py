"""One line of the ticket table as text: the countdown, the bar of stages, and the cells that only a fact changes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from rich.cells import cell_len

from app.core.durations import NOTHING, countdown_text
from app.tickets.model import OVERALL, Clock
from app.tickets.picture import TicketRow
from app.tickets.urgency import Urgency, left_ms, used_ms
from widgets.cells import fit, fit_right, shown
from widgets.columns import GAP
from widgets.levels import Level
from widgets.painted import Piece
from widgets.ticket_columns import Place, TicketColumn
from widgets.ticket_words import PRIORITY_SIGNS, PolicyWords, level_word, reasons_text

LEVELS: Final = {
    Urgency.OVERDUE: Level.WARN,
    Urgency.WARNED: Level.NOTICE,
    Urgency.NORMAL: Level.NORMAL,
    Urgency.PAUSED: Level.NORMAL,
}
"""The sign and the colour of each urgency."""

_BLOCKS: Final = "▁▂▃▄▅▆▇█"
NOT_BEGUN: Final = "·"
MISSED: Final = "!"
_BEFORE_TITLE: Final = (TicketColumn.TICKET, TicketColumn.TYPE)


def left_seconds(row: TicketRow, now_ms: int) -> int | None:
    """Whole seconds the next clock has left, rounded down: below 0 as soon as it is overdue. None without one."""
    left = None if row.next_clock is None else left_ms(row.next_clock, now_ms)
    return None if left is None else left // 1000


def left_text(row: TicketRow, seconds: int | None) -> str:
    """The countdown of a row's next clock."""
    if seconds is None or row.next_clock is None:
        return NOTHING
    return countdown_text(seconds, is_paused=row.next_clock.is_paused)


def left_style(urgency: Urgency) -> str:
    """The last part of the component class that colours a countdown."""
    if urgency is Urgency.PAUSED:
        return "paused"
    level = LEVELS[urgency]
    return "left" if level is Level.NORMAL else level.style_name


def bar_cells(words: PolicyWords) -> int:
    """Cells of the longest bar: one for each stage, and the overall clock after a space."""
    return words.most_stages + 2 if words.most_stages else 0


def bar_pieces(row: TicketRow, words: PolicyWords, now_ms: int) -> list[Piece]:
    """The stages of a ticket as one cell each, as high as what was used of its limit, and the overall clock behind.

    A point has not begun; an exclamation mark is past its limit. The names are those of component classes.
    """
    newest = {clock.stage: clock for clock in row.clocks}
    overall = newest.pop(OVERALL, None)
    stages = dict.fromkeys((*words.stages(row.ticket_type), *newest))
    pieces = [_bar_piece(newest.get(stage), now_ms) for stage in stages]
    return pieces if overall is None else [*pieces, Piece(" ", "done"), _bar_piece(overall, now_ms)]


def _bar_piece(clock: Clock | None, now_ms: int) -> Piece:
    if clock is None:
        return Piece(NOT_BEGUN, "done")
    used, limit = used_ms(clock, now_ms), clock.limit_seconds * 1000
    if used > limit:
        return Piece(MISSED, "warn")
    style = "done" if not clock.is_open else "bar" if clock.is_running else "paused"
    return Piece(_BLOCKS[min(7, used * 8 // limit)], style)


def budget_pieces(row: TicketRow, words: PolicyWords, now_ms: int, width: int) -> list[Piece]:
    """The bar in `width` cells and the gap after it; neighbours of one style are one piece."""
    merged: list[Piece] = []
    for piece in bar_pieces(row, words, now_ms)[:width]:
        if merged and merged[-1].style == piece.style:
            merged[-1] = Piece(merged[-1].text + piece.text, piece.style)
        else:
            merged.append(piece)
    missing = width - sum(len(piece.text) for piece in merged)
    return [*merged, Piece(" " * (missing + GAP), "done")]


def stage_text(row: TicketRow, words: PolicyWords) -> str:
    """The stage of the next clock; of a ticket without one, nothing."""
    return "" if row.next_clock is None else words.stage_word(row.ticket_type, row.next_clock.stage)


def fixed_cells(row: TicketRow, words: PolicyWords, places: Sequence[Place]) -> tuple[str, str]:
    """The cells that only a fact changes: number, type and title, and what stands after the title."""
    name, after = "", ""
    for place in places:
        if place.column in (TicketColumn.LEFT, TicketColumn.STAGE, TicketColumn.BUDGET):
            continue
        text = _text(row, words, place.column, place.width)
        cell = (fit_right if place.right else fit)(text, place.width) + " " * GAP
        if place.column in _BEFORE_TITLE or place.column is TicketColumn.TITLE:
            name += cell
        else:
            after += cell
    return name, after


def _with_its_end(number: str, width: int) -> str:
    """A number in so many cells: of a long one the end, for it is what tells it from others."""
    if cell_len(number) <= width:
        return number
    while number and cell_len(number) >= width:
        number = number[1:]
    return f"…{number}"


def _text(row: TicketRow, words: PolicyWords, column: TicketColumn, width: int) -> str:
    match column:
        case TicketColumn.TICKET:
            return _with_its_end(shown(row.ticket), width)
        case TicketColumn.TYPE:
            return words.type_word(row.ticket_type)
        case TicketColumn.TITLE:
            return PRIORITY_SIGNS[row.priority] + shown(row.title)
        case TicketColumn.UNIT:
            return shown(row.unit_name or row.unit)
        case TicketColumn.LEVEL:
            return level_word(row.level)
        case TicketColumn.OWNER:
            return shown(row.owner_name or row.owner) or NOTHING
        case TicketColumn.STARS:
            return NOTHING if row.stars is None else str(row.stars)
        case _:
            return reasons_text(row.reasons)


def header_pieces(places: Sequence[Place]) -> list[Piece]:
    """The titles; the arrow at the time left says that it is the order."""
    pieces = [Piece("  ", "header")]
    for place in places:
        title = place.title
        if place.column is TicketColumn.LEFT:
            pieces.append(Piece(fit_right("↑" + title + " ", place.width), "header-sorted"))
        else:
            text = fit_right(title, place.width) if place.right else fit(title, place.width)
            pieces.append(Piece(text, "header"))
        pieces.append(Piece(" " * GAP, "header"))
    return pieces
