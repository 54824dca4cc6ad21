"""The way from an alert to what it is about: the agent on the floor, the ticket, the queue, the unit's tickets."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final, cast

from app.alerts.grouping import AlertGroup
from app.alerts.scopes import entity_kind, entity_name
from app.core.i18n import _
from app.tickets.query_terms import Term, term_text
from screens.base import FloorHost, Living, host
from widgets.alert_words import RuleWords

if TYPE_CHECKING:
    from textual.app import App
    from textual.screen import Screen

    from screens.floor import FloorScreen
    from screens.tickets import TicketsScreen


def open_about(app: App[None], group: AlertGroup) -> None:
    """Open what alerts are about; several of one kind by what they have in common."""
    first = group.alerts[0]
    kind, name = entity_kind(first.entity), entity_name(first.entity)
    match kind:
        case "agent":
            names = [entity_name(alert.entity) for alert in group.alerts]
            to_floor(app, lambda floor: _show_agents(floor, names))
        case "queue" | "team":
            to_floor(app, lambda floor: floor.set_filter(name))
        case "ticket":
            numbers = list(dict.fromkeys(entity_name(alert.entity).partition("/")[0] for alert in group.alerts))
            _open_tickets(app, numbers, group)
        case "unit":
            to_tickets(app, lambda tickets: tickets.set_filter(term_text(Term("unit", ":", (name,)))))
        case _:
            host_of(app).tell(_about_house(app, group))


def host_of(app: App[None]) -> FloorHost:
    """The app as screens see it."""
    return host(app)


def _about_house(app: App[None], group: AlertGroup) -> str:
    """What to do where there is no screen to open."""
    book = host_of(app).banner.words.runbook(group.rule)
    if entity_kind(group.alerts[0].entity) in ("site", ""):
        return book or _("It is about the whole floor: ? explains its figures.")
    return book or _("“watchfloor doctor” in a shell says how the program and its sources are.")


# -- going there -----------------------------------------------------------------------------------------------------


def back_to(app: App[None], wanted: type[Screen[object]]) -> Screen[object] | None:
    """Leave what lies over a screen of the stack; None where it is not in the stack, or something may not be left."""
    stack = list(app.screen_stack)
    at = next((at for at in reversed(range(len(stack))) if isinstance(stack[at], wanted)), None)
    if at is None:
        return None
    for screen in stack[at + 1 :]:
        why_not = screen.may_leave() if isinstance(screen, Living) else ""
        if why_not:
            host_of(app).tell(why_not, "warning")
            return None
    for _screen in stack[at + 1 :]:
        app.pop_screen()
    return cast("Screen[object]", stack[at])


def to_floor(app: App[None], then: Callable[[FloorScreen], None]) -> None:
    """Go back to the floor, and do something there."""
    from screens.floor import FloorScreen

    floor = back_to(app, cast("type[Screen[object]]", FloorScreen))
    if isinstance(floor, FloorScreen):
        floor.call_after_refresh(then, floor)


def to_tickets(app: App[None], then: Callable[[TicketsScreen], None]) -> None:
    """Go to the tickets, and do something there."""
    from screens.floor import FloorScreen
    from screens.tickets import TicketsScreen

    if any(isinstance(screen, TicketsScreen) for screen in app.screen_stack):
        tickets = back_to(app, cast("type[Screen[object]]", TicketsScreen))
        if isinstance(tickets, TicketsScreen):
            tickets.call_after_refresh(then, tickets)
        return
    if host_of(app).tickets is None:
        host_of(app).tell(_("The tickets cannot be read from here."), "warning")
        return
    if back_to(app, cast("type[Screen[object]]", FloorScreen)) is not None:
        opened = TicketsScreen()
        app.push_screen(opened)
        opened.call_after_refresh(then, opened)


def _show_agents(floor: FloorScreen, names: list[str]) -> None:
    """Go to an agent on the floor; where a filter hides them, it is cleared."""
    table = floor.table
    agent = next((name for name in names if table.row_order.line_of(name) is not None), None)
    if agent is None:
        table.only_out = False
        floor.do_clear()
        agent = names[0]
    table.cursor_agent = agent
    if table.cursor_agent != agent:
        host(floor).tell(_("{agent} is not on the floor any more.").format(agent=agent), "warning")


def _open_tickets(app: App[None], numbers: list[str], group: AlertGroup) -> None:
    def there(tickets: TicketsScreen) -> None:
        from app.tickets.choice import TicketView

        tickets.show_view(TicketView.ALL)
        table = tickets.table
        if len(numbers) > 1:
            tickets.set_filter(" ".join(map(term_text, _in_common(group, host(tickets).banner.words))))
            if any(table.row_order.line_of(number) is not None for number in numbers):
                return
        tickets.set_filter("")
        if table.row_order.line_of(numbers[0]) is None:
            tickets.do_look()
        table.cursor_key = numbers[0]
        if table.cursor_key != numbers[0]:
            host(tickets).tell(_("Ticket {number} is not open any more.").format(number=numbers[0]), "warning")

    to_tickets(app, there)


_FLAGS: Final = {"ticket.breach": "overdue", "ticket.warning": "warned"}
"""What a filter calls the tickets that rules on a metric are about."""


def _in_common(group: AlertGroup, words: RuleWords) -> list[Term]:
    """What tickets of a group have in common, as a filter that can be read and changed."""
    values = dict(group.alerts[0].values)
    shared = {name for name in ("type", "unit") if values.get(name) in group.scope}
    terms = [Term(name, ":", (values[name],)) for name in ("type", "unit") if name in shared]
    rule = words.rule(group.rule)
    flag = None if rule is None else _FLAGS.get(rule.metric)
    return terms if flag is None else [*terms, Term(flag, "", ())]
