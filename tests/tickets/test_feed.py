"""The thread behind the ticket screens: it reads what changed, names people, and outlives a store that goes away."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

from app.core.clock import ManualClock
from app.core.errors import StoreProblem
from app.core.facts import Batch, Draft
from app.core.settings import Settings
from app.core.ticket_events import TicketClosed, TicketCreated
from app.floor.picture import Freshness
from app.people.model import Level, Person, Unit
from app.tickets.feed import PollingTicketFeed
from app.tickets.picture import TicketSnapshot
from store.sessions import ReaderSession, WriterSession
from tests.widgets.fakes import NOW_MS

PATIENCE_SECONDS = 10


class Watcher:
    """Keeps the pictures it is sent, and waits for one that is as it should be."""

    def __init__(self) -> None:
        self.pictures: list[TicketSnapshot] = []
        self._arrived = threading.Condition()

    def __call__(self, picture: TicketSnapshot) -> None:
        with self._arrived:
            self.pictures.append(picture)
            self._arrived.notify_all()

    def wait_for(self, what: Callable[[TicketSnapshot], bool]) -> TicketSnapshot:
        with self._arrived:
            assert self._arrived.wait_for(lambda: any(map(what, self.pictures)), PATIENCE_SECONDS)
            return next(filter(what, self.pictures))


def created(number: str) -> TicketCreated:
    return TicketCreated(
        at_ms=NOW_MS - 60_000, ticket=number, by="li", ticket_type="complaint", unit="hrb", title="停电"
    )


def test_changes_names_and_trouble_reach_the_listener(tmp_path: Path) -> None:
    path = tmp_path / "site.db"
    clock = ManualClock(NOW_MS)
    writer = WriterSession(path, Settings(), clock)
    is_there = threading.Event()
    is_there.set()

    def open_session() -> ReaderSession:
        if not is_there.is_set():
            raise StoreProblem("The disk is on holiday.")
        return ReaderSession(path)

    def record(*events: TicketCreated | TicketClosed) -> None:
        writer.journal.record(
            Batch("test", [Draft(event, f"{event.kind}-{event.ticket}".encode()) for event in events])
        )

    feed = PollingTicketFeed(open_session, clock, lambda: Freshness(engine_alive=True))
    watcher = Watcher()
    feed.subscribe(watcher)
    feed.start()
    try:
        watcher.wait_for(lambda picture: not picture.rows)
        record(created("T-1"), created("T-2"))
        first = watcher.wait_for(lambda picture: len(picture.rows) == 2)
        assert first.arrivals == ("T-1", "T-2")
        assert first.rows["T-1"].unit_name == "hrb"
        with writer.log.writing():
            writer.people.save_units([Unit("hrb", "哈尔滨", Level.CITY)])
            writer.people.save_people([Person("li", "李伟", "hrb")])
        named = watcher.wait_for(lambda picture: any(row.unit_name == "哈尔滨" for row in picture.rows.values()))
        assert named.rows["T-2"].level == "city"
        record(TicketClosed(at_ms=NOW_MS, ticket="T-1", by="li"))
        watcher.wait_for(lambda picture: set(picture.rows) == {"T-2"})
        is_there.clear()
        kept = tmp_path / "kept.db"
        path.rename(kept)
        said = watcher.wait_for(lambda picture: "on holiday" in picture.freshness.problem)
        assert set(said.rows) == {"T-2"}, "the last picture stays, and is said to be old"
        assert not said.freshness.engine_alive
        kept.rename(path)
        is_there.set()
        seen = len(watcher.pictures)
        watcher.wait_for(lambda picture: picture in watcher.pictures[seen:] and not picture.freshness.problem)
        assert feed.latest() is watcher.pictures[-1]
    finally:
        feed.stop()
        writer.close()
