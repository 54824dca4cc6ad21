"""A plan made from the screen: a file with bad rows looked at and brought in, a shift begun on a free day."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Final

import pytest

from tests.journeys.house import House, QueueLog
from tests.journeys.terminal import Terminal

pytestmark = pytest.mark.journey

ROSTER: Final = "agent_id,name,acd_ids\n1001,王小红,SIP/1001\n1005,Ann,Ann\n"


class Office:
    """A floor without a plan on which Ann went to lunch half an hour ago, in a zone in which it is noon.

    Args:
        house: Where it is.
    """

    def __init__(self, house: House) -> None:
        utc = datetime.now(timezone.utc)
        east_hours = 12 - utc.hour
        house.zone = f"Etc/GMT{-east_hours:+d}"
        self.house = house
        self.noon = utc.astimezone(timezone(timedelta(hours=east_hours))).replace(second=0, microsecond=0)
        log = QueueLog(house.folder / "queue_log")
        for minute, row in ((-121, ("ADDMEMBER",)), (-30, ("PAUSE", "lunch"))):
            log.ago_seconds = time.time() - self.at(minute).timestamp()
            log.say("NONE", "sales", "Ann", *row)
        people = house.folder / "people.csv"
        people.write_text(ROSTER, encoding="gb18030")
        for command in (("ingest", "queue-log", str(log.path)), ("import", "roster", str(people))):
            done = house.run(*command)
            assert done.returncode == 0, done.stderr

    def at(self, minutes: int) -> datetime:
        """So many minutes after the moment."""
        return self.noon + timedelta(minutes=minutes)

    def write_plan(self, lunch_until: int, *more: str) -> None:
        """Write a schedule file for Ann's day, with more rows at its end."""
        spans = (("on_queue", -120, -30), ("meal", -30, lunch_until), ("on_queue", lunch_until, 180))
        lines = [f"1005,{activity},{self.at(start)},{self.at(end)}" for activity, start, end in spans]
        text = "\n".join(["agent_id,activity,start,end", *lines, *more])
        (self.house.folder / "next week.csv").write_text(text, encoding="utf-8-sig")

    def schedule(self) -> list[dict[str, object]]:
        """What is planned."""
        until = f"{self.noon + timedelta(days=5):%F}"
        done = self.house.run("schedule", "list", "--from", f"{self.noon:%F}", "--to", until, "--format", "json")
        assert done.returncode == 0, done.stderr
        rows: list[dict[str, object]] = json.loads(done.stdout)
        return rows

    def planner(self, lang: str = "en", size: tuple[int, int] = (120, 40)) -> Terminal:
        """The planner on a terminal, with Ann's day."""
        shown = self.house.open("floor", lang=lang, size=size)
        shown.wait_for("Ann")
        shown.press("P")
        shown.wait_for("1005")
        shown.wait_for("a begins a shift" if lang == "en" else "按 a 新建班次")
        return shown


def line_with(*words: str) -> Callable[[str], bool]:
    """Whether some line has all these words."""

    def holds(text: str) -> bool:
        return any(all(word in line for word in words) for line in text.splitlines())

    holds.__name__ = f"a line with {words}"
    return holds


