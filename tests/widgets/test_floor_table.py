"""The floor table in a running app: cursor, keys, mouse, and what is left alone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from textual import on
from textual.app import App, ComposeResult
from textual.events import MouseScrollDown
from textual.message import Message
from textual.pilot import Pilot

from app.core.clock import ManualClock
from app.floor.model import AgentState
from app.floor.picture import AgentRow, FloorSnapshot
from tests.widgets.fakes import HOSTILE_NAMES, NOW_MS, evolve, make_snapshot, row, with_rows
from tests.widgets.golden import speaking
from widgets.floor_columns import Column
from widgets.floor_table import FloorTable


class TableApp(App[None]):
    """A floor table and nothing else; remembers what the table said."""

    def __init__(self) -> None:
        super().__init__()
        self.floor_clock = ManualClock(NOW_MS)
        self.said: list[Message] = []

    def compose(self) -> ComposeResult:
        yield FloorTable(self.floor_clock, empty_text="Nobody is here. Start the engine.")

    @on(FloorTable.AgentHighlighted)
    @on(FloorTable.AgentChosen)
    @on(FloorTable.SortChanged)
    def remember(self, message: Message) -> None:
        self.said.append(message)

    @property
    def table(self) -> FloorTable:
        return self.query_one(FloorTable)

    def lines(self) -> list[str]:
        return [strip.text.rstrip() for strip in self.screen._compositor.render_strips()]

    def cursor_and_count(self) -> tuple[str | None, int]:
        return self.table.cursor_agent, self.table.matching_count

    def chosen(self) -> list[str]:
        return [message.agent for message in self.said if isinstance(message, FloorTable.AgentChosen)]


@asynccontextmanager
async def running(
    snapshot: FloorSnapshot | None = None, size: tuple[int, int] = (80, 11)
) -> AsyncIterator[tuple[TableApp, Pilot[None]]]:
    with speaking("en"):
        app = TableApp()
        async with app.run_test(size=size) as pilot:
            if snapshot is not None:
                app.table.show(snapshot)
            app.table.focus()
            await pilot.pause()
            yield app, pilot


def floor(*rows: AgentRow) -> FloorSnapshot:
    return replace(make_snapshot(0), agents={each.agent: each for each in rows})


def staffed(count: int) -> FloorSnapshot:
    """Agents a00, a01 … all available, each a second shorter than the one before, so that this is their order."""
    return floor(*(row(f"a{number:02d}", seconds=500 - number) for number in range(count)))


async def test_an_empty_floor_says_what_to_do_and_a_filter_with_no_match_says_so() -> None:
    async with running() as (app, pilot):
        assert "Nobody is here. Start the engine." in "\n".join(app.lines())
        app.table.show(staffed(3))
        app.table.filter_text = "[/]"
        await pilot.pause()
        assert "Nobody on the floor matches the filter [/]." in "\n".join(app.lines())
        assert app.table.cursor_agent is None
        assert (app.table.agent_count, app.table.matching_count) == (3, 0)


async def test_the_cursor_rests_on_top_until_a_person_moves_it_and_then_follows_the_agent() -> None:
    async with running(staffed(5)) as (app, pilot):
        table = app.table
        assert table.cursor_agent == "a00"
        urgent = row("a04", AgentState.NOT_READY, 5, reason="小休")
        snapshot = with_rows(staffed(5), urgent)
        table.show(snapshot)
        assert table.cursor_agent == "a04", "untouched: the most urgent"
        await pilot.press("down", "down")
        assert table.cursor_agent == "a01"
        table.release()
        table.show(with_rows(snapshot, row("a01", AgentState.AVAILABLE, 1)))
        await pilot.pause()
        assert table.cursor_agent == "a01"
        assert app.lines()[5].startswith("› ○ available   a01"), "the cursor went to the end with its agent"


async def test_lines_stay_where_they_are_for_a_while_after_a_key() -> None:
    async with running(staffed(5)) as (app, pilot):
        await pilot.press("down")
        app.table.show(with_rows(staffed(5), row("a03", AgentState.NOT_READY, 1, reason="小休"), without=["a04"]))
        await pilot.pause()
        still = app.lines()
        assert [line[16:19] for line in still[1:6]] == ["a00", "a01", "a02", "a03", "a04"]
        assert "not ready" in still[4]
        assert "signed out" in still[5]
        app.floor_clock.advance_ms(600_000)
        app.table.tick()
        await pilot.pause()
        assert "a03" in app.lines()[4], "a fast demo's seconds are not the person's"
        app.table.release()
        await pilot.pause()
        assert [line[16:19] for line in app.lines()[1:6]] == ["a03", "a00", "a01", "a02", ""]
        assert app.table.cursor_agent == "a01"


async def test_the_hold_ends_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("widgets.row_table.HOLD_SECONDS", 0.01)
    async with running(staffed(5)) as (app, pilot):
        await pilot.press("down")
        app.table.show(with_rows(staffed(5), row("a03", AgentState.NOT_READY, 1)))
        async with asyncio.timeout(10):
            while "not ready" not in app.lines()[1]:
                await pilot.pause()
        assert app.table.cursor_agent == "a01"


async def test_a_scrolled_list_keeps_the_agent_on_the_same_line_of_the_screen() -> None:
    async with running(staffed(60)) as (app, pilot):
        await pilot.press("pagedown", "pagedown", "up", "up", "up")
        agent = app.table.cursor_agent
        assert agent is not None
        before = next(at for at, line in enumerate(app.lines()) if agent in line)
        assert app.table.scroll_offset.y > 0
        app.table.release()
        away = [row(f"a{number:02d}", AgentState.NOT_READY, 1) for number in (50, 51, 52)]
        app.table.show(with_rows(staffed(60), *away))
        await pilot.pause()
        assert app.table.cursor_agent == agent
        assert agent in app.lines()[before]


async def test_a_cursor_whose_agent_left_goes_to_the_neighbour() -> None:
    async with running(staffed(5)) as (app, pilot):
        await pilot.press("down", "down")
        app.table.release()
        app.table.show(with_rows(staffed(5), without=["a02"]))
        assert app.table.cursor_agent == "a03"
        app.table.show(floor())
        assert app.cursor_and_count() == (None, 0)
        await pilot.press("enter", "down", "end")
        assert app.chosen() == []


async def test_keys_go_through_groups_to_the_ends() -> None:
    snapshot = floor(*(row(f"a{number}", team=f"t{number % 3}", seconds=90 - number) for number in range(30)))
    async with running(snapshot) as (app, pilot):
        app.table.group_by = "team"
        await pilot.press("home")
        assert app.table.cursor_agent == "a0"
        await pilot.press("up")
        assert app.table.cursor_agent == "a0", "there is nothing above the first agent"
        await pilot.press("end")
        assert app.table.cursor_agent == "a29"
        await pilot.press("down")
        assert app.table.cursor_agent == "a29"
        app.table.cursor_agent = "a1"
        assert "t1 · 10 agents" in "\n".join(app.lines()), "the line above the group comes along"
        await pilot.press("up")
        assert app.table.cursor_agent == "a27", "over the line above the group"
        await pilot.press("down")
        assert app.table.cursor_agent == "a1"


async def test_choosing_by_key_and_by_mouse() -> None:
    async with running(staffed(5)) as (app, pilot):
        await pilot.press("enter")
        assert app.chosen() == ["a00"]
        await pilot.click(FloorTable, offset=(20, 3))
        assert app.table.cursor_agent == "a02"
        assert app.chosen() == ["a00"]
        await pilot.click(FloorTable, offset=(20, 4), times=2)
        assert app.chosen() == ["a00", "a03"]
        await pilot.click(FloorTable, offset=(20, 9))
        assert app.table.cursor_agent == "a03", "below the last line there is nobody"


async def test_a_click_on_a_title_sorts_and_a_second_one_turns_it_round() -> None:
    async with running(staffed(5)) as (app, pilot):
        await pilot.click(FloorTable, offset=(18, 0))
        assert (app.table.sort_key, app.table.sort_reversed) == (Column.AGENT, False)
        await pilot.click(FloorTable, offset=(18, 0))
        assert (app.table.sort_key, app.table.sort_reversed) == (Column.AGENT, True)
        await pilot.pause()
        assert "Agent↓" in app.lines()[0]
        assert "a04" in app.lines()[1]
        sorts = [message for message in app.said if isinstance(message, FloorTable.SortChanged)]
        assert [(message.column, message.backwards) for message in sorts] == [
            (Column.AGENT, False),
            (Column.AGENT, True),
        ]


async def test_pinning_keeps_an_agent_on_top() -> None:
    async with running(staffed(5)) as (app, pilot):
        await pilot.press("end")
        assert app.table.toggle_pin()
        await pilot.pause()
        assert app.lines()[1].startswith("›*○ available   a04")
        assert app.table.pinned == {"a04"}
        assert not app.table.toggle_pin()
        assert app.table.toggle_pin("a02")


async def test_only_a_new_number_of_lines_lays_the_table_out_again(monkeypatch: pytest.MonkeyPatch) -> None:
    async with running(make_snapshot(60)) as (app, _pilot):
        table = app.table
        sizes: list[object] = []
        monkeypatch.setattr(FloorTable, "watch_virtual_size", lambda _self, size: sizes.append(size), raising=False)
        assert table.virtual_size.height == 61
        snapshot = make_snapshot(60)
        for seed in range(5):
            snapshot = evolve(snapshot, 10, seed)
            app.floor_clock.set_ms(snapshot.at_ms)
            table.show(snapshot)
            table.tick()
        assert sizes == []
        table.show(with_rows(snapshot, without=[next(iter(snapshot.agents))]))
        assert table.virtual_size.height == 60
        assert len(sizes) == 1
        table.group_by = "state"
        assert table.virtual_size.height > 60


async def test_only_visible_lines_are_painted() -> None:
    async with running(make_snapshot(1000)) as (app, pilot):
        assert len(app.table._painter._seen) == 10
        app.floor_clock.advance_ms(1000)
        app.table.tick()
        await pilot.pause()
        assert len(app.table._painter._seen) == 10


async def test_hostile_names_do_nothing_in_a_running_app() -> None:
    async with running(make_snapshot(names=HOSTILE_NAMES), size=(140, 14)) as (app, pilot):
        text = "\n".join(app.lines())
        assert "[@click=app.quit]x" in text
        assert "\x1b" not in text
        for y in range(1, 11):
            await pilot.click(FloorTable, offset=(20, y))
        assert app.is_running
        assert app.table.cursor_agent in HOSTILE_NAMES


async def test_the_language_is_switched_in_place() -> None:
    async with running(staffed(2)) as (app, pilot):
        with speaking("zh"):
            app.table.retranslate()
            await pilot.pause()
            assert "空闲" in app.lines()[1]
            assert "坐席" in app.lines()[0]


async def test_a_list_that_gets_short_is_seen_from_its_top() -> None:
    async with running(staffed(60)) as (app, pilot):
        await pilot.press("end")
        assert app.table.scroll_offset.y == 50
        app.table.filter_text = "a1"
        await pilot.pause()
        assert app.table.scroll_offset.y == 0
        assert [line[16:19] for line in app.lines()[1:]] == [f"a{number}" for number in range(10, 20)]
        assert app.table.cursor_agent == "a19", "the nearest to where the cursor was"
        app.table.filter_text = ""
        await pilot.pause()
        assert app.lines()[10].startswith("› "), "the cursor is in sight again"


async def test_a_turn_of_the_wheel_keeps_lines_still_and_the_focus_shows_in_the_cursor() -> None:
    async with running(staffed(60)) as (app, pilot):
        await pilot._post_mouse_events([MouseScrollDown], FloorTable, offset=(5, 5))
        await pilot.pause()
        assert app.table.scroll_offset.y > 0
        app.table.show(with_rows(staffed(60), row("a59", AgentState.NOT_READY, 1)))
        assert app.table.cursor_agent == "a00", "the line it was on is kept still"
        app.table.release()
        app.table.scroll_home(animate=False)
        await pilot.pause()
        focused = app.screen._compositor.render_strips()[2]
        app.set_focus(None)
        await pilot.pause()
        blurred = app.screen._compositor.render_strips()[2]
        assert focused.text == blurred.text
        assert focused != blurred


async def test_without_colour_every_sign_is_still_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    snapshot = floor(row("a", AgentState.WRAP_UP, 130), row("b", AgentState.NOT_READY, 10, reason="小休"))
    async with running(snapshot) as (app, _pilot):
        strips = app.screen._compositor.render_strips()
        colours = {segment.style.color for strip in strips for segment in strip if segment.style is not None}
        triplets = [colour.get_truecolor() for colour in colours if colour is not None]
        assert triplets
        assert all(red == green == blue for red, green, blue in triplets)
        assert app.lines()[1].startswith("› × not ready")
        assert "2:10■" in app.lines()[2]


async def test_a_frame_round_the_table_is_drawn_the_general_way() -> None:
    async with running(staffed(3)) as (app, pilot):
        app.table.styles.border = ("round", "red")
        await pilot.pause()
        assert app.lines()[0].startswith("╭")
        assert "a00" in app.lines()[2]
        await pilot.click(FloorTable, offset=(20, 3))
        assert app.table.cursor_agent == "a01"
