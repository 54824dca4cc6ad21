"""The clock of a repeat caller's flag: one due instant for all three of its steps. Pure.

A customer who calls again waits since the call, not since somebody looked: acknowledging, calling back and writing
back what came of it are each due `flag_seconds` after the flag was raised.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from app.tickets.model import Flag, Ticket


class FlagStep(NamedTuple):
    """One step of closing a loop.

    Attributes:
        step: acknowledged, called_back or written_back.
        due_ms: Until when it is in time.
        done_ms: When it was done; None while it is not.
    """

    step: str
    due_ms: int
    done_ms: int | None

    def is_in_time(self, now_ms: int) -> bool | None:
        """Whether it was done in time; None while it still can be."""
        if self.done_ms is not None:
            return self.done_ms <= self.due_ms
        return None if now_ms <= self.due_ms else False


def flag_due_ms(flag: Flag, flag_seconds: int) -> int:
    """Until when the steps of a flag are in time."""
    return flag.raised_ms + flag_seconds * 1000


def flag_steps(flag: Flag, flag_seconds: int) -> tuple[FlagStep, FlagStep, FlagStep]:
    """The three steps of a flag, in order.

    Args:
        flag: The flag.
        flag_seconds: How long the loop may take, as the policy book says.
    """
    due_ms = flag_due_ms(flag, flag_seconds)
    return (
        FlagStep("acknowledged", due_ms, flag.acknowledged_ms),
        FlagStep("called_back", due_ms, flag.called_back_ms),
        FlagStep("written_back", due_ms, flag.written_back_ms),
    )


def next_step(flag: Flag, flag_seconds: int) -> FlagStep | None:
    """The first step that is not done; None when the loop is closed."""
    return next((step for step in flag_steps(flag, flag_seconds) if step.done_ms is None), None)


def waiting_flags(ticket: Ticket) -> Iterator[Flag]:
    """The flags of a ticket whose loop is open, in order."""
    return (flag for flag in ticket.flags if flag.written_back_ms is None)
