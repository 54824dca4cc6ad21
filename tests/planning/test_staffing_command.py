"""`watchfloor staffing`, as a person or a program calls it."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner, Result

import main

KNOWN = ("--calls", "100", "--per", "30m", "--aht", "180")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main.cli, ["--lang", "en", "staffing", *arguments])


def answer(*arguments: str) -> dict[str, object]:
    ended = run(*arguments, "--format", "json")
    assert ended.exit_code == 0, ended.output
    found = json.loads(ended.stdout)
    assert isinstance(found, dict)
    return found


def test_json_has_these_keys_and_figures() -> None:
    found = answer(*KNOWN, "--target", "0.80", "--within", "20", "--shrinkage", "0.3")
    expected = {
        "offered_load_erlangs": 10.0,
        "agents": 14,
        "probability_wait": pytest.approx(0.1741319, abs=5e-8),
        "service_level": pytest.approx(0.88835, abs=5e-6),
        "asa_seconds": pytest.approx(7.836, abs=5e-4),
        "occupancy": pytest.approx(0.7143, abs=5e-5),
        "abandon_rate": 0.0,
        "agents_scheduled": 20,
    }
    assert found == expected
    assert list(found) == list(expected)


def test_a_number_of_agents_is_told_how_it_would_fare() -> None:
    found = answer(*KNOWN, "--patience", "120", "--agents", "14")
    assert found["probability_wait"] == pytest.approx(0.12698, abs=5e-6)
    assert found["abandon_rate"] == pytest.approx(0.02284, abs=5e-6)


def test_times_may_carry_a_unit_or_a_fraction() -> None:
    assert answer("--calls", "100", "--per", "1800", "--aht", "3m", "--within", "20s") == answer(*KNOWN)
    assert answer("--calls", "100", "--aht", "180.0", "--within", "2e1") == answer(*KNOWN)
    assert answer("--calls", "12.5", "--per", "1h", "--aht", "144")["offered_load_erlangs"] == 0.5


def test_no_calls_leave_the_shares_empty() -> None:
    found = answer("--calls", "0", "--aht", "180", "--shrinkage", "0.3")
    assert found.pop("offered_load_erlangs") == 0.0
    assert found.pop("agents") == found.pop("agents_scheduled") == 0
    assert set(found.values()) == {None}


def test_csv_and_table_say_the_same() -> None:
    header, row = run(*KNOWN, "--format", "csv").stdout.splitlines()
    assert dict(zip(header.split(","), row.split(","), strict=True))["agents"] == "14"
    assert "agents                14" in run(*KNOWN).stdout.splitlines()


def test_every_figure_explains_itself() -> None:
    rows = json.loads(run("--explain", "--format", "json").stdout)
    assert [row["figure"] for row in rows] == list(answer(*KNOWN))
    assert all(row["formula"] for row in rows)


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        ((*KNOWN, "--agents", "10"), 4, "At least 11 are needed"),
        ((*KNOWN, "--target", "1.0"), 4, "service level below 1"),
        ((*KNOWN, "--max-occupancy", "0"), 4, "occupancy above 0"),
        ((*KNOWN, "--max-occupancy", "1e-9"), 4, "Not even 10,000,000 agents"),
        ((*KNOWN, "--shrinkage", "1"), 4, "shrinkage of 1"),
        ((*KNOWN, "--target", "80"), 2, "write 0.8 for 80 %"),
        ((*KNOWN, "--agents", "-1"), 2, "Agents are from 0"),
        ((*KNOWN, "--within", "soon"), 2, "--within “soon” is not a length of time"),
        ((*KNOWN, "--per", "0"), 2, "must be from 0.001"),
        (("--calls", "-1", "--aht", "180"), 2, "0 or more"),
        (("--calls", "nan", "--aht", "180"), 2, "0 or more"),
        (("--calls", "1e9", "--aht", "180"), 2, "more than any floor has"),
        (("--calls", "100"), 2, "--aht"),
        (("--aht", "180"), 2, "--calls"),
    ],
)
def test_refusals_are_one_line_and_an_exit_code(arguments: tuple[str, ...], code: int, words: str) -> None:
    ended = run(*arguments)
    assert ended.exit_code == code, ended.output
    assert ended.stdout == ""
    (line,) = ended.stderr.splitlines()
    assert words in line
