"""A folder for the database of a demo, for as long as the demo lives: what a killed one left goes with the next."""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import tempfile
from pathlib import Path
from typing import Final

_PREFIX: Final = "watchfloor-demo-"
_NAME: Final = re.compile(rf"{_PREFIX}(\d{{1,10}})-\w+", re.ASCII)


class DemoFolder:
    """A new folder that nobody else may read, locked until it is removed or this process ends, in whatever way.

    Args:
        parent: Where it is made; the system's folder for temporary files unless given.

    Attributes:
        path: The folder.
    """

    def __init__(self, parent: Path | None = None) -> None:
        self.path = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-", dir=parent))
        self._descriptor: int | None = _locked(self.path)

    def remove(self) -> None:
        """Remove it with all it holds; again, where something was still being written into it meanwhile."""
        shutil.rmtree(self.path, ignore_errors=True)
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


def remove_dead_folders(parent: Path | None = None) -> list[Path]:
    """Remove the folders of demos that were killed.

    A folder goes when its name is that of a demo's, it is a folder of this person's own (no link to one), nobody holds
    its lock, and no other process has the number in its name: between making a folder and locking it lies a moment.

    Args:
        parent: Where to look; the system's folder for temporary files unless given.

    Returns:
        Those that were removed.
    """
    removed = []
    for path in sorted((parent or Path(tempfile.gettempdir())).glob(f"{_PREFIX}*")):
        named = _NAME.fullmatch(path.name)
        if named is None or _runs_elsewhere(int(named[1])):
            continue
        descriptor = _locked(path)
        if descriptor is None:
            continue
        try:
            shutil.rmtree(path, ignore_errors=True)
        finally:
            os.close(descriptor)
        removed.append(path)
    return removed


def _locked(path: Path) -> int | None:
    """The descriptor that holds a folder's lock; None where it is no folder of this person's own or is held."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        if os.fstat(descriptor).st_uid != os.geteuid():
            raise PermissionError
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        return None
    return descriptor


def _runs_elsewhere(process: int) -> bool:
    """Whether a process of that number lives that is not this one, which in a container often has the same."""
    if process == os.getpid():
        return False
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    return True
