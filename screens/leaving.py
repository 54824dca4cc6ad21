"""The ways out of a screen that a person did not choose: a signal asks it to end, or its terminal is gone."""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import sys
import termios
import threading
from collections.abc import Callable
from types import FrameType
from typing import Any, Final

from screens.resilience import EXIT_TERMINAL_LOST, LOG, TerminalWatch, terminal_is_lost

PATIENCE_SECONDS: Final = 4.0
"""How long an orderly end may take; a terminal that is read no more would hold it up for ever."""

SIGNALS: Final = (signal.SIGHUP, signal.SIGINT, signal.SIGTERM)
"""The signals that ask a program to end."""

_GIVE_BACK: Final = b"\x1b[?1003l\x1b[?1006l\x1b[?1000l\x1b[?2004l\x1b[<u\x1b[?1049l\x1b[?25h"
"""Let go of the mouse, leave the alternate screen, show the cursor."""


class EmergencyExit:
    """Ends the process at once, whatever its event loop is doing; nothing durable waits for the screen.

    Args:
        descriptor: The terminal's input, as it is before the screen is drawn.
        last_deed: What is to be tidied even then; it must not need the event loop.
    """

    def __init__(self, descriptor: int, last_deed: Callable[[], None]) -> None:
        self._descriptor = descriptor
        self._last_deed = last_deed
        self._attributes: list[Any] | None = None
        with contextlib.suppress(termios.error):
            self._attributes = termios.tcgetattr(descriptor)

    def leave(self, exit_code: int = EXIT_TERMINAL_LOST) -> None:
        """Give the terminal back as far as it takes it, tidy up, and end. It does not return."""
        LOG.warning("The screen ends here, with exit code %d and without the terminal's help.", exit_code)
        try:
            for handler in logging.getLogger("watchfloor").handlers:
                with contextlib.suppress(OSError, ValueError):
                    handler.flush()
            self._give_back()
            self._last_deed()
        finally:
            os._exit(exit_code)

    def _give_back(self) -> None:
        stream = sys.__stderr__
        if stream is None:
            return
        # A process in the background would be stopped for touching the terminal, instead of ending.
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTTOU})
        with contextlib.suppress(OSError, ValueError):
            output = stream.fileno()
            os.set_blocking(output, False)
            try:
                os.write(output, _GIVE_BACK)
            finally:
                # The shell that started this shares the open file.
                os.set_blocking(output, True)
        if self._attributes is not None:
            with contextlib.suppress(termios.error):
                termios.tcsetattr(self._descriptor, termios.TCSANOW, self._attributes)


class WaysOut:
    """Has the screen end in good order when a signal asks for it, and at once when that cannot be or takes too long.

    A signal that the process was started to ignore, as by nohup, stays ignored.

    Args:
        descriptor: The terminal's input, as it is before the screen is drawn.
        ask: Asks the event loop to end with an exit code; called in a signal handler.
        last_deed: What is to be tidied even at an end without the event loop.
        patience_seconds: How long the event loop has to end.
    """

    def __init__(
        self,
        descriptor: int,
        ask: Callable[[int], object],
        last_deed: Callable[[], None],
        patience_seconds: float = PATIENCE_SECONDS,
    ) -> None:
        self._descriptor = descriptor
        self._ask = ask
        self._emergency = EmergencyExit(descriptor, last_deed)
        self._patience_seconds = patience_seconds
        self._watch = TerminalWatch(descriptor, self._emergency.leave)
        self._before: dict[signal.Signals, Any] = {}

    def open(self) -> None:
        """Begin to listen to signals, and to watch the terminal; only the main thread may."""
        for number in SIGNALS:
            if signal.getsignal(number) is not signal.SIG_IGN:
                self._before[number] = signal.signal(number, self._asked)
        self._watch.start()

    def close(self) -> None:
        """Let the signals do again what they did before; the terminal is about to be given back."""
        self._watch.stop()
        for number, before in self._before.items():
            signal.signal(number, before)
        self._before.clear()

    def _asked(self, number: int, _frame: FrameType | None) -> None:
        exit_code = 128 + number
        if number == signal.SIGHUP and terminal_is_lost(self._descriptor):
            self._emergency.leave(exit_code)
        timer = threading.Timer(self._patience_seconds, self._emergency.leave, (exit_code,))
        timer.daemon = True
        timer.start()
        self._ask(exit_code)
