"""Alerts on the screen: the banner wherever one is, the keys that act on it, and the screen with all of them."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from app.alerts.channels.terminal import notification
from app.alerts.model import Alert, AlertState, Fault, Message, Moment
from app.core.errors import UsageProblem
from screens.alert_deeds import AlertDeedScreen, silence_end_ms
from screens.alert_peek import AlertPeek
from screens.alert_views import AlertView
from screens.alert_voice import AlertVoice
from screens.alerts import AlertsScreen
from screens.floor import FloorScreen
from screens.planner import PlannerScreen
from screens.tickets import TicketsScreen
from tests.alerts.samples import BOOK, NOW_MS, alert, over, overdue, picture, taken
from tests.screens.alert_place import AlertPlace
from tests.screens.conftest import Running
from tests.screens.fakes import FakeDesk
from tests.screens.test_tickets import FakeTicketFeed, QueueDesk
from tests.screens.test_tickets import running as open_ticket
from widgets.alert_banner import AlertBanner
from widgets.alert_words import RuleWords

DOWN = alert("down|fault:F-1", values={"what": "BOSS"}, number=9)
BREAKS = alert("breaks|site", values={"value": "12.5"}, number=3)
CHINA = timezone(timedelta(hours=8))


def banner_text(place: AlertPlace) -> list[str]:
    """The banner's lines on the screen in front."""
    region = place.app.screen.query_one(AlertBanner).region
    return [line.strip() for line in place.text.splitlines()[region.y : region.bottom]]


async def test_without_alerts_the_banner_takes_no_room(running: Running) -> None:
    place = AlertPlace()
    async with running(place.app, size=(80, 24)) as pilot:
        await place.settled(pilot)
        assert banner_text(place) == []


async def test_the_banner_comes_and_goes_without_hiding_the_cursor(running: Running) -> None:
    place = AlertPlace()
    async with running(place.app, size=(80, 24)) as pilot:
        await place.settled(pilot)
        screen = place.app.screen
        assert isinstance(screen, FloorScreen)
        await pilot.press("end")
        agent = screen.table.cursor_agent
        await place.push(pilot, DOWN, *map(overdue, range(5)), taken(BREAKS))
        assert len(banner_text(place)) == 3
        assert banner_text(place)[0].startswith("›  ■ I   System down: BOSS")
        assert any(line.startswith("› ") and "■ I" not in line for line in place.text.splitlines()[5:])
        assert screen.table.cursor_agent == agent
        await place.push(pilot)
        assert banner_text(place) == []


async def test_every_screen_and_the_wall_have_it(running: Running) -> None:
    place = AlertPlace(DOWN)
    async with running(place.app, size=(100, 30)) as pilot:
        await place.settled(pilot)
        for key in ("i", "escape", "P", "escape", "escape", "p", "escape", "w"):
            await pilot.press(key)
            await place.settled(pilot)
            if place.app.screen.query(AlertBanner):
                assert "System down: BOSS" in place.text, key
        assert "Tell whoever runs it" in place.text


async def test_the_wall_has_a_calm_line_and_a_bar(running: Running) -> None:
    place = AlertPlace(wall=True)
    async with running(place.app, size=(120, 40)) as pilot:
        await place.settled(pilot)
        assert "● No alert: nothing needs a person now." in place.text
        await place.push(pilot, DOWN, overdue(1), taken(BREAKS))
        assert [line[:25].strip() for line in banner_text(place)[:3]] == ["", "■ I   System down: BOSS", ""]
        assert "has it" in banner_text(place)[-1]
        await pilot.press("A")
        assert not isinstance(place.app.screen, AlertDeedScreen)


async def test_a_takes_the_chosen_line_with_a_note(running: Running) -> None:
    place = AlertPlace(DOWN, BREAKS)
    async with running(place.app, size=(100, 30)) as pilot:
        await place.settled(pilot)
        await pilot.press("full_stop", "A")
        await place.settled(pilot)
        assert "Take this alert?" in place.text
        assert "● III Break rate 12.5%, limit 10%" in place.text
        await pilot.press(*"mine", "enter")
        await place.settled(pilot)
        assert place.desk.deeds == [("acknowledge", ("breaks|site",), "mine")]
        assert isinstance(place.app.screen, FloorScreen)
        await pilot.press("comma", "A", "escape")
        assert len(place.desk.deeds) == 1


