"""Tickets on the demo floor, as a supervisor meets them: in Chinese, with the keyboard, in a real terminal."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable
from typing import Final

import pytest

from tests.journeys.house import House
from tests.journeys.terminal import Terminal

pytestmark = pytest.mark.journey

SIZE: Final = (150, 45)
OPEN_SECONDS: Final = 30.0
"""The floor is there in two seconds and its tickets in five; a machine busy with other tests may take its time."""

TOLD_SECONDS: Final = 90.0
"""Four minutes of the floor pass in a few seconds; what a person does meanwhile takes longer than any of that."""

NUMBER: Final = re.compile(r"WO-\d{6}-\d{4,}")
FLOOR: Final = "Watchfloor · 现场"
TICKETS: Final = "Watchfloor · 工单"
NO_TICKETS: Final = "此处无法读取工单"


def open_demo(house: House, speed: int) -> Terminal:
    """The demo's floor with its agents."""
    demo = house.open("demo", "--speed", str(speed), lang="zh", size=SIZE)
    demo.wait_for(lambda text: "● 通话" in text and FLOOR in text, OPEN_SECONDS)
    return demo


def open_tickets(demo: Terminal) -> None:
    """From the floor to its tickets, as soon as they can be read; the backlog of the days before is among them."""

    def answered(text: str) -> bool:
        return TICKETS in text or NO_TICKETS in text

    for _try in range(10):
        demo.press("T")
        if TICKETS in demo.wait_for(answered, OPEN_SECONDS):
            break
        demo.wait_gone(NO_TICKETS)
    demo.wait_for(lambda text: re.search(r"在办 [23]\d\d", text) is not None, OPEN_SECONDS)


def rows(text: str) -> list[str]:
    """The lines of tickets, below the header of the list."""
    lines = text.splitlines()
    header = next((place for place, line in enumerate(lines) if "剩余  环节" in line), len(lines))
    return [line for line in lines[header + 1 :] if NUMBER.search(line) and re.match(r"^[› ][* ]", line)]


def filtered(demo: Terminal, words: str, enough: Callable[[int], bool] = bool, before: str = "") -> str:
    """Filter the tickets, and wait until so many are shown as there should be; `before` is the filter until now."""
    if before:
        demo.press("Esc")
        demo.wait_gone(before)
    demo.press("/")
    demo.wait_for("筛选：类型:投诉")
    demo.press(words)

    def found(text: str) -> bool:
        line = next((line for line in text.splitlines() if words in line), "")
        counted = re.search(r"(\d+) / \d+", line)
        return counted is not None and enough(int(counted[1])) and (not int(counted[1]) or bool(rows(text)))

    found.__name__ = f"tickets of “{words}”"
    demo.wait_for(found)
    demo.press("Enter")
    return demo.wait_for(lambda text: found(text) and "p 速览" in text)


def do(demo: Terminal, word: str) -> None:
    """Choose a deed by its name from the list of all there are."""
    demo.press("x")
    demo.wait_for("要做什么")
    demo.press(word)
    demo.wait_for(lambda text: "要做什么" not in text and re.search(rf"│  {word} +│", text) is not None)
    demo.press("Enter")


def send_to(demo: Terminal, deed: str, unit: str) -> None:
    """Fill in the unit of a form, and do it."""
    demo.wait_for("去向单位")
    demo.press(unit)
    demo.wait_for(lambda text: re.search(rf"{unit}  \w+", text) is not None)
    demo.press("Enter")
    demo.press("Enter")
    demo.wait_for(f"{deed}：已对")
    demo.wait_gone("去向单位")


def phone(demo: Terminal, who: str, word: str) -> None:
    """Log a phone call from the peek: to whom, and whether anybody answered."""
    demo.press("c")
    demo.wait_for("致电对象")
    choose(demo, "致电对象", who)
    demo.press("Down", "Down", "Down")
    choose(demo, "是否接通", word)
    demo.press("Enter")
    demo.wait_gone("致电对象")


def choose(demo: Terminal, label: str, word: str) -> None:
    """Go through the values of a field until one is there."""

    def value(text: str) -> str:
        return next((line for line in text.splitlines() if label in line), "")

    for _value in range(8):
        before = value(demo.text())
        if f"‹ {word}" in before:
            return
        demo.press("Right")
        demo.wait_for(lambda text, before=before: value(text) != before)  # type: ignore[misc]
    raise AssertionError(f"{label} has no value {word}: {demo.text()}")


