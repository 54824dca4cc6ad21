"""Logs of tickets: what rows mean, what is concluded, what is refused, and that nothing is stored twice."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.errors import DataProblem, UsageProblem
from app.tickets.import_spool import Spool
from app.tickets.model import TicketState
from store.sessions import WriterSession
from tests.tickets.import_ground import ACTIVITIES, STATES, bring_in, log, site, way


@pytest.fixture
def session(tmp_path: Path) -> Iterator[WriterSession]:
    with site(tmp_path / "floor.db") as opened:
        yield opened


WHOLE = log(
    "T1,0,New,hotline,ann,no light",
    "T1,5,Send,repair,ann,",
    "T1,9,Take,repair,li,",
    "T1,20,Wait,repair,li,nobody at home",
    "T1,50,Take,repair,li,",
    "T1,70,Solve,repair,li,",
    "T1,90,End,hotline,ann,",
)


def test_rows_become_a_ticket(session: WriterSession) -> None:
    done = bring_in(session, WHOLE)
    assert (done.rows, done.tickets, done.facts, done.events, done.inferred) == (7, 1, 8, 8, 1)
    assert done.applied
    ticket = session.tickets.ticket("T1")
    assert ticket is not None
    assert way(session, "T1") == [
        "created", "dispatched", "accepted", "held", "resumed", "accepted", "resolved", "closed",
    ]  # fmt: skip
    assert (ticket.state, ticket.unit, ticket.origin_unit, ticket.owner, ticket.writer) == (
        TicketState.CLOSED, "repair", "hotline", "li", "ann",
    )  # fmt: skip
    assert ticket.created_ms == 1_772_409_600_000, "08:00 in Shanghai"
    assert [step.note for step in ticket.steps if step.kind == "held"] == ["nobody at home"]


def test_the_same_file_again_changes_nothing(session: WriterSession) -> None:
    bring_in(session, WHOLE)
    before = session.tickets.ticket("T1")
    for source in ("import", "another"):
        again = bring_in(session, WHOLE, source=source)
        assert again.events == 0
        assert again.duplicates == again.facts
    assert session.tickets.ticket("T1") == before


@pytest.mark.parametrize("told", [ACTIVITIES, STATES])
@pytest.mark.parametrize("rows", range(1, 8))
def test_a_file_in_two_parts_gives_what_it_gives_whole(tmp_path: Path, told: str, rows: int) -> None:
    lines = WHOLE.splitlines(keepends=True)
    with site(tmp_path / "whole.db") as whole, site(tmp_path / "parts.db") as parts:
        bring_in(whole, WHOLE, told)
        bring_in(parts, b"".join(lines[: rows + 1]), told)
        bring_in(parts, WHOLE, told)
        assert way(parts, "T1") == way(whole, "T1")
        assert bring_in(parts, WHOLE, told).events == 0
        assert not parts.verify()


def test_rows_in_any_order_are_put_in_order_by_time_and_then_as_said(session: WriterSession) -> None:
    told = ACTIVITIES.replace('by = "who"', 'by = "who"\norder_by = "number"')
    header = "id,time,what,group,who,note,number"
    done = bring_in(
        session,
        log("A,9,End,,li,,10", "A,9,Solve,,li,,9", "A,0,New,hub,ann,,2", "A,0,Take,hub,li,,11", header=header),
        told,
    )
    assert done.inferred == 0
    assert way(session, "A") == ["created", "accepted", "resolved", "closed"]


def test_a_log_may_say_nothing_of_beginnings(session: WriterSession) -> None:
    bring_in(session, log("A,0,Take,hub,li,", "B,0,Send,hub,li,"))
    assert way(session, "A") == ["created", "accepted"]
    assert way(session, "B") == ["created", "dispatched"]
    first, second = session.tickets.ticket("A"), session.tickets.ticket("B")
    assert first is not None
    assert second is not None
    assert (first.origin_unit, second.origin_unit) == ("hub", ""), "where it is sent is not where it was written"


def test_waits_end_and_closed_tickets_reopen_where_somebody_works_on(session: WriterSession) -> None:
    bring_in(
        session,
        log("A,0,New,hub,,", "A,1,Wait,hub,li,", "A,2,Wait parts,hub,li,", "A,3,End,hub,,", "A,4,Take,hub,li,"),
    )
    assert way(session, "A") == ["created", "held", "resumed", "held", "closed", "reopened", "accepted"]
    ticket = session.tickets.ticket("A")
    assert ticket is not None
    assert ticket.cycle == 2


def test_another_group_at_work_has_it_by_a_transfer(session: WriterSession) -> None:
    bring_in(session, log("A,0,New,hub,,", "A,1,Take,north,li,", "A,2,End,hub,,"))
    assert way(session, "A") == ["created", "transferred", "accepted", "closed"]
    bring_in(session, log("B,0,New,hub,,", "B,1,Take,north,li,", "B,2,Other,south,li,"), STATES)
    assert way(session, "B") == ["created", "transferred", "accepted", "transferred", "noted"]


def test_nothing_is_inferred_that_the_map_does_not_want(session: WriterSession) -> None:
    told = "infer = []\n" + ACTIVITIES
    bring_in(session, log("A,0,Take,hub,li,", "A,1,Wait,hub,li,", "A,2,Take,north,li,"), told)
    assert way(session, "A") == ["accepted", "held", "accepted"]


def test_a_state_told_again_changes_nothing_unless_another_accepts(session: WriterSession) -> None:
    rows = ("A,0,New,hub,,", "A,1,Take,hub,li,", "A,2,Take,hub,li,", "A,3,Take,hub,wu,", "A,4,Wait,hub,wu,",
            "A,5,Wait,hub,li,still")  # fmt: skip
    done = bring_in(session, log(*rows), STATES)
    assert way(session, "A") == ["created", "accepted", "noted", "accepted", "held", "noted"]
    assert done.repeated == 2
    ticket = session.tickets.ticket("A")
    assert ticket is not None
    assert ticket.owner == "wu"
    assert ticket.steps[-1].note == "Wait: still"


def test_words_the_map_does_not_know_are_kept_and_named(session: WriterSession) -> None:
    rows = log("A,0,New,hub,,", "A,1,Dance,hub,li,well", "A,2,dance,hub,li,", "A,3,PEEK,hub,li,")
    done = bring_in(session, rows)
    assert (done.unmapped_rows, done.dropped) == (2, 1)
    assert done.unmapped == {("what", "Dance"): 1, ("what", "dance"): 1}
    assert way(session, "A") == ["created", "noted", "noted"]
    ticket = session.tickets.ticket("A")
    assert ticket is not None
    assert [step.note for step in ticket.steps[1:]] == ["Dance: well", "dance"]
    assert bring_in(session, rows, 'unmapped = "dropped"\n' + ACTIVITIES).facts == 1


def test_patterns_stand_behind_words(session: WriterSession) -> None:
    told = ACTIVITIES + '"Wait*" = { kind = "held", reason = "other" }\n'
    bring_in(session, log("A,0,New,hub,,", "A,1,WAIT  PARTS,hub,li,", "A,2,Wait for rain,hub,li,"), told)
    ticket = session.tickets.ticket("A")
    assert ticket is not None
    assert [step.detail for step in ticket.steps if step.kind == "held"] == ["parts", "other"]


def test_bad_rows_are_named_and_nothing_is_imported(session: WriterSession) -> None:
    rows = log("A,0,New,hub,,", ",1,Take,hub,li,", "A,2,Send,,li,", "A,3,Take,hub,li,,more", f"A,4,Take,{'x' * 201},,")
    rows += b'\nA,2026-03-40 08:00,Take,hub,li,\nA,1999-01-01 08:00,Take,hub,li,\nA,,Take,hub,li,\n"A"x,b'
    done = bring_in(session, rows)
    assert not done.applied
    assert done.bad_count == 8
    assert [(bad.line, bad.column) for bad in done.bad_rows] == [
        (3, "id"), (4, "group"), (5, ""), (6, "group"), (7, "time"), (8, "time"), (9, "time"), (10, ""),
    ]  # fmt: skip
    assert all(bad.reason for bad in done.bad_rows)
    assert session.tickets.ticket("A") is None
    assert session.log.fact_count() == 0
    skipping = bring_in(session, rows, skip_bad=True)
    assert (skipping.applied, skipping.events, skipping.bad_count) == (True, 1, 8)


def test_a_dry_run_counts_and_stores_nothing(session: WriterSession) -> None:
    done = bring_in(session, WHOLE, dry_run=True)
    assert (done.tickets, done.facts, done.events, done.applied) == (1, 8, 0, False)
    assert done.kinds["ticket_accepted"] == 2
    assert done.first_ms is not None
    assert done.last_ms == done.first_ms + 90 * 60_000
    assert session.log.fact_count() == 0


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_encodings_and_separators_are_found_out(session: WriterSession, encoding: str, delimiter: str) -> None:
    text = 'id,time,what,group,who,note\nA,2026-03-02 08:00,New,热线,张三,"停电，\n很急"\n'.replace(",", delimiter)
    assert bring_in(session, text.encode(encoding)).events == 1
    ticket = session.tickets.ticket("A")
    assert ticket is not None
    assert (ticket.unit, ticket.writer) == ("热线", "张三")


def test_a_damaged_byte_is_a_bad_row_not_a_bad_file(session: WriterSession) -> None:
    rows = log("A,0,New,热线,,", "A,1,Take,热线,李,", "A,2,Take,热线,王,") + "\n中文中文".encode() + b"\xff,,,,,"
    done = bring_in(session, rows)
    assert [(bad.line, "\\xff" in bad.reason) for bad in done.bad_rows] == [(5, True)]


@pytest.mark.parametrize(
    ("form", "written"),
    [
        ("iso", "2026-03-02T08:00:00+08:00"),
        ("iso", "2026-03-02T00:00:00Z"),
        ("iso", "2026-03-02 08:00"),
        ("epoch", "1772409600"),
        ("epoch", "1772409600.0009"),
        ("epoch_ms", "1772409600000"),
        ("%d.%m.%Y %H:%M", "02.03.2026 08:00"),
        ("%Y年%m月%d日 %H:%M", "2026年3月2日 8:00"),
        ("%Y/%m/%d %H:%M:%S.%f", "2026/03/02 08:00:00.000"),
        ("%d %b %Y %I:%M %p", "02 Mar 2026 08:00 AM"),
        ("%Y-%m-%d %H:%M %z", "2026-03-02 01:00 +0100"),
    ],
)
def test_times_are_read_as_the_map_says(session: WriterSession, form: str, written: str) -> None:
    done = bring_in(
        session,
        f"id,time,what,group,who,note\nA,{written},New,,,\n".encode(),
        ACTIVITIES + f'[time]\nformat = "{form}"\n',
    )
    assert (done.bad_rows, done.first_ms) == ([], 1_772_409_600_000)


def test_times_of_a_zone_that_changes_its_clocks(session: WriterSession) -> None:
    told = ACTIVITIES + '[time]\nzone = "Europe/Berlin"\n'
    text = "id,time,what,group,who,note\n" + "".join(
        f"A,{at},Take,hub,li,\n"
        for at in ("2026-03-29 01:30", "2026-03-29 02:30", "2026-03-29 03:30", "2026-10-25 02:30", "2026-07-01 00:00")
    )
    done = bring_in(session, text.encode(), told, skip_bad=True)
    assert [(bad.line, bad.column) for bad in done.bad_rows] == [(3, "time")], "the hour that was skipped"
    ticket = session.tickets.ticket("A")
    assert ticket is not None
    assert [step.at_ms for step in ticket.steps if step.kind == "accepted"] == [
        1_774_744_200_000, 1_774_747_800_000, 1_782_856_800_000, 1_792_888_200_000,
    ]  # fmt: skip


def test_further_fields_come_from_columns(session: WriterSession) -> None:
    told = """