async def test_s_silences_until_a_time_and_says_what_it_cannot_read(running: Running) -> None:
    place = AlertPlace(BREAKS)
    async with running(place.app, size=(100, 30)) as pilot:
        await place.settled(pilot)
        await pilot.press("S", "end", "ctrl+u", *"soon", "enter")
        await place.settled(pilot)
        assert "is not a length of time" in place.text
        assert place.desk.deeds == []
        await pilot.press("ctrl+u", *"10:40", "tab", *"training", "enter")
        await place.settled(pilot)
        assert place.desk.deeds == [("silence", ("breaks|site",), NOW_MS + 40 * 60_000, "training")]


async def test_e_says_who_is_told_and_a_refusal_stays_in_the_dialog(running: Running) -> None:
    place = AlertPlace(DOWN._replace(step=0))
    async with running(place.app, size=(100, 30)) as pilot:
        await place.settled(pilot)
        await pilot.press("E")
        await place.settled(pilot)
        assert "Step 2 tells: Province, G" in place.text
        place.desk.refusal = "Level I has no further step."
        await pilot.press("enter")
        await place.settled(pilot)
        assert "Level I has no further step." in place.text
        place.desk.refusal = ""
        await pilot.press("enter")
        await place.settled(pilot)
        assert place.desk.deeds == [("escalate", ("down|fault:F-1",))]


async def test_o_goes_to_the_agent_even_behind_a_filter(running: Running) -> None:
    place = AlertPlace()
    async with running(place.app, size=(100, 30)) as pilot:
        await place.settled(pilot)
        screen = place.app.screen
        assert isinstance(screen, FloorScreen)
        agent = list(place.app.snapshot.agents)[5]  # type: ignore[union-attr]
        await place.push(pilot, alert(f"spell|agent:{agent}", values={"name": agent}))
        screen.set_filter("nobody at all")
        await pilot.press("i")
        await pilot.press("o")
        await place.settled(pilot)
        assert isinstance(place.app.screen, FloorScreen)
        assert place.app.screen.table.cursor_agent == agent


async def test_o_filters_the_floor_by_a_queue(running: Running) -> None:
    place = AlertPlace(alert("gone|queue:售后服务"))
    async with running(place.app, size=(100, 30)) as pilot:
        await place.settled(pilot)
        await pilot.press("o")
        await place.settled(pilot)
        assert isinstance(place.app.screen, FloorScreen)
        assert place.app.screen.table.filter_text == "售后服务"


async def test_o_goes_to_a_ticket_and_to_what_several_have_in_common(running: Running) -> None:
    place = AlertPlace(overdue(1))
    tickets = [open_ticket(f"WO-{number}", -5, ticket_type="fault", unit="gd") for number in (1, 2)]
    tickets.append(open_ticket("WO-3", 50))
    place.app.attach_tickets(QueueDesk(tickets), FakeTicketFeed(place.clock, *tickets))
    async with running(place.app, size=(110, 30)) as pilot:
        await place.settled(pilot)
        await pilot.press("o")
        await place.settled(pilot)
        screen = place.app.screen
        assert isinstance(screen, TicketsScreen)
        assert screen.table.cursor_key == "WO-1"
        await place.push(pilot, *(overdue(number, kind="fault", unit="gd") for number in (1, 2)))
        await pilot.press("o")
        await place.settled(pilot)
        assert screen.query_shown.text == "type:fault unit:gd overdue"
        assert screen.table.matching_count == 2
        await place.push(pilot, overdue(77))
        await pilot.press("o")
        await place.settled(pilot)
        assert "Ticket WO-77 is not open any more." in place.text


async def test_o_does_not_throw_away_what_was_planned(running: Running) -> None:
    place = AlertPlace(alert("gone|queue:售后服务"))
    place.app.attach_planning(FakeDesk(place.clock))
    async with running(place.app, size=(110, 30)) as pilot:
        await place.settled(pilot)
        await pilot.press("P")
        await place.settled(pilot)
        await pilot.press("right", "o")
        await place.settled(pilot)
        assert isinstance(place.app.screen, PlannerScreen)
        assert "not applied" in place.text


async def test_keys_say_why_they_do_nothing_without_an_alert(running: Running) -> None:
    place = AlertPlace(over(BREAKS))
    async with running(place.app, size=(100, 30)) as pilot:
        await place.settled(pilot)
        assert "✓ over: Break rate" in place.text
        for key in "ASoE":
            await pilot.press(key)
        await place.settled(pilot)
        assert "No alert is open." in place.text


