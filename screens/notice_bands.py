"""What is planned, or holds, as bands on the curve of a day, and in sentences below it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from app.core.i18n import _
from widgets.cells import shown
from widgets.day_chart import DayBand, DayStep

if TYPE_CHECKING:
    # The first frame does not wait for what notices are.
    from app.tickets.notice_desk import NoticeBoard


class Bands(NamedTuple):
    """What lies in a day.

    Attributes:
        bands: On the chart, the one that begins first first.
        sentences: What each of them is, and that no forecast counts it.
    """

    bands: tuple[DayBand, ...] = ()
    sentences: tuple[str, ...] = ()


def bands_of(
    board: NoticeBoard | None, steps: Sequence[DayStep], now_ms: int, time_text: Callable[[int], str]
) -> Bands:
    """The notices that are planned or hold within a day.

    Args:
        board: The notices; None before they were read.
        steps: The day.
        now_ms: The present instant.
        time_text: Says the local time of an instant.
    """
    if board is None or not steps:
        return Bands()
    from app.tickets.notice_input import volume_text
    from app.tickets.notice_times import Phase, begins_ms, phase, span
    from app.tickets.notice_words import band_text, event_word, place_text

    bands, sentences = [], []
    for notice in sorted(board.notices, key=begins_ms):
        start_ms, end_ms = span(notice, now_ms)
        lies_here = start_ms < steps[-1].end_ms and (end_ms is None or end_ms > steps[0].start_ms)
        if not lies_here or phase(notice, now_ms) is Phase.OVER:
            continue
        effect = "" if notice.volume_percent is None else f" {volume_text(notice.volume_percent)}"
        bands.append(DayBand(start_ms, end_ms, f"{event_word(notice)}{effect} · {shown(place_text(notice))}"))
        sentences.append(_("{said}.").format(said=band_text(notice, time_text, (start_ms, end_ms))))
    return Bands(tuple(bands), tuple(sentences))
