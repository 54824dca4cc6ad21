"""The tickets of the simulated floor: the same every time, possible, and as a floor would have them."""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core import ticket_events as facts
from app.core.events import EVENT, AnyEvent, CallCompleted, WrapUpEnded
from app.core.ticket_events import NOTICE_EVENTS, PROGRAM, TICKET_EVENTS
from app.tickets.history import fold_ticket
from app.tickets.loops import dissatisfied
from app.tickets.making import FACT_OF
from app.tickets.model import TicketState
from app.tickets.rules import why_not
from seed import randomness
from seed.simulator import Simulator
from tests.seed.ticket_ground import (
    HOUR_MS,
    MORNING,
    OPENING_MS,
    SHOW_MS,
    Floor,
    by_ticket,
    known,
    morning,
    ticket_of,
)

VERB_OF = {made: verb for verb, made in FACT_OF.items()}


def _digest(events: list[AnyEvent]) -> tuple[int, str]:
    digest = hashlib.sha256()
    for event in events:
        digest.update(EVENT.dump_json(event) + b"\n")
    return len(events), digest.hexdigest()


# Changes when the scenario or what people do with tickets does.
UNTIL_THREE_HOURS = (7436, "d62188ddced4a98d47f7ebf591d3a8050bebd9430ebe500950984e20a9a4738f")


def test_the_same_seed_gives_the_same_tickets_as_ever() -> None:
    floor = Floor()
    floor.run_until(OPENING_MS + 3 * HOUR_MS)
    assert _digest(floor.events) == UNTIL_THREE_HOURS


