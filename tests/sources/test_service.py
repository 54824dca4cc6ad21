from __future__ import annotations

import io
import os
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.errors import UsageProblem
from app.sources.json_lines import JsonLinesParser
from app.sources.lines import LINE_LIMIT_BYTES
from app.sources.open import open_parser
from app.sources.queue_log import QueueLogParser
from app.sources.service import Progress, Summary, ingest_file
from app.sources.table_dump import TableDumpParser
from tests.sources.fakes import Killed, MemorySink

SAMPLE = Path(__file__).parent.parent / "data" / "asterisk.queue_log"


def row(number: int, word: str = "ENTERQUEUE") -> bytes:
    return f"{1795289282 + number}|c.{number}|sales|NONE|{word}||138|1\n".encode()


def counts(summary: Summary) -> tuple[int, int, int, int, int]:
    assert summary.lines == summary.events + summary.duplicates + summary.ignored + summary.quarantined
    return summary.lines, summary.events, summary.duplicates, summary.ignored, summary.quarantined


def ingest(sink: MemorySink, path: Path, **options: object) -> Summary:
    return ingest_file(sink, "pbx", str(path), QueueLogParser(), **options)  # type: ignore[arg-type]


def test_the_real_log_is_read_once_however_often(tmp_path: Path) -> None:
    sink = MemorySink()
    copy = tmp_path / "another name"
    copy.write_bytes(SAMPLE.read_bytes())
    assert counts(ingest(sink, SAMPLE)) == (424, 424, 0, 0, 0)
    assert counts(ingest(sink, SAMPLE)) == (424, 0, 424, 0, 0)
    assert counts(ingest(sink, copy)) == (424, 0, 424, 0, 0)
    assert ingest(sink, SAMPLE).row() == {
        "source": "pbx",
        "lines": 424,
        "events": 0,
        "duplicates": 424,
        "ignored": 0,
        "quarantined": 0,
    }


def test_every_line_is_counted_in_one_place(tmp_path: Path) -> None:
    log = tmp_path / "queue_log"
    long = b"x" * (LINE_LIMIT_BYTES + 1) + b"\n"
    log.write_bytes(row(1) + b"\n" + row(2, "NEWWORD") + row(1) + b"rubbish \xff\0\n" + long + row(3))
    sink = MemorySink()
    assert counts(ingest(sink, log)) == (7, 2, 1, 2, 2)
    rubbish, too_long = sink.bad_lines.values()
    assert (rubbish.file, rubbish.line_number, rubbish.text) == (str(log), 5, "rubbish \\xff\\x00")
    assert rubbish.offset == log.read_bytes().index(b"rubbish")
    assert (too_long.reason, too_long.text) == ("the line is longer than 1 MiB", "x" * 65_536)


def test_a_last_line_without_its_end_is_read_and_the_place_stays_before_it(tmp_path: Path) -> None:
    log = tmp_path / "queue_log"
    log.write_bytes(row(1) + row(2).rstrip(b"\n"))
    sink = MemorySink()
    assert counts(ingest(sink, log)) == (2, 2, 0, 0, 0)
    position = sink.position("pbx", str(log))
    assert position is not None
    assert (position.offset, position.line_number) == (len(row(1)), 1)
    assert counts(ingest(sink, log, resume=True)) == (1, 0, 1, 0, 0)


def test_resuming_reads_what_is_new_and_a_replaced_file_from_its_start(tmp_path: Path) -> None:
    log = tmp_path / "queue_log"
    log.write_bytes(row(1))
    sink = MemorySink()
    ingest(sink, log)
    with log.open("ab") as file:
        file.write(row(2))
    assert counts(ingest(sink, log, resume=True)) == (1, 1, 0, 0, 0)
    assert counts(ingest(sink, log, resume=True)) == (0, 0, 0, 0, 0)
    log.write_bytes(row(7) + row(8))
    assert counts(ingest(sink, log, resume=True)) == (2, 2, 0, 0, 0)


def test_reading_again_never_moves_the_place_back(tmp_path: Path) -> None:
    log = tmp_path / "queue_log"
    log.write_bytes(b"".join(map(row, range(10))))
    sink = MemorySink()
    ingest(sink, log)
    stored = sink.position("pbx", str(log))
    sink.kill_after = 2
    with pytest.raises(Killed):
        ingest(sink, log, batch_lines=2)
    assert sink.position("pbx", str(log)) == stored


def test_batches_are_as_long_as_asked_and_each_knows_its_place(tmp_path: Path) -> None:
    log = tmp_path / "queue_log"
    log.write_bytes(b"".join(map(row, range(10))))
    sink = MemorySink()
    steps: list[Progress] = []
    ingest(sink, log, batch_lines=4, progress=steps.append)
    assert [len(batch.drafts) for batch in sink.batches] == [4, 4, 2]
    assert [batch.position and batch.position.line_number for batch in sink.batches] == [4, 8, 10]
    assert [step.summary.lines for step in steps] == [4, 8, 10]
    assert steps[-1].read_bytes == steps[-1].size_bytes == log.stat().st_size


def test_killed_between_batches_nothing_is_lost_or_twice(tmp_path: Path) -> None:
    log = tmp_path / "queue_log"
    log.write_bytes(b"".join(map(row, range(20))))
    sink = MemorySink()
    sink.kill_after = 3
    with pytest.raises(Killed):
        ingest(sink, log, batch_lines=3)
    sink.kill_after = None
    assert counts(ingest(sink, log, batch_lines=3, resume=True)) == (11, 11, 0, 0, 0)
    assert len(sink.facts) == 20


