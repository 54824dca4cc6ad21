"""alerts on the command line: rules in, alerts out, deeds done, and how each ends."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from app.alerts.rule_file import shipped_alert_text
from app.core import alert_events as kinds
from app.core.clock import ManualClock, SystemClock
from app.core.events import AnyEvent
from app.core.facts import Batch, Draft
from app.core.settings import Settings
from store.sessions import WriterSession
from tests.commands.ground import NOW_MS, assert_one_line, data, run


@pytest.fixture
def stricter(tmp_path: Path) -> Path:
    """The rules brought along, with another limit for breaks and without a rule of the house."""
    file = tmp_path / "stricter.toml"
    text = shipped_alert_text().replace('above = "10%"', 'above = "9%"').replace("[rules.backup-old]", "[rules.other]")
    file.write_text(text, "utf-8")
    return file


@pytest.fixture
def floor(database: Path) -> Path:
    """A floor with three open alerts and one that is over."""
    session = WriterSession(database, Settings(), ManualClock(NOW_MS))
    facts: list[AnyEvent] = [
        raised("break-rate|site", 3, {"value": "12.5", "count": "5", "signed_in": "40"}),
        raised("break-too-long|agent:1001", 3, {"name": "[b]张三", "reason": "小休"}),
        raised("backup-old|site", 3, {"last": "–"}),
        raised("clock-jumped|site", 3, {"jump": "1 h"}),
        kinds.AlertResolved(at_ms=NOW_MS + 1000, alert="clock-jumped|site"),
    ]
    session.journal.record(Batch("test", [Draft(fact, repr(fact).encode()) for fact in facts]))
    session.close()
    return database


def raised(alert: str, level: int, values: dict[str, str]) -> kinds.AlertRaised:
    return kinds.AlertRaised(at_ms=NOW_MS, alert=alert, level=level, values=values)


def listed(database: Path, *words: str) -> list[str]:
    return [row["alert"] for row in data(database, "alerts", "list", *words)]


class TestRules:
    def test_what_is_wrong_is_named_line_by_line_and_ends_with_3(self, database: Path, tmp_path: Path) -> None:
        file = tmp_path / "bad.toml"
        file.write_text('colour = 3\n[rules.a]\nmetric = "agent.cal"\n', "utf-8")
        for command in ("check", "apply"):
            ended = run(database, "alerts", command, str(file))
            assert ended.exit_code == 3
            told = ended.stderr.splitlines()
            assert told[0].startswith(f"{file}, line 1: colour: ")
            assert any(line.startswith(f"{file}, line 3: rules.a.metric: ") for line in told)
            assert "errors" in told[-1]
        assert [row["version"] for row in data(database, "alerts", "versions")] == [0]

    def test_a_file_is_applied_once(self, floor: Path, stricter: Path) -> None:
        result = data(floor, "alerts", "apply", str(stricter), "--yes")
        assert (result["version"], result["is_applied"]) == (1, True)
        assert result["rules"] == [
            {"rule": "backup-old", "change": "removed", "stay": 0, "go": 1},
            {"rule": "break-rate", "change": "changed", "stay": 1, "go": 0},
            {"rule": "break-too-long", "change": "unchanged", "stay": 1, "go": 0},
            {"rule": "other", "change": "added", "stay": 0, "go": 0},
        ]
        again = data(floor, "alerts", "apply", str(stricter), "--yes")
        assert (again["version"], again["is_applied"]) == (1, False)
        assert [row["file"] for row in data(floor, "alerts", "versions")] == ["stricter.toml", "shipped.toml"]

    def test_a_dry_run_and_a_no_change_nothing(self, floor: Path, stricter: Path) -> None:
        assert data(floor, "alerts", "apply", str(stricter), "--dry-run")["is_applied"] is False
        ended = run(floor, "alerts", "apply", str(stricter), stdin="n\n")
        assert ended.exit_code == 0
        assert "2 open alerts stay, 1 are over" in ended.output
        nobody = run(floor, "alerts", "apply", str(stricter), stdin="")
        assert nobody.exit_code == 2
        assert [row["version"] for row in data(floor, "alerts", "versions")] == [0]

    def test_what_is_shown_can_be_applied_again(self, database: Path, stricter: Path) -> None:
        assert run(database, "alerts", "show").stdout == shipped_alert_text()
        run(database, "alerts", "apply", str(stricter), "--yes")
        shown = run(database, "alerts", "show").stdout
        assert 'above = "9%"' in shown
        result = run(database, "alerts", "apply", "-", "--yes", stdin=shown)
        assert "Nothing changes" in result.stdout
        assert_one_line(run(database, "alerts", "show", "--version", "5"), 2, "no version 5")

    def test_the_example_is_what_holds_at_first(self, database: Path) -> None:
        result = run(database, "alerts", "check", "-", stdin=run(database, "alerts", "example").stdout)
        assert (result.exit_code, result.stderr) == (0, "")
        assert "37 rules" in result.stdout


class TestAlerts:
    def test_the_open_ones_are_listed_with_what_they_say(self, floor: Path) -> None:
        rows = data(floor, "alerts", "list")
        assert [row["alert"] for row in rows] == ["backup-old|site", "break-rate|site", "break-too-long|agent:1001"]
        assert rows[1]["says"] == "Break rate 12.5%, limit 10%: 5 of 40 on a break"
        assert rows[2]["says"] == "[b]张三: 小休 for more than 15 min"
        assert {row["state"] for row in rows} == {"raised"}

    def test_who_takes_one_has_it(self, floor: Path) -> None:
        result = run(floor, "alerts", "ack", "break-rate|site", "--note", "在查")
        assert (result.exit_code, result.stdout) == (0, "1 alert is yours.\n")
        (row,) = data(floor, "alerts", "list", "--state", "acknowledged")
        assert (row["alert"], row["note"]) == ("break-rate|site", "在查")
        assert row["owner"]
        assert [row["what"] for row in data(floor, "alerts", "timeline", "break-rate|site")] == [
            "raised",
            "acknowledged",
        ]

    def test_a_rule_stands_for_all_it_has_raised(self, floor: Path) -> None:
        run(floor, "alerts", "ack", "break-too-long", "break-rate|site")
        assert listed(floor, "--state", "acknowledged") == ["break-rate|site", "break-too-long|agent:1001"]

    def test_a_silent_one_stays_listed(self, floor: Path) -> None:
        assert run(floor, "alerts", "silence", "break-rate|site", "--until", "+2h").exit_code == 0
        assert "break-rate|site" in listed(floor)

    def test_the_chain_goes_on_until_it_ends(self, floor: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        for step in range(1, 3):
            monkeypatch.setattr(SystemClock, "now_ms", lambda _clock, step=step: NOW_MS + step)
            assert run(floor, "alerts", "escalate", "break-rate|site").exit_code == 0
        assert_one_line(run(floor, "alerts", "escalate", "break-rate|site"), 4, "no further step")

    @pytest.mark.parametrize("words", [("ack",), ("escalate",), ("silence", "--until", "+1h")])
    def test_what_is_over_or_unknown_is_refused(self, floor: Path, words: tuple[str, ...]) -> None:
        for name in ("clock-jumped|site", "nothing"):
            assert_one_line(run(floor, "alerts", *words, name), 4, name, "alerts list")

    def test_history_and_figures_count_the_day(self, floor: Path) -> None:
        day = ("--from", "2026-11-22", "--to", "2026-11-23")
        rows = data(floor, "alerts", "history", *day)
        assert [row["seconds"] for row in rows if row["alert"] == "clock-jumped|site"] == [1]
        figures: dict[str, Any] = {row["rule"]: row for row in data(floor, "report", "alerts", *day)}
        assert figures["ALL"]["raised"] == 4
        assert figures["clock-jumped"]["mean_seconds_to_resolve"] == 1
        assert figures["store-read-only"]["raised"] == 0


class TestFaults:
    def test_are_declared_and_ended_once(self, database: Path) -> None:
        fault = run(database, "alerts", "declare", "电话不通", "--source", "pbx").stdout.strip()
        (row,) = data(database, "alerts", "faults")
        assert (row["fault"], row["what"], row["source"], row["ended"]) == (fault, "电话不通", "pbx", None)
        assert run(database, "alerts", "end-fault", fault).exit_code == 0
        assert data(database, "alerts", "faults") == []
        assert len(data(database, "alerts", "faults", "--all")) == 1
        assert_one_line(run(database, "alerts", "end-fault", fault), 4, fault)

    def test_are_about_something(self, database: Path) -> None:
        assert_one_line(run(database, "alerts", "declare", " "), 2, "Say what is down")


def test_metrics_are_told_to_programs(database: Path) -> None:
    rows = json.loads(run(database, "alerts", "metrics", "--format", "json").stdout)
    assert {"metric", "shape", "unit", "scope", "values", "sentence"} == set(rows[0])
