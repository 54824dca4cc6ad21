"""What the columns and words of somebody else's event log mean: MAP.toml, checked before a row is read.

See docs/import-tickets.md. A map names columns for the parts of a fact, and for each word of the source the kind of
fact it stands for, with values that are always the same or come from a further column.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from fnmatch import fnmatchcase
from functools import cache
from importlib.resources import files
from typing import Annotated, Any, Final, Literal, NamedTuple, get_args

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from app.core.errors import DataProblem, UsageProblem
from app.core.i18n import _
from app.core.text import inert
from app.core.ticket_events import TicketEvent
from app.core.toml_lines import Path, nearest_line, toml_lines
from app.core.toml_problems import key_text, sentence, unknown_key
from app.core.zones import load_zone
from app.tickets.import_times import ISO, is_time_form

NATIVE: Final = "native"
"""The shipped map: reads what `tickets export` writes."""

DROPPED: Final = "dropped"
"""Stands where a kind would: rows with this word are left out."""

KINDS: Final[Mapping[str, type[Any]]] = {
    cls.__dataclass_fields__["kind"].default.removeprefix("ticket_"): cls for cls in get_args(TicketEvent)
}
"""The kinds of facts a word can stand for, as they are called in maps and exports."""

NOTE_FIELDS: Final[Mapping[str, str]] = {
    kind: next(name for name in ("note", "solution", "comment", "text", "reason") if name in cls.__dataclass_fields__)
    for kind, cls in KINDS.items()
    if kind not in ("created", "resumed")
    and {"note", "solution", "comment", "text", "reason"} & set(cls.__dataclass_fields__)
}
"""Which field of a kind the words of the note column go to."""

Infer = Literal["created", "resumed", "reopened", "units"]
Column = Annotated[str, Field(max_length=200)]
Several = str | tuple[str, ...]

_AT_LINE: Final = re.compile(r"\(at (?:line (\d+), column \d+|end of document)\)$")
_SAMPLE_MS: Final = 1_700_000_000_000
_FROM_COLUMN: Final = frozenset({"unit", "person", "call", "score"})
"""Fields that their own columns fill on any kind that has them."""
_COMMON: Final = ("at_ms", "ticket", "by", "act")


class _Frozen(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class MapColumns(_Frozen):
    """Which column holds what; empty for what the log does not say. Names are compared without regard to case."""

    id: Column
    time: Several
    """Several, as a date and a time of day, are joined with a blank."""
    activity: Several = ()
    """What was done; several are joined with "/"."""
    state: Several = ()
    """How the ticket stood after it; instead of `activity`."""
    order_by: Column = ""
    """Orders rows of equal times; the order of rows where it is not named."""
    unit: Column = ""
    """The group: where it went, or who has it now."""
    by: Column = ""
    """Who did it."""
    person: Column = ""
    """The person it went to."""
    note: Column = ""
    act: Column = ""
    values: Column = ""
    """Further fields of the fact as a JSON object, named as in docs/events.schema.json."""
    type: Column = ""
    title: Column = ""
    customer: Column = ""
    caller: Column = ""
    stars: Column = ""
    subject: Column = ""
    area: Column = ""
    service: Column = ""
    call: Column = ""
    score: Column = ""
    keep: tuple[Column, ...] | None = None
    """Kept as the ticket's fields; all columns not named here where it is left out."""

    def words(self) -> tuple[str, ...]:
        """The columns that say what happened."""
        return _several(self.activity) or _several(self.state)

    def times(self) -> tuple[str, ...]:
        """The columns that say when."""
        return _several(self.time)

    def single(self) -> dict[str, str]:
        """The other columns that are named, by what they hold."""
        skipped = ("time", "activity", "state", "keep")
        return {name: value for name, value in self if name not in skipped and value}


class MapTime(_Frozen):
    """How times are written."""

    format: str = ISO
    zone: str = ""
    """Of times that state no offset; the site's where it is left out."""


