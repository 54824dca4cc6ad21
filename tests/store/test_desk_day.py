"""Today of each queue from a whole database: the desk's picture and the staffing report are one truth."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.core.settings import Settings
from app.core.zones import day_start_ms
from app.floor.reports import WHOLE, Range
from app.planning.forecast_report import StaffingSources, staffing_rows
from app.planning.forecast_service import PlannedOnQueue
from app.planning.requirement import need_of
from store.sessions import ReaderSession
from tests.pictures import NOW_MS, ZONE, StillFloor

Rows = dict[str, list[dict[str, object]]]


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> tuple[StillFloor, Rows]:
    """A demo floor that stands still, and what `report staffing` says of each of its queues and of the whole."""
    path: Path = tmp_path_factory.mktemp("desk") / "floor.db"
    floor = StillFloor(path)
    session = ReaderSession(path, ZONE)
    try:
        sources = StaffingSources(
            session.forecast,
            session.staffing,
            session.staffing,
            PlannedOnQueue(session.planning),
            need_of(Settings.model_construct()),
        )
        start_ms = day_start_ms(NOW_MS, ZONE)
        today = Range(start_ms, start_ms + 86_400_000, "30m", ZONE, NOW_MS)
        rows: Rows = {}
        for row in staffing_rows(sources, today, [*floor.desk.queues(), WHOLE]):
            rows.setdefault(str(row["queue"]), []).append(row)
    finally:
        session.close()
    return floor, rows


def test_the_desk_knows_every_queue(played: tuple[StillFloor, Rows]) -> None:
    floor, rows = played
    assert floor.desk.queues() == sorted(set(rows) - {WHOLE})
    assert len(rows) >= 4


def test_today_of_a_queue_is_what_the_staffing_report_says_of_it(played: tuple[StillFloor, Rows]) -> None:
    floor, rows = played
    for queue, told in rows.items():
        picture = floor.desk.intraday(30, None if queue == WHOLE else queue)
        assert picture is not None
        assert picture.queue == queue
        assert len(picture.points) == len(told) == 48
        for point, row in zip(picture.points, told, strict=True):
            assert point.actual_calls == row["actual_calls"]
            for name, digits in (("forecast_calls", 3), ("required", 2), ("scheduled", 2), ("staffed", 2)):
                figure = getattr(point, name)
                assert row[name] == (None if figure is None else round(figure, digits)), (queue, name)
            if row["net"] is not None:
                assert point.net is not None
                assert row["net"] == round(point.net, 2)
        assert (picture.schedule_fit, picture.schedule_error) == (told[0]["schedule_fit"], told[0]["schedule_error"])


def test_agents_of_several_queues_are_shared_and_add_up(played: tuple[StillFloor, Rows]) -> None:
    floor, rows = played
    parts = [floor.desk.intraday(30, queue) for queue in floor.desk.queues()]
    whole = floor.desk.intraday(30)
    assert whole is not None
    for index, point in enumerate(whole.points):
        for name in ("scheduled", "staffed", "actual_calls"):
            figures = [getattr(part.points[index], name) for part in parts if part is not None]
            if getattr(point, name) is not None:
                assert sum(figures) == pytest.approx(getattr(point, name)), (name, index)
    shares = [float(str(row["scheduled"])) for row in rows["VIP专席"] if row["scheduled"] is not None]
    assert any(share % 1 for share in shares)


def test_a_queue_nobody_knows_has_no_day(played: tuple[StillFloor, Rows]) -> None:
    floor, _rows = played
    assert floor.desk.intraday(30, "nowhere") is None
