"""The command line is a contract: what it prints, what it ends with, and what it says when something is wrong."""

from __future__ import annotations

import csv
import io
import json
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from app.core.clock import SystemClock
from app.core.i18n import set_language
from main import cli

ROOT = Path(__file__).parents[1]
SAMPLE = ROOT / "tests" / "data" / "asterisk.queue_log"
TRUTH: dict[str, Any] = json.loads((ROOT / "tests" / "data" / "asterisk.truth.json").read_text(encoding="utf-8"))

REPORTS = ("queue-intervals", "agent-intervals")
SAMPLE_DAY = ("--from", "2026-11-22", "--to", "2026-11-23")
SAMPLE_END_SECONDS = int(SAMPLE.read_text(encoding="utf-8").splitlines()[-1].split("|")[0])
NOW_MS = (SAMPLE_END_SECONDS + 3600) * 1000
"""An hour after the sample, whatever the clock of the machine says."""


@pytest.fixture(autouse=True)
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Nothing of the machine's owner is read or written, and its clock stands still."""
    monkeypatch.setattr(SystemClock, "now_ms", lambda _clock: NOW_MS)
    for name in list(os.environ):
        if name.startswith("WATCHFLOOR_"):
            monkeypatch.delenv(name)
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "HOME"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    monkeypatch.setenv("LANG", "C.UTF-8")
    monkeypatch.delenv("LC_ALL", raising=False)
    monkeypatch.delenv("LC_MESSAGES", raising=False)
    yield
    set_language("en")


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "floor.db"


def run(database: Path, *words: str, stdin: str | bytes | None = None) -> Result:
    return CliRunner().invoke(cli, ["--db", str(database), "--zone", "Asia/Shanghai", *words], input=stdin)


def data(database: Path, *words: str) -> Any:
    """What a command prints as JSON."""
    result = run(database, *words, "--format", "json")
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


