"""Opening the database: made private, checked, migrated, and with every pragma set and read back. Design section 3."""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sqlite_utils import Database

from app.core.errors import StoreProblem
from app.core.i18n import N_, _
from app.core.text import inert
from store.migrations import MIGRATIONS, known_migrations

if TYPE_CHECKING:
    import sqlite3
    from sqlite3 import Connection
else:
    # The same module sqlite-utils takes, so that errors are of the same classes.
    from sqlite_utils.utils import sqlite3

SAFE_SQLITE: Final = (3, 51, 3)
"""Older versions can corrupt a WAL database that two connections share (WAL-reset bug, fixed in 3.51.3)."""

BUSY_TIMEOUT_MS: Final = 30_000
"""How long a writer waits for another one: longer than the longest batch, shorter than a person's patience."""

WRITER_CHECKPOINT_PAGES: Final = 4000
"""16 MB of WAL between two checkpoints: few enough to read fast, many enough not to sync all the time."""

_WAL_RETRY_MS: Final = 20

_NETWORK_FILE_SYSTEMS: Final = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "afs", "9p", "fuse.sshfs", "glusterfs", "ceph", "lustre", "davfs"}
)


def sqlite_version() -> tuple[int, int, int]:
    """The version of the SQLite in use, bundled or the system's."""
    major, minor, patch = (int(part) for part in sqlite3.sqlite_version.split("."))
    return major, minor, patch


def sqlite_warning() -> str:
    """A sentence when the SQLite in use is too old for a floor shared by processes; empty when it is not."""
    if sqlite_version() >= SAFE_SQLITE:
        return ""
    needed = ".".join(map(str, SAFE_SQLITE))
    return _(
        "SQLite {present} is older than {needed} and can damage a database that several processes share: install the "
        "pysqlite3 package, or use a Python with SQLite {needed} or newer."
    ).format(present=sqlite3.sqlite_version, needed=needed)


def _refuse_network_file_system(folder: Path, mounts: Path = Path("/proc/mounts")) -> None:
    """WAL needs shared memory, which network file systems do not give.

    Raises:
        StoreProblem: When the folder lies on one.
    """
    try:
        lines = mounts.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return
    best, kind = "", ""
    target = str(folder.resolve())
    for line in lines:
        fields = line.split(" ")
        if len(fields) < 3:
            continue
        point = fields[1].replace("\\040", " ")
        inside = target == point or target.startswith(point.rstrip("/") + "/")
        if inside and len(point) >= len(best):
            best, kind = point, fields[2]
    if kind in _NETWORK_FILE_SYSTEMS:
        raise StoreProblem(
            _(
                "{folder} lies on a network file system ({kind}), which cannot hold a live database: choose a folder "
                "on a local disk with --db."
            ).format(folder=inert(str(folder)), kind=kind)
        )


def _make_private(path: Path) -> None:
    """Create the folder 0700 and the file 0600 where they do not exist."""
    try:
        if not path.parent.exists():
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            path.parent.chmod(0o700)
        if not path.exists():
            os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
            path.chmod(stat.S_IRUSR | stat.S_IWUSR)
    except OSError as error:
        raise StoreProblem(
            _("The database {path} cannot be made: {reason}. Choose another place with --db.").format(
                path=inert(str(path)), reason=error.strerror
            )
        ) from None


def _set_pragma(connection: Connection, name: str, value: int | str, expected: int | str | None = None) -> None:
    connection.execute(f"PRAGMA {name} = {value}").close()
    row = connection.execute(f"PRAGMA {name}").fetchone()
    actual = None if row is None else row[0]
    if actual != (value if expected is None else expected):
        raise StoreProblem(
            _("SQLite did not take PRAGMA {name} = {value} (it says {actual}): this build cannot be used.").format(
                name=name, value=value, actual=actual
            )
        )


def _begin_wal(connection: Connection) -> None:
    """Have the file keep a WAL.

    SQLite waits for nobody when two processes change a new file's mode at once, whatever `busy_timeout` says: the one
    that came second is refused at once, and tries again.
    """
    for _attempt in range(BUSY_TIMEOUT_MS // _WAL_RETRY_MS):
        try:
            _set_pragma(connection, "journal_mode", "wal")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error):
                raise
            time.sleep(_WAL_RETRY_MS / 1000)
        else:
            return
    _set_pragma(connection, "journal_mode", "wal")


