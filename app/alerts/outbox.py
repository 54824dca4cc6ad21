"""What becomes of a message after an answer: told, tried again, handed to the next channel, given up. Pure."""

from __future__ import annotations

from collections import deque
from typing import Final, NamedTuple

from app.alerts.channels.model import Answer
from app.alerts.ports import OutboxMessage
from app.core.alert_events import Delivery

BACK_OFF_SECONDS: Final = (1, 5, 30, 120, 600)
"""How long to wait after each attempt; after the last of these, always so long."""

TRIES: Final = 3
"""So often a channel is tried before the next one is."""

GIVE_UP_MS: Final = 86_400_000
"""After so long nobody is told any more."""

_MINUTE_MS: Final = 60_000


class After(NamedTuple):
    """What is to be done with a message.

    Attributes:
        outcome: What the fact says.
        channels: Those still to try, in order; empty when the message is done with.
        due_ms: When to try again.
        is_uncertain: It may have arrived: the next one says so.
    """

    outcome: Delivery
    channels: tuple[str, ...]
    due_ms: int
    is_uncertain: bool


def after(message: OutboxMessage, answer: Answer, now_ms: int) -> After:
    """What to do with a message that was handed to the first of its channels.

    A channel that refuses is not tried again. One that fails is tried `TRIES` times, then goes behind the others; it
    comes to its turn again until a day is over.

    Args:
        message: As it was before; `attempt` counts what was tried before.
        answer: What the channel said.
        now_ms: The present instant.
    """
    if answer.outcome == "told":
        return After("told", (), now_ms, False)
    first, *others = message.channels
    attempts = message.attempt + 1
    is_fresh = False
    if answer.outcome == "refused":
        channels = tuple(others)
        is_fresh = True
    elif attempts % TRIES == 0 and others:
        channels = (*others, first)
        is_fresh = attempts <= TRIES * len(others)
    else:
        channels = message.channels
    if now_ms - message.created_ms >= GIVE_UP_MS:
        channels = ()
    waits_seconds = 0 if is_fresh else BACK_OFF_SECONDS[min(attempts, len(BACK_OFF_SECONDS)) - 1]
    return After(answer.outcome, channels, now_ms + waits_seconds * 1000, answer.is_uncertain)


def is_due(message: OutboxMessage, now_ms: int) -> bool:
    """Whether to send a message now. What is due later than the longest wait was due by a clock that was set back."""
    return not 0 < message.due_ms - now_ms <= BACK_OFF_SECONDS[-1] * 1000


class Pace:
    """How many messages went through a channel within the last minute."""

    def __init__(self) -> None:
        self._sent_ms: deque[int] = deque()

    def allows(self, per_minute: int, wall_ms: int) -> bool:
        """Whether another may go out now."""
        while self._sent_ms and not 0 <= wall_ms - self._sent_ms[0] < _MINUTE_MS:
            self._sent_ms.popleft()
        return len(self._sent_ms) < per_minute

    def note(self, wall_ms: int) -> None:
        """One goes out."""
        self._sent_ms.append(wall_ms)
