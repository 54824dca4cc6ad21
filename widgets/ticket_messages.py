"""What the ticket table says has happened."""

from __future__ import annotations

from textual.message import Message
from textual.widget import Widget


class TicketMessage(Message):
    """Something happened in a ticket table.

    Attributes:
        table: In which.
        number: To which ticket; empty where it concerns none.
    """

    def __init__(self, table: Widget, number: str = "") -> None:
        super().__init__()
        self.table = table
        self.number = number

    @property
    def control(self) -> Widget:
        """The table, for handlers that name one by a selector."""
        return self.table


class TicketHighlighted(TicketMessage, namespace="ticket_table"):
    """The cursor went to a ticket."""

    def can_replace(self, message: Message) -> bool:
        return isinstance(message, TicketHighlighted) and message.table is self.table


class TicketChosen(TicketMessage, namespace="ticket_table"):
    """A ticket was chosen with Enter or a double click."""


class MarksChanged(TicketMessage, namespace="ticket_table"):
    """Tickets were marked, or are marked no longer."""

    def can_replace(self, message: Message) -> bool:
        return isinstance(message, MarksChanged) and message.table is self.table
