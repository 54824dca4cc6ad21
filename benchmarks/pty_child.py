"""A program in a terminal of its own: what it paints is read as it comes, keys are typed into it."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent

_ESCAPES: Final = re.compile(
    r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|P[^\x1b]*\x1b\\|[@-OQ-Z^_=>])"
    r"|\x1b[\[\]P]?[^@-~]*$"
)
"""Whole escape sequences, and one at the end that is not all there yet."""


def plain(output: bytes) -> str:
    """Output without its escape sequences."""
    return _ESCAPES.sub("", output.decode(errors="replace"))


class PtyChild:
    """A child process whose terminal is read by this one.

    Args:
        command: The program and its arguments.
        size: Cells and lines of the terminal.
        home: Where the child finds its settings and keeps its log: not the person's own.

    Attributes:
        started_ns: When it was started, by the monotonic clock.
    """

    def __init__(self, command: Sequence[str], home: Path, size: tuple[int, int] = (200, 60)) -> None:
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("WATCHFLOOR_", "TEXTUAL"))},
            "TERM": "xterm-256color",
            "COLORTERM": "truecolor",
            "LANG": "C.UTF-8",
            "HOME": str(home),
            "XDG_CONFIG_HOME": str(home / "config"),
            "XDG_DATA_HOME": str(home / "data"),
            "XDG_STATE_HOME": str(home / "state"),
        }
        self.started_ns = time.monotonic_ns()
        self._process = subprocess.Popen(
            command,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            cwd=ROOT,
            env=environment,
            start_new_session=True,
            close_fds=True,
        )
        os.close(slave)

    def __enter__(self) -> PtyChild:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()
        os.close(self._master)

    @property
    def process_id(self) -> int:
        """The child's."""
        return self._process.pid

    def type(self, keys: bytes) -> None:
        """Press keys."""
        os.write(self._master, keys)

    def read(self, timeout_seconds: float) -> bytes:
        """What came by now; waits for the first bytes, and gives none when none come in time.

        Raises:
            EOFError: When the child has ended.
        """
        if not select.select([self._master], [], [], max(0.0, timeout_seconds))[0]:
            return b""
        try:
            data = os.read(self._master, 1 << 20)
        except OSError:
            data = b""
        if not data:
            raise EOFError("the program ended before it was asked to")
        return data

    def read_until(self, enough: Callable[[bytes], bool], timeout_seconds: float) -> tuple[int, bytes]:
        """Read until the output since this call is enough.

        Returns:
            The instant the last bytes of it were read, by the monotonic clock, and the output.

        Raises:
            TimeoutError: When it never was.
            EOFError: When the child has ended.
        """
        deadline = time.monotonic() + timeout_seconds
        output = b""
        while (left := deadline - time.monotonic()) > 0:
            if data := self.read(left):
                at_ns = time.monotonic_ns()
                output += data
                if enough(output):
                    return at_ns, output
        raise TimeoutError(f"not seen within {timeout_seconds:g} s; the last of it: {plain(output)[-300:]!r}")


def python(*arguments: str) -> list[str]:
    """A command that runs this Python."""
    return [sys.executable, *arguments]


def watchfloor(*arguments: str) -> list[str]:
    """A command that starts Watchfloor as its console script does."""
    return python("-c", "import sys; from main import cli; sys.exit(cli())", *arguments)


def make_home() -> tempfile.TemporaryDirectory[str]:
    """A folder for what a child writes; gone when it is closed."""
    return tempfile.TemporaryDirectory(prefix="watchfloor-bench-", ignore_cleanup_errors=True)
