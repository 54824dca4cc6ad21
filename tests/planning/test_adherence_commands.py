"""Adherence from the shell: reports, decisions, amendments, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from app.core.zones import load_zone, parse_instant
from app.planning.report import BY, explained
from main import cli
from tests.planning.test_adherence_report import KEYS


def at(text: str) -> int:
    """An instant of a local time, "20T09:00" for the 20th of November."""
    return parse_instant(f"2026-11-{text}", load_zone("Asia/Shanghai"), "")


class Shell:
    """The program, on a database of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = {"WATCHFLOOR_DB": str(folder / "floor.db"), "WATCHFLOOR_ZONE": "Asia/Shanghai"}
        self.environment |= {"WATCHFLOOR_LANG": "en", "HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}

    def run(self, *arguments: str, stdin: str | None = None) -> Result:
        return CliRunner().invoke(cli, arguments, input=stdin, env=self.environment)

    def json(self, *arguments: str) -> Any:
        done = self.run(*arguments, "--format", "json")
        assert done.exit_code == 0, done.output
        return json.loads(done.stdout)


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    made = Shell(tmp_path)
    assert made.run("import", "roster", "-", stdin="agent_id,name,team\nann,Ann,red\n").exit_code == 0
    facts = [
        {"kind": "agent_signed_in", "at_ms": at("20T09:10"), "agent": "ann"},
        {"kind": "agent_signed_out", "at_ms": at("20T12:00"), "agent": "ann"},
    ]
    lines = "".join(json.dumps(fact) + "\n" for fact in facts)
    assert made.run("ingest", "events", "-", stdin=lines).exit_code == 0
    rows = "agent_id,activity,start,end\nann,on_queue,2026-11-20 09:00,2026-11-20 12:00\n"
    assert made.run("import", "schedule", "-", stdin=rows).exit_code == 0
    return made


def test_the_report_and_the_decisions_from_the_shell(shell: Shell) -> None:
    asked = ("report", "adherence", "--from", "2026-11-20")
    (row,) = shell.json(*asked)
    assert (list(row), row["out_seconds"]) == (KEYS, 600)
    effect = shell.json("adherence", "approve", "ann", "--from", "2026-11-20T09:05", "--why", "bus")
    assert (effect["number"], effect["applied"], effect["adherence_after"]) == (1, True, 1.0)
    assert shell.json(*asked, "--by", "team")[0]["neutral_seconds"] == 600
    assert [each["reason"] for each in shell.json("adherence", "list")] == ["bus"]
    assert shell.json("adherence", "cancel", "1", "--why", "no")["adherence_after"] == effect["adherence_before"]
    period = ("--from", "2026-11-20T09:00", "--to", "2026-11-20T09:30", "--why", "failure")
    assert shell.json("adherence", "neutralise", *period, "--dry-run")["applied"] is False
    assert shell.json("adherence", "neutralise", *period)["neutral_seconds_after"] == 1800
    verdicts = [each["verdict"] for each in shell.json("adherence", "timeline", "ann", "--from", "2026-11-20")]
    assert verdicts == ["no_schedule", "neutral", "neutral", "in", "no_schedule"]
    assert [each["figure"] for each in shell.json("report", "adherence", "--explain")] == KEYS[2:]
    assert len(explained()) == len(KEYS) - 2


def test_the_schedule_from_the_shell_can_be_imported_again(shell: Shell) -> None:
    listed = shell.run("schedule", "list", "--from", "2026-11-20", "--format", "csv").stdout
    assert shell.run("import", "schedule", "-", "--format", "json", stdin=listed).exit_code == 0
    effect = shell.json("schedule", "amend", "ann", "2026-11-20", "--span", "on_queue 09:10-12:00", "--why", "swap")
    assert (effect["adherence_before"] < 1, effect["adherence_after"]) == (True, 1.0)
    assert [each["version"] for each in shell.json("schedule", "versions")] == [2, 1]
    history = shell.json("schedule", "versions", "--agent", "ann", "--date", "2026-11-20")
    assert [each["shift"].split()[1][11:16] for each in history] == ["09:00", "09:10"]


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("schedule", "amend", "ann", "2026-11-20", "--why", "x"), 2, "--span"),
        (("schedule", "amend", "ann", "20.11.", "--remove", "--why", "x"), 2, "is not a date"),
        (("schedule", "amend", "eve", "2026-11-20", "--span", "break 09:00-10:00", "--why", "x"), 4, "no agent"),
        (("schedule", "versions", "--agent", "ann"), 2, "both"),
        (("adherence", "timeline", "eve"), 4, "no agent"),
        (("schedule", "list", "--from", "2026-11-20", "--to", "2026-11-20"), 2, "range is empty"),
        (("adherence", "approve", "ann", "--from", "2026-11-20T10:00", "--why", "x"), 4, "was not out"),
        (("adherence", "cancel", "7", "--why", "x"), 4, "no decision 7"),
        (("report", "adherence", "--from", "2026-11-20", "--to", "2026-11-19"), 2, "range is empty"),
    ],
)
def test_a_refusal_is_one_line_that_says_what_to_do(
    shell: Shell, arguments: tuple[str, ...], code: int, said: str
) -> None:
    done = shell.run(*arguments)
    assert (done.exit_code, done.stdout, done.stderr.count("\n")) == (code, "", 1)
    assert said in done.stderr


def test_a_file_with_bad_rows_names_them_and_changes_nothing(shell: Shell) -> None:
    times = "2026-11-20 09:00,2026-11-20 12:00"
    rows = f"agent_id,activity,start,end\neve,on_queue,{times}\nann,nap,{times}\n"
    done = shell.run("import", "schedule", "-", stdin=rows)
    assert done.exit_code == 3
    assert "line 2, agent_id" in done.stderr
    assert "line 3, activity" in done.stderr
    assert len(shell.json("schedule", "versions")) == 1


def test_every_way_of_gathering_is_offered() -> None:
    (by,) = (each for each in cli.commands["report"].commands["adherence"].params if each.name == "by")  # type: ignore[attr-defined]
    assert tuple(by.type.choices) == BY
