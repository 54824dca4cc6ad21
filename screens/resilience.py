"""What keeps a screen alive for weeks: an error boundary, a log without secrets, a watch on the terminal itself."""

from __future__ import annotations

import logging
import os
import select
import termios
import threading
import time
import traceback
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from textual.geometry import Region
from textual.message import Message
from textual.message_pump import MessagePump
from textual.strip import Strip
from textual.widget import Widget

from app.core.text import inert

LOG: Final = logging.getLogger("watchfloor.screens")

LOG_BYTES: Final = 1_000_000
LOG_FILES: Final = 3
"""One log and three older ones: a fault that repeats for a month fills four megabytes and no more."""

ERRORS_TOLERATED: Final = 20
ERROR_WINDOW_MS: Final = 10_000
"""More errors than this within this time are a loop, which no screen survives usefully."""

EXIT_ERROR_LOOP: Final = 1
EXIT_TERMINAL_LOST: Final = 129
"""What a shell reports for a program that a hang-up ended."""

WATCH_SECONDS: Final = 1.0
"""How often the terminal is looked at where its end is not told at once."""

SECOND_LOOK_SECONDS: Final = 0.2
"""How long after a look that found it lost a terminal is looked at again, to be sure."""


def uptime_ms() -> int:
    """Milliseconds since some fixed moment, for measuring stretches of real time.

    It is never set back, and where the system can tell it goes on while the machine sleeps.
    """
    return time.clock_gettime_ns(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)) // 1_000_000


def open_log(path: Path) -> logging.Handler:
    """Have everything Watchfloor logs written to a file that never grows beyond its limit.

    Returns:
        The handler, to be given to `close_log`.

    Raises:
        OSError: When the file cannot be written.
    """
    from logging.handlers import RotatingFileHandler

    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handler = RotatingFileHandler(path, maxBytes=LOG_BYTES, backupCount=LOG_FILES, encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logger = logging.getLogger("watchfloor")
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    logger.propagate = False
    return handler


def close_log(handler: logging.Handler) -> None:
    """Stop writing to the file of `handler`."""
    logger = logging.getLogger("watchfloor")
    logger.removeHandler(handler)
    logger.propagate = True
    handler.close()


def error_text(error: BaseException) -> str:
    """Where and what an error was, without the values of any variable and without control characters."""
    lines = "".join(traceback.format_exception(error)).splitlines()
    return "\n".join(map(inert, lines))


class ErrorBoundary:
    """Counts errors and decides which one is too many.

    Args:
        now_ms: Tells the time; a monotonic one, so that a clock set back hides no loop.
        limit: How many errors are borne within the window.
        window_ms: How long an error is remembered.
    """

    def __init__(
        self, now_ms: Callable[[], int], limit: int = ERRORS_TOLERATED, window_ms: int = ERROR_WINDOW_MS
    ) -> None:
        self._now_ms = now_ms
        self._limit = limit
        self._window_ms = window_ms
        self._recent_ms: deque[int] = deque(maxlen=limit + 1)
        self.count = 0
        """How many errors there were since the start."""
        self.open = False
        """Whether errors are borne at all: not while the app is still being put together."""

    def bears(self, error: BaseException) -> bool:
        """Log an error, and say whether the screen may go on."""
        LOG.error("%s", error_text(error))
        now_ms = self._now_ms()
        self.count += 1
        self._recent_ms.append(now_ms)
        recent = sum(now_ms - at_ms <= self._window_ms for at_ms in self._recent_ms)
        return self.open and recent <= self._limit


def shield(widget: Widget, report: Callable[[Exception], None], now_ms: Callable[[], int]) -> None:
    """Keep an error in one widget from ending that widget's life, or the painting of the others.

    Textual stops a widget's message loop for good at the first exception and drops the whole frame when one widget
    cannot be painted. A shielded widget drops only the message, or shows blanks where it cannot paint itself.
    A widget is painted many times a second: that it cannot be is reported once in a while, not each time.

    Args:
        widget: What to shield, before its message loop starts.
        report: Takes the errors.
        now_ms: Tells real time.
    """
    dispatch = widget._dispatch_message
    render_lines = widget.render_lines
    reported_ms: int | None = None

    async def dispatch_message(message: Message) -> None:
        try:
            await dispatch(message)
        except Exception as error:  # noqa: BLE001 - this is the boundary
            report(error)

    def shielded_lines(crop: Region) -> list[Strip]:
        nonlocal reported_ms
        try:
            return render_lines(crop)
        except Exception as error:  # noqa: BLE001 - this is the boundary
            if reported_ms is None or now_ms() - reported_ms >= ERROR_WINDOW_MS:
                reported_ms = now_ms()
                report(error)
            return [Strip.blank(crop.width)] * crop.height

    replace_method(widget, "_dispatch_message", dispatch_message)
    replace_method(widget, "render_lines", shielded_lines)


def replace_method(pump: MessagePump, name: str, method: Callable[..., Any]) -> None:
    """Put a method of one object, not of its class, in the place of another."""
    setattr(pump, name, method)


def terminal_is_lost(descriptor: int) -> bool:
    """Whether the terminal behind an open descriptor is gone: hung up, closed, or no terminal any more."""
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    try:
        events = poll.poll(0)
    except OSError:
        return True
    if any(event & (select.POLLHUP | select.POLLERR) for _fd, event in events):
        return True
    try:
        termios.tcgetattr(descriptor)
    except termios.error:
        return True
    return False


class TerminalWatch:
    """Ends the process when its terminal is gone, whatever the event loop is doing at that moment.

    A terminal that dies without a hang-up signal leaves Textual reading end-of-file in a tight loop, and a write
    that fails leaves the event loop waiting for a dead writer; neither can be told from inside that loop.

    Args:
        descriptor: The terminal's input; nothing is watched when it is not a terminal.
        on_lost: Ends the process; must not need the event loop.
    """

    def __init__(self, descriptor: int, on_lost: Callable[[], None], every_seconds: float = WATCH_SECONDS) -> None:
        self._descriptor = descriptor
        self._on_lost = on_lost
        self._every_seconds = every_seconds
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to watch, if there is a terminal to watch."""
        if self._thread is None and os.isatty(self._descriptor):
            self._thread = threading.Thread(target=self._watch, name="terminal-watch", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Watch no longer; the terminal is about to be given back."""
        self._stopped.set()

    def _watch(self) -> None:
        lost_before = False
        poll = select.poll()
        poll.register(self._descriptor, 0)
        while not self._stopped.is_set():
            if lost_before:
                self._stopped.wait(min(SECOND_LOOK_SECONDS, self._every_seconds))
            else:
                # Wakes at once at a hang-up: every moment until the end is one in which the event loop spins.
                poll.poll(self._every_seconds * 1000)
            lost = terminal_is_lost(self._descriptor)
            # Two looks in a row: a terminal that is being resized or re-attached may fail a single one.
            if lost and lost_before and not self._stopped.is_set():
                self._on_lost()
                return
            lost_before = lost
