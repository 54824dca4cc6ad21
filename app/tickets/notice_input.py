"""What people type of a notice, read: the effect on the calls, and how long ahead to tell of it."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from app.core.durations import length_seconds
from app.core.errors import UsageProblem
from app.core.i18n import _
from app.core.text import inert

LOWEST_PERCENT: Final = -100
HIGHEST_PERCENT: Final = 1000
NO_LEADS: Final = ("none", "无", "不通知")

_PERCENT: Final = re.compile(r"([+-]?)\s*([0-9]{1,4})\s*%?")


def read_volume(text: str, where: str) -> int:
    """Per cent more (45) or fewer (-10) calls, from +45%, 45, -10 %.

    Raises:
        UsageProblem: When it is none, or not from −100 to 1000.
    """
    plain = unicodedata.normalize("NFKC", text).replace("−", "-").strip()
    match = _PERCENT.fullmatch(plain)
    percent = None if match is None else int(match[2]) * (-1 if match[1] == "-" else 1)
    if percent is None or not LOWEST_PERCENT <= percent <= HIGHEST_PERCENT:
        raise UsageProblem(
            _("{where} “{text}” is no change of the calls: write +45%, -10%; from -100% to +1000%.").format(
                where=where, text=inert(text)
            )
        )
    return percent


def read_leads(text: str, where: str) -> tuple[int, ...]:
    """Leads in seconds from 24h,1h; none of them from none.

    Raises:
        UsageProblem: When one is no length of time.
    """
    plain = unicodedata.normalize("NFKC", text).replace("、", ",").strip()
    if plain.casefold() in NO_LEADS:
        return ()
    leads = []
    for part in plain.split(","):
        seconds = length_seconds(part.strip())
        if seconds is None:
            raise UsageProblem(
                _("{where} “{text}” says no times ahead: write 24h,1h, or none.").format(where=where, text=inert(text))
            )
        leads.append(seconds)
    return tuple(leads)


def volume_text(percent: int) -> str:
    """An effect on the calls as people read it: "+45%", "-10%", "±0%"."""
    return f"{percent:+d}%" if percent else "±0%"
