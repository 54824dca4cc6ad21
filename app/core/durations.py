"""Durations and shares as text: the one form they have on every screen."""

from __future__ import annotations

import re
from typing import Final

from app.core.errors import UsageProblem
from app.core.i18n import _
from app.core.text import inert

NOTHING: Final = "–"
"""What stands where there is no figure: a ratio without a denominator is empty, never 0."""


def clock_text(seconds: int) -> str:
    """A duration as a clock shows it: "0:07", "12:30", "1:02:03"; a negative one carries a minus sign.

    Args:
        seconds: Whole seconds.
    """
    if seconds < 0:
        return "-" + clock_text(-seconds)
    minutes, second = divmod(seconds, 60)
    if minutes < 60:
        return f"{minutes}:{second:02d}"
    return f"{minutes // 60}:{minutes % 60:02d}:{second:02d}"


PAUSED_SIGN: Final = "Ⅱ"
"""Stands before the time of a countdown that does not run."""

_HOURS_AS_CLOCK: Final = 100
"""From so many hours on a countdown is told in days: nobody reads seconds then."""


def countdown_text(seconds: int, *, is_paused: bool = False) -> str:
    """What is left of a limit, always comparable: "12:30" left, "-02:10" overdue, "Ⅱ 08:00" paused; "5 d 03 h" from
    100 hours on.

    Args:
        seconds: Whole seconds; negative past the limit.
        is_paused: Whether it does not run.
    """
    sign = f"{PAUSED_SIGN} " if is_paused else ""
    if seconds < 0:
        sign, seconds = f"{sign}-", -seconds
    minutes, second = divmod(seconds, 60)
    hours, minute = divmod(minutes, 60)
    if hours >= _HOURS_AS_CLOCK:
        return sign + _("{days} d {hours} h").format(days=hours // 24, hours=f"{hours % 24:02d}")
    return f"{sign}{hours}:{minute:02d}:{second:02d}" if hours else f"{sign}{minute:02d}:{second:02d}"


def percent_text(share: float | None) -> str:
    """A share as per cent with one decimal: "84.2%"; "–" where there is none.

    Nothing is rounded up to a hundred: 99.96 % is "99.9%", for "100.0%" means all of them.
    """
    if share is None:
        return NOTHING
    text = f"{share * 100:.1f}%"
    return "99.9%" if share < 1 and text == "100.0%" else text


def rounded_percent_text(share: float | None) -> str:
    """A share as whole per cent: "84%"; "–" where there is none. Only all of them is "100%"."""
    if share is None:
        return NOTHING
    text = f"{share * 100:.0f}%"
    return "99%" if share < 1 and text == "100%" else text


def signed_percent_text(share: float | None) -> str:
    """A deviation as per cent with one decimal and its sign: "+3.3%", "-9.8%", "0.0%"; "–" where there is none."""
    return NOTHING if share is None else _signed(f"{share * 100:+.1f}%")


def rounded_signed_percent_text(share: float | None) -> str:
    """A deviation as whole per cent with its sign: "+3%", "-10%", "0%"; "–" where there is none."""
    return NOTHING if share is None else _signed(f"{share * 100:+.0f}%")


def _signed(text: str) -> str:
    """What rounds to nothing lies on no side."""
    return text if text.strip("+-0.%") else text.lstrip("+-")


def parse_duration(text: str, option: str) -> int:
    """Whole seconds from what a person typed: 20s, 5m, 1h, or a bare number of seconds.

    Args:
        text: What was typed.
        option: Where, for the error.

    Raises:
        UsageProblem: When it is none of these.
    """
    match = re.fullmatch(r"(\d{1,6})\s*([smh]?)", text.strip())
    if match is None:
        raise UsageProblem(
            _("{option} “{text}” is not a length of time: write 20s, 5m or 1h.").format(option=option, text=inert(text))
        )
    return int(match[1]) * {"": 1, "s": 1, "m": 60, "h": 3600}[match[2]]


_UNITS_SECONDS: Final = {"d": 86_400, "h": 3_600, "m": 60, "s": 1}
_LENGTH: Final = re.compile(r"(?:(\d{1,6})d)?\s*(?:(\d{1,6})h)?\s*(?:(\d{1,6})m)?\s*(?:(\d{1,6})s)?", re.ASCII)


def length_seconds(text: str) -> int | None:
    """Whole seconds of a length of time with its units, the largest first: 90s, 2m, 48h, 1d, 1h30m.

    A day is 24 hours. None where it is no such length: a bare number does not say what it counts.
    """
    found = _LENGTH.fullmatch(text.strip())
    if found is None or not any(found.groups()):
        return None
    return sum(int(count) * each for count, each in zip(found.groups(), _UNITS_SECONDS.values(), strict=True) if count)


def length_text(seconds: int) -> str:
    """A length of time as `length_seconds` reads it: "1h30m", "48h"; whole days only from three days on."""
    if seconds <= 0:
        return "0s"
    days, rest = divmod(seconds, 86_400) if seconds >= 3 * 86_400 else (0, seconds)
    hours, rest = divmod(rest, 3_600)
    minutes, left = divmod(rest, 60)
    return "".join(
        f"{count}{unit}" for count, unit in ((days, "d"), (hours, "h"), (minutes, "m"), (left, "s")) if count
    )
