"""The lists of the alerts screen: which alerts are in each, in which order, and what a line says."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING, Final, NamedTuple

from app.alerts.grouping import Standing, standing_of
from app.alerts.model import Alert, AlertState
from app.core.durations import NOTHING, clock_text
from app.core.i18n import N_, _
from widgets.alert_table import AlertEntry, AlertTitles
from widgets.alert_words import RuleWords
from widgets.cells import fit, fit_right, shown
from widgets.painted import Line, Piece

if TYPE_CHECKING:
    from app.alerts.figures import RuleFigures
    from app.alerts.ports import AlertPicture


class AlertView(StrEnum):
    """What of the alerts is listed."""

    ACTIVE = "active"
    PENDING = "pending"
    SILENCED = "silenced"
    INHIBITED = "inhibited"
    HISTORY = "history"
    FIGURES = "figures"


VIEW_WORDS: Final = {
    AlertView.ACTIVE: N_("active"),
    AlertView.PENDING: N_("holding"),
    AlertView.SILENCED: N_("silenced"),
    AlertView.INHIBITED: N_("explained by others"),
    AlertView.HISTORY: N_("history"),
    AlertView.FIGURES: N_("figures"),
}

EMPTY_WORDS: Final = {
    AlertView.ACTIVE: N_("No alert: nothing needs a person now."),
    AlertView.PENDING: N_("Nothing is holding: no threshold is crossed that was not crossed for long enough."),
    AlertView.SILENCED: N_("No alert is silenced."),
    AlertView.INHIBITED: N_("No alert is muted by a graver one or by a notice."),
    AlertView.HISTORY: N_("There was no alert within the last 24 hours."),
    AlertView.FIGURES: "",
}

HISTORY_MS: Final = 24 * 3_600_000
FIGURES_MS: Final = 7 * HISTORY_MS

LIVE_VIEWS: Final = (AlertView.ACTIVE, AlertView.PENDING, AlertView.SILENCED, AlertView.INHIBITED)
"""What the picture of the moment tells; the others are read from the store."""


def key_of(alert: Alert) -> str:
    """What tells an occurrence from all others."""
    return f"{alert.number} {alert.alert}"


def is_in(alert: Alert, view: AlertView, now_ms: int) -> bool:
    """Whether a list of the present moment has an alert."""
    if view is AlertView.PENDING:
        return alert.state is AlertState.PENDING
    if not alert.is_open or alert.state is AlertState.PENDING:
        return False
    if view is AlertView.INHIBITED:
        return bool(alert.inhibited_by)
    standing = standing_of(alert, now_ms, is_invitation=False)
    return (standing is Standing.SILENCED) == (view is AlertView.SILENCED) and not alert.inhibited_by


class Look(NamedTuple):
    """What lists are made with.

    Attributes:
        words: The rules' words.
        person: What people call somebody.
        local: The local date and time of an instant.
        now_ms: The present instant.
    """

    words: RuleWords
    person: Callable[[str], str]
    local: Callable[[int], datetime]
    now_ms: int

    def time(self, at_ms: int) -> str:
        """The local time of an instant; with its date where that is not today's."""
        at, now = self.local(at_ms), self.local(self.now_ms)
        return f"{at:%H:%M}" if at.date() == now.date() else f"{at:%m-%d %H:%M}"


def titles(view: AlertView) -> AlertTitles:
    """What the last columns of a list are called."""
    match view:
        case AlertView.PENDING:
            return AlertTitles("", _("raised in"))
        case AlertView.SILENCED:
            return AlertTitles(_("Silent until"), _("for"))
        case AlertView.INHIBITED:
            return AlertTitles(_("Explained by"), _("for"))
        case AlertView.HISTORY:
            return AlertTitles(_("When, and who had it"), _("lasted"))
        case _:
            return AlertTitles(_("Who has it"), _("for"))


def entries(picture: AlertPicture, view: AlertView, look: Look) -> list[AlertEntry]:
    """The lines of a list of the present moment: what nobody has first, then the gravest, then the oldest."""
    found = [alert for alert in picture.alerts if is_in(alert, view, look.now_ms)]
    found.sort(key=lambda alert: (alert.state is AlertState.ACKNOWLEDGED, alert.level, _since_ms(alert), alert.number))
    return [_entry(alert, view, look) for alert in found]


def history_entries(alerts: Iterable[Alert], look: Look) -> list[AlertEntry]:
    """The lines of the history, the newest first."""
    return [_entry(alert, AlertView.HISTORY, look) for alert in sorted(alerts, key=lambda alert: -alert.number)]


