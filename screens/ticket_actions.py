"""The actions of the ticket screens; `screens.actions` puts them into the one table."""

from __future__ import annotations

from typing import Final

from app.core.i18n import N_, _
from screens.action_model import Action, ActionState, WhyDisabled


def _needs_ticket(state: ActionState) -> str | None:
    return None if state.ticket is not None else _("No ticket is under the cursor.")


def _needs_arrivals(state: ActionState) -> str | None:
    return None if state.arrivals else _("No ticket came since you looked.")


def _needs_tickets(state: ActionState) -> str | None:
    return None if state.has_tickets else _("The tickets cannot be read from here.")


def _may(key: str) -> WhyDisabled:
    """Why the deed of a key may not be done to the ticket that is looked at."""
    return lambda state: _needs_ticket(state) or state.why_not.get(key) or None


def _deeds(where: str) -> tuple[Action, ...]:
    """The keys of the deeds, the same in the list and in the peek."""
    may = _may if where == "ticket" else lambda _key: _needs_ticket
    sentences = (
        ("accept", N_("Accept the ticket"), ("a", "f4"), N_("Accept")),
        ("transfer", N_("Transfer it to another unit or person"), ("t", "f5"), N_("Transfer")),
        ("return", N_("Return it to whoever sent it, with a reason"), ("b", "f6"), N_("Return")),
        ("recall", N_("Recall it from where it was sent"), ("R", "f7"), N_("Recall")),
        ("hold", N_("Hold it with a reason, or let it go on"), ("h", "f11"), N_("Hold")),
        ("done", N_("It is done: resolve, answer, or close it"), ("d", "f12"), N_("Done")),
        ("call", N_("Log a call-back or a phone attempt"), ("c", "insert"), N_("Call")),
    )
    return tuple(
        Action(f"{where}.{key}", sentence, keys, hint, permission="tickets.write", disabled=may(key))
        for key, sentence, keys, hint in sentences
    )


TICKETS_ACTIONS: Final = (
    Action("tickets.filter", N_("Filter the tickets with one line of language"), ("slash", "f3"), N_("Filter")),
    Action("tickets.clear", N_("Clear the filter; with none, go back to the floor"), ("escape",), in_palette=False),
    Action("tickets.peek", N_("Look at the ticket"), ("p", "enter"), N_("Peek"), disabled=_needs_ticket),
    Action(
        "tickets.next_view",
        N_("Go through the views: everyone's, mine, late within the hour, who sits on what"),
        ("v", "right"),
        N_("View"),
    ),
    Action("tickets.previous_view", N_("Go through the views the other way round"), ("V", "left")),
    Action("tickets.look", N_("Let the tickets in that came meanwhile"), ("n", "ctrl+home"), disabled=_needs_arrivals),
    Action(
        "tickets.mark", N_("Mark the ticket, or no longer, and go on"), ("space",), N_("Mark"), disabled=_needs_ticket
    ),
    Action(
        "tickets.mark_all",
        N_("Mark every ticket that is shown, or none of them"),
        ("asterisk", "shift+end"),
        disabled=_needs_ticket,
    ),
    Action(
        "tickets.mark_pattern",
        N_("Mark every ticket that matches a filter"),
        ("m", "shift+up"),
        disabled=_needs_tickets,
    ),
    *_deeds("tickets"),
    Action(
        "tickets.more",
        N_("Do something else to the ticket, or to those that are marked"),
        ("x", "shift+right"),
        N_("More"),
        permission="tickets.write",
        disabled=_needs_ticket,
    ),
    Action(
        "tickets.create",
        N_("Write a ticket"),
        ("w", "shift+home"),
        N_("Write"),
        permission="tickets.write",
        disabled=_needs_tickets,
    ),
    Action(
        "tickets.undo",
        N_("Take your last deed back on every ticket it touched"),
        ("z", "backspace"),
        N_("Undo"),
        permission="tickets.write",
        disabled=_needs_tickets,
    ),
    Action(
        "tickets.views",
        N_("Choose a saved filter, or save the present one with a name"),
        ("s", "shift+down"),
        N_("Saved"),
        disabled=_needs_tickets,
    ),
    Action(
        "tickets.board",
        N_("Open the board: late within the hour, who sits on what, what was given back to whom"),
        ("B", "ctrl+end"),
        N_("Board"),
    ),
    Action(
        "tickets.move",
        N_("Move through the tickets; the top lets those in that came"),
        ("up", "down", "pageup", "pagedown", "home", "end"),
        in_palette=False,
        bound=False,
    ),
    Action("tickets.close", N_("Back to the floor"), ("q", "T", "tab"), N_("Floor")),
)

HOLDER_ACTIONS: Final = (
    Action("holders.choose", N_("Show what the unit or the person has"), ("enter", "p"), N_("Show")),
    Action(
        "holders.next_view",
        N_("Go through the views: everyone's, mine, late within the hour, who sits on what"),
        ("v", "right"),
        N_("View"),
    ),
    Action("holders.previous_view", N_("Go through the views the other way round"), ("V", "left")),
    Action("holders.close", N_("Back to the tickets"), ("escape", "q", "tab"), N_("Close"), in_palette=False),
)

BOARD_ACTIONS: Final = (
    Action("ticket_board.choose", N_("Show the tickets of the line"), ("enter", "p"), N_("Show")),
    Action(
        "ticket_board.move",
        N_("Move through the three lists"),
        ("up", "down", "pageup", "pagedown", "home", "end"),
        in_palette=False,
        bound=False,
    ),
    Action("ticket_board.close", N_("Back to the tickets"), ("escape", "q", "B", "tab"), N_("Close"), in_palette=False),
)

TICKET_ACTIONS: Final = (
    *_deeds("ticket"),
    Action(
        "ticket.more",
        N_("Do something else to the ticket: everything there is, and why it may not be done"),
        ("x", "shift+right"),
        N_("More"),
        permission="tickets.write",
        disabled=_needs_ticket,
    ),
    Action(
        "ticket.undo",
        N_("Take the last deed on this ticket back"),
        ("z", "backspace"),
        N_("Undo"),
        permission="tickets.write",
        disabled=_needs_ticket,
    ),
    Action(
        "ticket.scroll",
        N_("Move through the ticket"),
        ("up", "down", "pageup", "pagedown", "home", "end"),
        in_palette=False,
        bound=False,
    ),
    Action("ticket.close", N_("Back to the tickets"), ("escape", "p", "q"), N_("Close"), in_palette=False),
)
