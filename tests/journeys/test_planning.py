"""The plan, from the files of an office to the verdicts on a screen: importing, over-staying, amending, approving."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any, Final

import pytest
from wcwidth import wcswidth

from tests.journeys.house import House, QueueLog
from tests.journeys.terminal import Terminal

pytestmark = pytest.mark.journey

SEEN_SECONDS: Final = 3.0
"""What one process changes another one shows by then."""

SLACK_SECONDS: Final = 5.0
"""What a machine busy with other tests may add to that."""

GRACE_SECONDS: Final = 120
SEVERE_SECONDS: Final = 600

GOOD_ROSTER: Final = "agent_id,name,acd_ids\n1001,王小红,SIP/1001;8001\n1005,Ann,Ann\n"

FILES: Final = {
    "roster": (
        "agent_id,name,acd_ids,fte\n"
        "1001,王小红,SIP/1001;8001,1\n"
        ",李强,SIP/1002,1\n"
        "1003,José,SIP/1003,lots\n"
        "1004,赵敏,8001,1\n"
        "1005,Ann,Ann,0.5\n",
        {3: "empty", 4: "lots", 5: "8001"},
    ),
    "schedule": (
        "agent_id,activity,start,end\n"
        "1001,on_queue,2026-11-23 08:00,2026-11-23 12:00\n"
        "1001,nap,2026-11-23 12:00,2026-11-23 13:00\n"
        "9999,on_queue,2026-11-23 08:00,2026-11-23 12:00\n"
        "1005,on_queue,2026-11-23 12:00,2026-11-23 08:00\n"
        "1005,training,2026-11-23 12:00,2026-11-23 13:00\n",
        {3: "nap", 4: "9999", 5: "after the start"},
    ),
    "forecast": (
        "queue,start,volume,aht_seconds\n"
        "sales,2026-11-23 08:00,40,180\n"
        "sales,2026-11-23 08:30,-3,180\n"
        "sales,2026-11-23 09:00,40,0\n"
        "sales,yesterday,40,180\n"
        "sales,2026-11-23 09:30,41.5,200\n",
        {3: "-3", 4: "above 0", 5: "yesterday"},
    ),
}
"""Of each kind five rows with three bad ones in the middle: their lines, and a word of what is wrong with each."""


# -- what the office has ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", FILES)
def test_bad_rows_are_named_and_hold_the_others_up_until_they_are_left_out(house: House, kind: str) -> None:
    text, reasons = FILES[kind]
    file = house.folder / f"{kind}.csv"
    file.write_text(text, encoding="utf-8-sig")
    if kind == "schedule":
        people = house.folder / "people.csv"
        people.write_text(GOOD_ROSTER, encoding="gb18030")
        assert house.run("import", "roster", str(people)).returncode == 0

    def imported(*more: str) -> tuple[int, dict[str, Any]]:
        done = house.run("import", kind, str(file), "--format", "json", *more)
        assert "Traceback" not in done.stderr
        return done.returncode, json.loads(done.stdout)

    def stored() -> str:
        command = {"roster": ("people", "list"), "schedule": ("schedule", "list"), "forecast": ("forecast", "list")}
        more = ("--from", "2026-11-23") if kind == "schedule" else ()
        done = house.run(*command[kind], "--format", "json", *more)
        assert done.returncode == 0, done.stderr
        return done.stdout

    nothing = stored()
    plain = house.run("import", kind, str(file))
    assert plain.returncode == 3
    for line, word in reasons.items():
        assert any(re.search(rf"\b{line}\b", told) and word in told for told in plain.stderr.splitlines()), plain.stderr
    for more in ((), ("--dry-run",), ("--skip-bad", "--dry-run")):
        code, result = imported(*more)
        assert code == (0 if "--skip-bad" in more else 3)
        assert {problem["line"]: reasons[problem["line"]] in problem["reason"] for problem in result["problems"]} == {
            3: True,
            4: True,
            5: True,
        }
        assert (result["added"], result["skipped"], result["applied"]) == (2, 3, False)
        assert stored() == nothing, more

    code, result = imported("--skip-bad")
    assert (code, result["added"], result["skipped"], result["applied"]) == (0, 2, 3, True)
    some = stored()
    assert some != nothing
    code, result = imported("--skip-bad")
    assert (code, result["added"], result["changed"], result["unchanged"]) == (0, 0, 0, 2)
    assert stored() == some


# -- a small floor with a plan around the present moment ---------------------------------------------------------------


@dataclass(frozen=True)
class Floor:
    """Two agents, and what is planned for them.

    Ann went to lunch half an hour ago, which was planned for twenty minutes: she is out. Bob did too, was back in
    time for nothing, and has been available for a quarter of an hour: he is in, with a spell behind him.

    Attributes:
        house: Where it is.
        noon: The moment everything is counted from, to the minute.
    """

    house: House
    noon: datetime

    def at(self, minutes: int) -> datetime:
        """So many minutes after the moment."""
        return self.noon + timedelta(minutes=minutes)

    def publish(self, *rows: tuple[str, str, datetime, datetime]) -> None:
        """Publish a schedule."""
        file = self.house.folder / "schedule.csv"
        lines = [f"{agent},{activity},{start},{end}" for agent, activity, start, end in rows]
        file.write_text("\n".join(["agent_id,activity,start,end", *lines]), encoding="utf-8")
        done = self.house.run("import", "schedule", str(file))
        assert done.returncode == 0, done.stderr

    def shift(self, agent: str, lunch_until: datetime) -> list[tuple[str, str, datetime, datetime]]:
        """A shift of the day with lunch in its middle."""
        return [
            (agent, "on_queue", self.at(-120), self.at(-30)),
            (agent, "meal", self.at(-30), lunch_until),
            (agent, "on_queue", lunch_until, self.at(180)),
        ]

    def open(self, lang: str = "en") -> Terminal:
        """The floor on a terminal, with its first picture."""
        floor = self.house.open("floor", lang=lang)
        floor.wait_for(lambda text: "Ann" in text and "Bob" in text)
        return floor

    def adherence(self, agent: str, *more: str) -> dict[str, Any]:
        """An agent's figures of the day."""
        [row] = [
            row
            for row in json.loads(
                self.house.run("report", "adherence", "--from", f"{self.noon:%F}", "--format", "json", *more).stdout
            )
            if row["agent"] == agent
        ]
        return dict(row)


