"""What notices are called and say of themselves, in the present language. Text from data comes out as it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from app.core.i18n import N_, _
from app.core.ticket_events import NoticeKind
from app.tickets.notice_input import volume_text
from app.tickets.notice_times import Phase
from app.tickets.ports import Notice

EVENT_WORDS: Final[Mapping[NoticeKind, str]] = MappingProxyType(
    {
        "outage": N_("outage"),
        "bulk_sms": N_("bulk message"),
        "batch_opening": N_("batch opening of service"),
        "batch_suspension": N_("batch suspension of service"),
        "system_upgrade": N_("system upgrade"),
        "campaign": N_("key campaign"),
        "other": N_("something else"),
    }
)
"""What happens, as message ids."""

PHASE_WORDS: Final[Mapping[Phase, str]] = MappingProxyType(
    {Phase.PLANNED: N_("planned"), Phase.LIVE: N_("live"), Phase.OVER: N_("over")}
)
"""Where a notice stands, as message ids."""


def event_word(notice: Notice) -> str:
    """What it is of."""
    return _(EVENT_WORDS[notice.event])


def place_text(notice: Notice) -> str:
    """Where, and which service: "哈尔滨 · 宽带"; everywhere where it names neither."""
    return " · ".join(part for part in (notice.area, notice.service) if part) or _("everywhere")


def effect_text(notice: Notice) -> str:
    """What it should do to the calls; empty where nobody said."""
    if notice.volume_percent is None:
        return ""
    return _("calls {percent}").format(percent=volume_text(notice.volume_percent))


def band_text(notice: Notice, time_text: Callable[[int], str], span: tuple[int, int | None]) -> str:
    """A stretch of the day in words: what, where, from when to when, what it should do, and that no forecast has it.

    Args:
        notice: Which.
        time_text: Says the local time of an instant.
        span: From when to when; None where nobody knows its end.
    """
    start_ms, end_ms = span
    lasts = f"{time_text(start_ms)}–{time_text(end_ms) if end_ms is not None else '?'}"
    said = " · ".join((event_word(notice), place_text(notice), lasts))
    effect = effect_text(notice)
    if not effect:
        return said
    return _("{said}: {effect} is expected, not counted in the forecast").format(said=said, effect=effect)
