"""An alert whole as lines of text: what it says, what to do, its life, and who was told by which channel."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from app.alerts.model import Alert, AlertState
from app.core.durations import NOTHING, clock_text
from app.core.i18n import N_, _, pgettext
from app.core.ticket_events import PROGRAM
from screens.alert_views import Look, cause_text
from screens.lines import wrapped
from widgets.alert_words import badge
from widgets.cells import fit, shown
from widgets.painted import Line, Piece

STATE_WORDS: Final = {
    AlertState.PENDING: N_("holding"),
    AlertState.RAISED: N_("nobody has it"),
    AlertState.ACKNOWLEDGED: N_("somebody has it"),
    AlertState.RESOLVED: N_("over"),
    AlertState.DROPPED: N_("did not hold"),
}

MOMENT_WORDS: Final = {
    "pending": N_("threshold crossed"),
    "dropped": N_("did not hold"),
    "raised": N_("raised"),
    "changed": N_("changed"),
    "flapping": N_("comes and goes"),
    "acknowledged": N_("taken"),
    "reminded": N_("said again"),
    "escalated": N_("escalated"),
    "delivered": N_("told"),
    "silenced": N_("silenced"),
    "inhibited": N_("explained by another"),
    "resolved": N_("over"),
}

NOTE_WORDS: Final = {
    ("raised", "late"): N_("detected late"),
    ("flapping", "on"): N_("it stays open until it is quiet"),
    ("flapping", "off"): N_("quiet again"),
    ("inhibited", ""): N_("nothing explains it any more"),
    ("resolved", "cleared"): N_("the figure is back, or what it was about is over"),
    ("resolved", "gone"): N_("what it was about is gone"),
    ("resolved", "rule_gone"): N_("the rule is gone"),
    ("resolved", "out_of_scope"): N_("the rule is about other things now"),
}

OUTCOME_WORDS: Final = {"told": N_("told"), "refused": N_("refused"), "failed": N_("failed")}

_TIME_CELLS: Final = 16
_KIND_CELLS: Final = 20


def title_lines(alert: Alert, look: Look, width: int) -> list[Line]:
    """Level, rule, where it stands; then its sentence."""
    head = f"{badge(alert.level)} · {shown(alert.rule)} · {_(STATE_WORDS[alert.state])}"
    lines: list[Line] = [[Piece(head, "peek--muted")]]
    return [*lines, *([Piece(line, "peek--title")] for line in wrapped(look.words.sentence(alert), width))]


def alert_lines(alert: Alert, look: Look, width: int) -> list[Line]:
    """Everything else there is to say, as lines of at most so many cells."""
    parts = (
        list(_todo(alert, look, width)),
        list(_facts(alert, look)),
        list(_told(alert, look, width)),
        list(_life(alert, look, width)),
    )
    return [line for part in parts if part for line in (*part, [])][:-1]


def _todo(alert: Alert, look: Look, width: int) -> Iterator[Line]:
    if book := look.words.runbook(alert.rule):
        for line in wrapped(f"→ {book}", width):
            yield [Piece(line, "peek--key")]


def _facts(alert: Alert, look: Look) -> Iterator[Line]:
    since_ms = alert.pending_ms if alert.raised_ms is None else alert.raised_ms
    end_ms = look.now_ms if alert.resolved_ms is None else alert.resolved_ms
    rows = [
        (pgettext("alert", "About"), shown(alert.entity)),
        (_("Since"), f"{_full(look, since_ms)} · {clock_text(max(0, end_ms - since_ms) // 1000)}"),
    ]
    if alert.owner:
        note = f" · {shown(alert.note)}" if alert.note else ""
        rows.append((_("Who has it"), look.person(alert.owner) + note))
    if alert.silenced_until_ms is not None and alert.silenced_until_ms > look.now_ms:
        rows.append((_("Silent until"), look.time(alert.silenced_until_ms)))
    if alert.inhibited_by:
        rows.append((_("Explained by"), cause_text(alert.inhibited_by, look)))
    if alert.is_late:
        should = NOTHING if alert.should_ms is None else _full(look, alert.should_ms)
        rows.append((_("Detected late"), _("it should have been raised at {time}").format(time=should)))
    if alert.is_flapping:
        rows.append((_("Comes and goes"), _("it stays open until it is quiet")))
    yield from ([Piece(fit(label, _TIME_CELLS), "peek--label"), Piece(text, "peek--text")] for label, text in rows)


def _told(alert: Alert, look: Look, width: int) -> Iterator[Line]:
    """Who was told, by which channel, with what answer."""
    if not alert.messages:
        return
    yield [Piece(_("Who was told"), "peek--heading")]
    for message in alert.messages:
        outcome = _(OUTCOME_WORDS.get(message.outcome, message.outcome))
        text = " · ".join(filter(None, (look.person(message.recipient), shown(message.channel), outcome)))
        tries = "" if message.attempt < 2 else " · " + _("try {number}").format(number=message.attempt)
        answer = f" · {shown(message.answer)}" if message.answer else ""
        style = "peek--text" if message.outcome == "told" else "peek--warn"
        yield from _row(_full(look, message.at_ms), text + tries + answer, width, style)


def _life(alert: Alert, look: Look, width: int) -> Iterator[Line]:
    yield [Piece(_("Its life"), "peek--heading")]
    for moment in alert.moments:
        if moment.kind == "delivered":
            continue
        note = NOTE_WORDS.get((moment.kind, moment.note))
        said = _(note) if note is not None else shown(moment.note)
        if moment.kind == "inhibited" and moment.note:
            said = cause_text(moment.note, look)
        who = "" if moment.by in ("", PROGRAM) else look.person(moment.by)
        word = fit(_(MOMENT_WORDS.get(moment.kind, moment.kind)), _KIND_CELLS)
        yield from _row(_full(look, moment.at_ms), word + " · ".join(filter(None, (who, said))), width, "peek--text")


def _row(time: str, text: str, width: int, style: str) -> Iterator[Line]:
    for at, line in enumerate(wrapped(text, max(20, width - _TIME_CELLS))):
        yield [Piece(fit("" if at else time, _TIME_CELLS), "peek--label"), Piece(line, style)]


def _full(look: Look, at_ms: int) -> str:
    """The local time to the second; with its date where that is not today's."""
    at: datetime = look.local(at_ms)
    is_today = at.date() == look.local(look.now_ms).date()
    return f"{at:%H:%M:%S}" if is_today else f"{at:%m-%d %H:%M:%S}"
