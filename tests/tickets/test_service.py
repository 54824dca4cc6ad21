"""What people do to tickets, against a real database: who may, who comes first, bulk, numbers, repeats, undo."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from app.core.clock import ManualClock
from app.core.errors import RuleRefused, UsageProblem
from app.core.events import CallAbandoned, CallEntered
from app.core.facts import Batch, Draft
from app.core.settings import Settings
from app.core.ticket_events import TicketAccepted, TicketEvent
from app.core.zones import load_zone
from app.tickets.desk import Deed, NewTicket, Verb
from app.tickets.model import Ticket, TicketState
from store.sessions import WriterSession
from store.ticket_desk import SqliteTicketDesk
from tests.tickets.service_ground import MINUTE_MS, NOW_MS, PEOPLE, UNITS

ZONE = load_zone("Asia/Shanghai")


class Site:
    """A site with units and people, and a desk for each of them."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.clock = ManualClock(NOW_MS)
        session = WriterSession(path, Settings(), self.clock)
        with session.log.writing():
            session.people.save_units(list(UNITS.values()))
            session.people.save_people(list(PEOPLE.values()))
        session.close()

    def desk(self, user: str) -> SqliteTicketDesk:
        return SqliteTicketDesk(self.path, Settings(), ZONE, self.clock, user)

    def do(self, user: str, number: str, verb: Verb, **values: object) -> str:
        """Do what must be allowed; returns the act. A minute passes before it."""
        self.clock.advance_ms(MINUTE_MS)
        result = self.desk(user).do([number], Deed(verb, values))
        assert not result.refused, result.refused
        return result.act

    def refused(self, user: str, number: str, verb: Verb, **values: object) -> str:
        """Why it may not be done."""
        result = self.desk(user).do([number], Deed(verb, values))
        assert result.done == ()
        assert result.act == ""
        return result.refused[number]

    def ticket(self, number: str) -> Ticket:
        picture = self.desk("root").picture(number)
        assert picture is not None
        return picture.ticket

    def record(self, *events: object) -> None:
        session = WriterSession(self.path, Settings(), self.clock)
        session.journal.record(Batch("bridge", [Draft(event, repr(event).encode()) for event in events]))
        session.close()

    def sent(self, **values: object) -> str:
        """A ticket that the hotline wrote and sent to crew 3."""
        number = self.desk("hot").create(NewTicket("repair", "停电", **values))  # type: ignore[arg-type]
        self.do("hot", number, Verb.DISPATCH, unit="crew-3")
        return number


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path / "floor.db")


def test_a_ticket_on_its_way(site: Site) -> None:
    number = site.desk("hot").create(NewTicket("repair", " 停电 ", customer="C-1", caller="138"))
    assert number == "WO-261121-0001"
    written = site.ticket(number)
    assert (written.state, written.unit, written.writer, written.title) == (TicketState.NEW, "desk-1", "hot", "停电")
    site.do("hot", number, Verb.DISPATCH, unit="crew-3")
    assert site.ticket(number).state is TicketState.SENT
    site.do("wang", number, Verb.ACCEPT)
    accepted = site.ticket(number)
    # Who takes it on has received it: both are facts of one act.
    assert [step.kind for step in accepted.steps] == ["created", "dispatched", "received", "accepted"]
    assert accepted.steps[2].act == accepted.steps[3].act != ""
    assert (accepted.state, accepted.owner, accepted.sender) == (TicketState.ACCEPTED, "wang", "desk-1")
    site.do("wang", number, Verb.DEPART)
    site.do("wang", number, Verb.ARRIVE)
    site.do("wang", number, Verb.RESOLVE, solution="换了保险")
    site.do("hot", number, Verb.CLOSE)
    closed = site.ticket(number)
    assert (closed.state, closed.cycles[-1].handler) == (TicketState.CLOSED, "wang")
    assert all(not clock.is_open for clock in closed.clocks)


def test_a_crew_accepts_what_was_sent_on_to_it(site: Site) -> None:
    number = site.sent()
    site.do("wang", number, Verb.RECEIVE)
    site.do("wang", number, Verb.FORWARD, unit="crew-4")
    assert "deliver it" in site.refused("other", number, Verb.RECEIVE)
    site.do("other", number, Verb.ACCEPT)
    assert [step.kind for step in site.ticket(number).steps][-2:] == ["delivered", "accepted"]


def test_whoever_resolves_at_once_is_the_handler(site: Site) -> None:
    number = site.desk("hot").create(NewTicket("consult", "怎么缴费"))
    site.do("hot", number, Verb.RESOLVE, solution="告知")
    assert site.ticket(number).cycles[-1].handler == "hot"


