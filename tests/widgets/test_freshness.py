from __future__ import annotations

from dataclasses import replace

import pytest

from app.core.clock import ManualClock
from app.floor.picture import Freshness
from tests.widgets.fakes import NOW_MS, make_snapshot
from tests.widgets.golden import speaking, texts
from widgets.freshness import FreshnessLine, freshness_text
from widgets.levels import Level

LIVE = Freshness(newest_event_ms=NOW_MS - 3_000, engine_alive=True, engine_here=True)


@pytest.mark.parametrize(
    ("freshness", "level", "text"),
    [
        (LIVE, Level.NORMAL, "newest event 0:03 ago · read by this process"),
        (replace(LIVE, engine_here=False), Level.NORMAL, "newest event 0:03 ago · read by another process"),
        (
            replace(LIVE, following=("queue_log", "[/]\x1b")),
            Level.NORMAL,
            "newest event 0:03 ago · read by this process · following queue_log, [/]␛",
        ),
        (
            replace(LIVE, newest_event_ms=NOW_MS - 300_000),
            Level.NOTICE,
            "newest event 5:00 ago · read by this process",
        ),
        (replace(LIVE, newest_event_ms=None), Level.NOTICE, "no data yet · read by this process"),
        (replace(LIVE, problem="disk\nfull"), Level.WARN, "disk␊full · read by this process"),
        (Freshness(NOW_MS - 130_000), Level.WARN, "Nobody reads the sources: the data is 2:10 old"),
        (Freshness(), Level.WARN, "Nobody reads the sources and there is no data yet"),
    ],
)
def test_what_is_said(freshness: Freshness, level: Level, text: str) -> None:
    with speaking("en"):
        assert freshness_text(freshness, NOW_MS) == (level, text)


def test_stale_data_gets_older_each_second_and_carries_a_sign() -> None:
    with speaking("zh"):
        clock = ManualClock(NOW_MS)
        line = FreshnessLine(clock, banner="演示")
        assert texts(line.paint(80)) == ["演示  正在等待现场的第一幅画面…"]
        line.show(make_snapshot(freshness=Freshness(NOW_MS - 130_000)))
        assert texts(line.paint(80)) == ["演示  ■ 没有进程在读取数据源：数据停留在 2:10 之前"]
        clock.advance_ms(1_000)
        line.tick()
        assert "2:11" in texts(line.paint(80))[0]
        assert line.level is Level.WARN


def test_a_long_problem_is_cut_to_the_line() -> None:
    line = FreshnessLine(ManualClock(NOW_MS))
    line.show(make_snapshot(freshness=replace(LIVE, problem="数据库" * 50)))
    assert texts(line.paint(41))[0].rstrip().endswith("…")