async def test_the_banner_opens_up(running: Running) -> None:
    place = AlertPlace(*(overdue(number) for number in range(3)))
    async with running(place.app, size=(100, 30)) as pilot:
        await place.settled(pilot)
        assert "Ticket WO-2 is overdue" not in place.text
        await pilot.press("e")
        await place.settled(pilot)
        assert "Ticket WO-2 is overdue" in place.text
        await pilot.click(AlertBanner)
        await place.settled(pilot)
        assert "Ticket WO-2 is overdue" not in place.text


def lived(made: str = "down|fault:F-1") -> object:
    """An alert with a life."""
    return alert(
        made,
        number=9,
        values={"what": "BOSS"},
        moments=(
            Moment(1, NOW_MS - 60_000, "raised", "watchfloor", "late"),
            Moment(2, NOW_MS - 50_000, "escalated", "watchfloor", "p"),
            Moment(3, NOW_MS - 40_000, "delivered", "watchfloor", "p wecom refused"),
        ),
        messages=(Message("m", "p", "wecom", "refused", "errcode 93000 [/]", NOW_MS - 40_000, 2),),
    )


async def test_the_alerts_screen_lists_them_by_where_they_stand(running: Running) -> None:
    pending = alert("spell|agent:1", values={"name": "王芳"}, state=AlertState.PENDING, raised_ms=None, ago_seconds=20)
    silent = alert("breaks|site", values={"value": "12"}, number=4, silenced_until_ms=NOW_MS + 600_000)
    muted = overdue(7, inhibited_by="down|fault:F-1")
    place = AlertPlace(lived(), pending, silent, muted)  # type: ignore[arg-type]
    place.desk.past = [over(overdue(8))]
    async with running(place.app, size=(110, 30)) as pilot:
        await place.settled(pilot)
        await pilot.press("exclamation_mark")
        await place.settled(pilot)
        screen = place.app.screen
        assert isinstance(screen, AlertsScreen)
        assert "[active 1] holding 1  silenced 1  explained by others 1  history  figures" in place.text
        seen = {}
        for view in AlertView:
            assert screen.view is view
            seen[view] = place.text
            await pilot.press("v")
            await place.settled(pilot)
        assert screen.view is AlertView.ACTIVE
        assert "nobody" in seen[AlertView.ACTIVE]
        assert "王芳 has been on a break" in seen[AlertView.PENDING]
        assert "0:40" in seen[AlertView.PENDING]
        assert "10:10" in seen[AlertView.SILENCED]
        assert "down F-1" in seen[AlertView.INHIBITED]
        assert "Ticket WO-8 is overdue" in seen[AlertView.HISTORY]
        assert "Rules that never spoke: 4" in seen[AlertView.FIGURES]
        await pilot.press("q")
        assert isinstance(place.app.screen, FloorScreen)


async def test_an_alert_tells_its_life_and_who_was_told(running: Running) -> None:
    place = AlertPlace(lived())  # type: ignore[arg-type]
    async with running(place.app, size=(110, 30)) as pilot:
        await place.settled(pilot)
        await pilot.press("exclamation_mark", "enter")
        await place.settled(pilot)
        assert isinstance(place.app.screen, AlertPeek)
        for words in ("■ I · down · nobody has it", "→ Tell whoever runs it", "detected late", "escalated"):
            assert words in place.text
        assert "p · wecom · refused · try 2 · errcode 93000 [/]" in place.text
        await pilot.press("A", *"ok", "enter")
        await place.settled(pilot)
        assert place.desk.deeds == [("acknowledge", ("down|fault:F-1",), "ok")]
        await place.push(pilot, taken(lived()))  # type: ignore[arg-type]
        assert "somebody has it" in place.text


async def test_a_person_declares_a_fault_and_ends_it(running: Running) -> None:
    place = AlertPlace()
    async with running(place.app, size=(110, 30)) as pilot:
        await place.settled(pilot)
        await pilot.press("exclamation_mark", "d", "enter")
        await place.settled(pilot)
        assert place.desk.deeds == []
        await pilot.press(*"BOSS", "tab", *"pbx", "enter")
        await place.settled(pilot)
        assert place.desk.deeds == [("declare", "BOSS", "pbx")]
        await pilot.press("x")
        await place.settled(pilot)
        assert "No declared fault is under the cursor." in place.text
        await place.push(pilot, DOWN, faults=(Fault("F-1", NOW_MS, "li", "BOSS", "", None),))
        await pilot.press("x")
        await place.settled(pilot)
        assert "Declared by 李雷 at 10:00." in place.text
        await pilot.press("enter")
        await place.settled(pilot)
        assert place.desk.deeds[-1] == ("end", "F-1")


