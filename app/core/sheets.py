"""The first sheet of an .xlsx workbook as rows of text: dates as ISO, numbers as plain digits."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from app.core.errors import DataProblem
from app.core.i18n import _
from app.core.table_rows import BadRow, Record, shown
from app.core.text import inert

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook

UNPACKED_LIMIT_BYTES: Final = 1024 * 1024 * 1024
"""A workbook that unpacks to more was made to fill the memory."""

ROW_LIMIT: Final = 1_048_576
"""As many rows as a sheet can have."""

_DAMAGED: Final = (
    ValueError,
    LookupError,
    AttributeError,
    TypeError,
    OSError,
    EOFError,
    SyntaxError,
    NotImplementedError,
    RuntimeError,
    zipfile.BadZipFile,
    zlib.error,
)
"""What broken workbooks raise in their reader: broken XML is a SyntaxError, an encrypted part a RuntimeError."""


def sheet_records(file: str, data: bytes) -> Iterator[Record]:
    """The rows of the first sheet, with the numbers they have in it.

    Args:
        file: How to name it in errors.
        data: The bytes of the workbook.

    Raises:
        DataProblem: When it is no workbook.
    """
    workbook = _opened(file, data)
    try:
        yield from _records(workbook)
    except _DAMAGED:
        raise _no_workbook(file) from None
    finally:
        workbook.close()


def _records(workbook: Workbook) -> Iterator[Record]:
    sheet: Any = workbook.worksheets[0]
    # Many programs write wrong dimensions; without them the rows are read until they end.
    sheet.reset_dimensions()
    for line, row in enumerate(sheet.iter_rows(), 1):
        if line > ROW_LIMIT:
            raise ValueError
        error = next((cell.value for cell in row if getattr(cell, "data_type", "") == "e"), None)
        if error is None:
            yield line, [_text(cell) for cell in row]
        else:
            yield BadRow(line, "", _("a formula of the sheet has failed: {value}").format(value=shown(str(error))))


def _no_workbook(file: str) -> DataProblem:
    return DataProblem(
        _("{file} is not an .xlsx workbook with a sheet in it: save it anew, or as CSV.").format(file=inert(file))
    )


def _opened(file: str, data: bytes) -> Workbook:
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(member.file_size for member in archive.infolist()) > UNPACKED_LIMIT_BYTES:
                raise ValueError
        workbook = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        if not workbook.worksheets:
            raise ValueError
    except (*_DAMAGED, InvalidFileException):
        raise _no_workbook(file) from None
    return workbook


def _text(cell: Any) -> str:
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return _plain(value)
    if isinstance(value, datetime):
        return _moment(value, str(cell.number_format))
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return value.isoformat(timespec="seconds")
    if isinstance(value, timedelta):
        seconds = round(value.total_seconds())
        return f"{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
    return str(value).strip()


def _plain(number: float) -> str:
    """A number without exponent and without the last digits, which are the binary fraction's and nobody's."""
    if number.is_integer():
        return str(int(number))
    return format(Decimal(format(number, ".15g")), "f")


def _moment(moment: datetime, number_format: str) -> str:
    from openpyxl.styles.numbers import is_datetime

    # Sheets hold days as fractions: 08:00 may be a millisecond early.
    rounded = (moment + timedelta(milliseconds=500)).replace(microsecond=0)
    if rounded.time() == time(0) and is_datetime(number_format.lower()) == "date":
        return rounded.date().isoformat()
    return rounded.isoformat(timespec="seconds")
