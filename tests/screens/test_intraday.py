"""Today against its plan: read beside the event loop, drawn, said in words, and a page of the wall."""

from __future__ import annotations

from dataclasses import replace

import pytest
from rich.cells import cell_len
from textual.pilot import Pilot

from app.core.i18n import _, set_language
from app.planning.forecast_intraday import Extreme
from app.tickets.notice_desk import NoticeBoard
from app.tickets.ports import Notice
from screens.app import WatchfloorApp
from screens.banner import ScreenBanner
from screens.find_queue import FindQueueScreen
from screens.floor import FloorScreen
from screens.intraday import Answer, IntradayScreen
from screens.intraday_table import COLUMNS, IntervalScroll, agents_text, column_cells, net_text
from screens.intraday_words import IntradayWords, day_steps, intraday_words
from screens.lines import HintLine
from screens.wall import WallScreen
from screens.wall_day import DAY_PAGE
from tests.screens.conftest import Running, screen_text
from tests.screens.fakes import FakeDesk, make_intraday, small_feed
from tests.widgets.fakes import NOW_MS
from widgets.day_chart import DayChart


def planned_app() -> tuple[WatchfloorApp, FakeDesk]:
    feed = small_feed()
    desk = FakeDesk(feed.clock)
    return WatchfloorApp(feed, zone=FakeDesk.zone, planning=desk), desk


async def opened(app: WatchfloorApp, pilot: Pilot[None]) -> IntradayScreen:
    await pilot.press("i")
    await app.workers.wait_for_complete()
    await pilot.pause()
    assert isinstance(app.screen, IntradayScreen)
    return app.screen


async def settled(app: WatchfloorApp, pilot: Pilot[None]) -> str:
    """What is shown once everything that was asked for is read."""
    await app.workers.wait_for_complete()
    await pilot.pause()
    await app.workers.wait_for_complete()
    await pilot.pause()
    return screen_text(app)


async def test_without_a_desk_the_key_says_why_nothing_opens(running: Running) -> None:
    app = WatchfloorApp(small_feed())
    async with running(app) as pilot:
        await pilot.press("i")
        assert isinstance(app.screen, FloorScreen)
        assert "The plan cannot be read from here." in {message.message for message in app._notifications}


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
async def test_the_day_is_drawn_and_said(running: Running, size: tuple[int, int]) -> None:
    app, _desk = planned_app()
    async with running(app, size=size) as pilot:
        await opened(app, pilot)
        text = screen_text(app)
        for wanted in ("Calls per 30 minutes", "Agents", "now 10:00", "So far 400 calls", "› 10:00–10:30", "▼"):
            assert wanted in text


async def test_in_chinese_the_same(running: Running) -> None:
    set_language("zh")
    app, _desk = planned_app()
    async with running(app) as pilot:
        await opened(app, pilot)
        text = screen_text(app)
        for wanted in ("每 30 分钟话务量", "人数", "现在 10:00", "所需", "缺口", "净值"):
            assert wanted in text


async def test_the_steps_change_and_come_back(running: Running) -> None:
    app, desk = planned_app()
    async with running(app) as pilot:
        screen = await opened(app, pilot)
        await pilot.press("plus")
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert "Calls per 15 minutes" in screen_text(app)
        assert "› 10:00–10:15" in screen_text(app)
        await pilot.press("minus", "minus")
        await app.workers.wait_for_complete()
        assert desk.steps_asked == [30, 15, 30]
        await pilot.press("escape")
        assert screen not in app.screen_stack


async def test_trouble_and_emptiness_are_said(running: Running) -> None:
    app, desk = planned_app()
    desk.problem = "The database is [b]busy[/b]."
    async with running(app) as pilot:
        screen = await opened(app, pilot)
        assert "The database is [b]busy[/b]." in screen_text(app)
        desk.problem, desk.nothing = "", True
        screen.woke()
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert "Nothing is known of today yet" in screen_text(app)


async def test_the_present_interval_is_in_sight_and_the_rest_can_be_scrolled_to(running: Running) -> None:
    app, _desk = planned_app()
    async with running(app, size=(80, 24)) as pilot:
        screen = await opened(app, pilot)
        assert app.focused is screen.query_one(IntervalScroll)
        await pilot.press("end")
        await pilot.pause()
        assert "19:30–20:00" in screen_text(app)


