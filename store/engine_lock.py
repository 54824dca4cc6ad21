"""The lock beside the database, held by one process at a time: a file the system unlocks when its holder dies."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Callable, Sequence
from pathlib import Path

from app.core.errors import StoreProblem
from app.core.i18n import _
from app.core.text import inert
from app.engine.ports import EngineReport


class FileEngineLock:
    """Implements `EngineLock` with flock.

    Args:
        database: The database file; the lock file lies beside it.
        now_ms: Real time, for the age of the holder's report.
    """

    def __init__(self, database: Path, now_ms: Callable[[], int]) -> None:
        self._path = database.with_name(database.name + ".engine")
        self._now_ms = now_ms
        self._descriptor: int | None = None

    def acquire(self) -> bool:
        if self._descriptor is not None:
            return True
        try:
            descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise StoreProblem(
                _("The lock file {path} cannot be opened: {reason}.").format(
                    path=inert(str(self._path)), reason=error.strerror
                )
            ) from None
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            # Someone may have removed the file between opening and locking it: a lock on it would hold nobody off.
            held = os.fstat(descriptor)
            there = self._path.stat()
            if (held.st_dev, held.st_ino) != (there.st_dev, there.st_ino):
                raise BlockingIOError
        except OSError:
            os.close(descriptor)
            return False
        self._descriptor = descriptor
        self.report((), "")
        return True

    def release(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def report(self, following: Sequence[str], problem: str) -> None:
        if self._descriptor is None:
            return
        text = json.dumps(
            {"process": os.getpid(), "following": list(following), "problem": problem, "at_ms": self._now_ms()}
        ).encode()
        # One write over all that was said before: a reader sees the old report or the new one.
        length = max(4096, os.fstat(self._descriptor).st_size)
        os.pwrite(self._descriptor, text.ljust(length), 0)

    def holder(self) -> EngineReport | None:
        try:
            said = json.loads(self._path.read_text(encoding="utf-8"))
            return EngineReport(
                int(said["process"]),
                tuple(str(name) for name in said["following"]),
                str(said["problem"]),
                max(0, self._now_ms() - int(said["at_ms"])),
            )
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def is_held(self) -> bool:
        """Whether some process, this one included, holds the lock."""
        if self._descriptor is not None:
            return True
        try:
            descriptor = os.open(self._path, os.O_RDONLY | os.O_CLOEXEC)
        except OSError:
            return False
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError:
            return True
        finally:
            os.close(descriptor)
        return False
