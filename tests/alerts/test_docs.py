"""docs/alert-rules.md and docs/alerts.md are held to the code."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from datetime import timezone
from pathlib import Path
from typing import Final

import pytest

from app.alerts import rule_words as words
from app.alerts.figures import FORMULAS
from app.alerts.rows import LISTED_STATES, RuleBooks, history_rows, list_rows
from app.alerts.rule_file import read_rules, shipped_alert_book
from app.alerts.rule_rows import metric_rows, rule_rows
from app.core.i18n import language, set_language
from main import cli
from tests.alerts.test_figures import alerts

DOCS: Final = Path(__file__).parents[2] / "docs"
RULES: Final = (DOCS / "alert-rules.md").read_text("utf-8")
ALERTS: Final = (DOCS / "alerts.md").read_text("utf-8")


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    before = language()
    set_language("en")
    yield
    set_language(before)


def rows_of(page: str, heading: str) -> list[list[str]]:
    """The cells of the last table below a heading."""
    part = page.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]
    lines = [line for line in part.splitlines() if line.startswith("| `")]
    return [[cell.strip().strip("`") for cell in line.strip("|").split("|")] for line in lines]


def plain(value: object) -> str:
    return "" if value is None else str(value)


def test_every_rule_stands_there_as_it_is_brought_along() -> None:
    keys = ("rule", "level", "metric", "raised", "clear", "hold", "remind")
    said = [[plain(row[key]) for key in keys] for row in rule_rows(shipped_alert_book())]
    assert rows_of(RULES, "Rules brought along") == said
    assert f"brings {len(said)} rules along" in RULES


def test_every_metric_stands_there_as_it_is() -> None:
    keys = ("metric", "shape", "unit", "scope", "values", "sentence")
    assert rows_of(RULES, "Metrics") == [[plain(row[key]) for key in keys] for row in metric_rows()]


def test_every_key_of_a_rule_is_described() -> None:
    table = [name for row in rows_of(RULES, "The file") for name in re.findall(r"\w+", row[0])]
    assert sorted(table) == sorted(words.ANY_RULE_KEYS)
    part = RULES.split("A **scope** is", 1)[1]
    for name in (*words.SCOPE_KEYS, *words.ENTITY_KINDS, *words.CHANNEL_KEYS):
        assert f"`{name}`" in part, name


def test_the_example_can_be_applied() -> None:
    (block,) = re.findall(r"^```toml\n(.*?)^```$", RULES, re.DOTALL | re.MULTILINE)
    reading = read_rules(block)
    assert reading.problems == ()


def test_every_figure_has_its_formula() -> None:
    assert rows_of(ALERTS, "Figures") == [[figure, formula] for figure, formula in FORMULAS.items()]


def test_every_key_of_a_row_is_described() -> None:
    books, zone = RuleBooks(()), timezone.utc
    for heading, rows in (
        ("What is open", list_rows(alerts(), books, 0, zone)),
        ("What was", history_rows(alerts(), books, zone)),
    ):
        described = [name for row in rows_of(ALERTS, heading) for name in re.findall(r"\w+", row[0])]
        assert described == list(next(iter(rows)))
    assert all(f"`{state}`" in ALERTS for state in LISTED_STATES)


def test_every_command_named_exists() -> None:
    for page in (RULES, ALERTS):
        for line in re.findall(r"`watchfloor ((?:alerts|report alerts)[^`]*)`", page):
            command = cli
            for word in shlex.split(line):
                if word.isupper() or word.startswith("-"):
                    break
                found = getattr(command, "commands", {}).get(word)
                assert found is not None, line
                command = found
