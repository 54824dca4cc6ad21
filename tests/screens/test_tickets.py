"""The tickets on the screen: the way there, the filter, the views, marks, deeds and the peek."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from textual.pilot import Pilot

from app.core.clock import ManualClock
from app.floor.picture import Freshness
from app.tickets.books import Books
from app.tickets.desk import CallTold, Deed, DeedResult, Offer, Person, TicketPicture, Verb
from app.tickets.holders import filter_of, holders
from app.tickets.live import LiveTickets, row_of
from app.tickets.model import Step, Ticket, TicketState
from app.tickets.picture import TicketSnapshot
from app.tickets.ports import TicketChanges
from screens.app import WatchfloorApp
from screens.ticket_deed import TicketDeedScreen
from screens.ticket_holders import HoldersScreen
from screens.ticket_more import MoreDeeds
from screens.ticket_peek import TicketPeek
from screens.ticket_suggestions import SuggestionLine
from screens.tickets import TicketsScreen, TicketView
from tests.screens.conftest import Running, screen_text
from tests.screens.fakes import FakeDesk, small_feed
from tests.screens.ticket_desk import FakeTicketDesk, recovered
from tests.tickets.samples import MINUTE_MS, NAMES, book, clock, ticket
from tests.widgets.fakes import NOW_MS

Listener = Callable[[TicketSnapshot], None]


class FakeTicketFeed:
    """A ticket feed whose pictures are pushed by the test."""

    def __init__(self, clock: ManualClock, *tickets: Ticket) -> None:
        self.clock = clock
        self._live = LiveTickets()
        self._seq = 0
        self._listeners: list[Listener] = []
        self._latest = self._take(tickets)

    def _take(self, tickets: tuple[Ticket, ...]) -> TicketSnapshot:
        self._seq += 1
        now_ms = self.clock.now_ms()
        self._live.apply(TicketChanges(self._seq, 1, self._seq == 1, tickets), NAMES, now_ms)
        return self._live.snapshot(now_ms, Freshness(engine_alive=True, engine_here=True))

    def latest(self) -> TicketSnapshot | None:
        return self._latest

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def push(self, *tickets: Ticket) -> None:
        self._latest = self._take(tickets)
        for listener in list(self._listeners):
            listener(self._latest)


class QueueDesk(FakeTicketDesk):
    """A desk over the tickets of a test; what may not be done says why."""

    def __init__(self, tickets: list[Ticket]) -> None:
        super().__init__()
        self.tickets = {each.ticket: each for each in tickets}
        self.the_book = book()
        self.why_not: dict[Verb, str] = {}
        self.called: tuple[CallTold, ...] = ()
        self.phoned: tuple[Person, ...] = ()

    def books(self) -> Books:
        return Books((), {})

    def picture(self, number: str) -> TicketPicture | None:
        found = super().picture(number)
        if found is None:
            return None
        found = replace(found, calls=self.called, people=self.phoned or found.people)
        return replace(found, offers=tuple(Offer(verb, self.why_not.get(verb, "")) for verb in Verb))

    def do(self, numbers: tuple[str, ...], deed: Deed) -> DeedResult:  # type: ignore[override]
        return super().do(numbers, deed)


def running(number: str, minutes: int, **more: object) -> Ticket:
    return ticket(number, clock(limit_seconds=(minutes + 10) * 60), **more)  # type: ignore[arg-type]


def some() -> list[Ticket]:
    return [
        running("WO-1", -5, title="停电三小时", unit="hrb", owner="li"),
        running("WO-2", 20, title="Bill is wrong", owner="wang"),
        running("WO-3", 200, title="[/]red", owner="", unit="gd"),
        ticket("WO-4", clock(paused=True, used_ms=60_000), state=TicketState.HELD),
    ]


class Place:
    """An app on some tickets."""

    def __init__(self, tickets: list[Ticket]) -> None:
        feed = small_feed()
        self.clock = feed.clock
        self.desk = QueueDesk(tickets)
        self.feed = FakeTicketFeed(feed.clock, *tickets)
        self.app = WatchfloorApp(feed, zone=FakeDesk.zone, tickets=(self.desk, self.feed))

    @property
    def screen(self) -> TicketsScreen:
        assert isinstance(self.app.screen, TicketsScreen)
        return self.app.screen

    @property
    def text(self) -> str:
        return screen_text(self.app)

    async def settled(self, pilot: Pilot[None]) -> None:
        await pilot.pause()
        await self.app.workers.wait_for_complete()
        await pilot.pause()

    async def open(self, pilot: Pilot[None]) -> None:
        await pilot.press("T")
        await self.settled(pilot)

    def shown(self) -> list[str]:
        order = self.screen.table.row_order
        return [order.line(at).ticket for at in range(order.line_count)]


async def test_a_key_on_the_floor_opens_the_tickets_and_brings_back(running: Running) -> None:
    place = Place(some())
    async with running(place.app) as pilot:
        await place.open(pilot)
        assert place.shown() == ["WO-1", "WO-2", "WO-3", "WO-4"]
        for wanted in ("4 open", "■ 1 overdue", "Ⅱ 1 paused", "-05:00■", "Ⅱ 59:00", "停电三小时", "[/]red", "handling"):
            assert wanted in place.text, wanted + place.text
        await pilot.press("escape")
        await pilot.pause()
        assert not isinstance(place.app.screen, TicketsScreen)


async def test_without_tickets_the_key_says_so_and_an_empty_list_says_what_to_do(running: Running) -> None:
    app = WatchfloorApp(small_feed())
    async with running(app) as pilot:
        await pilot.press("T")
        await pilot.pause()
        assert "The tickets cannot be read from here." in screen_text(app)
    place = Place([])
    async with running(place.app) as pilot:
        await place.open(pilot)
        assert "No ticket is open. w writes one" in place.text


async def test_the_filter_counts_while_it_is_typed_and_says_what_is_wrong(running: Running) -> None:
    place = Place(some())
    async with running(place.app) as pilot:
        await place.open(pilot)
        await pilot.press("slash", *"unit:哈尔滨")
        await pilot.pause()
        assert place.shown() == ["WO-1"]
        assert "1 / 4" in place.text
        await pilot.press(*" -")
        await pilot.pause()
        assert "After “-” comes what the tickets must not be" in place.text
        assert place.shown() == ["WO-1"], "the last filter that was understood holds"
        await pilot.press("enter", "escape")
        await pilot.pause()
        assert place.shown() == ["WO-1", "WO-2", "WO-3", "WO-4"]
        assert "After “-”" not in place.text
        await pilot.press("slash", *"nothing", "enter")
        await pilot.pause()
        assert "No open ticket matches the filter: Esc shows all of them." in place.text


async def test_the_line_below_the_filter_says_what_can_be_typed_next(running: Running) -> None:
    place = Place(some())
    async with running(place.app, size=(100, 24)) as pilot:
        await place.open(pilot)
        await pilot.press("slash")
        await pilot.pause()
        assert "type:  unit:  owner:" in place.text
        await pilot.press("u", "n", "tab")
        await pilot.pause()
        assert place.screen.filter_input.value == "unit:"
        assert "Guangdong  上海  哈尔滨" in place.text
        assert "lacks what to look for" not in place.text, "the line below says what is missing"
        assert len(place.shown()) == 4, "a word that is being typed hides nothing yet"
        await pilot.press("up", "up", "right")
        await pilot.pause()
        assert place.screen.filter_input.value == "unit:哈尔滨 "
        assert place.shown() == ["WO-1"]
        await pilot.press("left", "right", *"due<")
        await pilot.pause()
        assert "30m  1h  2h" in place.text, "→ inside the text moves on only"
        await pilot.press("enter")
        await pilot.pause()
        assert "30m  1h  2h" not in place.text
        await pilot.press("escape", "L", "slash", *"类型:投", "tab")
        await place.settled(pilot)
        assert place.screen.filter_input.value == "类型:投诉 "
        assert len(place.shown()) == 4
        await pilot.press("escape")
        await pilot.pause()
        assert not place.screen.suggestion_line.display


async def test_a_suggestion_is_taken_with_the_mouse(running: Running) -> None:
    place = Place(some())
    async with running(place.app, size=(100, 24)) as pilot:
        await place.open(pilot)
        await pilot.press("slash", *"ov")
        await pilot.pause()
        await pilot.click(SuggestionLine, offset=(3, 0))
        await pilot.pause()
        assert place.screen.filter_input.value == "overdue "
        assert place.shown() == ["WO-1"]
        await pilot.press("x")
        await pilot.pause()
        assert place.screen.filter_input.value == "overdue x", "the line has the focus again"


async def test_the_views_are_mine_late_within_the_hour_and_who_sits_on_what(running: Running) -> None:
    place = Place(some())
    async with running(place.app) as pilot:
        await place.open(pilot)
        await pilot.press("v")
        assert (place.screen.view, place.shown()) == (TicketView.MINE, ["WO-2", "WO-4"])
        await pilot.press("v")
        assert (place.screen.view, place.shown()) == (TicketView.SOON, ["WO-2"])
        await pilot.press("v")
        await pilot.pause()
        assert isinstance(place.app.screen, HoldersScreen)
        assert "哈尔滨" in place.text
        assert "李伟" in place.text
        await pilot.press("enter")
        await pilot.pause()
        assert place.shown() == ["WO-1"]
        assert place.screen.filter_input.value == "unit=哈尔滨"
        await pilot.press("escape", "left")
        await pilot.pause()
        assert isinstance(place.app.screen, HoldersScreen)
        await pilot.press("v")
        await pilot.pause()
        assert place.screen.view is TicketView.ALL


async def test_what_will_be_late_within_the_hour_comes_as_time_goes_on(running: Running) -> None:
    place = Place(some())
    async with running(place.app) as pilot:
        await place.open(pilot)
        await pilot.press("v", "v")
        assert place.shown() == ["WO-2"]
        place.screen.table.release()
        place.clock.advance_ms(150 * MINUTE_MS)
        for _second in range(3):
            place.screen.tick()
        assert place.shown() == ["WO-3"], "one is late now, another will be within the hour"


async def test_a_change_comes_and_arrivals_are_counted_until_the_person_looks(running: Running) -> None:
    place = Place(some())
    async with running(place.app) as pilot:
        await place.open(pilot)
        await pilot.press("down", "down")
        place.feed.push(ticket("WO-9", clock(limit_seconds=660)), running_now("WO-3", 1))
        await pilot.pause()
        assert "+1 came: n" in place.text
        assert place.shown() == ["WO-1", "WO-2", "WO-3", "WO-4"], "lines stay while the person moves"
        await pilot.press("n")
        await pilot.pause()
        assert place.shown() == ["WO-1", "WO-3", "WO-9", "WO-2", "WO-4"]
        assert place.screen.table.cursor_key == "WO-3"
        assert "came" not in place.text


def running_now(number: str, minutes: float) -> Ticket:
    return ticket(number, clock(limit_seconds=int((minutes + 10) * 60)))


async def test_a_deed_without_words_is_done_at_once_and_one_with_words_asks(running: Running) -> None:
    place = Place(some())
    async with running(place.app) as pilot:
        await place.open(pilot)
        await pilot.press("a")
        await place.settled(pilot)
        assert place.desk.deeds == [(("WO-1",), Deed(Verb.ACCEPT))]
        assert "Accept: done to 1 ticket. z takes it back." in place.text
        await pilot.press("b")
        await place.settled(pilot)
        assert isinstance(place.app.screen, TicketDeedScreen)
        assert (place.app.screen.numbers, place.app.screen.verb) == (("WO-1",), Verb.RETURN)


async def test_what_may_not_be_done_says_why_in_the_list_and_in_the_peek(running: Running) -> None:
    place = Place(some())
    place.desk.why_not = {Verb.ACCEPT: "王芳 has accepted it already, 09:41.", Verb.RESOLVE: "No.", Verb.ANSWER: "Nor."}
    async with running(place.app) as pilot:
        await place.open(pilot)
        await pilot.press("a")
        await place.settled(pilot)
        assert "王芳 has accepted it already, 09:41." in place.text
        assert place.desk.deeds == []
        await pilot.press("p")
        await place.settled(pilot)
        assert isinstance(place.app.screen, TicketPeek)
        assert place.app.action_state().why_not == {"accept": "王芳 has accepted it already, 09:41."}
        await pilot.press("d")
        await place.settled(pilot)
        assert place.desk.deeds == [(("WO-1",), Deed(Verb.CLOSE))] or isinstance(place.app.screen, TicketDeedScreen)


async def test_marked_tickets_are_done_together_in_order_of_urgency(running: Running) -> None:
    place = Place(some())
    async with running(place.app) as pilot:
        await place.open(pilot)
        await pilot.press("down", "space", "home", "space")
        await pilot.pause()
        assert "* 2 marked" in place.text
        await pilot.press("b")
        await place.settled(pilot)
        assert isinstance(place.app.screen, TicketDeedScreen)
        assert place.app.screen.numbers == ("WO-1", "WO-2")
        await pilot.press("escape")
        await place.settled(pilot)
        await pilot.press("q")
        assert isinstance(place.app.screen, TicketsScreen), "marks are said once"
        await pilot.press("q")
        await pilot.pause()
        assert not isinstance(place.app.screen, TicketsScreen)


async def test_a_key_offers_for_marked_tickets_what_can_be_done_to_some_of_them(running: Running) -> None:
    place = Place(some())
    why_not = place.desk.why_not_in_bulk
    why_not[Verb.HOLD] = dict.fromkeys(("WO-1", "WO-2"), "It waits already.")
    why_not[Verb.RESUME] = {"WO-1": "It does not wait for anything."}
    why_not[Verb.RETURN] = dict.fromkeys(("WO-1", "WO-3"), "Nobody sent it.")
    async with running(place.app) as pilot:
        await place.open(pilot)
        await pilot.press("space", "space", "h")
        await place.settled(pilot)
        screen = place.app.screen
        assert isinstance(screen, TicketDeedScreen), "resuming is all that can be done"
        assert (screen.verb, screen.numbers) == (Verb.RESUME, ("WO-2",))
        assert "Not to 1 marked ticket: It does not wait for anything." in place.text
        await pilot.press("enter")
        await place.settled(pilot)
        assert place.desk.deeds == [(("WO-2",), Deed(Verb.RESUME))]
        assert place.screen.table.marks == {"WO-1"}, "what it was not done to stays marked"
        await pilot.press("space", "t")
        await place.settled(pilot)
        assert isinstance(place.app.screen, MoreDeeds)
        assert "Transfer  –  all 2" in place.text
        assert "Dispatch  –  all 2" in place.text
        await pilot.press("down", "enter")
        await place.settled(pilot)
        assert isinstance(place.app.screen, TicketDeedScreen)
        assert place.app.screen.verb is Verb.DISPATCH
        await pilot.press("escape", "b")
        await place.settled(pilot)
        assert "Not with any of the 2 tickets: Nobody sent it." in place.text
        await pilot.press("x")
        await place.settled(pilot)
        assert "Resume  –  1 of 2" in place.text


async def test_the_header_says_when_the_months_credits_come_near_their_line(running: Running) -> None:
    place = Place(some())
    place.desk.recovered = recovered(3_999_999)
    async with running(place.app, size=(120, 24)) as pilot:
        await place.open(pilot)
        assert "granted" not in place.text
        for total_fen, wanted in ((4_000_000, "▲ granted 40,000 of 50,000 yuan"), (5_100_000, "■ granted 51,000 of")):
            place.desk.recovered = recovered(total_fen)
            place.clock.advance_ms(MINUTE_MS)
            place.screen.tick()
            await place.settled(pilot)
            assert wanted in place.text
        await pilot.resize_terminal(80, 24)
        await pilot.press("space")
        await place.settled(pilot)
        assert "■ granted 102 %   * 1 marked" in place.text


async def test_every_deed_is_in_one_list_with_the_reason_why_not(running: Running) -> None:
    place = Place(some())
    place.desk.why_not = {Verb.DISPATCH: "Only the sender dispatches."}
    async with running(place.app, size=(120, 45)) as pilot:
        await place.open(pilot)
        await pilot.press("x")
        await place.settled(pilot)
        assert isinstance(place.app.screen, MoreDeeds)
        await pilot.press(*"crew arr", "enter")
        await place.settled(pilot)
        assert place.desk.deeds == [(("WO-1",), Deed(Verb.ARRIVE))]


async def test_the_peek_shows_clocks_path_people_and_why(running: Running) -> None:
    steps = (
        Step(1, NOW_MS - 60 * MINUTE_MS, "created", "ann", "hub", "", "", False),
        Step(2, NOW_MS - 50 * MINUTE_MS, "held", "li", "hrb", "waits for [bold]them[/]", "act-1", True, "customer"),
    )
    mine = ticket(
        "WO-1", clock("contact", limit_seconds=300), clock("overall", limit_seconds=172_800), steps=steps, unit="hrb"
    )
    place = Place([mine])
    async with running(place.app, size=(120, 60)) as pilot:
        await place.open(pilot)
        await pilot.press("enter")
        await place.settled(pilot)
        for wanted in (
            "WO-1 · complaint",
            "■ first contact",
            "-05:00",
            "47:50:00",
            "热线中心",
            "0451-95598",
            "first manager",
            "waits for [bold]them[/]  taken back",
            "held (the customer)",
            "1700000000.1",
            "Priority      normal",
            "a Accept",
        ):
            assert wanted in place.text, wanted + place.text
        await pilot.press("escape")
        await pilot.pause()
        assert isinstance(place.app.screen, TicketsScreen)


async def test_the_peek_says_every_fact_in_the_words_of_people(running: Running) -> None:
    said = (
        ("created", "complaint", "written (complaint)", "(投诉)"),
        ("dispatched", "li", "dispatched (李伟)", "已派发 (李伟)"),
        ("phoned", "manager_1 not_reached", "phoned (first manager not reached)", "(第一负责人 未接通)"),
        ("escalated", "handling/1/2 0 owner", "told (handling · who has it)", "已通知 (处理 · 处理人)"),
        ("promised", f"p1 {NOW_MS + 30 * MINUTE_MS}", "call promised (for 10:30:00)", "10:30:00"),
        ("credited", "15000", "credited (150.00 yuan)", "150.00 元"),
        ("prioritised", "1", "priority set (top)", "最高"),
        ("linked", "notice:N-1", "linked (notice N-1)", "公告 N-1"),
        ("returned", "charged", "returned (our own fault)", "本单位责任"),
        ("flagged", "repeat_call c5", "flagged (called again c5)", "再次来电 c5"),
        ("act_withdrawn", "act-1", "taken back  李伟", "李伟"),
    )
    steps = tuple(
        Step(at, NOW_MS - at * MINUTE_MS, kind, "li", "hrb", "", "", False, detail)
        for at, (kind, detail, _english, _chinese) in enumerate(said, 1)
    )
    place = Place([ticket("WO-1", clock("handling"), steps=steps, state=TicketState.NEW)])
    place.desk.called = (CallTold("1700000000.1", "support", NOW_MS - 30 * MINUTE_MS, "li"),)
    place.desk.phoned = (Person("owner", "李伟", "139"),)
    async with running(place.app, size=(120, 60)) as pilot:
        await place.open(pilot)
        await pilot.press("p")
        await place.settled(pilot)
        for wanted in (*(english for *_others, english, _chinese in said), "new · ", "09:30:00 · support · 李伟 · 170"):
            assert wanted in place.text, wanted + place.text
        assert "who has it      李伟" in place.text
        await pilot.press("L")
        await place.settled(pilot)
        for wanted in (*(chinese for *_others, chinese in said), "新建 · ", "自然时间", "来源通话"):
            assert wanted in place.text, wanted + place.text


async def test_the_keys_of_the_peek_are_those_of_what_may_be_done_by_their_names(running: Running) -> None:
    place = Place(some())
    place.desk.why_not = dict.fromkeys((Verb.ACCEPT, Verb.HOLD, Verb.RESOLVE, Verb.ANSWER, Verb.TRANSFER), "Not you.")
    async with running(place.app, size=(80, 24)) as pilot:
        await place.open(pilot)
        await pilot.press("p")
        await place.settled(pilot)
        assert "t Dispatch  b Return  R Recall  h Resume  d Close ticket  c Call" in place.text
        assert "a Accept" not in place.text.splitlines()[-3]
        await pilot.press("end")
        await place.settled(pilot)
        assert "a  Accept      Not you." in place.text


async def test_everything_is_said_in_chinese_too_and_in_eighty_columns(running: Running) -> None:
    place = Place(some())
    async with running(place.app, size=(80, 24)) as pilot:
        await place.open(pilot)
        await pilot.press("L")
        await pilot.pause()
        for wanted in ("工单", "超时", "暂停", "处理"):
            assert wanted in place.text, place.text
        await pilot.press("p")
        await place.settled(pilot)
        assert "时钟" in place.text or "计时" in place.text, place.text


def test_holders_are_counted_by_unit_and_person() -> None:
    rows = [row_of(each, NAMES) for each in some()]
    found = holders(rows, NOW_MS)
    assert [(each.unit, each.owner, each.open, each.overdue, each.soon, each.paused) for each in found] == [
        ("hrb", None, 1, 1, 0, 0),
        ("hrb", "li", 1, 1, 0, 0),
        ("sh", None, 2, 0, 1, 1),
        ("sh", "wang", 2, 0, 1, 1),
        ("gd", None, 1, 0, 0, 0),
        ("gd", "", 1, 0, 0, 0),
    ]
    assert found[2].first_due_ms == NOW_MS + 20 * MINUTE_MS
    assert holders([], NOW_MS) == []
    names = [filter_of(each, found) for each in found]
    assert names == ["unit=哈尔滨", "unit=哈尔滨 owner=李伟", "unit=上海", "unit=上海 owner=王芳", "unit=guangdong",
                     "unit=guangdong unowned"]  # fmt: skip
    twins = [each._replace(unit_name="同名") for each in found]
    assert filter_of(twins[1], twins) == "unit=hrb owner=李伟"
