"""What a floor stands on, looked at one by one."""

from __future__ import annotations

import stat
from collections.abc import Mapping
from pathlib import Path

from app.core.clock import Clock
from app.core.durations import clock_text
from app.core.errors import StoreProblem
from app.core.i18n import _
from store.database import Store, sqlite_version, sqlite_warning
from store.engine_lock import FileEngineLock
from store.journal import SqliteJournal


def examine(
    path: Path, clock: Clock, settings_file: Path, wrap_up_seconds: Mapping[str, int]
) -> tuple[list[dict[str, object]], bool]:
    """Examine the database and its surroundings; nothing is changed but that a missing database is made.

    Returns:
        A row for each thing looked at, and whether all is well.
    """
    rows: list[dict[str, object]] = []

    def say(thing: str, found: object, problem: str = "") -> None:
        rows.append({"what": thing, "found": found, "problem": problem})

    say("SQLite", ".".join(map(str, sqlite_version())), sqlite_warning())
    say(_("settings file"), str(settings_file) if settings_file.exists() else "–")
    try:
        store = Store(path, writer=False)
    except StoreProblem as problem:
        say(_("database"), str(path), str(problem))
        return rows, False
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
        shared = _("others may read or write it: chmod 600") if mode & 0o077 else ""
        say(_("database"), f"{path} ({path.stat().st_size:,} B, {mode:04o})", shared)
        log = SqliteJournal(store)
        _folded_seq, generation = log.version()
        say(_("facts"), f"{log.fact_count():,}")
        say(_("rebuilt"), generation - 1)
        changed = log.fold_settings() != {"wrap_up_seconds": dict(wrap_up_seconds)}
        say(_("wrap-up settings"), str(dict(wrap_up_seconds)), _("changed: run watchfloor rebuild") if changed else "")
        say(_("quarantined lines"), log.quarantined_count())
        for file in log.followed():
            missing = "" if Path(file.path).exists() else _("the file is not there")
            say(_("followed"), f"{file.source}: {file.path}", missing)
    finally:
        store.close()
    lock = FileEngineLock(path, clock.now_ms)
    holder = lock.holder() if lock.is_held() else None
    if holder is None:
        say(_("engine"), _("no process reads the sources"))
    else:
        found = _("process {process}, {age} ago").format(process=holder.process, age=clock_text(holder.age_ms // 1000))
        say(_("engine"), found, holder.problem)
    return rows, not any(row["problem"] for row in rows)
