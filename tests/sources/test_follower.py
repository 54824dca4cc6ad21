from __future__ import annotations

import os
from pathlib import Path

import pytest

from app.core.clock import ManualClock
from app.sources.follower import Follower
from app.sources.json_lines import JsonLinesParser
from app.sources.lines import LINE_LIMIT_BYTES
from app.sources.queue_log import QueueLogParser
from app.sources.service import ingest_file
from tests.sources.fakes import Killed, MemorySink
from tests.sources.site import NOW, Site, row, rows


def test_what_is_appended_is_read_once(site: Site) -> None:
    site.append(rows(1, 2))
    result = site.follower.poll()
    assert (result.lines, result.recorded.events, result.more) == (2, 2, False)
    assert site.follower.poll().lines == 0
    site.append(rows(3))
    assert site.follower.poll().lines == 1
    assert site.numbers == [1, 2, 3]
    assert [len(batch.drafts) for batch in site.sink.batches] == [0, 2, 1]


def test_a_half_written_line_waits_for_its_end(site: Site) -> None:
    site.append(rows(1) + row(2)[:20])
    site.drain()
    assert site.numbers == [1]
    position = site.sink.position("pbx", str(site.log))
    assert position is not None
    assert position.offset == len(row(1))
    site.append(row(2)[20:-1])
    site.drain()
    assert site.numbers == [1]
    site.append(b"\n")
    site.drain()
    assert site.numbers == [1, 2]
    assert not site.sink.bad_lines


def test_a_missing_file_is_said_and_read_when_it_appears(site: Site) -> None:
    assert site.follower.poll().lines == 0
    assert site.follower.problem == f"{site.log} is not there; waiting for it to appear."
    assert site.follower.describe().size is None
    site.append(rows(1))
    site.drain()
    assert site.numbers == [1]
    assert site.follower.problem == ""


def test_a_restart_goes_on_from_the_stored_place(site: Site) -> None:
    site.append(rows(1, 2))
    site.drain()
    site.append(rows(3))
    site.restarted()
    site.drain()
    assert site.numbers == [1, 2, 3]
    assert site.sink.batches[-1].drafts[0].identity == row(3).replace(b"|call", b"000|call", 1).rstrip(b"\n")
    assert len(site.sink.batches) == 3


def test_a_refused_batch_is_read_again_by_the_same_follower(site: Site) -> None:
    site.append(rows(1, 2))
    site.sink.kill_after = 0
    with pytest.raises(Killed):
        site.follower.poll()
    assert site.follower.describe().offset == 0
    site.sink.kill_after = None
    site.drain()
    assert site.numbers == [1, 2]


def test_an_error_while_opening_is_said_and_tried_again(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.append(rows(1))

    def refuse(*_arguments: object) -> int:
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as patched:
        patched.setattr("app.sources.reader.os.open", refuse)
        site.drain()
        assert site.follower.problem == f"{site.log} cannot be read: Permission denied."
    site.drain()
    assert site.numbers == [1]
    assert site.follower.problem == ""


def test_an_error_while_reading_is_said_and_reading_goes_on(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.append(rows(1))
    site.drain()
    site.append(rows(2))

    def fail(*_arguments: object) -> bytes:
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as patched:
        patched.setattr("app.sources.reader.os.pread", fail)
        site.drain()
        assert "Input/output error" in site.follower.problem
    site.drain()
    assert site.numbers == [1, 2]


def test_a_folder_in_its_place_is_said(site: Site) -> None:
    site.log.mkdir()
    site.drain()
    assert "not a regular file" in site.follower.problem
    site.log.rmdir()
    os.mkfifo(site.log)
    site.drain()
    assert "not a regular file" in site.follower.problem


def test_one_poll_reads_no_more_than_it_may(site: Site) -> None:
    site.append(rows(*range(100)))
    site.restarted(poll_bytes=1000)
    result = site.follower.poll()
    assert 0 < result.lines <= 1000 // len(row(0))
    assert result.more
    site.drain()
    assert site.numbers == list(range(100))


def test_a_line_too_long_is_skipped_in_pieces(site: Site) -> None:
    site.append(rows(1) + b"x" * (3 * LINE_LIMIT_BYTES))
    site.drain()
    assert site.numbers == [1]
    site.append(b"\n" + rows(2))
    site.drain()
    assert site.numbers == [1, 2]
    (bad,) = site.sink.bad_lines.values()
    assert (bad.line_number, bad.offset, bad.reason) == (2, len(row(1)), "the line is longer than 1 MiB")


def test_bad_lines_say_which_file_they_stand_in(site: Site) -> None:
    site.append(rows(1))
    site.drain()
    site.append(b"rubbish\n")
    site.rename()
    site.append(b"more rubbish\n")
    site.restarted()
    site.drain()
    assert [(bad.file, bad.line_number, bad.offset) for bad in site.sink.bad_lines.values()] == [
        (f"{site.log}.1", 2, len(row(1))),
        (str(site.log), 1, 0),
    ]


def test_its_state_can_be_shown(site: Site) -> None:
    assert site.follower.describe().last_read_ms is None
    site.append(rows(1))
    site.drain()
    site.clock.advance_ms(5000)
    site.follower.poll()
    state = site.follower.describe()
    size = len(row(1))
    assert (state.source, state.path, state.problem) == ("pbx", str(site.log), "")
    assert (state.size, state.offset, state.last_read_ms) == (size, size, NOW)


def test_a_one_shot_reading_beside_it_disturbs_nothing(site: Site) -> None:
    site.append(rows(1, 2))
    site.drain()
    ingest_file(site.sink, "pbx", str(site.log), QueueLogParser())
    site.append(rows(3))
    site.restarted()
    site.drain()
    assert site.numbers == [1, 2, 3]
    assert len(site.sink.batches[-1].drafts) == 1


def test_a_control_character_in_the_path_stays_inert(tmp_path: Path) -> None:
    follower = Follower(MemorySink(), "pbx", str(tmp_path / "a\x1b[2Jb"), QueueLogParser, ManualClock(NOW))
    follower.poll()
    assert "\x1b" not in follower.problem


def test_native_events_are_followed_alike(tmp_path: Path) -> None:
    log = tmp_path / "events.jsonl"
    log.write_bytes(b'{"kind":"agent_ready","at_ms":1795289282000,"agent":"a"}\n')
    sink = MemorySink()
    result = Follower(sink, "bridge", str(log), JsonLinesParser, ManualClock(NOW)).poll()
    assert result.recorded.events == 1


def test_letting_go_of_the_files(site: Site) -> None:
    site.append(rows(1))
    site.drain()
    before = len(os.listdir("/dev/fd"))
    site.follower.close()
    assert len(os.listdir("/dev/fd")) == before - 1
    site.append(rows(2))
    site.drain()
    assert site.numbers == [1, 2]