def assert_one_line(result: Result, exit_code: int, *words: str) -> None:
    """It ended so, printed nothing, and said one sentence."""
    assert result.exit_code == exit_code, (result.exit_code, result.stdout, result.stderr)
    assert result.stdout == ""
    said = result.stderr.rstrip("\n")
    assert said
    assert "\n" not in said, said
    assert "Traceback" not in said
    for word in words:
        assert word in said


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A floor that has read the sample, through the real program."""
    path = tmp_path_factory.mktemp("sample") / "floor.db"
    summary = json.loads(python("--db", str(path), "ingest", "queue-log", str(SAMPLE), "--format", "json").stdout)
    assert summary["lines"] == sum(1 for _ in SAMPLE.open(encoding="utf-8"))
    assert summary["quarantined"] == summary["duplicates"] == 0
    assert list(summary) == ["source", "lines", "events", "duplicates", "ignored", "quarantined"]
    return path


def python(*words: str, program: tuple[str, ...] = (sys.executable, "main.py")) -> subprocess.CompletedProcess[str]:
    done = subprocess.run([*program, *words], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert "Traceback" not in done.stderr
    return done


# -- the sample of a real Asterisk -----------------------------------------------------------------------------------


def test_the_queues_of_the_sample_are_what_its_manager_interface_said(sample: Path) -> None:
    rows = {row["queue"]: row for row in data(sample, "report", "queue-intervals", *SAMPLE_DAY, "--every", "all")}
    assert set(rows) == set(TRUTH["queues"])
    for queue, truth in TRUTH["queues"].items():
        row = rows[queue]
        for count in ("offered", "answered", "abandoned", "timed_out"):
            assert row[count] == truth.get(count, 0), (queue, count)
        # The log has whole seconds only, the manager interface more: what differs is by the rows that were added up.
        assert row["talk_seconds"] == pytest.approx(truth["talk"], abs=2), queue
        assert row["wait_seconds_answered"] == pytest.approx(truth["hold"], abs=0.15 * truth["answered"] + 2), queue
        assert row["waiting"] == row["lost"] == row["refused"] == 0


def test_the_agents_of_the_sample_are_what_its_manager_interface_said(sample: Path) -> None:
    until = ["--from", "2026-11-22", "--to", _iso(SAMPLE_END_SECONDS)]
    rows = {row["agent"]: row for row in data(sample, "report", "agent-intervals", *until, "--every", "all")}
    for agent, truth in TRUTH["agents"].items():
        row = rows[agent]
        assert row["answered"] == truth["answered"], agent
        assert row["signed_in_seconds"] == pytest.approx(truth["signed_in"], abs=2), agent
        assert row["on_call_seconds"] == pytest.approx(truth["on_call"], abs=2), agent
        # Li 4 answered a ring that began before the removal: one second of a call outside every session.
        assert row["inferred"] == (agent == "Li 4")
    static = rows["Static One"]
    assert (static["inferred"], static["signed_in_seconds"], static["sign_ins"]) == (True, 0, 0)
    assert static["answered"] > 0
    assert static["occupancy"] is None


def _iso(epoch_seconds: int) -> str:
    from datetime import datetime, timezone

    return datetime.fromtimestamp(epoch_seconds, timezone.utc).isoformat()


def test_the_not_ready_time_of_the_sample_is_what_its_manager_interface_said(sample: Path) -> None:
    until = ["--from", "2026-11-22", "--to", _iso(SAMPLE_END_SECONDS)]
    rows = {row["agent"]: row for row in data(sample, "report", "agent-intervals", *until, "--every", "all")}
    found = {agent: sum(rows[agent]["not_ready_seconds"].values()) for agent in TRUTH["agents"]}
    assert found == {agent: pytest.approx(truth["not_ready"], abs=2) for agent, truth in TRUTH["agents"].items()}


def test_reading_the_sample_again_adds_nothing(sample: Path) -> None:
    before = data(sample, "report", "agent-intervals", *SAMPLE_DAY)
    again = data(sample, "ingest", "queue-log", str(SAMPLE))
    assert (again["events"], again["ignored"], again["duplicates"]) == (0, 0, again["lines"])
    assert data(sample, "report", "agent-intervals", *SAMPLE_DAY) == before


def test_the_parts_of_the_sample_add_up(sample: Path) -> None:
    quarters = data(sample, "report", "queue-intervals", *SAMPLE_DAY, "--every", "15m", "--queue", "ALL")
    (day,) = data(sample, "report", "queue-intervals", *SAMPLE_DAY, "--every", "day", "--queue", "ALL")[-1:]
    whole = [row for row in quarters if row["queue"] == "ALL"]
    assert len(whole) == 96
    assert sum(row["offered"] for row in whole) == day["offered"] == 99


def test_the_sample_is_verified_and_rebuilt_the_same(sample: Path) -> None:
    before = data(sample, "report", "agent-intervals", *SAMPLE_DAY)
    assert run(sample, "verify").exit_code == 0
    assert run(sample, "rebuild").exit_code == 0
    assert data(sample, "report", "agent-intervals", *SAMPLE_DAY) == before


# -- forms -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("report", REPORTS)
def test_a_report_says_the_same_in_every_form(sample: Path, report: str) -> None:
    words = ("report", report, *SAMPLE_DAY, "--every", "60m")
    rows = data(sample, *words)
    in_csv = list(csv.DictReader(io.StringIO(run(sample, *words, "--format", "csv").stdout)))
    assert len(in_csv) == len(rows)
    assert [list(row) for row in in_csv] == [list(row) for row in rows]
    name = report.split("-")[0]
    assert [row[name] for row in in_csv] == [row[name] for row in rows]
    assert [int(row["answered"]) for row in in_csv] == [row["answered"] for row in rows]
    lines = run(sample, *words).stdout.splitlines()
    assert len(lines) == len(rows) + 1
    assert lines[0].split() == list(rows[0])


@pytest.mark.parametrize("report", REPORTS)
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_explain_gives_the_formula_of_each_figure(database: Path, report: str, lang: str) -> None:
    result = run(database, "--lang", lang, "report", report, "--explain", "--format", "json")
    figures = {row["figure"] for row in json.loads(result.stdout)}
    assert figures == set(_keys(report)) - {"queue", "agent", "start"}
    assert not database.exists()


def _keys(report: str) -> list[str]:
    from tests.floor.test_reports import AGENT_KEYS, QUEUE_KEYS

    return QUEUE_KEYS if report == "queue-intervals" else AGENT_KEYS


def test_an_empty_floor_is_reported_as_nothing(database: Path) -> None:
    assert data(database, "report", "queue-intervals") == []
    assert data(database, "report", "agent-intervals") == []
    assert data(database, "quarantine") == []
    assert stat.S_IMODE(database.stat().st_mode) == 0o600


def test_names_that_mean_harm_are_shown_inert(database: Path) -> None:
    name = "=cmd|' /C calc'!A0"
    harm = "\x1b[31mred\u202e[/]"
    events = "".join(
        json.dumps({"kind": "agent_signed_in", "at_ms": 1_795_289_282_000, "agent": agent}) + "\n"
        for agent in (name, harm)
    )
    assert run(database, "ingest", "events", "-", stdin=events).exit_code == 0
    words = ("report", "agent-intervals", *SAMPLE_DAY, "--every", "all")
    assert {row["agent"] for row in data(database, *words)} == {name, harm}
    assert f"'{name}" in run(database, *words, "--format", "csv").stdout
    table = run(database, *words).stdout
    assert "\x1b" not in table
    assert "\u202e" not in table
    assert "␛[31mred⟨202E⟩[/]" in table


def test_quarantined_lines_are_listed_with_where_and_why(database: Path, tmp_path: Path) -> None:
    log = tmp_path / "queue_log"
    log.write_text("1795289288|MANAGER|q|ann|ADDMEMBER|\nrubbish\n1795289289|c1|q|NONE|ABANDON|1|1|soon\n")
    summary = data(database, "ingest", "queue-log", str(log))
    assert (summary["lines"], summary["events"], summary["quarantined"]) == (3, 1, 2)
    rows = data(database, "quarantine")
    assert [(row["line"], row["text"][:7]) for row in rows] == [(3, "1795289"), (2, "rubbish")]
    assert all(row["file"] == str(log) and row["reason"] for row in rows)


# -- what can go wrong -----------------------------------------------------------------------------------------------


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


def test_a_table_of_unknown_form_is_exit_code_3(database: Path) -> None:
    result = run(database, "ingest", "queue-log", "-", stdin="time,callid,something\n1,2,3\n")
    assert result.exit_code in (0, 3)
    assert "Traceback" not in result.stderr


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
    assert "test_cli.py" in logs[0].read_text()


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


# -- help, versions, ways in -----------------------------------------------------------------------------------------


def _commands(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    yield path
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from _commands(command, (*path, name))
        else:
            yield (*path, name)


@pytest.mark.parametrize("path", list(_commands(cli)), ids=lambda path: " ".join(path) or "watchfloor")
def test_every_command_says_what_it_does(database: Path, path: tuple[str, ...]) -> None:
    for flag in ("--help", "-h"):
        result = run(database, *path, flag)
        assert result.exit_code == 0
        assert result.stdout.startswith("Usage: ")
        assert len(result.stdout.splitlines()) > 3
    assert not database.exists()
    command: click.Command = cli
    for name in path:
        assert isinstance(command, click.Group)
        command = command.commands[name]
    assert command.help
    for parameter in command.params:
        if isinstance(parameter, click.Option) and parameter.name not in ("limit", "form", "every", "encoding"):
            assert parameter.help, (path, parameter.name)


def test_the_script_and_the_file_are_the_same_program(sample: Path) -> None:
    words = (
        "--db",
        str(sample),
        "--zone",
        "Asia/Shanghai",
        "report",
        "agent-intervals",
        "--from",
        "2026-11-22",
        "--to",
        _iso(SAMPLE_END_SECONDS),
        "--format",
        "json",
    )
    script = Path(sys.executable).with_name("watchfloor")
    assert script.exists()
    by_file, by_script = python(*words), python(*words, program=(str(script),))
    assert by_file.returncode == by_script.returncode == 0
    assert by_file.stdout == by_script.stdout
    assert json.loads(by_file.stdout)


def test_commands_that_draw_nothing_import_no_screen() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "import sys, main; main.cli(['--help'], standalone_mode=False);"
         "print([name for name in ('textual', 'rich', 'pydantic', 'sqlite_utils') if name in sys.modules])"],
        cwd=ROOT, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.stdout.splitlines()[-1] == "[]"


def test_the_language_follows_option_then_environment(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def said(*words: str) -> str:
        return CliRunner().invoke(cli, ["--db", str(database), *words]).stdout

    english = said("rebuild")
    chinese = said("--lang", "zh", "rebuild")
    assert english.isascii()
    assert not chinese.isascii()
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    assert said("rebuild") == chinese
    assert said("--lang", "en", "rebuild") == english
    monkeypatch.setenv("WATCHFLOOR_LANG", "en")
    assert said("rebuild") == english


# -- one frame -------------------------------------------------------------------------------------------------------


def test_a_demo_as_data_has_the_floor_in_it(database: Path) -> None:
    result = CliRunner().invoke(cli, ["demo", "--seed", "7", "--agents", "20", "--format", "json"])
    assert result.exit_code == 0, result.stderr
    frame = json.loads(result.stdout)
    assert list(frame) == [
        "at",
        "signed_in",
        "inferred",
        "available",
        "ringing",
        "on_call",
        "hold",
        "wrap_up",
        "not_ready",
        "not_ready_by_category",
        "break_rate",
        "occupancy",
        "waiting",
        "longest_wait_seconds",
        "today",
        "interval",
        "queues",
        "agents",
    ]
    assert len(frame["agents"]) == frame["signed_in"] + frame["inferred"] <= 20
    states = ("available", "ringing", "on_call", "hold", "wrap_up", "not_ready")
    assert sum(frame[state] for state in states) == len(frame["agents"]) > 0
    assert frame["waiting"] == sum(queue["waiting"] for queue in frame["queues"])
    assert frame["today"]["offered"] == sum(queue["today"]["offered"] for queue in frame["queues"]) > 0
    assert frame["today"]["offered"] == sum(
        frame["today"][outcome]
        for outcome in (
            "answered", "abandoned", "timed_out", "left_by_key", "left_empty", "refused", "lost", "waiting",
        )
    )  # fmt: skip


def test_a_demo_is_the_same_every_time_for_the_same_seed() -> None:
    def frame(*words: str) -> str:
        return CliRunner().invoke(cli, ["demo", "--agents", "20", "--format", "json", *words]).stdout

    assert frame("--seed", "7") == frame("--seed", "7")
    assert frame("--seed", "7") != frame("--seed", "8")


def test_a_frame_of_the_sample_is_text_for_a_pipe(sample: Path) -> None:
    result = run(sample, "floor")
    assert result.exit_code == 0
    assert "王1" in result.stdout
    rows = list(csv.DictReader(io.StringIO(run(sample, "floor", "--format", "csv").stdout)))
    frame = data(sample, "floor")
    assert [row["agent"] for row in rows] == [row["agent"] for row in frame["agents"]]


def test_an_empty_floor_says_so(database: Path) -> None:
    result = run(database, "floor")
    assert result.exit_code == 0
    assert "Nobody is on the floor yet." in result.stdout


def test_the_event_schema_is_json() -> None:
    result = CliRunner().invoke(cli, ["event-schema"])
    assert json.loads(result.stdout)["title"] == "Watchfloor event"


def test_the_doctor_is_exit_code_5_where_something_is_wrong(database: Path) -> None:
    assert run(database, "doctor").exit_code == 0
    database.chmod(0o644)
    result = run(database, "doctor", "--format", "json")
    assert result.exit_code == 5
    assert any("chmod 600" in row["problem"] for row in json.loads(result.stdout))


def test_a_name_that_is_no_text_is_bad_use(database: Path, tmp_path: Path) -> None:
    log = tmp_path / os.fsdecode(b"\xc4\xe3\xba\xc3.log")
    log.write_text("1795289288|MANAGER|q|ann|ADDMEMBER|\n")
    assert_one_line(run(database, "ingest", "queue-log", str(log)), 2, "UTF-8")
    assert_one_line(run(database, "ingest", "events", str(log), "--follow"), 2, "UTF-8")
    assert_one_line(run(database, "ingest", "queue-log", str(SAMPLE), "--source", "\udcff"), 2, "UTF-8")
    assert run(database, "ingest", "queue-log", "-", stdin=log.read_bytes()).exit_code == 0
