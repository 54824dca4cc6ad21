"""The app bears errors and says so, ends when they do not end, and shows nothing of what they held."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.strip import Strip

from screens import resilience
from screens.app import GAP_MS, WatchfloorApp
from screens.floor import FloorScreen
from screens.themes import DEFAULT_VARIABLES, THEMES, next_theme, sixteen_colours
from tests.screens.conftest import Running, screen_text
from tests.screens.fakes import small_feed
from tests.widgets.fakes import evolve, make_snapshot
from widgets.floor_table import FloorTable
from widgets.queue_strip import QueueStrip

PASSWORD = "correct horse battery staple"


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "watchfloor.log"
    handler = resilience.open_log(path)
    yield path
    resilience.close_log(handler)


def told(app: WatchfloorApp) -> list[str]:
    return [message.message for message in app._notifications]


def read(path: Path) -> str:
    return path.read_text("utf-8")


async def drown(app: WatchfloorApp) -> None:
    """Run an app into more errors than it bears."""
    async with app.run_test() as pilot:
        for _error in range(resilience.ERRORS_TOLERATED + 1):
            app.call_later(fail, PASSWORD)
        await pilot.pause()


async def start(app: WatchfloorApp) -> None:
    """Start an app, and end it."""
    async with app.run_test() as pilot:
        await pilot.pause()


def fail(secret: str) -> None:
    raise RuntimeError(f"no such thing: [/] {len(secret)}")


async def test_an_error_in_a_timer_a_callback_and_a_handler_is_borne(
    running: Running, monkeypatch: pytest.MonkeyPatch, log: Path
) -> None:
    feed = small_feed()
    app = WatchfloorApp(feed, log_path=log)
    async with running(app, errors=3) as pilot:
        app.call_later(fail, PASSWORD)
        app.screen.set_timer(0.01, lambda: fail(PASSWORD))
        await pilot.pause(0.1)
        monkeypatch.setattr(FloorScreen, "do_group", lambda _screen: fail(PASSWORD))
        await pilot.press("g")
        await pilot.pause()
        assert told(app) == [f"Something went wrong inside Watchfloor. The screen goes on; the details are in {log}."]
        await pilot.press("s")
        feed.push(evolve(make_snapshot(12)))
        await pilot.pause()
        assert app.is_running
    text = read(log)
    assert text.count("RuntimeError: no such thing") == 3
    assert PASSWORD not in text


async def test_a_widget_whose_handler_failed_still_hears_the_next_message(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = WatchfloorApp(small_feed())
    original = FloorTable.action_move
    async with running(app, errors=1) as pilot:
        table = app.screen.query_one(FloorTable)
        with monkeypatch.context() as broken:
            broken.setattr(FloorTable, "action_move", lambda _table, _by: fail(PASSWORD))
            await pilot.press("down")
        assert FloorTable.action_move is original
        before = table.cursor_agent
        await pilot.press("down")
        assert table.cursor_agent != before


async def test_a_widget_that_cannot_be_painted_leaves_a_blank_and_the_rest_stands(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_strip: QueueStrip, _y: int) -> Strip:
        raise ValueError(PASSWORD)

    app = WatchfloorApp(small_feed())
    async with running(app, errors=1) as pilot:
        monkeypatch.setattr(QueueStrip, "render_line", broken)
        for _second in range(5):
            app.screen.query_one(QueueStrip).refresh()
            app.tick()
            await pilot.pause()
        text = screen_text(app)
        assert "王芳 8000" in text
        assert "售后服务   " not in text.partition("State")[0]
        monkeypatch.undo()


async def test_errors_without_end_end_the_app_with_a_sentence_and_a_code(log: Path) -> None:
    app = WatchfloorApp(small_feed(), log_path=log)
    with pytest.raises(RuntimeError, match="no such thing"):
        await drown(app)
    assert app.return_code == resilience.EXIT_ERROR_LOOP
    assert app.boundary.count >= resilience.ERRORS_TOLERATED + 1
    assert "The screen ends after" in read(log)


async def test_a_screen_that_cannot_be_put_together_ends_the_app(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FloorScreen, "compose", lambda _screen: fail(PASSWORD))
    app = WatchfloorApp(small_feed())
    with pytest.raises(RuntimeError, match="no such thing"):
        await start(app)
    assert app.return_code == resilience.EXIT_ERROR_LOOP


async def test_a_failing_worker_is_borne(running: Running) -> None:
    app = WatchfloorApp(small_feed())
    async with running(app, errors=1) as pilot:
        worker = app.run_worker(lambda: fail(PASSWORD), thread=True)
        assert worker._task is not None
        await worker._task
        await pilot.pause()
        assert len(told(app)) == 1


async def test_after_a_gap_everything_is_laid_out_again(running: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    now_ms = 0
    app = WatchfloorApp(small_feed(), uptime_ms=lambda: now_ms)
    woken = []
    monkeypatch.setattr(FloorScreen, "woke", lambda _screen: woken.append(now_ms))
    async with running(app):
        app.tick()
        now_ms += GAP_MS
        app.tick()
        assert woken == []
        now_ms += GAP_MS + 1
        app.tick()
        assert woken == [now_ms]


def test_every_theme_has_every_variable() -> None:
    for theme in THEMES:
        assert set(theme.variables) == set(DEFAULT_VARIABLES)
    assert next_theme("watchfloor-safe") == "watchfloor-dark"
    assert next_theme("somebody else's") == "watchfloor-dark"


@pytest.mark.parametrize("dark", [True, False])
def test_sixteen_colours_keep_states_apart_and_lie_in_the_palette(dark: bool) -> None:
    palette = {f"#{red}{green}{blue}" for red in ("00", "aa") for green in ("00", "aa") for blue in ("00", "aa")}
    palette |= {f"#{red}{green}{blue}" for red in ("55", "ff") for green in ("55", "ff") for blue in ("55", "ff")}
    palette |= {"#aa5500"}
    chosen = sixteen_colours(dark)
    assert set(chosen.values()) <= palette
    states = [value for name, value in chosen.items() if name.startswith("state-")]
    assert len(states) == len(set(states)) == 7
    assert chosen["background"] not in states


async def test_sixteen_colours_are_used_where_the_terminal_has_no_more(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("COLORTERM", raising=False)
    app = WatchfloorApp(small_feed())
    async with running(app):
        assert app.theme_variables["state-available"] == "#55ff55"
    monkeypatch.setenv("TERM", "xterm-256color")
    app = WatchfloorApp(small_feed())
    async with running(app):
        assert app.theme_variables["state-available"] == DEFAULT_VARIABLES["state-available"]


def test_the_log_has_a_home_before_it_is_opened() -> None:
    handlers = logging.getLogger("watchfloor").handlers
    assert any(isinstance(handler, logging.NullHandler) for handler in handlers)
