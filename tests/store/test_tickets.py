"""Tickets in the database: read back as they were folded, counted anew when what is promised changes."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.core import ticket_events as kinds
from app.core.clock import ManualClock
from app.core.facts import Batch, Draft
from app.core.settings import Settings
from app.people.model import Level, Unit
from app.tickets.model import TicketState
from app.tickets.policy import PolicyBook
from app.tickets.policy_file import shipped_book
from app.tickets.ports import SavedView
from store.sessions import ReaderSession, WriterSession
from store.upkeep import verify
from tests.strategies import BASE_MS
from tests.tickets.ground import TicketGround, clock

HOUR_MS = 3_600_000


def written(ticket: str, at_ms: int = BASE_MS, **values: object) -> kinds.TicketCreated:
    """A ticket's first fact."""
    given: dict[str, object] = {"ticket_type": "repair", "unit": "hotline", **values}
    return kinds.TicketCreated(at_ms=at_ms, ticket=ticket, **given)  # type: ignore[arg-type]


def limited(seconds: int, calendar: str = "wall") -> PolicyBook:
    """A book of one type with one clock."""
    words = {"zh": "报修", "en": "Repair"}
    overall = {"limit_seconds": seconds, "calendar": calendar}
    days = ("monday", "tuesday", "wednesday", "thursday", "friday")
    weekly = {day: ["09:00-18:00"] for day in days}
    return PolicyBook.model_validate(
        {
            "types": {"repair": {"words": words, "stages": [], "overall": overall}},
            "calendars": {"office": {"name": "office", "zone": "Asia/Shanghai", "weekly": weekly}},
            "unit_calendars": {"province": "office"},
        }
    )


def test_what_is_promised_is_read_back_as_it_was(tmp_path: Path) -> None:
    with TicketGround(tmp_path) as ground:
        assert ground.tickets.books() == ()
        ground.apply(shipped_book(), BASE_MS)
        ground.apply(limited(60), BASE_MS - 5)
        first, second = ground.tickets.books()
        assert (first.version, first.applied_ms, first.book, first.actor) == (1, BASE_MS, shipped_book(), "ops")
        # Never in force before the one that it follows.
        assert (second.version, second.applied_ms, second.book) == (2, BASE_MS, limited(60))


def test_a_new_book_moves_open_clocks_and_no_closed_one(tmp_path: Path) -> None:
    with TicketGround(tmp_path) as ground:
        ground.apply(limited(60), BASE_MS)
        ground.tell(written("open"), written("shut"), kinds.TicketClosed(at_ms=BASE_MS + 1000, ticket="shut"))
        before = ground.tickets.ticket_changes(0, 0)
        assert before.is_whole
        assert [one.ticket for one in before.tickets] == ["open"]
        assert ground.apply(limited(7_200), BASE_MS + HOUR_MS) == 1
        assert clock(ground.ticket("open"), "overall").limit_seconds == 7_200
        assert clock(ground.ticket("shut"), "overall").limit_seconds == 60
        after = ground.tickets.ticket_changes(before.seq, before.generation)
        assert after.is_whole
        assert [clock(one, "overall").due_ms for one in after.tickets] == [BASE_MS + 2 * HOUR_MS]
        assert verify(ground.store) == []


def test_counting_anew_can_be_ended_and_changes_nothing_then(tmp_path: Path) -> None:
    with TicketGround(tmp_path) as ground:
        ground.tell(*(written(f"t{number}") for number in range(2_500)))
        before = ground.everything()
        met: list[tuple[int, int]] = []

        def progress(done: int, total: int) -> None:
            met.append((done, total))
            if done == 2_000:
                raise KeyboardInterrupt

        def apply() -> None:
            with ground.store.writing():
                ground.tickets.save_book(limited(60), BASE_MS, "ops", "")
                ground.ticket_fold.refold_open(progress)

        with pytest.raises(KeyboardInterrupt):
            apply()
        assert met == [(0, 2_500), (1_000, 2_500), (2_000, 2_500)]
        assert ground.everything() == before
        # What it remembered of the book that was not applied is forgotten too.
        ground.tell(written("new"))
        assert clock(ground.ticket("new"), "overall").policy == 0
        assert ground.apply(limited(61), BASE_MS) == 2_501
        assert clock(ground.ticket("new"), "overall").limit_seconds == 61


def test_units_inherit_their_hours_along_the_tree_of_now(tmp_path: Path) -> None:
    clock_of_site = ManualClock(BASE_MS)
    session = WriterSession(tmp_path / "floor.db", Settings(), clock_of_site)
    facts = (written("open", unit="city"), written("shut", unit="city"))
    session.journal.record(Batch("bridge", [Draft(fact, fact.ticket.encode()) for fact in facts]))
    with session.log.writing():
        session.tickets.save_book(limited(3_600, "unit"), BASE_MS, "ops", "ours.toml")
        session.ticket_fold.refold_open()
    closed = kinds.TicketClosed(at_ms=BASE_MS + 1000, ticket="shut")
    session.journal.record(Batch("bridge", [Draft(closed, b"closed")]))
    clock_of_site.advance_ms(HOUR_MS)
    with session.log.writing():
        session.people.save_units(
            [Unit("province", "省公司", Level.PROVINCE, ""), Unit("city", "市公司", Level.CITY, "province")]
        )
    calendars = {}
    for number in ("open", "shut"):
        found = session.tickets.ticket(number)
        assert found is not None
        calendars[number] = clock(found, "overall").calendar
    assert calendars == {"open": "office", "shut": ""}
    assert [version.version for version in session.tickets.books()] == [1, 2]
    assert session.verify() == []
    session.close()


