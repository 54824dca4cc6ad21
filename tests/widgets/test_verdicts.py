"""How a verdict of adherence stands on a line of the floor table and in its tile."""

from __future__ import annotations

from dataclasses import replace

import pytest
from rich.cells import cell_len

from app.floor.picture import count_states
from app.planning.model import Verdict
from tests.widgets.fakes import NOW_MS, make_snapshot, row, with_plan, with_rows
from tests.widgets.golden import floor_text, hold_to, speaking
from widgets.floor_columns import Column, place_columns
from widgets.floor_line import verdict_cell
from widgets.floor_order import FloorOrder
from widgets.kpis import Kpi, make_tiles
from widgets.levels import Level
from widgets.verdicts import VERDICT_GLYPHS, verdict_glyph, verdict_style


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("width", [80, 120, 200])
def test_the_floor_with_its_verdicts(language: str, width: int) -> None:
    with speaking(language):
        snapshot = with_plan(make_snapshot(24))
        order = FloorOrder()
        order.sort_column = Column.VERDICT
        order.apply(snapshot.agents, NOW_MS)
        order.arrange(NOW_MS)
        hold_to(f"floor_verdicts_{language}_{width}", floor_text(order, width), width)


def test_every_verdict_has_a_glyph_of_its_own_in_one_cell() -> None:
    glyphs = [*VERDICT_GLYPHS.values(), verdict_glyph(Verdict.OUT, severe=True)]
    assert set(VERDICT_GLYPHS) == set(Verdict)
    assert len(set(glyphs)) == len(glyphs)
    assert all(cell_len(glyph) == 1 for glyph in glyphs)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("verdict", [None, *Verdict])
@pytest.mark.parametrize("seconds", [0, 59, 35_999, 90_000])
def test_a_cell_is_as_wide_as_its_column(language: str, verdict: Verdict | None, seconds: int) -> None:
    with speaking(language):
        places = place_columns(100, with_team=False, with_verdict=True)
        width = next(place.width for place in places if place.column is Column.VERDICT)
        assert cell_len(verdict_cell(row("a", verdict=verdict), seconds, width)) == width + 1


def test_severe_is_another_word_glyph_and_colour() -> None:
    with speaking("en"):
        mild = row("a", verdict=Verdict.OUT)
        width = 20
        assert verdict_cell(mild, 125, width).split() == ["▲", "out", "2:05"]
        assert verdict_cell(replace(mild, severe=True), 665, width).split() == ["■", "severe", "11:05"]
    assert verdict_style(Verdict.OUT, severe=True) == "verdict-severe"
    assert verdict_style(Verdict.NO_SCHEDULE) == "verdict-no-schedule"


def test_the_tile_counts_who_is_out_only_where_there_is_a_plan() -> None:
    with speaking("en"):
        snapshot = make_snapshot(20)
        kpis = {tile.kpi for tile in make_tiles(snapshot, count_states(snapshot.agents, NOW_MS), NOW_MS)}
        assert Kpi.OUT_OF_ADHERENCE not in kpis
        keep = [row(f"k{n}", verdict=Verdict.IN) for n in range(40)]
        out = [row("o", verdict=Verdict.OUT), row("s", verdict=Verdict.OUT, severe=True)]
        snapshot = with_rows(make_snapshot(0), *keep, *out, row("n", verdict=Verdict.NO_SCHEDULE))
        count = count_states(snapshot.agents, NOW_MS)
        assert (count.planned, count.out, count.severe) == (42, 2, 1)
        (tile,) = [each for each in make_tiles(snapshot, count, NOW_MS) if each.kpi is Kpi.OUT_OF_ADHERENCE]
        assert (tile.figure, tile.note, tile.short_note, tile.level) == ("2", "1 severe", "■1", Level.NOTICE)
        assert "grace" in tile.formula
