"""Threads that carry messages out, one for each channel: a service that does not answer holds up no other, and not the
floor."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from typing import NamedTuple

from app.alerts.channels.model import Answer, Outgoing
from app.alerts.rule import Channel as ChannelSettings


class Errand(NamedTuple):
    """A message and the channel it goes through."""

    channel: str
    settings: ChannelSettings
    message: Outgoing


class Carried(NamedTuple):
    """What became of an errand."""

    channel: str
    message: str
    answer: Answer


class Carriers:
    """Sends on threads of its own. Each channel has one errand at a time.

    Args:
        send: Sends one message and never raises; called on a channel's thread.
    """

    def __init__(self, send: Callable[[ChannelSettings, Outgoing], Answer]) -> None:
        self._send = send
        self._errands: dict[str, queue.SimpleQueue[Errand | None]] = {}
        self._carried: queue.SimpleQueue[Carried] = queue.SimpleQueue()
        self._out: dict[str, str] = {}

    def is_busy(self, channel: str) -> bool:
        """Whether a channel has an errand."""
        return channel in self._out.values()

    def has(self, message: str) -> bool:
        """Whether a message is on its way."""
        return message in self._out

    def start(self, errand: Errand) -> None:
        """Send a message; what becomes of it is in `carried` later."""
        self._out[errand.message.message] = errand.channel
        if errand.channel not in self._errands:
            errands: queue.SimpleQueue[Errand | None] = queue.SimpleQueue()
            self._errands[errand.channel] = errands
            threading.Thread(target=self._carry, args=(errands,), name="alert-channel", daemon=True).start()
        self._errands[errand.channel].put(errand)

    def carried(self, wait_seconds: float = 0) -> list[Carried]:
        """What has come back since the last call.

        Args:
            wait_seconds: How long to wait for the first, when something is on its way.
        """
        found: list[Carried] = []
        try:
            if wait_seconds and self._out:
                found.append(self._carried.get(timeout=wait_seconds))
            while True:
                found.append(self._carried.get_nowait())
        except queue.Empty:
            pass
        return found

    def settle(self, message: str) -> None:
        """What became of a message is stored: it is no longer on its way."""
        self._out.pop(message, None)

    def close(self) -> None:
        """Have the threads end once they are done."""
        for errands in self._errands.values():
            errands.put(None)
        self._errands.clear()

    def _carry(self, errands: queue.SimpleQueue[Errand | None]) -> None:
        while (errand := errands.get()) is not None:
            answer = self._send(errand.settings, errand.message)
            self._carried.put(Carried(errand.channel, errand.message.message, answer))
