"""A log followed by one process and shown by another: rotation, kills, a terminal that stands still."""

from __future__ import annotations

import random
import shutil
import signal
import threading
import time
from collections.abc import Callable
from datetime import datetime, timezone
from pathlib import Path

import pytest

from tests.journeys.house import House, QueueLog, eventually
from tests.journeys.terminal import Terminal

pytestmark = pytest.mark.journey

SHOWN_SECONDS = 3.0
"""A row is on the screen by then."""

SLACK_SECONDS = 5.0
"""What a machine busy with other tests may add to that."""

TAKEN_OVER_SECONDS = 5.0
"""Another process folds by then."""


@pytest.fixture
def log(house: House) -> QueueLog:
    """A queue log that nothing is written to yet."""
    made = QueueLog(house.folder / "queue_log")
    made.path.touch()
    return made


def agent_in(state: str, agent: str) -> Callable[[str], bool]:
    """Whether the screen shows an agent in a state, on one line."""

    def shown(text: str) -> bool:
        return any(state in line and agent in line for line in text.splitlines())

    shown.__name__ = f"“{agent}” in state “{state}”"
    return shown


def say_and_see(log: QueueLog, floor: Terminal, state: str, *row: object) -> None:
    """Write a row about an agent, and see the agent in the state that follows from it."""
    call, queue, agent, *rest = map(str, row)
    log.say(call, queue, agent, *rest)
    floor.wait_for(agent_in(state, agent), SHOWN_SECONDS + SLACK_SECONDS)


def test_rows_reach_the_screen_through_rotation_and_are_counted_once(house: House, log: QueueLog) -> None:
    ingest = house.start("ingest", "queue-log", str(log.path), "--follow", "--format", "json")
    ingest.wait_for("Reading here")
    floor = house.open("floor")
    floor.wait_for("read by another process")

    say_and_see(log, floor, "available", "NONE", "sales", "Alice", "ADDMEMBER")
    say_and_see(log, floor, "not ready", "NONE", "sales", "Alice", "PAUSE", "lunch")
    say_and_see(log, floor, "available", "NONE", "sales", "Alice", "UNPAUSE")
    log.say("c-1", "sales", "NONE", "ENTERQUEUE", "", "0210000001", 1)
    say_and_see(log, floor, "on call", "c-1", "sales", "Alice", "CONNECT", 2, "channel", 1)
    say_and_see(log, floor, "available", "c-1", "sales", "Alice", "COMPLETEAGENT", 2, 5, 1)

    log.append(*log.answered_call("sales", "Alice"))
    # Half a row stays unread until it is whole, even when the file is moved away in between.
    half = log.row("NONE", "sales", "Bob", "ADDMEMBER")
    log.append(half[:20])
    aside = log.rotate_by_rename()
    with aside.open("a", encoding="utf-8") as old:
        old.write(half[20:])
    say_and_see(log, floor, "available", "NONE", "sales", "Carol", "ADDMEMBER")
    floor.wait_for(agent_in("available", "Bob"), SLACK_SECONDS)

    log.append(*log.answered_call("sales", "Bob"))
    eventually(lambda: house.calls()["offered"] == 3, "all calls of both files counted")
    shutil.copyfile(log.path, log.path.with_name("queue_log.copy"))
    with log.path.open("r+", encoding="utf-8") as same:
        same.truncate(0)
    say_and_see(log, floor, "available", "NONE", "sales", "Dave", "ADDMEMBER")
    log.append(*log.answered_call("sales", "Dave"))

    expected = {"offered": 4, "answered": 4, "abandoned": 0}
    eventually(lambda: house.calls() == expected, "every call counted once")
    assert ingest.end() == 0, ingest.remarks
    assert '"quarantined": 0' in ingest.output
    # What the file's copy holds is known already, and what follows reads nothing again.
    again = house.run("ingest", "queue-log", str(log.path.with_name("queue_log.copy")), "--format", "json")
    assert '"events": 0' in again.stdout
    assert house.calls() == expected
    floor.press("q")
    assert floor.wait_exit()[0] == 0


def test_a_second_terminal_takes_over_from_a_killed_one(house: House, log: QueueLog) -> None:
    ingest = house.start("ingest", "queue-log", str(log.path), "--follow")
    ingest.wait_for("Reading here")
    floor = house.open("floor")
    floor.wait_for("read by another process")
    say_and_see(log, floor, "available", "NONE", "sales", "Alice", "ADDMEMBER")

    ingest.kill()
    killed_at = time.monotonic()
    log.say("NONE", "sales", "Bob", "ADDMEMBER")
    floor.wait_for(agent_in("available", "Bob"), TAKEN_OVER_SECONDS + SLACK_SECONDS)
    floor.wait_for("read by this process", SLACK_SECONDS)
    assert time.monotonic() - killed_at < TAKEN_OVER_SECONDS + SLACK_SECONDS
    say_and_see(log, floor, "not ready", "NONE", "sales", "Bob", "PAUSE", "water")

    # A third one stands by, and takes over in its turn.
    engine = house.start("engine")
    engine.wait_for("Standing by")
    floor.send_signal(signal.SIGKILL)
    floor.wait_exit()
    engine.wait_for("Reading here")
    log.append(*log.answered_call("sales", "Alice"))
    eventually(lambda: house.calls()["answered"] == 1, "the call after the second kill counted")
    assert engine.end(signal.SIGTERM) == 0, engine.remarks


