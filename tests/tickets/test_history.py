"""Whose clock is running: each rule of docs/tickets.md by example."""

from __future__ import annotations

import pytest

from app.core import ticket_events as kinds
from app.core.events import AnyEvent
from app.core.ticket_events import PROGRAM
from app.tickets.books import Books
from app.tickets.history import fold_ticket
from app.tickets.model import Awaited, Clock, Priority, PriorityReason, Ticket, TicketState
from app.tickets.policy import PolicyBook, ReopenPolicy
from app.tickets.ports import BookVersion
from tests.strategies import BASE_MS
from tests.tickets.ground import clock, facts_of, folded

MINUTE: int = 60_000


def at(minutes: float) -> int:
    """Minutes after the ticket was written."""
    return BASE_MS + int(minutes * MINUTE)


def minutes(one: Clock) -> float:
    """What a clock used in its spans that are over."""
    return one.used_ms / MINUTE


def fact(kind: type, minute: float, by: str = "", act: str = "", **values: object) -> AnyEvent:
    """A fact of the ticket."""
    built: AnyEvent = kind(at_ms=at(minute), ticket="t1", by=by, act=act, **values)
    return built


def written(ticket_type: str = "work", **values: object) -> AnyEvent:
    """The first fact."""
    return fact(kinds.TicketCreated, 0, by="ann", act="write", ticket_type=ticket_type, unit="hotline", **values)


def _stage(name: str, start: str, stop: str, **values: object) -> dict[str, object]:
    words = {"zh": name, "en": name}
    return {
        "name": name,
        "words": words,
        "role": name,
        "start": [start],
        "stop": [stop],
        "limit_seconds": 600,
        **values,
    }


def book_with(stages: list[dict[str, object]] | None = None, **values: object) -> PolicyBook:
    """A book of one type, "work": the hotline sends, a unit accepts and works, the customer hears."""
    way = [
        _stage("send", "created", "dispatched"),
        _stage("take", "dispatched", "accepted", paused_by=["customer"]),
        _stage("work", "accepted", "resolved", paused_by=["customer", "parts"]),
        _stage("tell", "resolved", "answered"),
    ]
    one = {
        "words": {"zh": "工", "en": "Work"},
        "stages": way if stages is None else stages,
        "overall": {"limit_seconds": 7_200},
        **values,
    }
    return PolicyBook.model_validate({"types": {"work": one}})


BOOK = book_with()
SENT = fact(kinds.TicketDispatched, 2, by="ann", unit="net", person="")
TAKEN = fact(kinds.TicketAccepted, 5, by="bob")


def ticket_of(*events: AnyEvent, book: PolicyBook = BOOK) -> Ticket:
    """The ticket that some facts make."""
    return folded(*events, book=book).ticket


def test_each_stage_is_the_time_of_whoever_has_it() -> None:
    ticket = ticket_of(written(), SENT, TAKEN, fact(kinds.TicketResolved, 9, by="bob"))
    named = [(one.stage, one.unit, one.person, minutes(one), one.is_open) for one in ticket.clocks]
    assert named == [
        ("send", "hotline", "ann", 2, False),
        ("overall", "net", "bob", 0, True),
        ("take", "net", "bob", 3, False),
        ("work", "net", "bob", 4, False),
        ("tell", "net", "bob", 0, True),
    ]
    assert clock(ticket, "tell").due_ms == at(9 + 10)
    assert (ticket.state, ticket.owner, ticket.unit, ticket.sender) == (TicketState.RESOLVED, "bob", "net", "hotline")


def test_a_return_that_was_not_ours_stops_ours_uncharged_and_the_senders_goes_on() -> None:
    back = fact(kinds.TicketReturned, 6, by="bob", reason="not ours")
    ticket = ticket_of(written(), SENT, back, fact(kinds.TicketDispatched, 9, by="ann", unit="city"))
    sent = clock(ticket, "send")
    assert [(start, end) for start, end in sent.spans] == [(at(0), at(2)), (at(6), at(9))]
    assert (minutes(sent), sent.is_void, sent.stopped_ms) == (5, False, at(9))
    ours = clock(ticket, "take")
    assert (ours.unit, ours.person, minutes(ours), ours.is_void) == ("net", "bob", 4, True)
    again = clock(ticket, "take", run=2)
    assert (again.unit, again.started_ms, again.is_running) == ("city", at(9), True)
    assert clock(ticket, "overall").spans == ((at(0), None),)
    assert [(one.from_unit, one.to_unit, one.is_charged) for one in ticket.returns] == [("net", "hotline", False)]


