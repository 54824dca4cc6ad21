"""A real terminal for the real program: a pty, an emulator that draws what arrives, and a hand on the keyboard.

Nothing here sleeps for a fixed time and hopes: every wait ends as soon as what it waits for is on the screen.
"""

from __future__ import annotations

import contextlib
import os
import re
import select
import signal
import sys
import termios
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

import pyte
from ptyprocess import PtyProcess

PROGRAM: Final = (sys.executable, str(Path(__file__).resolve().parents[2] / "main.py"))
"""How the program is started, from whatever folder."""

PATIENCE_SECONDS: Final = 30.0
"""How long to wait for what a busy machine may be slow with; a quick one never waits so long."""

KEYS: Final = {
    "Esc": "\x1b",
    "Enter": "\r",
    "Up": "\x1b[A",
    "Down": "\x1b[B",
    "Right": "\x1b[C",
    "Left": "\x1b[D",
    "End": "\x1b[F",
    "Home": "\x1b[H",
    "PageDown": "\x1b[6~",
    "Ctrl+C": "\x03",
    "F6": "\x1b[17~",
    "F7": "\x1b[18~",
    "F8": "\x1b[19~",
}
"""What a terminal sends for keys that are not characters."""

_UNKNOWN_TO_THE_EMULATOR: Final = re.compile(rb"\x1b\[[<>=][0-9;]*u")
"""The question for, and the end of, a keyboard protocol the emulator has not heard of and would print."""

_ASKS_FOR_FRAMES: Final = b"\x1b[?2026$p"
_KNOWS_FRAMES: Final = b"\x1b[?2026;2$y"
_FRAME_BEGINS: Final = b"\x1b[?2026h"
_FRAME_ENDS: Final = b"\x1b[?2026l"

Wanted = str | Callable[[str], bool]


