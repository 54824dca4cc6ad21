"""A supervisor's hands on the floor: filter, sort, group, pin, language, size."""

from __future__ import annotations

import pytest
from textual.widgets import Input

from app.planning.model import Verdict
from screens.app import WatchfloorApp
from screens.floor import FloorScreen
from screens.help import HelpScreen
from screens.lines import HintLine
from screens.palette import FloorPalette, match_score
from tests.screens.conftest import Running, screen_text
from tests.screens.fakes import FakeFeed, small_feed
from tests.widgets.fakes import NOW_MS, evolve, make_snapshot, with_plan
from widgets.floor_columns import Column
from widgets.floor_order import GroupBy
from widgets.tiles import TileRow


def floor(app: WatchfloorApp) -> FloorScreen:
    assert isinstance(app.screen, FloorScreen)
    return app.screen


async def test_the_first_frame_says_that_the_floor_is_being_opened(running: Running) -> None:
    app = WatchfloorApp()
    async with running(app) as pilot:
        assert "Opening the floor…" in screen_text(app)
        app.attach_feed(small_feed())
        await pilot.pause()
        assert "Opening the floor…" not in screen_text(app)
        assert "王芳 8000" in screen_text(app)


async def test_an_empty_floor_says_what_to_expect(running: Running) -> None:
    app = WatchfloorApp(FakeFeed(make_snapshot(0)))
    async with running(app):
        assert "Nobody is on the floor yet" in screen_text(app)


async def test_a_floor_that_cannot_be_opened_ends_with_its_sentence(running: Running) -> None:
    app = WatchfloorApp()
    async with running(app) as pilot:
        app.fail("The database is [b]newer[/b] than this program.", 5)
        await pilot.pause()
    assert app.return_code == 5


async def test_the_feed_is_left_when_the_screen_ends(running: Running) -> None:
    feed = small_feed()
    async with running(WatchfloorApp(feed)):
        assert feed.listener_count == 1
    assert feed.listener_count == 0


async def test_a_flood_of_pictures_leaves_the_newest_one(running: Running) -> None:
    feed = small_feed()
    app = WatchfloorApp(feed)
    async with running(app) as pilot:
        snapshot = make_snapshot(12)
        for number in range(50):
            snapshot = evolve(snapshot, 2, seed=number)
            feed.push(snapshot)
        await pilot.pause()
        assert app.snapshot is snapshot


