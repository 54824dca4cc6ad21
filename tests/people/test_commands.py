"""The commands of people and imports, as a shell sees them."""

from __future__ import annotations

import csv
import io
import json
import os
import pwd
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from app.core.i18n import set_language
from app.people.service import RosterImport, UnitImport
from main import cli
from tests.people.ground import ROSTER, UNITS

DOCUMENT = (Path(__file__).parents[2] / "docs" / "import.md").read_text("utf-8")

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    """Run a command on a database of its own, in a folder with the usual lists in it."""
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "HOME"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    monkeypatch.setenv("LOGNAME", "somebody else")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "units.csv").write_text(UNITS, "utf-8")
    (tmp_path / "roster.csv").write_text(ROSTER, "utf-8")

    def run_it(*words: str, stdin: str | bytes | None = None, lang: str = "en") -> Result:
        place = ["--db", str(tmp_path / "floor.db"), "--zone", "Asia/Shanghai", "--lang", lang]
        return CliRunner().invoke(cli, [*place, *words], input=stdin)

    yield run_it
    set_language("en")


def said(result: Result) -> Any:
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


def test_lists_come_in_and_go_out_again(run: Run) -> None:
    assert said(run("import", "units", "units.csv", "--format", "json"))["added"] == 4
    assert said(run("import", "roster", "roster.csv", "--format", "json"))["added"] == 3
    for kind, listed in (("roster", "list"), ("units", "units")):
        out = run("people", listed, "--format", "csv").stdout
        again = said(run("import", kind, "-", "--format", "json", stdin=out))
        assert (again["rows"], again["unchanged"], again["applied"], again["changes"]) == (
            again["rows"],
            again["rows"],
            True,
            [],
        )
    people = said(run("people", "list", "--format", "json"))
    assert people[0]["acd_ids"] == ["SIP/1001", "8001"]
    assert [unit["level"] for unit in said(run("people", "units", "--format", "json"))] == [
        "group",
        "centre",
        "team",
        "team",
    ]


def test_bad_rows_end_with_3_and_each_is_named(run: Run) -> None:
    bad = ROSTER + "1004,,,,,,,,\n1005,赵敏,T9,,,,,,\n1006,孙丽,,,,8001,,,\n"
    run("import", "units", "units.csv")
    refused = run("import", "roster", "-", stdin=bad.encode("gb18030"))
    assert refused.exit_code == 3
    assert refused.stderr.splitlines() == [
        "-, line 5, name: it is empty.",
        "-, line 6, unit: there is no unit “T9”.",
        "-, line 7, acd_ids: “8001” stands for “1001” on line 2 already.",
        "watchfloor: 3 of 6 rows of - cannot be taken, so nothing is imported: correct them, or leave them out with "
        "--skip-bad.",
    ]
    assert said(run("people", "list", "--format", "json")) == []
    in_json = run("import", "roster", "-", "--format", "json", stdin=bad)
    assert (in_json.exit_code, [each["line"] for each in json.loads(in_json.stdout)["problems"]]) == (3, [5, 6, 7])
    assert run("import", "roster", "-", "--dry-run", stdin=bad).exit_code == 3
    skipped = run("import", "roster", "-", "--skip-bad", "--format", "csv", stdin=bad)
    assert (skipped.exit_code, len(skipped.stderr.splitlines())) == (0, 3)
    (row,) = csv.DictReader(io.StringIO(skipped.stdout))
    assert row == {
        "kind": "roster",
        "rows": "6",
        "added": "3",
        "changed": "0",
        "removed": "0",
        "unchanged": "0",
        "skipped": "3",
        "applied": "true",
    }
    assert len(said(run("people", "list", "--format", "json"))) == 3


def test_a_dry_run_lists_the_changes(run: Run) -> None:
    run("import", "units", "units.csv")
    run("import", "roster", "roster.csv")
    shown = run("import", "roster", "-", "--dry-run", stdin="agent_id,name\n1001,王\n1009,新\n")
    assert shown.exit_code == 0
    assert shown.stdout.splitlines()[-2:] == [
        "   2  changed  1001  name: 王小红 → 王",
        "   3  added    1009",
    ]
    assert [person["name"] for person in said(run("people", "list", "--format", "json"))] == ["王小红", "李强", "José"]


def test_the_log_tells_who_imported_what(run: Run) -> None:
    run("import", "units", "units.csv")
    run("import", "roster", "roster.csv", "--dry-run")
    (entry,) = said(run("import", "log", "--format", "json"))
    assert (entry["kind"], entry["file"], entry["added"]) == ("units", "units.csv", 4)
    assert entry["actor"] == pwd.getpwuid(os.getuid()).pw_name
    assert entry["at"].endswith("+08:00")


def test_what_cannot_be_read_is_one_line(run: Run) -> None:
    for words, code in (
        (("roster", "nothing.csv"), 2),
        (("roster", "."), 2),
        (("roster", "units.csv"), 3),
        (("units", "units.csv", "--encoding", "klingon"), 2),
    ):
        refused = run("import", *words)
        assert (refused.exit_code, refused.stderr.count("\n"), refused.stdout) == (code, 1, "")
        assert run("import", *words, lang="zh").stderr != refused.stderr


def test_names_that_mean_harm_are_shown_inert(run: Run) -> None:
    evil = "\x1b]0;x\x07[/]\u202e"
    run("import", "roster", "-", stdin=f"agent_id,name,team\n1,{evil},{evil}\n")
    shown = run("people", "list").stdout
    assert shown.replace("\n", "").isprintable()
    assert "␛]0;x␇[/]⟨202E⟩" in shown
    assert said(run("people", "list", "--format", "json"))[0]["name"] == evil


def test_the_lists_in_the_document_can_be_imported(run: Run) -> None:
    units, roster = re.findall(r"^```csv\n(.*?)^```$", DOCUMENT, re.DOTALL | re.MULTILINE)
    assert said(run("import", "units", "-", "--format", "json", stdin=units))["added"] == 3
    assert said(run("import", "roster", "-", "--format", "json", stdin=roster))["added"] == 3


@pytest.mark.parametrize("kind", [UnitImport, RosterImport])
def test_the_document_describes_every_column(kind: type[UnitImport] | type[RosterImport]) -> None:
    section = DOCUMENT.partition(f"## `import {kind.name}`\n")[2].partition("\n## ")[0]
    assert tuple(re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)) == kind.columns.all