class Writer(threading.Thread):
    """A telephone system that goes on writing whatever happens to its readers.

    Args:
        log: Where it writes.
        chance: Where its choices come from.
    """

    def __init__(self, log: QueueLog, chance: random.Random) -> None:
        super().__init__(name="writer", daemon=True)
        self.files: list[Path] = []
        self._log = log
        self._chance = chance
        self._ending = threading.Event()

    def run(self) -> None:
        """Write rows in bursts, now and then half of one first, now and then into a new file."""
        log = self._log
        log.append(*(log.row("NONE", f"queue-{n}", f"agent-{n}", "ADDMEMBER") for n in range(5)))
        while not self._ending.wait(self._chance.random() * 0.05):
            n = self._chance.randrange(5)
            text = "".join(log.answered_call(f"queue-{n}", f"agent-{n}"))
            if self._chance.random() < 0.3:
                text += log.row("NONE", f"queue-{n}", f"agent-{n}", "PAUSE", "water")
                text += log.row("NONE", f"queue-{n}", f"agent-{n}", "UNPAUSE")
            cut = self._chance.randrange(len(text))
            log.append(text[:cut])
            self._ending.wait(self._chance.random() * 0.02)
            log.append(text[cut:])
            if log.calls % 40 == 0:
                self.files.append(log.rotate_by_rename())

    def end(self) -> list[Path]:
        """Stop, and tell all files in order."""
        self._ending.set()
        self.join()
        return [*self.files, self._log.path]


def test_killed_again_and_again_it_loses_nothing_and_counts_nothing_twice(
    house: House, log: QueueLog, tmp_path_factory: pytest.TempPathFactory
) -> None:
    chance = random.Random(20)
    writer = Writer(log, chance)
    for number in range(6):
        ingest = house.start("ingest", "queue-log", str(log.path), "--follow")
        if number == 0:
            # A file that is rotated away before anybody followed it is nobody's to find.
            ingest.wait_for("Reading here")
            writer.start()
        time.sleep(0.5 + 1.2 * chance.random())  # killing at random moments is what is tested
        ingest.kill()
    files = writer.end()

    ingest = house.start("ingest", "queue-log", str(log.path), "--follow")
    eventually(lambda: house.calls()["answered"] >= log.calls, f"all {log.calls} calls counted")
    assert house.calls() == {"offered": log.calls, "answered": log.calls, "abandoned": 0}
    assert ingest.end() == 0, ingest.remarks

    fresh = House(tmp_path_factory.mktemp("fresh"))
    for file in files:
        done = fresh.run("ingest", "queue-log", str(file))
        assert done.returncode == 0, done.stderr
    # What is still open runs to the end of the range, which is the same for both.
    until = datetime.now(timezone.utc).isoformat(timespec="seconds")
    for name in ("queue-intervals", "agent-intervals"):
        assert house.report(name, until=until) == fresh.report(name, until=until)
    assert len(files) > 1, "nothing was rotated under the readers"
    for checked in (house, fresh):
        done = checked.run("verify")
        assert done.returncode == 0, done.stderr
        assert "equals" in done.stdout


def test_a_stalled_terminal_holds_up_nothing_but_its_own_picture(house: House, log: QueueLog) -> None:
    ingest = house.start("ingest", "queue-log", str(log.path), "--follow")
    ingest.wait_for("Reading here")
    floor = house.open("floor", size=(200, 60))
    floor.wait_for("read by another process")
    ingest.kill()  # what it followed is followed on
    floor.wait_for("read by this process")
    log.append(*(log.row("NONE", "sales", f"agent-{n:02}", "ADDMEMBER") for n in range(40)))
    floor.wait_for(agent_in("available", "agent-39"))

    floor.stall()
    stalled_at = time.monotonic()
    counted = 0
    while time.monotonic() - stalled_at < 8:
        before = time.monotonic()
        for n in range(40):
            log.append(*log.answered_call("sales", f"agent-{n:02}"))
        log.say("NONE", "sales", f"agent-{counted % 40:02}", "PAUSE", "water")
        eventually(lambda: house.calls()["answered"] == log.calls, "rows stored while the terminal stands still")
        counted += 1
        assert time.monotonic() - before < 10
    assert counted >= 2

    floor.resume()
    log.say("NONE", "sales", "Latecomer", "ADDMEMBER")
    floor.press("/Latecomer")  # in one piece, as after a stall
    floor.wait_for(agent_in("available", "Latecomer"))
    floor.press("Esc")
    floor.wait_for(agent_in("available", "agent-39"))
    floor.press("q")
    assert floor.wait_exit()[0] == 0
