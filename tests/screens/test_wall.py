"""The kiosk turns its pages by the time, not by ticks; it outlives a lost database and a sleeping machine."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.floor.picture import FloorSnapshot, Freshness
from screens.app import WatchfloorApp
from screens.floor import FloorScreen
from screens.wall import LEAVE_MS, LOST_MS, SILENT_MS, WallScreen
from screens.wall_pages import PAGES, out_of_limits
from tests.screens.conftest import Running, screen_text
from tests.screens.fakes import FakeFeed, small_feed
from tests.widgets.fakes import NOW_MS, make_snapshot


class Uptime:
    """Real time that passes when told to."""

    now_ms = 1_000_000

    def __call__(self) -> int:
        return self.now_ms


@pytest.fixture
def uptime() -> Uptime:
    return Uptime()


def kiosk(feed: FakeFeed | None, uptime: Uptime, rotate_seconds: int = 20) -> WatchfloorApp:
    return WatchfloorApp(feed, wall=True, rotate_seconds=rotate_seconds, uptime_ms=uptime)


def pass_time(app: WatchfloorApp, feed: FakeFeed, uptime: Uptime, milliseconds: int) -> None:
    feed.clock.advance_ms(milliseconds)
    uptime.now_ms += milliseconds
    app.tick()


def page(app: WatchfloorApp) -> int:
    return next(at for at, entry in enumerate(PAGES) if app.screen.query_one(f"#{entry.id}").display)


async def test_pages_turn_by_the_clock_and_start_again(running: Running, uptime: Uptime) -> None:
    feed = small_feed()
    app = kiosk(feed, uptime)
    async with running(app):
        assert page(app) == 0
        pass_time(app, feed, uptime, 19_000)
        assert page(app) == 0
        seen = []
        for _page in PAGES:
            pass_time(app, feed, uptime, 20_000)
            seen.append(page(app))
        assert seen == [1, 2, 3, 0]


async def test_after_a_sleep_the_page_and_the_time_are_right_at_once(running: Running, uptime: Uptime) -> None:
    feed = small_feed()
    app = kiosk(feed, uptime)
    async with running(app) as pilot:
        pass_time(app, feed, uptime, 3_600_000 + 20_000)
        await pilot.pause()
        assert page(app) == (3_620_000 // 20_000) % len(PAGES)
        assert "11:00:20" in screen_text(app)


async def test_a_turned_page_stays_its_whole_time(running: Running, uptime: Uptime) -> None:
    feed = small_feed()
    app = kiosk(feed, uptime)
    async with running(app) as pilot:
        pass_time(app, feed, uptime, 15_000)
        await pilot.press("left")
        assert page(app) == 3
        pass_time(app, feed, uptime, 19_000)
        assert page(app) == 3
        await pilot.press("right")
        assert page(app) == 0


async def test_a_wall_that_does_not_rotate_stays(running: Running, uptime: Uptime) -> None:
    feed = small_feed()
    app = kiosk(feed, uptime, rotate_seconds=0)
    async with running(app):
        pass_time(app, feed, uptime, 600_000)
        assert page(app) == 0


@pytest.mark.parametrize("key", ["q", "ctrl+c"])
async def test_only_a_second_key_in_time_leaves(running: Running, uptime: Uptime, key: str) -> None:
    app = kiosk(small_feed(), uptime)
    async with running(app) as pilot:
        await pilot.press(key)
        await pilot.pause()
        assert "once more" in screen_text(app)
        uptime.now_ms += LEAVE_MS + 1
        await pilot.press(key)
        assert not app._exit
        await pilot.press(key)
        assert app._exit


async def test_no_other_key_does_anything(running: Running, uptime: Uptime) -> None:
    app = kiosk(small_feed(), uptime)
    async with running(app) as pilot:
        for key in ("question_mark", "colon", "ctrl+p", "slash", "t", "L", "w", "escape", "ctrl+q", "f2", "enter"):
            await pilot.press(key)
        assert isinstance(app.screen, WallScreen)
        assert not app._exit
        assert app.theme == "watchfloor-dark"


async def test_from_the_floor_the_wall_opens_and_gives_way_again(running: Running, uptime: Uptime) -> None:
    feed = small_feed()
    app = WatchfloorApp(feed, uptime_ms=uptime)
    async with running(app) as pilot:
        await pilot.press("w")
        assert isinstance(app.screen, WallScreen)
        feed.push(make_snapshot(30))
        await pilot.pause()
        await pilot.press("q", "q")
        await pilot.pause()
        assert isinstance(app.screen, FloorScreen)
        assert app.screen.table.agent_count == 30


def lost(snapshot: FloorSnapshot) -> FloorSnapshot:
    return replace(snapshot, freshness=replace(snapshot.freshness, problem="disk I/O error"))


async def test_a_lost_database_is_said_and_forgotten_when_it_is_back(running: Running, uptime: Uptime) -> None:
    feed = small_feed()
    app = kiosk(feed, uptime, rotate_seconds=0)
    async with running(app) as pilot:
        for _second in range(LOST_MS // 1000):
            feed.push(lost(make_snapshot(12)))
            await pilot.pause()
            assert not app.screen.has_class("-lost")
            pass_time(app, feed, uptime, 1000)
        pass_time(app, feed, uptime, 62_000)
        await pilot.pause()
        assert "The database cannot be read. The last picture is 1:05 old" in screen_text(app)
        assert app.screen.has_class("-lost")
        feed.push(make_snapshot(12, now_ms=NOW_MS + 65_000))
        await pilot.pause()
        assert "cannot be read" not in screen_text(app)
        assert not app.screen.has_class("-lost")


async def test_trouble_with_a_source_is_no_lost_database(running: Running, uptime: Uptime) -> None:
    feed = small_feed()
    app = kiosk(feed, uptime, rotate_seconds=0)
    async with running(app) as pilot:
        for second in range(1, 6):
            pass_time(app, feed, uptime, 1000)
            feed.push(lost(make_snapshot(12, now_ms=NOW_MS + second * 1000)))
            await pilot.pause()
        assert not app.screen.has_class("-lost")
        assert "disk I/O error" in screen_text(app)


async def test_silence_is_said_only_after_a_while(running: Running, uptime: Uptime) -> None:
    feed = small_feed()
    app = kiosk(feed, uptime, rotate_seconds=0)
    async with running(app) as pilot:
        pass_time(app, feed, uptime, SILENT_MS - 1000)
        assert not app.screen.has_class("-lost")
        pass_time(app, feed, uptime, 1000)
        await pilot.pause()
        assert "No new picture for 0:15" in screen_text(app)


async def test_before_the_first_picture_a_sentence_stands_there(running: Running, uptime: Uptime) -> None:
    async with running(kiosk(None, uptime)) as pilot:
        assert "Opening the floor…" in screen_text(pilot.app)  # type: ignore[arg-type]


@pytest.mark.parametrize("size", [(80, 24), (30, 8), (250, 70)])
@pytest.mark.parametrize("agents", [0, 12, 300])
async def test_every_page_fits_every_size(running: Running, uptime: Uptime, size: tuple[int, int], agents: int) -> None:
    app = kiosk(FakeFeed(make_snapshot(agents)), uptime)
    async with running(app, size=size) as pilot:
        for _page in PAGES:
            await pilot.press("right")
            await pilot.pause()
            lines = screen_text(app).splitlines()
            assert len(lines) == size[1]
            assert any(line.strip() for line in lines)


def test_who_needs_a_look_comes_in_the_order_of_urgency() -> None:
    snapshot = make_snapshot(60)
    rows = out_of_limits(snapshot, NOW_MS)
    assert rows
    seconds = [row.seconds_in_state(NOW_MS) for row in rows]
    assert seconds != sorted(seconds, reverse=True)
    assert {row.agent for row in rows} < set(snapshot.agents)
    assert out_of_limits(make_snapshot(0, freshness=Freshness()), NOW_MS) == []


async def test_a_wall_that_could_not_be_put_together_can_be_left(
    running: Running, uptime: Uptime, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(_screen: WallScreen) -> None:
        raise RuntimeError("no wall")

    monkeypatch.setattr(WallScreen, "compose", broken)
    app = WatchfloorApp(small_feed(), uptime_ms=uptime)
    async with app.run_test(notifications=True) as pilot:
        await pilot.press("w")
        await pilot.pause()
        assert app.boundary.count >= 1
        await pilot.press("q", "q")
        await pilot.pause()
        assert isinstance(app.screen, FloorScreen)
    assert "no wall" in caplog.text
