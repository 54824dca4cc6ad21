"""A mapping that is never changed, of which a changed one is made at the cost of the change.

A copy of a dictionary of twenty thousand touches every object in it: at one copy a second that is most of what a
second costs. Here a version shares its base with the versions before it, and carries what became different.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, Generic, TypeVar

KeyT = TypeVar("KeyT")
ValueT = TypeVar("ValueT")

LEAST_PATCHES: Final = 256
"""So many differences are carried before a new base is made, or a sixteenth of the base where that is more."""


class Patched(Mapping[KeyT, ValueT], Generic[KeyT, ValueT]):
    """A mapping over a base that nobody changes, and what is different from it; None stands for what is gone."""

    __slots__ = ("_base", "_count", "_patches")

    def __init__(self, base: dict[KeyT, ValueT]) -> None:
        self._base = base
        self._patches: dict[KeyT, ValueT | None] = {}
        self._count = len(base)

    def changed(self, changes: Mapping[KeyT, ValueT | None]) -> Patched[KeyT, ValueT]:
        """This mapping with some values replaced or added, and those of None removed."""
        made: Patched[KeyT, ValueT] = Patched(self._base)
        made._patches = {**self._patches, **changes}
        made._count = self._count
        for key, value in changes.items():
            made._count += (value is not None) - (key in self)
        if len(made._patches) > max(LEAST_PATCHES, len(self._base) // 16):
            return Patched(dict(made.items()))
        return made

    def __getitem__(self, key: KeyT) -> ValueT:
        if key in self._patches:
            value = self._patches[key]
            if value is None:
                raise KeyError(key)
            return value
        return self._base[key]

    def __contains__(self, key: object) -> bool:
        if key in self._patches:
            return self._patches[key] is not None
        return key in self._base

    def __iter__(self) -> Iterator[KeyT]:
        patches = self._patches
        for key in self._base:
            if key not in patches:
                yield key
        for key, value in patches.items():
            if value is not None:
                yield key

    def __len__(self) -> int:
        return self._count
