"""What somebody who is not simulated does to a ticket changes what the simulated people do next."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from app.core import ticket_events as facts
from app.core.journal import Fact
from app.core.ticket_events import PROGRAM, TicketEvent
from app.tickets.model import TicketState
from seed.ticket_case import SOURCE
from tests.seed.ticket_ground import HOUR_MS, MINUTE_MS, SHOW_MS, Floor, by_ticket, known, ticket_of

TRAINEE = "wang.lei"
NEVER_LOOKED_AT = "B3"


class Shared:
    """A floor at its curtain, and a log that others write to as well."""

    def __init__(self, seed: int = 42, agents: int = 30) -> None:
        self.floor = Floor(seed, agents)
        self.floor.run_until(SHOW_MS)
        self.now_ms = SHOW_MS
        self.log: dict[str, list[Fact]] = {
            number: known(events) for number, events in by_ticket(self.floor.events).items()
        }
        self.seq = 1_000_000

    def numbers(self, holds: Callable[[Any], bool]) -> list[str]:
        """Open tickets of which something holds."""
        books = self.floor.books
        tickets = [ticket_of(number, [fact[2] for fact in log], books) for number, log in self.log.items()]  # type: ignore[misc]
        return [ticket.ticket for ticket in tickets if ticket.closed_ms is None and holds(ticket)]

    def ticket(self, number: str) -> Any:
        return ticket_of(number, [fact[2] for fact in self.log[number]], self.floor.books)  # type: ignore[misc]

    def do(self, number: str, made: type[Any], by: str = TRAINEE, **values: Any) -> None:
        """Somebody else does something now."""
        self.seq += 1
        event = made(at_ms=self.now_ms, ticket=number, by=by, **values)
        log = self.log.setdefault(number, [])
        log.append((self.seq, "tickets", event))
        self.floor.office.hear(number, log)

    def wait(self, length_ms: int) -> list[TicketEvent]:
        """Let time pass; what became of the tickets."""
        self.now_ms += length_ms
        made = self.floor.run_until(self.now_ms)
        for number, events in by_ticket(made).items():
            for event in events:
                self.seq += 1
                self.log.setdefault(number, []).append((self.seq, SOURCE, event))
        return made  # type: ignore[return-value]

    def kinds(self, number: str) -> list[str]:
        """What happened to a ticket that others have not done."""
        return [fact[2].kind for fact in self.log[number] if fact[1] == SOURCE]


@pytest.fixture
def shared() -> Shared:
    return Shared()


def test_what_somebody_took_on_is_theirs(shared: Shared) -> None:
    chosen = shared.numbers(lambda ticket: ticket.state in (TicketState.SENT, TicketState.RECEIVED))
    assert len(chosen) > 3
    before = {number: len(shared.kinds(number)) for number in chosen}
    for number in chosen:
        shared.do(number, facts.TicketAccepted)
    shared.wait(4 * HOUR_MS)
    assert {number: len(shared.kinds(number)) for number in chosen} == before
    assert {shared.ticket(number).owner for number in chosen} == {TRAINEE}


def test_without_anybody_s_deeds_those_tickets_would_have_gone_on(shared: Shared) -> None:
    chosen = shared.numbers(lambda ticket: ticket.state in (TicketState.SENT, TicketState.RECEIVED))
    before = sum(len(shared.kinds(number)) for number in chosen)
    shared.wait(4 * HOUR_MS)
    assert sum(len(shared.kinds(number)) for number in chosen) > before + len(chosen)


def test_what_is_handed_on_to_a_unit_is_worked_on_there(shared: Shared) -> None:
    chosen = shared.numbers(lambda ticket: ticket.state is TicketState.WORKING and ticket.ticket_type == "complaint")[
        :6
    ]
    for number in chosen:
        shared.do(number, facts.TicketTransferred, unit="D4")
    shared.wait(24 * HOUR_MS)
    for number in chosen:
        after: list[Any] = [fact[2] for fact in shared.log[number]]
        place = next(place for place, event in enumerate(after) if event.by == TRAINEE)
        following = [event for event in after[place + 1 :] if event.kind.startswith("ticket_re")]
        assert following[0].kind == "ticket_received", number
        assert following[0].by.startswith("D4-")
        assert [event.kind for event in after[place + 1 :]].count("ticket_accepted") == 1


def test_what_is_taken_back_stays_with_who_took_it_back(shared: Shared) -> None:
    (number, *_others) = shared.numbers(lambda ticket: ticket.state is TicketState.SENT)
    shared.do(number, facts.TicketRecalled)
    before = shared.kinds(number)
    shared.wait(5 * HOUR_MS)
    assert shared.kinds(number) == before


def test_what_is_given_back_is_sent_again_by_who_sent_it(shared: Shared) -> None:
    (number, *_others) = shared.numbers(
        lambda ticket: ticket.state is TicketState.RECEIVED and ticket.sender.startswith("T")
    )
    writer = shared.ticket(number).writer
    shared.do(number, facts.TicketReturned, reason="不属本单位")
    shared.wait(5 * HOUR_MS)
    sent = [fact[2] for fact in shared.log[number] if isinstance(fact[2], facts.TicketDispatched)]
    assert len(sent) == 2
    assert sent[-1].by == writer


def test_after_an_undo_people_go_on_from_where_it_is_then(shared: Shared) -> None:
    (number, *_others) = shared.numbers(lambda ticket: ticket.state is TicketState.WORKING and ticket.unit == "D2")
    owner = shared.ticket(number).owner
    shared.do(number, facts.TicketTransferred, unit="K2", act="a1")
    shared.do(number, facts.TicketActWithdrawn, act="a2", withdrawn="a1")
    shared.wait(48 * HOUR_MS)
    ticket = shared.ticket(number)
    assert ticket.cycles[0].handler == owner
    assert ticket.cycles[0].resolved_ms is not None


def test_a_ticket_somebody_wrote_is_worked_on_where_it_is_sent(shared: Shared) -> None:
    shared.do(
        "WO-1",
        facts.TicketCreated,
        ticket_type="repair",
        title="光缆断",
        unit="T003",
        caller="10001234567",
        area="江宁区",
    )
    shared.wait(HOUR_MS)
    assert shared.kinds("WO-1") == []
    shared.do("WO-1", facts.TicketDispatched, unit="B1")
    shared.wait(12 * HOUR_MS)
    kinds = shared.kinds("WO-1")
    assert kinds[:6] == [
        *("ticket_received", "ticket_forwarded", "ticket_delivered", "ticket_accepted"),
        *("ticket_departed", "ticket_arrived"),
    ]
    assert "ticket_closed" in kinds


def test_a_unit_that_notices_nothing_takes_an_order_on_when_somebody_is_reached(shared: Shared) -> None:
    shared.do("WO-1", facts.TicketCreated, ticket_type="repair", title="光缆断", unit="T003", caller="10001234567")
    shared.do("WO-1", facts.TicketDispatched, unit=NEVER_LOOKED_AT)
    shared.wait(20 * MINUTE_MS)
    assert shared.kinds("WO-1") == []
    shared.do("WO-1", facts.TicketPhoned, role="unit", reached=False)
    shared.wait(8 * MINUTE_MS)
    assert shared.kinds("WO-1") == []
    shared.do("WO-1", facts.TicketPhoned, role="manager_1", reached=True)
    shared.wait(8 * MINUTE_MS)
    assert shared.kinds("WO-1")[0] == "ticket_received"


def test_who_sent_an_order_phones_when_the_program_tells_so(shared: Shared) -> None:
    (number, *_others) = shared.numbers(
        lambda ticket: ticket.state is TicketState.RETURNED and ticket.unit.startswith("T")
    )
    agent = shared.ticket(number).writer
    shared.do(number, facts.TicketDispatched, by=agent, unit=NEVER_LOOKED_AT)
    shared.wait(4 * MINUTE_MS)
    told: dict[str, Any] = {"by": PROGRAM, "clock": "receive/1/1", "due_ms": shared.now_ms}
    shared.do(number, facts.TicketEscalated, step=0, role="sender", **told)
    made = shared.wait(10 * MINUTE_MS)
    phoned = [event for event in made if isinstance(event, facts.TicketPhoned) and event.ticket == number]
    assert [(event.by, event.role) for event in phoned] == [(agent, "unit")]
    assert phoned[0].person == "高淳抢修中心调度台"
    if not phoned[0].reached:
        shared.do(number, facts.TicketEscalated, step=1, role="manager_1", **told)
        shared.wait(10 * MINUTE_MS)
    assert "ticket_received" in shared.kinds(number)[-6:]


def test_nobody_phones_for_an_order_that_somebody_else_sent(shared: Shared) -> None:
    shared.do("WO-1", facts.TicketCreated, ticket_type="repair", title="光缆断", unit="T003")
    shared.do("WO-1", facts.TicketDispatched, unit=NEVER_LOOKED_AT)
    told: dict[str, Any] = {"by": PROGRAM, "clock": "receive/1/1", "due_ms": shared.now_ms}
    shared.do("WO-1", facts.TicketEscalated, step=0, role="sender", **told)
    shared.wait(20 * MINUTE_MS)
    assert shared.kinds("WO-1") == []


def test_a_ticket_the_program_opened_again_is_begun_anew_by_its_handler(shared: Shared) -> None:
    shared.wait(2 * HOUR_MS)
    closed = [
        number
        for number, log in shared.log.items()
        if log[-1][2].kind == "ticket_closed" and "ticket_surveyed" not in shared.kinds(number)
    ]
    for number in closed[-5:]:
        handler = shared.ticket(number).cycles[-1].handler
        shared.do(number, facts.TicketSurveyed, by="", score=20)
        shared.do(number, facts.TicketReopened, by=PROGRAM, dissatisfied=True)
        shared.wait(48 * HOUR_MS)
        ticket = shared.ticket(number)
        assert ticket.cycle == 2
        assert ticket.cycles[1].handler == handler
        assert ticket.cycles[1].resolved_ms is not None


def test_a_flag_is_mostly_answered_in_its_order(shared: Shared) -> None:
    chosen = shared.numbers(lambda ticket: ticket.state is TicketState.WORKING)[:20]
    for number in chosen:
        shared.do(number, facts.TicketFlagged, by=PROGRAM, flag="repeat_call", flag_id="f", ref="1.1")
    made = shared.wait(2 * HOUR_MS)
    steps = {
        number: [event.step for event in made if isinstance(event, facts.TicketFlagAnswered) and event.ticket == number]
        for number in chosen
    }
    order = ["acknowledged", "called_back", "written_back"]
    assert all(found == order[: len(found)] for found in steps.values())
    assert sum(found == order for found in steps.values()) > len(chosen) // 2


def test_a_ticket_that_the_program_wrote_is_sent_by_an_agent_of_its_unit(shared: Shared) -> None:
    shared.do("WO-2", facts.TicketCreated, by=PROGRAM, ticket_type="repair", title="仍无法上网", unit="T003")
    shared.wait(2 * HOUR_MS)
    assert shared.kinds("WO-2")[0] == "ticket_dispatched"


def test_hearing_the_same_again_changes_nothing() -> None:
    one, two = Shared(), Shared()
    number = one.numbers(lambda ticket: ticket.state is TicketState.WORKING)[0]
    for shared in (one, two):
        shared.do(number, facts.TicketTransferred, unit="D4")
    two.floor.office.hear(number, two.log[number])
    assert one.wait(5 * HOUR_MS) == two.wait(5 * HOUR_MS)


def test_what_is_done_to_one_ticket_shifts_no_other() -> None:
    one, two = Shared(), Shared()
    number = one.numbers(lambda ticket: ticket.state is TicketState.WORKING)[0]
    one.do(number, facts.TicketAccepted)
    others = [
        [event for event in shared.wait(5 * HOUR_MS) if getattr(event, "ticket", "") != number] for shared in (one, two)
    ]
    assert others[0] == others[1]
