"""A terminal's picture made fit for a page: cells in their places whatever fonts the reader has, and no font fetched.

Textual's export sets the width of a text by its number of characters, which squeezes Chinese into half its room, and
asks a server for its font. Here every word is set at its own cell, a wide character keeps two cells, and blocks are
drawn as rectangles, so that big digits have no gaps between their lines.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from html import escape
from typing import Final
from xml.etree import ElementTree

from rich.cells import cell_len

CELL: Final = 12.2
LINE: Final = 24.4
BASE: Final = 20
WIDE: Final = 22
MARGIN: Final = 16

FONTS: Final = (
    "'Fira Code', 'JetBrains Mono', Menlo, Consolas, 'DejaVu Sans Mono', 'Sarasa Mono SC', 'Noto Sans Mono CJK SC', "
    "'Noto Sans CJK SC', 'Source Han Sans SC', 'PingFang SC', 'Microsoft YaHei', monospace"
)
"""Fonts of the reader's own machine; the last ones have the Chinese the first ones lack."""

_SVG: Final = "{http://www.w3.org/2000/svg}"
_RULE: Final = re.compile(r"\.[\w-]+-(r\d+) \{ (.*?) \}")
_WORD: Final = re.compile(r"[^ \xa0]+")
_EIGHTHS_DOWN: Final = "▁▂▃▄▅▆▇█"
_EIGHTHS_LEFT: Final = "▏▎▍▌▋▊▉█"


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _runs(text: str) -> Iterator[tuple[int, str]]:
    """The words of a text with their first cells, cut where the width of characters or their being blocks changes."""
    cell = 0
    run, run_cell, run_kind = "", 0, (0, False)
    for character in text:
        width = cell_len(character)
        kind = (width, _block(character) is not None)
        if _WORD.fullmatch(character) is None:
            kind = (0, False)
        if kind != run_kind or kind == (0, False):
            if run and run_kind != (0, False):
                yield run_cell, run
            run, run_cell, run_kind = "", cell, kind
        run += character
        cell += width
    if run and run_kind != (0, False):
        yield run_cell, run


def _block(character: str) -> tuple[float, float, float, float] | None:
    """Left, top, width and height of a block character within its cell; None where it is none."""
    if character in _EIGHTHS_DOWN:
        share = (_EIGHTHS_DOWN.index(character) + 1) / 8
        return 0, 1 - share, 1, share
    if character in _EIGHTHS_LEFT:
        return 0, 0, (_EIGHTHS_LEFT.index(character) + 1) / 8, 1
    return {"▀": (0.0, 0.0, 1.0, 0.5), "▐": (0.5, 0.0, 0.5, 1.0), "▔": (0.0, 0.0, 1.0, 0.125)}.get(character)


class _Drawing:
    """Gathers what is drawn; rectangles of one colour that touch become one."""

    def __init__(self) -> None:
        self.rectangles: list[list[float | str]] = []
        self.texts: list[str] = []

    def rectangle(self, colour: str, x: float, y: float, width: float, height: float) -> None:
        if self.rectangles:
            last_colour, last_x, last_y, last_width, last_height = self.rectangles[-1]
            touches = abs(float(last_x) + float(last_width) - x) < 0.01
            if touches and (last_colour, last_y, last_height) == (colour, y, height):
                self.rectangles[-1][3] = float(last_width) + width
                return
        self.rectangles.append([colour, x, y, width, height])

    def text(self, style: str, row: int, cell: int, text: str) -> None:
        x, y = _number(MARGIN + cell * CELL), _number(MARGIN + row * LINE + BASE - 1)
        length = f' textLength="{_number(cell_len(text) * CELL)}"' if len(text) > 1 else ""
        wide = " w" if cell_len(text) > len(text) else ""
        self.texts.append(f'<text class="{style}{wide}" x="{x}" y="{y}"{length}>{escape(text, quote=False)}</text>')

    def blocks(self, colour: str, row: int, cell: int, text: str) -> None:
        for at, character in enumerate(text):
            left, top, width, height = _block(character) or (0, 0, 0, 0)
            x = MARGIN + (cell + at + left) * CELL
            self.rectangle(colour, x, MARGIN + (row + top) * LINE, width * CELL, height * LINE)


def framed(exported: str, title: str) -> str:
    """The picture of a terminal as a page shows it.

    Args:
        exported: What `App.export_screenshot` made.
        title: What the picture shows, for readers who cannot see it.
    """
    root = ElementTree.fromstring(exported)
    style = root.findtext(f"{_SVG}style") or ""
    rules = dict(_RULE.findall(style))
    drawing = _Drawing()
    screen = root.findall(f"{_SVG}g")[-1]
    columns = rows = 0
    for rectangle in screen.iter(f"{_SVG}rect"):
        x, width = float(rectangle.attrib["x"]), float(rectangle.attrib["width"])
        row = round((float(rectangle.attrib["y"]) - 1.5) / LINE)
        columns, rows = max(columns, round((x + width) / CELL)), max(rows, row + 1)
        drawing.rectangle(rectangle.attrib["fill"], MARGIN + x, MARGIN + row * LINE, width, LINE)
    for text in screen.iter(f"{_SVG}text"):
        name = text.attrib["class"].rpartition("-")[2]
        row = round((float(text.attrib["y"]) - BASE) / LINE)
        first = round(float(text.attrib["x"]) / CELL)
        for offset, run in _runs(text.text or ""):
            if _block(run[0]) is None:
                drawing.text(name, row, first + offset, run)
            else:
                colour = re.search(r"fill: (#\w+)", rules[name])
                drawing.blocks(colour[1] if colour else "#888888", row, first + offset, run)
    return _page(title, columns, rows, rules, drawing)


def _page(title: str, columns: int, rows: int, rules: dict[str, str], drawing: _Drawing) -> str:
    width, height = _number(columns * CELL + 2 * MARGIN), _number(rows * LINE + 2 * MARGIN)
    areas: Counter[str] = Counter()
    for colour, _x, _y, wide, high in drawing.rectangles:
        areas[str(colour)] += int(float(wide) * float(high))
    ((ground, _area),) = areas.most_common(1)
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img">',
        f"<title>{escape(title)}</title>",
        "<style>",
        f"text {{ font-family: {FONTS}; font-size: {BASE}px; white-space: pre; }}",
        # A wide glyph is as broad as it is high: a little larger it fills its two cells.
        f"text.w {{ font-size: {WIDE}px; }}",
        *(f".{name} {{ {css} }}" for name, css in rules.items()),
        "</style>",
        f'<rect width="{width}" height="{height}" rx="10" fill="{ground}"/>',
        '<g shape-rendering="crispEdges">',
        *(
            f'<rect fill="{colour}" x="{_number(float(x))}" y="{_number(float(y))}"'
            f' width="{_number(float(wide))}" height="{_number(float(high))}"/>'
            for colour, x, y, wide, high in drawing.rectangles
            if (colour, high) != (ground, LINE)
        ),
        "</g>",
        *drawing.texts,
        "</svg>",
    ]
    return "\n".join(lines) + "\n"
