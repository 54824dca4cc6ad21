"""Tickets that are written while the customer is still talking: their clocks count from the end of the call."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.core.events import CallAbandoned, CallCompleted, CallConnected
from app.core.ticket_events import TicketActWithdrawn, TicketCreated
from tests.tickets.ground import clock
from tests.tickets.loop_ground import MINUTE_MS, NOW_MS, LoopSite, called, created, sent


@pytest.fixture
def site(tmp_path: Path) -> Iterator[LoopSite]:
    site = LoopSite(tmp_path / "floor.db")
    site.record(
        called("c1", NOW_MS - 2 * MINUTE_MS),
        CallConnected(at_ms=NOW_MS - MINUTE_MS, call="c1", queue="support", agent="hot"),
        created(call="c1", act="a1"),
    )
    site.attend()
    yield site
    site.close()


def hang_up(site: LoopSite, minute: int) -> None:
    """The call ends, so many minutes after the ticket was written."""
    site.clock.set_ms(NOW_MS + minute * MINUTE_MS)
    site.record(CallCompleted(at_ms=site.clock.now_ms(), call="c1", queue="support", agent="hot", ended_by="caller"))


def test_the_first_clocks_count_from_the_end_of_the_call(site: LoopSite) -> None:
    assert clock(site.ticket(), "send").started_ms == NOW_MS
    hang_up(site, 5)
    assert site.attend() == 1
    ticket = site.ticket()
    ended_ms = NOW_MS + 5 * MINUTE_MS
    assert {one.stage: one.started_ms for one in ticket.clocks} == {"send": ended_ms, "overall": ended_ms}
    assert site.kinds() == ["created"]
    assert ticket.created_ms == NOW_MS


def test_an_order_that_is_sent_before_the_call_ends_is_sent_in_no_time(site: LoopSite) -> None:
    site.record(sent(at_ms=NOW_MS + 3 * MINUTE_MS))
    hang_up(site, 5)
    site.attend()
    assert clock(site.ticket(), "send").used_ms == 0
    assert clock(site.ticket(), "receive").started_ms == NOW_MS + 3 * MINUTE_MS


def test_another_process_goes_on_where_one_died_and_says_it_once(site: LoopSite) -> None:
    hang_up(site, 5)
    other = site.other_attendant()
    try:
        other.attendant.reconcile()
    finally:
        other.close()
    site.attend()
    assert len(site.log("ticket_created")) == 2
    assert clock(site.ticket(), "send").started_ms == NOW_MS + 5 * MINUTE_MS


def test_a_call_that_goes_on_in_a_second_queue_has_not_ended(site: LoopSite) -> None:
    site.record(called("c1", NOW_MS + MINUTE_MS, queue="second"))
    hang_up(site, 2)
    assert site.attend() == 0
    site.record(CallAbandoned(at_ms=NOW_MS + 3 * MINUTE_MS, call="c1", queue="second"))
    site.attend()
    assert clock(site.ticket(), "send").started_ms == NOW_MS + 3 * MINUTE_MS


def test_what_was_taken_back_stays_taken_back(site: LoopSite) -> None:
    site.record(TicketActWithdrawn(at_ms=NOW_MS + 1000, ticket="T-1", by="hot", act="a2", withdrawn="a1"))
    hang_up(site, 5)
    site.attend()
    assert site.ticket().is_taken_back
    assert site.ticket().clocks == ()


def test_a_bridge_that_tells_more_than_the_end_is_shown(site: LoopSite) -> None:
    site.record(
        TicketCreated(
            at_ms=NOW_MS, ticket="T-1", ticket_type="repair", title="other", call="c1", call_ended_ms=NOW_MS + 1000
        )
    )
    assert site.kinds() == ["created", "created"]
    assert clock(site.ticket(), "send").started_ms == NOW_MS + 1000