def test_a_return_that_was_ours_is_charged() -> None:
    ticket = ticket_of(written(), SENT, fact(kinds.TicketReturned, 6, reason="we sat on it", charged=True))
    assert (clock(ticket, "take").is_void, minutes(clock(ticket, "take"))) == (False, 4)
    assert clock(ticket, "send").is_running
    assert (ticket.state, ticket.unit, ticket.sender) == (TicketState.RETURNED, "hotline", "")


def test_a_stage_that_goes_on_does_so_through_a_return() -> None:
    stages = [_stage("send", "created", "dispatched"), _stage("take", "dispatched", "accepted", on_return="same")]
    events = [written(), SENT, fact(kinds.TicketReturned, 6, reason="?"), fact(kinds.TicketDispatched, 8, unit="city")]
    ticket = ticket_of(*events, book=book_with(stages))
    assert clock(ticket, "take").spans == ((at(2), None),)
    assert clock(ticket, "send").stopped_ms == at(2)


@pytest.mark.parametrize("back", [kinds.TicketRecalled, kinds.TicketUnqualified])
def test_a_recall_and_an_unqualified_order_are_not_charged_to_the_receiver(back: type) -> None:
    values = {"reason": "missing_facts"} if back is kinds.TicketUnqualified else {}
    ticket = ticket_of(written(), SENT, TAKEN, fact(back, 7, by="ann", **values))
    assert clock(ticket, "work").is_void
    assert not clock(ticket, "take").is_void
    assert clock(ticket, "send").is_running
    assert clock(ticket, "overall").is_running
    assert ticket.unit == "hotline"
    assert ticket.state is (TicketState.NEW if back is kinds.TicketRecalled else TicketState.RETURNED)
    assert [one.is_unqualified for one in ticket.returns] == ([] if back is kinds.TicketRecalled else [True])


def test_ten_pauses_of_forty_seconds_inside_an_hour_lose_four_hundred_seconds() -> None:
    pauses: list[AnyEvent] = []
    for number in range(10):
        start = 10 + number * 5
        pauses += [
            fact(kinds.TicketHeld, start, reason="customer"),
            fact(kinds.TicketResumed, start + 40 / 60, reason="customer"),
        ]
    ticket = ticket_of(written(), SENT, TAKEN, *pauses, fact(kinds.TicketResolved, 65))
    work = clock(ticket, "work")
    assert work.used_ms == 3_600_000 - 400_000
    assert len(work.spans) == 11


def test_pauses_are_a_union_and_each_clock_has_its_own() -> None:
    held = [
        fact(kinds.TicketHeld, 3, reason="parts"),
        fact(kinds.TicketHeld, 4, reason="customer"),
        fact(kinds.TicketHeld, 5, reason="customer"),
        fact(kinds.TicketResumed, 6, reason="parts"),
        fact(kinds.TicketResumed, 8, reason="customer"),
    ]
    ticket = ticket_of(written(), SENT, *held, fact(kinds.TicketAccepted, 10, by="bob"))
    assert clock(ticket, "take").spans == ((at(2), at(4)), (at(8), at(10)))
    assert clock(ticket, "overall").spans == ((at(0), None),)
    waiting = ticket_of(written(), SENT, *held[:2])
    assert (waiting.state, waiting.holds) == (TicketState.HELD, ("parts", "customer"))
    assert (clock(waiting, "take").is_paused, clock(waiting, "take").due_ms) == (True, None)


def test_a_clock_that_starts_while_it_waits_starts_paused() -> None:
    held = fact(kinds.TicketHeld, 3, reason="customer")
    ticket = ticket_of(written(), SENT, held, TAKEN, fact(kinds.TicketResumed, 20))
    assert clock(ticket, "work").started_ms == at(5)
    assert clock(ticket, "work").spans == ((at(20), None),)
    assert clock(ticket, "work").due_ms == at(30)


REOPENED = (written(), SENT, TAKEN, fact(kinds.TicketResolved, 9, by="bob"), fact(kinds.TicketClosed, 12, by="bob"))


