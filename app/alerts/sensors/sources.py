"""The sources of facts: whether they are silent, whether reading keeps up with them, whether they restarted."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import tzinfo
from typing import Final, NamedTuple

from app.alerts.sensors.sightings import Sightings, metrics_named, moment_text, scope_of
from app.alerts.signal import Feed, Metric, Observation, Signal
from app.core.calendars import Calendar
from app.core.events import SourceRestarted
from app.core.facts import FilePosition
from app.core.i18n import _
from app.core.journal import Fact
from app.core.text import inert
from app.sources.follower import POLL_BYTES
from app.sources.model import FollowedFile

QUIET_MS: Final = 5_000
"""A source that has said something within so long is not silent: what changes with every fact would cost a look."""

STALE_MS: Final = 60_000
"""A source that is silent for so long in open hours has stopped: what rests on it stands still."""

RESTARTED_MS: Final = 900_000
"""So long a restart is told of."""

CATCHING_UP_BYTES: Final = POLL_BYTES
"""While more than one poll's bytes of a file are unread, what is known of the floor is of a moment gone by."""


class Reading(NamedTuple):
    """How far a followed file has been read.

    Attributes:
        unread_bytes: What is there and not stored.
        problem: Why it cannot be looked at, as a sentence; empty when it can.
        written_ms: When it was last written to; None where that is not known.
    """

    unread_bytes: int
    problem: str = ""
    written_ms: int | None = None


def reading_of(file: FollowedFile, position: FilePosition | None) -> Reading:
    """Look at a followed file and at how far it has been read.

    Args:
        file: Which.
        position: How far; None where nothing of it was read.
    """
    try:
        there = os.stat(file.path)
    except OSError as error:
        return Reading(
            0,
            _("{path} cannot be read: {reason}.").format(path=inert(file.path), reason=error.strerror or str(error)),
        )
    written_ms = there.st_mtime_ns // 1_000_000
    if position is None or (position.device, position.inode) != (there.st_dev, there.st_ino):
        # It took the place of the file that was read: what is left of that one is not counted.
        return Reading(there.st_size, "", written_ms)
    return Reading(max(0, there.st_size - position.offset), "", written_ms)


class SourceActivity:
    """A `Fold` that keeps nothing but when each source last told something, and its last restart.

    Args:
        now_ms: Tells the present instant.
    """

    def __init__(self, now_ms: Callable[[], int]) -> None:
        self._now_ms = now_ms
        self.told_ms: dict[str, int] = {}
        self.restarted_ms: dict[str, int] = {}

    def fold(self, facts: Sequence[Fact], folded_seq: int) -> None:  # noqa: ARG002 - a Protocol's names
        now_ms = self._now_ms()
        for source in {source for _seq, source, _event in facts}:
            self.told_ms[source] = now_ms
        self.note_restarts(facts)

    def note_restarts(self, facts: Sequence[Fact]) -> None:
        """Take in restarts among some facts."""
        for _seq, source, event in facts:
            if type(event) is SourceRestarted:
                self.restarted_ms[source] = max(event.at_ms, self.restarted_ms.get(source, event.at_ms))

    def rebuild(self) -> None:
        """Nothing: it is no projection."""

    def remap(self, agents: Collection[str]) -> None:
        """Nothing: it knows no agents."""

    def forget(self) -> None:
        """Nothing: that a source said something stays true, though it was not stored."""


