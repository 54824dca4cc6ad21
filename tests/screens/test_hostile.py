"""Names that look like markup, or carry escapes, are shown as they are: on every screen, in every toast."""

from __future__ import annotations

import pytest

from screens.app import WatchfloorApp
from screens.floor import FloorScreen
from screens.palette import FloorPalette
from screens.peek import PeekScreen
from screens.text import floor_text
from tests.screens.conftest import Running, screen_text
from tests.screens.fakes import FakeFeed
from tests.widgets.fakes import NOW_MS, make_snapshot

NAMES = ("[/]", "[@click=app.quit]x", "\x1b]0;x\x07", "\u202eevil", "zero\u200bwidth", "[bold red]U[/bold red]")
SHOWN = ("[/]", "[@click=app.quit]x", "␛]0;x␇", "⟨202E⟩evil", "zero⟨200B⟩width", "[bold red]U[/bold red]")
FORBIDDEN = ("\x1b", "\x07", "\u202e", "\u200b")


def hostile_feed() -> FakeFeed:
    return FakeFeed(make_snapshot(names=NAMES))


def assert_inert(text: str, *wanted: str) -> None:
    for name in wanted:
        assert name in text
    for character in FORBIDDEN:
        assert character not in text


async def test_in_the_table(running: Running) -> None:
    app = WatchfloorApp(hostile_feed())
    async with running(app, size=(200, 40)):
        assert_inert(screen_text(app), *SHOWN)


@pytest.mark.parametrize(("name", "shown"), zip(NAMES, SHOWN, strict=True))
async def test_in_the_peek(running: Running, name: str, shown: str) -> None:
    app = WatchfloorApp(hostile_feed())
    async with running(app, size=(200, 50)) as pilot:
        app.peek(name)
        await pilot.pause()
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert isinstance(app.screen, PeekScreen)
        assert_inert(screen_text(app), shown)
        await pilot.click(offset=(30, 6))
        assert app.is_running


async def test_in_the_filter_and_in_toasts(running: Running) -> None:
    app = WatchfloorApp(hostile_feed())
    async with running(app, size=(120, 40)) as pilot:
        await pilot.press("slash", *("left_square_bracket", "slash", "right_square_bracket"))
        await pilot.pause()
        assert isinstance(app.screen, FloorScreen)
        assert app.screen.table.filter_text == "[/]"
        app.tell("[/] [@click=app.quit]x")
        await pilot.pause()
        assert_inert(screen_text(app), "[/] [@click=app.quit]x")


async def test_in_the_palette_and_an_agent_is_opened_from_it(running: Running) -> None:
    app = WatchfloorApp(hostile_feed())
    async with running(app, size=(120, 40)) as pilot:
        await pilot.press("ctrl+p")
        await pilot.pause()
        assert isinstance(app.screen, FloorPalette)
        for key in "peek at":
            await pilot.press("space" if key == " " else key)
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert_inert(screen_text(app), *(f"Peek at {name}" for name in SHOWN))
        await pilot.press("space", "e", "v", "i", "l")
        await app.workers.wait_for_complete()
        await pilot.pause()
        await pilot.press("down", "enter")
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert isinstance(app.screen, PeekScreen)
        assert app.screen.agent == "\u202eevil"


async def test_on_every_page_of_the_wall(running: Running) -> None:
    app = WatchfloorApp(hostile_feed(), wall=True, notice=lambda: "DEMO [/]\x1b")
    async with running(app, size=(160, 40)) as pilot:
        for _page in range(4):
            await pilot.press("right")
            await pilot.pause()
            assert_inert(screen_text(app), "DEMO [/]␛")


async def test_in_the_name_of_a_log_and_in_a_refusal(running: Running) -> None:
    app = WatchfloorApp(hostile_feed())
    async with running(app) as pilot:
        app.fail("No such file: \x1b[31m[/]", 5)
        await pilot.pause()
    assert app.return_code == 5


def test_in_plain_text() -> None:
    assert_inert(floor_text(make_snapshot(names=NAMES), NOW_MS, 240), *SHOWN)