async def test_the_help_explains_the_figures(running: Running) -> None:
    app, _desk = planned_app()
    async with running(app, size=(120, 50)) as pilot:
        await opened(app, pilot)
        await pilot.press("question_mark")
        await pilot.pause()
        text = screen_text(app)
        assert "Erlang" in text
        assert "Show intervals of 15 minutes" in text


def test_the_sentences_put_the_worst_gap_before_the_curve() -> None:
    picture = make_intraday(NOW_MS)
    extremes = tuple(Extreme("peak", 0, 1, 9.0, f"Peak {n}.") for n in range(2))
    words = (picture.words[0], *(each.sentence for each in extremes), picture.words[1])
    told = intraday_words(replace(picture, extremes=extremes, words=words))
    assert told[:3] == [picture.words[0], picture.words[1], "Peak 0. Peak 1."]
    assert "25%" in told[3]


def test_the_chart_shows_the_part_of_the_day_with_anything_in_it() -> None:
    picture = make_intraday(NOW_MS)
    first = picture.points[0]
    hour_ms = 3_600_000
    night = [
        first._replace(
            start_ms=first.start_ms - hour_ms * n,
            end_ms=first.end_ms - hour_ms * n,
            forecast_calls=None,
            actual_calls=0,
            scheduled=None,
        )
        for n in (3, 2, 1)
    ]
    steps = day_steps(replace(picture, points=(*night, *picture.points)))
    assert steps[0].start_ms == first.start_ms
    assert len(steps) == len(picture.points)
    assert len(day_steps(replace(picture, points=tuple(night)))) == 3


async def test_the_wall_turns_to_the_day_where_there_is_a_plan(running: Running) -> None:
    app, desk = planned_app()
    async with running(app) as pilot:
        await pilot.press("w")
        await app.workers.wait_for_complete()
        await pilot.pause()
        screen = app.screen
        assert isinstance(screen, WallScreen)
        assert DAY_PAGE in screen.pages
        await pilot.press("left")
        await pilot.pause()
        text = screen_text(app)
        assert "Today against the plan" in text
        assert "So far 400 calls" in text
        assert screen.query_one(DayChart).size.height > 10
        assert desk.steps_asked == [30]


async def test_the_wall_of_a_floor_without_a_plan_has_no_such_page(running: Running) -> None:
    app, desk = planned_app()
    desk.nothing = True
    async with running(app) as pilot:
        await pilot.press("w")
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert isinstance(app.screen, WallScreen)
        assert DAY_PAGE not in app.screen.pages


async def test_words_of_a_hostile_queue_stay_words(running: Running) -> None:
    app, _desk = planned_app()
    async with running(app) as pilot:
        screen = await opened(app, pilot)
        screen.query_one(IntradayWords).say(["[@click=app.quit]x[/] \x1b[31m"])
        await pilot.pause()
        assert "[@click=app.quit]x[/] ␛[31m" in screen_text(app)


# -- one queue -------------------------------------------------------------------------------------------------------


async def test_the_keys_go_from_the_floor_through_the_queues_and_around(running: Running) -> None:
    app, desk = planned_app()
    async with running(app) as pilot:
        await opened(app, pilot)
        assert "whole floor" in screen_text(app)
        for key, wanted in (
            ("right", "queue [b]vip[/] (1/4)"),
            ("right_square_bracket", "queue idle (2/4)"),
            ("left_square_bracket", "queue [b]vip[/] (1/4)"),
            ("left", "whole floor"),
            ("left", "queue 售后 (4/4)"),
            ("right", "whole floor"),
        ):
            await pilot.press(key)
            assert wanted in (await settled(app, pilot)).splitlines()[0]
        assert desk.queues_asked == [None, "[b]vip[/]", "idle", "[b]vip[/]", None, "售后", None]


async def test_a_queue_has_figures_and_words_of_its_own(running: Running) -> None:
    app, _desk = planned_app()
    async with running(app) as pilot:
        screen = await opened(app, pilot)
        assert screen.picture is not None
        whole = screen.picture.points[4].forecast_calls
        assert "shared among them" not in screen_text(app)
        await pilot.press("right")
        text = await settled(app, pilot)
        assert screen.picture.queue == "[b]vip[/]"
        assert screen.picture.points[4].forecast_calls == pytest.approx((whole or 0) / 2)
        assert "Agents who serve several queues are shared among them by need." in text


