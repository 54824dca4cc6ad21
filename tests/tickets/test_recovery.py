"""Credits: the month's total against its line, exact to the fen, in the site's own months."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.ticket_events import TicketActWithdrawn, TicketCredited
from app.core.zones import instant_ms, load_zone
from app.tickets.policy import Recovery
from app.tickets.recovery import RecoveryMark, mark_of, month_bounds, month_status, recovery_status, warn_fen
from tests.tickets.ground import folded
from tests.tickets.loop_ground import MINUTE_MS, NOW_MS, ZONE, LoopSite, created, done

RECOVERY = Recovery()


@pytest.fixture
def site(tmp_path: Path) -> Iterator[LoopSite]:
    site = LoopSite(tmp_path / "floor.db")
    yield site
    site.close()


def credit(amount_fen: int, at_ms: int = NOW_MS, ticket: str = "t1", act: str = "") -> TicketCredited:
    return TicketCredited(at_ms=at_ms, ticket=ticket, by="hot", amount_fen=amount_fen, act=act)


@pytest.mark.parametrize(
    ("total_fen", "mark"),
    [
        (0, RecoveryMark.BELOW),
        (3_999_999, RecoveryMark.BELOW),
        (4_000_000, RecoveryMark.WARNED),
        (4_999_999, RecoveryMark.WARNED),
        (5_000_000, RecoveryMark.REACHED),
        (9_000_000, RecoveryMark.REACHED),
    ],
)
def test_people_are_told_at_eighty_per_cent_and_at_the_line(total_fen: int, mark: RecoveryMark) -> None:
    assert mark_of(total_fen, RECOVERY) is mark


@given(st.integers(0, 10_000_000), st.integers(1, 100), st.integers(0, 10_000_000))
def test_marks_only_rise(line_fen: int, percent: int, total_fen: int) -> None:
    recovery = Recovery(month_line_fen=line_fen, month_warn_percent=percent)
    assert 0 <= warn_fen(recovery) <= line_fen
    order = list(RecoveryMark)
    assert order.index(mark_of(total_fen, recovery)) <= order.index(mark_of(total_fen + 1, recovery))
    # No fen before the share of the line, and at once with it.
    assert (mark_of(total_fen, recovery) is not RecoveryMark.BELOW) == (
        total_fen > 0 and total_fen * 100 >= line_fen * percent
    )


def test_a_month_is_the_sites_own() -> None:
    zone = load_zone("Asia/Shanghai")
    start_ms, end_ms = month_bounds(date(2026, 12, 9), zone)
    assert start_ms == instant_ms(datetime(2026, 12, 1, tzinfo=zone))
    assert end_ms == instant_ms(datetime(2027, 1, 1, tzinfo=zone))
    ticket = folded(
        created("t1"), credit(1, start_ms - 1), credit(20, start_ms), credit(300, end_ms - 1), credit(4000, end_ms)
    ).ticket
    status = recovery_status([ticket], date(2026, 12, 31), zone, RECOVERY)
    assert (status.month, status.total_fen, status.credits, status.tickets) == ("2026-12", 320, 2, 1)


def test_what_was_taken_back_counts_for_nothing_and_authority_is_of_the_ticket() -> None:
    ticket = folded(
        created("t1"),
        credit(20_000),
        credit(5_000_000, act="a1"),
        TicketActWithdrawn(at_ms=NOW_MS + 1, ticket="t1", act="a2", withdrawn="a1"),
    ).ticket
    status = recovery_status([ticket], date(2026, 11, 1), ZONE, RECOVERY)
    assert (status.total_fen, status.above_authority, status.is_told) == (20_000, 0, False)
    above = folded(created("t1"), credit(20_000), credit(1)).ticket
    assert recovery_status([above], date(2026, 11, 1), ZONE, RECOVERY).above_authority == 1


def test_a_credit_on_a_ticket_closed_long_ago_counts_in_its_own_month(site: LoopSite) -> None:
    old_ms = NOW_MS - 60 * 24 * 60 * MINUTE_MS
    site.record(created(at_ms=old_ms), *done(at_ms=old_ms + 1000), credit(4_000_000, NOW_MS, "T-1"))
    status = month_status(site.session.loops, NOW_MS, ZONE, RECOVERY)
    assert (status.month, status.total_fen, status.mark) == ("2026-11", 4_000_000, RecoveryMark.WARNED)
    assert month_status(site.session.loops, old_ms, ZONE, RECOVERY).total_fen == 0
