"""The notices on the screen: three lists with countdowns, the dialog that posts, the life of one, and told ahead."""

from __future__ import annotations

from textual.pilot import Pilot

from app.core.alert_events import AlertDelivered
from app.core.clock import ManualClock
from app.core.errors import RuleRefused
from app.core.i18n import set_language
from app.core.ticket_events import NoticeEnded, NoticePosted, NoticeTold
from app.tickets.notice_desk import NoticeBoard, NoticeLife
from app.tickets.notices import Absorption, EventPlan
from app.tickets.ports import Notice
from screens.alert_deeds import AlertDeedScreen
from screens.app import WatchfloorApp
from screens.notice_form import NoticeForm
from screens.notices import NoticePeek, NoticesScreen
from tests.screens.conftest import Running, screen_text
from tests.screens.fakes import FakeDesk, small_feed
from tests.screens.ticket_desk import FakeTicketDesk
from tests.widgets.fakes import NOW_MS

HOUR_MS = 3_600_000
LIVE = Notice("N-1", NOW_MS - HOUR_MS, "wang", "哈尔滨", "电", "[/]抢修中", NOW_MS - 130_000, None, 12)
PLANNED = Notice(
    "N-2",
    NOW_MS - HOUR_MS,
    "wang",
    "",
    "宽带",
    "积分短信",
    NOW_MS + 5 * HOUR_MS,
    None,
    0,
    "bulk_sms",
    NOW_MS + 2 * HOUR_MS,
    45,
    (86_400, 3_600),
    ("region",),
)
PAST = LIVE._replace(notice="N-0", wording="修好了", ended_ms=NOW_MS - 1000)


class FakeNoticeDesk:
    """Notices a test changes; writes down what it is asked to do."""

    def __init__(self, *notices: Notice) -> None:
        self.notices = notices
        self.told_ms: dict[str, int] = {}
        self.posted: list[tuple[object, ...]] = []
        self.ended: list[str] = []
        self.refusal = ""

    def board(self) -> NoticeBoard:
        return NoticeBoard(self.notices, dict(self.told_ms))

    def life(self, notice: str) -> NoticeLife | None:
        found = next((each for each in self.notices if each.notice == notice), None)
        if found is None:
            return None
        facts = (
            NoticePosted(at_ms=NOW_MS - HOUR_MS, notice=notice, by="wang", wording="[bold]短信"),
            NoticeTold(
                at_ms=NOW_MS - 60_000, notice=notice, starts_ms=NOW_MS, leads_seconds=(86_400,), recipients=("region",)
            ),
            AlertDelivered(
                at_ms=NOW_MS,
                alert=f"notice:{notice}",
                message="m",
                recipient="region",
                channel="robot",
                outcome="refused",
                answer="93000 invalid",
            ),
            NoticeEnded(at_ms=NOW_MS, notice=notice, by="li"),
        )
        return NoticeLife(found, Absorption(3, 1, 1), facts, {"wang": "王"}, {"region": "大区"})

    def post(
        self, wording: str, *, area: str, service: str, expected_end_ms: int | None, again: str, event: EventPlan
    ) -> str:
        if self.refusal:
            raise RuleRefused(self.refusal)
        self.posted.append((wording, area, service, expected_end_ms, again, event))
        return again or "N-9"

    def end(self, notice: str) -> None:
        self.ended.append(notice)


class Place:
    """An app on some notices."""

    def __init__(self, *notices: Notice) -> None:
        feed = small_feed()
        self.clock: ManualClock = feed.clock
        self.desk = FakeNoticeDesk(*notices)
        self.app = WatchfloorApp(feed, zone=FakeDesk.zone)
        self.app.tickets = FakeTicketDesk()
        self.app.attach_notices(self.desk)

    @property
    def text(self) -> str:
        return screen_text(self.app)

    async def settled(self, pilot: Pilot[None]) -> None:
        await pilot.pause()
        await self.app.workers.wait_for_complete()
        await pilot.pause()

    async def open(self, pilot: Pilot[None]) -> None:
        await pilot.press("N")
        await self.settled(pilot)
        assert isinstance(self.app.screen, NoticesScreen)


async def test_three_lists_with_what_counts_down(running: Running) -> None:
    place = Place(LIVE, PLANNED, PAST)
    async with running(place.app, (110, 30)) as pilot:
        await place.open(pilot)
        lines = [line.rstrip() for line in place.text.splitlines()]
        live, planned, past = (
            next(line for line in lines if wording in line) for wording in ("[/]抢修中", "积分短信", "修好了")
        )
        assert "outage · 哈尔滨 · 电" in live
        assert live.endswith("12■     -02:10")
        assert "bulk message · 宽带" in planned
        assert planned.split()[-1] == "2:00:00"
        assert "+45%" in planned
        assert lines.index(live) < lines.index(planned) < lines.index(past)
        place.clock.advance_ms(2 * HOUR_MS)
        place.app.tick()
        await place.settled(pilot)
        lines = [line.rstrip() for line in place.text.splitlines()]
        began = next(at for at, line in enumerate(lines) if "积分短信" in line)
        assert began < next(at for at, line in enumerate(lines) if "Planned" in line)
        assert lines[began].endswith("3:00:00")