def test_readers_find_tickets_by_what_they_know(tmp_path: Path) -> None:
    with TicketGround(tmp_path) as ground:
        ground.tell(
            written("a", customer="c1", caller="138"),
            written("b", BASE_MS + HOUR_MS, customer="c1"),
            kinds.TicketClosed(at_ms=BASE_MS + 2 * HOUR_MS, ticket="b"),
            written("c", BASE_MS + 3 * HOUR_MS, caller="138"),
        )
        tickets = ground.tickets
        assert tickets.ticket("none") is None
        assert list(tickets.tickets(["c", "none", "a"])) == ["a", "c"]
        assert [one.ticket for one in tickets.tickets_of(customer="c1")] == ["a", "b"]
        # One that is open counts however old it is.
        assert [one.ticket for one in tickets.tickets_of(customer="c1", since_ms=BASE_MS + 2 * HOUR_MS)] == ["a"]
        assert [one.ticket for one in tickets.tickets_of(caller="138", customer="c1")] == ["a", "b", "c"]
        assert tickets.tickets_of() == []
        assert [one.ticket for one in tickets.tickets_between(BASE_MS + 2 * HOUR_MS, BASE_MS + 3 * HOUR_MS)] == [
            "a",
            "b",
        ]
        assert [one.ticket for one in tickets.tickets_between(BASE_MS + 3 * HOUR_MS, 2**61)] == ["a", "c"]
        assert list(tickets.tickets_between(0, BASE_MS)) == []


def test_changes_are_of_what_new_facts_touch(tmp_path: Path) -> None:
    with TicketGround(tmp_path) as ground:
        ground.tell(written("a"), written("b"))
        first = ground.tickets.ticket_changes(0, 0)
        ground.tell(kinds.TicketClosed(at_ms=BASE_MS + 1000, ticket="b"))
        changes = ground.tickets.ticket_changes(first.seq, first.generation)
        assert not changes.is_whole
        assert [(one.ticket, one.state) for one in changes.tickets] == [("b", TicketState.CLOSED)]
        assert ground.tickets.ticket_changes(changes.seq, changes.generation).tickets == []


def test_what_is_awaited_is_found_by_its_instant(tmp_path: Path) -> None:
    with TicketGround(tmp_path) as ground:
        assert ground.tickets.next_awaited_ms() is None
        ground.tell(written("a"), written("b", BASE_MS + 60_000))
        first, second = ground.tickets.awaited(2**61)
        assert [first.ticket, second.ticket] == ["a", "b"]
        assert first.due_ms == ground.tickets.next_awaited_ms() == BASE_MS + 45 * 60_000
        assert ground.tickets.awaited(first.due_ms - 1) == []
        assert ground.tickets.awaited(first.due_ms) == [first]
        assert ground.tickets.next_awaited_ms(first.due_ms + 1) == second.due_ms
        assert ground.tickets.awaited(2**61, since_ms=second.due_ms) == [second]


def test_saved_filters_numbers_and_the_bookmark_outlive_a_rebuild(tmp_path: Path) -> None:
    with TicketGround(tmp_path) as ground:
        view = SavedView("我的", "unit:hotline", "ann", BASE_MS)
        with ground.store.writing():
            ground.tickets.save_view(view._replace(query="old"))
            ground.tickets.save_view(view)
            assert [ground.tickets.next_serial(day) for day in ("261121", "261121", "261122")] == [1, 2, 1]
            ground.tickets.set_attendant_seq(17)
        ground.rebuild()
        assert ground.tickets.views() == [view]
        assert ground.tickets.attendant_seq() == 17
        with ground.store.writing():
            assert ground.tickets.next_serial("261121") == 3
            assert ground.tickets.remove_view("我的")
            assert not ground.tickets.remove_view("我的")


def test_notices_count_what_they_absorbed(tmp_path: Path) -> None:
    with TicketGround(tmp_path) as ground:
        ground.tell(
            kinds.NoticeStillCutOff(at_ms=BASE_MS + 9, notice="n1", contact="k1"),
            kinds.NoticePosted(at_ms=BASE_MS, notice="n1", wording="停电", area="城北", by="ann"),
            kinds.NoticeLinked(at_ms=BASE_MS + 5, notice="n1", contact="k1", caller="138"),
            kinds.NoticePosted(at_ms=BASE_MS + 7, notice="n2", wording="b"),
            kinds.NoticeEnded(at_ms=BASE_MS + 8, notice="n2"),
        )
        (live,) = ground.tickets.notices(only_live=True)
        assert (live.notice, live.by, live.absorbed, live.ended_ms) == ("n1", "ann", 1, None)
        assert [one.notice for one in ground.tickets.notices(only_live=False)] == ["n2", "n1"]
        (contact,) = ground.tickets.notice_contacts("n1")
        assert (contact.caller, contact.at_ms, contact.is_cut_off) == ("138", BASE_MS + 5, True)
        # A late word on n2 has its place: it is broken again from then on.
        ground.tell(kinds.NoticePosted(at_ms=BASE_MS + 20, notice="n2", wording="again"))
        assert [one.wording for one in ground.tickets.notices(only_live=True)] == ["again", "停电"]


def test_every_session_reads_what_one_writes(tmp_path: Path) -> None:
    path = tmp_path / "floor.db"
    writer = WriterSession(path, Settings(), ManualClock(BASE_MS))
    reader = ReaderSession(path)
    writer.journal.record(Batch("bridge", [Draft(written("a", title="停电 [/]"), b"1")]))
    found = reader.tickets.ticket("a")
    assert found is not None
    assert found == writer.tickets.ticket("a")
    assert found.title == "停电 [/]"
    reader.close()
    writer.close()
