"""An app with a feed of alerts whose pictures a test pushes, and a desk that writes down what it is asked to do."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual.pilot import Pilot

from app.alerts.model import Alert
from app.alerts.ports import AlertPicture
from app.core.clock import ManualClock
from app.core.errors import RuleRefused
from screens.app import WatchfloorApp
from tests.alerts.samples import picture
from tests.screens.conftest import screen_text
from tests.screens.fakes import FakeDesk, small_feed


class FakeAlertFeed:
    """A feed whose pictures are pushed by the test."""

    def __init__(self, newest: AlertPicture | None = None) -> None:
        self._latest = newest
        self._listeners: list[Callable[[AlertPicture], None]] = []

    def latest(self) -> AlertPicture | None:
        return self._latest

    def subscribe(self, listener: Callable[[AlertPicture], None]) -> Callable[[], None]:
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def push(self, newest: AlertPicture) -> None:
        self._latest = newest
        for listener in list(self._listeners):
            listener(newest)


class FakeAlertDesk:
    """Writes down what it is asked to do; refuses with a sentence where it has one."""

    def __init__(self) -> None:
        self.deeds: list[tuple[object, ...]] = []
        self.refusal = ""
        self.past: list[Alert] = []

    def _did(self, *deed: object) -> None:
        if self.refusal:
            raise RuleRefused(self.refusal)
        self.deeds.append(deed)

    def acknowledge(self, alerts: Sequence[str], note: str) -> int:
        self._did("acknowledge", tuple(alerts), note)
        return len(alerts)

    def silence(self, alerts: Sequence[str], until_ms: int, note: str) -> int:
        self._did("silence", tuple(alerts), until_ms, note)
        return len(alerts)

    def escalate(self, alerts: Sequence[str]) -> int:
        self._did("escalate", tuple(alerts))
        return len(alerts)

    def declare(self, what: str, source: str) -> str:
        self._did("declare", what, source)
        return "F-1"

    def end_fault(self, fault: str) -> None:
        self._did("end", fault)

    def history(self, start_ms: int, end_ms: int) -> list[Alert]:
        assert start_ms < end_ms
        return self.past


class AlertPlace:
    """An app on some alerts."""

    def __init__(self, *alerts: Alert, wall: bool = False) -> None:
        feed = small_feed()
        self.clock: ManualClock = feed.clock
        self.desk = FakeAlertDesk()
        self.feed = FakeAlertFeed(picture(*alerts))
        self.written: list[str] = []
        self.app = WatchfloorApp(feed, zone=FakeDesk.zone, wall=wall)
        self.app.attach_alerts(self.desk, self.feed)
        self._revision = 1

    @property
    def text(self) -> str:
        return screen_text(self.app)

    async def push(self, pilot: Pilot[None], *alerts: Alert, **more: object) -> None:
        """Have another picture come."""
        self._revision += 1
        self.feed.push(picture(*alerts, now_ms=self.clock.now_ms(), revision=self._revision, **more))
        await self.settled(pilot)

    async def settled(self, pilot: Pilot[None]) -> None:
        """Wait until everything has been done."""
        await pilot.pause()
        await self.app.workers.wait_for_complete()
        await pilot.pause()
