"""The lock beside the database, and who reads the sources when its holder dies."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from app.core.clock import ManualClock, SystemClock
from app.core.settings import Settings
from app.engine.service import Engine
from app.engine.sources import FollowedSource
from app.sources.model import FollowedFile
from store.engine_lock import FileEngineLock
from store.sessions import ReaderSession, WriterSession

ROOT = Path(__file__).parents[2]

HOLDER = """
import sys, time
from pathlib import Path
from app.core.clock import SystemClock
from store.engine_lock import FileEngineLock
lock = FileEngineLock(Path(sys.argv[1]), SystemClock().now_ms)
print(lock.acquire(), flush=True)
lock.report(["pbx"], "")
time.sleep(60)
"""


def holder(database: Path) -> subprocess.Popen[str]:
    """Another process that holds the lock and hangs."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(database)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "True\n"
    return process


def wait_for(what: Callable[[], bool], seconds: float) -> float:
    """Wait until something is so; returns how long it took."""
    start = time.monotonic()
    while not what():
        assert time.monotonic() - start < seconds, "it never came to be"
        time.sleep(0.02)
    return time.monotonic() - start


def test_one_at_a_time_holds_the_lock(tmp_path: Path) -> None:
    clock = ManualClock(5000)
    first, second = (FileEngineLock(tmp_path / "floor.db", clock.now_ms) for _ in range(2))
    assert not first.is_held()
    assert first.holder() is None
    assert first.acquire()
    assert first.acquire()
    assert not second.acquire()
    assert first.is_held()
    assert second.is_held()
    first.release()
    assert not second.is_held()
    assert second.acquire()
    second.release()


def test_the_holder_says_how_it_is(tmp_path: Path) -> None:
    clock = ManualClock(5000)
    lock, other = (FileEngineLock(tmp_path / "floor.db", clock.now_ms) for _ in range(2))
    lock.acquire()
    lock.report(["pbx", "王1\n[/]"], "a problem")
    clock.advance_ms(1500)
    report = other.holder()
    assert report is not None
    assert (report.process, report.following, report.problem, report.age_ms) == (
        os.getpid(),
        ("pbx", "王1\n[/]"),
        "a problem",
        1500,
    )
    # A shorter report leaves nothing of the longer one before it.
    lock.report([], "")
    report = other.holder()
    assert report is not None
    assert (report.following, report.problem) == ((), "")
    lock.release()


def test_a_report_of_very_many_sources_is_still_read(tmp_path: Path) -> None:
    lock = FileEngineLock(tmp_path / "floor.db", ManualClock(0).now_ms)
    lock.acquire()
    many = tuple(f"telephone system number {number}" for number in range(500))
    lock.report(many, "")
    report = lock.holder()
    assert report is not None
    assert report.following == many
    lock.report(("one",), "")
    report = lock.holder()
    assert report is not None
    assert report.following == ("one",)
    lock.release()


def test_rubbish_in_the_lock_file_is_no_report(tmp_path: Path) -> None:
    lock = FileEngineLock(tmp_path / "floor.db", ManualClock(0).now_ms)
    for rubbish in (b"", b"{", b"[]", b'{"process": 1}', b"\xff\xfe", b'{"process": "x"}'):
        (tmp_path / "floor.db.engine").write_bytes(rubbish)
        assert lock.holder() is None


def test_a_lock_file_that_was_removed_holds_nobody_off(tmp_path: Path) -> None:
    first, second = (FileEngineLock(tmp_path / "floor.db", ManualClock(0).now_ms) for _ in range(2))
    assert first.acquire()
    (tmp_path / "floor.db.engine").unlink()
    assert second.acquire()
    second.release()
    first.release()


def test_the_lock_is_free_again_when_its_holder_is_killed(tmp_path: Path) -> None:
    database = tmp_path / "floor.db"
    process = holder(database)
    lock = FileEngineLock(database, SystemClock().now_ms)
    assert not lock.acquire()
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert wait_for(lock.acquire, 5) < 5
    lock.release()


def test_another_engine_takes_over_within_five_seconds_of_a_kill(tmp_path: Path) -> None:
    database = tmp_path / "floor.db"
    log = tmp_path / "queue_log"
    log.write_text("1795289288|MANAGER|support|ann|ADDMEMBER|\n")
    settings, clock = Settings(), SystemClock()
    writer = WriterSession(database, settings, clock)
    writer.log.follow(FollowedFile("asterisk", str(log), "queue-log", "utf-8", clock.now_ms()))
    writer.close()
    process = holder(database)
    engine = Engine(
        lambda: WriterSession(database, settings, clock),
        FileEngineLock(database, clock.now_ms),
        lambda sink, file: FollowedSource(sink, file, clock),
    )
    engine.start()
    try:
        wait_for(lambda: engine.status().following == ("pbx",), 10)
        assert not engine.status().here
        process.send_signal(signal.SIGKILL)
        process.wait()
        took_seconds = wait_for(lambda: engine.status().here, 5)
        assert took_seconds < 5
        reader = ReaderSession(database)
        wait_for(lambda: reader.reader.agents() == ["ann"], 5)
        reader.close()
        assert engine.status().following == ("asterisk",)
    finally:
        engine.stop()
    assert FileEngineLock(database, clock.now_ms).acquire()


def test_an_engine_outlives_a_database_that_is_not_there_yet(tmp_path: Path) -> None:
    database = tmp_path / "floor.db"
    database.write_text("a diary, not a database, and long enough to be read as a header of one " * 9)
    clock = SystemClock()
    engine = Engine(
        lambda: WriterSession(database, Settings(), clock),
        FileEngineLock(database, clock.now_ms),
        lambda sink, file: FollowedSource(sink, file, clock),
    )
    engine.start()
    try:
        wait_for(lambda: "no Watchfloor database" in engine.status().problem, 5)
        database.unlink()
        wait_for(lambda: engine.status().here, 5)
        assert engine.status().problem == ""
    finally:
        engine.stop()
