"""What happened behind the screens: pictures that came, and a floor that was opened, or could not be."""

from __future__ import annotations

from typing import Final

from textual.message import Message

from app.floor.picture import FloorSnapshot


class FloorChanged(Message):
    """A new picture of the floor was made. A newer one replaces it while it waits."""

    def __init__(self, snapshot: FloorSnapshot) -> None:
        super().__init__()
        self.snapshot: Final = snapshot

    def can_replace(self, message: Message) -> bool:
        return isinstance(message, FloorChanged)


class TicketsChanged(Message):
    """A new picture of the open tickets was made. A newer one replaces it while it waits."""


class FeedAttached(Message):
    """The floor was opened."""


class TicketsAttached(Message):
    """The tickets were opened."""


class AlertsChanged(Message):
    """A new picture of the alerts was made. A newer one replaces it while it waits."""


class AlertsAttached(Message):
    """The alerts were opened."""


class FloorFailed(Message):
    """The floor could not be opened."""

    def __init__(self, sentence: str, exit_code: int) -> None:
        super().__init__()
        self.sentence: Final = sentence
        self.exit_code: Final = exit_code
