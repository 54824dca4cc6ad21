"""Names made to break a screen or to speak to the terminal, from the log to the screen and to the terminal's bytes."""

from __future__ import annotations

import re
from typing import Final

import pytest

from tests.journeys.house import House, QueueLog
from tests.journeys.terminal import Terminal

pytestmark = pytest.mark.journey

AGENTS: Final = {
    "[/]": "[/]",
    "[@click=app.quit]x": "[@click=app.quit]x",
    "[bold red]URGENT[/bold red]": "[bold red]URGENT",
    "esc\x1b]0;pwned\x07\x1b[2J": "esc␛]0;pwned␇",
    "c1\x9b31m\x9d0;pwned\x9c": "c1⟨009B⟩31m",
    "bidi\u202eevil\u2066": "bidi⟨202E⟩evil",
    "zero\u200bwidth\u200d\ufeff": "zero⟨200B⟩width",
    "tab\tbed": "tab␉bed",
    "{name} %s": "{name} %s",
}
"""Names as the log has them, and how their beginning is shown."""

QUEUES: Final = {
    "[@click=app.quit]q": "[@click=app.quit]",
    "q\u202e\x1b]0;pwned\x07": "q⟨202E⟩␛",
    "[/]": "[/]",
}

FORBIDDEN: Final = ("\u202e", "\u2066", "\u200b", "\u200d", "\ufeff", "\x9b", "\x9d", "\x07", "\t")
"""What no screen of ours ever sends by itself, and no name may bring along."""


@pytest.fixture
def hostile(house: House) -> House:
    """A floor on which everybody's name is an attack."""
    log = QueueLog(house.folder / "queue_log")
    queues = list(QUEUES)
    for number, agent in enumerate(AGENTS):
        queue = queues[number % len(queues)]
        log.say("NONE", queue, agent, "ADDMEMBER")
        log.append(*log.answered_call(queue, agent))
        call = f"open-{number}"
        log.append(
            log.row(call, queue, "NONE", "ENTERQUEUE", "", "021", 1), log.row(call, queue, agent, "CONNECT", 1, "c", 1)
        )
    log.say("NONE", queues[0], "[/]", "PAUSE", "[@click=app.quit]\u202e")
    done = house.run("ingest", "queue-log", str(log.path), "--format", "json")
    assert done.returncode == 0, done.stderr
    assert '"quarantined": 0' in done.stdout
    return house


def assert_only_our_sequences(terminal: Terminal) -> None:
    """The terminal got moves, colours and modes from the program, and nothing else."""
    # The shape of the mouse pointer is the one command of the old kind that the program's own painter sends.
    text = re.sub("\x1b]22;[a-z-]*\x07", "", terminal.raw.decode("utf-8"))
    for character in FORBIDDEN:
        where = text.find(character)
        assert where < 0, f"U+{ord(character):04X} reached the terminal: {text[max(0, where - 60) : where + 20]!r}"
    assert "\x1b]0;pwned" not in text
    commands = set(re.findall("\x1b(?!\\[)(.)", text))
    assert not commands, commands
    assert "\x1b[2J" not in text


def test_the_floor_and_an_agents_day_show_them_inert(hostile: House) -> None:
    floor = hostile.open("floor", size=(200, 60))
    for shown in (*AGENTS.values(), *QUEUES.values()):
        floor.wait_for(shown)
    floor.press("End")
    for shown in AGENTS.values():
        floor.press("p")
        floor.wait_for("Sign-ins")
        floor.press("Esc")
        floor.wait_gone("Sign-ins")
        floor.press("Up")
        assert shown in floor.text()
    floor.press("/[@cl")
    floor.wait_for(lambda text: "[@click=app.quit]x" in text and "{name}" not in text)
    floor.press("Esc")
    floor.wait_for("{name} %s")
    floor.press(":")
    floor.wait_for("Find an action")
    floor.press("pwned")
    floor.wait_for(lambda text: text.count("]0;pwned") >= 2)
    floor.press("Esc")
    floor.wait_gone("╰")
    floor.press("q")
    assert floor.wait_exit()[0] == 0
    assert floor.is_restored()
    assert_only_our_sequences(floor)
    assert not (hostile.folder / "state/watchfloor/log/watchfloor.log").read_text("utf-8")


def test_the_wall_shows_them_inert(hostile: House) -> None:
    wall = hostile.open("wall", "--rotate", "1s", size=(200, 60))
    wall.wait_for("Queues")
    wall.wait_for("[@click=app.quit]q")
    wall.wait_for("The service at this moment")
    wall.press("q", "q")
    assert wall.wait_exit()[0] == 0
    assert_only_our_sequences(wall)


def test_text_for_people_shows_them_inert(hostile: House) -> None:
    for command in (["floor"], ["report", "agent-intervals"], ["report", "queue-intervals"]):
        done = hostile.run(*command)
        assert done.returncode == 0, done.stderr
        assert "[@click=app.quit]" in done.stdout
        for character in (*FORBIDDEN, "\x1b"):
            assert character not in done.stdout, f"{command}: U+{ord(character):04X}"
