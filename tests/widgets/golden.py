"""Pictures of widgets as plain text, held in files: `UPDATE_GOLDEN=1` writes them anew, the diff is for a person."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from rich.cells import cell_len
from rich.style import Style

from app.core.i18n import language, set_language
from tests.widgets.fakes import NOW_MS
from widgets.floor_order import FloorOrder, GroupLine
from widgets.floor_paint import LinePainter
from widgets.levels import DEFAULT_AGE_LIMITS
from widgets.painted import Line, line_text
from widgets.row_paint import Cursor
from widgets.verdicts import is_planned

FOLDER: Final = Path(__file__).parent / "frames"


@contextmanager
def speaking(chosen: str) -> Iterator[None]:
    """Everything inside is painted in this language."""
    before = language()
    set_language(chosen)
    try:
        yield
    finally:
        set_language(before)


def hold_to(name: str, lines: Sequence[str], width: int) -> None:
    """Compare with the file of that name; no line may be wider than `width` cells."""
    too_wide = [line for line in lines if cell_len(line) > width]
    assert not too_wide, f"wider than {width} cells: {too_wide}"
    text = "".join(line.rstrip() + "\n" for line in lines)
    file = FOLDER / f"{name}.txt"
    if os.environ.get("UPDATE_GOLDEN"):
        file.write_text(text, encoding="utf-8")
    assert text == file.read_text(encoding="utf-8")


def texts(lines: Sequence[Line]) -> list[str]:
    """Painted lines as text."""
    return [line_text(line) for line in lines]


def floor_text(
    order: FloorOrder, width: int, *, now_ms: int = NOW_MS, cursor: str | None = None, most: int = 30
) -> list[str]:
    """The header and the first lines of a floor table as text."""
    painter = LinePainter(lambda _name: Style.null(), DEFAULT_AGE_LIMITS)
    rows = order.rows.values()
    painter.place(width, with_team=any(row.team for row in rows), with_verdict=any(map(is_planned, rows)))
    strips = [painter.header(width, order.sort_column, ascending=True)]
    for at in range(min(most, order.line_count)):
        line = order.line(at)
        if isinstance(line, GroupLine):
            strips.append(painter.group(line, order.group_by, width))
        else:
            here = Cursor.HERE if line.agent == cursor else Cursor.AWAY
            strips.append(painter.row(line, now_ms, width, here, pinned=line.agent in order.pinned))
    assert all(strip.cell_length == width == cell_len(strip.text) for strip in strips)
    return [strip.text for strip in strips]
