"""One row of an event log to what it says, by a map: checked in every value, so that what is made of it later holds."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING
from datetime import tzinfo
from types import NoneType
from typing import Annotated, Any, Final, NamedTuple, get_args, get_origin, get_type_hints

from pydantic import TypeAdapter, ValidationError

from app.core.errors import DataProblem
from app.core.event_fields import NAME_LIMIT, TEXT_LIMIT
from app.core.i18n import _
from app.core.table_rows import RowProblem, shown
from app.core.text import inert
from app.core.toml_problems import sentence
from app.tickets.import_map import DROPPED, KINDS, NOTE_FIELDS, Meaning, TicketMap, found_meaning, plain
from app.tickets.import_table import unguarded
from app.tickets.import_times import TimeReader

HEAD: Final = ("type", "title", "customer", "caller", "stars", "subject", "area", "service", "call")
"""What the writing of a ticket says: the first row that says something counts."""

NAMED_LIMIT: Final = 1_000
"""So many bad rows and words that are not known are named; all are counted."""

_CUT: Final = "…"
_TRUE: Final = frozenset({"true", "yes", "y", "1", "是", "✓"})
_FALSE: Final = frozenset({"false", "no", "n", "0", "否", ""})
_MANY_WORDS: Final = 100_000
"""A column with more different words than this holds no words but texts, which are not kept in memory."""

_NO_ORDER: Final = (0, 0, "")
_TITLE: Final = HEAD.index("title")
_STARS: Final = HEAD.index("stars")

_NEEDS_UNIT: Final = frozenset({"dispatched", "forwarded", "transferred"})


class Row(NamedTuple):
    """What a row says. Plain values only, so that rows can be laid aside on disk.

    Attributes:
        ticket: Its number, with the map's prefix.
        at_ms: When.
        order: Orders rows of equal times: numbers before words.
        line: Where the row stands.
        word: What the source calls what happened, as it was written.
        kind: What that means; "" where the map does not know the word.
        unit: The group; empty where the row says none.
        by: Who did it.
        person: The person it went to.
        act: The command it came from.
        note: In words.
        more: Further fields of the fact.
        head: What the row says of the ticket itself, in the order of `HEAD`.
        kept: The columns that are kept, in their order.
    """

    ticket: str
    at_ms: int
    order: tuple[int, int, str]
    line: int
    word: str
    kind: str
    unit: str
    by: str
    person: str
    act: str
    note: str
    more: dict[str, Any] | None
    head: tuple[str, ...] | None
    kept: tuple[str, ...] | None


Convert = Callable[[str, str], Any]
"""A cell and its column to a value; raises RowProblem."""


class RowReader:
    """Reads the rows of one log.

    Args:
        file: The log, for errors.
        header: Its columns.
        told: What they mean.
        zone: Of times that state no offset, where the map names none.

    Attributes:
        kept: The columns that are kept as fields.
        cut: How many notes were too long and were cut.
        unmapped_rows: How many rows have a word that the map does not know.
        unmapped: How many by word, the first thousand words.

    Raises:
        DataProblem: When the header does not have a column that the map names, or has it twice.
    """

    def __init__(self, file: str, header: Sequence[str], told: TicketMap, zone: tzinfo) -> None:
        self._map = told
        self._places = _places(header)
        columns = told.columns
        meanings = told.meanings()
        self._check_header(file, header, {*columns.times(), *columns.words(), *columns.single().values()})
        further = {column for meaning in meanings.values() for column in meaning.columns.values()}
        self._check_header(file, header, {*further, *(columns.keep or ())})
        self.cut = 0
        self.unmapped_rows = 0
        self.unmapped: Counter[str] = Counter()
        self._meanings = meanings
        self._time = TimeReader(told.time.format, zone, columns.times()[0])
        self._further_times = {column: TimeReader(told.time.format, zone, column) for column in sorted(further)}
        self._times = [self._place(name) for name in columns.times()]
        self._words = [self._place(name) for name in columns.words()]
        single = columns.single()
        self._id = self._place(single.pop("id"))
        get = {name: self._place(column) for name, column in single.items()}
        self._unit, self._by, self._person = get.get("unit"), get.get("by"), get.get("person")
        self._act, self._note, self._values = get.get("act"), get.get("note"), get.get("values")
        self._order, self._score = get.get("order_by"), get.get("score")
        self._call = get.get("call")
        self._head = [get.get(name) for name in HEAD] if any(name in get for name in HEAD) else None
        if columns.keep is None:
            used = {self._id, *self._times, *self._words, *get.values(), *(self._place(name) for name in further)}
            kept = [index for index in range(len(header)) if index not in used and header[index]]
        else:
            kept = [self._place(name) for name in columns.keep]
        self._kept = kept
        self.kept = tuple(header[index] for index in kept)
        self._header = header
        texts = {get.get("note"), get.get("title"), get.get("values")}
        self._short = sorted({self._id, *(get[name] for name in get)} - texts)
        self._limits = {self._id: NAME_LIMIT - len(told.prefix)}
        self._has_further = bool(further) or any(name in get for name in ("score", "call", "values"))
        self._scores = {plain(word): score for word, score in told.scores.items()}
        self._known: dict[str, Meaning | None] = {}
        self._more: dict[str, tuple[tuple[str, int, Convert], ...]] = {}

    def _place(self, column: str) -> int:
        return self._places[plain(column)]

    def _check_header(self, file: str, header: Sequence[str], wanted: set[str]) -> None:
        named = [plain(name) for name in header]
        missing = sorted(name for name in wanted if plain(name) not in named)
        doubled = sorted(name for name in wanted if named.count(plain(name)) > 1)
        for names, words in (
            (missing, _("{file}: the header does not name the columns {names} of the map. It names: {known}.")),
            (doubled, _("{file}: the header names columns twice: {names}. It names: {known}.")),
        ):
            if names:
                raise DataProblem(
                    words.format(
                        file=inert(file),
                        names=", ".join(map(shown, names)),
                        known=", ".join(inert(name) for name in header if name),
                    )
                )

    def read(self, line: int, cells: Sequence[str]) -> Row | None:
        """What a row says; None for one that the map drops.

        Raises:
            RowProblem: When it cannot be taken.
        """
        together = "".join(cells)
        # Most rows are short and have no cell that a spreadsheet would compute: nothing in them is looked at twice.
        is_plain = len(together) <= NAME_LIMIT and "'" not in together
        cells = [cell.strip() for cell in cells] if is_plain else [unguarded(cell) for cell in cells]
        words = self._words
        word = cells[words[0]] if len(words) == 1 else "/".join([cells[index] for index in words])
        try:
            meaning = self._known[word]
        except KeyError:
            meaning = self._meaning(word)
        kind = "" if meaning is None else meaning.kind
        if not kind:
            self._count_unmapped(word)
        if kind == DROPPED or (not kind and self._map.unmapped == DROPPED):
            return None
        number = cells[self._id]
        if not number:
            raise RowProblem(self._header[self._id], _("it is empty"))
        times = self._times
        at_ms = self._time.read(cells[times[0]] if len(times) == 1 else " ".join([cells[index] for index in times]))
        if not is_plain:
            self._check_lengths(cells)
        unit = "" if self._unit is None else cells[self._unit]
        if not unit and kind in _NEEDS_UNIT:
            self._check_unit(meaning, word)
        return Row(
            self._map.prefix + number,
            at_ms,
            _NO_ORDER if self._order is None else _order(cells[self._order]),
            line,
            word,
            kind,
            unit,
            "" if self._by is None else cells[self._by],
            "" if self._person is None else cells[self._person],
            "" if self._act is None else cells[self._act],
            "" if self._note is None else self._cut(cells[self._note]),
            self._further(kind, meaning, cells) if meaning is not None and self._has_further else None,
            None if self._head is None else self._read_head(cells),
            tuple([cells[index] for index in self._kept]) if self._kept else None,
        )

    def _check_lengths(self, cells: Sequence[str]) -> None:
        for index in self._short:
            if len(cells[index]) > self._limits.get(index, NAME_LIMIT):
                reason = _("it is longer than {limit} characters").format(limit=self._limits.get(index, NAME_LIMIT))
                raise RowProblem(self._header[index], reason)

    def _check_unit(self, meaning: Meaning | None, word: str) -> None:
        """Where a ticket went must be said somewhere: in the unit's column, by the word, or in a further field."""
        if (meaning is not None and ("unit" in meaning.constants or meaning.columns)) or self._values is not None:
            return
        if self._unit is None:
            raise RowProblem("", _("it does not say which unit {word} goes to").format(word=shown(word)))
        raise RowProblem(self._header[self._unit], _("it is empty"))

    def meaning(self, word: str) -> Meaning | None:
        """What a word means; None where the map does not know it."""
        try:
            return self._known[word]
        except KeyError:
            return self._meaning(word)

    def _meaning(self, word: str) -> Meaning | None:
        found = found_meaning(self._meanings, word)
        if len(self._known) < _MANY_WORDS:
            self._known[word] = found
        return found

    def _count_unmapped(self, word: str) -> None:
        self.unmapped_rows += 1
        if word in self.unmapped or len(self.unmapped) < NAMED_LIMIT:
            self.unmapped[word] += 1

    def _cut(self, text: str) -> str:
        if len(text) <= TEXT_LIMIT:
            return text
        self.cut += 1
        return text[: TEXT_LIMIT - len(_CUT)] + _CUT

    def _read_head(self, cells: Sequence[str]) -> tuple[str, ...] | None:
        found = ["" if index is None else cells[index] for index in self._head or ()]
        if not any(found):
            return None
        found[_TITLE] = self._cut(found[_TITLE])
        stars = found[_STARS]
        if stars and not (stars.isdecimal() and stars.isascii() and len(stars) < 3 and int(stars) <= 10):
            assert self._head is not None
            column = self._header[self._head[_STARS] or 0]
            reason = _("{value} is not a whole number from {least} to {most}")
            raise RowProblem(column, reason.format(value=shown(stars), least=0, most=10))
        return tuple(found)

    # -- further fields ----------------------------------------------------------------------------------------------

    def _further(self, kind: str, meaning: Meaning, cells: Sequence[str]) -> dict[str, Any] | None:
        found: dict[str, Any] = {}
        if kind == "surveyed" and self._score is not None and "score" not in meaning.constants:
            found["score"] = self._read_score(cells[self._score])
        if kind == "called_back" and self._call is not None and cells[self._call]:
            found["call"] = cells[self._call]
        for name, column in meaning.columns.items():
            text = cells[self._place(column)]
            if text:
                found[name] = self._converted(kind, name, column, text)
            elif name in _required(kind):
                raise RowProblem(column, _("it is empty"))
        if self._values is not None and cells[self._values]:
            found |= self._read_values(kind, cells[self._values])
        return found or None

    def _read_score(self, text: str) -> int:
        score = self._scores.get(plain(text))
        if score is None:
            if text.isdecimal() and text.isascii() and len(text) <= 3 and int(text) <= 100 and not self._scores:
                return int(text)
            assert self._score is not None
            raise RowProblem(
                self._header[self._score], _("{value} is no score the map knows").format(value=shown(text))
            )
        return score

    def _read_values(self, kind: str, text: str) -> dict[str, Any]:
        assert self._values is not None
        column = self._header[self._values]
        try:
            values = json.loads(text)
        except (ValueError, RecursionError):
            values = None
        if not isinstance(values, dict):
            raise RowProblem(column, _("{value} is not a JSON object").format(value=shown(text)))
        adapters = _adapters(kind)
        for name, value in values.items():
            if name not in adapters:
                raise RowProblem(column, _("{value} is no field of this kind of fact").format(value=shown(name)))
            values[name] = _valid(adapters[name], value, f"{column}.{name}")
        return values

    def _converted(self, kind: str, name: str, column: str, text: str) -> Any:
        value: Any = text
        base = _base(kind, name)
        if name == "score":
            value = self._read_score(text)
        elif name.endswith("_ms"):
            value = self._further_times[column].read(text)
        elif base is bool:
            if text.casefold() not in _TRUE | _FALSE:
                raise RowProblem(column, _("{value} is neither yes nor no").format(value=shown(text)))
            value = text.casefold() in _TRUE
        elif base is int and text.isdecimal() and text.isascii() and len(text) < 18:
            value = int(text)
        elif name == NOTE_FIELDS.get(kind):
            value = self._cut(text)
        return _valid(_adapters(kind)[name], value, column)


