"""policy and sla on the command line: what is asked, what is said, and how it ends."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from app.core.clock import ManualClock
from app.core.facts import Batch, Draft
from app.core.settings import Settings
from app.core.ticket_events import TicketCreated
from app.tickets.policy_file import shipped_text
from store.sessions import WriterSession
from tests.commands.ground import NOW_MS, run


@pytest.fixture
def longer(tmp_path: Path) -> Path:
    """The policies brought along, with three days for a complaint."""
    file = tmp_path / "longer.toml"
    file.write_text(shipped_text().replace('limit = "48h"', 'limit = "72h"'), "utf-8")
    return file


@pytest.fixture
def floor(database: Path) -> Path:
    """A floor with one open complaint."""
    session = WriterSession(database, Settings(), ManualClock(NOW_MS))
    event = TicketCreated(at_ms=NOW_MS, ticket="C-1", ticket_type="complaint", unit="hotline")
    session.journal.record(Batch("test", [Draft(event, b"1")]))
    session.close()
    return database


def as_json(text: str) -> Any:
    return json.loads(text)


def versions(database: Path) -> list[int]:
    return [row["version"] for row in as_json(run(database, "policy", "list", "--format", "json").stdout)]


def test_what_is_wrong_is_named_line_by_line_and_ends_with_3(database: Path, tmp_path: Path) -> None:
    file = tmp_path / "bad.toml"
    file.write_text("colour = 3\n[recovery]\nper_ticket_yuan = -1\n", "utf-8")
    for command in ("check", "apply"):
        ended = run(database, "policy", command, str(file))
        assert ended.exit_code == 3
        first, second, last = ended.stderr.splitlines()
        assert first.startswith(f"{file}, line 1: colour: ")
        assert second.startswith(f"{file}, line 3: recovery.per_ticket_yuan: ")
        assert "2 errors" in last
    ended = run(database, "policy", "check", str(file), "--format", "json")
    assert ended.exit_code == 3
    assert [(row["line"], row["is_warning"]) for row in as_json(ended.stdout)] == [(1, False), (3, False)]


@pytest.mark.parametrize(("text", "code"), [(b"\xff\xfe\x00", 3), (b"# \xef\xbb\xbf", 0), (b"\xef\xbb\xbf# marked", 0)])
def test_a_file_is_utf_8(database: Path, text: bytes, code: int) -> None:
    assert run(database, "policy", "check", "-", stdin=text).exit_code == code


def test_a_file_that_is_not_there_ends_with_2(database: Path, tmp_path: Path) -> None:
    for words in (("policy", "check", str(tmp_path / "none.toml")), ("policy", "apply", str(tmp_path))):
        ended = run(database, *words)
        assert ended.exit_code == 2
        assert len(ended.stderr.splitlines()) == 1


def test_it_asks_and_takes_no_for_an_answer(floor: Path, longer: Path) -> None:
    ended = run(floor, "policy", "apply", str(longer), stdin="n\n")
    assert ended.exit_code == 0
    assert "1 open clocks of 1 tickets would move" in ended.stderr
    assert "Nothing was changed" in ended.stdout
    assert versions(floor) == [0]


def test_it_asks_and_takes_yes_for_an_answer(floor: Path, longer: Path) -> None:
    ended = run(floor, "policy", "apply", str(longer), stdin="y\n")
    assert ended.exit_code == 0
    assert "Version 1 is in force." in ended.stdout
    again = run(floor, "policy", "apply", str(longer))
    assert (again.exit_code, versions(floor)) == (0, [1, 0])
    assert "Nothing changes" in again.stdout


def test_nobody_to_ask_ends_with_2_and_changes_nothing(floor: Path, longer: Path) -> None:
    assert run(floor, "policy", "apply", str(longer), stdin="").exit_code == 2
    assert run(floor, "policy", "apply", "-", stdin=longer.read_text("utf-8")).exit_code == 2
    assert versions(floor) == [0]


def test_a_program_learns_what_moved(floor: Path, longer: Path) -> None:
    looked = as_json(run(floor, "policy", "apply", str(longer), "--dry-run", "--format", "json").stdout)
    assert (looked["is_applied"], looked["version"], looked["clocks_moved"]) == (False, 0, 1)
    done = as_json(run(floor, "policy", "apply", str(longer), "--yes", "--format", "json").stdout)
    assert (done["is_applied"], done["version"]) == (True, 1)
    assert done["types"] == looked["types"] == [
        {"ticket_type": "complaint", "tickets": 1, "tickets_moved": 1, "clocks": 2, "clocks_moved": 1,
         "has_policy": True}
    ]  # fmt: skip
    assert versions(floor) == [1, 0]


def test_types_that_are_left_out_are_not_left_out_silently(floor: Path) -> None:
    ended = run(floor, "policy", "apply", "-", "--yes", stdin="# nothing")
    assert ended.exit_code == 0
    assert "no type “complaint”: 1 open tickets" in ended.stderr


def test_what_is_shown_can_be_applied_again(floor: Path, longer: Path) -> None:
    run(floor, "policy", "apply", str(longer), "--yes")
    run(floor, "policy", "apply", "-", "--yes", stdin=run(floor, "policy", "show", "--version", "0").stdout)
    assert versions(floor) == [2, 1, 0]
    shown = run(floor, "policy", "show", "--version", "1").stdout
    assert run(floor, "policy", "apply", "-", "--yes", stdin=shown).exit_code == 0
    assert versions(floor) == [3, 2, 1, 0]
    assert run(floor, "policy", "show").stdout == shown
    assert run(floor, "policy", "show", "--version", "9").exit_code == 2


def test_the_example_can_be_applied(database: Path) -> None:
    text = run(database, "policy", "example").stdout
    assert text == shipped_text()
    assert run(database, "policy", "check", "-", stdin=text).exit_code == 0
    assert "Nothing changes" in run(database, "policy", "apply", "-", "--yes", stdin=text).stdout


HOURS = 'zone = "Asia/Shanghai"\nweekly.mon = ["09:00-18:00"]\n'


def explain(database: Path, *words: str, hours: str = HOURS) -> Any:
    return run(database, "sla", "explain", "--calendar", "-", *words, stdin=hours)


def test_a_due_time_as_json_has_four_keys_and_touches_no_database(database: Path) -> None:
    ended = explain(database, "--start", "2026-11-23T17:00", "--limit", "2h", "--format", "json")
    assert as_json(ended.stdout) == {
        "due": "2026-11-30T10:00:00+08:00",
        "open_seconds": 7200,
        "never": False,
        "segments": [
            {"start": "2026-11-23T17:00:00+08:00", "end": "2026-11-23T18:00:00+08:00", "seconds": 3600},
            {"start": "2026-11-30T09:00:00+08:00", "end": "2026-11-30T10:00:00+08:00", "seconds": 3600},
        ],
    }
    assert not database.exists()


def test_never_is_an_answer(database: Path) -> None:
    closed = explain(database, "--start", "2026-11-23", "--limit", "1s", "--format", "json", hours='zone = "UTC"')
    assert as_json(closed.stdout) == {"due": None, "open_seconds": 0, "never": True, "segments": []}
    assert "never" in explain(database, "--start", "2026-11-23", "--limit", "1s", hours='zone = "UTC"').stdout


def test_the_stretches_come_as_csv(database: Path) -> None:
    ended = explain(database, "--start", "2026-11-23", "--until", "2026-11-24", "--format", "csv")
    assert ended.stdout == ("start,end,seconds\n2026-11-23T09:00:00+08:00,2026-11-23T18:00:00+08:00,32400\n")


@pytest.mark.parametrize(
    "words",
    [
        ("--start", "2026-11-23"),
        ("--start", "2026-11-23", "--limit", "1h", "--until", "2026-11-24"),
        ("--start", "2026-11-23", "--until", "2026-11-22"),
        ("--start", "2026-11-23", "--limit", "-1h"),
        ("--start", "never", "--limit", "1h"),
        ("--start", "2026-11-23", "--limit", "1h", "--pause", "2026-11-23"),
    ],
)
def test_bad_use_ends_with_2_in_one_line(database: Path, words: tuple[str, ...]) -> None:
    ended = explain(database, *words)
    assert ended.exit_code == 2
    assert len(ended.stderr.splitlines()) == 1


def test_a_bad_calendar_ends_with_3(database: Path) -> None:
    assert explain(database, "--start", "2026-11-23", "--limit", "1h", hours="zone = 3").exit_code == 3


def test_years_whose_holidays_are_not_known_are_named(database: Path) -> None:
    hours = HOURS.replace("weekly", 'public_holidays = "CN"\nweekly')
    ended = explain(database, "--start", "2099-11-23", "--limit", "1h", hours=hours)
    assert ended.exit_code == 0
    assert "holidays of 2099 are not announced" in ended.stderr
