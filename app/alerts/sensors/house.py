"""The program itself as rules look at it: its disk, its clock, its backups, what it could not read.

Trouble here is a class of its own: it is never turned into alarms of the floor.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from datetime import tzinfo
from pathlib import Path
from typing import Final

from app.alerts.minute import MinutePicture
from app.alerts.sensors.sightings import Sightings, metrics_named, moment_text
from app.alerts.signal import Metric, Observation, Signal
from app.core.i18n import _
from app.core.text import inert

ENTITY: Final = "house"

LOOK_MS: Final = 10_000
"""The disk is looked at so often."""

JUMP_MS: Final = 5_000
"""A clock that is so far from where it should be has jumped."""

JUMP_SHOWN_MS: Final = 900_000

_MEGABYTE: Final = 1024 * 1024
_SLOW: Final = ("house.disk_free", "house.read_only", "house.quarantine", "house.backup_age")


class HouseSensor:
    """Looks at what the program stands on; implements `Sensor`.

    Args:
        database: The database file.
        steady_ms: A count of milliseconds that no clock change moves; None where time is simulated.
        minute: The newest of what is looked at once a minute; None before the first.
        last_backup_ms: When the database was last backed up; None where it never was.
        zone: The site's zone, for the words.
        is_kept: Whether the database outlives the program; backups of one that does not are nobody's concern.
    """

    def __init__(
        self,
        database: Path,
        steady_ms: Callable[[], int] | None,
        minute: Callable[[], MinutePicture | None],
        last_backup_ms: Callable[[], int | None],
        zone: tzinfo,
        *,
        is_kept: bool = True,
    ) -> None:
        self._database = database
        self._steady_ms = steady_ms
        self._minute = minute
        self._last_backup_ms = last_backup_ms
        self._zone = zone
        self._is_kept = is_kept
        self._sightings = Sightings()
        self._looked_ms: int | None = None
        self._offset_ms: int | None = None
        self._jumped_ms = 0
        self._jump_ms = 0

    @property
    def metrics(self) -> Mapping[str, Metric]:
        found = metrics_named("house.")
        return {key: metric for key, metric in found.items() if key in {*_SLOW, "house.clock_jump"}}

    def look(self, now_ms: int, *, whole: bool) -> Observation:
        self._sightings.say_all(["house.clock_jump"], self._clock(now_ms))
        if self._looked_ms is None or not 0 <= now_ms - self._looked_ms < LOOK_MS:
            self._looked_ms = now_ms
            self._sightings.say_all(_SLOW, self._slow(now_ms))
        return self._sightings.observation(now_ms, whole=whole)

    def _clock(self, now_ms: int) -> Iterator[Signal]:
        if self._steady_ms is None:
            return
        offset_ms = now_ms - self._steady_ms()
        known_ms, self._offset_ms = self._offset_ms, offset_ms
        if known_ms is not None and abs(offset_ms - known_ms) > JUMP_MS:
            self._jumped_ms, self._jump_ms = now_ms, offset_ms - known_ms
        if self._jump_ms and 0 <= now_ms - self._jumped_ms < JUMP_SHOWN_MS:
            jump = f"{self._jump_ms / 1000:+.0f} s"
            yield Signal("house.clock_jump", ENTITY, active=True, since_ms=self._jumped_ms, values=(("jump", jump),))

    def _slow(self, now_ms: int) -> Iterator[Signal]:
        folder = self._database.parent
        try:
            free = shutil.disk_usage(folder).free
        except OSError:
            # The database itself will say so, in words that help.
            return
        values = (("folder", inert(str(folder))),)
        yield Signal("house.disk_free", ENTITY, gauge=float(free // _MEGABYTE), values=values)
        if (problem := self._not_writable()) and self._database.exists():
            yield Signal("house.read_only", ENTITY, active=True, values=(("problem", problem),))
        minute = self._minute()
        if minute is None:
            return
        count = minute.quarantine
        yield Signal("house.quarantine", ENTITY, gauge=float(count.recent), values=(("total", str(count.total)),))
        backed_up_ms = self._last_backup_ms()
        since_ms = minute.first_fact_ms if backed_up_ms is None else backed_up_ms
        if since_ms is not None and self._is_kept:
            last = "–" if backed_up_ms is None else moment_text(backed_up_ms, now_ms, self._zone)
            yield Signal("house.backup_age", ENTITY, since_ms=since_ms, values=(("last", last),))

    def _not_writable(self) -> str:
        if os.statvfs(self._database.parent).f_flag & os.ST_RDONLY:
            return _("the file system is mounted read-only.")
        if not os.access(self._database, os.W_OK):
            return _("it may not be written; check the file's owner and permissions.")
        return ""
