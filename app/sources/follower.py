"""Following a log that grows, is rotated, cut short, taken away and brought back.

It looks at the file when it is asked to (`poll`) and uses nothing but its size, its number and its beginning; so it
works on every file system. What it has read is stored together with the place it has reached: killed at any moment it
goes on from there.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from app.core.clock import Clock
from app.core.facts import Batch, FactSink, FilePosition, Recorded
from app.core.i18n import _
from app.core.text import inert
from app.sources.ports import Line, LineParser
from app.sources.reader import OpenLog, file_number, read_lines
from app.sources.rotation import find_between, find_rotated

POLL_BYTES: Final = 1 << 18
"""Most that one poll reads: some five thousand lines."""

LOSS_SHOWN_MS: Final = 3_600_000
"""How long a gap in what was read is told as a problem; afterwards the wall would only get used to it."""


@dataclass(frozen=True, slots=True)
class PollResult:
    """What one poll did.

    Attributes:
        recorded: What became of the lines.
        lines: How many lines were read.
        blank: How many of them said nothing, and are counted nowhere else.
        more: More is ready to be read at once.
    """

    recorded: Recorded = field(default_factory=Recorded)
    lines: int = 0
    blank: int = 0
    more: bool = False


@dataclass(frozen=True, slots=True)
class FollowState:
    """How a follower is, for a screen.

    Attributes:
        source: The name of the telephone system.
        path: The file as the person named it.
        size: Bytes in the file being read; None while there is none.
        offset: Bytes of it that are stored.
        problem: What is wrong, as a sentence; empty when all is well.
        last_read_ms: When something was last read and stored; None before.
    """

    source: str
    path: str
    size: int | None
    offset: int
    problem: str
    last_read_ms: int | None


class Follower:
    """Follows one log of one source. Not safe for several threads.

    Args:
        sink: Where facts go, and where positions come from.
        source: The name of the telephone system.
        path: The file; it need not exist yet.
        parser_factory: Makes the parser for each file.
        clock: For `last_read_ms`.
        poll_bytes: Most that one poll reads.
    """

    def __init__(
        self,
        sink: FactSink,
        source: str,
        path: str,
        parser_factory: Callable[[], LineParser],
        clock: Clock,
        poll_bytes: int = POLL_BYTES,
    ) -> None:
        self._sink = sink
        self._source = source
        self._shown_path = path
        self._path = os.path.abspath(path)
        self._parser_factory = parser_factory
        self._parser = parser_factory()
        self._clock = clock
        self._poll_bytes = poll_bytes
        # The first is being read; all but the last are finished by whoever wrote them.
        self._logs: deque[OpenLog] = deque()
        self._trouble = ""
        self._loss = ""
        self._loss_ms = 0
        self._last_read_ms: int | None = None

    @property
    def problem(self) -> str:
        """What is wrong, as a sentence; empty when all is well."""
        if self._trouble:
            return self._trouble
        return self._loss if self._clock.now_ms() - self._loss_ms < LOSS_SHOWN_MS else ""

    def describe(self) -> FollowState:
        """How it is, for a screen."""
        size: int | None = None
        offset = 0
        if self._logs:
            offset = self._logs[0].mark.offset
            try:
                size = self._logs[0].status().st_size
            except OSError:
                size = None
        return FollowState(self._source, self._shown_path, size, offset, self.problem, self._last_read_ms)

    def poll(self) -> PollResult:
        """Read what is new, at most `poll_bytes` of it.

        A file that cannot be read is a `problem`, tried again at the next poll.

        Raises:
            StoreProblem: When the store refuses; the same lines are read again at the next poll.
        """
        try:
            self._trouble = ""
            if not self._logs:
                self._start()
            elif len(self._logs) == 1:
                self._look_for_rotation()
            return self._read() if self._logs else PollResult()
        except OSError as error:
            self.close()
            self._trouble = _("{path} cannot be read: {reason}.").format(
                path=inert(self._shown_path), reason=error.strerror or str(error)
            )
            return PollResult()

    def close(self) -> None:
        """Let go of the files; the next poll goes on from the stored place."""
        while self._logs:
            self._logs.pop().close()

    def _start(self) -> None:
        """Find the place where reading was left, in whatever file it is now."""
        present = self._open_present()
        try:
            self._place(present)
        except BaseException:
            if present is not None and present not in self._logs:
                present.close()
            raise

    def _place(self, present: OpenLog | None) -> None:
        position = self._sink.position(self._source, self._path)
        if present is not None and (position is None or present.continues(position)):
            if position is None:
                # From here on it is known which file is read, even if it is rotated before anything of it is stored.
                self._sink.record(Batch(self._source, (), (), present.mark))
            else:
                present.move_to(position)
            self._logs.append(present)
        elif position is not None:
            old = find_rotated(self._path, position)
            if old is not None or present is not None:
                self._follow_on(old, position, present)

    def _follow_on(self, old: OpenLog | None, position: FilePosition, present: OpenLog | None) -> None:
        """Read the rest of the old file first, then those between, then the present one from its beginning.

        A present file that is still empty is left for `_look_for_rotation`, which knows why.
        """
        if old is None:
            self._loss = _(
                "{path} was replaced and its old file was not found beside it: rows written before that may be"
                " missing; hand the old file to watchfloor ingest."
            ).format(path=inert(self._shown_path))
            self._loss_ms = self._clock.now_ms()
        else:
            self._logs.append(old)
            self._logs.extend(find_between(self._path, old, position, present))
        if present is not None and (present.status().st_size or not self._logs):
            self._logs.append(present)

    def _open_present(self) -> OpenLog | None:
        try:
            return OpenLog.open(self._path, self._path)
        except FileNotFoundError:
            self._say_missing()
            return None

    def _say_missing(self) -> None:
        self._trouble = _("{path} is not there; waiting for it to appear.").format(path=inert(self._shown_path))

    def _look_for_rotation(self) -> None:
        """See whether the path leads to another file that is already written to.

        An empty one is not enough: it may be made before the writer lets go of the old one. Once there are rows in
        the new file the old one is complete, so reading it to its end afterwards leaves nothing behind.
        """
        old = self._logs[0]
        try:
            there = os.stat(self._path)
        except FileNotFoundError:
            self._say_missing()
            return
        if there.st_size == 0 or file_number(there) == file_number(old.status()):
            return
        present = self._open_present()
        if present is not None:
            self._logs.extend(find_between(self._path, old, old.mark, present))
            self._logs.append(present)

    def _read(self) -> PollResult:
        log = self._logs[0]
        chunk = log.read(self._poll_bytes)
        # Asked after reading: what was read from a file cut short in between must not be believed.
        if not log.is_intact():
            return self._cut_short(log)
        lines = log.splitter.feed(chunk) if chunk else []
        finished = not chunk and len(self._logs) > 1
        if finished and (rest := log.splitter.finish()) is not None:
            lines.append(rest)
        more = len(chunk) == self._poll_bytes or len(self._logs) > 1
        if not lines and not finished:
            return PollResult(more=more)
        return self._store(log, lines, finished, more)

    def _store(self, log: OpenLog, lines: list[Line], finished: bool, more: bool) -> PollResult:
        """Store lines with the place behind them, which is the next file's beginning where this one is finished."""
        read = read_lines(self._parser, lines, self._name_of(log))
        position = self._logs[1].mark if finished else log.position()
        try:
            recorded = self._sink.record(Batch(self._source, read.drafts, read.bad_lines, position))
        except BaseException:
            log.rewind()
            raise
        if finished:
            self._logs.popleft().close()
            self._parser = self._parser_factory()
        else:
            log.mark = position
        if lines:
            self._last_read_ms = self._clock.now_ms()
        return PollResult(recorded, len(lines), read.blank, more)

    def _cut_short(self, log: OpenLog) -> PollResult:
        """The file lost some of what had been read of it: it was truncated, perhaps after a copy was made."""
        log.rewind()
        mark = log.mark
        if log.continues(mark):
            return PollResult(more=True)
        self._logs.popleft()
        behind = list(self._logs)
        self._logs.clear()
        if mark.offset:
            self._follow_on(find_rotated(self._path, mark), mark, None)
        self._logs.append(log.again())
        self._logs.extend(behind)
        log.close()
        return PollResult(more=True)

    def _name_of(self, log: OpenLog) -> str:
        """The followed file under the name the person gave it; a rotated one under its own."""
        return self._shown_path if log.path == self._path else log.path
