"""The wall: it turns its pages by itself, and comes back from whatever happens around it."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from tests.journeys.house import House, QueueLog

pytestmark = pytest.mark.journey

PAGES = ("The service at this moment", "Agents by state", "Queues", "Who needs a look")


def fills(lines: int) -> Callable[[str], bool]:
    """Whether the wall reaches from the first line to the dots on the last."""

    def filled(text: str) -> bool:
        shown = text.splitlines()
        return len(shown) == lines and "○" in shown[-1]

    return filled


def test_it_turns_survives_a_resize_and_leaves_at_the_second_asking(house: House) -> None:
    wall = house.open("wall", "--rotate", "1s")
    for page in (*PAGES, PAGES[0]):
        wall.wait_for(page)
    for columns, lines in ((80, 24), (200, 60), (120, 40)):
        wall.resize(columns, lines)
        wall.wait_for(fills(lines))
    wall.press("q")
    wall.wait_for("once more")
    wall.press("q")
    assert wall.wait_exit()[0] == 0
    assert wall.is_restored()


@pytest.mark.parametrize("screen", ["wall", "floor"])
def test_a_database_taken_away_and_brought_back(house: House, screen: str) -> None:
    log = QueueLog(house.folder / "queue_log")
    log.append(log.row("NONE", "sales", "Alice", "ADDMEMBER"), *log.answered_call("sales", "Alice"))
    ingest = house.start("ingest", "queue-log", str(log.path), "--follow")
    terminal = house.open(screen, *(["--rotate", "0"] if screen == "wall" else []), size=(200, 60))
    terminal.wait_for("1/1")
    terminal.wait_for("following asterisk")

    away = house.folder / "away"
    away.mkdir()
    for file in house.folder.glob("floor.db*"):
        file.rename(away / file.name)
    terminal.wait_for("is gone" if screen == "floor" else "The database cannot be read")
    # The last picture stays, and its age goes on.
    aged = re.compile(r"is 0:0[4-9] old")
    assert "1/1" in terminal.wait_for(lambda text: aged.search(text) is not None)
    assert not house.database.exists(), "an empty floor was begun in the place of the real one"

    for file in away.iterdir():
        file.rename(house.folder / file.name)
    log.append(*log.answered_call("sales", "Alice"))
    terminal.wait_for("2/2")
    terminal.wait_gone("cannot be read")
    assert house.calls()["answered"] == 2
    assert ingest.end() == 0, ingest.remarks
