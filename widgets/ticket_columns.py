"""The columns of the ticket table: which there are, how wide they get, and which go first when there is no room."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from rich.cells import cell_len

from app.core.i18n import N_, _
from widgets.columns import ColumnSpec, Layout
from widgets.columns import Place as AnyPlace

MOST_BUDGET: Final = 12
"""Stages a bar has room for; nobody reads more in cells."""


class TicketColumn(StrEnum):
    """The columns of the ticket table in their order: first when, then what, then who, then why."""

    LEFT = "left"
    STAGE = "stage"
    BUDGET = "budget"
    TICKET = "ticket"
    TYPE = "type"
    TITLE = "title"
    UNIT = "unit"
    LEVEL = "level"
    OWNER = "owner"
    STARS = "stars"
    REASONS = "reasons"


_SPECS: Final = {
    # A clock of hours, a minus or the sign of a pause before it, the sign of its level after it.
    TicketColumn.LEFT: ColumnSpec(N_("Left"), N_("Left"), 11, 11, right=True),
    TicketColumn.STAGE: ColumnSpec(N_("Stage"), N_("Stage"), 10, 18),
    TicketColumn.BUDGET: ColumnSpec(N_("Used"), N_("Used"), 4, 4),
    TicketColumn.TICKET: ColumnSpec(N_("Ticket"), N_("Ticket"), 14, 20),
    TicketColumn.TYPE: ColumnSpec(N_("Type"), N_("Type"), 8, 14),
    TicketColumn.TITLE: ColumnSpec(N_("Title"), N_("Title"), 20, 64),
    TicketColumn.UNIT: ColumnSpec(N_("Unit"), N_("Unit"), 8, 20),
    TicketColumn.LEVEL: ColumnSpec(N_("Level"), N_("Level"), 6, 10),
    TicketColumn.OWNER: ColumnSpec(N_("Owner"), N_("Owner"), 7, 14),
    TicketColumn.STARS: ColumnSpec(N_("Stars"), N_("Stars"), 5, 6, right=True),
    TicketColumn.REASONS: ColumnSpec(N_("Why it matters"), N_("Why"), 16, 34),
}

DROPPED_FIRST: Final = (
    TicketColumn.LEVEL,
    TicketColumn.REASONS,
    TicketColumn.STARS,
    TicketColumn.TYPE,
    TicketColumn.BUDGET,
    TicketColumn.OWNER,
    TicketColumn.UNIT,
    TicketColumn.STAGE,
)
"""What a narrow terminal does without, the least needed first; time left, number and title always stay."""

_GROW_FIRST: Final = (
    TicketColumn.TITLE,
    TicketColumn.STAGE,
    TicketColumn.UNIT,
    TicketColumn.OWNER,
    TicketColumn.TICKET,
    TicketColumn.TYPE,
    TicketColumn.REASONS,
    TicketColumn.LEVEL,
)
_LAYOUT: Final = Layout(_SPECS, DROPPED_FIRST, _GROW_FIRST, TicketColumn.TITLE)

Place = AnyPlace[TicketColumn]
"""Where a column of the ticket table stands."""


def place_columns(width: int, *, budget_cells: int) -> tuple[Place, ...]:
    """Where each column stands in a table of so many cells, in the chosen language.

    Args:
        width: Cells of a line.
        budget_cells: Cells of the longest bar of stages; none of them and that column is left out.
    """
    bar = min(MOST_BUDGET, budget_cells)

    def minimum(column: TicketColumn) -> int:
        spec = _SPECS[column]
        least = max(spec.minimum, cell_len(_(spec.short_title)) + (1 if spec.right else 0))
        return max(least, bar) if column is TicketColumn.BUDGET else least

    def most(column: TicketColumn) -> int:
        return minimum(column) if column is TicketColumn.BUDGET else max(_SPECS[column].most, minimum(column))

    columns = [column for column in TicketColumn if bar or column is not TicketColumn.BUDGET]
    return _LAYOUT.place(width, columns, minimum, most)
