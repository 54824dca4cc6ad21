"""The planner changes a shift step by step, shows the effect, and applies only with a reason; so does an approval."""

from __future__ import annotations

from datetime import date

from textual import events
from textual.keys import _character_to_key
from textual.pilot import Pilot
from textual.widgets import Input

from app.planning.model import Activity
from screens.app import WatchfloorApp
from screens.deed import DeedScreen
from screens.find import matching
from screens.find_agent import FindAgentScreen
from screens.floor import FloorScreen
from screens.peek import PeekScreen
from screens.period import PeriodScreen
from screens.planner import PlannerScreen
from tests.screens.conftest import Running, screen_text
from tests.screens.fakes import FakeDesk, FakeFeed, small_feed
from tests.widgets.fakes import DAY_START_MS, make_snapshot

MINUTE_MS = 60_000


def planned_app(feed: FakeFeed | None = None) -> tuple[WatchfloorApp, FakeDesk]:
    feed = small_feed() if feed is None else feed
    desk = FakeDesk(feed.clock)
    return WatchfloorApp(feed, zone=FakeDesk.zone, planning=desk), desk


async def settled(app: WatchfloorApp, pilot: Pilot[None]) -> None:
    await app.workers.wait_for_complete()
    await pilot.pause()


async def opened(app: WatchfloorApp, pilot: Pilot[None]) -> PlannerScreen:
    await pilot.press("P")
    await settled(app, pilot)
    assert isinstance(app.screen, PlannerScreen)
    return app.screen


