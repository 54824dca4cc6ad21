"""Two real engines on one database: one is killed, the other takes over, and an alert is raised once, on its second."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from app.alerts.model import Alert
from app.alerts.rule import AlertBook
from app.core.clock import SystemClock
from app.core.settings import Settings
from app.sources.model import FollowedFile
from store.engine_lock import FileEngineLock
from store.sessions import ReaderSession, WriterSession
from tests.alerts.watch_ground import rule

ROOT = Path(__file__).parents[2]
BREAK_SECONDS = 900


def engine(folder: Path, database: Path) -> subprocess.Popen[bytes]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("WATCHFLOOR_")}
    environment.update(HOME=str(folder), XDG_CONFIG_HOME=str(folder), XDG_DATA_HOME=str(folder))
    command = [sys.executable, "-c", "import sys; from main import cli; sys.exit(cli())"]
    return subprocess.Popen(
        [*command, "--db", str(database), "engine"], cwd=ROOT, env=environment, stderr=subprocess.DEVNULL
    )


def wait_for(found: Callable[[], bool], seconds: float) -> None:
    end = time.monotonic() + seconds
    while not found():
        assert time.monotonic() < end, "it never came to be"
        time.sleep(0.05)


def alerts(database: Path) -> list[Alert]:
    session = ReaderSession(database)
    try:
        return session.alerts.recent_alerts(0)
    finally:
        session.close()


def test_an_alert_that_is_due_while_the_holder_is_killed_is_raised_once_by_the_other(tmp_path: Path) -> None:
    database, log, clock = tmp_path / "floor.db", tmp_path / "queue_log", SystemClock()
    session = WriterSession(database, Settings.model_construct(), clock)
    session.log.follow(FollowedFile("pbx", str(log), "queue-log", "utf-8", clock.now_ms()))
    pending = rule("break-rate", "floor.break_rate", above=10, clear=8, hold_seconds=3)
    with session.log.writing():
        too_long = rule("too-long", "agent.break_spell", above=float(BREAK_SECONDS))
        session.alerts.save_book(AlertBook(rules=(too_long, pending)), clock.now_ms(), "ops", "rules.toml")
    session.close()
    due_seconds = clock.now_ms() // 1000 + 30
    log.write_text(f"{due_seconds - 3600}|NONE|q1|ann|ADDMEMBER|\n")
    engines = [engine(tmp_path, database) for _ in range(2)]
    lock = FileEngineLock(database, clock.now_ms)

    def holder() -> int:
        said = lock.holder() if lock.is_held() else None
        return 0 if said is None else said.process

    try:
        wait_for(lambda: holder() in [each.pid for each in engines], 30)
        first = next(each for each in engines if each.pid == holder())
        due_seconds = clock.now_ms() // 1000 + 6
        with log.open("a") as file:
            file.write(f"{due_seconds - BREAK_SECONDS}|NONE|q1|ann|PAUSE|break\n")
        wait_for(lambda: bool(alerts(database)), 20)
        first.kill()
        wait_for(lambda: holder() not in (0, first.pid), 20)
        wait_for(lambda: len([each for each in alerts(database) if each.raised_ms is not None]) == 2, 30)
        time.sleep(1.5)
        found = {each.rule: each for each in alerts(database)}
        assert len(alerts(database)) == 2
        assert found["too-long"].entity == "agent:ann"
        raised = found["too-long"]
        assert raised.raised_ms == due_seconds * 1000 or raised.should_ms == due_seconds * 1000
    finally:
        for each in engines:
            each.kill()
            each.wait()
