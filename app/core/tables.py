"""Tables that people hand in: CSV in the encodings and with the separators that offices use, or an .xlsx sheet.

A table is read whole, before anything is done with it: header checked, cells as stripped text, every row with the line
it stands on. What a cell means is asked of its `TableRow`.
"""

from __future__ import annotations

import codecs
import csv
import hashlib
import io
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO, Final

from app.core.errors import DataProblem, UsageProblem
from app.core.i18n import _
from app.core.table_rows import BadRow as BadRow
from app.core.table_rows import Columns as Columns
from app.core.table_rows import Record as Record
from app.core.table_rows import RowProblem as RowProblem
from app.core.table_rows import Table as Table
from app.core.table_rows import TableRow as TableRow
from app.core.table_rows import per_mille_text as per_mille_text
from app.core.table_rows import shown as shown
from app.core.text import FORMULA_STARTS, inert

TABLE_LIMIT_BYTES: Final = 256 * 1024 * 1024
"""A larger file is no list of people, shifts or forecasts but a mistake, and would fill the memory."""

_DELIMITERS: Final = (",", ";", "\t")
_ZIP: Final = b"PK\x03\x04"
_OLD_EXCEL: Final = b"\xd0\xcf\x11\xe0"


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
    if encoding is None:
        if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            encoding = "utf-16"
        elif data.startswith(codecs.BOM_UTF8) or _is_mostly_utf_8(data):
            encoding = "utf-8"
        else:
            encoding = "gb18030"
    try:
        return data.decode(encoding).removeprefix("\ufeff")
    except LookupError:
        raise UsageProblem(
            _("There is no encoding {name}: use utf-8 or gb18030.").format(name=ascii(encoding))
        ) from None
    except UnicodeError:
        raise DataProblem(
            _("{file} is neither a text in {encoding} nor an .xlsx sheet; --encoding names another encoding.").format(
                file=named, encoding=encoding
            )
        ) from None


def _is_mostly_utf_8(data: bytes) -> bool:
    """Whether the bytes beyond ASCII are UTF-8, but for a damaged few, which GB18030 would read as other characters.

    Text in GB18030 is almost never valid UTF-8, while the other way round it often is.
    """
    text = data.decode("utf-8", "replace")
    damaged = text.count("\ufffd")
    beyond_ascii = sum(not character.isascii() for character in text) if damaged else 0
    return damaged * 4 <= beyond_ascii


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
