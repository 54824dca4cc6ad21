"""What a site writes down about open time: a zone, the hours of a week, and the dates that are different.

zone = "Asia/Shanghai"
public_holidays = "CN"

[weekly]
monday = ["09:00-12:00", "13:30-18:00"]
friday = ["22:00-06:00"]             # over midnight: belongs to Friday

[overrides]
"2026-12-31" = "closed"
"2027-01-03" = "monday"              # worked like a Monday
"2026-11-11" = ["08:00-24:00"]
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from datetime import date
from hashlib import sha256
from itertools import pairwise
from typing import Annotated, Any, Final, Literal, NamedTuple, get_args

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    PlainValidator,
    ValidationError,
)

from app.core.errors import DataProblem, UsageProblem
from app.core.holidays import REGIONS
from app.core.i18n import _
from app.core.text import inert
from app.core.zones import load_zone

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
WEEKDAYS: Final[tuple[Weekday, ...]] = get_args(Weekday)
"""In the order of `date.weekday()`."""

DayWord = Weekday | Literal["holiday"]
"""Whose hours a date takes over: those of a weekday, or those of a public holiday."""

DAY_WORDS: Final[tuple[DayWord, ...]] = (*WEEKDAYS, "holiday")

SPANS_LIMIT: Final = 48
"""Most spans of one day: one each half-hour is more than any floor writes down."""

OVERRIDES_LIMIT: Final = 4_000
"""Most dated overrides: more than ten years of days."""

NAME_LIMIT: Final = 200

_DAY_MINUTES: Final = 1440
_SPAN: Final = re.compile(r"(\d{1,2}):(\d{2})\s*[-–]\s*(\d{1,2}):(\d{2})")
_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}")


class Span(NamedTuple):
    """A stretch of wall time [start, end) of the day it starts on.

    Attributes:
        start_minute: Minutes after 00:00, 0 to 1439.
        end_minute: Minutes after the same 00:00; above 1440 for a span that ends on the next day.
    """

    start_minute: int
    end_minute: int

    def __str__(self) -> str:
        end_minute = self.end_minute - _DAY_MINUTES if self.end_minute > _DAY_MINUTES else self.end_minute
        return f"{_clock(self.start_minute)}-{_clock(end_minute)}"


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def parse_span(text: str) -> Span:
    """A span as a person writes it: 09:00-18:00, 22:00-06:00 (over midnight), 00:00-24:00.

    Raises:
        ValueError: When it is not one; a sentence for a person.
    """
    found = _SPAN.fullmatch(text.strip())
    if found is None:
        raise ValueError(_("“{text}” is no span of time: write 09:00-18:00").format(text=inert(text[:40])))
    start_hour, start_of_hour, end_hour, end_of_hour = map(int, found.groups())
    start_minute, end_minute = start_hour * 60 + start_of_hour, end_hour * 60 + end_of_hour
    if start_of_hour > 59 or end_of_hour > 59 or start_minute >= _DAY_MINUTES or end_minute > _DAY_MINUTES:
        raise ValueError(
            _("“{text}” is no span of time: a day begins at 00:00 and ends at 24:00").format(text=inert(text))
        )
    if start_minute == end_minute:
        raise ValueError(
            _("“{text}” begins where it ends: write 00:00-24:00 for a whole day, closed for none").format(
                text=inert(text)
            )
        )
    return Span(start_minute, end_minute if end_minute > start_minute else end_minute + _DAY_MINUTES)


def _spans(value: object) -> tuple[Span, ...]:
    """Spans in order, from "closed" or a list; they may touch but not overlap.

    Raises:
        ValueError: When they are not that.
    """
    if value == "closed":
        return ()
    if not isinstance(value, list | tuple):
        raise ValueError(_('must be “closed” or a list of spans such as ["09:00-18:00"]'))
    if len(value) > SPANS_LIMIT:
        raise ValueError(_("has more than {limit} spans").format(limit=SPANS_LIMIT))
    spans = sorted(each if isinstance(each, Span) else parse_span(str(each)) for each in value)
    for earlier, later in pairwise(spans):
        if later.start_minute < earlier.end_minute:
            raise ValueError(_("{earlier} and {later} overlap").format(earlier=earlier, later=later))
    return tuple(spans)


def _hours(value: object) -> tuple[Span, ...] | DayWord:
    if value in DAY_WORDS:
        return value
    if isinstance(value, str) and value != "closed":
        raise ValueError(_("must be “closed”, a list of spans, or one of: {words}").format(words=", ".join(DAY_WORDS)))
    return _spans(value)


def _written(hours: tuple[Span, ...] | DayWord) -> list[str] | str:
    return hours if isinstance(hours, str) else [str(span) for span in hours]


def _date_key(value: object) -> object:
    if isinstance(value, date):
        return value
    # Left to itself pydantic reads a number as seconds since 1970.
    try:
        if isinstance(value, str) and _DATE.fullmatch(value):
            return date.fromisoformat(value)
    except ValueError:
        pass
    raise ValueError(_("is no date: write 2026-11-21"))


def _known_zone(value: str) -> str:
    try:
        load_zone(value)
    except UsageProblem as problem:
        raise ValueError(str(problem)) from problem
    return value


def _known_region(value: str) -> str:
    if value not in REGIONS:
        raise ValueError(_("must be one of: {known}").format(known=", ".join(REGIONS)))
    return value


Spans = Annotated[tuple[Span, ...], PlainValidator(_spans), PlainSerializer(_written)]
Hours = Annotated[tuple[Span, ...] | DayWord, PlainValidator(_hours), PlainSerializer(_written)]
Zone = Annotated[str, AfterValidator(_known_zone)]
Region = Annotated[str, AfterValidator(_known_region)]
Date = Annotated[date, BeforeValidator(_date_key)]
Year = Annotated[int, Field(strict=True, ge=1970, lt=2200)]


class CalendarDefinition(BaseModel):
    """When a queue, a team or a promise is open; immutable, and the same as JSON and back."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Annotated[str, Field(min_length=1, max_length=NAME_LIMIT)]
    """What people call it."""
    version: Annotated[int, Field(strict=True, ge=1)] = 1
    """Counted up by whoever keeps calendars; says nothing about the hours."""
    zone: Zone
    """Whose wall time the hours are."""
    weekly: dict[Weekday, Spans] = Field(default_factory=dict)
    """Hours by weekday; a weekday that is not named is closed."""
    overrides: Annotated[dict[Date, Hours], Field(max_length=OVERRIDES_LIMIT)] = Field(default_factory=dict)
    """Dates with hours of their own; they overrule the week and the public holidays."""
    public_holidays: Region | None = None
    """The country whose public holidays and make-up working days are followed; None for none."""
    holiday: Spans = ()
    """Hours on a public holiday."""
    make_up: Hours = "monday"
    """Hours on a make-up working day."""
    announced_years: tuple[Year, ...] = ()
    """Years whose public holidays are all written in `overrides`, for the weeks before the data has them."""

    def hours_of_week(self, weekday: int) -> tuple[Span, ...]:
        """The hours of an ordinary weekday, 0 for Monday."""
        return self.weekly.get(WEEKDAYS[weekday], ())

    def resolve(self, hours: tuple[Span, ...] | DayWord) -> tuple[Span, ...]:
        """Hours as spans, where they may be given as the word for another day."""
        if not isinstance(hours, str):
            return hours
        return self.holiday if hours == "holiday" else self.weekly.get(hours, ())

    @property
    def digest(self) -> str:
        """A short digest of what the hours are, the same for every way to write them down.

        Neither the name nor the version is in it: importing the same hours again changes nothing.
        """
        content = self.model_dump(mode="json", exclude={"name", "version"}, exclude_defaults=True)
        content["weekly"] = {weekday: spans for weekday, spans in content.get("weekly", {}).items() if spans}
        content["announced_years"] = sorted(set(self.announced_years))
        return sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:16]


