"""What the floor table says has happened."""

from __future__ import annotations

from textual.message import Message
from textual.widget import Widget

from widgets.floor_columns import Column


class TableMessage(Message):
    """Something happened in a floor table.

    Attributes:
        table: In which.
    """

    def __init__(self, table: Widget) -> None:
        super().__init__()
        self.table = table

    @property
    def control(self) -> Widget:
        """The table, for handlers that name one by a selector."""
        return self.table


class AgentHighlighted(TableMessage, namespace="floor_table"):
    """The cursor went to an agent."""

    def __init__(self, table: Widget, agent: str) -> None:
        super().__init__(table)
        self.agent = agent

    def can_replace(self, message: Message) -> bool:
        return isinstance(message, AgentHighlighted) and message.table is self.table


class AgentChosen(TableMessage, namespace="floor_table"):
    """An agent was chosen with Enter or a double click."""

    def __init__(self, table: Widget, agent: str) -> None:
        super().__init__(table)
        self.agent = agent


class SortChanged(TableMessage, namespace="floor_table"):
    """The table was sorted another way, by a click on a title or by a call."""

    def __init__(self, table: Widget, column: Column, *, backwards: bool) -> None:
        super().__init__(table)
        self.column = column
        self.backwards = backwards