@pytest.fixture
def floor(house: House) -> Floor:
    """The small floor, in a zone in which it is noon: no midnight comes between."""
    utc = datetime.now(timezone.utc)
    east_hours = 12 - utc.hour
    house.zone = f"Etc/GMT{-east_hours:+d}"
    now = utc.astimezone(timezone(timedelta(hours=east_hours)))
    made = Floor(house, now.replace(second=0, microsecond=0))
    log = QueueLog(house.folder / "queue_log")
    for minute, agent, row in (
        (-121, "Ann", ("ADDMEMBER",)),
        (-120, "Bob", ("ADDMEMBER",)),
        (-31, "Bob", ("PAUSE", "lunch")),
        (-30, "Ann", ("PAUSE", "lunch")),
        (-15, "Bob", ("UNPAUSE",)),
    ):
        log.ago_seconds = time.time() - made.at(minute).timestamp()
        log.say("NONE", "sales", agent, *row)
    done = house.run("ingest", "queue-log", str(log.path))
    assert done.returncode == 0, done.stderr
    made.publish(*made.shift("Ann", made.at(-15)), ("Bob", "on_queue", made.at(-120), made.at(180)))
    return made


def verdict_of(agent: str, *words: str) -> Callable[[str], bool]:
    """Whether the floor says this of an agent."""

    def said(text: str) -> bool:
        return any(agent in line and all(word in line for word in words) for line in text.splitlines())

    said.__name__ = f"{agent}: {' '.join(words)}"
    return said


def test_who_overstays_is_out_at_the_second_with_nothing_happening(floor: Floor) -> None:
    floor.publish(*floor.shift("Ann", floor.at(60)))
    shown = floor.open()
    shown.wait_for(verdict_of("Ann", "not ready", "✓ in"))

    # Her lunch ends so that the grace is over in a few seconds. From then on the clock is all that changes.
    out_at = int(time.time()) + 10
    over = datetime.fromtimestamp(out_at - GRACE_SECONDS, floor.noon.tzinfo)
    floor.publish(*floor.shift("Ann", over))
    assert time.time() < out_at, "this machine is too busy to tell"
    shown.wait_for(verdict_of("Ann", "▲ out", "2:0"), 10 + SLACK_SECONDS)
    late_seconds = time.time() - out_at
    assert 0 <= late_seconds < 1.5 + SLACK_SECONDS
    assert floor.adherence("Ann")["out_seconds"] >= GRACE_SECONDS
    shown.press("q")
    assert shown.wait_exit()[0] == 0


