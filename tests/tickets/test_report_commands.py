"""The reports of tickets by the command: on a real database, in all three forms, and as docs/ticket-reports.md says."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from app.core import ticket_events as kinds
from app.core.clock import SystemClock
from app.core.i18n import set_language
from app.tickets.formulas import IN_TABLE, TICKET_REPORTS, explained
from tests.commands.ground import assert_one_line, run
from tests.tickets.ground import TicketGround
from tests.tickets.report_ground import DAY_MS, MONDAY_MS, TEN_MS, Story

PAGE: Final = (Path(__file__).parents[2] / "docs" / "ticket-reports.md").read_text("utf-8")
MONDAY: Final = ("--from", "2026-11-23", "--to", "2026-11-24")


@pytest.fixture(autouse=True)
def _later(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    monkeypatch.setattr(SystemClock, "now_ms", lambda _clock: MONDAY_MS + DAY_MS)
    for name in ("XDG_CONFIG_HOME", "HOME"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    monkeypatch.setenv("WATCHFLOOR_LANG", "en")
    set_language("en")
    yield
    set_language("en")


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Path]:
    """A repair that came back once, was credited twice and closed late; a contact that a notice answered."""
    repair = (
        Story("T-1", "repair", "hot")
        .add(1, kinds.TicketDispatched, "ann", unit="centre")
        .add(2, kinds.TicketReturned, "bob", reason="=不属于")
        .add(3, kinds.TicketDispatched, "ann", unit="crew")
        .add(4, kinds.TicketAccepted, "zhao")
        .add(50, kinds.TicketCredited, "ann", amount_fen=15_000)
        .add(51, kinds.TicketCredited, "ann", amount_fen=4_000_000, authorised_by="boss")
        .add(60, kinds.TicketClosed, "zhao")
    )
    with TicketGround(tmp_path) as ground:
        ground.tell(
            *repair.facts,
            kinds.NoticePosted(at_ms=TEN_MS, notice="n1", wording="停电", by="ann"),
            kinds.NoticeLinked(at_ms=TEN_MS + 1, notice="n1", contact="c1", by="ann"),
        )
        yield ground.path


def rows(database: Path, *words: str) -> list[dict[str, Any]]:
    done = run(database, "report", *words, "--format", "json")
    assert done.exit_code == 0, done.stderr
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


def test_a_day_of_tickets(database: Path) -> None:
    [row] = rows(database, "tickets", *MONDAY)
    wanted = {"created": 1, "sent": 2, "returned": 1, "closed": 1, "closed_late": 1, "timeliness": 0.0, "open": 0}
    assert {key: row[key] for key in wanted} == wanted
    assert (row["absorbed"], row["absorbed_share"]) == (1, 0.5)
    assert [
        day["created"] for day in rows(database, "tickets", "--from", "2026-11-22", "--to", "2026-11-25", "--by", "day")
    ] == [
        0,
        1,
        0,
    ]


def test_stages_returns_and_call_backs(database: Path) -> None:
    stages = {row["stage"]: row for row in rows(database, "ticket-stages", *MONDAY)}
    assert (stages["overall"]["missed"], stages["overall"]["used_seconds"]) == (1, 3600)
    [back] = rows(database, "ticket-returns", *MONDAY, "--by", "handler")
    assert (back["handler"], back["from_unit"], back["to_unit"], back["reasons"]) == (
        "ann",
        "centre",
        "hot",
        {"=不属于": 1},
    )
    [row] = rows(database, "callbacks", *MONDAY)
    assert (row["call_backs_due"], row["call_back_timeliness"]) == (0, None)


def test_the_month_against_its_line(database: Path) -> None:
    months = rows(database, "recovery", "--from", "2026-10-15", "--to", "2026-12-01")
    assert [(row["month"], row["amount_fen"], row["mark"]) for row in months] == [
        ("2026-10", 0, "below"),
        ("2026-11", 4_015_000, "warned"),
    ]
    assert (months[1]["credits"], months[1]["tickets"], months[1]["above_authority"]) == (2, 1, 1)
    assert months[1]["line_share"] == 4_015_000 / 5_000_000


def heads(name: str, by: str) -> list[str]:
    """The columns before the figures."""
    own = {"ticket-stages": ["type", "stage"], "ticket-returns": ["from_unit", "from_name", "to_unit", "to_name"]}
    named = {"unit": ["unit", "unit_name"], "handler": ["handler", "handler_name"], "type": ["type"], "day": ["day"]}
    found = [*named.get(by, []), *own.get(name, []), *(["month"] if name == "recovery" else [])]
    return list(dict.fromkeys(found))


@pytest.mark.parametrize("name", TICKET_REPORTS)
def test_json_and_csv_have_exactly_the_keys_that_are_explained(name: str, database: Path) -> None:
    explained_keys = [row["figure"] for row in rows(database, name, "--explain")]
    assert explained_keys == list(TICKET_REPORTS[name])
    for by in ("all",) if name == "recovery" else ("all", "unit", "type", "handler", "day"):
        asked = MONDAY if name == "recovery" else (*MONDAY, "--by", by)
        wanted = [*heads(name, by), *explained_keys]
        found = rows(database, name, *asked)
        assert all(list(row) == wanted for row in found), by
        printed = list(csv.reader(io.StringIO(run(database, "report", name, *asked, "--format", "csv").stdout)))
        assert printed[:1] == ([wanted] if found else [])
        assert len(printed) == len(found) + bool(found)


@pytest.mark.parametrize("name", TICKET_REPORTS)
def test_the_page_has_every_formula(name: str) -> None:
    for row in explained(name):
        assert f"| `{row['figure']}` | {row['formula']} |" in PAGE
    set_language("zh")
    translated = [str(row["formula"]) for row in explained(name)]
    assert all(sentence.endswith("。") for sentence in translated)


def test_the_table_of_tickets_shows_what_is_asked_for_most(database: Path) -> None:
    [title, *lines] = run(database, "report", "tickets", *MONDAY, "--by", "unit").stdout.splitlines()
    assert title.split() == ["unit", "unit_name", *IN_TABLE["tickets"]]
    assert len(lines) == 2
    alone = run(database, "report", "tickets", *MONDAY).stdout
    assert re.search(r"^timeliness +0\.000$", alone, re.MULTILINE)
    assert re.search(r"^satisfaction +–$", alone, re.MULTILINE)


def test_a_wrong_range_is_one_line(database: Path) -> None:
    assert_one_line(
        run(database, "report", "tickets", "--from", "2026-11-24", "--to", "2026-11-23"), 2, "--to must lie"
    )
    assert_one_line(
        run(database, "report", "recovery", "--from", "2026-11-24", "--to", "2026-11-23"), 2, "--to must lie"
    )
    assert_one_line(run(database, "report", "tickets", "--from", "yesterday"), 2, "--from")
    assert run(database, "report", "tickets", "--by", "moon").exit_code == 2
