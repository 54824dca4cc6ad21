"""The wall's page of the tickets: there when there are some, and true from second to second."""

from __future__ import annotations

import pytest

from screens.app import WatchfloorApp
from screens.wall import WallScreen
from screens.wall_pages import PAGES
from screens.wall_tickets import TICKETS_PAGE
from tests.screens.conftest import Running, screen_text
from tests.screens.fakes import FakeDesk, small_feed
from tests.screens.test_tickets import FakeTicketFeed, QueueDesk, some
from tests.screens.test_tickets import running as row
from tests.tickets.samples import MINUTE_MS
from tests.widgets.fakes import NOW_MS
from widgets.big import BigFigure


def wall(tickets: FakeTicketFeed, desk: QueueDesk) -> WatchfloorApp:
    feed = small_feed()
    feed.clock = tickets.clock
    return WatchfloorApp(feed, wall=True, rotate_seconds=0, zone=FakeDesk.zone, tickets=(desk, tickets))


def figures(app: WatchfloorApp) -> dict[str, str]:
    return {
        name: app.screen.query_one(f"#wall-ticket-{name}", BigFigure)._figure for name in ("overdue", "soon", "open")
    }


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_the_page_comes_with_the_first_ticket_and_says_what_is_late(
    running: Running, size: tuple[int, int]
) -> None:
    clock = small_feed().clock
    feed = FakeTicketFeed(clock)
    app = wall(feed, QueueDesk(some()))
    async with running(app, size) as pilot:
        assert isinstance(app.screen, WallScreen)
        assert app.screen.pages == PAGES
        feed.push(*some())
        await pilot.pause()
        await app.workers.wait_for_complete()
        assert app.screen.pages == (*PAGES, TICKETS_PAGE)
        await pilot.press("left")
        await pilot.pause()
        text = screen_text(app)
        for wanted in (
            "The tickets at this moment",
            "Overdue for   ≤ 1 h 1   ≤ 8 h 0",
            "complaint · handling",
            "20:00",
        ):
            assert wanted in text, wanted + text
        assert figures(app) == {"overdue": "1", "soon": "1", "open": "4"}
        clock.set_ms(NOW_MS + 21 * MINUTE_MS)
        app.tick()
        await pilot.pause()
        assert figures(app) == {"overdue": "2", "soon": "0", "open": "4"}
        assert "No ticket will be late within the hour." in screen_text(app)
        app.do_language()
        await pilot.pause()
        chinese = screen_text(app)
        for wanted in ("此刻的工单", "已超时", "一小时内没有将超时的工单。"):
            assert wanted in chinese, wanted + chinese


async def test_hostile_names_are_shown_and_not_obeyed(running: Running) -> None:
    feed = FakeTicketFeed(small_feed().clock, row("WO-1", 20, unit="[@click=app.quit]x[/]\x1b[31m"))
    app = wall(feed, QueueDesk([]))
    async with running(app) as pilot:
        await pilot.press("left")
        await pilot.pause()
        assert "[@click=app.quit]x[/]␛" in screen_text(app)
