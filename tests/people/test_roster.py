from __future__ import annotations

import io
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.errors import StoreProblem
from app.core.import_report import problem_line, refusal, write_plan
from app.core.imports import ImportOrder, LogEntry, run_import
from app.core.output import write_rows
from app.core.tables import parse_table
from app.people.model import Person
from app.people.service import RosterImport, person_object, person_row
from tests.core.sheet_files import workbook
from tests.people.ground import NOW, ROSTER, UNITS, Ground, reasons

WANG = Person(
    "1001", "王小红", "T1", "早班", ("agent",), ("SIP/1001", "8001"), ("投诉", "英语"), date(2024, 3, 1), 1000
)
LI = Person("1002", "李强", "T1", "早班", ("agent", "team_leader"), ("8002",), (), date(2023, 11, 5), 800)
JOSE = Person("1003", "José")


def test_a_roster_comes_in(ground: Ground) -> None:
    plan = ground.roster(ROSTER)
    assert plan.row() == {
        "kind": "roster",
        "rows": 3,
        "added": 3,
        "changed": 0,
        "removed": 0,
        "unchanged": 0,
        "skipped": 0,
        "applied": True,
    }
    assert ground.people.people() == {"1001": WANG, "1002": LI, "1003": JOSE}
    assert ground.people.acd_map() == {
        "SIP/1001": "1001",
        "8001": "1001",
        "8002": "1002",
        "1001": "1001",
        "1002": "1002",
        "1003": "1003",
    }


@pytest.mark.parametrize(
    "data",
    [
        ROSTER.encode("gb18030"),
        b"\xef\xbb\xbf" + ROSTER.encode(),
        workbook(
            [
                ["Agent ID", "Name", "Unit", "Team", "Roles", "ACD-IDs", "Skills", "Hired on", "FTE"],
                [1001, "王小红", "T1", "早班", "agent", "SIP/1001;8001", "投诉;英语", date(2024, 3, 1), 1],
                [1002, "李强", "T1", "早班", "agent; Team Leader", 8002, None, date(2023, 11, 5), 0.8],
                ["1003", "José", None, None, None, None, None, None, None],
            ]
        ),
        ROSTER.replace(",", "\t"),
    ],
    ids=["gb18030", "mark", "xlsx", "tabs"],
)
def test_the_same_roster_in_another_form_changes_nothing(ground: Ground, data: bytes | str) -> None:
    ground.roster(ROSTER)
    revision = ground.people.revision()
    assert ground.roster(data).row()["unchanged"] == 3
    assert ground.people.revision() == revision
    assert ground.people.people() == {"1001": WANG, "1002": LI, "1003": JOSE}


def test_a_roster_with_semicolons_between_its_columns_quotes_its_lists(ground: Ground) -> None:
    ground.roster('agent_id;name;acd_ids\n1001;王小红;"8001;8002"\n')
    assert ground.people.people()["1001"].acd_ids == ("8001", "8002")


BAD = (
    "agent_id,name,unit,hired_on,fte\n"
    "1001,王小红,T1,2024-03-01,1\n"
    "1002,,T1,2024-03-01,1\n"
    "1003,李强,T9,2024-03-01,1\n"
    "1004,赵敏,T1,2024-02-30,1\n"
    "1005,孙丽,T2,2024-03-01,1\n"
)
BAD_REASONS = [
    (3, "name", "it is empty"),
    (4, "unit", "there is no unit “T9”"),
    (5, "hired_on", "“2024-02-30” is not a date like 2026-11-21"),
]


def test_three_bad_rows_are_named_and_nothing_is_imported(ground: Ground) -> None:
    before = ground.everything()
    plan = ground.roster(BAD)
    assert reasons(plan) == BAD_REASONS
    assert plan.row() == {
        "kind": "roster",
        "rows": 5,
        "added": 2,
        "changed": 0,
        "removed": 0,
        "unchanged": 0,
        "skipped": 3,
        "applied": False,
    }
    assert ground.everything() == before
    assert problem_line("roster.csv", plan.bad_rows[1]) == "roster.csv, line 4, unit: there is no unit “T9”."
    assert refusal(plan).startswith("3 of 5 rows of roster.csv cannot be taken, so nothing is imported: correct them")


def test_bad_rows_are_left_out_when_that_is_asked(ground: Ground) -> None:
    plan = ground.roster(BAD, skip_bad=True)
    assert (reasons(plan), plan.applied) == (BAD_REASONS, True)
    assert list(ground.people.people()) == ["1001", "1005"]
    assert ground.imports.entries(1)[0][5:] == (5, 2, 0, 0, 0, 3)


