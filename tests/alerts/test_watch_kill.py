"""A real engine, killed between any two statements, and two at once: the same alerts, each once."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from tests.alerts.watch_ground import NOW_MS, SECOND_MS, WatchedSite, back, on_break, rule, signed_in

ROOT = Path(__file__).parents[2]

KILLED = """
import os, signal, sys
from pathlib import Path
from tests.alerts.watch_ground import WatchedSite
from tests.alerts.test_watch_kill import watched

folder, *points = sys.argv[1:]

def attend(point):
    site = WatchedSite(Path(folder, point))
    left = int(point)

    def on_statement(statement):
        nonlocal left
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)

    site.session._store.connection.set_trace_callback(on_statement)
    watched(site)
    os._exit(0)

# A process for each kill; only the first of them waits for the imports.
for point in points:
    child = os.fork()
    if not child:
        attend(point)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""

RULES = (
    rule("too-long", "agent.break_spell", above=4, remind_seconds=5, inhibits=("break-rate",)),
    rule("break-rate", "floor.break_rate", above=10, clear=8, hold_seconds=3),
)


def filled(path: Path) -> None:
    """A site in which alerts begin, wait and end."""
    site = WatchedSite(path)
    site.apply(*RULES)
    site.record(signed_in("ann"), signed_in("bob"), on_break("ann", NOW_MS))
    site.close()


HAPPENS = {2: on_break("bob", NOW_MS + 2 * SECOND_MS), 7: back("bob", NOW_MS + 7 * SECOND_MS)}
"""What is told while the site is watched, by second."""


def watched(site: WatchedSite) -> None:
    """Watch until half a minute is over, a second at a time; the source tells again what it told a moment ago."""
    second = (site.clock.now_ms() - NOW_MS) // SECOND_MS
    while second < 30:
        second += 1
        site.clock.set_ms(NOW_MS + second * SECOND_MS)
        if second in HAPPENS:
            site.record(HAPPENS[second])
        site.attend()


def lives(site: WatchedSite) -> list[tuple[Any, ...]]:
    """Each occurrence, and what happened in it."""
    return [
        (alert.alert, alert.state.value, alert.raised_ms, alert.is_late, [m.kind for m in alert.moments])
        for alert in site.alerts()
    ]


def finished(path: Path) -> list[tuple[Any, ...]]:
    """Watch to the end whatever is left to watch; returns the alerts, whoever made them."""
    site = WatchedSite(path)
    newest_ms = site.session.floor.newest_ms()
    assert newest_ms is not None
    # Whoever takes over does so after the last thing that was stored.
    site.clock.set_ms(max(NOW_MS, newest_ms - newest_ms % SECOND_MS - SECOND_MS))
    watched(site)
    found = lives(site)
    facts = site.log()
    assert len(facts) == len(set(facts))
    assert site.session.verify() == []
    site.close()
    return found


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Any, ...]]:
    path = tmp_path_factory.mktemp("undisturbed") / "floor.db"
    filled(path)
    found = finished(path)
    assert [(name, state) for name, state, *_rest in found] == [
        ("break-rate|site", "raised"),
        ("too-long|agent:ann", "raised"),
        ("too-long|agent:bob", "resolved"),
    ]
    return found


def statements(path: Path) -> list[str]:
    """What watching runs on the database, in order."""
    site = WatchedSite(path)
    said: list[str] = []
    site.session._store.connection.set_trace_callback(said.append)
    watched(site)
    site.close()
    return said


def test_killed_at_any_statement_every_alert_is_made_once(tmp_path: Path, undisturbed: list[tuple[Any, ...]]) -> None:
    whole = tmp_path / "whole.db"
    filled(whole)
    shutil.copy(whole, tmp_path / "counted.db")
    said = statements(tmp_path / "counted.db")
    # Before each commit and after it, and every so often between: in the middle of each transaction too.
    commits = [index for index, statement in enumerate(said) if statement.startswith("COMMIT")]
    points = sorted({index + step for index in commits for step in (0, 1)} | set(range(0, len(said), 60)))
    for point in points:
        shutil.copy(whole, tmp_path / str(point))
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(tmp_path), *map(str, points)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    codes = [int(code) for code in done.stdout.split()]
    assert set(codes[:-1]) == {-signal.SIGKILL}
    for point in points:
        assert finished(tmp_path / str(point)) == undisturbed, point


def test_two_at_once_double_nothing(tmp_path: Path, undisturbed: list[tuple[Any, ...]]) -> None:
    path = tmp_path / "floor.db"
    filled(path)
    begin = threading.Barrier(2)
    problems: list[BaseException] = []

    def watch() -> None:
        try:
            site = WatchedSite(path)
            begin.wait(10)
            watched(site)
            site.close()
        except BaseException as problem:  # noqa: BLE001 - what went wrong is for the other thread to say
            problems.append(problem)

    threads = [threading.Thread(target=watch) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert problems == []
    assert [(name, state) for name, state, *_rest in finished(path)] == [
        (name, state) for name, state, *_rest in undisturbed
    ]
