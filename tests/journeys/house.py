"""A home with nothing in it, the programs started from it, and a queue log somebody else writes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any, Final

from tests.journeys.terminal import PATIENCE_SECONDS, PROGRAM, Terminal

SIZE: Final = (120, 40)


def eventually(holds: Callable[[], bool], what: str, timeout: float = PATIENCE_SECONDS) -> None:
    """Ask again and again until something holds.

    Raises:
        AssertionError: When it does not within the time.
    """
    deadline = time.monotonic() + timeout
    while not holds():
        assert time.monotonic() < deadline, f"{what}: not within {timeout:g} s"
        time.sleep(0.05)


class Background:
    """A program that runs without a terminal.

    Args:
        process: The program.
        output: The file its output goes to.
        errors: The file its remarks go to.
    """

    def __init__(self, process: subprocess.Popen[bytes], output: Path, errors: Path) -> None:
        self._process = process
        self._output = output
        self._errors = errors

    @property
    def output(self) -> str:
        """What it has printed."""
        return self._output.read_text(encoding="utf-8")

    @property
    def remarks(self) -> str:
        """What it has said beside that."""
        return self._errors.read_text(encoding="utf-8")

    def wait_for(self, remark: str) -> None:
        """Wait until it has said something."""
        eventually(lambda: remark in self.remarks, f"“{remark}” in “{self.remarks}”")

    def end(self, number: signal.Signals = signal.SIGINT) -> int:
        """End it with a signal, and tell its exit code."""
        self._process.send_signal(number)
        return self._process.wait(timeout=PATIENCE_SECONDS)

    def kill(self) -> None:
        """Kill it, if it still runs, without a word of warning."""
        self._process.kill()
        self._process.wait()


class House:
    """A folder that stands for a person's home, and everything started from it.

    Args:
        folder: An empty folder.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.zone = "UTC"
        """The site's zone."""
        self.database = folder / "floor.db"
        self.temporary = folder / "tmp"
        self.temporary.mkdir()
        self._terminals: list[Terminal] = []
        self._processes: list[Background] = []
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "TMPDIR": str(self.temporary),
            "XDG_DATA_HOME": str(folder / "data"),
            "XDG_CONFIG_HOME": str(folder / "config"),
            "XDG_STATE_HOME": str(folder / "state"),
            "XDG_CACHE_HOME": str(folder / "cache"),
            "TERM": "xterm-256color",
            "LANG": "C.UTF-8",
            "TZ": "UTC",
            "PYTHONUTF8": "1",
        }

    def _command(self, arguments: Sequence[str]) -> list[str]:
        own_database = arguments[0] == "demo"
        database = [] if own_database else ["--db", str(self.database)]
        return [*PROGRAM, "--zone", self.zone, *database, *arguments]

    def open(
        self, *arguments: str, lang: str = "en", size: tuple[int, int] = SIZE, ignore_hangup: bool = False
    ) -> Terminal:
        """Start the program on a terminal of its own."""
        environment = {**self.environment, "WATCHFLOOR_LANG": lang}
        terminal = Terminal(self._command(arguments), size, environment, ignore_hangup)
        self._terminals.append(terminal)
        return terminal

    def start(self, *arguments: str) -> Background:
        """Start the program without a terminal, and leave it running."""
        number = len(self._processes) + 1
        output, errors = self.folder / f"output-{number}", self.folder / f"errors-{number}"
        with output.open("w") as to_output, errors.open("w") as to_errors:
            process = subprocess.Popen(
                self._command(arguments),
                env={**self.environment, "WATCHFLOOR_LANG": "en"},
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=to_output,
                stderr=to_errors,
            )
        started = Background(process, output, errors)
        self._processes.append(started)
        return started

    def run(self, *arguments: str, lang: str = "en") -> subprocess.CompletedProcess[str]:
        """Run the program without a terminal to its end."""
        return subprocess.run(
            self._command(arguments),
            env={**self.environment, "WATCHFLOOR_LANG": lang},
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=120,
            check=False,
        )

    def report(self, name: str, *more: str, until: str | None = None) -> list[dict[str, Any]]:
        """A report of yesterday, today and tomorrow as a whole: no midnight can come between.

        Args:
            name: Which one.
            more: More options.
            until: The end, where it is not to be the end of tomorrow.
        """
        today = datetime.now(timezone.utc).date()
        stretch = ["--from", str(today - timedelta(days=1)), "--to", until or str(today + timedelta(days=2))]
        done = self.run("report", name, *stretch, "--every", "all", "--format", "json", *more)
        assert done.returncode == 0, done.stderr
        rows: list[dict[str, Any]] = json.loads(done.stdout)
        return rows

    def calls(self) -> dict[str, int]:
        """Offered, answered and abandoned calls of the whole floor."""
        rows = [row for row in self.report("queue-intervals", "--queue", "ALL") if row["queue"] == "ALL"]
        return {key: sum(row[key] for row in rows) for key in ("offered", "answered", "abandoned")}

    def close(self) -> None:
        """End everything that was started here and still runs."""
        for terminal in self._terminals:
            terminal.close()
        for process in self._processes:
            process.kill()


class QueueLog:
    """The file a telephone system writes, with rows of the present moment.

    Args:
        path: Where it is; its folder is there already.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.ago_seconds = 0.0
        """How long before the present moment the next rows were written."""
        self.calls = 0

    def row(self, call: str, queue: str, agent: str, event: str, *data: object) -> str:
        """One row, complete with its end of line."""
        return "|".join([f"{time.time() - self.ago_seconds:.6f}", call, queue, agent, event, *map(str, data)]) + "\n"

    def append(self, *rows: str) -> None:
        """Write rows at the end, each as far as it goes: one without an end of line stays half written."""
        with self.path.open("a", encoding="utf-8") as file:
            file.write("".join(rows))

    def say(self, call: str, queue: str, agent: str, event: str, *data: object) -> None:
        """Write one row."""
        self.append(self.row(call, queue, agent, event, *data))

    def answered_call(self, queue: str, agent: str) -> list[str]:
        """The rows of one call that is answered and completed at once, not written yet."""
        self.calls += 1
        call = f"call-{self.calls}"
        return [
            self.row(call, queue, "NONE", "ENTERQUEUE", "", f"021{self.calls:07d}", 1),
            self.row(call, queue, agent, "CONNECT", 3, "channel", 2),
            self.row(call, queue, agent, "COMPLETECALLER", 3, 40, 1),
        ]

    def rotate_by_rename(self) -> Path:
        """Move the file away under a new name, and begin a new one, as logrotate does."""
        aside = self.path.with_name(f"{self.path.name}.{len(list(self.path.parent.glob(self.path.name + '.*'))) + 1}")
        self.path.rename(aside)
        self.path.touch()
        return aside