def _since_ms(alert: Alert) -> int:
    return alert.pending_ms if alert.raised_ms is None else alert.raised_ms


def _entry(alert: Alert, view: AlertView, look: Look) -> AlertEntry:
    text = partial(look.words.sentence, alert)
    entry = AlertEntry(key_of(alert), alert.level, False, text, from_ms=_since_ms(alert))
    match view:
        case AlertView.PENDING:
            rule = look.words.rule(alert.rule)
            hold_ms = 0 if rule is None else rule.hold_seconds * 1000
            return entry._replace(is_quiet=True, from_ms=None, to_ms=alert.pending_ms + hold_ms)
        case AlertView.SILENCED:
            until = NOTHING if alert.silenced_until_ms is None else look.time(alert.silenced_until_ms)
            return entry._replace(is_quiet=True, who=until)
        case AlertView.INHIBITED:
            return entry._replace(is_quiet=True, who=cause_text(alert.inhibited_by, look))
        case AlertView.HISTORY:
            who = " · ".join(filter(None, (look.time(_since_ms(alert)), look.person(alert.owner))))
            if alert.resolved_ms is None:
                return entry._replace(who=who)
            lasted = clock_text(max(0, alert.resolved_ms - _since_ms(alert)) // 1000)
            return entry._replace(is_quiet=True, who=who, from_ms=None, fixed=lasted)
        case _:
            is_taken = alert.state is AlertState.ACKNOWLEDGED
            who = look.person(alert.owner) if is_taken else _("nobody")
            return entry._replace(is_quiet=is_taken, who=who)


def cause_text(cause: str, look: Look) -> str:
    """What explains an alert: a graver alert's rule, or a notice."""
    kind, _colon, name = cause.partition(":")
    if kind == "notice":
        return _("notice {name}").format(name=shown(name))
    rule, _bar, entity = cause.partition("|")
    known = look.words.rule(rule)
    return shown(" ".join(filter(None, (known.id if known is not None else rule, entity.partition(":")[2]))))


# -- figures ---------------------------------------------------------------------------------------------------------

_TOP: Final = 8
_COLUMNS: Final = (N_("raised"), N_("taken after"), N_("over after"), N_("escalated"), N_("not taken"))


def figure_lines(figures: Sequence[RuleFigures], words: RuleWords, width: int) -> list[Line]:
    """Mean times, the noisiest rules and those that never spoke; `figures` ends with the row of all rules."""
    whole = figures[-1]
    lines: list[Line] = [
        [Piece(_("The last seven days"), "figures--heading")],
        [
            Piece(
                _("{count} raised; on average somebody has one after {taken}, and it is over after {over}.").format(
                    count=f"{whole.raised:,}",
                    taken=_seconds(whole.mean_seconds_to_acknowledge),
                    over=_seconds(whole.mean_seconds_to_resolve),
                ),
                "figures--figure",
            )
        ],
        [],
        [Piece(_row_text(_("The noisiest rules"), [_(title) for title in _COLUMNS], width), "figures--heading")],
    ]
    noisy = [each for each in figures[:-1] if each.raised][:_TOP]
    for each in noisy:
        cells = [
            f"{each.raised:,}",
            _seconds(each.mean_seconds_to_acknowledge),
            _seconds(each.mean_seconds_to_resolve),
            f"{each.escalated:,}",
            f"{each.resolved_untaken:,}",
        ]
        lines.append([Piece(_row_text(shown(each.rule), cells, width), "figures--text")])
    if not noisy:
        lines.append([Piece(_("No rule raised anything."), "figures--label")])
    silent = [each.rule for each in figures[:-1] if not each.raised and words.rule(each.rule) is not None]
    heading = _("Rules that never spoke: {count}").format(count=len(silent))
    lines += [[], [Piece(heading, "figures--heading")]]
    names = ""
    for name in map(shown, silent):
        if names and len(names) + len(name) + 3 > width:
            lines.append([Piece(names, "figures--label")])
            names = ""
        names = f"{names} · {name}" if names else name
    return [*lines, [Piece(names, "figures--label")]] if names else lines


def _row_text(name: str, cells: Sequence[str], width: int) -> str:
    each = 12 if width >= 100 else 10
    kept = cells[: max(0, (width - 20) // each)]
    return fit(name, max(1, width - each * len(kept))) + "".join(fit_right(cell, each) for cell in kept)


def _seconds(seconds: int | None) -> str:
    return NOTHING if seconds is None else clock_text(seconds)
