"""Many painted lines to scroll through, of which only those in sight are drawn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from widgets.painted import Line, cut_line


class LineList(ScrollView, can_focus=True):
    """Lines of pieces; a subclass names their component classes. What is wider than the list is cut."""

    ALLOW_SELECT = False
    DEFAULT_CSS: ClassVar[str] = """
    LineList {
        overflow-x: hidden;
        overflow-y: auto;
        scrollbar-size-vertical: 1;
    }
    """

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._lines: Sequence[Line] = ()
        self._styles: dict[str, Style] = {}

    @property
    def lines(self) -> Sequence[Line]:
        """What is shown."""
        return self._lines

    def show(self, lines: Sequence[Line]) -> None:
        """Show other lines, from the first one on."""
        self._lines = lines
        self.virtual_size = Size(0, len(lines))
        self.scroll_to(y=0, animate=False, force=True)
        self.refresh()

    def notify_style_update(self) -> None:
        self._styles.clear()
        super().notify_style_update()

    def render_line(self, y: int) -> Strip:
        width = self.scrollable_content_region.width
        number = y + self.scroll_offset.y
        if number >= len(self._lines):
            return Strip.blank(width, self.rich_style)
        segments = [Segment(text, self._style(name)) for text, name in cut_line(self._lines[number], width)]
        return Strip(segments).adjust_cell_length(width, self.rich_style)

    def _style(self, name: str) -> Style:
        if name not in self._styles:
            self._styles[name] = self.get_component_rich_style(name) if name else self.rich_style
        return self._styles[name]
