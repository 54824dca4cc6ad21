"""Rows for people and for programs: a table, CSV, or JSON. Design section 5."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, Literal, TextIO

from wcwidth import wcswidth

from app.core.i18n import _
from app.core.text import FORMULA_STARTS, inert

Format = Literal["table", "csv", "json"]

FORMATS: Final[tuple[Format, ...]] = ("table", "csv", "json")


def write_rows(rows: Iterable[Mapping[str, object]], form: Format, stream: TextIO | None = None) -> None:
    """Write rows that all have the same keys.

    Args:
        rows: In order; may be a generator.
        form: "table" for people, "csv" with a header, "json" for one array of objects.
        stream: Standard output unless said otherwise.

    A person who asked for a table is told on standard error where there is nothing; a program sees that by itself.
    """
    out = sys.stdout if stream is None else stream
    if form == "json":
        out.writelines(_json(rows))
    elif form == "csv":
        _write_csv(rows, out)
    elif listed := list(rows):
        out.writelines(_table(listed))
    elif stream is None:
        sys.stderr.write(_("There is nothing to show.") + "\n")


def _json(rows: Iterable[Mapping[str, object]]) -> Iterator[str]:
    opening = "["
    for row in rows:
        yield f"{opening}\n{json.dumps(row, ensure_ascii=False)}"
        opening = ","
    yield "[]\n" if opening == "[" else "\n]\n"


class _UnixLines:
    """Ends lines with a line feed. The writer itself ends them with both, for else it would not quote a return."""

    def __init__(self, out: TextIO) -> None:
        self._out = out

    def write(self, line: str) -> int:
        return self._out.write(line.removesuffix("\r\n") + "\n")


def _write_csv(rows: Iterable[Mapping[str, object]], out: TextIO) -> None:
    writer = None
    for row in rows:
        if writer is None:
            writer = csv.DictWriter(_UnixLines(out), list(row), lineterminator="\r\n")
            writer.writeheader()
        writer.writerow({key: _csv_value(value) for key, value in row.items()})


def _csv_value(value: object) -> object:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, str) and value.lstrip("'").startswith(FORMULA_STARTS):
        return f"'{value}"
    return value


def _cell(value: object) -> str:
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "✓" if value else ""
    if isinstance(value, float):
        return f"{value:.3f}"
    if isinstance(value, Mapping):
        return " ".join(f"{inert(str(key)) or '–'}:{item}" for key, item in value.items())
    return inert(str(value))


def _pad(text: str, width: int, right: bool) -> str:
    gap = " " * (width - max(0, wcswidth(text)))
    return gap + text if right else text + gap


def _table(rows: list[Mapping[str, object]]) -> Iterator[str]:
    if not rows:
        return
    keys = list(rows[0])
    cells = [[_cell(row[key]) for key in keys] for row in rows]
    numeric = [all(isinstance(row[key], (int, float)) or row[key] is None for row in rows) for key in keys]
    widths = [max(wcswidth(key), *(max(0, wcswidth(line[index])) for line in cells)) for index, key in enumerate(keys)]
    for line in (keys, *cells):
        padded = (_pad(text, width, right) for text, width, right in zip(line, widths, numeric, strict=True))
        yield "  ".join(padded).rstrip() + "\n"


def write_one(row: Mapping[str, Any], form: Format, stream: TextIO | None = None) -> None:
    """Write a single result: an object in JSON, one line per key for people."""
    out = sys.stdout if stream is None else stream
    if form == "json":
        out.write(json.dumps(row, ensure_ascii=False) + "\n")
    elif form == "csv":
        _write_csv([row], out)
    else:
        width = max(len(key) for key in row)
        out.writelines(f"{key:<{width}}  {_cell(value)}\n" for key, value in row.items())
