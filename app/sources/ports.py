"""What every source has in common: numbered lines in, facts or problems out."""

from __future__ import annotations

from typing import NamedTuple, Protocol

from app.core.facts import Draft


class LineProblem(Exception):
    """A line cannot be read; it goes to the quarantine and reading goes on.

    Attributes:
        reason: One sentence that says what is unreadable.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Line(NamedTuple):
    """One line of a file (or one record, where a quoted field spans lines).

    Attributes:
        number: From 1.
        offset: First byte of the line in the file.
        data: The line without its line feed; the first part only where it is too long.
        too_long: The line is longer than the limit and was not held in memory.
    """

    number: int
    offset: int
    data: bytes
    too_long: bool


class LineParser(Protocol):
    """Reads the lines of one form."""

    @property
    def encoding(self) -> str:
        """How the text of the file is encoded."""
        ...

    def parse(self, data: bytes, /) -> Draft | None:
        """Read one line; None for a blank one.

        Raises:
            LineProblem: When its meaning cannot be read.
        """
        ...
