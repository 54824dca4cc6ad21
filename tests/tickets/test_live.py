"""The open tickets in memory: patched or made anew, they are the same; time costs only what is due."""

from __future__ import annotations

from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from app.floor.picture import Freshness
from app.tickets.live import LiveTickets, row_of
from app.tickets.model import OVERALL, Ticket, TicketState
from app.tickets.picture import TicketCounts, TicketSnapshot
from app.tickets.ports import TicketChanges
from app.tickets.urgency import Urgency, left_ms, order_key, turning_points, urgency, used_ms, warned_from_ms
from tests.tickets.samples import MINUTE_MS, NAMES, clock, many_tickets, some_ticket, ticket
from tests.widgets.fakes import NOW_MS


def changes(seq: int, *tickets: Ticket, whole: bool = False, generation: int = 1) -> TicketChanges:
    return TicketChanges(seq, generation, whole, tickets)


def live_with(*tickets: Ticket, now_ms: int = NOW_MS) -> LiveTickets:
    live = LiveTickets()
    live.apply(changes(1, *tickets, whole=True), NAMES, now_ms)
    return live


def picture(live: LiveTickets, now_ms: int = NOW_MS) -> TicketSnapshot:
    return live.snapshot(now_ms, Freshness())


def test_a_row_says_what_is_shown_of_a_ticket() -> None:
    old = clock("contact", stopped_ms=NOW_MS - 9 * MINUTE_MS)
    void = clock("contact", stopped_ms=NOW_MS, is_void=True)
    slow, quick = clock(OVERALL, limit_seconds=9000), clock("handling", limit_seconds=900)
    earlier = clock("handling", stopped_ms=NOW_MS - 99 * MINUTE_MS, cycle=0)
    row = row_of(ticket("T-1", old, void, slow, quick, earlier), NAMES)
    assert (row.unit_name, row.level, row.owner_name) == ("上海", "city", "王芳")
    assert row.clocks == (old, slow, quick)
    assert row.next_clock is quick
    assert row.due_ms == quick.due_ms
    for word in ("t-1", "宽带", "王芳", "wang", "上海", "热线中心", "13900001111", "浦东"):
        assert word in row.text


def test_the_next_clock_is_the_first_due_then_the_paused_one_with_the_least_left() -> None:
    much, little = clock("a", paused=True, used_ms=60_000), clock("b", paused=True, used_ms=3_000_000)
    assert row_of(ticket("T", much, little), NAMES).next_clock is little
    assert row_of(ticket("T", much, little), NAMES).due_ms is None
    running = clock("c", limit_seconds=999_999)
    assert row_of(ticket("T", much, little, running), NAMES).next_clock is running
    assert row_of(ticket("T", clock(stopped_ms=NOW_MS)), NAMES).next_clock is None


def test_the_order_is_due_then_paused_by_what_is_left_then_without_a_clock() -> None:
    live = live_with(
        ticket("none", clock(stopped_ms=NOW_MS)),
        ticket("paused-much", clock(paused=True, used_ms=1000)),
        ticket("paused-little", clock(paused=True, used_ms=3_000_000)),
        ticket("later", clock(limit_seconds=7200)),
        ticket("sooner", clock(limit_seconds=60)),
    )
    assert list(picture(live).order) == ["sooner", "later", "paused-little", "paused-much", "none"]


def test_time_alone_makes_warned_and_overdue() -> None:
    mine = ticket("T", clock(started_ms=NOW_MS, limit_seconds=3600, warn_seconds=(1200, 600)))
    live = live_with(mine, ticket("P", clock(paused=True)))
    due_ms = NOW_MS + 3_600_000
    assert picture(live).counts == TicketCounts(open=2, paused=1)
    assert picture(live, due_ms - 1_200_001).counts.warned == 0
    assert picture(live, due_ms - 1_200_000).counts.warned == 1
    assert picture(live, due_ms).counts == TicketCounts(open=2, warned=1, paused=1), "met when used ≤ limit"
    assert picture(live, due_ms + 1).counts == TicketCounts(open=2, overdue=1, paused=1)
    row = picture(live).rows["T"]
    assert [urgency(row, at) for at in (NOW_MS, due_ms, due_ms + 1)] == [
        Urgency.NORMAL,
        Urgency.WARNED,
        Urgency.OVERDUE,
    ]


def test_a_clock_that_goes_on_after_its_first_warning_is_warned_at_once() -> None:
    resumed = clock(started_ms=NOW_MS, used_ms=3_300_000, warn_seconds=(600, 60))
    assert warned_from_ms(resumed) == NOW_MS
    assert resumed.warn_ms == NOW_MS + 240_000
    assert picture(live_with(ticket("T", resumed))).counts.warned == 1