def _places(header: Sequence[str]) -> dict[str, int]:
    return {plain(name): index for index, name in reversed(list(enumerate(header)))}


def _order(text: str) -> tuple[int, int, str]:
    if text.isdecimal() and text.isascii() and len(text) < 18:
        return 0, int(text), ""
    return 1, 0, text


def _valid(adapter: TypeAdapter[Any], value: Any, column: str) -> Any:
    try:
        return adapter.validate_python(value)
    except ValidationError as error:
        each = error.errors(include_url=False, include_input=False)[0]
        raise RowProblem(column, sentence({**each, "loc": each["loc"] or ("",)})) from None


_ADAPTERS: Final[dict[str, dict[str, TypeAdapter[Any]]]] = {}


def _adapters(kind: str) -> Mapping[str, TypeAdapter[Any]]:
    """What checks the fields of a kind, but what, when and of which ticket it is."""
    found = _ADAPTERS.get(kind)
    if found is None:
        hints = get_type_hints(KINDS[kind], include_extras=True)
        fields = [name for name in hints if name not in ("kind", "at_ms", "ticket")]
        found = _ADAPTERS[kind] = {name: TypeAdapter(hints[name]) for name in fields}
    return found


def _base(kind: str, name: str) -> object:
    """The plain type below what a field says of its limits."""
    hint = get_type_hints(KINDS[kind], include_extras=True).get(name)
    while True:
        if get_origin(hint) is Annotated:
            hint = get_args(hint)[0]
        elif (others := [each for each in get_args(hint) if each is not NoneType]) and NoneType in get_args(hint):
            hint = others[0]
        else:
            return hint


def _required(kind: str) -> frozenset[str]:
    cls = KINDS[kind]
    return frozenset(
        name
        for name, field in cls.__dataclass_fields__.items()
        if field.default is MISSING and field.default_factory is MISSING
    )
