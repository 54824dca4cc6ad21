"""docs/staffing.md shows what the program says, and names every option and figure."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from app.planning.staffing import FORMULAS
from commands.staffing import staffing
from main import cli

PAGE = (Path(__file__).parents[2] / "docs" / "staffing.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```console\n\$ watchfloor (.*?)\n(.*?)```", PAGE, re.DOTALL)


@pytest.mark.parametrize(("command", "shown"), EXAMPLES)
def test_the_examples_are_what_is_printed(command: str, shown: str) -> None:
    ended = CliRunner().invoke(cli, ["--lang", "en", *shlex.split(command)])
    assert ended.exit_code == 0
    numbers = re.compile(r"\d+\.\d+")
    assert numbers.sub("", ended.stdout) == numbers.sub("", shown)
    # The last digits of a float are the machine's own.
    assert [float(text) for text in numbers.findall(ended.stdout)] == pytest.approx(
        [float(text) for text in numbers.findall(shown)], rel=1e-12
    )


def test_every_option_and_every_figure_is_described() -> None:
    assert len(EXAMPLES) == 2
    options = {name for option in staffing.params for name in option.opts}
    assert {name for name in options if f"`{name}`" not in PAGE} == {"--format"}
    assert {name for name in FORMULAS if f"| `{name}` |" not in PAGE} == set()
