"""Tickets from the shell: JSON in and out, exit codes, and what bridges rely on."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from app.core.clock import SystemClock
from main import cli
from tests.tickets.service_ground import MINUTE_MS, NOW_MS, PEOPLE, UNITS
from tests.tickets.test_cli_docs import CLOCK_KEYS, LIST_KEYS, SHOW_KEYS

_AT = """
from app.core.clock import SystemClock
SystemClock.now_ms = lambda _clock: {now_ms}
from main import cli
cli()
"""
"""The program at a standing clock."""


class Shell:
    """The program, on a database of its own, at a standing clock."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now_ms = NOW_MS
        self.user = "root"
        monkeypatch.setattr(SystemClock, "now_ms", lambda _clock: self.now_ms)
        monkeypatch.setattr("commands.tickets.person_here", lambda: self.user)
        self.environment = {"WATCHFLOOR_DB": str(folder / "floor.db"), "WATCHFLOOR_ZONE": "Asia/Shanghai"}
        self.environment |= {"WATCHFLOOR_LANG": "en", "HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}

    def run(self, *words: str, stdin: str | bytes | None = None, user: str = "root") -> Result:
        self.user = user
        return CliRunner().invoke(cli, words, input=stdin, env=self.environment)

    def json(self, *words: str, stdin: str | None = None, user: str = "root") -> Any:
        done = self.run(*words, "--format", "json", stdin=stdin, user=user)
        assert done.exit_code == 0, done.output
        return json.loads(done.stdout)

    def refused(self, exit_code: int, *words: str, stdin: str | bytes | None = None, user: str = "root") -> str:
        """The sentence on standard error of a command that ends with an exit code."""
        done = self.run(*words, stdin=stdin, user=user)
        assert done.exit_code == exit_code, done.output
        (sentence,) = done.stderr.splitlines()
        return sentence.removeprefix("watchfloor: ")

    def sent(self) -> str:
        (made,) = self.json("tickets", "create", "--type", "repair", "--title", "停电", user="hot")
        number: str = made["ticket"]
        assert self.run("tickets", "act", number, "dispatch", "unit=crew-3", user="hot").exit_code == 0
        return number


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    made = Shell(tmp_path, monkeypatch)
    units = "".join(f"{unit.unit},{unit.name},{unit.level.value},{unit.parent}\n" for unit in UNITS.values())
    assert made.run("import", "units", "-", stdin="unit,name,level,parent\n" + units).exit_code == 0
    people = "".join(f"{one.agent_id},{one.name},{one.unit},{';'.join(one.roles)}\n" for one in PEOPLE.values())
    assert made.run("import", "roster", "-", stdin="agent_id,name,unit,roles\n" + people).exit_code == 0
    return made


def test_a_ticket_from_writing_to_closing(shell: Shell) -> None:
    number = shell.sent()
    assert number == "WO-261121-0001"
    shell.now_ms += MINUTE_MS
    (row,) = shell.json("tickets", "act", number, "accept", user="wang")
    assert (row["ticket"], row["verb"], row["done"], row["why_not"]) == (number, "accept", True, "")
    refused = shell.refused(4, "tickets", "act", number, "accept", user="zhao")
    assert refused == f"{number}: DL-3 has accepted it already: 王芳, 09:42."
    (listed,) = shell.json("tickets", "list", "type:repair")
    assert list(listed) == LIST_KEYS
    assert (listed["state"], listed["unit_name"], listed["owner_name"]) == ("accepted", "DL-3", "王芳")
    assert listed["created"] == "2026-11-21T09:41:00+08:00"
    shown = shell.json("tickets", "show", number, user="wang")
    assert list(shown) == SHOW_KEYS
    assert [step["kind"] for step in shown["steps"]] == ["created", "dispatched", "received", "accepted"]
    assert shown["steps"][0]["at"] == "2026-11-21T09:41:00+08:00"
    assert all(list(clock) == CLOCK_KEYS for clock in shown["clocks"])
    assert {"verb": "depart", "may": True, "why_not": ""} in shown["offers"]
    for verb in ("resolve", "close"):
        assert shell.run("tickets", "act", number, verb).exit_code == 0
    assert shell.json("tickets", "list") == []


def test_many_lines_of_json(shell: Shell) -> None:
    lines = '{"type": "repair", "title": "一"}\n\n{"type": "complaint", "title": "二", "risks": ["media"]}\n'
    made = shell.json("tickets", "create", "--json", "-", stdin=lines)
    assert [(row["ticket"], row["type"], row["title"]) for row in made] == [
        ("WO-261121-0001", "repair", "一"),
        ("WO-261121-0002", "complaint", "二"),
    ]
    deeds = [
        {"tickets": ["WO-261121-0001", "WO-261121-0002"], "verb": "dispatch", "values": {"unit": "crew-3"}},
        {"ticket": "WO-261121-0002", "verb": "promise", "values": {"due_ms": NOW_MS + MINUTE_MS}},
    ]
    rows = shell.json("tickets", "act", "--json", "-", stdin="".join(json.dumps(deed) + "\n" for deed in deeds))
    assert [row["done"] for row in rows] == [True] * 3
    assert rows[0]["act"] == rows[1]["act"] != rows[2]["act"]
    (undone,) = shell.json("tickets", "undo", rows[2]["act"])
    assert (undone["ticket"], undone["verb"], undone["done"]) == ("WO-261121-0002", "undo", True)


@pytest.mark.parametrize(
    ("lines", "exit_code", "said"),
    [
        (b'{"type": "repair", "title": "a"}\n{"type": "repair"}', 3, "Line 2: “title” is missing."),
        (b'{"type": "repair", "title": "a", "nope": 1}', 3, "Line 1: there is no key “nope”; there are: area"),
        (b'{"type": "repair", "title": 7}', 3, "Line 1: “title” is not a text."),
        (b'{"type": "repair", "title": "a", "risks": "media"}', 3, "Line 1: “risks” is not a list of texts."),
        (b'{"type": "repair", "title": "a", "fields": {"k": 1}}', 3, "Line 1: “fields” is not an object of texts."),
        (b'{"type": "repair", "title": "a", "stars": "5"}', 3, "Line 1: create, value “stars”"),
        (b'[{"type": "repair"}]', 3, "Line 1: it is no JSON object on one line."),
        (b"{", 3, "Line 1: it is no JSON object on one line."),
        (b"[" * 100_000, 3, "Line 1: it is no JSON object on one line."),
        (b'{"title": "\xff"}', 3, "UTF-8"),
        (b'{"type": "other", "title": "a"}', 4, "Line 1: There is no ticket type “other”"),
    ],
)
def test_a_line_that_is_wrong_is_named(shell: Shell, lines: bytes, exit_code: int, said: str) -> None:
    assert said in shell.refused(exit_code, "tickets", "create", "--json", "-", stdin=lines)


def test_lines_before_the_one_that_is_refused_stand_and_are_printed(shell: Shell) -> None:
    lines = '{"type": "repair", "title": "a"}\n{"type": "other", "title": "b"}\n{"type": "repair", "title": "c"}\n'
    done = shell.run("tickets", "create", "--json", "-", "--format", "json", stdin=lines)
    assert done.exit_code == 4
    assert [row["title"] for row in json.loads(done.stdout)] == ["a"]
    assert [row["title"] for row in shell.json("tickets", "list")] == ["a"]


@pytest.mark.parametrize(
    ("words", "exit_code", "said"),
    [
        (("act", "accept"), 2, "Name the tickets before the verb"),
        (("act", "WO-1"), 2, "Name a verb after the tickets: dispatch, receive"),
        (("act",), 2, "Name a verb after the tickets"),
        (("act", "WO-1", "note", "hello"), 2, "“hello” is no value: write key=value"),
        (("act", "WO-1", "note", "text=a", "text=b"), 2, "“text” is given twice"),
        (("act", "WO-1", "note", "nope=a"), 2, "note has no value “nope”; it has: text."),
        (("act", "WO-1", "phone", "role=unit", "reached=perhaps"), 2, "reached is yes or no, not “perhaps”"),
        (("act", "WO-1", "survey", "score=nine"), 2, "score “nine”"),
        (("act", "WO-1", "promise", "due=yesterday"), 2, "due “yesterday”"),
        (("act", "WO-1", "promise", "due_ms=soon"), 2, "due_ms is an instant"),
        (("act", "WO-1", "credit", "amount=lots"), 2, "amount “lots”"),
        (("act", "WO-1", "note", "text=a"), 4, "WO-1: There is no ticket “WO-1”."),
        (("act", "WO-1", "note", "--json", "-"), 2, "not in both"),
        (("create", "--title", "a"), 2, "A ticket needs --type"),
        (("create", "--type", "repair"), 2, "A ticket needs --title"),
        (("create", "--type", "repair", "--json", "-"), 2, "not in both"),
        (("create", "--type", "repair", "--title", "a", "--field", "nope"), 2, "--field “nope” is not name=text"),
        (("show", "WO-1"), 2, "There is no ticket “WO-1”"),
        (("list", "due<<2h"), 2, "due"),
        (("list", "--view", "no"), 2, "There is no saved filter “no”"),
        (("undo",), 4, "You have done nothing"),
        (("undo", "nothing"), 4, "There is no act “nothing”"),
        (("remove-view", "no"), 4, "There is no saved filter “no”"),
        (("list", "--as", "nobody"), 0, ""),
        (("create", "--type", "repair", "--title", "a", "--as", "nobody"), 2, "There is no person “nobody”"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(shell: Shell, words: tuple[str, ...], exit_code: int, said: str) -> None:
    done = shell.run("tickets", *words, stdin="")
    assert done.exit_code == exit_code, done.output
    if exit_code:
        assert said in done.stderr.splitlines()[-1]
        assert "Traceback" not in done.output


def test_words_become_values(shell: Shell) -> None:
    number = shell.sent()

    def act(*words: str) -> None:
        done = shell.run("tickets", "act", number, *words, user="wang")
        assert done.exit_code == 0, done.output

    act("accept")
    act("promise", "due=+30m", "number=138")
    act("phone", "role=customer", "reached=no", "note=忙")
    act("credit", "amount=12.50", "reason=歉意")
    act("prioritise", "priority=1", "reason=孤寡老人")
    shown = shell.json("tickets", "show", number)
    assert shown["promises"][0]["due"] == "2026-11-21T10:11:00+08:00"
    assert (shown["credited_fen"], shown["priority"]) == (1250, "top")
    act("prioritise", "priority=none", "reason=误")
    assert shell.json("tickets", "show", number)["priority"] == "normal"
    assert shown["steps"][-3]["detail"] == "customer not_reached"


def test_an_administrator_acts_in_anothers_name_and_nobody_else(shell: Shell) -> None:
    number = shell.sent()
    assert shell.run("tickets", "act", number, "accept", "--as", "wang").exit_code == 0
    assert shell.json("tickets", "show", number)["owner"] == "wang"
    refused = shell.refused(4, "tickets", "act", number, "start", "--as", "wang", user="zhao")
    assert "Only an administrator" in refused
    assert shell.json("tickets", "list", "mine", "--as", "wang")[0]["ticket"] == number
    assert shell.json("tickets", "list", "mine", "--as", "zhao") == []


def test_bulk_names_who_is_refused_and_does_the_others(shell: Shell) -> None:
    first, second = shell.sent(), shell.sent()
    assert shell.run("tickets", "act", first, "accept", user="wang").exit_code == 0
    done = shell.run("tickets", "act", first, second, "accept", "--format", "json", user="zhao")
    assert done.exit_code == 4
    assert [row["done"] for row in json.loads(done.stdout)] == [False, True]
    assert done.stderr.startswith("watchfloor: 1 of 2 refused; ")


def test_forms_for_people_and_for_sheets(shell: Shell) -> None:
    number = shell.sent()
    table = shell.run("tickets", "list").stdout
    assert number in table
    assert "停电" in table
    header, row = shell.run("tickets", "list", "--format", "csv").stdout.splitlines()
    assert header.split(",") == LIST_KEYS
    assert row.startswith(f"{number},repair,sent,")
    shown = shell.run("tickets", "show", number, user="wang").stdout
    assert "dispatched" in shown
    assert "You may: receive, accept" in shown
    assert shell.run("tickets", "show", number, "--format", "csv").stdout.count("\n") == 2


def test_saved_filters_from_the_shell(shell: Shell) -> None:
    number = shell.sent()
    assert shell.run("tickets", "save-view", "停电", "type:repair").exit_code == 0
    assert [view["query"] for view in shell.json("tickets", "views")] == ["type:repair"]
    assert [row["ticket"] for row in shell.json("tickets", "list", "--view", "停电")] == [number]
    assert shell.json("tickets", "list", "--view", "停电", "paused") == []
    assert shell.run("tickets", "save-view", "x", "due<<2h").exit_code == 2
    assert shell.run("tickets", "remove-view", "停电").exit_code == 0
    assert shell.json("tickets", "views") == []


def test_the_sites_own_prefix(shell: Shell) -> None:
    shell.environment["WATCHFLOOR_TICKET_PREFIX"] = "HRB"
    assert shell.sent() == "HRB-261121-0001"
    shell.environment["WATCHFLOOR_TICKET_PREFIX"] = "a b"
    assert "ticket_prefix" in shell.refused(2, "tickets", "list")


def test_of_two_processes_one_wins(shell: Shell) -> None:
    number = shell.sent()
    environment = {**os.environ, **shell.environment}
    words = ("tickets", "act", number, "accept", "--format", "json", "--as")
    program = [sys.executable, "-c", _AT.format(now_ms=shell.now_ms), *words]
    both = [
        subprocess.Popen([*program, person], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for person in ("wang", "zhao")
    ]
    told = [(json.loads(process.communicate(timeout=60)[0]), process.returncode) for process in both]
    assert sorted(code for _rows, code in told) == [0, 4]
    (row,) = next(rows for rows, code in told if code == 4)
    winner = "王芳" if told[0][1] == 0 else "赵六"
    assert row["why_not"] == f"DL-3 has accepted it already: {winner}, 09:41."
