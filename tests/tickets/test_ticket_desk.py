"""What the desk answers the screens with before anything is done: offers for many, credits, notices for a caller."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.core.events import CallConnected
from app.core.settings import Settings
from app.people.actors import actor_of
from app.people.model import Level
from app.tickets.desk import BulkOffer, CallTold, NewTicket, Verb
from app.tickets.live import row_of
from app.tickets.notices import NoticeService
from app.tickets.recovery import RecoveryMark
from store.ticket_desk import SqliteTicketDesk
from tests.tickets.loop_ground import MINUTE_MS, NOW_MS, ZONE, LoopSite, called, created
from tests.tickets.service_ground import PEOPLE, UNITS
from tests.tickets.test_service import Site


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path / "floor.db")


def test_what_may_be_done_to_which_of_several_tickets(site: Site) -> None:
    sent, taken, new = site.sent(), site.sent(), site.desk("hot").create(NewTicket("consult", "怎么缴费"))
    site.do("wang", taken, Verb.ACCEPT)
    verbs = (Verb.TRANSFER, Verb.ACCEPT, Verb.RESUME)
    transfer, accept, resume = site.desk("wang").offered([taken, sent, new, "WO-none"], verbs)
    assert (transfer.verb, transfer.may) == (Verb.TRANSFER, (taken,))
    assert "receive or accept it first" in transfer.why_not
    assert (accept.verb, accept.may) == (Verb.ACCEPT, (sent,))
    assert "王芳" in accept.why_not, "who has accepted it already"
    assert resume == BulkOffer(Verb.RESUME, (), "It does not wait for anything.")
    assert site.desk("wang").offered([sent], (Verb.ACCEPT,)) == (BulkOffer(Verb.ACCEPT, (sent,)),)
    done = site.desk("wang").picture(sent)
    assert done is not None
    assert {each.verb for each in done.offers if not each.why_not} == {
        each.verb for each in site.desk("wang").offered([sent], tuple(Verb)) if each.may
    }


def test_the_months_credits_stand_beside_their_line(site: Site) -> None:
    assert site.desk("hot").recovery().mark is RecoveryMark.BELOW
    number = site.sent(customer="C-1")
    site.do("hot", number, Verb.CREDIT, amount_fen=15_000)
    status = site.desk("hot").recovery()
    assert (status.total_fen, status.line_fen, status.tickets) == (15_000, 5_000_000, 1)


def test_open_tickets_know_the_units_above_theirs(site: Site) -> None:
    number = site.sent()
    tickets, names = site.desk("root").open_tickets()
    assert [each.ticket for each in tickets] == [number]
    assert names.units["crew-3a"].above == (("crew-3", "DL-3"), ("repair", "DL"), ("prov", "省公司"))
    assert names.units["prov"] == ("省公司", Level.PROVINCE.value, ())
    assert set(names.units) == set(UNITS)
    [row] = [row_of(each, names) for each in tickets]
    assert row.units_above == (("repair", "DL"), ("prov", "省公司"))


def test_a_caller_is_where_their_newest_ticket_says(tmp_path: Path) -> None:
    site = LoopSite(tmp_path / "floor.db")
    people = actor_of("hot-lead", PEOPLE)
    service = NoticeService(site.session.journal, site.session.tickets, people, site.clock, ZONE)
    here, elsewhere, everywhere = (service.post(area or "到处", area=area) for area in ("道外区", "南岗区", ""))
    later = [NOW_MS + minutes * MINUTE_MS for minutes in (1, 2)]
    site.record(
        created("A-1", caller="139", area="南岗区"),
        created("A-2", at_ms=later[0], caller="139", area="道外区"),
        created("A-3", at_ms=later[1], caller="139", area=""),
    )
    site.close()
    desk = SqliteTicketDesk(tmp_path / "floor.db", Settings(), ZONE, site.clock, "hot")
    assert [each.notice for each in desk.notices(caller="139")] == [here, everywhere]
    assert [each.notice for each in desk.notices(caller="138")] == [everywhere]
    assert [each.notice for each in desk.notices(area="南岗区", caller="139")] == [elsewhere, everywhere]
    assert {each.notice for each in desk.notices()} == {here, elsewhere, everywhere}


def test_the_calls_a_ticket_came_from_are_told_with_when_where_and_who(tmp_path: Path) -> None:
    site = LoopSite(tmp_path / "floor.db")
    site.record(
        called("c1", NOW_MS - MINUTE_MS),
        CallConnected(at_ms=NOW_MS, call="c1", queue="support", agent="hot", wait_seconds=60),
        created("A-1", call="c1"),
        created("A-2", call="elsewhere"),
    )
    site.close()
    desk = SqliteTicketDesk(tmp_path / "floor.db", Settings(), ZONE, site.clock, "hot")
    picture, other = desk.picture("A-1"), desk.picture("A-2")
    assert picture is not None
    assert other is not None
    assert picture.calls == (CallTold("c1", "support", NOW_MS - MINUTE_MS, "hot"),)
    assert picture.person_names["hot"] == "张三"
    assert (other.ticket.calls, other.calls) == (("elsewhere",), ())


def test_a_saved_filter_names_who_saved_it(site: Site) -> None:
    site.desk("wang").save_view("我的", "overdue")
    site.desk("nobody-known").save_view("all", "warned")
    assert {view.name: (view.actor, view.actor_name) for view in site.desk("hot").views()} == {
        "我的": ("wang", "王芳"),
        "all": ("nobody-known", ""),
    }
