"""Which of its two forms a queue log came in."""

from __future__ import annotations

from datetime import tzinfo
from typing import BinaryIO, Final

from app.sources.queue_log import QueueLogParser
from app.sources.reader import OpenLog
from app.sources.service import STANDARD_INPUT
from app.sources.table_dump import TableDumpParser

_HEAD_BYTES: Final = 4096
_TABLE_NAMES: Final = (b"callid", b"queuename", b"event")


def queue_log_parser(
    path: str, *, stream: BinaryIO | None = None, zone: tzinfo | None = None, encoding: str = "utf-8"
) -> QueueLogParser | TableDumpParser:
    """The parser for a file, told by its first line: a table dump begins with the names of its columns.

    A file that cannot be opened gets the parser of the text form; whoever reads it says what is wrong.

    Args:
        path: The file as the person named it; "-" looks at `stream` without taking anything from it.
        stream: Standard input.
        zone: Where the telephone system's clock hangs; a table dump needs it.
        encoding: Of the file.

    Raises:
        UsageProblem: When the encoding does not exist or cannot hold lines.
    """
    if path == STANDARD_INPUT:
        peek = getattr(stream, "peek", None)
        head: bytes = peek(_HEAD_BYTES) if peek is not None else b""
    else:
        try:
            log = OpenLog.open(path, path)
            head = log.read(_HEAD_BYTES)
            log.close()
        except OSError:
            head = b""
    first_line = head.partition(b"\n")[0].lower()
    if all(name in first_line for name in _TABLE_NAMES):
        return TableDumpParser(zone, encoding)
    return QueueLogParser(encoding)
