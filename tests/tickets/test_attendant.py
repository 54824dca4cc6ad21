"""What happens to tickets by itself, against a real database: each loop, once, and nothing to history."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.core import ticket_events as kinds
from app.core.events import OutboundCallCompleted
from app.tickets import attendant
from app.tickets.model import TicketState
from app.tickets.service import SOURCE as PEOPLE_SOURCE
from tests.tickets.loop_ground import MINUTE_MS, NOW_MS, NUMBER, LoopSite, called, created, done, sent

HOUR_MS = 60 * MINUTE_MS
DAY_MS = 24 * HOUR_MS


@pytest.fixture
def site(tmp_path: Path) -> Iterator[LoopSite]:
    site = LoopSite(tmp_path / "floor.db")
    yield site
    site.close()


def told(site: LoopSite, number: str = "T-1") -> list[tuple[str, str]]:
    """Who was told that the order was not received."""
    return [(one.role, one.person) for one in site.ticket(number).told if one.clock == "receive/1/1"]


# -- escalation ------------------------------------------------------------------------------------------------------


def test_not_received_after_four_minutes_the_sender_is_told_then_the_managers(site: LoopSite) -> None:
    site.record(created(), sent())
    assert site.after(239) == 0
    assert site.after(1) == 1
    assert told(site) == [("sender", "hot")]
    assert site.after(299) == 0
    assert site.after(1) == 1
    assert told(site)[1:] == [("manager_1", "crew-lead")]
    assert site.after(300) == 1
    assert told(site)[2:] == [("manager_2", "吴总")]
    site.after(3600)
    assert len(told(site)) == 3


def test_a_phone_call_that_reaches_nobody_brings_the_next_step_forward(site: LoopSite) -> None:
    site.record(created(), sent())
    site.after(240)
    site.clock.advance_ms(30_000)
    site.record(kinds.TicketPhoned(at_ms=site.clock.now_ms(), ticket="T-1", by="hot", role="unit", reached=False))
    assert site.attend() == 1
    assert told(site) == [("sender", "hot"), ("manager_1", "crew-lead")]
    site.clock.advance_ms(MINUTE_MS)
    site.record(kinds.TicketPhoned(at_ms=site.clock.now_ms(), ticket="T-1", by="hot", role="manager_1", reached=True))
    site.after(1200)
    assert len(told(site)) == 2


def test_a_ticket_received_in_time_tells_nobody(site: LoopSite) -> None:
    site.record(created(), sent())
    site.clock.advance_ms(239_000)
    site.record(kinds.TicketReceived(at_ms=site.clock.now_ms(), ticket="T-1", by="wang", unit="repair"))
    assert site.after(60) == 0


def test_who_is_told_is_the_desk_where_nobody_is_named(site: LoopSite) -> None:
    site.record(created(by=""), kinds.TicketDispatched(at_ms=NOW_MS, ticket="T-1", unit="repair"))
    site.after(240)
    assert told(site) == [("sender", "hot-lead")]


def test_limits_that_passed_long_before_a_fact_came_tell_nobody(site: LoopSite) -> None:
    old_ms = NOW_MS - 2 * DAY_MS
    site.record(created(at_ms=old_ms), sent(at_ms=old_ms))
    assert site.attend() == 0
    assert site.after(3600) == 0
    # One whose limit passed an hour ago is not history: somebody is waiting.
    recent_ms = NOW_MS - HOUR_MS
    site.record(created("T-2", recent_ms, caller=""), sent("T-2", recent_ms))
    site.attend()
    assert told(site, "T-2") == [("sender", "hot")]


# -- repeat callers --------------------------------------------------------------------------------------------------


def test_a_caller_who_calls_again_within_two_hours_is_flagged_once(site: LoopSite) -> None:
    site.record(created(call="c1"))
    site.record(called("c1", NOW_MS + 1000, queue="second"))
    assert site.attend() == 0
    again_ms = NOW_MS + 2 * HOUR_MS
    site.clock.set_ms(again_ms)
    site.record(called("c2", again_ms), called("c2", again_ms + 1000, queue="other"))
    site.attend()
    (flag,) = site.ticket().flags
    assert (flag.flag, flag.ref, flag.raised_ms) == ("repeat_call", "c2", again_ms)


def test_a_call_too_long_after_the_contact_is_linked_and_the_next_is_measured_from_it(site: LoopSite) -> None:
    site.record(created())
    late_ms = NOW_MS + 2 * HOUR_MS + 1
    site.clock.set_ms(late_ms)
    site.record(called("c2", late_ms))
    site.attend()
    assert site.ticket().flags == ()
    assert site.ticket().calls == ("c2",)
    site.record(called("c3", late_ms + HOUR_MS))
    site.attend()
    assert [flag.ref for flag in site.ticket().flags] == ["c3"]


def test_while_a_flag_waits_further_calls_are_linked(site: LoopSite) -> None:
    site.record(created())
    site.record(called("c2", NOW_MS + MINUTE_MS), called("c3", NOW_MS + 2 * MINUTE_MS))
    site.attend()
    assert [flag.ref for flag in site.ticket().flags] == ["c2"]
    assert site.ticket().calls == ("c3",)
    site.record(
        kinds.TicketFlagAnswered(
            at_ms=NOW_MS + 3 * MINUTE_MS, ticket="T-1", by="hot", flag_id="repeat_call:c2", step="written_back"
        ),
        called("c4", NOW_MS + 4 * MINUTE_MS),
    )
    site.attend()
    assert [flag.ref for flag in site.ticket().flags] == ["c2", "c4"]


def test_callers_without_a_number_or_with_a_solved_ticket_are_not_flagged(site: LoopSite) -> None:
    site.record(created(caller=""), created("T-2"), *done("T-2", NOW_MS + 1000))
    site.record(called("c2", NOW_MS + MINUTE_MS, caller=""), called("c3", NOW_MS + MINUTE_MS))
    assert site.attend() == 0


def test_the_ticket_with_the_newest_contact_is_flagged(site: LoopSite) -> None:
    site.record(created("T-1", NOW_MS - HOUR_MS), created("T-2", NOW_MS - MINUTE_MS, unit="crew-3"))
    site.attend()
    site.record(called("c2", NOW_MS))
    site.attend()
    assert [flag.ref for flag in site.ticket("T-1").flags] == []
    assert "c2" in [*site.ticket("T-2").calls, *(flag.ref for flag in site.ticket("T-2").flags)]


def test_a_call_with_the_longest_name_there_is_can_be_flagged(site: LoopSite) -> None:
    site.record(created())
    site.record(called("c" * 200, NOW_MS + MINUTE_MS))
    site.attend()
    assert [flag.ref for flag in site.ticket().flags] == ["c" * 200]


# -- repeated complaints ---------------------------------------------------------------------------------------------


def test_a_second_complaint_on_the_same_subject_within_thirty_days_is_flagged(site: LoopSite) -> None:
    complaint = {"ticket_type": "complaint", "customer": "C-1", "caller": "", "subject": "Broadband"}
    site.record(created("T-1", NOW_MS - 30 * DAY_MS, **complaint))
    site.record(created("T-2", NOW_MS, **{**complaint, "subject": " broadband "}))
    site.record(created("T-3", NOW_MS, **{**complaint, "subject": "bill"}))
    site.record(created("T-4", NOW_MS, **{**complaint, "customer": "C-2"}))
    site.attend()
    assert [flag.ref for flag in site.ticket("T-2").flags if flag.flag == "repeat_complaint"] == ["T-1"]
    for other in ("T-1", "T-3", "T-4"):
        assert [flag for flag in site.ticket(other).flags if flag.flag == "repeat_complaint"] == []


# -- dissatisfied customers ------------------------------------------------------------------------------------------


def surveyed(score: int, at_ms: int, act: str = "") -> kinds.TicketSurveyed:
    return kinds.TicketSurveyed(at_ms=at_ms, ticket="T-1", by="ivr", score=score, comment="等太久", act=act)


def test_a_survey_below_the_line_reopens_once_and_goes_back_to_the_handler(site: LoopSite) -> None:
    site.record(created(), sent(), kinds.TicketAccepted(at_ms=NOW_MS + 1000, ticket="T-1", by="wang"))
    site.record(*done(at_ms=NOW_MS + MINUTE_MS), surveyed(59, NOW_MS + 2 * MINUTE_MS))
    site.clock.set_ms(NOW_MS + 3 * MINUTE_MS)
    assert site.attend() == 1
    ticket = site.ticket()
    assert (ticket.state, ticket.cycle, ticket.owner, ticket.unit) == (TicketState.RECEIVED, 2, "wang", "repair")
    assert ticket.cycles[0].score == 59
    assert ticket.cycles[0].closed_ms == NOW_MS + MINUTE_MS + 1000
    assert ticket.cycles[1].is_dissatisfied
    assert site.attend() == 0
    # The new cycle is dealt with: the old survey reopens nothing again.
    site.record(*done(at_ms=NOW_MS + 4 * MINUTE_MS))
    site.clock.set_ms(NOW_MS + 5 * MINUTE_MS)
    assert site.attend() == 0
    site.record(surveyed(20, NOW_MS + 6 * MINUTE_MS))
    assert site.attend() == 1
    assert site.ticket().cycle == 3


def test_a_survey_at_the_line_reopens_nothing(site: LoopSite) -> None:
    site.record(created(), *done(), surveyed(60, NOW_MS + MINUTE_MS))
    assert site.attend() == 0


def test_a_survey_that_comes_before_the_news_of_the_closing_reopens_then(site: LoopSite) -> None:
    site.record(created())
    site.record(surveyed(10, NOW_MS + 2 * MINUTE_MS))
    assert site.attend() == 0
    site.record(*done(at_ms=NOW_MS + MINUTE_MS))
    assert site.attend() == 1
    assert site.ticket().cycle == 2


def test_an_old_survey_reopens_nothing_but_one_that_people_record_does(site: LoopSite) -> None:
    old_ms = NOW_MS - 3 * DAY_MS
    site.record(created(at_ms=old_ms), *done(at_ms=old_ms + 1000), surveyed(10, old_ms + MINUTE_MS))
    assert site.attend() == 0
    site.record(
        kinds.TicketSurveyed(at_ms=old_ms + 2 * MINUTE_MS, ticket="T-1", by="hot", score=5), source=PEOPLE_SOURCE
    )
    assert site.attend() == 1


def test_a_survey_taken_back_takes_the_reopening_back(site: LoopSite) -> None:
    site.record(created(), *done(), surveyed(10, NOW_MS + MINUTE_MS, act="a1"))
    site.attend()
    assert site.ticket().cycle == 2
    site.record(kinds.TicketActWithdrawn(at_ms=NOW_MS + 2 * MINUTE_MS, ticket="T-1", act="a2", withdrawn="a1"))
    assert (site.ticket().cycle, site.ticket().state) == (1, TicketState.CLOSED)
    assert site.attend() == 0


# -- promised call-backs ---------------------------------------------------------------------------------------------


def promised(due_ms: int, number: str = "", name: str = "p1") -> kinds.TicketPromised:
    return kinds.TicketPromised(at_ms=NOW_MS, ticket="T-1", by="hot", promise=name, due_ms=due_ms, number=number)


def outbound(at_ms: int, number: str = NUMBER, *, reached: bool = True) -> OutboundCallCompleted:
    return OutboundCallCompleted(at_ms=at_ms, by="hot", number=number, call="o1", reached=reached)


@pytest.mark.parametrize("number", ["", "555"])
def test_a_call_to_the_number_keeps_the_promise(site: LoopSite, number: str) -> None:
    due_ms = NOW_MS + HOUR_MS
    site.record(created(), promised(due_ms, number))
    site.record(outbound(NOW_MS - 1, number or NUMBER), outbound(NOW_MS + 1, number or NUMBER, reached=False))
    site.record(outbound(NOW_MS + 2, "other"))
    assert site.attend() == 0
    site.record(outbound(due_ms, number or NUMBER))
    assert site.attend() == 1
    (promise,) = site.ticket().promises
    assert promise.is_in_time()
    assert site.ticket().steps[-1].by == "hot"
    site.record(outbound(due_ms + 1, number or NUMBER))
    assert site.attend() == 0


def test_a_call_to_a_repeat_caller_is_their_call_back(site: LoopSite) -> None:
    site.record(created())
    site.record(called("c2", NOW_MS + MINUTE_MS))
    site.attend()
    site.record(outbound(NOW_MS + 5 * MINUTE_MS))
    site.attend()
    (flag,) = site.ticket().flags
    assert (flag.called_back_ms, flag.written_back_ms) == (NOW_MS + 5 * MINUTE_MS, None)


# -- notices ---------------------------------------------------------------------------------------------------------


def linked(contact: str) -> kinds.NoticeLinked:
    return kinds.NoticeLinked(
        at_ms=NOW_MS, notice="N1", by="hot", contact=contact, caller=NUMBER, customer="C-1", area="道里", service="电"
    )


def still(contact: str, at_ms: int = NOW_MS + 1000) -> kinds.NoticeStillCutOff:
    return kinds.NoticeStillCutOff(at_ms=at_ms, notice="N1", by="hot", contact=contact)


def test_who_is_still_cut_off_at_the_end_gets_one_ticket(site: LoopSite) -> None:
    site.record(
        kinds.NoticePosted(at_ms=NOW_MS, notice="N1", by="hot-lead", area="道里", service="电", wording="抢修中")
    )
    site.record(linked("k1"), linked("k2"), still("k1"))
    assert site.attend() == 0
    site.clock.advance_ms(HOUR_MS)
    site.record(kinds.NoticeEnded(at_ms=site.clock.now_ms(), notice="N1", by="hot-lead"))
    assert site.attend() == 2
    ticket = site.ticket("WO-261121-0001")
    assert (ticket.ticket_type, ticket.unit, ticket.customer, ticket.caller) == ("repair", "desk-1", "C-1", NUMBER)
    assert ticket.linked == ("notice:N1",)
    assert ticket.title.endswith("抢修中")
    # Marked after the end, and the first one once more; ended once more.
    site.clock.advance_ms(MINUTE_MS)
    now_ms = site.clock.now_ms()
    site.record(still("k2", now_ms), still("k1", now_ms), kinds.NoticeEnded(at_ms=now_ms + 1, notice="N1"))
    site.attend()
    assert len([detail for kind, detail in site.log("ticket_created") if "notice_contact" in detail]) == 2
    assert site.session.tickets.ticket("WO-261121-0003") is None


def test_a_notice_posted_again_writes_no_tickets(site: LoopSite) -> None:
    site.record(linked("k1"), still("k1"))
    site.record(kinds.NoticeEnded(at_ms=NOW_MS + 2000, notice="N1"))
    site.record(kinds.NoticePosted(at_ms=NOW_MS + 3000, notice="N1", wording="again"))
    assert site.attend() == 0


# -- how it looks ----------------------------------------------------------------------------------------------------


def test_nothing_is_asked_of_the_store_when_nothing_changed(site: LoopSite, monkeypatch: pytest.MonkeyPatch) -> None:
    site.record(created(), sent())
    site.attend()
    monkeypatch.setattr(site.session.tickets, "awaited", None)
    monkeypatch.setattr(site.session.loops, "look_through", None)
    site.clock.advance_ms(239_999)
    assert site.attendant.reconcile() == 0


def test_the_bookmark_follows_though_nothing_is_done(site: LoopSite) -> None:
    tickets = site.session.tickets
    site.record(called("c1", NOW_MS, caller="nobody's"))
    site.attend()
    assert tickets.attendant_seq() == 0
    site.clock.advance_ms(MINUTE_MS)
    site.record(called("c2", NOW_MS + MINUTE_MS, caller="nobody's"))
    site.attend()
    assert tickets.attendant_seq() == site.session.loops.version()[0]


def test_more_facts_than_one_go_looks_through_are_looked_through_in_the_next(
    site: LoopSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attendant, "STRETCH", 10)
    monkeypatch.setattr(attendant, "STRETCHES", 2)
    site.record(created())
    site.attend()
    site.record(*(called(f"n{number}", NOW_MS + 1, caller="nobody's") for number in range(20)))
    site.record(called("c2", NOW_MS + MINUTE_MS))
    assert site.attendant.reconcile() == 0
    assert site.attendant.reconcile() == 1
    assert [flag.ref for flag in site.ticket().flags] == ["c2"]


def test_a_policy_put_in_force_by_another_process_is_seen(site: LoopSite) -> None:
    site.record(created(), sent())
    site.attend()
    site.clock.advance_ms(MINUTE_MS)
    other = site.other_attendant()
    repair = other.tickets.books()[-1].book
    stages = tuple(
        stage.model_copy(update={"act_seconds": 30}) if stage.name == "receive" else stage
        for stage in repair.types["repair"].stages
    )
    changed = repair.model_copy(
        update={"types": {**repair.types, "repair": repair.types["repair"].model_copy(update={"stages": stages})}}
    )
    with other.log.writing():
        other.tickets.save_book(changed, site.clock.now_ms(), "ops", "new.toml")
        other.ticket_fold.refold_open()
    other.close()
    assert site.attend() == 1
    assert told(site) == [("sender", "hot")]


def test_projections_are_still_what_the_log_says(site: LoopSite) -> None:
    site.record(created(call="c1"), sent(), promised(NOW_MS + HOUR_MS), called("c2", NOW_MS + MINUTE_MS))
    site.after(600)
    site.record(*done(at_ms=site.clock.now_ms()), surveyed(5, site.clock.now_ms() + 5000))
    site.after(10)
    assert site.ticket().cycle == 2
    assert site.session.verify() == []
