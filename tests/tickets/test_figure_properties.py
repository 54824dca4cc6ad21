"""Laws of the figures of tickets, on random histories: parts make the whole, and nothing counts twice."""

from __future__ import annotations

from collections import Counter
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from app.tickets.clocks import ClockState, reading
from app.tickets.counting import Counting, is_clock_open_at, is_open_at
from app.tickets.figures import AGE_BANDS, OVERDUE_BANDS, StageFigures, TicketFigures
from app.tickets.history import fold_ticket
from app.tickets.model import WALL, Ticket, TicketState
from app.tickets.ports import BookVersion
from app.tickets.report_rows import BY, By, TicketQuestion
from app.tickets.reports import return_report, stage_report, ticket_report
from app.tickets.supervision import returned_to_whom
from app.tickets.travels import travel
from tests.strategies import BASE_MS, Told
from tests.tickets.histories import TICKETS, told_tickets, wild_book
from tests.tickets.report_ground import DAY_MS, ZONE, FakeReader

SEEDS = st.integers(0, 2**32)

STANDING = frozenset({"open", "paused", "overdue", "overdue_more", "age_more"}) | {
    name for name, _most_ms in (*OVERDUE_BANDS, *AGE_BANDS)
}
RATES = ("_rate", "_share", "timeliness", "acceptance", "closure", "satisfaction", "mean_used_seconds")


def source(facts: list[Told], seed: int) -> FakeReader:
    """A site that promised something and was told these facts."""
    reader = FakeReader([], [BookVersion(1, BASE_MS, "ops", "", wild_book(Random(seed)))])
    reader.all = tickets(facts, reader)
    return reader


def tickets(facts: list[Told], reader: FakeReader) -> list[Ticket]:
    from app.tickets.books import Books

    books = Books(reader.versions)
    found = []
    for number in TICKETS:
        own = [(seq, "x", event) for seq, (_s, event) in enumerate(facts) if getattr(event, "ticket", "") == number]
        if own:
            found.append(fold_ticket(number, own, books).ticket)
    return found


def range_of(facts: list[Told]) -> tuple[int, int]:
    instants = [event.at_ms for _source, event in facts]
    return min(instants), max(instants) + DAY_MS


def asked(start_ms: int, end_ms: int, by: By = "all") -> TicketQuestion:
    return TicketQuestion(start_ms, end_ms, by, ZONE, BASE_MS + 10**12)


def summed(rows: list[dict[str, object]]) -> Counter[str]:
    """The counts of several rows together, without rates and what stands open."""
    whole: Counter[str] = Counter()
    for row in rows:
        for key, value in row.items():
            if isinstance(value, int) and key not in STANDING and not key.endswith(RATES) and key != "absorbed":
                whole[key] += value
    return +whole


@given(facts=told_tickets(90), seed=SEEDS, share=st.floats(0.01, 0.99))
def test_the_parts_of_a_range_add_up(facts: list[Told], seed: int, share: float) -> None:
    reader = source(facts, seed)
    start_ms, end_ms = range_of(facts)
    middle_ms = start_ms + max(1, int((end_ms - start_ms) * share))
    for report in (ticket_report, stage_report, return_report):
        whole = list(report(reader, asked(start_ms, end_ms)))
        first, second = list(report(reader, asked(start_ms, middle_ms))), list(report(reader, asked(middle_ms, end_ms)))
        left_out = {"most_used_seconds", "used_seconds", "again", "tickets"}
        parts = {key: value for key, value in summed(first + second).items() if key not in left_out}
        assert parts == {key: value for key, value in summed(whole).items() if key not in left_out}


@given(facts=told_tickets(90), seed=SEEDS)
def test_however_rows_are_made_they_add_up_to_the_whole(facts: list[Told], seed: int) -> None:
    reader = source(facts, seed)
    start_ms, end_ms = range_of(facts)
    for report in (ticket_report, return_report):
        whole = summed(list(report(reader, asked(start_ms, end_ms))))
        for by in BY:
            split = summed(list(report(reader, asked(start_ms, end_ms, by))))
            assert {**split, "tickets": 0, "again": 0} == {**whole, "tickets": 0, "again": 0}, by
    [all_of_it] = ticket_report(reader, asked(start_ms, end_ms))
    for by in ("unit", "type", "handler"):
        rows = list(ticket_report(reader, asked(start_ms, end_ms, by)))
        for key in STANDING:
            assert sum(row[key] for row in rows) == all_of_it[key]  # type: ignore[misc]
    *_days, last = ticket_report(reader, asked(start_ms, end_ms, "day"))
    assert {key: last[key] for key in STANDING} == {key: all_of_it[key] for key in STANDING}


