"""Several ids are one person: the floor's time and calls follow the roster, at once and for all of the past."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.core.clock import ManualClock
from app.core.facts import Batch
from app.core.settings import Settings
from app.floor.figures import agent_figures
from app.floor.model import AgentState
from app.people.model import Person
from app.sources.queue_log import QueueLogParser
from store.sessions import WriterSession

START = 1_795_200_000

ROWS = (
    (0, "MANAGER", "support", "王芳", "ADDMEMBER"),
    (0, "MANAGER", "sales", "SIP/7", "ADDMEMBER"),
    (10, "NONE", "NONE", "SIP/7", "PAUSEALL|培训"),
    (10, "NONE", "support", "王芳", "PAUSE|培训"),
    (40, "NONE", "NONE", "SIP/7", "UNPAUSEALL"),
    (40, "NONE", "support", "王芳", "UNPAUSE"),
    (50, "c1", "sales", "NONE", "ENTERQUEUE||138|1"),
    (52, "c1", "sales", "SIP/7", "CONNECT|2|x|2"),
    (82, "c1", "sales", "SIP/7", "COMPLETEAGENT|2|30|1"),
    (90, "MANAGER", "support", "王芳", "REMOVEMEMBER"),
    (100, "MANAGER", "sales", "SIP/7", "REMOVEMEMBER"),
)


@pytest.fixture
def session(tmp_path: Path) -> WriterSession:
    return WriterSession(tmp_path / "floor.db", Settings(), ManualClock((START + 3600) * 1000))


def store_rows(session: WriterSession) -> None:
    parser = QueueLogParser()
    lines = [f"{START + at}|{call}|{queue}|{agent}|{rest}".encode() for at, call, queue, agent, rest in ROWS]
    drafts = [draft for line in lines if (draft := parser.parse(line)) is not None]
    session.journal.record(Batch("asterisk", drafts))


def person(agent_id: str, *acd_ids: str) -> Person:
    return Person(agent_id, agent_id, "", "", (), acd_ids, (), None, 1000)


def save(session: WriterSession, *people: Person) -> None:
    with session.imports.writing():
        session.people.save_people(people)


def check_one_person(session: WriterSession) -> None:
    assert session.floor.agents() == ["1001"]
    end_ms = (START + 3600) * 1000
    intervals, visits = session.floor.agent_time("1001", 0, end_ms)
    figures = agent_figures(intervals, visits, 0, end_ms)
    assert figures.signed_in_ms == 100_000
    assert figures.not_ready_ms == {"培训": 30_000}
    assert figures.on_call_ms == 30_000
    assert figures.answered == 1
    assert figures.sign_ins == 1
    assert session.verify() == []


def test_a_roster_that_comes_after_the_facts_makes_two_ids_one_person(session: WriterSession) -> None:
    store_rows(session)
    assert session.floor.agents() == ["SIP/7", "王芳"]
    save(session, person("1001", "王芳", "SIP/7"))
    check_one_person(session)


def test_a_roster_that_comes_before_the_facts_does_the_same(session: WriterSession) -> None:
    save(session, person("1001", "王芳", "SIP/7"))
    store_rows(session)
    check_one_person(session)


def test_an_id_that_goes_to_someone_else_takes_its_past_along(session: WriterSession) -> None:
    store_rows(session)
    save(session, person("1001", "王芳", "SIP/7"))
    save(session, person("1001", "王芳"), person("1002", "SIP/7"))
    assert session.floor.agents() == ["1001", "1002"]
    _intervals, visits = session.floor.agent_time("1002", 0, (START + 3600) * 1000)
    assert [visit.call for visit in visits] == ["c1"]
    assert session.verify() == []


def test_readers_are_told_to_begin_anew(session: WriterSession) -> None:
    store_rows(session)
    before = session.log.version()
    save(session, person("1001", "SIP/7"))
    seq, generation = session.log.version()
    assert (seq, generation) == (before[0], before[1] + 1)
    changes = session.floor.changes(seq, before[1], 0)
    assert set(changes.agents) == {"1001", "王芳"}


def test_a_person_on_two_lines_is_ready_when_one_of_them_is(session: WriterSession) -> None:
    save(session, person("1001", "王芳", "SIP/7"))
    parser = QueueLogParser()
    rows = (*ROWS[:2], (10, "NONE", "support", "王芳", "PAUSE|小休"))
    drafts = [
        parser.parse(f"{START + at}|{call}|{queue}|{agent}|{rest}".encode()) for at, call, queue, agent, rest in rows
    ]
    session.journal.record(Batch("asterisk", [draft for draft in drafts if draft is not None]))
    intervals, _visits = session.floor.agent_time("1001", 0, (START + 60) * 1000)
    assert intervals[-1].state is AgentState.AVAILABLE
