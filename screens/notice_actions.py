"""The actions on notices: the way to them from every screen, and those of their own."""

from __future__ import annotations

from typing import Final

from app.core.i18n import N_, _
from screens.action_model import Action, ActionState


def _needs_notices(state: ActionState) -> str | None:
    return None if state.has_notices else _("The notices cannot be read from here.")


def _needs_notice(state: ActionState) -> str | None:
    return _needs_notices(state) or (None if state.notice else _("No notice is under the cursor."))


def _needs_open_notice(state: ActionState) -> str | None:
    return _needs_notice(state) or (None if state.notice_open else _("This notice is over already."))


NOTICES_ACTION: Final = Action(
    "app.notices",
    N_("Show the notices: what is broken, and what is going to happen"),
    ("N", "ctrl+pagedown"),
    N_("Notices"),
    permission="tickets.read",
    disabled=_needs_notices,
)

NOTICES_ACTIONS: Final = (
    Action(
        "notices.peek",
        N_("Show the notice's life, and who was told of it"),
        ("p", "enter"),
        N_("Look"),
        disabled=_needs_notice,
    ),
    Action(
        "notices.post",
        N_("Post a notice: an outage that is there, or an event that is planned"),
        ("w", "insert"),
        N_("Post"),
        permission="tickets.write",
        disabled=_needs_notices,
    ),
    Action(
        "notices.change",
        N_("Post the notice again with other words; one that is over holds again"),
        ("c", "space"),
        N_("Change"),
        permission="tickets.write",
        disabled=_needs_notice,
    ),
    Action(
        "notices.end",
        N_("Say that it works again, is over, or will not be"),
        ("x", "delete"),
        N_("It is over"),
        permission="tickets.write",
        disabled=_needs_open_notice,
    ),
    Action(
        "notices.move",
        N_("Move through the notices"),
        ("up", "down", "pageup", "pagedown", "home", "end"),
        in_palette=False,
        bound=False,
    ),
    Action("notices.close", N_("Back to where you were"), ("q", "escape", "N"), N_("Close")),
)

NOTICE_ACTIONS: Final = (
    Action(
        "notice.scroll",
        N_("Move through the notice's life"),
        ("up", "down", "pageup", "pagedown", "home", "end"),
        in_palette=False,
        bound=False,
    ),
    Action("notice.close", N_("Back to the notices"), ("escape", "p", "q"), N_("Close"), in_palette=False),
)
