"""Rows in three forms, each true to the values it was given."""

from __future__ import annotations

import csv
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wcwidth import wcswidth

from app.core.i18n import set_language
from app.core.output import Format, write_one, write_rows


def written(rows: list[dict[str, object]], form: Format) -> str:
    out = io.StringIO()
    write_rows(rows, form, out)
    return out.getvalue()


ROWS: list[dict[str, object]] = [
    {"agent": "王小明", "calls": 7, "share": 0.25, "inferred": False, "why": {"lunch": 60, "": 1}, "none": None},
    {"agent": "a\x1b[1m", "calls": 12, "share": None, "inferred": True, "why": {}, "none": None},
]


def test_json_is_one_array_with_every_value_as_it_is() -> None:
    assert json.loads(written(ROWS, "json")) == ROWS
    assert json.loads(written([], "json")) == []


def test_csv_has_a_header_and_nothing_where_there_is_nothing() -> None:
    header, first, second = csv.reader(io.StringIO(written(ROWS, "csv")))
    assert header == list(ROWS[0])
    assert first == ["王小明", "7", "0.25", "false", '{"lunch": 60, "": 1}', ""]
    assert second[2:4] == ["", "true"]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_csv_gives_a_spreadsheet_no_formula(start: str) -> None:
    (row,) = csv.DictReader(io.StringIO(written([{"agent": f"{start}1+1", "number": -5}], "csv"), newline=""))
    assert row == {"agent": f"'{start}1+1", "number": "-5"}


def test_a_table_lines_up_wide_characters_and_shows_nothing_raw() -> None:
    lines = written(ROWS, "table").splitlines()
    assert len(lines) == 3
    assert "␛[1m" in lines[2]
    assert "\x1b" not in "".join(lines)
    ends = [wcswidth(line[: line.index(text) + len(text)]) for line, text in zip(lines[1:], (" 7", "12"), strict=True)]
    assert ends[0] == ends[1]


@given(st.lists(st.fixed_dictionaries({"name": st.text(), "number": st.integers() | st.none()}), min_size=1))
def test_any_names_can_be_written(rows: list[dict[str, object]]) -> None:
    assert json.loads(written(rows, "json")) == rows
    assert len(list(csv.reader(io.StringIO(written(rows, "csv"), newline="")))) == len(rows) + 1
    assert len(written(rows, "table").split("\n")) == len(rows) + 2


def test_one_result_is_one_object_or_a_line_for_each_key() -> None:
    out = io.StringIO()
    write_one({"source": "pbx", "lines": 3}, "json", out)
    assert json.loads(out.getvalue()) == {"source": "pbx", "lines": 3}
    out = io.StringIO()
    write_one({"source": "pbx", "lines": 3}, "table", out)
    assert out.getvalue() == "source  pbx\nlines   3\n"


def test_a_table_with_no_rows_says_so_beside_the_output(capsys: pytest.CaptureFixture[str]) -> None:
    set_language("en")
    write_rows([], "table")
    assert capsys.readouterr() == ("", "There is nothing to show.\n")
    write_rows([], "json")
    assert capsys.readouterr() == ("[]\n", "")