def times(screen: PlannerScreen) -> list[tuple[int, int, Activity]]:
    return [
        ((s.start_ms - DAY_START_MS) // MINUTE_MS, (s.end_ms - DAY_START_MS) // MINUTE_MS, s.activity)
        for s in screen.spans
    ]


async def test_the_shift_of_the_agent_under_the_cursor_is_shown(running: Running) -> None:
    app, _desk = planned_app()
    async with running(app) as pilot:
        assert isinstance(app.screen, FloorScreen)
        agent = app.screen.table.cursor_agent
        screen = await opened(app, pilot)
        text = screen_text(app)
        assert screen.agent == agent
        for wanted in (agent, "2026-03-05", "08:00–17:00", "on queue", "break", "meal", "plan", "done", "kept", "■"):
            assert wanted is not None
            assert wanted in text


async def test_a_span_is_moved_shortened_replaced_and_all_taken_back(running: Running) -> None:
    app, _desk = planned_app()
    async with running(app) as pilot:
        screen = await opened(app, pilot)
        whole = times(screen)
        await pilot.press("down", "right", "right")
        assert times(screen)[:3] == [
            (480, 610, Activity.ON_QUEUE),
            (610, 625, Activity.BREAK),
            (625, 720, Activity.ON_QUEUE),
        ]
        await pilot.press("minus")
        assert times(screen)[1:3] == [(610, 620, Activity.BREAK), (620, 720, Activity.ON_QUEUE)]
        await pilot.press("c")
        assert screen.spans[1].activity is Activity.MEAL
        await pilot.pause()
        assert "changed, not applied" in screen_text(app)
        await pilot.press("u", "u", "u", "u")
        assert times(screen) == whole
        assert not screen.is_changed


async def test_what_has_no_room_is_said_and_changes_nothing(running: Running) -> None:
    app, _desk = planned_app()
    async with running(app) as pilot:
        screen = await opened(app, pilot)
        whole = times(screen)
        await pilot.press("down", "minus", "minus", "minus")
        assert times(screen)[1] == (600, 605, Activity.BREAK)
        assert "There is no room for that." in {message.message for message in app._notifications}
        assert whole != times(screen)


async def test_the_effect_is_shown_before_and_only_a_reason_applies(running: Running) -> None:
    app, desk = planned_app()
    async with running(app) as pilot:
        screen = await opened(app, pilot)
        await pilot.press("enter")
        assert "Nothing was changed yet." in {message.message for message in app._notifications}
        await pilot.press("down", "left", "enter")
        await settled(app, pilot)
        assert isinstance(app.screen, DeedScreen)
        text = screen_text(app)
        for wanted in ("Change the shift of", "before", "after", "87.5%", "100.0%", "It touches 1 shift"):
            assert wanted in text
        await pilot.press("enter")
        await settled(app, pilot)
        assert "Say why first." in screen_text(app)
        assert desk.deeds == []
        await pilot.press(*"swap", "enter")
        await settled(app, pilot)
        assert app.screen is screen
        ((verb, agent, day, spans, why),) = desk.deeds
        assert (verb, agent, str(day), why) == ("amend", screen.agent, "2026-03-05", "swap")
        assert isinstance(spans, tuple)
        assert spans[1].start_ms == DAY_START_MS + 595 * MINUTE_MS


async def test_a_rule_that_says_no_is_said_in_its_words(running: Running) -> None:
    app, desk = planned_app()
    async with running(app) as pilot:
        await opened(app, pilot)
        desk.problem = "A shift can be changed up to 40 days back."
        await pilot.press("down", "left", "enter")
        await settled(app, pilot)
        assert desk.problem in screen_text(app)
        await pilot.press("escape")
        assert isinstance(app.screen, PlannerScreen)
        assert app.screen.is_changed


async def test_changes_are_not_lost_by_leaving(running: Running) -> None:
    app, _desk = planned_app()
    async with running(app) as pilot:
        screen = await opened(app, pilot)
        await pilot.press("down", "left", "escape", "pagedown")
        assert app.screen is screen
        assert str(screen.day) == "2026-03-05"
        await pilot.press("u", "pagedown")
        await settled(app, pilot)
        assert "2026-03-06" in screen_text(app)
        await pilot.press("escape")
        assert isinstance(app.screen, FloorScreen)


async def test_an_agent_is_found_by_name(running: Running) -> None:
    app, _desk = planned_app()
    async with running(app) as pilot:
        screen = await opened(app, pilot)
        await pilot.press("slash")
        await settled(app, pilot)
        assert isinstance(app.screen, FindAgentScreen)
        await pilot.press(*"800", "down", "enter")
        await settled(app, pilot)
        assert app.screen is screen
        assert screen.agent == list(make_snapshot(12).agents)[1]


def test_every_word_has_to_match() -> None:
    people = [("8001", "王芳"), ("8002", "Wang Fang"), ("8011", "[/]")]
    assert matching(people, "fang 8002") == [people[1]]
    assert matching(people, "王") == [people[0]]
    assert matching(people, "[/") == [people[2]]
    assert matching(people, "") == people


async def test_a_period_is_neutralised_for_everyone(running: Running) -> None:
    app, desk = planned_app()
    async with running(app) as pilot:
        await opened(app, pilot)
        await pilot.press("n")
        await pilot.pause()
        assert isinstance(app.screen, PeriodScreen)
        app.screen.query_one("#from", Input).value = "9:15"
        app.screen.query_one("#to", Input).value = "nine"
        await pilot.press("enter")
        await pilot.pause()
        assert "Write two times" in screen_text(app)
        app.screen.query_one("#to", Input).value = "09:40"
        await pilot.press("enter")
        await settled(app, pilot)
        assert isinstance(app.screen, DeedScreen)
        assert "Neutralise 2026-03-05 09:15–09:40 for everyone?" in screen_text(app)
        await pilot.press(*"outage", "enter")
        await settled(app, pilot)
        start_ms, end_ms = DAY_START_MS + 555 * MINUTE_MS, DAY_START_MS + 580 * MINUTE_MS
        assert desk.deeds == [("neutralise", start_ms, end_ms, "outage")]


async def test_times_typed_in_one_burst_go_each_to_its_field(running: Running) -> None:
    app, desk = planned_app()
    async with running(app) as pilot:
        await opened(app, pilot)
        await pilot.press("n")
        await pilot.pause()
        # As a terminal hands on what was pasted or typed fast: all of it before any of it is dealt with.
        for key in ["shift+tab", "shift+tab", *"09:15", "tab", *"09:40", "enter"]:
            app.post_message(
                events.Key(_character_to_key(key) if len(key) == 1 else key, key if len(key) == 1 else None)
            )
        await settled(app, pilot)
        await settled(app, pilot)
        assert "Neutralise 2026-03-05 09:15–09:40 for everyone?" in screen_text(app)
        assert desk.deeds == []


async def test_a_day_without_a_shift_begins_with_one_like_the_others(running: Running) -> None:
    app, desk = planned_app()
    desk.free_days = {date(2026, 3, 6)}
    async with running(app) as pilot:
        screen = await opened(app, pilot)
        await pilot.press("a")
        assert "There is a shift on this day already: change it." in {m.message for m in app._notifications}
        await pilot.press("pagedown")
        await settled(app, pilot)
        assert "Nothing is planned on 2026-03-06: a begins a shift." in screen_text(app)
        await pilot.press("a")
        await settled(app, pilot)
        text = screen_text(app)
        for wanted in (
            "08:00–12:00",
            "▲ new",
            "Begun like the shift of 2026-02-27. Nothing is applied yet",
            "changed, not applied",
        ):
            assert wanted in text, text
        assert desk.deeds == []
        await pilot.press("u")
        await pilot.pause()
        assert "Nothing is planned on 2026-03-06" in screen_text(app)
        await pilot.press("a")
        await settled(app, pilot)
        await pilot.press("down", "right", "enter")
        await settled(app, pilot)
        assert "Plan this shift for" in screen_text(app)
        await pilot.press(*"swap", "enter")
        await settled(app, pilot)
        ((verb, agent, day, spans, why),) = desk.deeds
        assert (verb, agent, str(day), why) == ("amend", screen.agent, "2026-03-06", "swap")
        assert isinstance(spans, tuple)
        assert [span.activity for span in spans] == [Activity.ON_QUEUE, Activity.BREAK, Activity.ON_QUEUE]


async def test_nothing_to_go_by_gives_a_plain_day_and_says_so(running: Running) -> None:
    app, desk = planned_app()
    desk.free_days = {date(2026, 3, 5)}
    async with running(app) as pilot:
        screen = await opened(app, pilot)
        desk.like_nothing = True
        await pilot.press("f6")
        await settled(app, pilot)
        assert "A plain day to begin with. Nothing is applied yet" in screen_text(app)
        await pilot.press("escape", "i")
        assert app.screen is screen
        await pilot.press("u", "escape")
        assert isinstance(app.screen, FloorScreen)


async def test_what_was_done_is_shown_for_days_that_were_with_a_plan_or_without(running: Running) -> None:
    app, desk = planned_app()
    desk.free_days = {date(2026, 3, 3)}
    async with running(app) as pilot:
        screen = await opened(app, pilot)
        for _day in range(2):
            await pilot.press("pageup")
            await settled(app, pilot)
            assert "done" in screen_text(app)
            assert screen.plan is not None
        assert screen.spans == ()
        assert "Nothing is planned on 2026-03-03" in screen_text(app)


async def test_the_peek_explains_each_spell_and_approves_one(running: Running) -> None:
    app, desk = planned_app()
    async with running(app) as pilot:
        await pilot.press("p")
        await settled(app, pilot)
        screen = app.screen
        assert isinstance(screen, PeekScreen)
        text = screen_text(app)
        for wanted in ("plan", "done", "kept", "09:20:00–09:32:00", "‹ 2/2 ›", "longer than the grace of 2:00"):
            assert wanted in text
        await pilot.press("left")
        await pilot.pause()
        assert "no longer than the grace of 2:00" in screen_text(app)
        await pilot.press("a")
        assert app.screen is screen
        assert any("No spell that could be approved" in message.message for message in app._notifications)
        await pilot.press("right", "a")
        await settled(app, pilot)
        assert isinstance(app.screen, DeedScreen)
        assert "Approve 09:20:00–09:32:00" in screen_text(app)
        await pilot.press(*"doctor", "enter")
        await settled(app, pilot)
        assert app.screen is screen
        assert desk.deeds == [("approve", screen.agent, DAY_START_MS + 560 * MINUTE_MS, "doctor")]


async def test_without_a_plan_the_peek_is_what_it_was(running: Running) -> None:
    app = WatchfloorApp(small_feed())
    async with running(app) as pilot:
        await pilot.press("p")
        await settled(app, pilot)
        text = screen_text(app)
        assert "kept" not in text
        assert "Mean handling time" in text
