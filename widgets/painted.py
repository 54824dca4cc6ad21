"""A widget that is a few painted lines: the common ground of tiles, strips and lines of figures.

What is painted is plain data (pieces of text with the name of a style), so that tests compare text and a frame can be
printed without a terminal; colour comes from component classes and hence from the theme.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar, NamedTuple

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.geometry import Size
from textual.strip import Strip
from textual.widget import Widget

from widgets.cells import fit


class Piece(NamedTuple):
    """Plain printable text and the component class that styles it; an empty name is the widget's own style."""

    text: str
    style: str = ""


Line = Sequence[Piece]


def line_text(line: Line) -> str:
    """The text of a painted line."""
    return "".join(piece.text for piece in line)


def line_width(line: Line) -> int:
    """How many cells a painted line takes."""
    return sum(cell_len(piece.text) for piece in line)


def cut_line(pieces: Iterable[Piece], width: int) -> list[Piece]:
    """The line in at most `width` cells; a piece that does not fit whole is cut with an ellipsis."""
    line: list[Piece] = []
    left = width
    for piece in pieces:
        taken = cell_len(piece.text)
        if taken > left:
            if left > 0:
                line.append(Piece(fit(piece.text, left), piece.style))
            break
        line.append(piece)
        left -= taken
    return line


class Painted(Widget):
    """A widget whose subclass says its lines; they are painted again only after `repaint`.

    A subclass implements `paint`, and names its component classes in `COMPONENT_CLASSES`.
    """

    DEFAULT_CSS: ClassVar[str] = """
    Painted {
        width: 1fr;
        height: auto;
    }
    """

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._painted: tuple[tuple[int, int], list[Strip]] | None = None
        self._line_count = -1
        self._styles: dict[str, Style] = {}

    def paint(self, width: int) -> list[Line]:
        """The lines of the widget.

        Args:
            width: Cells of a line; a longer one is cut.
        """
        raise NotImplementedError

    def repaint(self) -> None:
        """Paint again at the next refresh; the layout is made anew only when the number of lines changed."""
        self._painted = None
        if not self.is_mounted:
            return
        wanted = len(self.paint(self.size.width)) if self.styles.is_auto_height else self._line_count
        changed = wanted != self._line_count
        self._line_count = wanted
        self.refresh(layout=changed)

    def notify_style_update(self) -> None:
        self._painted = None
        self._styles.clear()
        super().notify_style_update()

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002
        return len(self.paint(width))

    def render_line(self, y: int) -> Strip:
        width, height = self.size
        if self._painted is None or self._painted[0] != (width, height):
            self._painted = ((width, height), self._strips(width))
        strips = self._painted[1]
        return strips[y] if y < len(strips) else Strip.blank(width, self.rich_style)

    def _strips(self, width: int) -> list[Strip]:
        styles = self._styles
        if not styles:
            styles[""] = self.rich_style
        base = styles[""]
        strips = []
        for line in self.paint(width):
            segments = []
            for text, name in cut_line(line, width):
                if name not in styles:
                    styles[name] = self.get_component_rich_style(name)
                segments.append(Segment(text, styles[name]))
            strips.append(Strip(segments).adjust_cell_length(width, base))
        return strips
