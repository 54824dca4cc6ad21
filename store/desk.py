"""What the planning screens ask for, answered from the database: implements `app.planning.desk.PlanningDesk`."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta, tzinfo
from pathlib import Path
from typing import Any

from app.core.clock import Clock
from app.core.errors import StoreProblem, UsageProblem
from app.core.i18n import _
from app.core.imports import ImportOrder, ImportPlan
from app.core.settings import Settings
from app.core.text import inert
from app.core.zones import date_start_ms, day_start_ms
from app.floor.model import AgentInterval
from app.floor.reports import WHOLE, Range, effective_now_ms
from app.planning.desk import AgentPlan
from app.planning.drafts import LIKE_DAYS, NewShift, new_shift
from app.planning.forecast_intraday import IntradayPicture
from app.planning.forecast_report import StaffingSources
from app.planning.forecast_service import PlannedOnQueue, intraday, queues_of
from app.planning.judge import Effect, Judge
from app.planning.lists import ListKind
from app.planning.model import ScheduledSpan
from app.planning.requirement import need_of
from app.planning.service import PlanningService, rules_of
from store.import_wiring import ListSource, import_list
from store.sessions import ReaderSession, WriterSession


class SqlitePlanningDesk:
    """Opens the database for each question and each deed; called from worker threads.

    Args:
        path: The database.
        settings: The site's.
        zone: The floor's zone.
        clock: The clock the floor lives by.
        actor: Who does what is done here.
    """

    def __init__(self, path: Path, settings: Settings, zone: tzinfo, clock: Clock, actor: str) -> None:
        self._path = path
        self._settings = settings
        self._zone = zone
        self._clock = clock
        self._actor = actor

    @property
    def zone(self) -> tzinfo:
        return self._zone

    def _present(self) -> Path:
        """The database, where there is one: a screen begins no empty floor in the place of one that was taken away."""
        if not self._path.exists():
            raise StoreProblem(_("The database {path} is gone; waiting for it to come back.").format(path=self._path))
        return self._path

    @contextmanager
    def _reading(self) -> Iterator[ReaderSession]:
        session = ReaderSession(self._present(), self._zone, rules_of(self._settings))
        try:
            yield session
        finally:
            session.close()

    @contextmanager
    def _serving(self) -> Iterator[PlanningService]:
        session = WriterSession(self._present(), self._settings, self._clock)
        try:
            now_ms = effective_now_ms(self._clock.now_ms(), session.floor.newest_ms())
            service = PlanningService(session.planning, self._zone, self._clock, now_ms)
            service.note_rules(rules_of(self._settings))
            yield service
        finally:
            session.close()

    def _today(self, session: ReaderSession) -> tuple[StaffingSources, Range]:
        """Where today's staffing comes from, and today."""
        now_ms = effective_now_ms(self._clock.now_ms(), session.reader.newest_ms())
        start_ms = day_start_ms(now_ms, self._zone)
        end_ms = day_start_ms(start_ms + 36 * 3_600_000, self._zone)
        schedule = PlannedOnQueue(session.planning)
        needed = need_of(self._settings)
        sources = StaffingSources(session.forecast, session.staffing, session.staffing, schedule, needed)
        return sources, Range(start_ms, end_ms, "all", self._zone, now_ms)

    def intraday(self, step_minutes: int, queue: str | None = None) -> IntradayPicture | None:
        with self._reading() as session:
            sources, today = self._today(session)
            if queue is not None and queue not in queues_of(sources, today):
                return None
            picture = intraday(sources, self._settings, today, queue or WHOLE, step_minutes)
        return picture if picture.is_told else None

    def queues(self) -> list[str]:
        with self._reading() as session:
            return queues_of(*self._today(session))

    def agents(self) -> list[tuple[str, str]]:
        with self._reading() as session:
            names = {agent: person.name for agent, person in session.people.people().items()}
            known = session.planning.known_agents()
        return sorted(((agent, names.get(agent, "") or agent) for agent in known), key=lambda pair: (pair[1], pair[0]))

    def agent_plan(self, agent: str, day: date) -> AgentPlan:
        start_ms = date_start_ms(day, self._zone)
        end_ms = date_start_ms(day + timedelta(days=1), self._zone)
        clock_ms = self._clock.now_ms()
        with self._reading() as session:
            with session.planning.reading():
                own = session.planning.shifts_on([(agent, day)]).get((agent, day))
                if own is not None:
                    end_ms = max(end_ms, own.end_ms)
                judge = Judge(session.planning, self._zone, max(clock_ms, start_ms))
                shifts, verdicts = judge.timeline(agent, start_ms, end_ms)
                rules = judge.table(day).rules
            until_ms = min(end_ms, clock_ms)
            seen = session.reader.agent_time(agent, start_ms, until_ms)[0] if until_ms > start_ms else []
        done = tuple(_within(seen, start_ms, until_ms))
        return AgentPlan(agent, tuple(shifts), tuple(verdicts) if shifts else (), rules, done)

    def new_shift(self, agent: str, day: date) -> NewShift:
        around = timedelta(days=LIKE_DAYS + 1)
        start_ms, end_ms = date_start_ms(day - around, self._zone), date_start_ms(day + around, self._zone)
        with self._reading() as session, session.planning.reading():
            shifts = session.planning.shifts(agent, start_ms, end_ms)
        return new_shift(agent, day, shifts, self._zone)

    def amend(self, agent: str, day: date, spans: Sequence[ScheduledSpan], why: str, *, dry_run: bool) -> Effect:
        with self._serving() as service:
            return service.amend(agent, day, spans, self._actor, why, dry_run)

    def approve(self, agent: str, start_ms: int, reason: str, *, dry_run: bool) -> Effect:
        with self._serving() as service:
            return service.approve(agent, start_ms, None, reason, self._actor, dry_run)

    def neutralise(self, start_ms: int, end_ms: int, reason: str, *, dry_run: bool) -> Effect:
        with self._serving() as service:
            return service.neutralise(start_ms, end_ms, reason, self._actor, dry_run)

    def import_file(
        self, kind: ListKind, file: str, *, skip_bad: bool, dry_run: bool, digest: str | None = None
    ) -> ImportPlan[Any]:
        if os.path.exists(file) and not os.path.isfile(file) and not os.path.isdir(file):
            raise UsageProblem(
                _("{path} is no file that could be read to an end: name a CSV or an .xlsx file.").format(
                    path=inert(file)
                )
            )
        order = ImportOrder(self._actor, self._clock.now_ms(), skip_bad, dry_run)
        session = WriterSession(self._present(), self._settings, self._clock)
        try:
            return import_list(session, kind, ListSource(file, digest=digest), order, self._zone)
        finally:
            session.close()


def _within(intervals: Iterable[AgentInterval], start_ms: int, end_ms: int) -> Iterator[AgentInterval]:
    """The intervals cut to [start, end); what is open ends with it."""
    for each in intervals:
        ends_ms = end_ms if each.end_ms is None else min(each.end_ms, end_ms)
        if ends_ms > max(each.start_ms, start_ms):
            yield each._replace(start_ms=max(each.start_ms, start_ms), end_ms=ends_ms)