def peek(demo: Terminal) -> None:
    """Open the agent's day; the key is pressed again where it only left the line of the filter."""
    for _try in range(5):
        demo.press("Enter")
        with contextlib.suppress(AssertionError):
            demo.wait_for("签入次数", timeout=3)
            return
    demo.wait_for("签入次数")


def write_from_a_call(demo: Terminal, title: str) -> str:
    """Write a ticket from a call that an agent has now, and tell its number."""
    for _try in range(6):
        talking = re.findall(r"^[› ].● 通话 +(\S+).*?(\d+):(\d\d)", demo.text(), re.MULTILINE)
        agent = min(talking, key=lambda found: int(found[1]) * 60 + int(found[2]))[0]
        demo.press("/" + agent)
        demo.wait_for("1 / 60")
        demo.press("Enter")
        peek(demo)
        demo.press("w")
        text = demo.wait_for(lambda text: "的来电新建工单" in text or "坐席不在通话中" in text)
        if "的来电新建工单" in text:
            break
        # The call was over before the key was pressed: somebody else has one.
        demo.press("Esc")
        demo.wait_gone("签入次数")
        demo.press("Esc")
        demo.wait_gone("1 / 60")
    caller = re.search(r"由 (\d+) 的来电新建工单", demo.text())
    assert caller is not None, demo.text()
    demo.wait_for("‹ 报修")
    demo.press("Down", title)
    text = demo.wait_for(title)
    assert re.search(rf"来电号码 +{caller[1]}", text), text
    demo.press("Enter")
    written = re.search(rf"已新建工单 ({NUMBER.pattern})", demo.wait_for("已新建工单"))
    assert written is not None
    demo.wait_gone("的来电新建工单")
    demo.press("Esc")
    demo.wait_gone("签入次数")
    demo.press("Esc")
    demo.wait_gone("1 / 60")
    return written[1]


def test_an_order_from_a_live_call_that_nobody_receives_goes_up_to_the_manager(house: House) -> None:
    demo = open_demo(house, 20)
    number = write_from_a_call(demo, "主干光缆被挖断")
    open_tickets(demo)
    assert "主干光缆被挖断" in filtered(demo, f"单号:{number}", lambda count: count == 1)
    do(demo, "派发")
    # Nobody there looks at the screen.
    send_to(demo, "派发", "高淳抢修中心")
    demo.press("p")
    demo.wait_for("已派发 · 高淳抢修中心 · 无人处理")
    demo.wait_for("已通知 (到达抢修中心 · 派单方)  系统自动", TOLD_SECONDS)
    assert "已通知 (到达抢修中心 · 第一负责人)" not in demo.text()

    phone(demo, "单位", "否")
    demo.wait_for("已通知 (到达抢修中心 · 第一负责人)  系统自动", TOLD_SECONDS)
    phone(demo, "第一负责人", "是")
    text = demo.wait_for(lambda text: re.search(r"已接收  \S+ · 高淳抢修中心", text) is not None, TOLD_SECONDS)
    # The path says who was told and phoned, the newest first.
    order = ["已接收", "第一负责人", "第一负责人", "单位", "派单方", "已派发", "已建单"]
    path = [line for line in text.splitlines() if re.search(r"\d\d:\d\d:\d\d  ", line)]
    said = [next((word for word in order if word in line), line) for line in path]
    assert [word for word in said if word in order][: len(order)] == order, text