async def test_nobody_shares_the_only_queue(running: Running) -> None:
    app, desk = planned_app()
    desk.queue_names = ["support", "售后"]
    async with running(app) as pilot:
        await opened(app, pilot)
        await pilot.press("right")
        assert "shared among them" in await settled(app, pilot)
        desk.queue_names = ["support"]
        desk.idle_names = set()
        await pilot.press("plus")
        text = await settled(app, pilot)
        assert "queue support (1/1)" in text
        assert "shared among them" not in text


async def test_the_choice_outlasts_other_steps_and_newer_readings(running: Running) -> None:
    app, desk = planned_app()
    async with running(app) as pilot:
        screen = await opened(app, pilot)
        await pilot.press("left")
        await settled(app, pilot)
        await pilot.press("plus")
        text = await settled(app, pilot)
        assert "queue 售后" in text
        assert "Calls per 15 minutes" in text
        screen.woke()
        assert "queue 售后" in await settled(app, pilot)
        await pilot.press("L")
        assert "队列 售后" in await settled(app, pilot)
        assert set(desk.queues_asked[1:]) == {"售后"}


async def test_a_queue_without_a_day_is_a_sentence_and_no_empty_screen(running: Running) -> None:
    app, _desk = planned_app()
    async with running(app) as pilot:
        await opened(app, pilot)
        await pilot.press("right", "right")
        text = await settled(app, pilot)
        assert "Nothing is known of queue “idle” today" in text
        assert "Calls per" not in text
        assert "10:00–10:30" not in text


@pytest.mark.parametrize(("key", "wanted"), [("right", "queue 售后 (3/3)"), ("left", "queue idle (2/3)")])
async def test_from_a_queue_that_went_its_neighbours_are_a_key_away(running: Running, key: str, wanted: str) -> None:
    app, desk = planned_app()
    async with running(app) as pilot:
        await opened(app, pilot)
        await pilot.press("right", "right", "right")
        assert "queue support (3/4)" in await settled(app, pilot)
        desk.queue_names.remove("support")
        await pilot.press("plus")
        assert "Nothing is known of queue “support” today" in await settled(app, pilot)
        await pilot.press(key)
        assert wanted in await settled(app, pilot)


async def test_a_queue_is_found_by_name_and_so_is_the_floor(running: Running) -> None:
    app, _desk = planned_app()
    async with running(app) as pilot:
        screen = await opened(app, pilot)
        await pilot.press("slash")
        await settled(app, pilot)
        assert isinstance(app.screen, FindQueueScreen)
        await pilot.press(*"zz")
        assert "Nothing here is called that." in screen_text(app)
        await pilot.press("enter", "backspace", "backspace", *"售", "enter")
        assert "queue 售后 (4/4)" in await settled(app, pilot)
        assert app.screen is screen
        await pilot.press("f3")
        await settled(app, pilot)
        await pilot.press("escape")
        assert screen.asked.queue == "售后"
        await pilot.press("f3")
        await settled(app, pilot)
        await pilot.press("enter")
        assert "whole floor" in await settled(app, pilot)


async def test_what_is_asked_for_while_another_day_is_read_is_what_is_shown(running: Running) -> None:
    app, desk = planned_app()
    async with running(app) as pilot:
        screen = await opened(app, pilot)
        screen.do_previous_queue()
        screen.do_previous_queue()
        screen.do_finer()
        text = await settled(app, pilot)
        assert "queue support" in text
        assert "Calls per 15 minutes" in text
        assert desk.queues_asked == [None, "售后", "support"]


async def test_trouble_with_a_queue_is_said_and_old_figures_go(running: Running) -> None:
    app, desk = planned_app()
    async with running(app) as pilot:
        await opened(app, pilot)
        desk.problem = "The database is gone."
        await pilot.press("right")
        text = await settled(app, pilot)
        assert "The database is gone." in text
        assert "Calls per" not in text
        assert "Reading the day" not in text