@pytest.mark.parametrize(
    ("policy", "cycles", "work", "overall"),
    [
        (ReopenPolicy.NEW_CYCLE, 2, [(5, 9)], [(0, 12)]),
        (ReopenPolicy.CONTINUE, 1, [(5, 9), (30, None)], [(0, 12), (30, None)]),
        (ReopenPolicy.COUNT_THROUGH, 1, [(5, 9), (9, None)], [(0, 12), (12, None)]),
    ],
)
def test_what_a_reopening_does_is_the_policys_word(
    policy: ReopenPolicy, cycles: int, work: list[tuple[int, int | None]], overall: list[tuple[int, int | None]]
) -> None:
    book = book_with(reopen=policy)
    ticket = ticket_of(*REOPENED, fact(kinds.TicketReopened, 30, by="ann"), book=book)
    assert len(ticket.cycles) == ticket.cycle == cycles
    assert ticket.closed_ms is None
    for stage, spans in (("work", work), ("overall", overall)):
        found = [(start, end) for start, end in clock(ticket, stage).spans]
        assert found == [(at(start), None if end is None else at(end)) for start, end in spans]
    assert (ticket.state, ticket.unit, ticket.owner) == (TicketState.RECEIVED, "net", "bob")
    if policy is ReopenPolicy.NEW_CYCLE:
        # It stands before acceptance again, and is not sent anew.
        second = [(one.stage, one.started_ms, one.is_running) for one in ticket.clocks if one.cycle == 2]
        assert second == [("take", at(30), True), ("overall", at(30), True)]
        assert ticket.cycles[0].closed_ms == at(12)


def test_a_dissatisfied_customer_begins_a_new_cycle_with_whoever_resolved_it() -> None:
    events = (
        *REOPENED[:4],
        fact(kinds.TicketTransferred, 10, unit="city"),
        fact(kinds.TicketResolved, 11, by=PROGRAM),
        fact(kinds.TicketSurveyed, 20, score=20),
        fact(kinds.TicketReopened, 21, by=PROGRAM, dissatisfied=True),
    )
    ticket = ticket_of(*events, book=book_with(reopen="continue"))
    first, second = ticket.cycles
    assert (first.score, first.closed_ms, first.is_dissatisfied, second.is_dissatisfied) == (20, None, False, True)
    assert (ticket.unit, ticket.owner, ticket.state) == ("city", "", TicketState.RECEIVED)
    assert all(one.stopped_ms is not None for one in ticket.clocks if one.cycle == 1)


def test_a_closed_cycle_keeps_its_book_and_an_open_one_takes_the_newest() -> None:
    versions = [
        BookVersion(1, at(0), "", "", BOOK),
        BookVersion(2, at(20), "", "", book_with(overall={"limit_seconds": 60})),
    ]
    closed = fold_ticket("t1", facts_of(*REOPENED), Books(versions)).ticket
    assert {one.policy for one in closed.clocks} == {1}
    again = fold_ticket("t1", facts_of(*REOPENED, fact(kinds.TicketReopened, 30)), Books(versions)).ticket
    assert {(one.cycle, one.policy) for one in again.clocks} == {(1, 1), (2, 2)}
    assert clock(again, "overall", cycle=2).limit_seconds == 60


def test_what_was_taken_back_counts_as_if_it_had_never_been() -> None:
    accepted = fact(kinds.TicketAccepted, 5, by="bob", act="a5")
    taken_back = fact(kinds.TicketActWithdrawn, 6, by="bob", act="a6", withdrawn="a5")
    ticket = ticket_of(written(), SENT, accepted, taken_back)
    plain = ticket_of(written(), SENT)
    assert ticket.clocks == plain.clocks
    assert (ticket.state, ticket.owner, ticket.acts_open) == (plain.state, plain.owner, ("write",))
    assert [(step.kind, step.is_withdrawn) for step in ticket.steps[-2:]] == [
        ("accepted", True),
        ("act_withdrawn", False),
    ]
    restored = ticket_of(written(), SENT, accepted, taken_back, fact(kinds.TicketActWithdrawn, 7, withdrawn="a6"))
    assert (restored.state, restored.owner) == (TicketState.ACCEPTED, "bob")


def test_a_ticket_whose_writing_was_taken_back_is_closed_and_counts_for_nothing() -> None:
    ticket = ticket_of(written(), fact(kinds.TicketActWithdrawn, 3, act="undo", withdrawn="write"))
    assert (ticket.state, ticket.closed_ms, ticket.clocks, ticket.is_taken_back) == (
        TicketState.CLOSED,
        at(3),
        (),
        True,
    )
    assert ticket.ticket_type == "work"


