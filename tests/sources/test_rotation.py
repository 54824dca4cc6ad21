from __future__ import annotations

import os
import shutil
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.sources.follower import LOSS_SHOWN_MS
from tests.sources.fakes import Killed
from tests.sources.site import Site, row, rows


def test_renaming_loses_nothing_written_before_and_after(site: Site) -> None:
    site.append(rows(1, 2))
    site.drain()
    site.append(rows(3))
    old = site.rename()
    site.append(rows(4), old)
    site.append(rows(5, 6))
    site.drain()
    assert site.numbers == [1, 2, 3, 4, 5, 6]
    assert site.follower.problem == ""
    site.append(rows(7))
    site.drain()
    assert site.numbers == [1, 2, 3, 4, 5, 6, 7]


def test_the_writer_may_stay_with_the_renamed_file_for_a_while(site: Site) -> None:
    site.append(rows(1))
    site.drain()
    old = site.rename()
    site.drain()
    assert "is not there" in site.follower.problem
    site.append(rows(2), old)
    site.drain()
    site.log.touch()
    site.append(rows(3), old)
    site.drain()
    assert site.numbers == [1, 2, 3]
    assert site.follower.problem == ""
    site.append(rows(4), old)
    site.append(rows(5))
    site.drain()
    assert site.numbers == [1, 2, 3, 4, 5]


def test_a_last_line_without_its_end_in_a_rotated_file_is_a_line(site: Site) -> None:
    site.append(rows(1) + row(2).rstrip(b"\n"))
    site.drain()
    assert site.numbers == [1]
    site.rename()
    site.append(rows(3))
    site.drain()
    assert site.numbers == [1, 2, 3]


def test_truncation_after_copying_loses_nothing_that_was_copied(site: Site) -> None:
    site.append(rows(1, 2))
    site.drain()
    site.append(rows(3))
    site.copy_and_truncate()
    site.append(rows(4))
    site.drain()
    assert site.numbers == [1, 2, 3, 4]
    assert site.follower.problem == ""


def test_a_file_cut_short_and_grown_past_the_old_place_is_noticed(site: Site) -> None:
    site.append(rows(1))
    site.drain()
    site.copy_and_truncate()
    site.append(rows(2, 3, 4, 5))
    site.drain()
    assert site.numbers == [1, 2, 3, 4, 5]


def test_truncation_with_no_copy_is_said_for_an_hour(site: Site) -> None:
    site.append(rows(1, 2))
    site.drain()
    os.truncate(site.log, 0)
    site.append(rows(3))
    site.drain()
    assert site.numbers == [1, 2, 3]
    assert "rows written before that may be missing" in site.follower.problem
    site.clock.advance_ms(LOSS_SHOWN_MS - 1)
    assert site.follower.problem
    site.clock.advance_ms(1)
    assert site.follower.problem == ""


def test_losing_only_a_half_written_line_is_no_loss(site: Site) -> None:
    site.append(rows(1) + b"half")
    site.drain()
    os.truncate(site.log, len(row(1)))
    site.drain()
    site.append(rows(2))
    site.drain()
    assert site.numbers == [1, 2]
    assert site.follower.problem == ""
    assert not site.sink.bad_lines


def test_a_file_is_known_from_the_first_look_on(site: Site) -> None:
    site.append(rows(1))
    for kill_after in (0, 1):
        site.sink.kill_after = kill_after
        with pytest.raises(Killed):
            site.follower.poll()
    site.sink.kill_after = None
    site.rename()
    site.append(rows(2))
    site.restarted()
    site.drain()
    assert site.numbers == [1, 2]


def rotate_by_rename(site: Site) -> None:
    site.rename()


def rotate_by_date(site: Site) -> None:
    site.rename("queue_log-20261121")


def rotate_by_copying(site: Site) -> None:
    site.copy_and_truncate()


@pytest.mark.parametrize("rotate", [rotate_by_rename, rotate_by_date, rotate_by_copying])
@pytest.mark.parametrize("written_after", [(), (4,), (4, 5, 6, 7, 8)])
def test_rotation_while_nobody_reads(
    site: Site, rotate: Callable[[Site], None], written_after: tuple[int, ...]
) -> None:
    site.append(rows(1, 2))
    site.drain()
    site.append(rows(3))
    rotate(site)
    site.append(rows(*written_after))
    site.restarted()
    site.drain()
    assert site.numbers == [1, 2, 3, *written_after]
    assert site.follower.problem == ""
    site.append(rows(9))
    site.drain()
    assert site.numbers[-1] == 9
    site.restarted()
    site.drain()
    assert site.numbers == [1, 2, 3, *written_after, 9]