async def test_times_follow_the_clock_and_not_the_ticks(running: Running) -> None:
    feed = small_feed()
    app = WatchfloorApp(feed)
    async with running(app) as pilot:
        row = next(iter(make_snapshot(12).agents.values()))
        feed.clock.advance_ms(3_600_000)
        app.tick()
        await pilot.pause()
        hour, rest = divmod((NOW_MS + 3_600_000 - row.since_ms) // 1000, 3600)
        assert f"{hour}:{rest // 60:02d}:{rest % 60:02d}" in screen_text(app)
        assert "11:00:00" in screen_text(app)


async def test_the_filter_narrows_as_it_is_typed_and_escape_clears_it(running: Running) -> None:
    app = WatchfloorApp(small_feed())
    async with running(app) as pilot:
        await pilot.press("slash", "8", "0", "0", "3")
        await pilot.pause()
        assert floor(app).table.matching_count == 1
        assert floor(app).table.cursor_agent == "刘芳 8003"
        await pilot.press("enter")
        assert app.focused is floor(app).table
        assert floor(app).has_class("-filtering")
        await pilot.press("escape")
        assert floor(app).table.matching_count == 12
        assert not floor(app).has_class("-filtering")


async def test_letters_in_the_filter_are_letters(running: Running) -> None:
    app = WatchfloorApp(small_feed())
    async with running(app) as pilot:
        await pilot.press("slash", "q", "s", "t", "question_mark", "colon", "g")
        assert app.screen.query_one(Input).value == "qst?:g"
        assert floor(app).table.sort_key is Column.STATE


async def test_sort_reverse_group_and_pin(running: Running) -> None:
    app = WatchfloorApp(small_feed())
    async with running(app) as pilot:
        table = floor(app).table
        await pilot.press("f4")
        assert table.sort_key is Column.AGENT
        assert "Sorted by: Agent" in {message.message for message in app._notifications}
        await pilot.press("r")
        assert table.sort_reversed
        await pilot.press("g")
        assert table.group_by is GroupBy.TEAM
        await pilot.press("end", "space")
        assert table.pinned == {table.cursor_agent}


async def test_what_cannot_be_done_yet_says_why(running: Running) -> None:
    app = WatchfloorApp()
    async with running(app) as pilot:
        await pilot.press("s")
        assert [message.message for message in app._notifications] == ["The floor is not open yet."]


async def test_the_language_changes_and_nothing_else_does(running: Running) -> None:
    app = WatchfloorApp(small_feed())
    async with running(app) as pilot:
        await pilot.press("s", "slash", "8", "0", "0", "enter", "down", "down")
        table = floor(app).table
        before = (table.cursor_agent, table.sort_key, table.filter_text, table.matching_count)
        assert "available" in screen_text(app)
        await pilot.press("L")
        await pilot.pause()
        text = screen_text(app)
        assert "空闲" in text
        assert "available" not in text
        assert "Help" not in text
        assert (table.cursor_agent, table.sort_key, table.filter_text, table.matching_count) == before


async def test_help_names_every_key_and_every_figure_of_the_screen(running: Running) -> None:
    app = WatchfloorApp(small_feed())
    async with running(app, size=(120, 80)) as pilot:
        labels = [tile.label for tile in floor(app).query_one(TileRow).tiles]
        assert len(labels) == 12
        await pilot.press("question_mark")
        await pilot.pause()
        assert isinstance(app.screen, HelpScreen)
        text = screen_text(app)
        for wanted in ("Filter the agents", "Quit; nothing is lost", "F10", *labels):
            assert wanted in text
        await pilot.press("escape")
        assert isinstance(app.screen, FloorScreen)


async def test_the_theme_key_walks_through_ours(running: Running) -> None:
    app = WatchfloorApp(small_feed())
    async with running(app) as pilot:
        seen = []
        for _press in range(4):
            await pilot.press("t")
            seen.append(app.theme)
        assert seen == ["watchfloor-light", "watchfloor-safe", "watchfloor-dark", "watchfloor-light"]


@pytest.mark.parametrize("key", ["q", "ctrl+q", "ctrl+c", "f10"])
async def test_quit_leaves_at_once(running: Running, key: str) -> None:
    app = WatchfloorApp(small_feed())
    async with running(app) as pilot:
        await pilot.press(key)
        await pilot.pause()
        assert app._exit
    assert not app.return_code


@pytest.mark.parametrize("size", [(80, 24), (20, 6), (250, 70), (120, 10)])
async def test_every_size_is_survived_and_left_again(running: Running, size: tuple[int, int]) -> None:
    app = WatchfloorApp(small_feed(60))
    async with running(app) as pilot:
        await pilot.resize_terminal(*size)
        await pilot.pause()
        lines = screen_text(app).splitlines()
        assert len(lines) == size[1]
        await pilot.resize_terminal(120, 40)
        await pilot.pause()
        assert "罗芳 8019" in screen_text(app)


async def test_a_click_on_a_hint_does_what_its_key_does(running: Running) -> None:
    app = WatchfloorApp(small_feed())
    async with running(app) as pilot:
        hints = app.screen.query_one(HintLine)
        assert await pilot.click(hints, offset=(3, 0))
        await pilot.pause()
        assert isinstance(app.screen, HelpScreen)


async def test_an_action_is_found_in_the_palette_and_done_on_the_screen_below(running: Running) -> None:
    app = WatchfloorApp(small_feed())
    async with running(app) as pilot:
        await pilot.press("colon", *"next")
        await app.workers.wait_for_complete()
        await pilot.pause()
        await pilot.press("down", "enter")
        await pilot.pause()
        assert floor(app).table.sort_key is Column.AGENT


async def test_what_nothing_matches_is_said_in_the_chosen_language(running: Running) -> None:
    app = WatchfloorApp(small_feed(), chosen_language="zh")
    async with running(app) as pilot:
        await pilot.press("ctrl+p", *"zzzz")
        await app.workers.wait_for_complete()
        await pilot.pause(FloorPalette._NO_MATCHES_COUNTDOWN + 0.2)
        assert "没有" in screen_text(app).partition("zzzz")[2]


@pytest.mark.parametrize(
    ("sentence", "query", "matches"),
    [
        ("Peek at 王芳 8000", "王芳", True),
        ("Peek at 王芳 8000", "peek 8000", True),
        ("Peek at 王芳 8000", "8001", False),
        ("Peek at 王芳 8000", "", False),
        ("Peek at " + "a" * 200, "a" * 199 + "b", False),
    ],
)
def test_a_sentence_matches_when_every_word_is_in_it(sentence: str, query: str, matches: bool) -> None:
    score = match_score(sentence, query.split())
    assert (score > 0) == matches
    assert score <= 1


async def test_only_who_is_out_is_shown_the_worst_first_and_everybody_again(running: Running) -> None:
    snapshot = with_plan(make_snapshot(60))
    out = {name for name, row in snapshot.agents.items() if row.verdict is Verdict.OUT}
    app = WatchfloorApp(FakeFeed(snapshot))
    async with running(app) as pilot:
        table = floor(app).table
        before = table.sort_key
        await pilot.press("O")
        assert table.matching_count == len(out) > 2
        assert table.sort_key is Column.VERDICT
        await pilot.pause()
        text = screen_text(app)
        assert "Out of adherence" in text
        assert text.index("■ severe") < text.index("▲ out")
        await pilot.press("O")
        assert table.matching_count == 60
        assert table.sort_key is before


async def test_without_a_plan_nobody_is_out_and_the_key_says_what_to_do(running: Running) -> None:
    app = WatchfloorApp(small_feed())
    async with running(app) as pilot:
        await pilot.press("O")
        assert floor(app).table.matching_count == 12
        assert "There is no plan: watchfloor import schedule FILE" in {m.message for m in app._notifications}
        for _press in Column:
            assert floor(app).table.sort_key is not Column.VERDICT
            await pilot.press("s")
