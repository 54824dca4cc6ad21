from __future__ import annotations

from itertools import pairwise

import pytest
from rich.cells import cell_len

from tests.widgets.golden import speaking
from widgets.columns import GAP
from widgets.floor_columns import DROPPED_FIRST, Column, column_title, place_columns


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("with_team", [True, False])
def test_columns_never_overlap_nor_leave_the_line(language: str, with_team: bool) -> None:
    with speaking(language):
        for width in range(24, 260):
            places = place_columns(width, with_team=with_team, with_verdict=with_team)
            for place, following in pairwise(places):
                assert place.x + place.width + GAP == following.x
            assert places[-1].x + places[-1].width <= width
            assert all(cell_len(place.title) <= place.width for place in places if width >= 40)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_narrower_line_drops_columns_in_the_defined_order(language: str) -> None:
    with speaking(language):
        dropped: list[Column] = []
        kept = set(Column)
        for width in range(250, 20, -1):
            now = {place.column for place in place_columns(width, with_team=True, with_verdict=True)}
            assert now <= kept
            dropped += [column for column in DROPPED_FIRST if column in kept - now]
            kept = now
        assert dropped == list(DROPPED_FIRST)
        assert kept == {Column.STATE, Column.AGENT}


def test_without_a_roster_there_is_no_team_column() -> None:
    assert Column.TEAM not in {place.column for place in place_columns(200, with_team=False)}


def test_without_a_plan_there_is_no_column_of_adherence() -> None:
    assert Column.VERDICT not in {place.column for place in place_columns(200, with_team=True)}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_eighty_columns_show_who_is_out_and_for_how_long(language: str) -> None:
    with speaking(language):
        shown = {place.column for place in place_columns(79, with_team=True, with_verdict=True)}
        assert {Column.STATE, Column.AGENT, Column.REASON, Column.TIME, Column.VERDICT} <= shown


def test_a_wide_line_has_every_column_with_its_full_title() -> None:
    with speaking("en"):
        places = place_columns(240, with_team=True, with_verdict=True)
        assert [place.title for place in places] == [column_title(column) for column in Column]


def test_eighty_columns_show_what_a_supervisor_acts_on() -> None:
    with speaking("zh"):
        shown = {place.column for place in place_columns(79, with_team=False)}
        assert shown == set(Column) - {Column.TEAM, Column.VERDICT}
    with speaking("en"):
        shown = {place.column for place in place_columns(79, with_team=False)}
        assert {Column.STATE, Column.AGENT, Column.REASON, Column.TIME, Column.QUEUE} <= shown
