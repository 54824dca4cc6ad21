"""The table of tickets as it stands in a screen that has keys of its own."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType

from widgets.ticket_table import TicketTable


class QueueTable(TicketTable, inherit_bindings=False):
    """The tickets with the keys of their screen: letters belong to the screen's own actions."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", show=False),
        Binding("down", "move(1)", show=False),
        Binding("pageup", "page(-1)", show=False),
        Binding("pagedown", "page(1)", show=False),
        Binding("home", "edge(-1)", show=False),
        Binding("end", "edge(1)", show=False),
    ]
