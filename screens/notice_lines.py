"""Notices as lines of their board, and one of them in words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final

from app.core.alert_events import AlertDelivered
from app.core.durations import NOTHING, length_text, percent_text
from app.core.i18n import _
from app.core.ticket_events import NoticeEnded, NoticeEvent, NoticePosted, NoticeTold
from app.tickets.notice_desk import NoticeLife
from app.tickets.notice_input import volume_text
from app.tickets.notice_times import Phase, begins_ms, over_ms, phase
from app.tickets.notice_words import PHASE_WORDS, effect_text, event_word, place_text
from app.tickets.ports import Notice
from screens.alert_peek_lines import OUTCOME_WORDS
from screens.lines import wrapped
from widgets.board_table import BoardFigure, BoardLine
from widgets.cells import fit, shown
from widgets.levels import Level
from widgets.painted import Line, Piece

MOST_PAST: Final = 50
"""Older ones are found from the shell."""

_LABEL_CELLS: Final = 16

Local = Callable[[int], datetime]


def board_lines(notices: Sequence[Notice], now_ms: int, local: Local) -> list[BoardLine]:
    """The three lists: what holds now, what is planned with its countdown, what was.

    Args:
        notices: All of them.
        now_ms: The present instant.
        local: The local date and time of an instant.
    """
    by_phase: dict[Phase, list[Notice]] = {each: [] for each in Phase}
    for notice in notices:
        by_phase[phase(notice, now_ms)].append(notice)
    by_phase[Phase.LIVE].sort(key=begins_ms, reverse=True)
    by_phase[Phase.PLANNED].sort(key=begins_ms)
    by_phase[Phase.OVER].sort(key=lambda notice: over_ms(notice) or 0, reverse=True)
    calls, absorbed = _("Effect"), _("Absorbed")
    return [
        _title(_("Holds now"), calls, absorbed, _("Over in")),
        *([_live_line(notice, now_ms) for notice in by_phase[Phase.LIVE]] or [_nothing(_("Nothing that is known."))]),
        _title(_("Planned"), calls, _("Begins"), _("Begins in")),
        *(
            [_planned_line(notice, now_ms, local) for notice in by_phase[Phase.PLANNED]]
            or [_nothing(_("Nothing is planned: w posts what is going to happen."))]
        ),
        _title(_("Over"), calls, absorbed, _("Ended")),
        *([_past_line(notice, local) for notice in by_phase[Phase.OVER][:MOST_PAST]] or [_nothing(_("None yet."))]),
    ]


def _title(name: str, *figures: str) -> BoardLine:
    return BoardLine(name, tuple(map(BoardFigure, figures)), is_title=True, has_due=False)


def _nothing(sentence: str) -> BoardLine:
    return BoardLine(sentence, has_due=False)


def name_of(notice: Notice) -> str:
    """A notice in a line; printable."""
    return " · ".join((event_word(notice), shown(place_text(notice)), shown(notice.wording)))


def _calls(notice: Notice) -> BoardFigure:
    return BoardFigure(NOTHING if notice.volume_percent is None else volume_text(notice.volume_percent))


def _live_line(notice: Notice, now_ms: int) -> BoardLine:
    is_overdue = notice.expected_end_ms is not None and notice.expected_end_ms < now_ms
    absorbed = BoardFigure(f"{notice.absorbed:,}", Level.WARN if is_overdue else Level.NORMAL)
    return BoardLine(name_of(notice), (_calls(notice), absorbed), notice.expected_end_ms, notice.notice)


def _planned_line(notice: Notice, now_ms: int, local: Local) -> BoardLine:
    start_ms = begins_ms(notice)
    start = local(start_ms)
    begins = BoardFigure(f"{start:%H:%M}" if start.date() == local(now_ms).date() else f"{start:%m-%d}")
    return BoardLine(name_of(notice), (_calls(notice), begins), start_ms, notice.notice)


def _past_line(notice: Notice, local: Local) -> BoardLine:
    end_ms = over_ms(notice)
    since = BoardFigure(NOTHING if end_ms is None else f"{local(end_ms):%m-%d}")
    figures = (_calls(notice), BoardFigure(f"{notice.absorbed:,}"), since)
    return BoardLine(name_of(notice), figures, key=notice.notice, has_due=False)


# -- one of them -----------------------------------------------------------------------------------------------------


def life_lines(life: NoticeLife, now_ms: int, local: Local, width: int) -> list[Line]:
    """A notice whole: what it says, when, what it does to the calls, who is told; then its life."""
    notice = life.notice
    share = percent_text(life.saved.share)
    end_ms, effect = notice.expected_end_ms, effect_text(notice)
    pairs = [
        (_("Stands"), _(PHASE_WORDS[phase(notice, now_ms)])),
        (_("Begins"), _when(begins_ms(notice), local)),
        (_("Expected end"), _("nobody knows when") if end_ms is None else _when(end_ms, local)),
        (_("Should do"), effect and _("{effect}; not counted in the forecast").format(effect=effect)),
        (
            _("Absorbed"),
            _("{absorbed} contacts, {share} of all of it; {cut_off} are still cut off").format(
                absorbed=f"{life.saved.absorbed:,}", share=share, cut_off=life.saved.cut_off
            ),
        ),
        (_("Told ahead"), _leads(notice)),
        (_("Told to"), _leads(notice) and (_recipients(notice.tell, life) or _("who is told of level III first"))),
    ]
    lines: list[Line] = [[Piece(line, "peek--text")] for line in wrapped(shown(notice.wording), width)]
    lines.append([])
    for label, text in pairs:
        for at, part in enumerate(wrapped(text, max(10, width - _LABEL_CELLS)) if text else ()):
            lines.append([Piece(fit("" if at else label, _LABEL_CELLS), "peek--label"), Piece(part, "peek--text")])
    lines += [[], [Piece(_("Its life"), "peek--heading")]]
    for fact in life.facts:
        text = f"{_when(fact.at_ms, local)}  {_said(fact, life)}"
        first, *rest = wrapped(text, width) or [""]
        lines.append([Piece(first, "peek--text")])
        lines += [[Piece(f"  {line}", "peek--muted")] for line in rest]
    return lines


def _when(at_ms: int, local: Local) -> str:
    return f"{local(at_ms):%m-%d %H:%M}"


def _leads(notice: Notice) -> str:
    if not notice.ahead_seconds:
        return ""
    return _("{leads} before").format(leads=", ".join(map(length_text, notice.ahead_seconds)))


def _recipients(keys: Sequence[str], life: NoticeLife) -> str:
    return ", ".join(shown(life.recipient_names.get(key, key)) for key in keys)


def _said(fact: NoticeEvent | AlertDelivered, life: NoticeLife) -> str:
    """A fact of a notice's life, as a sentence; printable."""
    who = shown(life.person_names.get(fact.by, fact.by)) or _("somebody")
    match fact:
        case NoticePosted():
            return _("{who} posted: {wording}").format(who=who, wording=shown(fact.wording))
        case NoticeTold():
            told = _recipients(fact.recipients, life) or _("nobody: no recipient is in the rules")
            return _("told ahead ({leads}): {told}").format(
                leads=", ".join(map(length_text, fact.leads_seconds)), told=told
            )
        case AlertDelivered():
            names = _recipients([part.strip() for part in fact.recipient.split(",")], life)
            return _("{names} through {channel}: {outcome}, {answer}").format(
                names=names,
                channel=shown(fact.channel),
                outcome=_(OUTCOME_WORDS[fact.outcome]),
                answer=shown(fact.answer),
            )
        case NoticeEnded():
            return _("{who} said that it is over").format(who=who)
        case _:
            return _("{who} noted a contact").format(who=who)
