"""What the states of agents are called."""

from __future__ import annotations

from typing import Final

from app.core.i18n import N_
from app.floor.model import AgentState

STATE_WORDS: Final = {
    AgentState.SIGNED_OUT: N_("signed out"),
    AgentState.AVAILABLE: N_("available"),
    AgentState.RINGING: N_("ringing"),
    AgentState.ON_CALL: N_("on call"),
    AgentState.HOLD: N_("on hold"),
    AgentState.WRAP_UP: N_("wrap-up"),
    AgentState.NOT_READY: N_("not ready"),
}
"""Message ids: translated where they are shown."""