async def test_with_nothing_known_the_lists_say_what_to_do(running: Running) -> None:
    place = Place()
    async with running(place.app, (80, 24)) as pilot:
        await place.open(pilot)
        assert "w posts what is going to happen" in place.text
        await pilot.press("x")
        await place.settled(pilot)
        assert "No notice is under the cursor" in place.text


async def test_a_planned_event_is_posted_from_the_dialog(running: Running) -> None:
    place = Place()
    async with running(place.app) as pilot:
        await place.open(pilot)
        await pilot.press("w", "right", "tab", *"sms", "tab", "tab", "tab", *"+2h", "tab", *"+3h", "tab", *"much")
        await pilot.press("enter")
        await place.settled(pilot)
        assert isinstance(place.app.screen, NoticeForm)
        assert "no change of the calls" in place.text
        await pilot.press(*["backspace"] * 4, *"+45%")
        await place.settled(pilot)
        assert "People are told 24h, 1h before." in place.text
        await pilot.press("enter")
        await place.settled(pilot)
        plan = EventPlan("bulk_sms", NOW_MS + 2 * HOUR_MS, 45)
        assert place.desk.posted == [("sms", "", "", NOW_MS + 3 * HOUR_MS, "", plan)]
        assert "Notice N-9 is posted." in place.text


async def test_changing_keeps_what_is_not_touched_even_where_it_has_passed(running: Running) -> None:
    begun = PLANNED._replace(starts_ms=NOW_MS - HOUR_MS, expected_end_ms=NOW_MS + HOUR_MS)
    place = Place(begun)
    async with running(place.app) as pilot:
        await place.open(pilot)
        await pilot.press("c", "enter")
        await place.settled(pilot)
        plan = EventPlan("bulk_sms", NOW_MS - HOUR_MS, 45, (86_400, 3_600), ("region",))
        assert place.desk.posted == [("积分短信", "", "宽带", NOW_MS + HOUR_MS, "N-2", plan)]


async def test_what_is_refused_is_said_and_nothing_is_lost(running: Running) -> None:
    place = Place()
    place.desk.refusal = "ask [your] supervisor"
    async with running(place.app) as pilot:
        await place.open(pilot)
        await pilot.press("w", "tab", *"x", "enter")
        await place.settled(pilot)
        assert isinstance(place.app.screen, NoticeForm)
        assert "ask [your] supervisor" in place.text


async def test_ending_asks_first(running: Running) -> None:
    place = Place(LIVE)
    async with running(place.app) as pilot:
        await place.open(pilot)
        await pilot.press("x")
        await place.settled(pilot)
        assert isinstance(place.app.screen, AlertDeedScreen)
        assert place.desk.ended == []
        await pilot.press("enter")
        await place.settled(pilot)
        assert place.desk.ended == ["N-1"]


async def test_the_life_of_one_says_who_was_told_with_what_answer(running: Running) -> None:
    place = Place(PLANNED)
    async with running(place.app) as pilot:
        await place.open(pilot)
        await pilot.press("p")
        await place.settled(pilot)
        assert isinstance(place.app.screen, NoticePeek)
        for wanted in (
            "calls +45%; not counted in the forecast",
            "24h, 1h before",
            "王 posted: [bold]短信",
            "told ahead (24h): 大区",
            "大区 through robot: refused, 93000 invalid",
            "3 contacts, 75.0% of all of it; 1 are still cut off",
        ):
            assert wanted in place.text, wanted + place.text
        set_language("zh")
        place.app.screen.language_changed()
        await place.settled(pilot)
        assert "不计入预测" in place.text
        await pilot.press("escape")
        await pilot.pause()
        assert isinstance(place.app.screen, NoticesScreen)


async def test_every_screen_says_once_that_people_are_told_ahead(running: Running) -> None:
    place = Place(PLANNED)
    async with running(place.app) as pilot:

        async def read() -> int:
            place.app._read_notices()
            await place.settled(pilot)
            return len(place.app._notifications)

        assert [await read(), await read()] == [0, 0]
        place.desk.told_ms["N-2"] = NOW_MS
        assert [await read(), await read()] == [1, 1]
        assert "Ahead: bulk message, 宽带" in place.text
