"""However facts of tickets arrive, and whatever is promised meanwhile, folding the whole log again gives the same."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from app.core.events import AnyEvent
from app.core.facts import Batch, Draft
from app.core.ticket_events import NOTICE_EVENTS, TICKET_EVENTS
from app.tickets.books import Books
from app.tickets.clocks import reading
from app.tickets.history import fold_ticket
from app.tickets.model import Clock, TicketState
from app.tickets.ports import BookVersion
from store.ticket_rows import from_text, to_text
from tests.floor.test_fold_properties import differing
from tests.strategies import BASE_MS, Told, deliver
from tests.tickets.ground import TicketGround
from tests.tickets.histories import TICKETS, made_kinds, told_tickets, wild_book, wild_tickets

SEEDS = st.integers(0, 2**32)


def wild_books(random: Random, count: int) -> Books:
    """Some books, applied in the midst of what wild facts tell."""
    applied = sorted(BASE_MS + random.choice((0, 60_000, 7_200_000, 10**9)) for _ in range(count))
    return Books([BookVersion(n, at, "ops", "", wild_book(random)) for n, at in enumerate(applied, 1)])


def test_histories_have_facts_of_every_kind() -> None:
    assert made_kinds() == TICKET_EVENTS | NOTICE_EVENTS


@given(facts=told_tickets(60), seed=SEEDS)
def test_folding_as_facts_arrive_equals_folding_all_again(facts: list[Told], seed: int, tmp_path: Path) -> None:
    random = Random(seed)
    with TicketGround(tmp_path) as ground:
        others = ground.new_journal()
        applied_ms = BASE_MS
        for batch in deliver(random, facts, random.choice((0.0, 0.1, 0.5)), random.choice((0.0, 0.2))):
            if random.random() < 0.1:
                applied_ms += random.choice((0, 1, 600_000, 86_400_000))
                ground.apply(wild_book(random), applied_ms)
            (ground.journal if random.random() < 0.7 else others).record(batch)
        before = ground.rows()
        ground.rebuild()
        assert not differing(before, ground.rows())


@given(facts=told_tickets(60), seed=SEEDS)
def test_the_order_of_arrival_changes_nothing(facts: list[Told], seed: int, tmp_path: Path) -> None:
    instants = [event.at_ms for _source, event in facts]
    # The order of arrival breaks ties within a millisecond: only then may it matter.
    alone = [told_by for told_by in facts if instants.count(told_by[1].at_ms) == 1]
    book = wild_book(Random(seed))
    with TicketGround(tmp_path) as in_order, TicketGround(tmp_path) as late:
        in_order.apply(book, BASE_MS)
        late.apply(book, BASE_MS)
        in_order.record(Batch(source, [Draft(event, b"1")]) for source, event in alone)
        late.record(deliver(Random(seed), alone, 0.5, 0.2))
        for number in TICKETS:
            one, other = in_order.tickets.ticket(number), late.tickets.ticket(number)
            assert (one is None) == (other is None)
            if one is not None and other is not None:
                unnumbered = [
                    ticket._replace(steps=tuple(s._replace(seq=0) for s in ticket.steps)) for ticket in (one, other)
                ]
                assert unnumbered[0] == unnumbered[1]
        assert in_order.tickets.awaited(2**61) == late.tickets.awaited(2**61)
        assert in_order.tickets.notices(only_live=False) == late.tickets.notices(only_live=False)
        for notice in in_order.tickets.notices(only_live=False):
            assert in_order.tickets.notice_contacts(notice.notice) == late.tickets.notice_contacts(notice.notice)


def _of_one(facts: list[Told]) -> list[AnyEvent]:
    return [event for _source, event in facts if getattr(event, "ticket", "") == TICKETS[0]]


@given(facts=told_tickets(120), seed=SEEDS)
def test_a_clock_never_runs_twice_or_backwards(facts: list[Told], seed: int) -> None:
    events = _of_one(facts)
    if not events:
        return
    books = wild_books(Random(seed), 2)
    ticket = fold_ticket("t1", [(seq, "x", event) for seq, event in enumerate(events)], books).ticket
    by_stage: dict[tuple[str, int], list[Clock]] = {}
    for clock in ticket.clocks:
        by_stage.setdefault((clock.stage, clock.cycle), []).append(clock)
        assert clock.stopped_ms is None or clock.stopped_ms >= clock.started_ms
        assert not clock.is_running or clock.stopped_ms is None
        calendar = books.calendar(clock.policy, clock.calendar)
        assert calendar is None or calendar.definition.zone
        for start_ms, end_ms in clock.spans:
            assert start_ms >= clock.started_ms
            assert end_ms is None or start_ms < end_ms <= (clock.stopped_ms or 2**61)
        for earlier, later in pairwise(clock.spans):
            assert earlier.end_ms is not None
            assert earlier.end_ms <= later.start_ms
    for (stage, _cycle), clocks in by_stage.items():
        assert [clock.run for clock in clocks] == list(range(1, len(clocks) + 1))
        assert sum(clock.is_open for clock in clocks) <= 1
        assert stage != "overall" or len(clocks) == 1
        spans = sorted(span for clock in clocks for span in clock.spans)
        for earlier, later in pairwise(spans):
            # A stage is one's time at a time, whoever has it.
            assert earlier.end_ms is not None
            assert earlier.end_ms <= later.start_ms


@given(facts=told_tickets(120), seed=SEEDS)
def test_what_is_used_only_grows_while_a_clock_is_open(facts: list[Told], seed: int) -> None:
    random = Random(seed)
    events = _of_one(facts)
    if not events:
        return
    books = wild_books(random, 1)
    clocks = fold_ticket("t1", [(seq, "x", event) for seq, event in enumerate(events)], books).ticket.clocks
    for clock in clocks:
        last_ms = max(clock.started_ms, clock.spans[-1].start_ms if clock.spans else 0)
        moments = [last_ms + step for step in (0, 1, 999, 60_000, 86_400_000)]
        used = [reading(clock, at_ms, books).used_ms for at_ms in moments]
        assert used == sorted(used)
        assert used[0] == clock.used_ms
        if not clock.is_running:
            assert used[-1] == used[0]
        elif clock.due_ms is not None and clock.due_ms >= last_ms:
            # Due is when the limit is reached: met then, missed as soon as more is used.
            assert reading(clock, clock.due_ms, books).left_ms == 0


@given(facts=told_tickets(60), seed=SEEDS)
def test_closing_stops_every_clock_and_a_void_one_is_not_open(facts: list[Told], seed: int) -> None:
    events = _of_one(facts)
    if not events:
        return
    ticket, awaited = fold_ticket("t1", [(n, "x", e) for n, e in enumerate(events)], wild_books(Random(seed), 3))
    if ticket.state is TicketState.CLOSED:
        assert all(clock.stopped_ms is not None for clock in ticket.clocks)
        assert not awaited
        assert ticket.closed_ms is not None
    else:
        assert ticket.closed_ms is None
    over = ticket.cycles[:-1]
    assert all(clock.stopped_ms is not None for clock in ticket.clocks if clock.cycle <= len(over))
    assert all(not clock.is_void or clock.stopped_ms is not None for clock in ticket.clocks)
    assert ticket.cycle == len(ticket.cycles) == ticket.cycles[-1].number
    assert ticket.changed_ms == max(event.at_ms for event in events)
    assert len(ticket.steps) == len(events)


@given(facts=told_tickets(80), seed=SEEDS)
def test_text_holds_a_ticket_whole(facts: list[Told], seed: int) -> None:
    events = _of_one(facts)
    if events:
        ticket = fold_ticket("t1", [(n, "x", e) for n, e in enumerate(events)], wild_books(Random(seed), 1)).ticket
        assert from_text(to_text(ticket)) == ticket


def test_long_histories_fold_the_same(tmp_path: Path) -> None:
    with TicketGround(tmp_path) as ground:
        ground.record(deliver(Random(5), wild_tickets(Random(5), 1_500), 0.1, 0.1))
        before = ground.rows()
        ground.rebuild()
        assert not differing(before, ground.rows())
