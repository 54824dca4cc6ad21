"""Putting a book in force: what is said to move does move, nothing else does, and all of it or none."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from app.core import ticket_events as facts
from app.core.clock import ManualClock
from app.core.errors import RuleRefused, UsageProblem
from app.core.facts import Batch, Draft
from app.core.settings import Settings
from app.core.zones import load_zone
from app.people.model import Level, Unit
from app.tickets.model import Clock, Ticket
from app.tickets.policy import PolicyBook
from app.tickets.policy_file import load_policy, shipped_book, shipped_text
from app.tickets.policy_service import (
    Order,
    TypeEffect,
    in_force,
    is_unchanged,
    preview,
    put_in_force,
    version_of,
    version_rows,
)
from app.tickets.policy_toml import policy_toml
from store.sessions import WriterSession

NOW_MS: Final = 1_795_225_260_000
MINUTE_MS: Final = 60_000


@pytest.fixture
def session(tmp_path: Path) -> Iterator[WriterSession]:
    session = WriterSession(tmp_path / "floor.db", Settings(), ManualClock(NOW_MS))
    yield session
    session.close()


def record(session: WriterSession, *events: Any) -> None:
    drafts = [Draft(event, repr(event).encode()) for event in events]
    session.journal.record(Batch("test", drafts))


def created(number: str, ticket_type: str, minutes: int = 0) -> facts.TicketCreated:
    return facts.TicketCreated(
        at_ms=NOW_MS + minutes * MINUTE_MS, ticket=number, ticket_type=ticket_type, unit="hotline"
    )


def closed(number: str, minutes: int) -> facts.TicketClosed:
    return facts.TicketClosed(at_ms=NOW_MS + minutes * MINUTE_MS, ticket=number)


def book(*changes: tuple[str, str]) -> PolicyBook:
    """The book that is brought along, with something else in some places."""
    text = shipped_text()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return load_policy(text, "test.toml")


def order(wanted: PolicyBook, now_ms: int = NOW_MS + 60 * MINUTE_MS) -> Order:
    return Order(wanted, "test.toml", "boss", now_ms)


def apply(session: WriterSession, wanted: Order, expected: int, progress: Any = lambda _done, _total: None) -> int:
    return put_in_force(session.tickets, session.ticket_fold, session.log.writing, wanted, expected, progress)


def ticket(session: WriterSession, number: str) -> Ticket:
    found = session.tickets.ticket(number)
    assert found is not None
    return found


def clock(session: WriterSession, number: str, stage: str) -> Clock:
    (found,) = [clock for clock in ticket(session, number).clocks if clock.stage == stage]
    return found


LONGER: Final = ('limit = "48h"\nwarn = ["24h", "8h", "2h"]', 'limit = "72h"\nwarn = ["24h", "8h", "2h"]')


def test_only_the_clocks_that_are_said_to_move_move(session: WriterSession) -> None:
    record(session, created("C-1", "complaint"), created("C-2", "complaint", 5), created("R-1", "repair"))
    record(session, created("C-0", "complaint", -60), closed("C-0", -30))
    before = {number: ticket(session, number) for number in ("C-0", "C-1", "C-2", "R-1")}
    wanted = order(book(LONGER))
    steps: list[tuple[int, int]] = []
    effects = preview(session.tickets, wanted, lambda done, total: steps.append((done, total)))
    assert effects == [TypeEffect("complaint", 2, 2, 4, 2, True), TypeEffect("repair", 1, 0, 2, 0, True)]
    assert steps == [(0, 3), (3, 3)]
    assert {number: ticket(session, number) for number in before} == before, "looking changes nothing"

    assert apply(session, wanted, 0) == 1
    moved = {
        (number, one.stage)
        for number in before
        for one, old in zip(ticket(session, number).clocks, before[number].clocks, strict=True)
        if one._replace(policy=0) != old
    }
    assert moved == {("C-1", "overall"), ("C-2", "overall")}
    overall = clock(session, "C-1", "overall")
    assert (overall.limit_seconds, overall.policy) == (72 * 3600, 1)
    assert overall.due_ms == NOW_MS + 72 * 3600_000
    assert ticket(session, "C-0") == before["C-0"], "a closed cycle stays as it ended"
    assert session.verify() == []


def test_a_cycle_that_closes_later_keeps_the_version_of_its_day(session: WriterSession) -> None:
    record(session, created("C-1", "complaint"))
    apply(session, order(book(LONGER), NOW_MS + 10 * MINUTE_MS), 0)
    record(session, closed("C-1", 20))
    apply(session, order(shipped_book(), NOW_MS + 30 * MINUTE_MS), 1)
    assert clock(session, "C-1", "overall").limit_seconds == 72 * 3600
    session.rebuild()
    assert clock(session, "C-1", "overall").limit_seconds == 72 * 3600


def test_a_type_that_goes_takes_its_clocks_with_it_and_says_so(session: WriterSession) -> None:
    record(session, created("C-1", "complaint"), created("X-1", "own"))
    wanted = order(PolicyBook(types={"own": shipped_book().types["query"]}))
    assert preview(session.tickets, wanted) == [
        TypeEffect("complaint", 1, 1, 2, 2, False),
        TypeEffect("own", 1, 1, 1, 1, True),
    ]
    apply(session, wanted, 0)
    assert ticket(session, "C-1").clocks == ()
    assert [one.stage for one in ticket(session, "X-1").clocks] == ["respond"]


def test_what_is_interrupted_changes_nothing(session: WriterSession) -> None:
    record(session, created("C-1", "complaint"))

    def interrupted(done: int, _total: int) -> None:
        if done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        apply(session, order(book(LONGER)), 0, interrupted)
    assert session.tickets.books() == ()
    assert clock(session, "C-1", "overall").limit_seconds == 48 * 3600
    record(session, created("C-2", "complaint"))
    assert clock(session, "C-2", "overall").policy == 0


def test_a_book_that_was_looked_at_beside_another_is_refused(session: WriterSession) -> None:
    apply(session, order(book(LONGER)), 0)
    with pytest.raises(RuleRefused, match=r"boss has put version 1"):
        apply(session, order(shipped_book()), 0)
    assert in_force(session.tickets).version == 1


def test_readers_start_anew(session: WriterSession) -> None:
    record(session, created("C-1", "complaint"))
    seq, generation = session.log.version()
    apply(session, order(book(LONGER)), 0)
    assert session.log.version() == (seq, generation + 1)
    changes = session.tickets.ticket_changes(seq, generation)
    assert changes.is_whole
    assert changes.tickets[0].clocks[-1].limit_seconds != 0


def test_the_same_words_change_nothing_wherever_units_lie(session: WriterSession) -> None:
    assert is_unchanged(session.tickets, shipped_book())
    wanted = book(LONGER)
    assert not is_unchanged(session.tickets, wanted)
    apply(session, order(wanted), 0)
    assert is_unchanged(session.tickets, load_policy(policy_toml(wanted), "shown.toml"))
    with session.log.writing():
        session.people.save_units([Unit("p", "P", Level.PROVINCE), Unit("c", "C", Level.CENTRE, "p")])
    # The units' new tree came as a version of its own, with the words that held.
    assert in_force(session.tickets).version == 2
    assert is_unchanged(session.tickets, wanted)


def test_versions_are_listed_and_found(session: WriterSession) -> None:
    apply(session, order(book(LONGER)), 0)
    rows = list(version_rows(session.tickets.books(), load_zone("Asia/Shanghai")))
    assert [(row["version"], row["actor"], row["file"], row["in_force"]) for row in rows] == [
        (1, "boss", "test.toml", True),
        (0, None, "shipped.toml", False),
    ]
    assert rows[0]["applied"] == "2026-11-21T10:41:00+08:00"
    assert version_of(session.tickets, None).version == 1
    assert version_of(session.tickets, 0).book == shipped_book()
    with pytest.raises(UsageProblem, match="no version 7"):
        version_of(session.tickets, 7)
