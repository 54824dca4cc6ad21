"""(d) From a key press to its painted change, while 500 events a second are folded in the same process.

`watchfloor floor` runs in a terminal of its own and follows a queue log that this process writes: engine, feed and
screen are the real ones. Down and Up are pressed in turn, at no fixed beat; what counts is the time until the bytes
that put the cursor's mark on the other line have been read. The log is read back at the end: the events were folded.
"""

from __future__ import annotations

import re
import threading
import time
from pathlib import Path
from random import Random
from statistics import median
from typing import Final

from app.core.clock import SystemClock
from app.core.settings import Settings
from app.sources.model import FollowedFile
from benchmarks.pty_child import PtyChild, make_home, plain, watchfloor
from benchmarks.queue_log_text import QueueLog
from benchmarks.results import Figure, at_least, at_most, percentile
from store.sessions import ReaderSession, WriterSession
from widgets.floor_line import CURSOR_MARK

EVENTS_PER_SECOND: Final = 500
AGENTS: Final = 1_050
WRITE_SECONDS: Final = 0.1
PAST_SECONDS: Final = 60
"""How long the floor has been busy when the screen opens."""

WARM_UP_SECONDS: Final = 6
DOWN: Final = b"\x1b[B"
UP: Final = b"\x1b[A"

_PLACE: Final = re.compile(rb"\x1b\[(\d+);\d+H|(" + CURSOR_MARK.encode() + rb")|(\n)")


def marked_line(output: bytes) -> int | None:
    """The line of the screen, from 1, that the cursor's mark was last painted on; None where it was not painted."""
    line: int | None = None
    marked: int | None = None
    for match in _PLACE.finditer(output):
        if match[1]:
            line = int(match[1])
        elif line is not None:
            if match[2]:
                marked = line
            else:
                line += 1
    return marked


class _LogWriter(threading.Thread):
    """Writes a floor's rows into its queue log as they happen, ten times a second.

    Args:
        path: The log.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(name="log-writer", daemon=True)
        self._log = path.open("a", encoding="utf-8")
        self._stopping = threading.Event()
        now_seconds = SystemClock().now_ms() // 1000
        self._rows = QueueLog(AGENTS, talk_seconds=2, break_seconds=60, start_seconds=now_seconds - PAST_SECONDS).rows()
        self._next = next(self._rows)
        self.write_due()

    def write_due(self) -> None:
        """Write what has happened by now."""
        now_ms = SystemClock().now_ms()
        lines: list[str] = []
        while self._next[0] <= now_ms:
            lines.append(self._next[1] + "\n")
            self._next = next(self._rows)
        self._log.write("".join(lines))
        self._log.flush()

    def run(self) -> None:
        while not self._stopping.wait(WRITE_SECONDS):
            self.write_due()

    def stop(self) -> None:
        """Stop, and wait until it has."""
        self._stopping.set()
        self.join()
        self._log.close()


def _press(child: PtyChild, presses: int) -> list[float]:
    """Milliseconds from each press to its painted change."""
    draw = Random(42)
    taken: list[float] = []
    # The first press puts the cursor on the second line, wherever the table begins.
    child.type(DOWN)
    _at_ns, output = child.read_until(lambda read: marked_line(read) is not None, 10)
    line = marked_line(output)
    if line is None:
        raise AssertionError("the cursor's mark was seen, and then not")
    for number in range(presses):
        _read_for(child, draw.uniform(0.05, 0.35))
        key, wanted = (UP, line - 1) if number % 2 == 0 else (DOWN, line)
        pressed_ns = time.monotonic_ns()
        child.type(key)
        at_ns, _output = child.read_until(lambda read, wanted=wanted: marked_line(read) == wanted, 10)  # type: ignore[misc]
        taken.append((at_ns - pressed_ns) / 1e6)
    return taken


def _read_for(child: PtyChild, seconds: float) -> None:
    """Read what is painted meanwhile, as a terminal would."""
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        child.read(left)


def _folded(path: Path) -> int:
    session = ReaderSession(path)
    try:
        return session.log.version()[0]
    finally:
        session.close()


def _measure(home: Path, presses: int) -> tuple[list[float], float]:
    """Times of the presses, and how many events were folded in a second meanwhile."""
    database, log = home / "floor.db", home / "queue_log"
    session = WriterSession(database, Settings.model_construct(), SystemClock())
    session.log.follow(FollowedFile("asterisk", str(log), "queue-log", "utf-8", SystemClock().now_ms()))
    session.close()
    writer = _LogWriter(log)
    writer.start()
    try:
        command = watchfloor("--db", str(database), "--lang", "en", "floor")
        with PtyChild(command, home, size=(160, 48)) as child:
            child.read_until(lambda read: "× not ready" in plain(read), 60)
            _read_for(child, WARM_UP_SECONDS)
            before, began = _folded(database), time.monotonic()
            taken = _press(child, presses)
            return taken, (_folded(database) - before) / (time.monotonic() - began)
    finally:
        writer.stop()


def measure(quick: bool) -> list[Figure]:
    """Press keys into a busy floor."""
    with make_home() as folder:
        taken, folded_per_second = _measure(Path(folder), 60 if quick else 300)
    return [
        at_least("events folded per second meanwhile", folded_per_second, EVENTS_PER_SECOND, digits=0),
        Figure(f"median of {len(taken)} presses", f"{median(taken):.1f} ms"),
        at_most("p95", percentile(taken, 95), 50, " ms"),
        Figure("p99", f"{percentile(taken, 99):.1f} ms"),
        Figure("longest", f"{max(taken):.1f} ms"),
    ]
