"""Columns of a table in a line of so many cells: which have room, and how wide they get."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from rich.cells import cell_len

from app.core.i18n import _

GUTTER: Final = 2
"""Cells before the first column: the cursor's mark, and the mark a person set."""

GAP: Final = 1
"""Cells between two columns."""

ColumnT = TypeVar("ColumnT")


@dataclass(frozen=True, slots=True)
class ColumnSpec:
    """What a column wants.

    Attributes:
        title: A message id.
        short_title: Where there is little room; a message id.
        minimum: Fewer cells than that and the column is left out.
        most: Cells beyond which more room is of no use.
        right: Whether its text stands at the right.
    """

    title: str
    short_title: str
    minimum: int
    most: int
    right: bool = False


@dataclass(frozen=True, slots=True)
class Place(Generic[ColumnT]):
    """Where a column stands.

    Attributes:
        x: First cell.
        width: Cells.
        right: Whether its text stands at the right.
        titles: The full title and the short one, as message ids.
    """

    column: ColumnT
    x: int
    width: int
    right: bool
    titles: tuple[str, str]

    @property
    def title(self) -> str:
        """The title that fits, in the chosen language."""
        title = _(self.titles[0])
        return title if cell_len(title) < self.width else _(self.titles[1])


@dataclass(frozen=True, slots=True)
class Layout(Generic[ColumnT]):
    """The columns of a table.

    Attributes:
        specs: What each wants.
        dropped_first: What a narrow line does without, the least needed first; the others always stay.
        grow_first: Which get spare cells before those at the right do.
        gives_way: The column that shrinks below its minimum where even those that stay have no room.
    """

    specs: Mapping[ColumnT, ColumnSpec]
    dropped_first: Sequence[ColumnT]
    grow_first: Sequence[ColumnT]
    gives_way: ColumnT

    def place(
        self,
        width: int,
        columns: Iterable[ColumnT],
        minimum: Callable[[ColumnT], int],
        most: Callable[[ColumnT], int],
    ) -> tuple[Place[ColumnT], ...]:
        """Where each of some columns stands in a line of so many cells.

        Args:
            width: Cells of the line.
            columns: The columns there is something to say in, in their order.
            minimum: Their least cells, which may depend on the language.
            most: Their most cells.
        """
        columns = list(columns)
        widths = {column: minimum(column) for column in columns}
        room = width - GUTTER
        for column in self.dropped_first:
            if sum(widths.values()) + GAP * len(widths) <= room:
                break
            widths.pop(column, None)
        spare = room - sum(widths.values()) - GAP * len(widths)
        # Names first to a readable width, then every column in turn, one cell at a time: no column starves another.
        rights = [column for column, spec in self.specs.items() if spec.right]
        growing = [column for column in (*self.grow_first, *rights) if column in widths]
        while spare > 0 and growing:
            for column in growing:
                if spare > 0 and widths[column] < most(column):
                    widths[column] += 1
                    spare -= 1
            growing = [column for column in growing if widths[column] < most(column)]
        taken = sum(widths.values()) + GAP * len(widths)
        if taken > room:
            widths[self.gives_way] = max(1, widths[self.gives_way] - (taken - room))
        places, x = [], GUTTER
        for column in columns:
            if column in widths:
                spec = self.specs[column]
                places.append(Place(column, x, widths[column], spec.right, (spec.title, spec.short_title)))
                x += widths[column] + GAP
        return tuple(places)
