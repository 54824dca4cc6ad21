"""The thread that turns a store's changes into pictures: what every feed of the screens shares.

A feed says how it takes in changes and makes a picture; when it looks, whom it tells, and how it outlives a store that
goes away stands here.
"""

from __future__ import annotations

import logging
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Final, Generic, Protocol, TypeVar

from app.core.clock import Clock
from app.core.errors import StoreProblem
from app.core.i18n import _

_LOG = logging.getLogger("watchfloor.feed")

POLL_SECONDS: Final = 0.1
"""How often the store is asked whether anything changed: 4 µs each."""

PICTURE_SECONDS: Final = 1.0
"""A picture is made at least this often: the clock changes things too."""

RETRY_SECONDS: Final = 1.0
"""How long to wait before a lost store is tried again."""


class WatchedSession(Protocol):
    """A connection that is opened and used on the watching thread."""

    def data_version(self) -> int:
        """Changes when another connection has committed."""
        ...

    def is_replaced(self) -> bool:
        """Whether another file lies at the path now, or none."""
        ...

    def close(self) -> None:
        """Let the connection go."""
        ...


SessionT = TypeVar("SessionT", bound=WatchedSession)
PictureT = TypeVar("PictureT")


class StoreWatcher(ABC, Generic[SessionT, PictureT]):
    """Asks the store ten times a second, and hands a picture to its listeners when it changed and once a second.

    Args:
        open_session: Opens a connection; called on the watching thread, again after trouble.
        clock: The clock the pictures live by.
        name: The thread's name.
    """

    def __init__(self, open_session: Callable[[], SessionT], clock: Clock, name: str) -> None:
        self._open_session = open_session
        self._clock = clock
        self._listeners: list[Callable[[PictureT], None]] = []
        self._latest: PictureT | None = None
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    @property
    def clock(self) -> Clock:
        """The clock the pictures live by."""
        return self._clock

    def latest(self) -> PictureT | None:
        """The newest picture, or None before the first one."""
        return self._latest

    def subscribe(self, listener: Callable[[PictureT], None]) -> Callable[[], None]:
        """Have `listener` called, on the watching thread, with every new picture; returns the way to stop it."""
        self._listeners.append(listener)

        def unsubscribe() -> None:
            if listener in self._listeners:
                self._listeners.remove(listener)

        return unsubscribe

    def start(self) -> None:
        """Begin to watch."""
        self._thread.start()

    def stop(self) -> None:
        """Stop watching and let the connection go."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(timeout=5)

    def look(self, session: SessionT, *, fresh: bool) -> PictureT:
        """Make one picture now, on the caller's thread, of a feed that was not started: history is played so.

        Args:
            session: The same at every look.
            fresh: Whether this is the first.
        """
        now_ms = self._clock.now_ms()
        if fresh:
            self._begin()
        self._take_in(session, now_ms, fresh or self._is_stale(now_ms))
        picture = self._picture(session, now_ms)
        self._publish(picture)
        return picture

    # -- what a feed says, on the watching thread ---------------------------------------------------------------------

    @abstractmethod
    def _begin(self) -> None:
        """A connection was opened: what an earlier one was asked is forgotten."""

    @abstractmethod
    def _is_stale(self, now_ms: int) -> bool:
        """Whether everything has to be read anew although nothing was stored."""

    @abstractmethod
    def _take_in(self, session: SessionT, now_ms: int, fresh: bool) -> None:
        """Read what changed; everything when `fresh`."""

    @abstractmethod
    def _picture(self, session: SessionT, now_ms: int) -> PictureT:
        """The picture of this moment."""

    @abstractmethod
    def _troubled(self, problem: str) -> PictureT:
        """The last picture, with a sentence over it that says why it is old."""

    # -- the watching -------------------------------------------------------------------------------------------------

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                session = self._open_session()
                try:
                    self._watch(session)
                finally:
                    session.close()
            except StoreProblem as problem:
                self._publish(self._troubled(str(problem)))
            except Exception as error:  # noqa: BLE001 - the feed must outlive whatever one picture did
                _LOG.error("the %s stumbled: %s: %s", self._thread.name, type(error).__name__, error)
                sentence = _("The floor could not be read ({error}); trying again.").format(error=type(error).__name__)
                self._publish(self._troubled(sentence))
            self._stopping.wait(RETRY_SECONDS)

    def _watch(self, session: SessionT) -> None:
        self._begin()
        version: int | None = None
        waited = PICTURE_SECONDS
        while not self._stopping.is_set():
            now_ms = self._clock.now_ms()
            now_version = session.data_version()
            fresh = version is None or self._is_stale(now_ms)
            if fresh or now_version != version:
                self._take_in(session, now_ms, fresh)
                version = now_version
                waited = PICTURE_SECONDS
            if waited >= PICTURE_SECONDS:
                if session.is_replaced():
                    raise StoreProblem(_("The database file was removed or replaced; opening it again."))
                self._publish(self._picture(session, now_ms))
                waited = 0.0
            self._stopping.wait(POLL_SECONDS)
            waited += POLL_SECONDS

    def _publish(self, picture: PictureT) -> None:
        self._latest = picture
        for listener in list(self._listeners):
            listener(picture)
