"""Readable numbers of tickets: WO-261121-0042 is the 42nd of 21 November 2026. Unique per site."""

from __future__ import annotations

from collections.abc import Callable
from datetime import tzinfo
from typing import Final, Protocol

from app.core.zones import at

SERIAL_DIGITS: Final = 4
"""What a serial is filled up to; a day with more tickets has longer ones."""


class SerialStore(Protocol):
    """Remembers which serials were given out."""

    def next_serial(self, day: str) -> int:
        """The next serial of a day, from 1, never given before; inside a write transaction."""
        ...


def number_of(prefix: str, day: str, serial: int) -> str:
    """The number of a ticket.

    Args:
        prefix: The site's; empty for none.
        day: Year, month and day, as "261121".
        serial: Which of that day.
    """
    return "-".join(part for part in (prefix, day, f"{serial:0{SERIAL_DIGITS}d}") if part)


class Numbers:
    """Gives each new ticket its number.

    Args:
        prefix: What the site's numbers begin with.
        zone: The site's zone: its local date is in the number.
        store: Remembers what was given out.
    """

    def __init__(self, prefix: str, zone: tzinfo, store: SerialStore) -> None:
        self._prefix = prefix
        self._zone = zone
        self._store = store

    def next(self, now_ms: int, is_taken: Callable[[str], bool]) -> str:
        """A number that no ticket has; inside a write transaction.

        Args:
            now_ms: The present instant.
            is_taken: Whether a ticket has a number: those of other systems may look like ours.
        """
        day = at(now_ms, self._zone).strftime("%y%m%d")
        while is_taken(number := number_of(self._prefix, day, self._store.next_serial(day))):
            pass
        return number