class MapFile(_Frozen):
    """How the file is written."""

    delimiter: Annotated[str, Field(max_length=1)] = ""
    encoding: str = ""


class TicketMap(_Frozen):
    """What the columns and words of a log mean."""

    columns: MapColumns
    time: MapTime = MapTime()
    file: MapFile = MapFile()
    prefix: Annotated[str, Field(max_length=40)] = ""
    """Put before every id."""
    default_type: Annotated[str, Field(max_length=60)] = ""
    types: dict[str, Annotated[str, Field(min_length=1, max_length=200)]] = Field(default_factory=dict)
    activities: dict[str, str | dict[str, Any]] = Field(default_factory=dict)
    states: dict[str, str | dict[str, Any]] = Field(default_factory=dict)
    scores: dict[str, Annotated[int, Field(ge=0, le=100, strict=True)]] = Field(default_factory=dict)
    unmapped: Literal["noted", "dropped"] = "noted"
    infer: tuple[Infer, ...] = get_args(Infer)

    @property
    def is_of_states(self) -> bool:
        """Whether rows say how a ticket stood, not what was done."""
        return bool(self.columns.state)

    def meanings(self) -> dict[str, Meaning]:
        """What each word means, by the word as it is compared."""
        return {plain(word): meaning_of(said) for word, said in (self.states or self.activities).items()}


class Meaning(NamedTuple):
    """What a word stands for.

    Attributes:
        kind: The kind of fact, or `DROPPED`.
        constants: Values it always has.
        columns: Columns that further values come from, by field.
    """

    kind: str
    constants: Mapping[str, Any]
    columns: Mapping[str, str]


UNMAPPED: Final = Meaning("noted", {}, {})
"""What a word stands for that the map does not know."""


def plain(word: str) -> str:
    """A word as it is compared: case and blanks do not count."""
    return " ".join(word.split()).casefold()


def found_meaning(meanings: Mapping[str, Meaning], word: str) -> Meaning | None:
    """What a word means: itself, or the first pattern with a * that fits it."""
    asked = plain(word)
    found = meanings.get(asked)
    if found is not None:
        return found
    return next((meaning for each, meaning in meanings.items() if "*" in each and fnmatchcase(asked, each)), None)


def meaning_of(said: str | Mapping[str, Any]) -> Meaning:
    """A value of [activities] or [states] taken apart; it has been checked."""
    if isinstance(said, str):
        return Meaning(said, {}, {})
    values = {name: value for name, value in said.items() if name != "kind"}
    columns = {name: value["column"] for name, value in values.items() if isinstance(value, dict)}
    return Meaning(said["kind"], {name: value for name, value in values.items() if name not in columns}, columns)


def load_map(text: str, file: str) -> TicketMap:
    """The map of a file.

    Raises:
        DataProblem: Naming the first problem by file, line and key.
    """
    try:
        told = tomllib.loads(text)
        lines = toml_lines(text.replace("\r\n", "\n"))
    except tomllib.TOMLDecodeError as error:
        found = _AT_LINE.search(str(error))
        line = int(found[1]) if found and found[1] else text.count("\n") + 1
        reason = _AT_LINE.sub("", str(error)).strip()
        raise _problem(file, line, (), _("this is not TOML: {problem}").format(problem=inert(reason))) from None
    except RecursionError:
        raise _problem(file, 1, (), _("this is nested too deeply")) from None
    path, problem = _first_problem(told)
    if problem:
        raise _problem(file, nearest_line(lines, path), path, problem)
    return TicketMap.model_validate(told)


@cache
def native_map() -> TicketMap:
    """The shipped map."""
    name = f"{NATIVE}.toml"
    return load_map(files("app.tickets").joinpath("maps", name).read_text(encoding="utf-8"), name)


def _problem(file: str, line: int, path: Path, problem: str) -> DataProblem:
    words = _("{file}, line {line}: {key}: {problem}.") if path else _("{file}, line {line}: {problem}.")
    return DataProblem(inert(words.format(file=file, line=line, key=key_text(path), problem=problem)))


