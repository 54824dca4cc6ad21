from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.imports import Change, ImportOrder, LogEntry, Parsed, Planned, compared, plan_import, run_import
from app.core.tables import BadRow, Columns, Table, TableRow, parse_table

COLUMNS = Columns(("name",), ("on",))


@dataclass(frozen=True, slots=True)
class Link:
    """A name that may lean on another one, which must be stored or in the file."""

    name: str
    on: str


@dataclass
class Links:
    """A kind and its store in one: links by name, and what was done to them."""

    stored: dict[str, Link] = field(default_factory=dict)
    log: list[LogEntry] = field(default_factory=list)
    deeds: list[str] = field(default_factory=list)
    name: str = "links"
    columns: Columns = COLUMNS

    def parse_row(self, row: TableRow) -> Link:
        return Link(row.needed("name", limit=3), row.text("on"))

    def plan(self, parsed: Sequence[Parsed[Link]], columns: frozenset[str]) -> Planned[Link]:
        known = set(self.stored) | {each.record.name for each in parsed}
        bad = [BadRow(each.line, "on", "unknown") for each in parsed if each.record.on and each.record.on not in known]
        changes = [
            compared(each.line, each.record.name, self.stored.get(each.record.name), each.record) for each in parsed
        ]
        return Planned(changes, bad)

    def apply(self, changes: Sequence[Change[Link]]) -> None:
        self.deeds.append("apply")
        self.stored |= {change.after.name: change.after for change in changes if change.after}

    @contextmanager
    def writing(self) -> Iterator[None]:
        self.deeds.append("write")
        yield

    @contextmanager
    def reading(self) -> Iterator[None]:
        self.deeds.append("read")
        yield

    def log_import(self, entry: LogEntry) -> None:
        self.log.append(entry)


def table(*rows: tuple[str, str]) -> Table:
    return parse_table("f", "\n".join(["name,on", *(f"{name},{on}" for name, on in rows)]).encode(), COLUMNS)


def test_nothing_is_written_that_need_not_be() -> None:
    links = Links()
    order = ImportOrder("lin", 1)
    run_import(links, table(("a", "")), links, ImportOrder("lin", 1, dry_run=True))
    assert (links.deeds, links.log) == (["read"], [])
    run_import(links, table(("a", ""), ("long", "")), links, order)
    assert (links.deeds[1:], links.log, links.stored) == (["write"], [], {})
    run_import(links, table(("a", "")), links, order)
    run_import(links, table(("a", "")), links, order)
    assert links.deeds[2:] == ["write", "apply", "write"]
    assert [(entry.added, entry.unchanged) for entry in links.log] == [(1, 0), (0, 1)]


def test_a_change_says_what_becomes_different() -> None:
    links = Links({"a": Link("a", "b"), "b": Link("b", "")})
    plan = plan_import(links, table(("a", ""), ("b", "a")))
    assert [row["detail"] for row in plan.change_rows()] == ["on: b → –", "on: – → a"]


NAME = st.sampled_from("abcde") | st.just("long") | st.just("")


@given(st.lists(st.tuples(NAME, NAME), max_size=8), st.sets(st.sampled_from("abcde")))
def test_every_row_is_accounted_for_and_what_is_left_goes_together(
    rows: list[tuple[str, str]], stored: set[str]
) -> None:
    links = Links({name: Link(name, "") for name in stored})
    whole = table(*rows)
    plan = run_import(links, whole, links, ImportOrder("lin", 1, skip_bad=True))
    counts = plan.row()
    assert plan.rows == len(whole.rows) + len(whole.bad_rows)
    assert len(plan.changes) + len(plan.bad_rows) == plan.rows
    assert {change.line for change in plan.changes} | {bad.line for bad in plan.bad_rows} == {
        row.line for row in whole.rows
    }
    assert counts["skipped"] == len(plan.bad_rows)
    assert all(not link.on or link.on in links.stored for link in links.stored.values())
    good = {change.after.name for change in plan.changes if change.after}
    for bad in plan.bad_rows:
        name, on = rows[bad.line - 2]
        assert name in {"", "long"} or (on not in good | stored), "no row is left out without a reason"


def test_a_kind_that_blames_rows_it_was_not_given_is_a_fault() -> None:
    class Confused(Links):
        def plan(self, parsed: Sequence[Parsed[Link]], columns: frozenset[str]) -> Planned[Link]:
            return Planned([], [BadRow(99, "", "somebody else")])

    with pytest.raises(ValueError, match="links: planning names rows"):
        plan_import(Confused(), table(("a", "")))