# -- the table -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("chosen", ["en", "zh"])
@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_no_title_is_cut(running: Running, size: tuple[int, int], chosen: str) -> None:
    set_language(chosen)
    app, _desk = planned_app()
    async with running(app, size=size) as pilot:
        await opened(app, pilot)
        lines = screen_text(app).splitlines()
        [titles] = [line for line in lines if _("Forecast") in line and _("Net") in line]
        assert titles.split() == [word for column in COLUMNS for word in _(column.title).split()]
        assert "…" not in screen_text(app)


@pytest.mark.parametrize("chosen", ["en", "zh"])
@pytest.mark.parametrize("width", [77, 78, 90, 117, 200])
def test_every_column_has_room_for_its_title_and_its_largest_figure(chosen: str, width: int) -> None:
    set_language(chosen)
    cells = column_cells(width)
    assert 13 + sum(cells) <= width
    for column, each in zip(COLUMNS, cells, strict=True):
        assert each > max(column.figure_cells, cell_len(_(column.title)))


async def test_the_figures_of_a_huge_floor_stay_apart_at_80_columns(running: Running) -> None:
    app, desk = planned_app()
    async with running(app, size=(80, 24)) as pilot:
        screen = await opened(app, pilot)
        picture = make_intraday(NOW_MS)
        points = [
            each._replace(
                forecast_calls=61_234.0, actual_calls=60_123, required=12_345.0, scheduled=10_999.9, staffed=9_999.9
            )
            for each in picture.points
        ]
        picture = replace(picture, points=tuple(each._replace(net=-2345.1, required_now=None) for each in points))
        screen._show(screen.asked, Answer(desk.queue_names, picture))
        await pilot.pause()
        [line] = [line for line in screen_text(app).splitlines() if "› 10:00" in line]
        assert line.split()[2:10] == ["61,234", "60123", "–", "118", "12,345", "11,000", "10000", "▼-2345"]


@pytest.mark.parametrize(
    ("value", "text"), [(None, "–"), (0.0, "0"), (12.0, "12"), (12.25, "12.2"), (999.94, "999.9"), (999.96, "1,000")]
)
def test_agents_are_written_with_tenths_as_long_as_these_matter(value: float | None, text: str) -> None:
    assert agents_text(value) == text


@pytest.mark.parametrize(
    ("value", "short", "text"),
    [
        (None, False, "–"),
        (0.04, False, "+0.0"),
        (-12.25, True, "▼-12.2"),
        (-99.96, True, "▼-100"),
        (2e4, False, "+20,000"),
    ],
)
def test_net_staffing_carries_its_sign(value: float | None, short: bool, text: str) -> None:
    assert net_text(value, short) == text


async def test_what_is_planned_lies_on_the_curve_and_is_said_with_its_effect(running: Running) -> None:
    app, _desk = planned_app()
    planned = Notice(
        "N-1", NOW_MS, "", "哈尔滨", "", "x", NOW_MS + 7_200_000, None, 0, "bulk_sms", NOW_MS + 3_600_000, 45
    )
    over = planned._replace(notice="N-2", ended_ms=NOW_MS)
    async with running(app) as pilot:
        await opened(app, pilot)
        assert "bulk message" not in await settled(app, pilot)
        app.notice_board = NoticeBoard((planned, over))
        app.tick()
        text = await settled(app, pilot)
        assert text.count("bulk message +45% · 哈尔滨") == 1
        assert "bulk message · 哈尔滨 · 11:00–12:00: calls +45% is expected, not counted in the forecast." in text


@pytest.mark.parametrize(("size", "banner_lines"), [((80, 24), 3), ((120, 40), 4), ((120, 40), 0), ((200, 60), 5)])
async def test_the_chart_gives_way_to_alerts_and_the_keys_stay_in_sight(
    running: Running, size: tuple[int, int], banner_lines: int
) -> None:
    app, _desk = planned_app()
    async with running(app, size) as pilot:
        screen = await opened(app, pilot)
        screen.query_one(IntradayWords).say([f"sentence {number} " + "word " * 14 for number in range(8)])
        banner = screen.query_one(ScreenBanner)
        banner.styles.display = "block"
        banner.styles.height = banner_lines
        await pilot.pause()
        hints = screen.query_one(HintLine).region
        assert (hints.y, hints.height) == (size[1] - 1, 1)
        assert screen.query_one(IntervalScroll).region.height >= 2
        assert screen.query_one(DayChart).size.height >= 12
