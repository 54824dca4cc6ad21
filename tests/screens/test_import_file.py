"""A list is brought in from the screen: looked at first, bad rows named, and only one key applies it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.pilot import Pilot

from app.core.imports import Change
from app.core.tables import BadRow
from app.planning.lists import ListKind, columns_of
from screens.app import WatchfloorApp
from screens.import_file import ImportFileScreen, PathInput
from screens.import_lines import ImportLines, _parts, told_lines
from screens.lines import wrapped
from screens.paths import completed, continuations, endings_of, meant
from screens.planner import PlannerScreen
from tests.screens.conftest import Running, screen_text
from tests.screens.fakes import make_list_plan
from tests.screens.test_planner import opened, planned_app, settled
from widgets.painted import line_text, line_width


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home with files in it, which is also where the program was started."""
    (tmp_path / "plans").mkdir()
    (tmp_path / "plans" / "next week.csv").write_text("agent_id\n")
    (tmp_path / "people.xlsx").write_text("")
    (tmp_path / "photo.png").write_text("")
    (tmp_path / "hours.toml").write_text("")
    (tmp_path / ".hidden.csv").write_text("")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    return tmp_path


async def importing(app: WatchfloorApp, pilot: Pilot[None]) -> ImportFileScreen:
    await opened(app, pilot)
    await pilot.press("i")
    await settled(app, pilot)
    assert isinstance(app.screen, ImportFileScreen)
    return app.screen


async def looked(app: WatchfloorApp, pilot: Pilot[None], path: str = "plan.csv") -> ImportFileScreen:
    screen = await importing(app, pilot)
    screen.query_one(PathInput).value = path
    await pilot.press("enter")
    await settled(app, pilot)
    return screen


def told(app: WatchfloorApp) -> set[str]:
    return {message.message for message in app._notifications}


async def test_what_it_would_change_is_shown_and_nothing_is_applied(running: Running, office: Path) -> None:
    app, desk = planned_app()
    async with running(app) as pilot:
        await looked(app, pilot)
        text = screen_text(app)
        for wanted in (
            "5 rows · added 2 · changed 1 · as it is 1 · cannot be taken 1",
            "■ plan.csv, line 6, activity: “nap” is none of on_queue, break, meal.",
            "+ added    line 2       8001  on_queue 09:00/12:00",
            "8002 [/]",
            "→ changed  line 4       8003  break 10:00/10:15 → break 10:30/10:45",
            "1 row cannot be taken: correct it, or F4 leaves it out.",
        ):
            assert wanted in text, text
        assert "8004" not in text
        assert desk.files == [(ListKind.SCHEDULE, "plan.csv", True, True, None)]


async def test_bad_rows_hold_it_up_until_they_are_left_out(running: Running, office: Path) -> None:
    app, desk = planned_app()
    async with running(app) as pilot:
        screen = await looked(app, pilot)
        await pilot.press("f6")
        await settled(app, pilot)
        assert any("F4 leaves it out" in sentence for sentence in told(app))
        assert len(desk.files) == 1
        await pilot.press("s")
        await pilot.pause()
        assert "F6 applies the good rows and leaves 1 bad row out." in screen_text(app)
        await pilot.press("s", "f6")
        await settled(app, pilot)
        assert len(desk.files) == 1
        await pilot.press("f4", "f6")
        await settled(app, pilot)
        # What is applied is what was seen: the file's digest goes along.
        assert desk.files[1:] == [(ListKind.SCHEDULE, "plan.csv", True, False, "d1")]
        assert "Applied: 5 rows · added 2" in screen_text(app)
        await pilot.press("f6")
        await settled(app, pilot)
        assert "It is applied already." in told(app)
        assert len(desk.files) == 2
        await pilot.press("escape")
        await settled(app, pilot)
        assert screen is not app.screen
        assert isinstance(app.screen, PlannerScreen)


async def test_without_a_look_nothing_is_applied(running: Running, office: Path) -> None:
    app, desk = planned_app()
    async with running(app) as pilot:
        await importing(app, pilot)
        await pilot.press("f6", "enter", "f4")
        await settled(app, pilot)
        assert "No file was looked at yet: Enter reads the one that is named." in told(app)
        assert desk.files == []


async def test_another_path_or_kind_wants_another_look(running: Running, office: Path) -> None:
    app, desk = planned_app()
    async with running(app) as pilot:
        desk.list_plan = replace(make_list_plan(), bad_rows=())
        screen = await looked(app, pilot)
        assert "F6 applies it." in screen_text(app)
        await pilot.press("f5")
        await settled(app, pilot)
        assert screen.kind is ListKind.FORECAST
        assert "queue, start, volume, aht_seconds" in screen_text(app)
        await pilot.press("f6")
        await settled(app, pilot)
        assert len(desk.files) == 1
        screen.query_one(PathInput).focus()
        await pilot.press("up", "up", "up", "enter")
        await settled(app, pilot)
        assert desk.files[1][0] is ListKind.ROSTER
        screen.query_one(PathInput).focus()
        await pilot.press("end", "x", "f6")
        await settled(app, pilot)
        assert len(desk.files) == 2


async def test_after_a_look_typing_another_path_goes_to_the_path_and_applies_nothing(
    running: Running, office: Path
) -> None:
    app, desk = planned_app()
    async with running(app) as pilot:
        desk.list_plan = replace(make_list_plan(), bad_rows=())
        screen = await looked(app, pilot)
        path = screen.query_one(PathInput)
        assert not path.has_focus
        await pilot.press("a")
        await settled(app, pilot)
        assert len(desk.files) == 1, "a letter applies nothing"
        await pilot.press("slash", *"at", "f6")
        await settled(app, pilot)
        assert (path.has_focus, path.value, len(desk.files)) == (True, "/at", 1)
        for key, wanted in (("backspace", "plan.cs"), ("ctrl+w", "plan."), ("ctrl+u", ""), ("tilde", "~")):
            path.value = "plan.csv"
            path.action_end()
            await pilot.press("enter")
            await settled(app, pilot)
            assert not path.has_focus, key
            await pilot.press(key)
            await settled(app, pilot)
            assert (path.has_focus, path.value) == (True, wanted)