def test_of_two_at_once_one_wins_and_the_other_is_told_who(site: Site) -> None:
    number = site.sent()
    for _round in range(3):
        start = threading.Barrier(2)
        told: dict[str, str] = {}

        def accept(user: str, start: threading.Barrier = start, told: dict[str, str] = told) -> None:
            start.wait()
            told[user] = site.desk(user).do([number], Deed(Verb.ACCEPT)).refused.get(number, "")

        threads = [threading.Thread(target=accept, args=(user,)) for user in ("wang", "zhao")]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=30)
        (winner,) = [user for user, reason in told.items() if not reason]
        (loser,) = told.keys() - {winner}
        assert told[loser] == f"DL-3 has accepted it already: {PEOPLE[winner].name}, 09:42."
        assert site.ticket(number).owner == winner
        assert [step.kind for step in site.ticket(number).steps if not step.is_withdrawn].count("accepted") == 1
        site.desk(winner).undo()


def test_bulk_is_one_act_and_names_who_is_refused(site: Site) -> None:
    first, second, third = (site.sent() for _count in range(3))
    site.do("wang", second, Verb.ACCEPT)
    result = site.desk("crew-lead").do(
        [first, second, "WO-1", third, first], Deed(Verb.TRANSFER, {"unit": "crew-4", "note": "支援"})
    )
    assert result.done == (second,)
    assert set(result.refused) == {first, third, "WO-1"}
    assert result.refused["WO-1"] == "There is no ticket “WO-1”."
    assert "nobody there has received it" in result.refused[first]
    taken = site.desk("zhao").do([first, third], Deed(Verb.ACCEPT))
    assert taken.done == (first, third)
    assert {site.ticket(number).steps[-1].act for number in (first, third)} == {taken.act}
    undone = site.desk("zhao").undo()
    assert (undone.done, undone.refused) == ((first, third), {})
    assert {site.ticket(number).state for number in (first, third)} == {TicketState.SENT}


@pytest.mark.parametrize(
    ("verb", "values", "named"),
    [
        (Verb.DISPATCH, {}, "“unit”"),
        (Verb.DISPATCH, {"unit": "nowhere"}, "There is no unit “nowhere”"),
        (Verb.DISPATCH, {"unit": "crew-3", "person": "hot"}, "张三 is not of DL-3"),
        (Verb.DISPATCH, {"unit": "crew-3", "person": "nobody"}, "There is no person “nobody”"),
        (Verb.DISPATCH, {"unit": "crew-3", "at_ms": NOW_MS}, "no value “at_ms”"),
        (Verb.REOPEN, {"reason": "again", "dissatisfied": True}, "no value “dissatisfied”"),
        (Verb.RETURN, {"reason": " "}, "“reason”"),
        (Verb.NOTE, {"text": ""}, "“text”"),
        (Verb.NOTE, {"text": "x" * 4001}, "“text”"),
        (Verb.HOLD, {"reason": "lunch"}, "“reason”"),
        (Verb.SURVEY, {"score": 101}, "“score”"),
        (Verb.SURVEY, {"score": "80"}, "“score”"),
        (Verb.PRIORITISE, {"reason": "急"}, "“priority”"),
        (Verb.CREDIT, {"amount_fen": 0}, "amount_fen"),
        (Verb.PROMISE, {"due_ms": NOW_MS - 1}, "has passed"),
        (Verb.LINK, {"to": "ticket", "target": "WO-9"}, "There is no ticket “WO-9”"),
        (Verb.LINK, {"to": "notice", "target": "N-9"}, "There is no notice “N-9”"),
    ],
)
def test_a_wrong_value_is_named_and_nothing_is_done(
    site: Site, verb: Verb, values: dict[str, object], named: str
) -> None:
    number = site.sent()
    before = site.ticket(number)
    with pytest.raises(UsageProblem) as problem:
        site.desk("root").do([number], Deed(verb, values))
    assert named in str(problem.value)
    assert site.ticket(number) == before
    with pytest.raises(UsageProblem, match="nothing is done to none"):
        site.desk("root").do([], Deed(verb, values))


