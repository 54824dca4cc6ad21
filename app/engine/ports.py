"""What the engine asks of the outside: the lock beside the database, a store to write to, sources to read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from app.core.facts import FactSink
from app.sources.model import FollowedFile


class EngineReport(NamedTuple):
    """What the process that holds the lock says of itself, for the others to show.

    Attributes:
        process: Its process id.
        following: The sources it reads, by name.
        problem: What is wrong with reading, as a sentence; empty when all is well.
        age_ms: Time since it last said so.
    """

    process: int
    following: tuple[str, ...]
    problem: str
    age_ms: int


class EngineLock(Protocol):
    """The lock that one process at a time holds; the system gives it back when its holder dies, however it dies."""

    def acquire(self) -> bool:
        """Take the lock if nobody holds it; whether this process holds it now."""
        ...

    def release(self) -> None:
        """Give the lock back, if this process holds it."""
        ...

    def report(self, following: Sequence[str], problem: str) -> None:
        """Say how the engine is; called about once a second by the holder."""
        ...

    def holder(self) -> EngineReport | None:
        """What the holder last said; None where nobody ever held the lock."""
        ...


class EngineSession(Protocol):
    """A writer on one connection, opened and used on the engine's thread."""

    @property
    def journal(self) -> FactSink:
        """Where facts go."""
        ...

    def followed(self) -> list[FollowedFile]:
        """The files to keep reading."""
        ...

    def is_replaced(self) -> bool:
        """Whether another file lies at the path now, or none: what is stored here nobody would ever see."""
        ...

    def attend(self) -> None:
        """Do what is to happen by itself by now; called several times a second, and cheap when nothing is due.

        Raises:
            StoreProblem: When the store refuses; what was not stored is done the next time.
        """
        ...

    def tidy(self) -> None:
        """Housekeeping that is due now and then: the WAL's checkpoint."""
        ...

    def close(self) -> None:
        """Let the connection go."""
        ...


class PolledSource(Protocol):
    """Something that hands over facts when it is asked."""

    @property
    def name(self) -> str:
        """What the event log knows it by."""
        ...

    @property
    def problem(self) -> str:
        """What is wrong, as a sentence; empty when all is well."""
        ...

    def poll(self) -> bool:
        """Hand over what is new, not too much at once; whether more is ready.

        Raises:
            StoreProblem: When the store refuses; the same is handed over again at the next poll.
        """
        ...

    def close(self) -> None:
        """Let go of files."""
        ...