async def test_what_is_stored_already_is_not_applied_again(running: Running, office: Path) -> None:
    app, desk = planned_app()
    async with running(app) as pilot:
        desk.list_plan = replace(make_list_plan(), bad_rows=(), changes=make_list_plan().changes[3:])
        await looked(app, pilot)
        assert "Nothing would change: all of it is stored already." in screen_text(app)
        await pilot.press("a")
        await settled(app, pilot)
        assert len(desk.files) == 1


async def test_trouble_is_said_in_its_words(running: Running, office: Path) -> None:
    app, desk = planned_app()
    async with running(app) as pilot:
        screen = await importing(app, pilot)
        desk.problem = "nothing[/] there: name the file."
        await pilot.press(*"x.csv", "enter")
        await settled(app, pilot)
        assert desk.problem in screen_text(app)
        assert screen.look is None
        desk.problem = ""
        await pilot.press("enter")
        await settled(app, pilot)
        assert desk.files == [(ListKind.SCHEDULE, "x.csv", True, True, None)]


async def test_tab_completes_the_path_and_goes_on_where_it_is_whole(running: Running, office: Path) -> None:
    app, desk = planned_app()
    async with running(app) as pilot:
        screen = await importing(app, pilot)
        text = screen_text(app)
        assert "people.xlsx" in text
        assert "plans/" in text
        assert "photo.png" not in text
        await pilot.press(*"~/pl", "tab", "tab")
        path = screen.query_one(PathInput)
        assert path.value == "~/plans/next week.csv"
        await pilot.press("tab")
        assert isinstance(screen.focused, ImportLines)
        await pilot.press("shift+tab", "enter")
        await settled(app, pilot)
        assert desk.files[0][1] == str(office / "plans" / "next week.csv")


async def test_lines_fit_the_width_they_are_told_in(running: Running, office: Path) -> None:
    app, desk = planned_app()
    long = " → ".join(["on_queue 2026-11-23T08:00:00+08:00/2026-11-23T12:00:00+08:00"] * 3)
    desk.list_plan = replace(
        make_list_plan(), changes=tuple(Change(n, "added", "8001 王芳", None, n, long) for n in range(2, 500))
    )
    async with running(app, size=(80, 24)) as pilot:
        screen = await looked(app, pilot)
        lines = screen.query_one(ImportLines)
        assert all(line_width(line) <= lines.size.width for line in lines.lines)
        narrow = len(lines.lines)
        await pilot.press("end")
        await settled(app, pilot)
        assert lines.scroll_offset.y == narrow - lines.size.height
        await pilot.resize_terminal(200, 60)
        await settled(app, pilot)
        assert len(lines.lines) < narrow


async def test_the_other_language_words_the_reasons_anew(running: Running, office: Path) -> None:
    app, desk = planned_app()
    async with running(app) as pilot:
        await looked(app, pilot)
        await pilot.press("L")
        await settled(app, pilot)
        text = screen_text(app)
        for wanted in ("导入文件", "5 行 · 新增 2", "第 2 行", "plan.csv 第 6 行"):
            assert wanted in text, text
        assert len(desk.files) == 2


async def test_changes_of_a_shift_are_not_left_behind(running: Running, office: Path) -> None:
    app, _desk = planned_app()
    async with running(app) as pilot:
        screen = await opened(app, pilot)
        await pilot.press("down", "left", "i")
        assert app.screen is screen
        assert screen.is_changed


def test_a_path_goes_on_with_folders_and_lists(office: Path) -> None:
    assert continuations("") == ["people.xlsx", "plans/"]
    assert continuations(".h") == [".hidden.csv"]
    assert continuations("~") == ["~/"]
    assert continuations("~/p") == ["~/people.xlsx", "~/plans/"]
    assert continuations(f"{office}/plans/") == [f"{office}/plans/next week.csv"]
    assert continuations("nowhere/") == []
    assert continuations("a\0/") == []
    assert continuations("ho") == []
    assert continuations("ho", endings_of(ListKind.CALENDAR)) == ["hours.toml"]
    assert completed("") is None
    assert completed("pl") == "plans/"
    assert completed("people.xlsx") is None


@pytest.mark.parametrize(
    ("typed", "path"), [(" a.csv ", "a.csv"), ("'a b.csv'", "a b.csv"), ('"a.csv"', "a.csv"), ("'", "'"), ("", "")]
)
def test_what_a_terminal_puts_around_a_path_is_taken_off(typed: str, path: str) -> None:
    assert meant(typed) == path
    assert meant("~/a") != "~/a"


def test_every_kind_says_its_columns() -> None:
    for kind in ListKind:
        assert columns_of(kind).required


def test_bad_rows_stand_first_and_hostile_cells_stay_text() -> None:
    plan = replace(make_list_plan(), bad_rows=(BadRow(3, "", "[red]\x1b[31m"),))
    lines = [line_text(line) for line in told_lines(plan, 80)]
    assert lines[0] == "■ plan.csv, line 3: [red]␛[31m."
    assert len(lines) == 4


@given(st.lists(st.text("ab-", min_size=1, max_size=30), max_size=12).map(" ".join), st.integers(20, 60))
def test_the_quick_way_folds_as_the_thorough_one(text: str, room: int) -> None:
    assert list(_parts(text, room)) == wrapped(text, room)