def test_values_that_do_not_fit_the_ticket_are_refused(site: Site) -> None:
    number = site.sent()
    site.do("wang", number, Verb.ACCEPT)
    assert "weather" not in site.desk("root").book().types["complaint"].holds
    assert "has it already" in site.refused("wang", number, Verb.TRANSFER, unit="crew-3")
    assert "linked to itself" in site.refused("wang", number, Verb.LINK, to="ticket", target=number)
    site.do("wang", number, Verb.PROMISE, due_ms=NOW_MS + 90 * MINUTE_MS)
    assert site.ticket(number).promises[0].promise == "p1"
    assert "another name" in site.refused("wang", number, Verb.PROMISE, promise="p1", due_ms=NOW_MS + 99 * MINUTE_MS)
    assert "still to be made" in site.refused("wang", number, Verb.CALL_BACK, promise="p7")
    site.do("wang", number, Verb.CALL_BACK)
    assert site.ticket(number).promises[0].is_in_time()
    site.do("wang", number, Verb.LINK, to="call", target="c-7")
    assert "already" in site.refused("wang", number, Verb.LINK, to="call", target="c-7")


def test_a_hold_needs_a_reason_the_policy_knows(site: Site) -> None:
    number = site.desk("hot").create(NewTicket("complaint", "投诉"))
    site.do("hot", number, Verb.ACCEPT)
    assert "may not be held for weather" in site.refused("hot", number, Verb.HOLD, reason="weather")
    site.do("hot", number, Verb.HOLD, reason="customer")
    assert "already" in site.refused("hot", number, Verb.HOLD, reason="customer")
    assert "but for: customer" in site.refused("hot", number, Verb.RESUME, reason="third_party")
    site.do("hot", number, Verb.RESUME)
    assert site.ticket(number).state is TicketState.ACCEPTED


def test_a_credit_above_the_lines_authority_is_the_provinces(site: Site) -> None:
    number = site.sent()
    site.do("wang", number, Verb.ACCEPT)
    site.do("wang", number, Verb.CREDIT, amount_fen=15_000)
    refused = site.refused("wang", number, Verb.CREDIT, amount_fen=5_001)
    assert refused.startswith("200.01 yuan are more than the line may grant (200.00)")
    assert site.refused("wang", number, Verb.CREDIT, amount_fen=5_001, authorised_by="crew-lead") == refused
    site.do("wang", number, Verb.CREDIT, amount_fen=5_000)
    site.do("wang", number, Verb.CREDIT, amount_fen=1, authorised_by="boss")
    site.do("boss", number, Verb.CREDIT, amount_fen=1)
    assert site.ticket(number).credited_fen == 20_002


def test_a_new_ticket_needs_a_known_type_a_title_and_a_unit_of_ones_own(site: Site) -> None:
    desk = site.desk("hot")
    with pytest.raises(RuleRefused, match=r"no ticket type “nonsense”; there are: .*complaint"):
        desk.create(NewTicket("nonsense", "x"))
    with pytest.raises(UsageProblem, match="“title”"):
        desk.create(NewTicket("repair", " "))
    with pytest.raises(UsageProblem, match="“stars”"):
        desk.create(NewTicket("repair", "x", stars=11))
    with pytest.raises(UsageProblem, match="“risks”"):
        desk.create(NewTicket("repair", "x", risks=("rain",)))
    with pytest.raises(RuleRefused, match="written by its own people"):
        desk.create(NewTicket("repair", "x", unit="crew-4"))
    with pytest.raises(UsageProblem, match="no unit"):
        desk.create(NewTicket("repair", "x", unit="nowhere"))
    # What was refused has used no number.
    assert desk.create(NewTicket("repair", "x", unit="hotline")) == "WO-261121-0001"


def test_repeats_are_flagged_as_the_ticket_is_written(site: Site) -> None:
    desk = site.desk("hot")
    first = desk.create(NewTicket("complaint", "网速慢", customer="C-1", caller="138", subject="宽带"))
    site.clock.advance_ms(119 * MINUTE_MS)
    again = desk.create(NewTicket("consult", "问进度", caller="138"))
    assert [(flag.flag, flag.ref) for flag in site.ticket(again).flags] == [("repeat_call", first)]
    site.clock.advance_ms(2 * 86_400_000)
    complaint = NewTicket("complaint", "还是慢", customer="C-1", caller="139", subject=" 宽带")
    assert [(flag.flag, flag.ref) for flag in site.ticket(desk.create(complaint)).flags] == [
        ("repeat_complaint", first)
    ]
    other = desk.create(NewTicket("complaint", "账单", customer="C-2", subject="宽带"))
    assert site.ticket(other).flags == ()
    # One number of two customers: the second one called within two hours, but it is not the first one's complaint.
    shared = desk.create(NewTicket("complaint", "也慢", customer="C-3", caller="139", subject="宽带"))
    assert [flag.flag for flag in site.ticket(shared).flags] == ["repeat_call"]
    nameless = desk.create(NewTicket("complaint", "还慢", caller="139", subject="宽带"))
    assert [flag.flag for flag in site.ticket(nameless).flags] == ["repeat_call", "repeat_complaint"]


