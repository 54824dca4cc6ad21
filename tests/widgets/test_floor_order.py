from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.floor.model import AgentState
from app.floor.picture import AgentRow
from app.planning.model import Verdict
from tests.widgets.fakes import NOW_MS, evolve, make_row, make_snapshot, row, with_rows
from widgets.floor_columns import Column
from widgets.floor_order import PINNED, FloorOrder, GroupBy, GroupLine, changed_names, collation_key


def order_of(*rows: AgentRow, **settings: object) -> FloorOrder:
    order = FloorOrder()
    for name, value in settings.items():
        setattr(order, name, value)
    order.apply({each.agent: each for each in rows}, NOW_MS)
    return order


def lines_of(order: FloorOrder) -> list[str]:
    lines = [order.line(at) for at in range(order.line_count)]
    return [f"# {line.bucket.name} {line.count}" if isinstance(line, GroupLine) else line.agent for line in lines]


def test_urgent_states_come_first_and_the_longest_in_each() -> None:
    order = order_of(
        row("free", AgentState.AVAILABLE, 900),
        row("talks", AgentState.ON_CALL, 10),
        row("talks long", AgentState.ON_CALL, 500),
        row("away", AgentState.NOT_READY, 1, reason="小休"),
        row("writes", AgentState.WRAP_UP, 5),
    )
    assert lines_of(order) == ["away", "writes", "talks long", "talks", "free"]


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        (Column.AGENT, ["a", "b", "c"]),
        (Column.TIME, ["c", "a", "b"]),
        (Column.CALLS, ["b", "a", "c"]),
        (Column.QUEUE, ["b", "a", "c"]),
        (Column.TEAM, ["a", "c", "b"]),
        (Column.OCCUPANCY, ["a", "b", "c"]),
        (Column.REVERSE, ["c", "b", "a"]),
        (Column.REASON, ["c", "a", "b"]),
    ],
)
def test_each_column_sorts_and_the_empty_come_last_both_ways(column: Column, expected: list[str]) -> None:
    rows = (
        row("a", AgentState.ON_CALL, 20, calls_today=2, queue="west", team="1", busy_ms=9, staffed_ms=10),
        row("b", AgentState.ON_CALL, 10, calls_today=3, queue="east", reverse_ms=5000, busy_ms=1, staffed_ms=10**7),
        row("c", AgentState.NOT_READY, 30, reason="water", team="2", reverse_ms=9000),
    )
    assert lines_of(order_of(*rows, sort_column=column)) == expected
    backwards = lines_of(order_of(*rows, sort_column=column, sort_reversed=True))
    empty_last = {Column.QUEUE: 1, Column.TEAM: 1, Column.OCCUPANCY: 1, Column.REASON: 2}.get(column, 0)
    filled = len(expected) - empty_last
    assert backwards[:filled] == expected[:filled][::-1]
    assert set(backwards[filled:]) == set(expected[filled:])


def test_chinese_names_stand_in_the_order_of_their_pinyin() -> None:
    names = ["张伟", "安娜", "王芳", "李静", "陈磊", "bob", "Alice"]
    assert sorted(names, key=collation_key) == ["Alice", "bob", "安娜", "陈磊", "李静", "王芳", "张伟"]


def test_groups_have_a_line_with_their_count() -> None:
    rows = (row("x", team="二组"), row("y", team="一组"), row("z", team="二组"), row("w"))
    assert lines_of(order_of(*rows, group_by=GroupBy.TEAM)) == [
        *("# 一组 1", "y"),
        *("# 二组 2", "x", "z"),
        *("#  1", "w"),
    ]
    by_state = order_of(row("x"), row("y", AgentState.RINGING), group_by=GroupBy.STATE)
    assert lines_of(by_state) == ["# ringing 1", "y", "# available 1", "x"]


def test_pinned_agents_stay_on_top_in_any_order() -> None:
    rows = (row("a", seconds=9), row("b", seconds=8), row("c", seconds=7))
    assert lines_of(order_of(*rows, pinned={"c"})) == ["c", "a", "b"]
    grouped = order_of(*rows, pinned={"c"}, group_by=GroupBy.STATE)
    assert lines_of(grouped) == [f"# {PINNED.name} 1", "c", "# available 2", "a", "b"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ["off", "hot", "zhou"]),
        ("ZHOU", ["zhou"]),
        ("示忙", ["off"]),
        ("not READY", ["off"]),
        ("通话", ["hot"]),
        ("on call", ["hot"]),
        ("water", ["off"]),
        ("反向", ["off"]),
        ("hotline", ["hot"]),
        ("nights hot", ["hot"]),
        ("[", []),
    ],
)
def test_the_filter_finds_by_every_word_in_both_languages(text: str, expected: list[str]) -> None:
    rows = (
        row("zhou", AgentState.AVAILABLE),
        row("off", AgentState.NOT_READY, reason="Water"),
        row("hot", AgentState.ON_CALL, queue="Hotline", team="Nights"),
    )
    assert lines_of(order_of(*rows, filter_text=text)) == expected


def test_a_change_moves_only_the_agent_who_changed() -> None:
    order = order_of(row("a", seconds=30), row("b", seconds=20), row("c", seconds=10))
    changed = order.apply({**order.rows, "b": row("b", AgentState.NOT_READY, 1)}, NOW_MS)
    assert changed == ["b"]
    assert lines_of(order) == ["b", "a", "c"]


