"""Errors are counted and told without secrets; a lost terminal is noticed from outside the event loop."""

from __future__ import annotations

import fcntl
import logging
import os
import pty
import select
import struct
import subprocess
import sys
import termios
import textwrap
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event

import pytest

from screens import resilience

ROOT = Path(__file__).parents[2]


class Time:
    """A time that moves when told to."""

    now_ms = 0

    def __call__(self) -> int:
        return self.now_ms


def an_error() -> RuntimeError:
    secret = "correct horse battery staple"
    try:
        raise RuntimeError("broken \x1b[31mpipe")
    except RuntimeError as error:
        assert secret
        return error


def test_errors_are_borne_up_to_the_limit_and_no_further() -> None:
    boundary = resilience.ErrorBoundary(Time(), limit=3)
    boundary.open = True
    assert [boundary.bears(an_error()) for _ in range(4)] == [True, True, True, False]
    assert boundary.count == 4


def test_old_errors_are_forgotten() -> None:
    now = Time()
    boundary = resilience.ErrorBoundary(now, limit=3, window_ms=1000)
    boundary.open = True
    for _ in range(20):
        assert boundary.bears(an_error())
        now.now_ms += 400
    assert boundary.count == 20


def test_nothing_is_borne_while_the_app_is_put_together() -> None:
    assert not resilience.ErrorBoundary(Time()).bears(an_error())


def test_the_text_of_an_error_has_the_place_but_no_values_and_no_escapes() -> None:
    text = resilience.error_text(an_error())
    assert "an_error" in text
    assert "correct horse" not in text.replace('secret = "correct horse battery staple"', "")
    assert "\x1b" not in text
    assert "␛[31mpipe" in text


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "deep" / "watchfloor.log"
    handler = resilience.open_log(path)
    yield path
    resilience.close_log(handler)


def test_the_log_is_written_and_kept_small(log: Path) -> None:
    logger = logging.getLogger("watchfloor.screens")
    logger.error("first")
    assert "first" in log.read_text("utf-8")
    for _ in range(30):
        logger.error("x" * 200_000)
    files = list(log.parent.iterdir())
    assert len(files) == resilience.LOG_FILES + 1
    assert sum(file.stat().st_size for file in files) <= (resilience.LOG_FILES + 1) * (resilience.LOG_BYTES + 300_000)


@pytest.fixture
def terminal() -> Iterator[tuple[int, Callable[[], None]]]:
    master, slave = pty.openpty()
    opened = {master}

    def hang_up() -> None:
        os.close(master)
        opened.discard(master)

    yield slave, hang_up
    for descriptor in (*opened, slave):
        os.close(descriptor)


def test_a_terminal_is_lost_when_its_other_end_is_closed(terminal: tuple[int, Callable[[], None]]) -> None:
    slave, hang_up = terminal
    assert not resilience.terminal_is_lost(slave)
    hang_up()
    assert resilience.terminal_is_lost(slave)


def test_a_closed_descriptor_is_a_lost_terminal() -> None:
    reader, writer = os.pipe()
    os.close(writer)
    os.close(reader)
    assert resilience.terminal_is_lost(reader)


def test_the_watch_tells_once_and_only_of_a_terminal(terminal: tuple[int, Callable[[], None]]) -> None:
    slave, hang_up = terminal
    told = Event()
    watch = resilience.TerminalWatch(slave, told.set, every_seconds=0.01)
    watch.start()
    assert not told.wait(0.1)
    hang_up()
    assert told.wait(5)
    with open(os.devnull) as no_terminal:
        nothing = Event()
        resilience.TerminalWatch(no_terminal.fileno(), nothing.set, every_seconds=0.01).start()
        assert not nothing.wait(0.1)


PROGRAM = textwrap.dedent(
    """
    import signal, sys
    sys.path.insert(0, sys.argv[1])
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    from tests.screens.fakes import small_feed
    from screens.app import WatchfloorApp
    WatchfloorApp(small_feed()).run()
    """
)


def painted_until(master: int, wanted: bytes, seconds: float = 30) -> bool:
    """Read what a program paints until `wanted` is in it; False when it does not come in time."""
    painted = b""
    deadline = time.monotonic() + seconds
    while wanted not in painted and time.monotonic() < deadline:
        if select.select([master], [], [], 0.2)[0]:
            painted += os.read(master, 65536)
    return wanted in painted


def test_a_screen_whose_terminal_is_gone_ends_within_five_seconds() -> None:
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(ROOT)], stdin=slave, stdout=slave, stderr=slave, start_new_session=True
    )
    try:
        os.close(slave)
        assert painted_until(master, b"Watchfloor")
        os.close(master)
        gone_at = time.monotonic()
        assert process.wait(timeout=5) == resilience.EXIT_TERMINAL_LOST
        assert time.monotonic() - gone_at < 5
    finally:
        process.kill()
        process.wait()
