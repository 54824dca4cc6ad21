"""A store that keeps everything in memory and really knows what it has already."""

from __future__ import annotations

from app.core.events import OtherFact
from app.core.facts import BadLine, Batch, Draft, FilePosition, Recorded


class Killed(BaseException):
    """Stands for the process being killed while it stores."""


class MemorySink:
    """Answers as a store does: a batch is taken whole or not at all, what is known is a duplicate."""

    def __init__(self) -> None:
        self.facts: dict[tuple[str, int, bytes], Draft] = {}
        self.bad_lines: dict[tuple[str, str], BadLine] = {}
        self.positions: dict[tuple[str, str], FilePosition] = {}
        self.batches: list[Batch] = []
        self.kill_after: int | None = None

    def record(self, batch: Batch) -> Recorded:
        if self.kill_after is not None:
            if self.kill_after == 0:
                raise Killed
            self.kill_after -= 1
        events = ignored = duplicates = quarantined = 0
        for draft in batch.drafts:
            key = (batch.source, draft.event.at_ms, draft.identity)
            if key in self.facts:
                duplicates += 1
                continue
            self.facts[key] = draft
            if isinstance(draft.event, OtherFact):
                ignored += 1
            else:
                events += 1
        for bad in batch.bad_lines:
            if (batch.source, bad.text) in self.bad_lines:
                duplicates += 1
            else:
                self.bad_lines[batch.source, bad.text] = bad
                quarantined += 1
        if batch.position is not None:
            self.positions[batch.source, batch.position.path] = batch.position
        self.batches.append(batch)
        return Recorded(events, ignored, duplicates, quarantined)

    def position(self, source: str, path: str) -> FilePosition | None:
        return self.positions.get((source, path))

    @property
    def identities(self) -> list[str]:
        """What is stored, in order of storing."""
        return [draft.identity.decode() for draft in self.facts.values()]