def test_an_amendment_from_a_shell_is_seen_on_a_floor_that_is_open_elsewhere(floor: Floor) -> None:
    shown = floor.open()
    shown.wait_for(verdict_of("Ann", "■ severe"))
    say = "{:%H:%M}".format
    spans = [
        f"on_queue {say(floor.at(-120))}-{say(floor.at(-30))}",
        f"meal {say(floor.at(-30))}-{say(floor.at(30))}",
        f"on_queue {say(floor.at(30))}-{say(floor.at(180))}",
    ]
    amend = ["schedule", "amend", "Ann", f"{floor.noon:%F}", *(word for span in spans for word in ("--span", span))]
    tried = floor.house.run(*amend, "--why", "a longer lunch", "--dry-run", "--format", "json")
    assert json.loads(tried.stdout)["applied"] is False
    assert json.loads(tried.stdout)["out_seconds_before"] > SEVERE_SECONDS
    shown.wait_for(verdict_of("Ann", "■ severe"))

    done = floor.house.run(*amend, "--why", "a longer lunch", "--format", "json")
    applied_at = time.monotonic()
    assert done.returncode == 0, done.stderr
    shown.wait_for(verdict_of("Ann", "✓ in"), SEEN_SECONDS + SLACK_SECONDS)
    assert time.monotonic() - applied_at < SEEN_SECONDS + SLACK_SECONDS
    assert json.loads(done.stdout)["out_seconds_after"] == 0


def test_a_shift_amended_on_the_screen_changes_the_verdict_on_the_floor(floor: Floor) -> None:
    shown = floor.open()
    shown.wait_for(verdict_of("Ann", "■ severe"))
    shown.press("P")  # she stands under the cursor
    lunch = f"{floor.at(-30):%H:%M}–{floor.at(-15):%H:%M}"
    shown.wait_for(lunch)
    shown.press("Down")
    shown.wait_for(f"› {lunch}")
    shown.press("+")
    shown.wait_for(f"{floor.at(-30):%H:%M}–{floor.at(-10):%H:%M}")
    shown.press("u")
    shown.wait_for(lunch)
    shown.press(*"+++++")
    shown.wait_for(f"{floor.at(-30):%H:%M}–{floor.at(10):%H:%M}")

    shown.press("Enter")
    text = shown.wait_for("Scheduled")
    assert "Change the shift of Ann" in text
    assert "→" in text
    shown.press("Enter")
    shown.wait_for("Say why first.")
    assert floor.adherence("Ann")["out_seconds"] > SEVERE_SECONDS
    shown.press("a longer lunch", "Enter")
    shown.wait_gone("Change the shift of Ann")
    shown.press("Esc")
    shown.wait_for(verdict_of("Ann", "✓ in"))
    versions = json.loads(
        floor.house.run(
            *("schedule", "versions", "--agent", "Ann", "--date", f"{floor.noon:%F}", "--format", "json")
        ).stdout
    )
    assert [version["kind"] for version in versions] == ["published", "amended"]
    assert versions[1]["why"] == "a longer lunch"


def test_an_approved_spell_is_neutral_and_the_figure_before_stays(floor: Floor) -> None:
    before = floor.adherence("Bob")
    assert before["out_seconds"] == 16 * 60
    assert before["neutral_seconds"] == 0
    earlier = datetime.now(timezone.utc).isoformat()

    shown = floor.open()
    shown.press("Down")
    shown.wait_for(verdict_of("Bob", "›"))
    shown.press("p")
    spell = f"{floor.at(-31):%H:%M:%S}–{floor.at(-15):%H:%M:%S}"
    text = shown.wait_for(spell)
    assert "severe" in text
    assert "longer than the grace of 2:00" in " ".join(text.replace("│", " ").split())
    shown.press("a")
    shown.wait_for(f"Approve {spell} of Bob?")
    shown.wait_for("100.0%")
    shown.press("fetched a doctor", "Enter")
    shown.wait_gone("of Bob?")
    shown.wait_for("~ neutral")
    shown.press("Esc")
    shown.wait_gone("Approved by a supervisor")
    shown.press("q")
    assert shown.wait_exit()[0] == 0

    after = floor.adherence("Bob")
    assert (after["out_seconds"], after["neutral_seconds"], after["adherence"]) == (0, 16 * 60, 1.0)
    as_of = floor.adherence("Bob", "--as-of", earlier)
    assert (as_of["out_seconds"], as_of["neutral_seconds"]) == (16 * 60, 0)
    [decision] = json.loads(floor.house.run("adherence", "list", "--format", "json").stdout)
    assert decision["reason"] == "fetched a doctor"
    assert decision["adherence_before"] < decision["adherence_after"] == 1.0


