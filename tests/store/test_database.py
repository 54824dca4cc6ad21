"""The file on the disk: private, checked, migrated once, append-only, and refused where it cannot be trusted."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlite_utils.utils import sqlite3

from app.core.errors import StoreProblem
from store import database
from store.database import BUSY_TIMEOUT_MS, SAFE_SQLITE, Store, sqlite_version, sqlite_warning
from store.migrations import known_migrations

ROOT = Path(__file__).parents[2]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(tmp_path / "floor.db")
    yield opened
    opened.close()


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_file_and_folder_are_private_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        path = tmp_path / "made" / "for us" / "floor.db"
        store = Store(path)
        with store.writing() as connection:
            connection.execute("INSERT INTO source (name) VALUES ('pbx')")
        assert mode(path.parent) == 0o700
        for file in path.parent.iterdir():
            assert mode(file) == 0o600, file
        store.close()
    finally:
        os.umask(before)


def test_a_folder_that_is_there_already_keeps_its_mode(tmp_path: Path) -> None:
    tmp_path.chmod(0o750)
    Store(tmp_path / "floor.db").close()
    assert mode(tmp_path) == 0o750


@pytest.mark.parametrize(
    ("pragma", "value"),
    [
        ("journal_mode", "wal"),
        ("synchronous", 2),
        ("foreign_keys", 1),
        ("recursive_triggers", 1),
        ("busy_timeout", BUSY_TIMEOUT_MS),
    ],
)
def test_each_pragma_reads_back_as_it_was_set(store: Store, pragma: str, value: int | str) -> None:
    assert store.connection.execute(f"PRAGMA {pragma}").fetchone()[0] == value


def test_a_pragma_that_does_not_take_is_a_sentence(store: Store) -> None:
    with pytest.raises(StoreProblem, match="did not take PRAGMA"):
        database._set_pragma(store.connection, "journal_mode", "nonsense")


def test_the_sqlite_in_use_is_safe_for_several_processes() -> None:
    assert sqlite_version() >= SAFE_SQLITE
    assert sqlite_warning() == ""


def test_an_older_sqlite_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database.sqlite3, "sqlite_version", "3.45.1")
    assert "3.45.1" in sqlite_warning()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE event SET at_ms = 0",
        "UPDATE event SET agent = 'someone else' WHERE seq = 1",
        "DELETE FROM event",
        "DELETE FROM event WHERE seq = 1",
        "INSERT OR REPLACE INTO event VALUES (1, 5, 1, 'other_fact', NULL, NULL, NULL, NULL, 9)",
        "REPLACE INTO event VALUES (2, 1, 1, 'other_fact', NULL, NULL, NULL, NULL, 7)",
        "INSERT INTO event VALUES (1, 5, 1, 'other_fact', NULL, NULL, NULL, NULL, 9)"
        " ON CONFLICT (seq) DO UPDATE SET at_ms = 5",
    ],
)
def test_the_event_log_is_append_only(store: Store, statement: str) -> None:
    with store.writing() as connection:
        connection.execute("INSERT INTO source VALUES (1, 'pbx')")
        connection.execute("INSERT INTO event VALUES (1, 1, 1, 'other_fact', NULL, NULL, NULL, NULL, 7)")
    with pytest.raises(StoreProblem, match="append-only"), store.writing() as connection:
        connection.execute(statement)
    assert store.connection.execute("SELECT seq, at_ms, identity FROM event").fetchall() == [(1, 1, 7)]


def test_a_fact_of_no_known_source_is_refused(store: Store) -> None:
    with pytest.raises(StoreProblem), store.writing() as connection:
        connection.execute("INSERT INTO event VALUES (1, 1, 99, 'other_fact', NULL, NULL, NULL, NULL, 7)")


def test_tables_are_strict(store: Store) -> None:
    with pytest.raises(StoreProblem), store.writing() as connection:
        connection.execute("INSERT INTO source VALUES ('one', 'pbx')")


def test_a_newer_schema_is_refused_with_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "floor.db"
    store = Store(path)
    store.connection.execute(
        "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('watchfloor', 'm999_future', '')"
    )
    store.close()
    before = path.read_bytes()
    with pytest.raises(StoreProblem) as refused:
        Store(path)
    assert "m999_future" in str(refused.value)
    assert "upgrade" in str(refused.value)
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    "content", [b"this is a diary, not a database\n" * 100, b"\x00" * 4096, b"SQLite format 3\x00"]
)
def test_what_is_no_database_is_refused_and_left_alone(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "diary.txt"
    path.write_bytes(content)
    with pytest.raises(StoreProblem) as refused:
        Store(path)
    assert str(path) in str(refused.value)
    assert path.read_bytes() == content


def test_a_damaged_database_is_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "floor.db"
    Store(path).close()
    data = bytearray(path.read_bytes())
    data[4096:] = os.urandom(len(data) - 4096)
    path.write_bytes(data)
    with pytest.raises(StoreProblem, match=r"malformed|damaged|not a database"):
        Store(path)


def test_a_folder_that_cannot_be_made_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreProblem, match="--db"):
        Store(tmp_path / "file" / "floor.db")


MOUNTS = """\
/dev/sda1 / ext4 rw 0 0
server:/export /srv/share nfs4 rw 0 0
//nas/x /srv/my\\040files cifs rw 0 0
me@host: /srv/share/local\\040disk fuse.sshfs rw 0 0
/dev/sdb1 /srv/share/inner xfs rw 0 0
broken line
"""


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/srv/share", "nfs4"),
        ("/srv/share/floor/data", "nfs4"),
        ("/srv/my files/floor", "cifs"),
        ("/srv/share/local disk", "fuse.sshfs"),
    ],
)
def test_a_network_file_system_is_refused_by_name(tmp_path: Path, folder: str, kind: str) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text(MOUNTS)
    with pytest.raises(StoreProblem) as refused:
        database._refuse_network_file_system(Path(folder), mounts)
    assert kind in str(refused.value)
    assert "--db" in str(refused.value)


@pytest.mark.parametrize("folder", ["/home/me", "/srv", "/srv/shared", "/srv/share/inner/data", "/srv/sharex"])
def test_a_local_disk_is_not(tmp_path: Path, folder: str) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text(MOUNTS)
    database._refuse_network_file_system(Path(folder), mounts)
    database._refuse_network_file_system(Path(folder), tmp_path / "no such file")
    assert not Path(folder, "floor.db").exists()


def test_an_empty_file_opened_by_many_processes_at_once_is_migrated_once(tmp_path: Path) -> None:
    path = tmp_path / "new folder" / "floor.db"
    script = (
        "import sys; from pathlib import Path; from store.database import Store\n"
        "print('ready', flush=True); sys.stdin.readline()\n"
        "store = Store(Path(sys.argv[1]))\n"
        "print(store.connection.execute('SELECT count(*) FROM journal').fetchone()[0])"
    )
    racing = [
        subprocess.Popen(
            [sys.executable, "-c", script, str(path)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    for process in racing:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in racing:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    said = [process.communicate(timeout=60) for process in racing]
    assert [(out, error, process.returncode) for (out, error), process in zip(said, racing, strict=True)] == [
        ("1\n", "", 0)
    ] * 4
    store = Store(path)
    names = store.connection.execute("SELECT name FROM _sqlite_migrations ORDER BY id").fetchall()
    assert [name for (name,) in names] == sorted(known_migrations())
    store.close()


def test_a_migration_that_fails_leaves_the_file_as_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from store import migrations

    def broken(_database: object) -> None:
        raise sqlite3.OperationalError("no such thing")

    path = tmp_path / "floor.db"
    monkeypatch.setattr(migrations.MIGRATIONS._migrations[-1], "fn", broken)
    with pytest.raises(StoreProblem, match="no such thing"):
        Store(path)
    monkeypatch.undo()
    plain = sqlite3.connect(str(path))
    assert plain.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] == 0
    plain.close()
    Store(path).close()


def test_a_write_that_fails_leaves_everything_as_before(store: Store) -> None:
    with pytest.raises(StoreProblem), store.writing() as connection:
        connection.executemany("INSERT INTO source (name) VALUES (?)", [("pbx",), ("acd",), ("pbx",)])
    assert store.connection.execute("SELECT count(*) FROM source").fetchone()[0] == 0
    with store.writing() as connection:
        connection.execute("INSERT INTO source (name) VALUES ('pbx')")


def test_everything_read_in_one_reading_is_of_the_same_moment(store: Store) -> None:
    other = Store(store.path)
    with store.reading() as connection:
        before = connection.execute("SELECT count(*) FROM source").fetchone()
        with other.writing() as writing:
            writing.execute("INSERT INTO source (name) VALUES ('pbx')")
        assert connection.execute("SELECT count(*) FROM source").fetchone() == before
    assert store.connection.execute("SELECT count(*) FROM source").fetchone() == (1,)
    other.close()


def test_the_data_version_tells_of_commits_of_others(store: Store) -> None:
    other = Store(store.path)
    before = store.data_version()
    with other.writing() as writing:
        writing.execute("INSERT INTO source (name) VALUES ('pbx')")
    assert store.data_version() != before
    other.close()


def test_a_file_that_is_gone_is_a_sentence(store: Store) -> None:
    store.path.unlink()
    with pytest.raises(StoreProblem, match="gone"):
        store.identity()