@pytest.mark.parametrize(("after_ms", "is_repeated"), [(0, True), (1, False)])
def test_the_borders_of_a_repeat_belong_to_it(site: Site, after_ms: int, is_repeated: bool) -> None:
    desk = site.desk("hot")
    complaint = NewTicket("complaint", "网速慢", customer="C-1", subject="宽带")
    desk.create(complaint)
    site.clock.advance_ms(120 * MINUTE_MS + after_ms)
    again = desk.create(NewTicket("consult", "问进度", customer="C-1"))
    assert bool(site.ticket(again).flags) is is_repeated
    site.clock.advance_ms(30 * 86_400_000 - 120 * MINUTE_MS)
    assert bool(site.ticket(desk.create(complaint)).flags) is is_repeated


def test_what_was_taken_back_is_repeated_by_nothing(site: Site) -> None:
    desk = site.desk("hot")
    complaint = NewTicket("complaint", "网速慢", customer="C-1", caller="138", subject="宽带")
    desk.create(complaint)
    desk.undo()
    assert site.ticket(desk.create(complaint)).flags == ()


def test_a_ticket_knows_when_its_call_ended(site: Site) -> None:
    start_ms = NOW_MS - 10 * MINUTE_MS
    site.record(
        CallEntered(at_ms=start_ms, call="c-1", queue="q"),
        CallAbandoned(at_ms=start_ms + 1000, call="c-1", queue="q"),
        CallEntered(at_ms=start_ms, call="c-2", queue="q"),
    )
    for call, ended_ms in (("c-1", start_ms + 1000), ("c-2", None), ("c-3", None)):
        number = site.desk("hot").create(NewTicket("repair", "停电", call=call))
        assert created(site, number).call_ended_ms == ended_ms  # type: ignore[union-attr]
        assert site.ticket(number).calls == (call,)


def created(site: Site, number: str) -> TicketEvent:
    session = WriterSession(site.path, Settings(), site.clock)
    try:
        return session.tickets.ticket_facts([number])[number][0][2]  # type: ignore[return-value]
    finally:
        session.close()


def test_undo_takes_back_the_newest_act_and_only_while_nothing_is_built_on_it(site: Site) -> None:
    number = site.sent()
    accepted = site.do("wang", number, Verb.ACCEPT)
    site.do("wang", number, Verb.NOTE, text="看一下")
    started = site.do("wang", number, Verb.START)
    with pytest.raises(RuleRefused, match=r"You have gone on from there at 09:45: take that back first\."):
        site.desk("wang").undo(accepted)
    assert site.desk("wang").undo().done == (number,)
    assert site.ticket(number).state is TicketState.ACCEPTED
    with pytest.raises(RuleRefused, match="taken back already"):
        site.desk("wang").undo(started)
    site.desk("wang").undo()  # the note
    site.desk("wang").undo()
    assert site.ticket(number).state is TicketState.SENT
    with pytest.raises(RuleRefused, match="nothing to a ticket in the last day"):
        site.desk("wang").undo()
    assert [step.is_withdrawn for step in site.ticket(number).steps] == [*[False] * 2, *[True] * 4, *[False] * 3]


def test_what_others_have_built_on_stays(site: Site) -> None:
    number = site.sent()
    site.do("wang", number, Verb.ACCEPT)
    with pytest.raises(RuleRefused, match=r"王芳 has gone on from there at 09:43\."):
        site.desk("hot").undo()
    # A note builds on nothing.
    second = site.sent()
    site.do("wang", second, Verb.NOTE, text="路远")
    site.desk("hot").undo()
    assert site.ticket(second).state is TicketState.NEW


def test_a_leader_takes_back_what_others_did_and_a_stranger_does_not(site: Site) -> None:
    number = site.sent()
    act = site.do("wang", number, Verb.ACCEPT)
    with pytest.raises(RuleRefused, match="王芳 did it: only they, or who leads DL-3"):
        site.desk("zhao").undo(act)
    assert site.desk("crew-lead").undo(act).done == (number,)
    with pytest.raises(RuleRefused, match="no act “nothing”"):
        site.desk("root").undo("nothing")


def test_what_cannot_be_undone_says_so(site: Site) -> None:
    number = site.sent()
    site.do("wang", number, Verb.PROMISE, due_ms=NOW_MS + 90 * MINUTE_MS)
    called = site.do("wang", number, Verb.CALL_BACK)
    with pytest.raises(RuleRefused, match="a promise that was kept stays kept"):
        site.desk("root").undo(called)
    site.do("wang", number, Verb.ACCEPT)
    site.do("wang", number, Verb.RESOLVE)
    closed = site.do("hot", number, Verb.CLOSE)
    site.do("hot", number, Verb.SURVEY, score=100)
    with pytest.raises(RuleRefused, match="gone on from there"):
        site.desk("hot").undo(closed)


