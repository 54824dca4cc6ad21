"""What is printed: reports in three forms, formulas, frames of the floor."""

from __future__ import annotations

import csv
import io
import json
import stat
from pathlib import Path

import pytest
from click.testing import CliRunner

from main import cli
from tests.commands.ground import (
    REPORTS,
    SAMPLE_DAY,
    data,
    run,
)


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
