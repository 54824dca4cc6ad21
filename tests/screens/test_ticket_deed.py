"""The dialogs of tickets: what they ask, what they show before anything is done, and what they hand to the desk."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta, timezone
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from app.core.i18n import set_language
from app.floor.model import Outcome, Visit
from app.floor.picture import AgentDay
from app.tickets.desk import Deed, DeedResult, NewTicket, Verb
from app.tickets.making import VALUES
from screens.app import WatchfloorApp
from screens.peek import PeekScreen
from screens.ticket_deed import TicketDeedScreen
from screens.ticket_deed_words import VERBS
from screens.ticket_form_screen import FormScreen
from screens.ticket_forms import FORMS
from screens.ticket_new import FIELDS, NewTicketScreen
from screens.ticket_undo import UndoScreen
from screens.ticket_views import MarkPatternScreen, SavedViewsScreen
from tests.screens.conftest import Running, screen_text
from tests.screens.fakes import FakeFeed, small_feed
from tests.screens.ticket_desk import FakeTicketDesk, held
from tests.widgets.fakes import NOW_MS, make_snapshot

CHINA = timezone(timedelta(hours=8))
MINUTE_MS = 60_000


class Shown:
    """A dialog on a floor, and what it came to."""

    def __init__(self, app: WatchfloorApp, pilot: Pilot[None]) -> None:
        self.app = app
        self.pilot = pilot
        self.results: list[Any] = []

    async def open(self, screen: FormScreen[Any]) -> None:
        """Show a dialog, and wait until it has read what it needs."""
        self.app.push_screen(screen, self.results.append)
        await self.settled()

    async def settled(self) -> None:
        await self.pilot.pause()
        await self.app.workers.wait_for_complete()
        await self.pilot.pause()

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.settled()

    async def type(self, text: str) -> None:
        """Type letters, of whatever script."""
        field = self.app.focused
        assert isinstance(field, Input)
        field.insert_text_at_cursor(text)
        await self.settled()

    @property
    def text(self) -> str:
        return screen_text(self.app)

    @property
    def told(self) -> str:
        assert isinstance(self.app.screen, FormScreen)
        return self.app.screen.told.text


def small_app() -> WatchfloorApp:
    return WatchfloorApp(small_feed(), zone=CHINA)


def deed_screen(desk: FakeTicketDesk, verb: Verb, *numbers: str) -> TicketDeedScreen:
    numbers = numbers or ("WO-1",)
    return TicketDeedScreen(numbers, verb, desk, desk.picture("WO-1"))


# -- the table -------------------------------------------------------------------------------------------------------


def test_every_verb_has_a_form_and_a_name_and_asks_only_for_what_its_fact_has() -> None:
    for verb in Verb:
        assert {field.name for field in FORMS[verb]} <= set(VALUES[verb]), verb
        assert VERBS[verb]


def test_a_new_ticket_asks_only_for_what_a_ticket_has() -> None:
    assert {field.name for field in FIELDS} <= set(NewTicket.__dataclass_fields__)


# -- one ticket ------------------------------------------------------------------------------------------------------


async def test_a_unit_and_a_person_are_found_by_typing(running: Running) -> None:
    desk = FakeTicketDesk()
    async with running(small_app(), size=(80, 24)) as pilot:
        shown = Shown(pilot.app, pilot)  # type: ignore[arg-type]
        await shown.open(deed_screen(desk, Verb.TRANSFER))
        assert "[@click=app.quit]宽带无法上网[/]" in shown.text
        await shown.type("哈尔")
        assert "哈尔滨道外班" in shown.text
        assert "上海" not in shown.text
        await shown.press("enter")
        await shown.type("王")
        await shown.press("enter")
        await shown.type("please")
        await shown.press("enter")
    assert desk.deeds == [(("WO-1",), Deed(Verb.TRANSFER, {"unit": "hrb", "person": "wang", "note": "please"}))]
    assert shown.results == [DeedResult("act-9", ("WO-1",))]


async def test_a_name_is_chosen_with_the_arrows_too(running: Running) -> None:
    desk = FakeTicketDesk()
    async with running(small_app()) as pilot:
        shown = Shown(pilot.app, pilot)  # type: ignore[arg-type]
        await shown.open(deed_screen(desk, Verb.DISPATCH))
        await shown.press("down", "down", "down", "enter", "tab", "enter")
    assert desk.deeds[0][1].values == {"unit": "sh"}


async def test_nothing_is_done_without_what_is_needed(running: Running) -> None:
    desk = FakeTicketDesk()
    async with running(small_app()) as pilot:
        shown = Shown(pilot.app, pilot)  # type: ignore[arg-type]
        await shown.open(deed_screen(desk, Verb.TRANSFER))
        await shown.press("enter")
        assert "To unit is missing." in shown.told
        await shown.type("nowhere")
        assert "Nothing here is called that." in shown.text
        await shown.press("enter")
        assert "nothing here is called “nowhere”" in shown.told
        await shown.press("escape")
    assert desk.deeds == []
    assert shown.results == [None]


async def test_what_a_hold_does_to_the_clocks_is_shown_before(running: Running) -> None:
    desk = FakeTicketDesk()
    async with running(small_app()) as pilot:
        shown = Shown(pilot.app, pilot)  # type: ignore[arg-type]
        await shown.open(deed_screen(desk, Verb.HOLD))
        await shown.press("right")
        assert "the customer" in shown.text
        assert "Waits: Overall" in shown.told
        assert "Runs on all the same: First contact" in shown.told
        await shown.press("enter")
    assert desk.deeds[0][1].values == {"reason": "customer"}


@pytest.mark.parametrize(
    ("verb", "said"),
    [
        (Verb.CONTACT, "Stops: First contact"),
        (Verb.CLOSE, "Stops: First contact, Overall"),
        (Verb.RETURN, "It goes back to 热线中心"),
        (Verb.UNQUALIFIED, "counts against them by its kind"),
        (Verb.REOPEN, "A new cycle begins, with its own limit: Overall (48:00:00)"),
        (Verb.CREDIT, "The line may grant 200.00 yuan for a ticket; 0.00 are granted already."),
    ],
)
async def test_the_effect_is_said(running: Running, verb: Verb, said: str) -> None:
    async with running(small_app()) as pilot:
        shown = Shown(pilot.app, pilot)  # type: ignore[arg-type]
        await shown.open(deed_screen(FakeTicketDesk(), verb))
        assert said in shown.told


async def test_a_credit_is_typed_in_yuan_and_stored_in_fen(running: Running) -> None:
    desk = FakeTicketDesk()
    async with running(small_app()) as pilot:
        shown = Shown(pilot.app, pilot)  # type: ignore[arg-type]
        await shown.open(deed_screen(desk, Verb.CREDIT))
        await shown.type("250.5")
        assert "250.50 yuan in all are more than the line may grant (200.00)" in shown.told
        await shown.press("backspace", "backspace", "backspace", "backspace", "backspace")
        await shown.type("1O")
        await shown.press("tab")
        await shown.type("三天没网")
        await shown.press("enter")
        assert "is not an amount in yuan" in shown.told
        await shown.press("backspace")
        await shown.type("9.9")
        await shown.press("enter")
    assert desk.deeds[0][1].values == {"amount_fen": 1990, "reason": "三天没网"}


async def test_a_promise_takes_a_time_of_day_and_the_number_that_called(running: Running) -> None:
    desk = FakeTicketDesk()
    desk.tickets["WO-1"] = desk.tickets["WO-1"]._replace(promises=())
    async with running(small_app()) as pilot:
        shown = Shown(pilot.app, pilot)  # type: ignore[arg-type]
        await shown.open(deed_screen(desk, Verb.PROMISE))
        await shown.type("09:30")
        assert "Promised for 2026-03-06 09:30." in shown.told
        await shown.press("home", "ctrl+k")
        await shown.type("+90m")
        await shown.press("enter")
    assert desk.deeds[0][1].values == {"due_ms": NOW_MS + 90 * MINUTE_MS, "number": "13900001111"}


async def test_a_phone_call_names_whom_and_whether_they_were_reached(running: Running) -> None:
    desk = FakeTicketDesk()
    async with running(small_app(), size=(80, 24)) as pilot:
        shown = Shown(pilot.app, pilot)  # type: ignore[arg-type]
        await shown.open(deed_screen(desk, Verb.PHONE))
        assert "0451-95598" in shown.text
        await shown.press("right")
        assert "13800001111" in shown.text
        await shown.press("enter")
        assert "Reached is missing." not in shown.told
        await shown.press("enter")
        assert "Reached is missing." in shown.told
        await shown.press("right", "right", "enter")
    values = desk.deeds[0][1].values
    assert values == {"role": "manager_1", "person": "赵刚", "number": "13800001111", "reached": False}


async def test_a_call_back_knows_the_promises(running: Running) -> None:
    desk = FakeTicketDesk()
    async with running(small_app()) as pilot:
        shown = Shown(pilot.app, pilot)  # type: ignore[arg-type]
        await shown.open(deed_screen(desk, Verb.CALL_BACK))
        assert "13700002222" in shown.text
        await shown.press("right", "enter", "right", "enter")
    assert desk.deeds[0][1].values == {"promise": "p1", "number": "13700002222", "reached": True}


async def test_a_priority_can_be_given_back_to_the_rule(running: Running) -> None:
    desk = FakeTicketDesk()
    async with running(small_app()) as pilot:
        shown = Shown(pilot.app, pilot)  # type: ignore[arg-type]
        await shown.open(deed_screen(desk, Verb.PRIORITISE))
        await shown.press("left", "enter")
        await shown.type("a mistake")
        await shown.press("enter")
    assert desk.deeds[0][1].values == {"priority": None, "reason": "a mistake"}


async def test_a_deed_that_needs_nothing_is_one_key(running: Running) -> None:
    desk = FakeTicketDesk()
    async with running(small_app()) as pilot:
        shown = Shown(pilot.app, pilot)  # type: ignore[arg-type]
        await shown.open(deed_screen(desk, Verb.START))
        await shown.press("tab", "down", "enter")
    assert desk.deeds == [(("WO-1",), Deed(Verb.START, {}))]


async def test_a_held_ticket_goes_on(running: Running) -> None:
    desk = FakeTicketDesk()
    desk.tickets["WO-1"] = held()
    async with running(small_app()) as pilot:
        shown = Shown(pilot.app, pilot)  # type: ignore[arg-type]
        await shown.open(deed_screen(desk, Verb.RESUME))
        await shown.press("enter")
    assert desk.deeds == [(("WO-1",), Deed(Verb.RESUME, {}))]


async def test_a_refusal_is_told_and_the_dialog_stays(running: Running) -> None:
    desk = FakeTicketDesk()
    desk.refused = {"WO-1": "李伟 has accepted it already."}
    async with running(small_app()) as pilot:
        shown = Shown(pilot.app, pilot)  # type: ignore[arg-type]
        await shown.open(deed_screen(desk, Verb.NOTE))
        await shown.type("hm")
        await shown.press("enter")
        assert "李伟 has accepted it already." in shown.told
        desk.refused = {}
        desk.problem = "The value is wrong."
        await shown.press("enter")
        assert "The value is wrong." in shown.told
        await shown.press("escape")
    assert shown.results == [None]


# -- many ------------------------------------------------------------------------------------------------------------


async def test_many_at_once_are_asked_about_and_the_refused_are_named(running: Running) -> None:
    desk = FakeTicketDesk()
    desk.refused = {"WO-2": "It was closed: [b]李伟[/b], 09:00; reopen it first."}
    async with running(small_app(), size=(80, 24)) as pilot:
        shown = Shown(pilot.app, pilot)  # type: ignore[arg-type]
        await shown.open(deed_screen(desk, Verb.NOTE, "WO-1", "WO-2", "WO-3"))
        assert "Note: 3 tickets" in shown.text
        await shown.type("x")
        await shown.press("enter")
        assert "Note: 3 tickets at once? Enter once more does it." in shown.told
        assert desk.deeds == []
        await shown.type("y")
        assert "at once?" not in shown.told
        await shown.press("enter", "enter")
        assert desk.deeds == [(("WO-1", "WO-2", "WO-3"), Deed(Verb.NOTE, {"text": "xy"}))]
        assert "Done to 2 tickets." in shown.text
        assert "WO-2  It was closed: [b]李伟[/b], 09:00; reopen it first." in shown.text
        await shown.press("enter")
    assert len(desk.deeds) == 1
    assert shown.results == [DeedResult("act-9", ("WO-1", "WO-3"), desk.refused)]


# -- a new ticket ----------------------------------------------------------------------------------------------------


async def test_a_ticket_is_written_from_a_call(running: Running) -> None:
    desk = FakeTicketDesk()
    desk.live = []
    prefill = NewTicket("complaint", "", caller="13900001234", call="1700.1", fields={"queue": "报障"})
    async with running(small_app(), size=(80, 24)) as pilot:
        shown = Shown(pilot.app, pilot)  # type: ignore[arg-type]
        await shown.open(NewTicketScreen(desk, prefill))
        assert "New ticket from the call of 13900001234" in shown.text
        await shown.press("enter")
        await shown.type("路灯不亮")
        await shown.press("tab", "tab", "tab")
        await shown.type("5")
        await shown.press("enter")
    expected = replace(prefill, title="路灯不亮", stars=5)
    assert desk.created == [expected]
    assert shown.results == ["WO-101"]


async def test_risks_and_compensation_are_kept(running: Running) -> None:
    desk = FakeTicketDesk()
    async with running(small_app()) as pilot:
        shown = Shown(pilot.app, pilot)  # type: ignore[arg-type]
        await shown.open(NewTicketScreen(desk))
        await shown.press("right", "tab")
        await shown.type("x")
        await shown.press("shift+tab", "shift+tab")
        await shown.type("300")
        await shown.press("shift+tab", "left", "enter")
    [new] = desk.created
    assert new.risks == ("regulator", "media")
    assert new.compensation_fen == 30_000
    assert new.ticket_type == list(desk.the_book.types)[1]


async def test_a_known_outage_is_offered_and_absorbs_the_contact(running: Running) -> None:
    desk = FakeTicketDesk()
    prefill = NewTicket("repair", "", caller="139", call="1700.1")
    async with running(small_app(), size=(80, 24)) as pilot:
        shown = Shown(pilot.app, pilot)  # type: ignore[arg-type]
        await shown.open(NewTicketScreen(desk, prefill))
        screen = shown.app.screen
        assert isinstance(screen, NewTicketScreen)
        area = screen.row("area")
        assert area is not None
        screen.set_focus(area.widget)
        await shown.type("道外区")
        assert "道外区计划检修停电" in shown.text
        assert "until 03-05 11:30" in shown.text
        assert "[bold]全省线路改造[/]" in shown.text
        assert "F6 answers the contact with the notice" in shown.told
        await shown.press("f6")
        assert desk.absorbed == []
        assert "write no ticket? F6 once more does it." in shown.told
        await shown.press("f6")
    assert desk.absorbed == [("n1", "1700.1", "139", "", "道外区", "")]
    assert desk.created == []
    assert shown.results == [None]


async def test_the_second_notice_can_be_chosen(running: Running) -> None:
    desk = FakeTicketDesk()
    async with running(small_app()) as pilot:
        shown = Shown(pilot.app, pilot)  # type: ignore[arg-type]
        await shown.open(NewTicketScreen(desk, NewTicket("repair", "", caller="139")))
        await shown.press("f6", "down")
        assert "全省线路改造" in shown.told
        await shown.press("f6")
    assert desk.absorbed[0][0] == "n2"


async def test_a_ticket_that_may_not_be_written_stays_on_the_screen(running: Running) -> None:
    desk = FakeTicketDesk()
    desk.problem = "A ticket of 热线 is written by its own people."
    async with running(small_app()) as pilot:
        shown = Shown(pilot.app, pilot)  # type: ignore[arg-type]
        await shown.open(NewTicketScreen(desk, NewTicket("repair", "x")))
        await shown.press("enter")
        assert desk.problem in shown.told
        await shown.press("escape")
    assert shown.results == [None]


# -- undo, views, marks ----------------------------------------------------------------------------------------------


async def test_what_would_be_taken_back_is_shown_with_who_did_it(running: Running) -> None:
    desk = FakeTicketDesk()
    async with running(small_app(), size=(80, 24)) as pilot:
        shown = Shown(pilot.app, pilot)  # type: ignore[arg-type]
        await shown.open(UndoScreen(desk, "WO-1"))
        assert "09:59  李伟  accepted" in shown.told
        assert desk.undone == []
        await shown.press("enter")
    assert desk.undone == ["act-7"]
    assert shown.results == [DeedResult("act-10", ("WO-1",))]


async def test_a_deed_on_many_is_taken_back_on_all(running: Running) -> None:
    desk = FakeTicketDesk()
    desk.touched_tickets = ("WO-1", "WO-2")
    async with running(small_app()) as pilot:
        shown = Shown(pilot.app, pilot)  # type: ignore[arg-type]
        await shown.open(UndoScreen(desk))
        assert "Take back what was done to 2 tickets?" in shown.text
        desk.problem = "王芳 has gone on from there at 10:00."
        await shown.press("enter")
        assert desk.problem in shown.told
        desk.problem = ""
        await shown.press("enter")
    assert desk.undone == ["act-7"]


async def test_a_deed_that_is_known_is_taken_back(running: Running) -> None:
    desk = FakeTicketDesk()
    async with running(small_app()) as pilot:
        shown = Shown(pilot.app, pilot)  # type: ignore[arg-type]
        await shown.open(UndoScreen(desk, act="act-5"))
        await shown.press("enter")
    assert desk.undone == ["act-5"]


async def test_nothing_to_take_back_is_said(running: Running) -> None:
    desk = FakeTicketDesk()
    desk.tickets["WO-1"] = desk.tickets["WO-1"]._replace(acts_open=())
    async with running(small_app()) as pilot:
        shown = Shown(pilot.app, pilot)  # type: ignore[arg-type]
        await shown.open(UndoScreen(desk, "WO-1"))
        assert "Nothing was done to it that can be taken back." in shown.told
        await shown.press("enter", "escape")
    assert desk.undone == []
    assert shown.results == [None]


async def test_a_saved_filter_is_found_and_used(running: Running) -> None:
    desk = FakeTicketDesk()
    async with running(small_app(), size=(80, 24)) as pilot:
        shown = Shown(pilot.app, pilot)  # type: ignore[arg-type]
        await shown.open(SavedViewsScreen(desk))
        assert "due<30m" in shown.text
        assert "· li 03-05 10:00" in shown.text
        await shown.type("har")
        assert "due<30m" not in shown.text
        await shown.press("enter")
    assert shown.results == ["unit:哈尔滨"]


async def test_a_filter_is_saved_under_a_name_and_forgotten_again(running: Running) -> None:
    desk = FakeTicketDesk()
    async with running(small_app(), size=(80, 24)) as pilot:
        shown = Shown(pilot.app, pilot)  # type: ignore[arg-type]
        await shown.open(SavedViewsScreen(desk, "overdue -paused"))
        await shown.press("f5")
        assert "Type a name for the filter first." in shown.told
        await shown.type("夜班")
        assert "F5 saves “overdue -paused” as “夜班”." in shown.told
        await shown.press("f5")
        assert desk.saved[-1][:2] == ("夜班", "overdue -paused")
        assert "“夜班” is saved." in shown.told
        await shown.press("f6")
        assert "F6 once more does it." in shown.told
        assert len(desk.saved) == 3
        await shown.press("f6")
        assert [view.name for view in desk.saved] == ["到期", "Harbin"]
        await shown.press("escape")
    assert shown.results == [None]


async def test_tickets_are_marked_by_a_pattern_with_the_count_shown(running: Running) -> None:
    desk = FakeTicketDesk()
    async with running(small_app(), size=(80, 24)) as pilot:
        shown = Shown(pilot.app, pilot)  # type: ignore[arg-type]
        await shown.open(MarkPatternScreen(desk, lambda query: 10 * len(query.terms)))
        await shown.type("due<")
        assert "lacks one length of time" in shown.told
        await shown.press("enter")
        assert shown.results == []
        await shown.type("2h 类型:投诉")
        assert "20 tickets match." in shown.told
        await shown.press("enter")
    assert [query.text for query in shown.results] == ["due<2h type:complaint"]


# -- all of them -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("verb", list(Verb))
@pytest.mark.parametrize("chosen", ["en", "zh"])
async def test_every_dialog_stands_whole_at_80_columns(running: Running, verb: Verb, chosen: str) -> None:
    set_language(chosen)
    async with running(small_app(), size=(80, 24)) as pilot:
        shown = Shown(pilot.app, pilot)  # type: ignore[arg-type]
        await shown.open(deed_screen(FakeTicketDesk(), verb))
        lines = shown.text.splitlines()
        borders = [line for line in lines if "╭" in line or "╰" in line]
        assert len(borders) == 2
        assert ("Esc" in shown.text) is True
        for field in FORMS[verb]:
            assert shown.app.screen.row(field.name).region.height == 1  # type: ignore[attr-defined]
        await shown.press("escape")


# -- from a call on the floor ----------------------------------------------------------------------------------------


class CallFeed(FakeFeed):
    """A floor on which everybody is in the same call, or nobody is."""

    call: Visit | None = Visit("1700.1", "报障", 1, NOW_MS, Outcome.ANSWERED, NOW_MS, agent="a", caller="13900001234")

    def agent_day(self, agent: str) -> AgentDay:
        return replace(super().agent_day(agent), call=self.call)


async def test_a_ticket_is_begun_from_the_call_of_the_agent_who_is_looked_at(running: Running) -> None:
    desk = FakeTicketDesk()
    desk.live = []
    app = WatchfloorApp(CallFeed(make_snapshot(12)), zone=CHINA)
    app.tickets = desk
    async with running(app) as pilot:
        shown = Shown(app, pilot)
        await shown.press("p", "w")
        assert isinstance(app.screen, NewTicketScreen)
        await shown.press("tab")
        await shown.type("停电")
        await shown.press("enter")
        assert isinstance(app.screen, PeekScreen)
        assert "Ticket WO-101 is written." in shown.text
    [new] = desk.created
    assert (new.call, new.caller, new.title, dict(new.fields)) == ("1700.1", "13900001234", "停电", {"queue": "报障"})


async def test_without_a_call_no_ticket_is_begun(running: Running) -> None:
    feed = CallFeed(make_snapshot(12))
    feed.call = None
    app = WatchfloorApp(feed, zone=CHINA)
    app.tickets = FakeTicketDesk()
    async with running(app) as pilot:
        shown = Shown(app, pilot)
        await shown.press("p", "w")
        assert isinstance(app.screen, PeekScreen)
        assert "The agent is not in a call." in shown.text


async def test_a_caller_whose_area_is_known_is_told_what_is_broken_there(running: Running) -> None:
    desk = FakeTicketDesk()
    desk.areas = {"139": "南岗区", "138": "道外区"}
    async with running(small_app(), size=(100, 30)) as pilot:
        shown = Shown(pilot.app, pilot)  # type: ignore[arg-type]
        screen = NewTicketScreen(desk, NewTicket("", "", caller="139"))
        await shown.open(screen)
        assert [each.notice for each in screen.notices] == ["n2"]
        row = screen.row("caller")
        assert row is not None
        assert isinstance(row.widget, Input)
        row.widget.value = "138"
        await shown.settled()
        assert "道外区计划检修停电" in shown.text
