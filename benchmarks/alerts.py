"""(k) What watching costs, and how soon an over-stayed break is on the banner.

*The watch*: 5,000 agents who are planned all day, 20,000 open tickets and 40 rules: the shipped ones, and more of the
same metrics with a scope. Events are recorded 500 a second, five times a second; two tickets change each second. What
counts is the processor's time of the thread that evaluates, in what the watch does: looking, comparing, recording what
follows, and of what is worked out for it once a minute. The pictures are made anyway, for screens; what they take is
printed beside it. Time is told by hand, so that a machine that is busy with other things takes no longer.

*The banner*: `watchfloor floor` follows a queue log with an agent on a break that is over its maximum some seconds
after the screen opens. What counts is the time from that very second until the sentence has been read.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from statistics import median
from typing import Any, Final

from app.alerts.minute import MinutePicture, minute_picture
from app.alerts.rule import AlertBook, Rule, Scope, Text
from app.alerts.rule_file import shipped_alert_book
from app.alerts.unit_tally import UnitTally
from app.core.clock import ManualClock, SystemClock
from app.core.events import AgentNotReady, AgentReady, AgentSignedIn, CallCompleted, CallConnected, CallEntered
from app.core.facts import Batch, Draft
from app.core.settings import Settings
from app.core.zones import at, day_start_ms, load_zone
from app.floor.live import LiveFloor, LiveSettings
from app.floor.picture import FloorSnapshot, Freshness
from app.planning.forecast_model import ForecastPoint
from app.planning.model import Activity, ScheduledSpan, Shift, VersionKind
from app.sources.model import FollowedFile
from app.tickets.live import LiveTickets
from app.tickets.picture import TicketSnapshot
from app.tickets.ports import TicketChanges
from benchmarks.pty_child import PtyChild, make_home, plain, watchfloor
from benchmarks.results import Figure, at_least, at_most, spread
from store.sessions import ReaderSession, WriterSession
from store.watching import WatchingSession, WatchSettings
from tests.tickets.samples import NAMES, many_tickets, some_ticket
from tests.widgets.fakes import NOW_MS

AGENTS: Final = 5_000
TICKETS: Final = 20_000
RULES: Final = 40
EVENTS_PER_SECOND: Final = 500
STEP_MS: Final = 200
TICKETS_CHANGED: Final = 2
QUEUES: Final = tuple(f"queue {number}" for number in range(1, 9))
ZONE: Final = load_zone("Asia/Shanghai")

BREAK_SECONDS: Final = 900
AHEAD_SECONDS: Final = 12
"""The break is over its maximum so long after the screen is opened."""


class _Floor:
    """Makes the events of a busy floor: calls that come, are answered and end; breaks that begin and end."""

    def __init__(self) -> None:
        self._random = Random(17)
        self._states: dict[str, str] = {}
        self._count = 0
        self.agents = [f"agent-{number:04d}" for number in range(AGENTS)]

    def sign_in(self, at_ms: int) -> list[Any]:
        """Everyone begins."""
        return [
            AgentSignedIn(at_ms=at_ms, agent=agent, queue=QUEUES[number % len(QUEUES)])
            for number, agent in enumerate(self.agents)
        ]

    def events(self, at_ms: int, count: int) -> list[Any]:
        """At least so many events of an instant."""
        found: list[Any] = []
        while len(found) < count:
            found += self._happens(self._random.choice(self.agents), at_ms)
        return found

    def _happens(self, agent: str, at_ms: int) -> Iterator[Any]:
        state = self._states.pop(agent, "")
        queue = QUEUES[int(agent[-4:]) % len(QUEUES)]
        if state == "break":
            yield AgentReady(at_ms=at_ms, agent=agent)
        elif state:
            yield CallCompleted(at_ms=at_ms, call=state, queue=queue, agent=agent, talk_seconds=30)
        elif self._random.random() < 0.1:
            self._states[agent] = "break"
            yield AgentNotReady(at_ms=at_ms, agent=agent, reason=self._random.choice(("小休", "打水", "上厕所")))
        else:
            self._count += 1
            self._states[agent] = call = f"call-{self._count}"
            wait = self._random.randrange(0, 30)
            yield CallEntered(at_ms=at_ms - wait * 1000, call=call, queue=queue)
            yield CallConnected(at_ms=at_ms, call=call, queue=queue, agent=agent, wait_seconds=wait)


class _Pictures:
    """Implements `Sights`: pictures that are made beside the time that is measured."""

    def __init__(self, path: Path) -> None:
        self._reader = ReaderSession(path, ZONE)
        self._live = LiveFloor(LiveSettings(ZONE))
        self._live_tickets = LiveTickets()
        self._random = Random(11)
        self._tally = UnitTally()
        self._shown: tuple[FloorSnapshot, TicketSnapshot] | None = None
        self._minute: MinutePicture | None = None
        self.minute_cpu_ms: list[float] = []

    def begin(self, now_ms: int) -> None:
        """The tickets that are open."""
        self._live_tickets.apply(TicketChanges(1, 1, True, many_tickets(TICKETS, now_ms)), NAMES, now_ms)

    def make(self, now_ms: int, *, tickets_change: bool) -> None:
        """The pictures of a moment."""
        live, tickets = self._live, self._live_tickets
        live.apply(self._reader.reader.changes(live.seq, live.generation, day_start_ms(now_ms, ZONE)), now_ms, False)
        if tickets_change:
            changed = [f"WO-260305-{self._random.randrange(TICKETS):05d}" for _change in range(TICKETS_CHANGED)]
            some = [some_ticket(self._random, number, now_ms) for number in changed]
            tickets.apply(TicketChanges(tickets.seq + 1, 1, False, some), NAMES, now_ms)
        self._shown = (live.snapshot(now_ms, Freshness()), tickets.snapshot(now_ms, Freshness()))

    def make_minute(self, now_ms: int) -> None:
        """The picture of a minute."""
        self.minute_cpu_ms.append(
            _cpu_ms(
                lambda: setattr(self, "_minute", minute_picture(self._reader, now_ms, Settings(), ZONE, self._tally))
            )
        )

    def floor(self) -> FloorSnapshot | None:
        return None if self._shown is None else self._shown[0]

    def tickets(self) -> TicketSnapshot | None:
        return None if self._shown is None else self._shown[1]

    def minute(self) -> MinutePicture | None:
        return self._minute

    def close(self) -> None:
        self._reader.close()


def forty_rules() -> AlertBook:
    """The shipped rules, and as many more with a scope as make forty."""
    book = shipped_alert_book()
    more = [
        Rule(
            id=f"more-{number}",
            metric=metric,
            above=above,
            level=3,
            text=Text(zh="{entity}", en="{entity}"),
            scope=Scope(queues=QUEUES[:4]),
        )
        for number, (metric, above) in enumerate(
            [("agent.call", 600.0), ("agent.wrap_up", 120.0), ("queue.unattended_wait", 30.0), ("agent.hold", 60.0)]
            * 10
        )
    ]
    return book.model_copy(update={"rules": (*book.rules, *more)[:RULES]})


def _cpu_ms(work: Callable[[], object]) -> float:
    started_ns = time.thread_time_ns()
    work()
    return (time.thread_time_ns() - started_ns) / 1e6


def _record(session: WriterSession, events: list[Any]) -> None:
    session.journal.record(Batch("pbx", [Draft(event, repr(event).encode()) for event in events]))


def _plan(session: WriterSession, agents: list[str], now_ms: int) -> None:
    """A forecast of every queue, and everyone on the queue all day."""
    start_ms = day_start_ms(now_ms, ZONE)
    day = at(now_ms, ZONE).date()
    points = [
        ForecastPoint(queue, start_ms + step * 900_000, 15, 120_000, 180_000) for queue in QUEUES for step in range(96)
    ]
    end_ms = start_ms + 24 * 3_600_000
    shifts = [Shift(agent, day, (ScheduledSpan(agent, day, start_ms, end_ms, Activity.ON_QUEUE),)) for agent in agents]
    with session.log.writing():
        session.forecast.add_version(now_ms, "bench", "imported", "bench", points, [])
        session.planning.add_version(VersionKind.PUBLISHED, now_ms, "bench", "bench", shifts)


def _watch(folder: Path, seconds: int) -> list[Figure]:
    path, clock, floor = folder / "floor.db", ManualClock(NOW_MS - 600_000), _Floor()
    first = WriterSession(path, Settings(), clock, ZONE)
    with first.log.writing():
        first.alerts.save_book(forty_rules(), clock.now_ms(), "bench", "forty.toml")
    _plan(first, floor.agents, clock.now_ms())
    _record(first, floor.sign_in(clock.now_ms()))
    for _half_minute in range(10):
        clock.advance_ms(30_000)
        _record(first, floor.events(clock.now_ms(), 1000))
    first.close()
    pictures: list[_Pictures] = []

    def begin() -> _Pictures:
        pictures.append(_Pictures(path))
        return pictures[-1]

    session = WatchingSession(path, Settings(), clock, ZONE, begin, WatchSettings(is_kept=False))
    try:
        return _measured(session, pictures[0], clock, floor, seconds)
    finally:
        session.close()


def _measured(
    session: WatchingSession, pictures: _Pictures, clock: ManualClock, floor: _Floor, seconds: int
) -> list[Figure]:
    clock.advance_ms(300_000)
    pictures.begin(clock.now_ms())
    pictures.make_minute(clock.now_ms())
    pictures.make(clock.now_ms(), tickets_change=False)
    # Looked at and recorded, then taken back as they were folded.
    first_ms = _cpu_ms(session.watch.attend) + _cpu_ms(session.watch.attend)
    recorded = 0
    picture_ms = watch_ms = 0.0
    for step in range(seconds * 1000 // STEP_MS):
        clock.advance_ms(STEP_MS)
        now_ms = clock.now_ms()
        events = floor.events(now_ms, EVENTS_PER_SECOND * STEP_MS // 1000)
        _record(session, events)
        recorded += len(events)
        picture_ms += _cpu_ms(lambda now_ms=now_ms, step=step: pictures.make(now_ms, tickets_change=step % 5 == 0))
        if step % 300 == 0:
            pictures.make_minute(now_ms)
        watch_ms += _cpu_ms(session.watch.attend)
    minute_ms = median(pictures.minute_cpu_ms)
    share = (watch_ms / seconds + minute_ms / 60) / 10
    return [
        at_least("events recorded per second", recorded / seconds, EVENTS_PER_SECOND, digits=0),
        Figure("open alerts at the end", f"{len(session.alerts.open_alerts()):,}"),
        Figure("CPU of the first look, everything told once", f"{first_ms:,.0f} ms"),
        Figure("CPU of the watch, by second", f"{watch_ms / seconds:.1f} ms"),
        Figure("CPU of what is worked out once a minute", f"{minute_ms:.0f} ms"),
        at_most("both, of one core", share, 10, " %"),
        Figure("  CPU of the pictures, which screens want too, by second", f"{picture_ms / seconds:.0f} ms"),
    ]


def _banner(folder: Path) -> float:
    """Seconds from the instant a break is over its maximum until the banner says so."""
    database, log = folder / "floor.db", folder / "queue_log"
    clock = SystemClock()
    session = WriterSession(database, Settings.model_construct(), clock)
    session.log.follow(FollowedFile("pbx", str(log), "queue-log", "utf-8", clock.now_ms()))
    text = Text(zh="{name} over-stayed", en="{name} over-stayed")
    book = AlertBook(rules=(Rule(id="b", metric="agent.break_spell", above=float(BREAK_SECONDS), level=3, text=text),))
    with session.log.writing():
        session.alerts.save_book(book, clock.now_ms(), "bench", "one.toml")
    session.close()
    due_seconds = clock.now_ms() // 1000 + AHEAD_SECONDS
    rows = [f"{due_seconds - 3600}|NONE|q1|ann|ADDMEMBER|", f"{due_seconds - BREAK_SECONDS}|NONE|q1|ann|PAUSE|break"]
    log.write_text("".join(f"{row}\n" for row in rows), encoding="utf-8")
    offset_ns = time.time_ns() - time.monotonic_ns()
    with PtyChild(watchfloor("--db", str(database), "--lang", "en", "floor"), folder, size=(160, 48)) as child:
        at_ns, _output = child.read_until(lambda read: "ann over-stayed" in plain(read), 60)
    return (at_ns + offset_ns) / 1e9 - due_seconds


def measure(quick: bool) -> list[Figure]:
    """Watch a large floor, then wait for a banner."""
    with make_home() as folder:
        figures = _watch(Path(folder), 10 if quick else 30)
    waited: list[float] = []
    for _round in range(2 if quick else 5):
        with make_home() as folder:
            waited.append(_banner(Path(folder)))
    return [
        *figures,
        Figure("an over-stayed break on the banner after its second", spread(waited, " s", 2)),
        at_most("  the longest", max(waited), 1, " s"),
    ]
