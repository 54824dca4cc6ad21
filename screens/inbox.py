"""Where a thread leaves its newest picture for the event loop: however long that stands still, one message waits."""

from __future__ import annotations

import threading
from typing import Generic, TypeVar

PictureT = TypeVar("PictureT")


class Inbox(Generic[PictureT]):
    """The newest picture of a feed."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._newest: PictureT | None = None
        self._announced = False

    def put(self, picture: PictureT) -> bool:
        """Leave a picture; returns whether the loop has to be told of it, because no message waits yet."""
        with self._lock:
            self._newest = picture
            was_announced, self._announced = self._announced, True
            return not was_announced

    def take(self) -> PictureT | None:
        """The newest picture, None where there never was one; the next `put` tells the loop again."""
        with self._lock:
            self._announced = False
            return self._newest
