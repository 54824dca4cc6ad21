from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.imports import Parsed
from app.core.output import write_rows
from app.people.model import Level, Unit
from app.people.rules import unit_problems
from app.people.service import unit_row
from tests.people.ground import UNITS, Ground, reasons

HEADER = "unit,name,level,parent\n"


def test_units_come_in_whatever_their_order_and_only_once(ground: Ground) -> None:
    assert ground.people.units() == {
        "HQ": Unit("HQ", "总部", Level.GROUP),
        "SH": Unit("SH", "上海中心", Level.CENTRE, "HQ"),
        "T1": Unit("T1", "一班", Level.TEAM, "SH"),
        "T2": Unit("T2", "二班", Level.TEAM, "SH"),
    }
    header, *rows = UNITS.splitlines()
    before = ground.people.revision()
    assert ground.units("\n".join([header, *reversed(rows)])).count("unchanged") == 4
    assert ground.people.revision() == before
    assert ground.units(HEADER + "BJ3,三班,班组,BJ\nBJ,北京,Center,HQ\n").count("added") == 2


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ("A,a,team,X\n", [(2, "parent", "there is no unit “X”")]),
        ("A,a,floor,\n", [(2, "level", "“floor” is none of: group, region, province, city, centre, team")]),
        (",a,team,\n", [(2, "unit", "it is empty")]),
        ("A,,team,\n", [(2, "name", "it is empty")]),
        ("A,a,team,\nA,b,team,\n", [(3, "unit", "“A” is on line 2 already")]),
        ("A,a,team,A\n", [(2, "parent", "the units above it lead back to it: “A” → “A”")]),
        ("A,a,group,T1\n", [(2, "parent", "a group cannot lie under “T1”, which is a team")]),
        ("A,a,team,T1\n", [(2, "parent", "a team cannot lie under “T1”, which is a team")]),
        ("SH,s,team,HQ\n", [(2, "level", "unit “T1”, which is a team, lies under it and cannot lie under a team")]),
        ("HQ,h,group,T1\n", [(2, "parent", "the units above it lead back to it: “HQ” → “T1” → “SH” → “HQ”")]),
        (
            "A,a,city,B\nB,b,province,A\nC,c,team,A\nD,d,team,\n",
            [
                (2, "parent", "the units above it lead back to it: “A” → “B” → “A”"),
                (3, "parent", "the units above it lead back to it: “B” → “A” → “B”"),
                (4, "parent", "there is no unit “A”"),
            ],
        ),
    ],
)
def test_what_would_break_the_tree_is_named(ground: Ground, rows: str, expected: list[tuple[int, str, str]]) -> None:
    before = ground.everything()
    assert reasons(ground.units(HEADER + rows)) == expected
    assert ground.everything() == before


def test_only_what_hangs_on_bad_rows_is_left_out_with_them(ground: Ground) -> None:
    plan = ground.units(HEADER + "A,a,nothing,\nB,b,city,A\nC,c,team,B\nD,d,team,HQ\n", skip_bad=True)
    assert [bad.line for bad in plan.bad_rows] == [2, 3, 4]
    assert set(ground.people.units()) == {"HQ", "SH", "T1", "T2", "D"}


def test_a_parent_column_left_out_leaves_the_tree(ground: Ground) -> None:
    assert ground.units("unit,name,level\nT1,甲班,team\n").change_rows() == [
        {"line": 2, "action": "changed", "key": "T1", "detail": "name: 一班 → 甲班"}
    ]
    assert ground.people.units()["T1"].parent == "SH"


NAMES = st.sampled_from("ABCDEF")
FOREST = st.dictionaries(NAMES, st.tuples(st.sampled_from(Level), NAMES | st.just("")), max_size=6)


def made(forest: dict[str, tuple[Level, str]]) -> dict[str, Unit]:
    return {unit: Unit(unit, unit, level, parent) for unit, (level, parent) in forest.items()}


def is_sound(units: dict[str, Unit]) -> bool:
    """Whether every unit lies under one of a higher level: then there is no cycle either."""
    return all(
        not unit.parent or (unit.parent in units and units[unit.parent].level.depth < unit.level.depth)
        for unit in units.values()
    )


@given(FOREST, FOREST)
def test_a_change_is_taken_exactly_when_the_tree_stays_sound(
    stored: dict[str, tuple[Level, str]], changed: dict[str, tuple[Level, str]]
) -> None:
    before = made(stored) if is_sound(made(stored)) else {}
    wanted = [Parsed(line, unit) for line, unit in enumerate(made(changed).values(), 2)]
    problems = unit_problems(before, wanted)
    assert (not problems) == is_sound({**before, **{each.record.unit: each.record for each in wanted}})
    assert {bad.line for bad in problems} <= {each.line for each in wanted}


@given(FOREST)
def test_units_exported_are_imported_as_they_were(ground: Ground, forest: dict[str, tuple[Level, str]]) -> None:
    out = io.StringIO(newline="")
    write_rows([unit_row(unit) for unit in made(forest).values()], "csv", out)
    plan = ground.emptied().units(out.getvalue() or HEADER)
    assert plan.applied == is_sound(made(forest))
    assert ground.people.units() == (made(forest) if plan.applied else {})