def test_what_is_left_and_used() -> None:
    running = clock(started_ms=NOW_MS - 60_000, used_ms=30_000, limit_seconds=120)
    assert left_ms(running, NOW_MS) == 30_000
    assert used_ms(running, NOW_MS) == 90_000
    assert left_ms(running, NOW_MS + 31_000) == -1000
    paused = clock(paused=True, used_ms=30_000, limit_seconds=120)
    assert (left_ms(paused, NOW_MS), used_ms(paused, NOW_MS)) == (90_000, 30_000)
    assert left_ms(clock(stopped_ms=NOW_MS), NOW_MS) is None
    by_calendar = running._replace(calendar="office", due_ms=NOW_MS + 940_000)
    assert used_ms(by_calendar, NOW_MS) == 30_000 + 90_000 * 60 // 1000
    assert used_ms(by_calendar._replace(due_ms=None), NOW_MS) == 30_000, "never open again"


def test_arrivals_are_those_that_came_after_the_first_picture() -> None:
    live = live_with(ticket("a"), ticket("b"))
    assert picture(live).arrivals == ()
    live.apply(changes(2, ticket("c"), ticket("a", state=TicketState.CLOSED)), NAMES, NOW_MS)
    live.apply(changes(3, ticket("a"), ticket("b", title="new words")), NAMES, NOW_MS)
    assert picture(live).arrivals == ("c", "a"), "one that was reopened came too"
    live.apply(changes(4, ticket("a"), ticket("d"), whole=True), NAMES, NOW_MS)
    assert picture(live).arrivals == ("c", "a", "d")
    assert set(picture(live).rows) == {"a", "d"}


def test_a_picture_that_was_handed_out_does_not_change() -> None:
    live = live_with(ticket("a"), ticket("b"))
    before = picture(live)
    live.apply(changes(2, ticket("a", state=TicketState.CLOSED), ticket("c")), NAMES, NOW_MS)
    after = picture(live)
    assert set(before.rows) == set(before.order) == {"a", "b"}
    assert set(after.rows) == set(after.order) == {"b", "c"}
    assert after.changed_since(before.revision) == {"a", "c"}
    assert after.changed_since(after.revision) == set()
    assert picture(live, NOW_MS + 1000).rows is after.rows, "a second without a change shares everything"


def test_the_same_again_is_no_change() -> None:
    live = live_with(ticket("a"))
    before = picture(live)
    live.apply(changes(2, ticket("a")), NAMES, NOW_MS)
    live.apply(changes(3, ticket("a"), whole=True), NAMES, NOW_MS)
    assert picture(live).revision == before.revision


def test_who_is_too_far_behind_compares_everything() -> None:
    live = live_with()
    first = picture(live)
    for number in range(2_500):
        live.apply(changes(number + 2, ticket(f"n{number}")), NAMES, NOW_MS)
    now = picture(live)
    assert now.changed_since(first.revision) is None
    assert now.changed_since(now.revision - 5) == {f"n{number}" for number in range(2_495, 2_500)}
    live.apply(changes(9_999, ticket("x"), whole=True), NAMES, NOW_MS)
    assert picture(live).changed_since(now.revision) is None


def test_a_second_looks_only_at_what_is_due() -> None:
    live = LiveTickets()
    tickets = many_tickets(2_000)
    live.apply(changes(1, *tickets, whole=True), NAMES, NOW_MS)
    looked = 0
    for second in range(1, 61):
        now_ms = NOW_MS + second * 1000
        looked += live.advance(now_ms)
    turned = sum(any(NOW_MS < at <= NOW_MS + 60_000 for at in turning_points(row_of(each, NAMES))) for each in tickets)
    assert 0 < turned <= looked <= 2 * turned < 200


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 12), st.integers(0, 10_000), st.booleans()), max_size=40), st.integers(0, 1 << 30)
)
def test_patched_is_the_same_as_made_anew(steps: list[tuple[int, int, bool]], seed: int) -> None:
    random = Random(seed)
    live = live_with()
    known: dict[str, Ticket] = {}
    now_ms = NOW_MS
    for seq, (number, seconds, closes) in enumerate(steps, 2):
        now_ms += seconds * 1000
        name = f"t{number}"
        made = some_ticket(random, name, now_ms)
        known[name] = made._replace(state=TicketState.CLOSED) if closes else made
        live.apply(changes(seq, known[name]), NAMES, now_ms)
        if random.random() < 0.5:
            live.advance(now_ms)
    now_ms += 600_000
    shown = picture(live, now_ms)
    rows = {name: row_of(each, NAMES) for name, each in known.items() if each.state is not TicketState.CLOSED}
    assert dict(shown.rows) == rows
    assert list(shown.order) == [key[2] for key in sorted(map(order_key, rows.values()))]
    stands = [urgency(row, now_ms) for row in rows.values()]
    assert shown.counts == TicketCounts(
        len(rows), stands.count(Urgency.OVERDUE), stands.count(Urgency.WARNED), stands.count(Urgency.PAUSED)
    )
