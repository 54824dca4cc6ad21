"""The documents are true: what they show runs, what they list is all there is, what they point to exists."""

from __future__ import annotations

import json
import re
import shlex
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import click
import pytest
from click.testing import CliRunner
from pydantic import BaseModel
from pydantic_core import PydanticUndefined

from app.core.clock import SystemClock
from app.core.durations import clock_text
from app.core.i18n import language, set_language
from app.core.reasons import DEFAULT_REASONS
from app.core.settings import QueueSettings, Settings, load_settings
from app.floor.formulas import REPORTS, explained
from app.floor.model import ReasonCategory
from main import cli
from screens.actions import ACTIONS
from tests.pictures import PICTURES
from tests.widgets.fakes import NOW_MS, make_snapshot
from widgets.kpis import Tile, make_tiles
from widgets.levels import DEFAULT_AGE_LIMITS
from widgets.tally import Tally
from widgets.words import category_word, state_word

TOP: Final = Path(__file__).parents[1]
DOCS: Final = TOP / "docs"
PAGES: Final = (*sorted(TOP.glob("*.md")), *sorted(DOCS.glob("*.md")))
PRESENT_MS: Final = 1_795_291_200_000
"""2026-11-21 20:00 UTC: half an hour after the log in tests/data ends."""

LINK: Final = re.compile(r"!?\[(?:[^\]\[]|!\[[^\]]*\]\([^)]*\))*\]\(([^)\s]+)\)")
OPTION: Final = re.compile(r"--[a-z][a-z-]+")


def text_of(name: str) -> str:
    return (TOP / name).read_text("utf-8")


@pytest.fixture(autouse=True)
def _language_as_before() -> Iterator[None]:
    before = language()
    set_language("en")
    yield
    set_language(before)


# -- examples --------------------------------------------------------------------------------------------------------


def examples(page: str) -> list[tuple[list[str], str]]:
    """Each command of a page's console blocks as arguments of the program, with what it is said to print."""
    found = []
    for block in re.findall(r"^```console\n(.*?)^```$", text_of(page), re.DOTALL | re.MULTILINE):
        for command in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            line, _newline, printed = command.partition("\n")
            program, *arguments = shlex.split(line)
            assert program == "watchfloor", line
            found.append((arguments, printed))
    return found


def agrees(said: str, printed: str) -> bool:
    """Whether a command printed what a page says: JSON by value, else each character; "…" ends what is shown."""
    if said.startswith(("[", "{")):
        return bool(json.loads(said) == json.loads(printed))
    if said.endswith("…\n"):
        return printed.startswith(said.removesuffix("…\n"))
    return said == printed


@pytest.mark.parametrize("page", ["README.md", "docs/reports.md"])
def test_examples_print_what_the_page_says(page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(TOP)
    monkeypatch.setattr(SystemClock, "now_ms", lambda _self: PRESENT_MS)
    environment = {
        "HOME": str(tmp_path),
        "XDG_CONFIG_HOME": str(tmp_path),
        "WATCHFLOOR_DB": str(tmp_path / "floor.db"),
        "WATCHFLOOR_LANG": "en",
        "COLUMNS": "120",
    }
    commands = examples(page)
    assert len(commands) >= 3
    for arguments, said in commands:
        done = CliRunner().invoke(cli, arguments, env=environment)
        assert done.exit_code == 0, (arguments, done.output)
        assert agrees(said, done.stdout), (arguments, done.stdout)


def test_the_settings_in_examples_are_settings(tmp_path: Path) -> None:
    found = 0
    for page in ("README.md", "docs/settings.md"):
        for block in re.findall(r"^```toml\n(.*?)^```$", text_of(page), re.DOTALL | re.MULTILINE):
            file = tmp_path / f"{found}.toml"
            file.write_text(block, "utf-8")
            loaded = load_settings(file)
            assert loaded.zone == "Asia/Shanghai"
            assert set(tomllib.loads(block)) <= set(Settings.model_fields)
            found += 1
    assert found == 2


def test_the_environment_in_the_example_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    exports = re.findall(r"^export (WATCHFLOOR_\w+)=(.+)$", text_of("docs/settings.md"), re.MULTILINE)
    assert len(exports) == 2
    for name, value in exports:
        monkeypatch.setenv(name, shlex.split(value)[0])
    loaded = load_settings(tmp_path / "none.toml")
    assert loaded.reasons == {"消防演练": ReasonCategory.EXEMPT}
    assert loaded.wrap_up_seconds == {"support": 15}


# -- lists that must be whole ----------------------------------------------------------------------------------------


def commands(group: click.Group, path: str = "watchfloor") -> Iterator[tuple[str, click.Command]]:
    """Every command that does something, by its full name."""
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, f"{path} {name}")
        else:
            yield f"{path} {name}", command


def options(command: click.Command) -> set[str]:
    return {
        name
        for parameter in command.params
        if isinstance(parameter, click.Option)
        for name in parameter.opts
        if name.startswith("--")
    }


