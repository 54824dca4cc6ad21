"""The door every fact goes through: stored once, folded in the same transaction, or not at all.

Design section 3. Each capability brings one `Fold`; the journal knows none of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from app.core.clock import Clock
from app.core.events import AnyEvent
from app.core.facts import Batch, FilePosition, Recorded

Fact = tuple[int, str, AnyEvent]
"""Sequence number, source, event: a fact as it stands in the event log."""


class Fold(Protocol):
    """Keeps one capability's projections true to the event log. All calls come inside a write transaction."""

    def fold(self, facts: Sequence[Fact], folded_seq: int) -> None:
        """Take in new facts.

        Args:
            facts: Already stored, in order of sequence number, not necessarily of time.
            folded_seq: The newest fact folded before these.
        """
        ...

    def rebuild(self) -> None:
        """Throw the projections away and fold the whole log again."""
        ...

    def forget(self) -> None:
        """Drop what is kept in memory: another process has written, or a transaction was rolled back."""
        ...


class JournalStore(Protocol):
    """What the journal asks of storage."""

    def writing(self) -> AbstractContextManager[object]:
        """One write transaction (BEGIN IMMEDIATE): committed at the end, rolled back by any exception."""
        ...

    def folded_seq(self) -> int:
        """The newest fact in the log; 0 for an empty one."""
        ...

    def append(self, batch: Batch, stored_ms: int) -> tuple[list[Fact], Recorded]:
        """Store what of a batch is new, and its bad lines and position; `stored_ms` is the present instant."""
        ...

    def mark_folded(self, seq: int, stored_ms: int) -> None:
        """Remember up to where the projections are true, and when that was."""
        ...

    def mark_rebuilt(self) -> None:
        """Tell readers that every projection was made anew."""
        ...

    def position(self, source: str, path: str) -> FilePosition | None:
        """How far a file has been read for a source, or None when it never was."""
        ...


class Journal:
    """Stores and folds batches; implements `FactSink`.

    Args:
        store: Where facts are kept.
        folds: The capabilities' projections.
        clock: Tells when a batch was stored, for the age of data.
    """

    def __init__(self, store: JournalStore, folds: Sequence[Fold], clock: Clock) -> None:
        self._store = store
        self._folds = folds
        self._clock = clock
        self._known_seq: int | None = None

    def record(self, batch: Batch) -> Recorded:
        """Store a batch and fold it, all or nothing.

        Raises:
            StoreProblem: When the store refuses; nothing of the batch is stored then.
        """
        try:
            with self._store.writing():
                folded_seq = self._store.folded_seq()
                if folded_seq != self._known_seq:
                    self._forget()
                stored_ms = self._clock.now_ms()
                facts, recorded = self._store.append(batch, stored_ms)
                if facts:
                    for fold in self._folds:
                        fold.fold(facts, folded_seq)
                    folded_seq = facts[-1][0]
                self._store.mark_folded(folded_seq, stored_ms)
        except BaseException:
            # What the folds hold in memory may be of the transaction that is now undone.
            self._forget()
            raise
        self._known_seq = folded_seq
        return recorded

    def rebuild(self) -> None:
        """Throw all projections away and fold the log again, in one transaction.

        Raises:
            StoreProblem: When the store refuses; the projections are as before then.
        """
        try:
            with self._store.writing():
                for fold in self._folds:
                    fold.rebuild()
                self._store.mark_rebuilt()
        finally:
            self._forget()

    def position(self, source: str, path: str) -> FilePosition | None:
        """How far a file has been read for a source, or None when it never was."""
        return self._store.position(source, path)

    def _forget(self) -> None:
        self._known_seq = None
        for fold in self._folds:
            fold.forget()
