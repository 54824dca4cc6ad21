"""Tables that people hand in: CSV in the encodings and with the separators that offices use, or an .xlsx sheet.

A table is read whole, before anything is done with it: header checked, cells as stripped text, every row with the line
it stands on. What a cell means is asked of its `TableRow`, which says what is wrong with it in one sentence.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple

from app.core.errors import DataProblem, UsageProblem
from app.core.i18n import _
from app.core.text import FORMULA_STARTS, inert

TABLE_LIMIT_BYTES: Final = 256 * 1024 * 1024
"""A larger file is no list of people, shifts or forecasts but a mistake, and would fill the memory."""

TEXT_LIMIT: Final = 200
"""Longest text of one cell in characters: as long as a name in the facts may be."""

_SHOWN_LIMIT: Final = 40
_DELIMITERS: Final = (",", ";", "\t")
_ZIP: Final = b"PK\x03\x04"
_OLD_EXCEL: Final = b"\xd0\xcf\x11\xe0"
_DATE: Final = re.compile(r"(\d{4})(?:-|/|\.|年)(\d{1,2})(?:-|/|\.|月)(\d{1,2})日?(?:[ T]0?0:00(?::00)?)?", re.ASCII)
_LIST_SEPARATORS: Final = re.compile(r"[;；]")


class RowProblem(Exception):
    """What is wrong with one row; raised while a row is read, collected by the import.

    Args:
        column: The column at fault; empty where it is the row as a whole.
        reason: One sentence without a full stop, translated.
    """

    def __init__(self, column: str, reason: str) -> None:
        super().__init__(reason)
        self.column = column
        self.reason = reason


class BadRow(NamedTuple):
    """A row that cannot be taken.

    Attributes:
        line: Where it stands, from 1: the line of a text file, the row of a sheet.
        column: The column at fault; empty where it is the row as a whole.
        reason: One sentence.
    """

    line: int
    column: str
    reason: str


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns a table has: names in snake_case.

    Attributes:
        required: Must be in the header.
        optional: May be in the header.
    """

    required: tuple[str, ...]
    optional: tuple[str, ...] = ()

    @property
    def all(self) -> tuple[str, ...]:
        """Every column, in the order in which they are written."""
        return self.required + self.optional


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row: cells by column, stripped; a column that the header does not name reads as empty.

    Every method that reads a cell raises `RowProblem` when the cell does not hold what is asked for.

    Attributes:
        line: Where the row begins, from 1.
        cells: By column name.
    """

    line: int
    cells: Mapping[str, str]

    def text(self, column: str, limit: int = TEXT_LIMIT) -> str:
        """A short text; empty where there is none."""
        found = self.cells.get(column, "")
        if len(found) > limit:
            raise RowProblem(column, _("it is longer than {limit} characters").format(limit=limit))
        if "\n" in found or "\r" in found:
            raise RowProblem(column, _("it goes on over several lines: is a quotation mark not closed?"))
        return found

    def needed(self, column: str, limit: int = TEXT_LIMIT) -> str:
        """A short text that must be there."""
        found = self.text(column, limit)
        if not found:
            raise RowProblem(column, _("it is empty"))
        return found

    def one_of(self, column: str, words: Mapping[str, str]) -> str:
        """One of some words, case-blind; `words` gives the meaning of each word in lower case."""
        found = self.needed(column)
        meaning = words.get(found.casefold())
        if meaning is None:
            known = ", ".join(dict.fromkeys(words.values()))
            raise RowProblem(column, _("{value} is none of: {known}").format(value=shown(found), known=known))
        return meaning

    def items(self, column: str) -> tuple[str, ...]:
        """Several texts separated by semicolons, each once, in the order in which they stand."""
        found = self.text(column, limit=TEXT_LIMIT * 50)
        parts = tuple(dict.fromkeys(part.strip() for part in _LIST_SEPARATORS.split(found) if part.strip()))
        for part in parts:
            if len(part) > TEXT_LIMIT:
                raise RowProblem(column, _("it is longer than {limit} characters").format(limit=TEXT_LIMIT))
        return parts

    def day(self, column: str) -> date | None:
        """A date: 2026-11-21, 2026/11/21 or 2026年11月21日; None where there is none."""
        found = self.text(column)
        if not found:
            return None
        match = _DATE.fullmatch(found)
        try:
            if match is None:
                raise ValueError
            return date(int(match[1]), int(match[2]), int(match[3]))
        except ValueError:
            raise RowProblem(column, _("{value} is not a date like 2026-11-21").format(value=shown(found))) from None

    def whole(self, column: str, least: int, most: int) -> int:
        """A whole number from `least` to `most` that must be there."""
        found = self.needed(column)
        if not re.fullmatch(r"[+-]?\d{1,18}", found, re.ASCII) or not least <= int(found) <= most:
            raise RowProblem(
                column,
                _("{value} is not a whole number from {least} to {most}").format(
                    value=shown(found), least=least, most=most
                ),
            )
        return int(found)

    def per_mille(self, column: str, most: int) -> int | None:
        """A number such as 0.85 as thousandths, 0 to `most` thousandths; None where there is none."""
        found = self.text(column)
        if not found:
            return None
        if not re.fullmatch(r"\d{1,9}([.]\d{1,3}0*)?", found, re.ASCII) or Decimal(found) * 1000 > most:
            raise RowProblem(
                column,
                _("{value} is not a number from 0 to {most} with at most three decimals").format(
                    value=shown(found), most=per_mille_text(most)
                ),
            )
        return int(Decimal(found) * 1000)


@dataclass(frozen=True, slots=True)
class Table:
    """A table as it was handed in.

    Attributes:
        file: The file as the person named it, "-" for standard input.
        columns: The columns its header names.
        rows: Those that could be read; blank ones are left out.
        bad_rows: Those that could not.
        digest: SHA-256 of the file's bytes, in hexadecimal.
    """

    file: str
    columns: frozenset[str]
    rows: tuple[TableRow, ...]
    bad_rows: tuple[BadRow, ...] = ()
    digest: str = ""


Record = tuple[int, Sequence[str]] | BadRow
"""A line number with its cells, or why there are none."""


def shown(text: str) -> str:
    """A value as it may stand inside a sentence: quoted, inert, and no longer than a few words."""
    cut = text if len(text) <= _SHOWN_LIMIT else text[:_SHOWN_LIMIT] + "…"
    return f"“{inert(cut)}”"


def per_mille_text(thousandths: int) -> str:
    """Thousandths as a plain number: 1000 is "1", 850 is "0.85"."""
    whole, rest = divmod(thousandths, 1000)
    return f"{whole}.{rest:03d}".rstrip("0") if rest else str(whole)


def read_table(
    path: str, columns: Columns, standard_input: BinaryIO | None = None, encoding: str | None = None
) -> Table:
    """Read a table from a file.

    Args:
        path: The file; "-" for standard input.
        columns: What it may and must have.
        standard_input: Read where the path is "-".
        encoding: Of a text file; None to recognise it.

    Raises:
        UsageProblem: When the file cannot be read.
        DataProblem: When it is no such table.
    """
    try:
        if path == "-" and standard_input is not None:
            data = standard_input.read(TABLE_LIMIT_BYTES + 1)
        else:
            with Path(path).open("rb") as file:
                data = file.read(TABLE_LIMIT_BYTES + 1)
    except IsADirectoryError:
        raise UsageProblem(_("{path} is a folder: name the file in it.").format(path=inert(path))) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UsageProblem(
            _("{path} cannot be read: {reason}.").format(path=inert(path), reason=inert(reason))
        ) from None
    return parse_table(path, data, columns, encoding)


def parse_table(file: str, data: bytes, columns: Columns, encoding: str | None = None) -> Table:
    """Read a table from the bytes of a file; whether they are a sheet or text is told by their beginning.

    Args:
        file: How to name it in errors.
        data: The bytes.
        columns: What it may and must have.
        encoding: Of a text; None to recognise UTF-8, UTF-16 (by its mark) or GB18030.

    Raises:
        UsageProblem: When there is no such encoding.
        DataProblem: When it is no such table.
    """
    named = inert(file)
    if len(data) > TABLE_LIMIT_BYTES:
        raise DataProblem(
            _("{file} is larger than {limit} MB: this is no table.").format(file=named, limit=TABLE_LIMIT_BYTES >> 20)
        )
    if data.startswith(_OLD_EXCEL):
        raise DataProblem(_("{file} is in the old Excel format: save it as .xlsx or as CSV.").format(file=named))
    if data.startswith(_ZIP):
        from app.core.sheets import sheet_records

        records: Iterable[Record] = sheet_records(file, data)
    else:
        text = _decoded(named, data, encoding)
        delimiter = _delimiter(named, text, columns)
        records = _csv_records(named, text, delimiter)
    digest = hashlib.sha256(data).hexdigest()
    names, rows, bad_rows = _assembled(named, records, columns)
    return Table(file, names, rows, bad_rows, digest)


def _decoded(named: str, data: bytes, encoding: str | None) -> str:
    if encoding is not None:
        encodings = [encoding]
    elif data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    else:
        # UTF-8 first: text in GB18030 is almost never valid UTF-8, the other way round it often is.
        encodings = ["utf-8", "gb18030"]
    for name in encodings:
        try:
            return data.decode(name).removeprefix("\ufeff")
        except UnicodeError:
            continue
        except LookupError:
            raise UsageProblem(
                _("There is no encoding {name}: use utf-8 or gb18030.").format(name=ascii(name))
            ) from None
    raise DataProblem(
        _("{file} is neither a text in {encodings} nor an .xlsx sheet.").format(
            file=named, encodings=" / ".join(encodings)
        )
    )


def _column_name(cell: str) -> str:
    """A header cell as a column name: case-blind, with underscores for the spaces and hyphens people write."""
    visible = "".join(character for character in cell if unicodedata.category(character) != "Cf")
    return re.sub(r"[\s-]+", "_", visible.strip().casefold())


def _delimiter(named: str, text: str, columns: Columns) -> str:
    """The separator that makes the header name the most columns; the one of most cells where none does."""

    def score(delimiter: str) -> tuple[int, int]:
        for record in _csv_records(named, text, delimiter):
            if isinstance(record, BadRow):
                return (0, 0)
            if any(cell.strip() for cell in record[1]):
                names = [_column_name(cell) for cell in record[1]]
                return (sum(name in columns.all for name in names), len(names))
        return (0, 0)

    return max(_DELIMITERS, key=score)


def _csv_records(named: str, text: str, delimiter: str) -> Iterator[Record]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            if reader.line_num > line:
                # Everything up to here was taken for one cell: which rows are lost cannot be told.
                raise DataProblem(
                    _(
                        "{file}, line {line}: a quotation mark that opens here is not closed where its cell ends."
                    ).format(file=named, line=line)
                ) from None
            yield BadRow(line, "", _("a quotation mark is not closed where its cell ends"))
            continue
        yield line, [_unguarded(cell.strip()) for cell in cells]


def _unguarded(cell: str) -> str:
    """A cell without the apostrophe that keeps a spreadsheet from taking it for a formula."""
    return cell[1:] if cell.startswith("'") and cell.lstrip("'").startswith(FORMULA_STARTS) else cell


def _assembled(
    named: str, records: Iterable[Record], columns: Columns
) -> tuple[frozenset[str], tuple[TableRow, ...], tuple[BadRow, ...]]:
    remaining = iter(records)
    names: list[str] = []
    for record in remaining:
        if isinstance(record, BadRow):
            raise DataProblem(
                _("{file}, line {line}: {reason}.").format(file=named, line=record.line, reason=record.reason)
            )
        if any(record[1]):
            names = [_column_name(cell) for cell in record[1]]
            break
    _check_header(named, names, columns)
    rows: list[TableRow] = []
    bad_rows: list[BadRow] = []
    for record in remaining:
        if isinstance(record, BadRow):
            bad_rows.append(record)
            continue
        line, cells = record
        if not any(cells):
            continue
        if any(cell and (index >= len(names) or not names[index]) for index, cell in enumerate(cells)):
            reason = _("the row has more cells than the header names columns")
            bad_rows.append(BadRow(line, "", reason))
            continue
        rows.append(TableRow(line, {name: cell for name, cell in zip(names, cells, strict=False) if name}))
    return frozenset(name for name in names if name), tuple(rows), tuple(bad_rows)


def _check_header(named: str, names: Sequence[str], columns: Columns) -> None:
    """Raises:
    DataProblem: When a column is missing, unknown or named twice.
    """
    known = ", ".join(columns.all)
    present = [name for name in names if name]
    checks: tuple[tuple[list[str], Callable[[], str]], ...] = (
        (
            [name for name in dict.fromkeys(present) if name not in columns.all],
            lambda: _("{file}: the header names columns that are not known: {names}. Known are: {known}."),
        ),
        (
            [name for name in columns.required if name not in present],
            lambda: _("{file}: the header does not name the columns {names}. Known are: {known}."),
        ),
        (
            [name for name in dict.fromkeys(present) if present.count(name) > 1],
            lambda: _("{file}: the header names columns twice: {names}. Known are: {known}."),
        ),
    )
    if not present:
        raise DataProblem(
            _("{file} is empty: its first line must name the columns: {known}.").format(file=named, known=known)
        )
    for wrong, sentence in checks:
        if wrong:
            listed = ", ".join(shown(name) for name in wrong[:10])
            raise DataProblem(sentence().format(file=named, names=listed, known=known))
