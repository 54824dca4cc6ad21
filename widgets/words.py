"""What states and categories are called and which glyph goes with them, in one place for every widget."""

from __future__ import annotations

from typing import Final

from app.core.i18n import N_, _
from app.floor.model import AgentState, ReasonCategory
from app.floor.words import STATE_WORDS

STATE_GLYPHS: Final = {
    AgentState.SIGNED_OUT: "·",
    AgentState.AVAILABLE: "○",
    AgentState.RINGING: "◉",
    AgentState.ON_CALL: "●",
    AgentState.HOLD: "◐",
    AgentState.WRAP_UP: "◆",
    AgentState.NOT_READY: "×",
}
"""One cell each, all different in black and white."""

CATEGORY_WORDS: Final = {
    ReasonCategory.REVERSE: N_("reverse"),
    ReasonCategory.BREAK: N_("break"),
    ReasonCategory.MEAL: N_("meal"),
    ReasonCategory.TRAINING: N_("training"),
    ReasonCategory.MEETING: N_("meeting"),
    ReasonCategory.COACHING: N_("coaching"),
    ReasonCategory.EXEMPT: N_("exempt"),
}

INFERRED_MARK: Final = "?"
"""Stands beside an agent whose presence is inferred from what they did, with no sign-in known."""

PINNED_MARK: Final = "*"
"""Stands beside an agent who is kept on top."""


def state_word(state: AgentState) -> str:
    """The state in the chosen language."""
    return _(STATE_WORDS[state])


def category_word(category: ReasonCategory) -> str:
    """The category of not ready in the chosen language."""
    return _(CATEGORY_WORDS[category])


def state_style(state: AgentState) -> str:
    """The last part of the component class that colours a state: "state-on-call"."""
    return "state-" + state.value.replace("_", "-")
