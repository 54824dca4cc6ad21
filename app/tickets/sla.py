"""A due time anybody can check: open time from an instant, with the stretches it is made of. See docs/sla.md.

Pauses are a union, and only what of them is open costs anything. All instants are UTC milliseconds.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Final, NamedTuple

from app.core.calendars import HORIZON_MS, NEVER, Calendar, Never, OpenSpan
from app.core.durations import length_seconds
from app.core.errors import UsageProblem
from app.core.i18n import _
from app.core.text import inert
from app.core.zones import at, date_start_ms, instant_ms, iso

LONGEST_SECONDS: Final = 3_660 * 86_400
"""The longest limit that is explained: ten years."""

_FIRST_YEAR: Final = 1970
_LAST_YEAR: Final = 2199


class Pause(NamedTuple):
    """A stretch [from, to) that is not counted."""

    from_ms: int
    to_ms: int


@dataclass(frozen=True, slots=True)
class Explanation:
    """A due time, or the time used, and what it is made of.

    Attributes:
        due_ms: When the limit is reached; None when it never is, or when only the time used was asked for.
        open_ms: Open time that is counted: the limit itself where it is reached.
        never: Whether the limit is never reached.
        segments: The stretches that are counted, in order.
    """

    due_ms: int | None
    open_ms: int
    never: bool
    segments: tuple[OpenSpan, ...]


def due_ms(calendar: Calendar, start_ms: int, limit_ms: int, pauses: Sequence[Pause] = ()) -> int | Never:
    """When so much open time outside of pauses has passed since an instant; a limit of 0 gives the next such instant.

    Raises:
        NegativeDuration: When the limit is below 0.
    """
    left_ms, from_ms = limit_ms, start_ms
    for pause in _union(pauses, start_ms, HORIZON_MS):
        if left_ms <= 0:
            found = calendar.add_open(from_ms, left_ms)
            if found is NEVER or found < pause.from_ms:
                return found
        else:
            before_ms = calendar.open_ms(from_ms, pause.from_ms)
            if before_ms >= left_ms:
                break
            left_ms -= before_ms
        from_ms = pause.to_ms
    return NEVER if from_ms >= HORIZON_MS else calendar.add_open(from_ms, left_ms)


def used_ms(calendar: Calendar, start_ms: int, end_ms: int, pauses: Sequence[Pause] = ()) -> int:
    """Open time in [start, end) that lies in no pause."""
    paused_ms = sum(calendar.open_ms(pause.from_ms, pause.to_ms) for pause in _union(pauses, start_ms, end_ms))
    return calendar.open_ms(start_ms, end_ms) - paused_ms


def explain_limit(calendar: Calendar, start_ms: int, limit_ms: int, pauses: Sequence[Pause] = ()) -> Explanation:
    """When a limit is reached, and which open stretches lead there; where it is never reached, all there are."""
    due = due_ms(calendar, start_ms, limit_ms, pauses)
    if due is NEVER:
        # Asked first, for a calendar that does not open at all has nothing to go through.
        opens = calendar.next_open(start_ms) is not NEVER
        segments = tuple(_counted(calendar, start_ms, HORIZON_MS, pauses)) if opens else ()
        return Explanation(None, _total_ms(segments), True, segments)
    segments = tuple(_counted(calendar, start_ms, due, pauses))
    return Explanation(due, _total_ms(segments), False, segments)


def explain_use(calendar: Calendar, start_ms: int, until_ms: int, pauses: Sequence[Pause] = ()) -> Explanation:
    """How much open time lies between two instants, and in which stretches."""
    segments = tuple(_counted(calendar, start_ms, until_ms, pauses))
    return Explanation(None, _total_ms(segments), False, segments)


def _total_ms(segments: Sequence[OpenSpan]) -> int:
    return sum(segment.end_ms - segment.start_ms for segment in segments)


def _union(pauses: Sequence[Pause], start_ms: int, end_ms: int) -> list[Pause]:
    """Pauses within [start, end) in order, none touching the next."""
    joined: list[Pause] = []
    for pause in sorted(pauses):
        from_ms, to_ms = max(pause.from_ms, start_ms), min(pause.to_ms, end_ms)
        if from_ms >= to_ms:
            continue
        if joined and from_ms <= joined[-1].to_ms:
            joined[-1] = Pause(joined[-1].from_ms, max(joined[-1].to_ms, to_ms))
        else:
            joined.append(Pause(from_ms, to_ms))
    return joined


def _counted(calendar: Calendar, start_ms: int, end_ms: int, pauses: Sequence[Pause]) -> Iterator[OpenSpan]:
    from_ms = start_ms
    for pause in _union(pauses, start_ms, end_ms):
        yield from calendar.open_spans(from_ms, pause.from_ms)
        from_ms = pause.to_ms
    yield from calendar.open_spans(from_ms, end_ms)


# -- what a person writes --------------------------------------------------------------------------------------------


def parse_limit(text: str, option: str) -> int:
    """Whole seconds of a limit: 4h, 90m, 1d, 1h30m, or a bare number of seconds.

    Raises:
        UsageProblem: When it is none, is negative, or longer than ten years.
    """
    written = text.strip()
    if written.startswith(("-", "−")):
        raise UsageProblem(
            _("{option} “{text}” is negative: time only passes forwards.").format(option=option, text=inert(text))
        )
    seconds = int(written) if written.isascii() and written.isdigit() else length_seconds(written)
    if seconds is None:
        raise UsageProblem(
            _("{option} “{text}” is no length of time: write 4h, 90m, 1d or 1h30m.").format(
                option=option, text=inert(text)
            )
        )
    if seconds > LONGEST_SECONDS:
        raise UsageProblem(_("{option} “{text}” is more than ten years.").format(option=option, text=inert(text)))
    return seconds


def parse_local_instant(text: str, zone: tzinfo, option: str) -> int:
    """An instant as ISO 8601: with an offset, or local to a zone; a date alone is its first instant.

    A local time that does not exist or comes twice is refused: the two it may be are named.

    Raises:
        UsageProblem: When it is none of these, or lies before 1970 or after 2199.
    """
    written = text.strip()
    try:
        if len(written) == len("2026-11-21"):
            day = date.fromisoformat(written)
            moment = None
        else:
            moment = datetime.fromisoformat(written)
            day = moment.date()
        if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
            raise ValueError
        if moment is None:
            return date_start_ms(day, zone)
    except ValueError:
        raise UsageProblem(
            _("{option} “{text}” is no time between 1970 and 2199: write 2026-11-21T08:00 or …+08:00.").format(
                option=option, text=inert(text)
            )
        ) from None
    return instant_ms(moment) if moment.tzinfo else _wall_instant_ms(moment, zone, f"{option} “{inert(text)}”")


def _wall_instant_ms(moment: datetime, zone: tzinfo, shown: str) -> int:
    earlier_ms, later_ms = sorted(instant_ms(moment.replace(tzinfo=zone, fold=fold)) for fold in (0, 1))
    if earlier_ms == later_ms:
        return earlier_ms
    # In a gap both readings show another wall time than the one that was asked for.
    exists = at(earlier_ms, zone).replace(tzinfo=None) == moment.replace(microsecond=moment.microsecond // 1000 * 1000)
    choices = f"{iso(earlier_ms, zone)} / {iso(later_ms, zone)}"
    if exists:
        raise UsageProblem(
            _("{text} comes twice on that day, for clocks go back: write which, {choices}.").format(
                text=shown, choices=choices
            )
        )
    raise UsageProblem(
        _("{text} does not exist, for clocks go forward then: write one that does, {choices}.").format(
            text=shown, choices=choices
        )
    )


def parse_pause(text: str, zone: tzinfo, option: str) -> Pause:
    """A pause as FROM..TO; without TO it has not ended.

    Raises:
        UsageProblem: When it is none, or ends before it begins.
    """
    begin, dots, end = text.partition("..")
    if not dots or not begin.strip():
        raise UsageProblem(
            _("{option} “{text}” is no pause: write 2026-11-21T09:00..2026-11-21T10:00.").format(
                option=option, text=inert(text)
            )
        )
    from_ms = parse_local_instant(begin, zone, option)
    to_ms = parse_local_instant(end, zone, option) if end.strip() else HORIZON_MS
    if to_ms < from_ms:
        raise UsageProblem(_("{option} “{text}” ends before it begins.").format(option=option, text=inert(text)))
    return Pause(from_ms, to_ms)


def explanation_row(found: Explanation, zone: tzinfo) -> dict[str, object]:
    """An explanation as it is told: instants as ISO 8601 with the offset of the zone, whole seconds."""
    return {
        "due": None if found.due_ms is None else iso(found.due_ms, zone),
        "open_seconds": found.open_ms // 1000,
        "never": found.never,
        "segments": segment_rows(found, zone),
    }


def segment_rows(found: Explanation, zone: tzinfo) -> list[dict[str, object]]:
    """The stretches of an explanation, in order."""
    return [
        {
            "start": iso(segment.start_ms, zone),
            "end": iso(segment.end_ms, zone),
            "seconds": (segment.end_ms - segment.start_ms) // 1000,
        }
        for segment in found.segments
    ]
