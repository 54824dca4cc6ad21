"""What tests of screens share: an app on a floor that stands still, whose every error fails the test."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import pytest
from textual.pilot import Pilot

from app.core.i18n import language, set_language
from screens.app import WatchfloorApp

Running = Callable[..., AbstractAsyncContextManager[Pilot[None]]]


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Tests read English, and leave the language as they found it."""
    before = language()
    set_language("en")
    yield
    set_language(before)


@pytest.fixture
def running(caplog: pytest.LogCaptureFixture) -> Running:
    """Run an app; an error that its boundary bore is none a test bears."""

    @asynccontextmanager
    async def run(app: WatchfloorApp, size: tuple[int, int] = (120, 40), errors: int = 0) -> AsyncIterator[Pilot[None]]:
        async with app.run_test(size=size, notifications=True) as pilot:
            await pilot.pause()
            yield pilot
        assert app.boundary.count == errors, caplog.text

    return run


def screen_text(app: WatchfloorApp) -> str:
    """What stands on the terminal now, as lines of text."""
    return "\n".join(strip.text for strip in app.screen._compositor.render_strips())
