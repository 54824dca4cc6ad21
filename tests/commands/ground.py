"""What the tests of the command line share."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from main import cli

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "tests" / "data" / "asterisk.queue_log"
TRUTH: dict[str, Any] = json.loads((ROOT / "tests" / "data" / "asterisk.truth.json").read_text(encoding="utf-8"))

REPORTS = ("queue-intervals", "agent-intervals")
SAMPLE_DAY = ("--from", "2026-11-22", "--to", "2026-11-23")
SAMPLE_END_SECONDS = int(SAMPLE.read_text(encoding="utf-8").splitlines()[-1].split("|")[0])
NOW_MS = (SAMPLE_END_SECONDS + 3600) * 1000
"""An hour after the sample, whatever the clock of the machine says."""


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


def python(*words: str, program: tuple[str, ...] = (sys.executable, "main.py")) -> subprocess.CompletedProcess[str]:
    done = subprocess.run([*program, *words], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert "Traceback" not in done.stderr
    return done


def iso(epoch_seconds: int) -> str:
    return datetime.fromtimestamp(epoch_seconds, timezone.utc).isoformat()
