"""Every action of the screens in one table: key bindings, hints, help, the palette and docs/keys.md come from it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from textual.binding import Binding, BindingType

from app.core.i18n import N_, _
from screens.action_model import Action as Action
from screens.action_model import ActionState as ActionState
from screens.alert_actions import ALERT_ACTIONS, ALERTS_ACTIONS, EVERYWHERE_ACTIONS
from screens.notice_actions import NOTICE_ACTIONS, NOTICES_ACTION, NOTICES_ACTIONS
from screens.ticket_actions import BOARD_ACTIONS, HOLDER_ACTIONS, TICKET_ACTIONS, TICKETS_ACTIONS


def _needs_picture(state: ActionState) -> str | None:
    return None if state.has_picture else _("The floor is not open yet.")


def _needs_agent(state: ActionState) -> str | None:
    return _needs_picture(state) or (None if state.agent is not None else _("No agent is under the cursor."))


def _needs_plan(state: ActionState) -> str | None:
    return _needs_picture(state) or (None if state.has_plan else _("There is no plan: watchfloor import schedule FILE"))


def _needs_desk(state: ActionState) -> str | None:
    return None if state.has_desk else _("The plan cannot be read from here.")


def _needs_tickets(state: ActionState) -> str | None:
    return None if state.has_tickets else _("The tickets cannot be read from here.")


def _needs_call(state: ActionState) -> str | None:
    return _needs_tickets(state) or (None if state.has_call else _("The agent is not in a call."))


def _needs_spell(state: ActionState) -> str | None:
    return None if state.spell else _("No spell that could be approved is chosen: ← and → go through them.")


def _needs_span(state: ActionState) -> str | None:
    return None if state.span else _("No span of a shift is chosen.")


def _needs_draft(state: ActionState) -> str | None:
    return None if state.draft else _("Nothing was changed yet.")


def _needs_free_day(state: ActionState) -> str | None:
    if state.span:
        return _("There is a shift on this day already: change it.")
    return None if state.day_free else _("Whose shift? / finds an agent.")


def _needs_look(state: ActionState) -> str | None:
    return None if state.look else _("No file was looked at yet: Enter reads the one that is named.")


def _needs_good_list(state: ActionState) -> str | None:
    return _needs_look(state) or state.why_not_imported or None


ACTIONS: Final[tuple[Action, ...]] = (
    Action(
        "app.help", N_("Show the keys that work here, and what the figures mean"), ("question_mark", "f1"), N_("Help")
    ),
    Action(
        "app.palette",
        N_("Find any action or agent by name"),
        ("colon", "ctrl+p", "f2"),
        N_("Find"),
        in_palette=False,
    ),
    Action(
        "floor.filter",
        N_("Filter the agents by name, team, state, reason or queue"),
        ("slash", "f3"),
        N_("Filter"),
        disabled=_needs_picture,
    ),
    Action("floor.clear", N_("Clear the filter"), ("escape",)),
    Action("floor.sort", N_("Sort by the next column"), ("s", "f4"), N_("Sort"), disabled=_needs_picture),
    Action("floor.reverse", N_("Turn the order of the rows around"), ("r", "f5"), disabled=_needs_picture),
    Action(
        "floor.group", N_("Group by team, by state, or not at all"), ("g", "f6"), N_("Group"), disabled=_needs_picture
    ),
    Action("floor.pin", N_("Keep the agent at the top, or let go again"), ("space",), N_("Pin"), disabled=_needs_agent),
    Action(
        "floor.out",
        N_("Show only who is out of adherence, or everybody again"),
        ("O", "f11"),
        N_("Out"),
        disabled=_needs_plan,
    ),
    Action("floor.peek", N_("Look at the agent's day"), ("enter", "p"), N_("Peek"), disabled=_needs_agent),
    Action(
        "floor.move",
        N_("Move through the agents"),
        ("up", "down", "pageup", "pagedown", "home", "end"),
        in_palette=False,
        bound=False,
    ),
    Action(
        "floor.intraday",
        N_("Show today against the plan: calls, staffing, what is missing"),
        ("i", "f12"),
        N_("Today"),
        disabled=_needs_desk,
    ),
    Action(
        "floor.planner",
        N_("Open the planner: find a shift, change it, neutralise a period"),
        ("P", "insert"),
        N_("Plan"),
        permission="plan.write",
        disabled=_needs_desk,
    ),
    Action(
        "floor.tickets",
        N_("Open the tickets, the most urgent first"),
        ("T", "tab"),
        N_("Tickets"),
        permission="tickets.read",
        disabled=_needs_tickets,
    ),
    Action("floor.wall", N_("Show the wall view"), ("w", "f7"), N_("Wall"), permission="wall.read"),
    Action("peek.close", N_("Close the agent's day"), ("escape", "p", "q"), N_("Close"), in_palette=False),
    Action("peek.formulas", N_("Show or hide how each figure is made"), ("question_mark", "f1"), N_("Formulas")),
    Action("peek.previous", N_("Go to the spell before, and explain it"), ("left",), in_palette=False),
    Action("peek.next", N_("Go to the next spell, and explain it"), ("right",), in_palette=False),
    Action(
        "peek.approve",
        N_("Approve the chosen spell, with a reason; the effect is shown first"),
        ("a", "enter"),
        N_("Approve"),
        permission="plan.write",
        disabled=_needs_spell,
    ),
    Action(
        "peek.ticket",
        N_("Write a ticket from the agent's call, with its number and queue filled in"),
        ("w", "insert"),
        N_("New ticket"),
        permission="tickets.write",
        disabled=_needs_call,
    ),
    Action(
        "intraday.next_queue",
        N_("Go from the whole floor through the queues"),
        ("right", "right_square_bracket"),
        N_("Queue"),
    ),
    Action("intraday.previous_queue", N_("Go through the queues the other way round"), ("left", "left_square_bracket")),
    Action("intraday.find", N_("Choose a queue by name"), ("slash", "f3"), N_("Find queue")),
    Action("intraday.finer", N_("Show intervals of 15 minutes"), ("plus", "equals_sign", "f6"), N_("15 min")),
    Action("intraday.coarser", N_("Show intervals of 30 minutes"), ("minus", "f5"), N_("30 min")),
    Action(
        "intraday.move",
        N_("Move through the intervals"),
        ("up", "down", "pageup", "pagedown", "home", "end"),
        in_palette=False,
        bound=False,
    ),
    Action("intraday.close", N_("Back to the floor"), ("escape", "i", "q"), N_("Close"), in_palette=False),
    Action("planner.find", N_("Find an agent by name"), ("slash", "f3"), N_("Find agent"), permission="plan.read"),
    Action("planner.previous_day", N_("Go to the day before"), ("pageup",), permission="plan.read"),
    Action("planner.next_day", N_("Go to the next day"), ("pagedown",), N_("Day"), permission="plan.read"),
    Action("planner.previous", N_("Choose the span before"), ("up",), in_palette=False, permission="plan.read"),
    Action("planner.next", N_("Choose the next span"), ("down",), in_palette=False, permission="plan.read"),
    Action(
        "planner.earlier",
        N_("Move the span five minutes earlier"),
        ("left",),
        N_("Move"),
        permission="plan.write",
        disabled=_needs_span,
    ),
    Action(
        "planner.later",
        N_("Move the span five minutes later"),
        ("right",),
        permission="plan.write",
        disabled=_needs_span,
    ),
    Action(
        "planner.shorter",
        N_("End the span five minutes earlier"),
        ("minus", "shift+left"),
        N_("Shorten"),
        permission="plan.write",
        disabled=_needs_span,
    ),
    Action(
        "planner.longer",
        N_("End the span five minutes later"),
        ("plus", "equals_sign", "shift+right"),
        N_("Lengthen"),
        permission="plan.write",
        disabled=_needs_span,
    ),
    Action(
        "planner.replace",
        N_("Plan another activity for the span"),
        ("c", "space"),
        N_("Activity"),
        permission="plan.write",
        disabled=_needs_span,
    ),
    Action(
        "planner.split",
        N_("Cut the span in two"),
        ("s", "insert"),
        N_("Split"),
        permission="plan.write",
        disabled=_needs_span,
    ),
    Action(
        "planner.remove",
        N_("Take the span out of the shift"),
        ("x", "delete"),
        permission="plan.write",
        disabled=_needs_span,
    ),
    Action(
        "planner.undo",
        N_("Take back the last change that is not applied yet"),
        ("u", "backspace"),
        N_("Undo"),
        permission="plan.write",
        disabled=_needs_draft,
    ),
    Action(
        "planner.apply",
        N_("Show what the changes do, and apply them with a reason"),
        ("enter",),
        N_("Apply"),
        permission="plan.write",
        disabled=_needs_draft,
    ),
    Action(
        "planner.neutralise",
        N_("Neutralise a period for everyone, after a system failure for example"),
        ("n", "f5"),
        N_("Neutralise"),
        permission="plan.write",
    ),
    Action(
        "planner.begin",
        N_("Begin a shift on a day without one, like the agent's other days"),
        ("a", "f6"),
        N_("New shift"),
        permission="plan.write",
        disabled=_needs_free_day,
    ),
    Action(
        "planner.import",
        N_("Bring in a list from a file: roster, units, schedule, forecast, calendar"),
        ("i", "f4"),
        N_("Import"),
        permission="plan.write",
        disabled=_needs_desk,
    ),
    Action("planner.close", N_("Back to the floor"), ("escape", "P", "q"), N_("Close"), in_palette=False),
    Action("import.look", N_("Read the file, and show what it would change"), ("enter",), N_("Look"), bound=False),
    Action("import.complete", N_("Complete the path"), ("tab", "right"), in_palette=False, bound=False),
    Action("import.kind", N_("Choose what the file holds"), ("f5", "down"), N_("Kind")),
    Action("import.previous_kind", N_("Choose what the file holds, the other way round"), ("up",), in_palette=False),
    Action(
        "import.scroll",
        N_("Move through what it would change"),
        ("pageup", "pagedown", "home", "end"),
        in_palette=False,
        bound=False,
    ),
    Action(
        "import.skip",
        N_("Leave the bad rows out, or do nothing because of them again"),
        ("f4", "s"),
        N_("Leave out"),
        permission="plan.write",
        disabled=_needs_look,
    ),
    Action(
        "import.apply",
        N_("Apply what is shown"),
        ("f6",),
        N_("Apply"),
        permission="plan.write",
        disabled=_needs_good_list,
    ),
    Action("import.close", N_("Back to the planner"), ("escape", "q"), N_("Close"), in_palette=False),
    *TICKETS_ACTIONS,
    *HOLDER_ACTIONS,
    *BOARD_ACTIONS,
    *TICKET_ACTIONS,
    *ALERTS_ACTIONS,
    *ALERT_ACTIONS,
    *NOTICES_ACTIONS,
    *NOTICE_ACTIONS,
    Action("wall.previous", N_("Go to the page before"), ("left",), in_palette=False, permission="wall.read"),
    Action("wall.next", N_("Go to the next page"), ("right",), in_palette=False, permission="wall.read"),
    Action("wall.leave", N_("Leave the wall view"), ("q", "ctrl+c", "f10"), in_palette=False, permission="wall.read"),
    *EVERYWHERE_ACTIONS,
    NOTICES_ACTION,
    Action("app.language", N_("Switch between English and Chinese"), ("L", "f8"), N_("中文")),
    Action("app.theme", N_("Change the colours"), ("t", "f9"), N_("Theme")),
    Action("app.quit", N_("Quit; nothing is lost"), ("q", "ctrl+q", "ctrl+c", "f10"), N_("Quit")),
)
"""In the order in which help and docs/keys.md list them within a screen."""

_BY_ID: Final = {action.id: action for action in ACTIONS}

SCREENS: Final[tuple[tuple[str, str], ...]] = (
    ("floor", N_("The floor")),
    ("peek", N_("An agent's day")),
    ("intraday", N_("Today against the plan")),
    ("planner", N_("The planner")),
    ("import", N_("Bringing in a list")),
    ("tickets", N_("The tickets")),
    ("holders", N_("Who sits on what")),
    ("ticket_board", N_("The board")),
    ("ticket", N_("A ticket")),
    ("alerts", N_("The alerts")),
    ("alert", N_("An alert")),
    ("notices", N_("The notices")),
    ("notice", N_("A notice")),
    ("wall", N_("The wall view")),
    ("app", N_("Everywhere")),
)
"""The screens by the name their actions carry, with their titles."""

LAYOUT_FREE: Final = frozenset(
    {"up", "down", "left", "right", "pageup", "pagedown", "home", "end", "enter", "escape", "space"}
    | {"insert", "delete", "backspace", "tab", "shift+left", "shift+right"}
    | {"ctrl+up", "ctrl+down", "ctrl+left", "ctrl+right", "ctrl+pageup", "ctrl+pagedown"}
    | {"ctrl+shift+up", "ctrl+shift+down", "ctrl+shift+left", "ctrl+shift+right"}
    | {"shift+up", "shift+down", "shift+home", "shift+end", "ctrl+home", "ctrl+end"}
    | {f"f{number}" for number in range(1, 13)}
)
"""Keys that every keyboard layout sends alike."""

_KEY_LABELS: Final = {
    "question_mark": "?",
    "colon": ":",
    "slash": "/",
    "plus": "+",
    "minus": "-",
    "equals_sign": "=",
    "asterisk": "*",
    "full_stop": ".",
    "comma": ",",
    "exclamation_mark": "!",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "space": "Space",
    "insert": "Ins",
    "delete": "Del",
    "enter": "Enter",
    "escape": "Esc",
    "up": "↑",
    "down": "↓",
    "left": "←",
    "right": "→",
    "pageup": "PgUp",
    "pagedown": "PgDn",
    "home": "Home",
    "end": "End",
}


def action(action_id: str) -> Action:
    """The action of that name.

    Raises:
        KeyError: When there is none.
    """
    return _BY_ID[action_id]


def actions_of(*screens: str) -> list[Action]:
    """The actions of the named screens, in the order of the table."""
    return [entry for entry in ACTIONS if entry.where in screens]


def key_label(key: str) -> str:
    """How a key is written for people: "question_mark" is "?", "ctrl+p" is "Ctrl+P", "f1" is "F1"."""
    if key in _KEY_LABELS:
        return _KEY_LABELS[key]
    if len(key) == 1:
        return key
    return "+".join(_KEY_LABELS.get(part, part.upper() if len(part) < 3 else part.title()) for part in key.split("+"))


def bindings(*screens: str) -> list[BindingType]:
    """The bindings of the named screens, the first one named winning where a key means two things.

    Each runs its action by id, so that a disabled one can say why.
    """
    bound: dict[str, BindingType] = {}
    for screen in screens:
        for entry in actions_of(screen):
            for key in entry.keys if entry.bound else ():
                bound.setdefault(key, Binding(key, f"app.perform('{entry.id}')", entry.sentence, show=False))
    return list(bound.values())


def _table(entries: Iterable[Action], translate: Callable[[str], str]) -> Sequence[str]:
    lines = ["| " + translate("Key") + " | " + translate("What it does") + " |", "| --- | --- |"]
    for entry in entries:
        keys = " ".join(f"`{key_label(key)}`" for key in entry.keys)
        lines.append(f"| {keys} | {translate(entry.sentence)} |")
    return lines


def keys_document() -> str:
    """The text of docs/keys.md, in English."""
    lines = [
        "# Keys",
        "",
        "Made from the table in `screens/actions.py` by `python -m screens.actions`; a test holds the two equal.",
        "Every action has a key that does not need Latin letters, for other keyboard layouts.",
    ]
    for where, title in SCREENS:
        lines += ["", f"## {title}", "", *_table(actions_of(where), str)]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.stdout.write(keys_document())
