"""History played again: what rules would have done, to the second, and nothing of the site is touched."""

from __future__ import annotations

from datetime import timezone
from pathlib import Path
from typing import Final

import pytest

from app.alerts import replay
from app.alerts.model import Alert
from app.alerts.rule import AlertBook
from app.alerts.rule_file import shipped_alert_book
from app.core import alert_events as kinds
from app.core.clock import ManualClock
from app.core.events import AgentNotReady, AgentReady, AgentSignedIn, AnyEvent
from app.core.facts import Batch, Draft
from app.core.settings import Settings
from app.floor.live import LiveSettings
from app.planning.mapping import AdherenceRules
from store.database import Store
from store.scratch import SiteSettings, scratch
from store.sessions import WriterSession

NINE_MS: Final = 1_772_355_600_000
"""2026-03-01 09:00 UTC."""

MINUTE_MS: Final = 60_000
SITE: Final = SiteSettings(Settings(), LiveSettings(timezone.utc), AdherenceRules())


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """Two agents; one takes a break of 20 minutes at 9:10:07, and was away for ten minutes at 8:00."""
    path = tmp_path / "floor.db"
    break_ms = NINE_MS + 10 * MINUTE_MS + 7_000
    facts: list[AnyEvent] = [
        *(AgentSignedIn(at_ms=NINE_MS - 90 * MINUTE_MS, agent=agent) for agent in ("1001", "1002")),
        *(AgentReady(at_ms=NINE_MS - 90 * MINUTE_MS, agent=agent) for agent in ("1001", "1002")),
        AgentNotReady(at_ms=NINE_MS - 60 * MINUTE_MS, agent="1002", reason="break"),
        AgentReady(at_ms=NINE_MS - 50 * MINUTE_MS, agent="1002"),
        AgentNotReady(at_ms=break_ms, agent="1001", reason="break"),
        AgentReady(at_ms=break_ms + 20 * MINUTE_MS, agent="1001"),
        # What other rules made of it in their time is not asked about.
        kinds.AlertRaised(at_ms=NINE_MS + MINUTE_MS, alert="break-too-long|agent:1002", level=3),
        kinds.FaultDeclared(at_ms=NINE_MS + 2 * MINUTE_MS, fault="F-1", what="电话不通"),
        kinds.FaultEnded(at_ms=NINE_MS + 5 * MINUTE_MS, fault="F-1"),
    ]
    session = WriterSession(path, Settings(), ManualClock(NINE_MS + 60 * MINUTE_MS))
    session.journal.record(Batch("pbx", [Draft(fact, repr(fact).encode()) for fact in facts]))
    session.close()
    return path


def played(site: Path, book: AlertBook, start_ms: int = NINE_MS, minutes: int = 45) -> list[Alert]:
    end_ms = start_ms + minutes * MINUTE_MS
    with scratch(site, SITE, replay.tried(book), start_ms) as stage:
        replay.play(stage, start_ms, end_ms)
        return stage.alerts(start_ms, end_ms)


def spans(alerts: list[Alert], rule: str) -> list[tuple[str, int | None, int | None]]:
    """What was raised by a rule: about whom, from when to when, in seconds after nine."""

    def seconds(at_ms: int | None) -> int | None:
        return None if at_ms is None else (at_ms - NINE_MS) // 1000

    return [(each.entity, seconds(each.raised_ms), seconds(each.resolved_ms)) for each in alerts if each.rule == rule]


def test_a_break_that_lasts_is_raised_at_its_second(site: Path) -> None:
    found = played(site, shipped_alert_book())
    assert len(spans(found, "break-too-long")) == 1
    entity, raised, over = spans(found, "break-too-long")[0]
    assert (entity, raised) == ("agent:1001", 25 * 60 + 7)
    # That it was over is seen with the next look.
    assert over is not None
    assert 0 <= over - (30 * 60 + 7) <= replay.STEP_MS // 1000


def test_a_declared_fault_is_of_the_past_too(site: Path) -> None:
    ((entity, raised, over),) = spans(played(site, shipped_alert_book()), "system-fault")
    assert (entity, raised) == ("fault:F-1", 120)
    assert over is not None
    assert 0 <= over - 300 <= replay.STEP_MS // 1000


def test_another_limit_would_have_been_quiet(site: Path) -> None:
    shipped = shipped_alert_book()
    rules = [
        rule.model_copy(update={"above": 1500.0}) if rule.id == "break-too-long" else rule for rule in shipped.rules
    ]
    found = played(site, shipped.model_copy(update={"rules": tuple(rules)}))
    assert spans(found, "break-too-long") == []


def test_what_lasts_at_the_beginning_is_raised_then(site: Path) -> None:
    start_ms = NINE_MS + 27 * MINUTE_MS
    ((_entity, raised, _over),) = spans(played(site, shipped_alert_book(), start_ms, 10), "break-too-long")
    assert raised == 27 * 60


def test_what_is_open_at_the_end_counts_up_to_it(site: Path) -> None:
    book = replay.tried(shipped_alert_book())
    end_ms = NINE_MS + 27 * MINUTE_MS
    found = played(site, book, NINE_MS, 27)
    rows = {row.rule: row for row in replay.rule_replays(found, book, end_ms, timezone.utc)}
    assert list(rows) == [rule.id for rule in book.rules]
    row = rows["break-too-long"]
    assert (row.fired, row.entities, row.open_seconds, row.longest_seconds) == (1, 1, 113, 113)
    assert row.first == row.last == "2026-03-01T09:25:07+00:00"
    assert rows["call-too-long"].fired == 0
    assert rows["call-too-long"].first is None


def test_the_site_is_as_it_was(site: Path) -> None:
    def state() -> list[tuple[object, ...]]:
        store = Store(site, writer=False)
        try:
            tables = ("event", "alert", "agent_interval", "alert_book", "journal", "fault")
            return [row for name in tables for row in store.connection.execute(f"SELECT * FROM {name}")]
        finally:
            store.close()

    before = state()
    played(site, shipped_alert_book())
    assert state() == before


def test_the_programs_own_rules_are_named_as_not_tried() -> None:
    book = shipped_alert_book()
    untried = replay.not_tried(book)
    assert {"feed-stale", "backup-old", "settlement-missed"} <= set(untried)
    assert {rule.id for rule in replay.tried(book).rules} == {rule.id for rule in book.rules} - set(untried)


class Counted:
    """A stage that writes down when it was looked at."""

    def __init__(self) -> None:
        self.seen: list[int] = []

    def advance(self, to_ms: int) -> None:
        self.seen.append(to_ms)


@pytest.mark.parametrize(
    ("length_ms", "looks"), [(1, [0, 1]), (5_000, [0, 5_000]), (12_000, [0, 5_000, 10_000, 12_000])]
)
def test_it_looks_from_the_first_to_the_last_instant(length_ms: int, looks: list[int]) -> None:
    stage, told = Counted(), list[tuple[int, int]]()
    replay.play(stage, NINE_MS, NINE_MS + length_ms, lambda done, total: told.append((done, total)))
    assert [at_ms - NINE_MS for at_ms in stage.seen] == looks
    assert told == [(number, len(looks)) for number in range(1, len(looks) + 1)]
