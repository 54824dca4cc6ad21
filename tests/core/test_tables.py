from __future__ import annotations

import io
import subprocess
import sys
import zipfile
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.errors import DataProblem, UsageProblem
from app.core.output import write_rows
from app.core.tables import Columns, RowProblem, Table, TableRow, parse_table, per_mille_text, read_table
from tests.core.sheet_files import workbook

COLUMNS = Columns(("id", "name"), ("since", "team"))
PLAIN = "id,name,team\n1001,王小红,早班\n1002,José,\n"
ROWS = [(2, {"id": "1001", "name": "王小红", "team": "早班"}), (3, {"id": "1002", "name": "José", "team": ""})]


def read(data: bytes | str, encoding: str | None = None) -> Table:
    return parse_table("f.csv", data.encode() if isinstance(data, str) else data, COLUMNS, encoding)


def plain(table: Table) -> list[tuple[int, dict[str, str]]]:
    return [(row.line, dict(row.cells)) for row in table.rows]


@pytest.mark.parametrize(
    "data",
    [
        PLAIN.encode(),
        b"\xef\xbb\xbf" + PLAIN.encode(),
        PLAIN.encode("gb18030"),
        b"\xff\xfe" + PLAIN.encode("utf-16-le"),
        PLAIN.replace(",", ";").encode(),
        PLAIN.replace(",", "\t").encode(),
        PLAIN.replace("\n", "\r\n").encode(),
        PLAIN.replace("\n", "\r").encode(),
        PLAIN.removesuffix("\n").encode(),
        PLAIN.replace("id,name", " ID , NAME ").encode(),
        PLAIN.replace("王小红", ' "王小红" '.strip()).encode(),
    ],
    ids=["utf-8", "mark", "gb18030", "utf-16", "semicolons", "tabs", "crlf", "cr", "no end", "case", "quoted"],
)
def test_the_same_table_in_every_form(data: bytes) -> None:
    table = read(data)
    assert plain(table) == ROWS
    assert table.columns == {"id", "name", "team"}
    assert table.bad_rows == ()


def test_a_stated_encoding_holds() -> None:
    assert plain(read(PLAIN.encode("gb18030"), "gb18030")) == ROWS
    with pytest.raises(DataProblem, match="neither a text in utf-8"):
        read(PLAIN.encode("gb18030"), "utf-8")
    with pytest.raises(UsageProblem, match="no encoding 'klingon'"):
        read(PLAIN, "klingon")


def test_a_damaged_byte_does_not_make_other_characters_of_all_the_rest() -> None:
    damaged = PLAIN.encode().replace("小".encode(), "小".encode()[:2])
    with pytest.raises(DataProblem, match="neither a text in utf-8"):
        read(damaged)
    with pytest.raises(DataProblem, match="neither a text in utf-8"):
        read(b"\xef\xbb\xbf" + PLAIN.encode("gb18030"))


def test_blank_lines_are_no_rows_and_keep_the_numbers() -> None:
    assert [row.line for row in read("\n\nid,name\n\n1,a\n,,\n2,b\n").rows] == [5, 7]


def test_a_quoted_line_break_keeps_the_numbers_and_is_no_short_text() -> None:
    table = read('id,name\n1,"a\nb"\n2,c\n')
    assert [row.line for row in table.rows] == [2, 4]
    with pytest.raises(RowProblem, match="several lines"):
        table.rows[0].text("name")


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        ("", "is empty"),
        (" \n\n", "is empty"),
        ("id,nmae\n", "not known: “nmae”.*Known are: id, name, since, team"),
        ("id,since\n", "does not name the columns “name”"),
        ("id,name,ID\n", "twice: “id”"),
        ("id,[/]\x1b,name\n", r"not known: “\[/\]␛”"),
        (b"\xff\x00\x81", "neither a text"),
        (b"\xd0\xcf\x11\xe0rest", r"old Excel format"),
        (b"PK\x03\x04rest", r"not an \.xlsx workbook"),
        ('id,name\n1,"open\n2,b\n', "line 2: a quotation mark that opens here is not closed"),
        ('id,name\n1,"open\n2,"b\n', "line 2: a quotation mark that opens here is not closed"),
        ('id,"na"me\n', "not known: “id,"),
    ],
)
def test_what_is_no_table(data: bytes | str, problem: str) -> None:
    with pytest.raises(DataProblem, match=problem):
        read(data)


