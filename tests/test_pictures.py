"""Pictures of the documents: every cell in its place, and the same picture every time it is taken."""

from __future__ import annotations

import io
from pathlib import Path
from xml.etree import ElementTree

from rich.console import Console
from rich.text import Text

from tests.pictures import PICTURES, StillFloor, taken
from tests.svg_frame import CELL, LINE, MARGIN, framed

SVG = "{http://www.w3.org/2000/svg}"


def drawn(text: str) -> ElementTree.Element:
    console = Console(
        width=20, file=io.StringIO(), record=True, force_terminal=True, color_system="truecolor", legacy_windows=False
    )
    console.print(Text(text, style="#112233 on #445566"))
    return ElementTree.fromstring(framed(console.export_svg(title="t"), "A <picture>"))


def test_a_wide_character_keeps_two_cells() -> None:
    texts = {text.text: text.attrib for text in drawn("ab 小休 cd").iter(f"{SVG}text")}
    assert set(texts) == {"ab", "小休", "cd"}
    assert float(texts["小休"]["x"]) == MARGIN + round(3 * CELL, 1)
    assert float(texts["小休"]["textLength"]) == round(4 * CELL, 1)
    assert float(texts["cd"]["x"]) == MARGIN + round(8 * CELL, 1)


def test_blocks_are_rectangles_that_touch() -> None:
    picture = drawn("██▌")
    assert not list(picture.iter(f"{SVG}text"))
    blocks = [rectangle.attrib for rectangle in picture.iter(f"{SVG}rect") if rectangle.attrib["fill"] == "#112233"]
    assert [float(block["width"]) for block in blocks] == [round(2.5 * CELL, 1)]
    assert [float(block["height"]) for block in blocks] == [LINE]


def test_text_from_data_is_text() -> None:
    picture = drawn("</text> & <b>")
    assert {text.text for text in picture.iter(f"{SVG}text")} == {"</text>", "&", "<b>"}
    assert picture.findtext(f"{SVG}title") == "A <picture>"


async def test_a_picture_is_the_same_every_time(tmp_path: Path) -> None:
    picture = next(picture for picture in PICTURES if picture.name == "floor-80x24")
    first, second = [await taken(picture, StillFloor(tmp_path / f"{number}.db")) for number in range(2)]
    assert first == second
    assert "业务咨询" in first