def test_a_period_neutralised_on_the_screen_counts_for_nobody(floor: Floor) -> None:
    shown = floor.open()
    shown.wait_for(verdict_of("Ann", "■ severe"))
    shown.press("P")
    shown.wait_for("Watchfloor · the planner")
    shown.press("n")
    shown.wait_for("neutral for everyone?")
    shown.press(f"{floor.at(-40):%H:%M}", "Enter")  # what stands there is chosen, and goes; the other one is now
    text = shown.wait_for("It touches 2 shifts that have begun.")
    period = re.search(r"Neutralise \S+ (\d\d:\d\d)–(\d\d):(\d\d) for everyone", text)
    assert period is not None, text
    assert period[1] == f"{floor.at(-40):%H:%M}"
    until = floor.noon.replace(hour=int(period[2]), minute=int(period[3]))
    shown.press("telephones were down", "Enter")
    shown.wait_gone("for everyone?")
    shown.press("Esc")
    shown.wait_for("Watchfloor · the floor")

    # A spell begins anew after a neutralised period: Ann is away from her plan, but not for long.
    shown.wait_for(verdict_of("Ann", "✓ in"))
    for agent in ("Ann", "Bob"):
        figures = floor.adherence(agent)
        assert figures["out_seconds"] == 0
        assert figures["neutral_seconds"] == (until - floor.at(-40)).total_seconds()
        assert figures["adherence"] == 1.0


# -- today against its plan --------------------------------------------------------------------------------------------


TODAY: Final = ("话务量", "现在", "人数", "所需", "排班", "在岗", "到目前为止", "缺人最多")
"""What stands on the screen of the day whatever its size."""


def today_is_whole(columns: int, lines: int) -> Callable[[str], bool]:
    """Whether the screen of the day fills its terminal, in Chinese, from the curve to the keys."""

    def whole(text: str) -> bool:
        shown = text.splitlines()
        return (
            len(shown) == lines
            and shown[0].startswith(" Watchfloor · 今日与计划 · 全现场")
            and shown[-1].startswith(" ? 帮助")
            and all(wcswidth(line) <= columns for line in shown)
            and all(word in text for word in TODAY)
            and (lines < 40 or "高峰" in text)
        )

    whole.__name__ = f"the whole day on {columns}×{lines}"
    return whole


def test_today_against_its_plan_in_chinese_resized_to_the_smallest_and_back(house: House) -> None:
    demo = house.open("demo", lang="zh", size=(120, 40))
    demo.wait_for("遵时")
    demo.press("i")
    text = demo.wait_for(today_is_whole(120, 40))
    assert len([line for line in text.splitlines() if "█" in line and "░" in line]) >= 8, text
    assert re.search(r"到目前为止来电 [\d,]+ 个，预测 [\d,]+ 个", text), text
    assert "低谷" in text
    assert "缺人最多" in text
    assert any(re.search(r"^ › \d\d:\d\d–\d\d:\d\d .* [▼+-]", line) for line in text.splitlines()), text

    demo.press("+")
    demo.wait_for("每 15 分钟话务量")
    demo.press("-")
    demo.wait_for("每 30 分钟话务量")

    demo.press("Right")
    text = demo.wait_for("服务多个队列的坐席按各队列所需分摊计数。")
    assert "队列 VIP专席 (1/4)" in text.splitlines()[0]
    demo.press("+")
    assert "队列 VIP专席 (1/4)" in demo.wait_for("每 15 分钟话务量").splitlines()[0]
    demo.press("-")
    demo.wait_for("每 30 分钟话务量")
    demo.press("/")
    demo.wait_for("业务咨询")
    demo.press("故障", "Enter")
    demo.wait_for(lambda text: "队列 故障报修 (4/4)" in text and "到目前为止" in text)
    demo.press("Right")
    demo.wait_for(today_is_whole(120, 40))

    for columns, lines in ((80, 24), (200, 60), (80, 24), (120, 40)):
        demo.resize(columns, lines)
        demo.wait_for(today_is_whole(columns, lines))
    demo.press("?")
    demo.wait_for("各指标的含义")
    demo.press("Esc")
    demo.wait_for(today_is_whole(120, 40))
    demo.press("L")
    demo.wait_for("today against the plan")
    demo.press("Esc")
    demo.wait_for("Watchfloor · the floor")
    demo.press("q")
    assert demo.wait_exit()[0] == 0
