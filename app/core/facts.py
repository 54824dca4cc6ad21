"""How facts are handed over: what any source (a file, a simulator, a person) gives to the event log.

One `Batch` is stored in one transaction together with the place reading has reached, so that a fact is counted once
whatever is killed when.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from app.core.events import AnyEvent


@dataclass(frozen=True, slots=True)
class Draft:
    """A fact about to be stored.

    Attributes:
        event: The fact.
        identity: What makes it the same fact when it is met again in another file, another form or another reading:
            the normalised content of its row. Two drafts of one source with the same instant and the same identity
            are one fact.
    """

    event: AnyEvent
    identity: bytes


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line whose meaning could not be read; kept, with where and why, so that nothing is lost.

    Attributes:
        file: The file as the person named it, "-" for standard input.
        line_number: From 1.
        offset: First byte of the line in the file.
        text: The line, undecodable bytes as \\xNN, cut at 65,536 characters.
        reason: One sentence.
    """

    file: str
    line_number: int
    offset: int
    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class FilePosition:
    """How far a file has been read.

    Attributes:
        path: The path that was asked for.
        device: The file system's number of the file that was being read.
        inode: The file's number on it.
        offset: First byte not yet read.
        line_number: Lines read so far.
        head: A digest of the first `head_bytes` bytes, to tell a file from its successor of the same number.
        head_bytes: How many bytes the digest covers.
    """

    path: str
    device: int
    inode: int
    offset: int
    line_number: int
    head: bytes
    head_bytes: int


@dataclass(frozen=True, slots=True)
class Batch:
    """What one transaction stores.

    Attributes:
        source: The name of the telephone system (or simulator): the same name means the same facts.
        drafts: In the order in which they were read; that order breaks ties within a millisecond.
        bad_lines: For the quarantine.
        position: Where reading has reached after this batch; None for what has no place, such as standard input.
    """

    source: str
    drafts: Sequence[Draft]
    bad_lines: Sequence[BadLine] = ()
    position: FilePosition | None = None


@dataclass(frozen=True, slots=True)
class Recorded:
    """What became of a batch.

    Attributes:
        events: Facts that are new and mean something.
        ignored: Facts that are new and change nothing (`OtherFact`).
        duplicates: Facts and bad lines that were known already.
        quarantined: Bad lines that are new.
    """

    events: int = 0
    ignored: int = 0
    duplicates: int = 0
    quarantined: int = 0

    def __add__(self, other: Recorded) -> Recorded:
        return Recorded(
            self.events + other.events,
            self.ignored + other.ignored,
            self.duplicates + other.duplicates,
            self.quarantined + other.quarantined,
        )


class FactSink(Protocol):
    """Where sources put what they read."""

    def record(self, batch: Batch) -> Recorded:
        """Store a batch and fold it, all or nothing.

        Raises:
            StoreProblem: When the store refuses; nothing of the batch is stored then.
        """
        ...

    def position(self, source: str, path: str) -> FilePosition | None:
        """How far a file has been read for a source, or None when it never was."""
        ...