def test_rows_that_cannot_be_read_are_named_and_the_rest_goes_on() -> None:
    table = read('id,name,\n1,a\n2,b,,c\n3,"x"y\n4,d,,\n5\n')
    assert [row.line for row in table.rows] == [2, 5, 6]
    assert [(bad.line, bad.reason) for bad in table.bad_rows] == [
        (3, "the row has more cells than the header names columns"),
        (4, "a quotation mark is not closed where its cell ends"),
    ]


def test_files_are_read_or_said_to_be_unreadable(tmp_path: Path) -> None:
    file = tmp_path / "名单.csv"
    file.write_text(PLAIN, "utf-8")
    assert plain(read_table(str(file), COLUMNS)) == ROWS
    assert plain(read_table("-", COLUMNS, io.BytesIO(PLAIN.encode()))) == ROWS
    assert read_table(str(file), COLUMNS).digest == read_table("-", COLUMNS, io.BytesIO(PLAIN.encode())).digest
    for path, problem in ((str(tmp_path), "is a folder"), (str(tmp_path / "none"), "cannot be read"), ("\0", "cannot")):
        with pytest.raises(UsageProblem, match=problem):
            read_table(path, COLUMNS)


def test_a_sheet_is_read_as_text() -> None:
    data = workbook(
        [
            ["ID", "Name", "since", "team"],
            [1001, " 王小红 ", date(2024, 3, 1), True],
            [],
            [1e15, 0.1 + 0.2, datetime.fromisoformat("2024-03-01T08:00"), 1.5e-7],
            ["007", time(8, 30), timedelta(hours=25), "=x"],
        ]
    )
    table = parse_table("f.xlsx", data, COLUMNS)
    assert [(row.line, list(row.cells.values())) for row in table.rows] == [
        (2, ["1001", "王小红", "2024-03-01", "true"]),
        (4, ["1000000000000000", "0.3", "2024-03-01T08:00:00", "0.00000015"]),
        (5, ["007", "08:30:00", "25:00:00", ""]),
    ]


def test_midnight_in_a_sheet_is_a_time_where_its_format_shows_one() -> None:
    midnight = datetime.fromisoformat("2024-03-01")
    data = workbook([["id", "name"], [midnight, midnight]], {"A2": "yyyy-mm-dd", "B2": "yyyy-mm-dd hh:mm"})
    (row,) = parse_table("f.xlsx", data, COLUMNS).rows
    assert row.cells == {"id": "2024-03-01", "name": "2024-03-01T00:00:00"}


def test_a_failed_formula_is_a_bad_row() -> None:
    table = parse_table("f.xlsx", workbook([["id", "name"], ["1", "a"], ["2", "#N/A"]]), COLUMNS)
    assert [row.line for row in table.rows] == [2]
    assert [(bad.line, bad.reason) for bad in table.bad_rows] == [(3, "a formula of the sheet has failed: “#N/A”")]


@given(st.integers(0, 2000), st.binary(min_size=1, max_size=40))
def test_a_damaged_workbook_is_said_to_be_one(at: int, noise: bytes) -> None:
    whole = workbook([["id", "name"], ["1", "a"]])
    damaged = whole[: 4 + at] + noise + whole[4 + at + len(noise) :]
    try:
        said = set(parse_table("f.xlsx", damaged, COLUMNS).columns)
    except DataProblem as problem:
        said = {str(problem)}
    assert said <= {*COLUMNS.all} or "\n" not in said.pop()


