"""The simulated floor from the first second to the last, as a person with a keyboard meets it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from wcwidth import wcswidth

from tests.journeys.house import House
from tests.journeys.terminal import Terminal

pytestmark = pytest.mark.journey

OPEN_SECONDS = 10.0
"""A demo is open in two seconds; a machine busy with other tests may take its time."""

WORDS: dict[str, dict[str, Any]] = {
    "en": {
        "floor": "Watchfloor · the floor",
        "first": "Signed in",
        "header": "State↑",
        "help": "What the figures mean",
        "palette": "Find an action or an agent",
        "peek": "Sign-ins",
        "pages": ("The service at this moment", "Agents by state", "Queues", "Who needs a look"),
    },
    "zh": {
        "floor": "Watchfloor · 现场",
        "first": "签入",
        "header": "状态↑",
        "help": "各指标的含义",
        "palette": "查找操作或坐席",
        "peek": "签入次数",
        "pages": ("当前服务", "各状态人数", "队列", "需要关注的坐席"),
    },
}
OTHER = {"en": "zh", "zh": "en"}


def open_demo(house: House, lang: str, *more: str, size: tuple[int, int] = (120, 40)) -> Terminal:
    """A demo with its first picture on the screen."""
    demo = house.open("demo", *more, lang=lang, size=size)
    demo.wait_for(is_whole(*size, WORDS[lang]), OPEN_SECONDS)
    return demo


def agent_lines(text: str) -> list[str]:
    """The lines of agents: the glyph of a state, a word, and a time."""
    return [line for line in text.splitlines() if re.match(r"^[› ].[○◉●◐◆×] \S", line)]


def is_whole(columns: int, lines: int, words: dict[str, Any]) -> Callable[[str], bool]:
    """Whether the floor fills a screen from its title to its keys, with an agent on every line in between."""

    def whole(text: str) -> bool:
        shown = text.splitlines()
        if len(shown) != lines or not shown[0].startswith(f" {words['floor']}") or not shown[-1].startswith(" ? "):
            return False
        if any(wcswidth(line) > columns for line in shown):
            return False
        header = [number for number, line in enumerate(shown) if words["header"] in line]
        return len(header) == 1 and len(agent_lines(text)) == lines - header[0] - 3

    whole.__name__ = f"a whole floor of {columns}×{lines}"
    return whole


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_tour_with_the_keyboard(house: House, lang: str) -> None:
    words, other = WORDS[lang], WORDS[OTHER[lang]]
    demo = open_demo(house, lang)
    assert words["first"] in demo.text()
    everyone = len(agent_lines(demo.text()))
    assert everyone > 20, demo.text()

    demo.press("/Cindy")
    text = demo.wait_for(lambda text: len(agent_lines(text)) == 1)
    assert "Cindy Li" in agent_lines(text)[0]
    demo.press("Esc")
    demo.wait_for(lambda text: len(agent_lines(text)) == everyone)

    demo.press("Down", "p")
    demo.wait_for(words["peek"])
    demo.press("Esc")
    demo.wait_gone(words["peek"])

    sorted_by_state = words["header"]
    demo.press("s")
    demo.wait_gone(sorted_by_state)
    demo.press("g", "g")
    demo.wait_for(lambda text: any(re.match(r"^\S.* · \d+", line) for line in text.splitlines()[10:]))

    demo.press("L")
    demo.wait_for(other["floor"])
    assert words["first"] not in demo.text()
    demo.press("L")
    demo.wait_for(words["floor"])

    demo.press("?")
    demo.wait_for("Ctrl+P F2")
    # The figures stand below the keys, of which a small screen shows no more.
    demo.press(*["Down"] * 12)
    demo.wait_for(words["help"])
    demo.press("Esc")
    demo.wait_gone(words["help"])
    demo.press(":")
    demo.wait_for(words["palette"])
    demo.press("Esc")
    demo.wait_gone(words["palette"])

    painted = len(demo.raw)
    demo.press("t")
    demo.wait_for(lambda text: len(demo.raw) > painted + 5_000)  # every cell in other colours
    demo.press("q")
    code, _used = demo.wait_exit()
    assert code == 0
    assert demo.is_restored()
    assert not list(house.temporary.iterdir()), "the demo's floor stayed behind"


def test_a_pinned_agent_stands_on_top_whatever_the_order(house: House) -> None:
    demo = open_demo(house, "en")
    demo.press("/Cindy")
    demo.wait_for(lambda text: len(agent_lines(text)) == 1)
    demo.press("Enter")
    demo.press(" ")
    demo.press("Esc")
    demo.wait_for(lambda text: len(agent_lines(text)) > 3)
    demo.press("s", "s")
    demo.wait_for(lambda text: "Cindy Li" in agent_lines(text)[0])


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_resized_to_the_smallest_and_back_no_line_is_broken(house: House, lang: str) -> None:
    words = WORDS[lang]
    demo = open_demo(house, lang)

    def fixed(text: str) -> list[str]:
        return [line for line in text.splitlines() if words["first"] in line or words["header"] in line]

    before = fixed(demo.text())
    for columns, lines in ((80, 24), (200, 60), (80, 24)):
        demo.resize(columns, lines)
        demo.wait_for(is_whole(columns, lines, words))
    demo.resize(120, 40)
    demo.wait_for(lambda text: is_whole(120, 40, words)(text) and fixed(text) == before)


def test_the_wall_over_a_demo_turns_its_pages(house: House) -> None:
    demo = open_demo(house, "zh")
    demo.press("w")
    for page in (*WORDS["zh"]["pages"], "此刻的工单", WORDS["zh"]["pages"][0]):
        demo.wait_for(page)
        demo.press("Right")
    demo.press("q")
    demo.wait_for("再按一次")
    demo.press("q")
    demo.wait_for(WORDS["zh"]["floor"])


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_without_a_terminal_it_prints_one_frame(house: House, lang: str) -> None:
    done = house.run("demo", lang=lang)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert "\x1b" not in done.stdout
    assert WORDS[lang]["first"] in done.stdout
    assert "Cindy Li" in done.stdout
    assert len(done.stdout.splitlines()) > 60
    assert not list(house.temporary.iterdir())
