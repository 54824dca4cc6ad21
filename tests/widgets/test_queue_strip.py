from __future__ import annotations

from dataclasses import replace

import pytest

from app.core.clock import ManualClock
from app.floor.figures import ServiceFigures
from app.floor.picture import FloorSnapshot, QueueRow
from tests.widgets.fakes import HOSTILE_NAMES, NOW_MS, make_snapshot
from tests.widgets.golden import hold_to, speaking, texts
from widgets.queue_strip import QueueStrip


def queue(name: str, waiting: int = 0, wait_seconds: int | None = None) -> QueueRow:
    oldest_ms = None if wait_seconds is None else NOW_MS - wait_seconds * 1000
    return QueueRow(name, waiting, oldest_ms, ServiceFigures(), ServiceFigures())


def strip_of(*queues: QueueRow, clock: ManualClock | None = None, most_lines: int = 6) -> QueueStrip:
    strip = QueueStrip(clock or ManualClock(NOW_MS), most_lines=most_lines, empty_text="No queue yet.")
    strip.show(floor(*queues))
    return strip


def floor(*queues: QueueRow) -> FloorSnapshot:
    return replace(make_snapshot(0), queues=queues)


@pytest.mark.parametrize("width", [80, 200])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_queues_as_text(language: str, width: int) -> None:
    with speaking(language):
        strip = QueueStrip(ManualClock(NOW_MS))
        strip.show(make_snapshot())
        hold_to(f"queues_{language}_{width}", texts(strip.paint(width)), width)


def test_no_queue_says_what_to_do() -> None:
    assert texts(strip_of().paint(80)) == ["No queue yet."]


def test_the_longest_wait_ticks_and_gets_its_sign() -> None:
    clock = ManualClock(NOW_MS)
    strip = strip_of(queue("q", 1, 19), clock=clock)
    assert " 0:19" in texts(strip.paint(80))[1]
    clock.advance_ms(1000)
    assert " 0:20▲" in texts(strip.paint(80))[1]
    clock.advance_ms(40_000)
    assert " 1:00■" in texts(strip.paint(80))[1]


def test_the_bar_has_a_cell_per_caller_and_says_when_there_are_more() -> None:
    bars = [line[10:30] for line in texts(strip_of(queue("a", 0), queue("b", 3), queue("c", 12)).paint(80))[1:]]
    assert [bar.count("█") for bar in bars] == [0, 3, 8]
    assert ["+" in bar for bar in bars] == [False, False, True]


def test_more_queues_than_lines_are_counted_and_the_urgent_ones_named() -> None:
    with speaking("en"):
        queues = [queue(f"q{number}") for number in range(7)] + [queue("q7", 2, 90), queue("q8", 1, 5)]
        lines = texts(strip_of(*queues, most_lines=4).paint(80))
        assert len(lines) == 5
        assert [line.split()[0] for line in lines[1:4]] == ["q0", "q1", "q2"]
        assert lines[4] == "+6 more queues  ■ q7 2 · 1:30"
        assert len(texts(strip_of(*queues[:4], most_lines=4).paint(80))) == 5


def test_queues_stay_in_their_order_whatever_happens() -> None:
    lines = texts(strip_of(queue("a"), queue("b", 9, 300), queue("c")).paint(80))
    assert [line.split()[0] for line in lines[1:]] == ["a", "b", "c"]


def test_hostile_names() -> None:
    strip = strip_of(*(queue(name, 1, 5) for name in HOSTILE_NAMES), most_lines=20)
    hold_to("queues_hostile_80", texts(strip.paint(80)), 80)