def sections(page: str) -> dict[str, str]:
    """The text below each heading of the third level, up to the next heading."""
    parts = re.split(r"^#+ (.+)\n", text_of(page), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


@pytest.mark.parametrize(("name", "command"), list(commands(cli)))
def test_every_command_is_described_with_exactly_its_options(name: str, command: click.Command) -> None:
    described = sections("docs/commands.md")
    assert name in described, f"docs/commands.md needs a section “### {name}” with a row for each option"
    rows = [line for line in described[name].splitlines() if line.startswith("| `")]
    assert {option for row in rows for option in OPTION.findall(row.split("|")[1])} == options(command)


def test_the_options_before_the_command_are_described() -> None:
    described = set(OPTION.findall(sections("docs/commands.md")["The command line"]))
    assert described >= options(cli) | {"--help"}


def test_no_page_names_an_option_that_does_not_exist() -> None:
    known = options(cli) | {"--help"}
    for _name, command in commands(cli):
        known |= options(command)
    for page in PAGES:
        for line in page.read_text("utf-8").splitlines():
            if re.match(r"(\$ )?watchfloor ", line):
                assert set(OPTION.findall(line)) <= known, f"{page.name}: {line}"


def plain(value: object) -> str:
    """A default as the page writes it."""
    if value is None:
        return "none"
    return "`{}`" if value is PydanticUndefined else f"`{json.dumps(value)}`"


@pytest.mark.parametrize("model", [Settings, QueueSettings])
def test_every_setting_is_described_with_its_default(model: type[BaseModel]) -> None:
    page = text_of("docs/settings.md")
    for name, field in model.model_fields.items():
        assert f"| `{name}` | {plain(field.default)} |" in page
    assert all(f"WATCHFLOOR_{name.upper()}" in page for name in Settings.model_fields)
    rows = set(re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE))
    assert rows == set(Settings.model_fields) | set(QueueSettings.model_fields)


def test_every_figure_of_the_reports_has_its_formula() -> None:
    page = text_of("docs/figures.md")
    for report in REPORTS:
        for row in explained(report):
            assert f"| `{row['figure']}` | {row['formula']} |" in page


def tiles() -> tuple[Tile, ...]:
    """The tiles with the settings nobody changed."""
    fields: Any = Settings.model_fields
    snapshot = replace(
        make_snapshot(3),
        threshold_seconds=fields["threshold_seconds"].default,
        interval_minutes=fields["interval_minutes"].default,
    )
    tally = Tally()
    tally.update(snapshot.agents)
    return make_tiles(snapshot, tally.count(NOW_MS), NOW_MS)


@pytest.mark.parametrize(
    ("page", "chosen"), [("docs/figures.md", "en"), ("docs/supervisor.md", "en"), ("docs/supervisor.zh.md", "zh")]
)
def test_every_tile_has_its_formula(page: str, chosen: str) -> None:
    set_language(chosen)
    text = text_of(page)
    for tile in tiles():
        assert f"| {tile.label} | {tile.formula} |" in text


@pytest.mark.parametrize(("page", "chosen"), [("docs/supervisor.md", "en"), ("docs/supervisor.zh.md", "zh")])
def test_the_limits_of_states_are_those_of_the_screen(page: str, chosen: str) -> None:
    set_language(chosen)
    text = text_of(page)
    for subject, (notice_seconds, warn_seconds) in DEFAULT_AGE_LIMITS.items():
        word = category_word(subject) if isinstance(subject, ReasonCategory) else state_word(subject)
        assert f"| {word} | {clock_text(notice_seconds)} | {clock_text(warn_seconds)} |" in text


def test_every_built_in_reason_is_described() -> None:
    page = text_of("docs/figures.md")
    for reason, category in DEFAULT_REASONS.items():
        (row,) = re.findall(rf"^\| {category.value} .*", page, re.MULTILINE)
        assert reason in row


def test_the_supervisors_pages_name_the_keys_of_the_floor() -> None:
    shown = {"filter": "/", "sort": "s", "reverse": "S", "group": "g", "peek": "p", "wall": "w"}
    assert {entry.verb for entry in ACTIONS if entry.where == "floor"} >= set(shown)
    for page in ("docs/supervisor.md", "docs/supervisor.zh.md"):
        assert all(f"`{key}`" in text_of(page) for key in shown.values()), page


# -- links and pictures ----------------------------------------------------------------------------------------------


def anchor(heading: str) -> str:
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    text = page.read_text("utf-8")
    assert text.count("](") == len(LINK.findall(text))
    for target in LINK.findall(text):
        if target.startswith(("http:", "https:", "mailto:")):
            continue
        file, _hash, fragment = target.partition("#")
        led_to = (page.parent / file) if file else page
        assert led_to.is_file(), f"{page.name} points to {target}"
        if fragment:
            headings = re.findall(r"^#+ (.+)$", led_to.read_text("utf-8"), re.MULTILINE)
            assert fragment in map(anchor, headings), f"{page.name} points to {target}"


def test_every_page_is_reached_from_the_index() -> None:
    index = text_of("docs/README.md")
    linked = set(LINK.findall(index))
    unlinked = {page.name for page in DOCS.glob("*.md")} - {"README.md"} - linked
    assert not unlinked, "a page nobody finds: name it in docs/README.md"


def test_pictures_are_those_that_are_made_and_fetch_nothing() -> None:
    files = sorted((DOCS / "pictures").glob("*"))
    assert [file.name for file in files] == sorted(f"{picture.name}.svg" for picture in PICTURES)
    for file in files:
        drawn = file.read_text("utf-8")
        assert set(re.findall(r"https?://[^\"' ]+", drawn)) == {"http://www.w3.org/2000/svg"}
        assert "@font-face" not in drawn


def test_no_page_names_a_place_of_one_machine() -> None:
    for page in PAGES:
        for line in page.read_text("utf-8").splitlines():
            assert not re.search(r"/(home|root|work|tmp|Users)/", line), f"{page.name}: {line}"
