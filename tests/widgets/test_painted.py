from __future__ import annotations

import pytest
from rich.cells import cell_len
from textual.app import App, ComposeResult

from app.core.clock import ManualClock
from tests.widgets.fakes import HOSTILE_NAMES, NOW_MS, make_day, make_snapshot
from tests.widgets.golden import speaking
from widgets.big import BigFigure
from widgets.freshness import FreshnessLine
from widgets.painted import Line, Painted, Piece, cut_line, line_text, line_width
from widgets.queue_strip import QueueStrip
from widgets.state_strip import StateStrip
from widgets.tiles import TileRow


class Lines(Painted):
    """As many lines as it is told."""

    COMPONENT_CLASSES = {"lines--loud"}  # noqa: RUF012 - textual's own name and form
    DEFAULT_CSS = "Lines > .lines--loud { text-style: bold; }"

    def __init__(self) -> None:
        super().__init__()
        self.count = 2
        self.painted = 0

    def paint(self, width: int) -> list[Line]:
        self.painted += 1
        return [[Piece("状态 "), Piece(f"line {at} of many", "lines--loud")] for at in range(self.count)]


class LinesApp(App[None]):
    def compose(self) -> ComposeResult:
        yield Lines()


def every_widget() -> list[Painted]:
    clock = ManualClock(NOW_MS)
    tiles, queues, fresh = TileRow(clock), QueueStrip(clock), FreshnessLine(clock, banner="demo")
    for widget in (tiles, queues, fresh):
        widget.show(make_snapshot(names=HOSTILE_NAMES))
    day, figure = StateStrip(), BigFigure("最长等待")
    day.show(make_day())
    figure.show("99.9%", note="客服")
    return [tiles, queues, fresh, day, figure]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_width_is_too_small(language: str) -> None:
    with speaking(language):
        for widget in every_widget():
            for width in (*range(40), 79, 80, 119, 120, 189, 190, 300):
                for line in widget.paint(width):
                    assert line_width(cut_line(line, width)) <= width


def test_a_line_is_cut_with_an_ellipsis_at_the_cell() -> None:
    line = [Piece("状态", "a"), Piece("available", "b")]
    assert cut_line(line, 20) == line
    assert line_text(cut_line(line, 8)) == "状态ava…"
    assert line_text(cut_line(line, 4)) == "状态"
    assert line_text(cut_line(line, 3)) == "状…"
    assert cut_line(line, 0) == []


async def test_the_height_follows_the_lines_and_nothing_is_painted_twice() -> None:
    app = LinesApp()
    async with app.run_test(size=(12, 8)) as pilot:
        lines = app.query_one(Lines)
        assert lines.size.height == 2
        assert lines.render_line(0).text == "状态 line 0…"
        assert lines.render_line(1).cell_length == 12
        before = lines.painted
        lines.render_line(0)
        assert lines.painted == before
        lines.count = 5
        lines.repaint()
        await pilot.pause()
        assert lines.size.height == 5
        assert all(cell_len(lines.render_line(y).text) == 12 for y in range(6))
        segment = list(lines.render_line(0))[1]
        assert segment.style is not None
        assert segment.style.bold
