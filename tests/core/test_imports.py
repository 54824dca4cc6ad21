"""What import-linter cannot see: the command line is imported by nobody, and draws a screen only when asked to."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

TOP = Path(__file__).parents[2]


def test_nothing_of_ours_imports_the_command_line() -> None:
    importers = []
    for folder in ("app", "commands", "screens", "widgets", "store", "seed"):
        for file in (TOP / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
                if isinstance(node, ast.ImportFrom):
                    names = [node.module or ""]
                importers += [str(file) for name in names if name.split(".")[0] == "main"]
    assert importers == []


@pytest.mark.parametrize(
    ("arguments", "unwanted"),
    [
        (["--help"], ["textual", "pydantic", "sqlite_utils", "apscheduler", "commands.showing"]),
        (["--db", "{db}", "report", "queue-intervals"], ["textual", "apscheduler"]),
        (["--db", "{db}", "quarantine"], ["textual", "apscheduler"]),
    ],
)
def test_commands_that_draw_nothing_import_no_terminal(
    arguments: list[str], unwanted: list[str], tmp_path: Path
) -> None:
    code = (
        "import sys, main\n"
        "try: main.cli(standalone_mode=False)\n"
        "except SystemExit: pass\n"
        f"sys.exit(','.join(m for m in {unwanted!r} if m in sys.modules) or 0)"
    )
    filled = [argument.format(db=tmp_path / "floor.db") for argument in arguments]
    ended = subprocess.run(
        [sys.executable, "-c", code, *filled], cwd=TOP, capture_output=True, text=True, timeout=60, check=False
    )
    assert ended.returncode == 0, ended.stderr
