"""The pages about policies and due times are true: their tables are what the program counts, their commands run."""

from __future__ import annotations

import re
import shlex
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from app.tickets.policy import Limit, PolicyBook, Recovery, Stage, TypePolicy
from app.tickets.policy_file import read_policy, shipped_book
from app.tickets.policy_words import RECOVERY_KEYS, SETTINGS, TIMES, TYPE_KEYS
from app.tickets.sla_calendar import KEYS
from main import cli
from tests.tickets.policy_ground import Example, clock_rows, examples, folded, moment_text

TOP = Path(__file__).parents[2]
DOCS = TOP / "docs"


def test_each_type_that_is_brought_along_has_an_example() -> None:
    assert {example.ticket_type for example in examples()} == set(shipped_book().types)


@pytest.mark.parametrize("example", examples(), ids=lambda example: example.ticket_type)
def test_the_clocks_of_an_example_are_as_the_page_says(example: Example) -> None:
    assert len(example.facts) >= 5
    assert example.clocks == clock_rows(example)


def test_who_is_told_when_an_order_is_not_received_is_as_the_page_says() -> None:
    (repair,) = [example for example in examples() if example.ticket_type == "repair"]
    sent = replace(repair, facts=repair.facts[:2])
    assert sent.facts[-1][2].kind == "ticket_dispatched"
    first = min(folded(sent).awaited)
    assert (first.clock, first.step) == ("receive/1/1", 0)
    assert moment_text(first.due_ms) == "Mon 09:05:30"
    assert "at 09:05:30 the **sender** is told" in (DOCS / "policies.md").read_text("utf-8")
    told = [step.tell for step in shipped_book().types["repair"].stages[1].escalation]
    assert told == ["sender", "manager_1", "manager_2"]


def test_the_numbers_that_were_asked_for_are_those_that_are_brought_along() -> None:
    types = shipped_book().types
    repair, complaint = types["repair"], types["complaint"]
    limits = [stage.limit_seconds // 60 for stage in repair.stages]
    assert limits == [2, 4, 2, 2, 2, 3, 28]
    assert [stage.elsewhere_seconds for stage in repair.stages] == [None, None, None, 240, None, None, None]
    assert [stage.role for stage in repair.stages] == [
        "hotline", "network", "repair_centre", "network", "crew_desk", "crew", "crew",
    ]  # fmt: skip
    assert repair.overall is not None
    assert (repair.overall.limit_seconds, repair.overall_start, repair.overall_stop) == (2_700, "call_ended", "arrived")
    assert sum(stage.limit_seconds for stage in repair.stages) != repair.overall.limit_seconds
    assert complaint.overall is not None
    assert complaint.overall.limit_seconds == 48 * 3600
    assert complaint.overall.calendar == "wall"
    assert complaint.overall.warn_seconds == (24 * 3600, 8 * 3600, 2 * 3600)
    assert complaint.holds == ("customer", "third_party")
    assert complaint.levels == ("group", "region", "province", "city", "department")
    for name in ("consult", "transact"):
        assert [stage.name for stage in types[name].stages] == ["respond", "resolve"]
        assert {stage.calendar for stage in types[name].stages} == {"unit"}
    assert shipped_book().recovery == Recovery(
        line_authority_fen=20_000, month_line_fen=5_000_000, month_warn_percent=80
    )


def keys_of(page: str, heading: str) -> set[str]:
    """The keys of the table below a line of a page."""
    text = (DOCS / page).read_text("utf-8").split(heading, 1)[1]
    table = re.split(r"\n\n(?!\|)", text, maxsplit=2)
    rows = next(part for part in table if "| `" in part)
    return set(re.findall(r"^\| `(\w+)` \|", rows, re.MULTILINE))


def as_written(model: type[Limit] | type[TypePolicy]) -> set[str]:
    names = {name: key for key, name in TIMES.items()}
    return {names.get(name, name) for name in model.model_fields}


def test_every_key_is_on_the_page() -> None:
    assert keys_of("policies.md", "Of a type,") == set(TYPE_KEYS)
    assert set(TYPE_KEYS) == as_written(TypePolicy) - {"overall_start", "overall_stop"}
    assert keys_of("policies.md", "Of a stage,") == as_written(Stage)
    page = (DOCS / "policies.md").read_text("utf-8")
    for section, key in SETTINGS:
        assert f"| `[{section}]` | `{key}` |" in page
    assert all(f"`{key}`" in page for key in RECOVERY_KEYS)
    assert keys_of("sla.md", "## The calendar") == set(KEYS)
    told = {"types", "calendars", "unit_calendars", "contacts"}
    assert len(PolicyBook.model_fields) == len(told) + len(SETTINGS) + 1


def test_the_example_of_a_file_can_be_used() -> None:
    (text,) = re.findall(r"```toml\n(.*?)```", (DOCS / "policies.md").read_text("utf-8"), re.DOTALL)
    reading = read_policy(text)
    assert reading.book is not None
    assert reading.problems == ()
    assert reading.book.types["repair"].stages[0].act_seconds == 240


@pytest.mark.parametrize("page", ["policies.md", "sla.md"])
def test_the_commands_of_a_page_print_what_it_says(page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(TOP)
    environment = {"HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path), "WATCHFLOOR_LANG": "en"}
    blocks = re.findall(r"```console\n\$ (.*?)\n(.*?)```", (DOCS / page).read_text("utf-8"), re.DOTALL)
    assert blocks
    for line, printed in blocks:
        program, *arguments = shlex.split(line)
        done = CliRunner().invoke(cli, arguments, env=environment)
        assert program == "watchfloor"
        assert (done.exit_code, done.stdout) == (0, printed), line


def test_the_calendar_of_the_page_is_the_one_its_commands_use() -> None:
    shown = re.findall(r"```toml\n(.*?)```", (DOCS / "sla.md").read_text("utf-8"), re.DOTALL)
    assert shown == [(TOP / "tests" / "data" / "hours.toml").read_text("utf-8")]
