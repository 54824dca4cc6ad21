"""What the alert screens and commands hand deeds to, done in the database: implements `app.alerts.ports.AlertDesk`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from app.alerts.book_service import in_force
from app.alerts.model import Alert
from app.alerts.service import AlertService
from app.core.clock import Clock
from app.core.errors import StoreProblem
from app.core.i18n import _
from app.core.settings import Settings
from app.core.text import inert
from app.people.actors import actor_of
from store.sessions import ReaderSession, WriterSession


class SqliteAlertDesk:
    """Opens the database for each question and each deed; called from worker threads.

    Args:
        path: The database.
        settings: The site's.
        clock: The clock the floor lives by.
        user: The operating system's name of who is here.
        acting_for: The agent id of another person in whose name an administrator acts; empty for nobody's.
    """

    def __init__(self, path: Path, settings: Settings, clock: Clock, user: str, acting_for: str = "") -> None:
        self._path = path
        self._settings = settings
        self._clock = clock
        self._user = user
        self._acting_for = acting_for

    def _present(self) -> Path:
        """The database, where there is one: a screen begins no empty floor in the place of one that was taken away."""
        if not self._path.exists():
            raise StoreProblem(
                _("The database {path} is gone; waiting for it to come back.").format(path=inert(str(self._path)))
            )
        return self._path

    @contextmanager
    def _serving(self) -> Iterator[AlertService]:
        session = WriterSession(self._present(), self._settings, self._clock)
        try:
            actor = actor_of(self._user, session.people.people(), self._acting_for)
            yield AlertService(
                session.journal, session.alerts, lambda: in_force(session.alerts).book, actor, self._clock
            )
        finally:
            session.close()

    def acknowledge(self, alerts: Sequence[str], note: str) -> int:
        with self._serving() as service:
            return service.acknowledge(alerts, note)

    def silence(self, alerts: Sequence[str], until_ms: int, note: str) -> int:
        with self._serving() as service:
            return service.silence(alerts, until_ms, note)

    def escalate(self, alerts: Sequence[str]) -> int:
        with self._serving() as service:
            return service.escalate(alerts)

    def declare(self, what: str, source: str) -> str:
        with self._serving() as service:
            return service.declare(what, source)

    def end_fault(self, fault: str) -> None:
        with self._serving() as service:
            service.end_fault(fault)

    def history(self, start_ms: int, end_ms: int) -> list[Alert]:
        session = ReaderSession(self._present())
        try:
            return session.alerts.alerts_between(start_ms, end_ms)
        finally:
            session.close()