def test_a_broken_sheet_inside_a_sound_archive_is_said_to_be_one() -> None:
    source = zipfile.ZipFile(io.BytesIO(workbook([["id", "name"], ["1", "a"]])))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            target.writestr(name, data[: len(data) // 2] if "sheet1" in name else data)
    with pytest.raises(DataProblem, match=r"not an \.xlsx workbook"):
        parse_table("f.xlsx", out.getvalue(), COLUMNS)


def test_text_tables_need_no_reader_of_workbooks() -> None:
    code = (
        "import sys; from app.core.tables import Columns, parse_table;"
        "parse_table('f', b'id\\n1', Columns(('id',))); sys.exit('openpyxl' in sys.modules)"
    )
    top = Path(__file__).parents[2]
    assert subprocess.run([sys.executable, "-c", code], cwd=top, timeout=60, check=False).returncode == 0


def row(**cells: str) -> TableRow:
    return TableRow(2, cells)


def test_cells_that_mean_what_is_asked() -> None:
    words = {"team": "team", "班组": "team"}
    assert row(a="x").needed("a") == "x"
    assert row().text("a") == ""
    assert row(a="班组").one_of("a", words) == row(a="TEAM").one_of("a", words) == "team"
    assert row(a=" x; y；z;;x ").items("a") == ("x", "y", "z")
    assert row().items("a") == ()
    dates = ("2024-03-01", "2024/3/1", "2024.3.1", "2024年3月1日", "2024-03-01T00:00:00", "2024-3-1 0:00")
    assert {row(a=text).day("a") for text in dates} == {date(2024, 3, 1)}
    assert row().day("a") is None
    assert (row(a="-5").whole("a", -5, 5), row(a="+5").whole("a", -5, 5)) == (-5, 5)
    numbers = {"1": 1000, "0.5": 500, "0.8500": 850, "0": 0, "": None, "1.5": 1500}
    assert {text: row(a=text).per_mille("a", 1500) for text in numbers} == numbers


@pytest.mark.parametrize(
    ("method", "cell", "arguments"),
    [
        ("needed", "", ()),
        ("text", "x" * 201, ()),
        ("items", "x" * 201 + ";y", ()),
        ("one_of", "x", ({"team": "team"},)),
        ("day", "2024-02-30", ()),
        ("day", "01/02/2024", ()),
        ("day", "2024-03-01 08:00", ()),
        ("whole", "6", (-5, 5)),
        ("whole", "1.0", (-5, 5)),
        ("whole", "٣", (-5, 5)),
        ("whole", "", (-5, 5)),
        ("per_mille", "1.501", (1500,)),
        ("per_mille", "0.0001", (1500,)),
        ("per_mille", "nan", (1500,)),
        ("per_mille", "-1", (1500,)),
    ],
)
def test_cells_that_do_not(method: str, cell: str, arguments: tuple[object, ...]) -> None:
    with pytest.raises(RowProblem) as raised:
        getattr(row(a=cell), method)("a", *arguments)
    assert raised.value.column == "a"
    assert raised.value.reason


@given(st.integers(0, 10_000_000))
def test_thousandths_are_read_as_they_are_written(thousandths: int) -> None:
    assert row(a=per_mille_text(thousandths)).per_mille("a", 10_000_000) == thousandths


CELL = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\n"), max_size=12).map(
    lambda text: f"x{text}x"
)
GUARDED = st.text(st.sampled_from("'=+-@x;,\""), max_size=6)


@given(st.lists(st.tuples(CELL, CELL | GUARDED), max_size=5))
def test_what_is_written_as_csv_is_read_as_it_was(values: list[tuple[str, str]]) -> None:
    written = [{"id": first, "name": second} for first, second in values]
    out = io.StringIO(newline="")
    write_rows(written, "csv", out)
    text = out.getvalue() or "id,name\n"
    assert [dict(each.cells) for each in read(text).rows] == written
