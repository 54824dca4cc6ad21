"""An outage from the call that declares it to its place in the history, at a narrow Chinese terminal; and one that
nobody takes."""

from __future__ import annotations

import json
import time
from typing import Any, Final

import pytest

from tests.journeys.house import House, eventually

pytestmark = pytest.mark.journey

COLUMNS, LINES = 80, 24
PATIENCE_SECONDS: Final = 40.0
FAULT: Final = "BOSS 打不开"

FAST_CHAIN: Final = """
[rules.system-fault]
metric = "system.fault"
level = "I"
text = { zh = "系统故障：{what}", en = "System fault: {what}" }

[recipients.desk]
name = "值班台"
channels = ["screens"]

[recipients.region]
name = "大区"
channels = ["screens"]

[recipients.province]
name = "省公司"
channels = ["screens"]

[[chains.I]]
tell = ["desk"]
acknowledge = "1s"

[[chains.I]]
tell = ["region"]
acknowledge = "1s"

[[chains.I]]
tell = ["province"]
acknowledge = "1s"

[channels.screens]
kind = "terminal"
"""


def test_an_outage_is_declared_taken_told_to_callers_ended_and_remembered(house: House) -> None:
    demo = house.open("demo", lang="zh", size=(COLUMNS, LINES))
    # The demo's morning is short of people: the service level is an alert already.
    demo.wait_for(lambda text: "服务水平" in "".join(text.splitlines()[1:4]), PATIENCE_SECONDS)

    demo.press("!")
    demo.wait_for("[活动")
    demo.press("d")
    demo.wait_for("宣告系统故障？")
    demo.press(FAULT, "Enter")
    demo.wait_for(lambda text: "■ I" in text and FAULT in text)

    # What the fault explains is muted, and says by what.
    demo.press("v", "v", "v")
    demo.wait_for(
        lambda text: "[" in text and "服务水平" in text.split("[", 1)[1] and "system-fault" in text, PATIENCE_SECONDS
    )
    demo.press("q")

    demo.wait_for(lambda text: FAULT in text.splitlines()[1])
    demo.press("A")
    demo.wait_for("接手此告警？")
    demo.press("我来", "Enter")
    demo.wait_for("已接手")

    # The outage is posted, so that callers are answered with it.
    demo.press("N")
    demo.wait_for("正在生效")
    demo.press("w")
    demo.wait_for("立即生效")
    demo.press("Down", "系统故障抢修中")
    demo.wait_for("答复口径 *    系统故障抢修中")
    demo.press("Enter")
    demo.wait_for(lambda text: "故障 · 全部区域 · 系统故障抢修中" in text and "已发布" in text)
    demo.press("q")

    demo.press("!")
    demo.wait_for("[活动")
    # What somebody has stands last.
    demo.press("End", "x")
    demo.wait_for("系统已恢复？")
    demo.press("Enter")
    demo.wait_gone("系统已恢复？")
    demo.press("v", "v", "v", "v")
    text = demo.wait_for(lambda text: "[历史]" in text and "工单" in text.split("[历史]", 1)[1], PATIENCE_SECONDS)
    demo.press("\x1b[H")
    for _page in range(40):
        if FAULT in text.split("[历史]", 1)[1]:
            break
        demo.press("\x1b[6~")
        time.sleep(0.3)
        text = demo.text()
    assert FAULT in text.split("[历史]", 1)[1], text


def alerts(house: House, *arguments: str) -> list[dict[str, Any]]:
    done = house.run("alerts", *arguments, "--format", "json")
    assert done.returncode == 0, done.stderr
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


def test_what_nobody_takes_is_escalated_twice_and_then_stays_where_it_is(house: House) -> None:
    rules = house.folder / "fast.toml"
    rules.write_text(FAST_CHAIN, encoding="utf-8")
    applied = house.run("alerts", "apply", str(rules), "--yes")
    assert applied.returncode == 0, applied.stderr
    house.start("engine").wait_for("The engine runs")
    assert house.run("alerts", "declare", FAULT).returncode == 0

    def steps() -> list[str]:
        (open_alert,) = alerts(house, "list")
        life = alerts(house, "timeline", str(open_alert["alert"]))
        return [str(row["what"]) for row in life if "escalated" in str(row)]

    eventually(lambda: bool(alerts(house, "list")), "the fault is an alert", PATIENCE_SECONDS)
    # The first step tells the desk; it was passed on twice, to the region and to the province.
    eventually(lambda: len(steps()) == 3, "escalated twice", PATIENCE_SECONDS)

    floor = house.open("floor", lang="zh", size=(COLUMNS, LINES))
    floor.wait_for(lambda text: "■ I" in text and FAULT in text, PATIENCE_SECONDS)
    floor.press("!")
    floor.wait_for("[活动")
    floor.press("p")
    floor.wait_for(lambda text: all(name in text for name in ("desk", "region", "province")), PATIENCE_SECONDS)
    assert len(steps()) == 3
