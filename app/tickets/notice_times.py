"""When a notice is ahead, live or over, how much of a stretch it takes, and when people are told of it. Pure.

Without a beginning of its own a notice is live from the instant it was posted on. What takes its time and is over by
itself (a bulk message, a batch of openings, a campaign) is over at its expected end; what was broken or taken away is
over when somebody says so, however long that is after the expected end.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Final, NamedTuple

from app.core.ticket_events import NoticeKind
from app.tickets.ports import Notice

DEFAULT_AHEAD_SECONDS: Final = (86_400, 3_600)
"""People are told so long before what is planned begins, where nobody said otherwise."""

LONGEST_AHEAD_SECONDS: Final = 30 * 86_400
MOST_LEADS: Final = 10

PASSING: Final[frozenset[NoticeKind]] = frozenset({"bulk_sms", "batch_opening", "campaign"})
"""What is over by itself at its expected end."""

BREAKING: Final[frozenset[NoticeKind]] = frozenset({"outage", "system_upgrade"})
"""What breaks something while it lasts: it explains alerts on tickets of its area and service."""

LATE_MS: Final = 60_000
"""Told so long after its lead is told too late for it."""

HISTORY_MS: Final = 24 * 3_600_000
"""Of what began so long ago nobody is told any more."""

_ALERT_PREFIX: Final = "notice:"


class Phase(StrEnum):
    """Where a notice stands."""

    PLANNED = "planned"
    LIVE = "live"
    OVER = "over"


class Telling(NamedTuple):
    """Something that people are to be told ahead.

    Attributes:
        leads_seconds: The leads that are due and of which nobody was told, the longest first: told once for all.
        is_late: The lead that is told of was due a minute ago or more.
    """

    leads_seconds: tuple[int, ...]
    is_late: bool


def alert_of(notice: str) -> str:
    """What a notice is called where messages are told of alerts; no rule's id holds a colon."""
    return f"{_ALERT_PREFIX}{notice}"


def is_of_notice(alert: str) -> bool:
    """Whether that is what a notice is called, and not an alert."""
    return alert.startswith(_ALERT_PREFIX)


def begins_ms(notice: Notice) -> int:
    """When it begins, or began."""
    return notice.posted_ms if notice.starts_ms is None else notice.starts_ms


def over_ms(notice: Notice) -> int | None:
    """When it is over, or was; None where nobody knows: it lasts until somebody ends it."""
    if notice.ended_ms is not None:
        return notice.ended_ms
    return notice.expected_end_ms if notice.event in PASSING else None


def phase(notice: Notice, now_ms: int) -> Phase:
    """Where a notice stands at an instant; one that was ended before it began is over."""
    end_ms = over_ms(notice)
    if notice.ended_ms is not None or (end_ms is not None and end_ms <= now_ms):
        return Phase.OVER
    return Phase.PLANNED if begins_ms(notice) > now_ms else Phase.LIVE


def live(notices: Iterable[Notice], now_ms: int) -> list[Notice]:
    """Those that hold at an instant: they began, and are not over."""
    return [notice for notice in notices if phase(notice, now_ms) is Phase.LIVE]


def span(notice: Notice, now_ms: int) -> tuple[int, int | None]:
    """From when to when it lasts, or lasted, as far as anybody knows; None for its end where nobody does.

    What has outlasted its expected end, and is not over, lasts until now at least.
    """
    start_ms = begins_ms(notice)
    end_ms = over_ms(notice)
    if end_ms is None and notice.expected_end_ms is not None:
        end_ms = max(notice.expected_end_ms, now_ms)
    return start_ms, None if end_ms is None else max(start_ms, end_ms)


def telling(notice: Notice, told: Iterable[tuple[int, Sequence[int]]], now_ms: int) -> Telling | None:
    """What people are to be told of a notice at an instant; None for nothing.

    Leads that passed while the program was down, or before the notice was posted, are told of at once, together.

    Args:
        notice: Which.
        told: What they were told already: beginnings with their leads. A beginning that moved is told anew.
        now_ms: The instant.
    """
    if not _is_told_of(notice, now_ms):
        return None
    due = [lead for lead in _untold(notice, told) if begins_ms(notice) - lead * 1000 <= now_ms]
    if not due:
        return None
    nearest_due_ms = begins_ms(notice) - due[-1] * 1000
    return Telling(tuple(due), now_ms - nearest_due_ms >= LATE_MS)


def next_telling_ms(notice: Notice, told: Iterable[tuple[int, Sequence[int]]], now_ms: int) -> int | None:
    """When people are to be told of it next, which may have been a while ago; None where they are not."""
    if not _is_told_of(notice, now_ms):
        return None
    return min((begins_ms(notice) - lead * 1000 for lead in _untold(notice, told)), default=None)


def _is_told_of(notice: Notice, now_ms: int) -> bool:
    return (
        notice.starts_ms is not None
        and bool(notice.ahead_seconds)
        and phase(notice, now_ms) is not Phase.OVER
        and now_ms - notice.starts_ms < HISTORY_MS
    )


def _untold(notice: Notice, told: Iterable[tuple[int, Sequence[int]]]) -> list[int]:
    known = {lead for starts_ms, leads in told if starts_ms == notice.starts_ms for lead in leads}
    return sorted(set(notice.ahead_seconds) - known, reverse=True)
