from __future__ import annotations

import json
from itertools import islice
from pathlib import Path
from zoneinfo import ZoneInfo

from app.core.events import EVENT
from app.sources.lines import LineSplitter
from app.sources.queue_log import QueueLogParser
from app.sources.reader import read_lines
from app.sources.service import ingest_file
from app.sources.table_dump import TableDumpParser
from benchmarks.fuzz_queue_log import HUGE_LINE_BYTES, fuzz_lines, run
from tests.sources.fakes import MemorySink

LINES = 20_000


def test_every_fuzzed_line_is_accounted_for() -> None:
    summary = run(seed=1, count=LINES)
    assert summary.lines == LINES
    assert summary.lines == summary.events + summary.duplicates + summary.ignored + summary.quarantined
    # The mixture is worth something only if there is enough of each.
    assert min(summary.events, summary.duplicates, summary.ignored, summary.quarantined) > LINES // 50


def test_a_fuzzed_file_read_again_adds_nothing(tmp_path: Path) -> None:
    log = tmp_path / "queue_log"
    log.write_bytes(b"".join(line + b"\n" for line in fuzz_lines(2, 3000)))
    sink = MemorySink()
    first = ingest_file(sink, "pbx", str(log), QueueLogParser())
    second = ingest_file(sink, "pbx", str(log), QueueLogParser(), batch_lines=100)
    assert first.lines == second.lines == 3000
    assert (second.events, second.quarantined) == (0, 0)
    assert max(len(bad.text) for bad in sink.bad_lines.values()) <= 65_536


def test_what_is_read_from_noise_is_still_a_valid_fact() -> None:
    lines = LineSplitter().feed(b"".join(line + b"\n" for line in islice(fuzz_lines(3, 10**6), 5000)))
    read = read_lines(QueueLogParser(), lines, "-")
    for draft in read.drafts:
        stored = EVENT.dump_json(draft.event)
        assert EVENT.validate_json(stored) == draft.event
        assert json.loads(stored)["kind"] == draft.event.kind
    assert all(bad.reason.isprintable() and bad.reason for bad in read.bad_lines)


def test_a_fuzzed_table_is_accounted_for() -> None:
    header = b"time,callid,queuename,agent,event,data1,data2,data3,data4,data5"
    rows = (line.replace(b"|", b",") for line in fuzz_lines(6, 5000))
    lines = LineSplitter().feed(b"".join(line + b"\n" for line in (header, *rows)))
    parser = TableDumpParser(ZoneInfo("Asia/Shanghai"))
    records = list(parser.records(lines))
    read = read_lines(parser, records, "-")
    assert len(read.drafts) + len(read.bad_lines) + read.blank == len(records)
    assert sum(record.data.count(b"\n") + 1 for record in records) == 5000
    assert min(len(read.drafts), len(read.bad_lines)) > 500


def test_the_same_seed_gives_the_same_lines() -> None:
    assert list(fuzz_lines(4, 200)) == list(fuzz_lines(4, 200))
    assert list(fuzz_lines(4, 200)) != list(fuzz_lines(5, 200))
    assert max(map(len, fuzz_lines(4, 200))) == HUGE_LINE_BYTES