def test_cancelling_keeps_what_is_stored(tmp_path: Path) -> None:
    log = tmp_path / "queue_log"
    log.write_bytes(b"".join(map(row, range(10))))
    sink = MemorySink()
    summary = ingest(sink, log, batch_lines=4, cancelled=lambda: len(sink.batches) == 1)
    assert not summary.complete
    assert counts(summary) == (4, 4, 0, 0, 0)


def test_standard_input_is_read_without_a_place() -> None:
    sink = MemorySink()
    stream = io.BytesIO(b'{"kind":"agent_ready","at_ms":1795289282000,"agent":"a"}\n\nnot json')
    summary = ingest_file(sink, "pbx", "-", JsonLinesParser(), stream=stream)
    assert counts(summary) == (3, 1, 0, 1, 1)
    assert [bad.file for bad in sink.bad_lines.values()] == ["-"]
    assert not sink.positions


def test_what_a_live_program_printed_is_stored_before_it_ends() -> None:
    reading, writing = os.pipe()
    sink = MemorySink()
    stored: list[int] = []

    def print_more(progress: Progress) -> None:
        stored.append(progress.summary.events)
        if progress.summary.lines == 1:
            os.write(writing, row(2) + row(3))
            os.close(writing)

    os.write(writing, row(1))
    with os.fdopen(reading, "rb") as stream:
        ingest_file(sink, "pbx", "-", QueueLogParser(), stream=stream, progress=print_more)
    assert stored == [1, 3]


def test_a_table_counts_records_and_not_its_header(tmp_path: Path) -> None:
    dump = tmp_path / "queue_log.csv"
    dump.write_text(
        "time,callid,queuename,agent,event,data\n"
        '2026-11-21 10:00:00,c,q,NONE,ENTERQUEUE,"|138\n|1"\n'
        "2026-11-21 10:00:01,c,q,NONE,ABANDON,1|1|1\n"
        "2026-11-21 10:00:02,c,q,NONE,ABANDON,1|1|soon\n",
        encoding="utf-8",
    )
    sink = MemorySink()
    for expected in [(3, 2, 0, 0, 1), (3, 0, 3, 0, 0)]:
        parser = TableDumpParser(ZoneInfo("Asia/Shanghai"))
        assert counts(ingest_file(sink, "pbx", str(dump), parser, batch_lines=2, resume=True)) == expected
    position = sink.position("pbx", str(dump))
    assert position is not None
    assert position.offset == dump.stat().st_size
    assert [bad.line_number for bad in sink.bad_lines.values()] == [5]


def test_what_cannot_be_opened_is_bad_use(tmp_path: Path) -> None:
    for path in (tmp_path / "missing", tmp_path):
        with pytest.raises(UsageProblem, match="cannot be read"):
            ingest(MemorySink(), path)
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(UsageProblem, match="not a regular file"):
        ingest(MemorySink(), tmp_path / "pipe")
    with pytest.raises(UsageProblem, match="no standard input"):
        ingest(MemorySink(), Path("-"))


@pytest.mark.parametrize("magic", [b"\x1f\x8b\x08", b"BZh91AY", b"\xfd7zXZ\0", b"\x28\xb5\x2f\xfd"])
def test_a_compressed_file_is_not_read_as_text(tmp_path: Path, magic: bytes) -> None:
    log = tmp_path / "queue_log.1.gz"
    log.write_bytes(magic + bytes(100))
    sink = MemorySink()
    with pytest.raises(UsageProblem, match="compressed"):
        ingest(sink, log)
    assert not sink.batches


@given(
    st.lists(st.sampled_from([row(1), row(2), row(3, "NEW"), b"\n", b"bad\n", b"\xff\n", b"1|2|3|4|5\n"])),
    st.integers(1, 7),
)
def test_counts_add_up_for_any_mixture(lines: list[bytes], batch_lines: int) -> None:
    sink = MemorySink()
    stream = io.BytesIO(b"".join(lines))
    summary = ingest_file(sink, "pbx", "-", QueueLogParser(), stream=stream, batch_lines=batch_lines)
    assert counts(summary)[0] == len(lines)
    assert summary.events + summary.quarantined == len({*lines} - {b"\n", row(3, "NEW")})


def test_a_table_is_told_from_a_text_file_by_its_first_line(tmp_path: Path) -> None:
    header = b'\xef\xbb\xbf"Time";"CallID";"QueueName";"Agent";"Event"\n'
    dump = tmp_path / "dump"
    dump.write_bytes(header)
    nothing = io.BytesIO()
    for path, expected in [(dump, TableDumpParser), (SAMPLE, QueueLogParser), (tmp_path / "missing", QueueLogParser)]:
        stream, parser = open_parser("queue-log", str(path), "utf-8", None, nothing)
        assert stream is None
        assert isinstance(parser, expected)
    stream, parser = open_parser("events", "-", "utf-8", None, nothing)
    assert stream is nothing
    assert isinstance(parser, JsonLinesParser)
    with pytest.raises(UsageProblem, match="is a folder"):
        open_parser("queue-log", str(tmp_path), "utf-8", None, nothing)


def test_the_form_of_standard_input_is_told_without_waiting_for_more_of_it() -> None:
    header = b"time,callid,queuename,agent,event\n"
    reading, writing = os.pipe()
    os.write(writing, header)
    with os.fdopen(reading, "rb") as live:
        stream, parser = open_parser("queue-log", "-", "utf-8", None, live)
        os.close(writing)
        assert stream is live
        assert isinstance(parser, TableDumpParser)
        assert live.read() == header
