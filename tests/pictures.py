"""Makes the pictures of the documents: the real screens on the simulated floor, at a moment that never changes.

Called by `make pictures`; the same program gives the same pictures, so that a change of one is a change of the screen.
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from app.core.clock import ManualClock
from app.core.facts import Batch
from app.core.i18n import set_language
from app.core.settings import Settings
from app.core.zones import day_start_ms, instant_ms, load_zone
from app.floor.figures import agent_figures
from app.floor.live import LiveFloor, LiveSettings
from app.floor.picture import AgentDay, FloorSnapshot, Freshness
from app.planning.live_plan import LivePlan
from app.planning.service import rules_of
from app.tickets.feed import names_of
from app.tickets.live import LiveTickets
from app.tickets.picture import TicketSnapshot
from screens.app import WatchfloorApp
from seed.feed import SimulatedSource
from seed.plan_writer import write_plan
from seed.scenario import load_scenario
from seed.simulator import Simulator, opening_ms
from seed.ticket_office import TicketOffice
from seed.ticket_writer import write_departments
from store.desk import SqlitePlanningDesk
from store.sessions import ReaderSession, WriterSession
from store.ticket_desk import SqliteTicketDesk
from tests.svg_frame import framed

ZONE: Final = load_zone("Asia/Shanghai")
NOW_MS: Final = instant_ms(datetime(2026, 11, 20, 10, 20, tzinfo=ZONE))
SEED: Final = 42
AGENTS: Final = 60


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture.

    Attributes:
        name: Of the file, without its ending.
        title: What it shows.
        language: Of the screen.
        size: Of the terminal: columns, lines.
        keys: What is pressed before it is taken.
        theme: The colours.
        wall: The kiosk instead of the desk.
    """

    name: str
    title: str
    language: str = "zh"
    size: tuple[int, int] = (120, 36)
    keys: tuple[str, ...] = ()
    theme: str = "watchfloor-dark"
    wall: bool = False


PROLONGED: Final = ("P", "down", "down", "down", "plus", "plus")
"""The agent under the cursor gets ten more minutes for lunch, not applied yet."""

PICTURES: Final = (
    Picture("floor-zh", "现场：指标、队列、坐席"),
    Picture("floor-en", "The floor: key figures, queues, agents", "en", theme="watchfloor-light"),
    Picture(
        "floor-safe",
        "The floor in colours for colour-blind eyes, grouped by state",
        "en",
        keys=("g", "g"),
        theme="watchfloor-safe",
    ),
    Picture("floor-80x24", "The floor on a terminal of 80 columns and 24 lines", "en", (80, 24)),
    Picture("filter-zh", "筛选：只看小休", keys=("slash", "小", "休", "enter")),
    Picture("peek-zh", "坐席的一天", keys=("p",)),
    Picture("peek-en", "An agent's day", "en", keys=("p",)),
    Picture("out-zh", "偏离班表的坐席，最严重的在前", keys=("O",)),
    Picture("intraday-zh", "今日与计划：话务曲线、人力与缺口", size=(120, 40), keys=("i",)),
    Picture("intraday-en", "Today against the plan", "en", (120, 40), ("i",), theme="watchfloor-light"),
    Picture("planner-en", "The planner: a lunch being prolonged", "en", (120, 30), PROLONGED),
    Picture("help-en", "Help: the keys of the floor and what its figures mean", "en", (120, 44), ("question_mark",)),
    Picture("tickets-zh", "工单：最紧急的在前", size=(132, 36), keys=("T",)),
    Picture("tickets-en", "The tickets: the most urgent first", "en", (132, 36), ("T",), theme="watchfloor-light"),
    Picture("tickets-filter-zh", "工单：边输入边提示", size=(120, 30), keys=("T", "slash", *"剩余<1h 单位:")),
    Picture("ticket-zh", "一张工单：计时、经过、可联系的人", size=(120, 40), keys=("T", "p")),
    Picture("ticket-en", "A ticket: its clocks, its people, its path", "en", (120, 40), ("T", "p")),
    Picture("ticket-80x24", "A ticket on a terminal of 80 columns and 24 lines", "en", (80, 24), ("T", "p")),
    Picture("ticket-board-zh", "值班长看板", size=(120, 40), keys=("T", "B")),
    Picture("wall-service-zh", "大屏：服务水平", size=(120, 34), wall=True),
    Picture("wall-agents-zh", "大屏：各状态人数", size=(120, 34), keys=("right",), wall=True),
    Picture("wall-queues-zh", "大屏：队列", size=(120, 34), keys=("right", "right"), wall=True),
    Picture("wall-distress-en", "The wall: who needs a look", "en", (120, 34), ("right", "right", "right"), wall=True),
)


