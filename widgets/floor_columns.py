"""The columns of the floor table: which there are, how wide they get, and which go first when there is no room."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from rich.cells import cell_len

from app.core.i18n import N_, _
from app.floor.model import AgentState
from widgets.columns import ColumnSpec, Layout
from widgets.columns import Place as AnyPlace
from widgets.verdicts import SEVERE_WORD, VERDICT_WORDS
from widgets.words import state_word


class Column(StrEnum):
    """The columns of the floor table in their order."""

    STATE = "state"
    AGENT = "agent"
    TEAM = "team"
    REASON = "reason"
    TIME = "time"
    VERDICT = "verdict"
    QUEUE = "queue"
    CALLS = "calls"
    OCCUPANCY = "occupancy"
    REVERSE = "reverse"


_SPECS: Final = {
    Column.STATE: ColumnSpec(N_("State"), N_("State"), 0, 0),
    Column.AGENT: ColumnSpec(N_("Agent"), N_("Agent"), 12, 30),
    Column.TEAM: ColumnSpec(N_("Team"), N_("Team"), 8, 18),
    Column.REASON: ColumnSpec(N_("Reason"), N_("Reason"), 10, 26),
    Column.TIME: ColumnSpec(N_("Time"), N_("Time"), 9, 10, right=True),
    Column.VERDICT: ColumnSpec(N_("Adherence"), N_("Adher."), 0, 24),
    Column.QUEUE: ColumnSpec(N_("Queue"), N_("Queue"), 9, 24),
    Column.CALLS: ColumnSpec(N_("Calls today"), N_("Calls"), 6, 12, right=True),
    Column.OCCUPANCY: ColumnSpec(N_("Occupancy"), N_("Occ."), 6, 12, right=True),
    Column.REVERSE: ColumnSpec(N_("Reverse time"), N_("Reverse"), 8, 13, right=True),
}

DROPPED_FIRST: Final = (
    Column.TEAM,
    Column.REVERSE,
    Column.CALLS,
    Column.OCCUPANCY,
    Column.QUEUE,
    Column.REASON,
    Column.VERDICT,
    Column.TIME,
)
"""What a narrow terminal does without, the least needed first; state and agent always stay."""

VERDICT_CLOCK_CELLS: Final = 7
"""Hours, minutes and seconds of a verdict; nobody is out for ten hours and still on the floor."""

_GROW_ORDER: Final = (Column.AGENT, Column.REASON, Column.QUEUE, Column.TEAM)
_LAYOUT: Final = Layout(_SPECS, DROPPED_FIRST, _GROW_ORDER, Column.AGENT)

Place = AnyPlace[Column]
"""Where a column of the floor table stands."""


def column_title(column: Column) -> str:
    """The full title in the chosen language."""
    return _(_SPECS[column].title)


def verdict_word_cells() -> int:
    """Cells of the longest word for a verdict in the chosen language."""
    return max(cell_len(_(word)) for word in (SEVERE_WORD, *VERDICT_WORDS.values()))


def _minimum(column: Column) -> int:
    spec = _SPECS[column]
    if column is Column.STATE:
        # Glyph, space, word, and the mark of inferred presence.
        return 3 + max(cell_len(state_word(state)) for state in AgentState)
    if column is Column.VERDICT:
        # Glyph, space, word, space, and hours as a clock shows them.
        return 3 + verdict_word_cells() + VERDICT_CLOCK_CELLS
    return max(spec.minimum, cell_len(_(spec.short_title)) + (1 if spec.right else 0))


def _most(column: Column) -> int:
    spec = _SPECS[column]
    return max(spec.most, _minimum(column), cell_len(_(spec.title)) + 2 if spec.right else 0)


def place_columns(width: int, *, with_team: bool, with_verdict: bool = False) -> tuple[Place, ...]:
    """Where each column stands in a table of so many cells, in the chosen language.

    Args:
        width: Cells of a line.
        with_team: Whether any agent has a team; without one the column is left out.
        with_verdict: Whether a plan says of any agent what they should be doing; without one that column is left out.
    """
    absent = {column for column, there in ((Column.TEAM, with_team), (Column.VERDICT, with_verdict)) if not there}
    return _LAYOUT.place(width, [column for column in Column if column not in absent], _minimum, _most)
