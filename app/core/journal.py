"""The door every fact goes through: stored once, folded in the same transaction, or not at all.

Design section 3. Each capability brings one `Fold`; the journal knows none of them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

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

    def remap(self, agents: Collection[str]) -> None:
        """Fold anew what concerns some agents, because ids changed hands between them; ids and people are named."""
        ...

    def forget(self) -> None:
        """Drop what is kept in memory: another process has written, or a transaction was rolled back."""
        ...


class JournalStore(Protocol):
    """What the journal asks of storage."""

    def writing(self) -> AbstractContextManager[object]:
        """One write transaction (BEGIN IMMEDIATE): committed at the end, rolled back by any exception."""
        ...

    def version(self) -> tuple[int, int]:
        """The newest fact folded (0 for none), and how often everything was rebuilt."""
        ...

    def append(self, batch: Batch, stored_ms: int) -> tuple[list[Fact], Recorded]:
        """Store what of a batch is new, and its bad lines and position; `stored_ms` is the present instant."""
        ...

    def mark_folded(self, seq: int, stored_ms: int) -> None:
        """Remember up to where the projections are true, and when that was."""
        ...

    def begin_anew(self) -> None:
        """Tell readers to start anew: what was folded before is not what is folded now."""
        ...

    def begin_rebuild(self, fold_settings: Mapping[str, Any]) -> None:
        """Remember the settings the projections are folded with from now on, and tell readers to start anew."""
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
        self._known: tuple[int, int] | None = None

    def record(self, batch: Batch) -> Recorded:
        """Store a batch and fold it, all or nothing.

        Raises:
            StoreProblem: When the store refuses; nothing of the batch is stored then.
        """
        return self.decide(lambda: batch)

    def decide(self, make: Callable[[], Batch]) -> Recorded:
        """Store and fold what is decided inside the write transaction: what `make` reads cannot change before its
        facts are stored.

        Args:
            make: Reads, checks, and gives the batch; whatever it raises goes on to the caller, and nothing is stored.

        Raises:
            StoreProblem: When the store refuses; nothing is stored then.
        """
        try:
            with self._store.writing():
                batch = make()
                folded_seq, generation = version = self._store.version()
                if version != self._known:
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
        self._known = (folded_seq, generation)
        return recorded

    def rebuild(self, fold_settings: Mapping[str, Any]) -> None:
        """Throw all projections away and fold the log again, in one transaction.

        Args:
            fold_settings: What folding depends on besides the facts; holds until the next rebuild.

        Raises:
            StoreProblem: When the store refuses; the projections are as before then.
        """
        try:
            with self._store.writing():
                self._store.begin_rebuild(fold_settings)
                self._forget()
                for fold in self._folds:
                    fold.rebuild()
        finally:
            self._forget()

    def remap(self, agents: Collection[str]) -> None:
        """Fold anew what concerns agents whose ids changed hands; inside the write transaction that changed them.

        Raises:
            StoreProblem: When the store refuses.
        """
        self._store.begin_anew()
        self._forget()
        for fold in self._folds:
            fold.remap(agents)
        self._forget()

    def position(self, source: str, path: str) -> FilePosition | None:
        """How far a file has been read for a source, or None when it never was."""
        return self._store.position(source, path)

    def _forget(self) -> None:
        self._known = None
        for fold in self._folds:
            fold.forget()
