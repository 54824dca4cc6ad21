"""An event log as rows: a CSV of any length, read as it comes, in the encodings and with the separators of offices.

Unlike `app.core.tables`, which reads a list whole, this keeps one row at a time: logs have millions.
"""

from __future__ import annotations

import codecs
import csv
import hashlib
import io
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final

from app.core.errors import DataProblem, UsageProblem
from app.core.i18n import _
from app.core.table_rows import BadRow, shown
from app.core.text import FORMULA_STARTS, inert

if TYPE_CHECKING:
    import _csv

_CHUNK_BYTES: Final = 1 << 20
_DELIMITERS: Final = (",", ";", "\t", "|")
_NOT_CSV: Final = {b"PK\x03\x04": "xlsx", b"\xd0\xcf\x11\xe0": "xls", b"\x1f\x8b": "gz"}
_SURROGATE: Final = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class LogFile:
    """A log that was looked through once.

    Attributes:
        name: As the person named it.
        binary: Its bytes, from any place.
        size_bytes: How many there are.
        digest: SHA-256 of them, in hexadecimal.
        encoding: Of its text.
        is_damaged: Whether some bytes are not of the encoding.
    """

    name: str
    binary: BinaryIO
    size_bytes: int
    digest: str
    encoding: str
    is_damaged: bool


@contextmanager
def opened_log(path: str, standard_input: BinaryIO | None, encoding: str | None) -> Iterator[LogFile]:
    """Open a log and look it through: which encoding it has, and its digest.

    Args:
        path: The file; "-" for standard input, which is kept in a temporary file meanwhile.
        standard_input: Read where the path is "-".
        encoding: Of its text; None to recognise UTF-8, UTF-16 (by its mark) or GB18030.

    Raises:
        UsageProblem: When the file cannot be read, or there is no such encoding.
        DataProblem: When it is no text.
    """
    try:
        with _binary(path, standard_input) as binary:
            yield _looked_through(path, binary, encoding)
    except OSError as error:
        reason = error.strerror or str(error)
        raise UsageProblem(
            _("{path} cannot be read: {reason}.").format(path=inert(path), reason=inert(reason))
        ) from None


@contextmanager
def _binary(path: str, standard_input: BinaryIO | None) -> Iterator[BinaryIO]:
    if path != "-" or standard_input is None:
        try:
            file = Path(path).open("rb")  # noqa: SIM115 - closed below; only the opening may raise a ValueError
        except ValueError as error:
            raise OSError(str(error)) from None
        with file:
            yield file
        return
    with tempfile.TemporaryFile(prefix="watchfloor-") as kept:
        shutil.copyfileobj(standard_input, kept, _CHUNK_BYTES)
        kept.seek(0)
        yield kept


def _looked_through(path: str, binary: BinaryIO, encoding: str | None) -> LogFile:
    digest = hashlib.sha256()
    decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    damaged = beyond_ascii = size_bytes = 0
    head = b""
    while chunk := binary.read(_CHUNK_BYTES):
        head = head or chunk
        size_bytes += len(chunk)
        digest.update(chunk)
        text = decoder.decode(chunk)
        if not text.isascii():
            broken = len(_SURROGATE.findall(text))
            damaged += broken
            beyond_ascii += len(text.encode("utf-8", "surrogateescape")) - len(text)
    damaged += len(decoder.decode(b"", final=True))
    for start, kind in _NOT_CSV.items():
        if head.startswith(start):
            raise DataProblem(
                _("{file} is a file of the kind .{kind}: save or unpack it as CSV first.").format(
                    file=inert(path), kind=kind
                )
            )
    if encoding is None:
        if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            encoding = "utf-16"
        # Text in GB18030 is almost never valid UTF-8, while the other way round it often is.
        elif damaged * 4 <= beyond_ascii:
            encoding = "utf-8"
        else:
            encoding = "gb18030"
    else:
        try:
            encoding = codecs.lookup(encoding).name
        except LookupError:
            raise UsageProblem(
                _("There is no encoding {name}: use utf-8 or gb18030.").format(name=ascii(encoding))
            ) from None
    binary.seek(0)
    return LogFile(path, binary, size_bytes, digest.hexdigest(), encoding, damaged > 0 or encoding != "utf-8")


