from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from click.testing import CliRunner

from main import cli
from seed.demo_folder import DemoFolder, remove_dead_folders

HOLD = """
import sys, time
from pathlib import Path
from seed.demo_folder import DemoFolder
folder = DemoFolder(Path(sys.argv[1]))
(folder.path / "demo.db").write_text("x")
print(folder.path, flush=True)
time.sleep(60)
"""
HOUSE = Path(__file__).parents[2]


def held_by_another(parent: Path) -> tuple[subprocess.Popen[str], Path]:
    process = subprocess.Popen([sys.executable, "-c", HOLD, str(parent)], stdout=subprocess.PIPE, text=True, cwd=HOUSE)
    assert process.stdout is not None
    return process, Path(process.stdout.readline().strip())


def never_a_process() -> int:
    process = subprocess.Popen(["true"])
    process.wait()
    return process.pid


def test_a_folder_is_ones_own_and_goes_with_all_in_it(tmp_path: Path) -> None:
    folder = DemoFolder(tmp_path)
    assert folder.path.parent == tmp_path
    assert folder.path.stat().st_mode & 0o777 == 0o700
    (folder.path / "demo.db").touch()
    assert remove_dead_folders(tmp_path) == []
    folder.remove()
    assert not folder.path.exists()
    folder.remove()


def test_what_a_killed_demo_left_goes_with_the_next_one_and_not_before(tmp_path: Path) -> None:
    process, path = held_by_another(tmp_path)
    with process:
        alive = remove_dead_folders(tmp_path)
        process.send_signal(signal.SIGKILL)
    assert alive == []
    assert (path / "demo.db").exists()
    assert remove_dead_folders(tmp_path) == [path]
    assert not path.exists()


def test_a_folder_whose_lock_is_held_stays_even_when_its_number_is_no_process(tmp_path: Path) -> None:
    folder = DemoFolder(tmp_path)
    moved = folder.path.rename(tmp_path / f"watchfloor-demo-{never_a_process()}-abc")
    assert remove_dead_folders(tmp_path) == []
    assert moved.is_dir()


def test_a_folder_not_locked_yet_stays_while_its_process_lives(tmp_path: Path) -> None:
    fresh = tmp_path / f"watchfloor-demo-{os.getppid()}-abc"
    fresh.mkdir()
    assert remove_dead_folders(tmp_path) == []
    # The number of this process: one before it had the same, as in a container.
    before = tmp_path / f"watchfloor-demo-{os.getpid()}-abc"
    before.mkdir()
    assert remove_dead_folders(tmp_path) == [before]
    assert fresh.is_dir()


def test_nothing_that_only_looks_like_it_is_touched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = never_a_process()
    precious = tmp_path / "precious"
    precious.mkdir()
    (precious / "kept").touch()
    link = tmp_path / f"watchfloor-demo-{gone}-link"
    link.symlink_to(precious)
    file = tmp_path / f"watchfloor-demo-{gone}-file"
    file.touch()
    named_otherwise = [tmp_path / "watchfloor-demo-abc", tmp_path / f"watchfloor-demo-{gone}-a.b"]
    for path in named_otherwise:
        path.mkdir()
    assert remove_dead_folders(tmp_path) == []
    assert link.is_symlink()
    assert file.exists()
    assert (precious / "kept").exists()
    assert all(path.is_dir() for path in named_otherwise)

    foreign = tmp_path / f"watchfloor-demo-{gone}-foreign"
    foreign.mkdir()
    with monkeypatch.context() as other:
        other.setattr(os, "geteuid", lambda: os.getuid() + 1)
        assert remove_dead_folders(tmp_path) == []
    assert remove_dead_folders(tmp_path) == [foreign]


def test_a_demo_tidies_up_after_those_before_it_and_after_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    left = tmp_path / f"watchfloor-demo-{never_a_process()}-abc"
    left.mkdir()
    (left / "demo.db").touch()
    result = CliRunner().invoke(cli, ["demo", "--agents", "5", "--format", "json"])
    assert result.exit_code == 0, result.stderr
    assert list(tmp_path.iterdir()) == []
