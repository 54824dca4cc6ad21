"""Killed between any two steps, and two at once: each fact exactly once."""

from __future__ import annotations

import os
import shutil
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

folder, now_ms, *points = sys.argv[1:]

def attend(point):
    site = LoopSite(Path(folder, point), int(now_ms))
    left = int(point)

    def on_statement(statement):
        nonlocal left
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)

    site.session._store.connection.set_trace_callback(on_statement)
    site.attend()
    os._exit(0)

# A process for each kill; only the first of them waits for the imports.
for point in points:
    child = os.fork()
    if not child:
        attend(point)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
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


def statements(path: Path) -> list[str]:
    """What attending runs on the database, in order."""
    site = LoopSite(path, LATER_MS)
    said: list[str] = []
    site.session._store.connection.set_trace_callback(said.append)
    site.attend()
    site.close()
    return said


def test_killed_at_any_statement_every_fact_is_made_once(tmp_path: Path, undisturbed: list[tuple[Any, ...]]) -> None:
    whole = tmp_path / "whole.db"
    filled(whole)
    shutil.copy(whole, tmp_path / "counted.db")
    said = statements(tmp_path / "counted.db")
    # Before each commit, after it, and every so often between: in the middle of each transaction too.
    commits = [place for place, statement in enumerate(said) if statement.startswith("COMMIT")]
    assert len(commits) >= 6
    points = sorted({*commits, *(place + 1 for place in commits), *range(0, len(said), 12)})
    for point in points:
        shutil.copy(whole, tmp_path / str(point))
    ended = subprocess.run(
        [sys.executable, "-c", KILLED, str(tmp_path), str(LATER_MS), *map(str, points)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert ended.stdout.split() == [str(-signal.SIGKILL)] * len(points)
    for point in points:
        assert finished(tmp_path / str(point)) == undisturbed, point


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