async def test_the_language_is_switched_where_one_is(running: Running) -> None:
    place = AlertPlace(DOWN)
    async with running(place.app, size=(110, 30)) as pilot:
        await place.settled(pilot)
        await pilot.press("exclamation_mark", "L")
        await place.settled(pilot)
        assert "系统故障：BOSS" in banner_text(place)[0]
        assert "[活动 1]" in place.text


@pytest.mark.parametrize(
    ("typed", "minutes"), [("30m", 30), ("2h", 120), ("10:40", 40), ("10：40", 40), ("09:30", 23 * 60 + 30)]
)
def test_a_silence_ends_after_a_while_or_at_the_next_such_time(typed: str, minutes: int) -> None:
    now = datetime.fromtimestamp(NOW_MS // 1000, CHINA)
    assert silence_end_ms(typed, now, NOW_MS) == NOW_MS + minutes * 60_000


@pytest.mark.parametrize("typed", ["0m", "", "25:00", "10:60", "soon"])
def test_a_silence_without_an_end_is_refused(typed: str) -> None:
    with pytest.raises(UsageProblem):
        silence_end_ms(typed, datetime.fromtimestamp(NOW_MS // 1000, CHINA), NOW_MS)


WORDS = RuleWords(BOOK)


def test_the_bell_rings_once_for_what_is_new() -> None:
    voice = AlertVoice()
    assert voice.hear(picture(), WORDS) == ""
    rung = voice.hear(picture(DOWN, BREAKS), WORDS)
    assert rung == "\a\a" + notification("Watchfloor ■ I", "System down: BOSS")
    assert rung.count("\a") == 3
    assert voice.hear(picture(DOWN, BREAKS), WORDS) == ""
    assert voice.hear(picture(taken(DOWN), BREAKS), WORDS) == ""


def test_what_is_said_again_rings_again_and_a_changed_figure_does_not() -> None:
    voice = AlertVoice()
    voice.hear(picture(), WORDS)
    assert voice.hear(picture(BREAKS), WORDS)
    changed = BREAKS._replace(values=(("value", "19"),))
    assert voice.hear(picture(changed), WORDS) == ""
    assert voice.hear(picture(changed._replace(reminded_ms=NOW_MS)), WORDS)


def test_what_is_silent_rings_when_its_silence_is_over_unless_it_was_said() -> None:
    silent = BREAKS._replace(silenced_until_ms=NOW_MS + 1_000)
    voice = AlertVoice()
    voice.hear(picture(), WORDS)
    assert voice.hear(picture(silent), WORDS) == ""
    assert voice.hear(picture(silent), WORDS) == ""
    assert voice.hear(picture(BREAKS), WORDS)
    assert voice.hear(picture(silent), WORDS) == ""
    assert voice.hear(picture(BREAKS), WORDS) == ""


def test_what_was_there_long_before_the_program_was_opened_is_quiet() -> None:
    old = alert("breaks|site", ago_seconds=61, values={"value": "12"})
    assert AlertVoice().hear(picture(old), WORDS) == ""
    assert AlertVoice().hear(picture(alert("breaks|site", ago_seconds=60)), WORDS)


def test_an_invitation_and_what_is_over_never_ring() -> None:
    voice = AlertVoice()
    voice.hear(picture(), WORDS)
    assert voice.hear(picture(alert("idle|queue:VIP"), over(BREAKS)), WORDS) == ""


def test_levels_ring_differently() -> None:
    def rung(*told: Alert, in_tmux: bool = False) -> str:
        voice = AlertVoice(in_tmux=in_tmux)
        voice.hear(picture(), WORDS)
        return voice.hear(picture(*told), WORDS)

    assert [rung(made).count("\a") for made in (DOWN, overdue(1), BREAKS)] == [3, 1, 0]
    assert "notify;Watchfloor ● III;Break rate" in rung(BREAKS)
    assert rung(DOWN, overdue(1), BREAKS) == rung(DOWN)
    assert "\x1bPtmux;" in rung(BREAKS, in_tmux=True)
    assert "\x1bPtmux;" not in rung(BREAKS)
