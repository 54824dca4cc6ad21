"""The calendar file of `sla explain`: a zone, weekly hours, dates that differ, breaks.

A break is closed wall time of the day it starts on. It is taken out of whatever is open then, also out of a span that
began the evening before.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import Any, Final

from app.core.calendars import CalendarDefinition, Span, parse_span, read_calendar
from app.core.calendars.definition import OVERRIDES_LIMIT, SPANS_LIMIT, WEEKDAYS
from app.core.errors import DataProblem
from app.core.i18n import _
from app.core.text import inert
from app.core.toml_lines import Path, nearest_line, toml_lines

_DAY_MINUTES: Final = 1440

_DAYS: Final = {word: number for number, day in enumerate(WEEKDAYS) for word in (day, day[:3])} | {
    "tues": 1,
    "wednes": 2,
    "thur": 3,
    "thurs": 3,
}

KEYS: Final = ("zone", "weekly", "dates", "breaks", "name", "public_holidays", "announced_years")
"""What may stand at the top of a file."""


class _Wrong(Exception):
    """A value that cannot be used, with where it lies."""

    def __init__(self, path: Path, problem: str) -> None:
        super().__init__(problem)
        self.path = path


def read_sla_calendar(text: str, file: str) -> CalendarDefinition:
    """The calendar of a TOML text.

    Args:
        text: TOML with `zone`, `weekly`, `[[dates]]`, `breaks`.
        file: What to call it in an error.

    Raises:
        DataProblem: Naming the file, the line, the key and what is wrong with it.
    """
    try:
        fields = tomllib.loads(text)
        lines = toml_lines(text.replace("\r\n", "\n"))
    except tomllib.TOMLDecodeError as error:
        raise DataProblem(
            _("{file}: this is not TOML: {problem}.").format(file=inert(file), problem=inert(str(error)))
        ) from None
    except RecursionError:
        raise DataProblem(_("{file}: this is nested too deeply.").format(file=inert(file))) from None
    try:
        plain = _definition_fields(fields)
    except _Wrong as wrong:
        where = _("{file}, line {line}").format(file=inert(file), line=nearest_line(lines, wrong.path))
        key = ".".join(str(part + 1 if isinstance(part, int) else part) for part in wrong.path)
        raise DataProblem(
            _("{where}: {key}: {problem}.").format(where=where, key=inert(key), problem=inert(str(wrong)))
        ) from None
    line = nearest_line(lines, ("zone",))
    return read_calendar(plain, _("{file}, line {line}").format(file=file, line=line))


def _definition_fields(fields: Mapping[str, Any]) -> dict[str, Any]:
    for key in fields:
        if key not in KEYS:
            raise _Wrong((key,), _("is not known here; known are: {known}").format(known=", ".join(KEYS)))
    if "zone" not in fields:
        raise _Wrong((), _('zone is missing: write zone = "Asia/Shanghai"'))
    if not isinstance(fields["zone"], str):
        raise _Wrong(("zone",), _("must be text in quotes"))
    breaks = _breaks(fields.get("breaks", []))
    weekly = _by_day(("weekly",), fields.get("weekly", {}))
    taken = {day: _without(spans, breaks, day) for day, spans in weekly.items()}
    plain: dict[str, Any] = {
        "name": fields.get("name", "sla"),
        "zone": fields["zone"],
        "weekly": {WEEKDAYS[day]: spans for day, spans in taken.items()},
        "overrides": _dates(fields.get("dates", []), breaks),
    }
    return plain | {key: fields[key] for key in ("public_holidays", "announced_years") if key in fields}


def _day_number(path: Path, word: str) -> int:
    try:
        return _DAYS[word.strip().casefold()]
    except KeyError:
        raise _Wrong(path, _("is no day of the week: write {days}").format(days=", ".join(WEEKDAYS))) from None


def _by_day(path: Path, value: Any) -> dict[int, list[Span]]:
    if not isinstance(value, dict):
        raise _Wrong(path, _('must be a table of days, such as monday = ["09:00-18:00"]'))
    found: dict[int, list[Span]] = {}
    for word, spans in value.items():
        place = (*path, word)
        day = _day_number(place, word)
        if day in found:
            raise _Wrong(place, _("is there twice: name each day once"))
        found[day] = _spans(place, spans)
    return found


def _spans(path: Path, value: Any) -> list[Span]:
    if value == "closed":
        return []
    if not isinstance(value, list):
        raise _Wrong(path, _('must be “closed” or a list of spans such as ["09:00-18:00"]'))
    if len(value) > SPANS_LIMIT:
        raise _Wrong(path, _("has more than {limit} spans").format(limit=SPANS_LIMIT))
    found: list[Span] = []
    for number, text in enumerate(value):
        try:
            found.append(parse_span(str(text)))
        except ValueError as error:
            raise _Wrong((*path, number), str(error)) from None
    found.sort()
    for earlier, later in pairwise(found):
        if later.start_minute < earlier.end_minute:
            raise _Wrong(path, _("{earlier} and {later} overlap").format(earlier=earlier, later=later))
    return found


def _breaks(value: Any) -> dict[int, list[Span]]:
    """Breaks by weekday, from one list for every day or a table of days."""
    if isinstance(value, list):
        every_day = _spans(("breaks",), value)
        return dict.fromkeys(range(len(WEEKDAYS)), every_day)
    return _by_day(("breaks",), value)


def _dates(value: Any, breaks: Mapping[int, Sequence[Span]]) -> dict[date, list[Span]]:
    if not isinstance(value, list):
        raise _Wrong(("dates",), _("must be tables of their own: [[dates]] with date and spans"))
    if len(value) > OVERRIDES_LIMIT:
        raise _Wrong(("dates",), _("has more than {limit} dates").format(limit=OVERRIDES_LIMIT))
    found: dict[date, list[Span]] = {}
    for number, table in enumerate(value):
        path: Path = ("dates", number)
        if not isinstance(table, dict):
            raise _Wrong(path, _("must be a table of keys and values"))
        for key in table:
            if key not in ("date", "spans"):
                raise _Wrong((*path, key), _("is not known here; known are: {known}").format(known="date, spans"))
        day = _date((*path, "date"), table.get("date"))
        if day in found:
            raise _Wrong((*path, "date"), _("is there twice: name each day once"))
        found[day] = _without(_spans((*path, "spans"), table.get("spans", [])), breaks, day.weekday())
    return found


def _date(path: Path, value: Any) -> date:
    # A TOML time of day with a date is a date to Python, too.
    if type(value) is date:
        return value
    try:
        if isinstance(value, str) and len(value) == len("2026-11-21"):
            return date.fromisoformat(value)
    except ValueError:
        pass
    raise _Wrong(path, _("is no date: write 2026-11-21"))


def _without(spans: Sequence[Span], breaks: Mapping[int, Sequence[Span]], weekday: int) -> list[Span]:
    """The spans of a day less the breaks of it, of the day before, and of the next, into which the spans may run."""
    cuts = [
        (pause.start_minute + shift * _DAY_MINUTES, pause.end_minute + shift * _DAY_MINUTES)
        for shift in (-1, 0, 1)
        for pause in breaks.get((weekday + shift) % len(WEEKDAYS), ())
    ]
    left = list(spans)
    for cut_start, cut_end in cuts:
        left = [
            Span(start, end)
            for span in left
            for start, end in (
                (span.start_minute, min(span.end_minute, cut_start)),
                (max(span.start_minute, cut_end), span.end_minute),
            )
            if start < end
        ]
    return left
