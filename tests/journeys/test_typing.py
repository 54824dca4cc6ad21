"""Keys that arrive faster than the screen follows."""

from __future__ import annotations

import pytest

from tests.journeys.house import House
from tests.journeys.test_demo import agent_lines, open_demo

pytestmark = pytest.mark.journey


def test_letters_typed_ahead_of_the_filter_are_no_commands(house: House) -> None:
    demo = open_demo(house, "en")
    demo.press("/qLtgs")  # quit, language, theme, group, sort: if they were heard
    demo.wait_for("0 / 60")
    text = demo.wait_for("matches the filter qLtgs")
    assert not agent_lines(text)
    assert "Watchfloor · the floor" in text
    demo.press("Esc")
    demo.wait_for(lambda text: len(agent_lines(text)) > 20)
    demo.press("/Cindy\r")  # Enter keeps the filter, and opens nobody's day
    demo.wait_for("1 / 60")
    demo.press("p")
    demo.wait_for("kept")  # the strip that only an agent's day has
    demo.press("q")
    demo.wait_gone("kept")
    demo.press("q")
    assert demo.wait_exit()[0] == 0
