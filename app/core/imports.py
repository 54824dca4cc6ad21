"""Imports: rows of a table become changes of what is stored, all or none, and the same file twice changes nothing.

    table → parse each row → plan against what is stored → ImportPlan(problems, changes) → apply in one transaction

What is imported is an `ImportKind`: it says which columns there are, what a row means, what would change, and how that
is stored. Everything else (naming bad rows, leaving them out, the dry run, the log of imports) is here, once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, fields
from typing import Any, Generic, Literal, NamedTuple, Protocol, TypeVar

from app.core.tables import BadRow, Columns, RowProblem, Table, TableRow

Record = TypeVar("Record")

Action = Literal["added", "changed", "removed", "unchanged"]


@dataclass(frozen=True, slots=True)
class Parsed(Generic[Record]):
    """What one row says.

    Attributes:
        line: Where it stands.
        record: What it means.
    """

    line: int
    record: Record


@dataclass(frozen=True, slots=True)
class Change(Generic[Record]):
    """What one row changes, or does not.

    Attributes:
        line: The row; 0 for something that is removed because no row names it.
        action: What happens to it.
        key: What the row is about, for people.
        before: As it is stored; None where it is not.
        after: As it will be; None where it is removed.
        detail: What becomes different, for people; empty where nothing does.
    """

    line: int
    action: Action
    key: str
    before: Record | None
    after: Record | None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Planned(Generic[Record]):
    """What a kind makes of the rows that could be read.

    Attributes:
        changes: One for each row that can be taken, and one for each removal.
        bad_rows: Rows that do not go with each other, or with what is stored.
    """

    changes: Sequence[Change[Record]]
    bad_rows: Sequence[BadRow] = ()


class ImportKind(Protocol[Record]):
    """Something that can be imported."""

    @property
    def name(self) -> str:
        """The word on the command line."""
        ...

    @property
    def columns(self) -> Columns:
        """What the header names."""
        ...

    def parse_row(self, row: TableRow, /) -> Record:
        """What a row means by itself.

        Raises:
            RowProblem: When it means nothing.
        """
        ...

    def plan(self, parsed: Sequence[Parsed[Record]], columns: frozenset[str], /) -> Planned[Record]:
        """What would change. Reads what is stored and writes nothing; may be asked again with fewer rows.

        Args:
            parsed: Rows that could be read, in the order of the file.
            columns: The columns the header names.
        """
        ...

    def apply(self, changes: Sequence[Change[Record]], /) -> None:
        """Store changes; called inside a write transaction, with none that is "unchanged"."""
        ...


@dataclass(frozen=True, slots=True)
class ImportPlan(Generic[Record]):
    """What an import does, or would do.

    Attributes:
        kind: What is imported.
        file: From which file, as the person named it.
        digest: SHA-256 of its bytes.
        rows: How many rows the file has.
        bad_rows: Rows that cannot be taken, by line.
        changes: What the others do.
        applied: Whether it was done.
    """

    kind: str
    file: str
    digest: str
    rows: int
    bad_rows: tuple[BadRow, ...]
    changes: tuple[Change[Record], ...]
    applied: bool = False

    def count(self, action: Action) -> int:
        """How many changes are of one sort."""
        return sum(change.action == action for change in self.changes)

    @property
    def differing(self) -> tuple[Change[Record], ...]:
        """The changes that change something."""
        return tuple(change for change in self.changes if change.action != "unchanged")

    def row(self) -> dict[str, object]:
        """The result, for people and programs."""
        return {
            "kind": self.kind,
            "rows": self.rows,
            "added": self.count("added"),
            "changed": self.count("changed"),
            "removed": self.count("removed"),
            "unchanged": self.count("unchanged"),
            "skipped": len(self.bad_rows),
            "applied": self.applied,
        }

    def change_rows(self) -> list[dict[str, object]]:
        """The changes that change something, for people and programs."""
        return [
            {"line": change.line or None, "action": change.action, "key": change.key, "detail": change.detail}
            for change in self.differing
        ]

    def problem_rows(self) -> list[dict[str, object]]:
        """The bad rows, for people and programs."""
        return [{"line": bad.line, "column": bad.column, "reason": bad.reason} for bad in self.bad_rows]


class LogEntry(NamedTuple):
    """Who imported what and when: kept for good.

    Attributes:
        at_ms: When.
        actor: Who: the operating system's name of the person, until people sign in.
        kind: What was imported.
        file: From which file, as the person named it.
        digest: SHA-256 of its bytes, in hexadecimal.
        rows: How many rows it had; the other numbers are what became of them.
    """

    at_ms: int
    actor: str
    kind: str
    file: str
    digest: str
    rows: int
    added: int
    changed: int
    removed: int
    unchanged: int
    skipped: int


class ImportStore(Protocol):
    """What importing asks of storage."""

    def writing(self) -> AbstractContextManager[object]:
        """One write transaction, committed at the end and rolled back by any exception."""
        ...

    def reading(self) -> AbstractContextManager[object]:
        """One read transaction: everything read inside is of the same moment."""
        ...

    def log_import(self, entry: LogEntry, /) -> None:
        """Keep a fact of an import; called inside a write transaction."""
        ...


@dataclass(frozen=True, slots=True)
class ImportOrder:
    """How an import is to be done.

    Attributes:
        actor: Who wants it.
        at_ms: When.
        skip_bad: Leave bad rows out instead of doing nothing because of them.
        dry_run: Only say what would change.
    """

    actor: str
    at_ms: int
    skip_bad: bool = False
    dry_run: bool = False


def run_import(kind: ImportKind[Record], table: Table, store: ImportStore, order: ImportOrder) -> ImportPlan[Record]:
    """Import a table: all of its rows, or none; with `skip_bad`, all good rows or none.

    Args:
        kind: What is imported.
        table: The file.
        store: Where it goes.
        order: Who, when and how.

    Returns:
        What was done. With bad rows and without `skip_bad`, or in a dry run, nothing was: see `applied`.

    Raises:
        StoreProblem: When the store refuses; nothing is stored then.
    """
    if order.dry_run:
        with store.reading():
            return plan_import(kind, table)
    with store.writing():
        plan = plan_import(kind, table)
        if plan.bad_rows and not order.skip_bad:
            return plan
        if plan.differing:
            kind.apply(plan.differing)
        store.log_import(_log_entry(plan, order))
    return ImportPlan(plan.kind, plan.file, plan.digest, plan.rows, plan.bad_rows, plan.changes, applied=True)


def _log_entry(plan: ImportPlan[Any], order: ImportOrder) -> LogEntry:
    return LogEntry(
        order.at_ms,
        order.actor,
        plan.kind,
        plan.file,
        plan.digest,
        plan.rows,
        plan.count("added"),
        plan.count("changed"),
        plan.count("removed"),
        plan.count("unchanged"),
        len(plan.bad_rows),
    )


def plan_import(kind: ImportKind[Record], table: Table) -> ImportPlan[Record]:
    """What an import would change, and which rows cannot be taken.

    A row that leans on a bad one (its unit's parent, for instance) is bad too: planning is done again without the bad
    rows until all that are left go together, so that what `skip_bad` applies is what this says.

    Raises:
        StoreProblem: When what is stored cannot be read.
    """
    bad_rows = {bad.line: bad for bad in reversed(table.bad_rows)}
    parsed: list[Parsed[Record]] = []
    for row in table.rows:
        try:
            parsed.append(Parsed(row.line, kind.parse_row(row)))
        except RowProblem as problem:
            bad_rows[row.line] = BadRow(row.line, problem.column, problem.reason)
    rows = len(bad_rows) + len(parsed)
    while True:
        planned = kind.plan(parsed, table.columns)
        if not planned.bad_rows:
            break
        found = {bad.line: bad for bad in reversed(planned.bad_rows)}
        remaining = [each for each in parsed if each.line not in found]
        if len(remaining) == len(parsed):
            raise ValueError(f"{kind.name}: planning names rows it was not given")
        bad_rows.update(found)
        parsed = remaining
    in_order = tuple(bad_rows[line] for line in sorted(bad_rows))
    return ImportPlan(kind.name, table.file, table.digest, rows, in_order, tuple(planned.changes))


def fields_of(record: Any) -> dict[str, object]:
    """The fields of a dataclass by name."""
    return {field.name: getattr(record, field.name) for field in fields(record)}


def compared(
    line: int,
    key: str,
    before: Record | None,
    after: Record,
    told: Callable[[Record], Mapping[str, object]] = fields_of,
) -> Change[Record]:
    """The change from what is stored to what a row says, with the fields that become different.

    Args:
        line: The row.
        key: What it is about, for people.
        before: As it is stored; None where it is not.
        after: As it will be.
        told: The fields of a record as people are told of them; by default those of a dataclass.
    """
    if before is None:
        return Change(line, "added", key, None, after)
    if before == after:
        return Change(line, "unchanged", key, before, after)
    return Change(line, "changed", key, before, after, differences(told(before), told(after)))


def differences(before: Mapping[str, object], after: Mapping[str, object]) -> str:
    """The fields that differ, as "team: A → B, skills: – → x;y"; data in it may be hostile."""
    return ", ".join(
        f"{name}: {_value(before[name])} → {_value(value)}" for name, value in after.items() if before[name] != value
    )


def _value(value: object) -> str:
    if isinstance(value, tuple):
        value = ";".join(str(part) for part in value)
    return "–" if value is None or value == "" else str(value)
