"""A place where a log is written, rotated and followed."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from app.core.clock import ManualClock
from app.sources.follower import Follower
from app.sources.queue_log import QueueLogParser
from tests.sources.fakes import MemorySink

NOW = 1_795_289_282_000


def row(number: int) -> bytes:
    return f"{1795289282 + number}|call.{number}|support|NONE|ENTERQUEUE||13800001015|1\n".encode()


def rows(*numbers: int) -> bytes:
    return b"".join(map(row, numbers))


class Site:
    """A log, a store, and followers of the one into the other."""

    def __init__(self, folder: Path) -> None:
        self.log = folder / "queue_log"
        self.sink = MemorySink()
        self.clock = ManualClock(NOW)
        self.follower = self.restarted()

    def restarted(self, **options: int) -> Follower:
        self.follower = Follower(self.sink, "pbx", str(self.log), QueueLogParser, self.clock, **options)
        return self.follower

    def append(self, data: bytes, path: Path | None = None) -> None:
        with (path or self.log).open("ab") as file:
            file.write(data)

    def drain(self) -> None:
        """Poll until nothing is ready any more."""
        for _attempt in range(1000):
            if not self.follower.poll().more:
                return
        raise AssertionError("the follower never comes to rest")

    @property
    def numbers(self) -> list[int]:
        """The rows stored, in order of storing."""
        return [int(identity.split("|")[1].removeprefix("call.")) for identity in self.sink.identities]

    def rename(self, name: str = "queue_log.1") -> Path:
        return self.log.rename(self.log.with_name(name))

    def copy_and_truncate(self, name: str = "queue_log.1") -> None:
        shutil.copy2(self.log, self.log.with_name(name))
        os.truncate(self.log, 0)
