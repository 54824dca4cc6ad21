"""The row of tiles at the top of the floor: every key figure at a glance, each with its sign and its formula."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import ClassVar, Final

from rich.cells import cell_len

from app.core.clock import Clock
from app.floor.picture import FloorSnapshot
from widgets.cells import fit
from widgets.kpis import Kpi, Tile, make_tiles
from widgets.levels import DEFAULT_TARGETS, FloorTargets, Level
from widgets.painted import Line, Painted, Piece
from widgets.tally import Tally

__all__ = ["Kpi", "Tile", "TileRow"]

ONE_ROW_WIDTH: Final = 190
"""From here on all tiles stand in one row."""

ROOMY_WIDTH: Final = 120
"""From here on a tile has three lines: label, figure, note."""

_WEIGHTS: Final = {Kpi.SIGNED_IN: 12, Kpi.AVAILABLE: 11, Kpi.ON_CALL: 13, Kpi.WRAP_UP: 9, Kpi.NOT_READY: 24}
_WEIGHT: Final = 13
_OF_AGENTS: Final = frozenset(Kpi) - {
    Kpi.WAITING,
    Kpi.LONGEST_WAIT,
    Kpi.SERVICE_LEVEL_TODAY,
    Kpi.SERVICE_LEVEL_INTERVAL,
    Kpi.ANSWER_RATE,
    Kpi.OCCUPANCY,
}
"""The tiles of the first of two rows."""


class TileRow(Painted):
    """All key figures: one row of tiles where there is room, else two.

    Args:
        clock: Tells what "now" is for the longest wait and the occupancy.
        targets: What figures are held against.
    """

    DEFAULT_CSS: ClassVar[str] = """
    TileRow {
        & .tile--label { color: $text-muted; }
        & .tile--figure { color: $foreground; text-style: bold; }
        & .tile--note { color: $text-muted; }
        & .tile--notice { color: $text-warning; text-style: bold; }
        & .tile--warn { color: $text-error; text-style: bold reverse; }
    }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "tile--label",
        "tile--figure",
        "tile--note",
        "tile--notice",
        "tile--warn",
    }

    def __init__(
        self,
        clock: Clock,
        *,
        targets: FloorTargets = DEFAULT_TARGETS,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self.clock = clock
        self._targets = targets
        self._snapshot: FloorSnapshot | None = None
        self._tally = Tally()
        self._tiles: tuple[Tile, ...] = ()

    @property
    def tiles(self) -> tuple[Tile, ...]:
        """The tiles as they are painted now; empty before the first picture."""
        return self._tiles

    def show(self, snapshot: FloorSnapshot) -> None:
        """Show a newer picture."""
        self._snapshot = snapshot
        self._tally.update(snapshot.agents)
        self.tick()

    def tick(self) -> None:
        """A second has passed: the longest wait and the occupancy may be others."""
        if self._snapshot is None:
            return
        now_ms = self.clock.now_ms()
        tiles = make_tiles(self._snapshot, self._tally.count(now_ms), now_ms, self._targets)
        if tiles != self._tiles:
            self._tiles = tiles
            self.repaint()

    def retranslate(self) -> None:
        """Paint every word again, after the language was changed."""
        self.tick()

    def paint(self, width: int) -> list[Line]:
        if not self._tiles:
            return [[]] * (3 if width >= ONE_ROW_WIDTH else 6 if width >= ROOMY_WIDTH else 4)
        if width >= ONE_ROW_WIDTH:
            return _tile_lines(self._tiles, width, roomy=True)
        first = sum(tile.kpi in _OF_AGENTS for tile in self._tiles)
        rows = [self._tiles[:first], self._tiles[first:]]
        return [line for row in rows for line in _tile_lines(row, width, roomy=width >= ROOMY_WIDTH)]


def _tile_lines(tiles: Sequence[Tile], width: int, *, roomy: bool) -> list[Line]:
    """Tiles side by side: three lines each with room, else two."""
    labels: list[Piece] = []
    figures: list[Piece] = []
    notes: list[Piece] = []
    for tile, tile_width in zip(tiles, _widths(tiles, width), strict=True):
        inner = tile_width - 1
        label = tile.label if cell_len(tile.label) <= inner else tile.short_label
        labels.append(Piece(fit(label, inner) + " ", "tile--label"))
        figure = tile.figure + (tile.level.sign if tile.level is not Level.NORMAL else "")
        style = "tile--figure" if tile.level is Level.NORMAL else f"tile--{tile.level.style_name}"
        figure = fit(figure, min(inner, cell_len(figure)))
        if roomy:
            figures += [Piece(figure, style), Piece(" " * (tile_width - cell_len(figure)))]
            notes.append(Piece(fit(tile.note, inner) + " ", "tile--note"))
        else:
            note = fit(f" {tile.short_note}" if tile.short_note else "", inner - cell_len(figure))
            figures += [Piece(figure, style), Piece(note + " ", "tile--note")]
    return [labels, figures, notes] if roomy else [labels, figures]


def _widths(tiles: Sequence[Tile], width: int) -> list[int]:
    """Cells of each tile; together they fill the line."""
    weights = [_WEIGHTS.get(tile.kpi, _WEIGHT) for tile in tiles]
    whole, edges, at = sum(weights), [0], 0
    for weight in weights:
        at += weight
        edges.append(width * at // whole)
    return [end - start for start, end in pairwise(edges)]