def test_a_schedule_with_bad_rows_is_brought_in_from_the_screen_and_the_floor_follows(house: House) -> None:
    office = Office(house)
    office.write_plan(
        -5,
        f"1005,nap,{office.at(200)},{office.at(210)}",
        f"9999,on_queue,{office.at(-60)},{office.at(60)}",
        f"1001,on_queue,{office.at(60)},{office.at(-60)}",
    )
    shown = office.planner()
    shown.press("i")
    shown.wait_for("bringing in a list")
    shown.press("~/ne")
    shown.wait_for("~/next week.csv")
    shown.press("\t", "Enter")
    shown.wait_for("3 rows cannot be taken: correct them, or F4 leaves them out.")
    # The same rows and reasons as in a shell.
    tried = house.run("import", "schedule", "next week.csv", "--dry-run")
    assert tried.returncode == 3
    text = " ".join(shown.text().split())
    reasons = [line for line in tried.stderr.splitlines() if "line " in line]
    assert len(reasons) == 3
    for reason in reasons:
        assert " ".join(reason.split()) in text
    assert "added 3" in text

    shown.press("F6")
    shown.wait_for("F4 leaves them out")
    assert office.schedule() == []
    shown.press("s")
    shown.wait_for("leaves 3 bad rows out")
    assert office.schedule() == []
    shown.press("F6")
    shown.wait_for("Applied: 6 rows · added 3")
    assert len(office.schedule()) == 3
    shown.press("Esc")
    shown.wait_for(f"{office.at(-30):%H:%M}–{office.at(-5):%H:%M}")
    shown.press("Esc")
    shown.wait_for(line_with("Ann", "▲ out"))

    # Corrected, it is brought in again: only what differs is changed, and the floor shows that too.
    office.write_plan(60)
    shown.press("P")
    shown.wait_for("Watchfloor · the planner")
    shown.press("i")
    shown.wait_for("bringing in a list")
    shown.press("~/next week.csv", "Enter")
    shown.wait_for("F6 applies it.")
    shown.press("F6")
    shown.wait_for("Applied: 3 rows")
    shown.press("Esc")
    shown.wait_for(f"{office.at(-30):%H:%M}–{office.at(60):%H:%M}")
    shown.press("Esc")
    shown.wait_for(line_with("Ann", "✓ in"))
    shown.press("q")
    assert shown.wait_exit()[0] == 0
    log = json.loads(house.run("import", "log", "--format", "json").stdout)
    assert [(entry["kind"], entry["rows"], entry["skipped"]) for entry in log[:2]] == [
        ("schedule", 3, 0),
        ("schedule", 6, 3),
    ]


def test_a_file_that_changed_since_it_was_looked_at_is_not_applied(house: House) -> None:
    office = Office(house)
    office.write_plan(-10)
    shown = office.planner(lang="zh", size=(80, 24))
    shown.press("i")
    shown.wait_for("Watchfloor · 导入文件")
    shown.press("~/next week.csv", "Enter")
    shown.wait_for("尚未生效。F6 使其生效。")
    office.write_plan(30)
    shown.press("F6")
    shown.wait_for("请先再看一次")
    assert office.schedule() == []
    shown.press("Esc")
    shown.wait_for("Watchfloor · 排班台")
    shown.press("Esc")
    shown.wait_for("Watchfloor · 现场")
    shown.press("q")
    assert shown.wait_exit()[0] == 0


def test_a_shift_is_begun_on_a_free_day(house: House) -> None:
    office = Office(house)
    office.write_plan(30)
    assert house.run("import", "schedule", "next week.csv").returncode == 0
    shown = house.open("floor")
    shown.wait_for(line_with("Ann", "✓ in"))
    shown.press("P")
    shown.wait_for(f"{office.at(-30):%H:%M}–{office.at(30):%H:%M}")
    shown.press("PageDown")
    tomorrow = f"{office.noon + timedelta(days=1):%F}"
    shown.wait_for(f"Nothing is planned on {tomorrow}")
    shown.press("a")
    shown.wait_for(f"Begun like the shift of {office.noon:%F}. Nothing is applied yet")
    shown.wait_for(f"{office.at(-30):%H:%M}–{office.at(30):%H:%M}")
    assert len(office.schedule()) == 3
    shown.press("Enter")
    shown.wait_for("Plan this shift for Ann")
    shown.wait_for("no figure changes yet")
    shown.press("she swaps", "Enter")
    shown.wait_gone("Plan this shift for Ann")
    shown.wait_gone("Nothing is applied yet")
    planned = office.schedule()
    assert [row["shift_date"] for row in planned] == [f"{office.noon:%F}"] * 3 + [tomorrow] * 3
    day = timedelta(days=1)
    for today, next_day in zip(planned[:3], planned[3:], strict=True):
        assert today["activity"] == next_day["activity"]
        assert datetime.fromisoformat(str(today["start"])) + day == datetime.fromisoformat(str(next_day["start"]))
