"""The demo's tickets in a database: who works on them, what is promised, and the program beside the simulator."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.core.clock import ManualClock
from app.core.facts import Batch
from app.core.settings import Settings
from app.people.actors import actor_of
from app.tickets.desk import Deed, NewTicket, Verb
from app.tickets.model import TicketState
from app.tickets.service import TicketService
from seed.feed import SimulatedSource
from seed.plan_writer import write_plan
from seed.simulator import Simulator
from seed.ticket_case import SOURCE
from seed.ticket_office import TicketOffice
from seed.ticket_writer import write_departments
from store.sessions import WriterSession
from store.ticket_news import SqliteTicketNews
from tests.seed.ticket_ground import MINUTE_MS, MORNING, OPENING_MS, SHANGHAI, SHOW_MS

TRAINEE = "wang.lei"
DAY_MS = 86_400_000


class Demo:
    """What `watchfloor demo` puts together, without its threads."""

    def __init__(self, path: Path, agents: int = 30, days_later: int = 0) -> None:
        assert MORNING.tickets is not None
        opening_ms, show_ms = OPENING_MS + days_later * DAY_MS, SHOW_MS + days_later * DAY_MS
        self.clock = ManualClock(show_ms)
        simulator = Simulator(MORNING, 42, agents, opening_ms)
        office = TicketOffice(MORNING, MORNING.tickets, 42, agents, simulator.plan, opening_ms, show_ms)
        self.source = SimulatedSource(simulator, self.clock, tickets=office)
        self.news = SqliteTicketNews(path, SOURCE)
        self.source.news = self.news
        self.session = WriterSession(path, Settings(), self.clock, SHANGHAI)
        session = self.session
        write_plan(simulator.plan, session.people, session.planning, session.forecast, show_ms)
        write_departments(office, session.people, session.tickets, session.log.writing)
        for _floor_then_tickets in range(2):
            session.journal.record(Batch(SOURCE, self.source.drafts()))
        people = session.people
        actor = actor_of(TRAINEE, people.people())
        self.desk = TicketService(
            session.journal, session.tickets, session.ticket_acts, people, actor, SHANGHAI, self.clock, "WO"
        )

    def wait(self, minutes: int) -> None:
        """Let time pass, a second at a time as far as the engine is concerned."""
        for _step in range(minutes * 6):
            self.clock.advance_ms(10_000)
            self.session.journal.record(Batch(SOURCE, self.source.drafts()))
            self.session.attendant.reconcile()

    def close(self) -> None:
        self.news.close()
        self.session.close()


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Demo]:
    made = Demo(tmp_path / "demo.db")
    yield made
    made.close()


def test_at_the_curtain_the_program_does_nothing(demo: Demo) -> None:
    assert demo.session.attendant.reconcile() == 0


def test_the_departments_are_in_the_roster_and_their_hours_and_telephones_are_promised(demo: Demo) -> None:
    units, people = demo.session.people.units(), demo.session.people.people()
    assert units["B1"].parent == "K1"
    assert units["K1"].parent == "P1"
    assert units["P1"].parent == "R1"
    assert people["B1-01"].unit == "B1"
    (version,) = demo.session.tickets.books()
    assert version.applied_ms < OPENING_MS
    assert version.book.contacts["B3"].managers[0].person == "B3-M1"
    assert version.book.unit_calendars["D2"] != "wall"
    assert version.book.unit_calendars["B1"] == "wall"


def test_a_demo_opened_again_promises_nothing_anew(demo: Demo) -> None:
    office = demo.source.tickets
    assert office is not None
    revision = demo.session.people.revision()
    write_departments(office, demo.session.people, demo.session.tickets, demo.session.log.writing)
    assert demo.session.people.revision() == revision
    assert len(demo.session.tickets.books()) == 1


def test_every_order_that_a_trainee_sends_to_the_broken_terminal_goes_up_the_chain(demo: Demo) -> None:
    number = demo.desk.create(NewTicket("repair", "光缆断", unit="T003", caller="10001234567", area="江宁区"))
    demo.desk.do([number], Deed(Verb.DISPATCH, {"unit": "B3"}))
    demo.wait(3)
    assert not _told(demo, number)
    demo.wait(2)
    assert _told(demo, number) == ["sender"]
    demo.desk.do([number], Deed(Verb.PHONE, {"role": "unit", "reached": False}))
    demo.wait(1)
    assert _told(demo, number) == ["sender", "manager_1"]
    demo.desk.do([number], Deed(Verb.PHONE, {"role": "manager_1", "reached": True}))
    demo.wait(8)
    ticket = demo.session.tickets.ticket(number)
    assert ticket is not None
    assert ticket.state not in (TicketState.NEW, TicketState.SENT)
    assert ticket.told[0].person == TRAINEE
    assert ticket.told[1].person == "B3-M1"


def _told(demo: Demo, number: str) -> list[str]:
    ticket = demo.session.tickets.ticket(number)
    assert ticket is not None
    return [told.role for told in ticket.told]


def test_what_a_trainee_accepts_stays_theirs_and_is_undone_again(demo: Demo) -> None:
    sent = [
        ticket.ticket
        for ticket in demo.session.tickets.ticket_changes(0, 0).tickets
        if ticket.state in (TicketState.SENT, TicketState.RECEIVED)
    ]
    result = demo.desk.do(sent, Deed(Verb.ACCEPT))
    assert len(result.done) > 5
    demo.wait(30)
    found = demo.session.tickets.tickets(result.done)
    assert {ticket.owner for ticket in found.values()} == {TRAINEE}
    demo.desk.undo()
    demo.wait(60)
    found = demo.session.tickets.tickets(result.done)
    assert TRAINEE not in {ticket.owner for ticket in found.values()}
    assert sum(ticket.state in (TicketState.ACCEPTED, TicketState.WORKING) for ticket in found.values()) > 1


def test_the_program_takes_over_at_the_curtain(demo: Demo) -> None:
    demo.wait(180)
    by_source: dict[str, set[str]] = {}
    for ticket in demo.session.tickets.tickets_between(0, 1 << 60):
        for facts in demo.session.tickets.ticket_facts([ticket.ticket]).values():
            for _seq, source, event in facts:
                if event.at_ms > SHOW_MS + MINUTE_MS:
                    by_source.setdefault(source, set()).add(f"{event.kind} {getattr(event, 'by', '')}")
    assert any(kind.startswith("ticket_escalated") for kind in by_source["loops"])
    assert not any(kind.endswith("watchfloor") for kind in by_source[SOURCE])
    assert demo.session.verify() == []


def test_a_demo_of_a_later_day_goes_on_with_what_was_left_open(tmp_path: Path) -> None:
    path = tmp_path / "demo.db"
    first = Demo(path)
    open_before = {ticket.ticket for ticket in first.session.tickets.ticket_changes(0, 0).tickets}
    all_before = {ticket.ticket for ticket in first.session.tickets.tickets_between(0, 1 << 60)}
    first.close()
    second = Demo(path, days_later=2)
    found = {ticket.ticket: ticket for ticket in second.session.tickets.tickets_between(0, 1 << 60)}
    new = found.keys() - all_before
    assert len(second.session.tickets.books()) == 1
    assert {number.split("-")[1] for number in new} == {"260304"}
    assert sum(found[number].closed_ms is not None for number in open_before) > len(open_before) // 4
    assert all(ticket.steps[0].kind == "created" for ticket in found.values())
    assert all(sum(step.kind == "created" for step in ticket.steps) == 1 for ticket in found.values())
    second.close()