def test_a_ticket_written_by_mistake_is_taken_back(site: Site) -> None:
    number = site.desk("hot").create(NewTicket("repair", "写错了"))
    site.desk("hot").undo()
    assert site.ticket(number).state is TicketState.CLOSED
    assert "write it anew" in site.refused("hot", number, Verb.REOPEN, reason="x")


def test_what_a_rule_added_to_a_ticket_is_taken_back_with_it_by_who_wrote_it(site: Site) -> None:
    site.desk("hot").create(NewTicket("complaint", "催办", customer="C1", subject="账单"))
    again = site.desk("hot").create(NewTicket("complaint", "又催", customer="C1", subject="账单"))
    assert {flag.flag for flag in site.ticket(again).flags} == {"repeat_call", "repeat_complaint"}
    with pytest.raises(RuleRefused):
        site.desk("zhao").undo(site.ticket(again).acts_open[-1])
    assert site.desk("hot").undo().done == (again,)


def test_an_act_that_a_bridge_named_can_be_taken_back(site: Site) -> None:
    number = site.sent()
    site.record(TicketAccepted(at_ms=NOW_MS + 5 * MINUTE_MS, ticket=number, by="wang", act="crm 4711"))
    site.clock.advance_ms(10 * MINUTE_MS)
    assert site.desk("wang").undo("crm 4711").done == (number,)


def test_what_lies_ahead_of_the_clock_a_little_is_gone_on_from_and_a_lot_is_refused(site: Site) -> None:
    number = site.sent()
    ahead_ms = site.clock.now_ms() + 30_000
    site.record(TicketAccepted(at_ms=ahead_ms, ticket=number, by="wang"))
    site.desk("wang").do([number], Deed(Verb.START))
    assert site.ticket(number).steps[-1].at_ms == ahead_ms
    assert site.ticket(number).state is TicketState.WORKING
    act = site.ticket(number).steps[-1].act
    assert site.desk("wang").undo(act).done == (number,)
    site.record(TicketAccepted(at_ms=ahead_ms + 60 * MINUTE_MS, ticket=number, by="wang"))
    assert "ahead of the clock" in site.refused("wang", number, Verb.START)


def test_numbers_of_other_systems_are_passed_over(site: Site) -> None:
    site.record(TicketAccepted(at_ms=NOW_MS, ticket="WO-261121-0001", by="crm"))
    assert site.desk("hot").create(NewTicket("repair", "停电")) == "WO-261121-0002"


def test_saved_filters_are_shared_checked_and_replaced(site: Site) -> None:
    site.desk("hot").save_view(" 我的 ", "type:complaint due<2h")
    site.desk("wang").save_view("我的", "overdue")
    assert [(view.name, view.query, view.actor) for view in site.desk("root").views()] == [("我的", "overdue", "wang")]
    for name, query in (("", "overdue"), ("x" * 61, "overdue"), ("a\nb", "overdue"), ("x", " "), ("x", "due<<2h")):
        with pytest.raises(UsageProblem):
            site.desk("hot").save_view(name, query)
    site.desk("hot").remove_view("我的")
    assert site.desk("hot").views() == []
    with pytest.raises(RuleRefused, match="no saved filter"):
        site.desk("hot").remove_view("我的")


def test_the_picture_offers_what_this_person_may_and_names_everyone(site: Site) -> None:
    number = site.sent()
    picture = site.desk("wang").picture(number)
    assert picture is not None
    may = {offer.verb for offer in picture.offers if not offer.why_not}
    assert {Verb.ACCEPT, Verb.RETURN, Verb.NOTE} <= may
    assert Verb.RECALL not in may
    assert picture.unit_names["crew-3"] == "DL-3"
    assert picture.person_names["hot"] == "张三"
    assert site.desk("wang").picture("WO-0") is None


def test_units_and_people_to_choose_from(site: Site) -> None:
    assert ("crew-3", "DL-3") in site.desk("wang").units()
    assert {person for person, _name in site.desk("wang").people("crew-3")} == {"wang", "zhao"}
    assert {person for person, _name in site.desk("wang").people("prov")} == set(PEOPLE)


def test_what_is_done_is_what_a_rebuild_gives(site: Site) -> None:
    number = site.sent()
    site.do("wang", number, Verb.ACCEPT)
    site.desk("wang").undo()
    session = WriterSession(site.path, Settings(), site.clock)
    assert session.verify() == []
    session.close()
