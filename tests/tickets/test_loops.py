"""The rules of the loops over random histories: looking twice does nothing, and no flag without a cause."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.core.event_fields import NAME_LIMIT
from app.core.events import AnyEvent, OutboundCallCompleted
from app.core.ticket_events import TicketFlagAnswered, TicketFlagged, TicketLinked, TicketPromised, TicketSurveyed
from app.tickets import loops
from app.tickets.flags import flag_steps, next_step, waiting_flags
from app.tickets.model import Flag
from app.tickets.policy import PolicyBook
from tests.tickets.ground import folded
from tests.tickets.loop_ground import MINUTE_MS, NOW_MS, NUMBER, called, created, done

BOOK = PolicyBook()
offsets = st.integers(0, 600)


@given(st.lists(offsets, min_size=1, max_size=12, unique=True))
def test_every_call_of_a_waiting_customer_is_kept_once_and_flags_need_a_recent_contact(minutes: list[int]) -> None:
    facts: list[AnyEvent] = [created("t1")]
    contacts_ms = [NOW_MS]
    for minute in sorted(minutes):
        at_ms = NOW_MS + (minute + 1) * MINUTE_MS
        entered = called(f"c{minute}", at_ms)
        ticket = folded(*facts).ticket
        made = loops.repeat_call(entered, at_ms, [ticket], BOOK)
        assert len(made) == 1
        is_recent = at_ms - contacts_ms[-1] <= BOOK.repeat_seconds * 1000
        is_waiting = any(waiting_flags(ticket))
        assert isinstance(made[0], TicketFlagged if is_recent and not is_waiting else TicketLinked)
        facts += made
        contacts_ms.append(at_ms)
        assert loops.repeat_call(entered, at_ms, [folded(*facts).ticket], BOOK) == []
    calls = folded(*facts).ticket
    assert {*calls.calls, *(flag.ref for flag in calls.flags)} == {f"c{minute}" for minute in minutes}


@given(st.integers(0, 100), st.booleans(), st.lists(st.integers(0, 100), max_size=3))
def test_a_survey_reopens_when_it_is_below_the_line_and_only_once(
    score: int, is_closed: bool, earlier: list[int]
) -> None:
    facts: list[AnyEvent] = [created("t1"), *list(done("t1", NOW_MS + 1000))[: 2 if is_closed else 1]]
    at_ms = NOW_MS + 3000
    for each in (*earlier, score):
        facts.append(TicketSurveyed(at_ms=at_ms, ticket="t1", score=each))
        ticket = folded(*facts).ticket
        made = loops.dissatisfied(ticket, BOOK, at_ms)
        assert bool(made) == (each < 60 and ticket.state.is_over)
        facts += made
        assert loops.dissatisfied(folded(*facts).ticket, BOOK, at_ms + 1) == []
        at_ms += 10


@given(
    st.lists(st.tuples(offsets, st.sampled_from(["", NUMBER, "555"])), max_size=5),
    st.lists(st.tuples(offsets, st.sampled_from([NUMBER, "555"]), st.booleans()), max_size=6),
)
def test_a_promise_is_kept_by_the_first_call_that_reaches_its_number(
    promises: list[tuple[int, str]], calls: list[tuple[int, str, bool]]
) -> None:
    facts: list[AnyEvent] = [created("t1")]
    for place, (minute, number) in enumerate(promises):
        made_ms = NOW_MS + minute * MINUTE_MS
        facts.append(
            TicketPromised(at_ms=made_ms, ticket="t1", promise=f"p{place}", due_ms=made_ms + MINUTE_MS, number=number)
        )
    for minute, number, reached in sorted(calls):
        call = OutboundCallCompleted(at_ms=NOW_MS + minute * MINUTE_MS, number=number, reached=reached)
        facts += loops.called_back(call, [folded(*facts).ticket])
        assert loops.called_back(call, [folded(*facts).ticket]) == []
    kept = {promise.promise: promise.kept_ms for promise in folded(*facts).ticket.promises}
    for place, (minute, number) in enumerate(promises):
        reaching = [
            NOW_MS + at * MINUTE_MS
            for at, called_number, reached in calls
            if reached and called_number == (number or NUMBER) and at >= minute
        ]
        assert kept[f"p{place}"] == min(reaching, default=None)


def test_the_three_steps_of_a_flag_share_one_due_instant() -> None:
    flag = Flag("f", "repeat_call", "c2", NOW_MS, acknowledged_ms=NOW_MS + 1000, called_back_ms=NOW_MS + 1_800_001)
    steps = flag_steps(flag, 1_800)
    assert {step.due_ms for step in steps} == {NOW_MS + 1_800_000}
    assert [step.is_in_time(NOW_MS + 1_800_000) for step in steps] == [True, False, None]
    assert [step.is_in_time(NOW_MS + 1_800_001) for step in steps] == [True, False, False]
    waiting = next_step(flag, 1_800)
    assert waiting is not None
    assert waiting.step == "written_back"
    assert next_step(flag._replace(written_back_ms=NOW_MS), 1_800) is None


def test_calling_back_answers_only_flags_raised_before_it() -> None:
    facts: list[AnyEvent] = [
        created("t1"),
        *loops.repeat_call(called("c2", NOW_MS + 5), NOW_MS + 5, [folded(created("t1")).ticket], BOOK),
    ]
    early = OutboundCallCompleted(at_ms=NOW_MS + 4, number=NUMBER)
    assert loops.called_back(early, [folded(*facts).ticket]) == []
    made = loops.called_back(OutboundCallCompleted(at_ms=NOW_MS + 5, number=NUMBER, by="hot"), [folded(*facts).ticket])
    assert [(type(one), one.by) for one in made] == [(TicketFlagAnswered, "hot")]


@given(st.text("abc", min_size=1, max_size=NAME_LIMIT))
def test_a_name_made_of_another_is_never_too_long_and_stays_its_own(name: str) -> None:
    assert len(loops.short_name("repeat_complaint", name)) <= NAME_LIMIT
    assert loops.short_name("repeat_call", name) != loops.short_name("repeat_call", name[:-1] + "d")
