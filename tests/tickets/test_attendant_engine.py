"""The loops on the engine's thread: woken when something is due, and no hindrance to reading."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.core.clock import ScaledClock, SystemClock
from app.core.settings import Settings
from app.engine.service import Engine
from app.engine.sources import FollowedSource
from app.sources.model import FollowedFile
from app.tickets.attendant import Attendant
from store.engine_lock import FileEngineLock
from store.sessions import ReaderSession, WriterSession
from tests.engine.test_service import wait_for
from tests.tickets.loop_ground import NOW_MS, ZONE, LoopSite, created, sent


def engine_of(path: Path, speed: int) -> Engine:
    clock = ScaledClock(SystemClock(), NOW_MS, speed)
    return Engine(
        lambda: WriterSession(path, Settings(), clock, ZONE),
        FileEngineLock(path, SystemClock().now_ms),
        lambda sink, file: FollowedSource(sink, file, clock),
    )


def test_whoever_is_to_be_told_is_told_when_it_is_due_by_the_floors_clock(tmp_path: Path) -> None:
    path = tmp_path / "floor.db"
    site = LoopSite(path)
    site.close()
    engine = engine_of(path, speed=200)
    engine.start()
    try:
        wait_for(lambda: engine.status().here)
        # Written by another process than the engine's.
        site = LoopSite(path)
        site.record(created(), sent())
        wait_for(lambda: len(site.ticket().told) >= 2)
        first, second = site.ticket().told[:2]
        assert (first.role, second.role) == ("sender", "manager_1")
        assert first.at_ms >= NOW_MS + 240_000
        assert second.at_ms >= first.at_ms + 300_000
        site.close()
    finally:
        engine.stop()


def test_what_goes_wrong_with_a_loop_stops_no_source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, log = tmp_path / "floor.db", tmp_path / "queue_log"
    log.write_text("1795289288|MANAGER|support|ann|ADDMEMBER|\n")
    site = LoopSite(path)
    site.session.log.follow(FollowedFile("pbx", str(log), "queue-log", "utf-8", NOW_MS))
    site.close()
    healthy = Attendant.reconcile

    def stumble(_attendant: Attendant) -> int:
        raise ZeroDivisionError("a secret name")

    monkeypatch.setattr(Attendant, "reconcile", stumble)
    engine = engine_of(path, speed=1)
    engine.start()
    try:
        wait_for(lambda: "ZeroDivisionError" in engine.status().problem)
        assert "secret" not in engine.status().problem
        reader = ReaderSession(path)
        wait_for(lambda: reader.reader.agents() == ["ann"])
        reader.close()
        monkeypatch.setattr(Attendant, "reconcile", healthy)
        wait_for(lambda: engine.status().problem == "")
    finally:
        engine.stop()
