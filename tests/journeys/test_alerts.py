"""The alerts as a person at a narrow Chinese terminal meets them, on the demo's floor."""

from __future__ import annotations

import pytest
from wcwidth import wcswidth

from tests.journeys.house import House
from tests.journeys.terminal import Terminal

pytestmark = pytest.mark.journey

COLUMNS, LINES = 80, 24
MOST_LINES = 3


def banner(text: str) -> list[str]:
    """The lines between the title and the tiles."""
    lines = text.splitlines()
    tiles = next((at for at, line in enumerate(lines) if line.startswith(" 签入")), 0)
    return lines[1:tiles]


def holds(text: str) -> bool:
    """A whole screen: nothing too wide, at most three lines of banner, a cursor, and the keys at the bottom."""
    lines = text.splitlines()
    return (
        len(lines) == LINES
        and all(wcswidth(line) <= COLUMNS for line in lines)
        and 0 < len(banner(text)) <= MOST_LINES
        and any(line.startswith(("› ×", "› ●", "› ◆")) for line in lines)
        and lines[-1].startswith(" ? 帮助")
    )


def open_demo(house: House) -> Terminal:
    demo = house.open("demo", lang="zh", size=(COLUMNS, LINES))
    demo.wait_for(holds)
    return demo


def test_a_banner_at_80_by_24_in_chinese(house: House) -> None:
    demo = open_demo(house)

    demo.press("!", "d")
    demo.wait_for("宣告系统故障？")
    demo.press("BOSS 打不开", "Enter")
    demo.wait_for(lambda text: "■ I" in text and "系统故障：BOSS 打不开" in text)

    demo.press("q")
    text = demo.wait_for(lambda text: holds(text) and "系统故障：BOSS 打不开" in banner(text)[0])
    assert "■ I" in banner(text)[0]
    assert b"\x07" in demo.raw
    assert b"\x1b]777;notify;Watchfloor \xe2\x96\xa0 I;" in demo.raw

    demo.press("A")
    demo.wait_for("接手此告警？")
    demo.press("我来", "Enter")
    text = demo.wait_for(lambda text: holds(text) and "已接手" in banner(text)[-1])
    assert "■ I" in banner(text)[-1]

    demo.press("!", "v", "v", "v", "v")
    demo.wait_for("[历史]")
    demo.press("v")
    demo.wait_for("从未触发的规则")
    demo.press("v")
    demo.wait_for(lambda text: "[活动" in text)
    demo.press("q")
    demo.wait_for(holds)