@pytest.mark.parametrize("towards", [0.0, math.inf])
def test_a_c_library_that_rounds_the_last_bit_otherwise_gives_the_same_tickets(
    towards: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = SimpleNamespace(
        log=lambda x: math.nextafter(math.log(x), math.copysign(towards, math.log(x))),
        exp=lambda x: math.nextafter(math.exp(x), towards),
        sqrt=math.sqrt,
    )
    monkeypatch.setattr(randomness, "math", other)
    floor = Floor()
    floor.run_until(OPENING_MS + 3 * HOUR_MS)
    assert _digest(floor.events) == UNTIL_THREE_HOURS


def test_another_seed_gives_other_tickets() -> None:
    assert morning(1).events != morning(2).events


@settings(max_examples=12, deadline=None)
@given(
    seed=st.integers(0, 2**64),
    agents=st.integers(1, 12),
    stops=st.lists(st.integers(-1000, 3 * HOUR_MS), max_size=8),
)
def test_asking_in_many_steps_gives_the_same_tickets_as_in_one(seed: int, agents: int, stops: list[int]) -> None:
    in_one = Floor(seed, agents).run_until(OPENING_MS + 3 * HOUR_MS)
    stepped = Floor(seed, agents)
    in_many = [event for stop in sorted([*stops, 3 * HOUR_MS]) for event in stepped.run_until(OPENING_MS + stop)]
    assert in_many == in_one


def test_asking_at_every_instant_with_a_fact_gives_each_ticket_fact_once() -> None:
    in_one = Floor(5, 12).run_until(OPENING_MS + HOUR_MS)
    stepped = Floor(5, 12)
    in_many = []
    for at_ms in sorted({event.at_ms for event in in_one}):
        in_many += stepped.run_until(at_ms)
    assert in_many == in_one


def test_facts_come_in_order_of_time_and_no_two_are_the_same() -> None:
    events = morning().events
    assert [event.at_ms for event in events] == sorted(event.at_ms for event in events)
    assert len({EVENT.dump_json(event) for event in events}) == len(events)
    assert {type(event) for event in events} <= TICKET_EVENTS | NOTICE_EVENTS


def test_whenever_the_floor_is_opened_the_tickets_are_the_same() -> None:
    week_ms = 7 * 24 * HOUR_MS + 24 * HOUR_MS
    later = Floor(3, 20, program_ms=SHOW_MS + week_ms, start_ms=OPENING_MS + week_ms)
    now = Floor(3, 20)
    moved = [
        (event.kind, event.at_ms - week_ms, getattr(event, "by", "")) for event in later.run_until(SHOW_MS + week_ms)
    ]
    assert moved == [(event.kind, event.at_ms, getattr(event, "by", "")) for event in now.run_until(SHOW_MS)]


@pytest.mark.parametrize(("seed", "agents"), [(42, 60), (7, 25), (3, 4)])
def test_people_do_nothing_that_watchfloor_would_not_let_them_do(seed: int, agents: int) -> None:
    floor = morning(seed, agents)
    books = floor.books
    refused = []
    checked = 0
    for number, events in by_ticket(floor.events).items():
        for place, event in enumerate(events):
            verb = VERB_OF.get(type(event))
            if verb is None or event.by in ("", PROGRAM):
                continue
            ticket = ticket_of(number, events[:place], books)
            reason = why_not(ticket, verb, floor.actor(event.by), floor.ground(event.at_ms))
            checked += 1
            if reason:
                refused.append((number, event.kind, ticket.state.value, reason))
    assert refused == []
    assert checked > 200


def test_at_the_curtain_the_program_has_nothing_left_to_do() -> None:
    floor = morning()
    books = floor.books
    late = []
    for number, events in by_ticket(floor.events).items():
        folded = fold_ticket(number, known(events), books)
        late += [one for one in folded.awaited if one.due_ms <= SHOW_MS]
        late += dissatisfied(folded.ticket, floor.office.book, SHOW_MS)  # type: ignore[arg-type]
    assert late == []


def test_tickets_are_written_at_the_end_of_calls_and_sent_when_the_wrap_up_ends() -> None:
    floor = morning()
    ended = {event.call: event for event in floor.floor_events if isinstance(event, CallCompleted)}
    wrapped_up = {(event.agent, event.at_ms) for event in floor.floor_events if isinstance(event, WrapUpEnded)}
    sent_in_time = written = 0
    for events in by_ticket(floor.events).values():
        created = events[0]
        assert isinstance(created, facts.TicketCreated)
        if created.call is None:
            continue
        call = ended[created.call]
        written += 1
        assert (created.by, created.call_ended_ms, created.at_ms) == (call.agent, call.at_ms, call.at_ms)
        assert created.unit.startswith("T")
        done = next((event for event in events[1:] if event.by == created.by), None)
        sent_in_time += done is not None and (done.by, done.at_ms) in wrapped_up
    assert written > 80
    assert sent_in_time / written > 0.9


def test_a_few_hundred_are_open_at_all_stages_and_most_keep_their_limits() -> None:
    states: set[TicketState] = set()
    for seed in (42, 1, 2):
        floor = morning(seed)
        books = floor.books
        tickets = [ticket_of(number, events, books) for number, events in by_ticket(floor.events).items()]
        open_tickets = [ticket for ticket in tickets if ticket.closed_ms is None]
        assert 200 <= len(open_tickets) <= 420
        states |= {ticket.state for ticket in open_tickets}
        late = [
            ticket
            for ticket in open_tickets
            if any(clock.is_running and clock.due_ms and clock.due_ms < SHOW_MS for clock in ticket.clocks)
        ]
        assert 0.02 <= len(late) / len(open_tickets) <= 0.2
        over = [clock for ticket in tickets if ticket.closed_ms is not None for clock in ticket.clocks]
        kept = sum(clock.used_ms <= clock.limit_seconds * 1000 for clock in over)
        assert 0.85 <= kept / len(over) < 1
    assert states == set(TicketState) - {TicketState.CLOSED}


def _kind(made: Any) -> str:
    return str(made.__dataclass_fields__["kind"].default)


def test_everything_that_goes_wrong_with_tickets_does() -> None:
    kinds = Counter(event.kind for seed in (42, 1, 2) for event in morning(seed).events)
    never = {
        # Nobody takes anything back by himself, and the notice ends later in the morning.
        *(facts.TicketActWithdrawn, facts.TicketRecalled, facts.TicketNoted, facts.TicketPrioritised),
        *(facts.NoticeEnded, facts.NoticeStillCutOff),
    }
    expected = {_kind(made) for made in TICKET_EVENTS | {facts.NoticePosted, facts.NoticeLinked} if made not in never}
    assert expected - set(kinds) == set()


def test_orders_that_nobody_notices_are_phoned_after() -> None:
    chains = Counter[tuple[str, ...]]()
    for seed in (42, 1, 2, 3):
        for events in by_ticket(morning(seed).events).values():
            if events[0].kind == "ticket_created" and "repair" in EVENT.dump_json(events[0]).decode():
                told = [
                    (event.role if isinstance(event, facts.TicketEscalated) else f"phoned {event.role}")
                    for event in events
                    if isinstance(event, facts.TicketEscalated | facts.TicketPhoned)
                ]
                chains[tuple(told[:3])] += 1
    assert any(chain[:2] == ("sender", "phoned unit") for chain in chains)
    assert any(chain == ("sender", "phoned unit", "manager_1") for chain in chains)


def test_a_dissatisfied_customer_has_the_ticket_opened_again_by_the_program() -> None:
    floor = morning()
    books = floor.books
    found = 0
    for number, events in by_ticket(floor.events).items():
        for place, event in enumerate(events):
            if isinstance(event, facts.TicketReopened):
                before = ticket_of(number, events[:place], books)
                after = ticket_of(number, events[: place + 1], books)
                assert (event.by, event.dissatisfied) == (PROGRAM, True)
                assert after.owner == before.cycles[-1].handler
                found += 1
    assert found > 3


def test_a_known_outage_absorbs_contacts_and_leaves_some_cut_off() -> None:
    floor = Floor(program_ms=SHOW_MS)
    floor.run_until(OPENING_MS + 5 * HOUR_MS)
    posted = [event for event in floor.events if isinstance(event, facts.NoticePosted)]
    linked = [event for event in floor.events if isinstance(event, facts.NoticeLinked)]
    (ended,) = [event for event in floor.events if isinstance(event, facts.NoticeEnded)]
    cut_off = [event for event in floor.events if isinstance(event, facts.NoticeStillCutOff)]
    assert len(posted) == 1
    assert len(linked) > 20
    assert all(posted[0].at_ms <= event.at_ms <= ended.at_ms for event in linked)
    calls = {event.call for event in floor.floor_events if isinstance(event, CallCompleted)}
    assert {event.call for event in linked} <= calls
    written = {events[0].call for events in by_ticket(floor.events).values()}  # type: ignore[union-attr]
    assert written.isdisjoint(event.call for event in linked)
    assert cut_off
    assert {event.contact for event in cut_off} < {event.contact for event in linked}
    assert all(event.at_ms > ended.at_ms for event in cut_off)


def test_from_the_curtain_on_the_simulator_says_nothing_for_the_program() -> None:
    floor = Floor(9, 60)
    floor.run_until(SHOW_MS)
    live = floor.run_until(SHOW_MS + 3 * HOUR_MS)
    assert len(live) > 500
    assert not any(getattr(event, "by", "") == PROGRAM for event in live)


def test_tickets_change_no_call() -> None:
    plain = MORNING.model_copy(update={"tickets": None})
    floor = Floor(4, 30)
    floor.run_until(OPENING_MS + HOUR_MS)
    assert floor.floor_events == Simulator(plain, 4, 30, OPENING_MS).run_until(OPENING_MS + HOUR_MS)


def test_numbers_begin_at_1001_and_count_through_each_day() -> None:
    serials: dict[str, list[int]] = {}
    for number in by_ticket(morning().events):
        prefix, day, serial = number.split("-")
        assert prefix == "WO"
        serials.setdefault(day, []).append(int(serial))
    assert len(serials) == 6
    assert all(sorted(found) == list(range(1001, 1001 + len(found))) for found in serials.values())


def test_a_floor_left_running_over_night_goes_on_in_the_morning() -> None:
    floor = Floor(6, 20, program_ms=SHOW_MS + 48 * HOUR_MS)
    floor.run_until(SHOW_MS + 24 * HOUR_MS)
    by_hour = Counter((event.at_ms - SHOW_MS) // HOUR_MS for event in floor.events if event.at_ms > SHOW_MS)
    assert by_hour[23] > 20
