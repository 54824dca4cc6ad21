"""What a table is made of: rows whose cells say what they mean, or what is wrong with them in one sentence."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final, NamedTuple

from app.core.i18n import _
from app.core.text import inert

TEXT_LIMIT: Final = 200
"""Longest text of one cell in characters: as long as a name in the facts may be."""

_SHOWN_LIMIT: Final = 40
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