class SourceSensor:
    """Looks at the sources that are alive: those whose files are followed; implements `Sensor`.

    Args:
        activity: What each source told last.
        followed: The files that are followed.
        position: How far a file has been read, by source and absolute path.
        calendars: The open hours of queues; a source is to be heard while any of them is open, without any always.
        zone: The site's zone, for the words.
        started_ms: Since when this process looks.
    """

    def __init__(
        self,
        activity: SourceActivity,
        followed: Callable[[], Sequence[FollowedFile]],
        position: Callable[[str, str], FilePosition | None],
        calendars: Callable[[], Sequence[Calendar]],
        zone: tzinfo,
        started_ms: int,
    ) -> None:
        self._activity = activity
        self._followed = followed
        self._position = position
        self._calendars = calendars
        self._zone = zone
        self._started_ms = started_ms
        self._sightings = Sightings()
        self._behind_ms: dict[str, int] = {}
        self.stale: frozenset[Feed] = frozenset()
        """The feeds that stand still because a source is silent, or because what it told is not read yet."""

    @property
    def metrics(self) -> Mapping[str, Metric]:
        return {**metrics_named("feed.", "source."), **metrics_named("house.ingest_behind")}

    def look(self, now_ms: int, *, whole: bool) -> Observation:
        readings: dict[str, list[Reading]] = {}
        for file in self._followed():
            position = self._position(file.source, os.path.abspath(file.path))
            readings.setdefault(file.source, []).append(reading_of(file, position))
        silent = {source: self._silent_since(source, found, now_ms) for source, found in readings.items()}
        is_catching_up = any(
            reading.unread_bytes > CATCHING_UP_BYTES for found in readings.values() for reading in found
        )
        is_stopped = any(since_ms is not None and now_ms - since_ms >= STALE_MS for since_ms in silent.values())
        self.stale = frozenset({Feed.FLOOR, Feed.PLAN}) if is_catching_up or is_stopped else frozenset()
        self._sightings.say_all(["feed.stale"], self._silences(silent, now_ms))
        self._sightings.say_all(["source.restarted"], self._restarts(now_ms))
        self._sightings.say_all(["house.ingest_behind"], self._behind(readings, now_ms))
        return self._sightings.observation(now_ms, whole=whole, stale=self.stale)

    # -- silence -----------------------------------------------------------------------------------------------------

    def _silent_since(self, source: str, readings: Sequence[Reading], now_ms: int) -> int | None:
        """Since when a source has said nothing although it should; None while it speaks, or need not."""
        last_ms = self._activity.told_ms.get(source)
        if last_ms is None:
            # Before this process began, the file itself says when.
            written = [reading.written_ms for reading in readings if reading.written_ms is not None]
            last_ms = min(self._started_ms, max(written, default=self._started_ms))
        since_ms = last_ms if now_ms - last_ms >= QUIET_MS else None
        if since_ms is None or not (calendars := self._calendars()):
            return since_ms
        opened = [opened_ms for each in calendars if (opened_ms := opened_since(each, since_ms, now_ms)) is not None]
        return min(opened, default=None)

    def _silences(self, silent: Mapping[str, int | None], now_ms: int) -> Iterator[Signal]:
        for source, since_ms in silent.items():
            if since_ms is None:
                continue
            last_ms = self._activity.told_ms.get(source, since_ms)
            values = (("source", source), ("last", moment_text(last_ms, now_ms, self._zone)))
            yield _of_source("feed.stale", source, values)._replace(since_ms=since_ms)

    def _restarts(self, now_ms: int) -> Iterator[Signal]:
        for source, at_ms in self._activity.restarted_ms.items():
            if now_ms - RESTARTED_MS < at_ms <= now_ms:
                values = (("source", source), ("at", moment_text(at_ms, now_ms, self._zone)))
                yield _of_source("source.restarted", source, values)._replace(active=True, since_ms=at_ms)

    # -- keeping up --------------------------------------------------------------------------------------------------

    def _behind(self, readings: Mapping[str, Sequence[Reading]], now_ms: int) -> Iterator[Signal]:
        for source, found in readings.items():
            problem = next((reading.problem for reading in found if reading.problem), "")
            if not problem and not any(reading.unread_bytes for reading in found):
                self._behind_ms.pop(source, None)
                continue
            since_ms = self._behind_ms.setdefault(source, now_ms)
            if now_ms - since_ms < QUIET_MS:
                # Between two polls there is always something that is not read yet.
                continue
            values = (("source", source), ("problem", problem or _("it is written faster than it is read.")))
            yield _of_source("house.ingest_behind", source, values)._replace(since_ms=since_ms)


def opened_since(calendar: Calendar, since_ms: int, now_ms: int) -> int | None:
    """Since when it has been open without a break, not before an instant; None while it is closed."""
    if not calendar.is_open(now_ms):
        return None
    spans = calendar.open_spans(since_ms, now_ms + 1)
    return spans[-1].start_ms if spans else None


def _of_source(metric: str, source: str, values: tuple[tuple[str, str], ...]) -> Signal:
    entity = f"source:{source}"
    return Signal(metric, entity, scope=scope_of(entity), values=values)
