"""Workbooks for tests, made as Excel makes them."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from openpyxl import Workbook


def workbook(rows: Sequence[Sequence[Any]], formats: dict[str, str] | None = None) -> bytes:
    """The bytes of an .xlsx with one sheet; `formats` gives number formats by cell name."""
    book = Workbook()
    sheet = book.worksheets[0]
    for row in rows:
        sheet.append(list(row))
    for name, number_format in (formats or {}).items():
        sheet[name].number_format = number_format
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