def test_a_ticket_known_by_later_facts_only_is_still_a_ticket() -> None:
    ticket = ticket_of(SENT, TAKEN)
    assert (ticket.ticket_type, ticket.state, ticket.unit, ticket.owner) == ("", TicketState.ACCEPTED, "net", "bob")
    assert (ticket.created_ms, ticket.clocks, ticket.is_taken_back) == (at(2), (), False)


def test_a_call_that_ended_before_starts_the_clock_earlier() -> None:
    stages = [_stage("send", "call_ended", "dispatched")]
    early = ticket_of(written(call_ended_ms=at(-1.5)), SENT, book=book_with(stages))
    assert minutes(clock(early, "send")) == 3.5
    # An order that was sent while the customer was still talking took no time.
    late = ticket_of(written(call_ended_ms=at(4)), SENT, book=book_with(stages))
    assert (minutes(clock(late, "send")), clock(late, "send").stopped_ms) == (0, at(2))


def test_a_crew_elsewhere_has_more_time() -> None:
    stages = [_stage("reach", "forwarded", "delivered", elsewhere_seconds=1_200)]
    there = fact(kinds.TicketForwarded, 6, unit="crew", elsewhere=True)
    here = fact(kinds.TicketForwarded, 6, unit="crew")
    assert clock(ticket_of(written(), SENT, there, book=book_with(stages)), "reach").limit_seconds == 1_200
    assert clock(ticket_of(written(), SENT, here, book=book_with(stages)), "reach").limit_seconds == 600


def test_a_limit_is_met_when_it_is_used_up_exactly() -> None:
    met = clock(ticket_of(written(), fact(kinds.TicketDispatched, 10, unit="net")), "send")
    assert (met.used_ms, met.due_ms) == (600_000, at(10))
    early = clock(ticket_of(written(), SENT), "send")
    assert early.due_ms is None


# -- escalation, priority, promises ------------------------------------------------------------------------------------

ESCALATING = book_with(
    [
        _stage(
            "take",
            "dispatched",
            "accepted",
            act_seconds=240,
            escalation=[{"tell": "sender"}, {"tell": "manager_1", "after_seconds": 300}, {"tell": "manager_2"}],
        )
    ]
)


def told(minute: float, step: int) -> AnyEvent:
    """Somebody was told of a step."""
    return fact(kinds.TicketEscalated, minute, by=PROGRAM, clock="take/1/1", step=step, role="sender", due_ms=at(6))


def phoned(minute: float, is_reached: bool, role: str = "unit") -> AnyEvent:
    """Somebody was phoned."""
    return fact(kinds.TicketPhoned, minute, role=role, reached=is_reached)


@pytest.mark.parametrize(
    ("events", "due"),
    [
        ([], (6, 0)),
        ([told(6, 0)], (11, 1)),
        ([told(6, 0), phoned(8, False)], (8, 1)),
        ([told(6, 0), phoned(8, False, role="customer")], (11, 1)),
        ([told(6, 0), phoned(8, True)], None),
        ([told(6, 0), phoned(8, False), told(8, 1)], (13, 2)),
        ([told(6, 0), phoned(7, False), told(8, 1), phoned(9, False)], (9, 2)),
        ([told(6, 0), told(8, 1), told(9, 2)], None),
        ([fact(kinds.TicketAccepted, 7, by="bob")], None),
        ([told(6, 0), fact(kinds.TicketReturned, 7, reason="no")], None),
    ],
)
def test_the_next_step_of_an_escalation(events: list[AnyEvent], due: tuple[int, int] | None) -> None:
    awaited = folded(written(), SENT, *events, book=ESCALATING).awaited
    expected = () if due is None else (Awaited(at(due[0]), "t1", "escalation", "take/1/1", due[1]),)
    assert awaited == expected


@pytest.mark.parametrize(
    ("values", "flags", "priority", "reasons"),
    [
        ({}, [], Priority.NORMAL, ()),
        ({"stars": 4}, [], Priority.NORMAL, ()),
        ({"stars": 5}, [], Priority.HIGH, (PriorityReason.STARS,)),
        ({"stars": 6}, ["repeat_call"], Priority.TOP, (PriorityReason.STARS, PriorityReason.REPEAT_CALL)),
        ({}, ["repeat_complaint"], Priority.HIGH, (PriorityReason.REPEAT_COMPLAINT,)),
        ({"risks": ("media",)}, [], Priority.TOP, (PriorityReason.MEDIA,)),
        ({"compensation_fen": 20_000}, [], Priority.NORMAL, ()),
        ({"compensation_fen": 20_001}, [], Priority.HIGH, (PriorityReason.COMPENSATION,)),
    ],
)
def test_priority_says_why(
    values: dict[str, object], flags: list[str], priority: Priority, reasons: tuple[PriorityReason, ...]
) -> None:
    raised = [fact(kinds.TicketFlagged, 1, flag=flag, flag_id=flag, ref="c9") for flag in flags]
    ticket = ticket_of(written(**values), *raised)
    assert (ticket.priority, ticket.reasons) == (priority, reasons)
    by_hand = ticket_of(written(**values), *raised, fact(kinds.TicketPrioritised, 2, priority=3, reason="agreed"))
    assert (by_hand.priority, by_hand.priority_note) == (Priority.NORMAL, "agreed")
    assert by_hand.reasons == (*reasons, PriorityReason.BY_HAND)
    back = fact(kinds.TicketPrioritised, 3, priority=None, reason="no longer")
    assert ticket_of(written(**values), *raised, back).priority is priority