def test_what_was_sent_wrong_is_recalled_and_what_is_not_ours_returned(house: House) -> None:
    demo = open_demo(house, 60)
    open_tickets(demo)
    demo.press("w")
    demo.wait_for("‹ 报修")
    demo.press("Down", "楼道光缆脱落")
    demo.wait_for("楼道光缆脱落")
    demo.press("Enter")
    written = re.search(rf"已新建：({NUMBER.pattern})", demo.wait_for("已新建"))
    assert written is not None
    filtered(demo, f"单号:{written[1]}", lambda count: count == 1)
    do(demo, "派发")
    send_to(demo, "派发", "高淳抢修中心")
    demo.press("R")
    demo.wait_for("召回：")
    demo.press("Enter")
    demo.wait_for("召回：已对 1 张工单完成")
    do(demo, "派发")
    send_to(demo, "派发", "南京抢修中心")
    demo.press("p")
    text = demo.wait_for(lambda text: re.search(r"已接收  \S+ · 南京抢修中心", text) is not None, TOLD_SECONDS)
    assert "已收回" in text
    demo.press("Esc")

    filtered(demo, "类型:办理 状态:working 单位:业务支撑中心", before=f"单号:{written[1]}")
    number = _under_cursor(demo)
    filtered(demo, f"单号:{number}", lambda count: count == 1, before="类型:办理")
    demo.press("b")
    demo.wait_for("退回派单方：")
    demo.press("不属本中心业务")
    demo.wait_for("不属本中心业务")
    demo.press("Enter")
    demo.wait_for("退回派单方：已对 1 张工单完成")
    demo.press("p")
    # Whoever sent it sends it again: it was in order with them.
    text = demo.wait_for(_sent_again, TOLD_SECONDS)
    assert "不属本中心业务" in text


def _sent_again(text: str) -> bool:
    lines = text.splitlines()
    returned = next((place for place, line in enumerate(lines) if "已退回" in line and "不属本中心业务" in line), 0)
    return any("已派发" in line and ":" in line for line in lines[max(0, returned - 3) : returned])


def _under_cursor(demo: Terminal) -> str:
    line = next(line for line in rows(demo.text()) if line.startswith("›"))
    found = NUMBER.search(line)
    assert found is not None
    return found[0]


def test_a_dissatisfied_customer_s_ticket_is_opened_again_and_begun_by_its_handler(house: House) -> None:
    demo = open_demo(house, 60)
    open_tickets(demo)
    filtered(demo, "状态:resolved 类型:投诉")
    line = next(line for line in rows(demo.text()) if line.startswith("›"))
    number = _under_cursor(demo)
    do(demo, "满意度回访")
    demo.wait_for("得分")
    demo.press("20")
    demo.wait_for(lambda text: re.search(r"得分 \* +20", text) is not None)
    demo.press("Enter")
    demo.wait_for("满意度回访：已对 1 张工单完成")
    filtered(demo, f"单号:{number}", lambda count: count == 1, before="状态:resolved")
    demo.press("p")
    text = demo.wait_for(lambda text: "已重开" in text, TOLD_SECONDS)
    assert "系统自动" in text
    # The handler takes it on again, and the clocks of the old cycle stay as they were.
    handler = re.search(r"(?:市分公…|处理中…|账务部|省公司|中心) +(?:地市|中心|省) +(\S+)", line)
    assert handler is not None, line
    text = demo.wait_for(
        lambda text: len(re.findall(rf"已受理  {handler[1]}", text)) >= 1 and "第 2 轮" in text, TOLD_SECONDS
    )


def test_a_filter_a_transfer_of_many_and_its_undo(house: House) -> None:
    demo = open_demo(house, 1)
    open_tickets(demo)
    words = "类型:办理 状态:working 单位:南京市分公司"
    before = set(NUMBER.findall("\n".join(rows(filtered(demo, words)))))
    assert len(before) > 3
    demo.press("*")
    demo.wait_for(lambda text: sum(line[1] == "*" for line in rows(text)) == len(before))
    demo.press("t")
    demo.wait_for(f"转派：{len(before)} 张工单")
    demo.press("苏州市分公司")
    demo.wait_for("苏州市分公司  K2")
    demo.press("Enter")
    demo.wait_for("K2-M1")
    demo.press("Enter")
    demo.wait_for("一次处理")
    demo.press("Enter")
    demo.wait_for(f"转派：已对 {len(before)} 张工单完成")
    demo.wait_for("没有符合筛选的在办工单")

    demo.press("z")
    demo.wait_for(f"撤销对 {len(before)} 张工单的操作？")
    demo.press("Enter")
    text = demo.wait_for(lambda text: len(rows(text)) == len(before))
    assert set(NUMBER.findall("\n".join(rows(text)))) == before
    demo.press("p")
    text = demo.wait_for("处理经过")
    assert "已撤销" in text
    demo.press("Esc")
    demo.wait_gone("处理经过")
    demo.press("q")
    demo.wait_for(FLOOR)
    demo.press("q")
    code, _used = demo.wait_exit()
    assert code == 0
