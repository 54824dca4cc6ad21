"""Copying a floor while it lives, and proving it true."""

from __future__ import annotations

import stat
from pathlib import Path
from random import Random

import pytest

from app.core.clock import ManualClock
from app.core.errors import StoreProblem, UsageProblem
from app.core.settings import Settings
from app.core.ticket_events import TicketCreated
from store.database import Store
from store.doctor import examine
from store.sessions import ReaderSession, WriterSession
from store.upkeep import PROJECTIONS, backup, verify
from tests.alerts.histories import wild_alerts
from tests.floor.asterisk import day_of, log
from tests.floor.ground import Ground
from tests.strategies import BASE_MS, deliver, wild_facts
from tests.tickets.histories import wild_tickets


def busy_floor(folder: Path) -> Ground:
    ground = Ground(folder)
    facts = [*wild_facts(Random(7), 300), *wild_tickets(Random(7), 200), *wild_alerts(Random(7), 100)]
    ground.record(deliver(Random(7), facts, 0.1, 0.1))
    # Something that is waited for, too.
    ground.tell(TicketCreated(at_ms=BASE_MS, ticket="R1", ticket_type="repair", unit="hotline"))
    assert all(ground.rows().values())
    return ground


def test_a_copy_holds_everything_and_is_private(tmp_path: Path) -> None:
    with busy_floor(tmp_path) as ground:
        target = tmp_path / "copy.db"
        assert backup(ground.store, target) == target.stat().st_size > 0
        assert stat.S_IMODE(target.stat().st_mode) == 0o600
        assert [file.name for file in tmp_path.iterdir() if file.name.startswith("copy")] == ["copy.db"]
        copy = Store(target)
        for table in (*PROJECTIONS, "event", "source", "journal"):
            query = f"SELECT * FROM {table}"
            assert set(copy.connection.execute(query)) == set(ground.store.connection.execute(query))
        assert verify(copy) == []
        copy.close()


def test_a_copy_overwrites_nothing(tmp_path: Path) -> None:
    with busy_floor(tmp_path) as ground:
        target = tmp_path / "precious.db"
        target.write_text("precious")
        with pytest.raises(UsageProblem, match="overwrites nothing"):
            backup(ground.store, target)
        with pytest.raises(UsageProblem, match="overwrites nothing"):
            backup(ground.store, ground.path)
        assert target.read_text() == "precious"


def test_a_copy_to_nowhere_is_a_sentence(tmp_path: Path) -> None:
    with busy_floor(tmp_path) as ground, pytest.raises(UsageProblem, match="cannot be made"):
        backup(ground.store, tmp_path / "no such folder" / "copy.db")


def test_a_copy_that_fails_leaves_nothing_that_looks_like_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from store import upkeep

    def broken(_store: Store, _target: Path) -> None:
        raise StoreProblem("the disk is full")

    monkeypatch.setattr(upkeep, "_copy", broken)
    with busy_floor(tmp_path) as ground, pytest.raises(StoreProblem):
        backup(ground.store, tmp_path / "copy.db")
    assert not (tmp_path / "copy.db").exists()


def test_a_true_floor_is_verified(tmp_path: Path) -> None:
    with busy_floor(tmp_path) as ground:
        before = ground.everything()
        assert verify(ground.store) == []
        assert ground.everything() == before


@pytest.mark.parametrize(
    ("table", "statement"),
    [
        (
            "agent_interval",
            "UPDATE agent_interval SET end_ms = end_ms + 1 WHERE end_ms = (SELECT max(end_ms) FROM agent_interval)",
        ),
        (
            "agent_interval",
            "DELETE FROM agent_interval WHERE rowid IS NULL OR start_ms = (SELECT min(start_ms) FROM agent_interval)",
        ),
        ("visit", "UPDATE visit SET outcome = 'answered' WHERE outcome = 'abandoned'"),
        ("visit", "INSERT INTO visit VALUES ('x', 'q', 1, 5, 'answered', 5, 6, 'ann', 0, 1, NULL, '', 3)"),
        ("queue", "DELETE FROM queue WHERE name = 'q1'"),
        ("agent", "UPDATE agent SET changed_seq = 1"),
        ("data_note", "DELETE FROM data_note"),
    ],
)
def test_verify_finds_a_row_that_was_tampered_with(tmp_path: Path, table: str, statement: str) -> None:
    with busy_floor(tmp_path) as ground:
        statement = statement.replace("rowid IS NULL OR ", "")
        assert ground.store.connection.execute(statement).rowcount > 0
        problems = verify(ground.store)
        assert len(problems) == 1
        assert f"{table} " in problems[0]
        assert "watchfloor rebuild" in problems[0]
        ground.rebuild()
        assert verify(ground.store) == []


def test_new_wrap_up_settings_hold_from_the_first_fact_or_the_next_rebuild(tmp_path: Path) -> None:
    path = tmp_path / "floor.db"
    clock = ManualClock(0)
    first = WriterSession(path, Settings.model_validate({"queues": {"q1": {"wrap_up_seconds": 15}}}), clock)
    assert not first.needs_rebuild
    first.close()
    second = WriterSession(path, Settings.model_validate({"queues": {"q1": {"wrap_up_seconds": 30}}}), clock)
    # Nothing was folded yet: nothing needs to be folded again.
    assert not second.needs_rebuild
    ground = Ground.__new__(Ground)
    ground.journal, ground.floor = second.journal, second.floor
    log(ground, "0|MANAGER|q1|ann|ADDMEMBER|", "9|c1|q1|ann|CONNECT|2|x|0", "20|c1|q1|ann|COMPLETEAGENT|2|11|1")
    assert day_of(ground, "ann", 100).wrap_up_ms == 30_000
    second.close()
    third = WriterSession(path, Settings(), clock)
    assert third.needs_rebuild
    assert third.verify() == []
    third.rebuild()
    assert not third.needs_rebuild
    ground.floor = third.floor
    assert day_of(ground, "ann", 100).wrap_up_ms == 0
    third.close()


def test_a_reader_notices_that_its_file_was_replaced(tmp_path: Path) -> None:
    path = tmp_path / "floor.db"
    reader = ReaderSession(path)
    assert not reader.is_replaced()
    path.rename(tmp_path / "elsewhere.db")
    assert reader.is_replaced()
    Store(path).close()
    assert reader.is_replaced()
    reader.close()


def test_the_doctor_says_what_is_and_what_is_wrong(tmp_path: Path) -> None:
    path = tmp_path / "floor.db"
    clock = ManualClock(0)
    rows, healthy = examine(path, clock, tmp_path / "settings.toml", {})
    assert healthy
    assert {str(row["problem"]) for row in rows} == {""}
    path.chmod(0o644)
    rows, healthy = examine(path, clock, tmp_path / "settings.toml", {"q1": 30})
    assert not healthy
    assert sorted(str(row["problem"]) for row in rows if row["problem"]) == [
        "changed: run watchfloor rebuild",
        "others may read or write it: chmod 600",
    ]
    path.write_text("a diary, not a database, and long enough to be read as a header of one " * 9)
    rows, healthy = examine(path, clock, tmp_path / "settings.toml", {})
    assert not healthy
    assert "no Watchfloor database" in str(rows[-1]["problem"])