_TABLES: Final[Mapping[str, type[BaseModel]]] = {"columns": MapColumns, "time": MapTime, "file": MapFile}


def _first_problem(told: dict[str, Any]) -> tuple[Path, str]:
    try:
        made = TicketMap.model_validate(told)
    except ValidationError as error:
        each = error.errors(include_url=False, include_input=False)[0]
        path: Path = tuple(step for step in each["loc"] if step not in ("str", "[key]") and "[" not in str(step))
        if each["type"] == "extra_forbidden":
            known = _TABLES.get(str(path[0]), TicketMap)
            return path, unknown_key(str(path[-1]), frozenset(known.model_fields))
        return path, sentence(each)
    return _senseless(made)


def _senseless(made: TicketMap) -> tuple[Path, str]:
    """The first thing that is well written and makes no sense; an empty problem where there is none."""
    columns = made.columns
    if not columns.id:
        return ("columns", "id"), _("must not be empty")
    if not columns.times():
        return ("columns", "time"), _("must not be empty")
    if bool(columns.activity) == bool(columns.state):
        return ("columns",), _("name either activity or state: the column that says what happened")
    table, other = ("states", "activities") if columns.state else ("activities", "states")
    if getattr(made, other):
        return (other,), _("belongs to the other sort of log: the column is named as {table}").format(table=table)
    if not made.default_type and not columns.type:
        return (), _("default_type is missing: the type of tickets, as no column says it")
    if not is_time_form(made.time.format):
        return ("time", "format"), _("must be iso, epoch, epoch_ms or a form such as %Y-%m-%d %H:%M:%S")
    if made.time.zone:
        try:
            load_zone(made.time.zone)
        except UsageProblem as error:
            return ("time", "zone"), str(error).removesuffix(".")
    for word, said in getattr(made, table).items():
        found = _senseless_meaning(said, columns)
        if found is not None:
            return (table, word, *found[0]), found[1]
    return (), ""


def _senseless_meaning(said: str | dict[str, Any], columns: MapColumns) -> tuple[Path, str] | None:
    values = {"kind": said} if isinstance(said, str) else said
    kind = values.get("kind")
    if not isinstance(kind, str) or (kind not in KINDS and kind != DROPPED):
        problem = unknown_key(kind if isinstance(kind, str) else "", (*KINDS, DROPPED))
        return (() if isinstance(said, str) else ("kind",)), problem
    if kind == DROPPED:
        return None
    for name, value in values.items():
        if name in _COMMON:
            return (name,), _("comes from a column of its own")
        if isinstance(value, dict) and (set(value) != {"column"} or not isinstance(value["column"], str)):
            return (name,), _("must be a value, or name a column: {example}").format(example='{ column = "…" }')
    from_columns = {name for name, value in values.items() if isinstance(value, dict)}
    known = frozenset(KINDS[kind].__dataclass_fields__) - {"kind", *_COMMON}
    if unknown := from_columns - known:
        return (min(unknown),), unknown_key(min(unknown), known)
    filled = {*from_columns, *(name for name in _FROM_COLUMN if getattr(columns, name)), NOTE_FIELDS.get(kind, "")}
    if kind == "created":
        filled.add("ticket_type")
    constants = {name: value for name, value in values.items() if name != "kind" and name not in from_columns}
    try:
        TypeAdapter(KINDS[kind]).validate_python({"at_ms": _SAMPLE_MS, "ticket": "?", **constants})
    except ValidationError as error:
        for each in error.errors(include_url=False, include_input=False):
            name = str(each["loc"][0])
            if each["type"] == "missing":
                if name not in filled and not columns.values:
                    return (), _("{field} is missing: {example}").format(
                        field=name, example=f'{{ kind = "{kind}", {name} = "…" }}'
                    )
            elif each["type"] in ("unexpected_keyword_argument", "extra_forbidden"):
                return (name,), unknown_key(name, known)
            else:
                return (name,), sentence(each)
    return None


def _several(value: Several) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,) if value else ()
    return value
