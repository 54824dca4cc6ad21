"""The command line as a shell meets it: pipes that close early, interrupts, screens without a terminal."""

from __future__ import annotations

import json
import signal
import subprocess
import sys

import pytest

from tests.journeys.house import House, QueueLog
from tests.journeys.terminal import PROGRAM

pytestmark = pytest.mark.journey


@pytest.mark.parametrize("command", [["demo"], ["demo", "--format", "csv"], ["event-schema"], ["--help"]], ids=" ".join)
def test_a_reader_that_has_seen_enough(house: House, command: list[str]) -> None:
    writer = subprocess.Popen(
        [*PROGRAM, *command],
        env=house.environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert writer.stdout is not None
    assert writer.stderr is not None
    assert writer.stdout.readline()
    writer.stdout.close()
    errors = writer.stderr.read()
    writer.stderr.close()
    assert writer.wait(timeout=30) in {0, -signal.SIGPIPE}
    assert errors == b""
    assert not list(house.temporary.iterdir())


def test_a_reader_that_is_gone_before_the_first_line(house: House) -> None:
    shell = '"$@" | :; exit "${PIPESTATUS[0]}"'
    done = subprocess.run(
        ["/bin/bash", "-c", shell, "bash", *PROGRAM, "demo"],
        env=house.environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0
    assert done.stderr == b""


def test_ctrl_c_while_a_big_file_is_read_ends_with_a_true_summary(house: House) -> None:
    log = QueueLog(house.folder / "queue_log")
    rows = [row for _call in range(20_000) for row in log.answered_call("sales", "Alice")]
    log.append(*rows)
    terminal = house.open("ingest", "queue-log", str(log.path), "--format", "json")
    terminal.wait_for("%")
    terminal.press("Ctrl+C")
    code, _used = terminal.wait_exit()
    text = terminal.text()
    assert code == 130, text
    assert "Traceback" not in text
    summary = json.loads(text[text.index("{") : text.index("}") + 1].replace("\n", ""))
    assert 0 < summary["lines"] < len(rows)
    assert summary["lines"] == summary["events"]
    stored = house.calls()
    assert 0 <= stored["offered"] - summary["events"] // 3 <= 1

    rest = house.run("ingest", "queue-log", str(log.path), "--format", "json")
    assert rest.returncode == 0, rest.stderr
    again = json.loads(rest.stdout)
    assert again["events"] + again["duplicates"] == len(rows)
    assert again["duplicates"] == summary["events"]
    assert house.calls() == {"offered": 20_000, "answered": 20_000, "abandoned": 0}


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("screen", ["floor", "wall"])
def test_a_screen_without_a_terminal_is_one_frame_of_text(house: House, screen: str, lang: str) -> None:
    done = house.run(screen, lang=lang)
    assert done.returncode == 0, done.stderr
    assert {"zh": "签入", "en": "Signed in"}[lang] in done.stdout
    assert "\x1b" not in done.stdout


def test_trouble_is_one_line_and_a_code(house: House) -> None:
    house.database.write_text("this is no database\n" * 100)
    for command in (["floor"], ["report", "queue-intervals"], ["verify"]):
        done = house.run(*command)
        assert done.returncode == 5, done
        assert len(done.stderr.splitlines()) == 1
        assert str(house.database) in done.stderr
    floor = house.open("floor")
    code, _used = floor.wait_exit()
    assert code == 5
    assert floor.is_restored()
    assert "choose another file" in floor.text().replace("\n", "")


def test_no_module_of_a_screen_is_needed_to_print() -> None:
    code = "import sys, main; sys.exit('textual' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=PROGRAM[1].removesuffix("main.py"), check=False)
    assert done.returncode == 0


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_floor_nobody_feeds_says_what_to_do(house: House, lang: str) -> None:
    floor = house.open("floor", lang=lang, size=(80, 24))
    floor.wait_for(lambda text: "watchfloor ingest queue-log" in text and "--follow" in text)
    log = QueueLog(house.folder / "queue_log")
    log.say("NONE", "sales", "Alice", "ADDMEMBER")
    house.start("ingest", "queue-log", str(log.path), "--follow")
    floor.wait_for("Alice")
    assert "watchfloor ingest" not in floor.text()
