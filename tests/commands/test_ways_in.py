"""Help for every command, the ways to start the program, its languages."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from main import cli
from tests.commands.ground import (
    ROOT,
    SAMPLE_END_SECONDS,
    iso,
    python,
    run,
)


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
        iso(SAMPLE_END_SECONDS),
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