def test_several_rotations_while_nobody_reads(site: Site) -> None:
    site.append(rows(1, 2))
    site.drain()
    site.append(rows(3))
    for number, name in enumerate(["queue_log.3", "queue_log.2", "queue_log.1"]):
        os.utime(site.rename(name), ns=(0, (number + 1) * 10**9))
        site.append(rows(4 + number))
    site.restarted()
    site.drain()
    assert site.numbers == [1, 2, 3, 4, 5, 6]
    assert site.follower.problem == ""


def test_siblings_that_are_no_rotated_log_are_left_alone(site: Site) -> None:
    site.append(rows(1))
    site.drain()
    site.rename()
    for name in ["queue_log.csv", "queue_log-old", "queue_log.1.gz", "queue_log_2"]:
        site.append(rows(50), site.log.with_name(name))
    site.append(rows(2))
    site.drain()
    assert site.numbers == [1, 2]


def test_a_rotated_file_that_is_gone_is_said(site: Site) -> None:
    site.append(rows(1))
    site.drain()
    site.log.unlink()
    site.append(rows(2))
    site.restarted()
    site.drain()
    assert site.numbers == [1, 2]
    assert "its old file was not found" in site.follower.problem


def test_a_copy_made_by_hand_is_as_good_as_the_file(site: Site) -> None:
    site.append(rows(1))
    site.drain()
    site.append(rows(2))
    shutil.copy(site.log, site.log.with_name("queue_log.backup"))
    site.log.unlink()
    site.append(rows(3))
    site.restarted()
    site.drain()
    assert site.numbers == [1, 2, 3]


def test_a_file_put_back_from_a_backup_is_the_same_file(site: Site) -> None:
    site.append(rows(*range(10)))
    site.drain()
    shutil.copy(site.log, site.log.with_name("elsewhere"))
    os.replace(site.log.with_name("elsewhere"), site.log)
    site.append(rows(10))
    site.restarted()
    site.drain()
    assert site.numbers == list(range(11))
    assert len(site.sink.batches[-1].drafts) == 1


@pytest.mark.parametrize("kill_after", range(6))
def test_killed_while_storing_nothing_is_lost_or_twice(site: Site, kill_after: int) -> None:
    """The position is stored with the facts, so a new process knows exactly what the killed one had stored."""
    site.log.touch()
    site.restarted(poll_bytes=150).poll()
    site.append(rows(*range(6)))
    site.sink.kill_after = kill_after
    try:
        site.drain()
        old = site.rename()
        site.append(rows(6), old)
        site.append(rows(7, 8))
        site.drain()
    except Killed:
        pass
    site.sink.kill_after = None
    if site.log.exists() and not site.log.with_name("queue_log.1").exists():
        site.rename()
        site.append(rows(6), site.log.with_name("queue_log.1"))
        site.append(rows(7, 8))
    site.restarted()
    site.drain()
    assert sorted(site.numbers) == list(range(9))
    assert sum(len(batch.drafts) for batch in site.sink.batches) == 9


ACTIONS = ["write", "half", "poll", "rename", "copy", "restart", "kill"]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(ACTIONS), max_size=40), st.sampled_from([90, 200, 1 << 18]))
def test_nothing_is_lost_or_twice_whatever_happens(
    tmp_path_factory: pytest.TempPathFactory, actions: list[str], poll_bytes: int
) -> None:
    site = Site(tmp_path_factory.mktemp("site"))
    site.restarted(poll_bytes=poll_bytes)
    written = rotations = 0
    pending = b""
    site.append(row(0))
    site.follower.poll()
    for at, action in enumerate(actions):
        match action:
            case "write" | "half":
                site.append(pending)
                pending = b""
                written += 1
                data = row(written)
                if action == "half":
                    data, pending = data[:17], data[17:]
                site.append(data)
            case "poll":
                site.follower.poll()
            case "restart":
                site.follower.close()
                site.restarted(poll_bytes=poll_bytes)
            case "kill":
                site.sink.kill_after = 0
                try:
                    site.follower.poll()
                except Killed:
                    site.follower.close()
                    site.restarted(poll_bytes=poll_bytes)
                site.sink.kill_after = None
            case _:
                # A log is rotated between rows, after something was written to it.
                site.append(pending)
                pending = b""
                if site.log.stat().st_size:
                    rotations += 1
                    os.utime(site.log, ns=(0, at * 10**9))
                    name = f"queue_log.{rotations}"
                    if action == "copy":
                        # A copy nobody saw the original of again is told from others by its rows only.
                        site.drain()
                        site.copy_and_truncate(name)
                        site.drain()
                    else:
                        site.rename(name)
                        site.log.touch()
    site.append(pending)
    site.append(row(written + 1))
    site.drain()
    assert sorted(site.numbers) == list(range(written + 2))
    assert sum(len(batch.drafts) for batch in site.sink.batches) == written + 2
    assert not site.sink.bad_lines
