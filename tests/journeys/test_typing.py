"""Keys that arrive faster than the screen, and Chinese lines as people break them."""

from __future__ import annotations

import pytest
from rich.cells import cell_len

from screens.lines import wrapped
from tests.journeys.house import House
from tests.journeys.test_demo import agent_lines, open_demo

pytestmark = pytest.mark.journey


def test_letters_typed_ahead_of_the_filter_are_no_commands(house: House) -> None:
    demo = open_demo(house, "en")
    demo.press("/qLtgs")  # quit, language, theme, group, sort: if they were heard
    demo.wait_for("0 / 60")
    text = demo.wait_for("matches the filter qLtgs")
    assert "Watchfloor · the floor" in text
    demo.press("Esc")
    demo.wait_for(lambda text: len(agent_lines(text)) > 20)
    demo.press("/Cindy\r")  # Enter keeps the filter, and opens nobody's day
    demo.wait_for("1 / 60")
    demo.press("p")
    demo.wait_for("Sign-ins")
    demo.press("q")
    demo.wait_gone("Sign-ins")
    demo.press("q")
    assert demo.wait_exit()[0] == 0


@pytest.mark.parametrize("width", range(20, 50))
def test_no_line_of_chinese_begins_with_a_full_stop_or_ends_with_a_bracket(width: int) -> None:
    text = "有签入记录且尚未签出的坐席数。没有签入记录但有操作的坐席另计，为“推断在席”（见附注）；其示忙时长照计。"
    lines = wrapped(text, width)
    assert "".join(lines) == text
    for line in lines:
        assert cell_len(line) <= width
        assert line[0] not in "，。；”）"
        assert line[-1] not in "“（"
