"""The figures of tickets, counted by hand."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from app.core import ticket_events as kinds
from app.core.errors import UsageProblem
from app.tickets.reports import call_back_report, return_report, stage_report, ticket_report
from tests.tickets.report_ground import (
    DAY_MS,
    HOUR_MS,
    MINUTE_MS,
    MONDAY_MS,
    TEN_MS,
    FakeReader,
    Story,
    monday,
    question,
)

FLOWS = {
    # T-1 … T-4 were written; T-1 and T-2 were handed on twice, T-3 once.
    "created": 4,
    "sent": 5,
    "returned": 1,
    "unqualified": 1,
    "unqualified_missing_facts": 1,
    "unqualified_wrong_unit": 0,
    # T-1's crew accepted after 1 of 2 minutes; T-2's acceptance came 4 minutes into the 2 of sending on; T-4's after 1
    # of 30.
    "accepted": 3,
    "accepted_in_time": 2,
    # T-2 took 61 of 45 minutes.
    "closed": 3,
    "closed_in_time": 2,
    "closed_late": 1,
    "closed_all_kept": 2,
    # T-1 was received by the centre and resolved by the crew, and so was T-2 (after it came back); T-4 never left.
    "closed_by_first": 1,
    "surveyed": 2,
    "satisfied": 1,
    "reopened": 1,
    "reopened_dissatisfied": 1,
    # T-1's was kept five minutes early, T-3's never.
    "call_backs_due": 2,
    "call_backs_kept": 1,
    "flags_due": 1,
    "flags_kept": 0,
    "timeliness": 2 / 3,
    "full_timeliness": 2 / 3,
    "on_time_acceptance": 2 / 3,
    "first_level_closure": 1 / 3,
    "satisfaction": 1 / 2,
    "reopen_rate": 1 / 3,
    "return_rate": 1 / 5,
    "unqualified_rate": 1 / 5,
    "call_back_timeliness": 1 / 2,
    "loop_timeliness": 0.0,
    "absorbed": 1,
    "absorbed_share": 1 / 5,
}

STANDING = {
    # At midnight T-2 is in its second cycle and T-3 lies with the hotline again; half a day went by.
    "open": 2,
    "paused": 0,
    "overdue": 2,
    "overdue_1h": 0,
    "overdue_8h": 0,
    "overdue_24h": 2,
    "overdue_more": 0,
    "age_1h": 0,
    "age_8h": 0,
    "age_24h": 2,
    "age_3d": 0,
    "age_more": 0,
}


def reader() -> FakeReader:
    made = FakeReader(monday())
    # One contact on Monday, one on Tuesday.
    made.absorbed = [TEN_MS, MONDAY_MS + DAY_MS]
    return made


def chosen(row: Mapping[str, object], keys: Mapping[str, object]) -> dict[str, object]:
    return {key: row[key] for key in keys}


def test_a_monday_by_hand() -> None:
    [row] = ticket_report(reader(), question())
    assert chosen(row, FLOWS) == FLOWS
    assert chosen(row, STANDING) == STANDING


def test_by_unit_each_figure_counts_for_whoever_it_is_about() -> None:
    rows = {row["unit"]: row for row in ticket_report(reader(), question("unit"))}
    assert {unit: row["unit_name"] for unit, row in rows.items()} == {
        "hot": "热线中心",
        "centre": "抢修中心",
        "crew": "七班",
    }
    hot, centre, crew = rows["hot"], rows["centre"], rows["crew"]
    assert (hot["created"], hot["sent"], hot["returned"], hot["unqualified"]) == (4, 4, 1, 1)
    assert (centre["sent"], centre["returned"], centre["closed"], centre["return_rate"]) == (1, 0, 0, 0.0)
    assert (crew["sent"], crew["return_rate"]) == (0, None)
    assert (crew["closed"], crew["timeliness"], crew["satisfaction"]) == (2, 0.5, 0.5)
    assert (hot["closed"], hot["timeliness"], hot["satisfaction"]) == (1, 1.0, None)
    assert {row["absorbed"] for row in rows.values()} == {None}


def test_by_handler_and_by_type() -> None:
    by_handler = {row["handler"]: row for row in ticket_report(reader(), question("handler"))}
    assert (by_handler["zhao"]["closed"], by_handler["zhao"]["reopened"]) == (2, 1)
    assert (by_handler["ann"]["created"], by_handler["ann"]["handler_name"]) == (4, "安然")
    by_type = {row["type"]: row for row in ticket_report(reader(), question("type"))}
    assert (by_type["repair"]["closed"], by_type["consult"]["closed"]) == (2, 1)


def test_every_day_has_a_row_and_its_own_end() -> None:
    days = list(ticket_report(reader(), question("day", MONDAY_MS - DAY_MS, MONDAY_MS + 2 * DAY_MS)))
    assert [day["day"] for day in days] == ["2026-11-22", "2026-11-23", "2026-11-24"]
    assert [day["created"] for day in days] == [0, 4, 0]
    assert [day["open"] for day in days] == [0, 2, 2]
    assert [day["absorbed"] for day in days] == [0, 1, 1]
    assert [day["overdue_more"] for day in days] == [0, 0, 2]


def test_what_stands_open_is_never_counted_ahead_of_now() -> None:
    early = question()
    # At half past ten T-1 was resolved and not closed, T-2 and T-3 were open, T-4 was closed.
    asked = type(early)(early.start_ms, early.end_ms, "all", early.zone, TEN_MS + 31 * MINUTE_MS)
    [row] = ticket_report(reader(), asked)
    assert row["open"] == 3
    # T-3's promise has passed, T-1's has not; T-3's flag has a few minutes left.
    assert (row["call_backs_due"], row["flags_due"]) == (1, 0)
    later = type(early)(early.start_ms + DAY_MS, early.end_ms + DAY_MS, "all", early.zone, TEN_MS)
    [row] = ticket_report(reader(), later)
    assert row["open"] == 0


def test_a_limit_is_met_at_the_limit_and_void_clocks_do_not_count() -> None:
    at_the_limit = (
        Story("T-1", "repair", "hot")
        .add(2, kinds.TicketDispatched, "ann", unit="centre")
        .add(2 + 1 / 60_000, kinds.TicketRecalled, "ann")
        .add(3, kinds.TicketClosed, "ann")
    )
    [row] = ticket_report(FakeReader([at_the_limit.ticket()]), question())
    assert (row["closed_all_kept"], row["sent"], row["returned"]) == (0, 1, 0)
    stages = {row["stage"]: row for row in stage_report(FakeReader([at_the_limit.ticket()]), question())}
    # The sender's clock went on from 2:00 when the order was recalled, and so passed its limit.
    assert (stages["send"]["stopped"], stages["send"]["missed"]) == (1, 1)
    assert (stages["receive"]["void"], stages["receive"]["stopped"], stages["receive"]["timeliness"]) == (1, 0, None)
    exact = Story("T-2", "repair", "hot").add(2, kinds.TicketDispatched, "ann", unit="centre")
    [stage] = [row for row in stage_report(FakeReader([exact.ticket()]), question()) if row["stage"] == "send"]
    assert (stage["kept"], stage["most_used_seconds"]) == (1, 120)


def test_a_clock_that_waits_past_its_limit_is_overdue_since_it_passed_it() -> None:
    held = (
        Story("T-1", "complaint", "hot")
        .add(1, kinds.TicketAccepted, "ann")
        .add(50 * 60, kinds.TicketHeld, "ann", reason="customer")
    )
    # Handling had 36 h, until Tuesday at 22:01; the overall 48 h ended on Wednesday at ten. It waits since noon.
    wednesday_end_ms = MONDAY_MS + 3 * DAY_MS
    contacted = held.add(30, kinds.TicketContacted, "ann").ticket()
    [row] = ticket_report(FakeReader([contacted]), question(end_ms=wednesday_end_ms))
    assert (row["overdue"], row["paused"], row["overdue_more"], row["overdue_24h"]) == (1, 1, 1, 0)
    [row] = ticket_report(FakeReader([contacted]), question(end_ms=MONDAY_MS + 2 * DAY_MS + 10 * HOUR_MS))
    assert (row["overdue"], row["overdue_24h"]) == (1, 1)
    [row] = ticket_report(FakeReader([contacted]), question(end_ms=MONDAY_MS + DAY_MS + 22 * HOUR_MS))
    assert row["overdue"] == 0


def test_what_was_taken_back_counts_for_nothing() -> None:
    written = Story("T-1", "repair", "hot")
    written.facts[0] = kinds.TicketCreated(at_ms=TEN_MS, ticket="T-1", by="ann", ticket_type="repair", act="a1")
    written.add(1, kinds.TicketActWithdrawn, "ann", withdrawn="a1")
    [row] = ticket_report(FakeReader([written.ticket()]), question())
    assert not any(value for key, value in row.items() if key != "absorbed")
    sent = Story("T-2", "repair", "hot").add(1, kinds.TicketDispatched, "ann", unit="centre", act="a2")
    sent.add(2, kinds.TicketActWithdrawn, "ann", withdrawn="a2")
    [row] = ticket_report(FakeReader([sent.ticket()]), question())
    assert (row["created"], row["sent"], row["open"]) == (1, 0, 1)


def test_the_stages_of_a_monday() -> None:
    rows = list(stage_report(reader(), question()))
    assert [row["stage"] for row in rows if row["type"] == "repair"] == [
        "send",
        "receive",
        "forward",
        "deliver",
        "accept",
        "depart",
        "arrive",
        "overall",
    ]
    by_stage = {row["stage"]: row for row in rows if row["type"] == "repair"}
    arrive = by_stage["arrive"]
    assert (arrive["stopped"], arrive["kept"], arrive["used_seconds"], arrive["mean_used_seconds"]) == (1, 1, 780, 780)
    overall = by_stage["overall"]
    assert (overall["stopped"], overall["kept"], overall["missed"], overall["timeliness"]) == (2, 1, 1, 0.5)
    assert by_stage["send"]["open"] == 1
    by_unit = [row["unit"] for row in stage_report(reader(), question("unit")) if row["stage"] == "arrive"]
    assert by_unit == ["crew"]


def test_what_came_back_to_whom() -> None:
    [row] = return_report(reader(), question())
    assert row == {
        "from_unit": "centre",
        "from_name": "抢修中心",
        "to_unit": "hot",
        "to_name": "热线中心",
        "given_back": 2,
        "tickets": 2,
        "again": 0,
        "returned": 1,
        "charged": 0,
        "unqualified": 1,
        "unqualified_should_not_exist": 0,
        "unqualified_missing_facts": 1,
        "unqualified_wrong_unit": 0,
        "unqualified_duplicate": 0,
        "reasons": {"missing_facts": 1, "不属于我中心": 1},
    }
    assert [row["unit"] for row in return_report(reader(), question("unit"))] == ["hot"]
    assert [row["handler"] for row in return_report(reader(), question("handler"))] == ["ann"]
    assert list(return_report(reader(), question(start_ms=MONDAY_MS - DAY_MS, end_ms=MONDAY_MS))) == []


def test_call_backs_and_loops() -> None:
    [row] = call_back_report(reader(), question())
    assert row == {
        "call_backs_due": 2,
        "call_backs_kept": 1,
        "call_back_timeliness": 0.5,
        "flags_due": 1,
        "flags_acknowledged": 1,
        "flags_called_back": 0,
        "flags_kept": 0,
        "loop_timeliness": 0.0,
    }


def test_nothing_is_empty_and_not_nought() -> None:
    [row] = ticket_report(FakeReader([]), question())
    rates = [key for key in row if key.endswith(("_rate", "_share", "timeliness", "acceptance", "closure", "faction"))]
    assert len(rates) == 11
    assert {row[key] for key in rates} == {None}
    assert {value for key, value in row.items() if key not in rates} == {0}


def test_a_range_that_is_none_is_refused() -> None:
    with pytest.raises(UsageProblem, match="--to must lie after --from"):
        list(ticket_report(reader(), question(end_ms=MONDAY_MS)))
