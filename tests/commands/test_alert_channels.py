"""alerts send-test, and an engine that tells people of what is declared from the shell."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.alerts.loopback import closed_port, loopback, until
from tests.commands.ground import ROOT, assert_one_line, data, run

RULES = """
[rules.system-fault]
metric = "system.fault"
level = "I"
text = {{ zh = "系统故障：{{what}}", en = "System fault: {{what}}" }}

[recipients.systems]
name = "Systems"
channels = ["hook", "terminal"]

[[chains.I]]
tell = ["systems"]
acknowledge = "5m"

[channels.hook]
kind = "webhook"
url = "{url}"
secret_env = "FLOOR_HOOK_SECRET"

[channels.terminal]
kind = "terminal"
"""
SECRET = "s3cret-of-the-hook"


def apply(database: Path, folder: Path, url: str) -> None:
    file = folder / "rules.toml"
    file.write_text(RULES.format(url=url), "utf-8")
    ended = run(database, "alerts", "apply", str(file), "--yes")
    assert ended.exit_code == 0, ended.stderr


@pytest.fixture(autouse=True)
def secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLOOR_HOOK_SECRET", SECRET)


def test_a_channel_that_takes_the_message_is_told(database: Path, tmp_path: Path) -> None:
    with loopback() as server:
        apply(database, tmp_path, server.url)
        answer = data(database, "alerts", "send-test", "hook")
    assert answer == [{"channel": "hook", "kind": "webhook", "outcome": "told", "answer": "HTTP 200"}]
    assert [got.fields["occasion"] for got in server.got] == ["test"]
    assert "X-Watchfloor-Signature" in server.got[0].headers


def test_one_that_does_not_ends_with_4_and_its_words(database: Path, tmp_path: Path) -> None:
    apply(database, tmp_path, f"http://127.0.0.1:{closed_port()}/a-long-hidden-place")
    ended = run(database, "alerts", "send-test", "hook")
    assert ended.exit_code == 4
    assert "refused" in ended.stderr
    assert "a-long-hidden-place" not in ended.stderr + ended.stdout
    assert SECRET not in ended.stderr + ended.stdout


def test_a_channel_that_is_not_there_is_named_with_those_that_are(database: Path, tmp_path: Path) -> None:
    apply(database, tmp_path, "http://127.0.0.1:1/")
    assert_one_line(run(database, "alerts", "send-test", "hok"), 2, "hok", "hook, terminal")


def test_the_engine_tells_of_a_declared_fault_and_of_its_end(database: Path, tmp_path: Path) -> None:
    with loopback() as server:
        apply(database, tmp_path, server.url)
        words = [sys.executable, "main.py", "--db", str(database), "--zone", "Asia/Shanghai", "engine"]
        with subprocess.Popen(words, cwd=ROOT, stderr=subprocess.PIPE, text=True) as engine:
            try:
                fault = run(database, "alerts", "declare", "trunks [down]").stdout.strip()
                until(lambda: len(server.got) == 1, 30)
                run(database, "alerts", "end-fault", fault)
                until(lambda: len(server.got) == 2, 30)
                until(lambda: _told(database, fault) == 2, 30)
            finally:
                engine.terminate()
                _out, said = engine.communicate(timeout=30)
    assert "Traceback" not in said
    assert SECRET not in said
    assert [got.fields["occasion"] for got in server.got] == ["step", "over"]
    assert server.got[0].fields["level"] == 1
    assert "trunks [down]" in server.got[0].fields["subject"]
    assert _keeps_no(SECRET, database)


def _told(database: Path, fault: str) -> int:
    rows = data(database, "alerts", "timeline", f"system-fault|fault:{fault}")
    return sum(row["what"] == "told" and row["who"] == "systems" for row in rows)


def _keeps_no(text: str, database: Path) -> bool:
    """Whether a text is in no file of the database."""
    return not any(text.encode() in file.read_bytes() for file in database.parent.glob(f"{database.name}*"))