@given(facts=told_tickets(90), seed=SEEDS)
def test_no_part_is_more_than_its_whole(facts: list[Told], seed: int) -> None:
    [row] = ticket_report(source(facts, seed), asked(*range_of(facts)))
    count = {key: value for key, value in row.items() if isinstance(value, int)}
    assert count["returned"] + count["unqualified"] <= count["sent"]
    assert sum(value for key, value in count.items() if key.startswith("unqualified_")) == count["unqualified"]
    assert count["accepted_in_time"] <= count["accepted"]
    assert count["closed_in_time"] + count["closed_late"] <= count["closed"]
    assert count["closed_all_kept"] <= count["closed_in_time"]
    assert count["closed_by_first"] <= count["closed"]
    assert count["satisfied"] <= count["surveyed"] <= count["closed"]
    assert count["reopened_dissatisfied"] <= count["reopened"]
    assert count["call_backs_kept"] <= count["call_backs_due"]
    assert count["flags_kept"] <= count["flags_due"]
    assert sum(count[name] for name in STANDING if name.startswith("overdue_")) == count["overdue"] <= count["open"]
    assert sum(count[name] for name in STANDING if name.startswith("age_")) == count["open"]
    for key, value in row.items():
        assert not isinstance(value, float) or value >= 0, key
        assert not isinstance(value, float) or key == "reopen_rate" or value <= 1, key


@given(facts=told_tickets(90), seed=SEEDS)
def test_at_the_end_figures_agree_with_the_fold(facts: list[Told], seed: int) -> None:
    reader = source(facts, seed)
    from app.tickets.books import Books

    books = Books(reader.versions)
    now_ms = range_of(facts)[1]
    counting = Counting(books, now_ms)
    for ticket in reader.all:
        assert is_open_at(ticket, now_ms) == (ticket.state is not TicketState.CLOSED)
        if ticket.is_taken_back:
            continue
        cycles = TicketFigures()
        counting.count(ticket, lambda _at_ms, _unit, _person, cycles=cycles: cycles)
        still_open = ticket.cycles[-1].closed_ms is None
        assert cycles.closed == len(ticket.cycles) - still_open
        for clock in ticket.clocks:
            assert is_clock_open_at(clock, now_ms) == clock.is_open
            # A unit's calendar changes with the unit: what waits is counted by the last one.
            if clock.is_open and (clock.is_running or clock.calendar == WALL):
                due_ms = counting.limit_ms(clock)
                is_overdue = due_ms is not None and due_ms < now_ms
                assert is_overdue == (reading(clock, now_ms, books).state is ClockState.OVERDUE)
        stages = StageFigures()
        counting.count_stages(ticket, lambda _at_ms, _unit, _person, _stage, stages=stages: stages)
        assert stages.stopped + stages.void == sum(not clock.is_open for clock in ticket.clocks)


@given(facts=told_tickets(90), seed=SEEDS)
def test_what_was_sent_and_came_back_is_what_the_fold_says(facts: list[Told], seed: int) -> None:
    for ticket in source(facts, seed).all:
        way = travel(ticket)
        by_hand = Counter((each.at_ms, each.to_unit, each.is_unqualified) for each in ticket.returns)
        came = Counter(
            (sent.back_ms, sent.from_unit, sent.came_back == "unqualified")
            for sent in way.sendings
            if sent.came_back in ("returned", "unqualified")
        )
        assert came <= by_hand
        again = len(ticket.cycles) - 1
        assert len(way.reopenings) >= again
    pairs = returned_to_whom((ticket.ticket, ticket.returns) for ticket in source(facts, seed).all)
    assert sum(pair.count for pair in pairs) == sum(len(ticket.returns) for ticket in source(facts, seed).all)
    assert [pair.count for pair in pairs] == sorted((pair.count for pair in pairs), reverse=True)
