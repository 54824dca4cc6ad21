"""A site that tells people, on a real database; and, run by itself, one that is killed while it does."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Final

from app.alerts.channels.carriers import Carriers
from app.alerts.channels.making import send_through
from app.alerts.channels.model import Answer, Outgoing
from app.alerts.model import Alert
from app.alerts.rule import AlertBook, ChainStep, Channel, Recipient, Rule, Text
from app.alerts.teller import Teller, TellSettings
from app.core import alert_events as kinds
from app.core.clock import Clock, ManualClock, SystemClock
from app.core.events import AnyEvent
from app.core.facts import Batch, Draft
from app.core.settings import Settings
from app.core.zones import load_zone
from store.sessions import WriterSession

NAME: Final = "late|site"
NOW_MS: Final = 1_772_330_400_000

Send = Callable[[Channel, Outgoing], Answer]


def book(*channels: str, recipients: tuple[str, ...] = ("a",), **given: Any) -> AlertBook:
    """One rule of level II; whoever is told has the same channels; two steps of ten minutes."""
    text = Text(zh="迟了", en="late")
    told = {name: Recipient(name=name, channels=channels) for name in recipients}
    step = ChainStep(tell=recipients, acknowledge_seconds=600)
    kinds_of = {name: Channel(kind="webhook", url=f"https://{name}.example.org/", **given) for name in channels}
    rule = Rule(id="late", metric="house.ingest_behind", level=2, text=text)
    return AlertBook(rules=(rule,), recipients=told, chains={"2": (step, step)}, channels=kinds_of)


class TellingSite:
    """One site and its teller, as the engine has them.

    Args:
        path: Its database.
        send: Sends.
        clock: Its clock.
    """

    def __init__(self, path: Path, send: Send, clock: Clock) -> None:
        self.clock = clock
        self.session = WriterSession(path, Settings(), clock)
        self.carriers = Carriers(send)
        zone = load_zone("Asia/Shanghai")
        self.teller = Teller(self.session, self.carriers, TellSettings(clock, clock.now_ms, zone))

    def apply(self, rules: AlertBook) -> None:
        with self.session.log.writing():
            self.session.alerts.save_book(rules, self.clock.now_ms(), "ops", "rules.toml")

    def record(self, *events: AnyEvent) -> None:
        self.session.journal.record(Batch("test", [Draft(event, repr(event).encode()) for event in events]))

    def raise_alert(self, name: str = NAME, level: int = 2) -> None:
        self.record(kinds.AlertRaised(at_ms=self.clock.now_ms(), alert=name, level=level))

    def settle(self, rounds: int = 3) -> None:
        """Attend until nothing is on its way."""
        for _round in range(rounds):
            self.teller.attend()
            end = time.monotonic() + 10
            while self.carriers._out and time.monotonic() < end:
                self.teller.attend()
                time.sleep(0.002)

    def alert(self, name: str = NAME) -> Alert:
        found = self.session.alerts.alert(name)
        assert found is not None
        return found

    def close(self) -> None:
        self.teller.close()
        self.session.close()


class Line:
    """Channels that answer as told, the first answers first, and note what they were given."""

    def __init__(self, **answers: list[Answer]) -> None:
        self.answers = answers
        self.sent: list[tuple[str, Outgoing]] = []

    def __call__(self, settings: Channel, message: Outgoing) -> Answer:
        name = settings.url.removeprefix("https://").partition(".")[0]
        self.sent.append((name, message))
        waiting = self.answers.get(name, [])
        return waiting.pop(0) if waiting else Answer("told", "ok")

    @property
    def channels(self) -> list[str]:
        return [name for name, _message in self.sent]


def manual_site(path: Path, send: Send) -> TellingSite:
    """A site whose clock moves when told to."""
    return TellingSite(path, send, ManualClock(NOW_MS))


def send_and_die(settings: Channel, message: Outgoing) -> Answer:
    """Have a message arrive, and be killed before anything can be stored."""
    send_through(settings, message, SystemClock().now_ms, {})
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError


def main(path: str, is_dying: str) -> None:
    """Tell until nothing is left to tell."""
    now = SystemClock().now_ms
    send = send_and_die if is_dying == "die" else partial(send_through, wall_ms=now, environ={})
    site = TellingSite(Path(path), send, SystemClock())
    site.settle()
    site.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
