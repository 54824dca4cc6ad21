"""`import calendar`: the open hours of queues, as a table or as the TOML of docs/calendars.md.

A table has a row for each queue and day: `queue, day, hours`, with `zone` and `public_holidays` where they are wanted.
The hours of a queue that the file names replace what was known of it; other queues stay as they are.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import date, tzinfo
from hashlib import sha256
from typing import Any, BinaryIO, Final

from app.core.calendars import CalendarDefinition, parse_span, read_calendar
from app.core.calendars.definition import WEEKDAYS
from app.core.errors import DataProblem
from app.core.i18n import _
from app.core.imports import Change, Parsed, Planned, compared
from app.core.tables import BadRow, Columns, RowProblem, Table, TableRow, read_table, shown
from app.core.text import inert
from app.planning.ports_forecast import CalendarStore

COLUMNS: Final = Columns(("queue", "day", "hours"), ("zone", "public_holidays"))

_GROUPS: Final[Mapping[str, tuple[str, ...]]] = {
    "daily": WEEKDAYS,
    "workdays": WEEKDAYS[:5],
    "weekend": WEEKDAYS[5:],
}
_FIELD: Final = "definition"


def read_calendar_table(
    path: str, zone: tzinfo, standard_input: BinaryIO | None = None, encoding: str | None = None
) -> Table:
    """A file of open hours as a table of one row per queue, which `CalendarImport` understands.

    Args:
        path: The file: TOML where its name ends so, else a table; "-" for a table on standard input.
        zone: The zone of hours that name none.
        standard_input: Read where the path is "-".
        encoding: Of a text file; None to recognise it.

    Raises:
        UsageProblem: When the file cannot be read.
        DataProblem: When it is neither.
    """
    if path.casefold().endswith(".toml"):
        return _toml_table(path)
    table = read_table(path, COLUMNS, standard_input, encoding)
    drafts: dict[str, _Draft] = {}
    bad_rows = list(table.bad_rows)
    for row in table.rows:
        try:
            queue = row.needed("queue")
            drafts.setdefault(queue, _Draft(queue, row.line, str(zone))).add(row)
        except RowProblem as problem:
            bad_rows.append(BadRow(row.line, problem.column, problem.reason))
    rows = tuple(draft.row() for draft in drafts.values())
    return Table(path, frozenset({"queue", _FIELD}), rows, tuple(bad_rows), table.digest)


class _Draft:
    """A queue's hours while its rows are read."""

    def __init__(self, queue: str, line: int, zone: str) -> None:
        self._queue = queue
        self._line = line
        self._fields: dict[str, Any] = {"zone": zone, "weekly": {}, "overrides": {}}
        self._given: set[str] = set()

    def add(self, row: TableRow) -> None:
        for column in ("zone", "public_holidays"):
            if value := row.text(column):
                if column in self._given and self._fields[column] != value:
                    raise RowProblem(column, _("an earlier row of the queue says another one"))
                self._given.add(column)
                self._fields[column] = value
        word = row.needed("day").casefold()
        hours = _hours(row)
        for day in _GROUPS.get(word, (word,)):
            if day in self._given:
                raise RowProblem("day", _("an earlier row of the queue gives the hours of this day"))
            self._given.add(day)
            self._place(day, hours, row)

    def _place(self, day: str, hours: list[str] | str, row: TableRow) -> None:
        if day in WEEKDAYS:
            self._fields["weekly"][day] = hours
        elif day in ("holiday", "make_up"):
            self._fields[day] = hours
        else:
            try:
                found = row.day("day")
            except RowProblem:
                known = ", ".join((*WEEKDAYS, *_GROUPS, "holiday", "make_up"))
                raise RowProblem(
                    "day", _("{value} is neither a date nor one of: {known}").format(value=shown(day), known=known)
                ) from None
            self._fields["overrides"][str(found)] = hours

    def row(self) -> TableRow:
        return TableRow(self._line, {"queue": self._queue, _FIELD: json.dumps(self._fields)})


def _hours(row: TableRow) -> list[str] | str:
    if row.needed("hours").casefold() == "closed":
        return "closed"
    spans = row.items("hours")
    for span in spans:
        try:
            parse_span(span)
        except ValueError as error:
            raise RowProblem("hours", str(error)) from None
    return list(spans)


def _toml_table(path: str) -> Table:
    import tomllib
    from pathlib import Path

    from app.core.errors import UsageProblem

    try:
        data = Path(path).read_bytes()
    except OSError as error:
        raise UsageProblem(
            _("{path} cannot be read: {reason}.").format(path=inert(path), reason=error.strerror)
        ) from None
    try:
        text = data.decode()
        tables = tomllib.loads(text)
    except ValueError as error:
        raise DataProblem(
            _("{file}: this is not TOML: {problem}").format(file=inert(path), problem=inert(str(error)))
        ) from None
    calendars = tables.get("calendars")
    if not isinstance(calendars, dict) or set(tables) != {"calendars"}:
        raise DataProblem(
            _("{file}: every calendar needs a table of its own, such as {table}, and there is nothing else.").format(
                file=inert(path), table='[calendars."support"]'
            )
        )
    rows = [
        TableRow(_line_of(text, name), {"queue": name, _FIELD: json.dumps(fields, default=_plain_key)})
        for name, fields in calendars.items()
    ]
    return Table(path, frozenset({"queue", _FIELD}), tuple(rows), (), sha256(data).hexdigest())


def _plain_key(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def _line_of(text: str, name: str) -> int:
    pattern = re.compile(rf"^[ \t]*\[\s*calendars\s*\.\s*[\"']?{re.escape(name)}[\"']?\s*[.\]]", re.MULTILINE)
    found = pattern.search(text)
    return 1 if found is None else text.count("\n", 0, found.start()) + 1


class CalendarImport:
    """Implements `ImportKind` for the open hours of queues.

    Args:
        store: Where they are kept.
        actor: Who imports.
        at_ms: When.
    """

    name: Final = "calendar"
    columns: Final = COLUMNS

    def __init__(self, store: CalendarStore, actor: str, at_ms: int) -> None:
        self._store = store
        self._actor = actor
        self._at_ms = at_ms

    def parse_row(self, row: TableRow, /) -> CalendarDefinition:
        queue = row.needed("queue")
        fields = json.loads(row.cells[_FIELD])
        try:
            return read_calendar({**fields, "name": queue} if isinstance(fields, dict) else fields, shown(queue))
        except DataProblem as problem:
            raise RowProblem("", str(problem).removesuffix(".")) from None

    def plan(
        self, parsed: Sequence[Parsed[CalendarDefinition]], _columns: frozenset[str], /
    ) -> Planned[CalendarDefinition]:
        held = self._store.calendars()
        changes: list[Change[CalendarDefinition]] = []
        for each in parsed:
            before = held.get(each.record.name)
            if before is None:
                after = each.record.model_copy(update={"version": 1})
            elif before.digest == each.record.digest:
                after = before
            else:
                after = each.record.model_copy(update={"version": before.version + 1})
            changes.append(compared(each.line, each.record.name, before, after, _told))
        return Planned(changes)

    def apply(self, changes: Sequence[Change[CalendarDefinition]], /) -> None:
        for change in changes:
            if change.after is not None:
                self._store.save_calendar(change.after, self._actor, self._at_ms)


def _told(definition: CalendarDefinition) -> dict[str, object]:
    fields = definition.model_dump(mode="json", exclude={"name", "version"})
    return {name: json.dumps(value) if isinstance(value, dict) else _listed(value) for name, value in fields.items()}


def _listed(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value