def test_a_promise_is_kept_by_reaching_the_customer() -> None:
    promise = fact(kinds.TicketPromised, 1, promise="p1", due_ms=at(60), number="138")
    missed = fact(kinds.TicketCalledBack, 50, promise="p1", reached=False)
    kept = fact(kinds.TicketCalledBack, 60, promise="p1", reached=True)
    assert ticket_of(written(), promise, missed).promises[0].kept_ms is None
    (found,) = ticket_of(written(), promise, missed, kept).promises
    assert (found.kept_ms, found.is_in_time()) == (at(60), True)
    late = fact(kinds.TicketCalledBack, 61, reached=True)
    assert not ticket_of(written(), promise, late).promises[0].is_in_time()


# -- a ticket that comes back, and cycles that begin on the way --------------------------------------------------------


def named(ticket: Ticket, cycle: int) -> list[tuple[str, int, str, bool, bool]]:
    """The clocks of a cycle: stage, run, unit, whether it runs, whether it is void."""
    return [(one.stage, one.run, one.unit, one.is_running, one.is_void) for one in ticket.clocks if one.cycle == cycle]


def test_a_repair_centre_that_accepts_and_sends_on_did_not_accept_for_the_crew() -> None:
    sent_on = fact(kinds.TicketForwarded, 9, by="cen", unit="crew")
    ticket = folded(
        written("repair"),
        fact(kinds.TicketDispatched, 1, by="ann", unit="centre"),
        fact(kinds.TicketAccepted, 3, by="cen"),
        sent_on,
        fact(kinds.TicketDelivered, 10),
        fact(kinds.TicketAccepted, 11, by="wang"),
    ).ticket
    assert (minutes(clock(ticket, "forward")), clock(ticket, "forward").unit) == (6, "centre")
    assert (clock(ticket, "depart").unit, clock(ticket, "depart").is_void) == ("centre", True)
    crew = clock(ticket, "depart", run=2)
    assert (crew.unit, crew.started_ms, crew.due_ms) == ("crew", at(11), at(14))


def test_a_wait_for_the_sending_on_that_an_acceptance_cut_short_pauses_as_ever() -> None:
    stages = [
        {**_stage("forward", "received", "forwarded", paused_by=["customer"]), "stop": ["forwarded", "accepted"]},
        _stage("depart", "accepted", "departed"),
        _stage("deliver", "forwarded", "delivered"),
    ]
    ticket = ticket_of(
        written(),
        SENT,
        fact(kinds.TicketReceived, 3),
        TAKEN,
        fact(kinds.TicketHeld, 6, reason="customer"),
        fact(kinds.TicketResumed, 8),
        fact(kinds.TicketForwarded, 9, by="bob", unit="crew"),
        book=book_with(stages),
    )
    # The stages of the crew are those from the delivery on: departing stands before it here, and goes on.
    assert clock(ticket, "forward").spans == ((at(3), at(5)), (at(5), at(6)), (at(8), at(9)))
    assert not clock(ticket, "depart").is_void


def test_a_new_cycle_of_a_ticket_that_was_sent_on_has_a_clock_of_whoever_has_it() -> None:
    ticket = folded(
        written("consult"),
        fact(kinds.TicketDispatched, 1, by="ann", unit="billing"),
        fact(kinds.TicketAccepted, 3, by="li"),
        fact(kinds.TicketResolved, 4, by="li"),
        fact(kinds.TicketReopened, 10, by=PROGRAM, dissatisfied=True),
    ).ticket
    assert named(ticket, 2) == [("respond", 1, "billing", True, False)]


