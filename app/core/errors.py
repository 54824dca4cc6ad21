"""The errors a person may meet: each is one sentence that says what is wrong, where, and what to do."""

from __future__ import annotations

from typing import ClassVar


class WatchfloorError(Exception):
    """A problem that is told to the person in one line, never as a traceback.

    Attributes:
        exit_code: What the command line ends with (design section 5).
    """

    exit_code: ClassVar[int] = 1


class UsageProblem(WatchfloorError):
    """The command was used in a way that cannot work: exit code 2."""

    exit_code = 2


class DataProblem(WatchfloorError):
    """Data handed in cannot be read: exit code 3."""

    exit_code = 3


class RuleRefused(WatchfloorError):
    """A rule of the floor says no: exit code 4."""

    exit_code = 4


class StoreProblem(WatchfloorError):
    """The database cannot be used as it is: exit code 5."""

    exit_code = 5
