"""Which parser a file wants: told by its first bytes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import tzinfo
from pathlib import Path
from typing import BinaryIO, Final

from app.core.errors import UsageProblem
from app.core.i18n import _
from app.core.text import inert
from app.sources.json_lines import JsonLinesParser
from app.sources.model import FileKind
from app.sources.ports import LineParser
from app.sources.queue_log import QueueLogParser
from app.sources.table_dump import TableDumpParser

HEADER_BYTES: Final = 4096
"""A table dump's header stands within this many bytes."""


def _names_columns(head: bytes) -> bool:
    """Whether the first line is a table dump's header and not a row of the log."""
    first = head.split(b"\n", 1)[0].lower()
    return b"callid" in first and b"event" in first and b"time" in first


def is_table_dump(path: str) -> bool:
    """Whether a file begins with the header of a table dump; a file that is not there does not."""
    try:
        with Path(path).open("rb") as file:
            return _names_columns(file.read(HEADER_BYTES))
    except OSError:
        return False


def open_parser(
    kind: FileKind, path: str, encoding: str, zone: tzinfo | None, standard_input: BinaryIO
) -> tuple[BinaryIO | None, LineParser]:
    """The parser for a file, and the stream to read where the path is "-".

    Raises:
        UsageProblem: When the path leads to a folder.
    """
    if path != "-" and Path(path).is_dir():
        raise UsageProblem(_("{path} is a folder: name the file in it.").format(path=inert(path)))
    if kind == "events":
        return (standard_input if path == "-" else None), JsonLinesParser()
    if path == "-":
        # Peeking at standard input itself, not through a second buffer, which would wait until it is full.
        peek: Callable[[int], bytes] | None = getattr(standard_input, "peek", None)
        dump = peek is not None and _names_columns(peek(HEADER_BYTES))
    else:
        dump = is_table_dump(path)
    parser = TableDumpParser(zone, encoding) if dump else QueueLogParser(encoding)
    return (standard_input if path == "-" else None), parser
