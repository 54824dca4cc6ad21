"""The watch: looks, compares with the rules, records. It runs in the process that folds, on the thread that folds.

Nothing of it outlives the process but the facts it recorded: one that takes over, after a crash or on another
machine's turn, makes an evaluator of the alerts as they are folded, has every sensor tell everything once, and goes on
as this one would have. What could not be recorded has not happened: the evaluator that made it is thrown away.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, NamedTuple, Protocol

from app.alerts.book_service import shipped_version
from app.alerts.evaluator import SOURCE, Evaluator, draft
from app.alerts.inhibition import Cause
from app.alerts.lookout import Lookout
from app.alerts.model import REMEMBERED_MS, Fault
from app.alerts.ports import AlertBookVersion, AlertChanges
from app.alerts.sensors.faults import FaultSensor
from app.alerts.sensors.tickets import COVERED, NOTICE, TicketSensor
from app.core.clock import Clock
from app.core.facts import Batch
from app.core.journal import Journal
from app.tickets.notice_times import BREAKING, live
from app.tickets.ports import Notice

LOOK_MS: Final = 1_000
"""How often sensors are asked."""

SETTLE_MS: Final = 200
"""What is due has a look made for it so long after: what happened in the same moment has arrived by then, and who came
back from a break at its last second is not written up. The fact tells the exact instant all the same."""


class Covering(NamedTuple):
    """What a live notice covers."""

    notice: str
    area: str
    service: str


class WatchAlerts(Protocol):
    """What the watch asks of the stored alerts."""

    def books(self) -> Sequence[AlertBookVersion]:
        """Every version of the rules, the oldest first."""
        ...

    def alert_changes(self, since_seq: int, generation: int, since_ms: int) -> AlertChanges:
        """What changed since a fact; all that is open or was over since an instant, with another generation."""
        ...

    def faults(self, *, only_live: bool) -> list[Fault]:
        """Declared faults."""
        ...


class WatchNotices(Protocol):
    """What the watch asks of the stored notices."""

    def notices(self, *, only_live: bool) -> list[Notice]:
        """Notices, the newest first."""
        ...


class WatchLog(Protocol):
    """What the watch asks of the event log."""

    def version(self) -> tuple[int, int]:
        """The newest fact folded, and how often everything was rebuilt."""
        ...


class WatchStore(Protocol):
    """The connection of the thread that folds."""

    @property
    def journal(self) -> Journal: ...
    @property
    def log(self) -> WatchLog: ...
    @property
    def alerts(self) -> WatchAlerts: ...
    @property
    def tickets(self) -> WatchNotices: ...


class AlertWatch:
    """Keeps the alerts true to what is so; used by the thread that folds.

    Args:
        store: What is read, and where facts are recorded.
        lookout: The sensors.
        faults: The one of them that is told of declared faults.
        tickets: The one of them that is told of live notices.
        clock: The clock the floor lives by.
    """

    def __init__(
        self, store: WatchStore, lookout: Lookout, faults: FaultSensor, tickets: TicketSensor, clock: Clock
    ) -> None:
        self._store = store
        self._lookout = lookout
        self._faults = faults
        self._tickets = tickets
        self._clock = clock
        self._evaluator: Evaluator | None = None
        self._book_version = -1
        self._version: tuple[int, int] = (0, 0)
        self._looked_ms: int | None = None
        self._covering: tuple[Covering, ...] | None = None

    def attend(self) -> int:
        """Do what is due; cheap when nothing is, and called several times a second.

        Returns:
            How many facts were recorded.

        Raises:
            StoreProblem: When the store refuses; what was not stored is done the next time.
        """
        now_ms = self._clock.now_ms()
        try:
            facts = self._evaluated(now_ms)
            if not facts:
                return 0
            return self._store.journal.decide(lambda: Batch(SOURCE, [draft(fact) for fact in facts])).events
        except BaseException:
            self._evaluator = None
            raise

    def _evaluated(self, now_ms: int) -> list[Any]:
        evaluator = self._up_to_date(now_ms)
        facts: list[Any] = []
        due_ms = evaluator.next_due_ms
        is_due = due_ms is not None and due_ms + SETTLE_MS <= now_ms
        is_time = self._looked_ms is None or not 0 <= now_ms - self._looked_ms < LOOK_MS
        if is_due or is_time:
            self._looked_ms = now_ms
            facts += self._by_the_book(evaluator, now_ms)
            facts += self._explained(evaluator, now_ms)
            observation = self._lookout.look(now_ms)
            facts += evaluator.observe(observation)
        return facts

    # -- what others did meanwhile -----------------------------------------------------------------------------------

    def _up_to_date(self, now_ms: int) -> Evaluator:
        """The evaluator, told of what was recorded since it was last asked, by whomever."""
        evaluator = self._evaluator
        version = self._store.log.version()
        if evaluator is not None and version == self._version:
            return evaluator
        book = self._book()
        seq, generation = self._version
        if evaluator is None:
            seq = generation = 0
        changes = self._store.alerts.alert_changes(seq, generation, now_ms - REMEMBERED_MS)
        if evaluator is None or changes.is_whole:
            evaluator = self._evaluator = Evaluator(book.book, book.version, changes.alerts)
            self._book_version = book.version
            self._covering = None
            self._looked_ms = None
            self._lookout.forget()
        else:
            evaluator.take(changes.alerts)
        self._version = (changes.seq, changes.generation)
        self._faults.set_faults(self._store.alerts.faults(only_live=True))
        return evaluator

    def _book(self) -> AlertBookVersion:
        books = self._store.alerts.books()
        return books[-1] if books else shipped_version()

    def _by_the_book(self, evaluator: Evaluator, now_ms: int) -> list[Any]:
        """Go by the rules that hold now, where others were put in force: that is no fact of the log."""
        book = self._book()
        if book.version == self._book_version:
            return []
        self._book_version = book.version
        return evaluator.apply_book(book.book, book.version, now_ms)

    def _explained(self, evaluator: Evaluator, now_ms: int) -> list[Any]:
        """Tell of the outages that are known now, where they are others than before."""
        known = live(self._store.tickets.notices(only_live=True), now_ms)
        broken = [notice for notice in known if notice.event in BREAKING]
        covering = tuple(Covering(one.notice, one.area, one.service) for one in broken)
        if covering == self._covering:
            return []
        self._covering = covering
        self._tickets.set_notices(broken)
        causes = [Cause(f"{NOTICE}:{one.notice}", COVERED, ((NOTICE, one.notice),)) for one in covering]
        return evaluator.explain(causes, now_ms)
