"""Followed files and simulators as the engine polls them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from app.core.clock import Clock
from app.core.facts import Batch, Draft, FactSink, Recorded
from app.sources.follower import Follower
from app.sources.json_lines import JsonLinesParser
from app.sources.model import FollowedFile
from app.sources.ports import LineParser
from app.sources.queue_log import QueueLogParser

BATCH_FACTS: Final = 2000
"""Facts that a simulator hands over in one transaction."""


def parser_factory(kind: str, encoding: str) -> Callable[[], LineParser]:
    """Makes parsers for a kind of file."""
    return (lambda: QueueLogParser(encoding)) if kind == "queue-log" else JsonLinesParser


class FollowedSource:
    """A followed file; implements `PolledSource`.

    Attributes:
        file: What is followed.
        lines: Lines read so far.
        blank: How many of them said nothing.
        recorded: What became of the others.
    """

    def __init__(self, sink: FactSink, file: FollowedFile, clock: Clock) -> None:
        self._follower = Follower(sink, file.source, file.path, parser_factory(file.kind, file.encoding), clock)
        self.name = file.source
        self.file = file
        self.lines = self.blank = 0
        self.recorded = Recorded()

    @property
    def problem(self) -> str:
        return self._follower.problem

    def poll(self) -> bool:
        result = self._follower.poll()
        self.lines += result.lines
        self.blank += result.blank
        self.recorded += result.recorded
        return result.more

    def close(self) -> None:
        self._follower.close()


class SimulatedFloor:
    """A simulator as a source; implements `PolledSource`.

    Args:
        sink: Where its facts go.
        name: What the event log knows it by.
        drafts: Gives the facts since it was last asked.
        end: Lets go of what the simulator holds; called when nobody asks it any more.
        pending: What was handed over and is not stored yet; given again to the next source where trouble ends this one,
            for the simulator tells nothing twice.
    """

    def __init__(
        self,
        sink: FactSink,
        name: str,
        drafts: Callable[[], Sequence[Draft]],
        end: Callable[[], None] = lambda: None,
        pending: list[Draft] | None = None,
    ) -> None:
        self._sink = sink
        self._drafts = drafts
        self._end = end
        self._pending: list[Draft] = [] if pending is None else pending
        self.name = name
        self.problem = ""

    def poll(self) -> bool:
        if not self._pending:
            self._pending += self._drafts()
        if self._pending:
            self._sink.record(Batch(self.name, self._pending[:BATCH_FACTS]))
            del self._pending[:BATCH_FACTS]
        return bool(self._pending)

    def close(self) -> None:
        self._end()
