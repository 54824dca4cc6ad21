"""The actions on alerts: those that work on every screen, and those of the alerts screen."""

from __future__ import annotations

from typing import Final

from app.core.i18n import N_, _
from screens.action_model import Action, ActionState


def _needs_alerts(state: ActionState) -> str | None:
    return None if state.has_alerts else _("The alerts cannot be read from here.")


def _needs_alert(state: ActionState) -> str | None:
    return _needs_alerts(state) or (None if state.alert else _("No alert is open."))


def _needs_fault(state: ActionState) -> str | None:
    return _needs_alerts(state) or (None if state.fault else _("No declared fault is under the cursor."))


EVERYWHERE_ACTIONS: Final = (
    Action(
        "app.acknowledge",
        N_("Take the alert: you have it from now on"),
        ("A", "ctrl+down"),
        N_("Take"),
        permission="alerts.write",
        disabled=_needs_alert,
    ),
    Action(
        "app.silence",
        N_("Silence the alert until a time"),
        ("S", "ctrl+left"),
        N_("Silence"),
        permission="alerts.write",
        disabled=_needs_alert,
    ),
    Action("app.open", N_("Open what the alert is about"), ("o", "ctrl+right"), N_("Go there"), disabled=_needs_alert),
    Action(
        "app.escalate",
        N_("Escalate the alert now: the next step of its chain is told"),
        ("E", "ctrl+up"),
        N_("Escalate"),
        permission="alerts.write",
        disabled=_needs_alert,
    ),
    Action("app.next_alert", N_("Choose the next line of the banner"), ("full_stop", "ctrl+shift+down")),
    Action("app.previous_alert", N_("Choose the line of the banner before"), ("comma", "ctrl+shift+up")),
    Action("app.expand", N_("Open the banner up, each alert on a line, or close it"), ("e", "ctrl+shift+right")),
    Action(
        "app.alerts",
        N_("Show all alerts: active, holding, silenced, explained by others, history"),
        ("exclamation_mark", "ctrl+shift+left"),
        N_("Alerts"),
        permission="alerts.read",
        disabled=_needs_alerts,
    ),
)

ALERTS_ACTIONS: Final = (
    Action(
        "alerts.peek", N_("Show the alert's life, and who was told"), ("p", "enter"), N_("Look"), disabled=_needs_alert
    ),
    Action(
        "alerts.next_view",
        N_("Go through the lists: active, holding, silenced, explained by others, history, figures"),
        ("v", "right"),
        N_("List"),
    ),
    Action("alerts.previous_view", N_("Go through the lists the other way round"), ("V", "left")),
    Action(
        "alerts.declare",
        N_("Declare a system to be down: level I until it is ended"),
        ("d", "insert"),
        N_("Declare a fault"),
        permission="alerts.write",
        disabled=_needs_alerts,
    ),
    Action(
        "alerts.end",
        N_("Say that the system works again"),
        ("x", "delete"),
        N_("It works again"),
        permission="alerts.write",
        disabled=_needs_fault,
    ),
    Action(
        "alerts.move",
        N_("Move through the alerts"),
        ("up", "down", "pageup", "pagedown", "home", "end"),
        in_palette=False,
        bound=False,
    ),
    Action("alerts.close", N_("Back to where you were"), ("q", "escape", "exclamation_mark"), N_("Close")),
)

ALERT_ACTIONS: Final = (
    Action(
        "alert.scroll",
        N_("Move through the alert's life"),
        ("up", "down", "pageup", "pagedown", "home", "end"),
        in_palette=False,
        bound=False,
    ),
    Action("alert.close", N_("Back to the alerts"), ("escape", "p", "q"), N_("Close"), in_palette=False),
)
