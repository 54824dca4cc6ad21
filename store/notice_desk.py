"""What notice screens ask for, answered from the database: implements `app.tickets.notice_desk.NoticeDesk`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import tzinfo
from pathlib import Path

from app.alerts.book_service import in_force
from app.core.clock import Clock
from app.core.errors import StoreProblem
from app.core.i18n import _
from app.core.settings import Settings
from app.core.text import inert
from app.people.actors import actor_of
from app.tickets.notice_desk import NoticeBoard, NoticeLife
from app.tickets.notices import EventPlan, NoticeService, absorption, find, timeline
from store.sessions import ReaderSession, WriterSession


class SqliteNoticeDesk:
    """Opens the database for each question and each deed; called from worker threads.

    Args:
        path: The database.
        settings: The site's.
        zone: The floor's zone.
        clock: The clock the floor lives by.
        user: The operating system's name of who is here.
        acting_for: The agent id of another person in whose name an administrator acts; empty for nobody's.
    """

    def __init__(
        self, path: Path, settings: Settings, zone: tzinfo, clock: Clock, user: str, acting_for: str = ""
    ) -> None:
        self._path = path
        self._settings = settings
        self._zone = zone
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
    def _reading(self) -> Iterator[ReaderSession]:
        session = ReaderSession(self._present(), self._zone)
        try:
            yield session
        finally:
            session.close()

    @contextmanager
    def _serving(self) -> Iterator[NoticeService]:
        session = WriterSession(self._present(), self._settings, self._clock, self._zone)
        try:
            actor = actor_of(self._user, session.people.people(), self._acting_for)
            yield NoticeService(session.journal, session.tickets, actor, self._clock, self._zone)
        finally:
            session.close()

    def board(self) -> NoticeBoard:
        with self._reading() as session:
            notices = session.tickets.notices(only_live=False)
            return NoticeBoard(tuple(notices), session.tickets.notices_told_ms())

    def life(self, notice: str) -> NoticeLife | None:
        with self._reading() as session:
            found = find(session.tickets, notice)
            if found is None:
                return None
            facts = timeline(session.tickets, notice)
            people = session.people.people()
            persons = {fact.by for fact in facts} & people.keys()
            recipients = in_force(session.alerts).book.recipients
            return NoticeLife(
                found,
                absorption(found, session.tickets, self._clock.now_ms()),
                facts,
                {person: people[person].name for person in persons},
                {key: recipient.name for key, recipient in recipients.items()},
            )

    def post(
        self,
        wording: str,
        *,
        area: str,
        service: str,
        expected_end_ms: int | None,
        again: str,
        event: EventPlan,
    ) -> str:
        with self._serving() as notices:
            return notices.post(
                wording, area=area, service=service, expected_end_ms=expected_end_ms, again=again, event=event
            )

    def end(self, notice: str) -> None:
        with self._serving() as notices:
            notices.end(notice)
