"""What people type into the fields of a ticket, read: amounts of money, instants, whole numbers."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Final

from app.core.errors import UsageProblem
from app.core.i18n import _
from app.core.text import inert
from app.core.zones import at
from app.planning.times import TimeReader, local_ms

_MONEY: Final = re.compile(r"[¥￥]?\s*([0-9]{1,7})(?:\.([0-9]{1,2}))?\s*(?:元|yuan|cny)?", re.IGNORECASE)
_AHEAD: Final = re.compile(r"\+?\s*([0-9]{1,4})\s*(m|min|分钟?|h|小时|d|天)(?:后)?", re.IGNORECASE)
_TIME: Final = re.compile(r"(今天|明天|后天|today|tomorrow)?\s*([0-9]{1,2}):([0-9]{2})", re.IGNORECASE)
_UNIT_SECONDS: Final = {"m": 60, "分": 60, "h": 3600, "小": 3600, "d": 86_400, "天": 86_400}
_DAYS_AHEAD: Final = {"今天": 0, "today": 0, "明天": 1, "tomorrow": 1, "后天": 2}


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip()


def read_fen(text: str, where: str) -> int:
    """An amount in fen from one in yuan: 200, 199.5, ¥ 12.50.

    Args:
        text: What was typed.
        where: The field's name, for the error.

    Raises:
        UsageProblem: When it is no amount.
    """
    match = _MONEY.fullmatch(_plain(text))
    if match is None:
        raise UsageProblem(
            _("{where} “{text}” is not an amount in yuan: write 200 or 199.50.").format(where=where, text=inert(text))
        )
    return int(match[1]) * 100 + int((match[2] or "").ljust(2, "0"))


def read_number(text: str, low: int, high: int, where: str) -> int:
    """A whole number from `low` to `high`.

    Raises:
        UsageProblem: When it is none.
    """
    plain = _plain(text)
    if not re.fullmatch(r"[0-9]{1,9}", plain) or not low <= int(plain) <= high:
        raise UsageProblem(
            _("{where} “{text}” is not a whole number from {low} to {high}.").format(
                where=where, text=inert(text), low=low, high=high
            )
        )
    return int(plain)


def read_ahead(text: str, zone: tzinfo, now_ms: int, where: str) -> int:
    """An instant ahead: 14:30 (today, or tomorrow when that has passed), 明天 9:00, 2026-11-22 09:00, +30m, 2h.

    Args:
        text: What was typed.
        zone: Where times are local.
        now_ms: The present instant.
        where: The field's name, for the error.

    Raises:
        UsageProblem: When it is none of these, or lies behind.
    """
    plain = _plain(text)
    found_ms = _ahead_ms(plain, zone, now_ms)
    if found_ms is None:
        raise UsageProblem(
            _("{where} “{text}” is no time: write 14:30, tomorrow 9:00, 2026-11-22 09:00 or +2h.").format(
                where=where, text=inert(text)
            )
        )
    if found_ms <= now_ms:
        raise UsageProblem(
            _("{where} “{text}” has passed already: give a time ahead.").format(where=where, text=inert(text))
        )
    return found_ms


def _ahead_ms(plain: str, zone: tzinfo, now_ms: int) -> int | None:
    if match := _AHEAD.fullmatch(plain):
        return now_ms + int(match[1]) * _UNIT_SECONDS[match[2][0].lower()] * 1000
    match = _TIME.fullmatch(plain)
    if match is None:
        found = TimeReader(zone).read(plain)
        return None if found is None else found[0]
    hour, minute = int(match[2]), int(match[3])
    if hour > 23 or minute > 59:
        return None
    today = at(now_ms, zone).date()
    if match[1]:
        return _local_ms(today + timedelta(days=_DAYS_AHEAD[match[1].lower()]), hour, minute, zone)
    found_ms = _local_ms(today, hour, minute, zone)
    return found_ms if found_ms > now_ms else _local_ms(today + timedelta(days=1), hour, minute, zone)


def _local_ms(day: date, hour: int, minute: int, zone: tzinfo) -> int:
    return local_ms(datetime.combine(day, time(hour, minute)), zone)
