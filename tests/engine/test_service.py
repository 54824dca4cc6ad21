"""The engine goes on whatever one of its sources does."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence

from app.core.facts import FactSink
from app.engine.ports import EngineReport
from app.engine.service import STALLED_MS, Engine
from app.sources.model import FollowedFile
from tests.sources.fakes import MemorySink

GOOD = FollowedFile("good", "/good", "queue-log", "utf-8", 0)
BAD = FollowedFile("bad", "/bad", "queue-log", "utf-8", 0)


class FakeLock:
    """A lock that is free, or held by somebody who said something."""

    def __init__(self, said: EngineReport | None = None) -> None:
        self._said = said
        self.reports: list[tuple[tuple[str, ...], str]] = []
        self.held = False

    def acquire(self) -> bool:
        self.held = self._said is None
        return self.held

    def release(self) -> None:
        self.held = False

    def report(self, following: Sequence[str], problem: str) -> None:
        self.reports.append((tuple(following), problem))

    def holder(self) -> EngineReport | None:
        return self._said


class FakeSession:
    def __init__(self, files: list[FollowedFile]) -> None:
        self.journal: FactSink = MemorySink()
        self._files = files
        self.closed = threading.Event()

    def followed(self) -> list[FollowedFile]:
        return self._files

    def is_replaced(self) -> bool:
        return False

    def attend(self) -> None:
        """Nothing is due."""

    def tidy(self) -> None:
        """Nothing to tidy."""

    def close(self) -> None:
        self.closed.set()


class FakeSource:
    def __init__(self, file: FollowedFile, poll: Callable[[], bool]) -> None:
        self.name = file.source
        self.problem = ""
        self._poll = poll
        self.closed = False

    def poll(self) -> bool:
        return self._poll()

    def close(self) -> None:
        self.closed = True


def wait_for(what: Callable[[], bool], seconds: float = 10) -> None:
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "it never came to be"
        time.sleep(0.01)


def test_a_source_that_stumbles_stops_no_other_and_is_begun_anew() -> None:
    polled = 0
    made: list[str] = []
    broken = threading.Event()
    broken.set()

    def poll_good() -> bool:
        nonlocal polled
        polled += 1
        return False

    def poll_bad() -> bool:
        if broken.is_set():
            raise ZeroDivisionError("a secret name")
        return False

    def make(_sink: FactSink, file: FollowedFile) -> FakeSource:
        made.append(file.source)
        return FakeSource(file, poll_bad if file is BAD else poll_good)

    session = FakeSession([BAD, GOOD])
    engine = Engine(lambda: session, FakeLock(), make)
    engine.start()
    try:
        wait_for(lambda: "ZeroDivisionError" in engine.status().problem)
        assert "secret" not in engine.status().problem
        before = polled
        wait_for(lambda: polled > before + 3)
        assert made.count("good") == 1
        assert not session.closed.is_set()
        broken.clear()
        wait_for(lambda: engine.status().problem == "" and set(engine.status().following) == {"bad", "good"})
    finally:
        engine.stop()
    assert session.closed.is_set()


def test_who_stands_by_says_what_the_holder_says() -> None:
    lock = FakeLock(EngineReport(4711, ("pbx",), "the file is not there", 100))
    engine = Engine(lambda: FakeSession([]), lock, lambda _sink, file: FakeSource(file, lambda: False))
    engine.start()
    try:
        wait_for(lambda: engine.status().alive)
        status = engine.status()
        assert (status.here, status.following, status.problem) == (False, ("pbx",), "the file is not there")
    finally:
        engine.stop()


def test_a_holder_that_says_nothing_for_long_is_said_to_be_stuck() -> None:
    lock = FakeLock(EngineReport(4711, ("pbx",), "", STALLED_MS + 1000))
    engine = Engine(lambda: FakeSession([]), lock, lambda _sink, file: FakeSource(file, lambda: False))
    engine.start()
    try:
        wait_for(lambda: "4711" in engine.status().problem)
    finally:
        engine.stop()


def test_the_lock_is_given_back_at_the_end() -> None:
    lock = FakeLock()
    engine = Engine(lambda: FakeSession([]), lock, lambda _sink, file: FakeSource(file, lambda: False))
    engine.start()
    wait_for(lambda: engine.status().here)
    engine.stop()
    assert not lock.held
    assert lock.reports