@pytest.mark.parametrize("skip_bad", [False, True])
def test_a_dry_run_says_what_the_import_does_and_changes_nothing(ground: Ground, skip_bad: bool) -> None:
    ground.roster(ROSTER)
    changed = BAD.replace("李强,T9", "李强,T2")
    before = ground.everything()
    dry = ground.roster(changed, skip_bad=skip_bad, dry_run=True)
    assert ground.everything() == before
    wet = ground.roster(changed, skip_bad=skip_bad)
    assert (dry.changes, dry.bad_rows, dry.applied) == (wet.changes, wet.bad_rows, False)
    assert wet.applied is skip_bad


def test_changes_are_told_by_field(ground: Ground) -> None:
    ground.roster(ROSTER)
    plan = ground.roster("agent_id,name,team,fte,skills\n1001,王小红,晚班,0.5,\n", dry_run=True)
    assert plan.change_rows() == [
        {
            "line": 2,
            "action": "changed",
            "key": "1001",
            "detail": "team: 早班 → 晚班, skills: 投诉;英语 → –, fte: 1 → 0.5",
        }
    ]


def test_a_column_left_out_leaves_what_is_stored_and_so_do_people_left_out(ground: Ground) -> None:
    ground.roster(ROSTER)
    assert ground.roster("agent_id,name\n1002,李大强\n").count("changed") == 1
    found = ground.people.people()
    assert (found["1002"].acd_ids, found["1002"].fte_per_mille, found["1002"].name) == (("8002",), 800, "李大强")
    assert found["1001"] == WANG


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ("1,a,8001\n2,b,8001\n", [(3, "acd_ids", "“8001” stands for “1” on line 2 already")]),
        ("1,a,\n1,b,\n", [(3, "agent_id", "“1” is on line 2 already")]),
        ("1,a,2\n2,b,\n", [(3, "agent_id", "“2” stands for “1” on line 2 already")]),
        ("1,a,9001\n", [(2, "acd_ids", "“9001” stands for “9” already, who is not in this file")]),
        ("1,a,9\n", [(2, "acd_ids", "“9” stands for “9” already, who is not in this file")]),
        ("9001,a,\n", [(2, "agent_id", "“9001” stands for “9” already, who is not in this file")]),
        ("9,a,\n1,b,9001\n", []),
        ("1,b,9001\n9,a,9002\n", []),
        ("1,a,1\n", []),
    ],
)
def test_no_two_people_share_an_id(ground: Ground, rows: str, expected: list[tuple[int, str, str]]) -> None:
    ground.roster("agent_id,name,acd_ids\n9,old,9001\n")
    assert reasons(ground.roster("agent_id,name,acd_ids\n" + rows)) == expected


def test_an_id_stays_with_its_owner_when_the_row_that_gives_it_up_is_bad(ground: Ground) -> None:
    ground.roster("agent_id,name,acd_ids\n9,old,9001\n")
    plan = ground.roster("agent_id,name,acd_ids\n9,,\n1,new,9001\n2,other,\n", skip_bad=True)
    assert [bad.line for bad in plan.bad_rows] == [2, 3]
    assert ground.people.acd_map() == {"9001": "9", "9": "9", "2": "2"}


def test_two_people_may_swap_their_ids(ground: Ground) -> None:
    ground.roster("agent_id,name,acd_ids\n1,a,x\n2,b,y\n")
    assert ground.roster("agent_id,name,acd_ids\n1,a,y\n2,b,x\n").count("changed") == 2
    assert ground.people.acd_map() == {"y": "1", "x": "2", "1": "1", "2": "2"}


def test_the_revision_grows_with_each_change_only(ground: Ground) -> None:
    seen = [ground.people.revision()]
    for text in (ROSTER, ROSTER, ROSTER.replace("李强", "李大强")):
        ground.roster(text)
        seen.append(ground.people.revision())
    assert [later - earlier for earlier, later in pairwise(seen)] == [1, 0, 1]


def test_each_import_is_logged_for_good(ground: Ground) -> None:
    plan = ground.roster(ROSTER)
    newest, oldest = ground.imports.entries(10)
    assert newest == LogEntry(NOW, "lin", "roster", "roster.csv", plan.digest, 3, 3, 0, 0, 0, 0)
    assert (oldest.kind, len(newest.digest)) == ("units", 64)
    for statement in ("DELETE FROM import_log", "UPDATE import_log SET actor = 'x'"):
        with pytest.raises(StoreProblem, match="append-only"), ground.imports.writing() as connection:
            connection.execute(statement)  # type: ignore[attr-defined]


