"""What is told through a channel, and what the channel makes of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NamedTuple, Protocol

from app.core.alert_events import Delivery
from app.core.text import inert

ANSWER_LIMIT: Final = 300
"""Longest answer kept of a service, in characters."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message on its way.

    Attributes:
        message: Its idempotency key: the same message sent twice has the same.
        alert: The alert's identity; empty for a test.
        level: 1 to 3; 0 for a test.
        occasion: step, reminder, over or test.
        subject: One line.
        body: The rest, some lines.
        is_repeat: It may have arrived before.
    """

    message: str
    alert: str
    level: int
    occasion: str
    subject: str
    body: str
    is_repeat: bool = False

    @property
    def text(self) -> str:
        """Subject and body as one text."""
        return f"{self.subject}\n{self.body}" if self.body else self.subject


class Answer(NamedTuple):
    """What became of a message.

    Attributes:
        outcome: "told": it has arrived; "refused": trying again would not help; "failed": it may be tried again.
        answer: What the channel said, without secrets.
        is_uncertain: It may have arrived all the same: sent again, it says so.
    """

    outcome: Delivery
    answer: str
    is_uncertain: bool = False


class Channel(Protocol):
    """A way to tell people; called on a thread that may wait."""

    def send(self, message: Outgoing) -> Answer:
        """Hand a message over, within the channel's time-out; whatever goes wrong is in the answer."""
        ...


class CannotSend(Exception):
    """A channel cannot be used, or its service did not take the message.

    Args:
        answer: Why, in words for a person and without secrets.
    """

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.answer)
        self.answer = answer


def refused(reason: str) -> CannotSend:
    """Trying again would not help."""
    return CannotSend(Answer("refused", reason))


def failed(reason: str, *, is_uncertain: bool = False) -> CannotSend:
    """It may be tried again."""
    return CannotSend(Answer("failed", reason, is_uncertain))


def shortened(text: str) -> str:
    """What a service said, made harmless and short enough to keep."""
    text = inert(" ".join(text.split()))
    return text if len(text) <= ANSWER_LIMIT else f"{text[: ANSWER_LIMIT - 1]}…"
