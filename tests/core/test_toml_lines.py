"""Every key of a TOML text is found on its line, however it is written."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.toml_lines import Path, nearest_line, toml_lines

TEXT = '''# a comment with [brackets] = "and quotes"
title = "one # no comment" # a comment

dotted.deep."quoted key" = 1
numbers = [ 1,
  2, # two
  [ "x]", 'y#' ],
]
long = """
[not.a.table]
key = "value" """
quotes = """ends with two"""""
literal = \'\'\'
# no comment
\'\'\'
"" = "an empty key"
"\\u4e2d" = 2026-11-21 08:00:00
inline = { a = 1, b.c = [ { d = 2 } ] }

[table.sub]
key = true
[[table.many]]
name = "first"
[table.many.below]
deep = 1
[[table.many]]
name = "second"
[[table.many.again]]
x = 1
[[table.many.again]]
x = 2
[ table . "spaced" ]
y = 3
'''


def paths(value: Any, path: Path = ()) -> Iterator[Path]:
    """Where every value of a document lies."""
    if path:
        yield path
    if isinstance(value, dict):
        for key, each in value.items():
            yield from paths(each, (*path, key))
    elif isinstance(value, list):
        for number, each in enumerate(value):
            yield from paths(each, (*path, number))


def test_everything_the_reader_finds_has_a_line_and_nothing_else() -> None:
    assert set(toml_lines(TEXT)) == set(paths(tomllib.loads(TEXT)))


@pytest.mark.parametrize(
    ("path", "begins"),
    [
        (("title",), "title"),
        (("dotted", "deep", "quoted key"), "dotted"),
        (("numbers", 1), "  2,"),
        (("numbers", 2, 1), "  [ "),
        (("literal",), "literal"),
        (("",), '""'),
        (("中",), '"\\u4e2d"'),
        (("inline", "b", "c", 0, "d"), "inline"),
        (("table",), "[table.sub]"),
        (("table", "many", 0, "name"), 'name = "first"'),
        (("table", "many", 0, "below", "deep"), "deep"),
        (("table", "many", 1, "name"), 'name = "second"'),
        (("table", "many", 1, "again", 1, "x"), "x = 2"),
        (("table", "spaced", "y"), "y = 3"),
    ],
)
def test_a_key_is_on_its_line(path: Path, begins: str) -> None:
    assert TEXT.splitlines()[toml_lines(TEXT)[path] - 1].startswith(begins)


def test_what_is_missing_stands_where_it_is_missing_from() -> None:
    lines = toml_lines(TEXT)
    assert nearest_line(lines, ("table", "many", 1, "nothing", 0)) == lines["table", "many", 1]
    assert nearest_line(lines, ("nowhere",)) == 1
    assert nearest_line(lines, ()) == 1


KEYS = st.text(st.sampled_from('ab_-. "\\#[]='), max_size=4)
SCALARS = st.one_of(st.integers(-9, 9), st.booleans(), st.text(st.sampled_from("a\"'\\#[]{},=\n \t"), max_size=6))
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3), max_leaves=6
)
TABLES = st.dictionaries(
    KEYS,
    st.dictionaries(KEYS, VALUES, max_size=3) | st.lists(st.dictionaries(KEYS, VALUES, max_size=2), min_size=1),
    max_size=3,
)


def quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
    return f'"{escaped}"'


def inline(value: Any, way: int) -> str:
    """A value on one line; a text in one of the four ways where it can be."""
    match value:
        case bool():
            return str(value).lower()
        case int():
            return str(value)
        case str() if way % 4 == 1 and "'" not in value and "\n" not in value:
            return f"'{value}'"
        case str() if way % 4 == 2 and "'''" not in value and not value.endswith("'"):
            return f"'''{value}'''" if not value.startswith("\n") else quoted(value)
        case str() if way % 4 == 3 and '"' not in value and "\\" not in value and not value.startswith("\n"):
            return f'"""{value}"""'
        case str():
            return quoted(value)
        case list():
            return "[" + ", ".join(inline(each, way + 1) for each in value) + "]"
        case _:
            return "{ " + ", ".join(f"{quoted(key)} = {inline(each, way)}" for key, each in value.items()) + " }"


@given(TABLES, st.integers(0, 3))
def test_any_document_keeps_its_lines(document: dict[str, Any], way: int) -> None:
    lines: list[str] = ["# [comment]", ""]
    expected: dict[Path, int] = {}

    def write(text: str) -> int:
        lines.extend(text.split("\n"))
        return len(lines) - text.count("\n")

    for name, value in document.items():
        tables = value if isinstance(value, list) else [value]
        for number, table in enumerate(tables):
            is_array = isinstance(value, list)
            at_line = write(f"[[{quoted(name)}]]" if is_array else f"[{quoted(name)}]")
            base: Path = (name, number) if is_array else (name,)
            expected.setdefault((name,), at_line)
            expected[base] = at_line
            for key, each in table.items():
                expected[*base, key] = write(f"{quoted(key)} = {inline(each, way)} # end")
    text = "\n".join(lines)
    found = toml_lines(text)
    assert tomllib.loads(text) == document
    assert set(found) == set(paths(document))
    assert {path: found[path] for path in expected} == expected
