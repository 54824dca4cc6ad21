"""Alerts, rules and what is still to be told, as the database keeps them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from app.alerts.model import Alert, AlertState, Fault
from app.alerts.ports import OutboxMessage
from app.core import alert_events as kinds
from app.core.errors import StoreProblem
from store.outbox import SqliteOutbox
from tests.alerts.evaluating import BREAKS, book, rule
from tests.floor.ground import Ground
from tests.strategies import BASE_MS

NAME = "break-rate|site"


def raised(seconds: int, alert: str = NAME, **more: Any) -> kinds.AlertRaised:
    return kinds.AlertRaised(at_ms=BASE_MS + seconds * 1000, alert=alert, level=3, **more)


def resolved(seconds: int, alert: str = NAME) -> kinds.AlertResolved:
    return kinds.AlertResolved(at_ms=BASE_MS + seconds * 1000, alert=alert, reason="cleared")


def names(alerts: list[Alert]) -> list[tuple[str, int]]:
    return [(alert.alert, (alert.pending_ms - BASE_MS) // 1000) for alert in alerts]


def test_alerts_are_found_by_how_they_stand_and_when(tmp_path: Path) -> None:
    with Ground(tmp_path) as ground:
        ground.tell(raised(0), resolved(60), raised(100), resolved(200), raised(300), raised(250, "late|ticket:1"))
        assert names(ground.alerts.open_alerts()) == [("late|ticket:1", 250), (NAME, 300)]
        assert names(ground.alerts.recent_alerts(BASE_MS + 200_000)) == [
            (NAME, 100),
            ("late|ticket:1", 250),
            (NAME, 300),
        ]
        assert names(ground.alerts.alerts_between(BASE_MS + 100_000, BASE_MS + 300_000)) == [
            (NAME, 100),
            ("late|ticket:1", 250),
        ]
        newest = ground.alerts.alert(NAME)
        assert newest is not None
        assert newest.state is AlertState.RAISED
        assert ground.alerts.alert("nothing|site") is None


def test_one_raised_in_a_range_counts_in_it_though_pending_before(tmp_path: Path) -> None:
    with Ground(tmp_path) as ground:
        ground.tell(kinds.AlertPending(at_ms=BASE_MS, alert=NAME, level=3), raised(600))
        assert names(ground.alerts.alerts_between(BASE_MS + 500_000, BASE_MS + 700_000)) == [(NAME, 0)]
        assert ground.alerts.alerts_between(BASE_MS + 601_000, BASE_MS + 700_000) == []


def test_a_change_tells_only_what_has_a_new_fact(tmp_path: Path) -> None:
    with Ground(tmp_path) as ground:
        ground.tell(raised(0), raised(0, "late|ticket:1"))
        whole = ground.alerts.alert_changes(0, 0, 0)
        assert (whole.is_whole, len(whole.alerts)) == (True, 2)
        ground.tell(kinds.AlertAcknowledged(at_ms=BASE_MS + 5_000, alert=NAME, by="li"))
        changes = ground.alerts.alert_changes(whole.seq, whole.generation, 0)
        assert (changes.is_whole, [alert.owner for alert in changes.alerts]) == (False, ["li"])


def test_only_the_occurrence_that_a_fact_touches_is_folded_anew(tmp_path: Path) -> None:
    with Ground(tmp_path) as ground:
        ground.tell(*[fact for day in range(50) for fact in (raised(day * 86_400), resolved(day * 86_400 + 60))])
        points = ground.alerts.fold_points({NAME: BASE_MS + 49 * 86_400_000 + 30_000})
        assert [len(facts) for facts in ground.alerts.alert_facts(points).values()] == [2]
        assert ground.alerts.fold_points({NAME: BASE_MS - 1})[NAME] == (0, 0)


def test_a_fault_is_down_until_somebody_says_it_is_not(tmp_path: Path) -> None:
    with Ground(tmp_path) as ground:
        declared = kinds.FaultDeclared(at_ms=BASE_MS, fault="F1", what="PBX 宕机", source="pbx", by="li")
        ground.tell(declared)
        assert ground.alerts.faults(only_live=True) == [Fault("F1", BASE_MS, "li", "PBX 宕机", "pbx", None)]
        ground.tell(kinds.FaultEnded(at_ms=BASE_MS + 9, fault="F1", by="li"))
        assert ground.alerts.faults(only_live=True) == []
        assert ground.alerts.faults(only_live=False)[0].ended_ms == BASE_MS + 9


def test_books_of_rules_are_kept_for_ever(tmp_path: Path) -> None:
    first, second = book(rule("a", BREAKS, above=10.0)), book(rule("b", BREAKS, below=2.5, hold_seconds=60))
    with Ground(tmp_path) as ground:
        with ground.store.writing():
            assert ground.alerts.save_book(first, BASE_MS, "li", "ours.toml") == 1
            assert ground.alerts.save_book(second, BASE_MS - 5, "王", "new.toml") == 2
        kept = ground.alerts.books()
        assert [(each.version, each.applied_ms, each.actor, each.file, each.book) for each in kept] == [
            (1, BASE_MS, "li", "ours.toml", first),
            (2, BASE_MS, "王", "new.toml", second),
        ]
        for deed in ("UPDATE alert_book SET actor = 'x'", "DELETE FROM alert_book"):
            with pytest.raises(StoreProblem, match="append-only"), ground.store.writing() as connection:
                connection.execute(deed)


def test_a_book_whose_transaction_was_undone_never_held(tmp_path: Path) -> None:
    with Ground(tmp_path) as ground:
        with ground.store.writing() as connection:
            ground.alerts.save_book(book(rule("a", BREAKS, above=10.0)), BASE_MS, "li", "ours.toml")
            assert len(ground.alerts.books()) == 1
            connection.execute("ROLLBACK")
            connection.execute("BEGIN")
        assert ground.alerts.books() == ()


def message(name: str, due_ms: int = BASE_MS, **more: Any) -> OutboxMessage:
    given: dict[str, Any] = {
        "alert": NAME,
        "recipient": "region",
        "channels": ("robot", "邮件"),
        "subject": "小休率",
        "body": "12 %",
        "due_ms": due_ms,
        "attempt": 1,
        "created_ms": BASE_MS,
        "is_sending": False,
        **more,
    }
    return OutboxMessage(message=name, **given)


def test_a_message_stays_until_it_was_told(tmp_path: Path) -> None:
    with Ground(tmp_path) as ground:
        outbox = SqliteOutbox(ground.store)
        with ground.store.writing():
            assert outbox.put([message("m1"), message("m2", BASE_MS + 5)]) == 2
            assert outbox.put([message("m1", subject="twice")]) == 0
        assert ground.alerts.outbox() == [message("m1"), message("m2", BASE_MS + 5)]
        assert outbox.due(BASE_MS, 10) == [message("m1")]
        assert outbox.due(BASE_MS + 5, 1) == [message("m1")]
        with ground.store.writing():
            assert outbox.mark_sending("m1")
        assert [each.is_sending for each in outbox.messages()] == [True, False]
        with ground.store.writing():
            assert outbox.postpone("m1", ("邮件",), BASE_MS + 9, 2)
        assert outbox.next_due_ms() == BASE_MS + 5
        assert outbox.messages()[0] == message("m1", BASE_MS + 9, channels=("邮件",), attempt=2)
        with ground.store.writing():
            assert outbox.done("m1")
            assert not outbox.done("m1")
            assert not outbox.mark_sending("m1")
            assert not outbox.postpone("m1", (), 0, 1)
        assert [each.message for each in outbox.messages()] == ["m2"]


def test_what_is_being_sent_is_not_dropped_with_its_alert(tmp_path: Path) -> None:
    with Ground(tmp_path) as ground:
        outbox = SqliteOutbox(ground.store)
        with ground.store.writing():
            outbox.put([message("m1"), message("m2"), message("m3", alert="other|site")])
            outbox.mark_sending("m2")
            assert outbox.drop(NAME) == 1
        assert [each.message for each in outbox.messages()] == ["m2", "m3"]
        with ground.store.writing():
            outbox.done("m2")
            outbox.done("m3")
        assert outbox.next_due_ms() is None
