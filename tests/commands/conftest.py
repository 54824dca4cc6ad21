"""A command line of its own for each test."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.core.clock import SystemClock
from app.core.i18n import set_language
from tests.commands.ground import (
    NOW_MS,
    SAMPLE,
    python,
)


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


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A floor that has read the sample, through the real program."""
    path = tmp_path_factory.mktemp("sample") / "floor.db"
    summary = json.loads(python("--db", str(path), "ingest", "queue-log", str(SAMPLE), "--format", "json").stdout)
    assert summary["lines"] == sum(1 for _ in SAMPLE.open(encoding="utf-8"))
    assert summary["quarantined"] == summary["duplicates"] == 0
    assert list(summary) == ["source", "lines", "events", "duplicates", "ignored", "quarantined"]
    return path
