"""The one folding process among those that open a database: it reads the sources, minds the clocks, tidies the store.

Every process with a screen runs an engine on a thread of its own. One of them holds the lock and works; the others
try for the lock once a second, so that a killed holder is replaced within seconds. The thread shares nothing with
the screen's event loop: a terminal that stops reading delays nothing here. Design section 3.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from app.core.errors import StoreProblem, WatchfloorError
from app.core.facts import FactSink
from app.core.i18n import _
from app.engine.ports import EngineLock, EngineSession, PolledSource
from app.sources.model import FollowedFile

_LOG = logging.getLogger("watchfloor.engine")

POLL_SECONDS: Final = 0.2
"""How often sources are asked."""

STANDBY_SECONDS: Final = 1.0
"""How often a process that does not hold the lock tries for it."""

TIDY_SECONDS: Final = 60
"""How often the alarm clock asks what is due."""

STALLED_MS: Final = 10_000
"""A holder that has said nothing for so long is stuck."""


@dataclass(frozen=True, slots=True)
class EngineStatus:
    """How the engine is, as this process sees it.

    Attributes:
        alive: Some process holds the lock.
        here: It is this one.
        following: Sources being read, by name.
        problem: What is wrong, as a sentence; empty when all is well.
    """

    alive: bool = False
    here: bool = False
    following: tuple[str, ...] = ()
    problem: str = ""


class Engine:
    """Runs the engine on its own thread.

    Args:
        open_session: Opens a connection for writing; called on the engine's thread, again after trouble.
        lock: The lock beside the database.
        make_source: Begins to follow a file.
        own_sources: Sources that this process brings along, such as a simulator.
    """

    def __init__(
        self,
        open_session: Callable[[], EngineSession],
        lock: EngineLock,
        make_source: Callable[[FactSink, FollowedFile], PolledSource],
        own_sources: Callable[[FactSink], list[PolledSource]] = lambda _sink: [],
    ) -> None:
        self._open_session = open_session
        self._lock = lock
        self._make_source = make_source
        self._own_sources = own_sources
        self._status = EngineStatus()
        self._stopping = threading.Event()
        self._reconcile_due = threading.Event()
        self._stumbled: dict[FollowedFile, str] = {}
        self._unattended = ""
        self._thread = threading.Thread(target=self._run, name="engine", daemon=True)

    def start(self) -> None:
        """Begin to work, or to stand by."""
        self._thread.start()

    def stop(self) -> None:
        """Finish the batch at hand, give the lock back, end the thread."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(timeout=30)

    def status(self) -> EngineStatus:
        """How the engine is."""
        return self._status

    # -- on the engine's thread --------------------------------------------------------------------------------------

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                if self._lock.acquire():
                    self._hold()
                else:
                    self._stand_by()
            except WatchfloorError as problem:
                self._say(str(problem))
            except Exception as error:  # noqa: BLE001 - the engine must outlive whatever one source did
                _LOG.error("the engine stumbled: %s: %s", type(error).__name__, error)
                self._say(_("Reading stopped ({error}); trying again.").format(error=type(error).__name__))
            finally:
                self._lock.release()
            self._stopping.wait(STANDBY_SECONDS)

    def _say(self, problem: str) -> None:
        self._status = EngineStatus(alive=False, here=False, problem=problem)

    def _stand_by(self) -> None:
        holder = self._lock.holder()
        if holder is None:
            self._status = EngineStatus(alive=True)
            return
        problem = holder.problem
        if holder.age_ms > STALLED_MS:
            problem = _("Process {process} reads the sources and has not answered for {seconds} s.").format(
                process=holder.process, seconds=holder.age_ms // 1000
            )
        self._status = EngineStatus(alive=True, following=holder.following, problem=problem)

    def _hold(self) -> None:
        session = self._open_session()
        alarm = _start_alarm_clock(self._reconcile_due.set)
        try:
            self._work(session)
        finally:
            alarm.shutdown(wait=False)
            session.close()

    def _work(self, session: EngineSession) -> None:
        own = self._own_sources(session.journal)
        sources: dict[FollowedFile, PolledSource] = {}
        waited = STANDBY_SECONDS
        try:
            while not self._stopping.is_set():
                if waited >= STANDBY_SECONDS:
                    if session.is_replaced():
                        raise StoreProblem(_("The database file was removed or replaced; opening it again."))
                    self._choose_sources(session, sources)
                    self._report([*own, *sources.values()])
                    self._unattended = ""
                    waited = 0.0
                if self._reconcile_due.is_set():
                    self._reconcile_due.clear()
                    session.tidy()
                more = False
                for source in own:
                    more = source.poll() or more
                for file, source in list(sources.items()):
                    try:
                        more = source.poll() or more
                        self._stumbled.pop(file, None)
                    except WatchfloorError:
                        raise
                    except Exception as error:  # noqa: BLE001 - what one source does must not stop the others
                        self._stumble(file, error)
                        sources.pop(file).close()
                self._attend(session)
                if not more:
                    self._stopping.wait(POLL_SECONDS)
                waited += POLL_SECONDS
        finally:
            for source in [*own, *sources.values()]:
                source.close()

    def _attend(self, session: EngineSession) -> None:
        """Have what is due done; what goes wrong with it stops no source, and is tried again with the next report."""
        if self._unattended:
            return
        try:
            session.attend()
        except WatchfloorError:
            raise
        except Exception as error:  # noqa: BLE001 - what goes wrong here must not stop the sources
            _LOG.error("what happens by itself stumbled: %s: %s", type(error).__name__, error)
            self._unattended = _("What is due was not done ({error}); trying again.").format(error=type(error).__name__)

    def _stumble(self, file: FollowedFile, error: Exception) -> None:
        """Keep what went wrong with a source; it is begun anew when the sources are chosen again."""
        _LOG.error("reading %s stumbled: %s: %s", file.source, type(error).__name__, error)
        self._stumbled[file] = _("Reading stopped ({error}); trying again.").format(error=type(error).__name__)

    def _choose_sources(self, session: EngineSession, sources: dict[FollowedFile, PolledSource]) -> None:
        wanted = session.followed()
        for file in [file for file in self._stumbled if file not in wanted]:
            del self._stumbled[file]
        for file in [file for file in sources if file not in wanted]:
            sources.pop(file).close()
        for file in wanted:
            if file not in sources:
                sources[file] = self._make_source(session.journal, file)

    def _report(self, sources: list[PolledSource]) -> None:
        following = tuple(dict.fromkeys(source.name for source in sources))
        problems = [*(source.problem for source in sources), *self._stumbled.values(), self._unattended]
        problem = next(filter(None, problems), "")
        self._status = EngineStatus(alive=True, here=True, following=following, problem=problem)
        self._lock.report(following, problem)


def _start_alarm_clock(ring: Callable[[], None]) -> Any:
    """An alarm clock that asks now and then what is due; what is due is for the database to say, not for the alarm."""
    from apscheduler.events import EVENT_JOB_ERROR, EVENT_JOB_MISSED
    from apscheduler.schedulers.background import BackgroundScheduler

    scheduler = BackgroundScheduler(
        timezone="UTC", job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
    )
    scheduler.add_job(ring, "interval", seconds=TIDY_SECONDS, id="reconcile")
    scheduler.add_listener(
        lambda event: _LOG.error("the alarm clock failed or missed job %s", event.job_id),
        EVENT_JOB_ERROR | EVENT_JOB_MISSED,
    )
    scheduler.start()
    return scheduler
