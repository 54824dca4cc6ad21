"""The peek reads an agent's day beside the event loop, says so while it does, and says why when it cannot."""

from __future__ import annotations

from threading import Event

from textual.worker import WorkerState

from app.core.durations import clock_text
from app.core.reasons import ReasonMap
from app.floor.figures import AgentFigures
from app.floor.model import AgentState
from app.floor.picture import AgentDay
from screens.app import WatchfloorApp
from screens.floor import FloorScreen
from screens.peek import RELOAD_MS, PeekScreen, PeekSentence
from screens.peek_lines import DayFigures, day_figures
from tests.screens.conftest import Running, screen_text
from tests.screens.fakes import FakeFeed, small_feed
from tests.widgets.fakes import make_snapshot


class SlowFeed(FakeFeed):
    """A feed whose store answers when it is told to."""

    def __init__(self) -> None:
        super().__init__(make_snapshot(12))
        self.answer = Event()

    def agent_day(self, agent: str) -> AgentDay:
        self.answer.wait(30)
        return super().agent_day(agent)


async def test_a_day_is_read_and_shown(running: Running) -> None:
    feed = small_feed()
    app = WatchfloorApp(feed)
    async with running(app) as pilot:
        agent = app.screen.query_one("FloorTable").cursor_agent  # type: ignore[attr-defined]
        await pilot.press("enter")
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert isinstance(app.screen, PeekScreen)
        text = screen_text(app)
        assert agent in text
        for wanted in ("Signed in", "Mean handling time", "Occupancy", "82.4%", "小休"):
            assert wanted in text
        await pilot.press("escape")
        assert isinstance(app.screen, FloorScreen)


async def test_waiting_and_trouble_are_said_as_sentences(running: Running) -> None:
    feed = SlowFeed()
    app = WatchfloorApp(feed)
    async with running(app) as pilot:
        await pilot.press("p")
        await pilot.pause()
        assert "Reading the day…" in screen_text(app)
        feed.problem = "The disk [/] is gone."
        feed.answer.set()
        await wait_for_workers(app)
        await pilot.pause()
        assert "The disk [/] is gone." in screen_text(app)
        feed.problem = ""
        feed.clock.advance_ms(RELOAD_MS)
        app.tick()
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert app.screen.query_one(PeekSentence).sentence == ""
        assert "Occupancy" in screen_text(app)


async def wait_for_workers(app: WatchfloorApp) -> None:
    """Wait until every worker has ended, well or badly."""
    for worker in list(app.workers):
        if worker._task is not None:
            await worker._task
        assert worker.state in {WorkerState.SUCCESS, WorkerState.ERROR}


async def test_an_open_day_is_read_again_but_never_twice_at_once(running: Running) -> None:
    feed = SlowFeed()
    app = WatchfloorApp(feed)
    async with running(app) as pilot:
        await pilot.press("p")
        for _second in range(10):
            feed.clock.advance_ms(1000)
            app.tick()
        assert len(list(app.workers)) == 1
        feed.answer.set()
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert len(feed.asked) == 1
        feed.clock.advance_ms(RELOAD_MS)
        app.tick()
        await app.workers.wait_for_complete()
        assert len(feed.asked) == 2


async def test_every_figure_can_say_how_it_is_made(running: Running) -> None:
    app = WatchfloorApp(small_feed())
    async with running(app, size=(120, 60)) as pilot:
        await pilot.press("p")
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert "(talk + hold + wrap-up) / answered" not in screen_text(app)
        await pilot.press("question_mark")
        await pilot.pause()
        assert "(talk + hold + wrap-up) / answered" in screen_text(app)
        assert app.screen.query_one(DayFigures).formulas


def test_the_figures_of_a_day_add_up_and_are_empty_where_nothing_can_be_said() -> None:
    figures = AgentFigures()
    empty = {line.label: line.value for line in day_figures(figures, ReasonMap())}
    assert empty["Occupancy"] == empty["Mean handling time"] == empty["Reverse share"] == empty["Signed in"] == "–"
    figures.add_time(AgentState.AVAILABLE, "", True, 1_800_000)
    figures.add_time(AgentState.NOT_READY, "toilet", True, 600_000)
    figures.add_time(AgentState.NOT_READY, "?!", True, 1_200_000)
    lines = day_figures(figures, ReasonMap())
    values = {line.label: line.value for line in lines}
    assert values["Signed in"] == clock_text(3600)
    assert values["× not ready"] == clock_text(1800)
    assert values["Reverse time"] == clock_text(1800)
    assert values["Reverse share"] == "50.0%"
    assert "?! · reverse ?" in values
    assert all(line.formula for line in lines)
