"""The thread that turns changes into pictures, and what it outlives."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timezone
from pathlib import Path

from app.core.clock import ManualClock
from app.core.errors import StoreProblem
from app.core.watcher import PICTURE_SECONDS, POLL_SECONDS
from app.floor.feed import FeedSession, PollingFeed
from app.floor.live import LiveSettings
from app.floor.picture import FloorSnapshot, Freshness
from store.sessions import ReaderSession
from tests.floor.asterisk import at, log
from tests.floor.ground import Ground

PATIENCE_SECONDS = 10


class Watcher:
    """Keeps the pictures it is sent, and waits for one that is as it should be."""

    def __init__(self) -> None:
        self.pictures: list[FloorSnapshot] = []
        self._arrived = threading.Condition()

    def __call__(self, picture: FloorSnapshot) -> None:
        with self._arrived:
            self.pictures.append(picture)
            self._arrived.notify_all()

    def wait_for(self, what: Callable[[FloorSnapshot], bool]) -> FloorSnapshot:
        with self._arrived:
            assert self._arrived.wait_for(lambda: any(map(what, self.pictures)), PATIENCE_SECONDS)
            return next(filter(what, self.pictures))


@contextmanager
def watching(open_session: Callable[[], FeedSession], clock: ManualClock) -> Iterator[tuple[PollingFeed, Watcher]]:
    feed = PollingFeed(open_session, clock, LiveSettings(timezone.utc), lambda: Freshness(engine_alive=True))
    watcher = Watcher()
    feed.subscribe(watcher)
    feed.start()
    try:
        yield feed, watcher
    finally:
        feed.stop()


def test_a_picture_follows_each_change(ground: Ground) -> None:
    clock = ManualClock(at(60))
    with watching(lambda: ReaderSession(ground.path), clock) as (feed, watcher):
        assert watcher.wait_for(lambda picture: not picture.agents).freshness.engine_alive
        log(ground, "0|MANAGER|q1|ann|ADDMEMBER|")
        picture = watcher.wait_for(lambda picture: "ann" in picture.agents)
        assert picture.freshness.newest_event_ms == at(0)
        assert feed.latest() is watcher.pictures[-1]


def test_a_new_day_begins_at_zero(ground: Ground) -> None:
    log(ground, "0|c1|q1|NONE|ENTERQUEUE||138|1", "5|c1|q1|NONE|ABANDON|1|1|5")
    clock = ManualClock(at(60))
    with watching(lambda: ReaderSession(ground.path), clock) as (_feed, watcher):
        watcher.wait_for(lambda picture: picture.today.offered == 1)
        clock.set_ms(at(86_400))
        assert watcher.wait_for(lambda picture: picture.day_start_ms == at(86_400)).today.offered == 0


def test_a_database_that_goes_and_comes_back_is_said_and_survived(ground: Ground, tmp_path: Path) -> None:
    log(ground, "0|MANAGER|q1|ann|ADDMEMBER|")
    available = threading.Event()
    available.set()

    def open_session() -> FeedSession:
        if not available.is_set():
            raise StoreProblem("The disk is on holiday.")
        return ReaderSession(ground.path)

    with watching(open_session, ManualClock(at(60))) as (_feed, watcher):
        watcher.wait_for(lambda picture: "ann" in picture.agents)
        available.clear()
        kept = tmp_path / "kept.db"
        ground.path.rename(kept)
        said = watcher.wait_for(lambda picture: "on holiday" in picture.freshness.problem)
        # The last picture stays, and is said to be old.
        assert "ann" in said.agents
        kept.rename(ground.path)
        available.set()
        seen = len(watcher.pictures)
        watcher.wait_for(
            lambda picture: (
                picture in watcher.pictures[seen:] and picture.freshness.problem == "" and "ann" in picture.agents
            )
        )


def test_a_stumble_nobody_foresaw_is_said_and_survived(ground: Ground, monkeypatch: object) -> None:
    log(ground, "0|MANAGER|q1|ann|ADDMEMBER|")
    stumbles = [ZeroDivisionError("a secret name")]

    def open_session() -> FeedSession:
        if stumbles:
            raise stumbles.pop()
        return ReaderSession(ground.path)

    with watching(open_session, ManualClock(at(60))) as (_feed, watcher):
        said = watcher.wait_for(lambda picture: bool(picture.freshness.problem)).freshness.problem
        assert "ZeroDivisionError" in said
        assert "secret" not in said
        watcher.wait_for(lambda picture: "ann" in picture.agents)


def test_who_no_longer_listens_hears_nothing(ground: Ground) -> None:
    feed = PollingFeed(lambda: ReaderSession(ground.path), ManualClock(at(60)), LiveSettings(timezone.utc), Freshness)
    heard: list[FloorSnapshot] = []
    stop = feed.subscribe(heard.append)
    stop()
    stop()
    feed.start()
    watcher = Watcher()
    feed.subscribe(watcher)
    watcher.wait_for(lambda _picture: True)
    feed.stop()
    assert heard == []
    assert POLL_SECONDS < PICTURE_SECONDS


def test_a_day_of_an_agent_is_cut_at_midnight_and_now(ground: Ground) -> None:
    midnight = 86_400
    log(
        ground,
        f"{midnight - 3600}|MANAGER|q1|ann|ADDMEMBER|",
        f"{midnight + 600}|NONE|q1|ann|PAUSE|lunch",
        f"{midnight + 700}|c1|q1|ann|WRAPUPSTART|3600",
    )
    feed = PollingFeed(
        lambda: ReaderSession(ground.path), ManualClock(at(midnight + 1000)), LiveSettings(timezone.utc), Freshness
    )
    day = feed.agent_day("ann")
    assert (day.start_ms, day.end_ms) == (at(midnight), at(midnight + 1000))
    assert [(interval.start_ms, interval.end_ms, interval.state) for interval in day.intervals] == [
        (at(midnight), at(midnight + 600), "available"),
        (at(midnight + 600), at(midnight + 700), "not_ready"),
        (at(midnight + 700), at(midnight + 1000), "wrap_up"),
    ]
    assert day.figures.signed_in_ms == 1_000_000
    assert feed.agent_day("nobody").intervals == ()


def test_the_call_of_an_agent_is_told_while_it_lasts_and_while_its_work_does(ground: Ground) -> None:
    log(
        ground,
        "100|MANAGER|q1|ann|ADDMEMBER|",
        "200|c1|q1|NONE|ENTERQUEUE||13900001111|1",
        "210|c1|q1|ann|CONNECT|10|c1-ann|3",
    )

    def call_at(second: int) -> tuple[str, str, str] | None:
        clock = ManualClock(at(second))
        feed = PollingFeed(lambda: ReaderSession(ground.path), clock, LiveSettings(timezone.utc), Freshness)
        call = feed.agent_day("ann").call
        return None if call is None else (call.call, call.caller, call.queue)

    assert call_at(300) == ("c1", "13900001111", "q1")
    log(ground, "400|c1|q1|ann|COMPLETEAGENT|10|190|1", "400|c1|q1|ann|WRAPUPSTART|60")
    assert call_at(410) == ("c1", "13900001111", "q1")
    log(ground, "470|c1|q1|ann|PAUSE|lunch")
    assert call_at(480) is None
