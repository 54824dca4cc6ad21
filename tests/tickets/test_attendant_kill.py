"""Killed between any two steps, and two at once: each fact exactly once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from app.core import ticket_events as kinds
from app.core.events import OutboundCallCompleted
from tests.tickets.loop_ground import MINUTE_MS, NOW_MS, NUMBER, LoopSite, called, created, done, sent

ROOT = Path(__file__).parents[2]
LATER_MS = NOW_MS + 30 * MINUTE_MS

MADE = ("ticket_escalated", "ticket_flagged", "ticket_linked", "ticket_reopened", "ticket_called_back")

KILLED = """
import os, signal, sys
from pathlib import Path
from tests.tickets.loop_ground import LoopSite

steps_left = int(sys.argv[2])
site = LoopSite(Path(sys.argv[1]), int(sys.argv[3]))
connection = site.session._store.connection

def on_statement(statement):
    global steps_left
    steps_left -= 1
    if steps_left < 0:
        os.kill(os.getpid(), signal.SIGKILL)

connection.set_trace_callback(on_statement)
site.attend()
"""


def filled(path: Path) -> None:
    """A site in which every loop has something to do."""
    site = LoopSite(path)
    site.record(
        created("T-1"),
        sent("T-1"),
        kinds.TicketPromised(at_ms=NOW_MS, ticket="T-1", by="hot", promise="p1", due_ms=LATER_MS),
        created("T-2", caller="2"),
        *done("T-2", NOW_MS + 1000),
        kinds.TicketSurveyed(at_ms=NOW_MS + MINUTE_MS, ticket="T-2", score=1),
        called("c2", NOW_MS + MINUTE_MS),
        called("c3", NOW_MS + 2 * MINUTE_MS),
        OutboundCallCompleted(at_ms=NOW_MS + 5 * MINUTE_MS, number=NUMBER),
        kinds.NoticePosted(at_ms=NOW_MS, notice="N1", wording="停电"),
        kinds.NoticeLinked(at_ms=NOW_MS, notice="N1", contact="k1", caller="3"),
        kinds.NoticeStillCutOff(at_ms=NOW_MS, notice="N1", contact="k1"),
        kinds.NoticeEnded(at_ms=NOW_MS + MINUTE_MS, notice="N1"),
    )
    site.close()


def finished(path: Path) -> list[tuple[Any, ...]]:
    """Attend to what is left; returns what all loops made, whoever made it."""
    site = LoopSite(path, LATER_MS)
    site.attend()
    found = site.log("ticket_created", *MADE)
    serials = site.session._store.connection.execute("SELECT last FROM ticket_serial").fetchall()
    assert site.session.verify() == []
    site.close()
    return [*sorted(found), *serials]


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Any, ...]]:
    path = tmp_path_factory.mktemp("undisturbed") / "floor.db"
    filled(path)
    found = finished(path)
    assert {row[0] for row in found[:-1]} == {"ticket_created", *MADE}
    return found


def test_killed_at_any_statement_every_fact_is_made_once(tmp_path: Path, undisturbed: list[tuple[Any, ...]]) -> None:
    kills = 0
    # Statements are far more than tests have time for: these lie before, in, between and after the transactions.
    for statements in (0, 9, 17, 26, 34, 45, 58, 71, 89, 107, 131, 160):
        path = tmp_path / f"{statements}.db"
        filled(path)
        done = subprocess.run(
            [sys.executable, "-c", KILLED, str(path), str(statements), str(LATER_MS)],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            check=False,
            capture_output=True,
            text=True,
        )
        assert done.returncode in (0, -signal.SIGKILL), done.stderr
        kills += done.returncode != 0
        assert finished(path) == undisturbed
    assert kills >= 8


def test_two_at_once_double_nothing(tmp_path: Path, undisturbed: list[tuple[Any, ...]]) -> None:
    path = tmp_path / "floor.db"
    filled(path)
    begin = threading.Barrier(2)
    problems: list[BaseException] = []

    def attend() -> None:
        try:
            site = LoopSite(path, LATER_MS)
            begin.wait(10)
            site.attend()
            site.close()
        except BaseException as problem:  # noqa: BLE001 - what went wrong is for the other thread to say
            problems.append(problem)

    threads = [threading.Thread(target=attend) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert problems == []
    assert finished(path) == undisturbed


def test_a_bookmark_of_long_ago_makes_nothing_twice(tmp_path: Path, undisturbed: list[tuple[Any, ...]]) -> None:
    path = tmp_path / "floor.db"
    filled(path)
    finished(path)
    site = LoopSite(path, LATER_MS)
    with site.session.log.writing():
        site.session.tickets.set_attendant_seq(0)
    site.close()
    assert finished(path) == undisturbed