class Terminal:
    """One program on one pty.

    Args:
        arguments: The command, its program first.
        size: Columns and lines.
        environment: All of the program's environment.
        ignore_hangup: Start it as `nohup` would: the end of the terminal sends it nothing it hears.
    """

    def __init__(
        self,
        arguments: Sequence[str],
        size: tuple[int, int],
        environment: Mapping[str, str],
        ignore_hangup: bool = False,
    ) -> None:
        columns, lines = size
        command = list(arguments)
        if ignore_hangup:
            command = ["/bin/sh", "-c", 'trap "" HUP; exec "$@"', "sh", *command]
        self._lines = lines
        self._screen = pyte.Screen(columns, lines)
        self._stream = pyte.ByteStream(self._screen)
        self._raw = bytearray()
        self._frame = [""] * lines
        self._drawn = threading.Condition()
        self._reading = threading.Event()
        self._reading.set()
        self._closed = threading.Event()
        self._process = PtyProcess.spawn(command, env=dict(environment), dimensions=(lines, columns))
        self._before = termios.tcgetattr(self._process.fd)
        self._exit_code: int | None = None
        self._reader = threading.Thread(target=self._read, name="terminal", daemon=True)
        self._reader.start()

    # -- looking --------------------------------------------------------------------------------------------------

    def screen(self) -> list[str]:
        """The lines of the newest whole frame, without the blanks at their ends."""
        with self._drawn:
            return list(self._frame)

    def text(self) -> str:
        """The same as one string."""
        return "\n".join(self.screen())

    @property
    def raw(self) -> bytes:
        """Every byte the program has written so far."""
        with self._drawn:
            return bytes(self._raw)

    def wait_for(self, wanted: Wanted, timeout: float = PATIENCE_SECONDS) -> str:
        """Wait until a text stands on the screen, or a predicate of the screen's text holds.

        Returns:
            The screen's text at that moment.

        Raises:
            AssertionError: With the screen, when it does not come within the time, or the program ends before.
        """
        holds = (lambda text: wanted in text) if isinstance(wanted, str) else wanted
        deadline = time.monotonic() + timeout
        while True:
            ended = not self._reader.is_alive()
            text = self.text()
            if holds(text):
                return text
            left = deadline - time.monotonic()
            if ended or left <= 0:
                what = repr(wanted) if isinstance(wanted, str) else getattr(wanted, "__name__", "the condition")
                why = "the program ended" if ended else f"{timeout:g} s passed"
                raise AssertionError(f"waited for {what}, but {why}; the screen shows:\n{text}")
            with self._drawn:
                self._drawn.wait(min(left, 0.1))

    def wait_gone(self, unwanted: str, timeout: float = PATIENCE_SECONDS) -> str:
        """Wait until a text stands on the screen no more."""

        def gone(text: str) -> bool:
            return unwanted not in text

        return self.wait_for(gone, timeout)

    # -- doing ----------------------------------------------------------------------------------------------------

    def press(self, *keys: str) -> None:
        """Press keys by their names, or type characters."""
        for key in keys:
            os.write(self._process.fd, KEYS.get(key, key).encode())

    def resize(self, columns: int, lines: int) -> None:
        """Make the window another size; the program is told as by any terminal."""
        with self._drawn:
            self._lines = lines
            self._screen.resize(lines, columns)
        self._process.setwinsize(lines, columns)

    def stall(self) -> None:
        """Stop reading: the program's output fills the pty and then blocks."""
        self._reading.clear()

    def resume(self) -> None:
        """Read again."""
        self._reading.set()

    def close_master(self) -> None:
        """Tear the terminal away, as a lost connection does."""
        self._closed.set()
        self._reader.join()
        with contextlib.suppress(OSError):
            # The library's own file object: it would close the number again later, when it means something else.
            self._process.fileobj.close()

    def send_signal(self, number: signal.Signals) -> None:
        """Send the program a signal."""
        os.kill(self.pid, number)

    # -- the end --------------------------------------------------------------------------------------------------

    @property
    def pid(self) -> int:
        """The program's process id."""
        pid: int = self._process.pid
        return pid

    def cpu_seconds(self) -> float:
        """How much processor time the program has used."""
        fields = Path(f"/proc/{self.pid}/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def wait_exit(self, timeout: float = PATIENCE_SECONDS) -> tuple[int, float]:
        """Wait for the program to end.

        Returns:
            Its exit code, negative for the signal that ended it, and the processor seconds of its whole life.

        Raises:
            AssertionError: When it goes on beyond the time.
        """
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            pid, status, used = os.wait4(self.pid, os.WNOHANG)
            if pid:
                self._exit_code = os.waitstatus_to_exitcode(status)
                if not self._closed.is_set():
                    self._reader.join(timeout=5)
                return self._exit_code, used.ru_utime + used.ru_stime
            time.sleep(0.02)
        raise AssertionError(f"the program still runs after {timeout:g} s; the screen shows:\n{self.text()}")

    def is_restored(self) -> bool:
        """Whether the terminal was given back as it was: main screen, cursor, no mouse reports, line editing."""
        raw = self.raw

        def ends_with(off: bytes, on: bytes) -> bool:
            return raw.rfind(off) > raw.rfind(on)

        now = termios.tcgetattr(self._process.fd)
        return (
            ends_with(b"\x1b[?1049l", b"\x1b[?1049h")
            and ends_with(b"\x1b[?25h", b"\x1b[?25l")
            and ends_with(b"\x1b[?1003l", b"\x1b[?1003h")
            and now[:4] == self._before[:4]
        )

    def close(self) -> None:
        """End whatever still runs, and let go of the pty."""
        self._reading.set()
        if self._exit_code is None:
            with contextlib.suppress(OSError):
                os.kill(self.pid, signal.SIGKILL)
            with contextlib.suppress(OSError):
                os.waitpid(self.pid, 0)
            self._exit_code = -signal.SIGKILL
        self._process.terminated = True  # reaped here already; the library must not look for it again
        if not self._closed.is_set():
            self.close_master()
        self._process.closed = True

    # -- on the reader's thread -----------------------------------------------------------------------------------

    def _read(self) -> None:
        while not self._closed.is_set():
            if not self._reading.wait(0.1):
                continue
            ready, _, _ = select.select([self._process.fd], [], [], 0.05)
            if not ready:
                continue
            chunk = b""
            with contextlib.suppress(OSError):
                chunk = os.read(self._process.fd, 1 << 16)
            with self._drawn:
                self._draw(chunk)
                self._drawn.notify_all()
            if not chunk:
                return

    def _draw(self, chunk: bytes) -> None:
        """Draw what came; nobody sees a frame that is only half there, as on any terminal of today."""
        self._raw += chunk
        if _ASKS_FOR_FRAMES in chunk:
            os.write(self._process.fd, _KNOWS_FRAMES)
        self._stream.feed(_UNKNOWN_TO_THE_EMULATOR.sub(b"", chunk))
        if not chunk or self._raw.rfind(_FRAME_ENDS) >= self._raw.rfind(_FRAME_BEGINS):
            # The second half of a wide character is an empty cell.
            rows = [self._screen.buffer[y] for y in range(self._lines)]
            self._frame = ["".join(row[x].data for x in range(self._screen.columns)).rstrip() for row in rows]
