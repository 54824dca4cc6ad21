"""Where a log went when it was rotated: its old file, and those between it and the present one."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from typing import Final

from app.core.facts import FilePosition
from app.sources.reader import OpenLog, file_number

_COMPRESSED_SUFFIXES: Final = (".gz", ".bz2", ".xz", ".zst", ".Z")
_ROTATED_SUFFIX: Final = re.compile(r"[.-]\d[\dT_.:-]*", re.ASCII)
"""`.1`, `-20261121`, `-20261121-1795289282`: what rotation appends, and a copy made by hand rarely has."""


def find_rotated(path: str, position: FilePosition) -> OpenLog | None:
    """The file a position speaks of, under the name it has now, opened where reading was left.

    Copies are as good as the file itself; of several the longest is taken, for it has all the others have.

    Args:
        path: Where the file was.
        position: How far it had been read; the file has to begin as it did.
    """
    best: OpenLog | None = None
    for sibling in _siblings(path):
        log = _opened(sibling, path)
        if log is None:
            continue
        if log.continues(position) and (best is None or log.status().st_size > best.status().st_size):
            if best is not None:
                best.close()
            best = log
        else:
            log.close()
    if best is not None:
        best.move_to(position)
    return best


def find_between(path: str, old: OpenLog, position: FilePosition, present: OpenLog | None) -> list[OpenLog]:
    """Rotated files written after the old one and before the present one, oldest first, opened at their beginning.

    There are some where a log was rotated more than once while nobody read it.

    Args:
        path: The path of the present file.
        old: The file that was being read.
        position: How far; copies of the old file begin like it.
        present: The file at the path now; None where there is none.
    """
    old_status = old.status()
    known = {file_number(old_status)}
    if present is not None:
        known.add(file_number(present.status()))
    found: list[OpenLog] = []
    for sibling in _siblings(path):
        if not _ROTATED_SUFFIX.fullmatch(os.path.basename(sibling)[len(os.path.basename(path)) :]):
            continue
        log = _opened(sibling, path)
        if log is None:
            continue
        status = log.status()
        newer = status.st_mtime_ns > old_status.st_mtime_ns
        if newer and file_number(status) not in known and not log.continues(position):
            found.append(log)
        else:
            log.close()
    return sorted(found, key=lambda log: log.status().st_mtime_ns)


def _siblings(path: str) -> Iterator[str]:
    folder, name = os.path.split(path)
    try:
        names = sorted(os.listdir(folder or "."))
    except OSError:
        return
    for sibling in names:
        if sibling.startswith((f"{name}.", f"{name}-")) and not sibling.endswith(_COMPRESSED_SUFFIXES):
            yield os.path.join(folder, sibling)


def _opened(path: str, asked_path: str) -> OpenLog | None:
    try:
        return OpenLog.open(path, asked_path)
    except OSError:
        return None
