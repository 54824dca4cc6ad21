"""Today against its plan: read beside the event loop, drawn, said in words, and a page of the wall."""

from __future__ import annotations

from dataclasses import replace

import pytest
from textual.pilot import Pilot

from app.core.i18n import set_language
from app.planning.forecast_intraday import Extreme
from screens.app import WatchfloorApp
from screens.floor import FloorScreen
from screens.intraday import IntradayScreen
from screens.intraday_table import IntervalScroll
from screens.intraday_words import IntradayWords, day_steps, intraday_words
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
