from __future__ import annotations

from dataclasses import replace

import pytest

from app.core.clock import ManualClock
from app.floor.figures import ServiceFigures
from app.floor.model import AgentState
from app.floor.picture import FloorSnapshot, QueueRow, count_states
from tests.widgets.fakes import NOW_MS, evolve, make_snapshot, row
from tests.widgets.golden import hold_to, speaking, texts
from widgets.kpis import Kpi, Tile, make_tiles
from widgets.levels import Level
from widgets.tiles import TileRow


def tiles_of(snapshot: FloorSnapshot, now_ms: int = NOW_MS) -> dict[Kpi, Tile]:
    return {tile.kpi: tile for tile in make_tiles(snapshot, count_states(snapshot.agents, now_ms), now_ms)}


def quiet(**changes: object) -> FloorSnapshot:
    empty = replace(make_snapshot(0), queues=(), today=ServiceFigures(), interval=ServiceFigures())
    return replace(empty, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize("width", [80, 120, 200])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_tiles_as_text(language: str, width: int) -> None:
    with speaking(language):
        tiles = TileRow(ManualClock(NOW_MS))
        tiles.show(make_snapshot())
        lines = texts(tiles.paint(width))
        assert len(lines) == {80: 4, 120: 6, 200: 3}[width]
        hold_to(f"tiles_{language}_{width}", lines, width)


def test_before_the_first_picture_the_room_is_kept() -> None:
    tiles = TileRow(ManualClock(NOW_MS))
    assert [len(tiles.paint(width)) for width in (80, 120, 200)] == [4, 6, 3]
    assert tiles.tiles == ()


def test_an_empty_floor_has_empty_figures_and_no_alarm() -> None:
    tiles = tiles_of(quiet())
    empty = {Kpi.BREAK_RATE, Kpi.LONGEST_WAIT, Kpi.SERVICE_LEVEL_TODAY, Kpi.SERVICE_LEVEL_INTERVAL}
    empty |= {Kpi.ANSWER_RATE, Kpi.OCCUPANCY}
    assert {kpi for kpi, tile in tiles.items() if tile.figure == "–"} == empty
    assert {tile.level for tile in tiles.values()} == {Level.NORMAL}


def test_figures_and_levels() -> None:
    with speaking("en"):
        rows = [row(f"talks {n}", AgentState.ON_CALL) for n in range(6)]
        rows += [row("held", AgentState.HOLD), row("rings", AgentState.RINGING), row("seen", signed_in=False)]
        rows += [row("rests", AgentState.NOT_READY, reason="break"), row("eats", AgentState.NOT_READY, reason="meal")]
        figures = ServiceFigures(offered=10, answered=9, answered_within=7, abandoned=1)
        queue = QueueRow("q", 5, NOW_MS - 61_000, figures, figures)
        snapshot = quiet(agents={each.agent: each for each in rows}, queues=(queue,), today=figures, interval=figures)
        tiles = tiles_of(snapshot)
        assert {kpi: (tile.figure, tile.note, tile.level) for kpi, tile in tiles.items()} == {
            Kpi.SIGNED_IN: ("10", "+1 inferred", Level.NORMAL),
            Kpi.AVAILABLE: ("1", "", Level.NORMAL),
            Kpi.ON_CALL: ("6", "on hold 1 ringing 1", Level.NORMAL),
            Kpi.WRAP_UP: ("0", "", Level.NORMAL),
            Kpi.NOT_READY: ("2", "break 1 meal 1", Level.NORMAL),
            Kpi.BREAK_RATE: ("10.0%", "", Level.NOTICE),
            Kpi.WAITING: ("5", "", Level.NOTICE),
            Kpi.LONGEST_WAIT: ("1:01", "", Level.WARN),
            Kpi.SERVICE_LEVEL_TODAY: ("70.0%", "20 s", Level.NOTICE),
            Kpi.SERVICE_LEVEL_INTERVAL: ("70.0%", "30 min", Level.NOTICE),
            Kpi.ANSWER_RATE: ("90.0%", "9/10", Level.NORMAL),
            Kpi.OCCUPANCY: (tiles[Kpi.OCCUPANCY].figure, "", tiles[Kpi.OCCUPANCY].level),
        }
        assert (tiles[Kpi.SIGNED_IN].short_note, tiles[Kpi.ON_CALL].short_note) == ("+1?", "◐1 ◉1")


def test_callers_waiting_with_nobody_free_is_an_alarm() -> None:
    queue = QueueRow("q", 1, NOW_MS, ServiceFigures(), ServiceFigures())
    assert tiles_of(quiet(queues=(queue,)))[Kpi.AVAILABLE].level is Level.WARN


def test_every_figure_says_its_formula_with_its_numbers() -> None:
    for language in ("zh", "en"):
        with speaking(language):
            tiles = tiles_of(replace(make_snapshot(), threshold_seconds=17, interval_minutes=15))
            assert all(len(tile.formula) >= 8 and "{" not in tile.formula for tile in tiles.values())
            assert "17" in tiles[Kpi.SERVICE_LEVEL_TODAY].formula
            assert "15" in tiles[Kpi.SERVICE_LEVEL_INTERVAL].formula


def test_the_longest_wait_and_the_occupancy_tick() -> None:
    clock = ManualClock(NOW_MS)
    tiles = TileRow(clock)
    tiles.show(make_snapshot())
    before = {tile.kpi: tile.figure for tile in tiles.tiles}
    clock.advance_ms(600_000)
    tiles.tick()
    after = {tile.kpi: tile.figure for tile in tiles.tiles}
    assert {kpi for kpi in before if before[kpi] != after[kpi]} == {Kpi.LONGEST_WAIT, Kpi.OCCUPANCY}


def test_a_newer_picture_counts_as_if_it_were_the_first() -> None:
    clock = ManualClock(NOW_MS)
    tiles, anew = TileRow(clock), TileRow(clock)
    snapshot = make_snapshot()
    for seed in range(5):
        tiles.show(snapshot)
        snapshot = evolve(snapshot, 20, seed)
        clock.set_ms(snapshot.at_ms)
    tiles.show(snapshot)
    anew.show(snapshot)
    assert tiles.tiles == anew.tiles


def test_levels_have_a_sign_beside_the_figure() -> None:
    with speaking("en"):
        tiles = TileRow(ManualClock(NOW_MS))
        tiles.show(make_snapshot())
        text = "\n".join(texts(tiles.paint(80)))
        for tile in tiles.tiles:
            assert (tile.figure + tile.level.sign).rstrip() in text
