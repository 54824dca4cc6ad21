"""How the ticket table looks: its component classes, coloured by the theme alone."""

from __future__ import annotations

from typing import Final

COMPONENTS: Final = {
    f"ticket-table--{name}"
    for name in (
        "header",
        "header-sorted",
        "mark",
        "left",
        "notice",
        "warn",
        "paused",
        "stage",
        "bar",
        "done",
        "name",
        "high",
        "top",
        "figures",
        "cursor",
        "cursor-blurred",
        "empty",
    )
}

STYLE: Final = """
TicketTable {
    & .ticket-table--header { color: $ink-muted; background: $surface; }
    & .ticket-table--header-sorted { color: $foreground; background: $surface; text-style: bold; }
    & .ticket-table--mark { color: $accent; text-style: bold; }
    & .ticket-table--left { color: $foreground; }
    & .ticket-table--notice { color: $level-notice; }
    & .ticket-table--warn { color: $level-warn; text-style: bold; }
    & .ticket-table--paused { color: $ink-muted; }
    & .ticket-table--stage { color: $ink-muted; }
    & .ticket-table--bar { color: $state-on-call; }
    & .ticket-table--done { color: $ink-faint; }
    & .ticket-table--name { color: $foreground; }
    & .ticket-table--high { color: $foreground; text-style: bold; }
    & .ticket-table--top { color: $foreground; text-style: bold; }
    & .ticket-table--figures { color: $ink-muted; }
    & .ticket-table--cursor { color: $block-cursor-foreground; background: $block-cursor-background; text-style: bold; }
    & .ticket-table--cursor-blurred { background: $boost; color: $foreground; }
    & .ticket-table--empty { color: $ink-muted; }
}
"""
