"""The floor as plain text: aligned in both languages, and without Textual."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from rich.cells import cell_len

from app.core.i18n import set_language
from app.floor.picture import Freshness
from app.planning.model import Verdict
from screens.text import LEAST_WIDTH, floor_text
from tests.widgets.fakes import NOW_MS, make_snapshot, with_plan

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("chosen", ["en", "zh"])
@pytest.mark.parametrize("width", [40, 80, 120, 200])
def test_no_line_is_wider_than_it_may_be(chosen: str, width: int) -> None:
    set_language(chosen)
    text = floor_text(make_snapshot(30), NOW_MS, width)
    assert text.endswith("\n")
    assert max(map(cell_len, text.splitlines())) <= width
    assert text.count("\n") > 30


def test_less_than_the_least_width_is_the_least() -> None:
    assert floor_text(make_snapshot(3), NOW_MS, 1) == floor_text(make_snapshot(3), NOW_MS, LEAST_WIDTH)


def test_columns_stand_below_each_other_with_wide_names() -> None:
    lines = floor_text(make_snapshot(12), NOW_MS, 120).splitlines()
    header = next(at for at, line in enumerate(lines) if line.startswith("State"))
    at = cell_len(lines[header][: lines[header].index("Agent")])
    for line in lines[header + 1 : header + 13]:
        before = ""
        for character in line:
            if cell_len(before) >= at:
                break
            before += character
        assert cell_len(before) == at
        assert before.endswith(" ")


def test_an_empty_floor_and_a_stale_one_say_so() -> None:
    empty = floor_text(make_snapshot(0, freshness=Freshness(problem="disk [/]\x1b")), NOW_MS)
    assert "Nobody is on the floor yet" in empty
    assert "no facts yet" in empty
    assert "nothing reads the sources" in empty
    assert "disk [/]␛" in empty


def test_it_needs_no_textual() -> None:
    program = "import sys; import screens.text; sys.exit('textual' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=False).returncode == 0


def test_with_a_plan_the_text_says_who_is_out_and_without_one_nothing_of_it() -> None:
    plain = floor_text(make_snapshot(20), NOW_MS)
    assert "Adherence" not in plain
    assert "Out of adherence" not in plain
    snapshot = with_plan(make_snapshot(60))
    text = floor_text(snapshot, NOW_MS)
    out = [row for row in snapshot.agents.values() if row.verdict is Verdict.OUT]
    severe = sum(row.severe for row in out)
    assert f"Out of adherence {len(out)} ({severe} severe)" in text
    assert text.count("■ severe ") == severe
