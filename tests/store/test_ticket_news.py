from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.core import ticket_events as facts
from app.core.clock import ManualClock
from app.core.facts import Batch, Draft
from app.core.settings import Settings
from store.sessions import WriterSession
from store.ticket_news import SqliteTicketNews

START_MS = 1_790_000_000_000


class Log:
    """A database, somebody who writes to it, and the simulator's ear."""

    def __init__(self, path: Path) -> None:
        self.session = WriterSession(path, Settings(), ManualClock(START_MS))
        self.news = SqliteTicketNews(path, "demo")
        self.count = 0

    def write(self, source: str, *tickets: str) -> None:
        drafts = []
        for ticket in tickets:
            self.count += 1
            event = facts.TicketNoted(at_ms=START_MS + self.count, ticket=ticket, text=str(self.count))
            drafts.append(Draft(event, str(self.count).encode()))
        self.session.journal.record(Batch(source, drafts))

    def heard(self) -> dict[str, list[str]]:
        """The facts of each ticket that is news."""
        return {
            ticket: [f"{source} {event.text}" for _seq, source, event in known]  # type: ignore[union-attr]
            for ticket, known in self.news.changed().items()
        }


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Log]:
    made = Log(tmp_path / "floor.db")
    yield made
    made.news.close()
    made.session.close()


def test_what_one_writes_oneself_is_no_news(log: Log) -> None:
    assert log.heard() == {}
    log.write("demo", "WO-1", "WO-2")
    assert log.heard() == {}


def test_a_ticket_somebody_else_changed_comes_whole_and_once(log: Log) -> None:
    log.write("demo", "WO-1", "WO-2")
    log.write("tickets", "WO-1")
    assert log.heard() == {"WO-1": ["demo 1", "tickets 3"]}
    assert log.heard() == {}
    log.write("demo", "WO-1")
    assert log.heard() == {}
    log.write("loops", "WO-2")
    assert log.heard() == {"WO-2": ["demo 2", "loops 5"]}


def test_the_first_call_names_what_was_done_before(log: Log) -> None:
    log.write("tickets", "WO-7")
    log.write("demo", "WO-8")
    assert log.heard() == {"WO-7": ["tickets 1"]}


def test_after_closing_it_goes_on_where_it_was(log: Log) -> None:
    log.write("tickets", "WO-1")
    assert list(log.heard()) == ["WO-1"]
    log.news.close()
    log.write("tickets", "WO-2")
    assert list(log.heard()) == ["WO-2"]
