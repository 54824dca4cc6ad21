"""The door of the facts: each stored once and folded with it, or nothing at all."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.events import EVENT, AgentNotReady, AgentSignedIn, AnyEvent, CallEntered, OtherFact, SourceRestarted
from app.core.facts import BadLine, Batch, Draft, FilePosition, Recorded
from app.core.ticket_events import TicketCreated
from app.floor import fold
from app.sources.model import FollowedFile
from store.event_rows import from_row, to_row
from store.floor import SqliteFloor
from store.journal import SqliteJournal
from tests.floor.ground import Ground
from tests.strategies import BASE_MS, Told, deliver, told, wild_facts


class Crash(BaseException):
    """Stands for anything that may go wrong at any point."""


def signed_in(second: int, agent: str = "ann") -> Draft:
    return Draft(AgentSignedIn(at_ms=BASE_MS + second * 1000, agent=agent), f"{second} {agent}".encode())


def position(offset: int) -> FilePosition:
    return FilePosition("/log", 1, 2, offset, 3, b"head", 4)


def test_a_fact_is_known_again_in_another_file_and_batch(tmp_path: Path) -> None:
    with Ground(tmp_path) as ground:
        first = ground.journal.record(Batch("pbx", [signed_in(1), signed_in(1), signed_in(2)]))
        assert first == Recorded(events=2, duplicates=1)
        assert ground.journal.record(Batch("pbx", [signed_in(2), signed_in(3)])) == Recorded(events=1, duplicates=1)


def test_the_same_row_of_two_sources_is_two_facts(tmp_path: Path) -> None:
    with Ground(tmp_path) as ground:
        ground.journal.record(Batch("pbx", [signed_in(1)]))
        assert ground.journal.record(Batch("acd", [signed_in(1)])).events == 1


def test_the_same_row_at_another_instant_is_another_fact(tmp_path: Path) -> None:
    with Ground(tmp_path) as ground:
        event = AgentNotReady(at_ms=BASE_MS, agent="ann")
        later = AgentNotReady(at_ms=BASE_MS + 1, agent="ann")
        assert ground.journal.record(Batch("pbx", [Draft(event, b"x"), Draft(later, b"x")])).events == 2


def test_other_facts_are_counted_as_ignored(tmp_path: Path) -> None:
    with Ground(tmp_path) as ground:
        other = Draft(OtherFact(at_ms=BASE_MS, name="DID", agent="ann", data=("1",)), b"x")
        assert ground.journal.record(Batch("pbx", [other, other])) == Recorded(ignored=1, duplicates=1)


def bad_line(number: int, text: str) -> BadLine:
    return BadLine("queue_log", number, number * 100, text, "not understood")


def test_a_bad_line_is_kept_once_with_where_and_why(tmp_path: Path) -> None:
    with Ground(tmp_path) as ground:
        lines = [
            bad_line(1, "rubbish"),
            bad_line(7, "rubbish"),
            bad_line(8, "other \udcff rubbish".replace("\udcff", "\\xff")),
        ]
        assert ground.journal.record(Batch("pbx", [], lines)) == Recorded(quarantined=2, duplicates=1)
        assert ground.journal.record(Batch("pbx", [], [bad_line(9, "rubbish")])) == Recorded(duplicates=1)
        assert ground.journal.record(Batch("acd", [], [bad_line(9, "rubbish")])) == Recorded(quarantined=1)
        newest, _, oldest = ground.log.quarantined()
        assert (oldest.source, oldest.line) == ("pbx", lines[0])
        assert newest.source == "acd"
        assert [kept.line.text for kept in ground.log.quarantined(limit=1)] == ["rubbish"]
        assert ground.log.quarantined_count() == 3


def test_the_position_is_stored_with_the_facts_before_it(tmp_path: Path) -> None:
    with Ground(tmp_path) as ground:
        assert ground.journal.position("pbx", "/log") is None
        ground.journal.record(Batch("pbx", [signed_in(1)], (), position(10)))
        ground.journal.record(Batch("pbx", [], (), position(20)))
        ground.journal.record(Batch("acd", [], (), position(5)))
        assert ground.journal.position("pbx", "/log") == position(20)
        assert ground.journal.position("acd", "/log") == position(5)
        assert ground.journal.position("pbx", "/other") is None


def test_followed_files_are_remembered_until_they_are_not(tmp_path: Path) -> None:
    with Ground(tmp_path) as ground:
        file = FollowedFile("pbx", "/log", "queue-log", "utf-8", 5)
        ground.log.follow(file)
        ground.log.follow(file)
        assert ground.log.followed() == [file]
        assert ground.log.sources() == ["pbx"]
        ground.log.unfollow("pbx", "/log")
        assert ground.log.followed() == []


@given(facts=told(60))
def test_a_fact_comes_back_from_its_row_as_it_went_in(facts: list[Told]) -> None:
    for seq, (_source, event) in enumerate(facts):
        row = to_row(seq, 1, event, 7)
        assert from_row(row[1], *row[3:8]) == event
        assert EVENT.validate_json(EVENT.dump_json(event)) == event


@pytest.mark.parametrize(
    "event",
    [
        CallEntered(at_ms=BASE_MS, call="c", queue="q", caller="\x1b[31m“a\u202eb”", position=0),
        AgentNotReady(at_ms=BASE_MS, agent="[/]", queue="[@click=app.quit]x", reason="{}\u200b\x00"),
        OtherFact(at_ms=BASE_MS, name="", agent="a", queue="q", call="c", data=("", "|", "\n")),
        SourceRestarted(at_ms=BASE_MS),
    ],
)
def test_names_that_mean_harm_are_only_text(tmp_path: Path, event: AnyEvent) -> None:
    with Ground(tmp_path) as ground:
        assert ground.journal.record(Batch("Robert'); DROP TABLE event; --", [Draft(event, b"1")])).duplicates == 0
        row = ground.store.connection.execute("SELECT at_ms, kind, agent, queue, call, detail FROM event").fetchone()
        assert from_row(*row) == event


def crashing(function: Callable[..., Any], on_call: int) -> Callable[..., Any]:
    """The function, until it is called for the nth time."""
    calls = 0

    def wrapped(*args: Any, **kwargs: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == on_call:
            raise Crash
        return function(*args, **kwargs)

    return wrapped


PLACES = [
    (SqliteJournal, "append"),
    (SqliteJournal, "mark_folded"),
    (SqliteJournal, "_save_position"),
    (SqliteFloor, "agent_facts"),
    (SqliteFloor, "call_facts"),
    (SqliteFloor, "save_checkpoint"),
    (SqliteFloor, "save_intervals"),
    (SqliteFloor, "save_agents"),
    (SqliteFloor, "save_visits"),
    (SqliteFloor, "restarts"),
    (fold.FloorFold, "_sweep"),
    (fold.FloorFold, "_note_queues"),
    (fold.AgentTracker, "apply"),
]


@pytest.mark.parametrize(("owner", "name"), PLACES, ids=lambda value: getattr(value, "__name__", value))
@settings(max_examples=6)
@given(seed=st.integers(0, 2**32), on_call=st.integers(1, 4))
def test_a_crash_anywhere_leaves_everything_as_before_and_the_journal_goes_on(
    owner: type, name: str, seed: int, on_call: int, tmp_path: Path
) -> None:
    random = Random(seed)
    facts = wild_facts(random, 60)
    batches = [
        Batch(batch.source, batch.drafts, (), position(number))
        for number, batch in enumerate(deliver(random, facts, 0.1, 0.1))
    ]
    with pytest.MonkeyPatch.context() as patch, Ground(tmp_path) as ground, Ground(tmp_path) as undisturbed:
        patch.setattr(fold, "CHECKPOINT_FACTS", 4)
        half = len(batches) // 2
        ground.record(batches[:half])
        for batch in batches[half:]:
            before = ground.everything()
            crashed = False
            with pytest.MonkeyPatch.context() as broken:
                broken.setattr(owner, name, crashing(getattr(owner, name), on_call))
                try:
                    ground.journal.record(batch)
                except Crash:
                    crashed = True
            if crashed:
                assert ground.everything() == before
                ground.journal.record(batch)
        undisturbed.record(batches)
        assert ground.rows() == undisturbed.rows()
        assert ground.log.version()[0] == undisturbed.log.version()[0]


@settings(max_examples=10)
@given(seed=st.integers(0, 2**32), on_call=st.integers(1, 3))
def test_a_crash_while_rebuilding_leaves_the_projections_as_before(seed: int, on_call: int, tmp_path: Path) -> None:
    random = Random(seed)
    with Ground(tmp_path) as ground:
        ground.record(deliver(random, wild_facts(random, 60), 0.1, 0.0))
        before = ground.everything()
        with pytest.MonkeyPatch.context() as broken:
            broken.setattr(SqliteFloor, "save_intervals", crashing(SqliteFloor.save_intervals, on_call))
            try:
                ground.journal.rebuild({"wrap_up_seconds": {"q1": 9}})
            except Crash:
                assert ground.everything() == before
        ground.record([Batch("pbx", [signed_in(10**6)])])
        rows = ground.rows()
        ground.rebuild()
        assert ground.rows() == rows


def test_a_rebuild_with_other_wrap_up_changes_the_past(tmp_path: Path) -> None:
    with Ground(tmp_path) as ground:
        from tests.floor.asterisk import day_of, log

        log(ground, "0|MANAGER|q1|ann|ADDMEMBER|", "9|c1|q1|ann|CONNECT|2|x|0", "20|c1|q1|ann|COMPLETEAGENT|2|11|1")
        generation = ground.log.version()[1]
        ground.journal.rebuild({"wrap_up_seconds": {"q1": 15}})
        assert day_of(ground, "ann", 100).wrap_up_ms == 15_000
        assert ground.log.version() == (3, generation + 1)
        log(ground, "50|c2|q1|ann|CONNECT|2|x|0", "60|c2|q1|ann|COMPLETEAGENT|2|11|1")
        assert day_of(ground, "ann", 100).wrap_up_ms == 30_000


def test_two_sources_whose_long_names_begin_alike_are_two(tmp_path: Path) -> None:
    with Ground(tmp_path) as ground:
        start = "呼叫中心电话系统，第一机房，第二机柜，第三排"
        assert len(start.encode()) >= 64
        ground.journal.record(Batch(f"{start}甲", [signed_in(1)]))
        assert ground.journal.record(Batch(f"{start}乙", [signed_in(1)])) == Recorded(events=1)


def test_what_people_write_makes_the_telephone_system_no_fresher(tmp_path: Path) -> None:
    with Ground(tmp_path) as ground:
        ground.journal.record(Batch("pbx", [signed_in(1)]))
        before = ground.floor.changes(0, 0, BASE_MS)
        written = TicketCreated(at_ms=BASE_MS + 60_000, ticket="WO-1", ticket_type="repair")
        ground.journal.record(Batch("tickets", [Draft(written, b"x")]))
        after = ground.floor.changes(0, 0, BASE_MS)
        assert after.seq > before.seq
        assert (after.newest_event_ms, after.newest_stored_ms) == (before.newest_event_ms, before.newest_stored_ms)
        assert after.newest_event_ms == BASE_MS + 1000
        ground.journal.record(Batch("pbx", [signed_in(70)]))
        assert ground.floor.changes(0, 0, BASE_MS).newest_event_ms == BASE_MS + 70_000
