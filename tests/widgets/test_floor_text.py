"""What the floor table says, as text: both languages, narrow and wide, and names that mean harm."""

from __future__ import annotations

import unicodedata

import pytest

from app.floor.model import AgentState
from tests.widgets.fakes import HOSTILE_NAMES, NOW_MS, make_snapshot, row
from tests.widgets.golden import floor_text, hold_to, speaking
from widgets.floor_columns import place_columns
from widgets.floor_line import reason_cell
from widgets.floor_order import FloorOrder, GroupBy


def order_of(*, group_by: GroupBy = GroupBy.NONE, names: tuple[str, ...] | None = None) -> FloorOrder:
    snapshot = make_snapshot(24, names=names)
    order = FloorOrder()
    order.group_by = group_by
    order.pinned = {next(iter(snapshot.agents))}
    order.apply(snapshot.agents, NOW_MS)
    return order


@pytest.mark.parametrize("width", [80, 200])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_lines(language: str, width: int) -> None:
    with speaking(language):
        order = order_of()
        agent = order.nearest(3)
        hold_to(f"floor_{language}_{width}", floor_text(order, width, cursor=agent), width)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("group_by", [GroupBy.TEAM, GroupBy.STATE])
def test_groups(language: str, group_by: GroupBy) -> None:
    with speaking(language):
        hold_to(f"floor_by_{group_by}_{language}_100", floor_text(order_of(group_by=group_by), 100), 100)


@pytest.mark.parametrize("width", [30, 80, 200])
def test_hostile_names_are_shown_and_break_nothing(width: int) -> None:
    lines = floor_text(order_of(names=HOSTILE_NAMES), width)
    assert len(lines) == 1 + len(HOSTILE_NAMES)
    for line in lines:
        assert not [c for c in line if unicodedata.category(c) in {"Cc", "Cf", "Cs", "Zl", "Zp"}]
    hold_to(f"floor_hostile_{width}", lines, width)


def test_hostile_reasons_queues_and_teams_too() -> None:
    for name in HOSTILE_NAMES:
        rows = {
            "a": row("a", AgentState.NOT_READY, reason=name, team=name, unmapped=True),
            "b": row("b", AgentState.ON_CALL, queue=name, team=name),
        }
        order = FloorOrder()
        order.group_by = GroupBy.TEAM
        order.apply(rows, NOW_MS)
        for line in floor_text(order, 120):
            assert not [c for c in line if unicodedata.category(c) in {"Cc", "Cf", "Cs", "Zl", "Zp"}]


def test_time_goes_on_without_a_new_fact() -> None:
    with speaking("en"):
        order = FloorOrder()
        order.apply({"a": row("a", AgentState.WRAP_UP, 59)}, NOW_MS)
        assert "0:59 " in floor_text(order, 80)[1]
        assert "1:00▲" in floor_text(order, 80, now_ms=NOW_MS + 1_000)[1]
        assert "2:00■" in floor_text(order, 80, now_ms=NOW_MS + 61_000)[1]


def test_a_guess_is_marked() -> None:
    with speaking("en"):
        order = FloorOrder()
        order.apply({"a": row("a", AgentState.ON_CALL, signed_in=False)}, NOW_MS)
        assert "● on call? " in floor_text(order, 80)[1]
        unmapped = row("a", AgentState.NOT_READY, reason="feeding the cat", unmapped=True)
        assert reason_cell(unmapped, 20) == "feeding the cat ?   "
        assert reason_cell(unmapped, 10) == "feeding… ?"
        assert reason_cell(row("a", AgentState.NOT_READY, unmapped=True), 14) == "no reason ?   "
        assert reason_cell(row("a", AgentState.ON_CALL), 4) == "    "


def test_every_state_has_a_glyph_and_a_word_that_fit() -> None:
    for language in ("zh", "en"):
        with speaking(language):
            width = place_columns(80, with_team=False)[0].width
            order = FloorOrder()
            rows = {state.value: row(state.value, state, signed_in=False) for state in AgentState}
            order.apply(rows, NOW_MS)
            cells = {line[2 : 2 + width] for line in floor_text(order, 80)[1:]}
            assert len(cells) == len({cell[0] for cell in cells}) == len(AgentState)
            assert not [cell for cell in cells if "…" in cell]