LogRow = tuple[int, list[str]] | BadRow
"""The line a row begins on, with its cells; or why it has none."""


class LogTable:
    """The rows of a log, to be gone through once.

    Args:
        log: The file.
        delimiter: Between cells; empty to find it out.
        known: How many of the columns that are looked for a header has; finds out the delimiter.

    Attributes:
        header: What the columns are called, stripped.

    Raises:
        DataProblem: When there is no header.
    """

    def __init__(self, log: LogFile, delimiter: str, known: Callable[[Sequence[str]], int]) -> None:
        self._log = log
        self._text: io.TextIOWrapper | None = None
        self._delimiter = delimiter or max(_DELIMITERS, key=lambda each: self._score(each, known))
        self._reader = self._new_reader(self._delimiter)
        self.header: list[str] = []
        for _line, cells in self._records():
            self.header = [" ".join(cell.split()) for cell in cells]
            break
        if not self.header:
            raise DataProblem(_("{file} is empty: its first line must name the columns.").format(file=inert(log.name)))

    @property
    def read_bytes(self) -> int:
        """About how far reading is."""
        return self._log.binary.tell()

    def close(self) -> None:
        """Let go of the file, which stays open."""
        if self._text is not None:
            self._text.detach()
            self._text = None

    def rows(self) -> Iterator[LogRow]:
        """The rows below the header; blank ones are left out.

        Raises:
            DataProblem: When a quotation mark is never closed.
        """
        width = len(self.header)
        is_damaged = self._log.is_damaged
        for row in self._records_or_bad():
            if isinstance(row, BadRow):
                yield row
                continue
            cells = row[1]
            if len(cells) != width:
                if len(cells) > width and any(cell.strip() for cell in cells[width:]):
                    yield BadRow(row[0], "", _("the row has more cells than the header names columns"))
                    continue
                cells += [""] * (width - len(cells))
            if is_damaged and (found := next((cell for cell in cells if _SURROGATE.search(cell)), None)) is not None:
                reason = _("{value} is damaged: its bytes are not {encoding}")
                value = shown(found.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace"))
                yield BadRow(row[0], "", reason.format(value=value, encoding=self._log.encoding))
                continue
            yield row

    def _records(self) -> Iterator[tuple[int, list[str]]]:
        for row in self._records_or_bad():
            if isinstance(row, BadRow):
                raise DataProblem(
                    _("{file}, line {line}: {reason}.").format(
                        file=inert(self._log.name), line=row.line, reason=row.reason
                    )
                )
            yield row

    def _records_or_bad(self) -> Iterator[LogRow]:
        reader = self._reader
        line = reader.line_num + 1
        while True:
            try:
                for cells in reader:
                    if cells and (len(cells) > 1 or cells[0].strip()):
                        yield line, cells
                    line = reader.line_num + 1
                return
            except csv.Error:
                if reader.line_num > line:
                    raise DataProblem(
                        _(
                            "{file}, line {line}: a quotation mark that opens here is not closed where its cell ends."
                        ).format(file=inert(self._log.name), line=line)
                    ) from None
                yield BadRow(line, "", _("a quotation mark is not closed where its cell ends"))
                line = reader.line_num + 1

    def _new_reader(self, delimiter: str) -> _csv.Reader:
        if self._text is not None:
            self._text.detach()
        self._log.binary.seek(0)
        encoding = "utf-8-sig" if self._log.encoding == "utf-8" else self._log.encoding
        self._text = io.TextIOWrapper(self._log.binary, encoding, errors="surrogateescape", newline="")
        return csv.reader(self._text, delimiter=delimiter, strict=True)

    def _score(self, delimiter: str, known: Callable[[Sequence[str]], int]) -> tuple[int, int]:
        try:
            for cells in self._new_reader(delimiter):
                if any(cell.strip() for cell in cells):
                    return known([" ".join(cell.split()) for cell in cells]), len(cells)
        except csv.Error:
            pass
        return 0, 0


def unguarded(cell: str) -> str:
    """A stripped cell without the apostrophe that keeps a spreadsheet from taking it for a formula."""
    cell = cell.strip()
    if cell[:1] == "'" and cell.lstrip("'").startswith(FORMULA_STARTS):
        return cell[1:]
    return cell
