"""The times of an event log as instants: ISO, seconds or milliseconds since 1970, or a form that the map states.

A log of a million rows has a million times: forms of digits are read by an expression made once, and the offset of a
zone is asked once for each day on which it does not change.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta, timezone, tzinfo
from typing import Final

from app.core.event_fields import EARLIEST_MS, LATEST_MS
from app.core.i18n import _
from app.core.table_rows import RowProblem, shown

ISO: Final = "iso"
EPOCH: Final = "epoch"
EPOCH_MS: Final = "epoch_ms"

_DAY_MS: Final = 86_400_000
_FIRST_DAY: Final = datetime(1970, 1, 1).toordinal()  # noqa: DTZ001 - the start of counting
_EPOCH: Final = re.compile(r"(\d{1,15})(?:\.(\d*))?", re.ASCII)

_DIGITS: Final = {
    "Y": r"(?P<Y>\d{4})",
    "m": r"(?P<m>\d{1,2})",
    "d": r"(?P<d>\d{1,2})",
    "H": r"(?P<H>\d{1,2})",
    "M": r"(?P<M>\d{1,2})",
    "S": r"(?P<S>\d{1,2})",
    "f": r"(?P<f>\d{1,9})",
    "%": "%",
}
"""What of a form can be read by its digits alone."""


def is_time_form(form: str) -> bool:
    """Whether a form says enough to read a time by: one of the words, or a form with a date in it."""
    if form in (ISO, EPOCH, EPOCH_MS):
        return True
    parts = set(re.findall(r"%(.)", form))
    if not ("Y" in parts or "y" in parts or parts & {"c", "x", "s"}):
        return False
    try:
        datetime.strptime(datetime(2020, 2, 3, 4, 5, 6, tzinfo=timezone.utc).strftime(form), form)  # noqa: DTZ007 - a probe
    except ValueError:
        return False
    return True


class TimeReader:
    """Reads the times of one column.

    Args:
        form: `ISO`, `EPOCH` (seconds since 1970), `EPOCH_MS`, or a form as of `strptime`.
        zone: Where a wall clock hung that states no offset.
        column: The column, for errors.
    """

    def __init__(self, form: str, zone: tzinfo, column: str) -> None:
        self._zone = zone
        self._column = column
        self._offsets_ms: dict[int, int | None] = {}
        self._moment: Callable[[str], datetime]
        self.read: Callable[[str], int] = self._read_wall
        if form == ISO:
            self._moment = datetime.fromisoformat
        elif form in (EPOCH, EPOCH_MS):
            self._unit_ms = 1000 if form == EPOCH else 1
            self.read = self._read_count
        else:
            self._moment = _by_digits(form) or (lambda text: datetime.strptime(text, form))  # noqa: DTZ007

    def _read_wall(self, text: str) -> int:
        """The instant of a time in UTC milliseconds; what is finer is cut off.

        Raises:
            RowProblem: When it is no such time, no clock of the zone ever showed it, or it is none of 2000 to 2099.
        """
        try:
            moment = self._moment(text)
        except ValueError:
            raise RowProblem(self._column, self._no_time(text)) from None
        day = moment.toordinal()
        wall_ms = (
            (day - _FIRST_DAY) * _DAY_MS
            + (moment.hour * 3600 + moment.minute * 60 + moment.second) * 1000
            + moment.microsecond // 1000
        )
        offset = moment.utcoffset()
        if offset is not None:
            return self._checked(wall_ms - _milliseconds(offset), text)
        try:
            offset_ms = self._offsets_ms[day]
        except KeyError:
            offset_ms = self._offsets_ms[day] = self._offset_of_day_ms(moment)
        if offset_ms is None:
            offset_ms = self._offset_ms(moment)
            if offset_ms < self._offset_ms(moment.replace(fold=1)):
                reason = _("{value} never was in {zone}: clocks were put forward over it")
                raise RowProblem(self._column, reason.format(value=shown(text), zone=self._zone))
        return self._checked(wall_ms - offset_ms, text)

    def _read_count(self, text: str) -> int:
        match = _EPOCH.fullmatch(text)
        if match is None:
            raise RowProblem(self._column, self._no_time(text))
        whole, fraction = match.groups()
        found_ms = int(whole) * self._unit_ms
        if self._unit_ms == 1000 and fraction:
            found_ms += int(fraction[:3].ljust(3, "0"))
        return self._checked(found_ms, text)

    def _no_time(self, text: str) -> str:
        if not text:
            return _("it is empty")
        return _("{value} is not a time of the form the map states").format(value=shown(text))

    def _checked(self, found_ms: int, text: str) -> int:
        if EARLIEST_MS <= found_ms < LATEST_MS:
            return found_ms
        raise RowProblem(self._column, _("{value} is not between the years 2000 and 2099").format(value=shown(text)))

    def _offset_ms(self, moment: datetime) -> int:
        return _milliseconds(self._zone.utcoffset(moment) or timedelta(0))

    def _offset_of_day_ms(self, moment: datetime) -> int | None:
        """The offset that holds all day; None on a day of change."""
        midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
        try:
            spots = [midnight + timedelta(hours=hours) for hours in range(-3, 28)]
        except OverflowError:
            return None
        first_ms = self._offset_ms(spots[0])
        return first_ms if all(self._offset_ms(spot) == first_ms for spot in spots[1:]) else None


def _milliseconds(span: timedelta) -> int:
    return (span.days * 86_400 + span.seconds) * 1000 + span.microseconds // 1000


def _by_digits(form: str) -> Callable[[str], datetime] | None:
    """A reader of times that are digits only; None where the form names months, zones or halves of the day."""
    parts = re.split(r"%(.)", form)
    names = parts[1::2]
    if not {"Y", "m", "d"} <= set(names) <= set(_DIGITS) or len(set(names)) < len(names):
        return None
    pattern = "".join(_DIGITS[part] if index % 2 else re.escape(part) for index, part in enumerate(parts))
    match = re.compile(pattern, re.ASCII).fullmatch
    # Where each part stands among what the expression finds; -1 for a part that the form does not have.
    found_at = {name: index for index, name in enumerate(name for name in names if name != "%")}
    year, month, day, hour, minute, second, fraction = (found_at.get(name, -1) for name in "YmdHMSf")

    def read(text: str) -> datetime:
        found = match(text)
        if found is None:
            raise ValueError
        groups = found.groups("0")
        return datetime(  # noqa: DTZ001 - the zone comes later
            int(groups[year]),
            int(groups[month]),
            int(groups[day]),
            int(groups[hour]) if hour >= 0 else 0,
            int(groups[minute]) if minute >= 0 else 0,
            int(groups[second]) if second >= 0 else 0,
            int(groups[fraction][:6].ljust(6, "0")) if fraction >= 0 else 0,
        )

    return read