def test_a_new_cycle_at_home_does_not_wait_for_who_gave_it_back() -> None:
    ticket = folded(
        written("repair"),
        fact(kinds.TicketDispatched, 1, by="ann", unit="centre"),
        fact(kinds.TicketRecalled, 2, by="ann"),
        fact(kinds.TicketResolved, 3, by="ann"),
        fact(kinds.TicketReopened, 10, by="ann"),
    ).ticket
    assert named(ticket, 2) == [("send", 1, "hotline", True, False), ("overall", 1, "hotline", True, False)]


def test_given_back_in_a_new_cycle_the_senders_clock_runs_as_well() -> None:
    again = (fact(kinds.TicketReopened, 10, by="ann"), fact(kinds.TicketReturned, 12, by="wang", reason="not ours"))
    way = (
        written("repair"),
        fact(kinds.TicketDispatched, 1, by="ann", unit="centre"),
        fact(kinds.TicketReceived, 2),
        fact(kinds.TicketForwarded, 3, by="cen", unit="crew"),
        fact(kinds.TicketAccepted, 5, by="wang"),
        fact(kinds.TicketResolved, 6, by="wang"),
        *again,
    )
    centre = folded(*way).ticket
    assert named(centre, 2) == [
        ("accept", 1, "crew", False, True),
        ("overall", 1, "centre", True, False),
        ("forward", 1, "centre", True, False),
    ]
    home = folded(*way, fact(kinds.TicketReturned, 13, by="cen", reason="nor ours")).ticket
    assert (home.state, home.unit, home.sender) == (TicketState.RETURNED, "hotline", "")
    assert named(home, 2)[2:] == [("forward", 1, "centre", False, True), ("send", 1, "hotline", True, False)]


def test_recalled_to_a_unit_it_had_not_reached_it_is_still_to_be_received() -> None:
    stages = [_stage("reach", "dispatched", "received")]
    sent_past = fact(kinds.TicketDispatched, 3, by="ann", unit="city")
    back = fact(kinds.TicketRecalled, 4, by="ann")
    ticket = ticket_of(written(), SENT, sent_past, back, fact(kinds.TicketReceived, 5), book=book_with(stages))
    assert (ticket.state, ticket.unit) == (TicketState.RECEIVED, "net")
    assert clock(ticket, "reach").stopped_ms == at(5)


def test_told_of_a_sending_that_was_taken_back_nobody_was_told_of_the_next_one() -> None:
    first = fact(kinds.TicketDispatched, 2, by="ann", act="d1", unit="net")
    undone = fact(kinds.TicketActWithdrawn, 7, by="ann", act="u1", withdrawn="d1")
    anew = fact(kinds.TicketDispatched, 8, by="ann", unit="city")
    awaited = folded(written(), first, told(6, 0), undone, anew, book=ESCALATING).awaited
    assert awaited == (Awaited(at(12), "t1", "escalation", "take/1/1", 0),)


def test_sent_on_to_another_crew_an_order_begins_anew_with_them() -> None:
    way = (
        written("repair"),
        fact(kinds.TicketDispatched, 1, by="ann", unit="centre"),
        fact(kinds.TicketReceived, 2),
        fact(kinds.TicketForwarded, 3, by="cen", unit="crew-1"),
        fact(kinds.TicketDelivered, 4),
    )
    unaccepted = folded(
        *way, fact(kinds.TicketForwarded, 5, by="wang", unit="crew-2"), fact(kinds.TicketDelivered, 8)
    ).ticket
    assert [
        (one.run, one.unit, minutes(one), one.is_running) for one in unaccepted.clocks if one.stage == "accept"
    ] == [
        (1, "crew-1", 1, False),
        (2, "crew-2", 0, True),
    ]
    transferred = folded(
        *way,
        fact(kinds.TicketAccepted, 5, by="wang"),
        fact(kinds.TicketTransferred, 7, by="wang", unit="crew-2"),
        fact(kinds.TicketAccepted, 9, by="zhao"),
    ).ticket
    assert minutes(clock(transferred, "accept")) == 1
    assert [(one.unit, one.started_ms, one.is_running) for one in transferred.clocks if one.stage == "depart"] == [
        ("crew-1", at(5), False),
        ("crew-2", at(9), True),
    ]
    accepted = folded(*way, fact(kinds.TicketAccepted, 5), fact(kinds.TicketForwarded, 7, unit="crew-2")).ticket
    assert (minutes(clock(accepted, "accept")), clock(accepted, "depart").is_void) == (1, True)
