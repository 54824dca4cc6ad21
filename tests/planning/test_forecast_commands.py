"""The commands of forecasting, as a planner uses them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from app.core.clock import SystemClock
from app.core.i18n import language, set_language
from app.core.zones import date_start_ms
from main import cli
from tests.planning.forecast_ground import SHANGHAI, instant

NOW_MS = instant("2026-11-22T10:00")
FORECAST = "queue,start,volume,aht_seconds\nsupport,2026-11-23 09:00,100,180\nsupport,2026-11-23 09:30,90,180\n"


@pytest.fixture(autouse=True)
def _here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    monkeypatch.setattr(SystemClock, "now_ms", lambda _self: NOW_MS)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    before = language()
    yield
    set_language(before)


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "floor.db"


def run(database: Path, *words: str, stdin: str | None = None) -> Result:
    common = ["--db", str(database), "--zone", "Asia/Shanghai", "--lang", "en"]
    return CliRunner().invoke(cli, [*common, *words], input=stdin)


def data(database: Path, *words: str, stdin: str | None = None) -> Any:
    result = run(database, *words, "--format", "json", stdin=stdin)
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


def five_weeks(queue: str = "support", weeks: int = 5) -> str:
    """The log of weeks in which each day at nine ten calls came: each answered at once, three minutes long."""
    lines: list[dict[str, object]] = []
    for back in range(weeks * 7):
        start_ms = date_start_ms(date(2026, 11, 21) - timedelta(days=back), SHANGHAI)
        for number in range(10):
            call: dict[str, object] = {"call": f"c{back}-{number}", "queue": queue}
            at_ms = start_ms + 9 * 3_600_000 + number * 1000
            agent = f"a{number}"
            lines.append({"kind": "call_entered", "at_ms": at_ms, **call})
            lines.append({"kind": "call_connected", "at_ms": at_ms, "agent": agent, **call})
            lines.append({"kind": "call_completed", "at_ms": at_ms + 180_000, "agent": agent, **call})
    return "".join(f"{json.dumps(line)}\n" for line in lines)


def test_a_forecast_is_imported_once_and_says_what_it_needs(database: Path) -> None:
    dry = data(database, "import", "forecast", "-", "--dry-run", stdin=FORECAST)
    assert (dry["added"], dry["applied"]) == (2, False)
    assert data(database, "report", "staffing", "--from", "2026-11-23") == []
    assert data(database, "import", "forecast", "-", stdin=FORECAST)["added"] == 2
    again = data(database, "import", "forecast", "-", stdin=FORECAST)
    assert (again["added"], again["unchanged"]) == (0, 2)
    (version,) = data(database, "forecast", "list")
    assert (version["version"], version["origin"], version["calls"], version["detail"]) == (1, "imported", 190, "-")
    wanted = ("--from", "2026-11-23T09:00", "--to", "2026-11-23T10:00")
    rows = data(database, "report", "staffing", *wanted)
    assert [(row["queue"], row["forecast_calls"], row["required"]) for row in rows] == [
        ("support", 100, 14),
        ("support", 90, 12),
    ]
    assert rows[0]["actual_calls"] is rows[0]["staffed"] is rows[0]["net"] is rows[0]["scheduled"] is None


def test_bad_rows_are_named_and_nothing_is_imported_unless_they_are_left_out(database: Path) -> None:
    bad = FORECAST + "support,2026-11-23 09:30,1,1\nsupport,2026-11-23 10:00,-1,1\nsupport,noon,1,1\n"
    refused = run(database, "import", "forecast", "-", stdin=bad)
    assert refused.exit_code == 3
    assert [f"line {line}," in refused.stderr for line in (3, 4, 5, 6)] == [False, True, True, True]
    assert data(database, "forecast", "list") == []
    assert data(database, "import", "forecast", "-", "--skip-bad", stdin=bad)["added"] == 2


def test_a_forecast_is_made_from_the_log(database: Path) -> None:
    data(database, "ingest", "events", "-", stdin=five_weeks())
    dry = data(database, "forecast", "make", "--queue", "support", "--weeks", "4", "--dry-run")
    assert dry["version"] is None
    assert data(database, "forecast", "list") == []
    made = data(database, "forecast", "make", "--queue", "support", "--weeks", "4")
    assert {**made, "version": None} == dry
    assert (made["from"], made["to"], made["version"], made["calls"]) == ("2026-11-23", "2026-11-30", 1, 70)
    assert (made["wape_interval"], made["wape_day"], made["bias"]) == (0, 0, 0)
    assert made["wape_chance"] == pytest.approx(0.25, abs=0.01)
    assert made["tested_days"] == 28
    assert made["days"][0] == {"date": "2026-11-23", "calls": 10, "aht_seconds": 180, "learnt_from": "4 Mondays"}
    assert "28 past days" in made["notes"][0]
    (version,) = data(database, "forecast", "list", "--queue", "support")
    assert (version["origin"], version["intervals"], version["in_force"]) == ("made", 336, 336)
    (row,) = data(database, "report", "staffing", "--from", "2026-11-23T09:00", "--to", "2026-11-23T09:30")
    assert (row["forecast_calls"], row["forecast_aht_seconds"], row["required"]) == (10, 180, 3)
    table = run(database, "forecast", "make", "--queue", "support").stdout
    assert "wape_day" in table
    assert "2026-11-27" in table
    assert "Calls come at random" in table


def test_open_hours_shape_what_is_made(database: Path, tmp_path: Path) -> None:
    data(database, "ingest", "events", "-", stdin=five_weeks())
    hours = "queue,day,hours\nsupport,workdays,09:00-10:00\n"
    assert data(database, "import", "calendar", "-", stdin=hours)["added"] == 1
    assert data(database, "import", "calendar", "-", stdin=hours)["unchanged"] == 1
    made = data(database, "forecast", "make", "--queue", "support")
    assert made["intervals"] == 10
    assert [day["calls"] for day in made["days"]] == [10, 10, 10, 10, 10, None, None]
    toml = tmp_path / "hours.toml"
    toml.write_text('[calendars."support"]\nzone = "Asia/Shanghai"\nweekly.monday = ["09:00-09:30"]\n', "utf-8")
    assert data(database, "import", "calendar", str(toml))["changed"] == 1
    assert data(database, "forecast", "make", "--queue", "support")["intervals"] == 1


@pytest.mark.parametrize(
    ("words", "exit_code", "said"),
    [
        (("forecast", "make"), 2, "--queue"),
        (("forecast", "make", "--queue", "[/]\x1b"), 4, "no call of queue"),
        (("forecast", "make", "--queue", "q", "--from", "noon"), 2, "neither a date"),
        (("forecast", "make", "--queue", "q", "--from", "2026-11-23", "--to", "2026-11-23"), 2, "1 to 400 days"),
        (("forecast", "make", "--queue", "q", "--weeks", "0"), 2, "--weeks"),
        (("report", "staffing", "--from", "2026-11-23", "--to", "2026-11-22"), 2, "range is empty"),
        (("import", "calendar", "none.toml"), 2, "cannot be read"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(
    database: Path, words: tuple[str, ...], exit_code: int, said: str
) -> None:
    result = run(database, *words)
    assert (result.exit_code, result.stdout) == (exit_code, "")
    assert said in result.stderr
    assert "\x1b" not in result.stderr
    assert result.stderr.count("\n") == 1


def test_every_figure_of_the_report_explains_itself(database: Path) -> None:
    data(database, "import", "forecast", "-", stdin=FORECAST)
    explained = [row["figure"] for row in data(database, "report", "staffing", "--explain")]
    (row, *_rest) = data(database, "report", "staffing", "--from", "2026-11-23T09:00", "--to", "2026-11-23T09:30")
    assert list(row) == ["queue", "start", *explained]
    page = (Path(__file__).parents[2] / "docs" / "forecast.md").read_text("utf-8").replace("\\|", "|")
    for each in data(database, "report", "staffing", "--explain"):
        assert f"| `{each['figure']}` | {each['formula']} |" in page