def test_a_store_that_refuses_stores_nothing(ground: Ground) -> None:
    class Failing(RosterImport):
        def apply(self, changes: object) -> None:
            super().apply(changes)  # type: ignore[arg-type]
            raise StoreProblem("the disk is full")

    before = ground.everything()
    kind = Failing(ground.people)
    table = parse_table("f", ROSTER.encode(), kind.columns)
    with pytest.raises(StoreProblem, match="disk is full"):
        run_import(kind, table, ground.imports, ImportOrder("lin", NOW))
    assert ground.everything() == before


HOSTILE = [
    "[/]",
    "[@click=app.quit]x",
    "\x1b[2J\x1b]0;x\x07",
    "a\u202eb\u200bc",
    "=cmd|' /C calc'!A0",
    "'; DROP TABLE person",
]


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_are_kept_and_shown_inert(ground: Ground, name: str) -> None:
    quoted = '"' + name.replace('"', '""') + '"'
    plan = ground.roster(f"agent_id,name,team\n1,{quoted},{quoted}\n2,{quoted},x,y\n3,b,\n4,{'x' * 201},\n")
    assert [bad.line for bad in plan.bad_rows] == [3, 5]
    ground.roster(f"agent_id,name,team\n1,{quoted},{quoted}\n")
    assert ground.people.people()["1"].name == name
    shown, told = io.StringIO(), io.StringIO()
    write_rows([person_row(person) for person in ground.people.people().values()], "table", shown)
    again = ground.roster(f"agent_id,name,team\n1,{quoted},\n{quoted},x,{'y' * 201}\n", dry_run=True)
    write_plan(again, "table", True, shown, told)
    printed = (shown.getvalue() + told.getvalue()).replace("\n", "")
    assert printed.isprintable()
    assert "\u202e" not in printed


def test_the_result_for_programs_and_people(ground: Ground) -> None:
    plan = ground.roster(BAD, dry_run=True)
    out, told = io.StringIO(), io.StringIO()
    write_plan(plan, "json", False, out, told)
    assert out.getvalue().count("\n") == 1
    assert '"problems": [{"line": 3, "column": "name", "reason": "it is empty"}' in out.getvalue()
    assert '"changes": [{"line": 2, "action": "added", "key": "1001", "detail": ""}' in out.getvalue()
    assert told.getvalue() == ""
    out = io.StringIO()
    write_plan(plan, "csv", True, out, told)
    assert out.getvalue() == "kind,rows,added,changed,removed,unchanged,skipped,applied\nroster,5,2,0,0,0,3,false\n"
    assert told.getvalue().splitlines()[0] == "roster.csv, line 3, name: it is empty."


def test_a_person_for_programs() -> None:
    assert person_object(LI) == {
        "agent_id": "1002",
        "name": "李强",
        "unit": "T1",
        "team": "早班",
        "roles": ["agent", "team_leader"],
        "acd_ids": ["8002"],
        "skills": [],
        "hired_on": "2023-11-05",
        "fte": 0.8,
    }
    assert (person_object(JOSE)["hired_on"], person_object(JOSE)["fte"]) == (None, 1)


WORD = (
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\n"), max_size=12)
    | st.text(st.sampled_from("'=+-@,\" \t"), max_size=5)
).map(str.strip)
PART = WORD.map(lambda text: text.replace(";", "").replace("；", "").strip()).filter(bool)
ROLE = st.sampled_from(["agent", "team_leader", "supervisor", "质检"])


@st.composite
def rosters(draw: st.DrawFn) -> list[Person]:
    """People who do not share ids, in units that exist."""
    ids = draw(st.lists(PART, unique=True, max_size=6))
    acd_ids = iter(draw(st.lists(PART.map(lambda text: f"p/{text}"), unique=True, max_size=8)))
    return [
        Person(
            agent_id,
            draw(WORD.filter(bool)),
            draw(st.sampled_from(["", "T1", "SH"])),
            draw(WORD),
            tuple(draw(st.lists(ROLE, unique=True, max_size=2))),
            tuple(found for found, _wanted in zip(acd_ids, range(draw(st.integers(0, 2))), strict=False)),
            tuple(draw(st.lists(PART, unique=True, max_size=2))),
            draw(st.none() | st.dates(date(1000, 1, 1))),
            draw(st.integers(0, 2000)),
        )
        for agent_id in ids
        if not agent_id.startswith("p/")
    ]


@given(rosters())
def test_what_is_exported_is_imported_as_it_was(ground: Ground, people: list[Person]) -> None:
    out = io.StringIO(newline="")
    write_rows([person_row(person) for person in people], "csv", out)
    text = out.getvalue() or ROSTER.splitlines()[0]
    ground.emptied().units(UNITS)
    plan = ground.roster(text)
    assert reasons(plan) == []
    assert ground.people.people() == {person.agent_id: person for person in people}
    assert ground.roster(text, dry_run=True).count("unchanged") == len(people)