def test_nothing_is_sorted_while_the_lines_are_kept_still() -> None:
    rows = {name: row(name, seconds=seconds) for name, seconds in (("a", 30), ("b", 20), ("c", 10))}
    order = order_of(*rows.values())
    order.freeze()
    moved = row("c", AgentState.NOT_READY, 1)
    order.apply({"a": rows["a"], "c": moved, "new": row("new", AgentState.RINGING)}, NOW_MS)
    assert lines_of(order) == ["a", "b", "c"]
    assert order.line(2) is moved, "the line stays, what it says is new"
    departed = order.line(1)
    assert isinstance(departed, AgentRow)
    assert departed.state is AgentState.SIGNED_OUT
    assert (order.line_of("b"), order.line_of("new")) == (1, None)
    assert order.thaw()
    assert lines_of(order) == ["c", "new", "a"]
    assert not order.thaw()


def test_an_order_that_drifts_is_made_anew_every_few_seconds() -> None:
    busy = replace(row("busy", AgentState.ON_CALL, 0), busy_ms=1_000, staffed_ms=100_000)
    idle = replace(row("idle", AgentState.AVAILABLE, 0), busy_ms=2_000, staffed_ms=100_000)
    order = order_of(busy, idle, sort_column=Column.OCCUPANCY)
    assert lines_of(order) == ["idle", "busy"]
    order.apply(order.rows, NOW_MS + 4_000)
    assert lines_of(order) == ["idle", "busy"]
    order.apply(order.rows, NOW_MS + 60_000)
    assert lines_of(order) == ["busy", "idle"]


def test_what_changed_is_found_by_identity() -> None:
    before = make_snapshot(50).agents
    assert changed_names(before, before) == []
    assert changed_names(before, dict(before)) == []
    after = evolve(make_snapshot(50), 5).agents
    assert set(changed_names(before, {**before, "new": row("new")})) == {"new"}
    gone = next(iter(before))
    assert changed_names(before, {name: each for name, each in before.items() if name != gone}) == [gone]
    assert len(changed_names(before, after)) == 50, "other objects are other rows"
    swapped = dict(reversed(list(before.items())))
    assert changed_names(before, swapped) == []


@given(
    st.integers(0, 2**32),
    st.sampled_from(Column),
    st.booleans(),
    st.sampled_from(GroupBy),
    st.sampled_from(["", "一组", "通话", "8003", "water 二组"]),
)
def test_an_order_kept_up_by_changes_is_the_order_made_anew(
    seed: int, column: Column, backwards: bool, group_by: GroupBy, text: str
) -> None:
    random = Random(seed)
    snapshot = make_snapshot(24, seed)
    names = list(snapshot.agents)
    order = FloorOrder()
    order.sort_column, order.sort_reversed, order.group_by, order.filter_text = column, backwards, group_by, text
    order.pinned = set(random.sample(names, 2))
    order.apply(snapshot.agents, NOW_MS)
    for _step in range(8):
        changed = [make_row(random, name, NOW_MS, team=random.choice(("一组", ""))) for name in random.sample(names, 3)]
        snapshot = with_rows(snapshot, *changed, without=random.sample(names, 1))
        order.apply(snapshot.agents, NOW_MS)
        anew = FloorOrder()
        anew.sort_column, anew.sort_reversed, anew.group_by, anew.filter_text = column, backwards, group_by, text
        anew.pinned = order.pinned
        anew.apply(snapshot.agents, NOW_MS)
        assert lines_of(order) == lines_of(anew)
        for at in range(order.line_count):
            line = order.line(at)
            if isinstance(line, AgentRow):
                assert line is snapshot.agents[line.agent]
                assert order.line_of(line.agent) == at


def out(agent: str, seconds: int, *, severe: bool = False, shift_change: bool = False) -> AgentRow:
    return row(
        agent,
        verdict=Verdict.OUT,
        verdict_since_ms=NOW_MS - seconds * 1000,
        severe=severe,
        shift_change=shift_change,
    )


def test_by_adherence_the_severe_come_first_then_the_longest_and_a_change_of_shift_hides_nobody() -> None:
    late = [out(f"late {n}", 300, shift_change=True) for n in range(30)]
    rows = [
        *late,
        row("keeps", verdict=Verdict.IN, verdict_since_ms=NOW_MS - 9_000_000),
        row("unplanned"),
        out("strayed", 130),
        out("long astray", 500),
        out("gone", 700, severe=True),
        out("never came", 4000, severe=True, shift_change=True),
    ]
    order = order_of(*rows, sort_column=Column.VERDICT)
    names = [line.agent for at in range(order.line_count) if isinstance(line := order.line(at), AgentRow)]
    assert names[:4] == ["never came", "gone", "long astray", "strayed"]
    assert set(names[4:34]) == {each.agent for each in late}
    assert names[34:] == ["keeps", "unplanned"]


def test_only_who_is_out_is_shown_and_comes_and_goes_with_the_verdict() -> None:
    order = order_of(out("a", 200), row("b", verdict=Verdict.IN), row("c"))
    order.only_out = True
    order.arrange(NOW_MS)
    assert order.matching_count == 1
    order.apply({"a": row("a", verdict=Verdict.IN), "b": out("b", 121), "c": row("c")}, NOW_MS)
    assert order.nearest(0) == "b"
    order.filter_text = "nobody is called so"
    order.arrange(NOW_MS)
    assert order.matching_count == 0
