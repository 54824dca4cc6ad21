"""What is said and how it ends when something is wrong: one line, no traceback."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from main import cli
from tests.commands.ground import (
    ROOT,
    SAMPLE,
    SAMPLE_DAY,
    assert_one_line,
    data,
    run,
)


@pytest.mark.parametrize(
    "words",
    [
        ("report", "queue-intervals", "--from", "yesterday"),
        ("report", "queue-intervals", "--from", "0001-01-01"),
        ("report", "queue-intervals", "--to", "9999-12-31"),
        ("report", "queue-intervals", "--from", "9999-12-31"),
        ("report", "agent-intervals", "--from", "2026-11-22", "--to", "2026-11-21"),
        ("report", "agent-intervals", "--from", "2026-11-21", "--to", "2026-11-21"),
        ("report", "queue-intervals", "--from", "2000-01-01", "--to", "2099-01-01", "--every", "15m"),
        ("report", "queue-intervals", "--every", "7m"),
        ("report", "queue-intervals", "--threshold", "-1"),
        ("report", "queue-intervals", "--threshold", "soon"),
        ("report", "nothing"),
        ("report", "queue-intervals", "--nothing"),
        ("report", "queue-intervals", "--format", "yaml"),
        ("nothing",),
        ("--lang", "fr", "doctor"),
        ("--zone", "Mars/Olympus", "report", "queue-intervals"),
        ("wall", "--rotate", "soon"),
        ("demo", "--agents", "0"),
        ("demo", "--speed", "601"),
        ("demo", "--scenario", "no such"),
        ("demo", "--seed", "many"),
        ("ingest", "queue-log"),
        ("ingest", "queue-log", "no such file"),
        ("ingest", "queue-log", "."),
        ("ingest", "queue-log", "-", "--follow"),
        ("ingest", "events", "."),
        ("ingest", "queue-log", "no such file", "--encoding", "latin-9"),
        ("quarantine", "--limit", "0"),
        ("backup",),
        ("backup", "."),
        ("backup", "no such folder/copy.db"),
    ],
    ids=" ".join,
)
def test_bad_use_is_one_line_and_exit_code_2(database: Path, words: tuple[str, ...]) -> None:
    assert_one_line(run(database, *words), 2)


def test_a_compressed_log_says_how_to_read_it(database: Path, tmp_path: Path) -> None:
    log = tmp_path / "queue_log.1.gz"
    log.write_bytes(b"\x1f\x8b\x08\x00rest")
    assert_one_line(run(database, "ingest", "queue-log", str(log)), 2, "gunzip")


def test_a_table_that_names_no_queues_is_exit_code_3(database: Path, tmp_path: Path) -> None:
    table = tmp_path / "queue_log.csv"
    table.write_text("time,callid,agent,event\n2026-11-22 03:28:02,c1,ann,PAUSE\n")
    assert_one_line(run(database, "ingest", "queue-log", str(table)), 3, "queuename")


def test_local_times_without_a_zone_are_not_guessed(database: Path, tmp_path: Path) -> None:
    table = tmp_path / "queue_log.csv"
    table.write_text(
        "time,callid,queuename,agent,event,data1\n2026-11-22 03:28:02.250,NONE,q1,ann,PAUSE,lunch\n", encoding="utf-8"
    )
    words = ["--db", str(database), "ingest", "queue-log", str(table)]
    assert_one_line(CliRunner().invoke(cli, words), 2, "--zone Asia/Shanghai")
    assert CliRunner().invoke(cli, ["--zone", "Asia/Shanghai", *words]).exit_code == 0


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("threshold_seconds = 'soon'", "threshold_seconds"),
        ("threshold_seconds = -1", "threshold_seconds"),
        ("nonsense = 1", "nonsense"),
        ("this is no settings file", "settings.toml"),
        ("[queues.q1]\nwrap_up_seconds = 9999", "queues.q1.wrap_up_seconds"),
        ("[reasons]\n'消防演练' = 'no category'", "消防演练"),
        ("lang = 'fr'", "lang"),
        ("\x00\xff", "settings.toml"),
    ],
)
def test_a_settings_file_that_is_wrong_is_named_with_the_key(
    database: Path, tmp_path: Path, text: str, word: str
) -> None:
    folder = tmp_path / "home" / "watchfloor"
    folder.mkdir(parents=True)
    (folder / "settings.toml").write_bytes(text.encode("latin-1" if "\xff" in text else "utf-8"))
    assert_one_line(run(database, "report", "queue-intervals"), 2, word, "settings.toml")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("WATCHFLOOR_THRESHOLD_SECONDS", "soon"),
        ("WATCHFLOOR_QUEUES", "not json"),
        ("WATCHFLOOR_ZONE", "Mars/Olympus"),
        ("WATCHFLOOR_LANG", "fr"),
    ],
)
def test_a_wrong_environment_variable_is_one_line(
    database: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    result = CliRunner().invoke(cli, ["--db", str(database), "report", "queue-intervals"])
    assert_one_line(result, 2)


@pytest.mark.parametrize(
    "command", [("report", "queue-intervals"), ("floor",), ("rebuild",), ("verify",), ("quarantine",), ("engine",)]
)
def test_what_is_no_database_is_exit_code_5(database: Path, command: tuple[str, ...]) -> None:
    database.write_text("a diary, not a database, and long enough to be read as a header of one " * 9)
    before = database.read_bytes()
    assert_one_line(run(database, *command), 5, "no Watchfloor database")
    assert database.read_bytes() == before


def test_a_newer_database_is_exit_code_5(database: Path) -> None:
    run(database, "quarantine")
    from sqlite_utils.utils import sqlite3

    with sqlite3.connect(str(database)) as connection:
        connection.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('watchfloor', 'm999', '')"
        )
    connection.close()
    assert_one_line(run(database, "quarantine"), 5, "upgrade")


def test_a_database_where_none_can_be_is_exit_code_5(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    assert_one_line(run(tmp_path / "file" / "floor.db", "quarantine"), 5, "--db")


def test_a_database_that_is_a_folder_is_exit_code_2(tmp_path: Path) -> None:
    assert_one_line(run(tmp_path, "quarantine"), 2)


def test_a_tampered_floor_is_exit_code_5(database: Path) -> None:
    run(database, "ingest", "queue-log", str(SAMPLE))
    from sqlite_utils.utils import sqlite3

    with sqlite3.connect(str(database)) as connection:
        connection.execute("DELETE FROM visit WHERE queue = 'vip'")
    connection.close()
    assert_one_line(run(database, "verify"), 5, "watchfloor rebuild")
    assert run(database, "rebuild").exit_code == 0
    assert run(database, "verify").exit_code == 0


def test_a_demo_never_mixes_with_a_real_floor(database: Path) -> None:
    run(database, "ingest", "queue-log", str(SAMPLE))
    before = data(database, "report", "agent-intervals", *SAMPLE_DAY)
    assert_one_line(run(database, "demo"), 4, "asterisk", "--db")
    assert data(database, "report", "agent-intervals", *SAMPLE_DAY) == before


def test_a_backup_overwrites_nothing(sample: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    assert run(sample, "backup", str(copy)).exit_code == 0
    assert_one_line(run(sample, "backup", str(copy)), 2, "overwrites nothing")
    words = ("report", "agent-intervals", *SAMPLE_DAY)
    assert data(copy, *words) == data(sample, *words)


def test_what_nobody_foresaw_is_one_line_and_a_log_entry(
    database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from app.floor import reports

    secret = "a secret name"

    def broken(*_arguments: object) -> None:
        raise ZeroDivisionError(secret)

    monkeypatch.setattr(reports, "queue_intervals", broken)
    result = run(database, "report", "queue-intervals")
    assert_one_line(result, 1, "ZeroDivisionError", "watchfloor.log")
    logs = list((tmp_path / "home").rglob("watchfloor.log"))
    assert len(logs) == 1
    assert "test_problems.py" in logs[0].read_text()


@pytest.mark.parametrize("rows", [1, 20_000])
def test_a_reader_that_has_seen_enough_ends_it_quietly(sample: Path, rows: int) -> None:
    every = "all" if rows == 1 else "15m"
    until = "2026-11-22" if rows == 1 else "2027-11-22"
    with subprocess.Popen(
        [sys.executable, "main.py", "--db", str(sample), "report", "queue-intervals", "--from", "2026-11-21", "--to",
         until, "--every", every, "--format", "json"],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        assert process.stderr is not None
        if rows > 1:
            process.stdout.readline()
        process.stdout.close()
        said = process.stderr.read()
        process.wait(timeout=60)
    assert said == b""
    assert process.returncode == 0


def test_a_name_that_is_no_text_is_bad_use(database: Path, tmp_path: Path) -> None:
    log = tmp_path / os.fsdecode(b"\xc4\xe3\xba\xc3.log")
    log.write_text("1795289288|MANAGER|q|ann|ADDMEMBER|\n")
    assert_one_line(run(database, "ingest", "queue-log", str(log)), 2, "UTF-8")
    assert_one_line(run(database, "ingest", "events", str(log), "--follow"), 2, "UTF-8")
    assert_one_line(run(database, "ingest", "queue-log", str(SAMPLE), "--source", "\udcff"), 2, "UTF-8")
    assert run(database, "ingest", "queue-log", "-", stdin=log.read_bytes()).exit_code == 0