class Store:
    """One connection to the database, used by one thread at a time.

    Args:
        path: The file.
        writer: Whether this connection does WAL checkpoints of its own.
    """

    def __init__(self, path: Path, writer: bool = True) -> None:
        self.path = path
        _refuse_network_file_system(path.parent)
        _make_private(path)
        with translated(path):
            # Threads hand the connection over, they do not share it.
            connection: Connection = sqlite3.connect(
                str(path), isolation_level=None, timeout=BUSY_TIMEOUT_MS / 1000, check_same_thread=False
            )
            try:
                _set_pragma(connection, "busy_timeout", BUSY_TIMEOUT_MS)
                _begin_wal(connection)
                _set_pragma(connection, "synchronous", "FULL", 2)
                _set_pragma(connection, "foreign_keys", "ON", 1)
                _set_pragma(connection, "recursive_triggers", "ON", 1)
                _set_pragma(connection, "wal_autocheckpoint", WRITER_CHECKPOINT_PAGES if writer else 0)
                _set_pragma(connection, "cache_size", -65_536)
                self.database = Database(connection)
                self._migrate()
            except BaseException:
                connection.close()
                raise
        self.connection = connection

    def _migrate(self) -> None:
        applied = {migration.name for migration in MIGRATIONS.applied(self.database)}
        unknown = sorted(applied - known_migrations())
        if unknown:
            raise StoreProblem(
                _(
                    "The database {path} was written by a newer Watchfloor (it knows “{migration}”): upgrade this one, "
                    "or choose another file with --db."
                ).format(path=inert(str(self.path)), migration=inert(unknown[0]))
            )
        if known_migrations() - applied:
            # Under the write lock, so that two processes opening a new file do not both migrate it.
            self.database.conn.execute("BEGIN IMMEDIATE")
            try:
                MIGRATIONS.apply(self.database)
                self.database.conn.execute("COMMIT")
            except BaseException:
                self.database.rollback()
                raise

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One write transaction, committed at the end and rolled back by any exception.

        Raises:
            StoreProblem: When SQLite refuses.
        """
        with translated(self.path):
            connection = self.connection
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                self.database.rollback()
                raise

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One read transaction: everything read inside is of the same moment.

        Raises:
            StoreProblem: When SQLite refuses.
        """
        with translated(self.path):
            connection = self.connection
            connection.execute("BEGIN")
            try:
                yield connection
            finally:
                self.database.rollback()

    def data_version(self) -> int:
        """A number that changes when another connection has committed; cheap enough to ask ten times a second."""
        with translated(self.path):
            version: int = self.connection.execute("PRAGMA data_version").fetchone()[0]
            return version

    def checkpoint(self) -> None:
        """Move the WAL into the database file as far as readers let it."""
        with translated(self.path):
            self.connection.execute("PRAGMA wal_checkpoint(PASSIVE)").close()

    def identity(self) -> tuple[int, int]:
        """Device and inode of the file behind the path, to notice that it was replaced.

        Raises:
            StoreProblem: When there is no file any more.
        """
        try:
            status = self.path.stat()
        except OSError:
            raise StoreProblem(_("The database {path} is gone.").format(path=inert(str(self.path)))) from None
        return status.st_dev, status.st_ino

    def close(self) -> None:
        """Close the connection; what was committed stays."""
        self.connection.close()


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Turn SQLite's errors into one sentence that says what to do."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        text = str(error)
        advice: Mapping[str, str] = {
            "database is locked": N_("another process has held it for 30 s; end that process or try again."),
            "file is not a database": N_("it is no Watchfloor database; choose another file with --db."),
            "database disk image is malformed": N_("it is damaged; restore a backup."),
            "database or disk is full": N_("the disk is full; free some space, nothing was lost."),
            "unable to open database file": N_("the file cannot be opened; check its path and permissions."),
            "attempt to write a readonly database": N_(
                "it may not be written; check the file's owner and permissions."
            ),
            "disk I/O error": N_("the disk reports an error; check it, and the file's folder."),
        }
        said = next((f"{text}: {_(sentence)}" for key, sentence in advice.items() if key in text), text)
        raise StoreProblem(
            _("The database {path} cannot be used: {problem}").format(path=inert(str(path)), problem=inert(said))
        ) from error


def rows(cursor: Any) -> list[tuple[Any, ...]]:
    """All rows of a cursor, so that none stays open."""
    fetched: list[tuple[Any, ...]] = cursor.fetchall()
    return fetched