def read_calendar(fields: object, where: str) -> CalendarDefinition:
    """A calendar from plain values: of a TOML table, a JSON object, the rows of an import.

    Args:
        fields: The fields of `CalendarDefinition` by name.
        where: The file, or what else to call it in an error.

    Raises:
        DataProblem: Naming the place, the key, and what is wrong with it.
    """
    try:
        return CalendarDefinition.model_validate(fields)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=True)[0]
        key = ".".join(str(part) for part in first["loc"] if part != "[key]")
        raise DataProblem(
            _("{where}: {key}: {problem}.").format(
                where=inert(where), key=inert(key) or "?", problem=inert(_problem(first["type"], first))
            )
        ) from None


def _problem(kind: str, error: Mapping[str, Any]) -> str:
    match kind:
        case "missing":
            return _("is missing")
        case "extra_forbidden":
            return _("is not known here")
        case "literal_error":
            return _("must be one of: {known}").format(known=", ".join(WEEKDAYS))
        case "too_long" | "string_too_long":
            return _("is longer than {limit}").format(limit=error["ctx"]["max_length"])
        case "model_type" | "dict_type":
            return _("must be a table of keys and values")
        case _:
            return str(error["msg"]).removeprefix("Value error, ").removesuffix(".")


def parse_calendars(text: str, file: str) -> dict[str, CalendarDefinition]:
    """The calendars of a TOML text, each under `[calendars."its name"]`.

    Args:
        text: TOML.
        file: What to call it in an error.

    Raises:
        DataProblem: Naming the file, the key, and what is wrong with it; nothing of the file is used then.
    """
    try:
        fields = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise DataProblem(
            _("{file}: this is not TOML: {problem}").format(file=inert(file), problem=inert(str(error)))
        ) from None
    tables = fields.get("calendars")
    if not isinstance(tables, dict) or set(fields) != {"calendars"}:
        raise DataProblem(
            _("{file}: every calendar needs a table of its own, such as {table}, and there is nothing else.").format(
                file=inert(file), table='[calendars."support"]'
            )
        )
    return {
        name: read_calendar({"name": name, **table} if isinstance(table, dict) else table, f"{file}: calendars.{name}")
        for name, table in tables.items()
    }
