"""What the sources of a floor are, as the store keeps them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

FileKind = Literal["queue-log", "events"]

KINDS: Final[tuple[FileKind, ...]] = ("queue-log", "events")


@dataclass(frozen=True, slots=True)
class FollowedFile:
    """A file that the engine keeps reading.

    Attributes:
        source: The name of the telephone system.
        path: The file.
        kind: Its form.
        encoding: Of its text.
        since_ms: When following was asked for.
    """

    source: str
    path: str
    kind: FileKind
    encoding: str
    since_ms: int