prefix = "X-"
[columns]
id = "id"
time = ["day", "clock"]
activity = ["what", "how"]
type = "sort"
stars = "stars"
score = "answer"
keep = ["colour"]
[types]
"Beschwerde" = "complaint"
[scores]
"very good" = 100
"poor" = 20
[activities]
"open/" = "created"
"promise/*" = { kind = "promised", promise = "call", due_ms = { column = "until" } }
"phone/*" = { kind = "phoned", role = "customer", reached = { column = "reached" } }
"ask/" = "surveyed"
"""
    header = "id,day,clock,what,how,sort,stars,answer,until,reached,colour,left out\n"
    rows = (
        "1,2026-03-02,08:00,open,,beschwerde,5,,,,red,x\n"
        "1,2026-03-02,08:10,promise,today,,,,2026-03-02 10:00,,,\n"
        "1,2026-03-02,09:00,phone,again,,,,,yes,,\n"
        "1,2026-03-02,09:30,ask,,,,Very good,,,,\n"
        "2,2026-03-02,09:30,open,,Lob,,,,,,\n"
    )
    done = bring_in(session, (header + rows).encode(), told)
    assert not done.bad_rows
    assert done.unmapped == {("sort", "Lob"): 1}
    ticket = session.tickets.ticket("X-1")
    assert ticket is not None
    assert (ticket.ticket_type, ticket.stars, ticket.fields) == ("complaint", 5, (("colour", "red"),))
    assert [promise.due_ms for promise in ticket.promises] == [1_772_416_800_000]
    assert ticket.cycles[-1].score == 100
    bad = "1,2026-03-02,10:00,{}\n"
    cells = ("phone,x,,,,,perhaps,,", "ask,,,,dunno,,,,", "promise,x,,,,tomorrow,,,", "open,,,11,,,,,")
    done = bring_in(session, (header + "".join(bad.format(cell) for cell in cells)).encode(), told)
    assert [problem.column for problem in done.bad_rows] == ["reached", "answer", "until", "stars"]


def test_long_notes_are_cut_and_counted(session: WriterSession) -> None:
    done = bring_in(session, log(f"A,0,New,hub,,{'x' * 5000}", f"A,1,Wait,hub,,{'长' * 5000}"))
    assert done.cut == 2
    ticket = session.tickets.ticket("A")
    assert ticket is not None
    assert len(ticket.steps[1].note) == 4000


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"", "is empty"),
        (b"\n\n", "is empty"),
        (b"a,b\n1,2\n", "“group”, “id”"),
        (b"id,id,time,what,group,who,note\n", "twice"),
        (b"PK\x03\x04zip", ".xlsx"),
        (b'id,time,what,group,who,note\nA,"2026\n\n', "line 2"),
    ],
)
def test_a_file_that_is_no_log_is_refused(session: WriterSession, text: bytes, words: str) -> None:
    with pytest.raises(DataProblem, match=words):
        bring_in(session, text)


def test_an_encoding_that_does_not_exist(session: WriterSession) -> None:
    with pytest.raises(UsageProblem, match="no encoding"):
        bring_in(session, WHOLE, encoding="klingon")


@given(rows=st.lists(st.tuples(st.sampled_from("ABCDE"), st.integers(0, 600), st.integers(0, 9)), max_size=60),
       in_memory=st.integers(1, 80), part_tickets=st.integers(1, 4))  # fmt: skip
@settings(max_examples=40, deadline=None)
def test_rows_laid_aside_on_disk_come_back_like_those_kept(
    rows: list[tuple[str, int, int]], in_memory: int, part_tickets: int
) -> None:
    from app.tickets.import_rows import Row

    made = [
        Row(ticket, at, (0, order, ""), line, "w", "noted", "u", "b", "", "", "", {"x": (1, "y")}, ("a",), None)
        for line, (ticket, at, order) in enumerate(rows, 2)
    ]

    def gathered(limit: int) -> list[list[Row]]:
        with Spool(limit, part_tickets) as spool:
            for row in made:
                spool.add(row)
            found = [ticket for batch in spool.batches(7) for ticket in batch]
            assert [ticket for batch in spool.batches(7) for ticket in batch] == found, "asked again, the same"
        return sorted(found)

    assert gathered(in_memory) == gathered(10**9)
    assert sorted(row for ticket in gathered(in_memory) for row in ticket) == sorted(made)


@given(st.text(max_size=30))
@settings(max_examples=60, deadline=None)
def test_no_word_stops_an_import(text: str) -> None:
    """Hostile cells are bad rows or facts, never a crash."""
    from app.tickets.import_map import load_map
    from app.tickets.import_rows import RowReader
    from tests.tickets.import_ground import ZONE

    text = text.encode("utf-8", "replace").decode()
    out = io.StringIO()
    csv.writer(out).writerow([text] * 6)
    reader = RowReader("f", ["id", "time", "what", "group", "who", "note"], load_map(ACTIVITIES, "m"), ZONE)
    row = reader.read(2, [text, "2026-03-02 08:00", text, text, text, text]) if text.strip() else None
    assert row is None or row.ticket
