"""Putting rules in force: versions, what stays of open alerts, and two people who apply at once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timezone
from pathlib import Path

import pytest

from app.alerts import book_service as service
from app.alerts.rule import AlertBook
from app.alerts.rule_file import shipped_alert_book
from app.core import alert_events as kinds
from app.core.clock import ManualClock
from app.core.errors import RuleRefused, UsageProblem
from app.core.facts import Batch, Draft
from app.core.settings import Settings
from store.sessions import WriterSession

NOW_MS = 1_700_000_000_000


@pytest.fixture
def session(tmp_path: Path) -> Iterator[WriterSession]:
    made = WriterSession(tmp_path / "floor.db", Settings(), ManualClock(NOW_MS))
    yield made
    made.close()


def raise_alert(session: WriterSession, alert: str) -> None:
    fact = kinds.AlertRaised(at_ms=NOW_MS, alert=alert, level=3)
    session.journal.record(Batch("test", [Draft(fact, alert.encode())]))


def other_book() -> AlertBook:
    """One rule less, one with another threshold, one with another metric, one more."""
    shipped = shipped_alert_book()
    others: dict[str, dict[str, object]] = {"break-rate": {"above": 12.0}, "call-too-long": {"metric": "agent.hold"}}
    kept = [rule for rule in shipped.rules if rule.id != "backup-old"]
    rules = [rule.model_copy(update=others.get(rule.id, {})) for rule in kept]
    return shipped.model_copy(update={"rules": (*rules, shipped.rules[0].model_copy(update={"id": "new"}))})


def apply(session: WriterSession, book: AlertBook, expected: int, actor: str = "w") -> int:
    order = service.BookOrder(book, "ours.toml", actor, NOW_MS)
    return service.put_in_force(session.alerts, session.log.writing, order, expected)


def test_the_rules_brought_along_hold_until_others_do(session: WriterSession) -> None:
    assert service.in_force(session.alerts).version == 0
    assert service.in_force(session.alerts).book == shipped_alert_book()
    assert apply(session, other_book(), 0) == 1
    assert service.in_force(session.alerts).book == other_book()
    assert service.version_of(session.alerts, 0).book == shipped_alert_book()
    assert [row["version"] for row in service.version_rows(session.alerts.books(), timezone.utc)] == [1, 0]


def test_it_is_said_which_open_alerts_stay_and_which_go(session: WriterSession) -> None:
    for alert in (
        "break-rate|site",
        "backup-old|site",
        "call-too-long|agent:1",
        "call-too-long|agent:2",
        "volume-off|site",
    ):
        raise_alert(session, alert)
    assert service.preview(session.alerts, other_book()) == [
        ("backup-old", "removed", 0, 1),
        ("break-rate", "changed", 1, 0),
        ("call-too-long", "changed", 0, 2),
        ("new", "added", 0, 0),
        ("volume-off", "unchanged", 1, 0),
    ]
    assert len(session.alerts.open_alerts()) == 5


def test_who_applies_second_is_told_who_was_first(session: WriterSession) -> None:
    apply(session, other_book(), 0, actor="张三")
    with pytest.raises(RuleRefused, match="张三 has put version 1 in force"):
        apply(session, shipped_alert_book(), 0)
    assert len(session.alerts.books()) == 1


def test_a_version_that_never_was_is_told(session: WriterSession) -> None:
    with pytest.raises(UsageProblem, match="no version 7"):
        service.version_of(session.alerts, 7)
