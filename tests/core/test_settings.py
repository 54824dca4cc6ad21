"""What a site can set, and what is said of what it cannot."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.core.errors import UsageProblem
from app.core.reasons import ReasonCategory, ReasonMap
from app.core.settings import load_settings


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("DB", "LANG", "ZONE", "THRESHOLD_SECONDS", "QUEUES", "THEME"):
        monkeypatch.delenv(f"WATCHFLOOR_{name}", raising=False)
    return tmp_path / "settings.toml"


def test_nothing_need_be_set(file: Path) -> None:
    settings = load_settings(file)
    assert (settings.threshold_seconds, settings.interval_minutes, settings.wrap_up_seconds) == (20, 15, {})
    assert (settings.db, settings.lang, settings.zone) == (None, None, None)


def test_the_file_says_what_holds(file: Path) -> None:
    file.write_text(
        """
        zone = "Asia/Shanghai"
        threshold_seconds = 0
        interval_minutes = 30
        [reasons]
        "消防演练" = "exempt"
        [queues."400 热线"]
        wrap_up_seconds = 15
        [queues.none]
        """,
        encoding="utf-8",
    )
    settings = load_settings(file)
    assert (settings.zone, settings.threshold_seconds, settings.interval_minutes) == ("Asia/Shanghai", 0, 30)
    assert settings.wrap_up_seconds == {"400 热线": 15}
    assert ReasonMap(settings.reasons).category("消防演练") is ReasonCategory.EXEMPT


def test_the_environment_overrules_the_file(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file.write_text("threshold_seconds = 10")
    monkeypatch.setenv("WATCHFLOOR_THRESHOLD_SECONDS", "30")
    monkeypatch.setenv("WATCHFLOOR_QUEUES__support__WRAP_UP_SECONDS", "5")
    settings = load_settings(file)
    assert settings.threshold_seconds == 30
    assert settings.wrap_up_seconds == {"support": 5}


def test_a_variable_of_the_same_beginning_means_nothing(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WATCHFLOOR_TEST_RUN", "yes")
    assert load_settings(file).threshold_seconds == 20


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("interval_minutes = 20", "interval_minutes"),
        ("[queues.q]\nwrap_up = 3", "queues.q.wrap_up"),
        ("[queues.q]\nwrap_up_seconds = 3601", "queues.q.wrap_up_seconds"),
        ("queues = 3", "queues"),
        ("db = 7", "db"),
    ],
)
def test_a_wrong_key_is_named_with_its_file(file: Path, text: str, key: str) -> None:
    file.write_text(text)
    with pytest.raises(UsageProblem) as refused:
        load_settings(file)
    assert f"“{key}”" in str(refused.value)
    assert str(file) in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("content", [b"a = ", b"\xff\xfe", b"[a]\n[a]\n", b'x = "\n"'])
def test_a_file_that_is_no_toml_is_named(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    with pytest.raises(UsageProblem) as refused:
        load_settings(file)
    assert str(file) in str(refused.value)
    assert "\n" not in str(refused.value)