class StillTickets:
    """The tickets of a floor that stands still; a feed for the app.

    Args:
        database: Where they are.
        now_ms: The moment.
        freshness: How old what is shown is.
    """

    def __init__(self, database: Path, now_ms: int, freshness: Freshness) -> None:
        reader = ReaderSession(database, ZONE)
        try:
            live = LiveTickets()
            live.apply(reader.tickets.ticket_changes(0, 0), names_of(reader.people), now_ms)
        finally:
            reader.close()
        self._snapshot = live.snapshot(now_ms, freshness)

    def latest(self) -> TicketSnapshot:
        """The picture."""
        return self._snapshot

    def subscribe(self, _listener: Callable[[TicketSnapshot], None]) -> Callable[[], None]:
        """Nothing ever changes."""
        return lambda: None


class StillFloor:
    """A simulated floor that has been played up to one moment and stands still there; a feed for the app.

    Args:
        database: Where its facts are put.
        now_ms: The moment.
    """

    def __init__(self, database: Path, now_ms: int = NOW_MS) -> None:
        self._database = database
        self.clock = ManualClock(now_ms)
        scenario = load_scenario()
        opening = opening_ms(scenario, now_ms)
        simulator = Simulator(scenario, SEED, AGENTS, opening)
        if scenario.tickets is None:
            raise RuntimeError("The scenario of the pictures has no tickets.")
        office = TicketOffice(scenario, scenario.tickets, SEED, AGENTS, simulator.plan, opening, now_ms)
        source = SimulatedSource(simulator, self.clock, tickets=office)
        settings = Settings.model_construct()
        writer = WriterSession(database, settings, self.clock, ZONE)
        try:
            write_plan(source.plan, writer.people, writer.planning, writer.forecast, now_ms)
            write_departments(office, writer.people, writer.tickets, writer.log.writing)
            # What happened on the floor comes first, then what became of its tickets.
            while drafts := source.drafts():
                writer.journal.record(Batch(source.name, drafts))
            while writer.attendant.reconcile():
                pass
        finally:
            writer.close()
        reader = ReaderSession(database)
        try:
            live = LiveFloor(LiveSettings(ZONE))
            live.apply(reader.reader.changes(0, 0, day_start_ms(now_ms, ZONE)), now_ms, fresh=True)
            plan = LivePlan(reader.people, reader.planning, ZONE, rules_of(settings))
            live.set_roster(plan.roster() or {}, now_ms)
            live.set_standings(plan.standings((), now_ms, look=True), now_ms)
        finally:
            reader.close()
        freshness = Freshness(engine_alive=True, engine_here=True, following=(source.name,))
        self._snapshot = live.snapshot(now_ms, freshness)
        self.desk = SqlitePlanningDesk(database, settings, ZONE, self.clock, "demo")
        self.ticket_desk = SqliteTicketDesk(database, settings, ZONE, self.clock, "demo")
        self.tickets = StillTickets(database, now_ms, freshness)

    def latest(self) -> FloorSnapshot:
        """The picture."""
        return self._snapshot

    def subscribe(self, _listener: Callable[[FloorSnapshot], None]) -> Callable[[], None]:
        """Nothing ever changes."""
        return lambda: None

    def agent_day(self, agent: str) -> AgentDay:
        """An agent's day up to the moment."""
        now_ms = self.clock.now_ms()
        start_ms = day_start_ms(now_ms, ZONE)
        reader = ReaderSession(self._database)
        try:
            intervals, visits = reader.reader.agent_time(agent, start_ms, now_ms)
        finally:
            reader.close()
        return AgentDay(agent, start_ms, now_ms, tuple(intervals), agent_figures(intervals, visits, start_ms, now_ms))


async def taken(picture: Picture, floor: StillFloor) -> str:
    """One picture as SVG."""
    app = WatchfloorApp(
        floor,
        chosen_language=picture.language,
        theme=picture.theme,
        wall=picture.wall,
        notice=lambda: f"DEMO · morning · seed {SEED} · ×1",
        zone=ZONE,
        planning=floor.desk,
        tickets=(floor.ticket_desk, floor.tickets),
        uptime_ms=lambda: 0,
    )
    async with app.run_test(size=picture.size) as pilot:
        await pilot.pause()
        for key in picture.keys:
            await pilot.press(key)
            await app.workers.wait_for_complete()
            await pilot.pause()
        if app.boundary.count:
            raise RuntimeError(f"{picture.name}: the screen met an error; it is in the log.")
        return framed(app.export_screenshot(simplify=True), picture.title)


def make(folder: Path) -> list[Path]:
    """Make every picture.

    Returns:
        The files.
    """
    folder.mkdir(parents=True, exist_ok=True)
    # Whoever makes them, and on whatever terminal: pictures have all colours.
    os.environ.update(COLORTERM="truecolor", TERM="xterm-256color")
    os.environ.pop("NO_COLOR", None)
    made = []
    with tempfile.TemporaryDirectory(prefix="watchfloor-pictures-") as temporary:
        floor = StillFloor(Path(temporary) / "floor.db")
        for picture in PICTURES:
            file = folder / f"{picture.name}.svg"
            file.write_text(asyncio.run(taken(picture, floor)), encoding="utf-8")
            made.append(file)
    set_language("en")
    return made


if __name__ == "__main__":
    for made_file in make(Path(sys.argv[1])):
        sys.stdout.write(f"{made_file}\n")
