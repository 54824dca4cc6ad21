"""A site that is watched: a real database, the sensors on pictures made of it, time told by hand."""

from __future__ import annotations

import shutil
import tempfile
from functools import cache
from pathlib import Path
from typing import Any, Final

from app.alerts.minute import MinutePicture, minute_picture
from app.alerts.model import Alert, AlertState
from app.alerts.rule import AlertBook, Rule, Text
from app.alerts.unit_tally import UnitTally
from app.core.clock import ManualClock
from app.core.events import AgentNotReady, AgentReady, AgentSignedIn, AgentSignedOut, AnyEvent
from app.core.facts import Batch, Draft
from app.core.settings import Settings
from app.core.zones import day_start_ms, load_zone
from app.floor.live import LiveFloor, LiveSettings
from app.floor.picture import FloorSnapshot, Freshness
from app.tickets.live import LiveTickets, Names
from app.tickets.picture import TicketSnapshot
from app.tickets.policy_file import shipped_book
from store.sessions import ReaderSession, WriterSession
from store.watching import WatchingSession, WatchSettings

ZONE: Final = load_zone("Asia/Shanghai")
NOW_MS: Final = 1_772_330_400_000
"""10:00 of a day in Shanghai."""

SECOND_MS: Final = 1000
MINUTE_MS: Final = 60_000


class Pictures:
    """Pictures of a database at the clock's instant, made when they are asked for: implements `Sights`.

    Args:
        path: The database.
        clock: Tells the instant.
    """

    def __init__(self, path: Path, clock: ManualClock) -> None:
        self._clock = clock
        self.session = ReaderSession(path, ZONE)
        self.is_dark = False
        """Whether nobody makes pictures any more."""
        self._floor = LiveFloor(LiveSettings(ZONE))
        self._tickets = LiveTickets()
        self._tally = UnitTally()
        self._minute: MinutePicture | None = None

    def floor(self) -> FloorSnapshot | None:
        now_ms, live = self._clock.now_ms(), self._floor
        if self.is_dark:
            return None
        fresh = not live.is_of_day(now_ms)
        changes = self.session.reader.changes(0 if fresh else live.seq, live.generation, day_start_ms(now_ms, ZONE))
        live.apply(changes, now_ms, fresh)
        return live.snapshot(now_ms, Freshness())

    def tickets(self) -> TicketSnapshot | None:
        if self.is_dark:
            return None
        now_ms, live = self._clock.now_ms(), self._tickets
        live.apply(self.session.tickets.ticket_changes(live.seq, live.generation), Names(), now_ms)
        return live.snapshot(now_ms, Freshness())

    def minute(self) -> MinutePicture | None:
        now_ms = self._clock.now_ms()
        if self._minute is None or now_ms - self._minute.at_ms >= MINUTE_MS:
            self._minute = minute_picture(self.session, now_ms, Settings(), ZONE, self._tally)
        return self._minute

    def close(self) -> None:
        self.session.close()


@cache
def _template() -> Path:
    path = Path(tempfile.mkdtemp(prefix="watchfloor-tests-")) / "watched.db"
    session = WriterSession(path, Settings(), ManualClock(0), ZONE)
    with session.log.writing():
        session.tickets.save_book(shipped_book(), 0, "ops", "ours.toml")
    session._store.connection.execute("PRAGMA journal_mode = delete").close()
    session.close()
    return path


class WatchedSite:
    """One site, as the engine has it.

    Args:
        path: Its database; made where there is none.
        now_ms: What its clock tells.
    """

    def __init__(self, path: Path, now_ms: int = NOW_MS) -> None:
        if not path.exists():
            shutil.copy(_template(), path)
        self.path = path
        self.clock = ManualClock(now_ms)
        self.pictures: Pictures | None = None
        self.session = WatchingSession(path, Settings(), self.clock, ZONE, self._begin, WatchSettings(is_kept=False))
        # Nothing here outlives a crash of the machine, and syncing is most of the time of a small test.
        self.session._store.connection.execute("PRAGMA synchronous = OFF").close()

    def _begin(self) -> Pictures:
        self.pictures = Pictures(self.path, self.clock)
        return self.pictures

    def close(self) -> None:
        self.session.close()

    def apply(self, *rules: Rule) -> None:
        """Have these rules and no others hold."""
        with self.session.log.writing():
            self.session.alerts.save_book(AlertBook(rules=rules), self.clock.now_ms(), "ops", "rules.toml")

    def record(self, *events: AnyEvent, source: str = "pbx") -> None:
        """Store facts as a source tells them."""
        drafts = [Draft(event, repr(event).encode()) for event in events]
        self.session.journal.record(Batch(source, drafts))

    def attend(self) -> None:
        """Let what is due happen."""
        self.session.attend()

    def after(self, seconds: int, step_ms: int = 200) -> None:
        """Let time pass as the engine does, a fifth of a second at a time."""
        end_ms = self.clock.now_ms() + seconds * SECOND_MS
        while self.clock.now_ms() < end_ms:
            self.clock.advance_ms(step_ms)
            self.attend()

    def alerts(self, rule: str = "") -> list[Alert]:
        """All occurrences so far, those that are over too."""
        found = self.session.alerts.recent_alerts(0)
        return [alert for alert in found if not rule or alert.rule == rule]

    def open(self) -> list[str]:
        """What is raised or acknowledged now, by name."""
        states = (AlertState.RAISED, AlertState.ACKNOWLEDGED)
        return sorted(alert.alert for alert in self.alerts() if alert.state in states)

    def log(self) -> list[tuple[Any, ...]]:
        """The facts of alerts in the log, in order."""
        cursor = self.session._store.connection.execute(
            "SELECT at_ms, kind, detail FROM event WHERE kind LIKE 'alert%' ORDER BY seq"
        )
        found: list[tuple[Any, ...]] = cursor.fetchall()
        return found


def rule(name: str, metric: str, **fields: Any) -> Rule:
    """A rule of level III that says what it is called."""
    given: dict[str, Any] = {"level": 3, "text": Text(zh=name, en=name), **fields}
    return Rule(id=name, metric=metric, **given)


def signed_in(agent: str, at_ms: int = NOW_MS - MINUTE_MS, queue: str = "q1") -> AgentSignedIn:
    return AgentSignedIn(at_ms=at_ms, agent=agent, queue=queue)


def signed_out(agent: str, at_ms: int, queue: str = "q1") -> AgentSignedOut:
    return AgentSignedOut(at_ms=at_ms, agent=agent, queue=queue)


def on_break(agent: str, at_ms: int, reason: str = "小休") -> AgentNotReady:
    return AgentNotReady(at_ms=at_ms, agent=agent, reason=reason)


def back(agent: str, at_ms: int) -> AgentReady:
    return AgentReady(at_ms=at_ms, agent=agent)
