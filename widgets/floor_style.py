"""How the floor table looks: its component classes, coloured by the theme alone."""

from __future__ import annotations

from typing import Final

from app.floor.model import AgentState
from widgets.verdicts import STYLES
from widgets.words import state_style

COMPONENTS: Final = {
    "floor-table--header",
    "floor-table--header-sorted",
    "floor-table--group",
    "floor-table--name",
    "floor-table--figures",
    "floor-table--pinned",
    "floor-table--notice",
    "floor-table--warn",
    "floor-table--cursor",
    "floor-table--cursor-blurred",
    "floor-table--empty",
    *(f"floor-table--{state_style(state)}" for state in AgentState),
    *(f"floor-table--verdict-{name}" for name in STYLES),
}

STYLE: Final = """
FloorTable {
    & .floor-table--header { color: $text-muted; background: $panel; }
    & .floor-table--header-sorted { color: $text; background: $panel; text-style: bold; }
    & .floor-table--group { color: $text-secondary; text-style: bold; background: $boost; }
    & .floor-table--name { color: $foreground; }
    & .floor-table--figures { color: $text-muted; }
    & .floor-table--pinned { color: $text-accent; }
    & .floor-table--notice { color: $text-warning; }
    & .floor-table--warn { color: $text-error; text-style: bold; }
    & .floor-table--cursor { color: $block-cursor-foreground; background: $block-cursor-background;
        text-style: bold; }
    & .floor-table--cursor-blurred { background: $boost; color: $foreground; }
    & .floor-table--empty { color: $text-muted; }
    & .floor-table--state-signed-out { color: $text-muted; }
    & .floor-table--state-available { color: $text-success; }
    & .floor-table--state-ringing { color: $text-accent; text-style: bold; }
    & .floor-table--state-on-call { color: $text-primary; }
    & .floor-table--state-hold { color: $text-secondary; }
    & .floor-table--state-wrap-up { color: $text-accent; }
    & .floor-table--state-not-ready { color: $text-warning; }
    & .floor-table--verdict-in { color: $text-muted; }
    & .floor-table--verdict-out { color: $text-warning; }
    & .floor-table--verdict-severe { color: $text-error; text-style: bold; }
    & .floor-table--verdict-neutral { color: $text-secondary; }
    & .floor-table--verdict-unmapped { color: $text-warning; }
    & .floor-table--verdict-no-schedule { color: $text-disabled; }
    & .floor-table--verdict-extra { color: $text-secondary; }
}
"""
