"""An evaluator on a clock that moves when told to, with a log of its facts that folds as the store's does."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from app.alerts.evaluator import Evaluator, draft
from app.alerts.history import fold_alert
from app.alerts.inhibition import Cause
from app.alerts.model import REMEMBERED_MS, Alert
from app.alerts.rule import AlertBook, Rule, Text
from app.alerts.signal import Feed, Observation, Signal
from app.core.events import AnyEvent
from app.core.journal import Fact

START_MS: Final = 1_772_323_200_000
"""2026-03-01 00:00 UTC."""

SAID: Final = Text(zh="{entity} {value}", en="{entity} {value}")

BREAKS: Final = "floor.break_rate"
SPELL: Final = "agent.break_spell"
LIMIT: Final = "ticket.breach"
FAULT: Final = "system.fault"
LEVEL: Final = "service.level_30m"
VOLUME: Final = "volume.deviation"
BEHIND: Final = "house.ingest_behind"


def rule(name: str, metric: str, **given: Any) -> Rule:
    """A rule that says nothing of interest."""
    return Rule(id=name, metric=metric, **{"level": 3, "text": SAID, **given})


def book(*rules: Rule) -> AlertBook:
    """A book of rules alone."""
    return AlertBook(rules=rules)


class Watch:
    """What `AlertWatch` does, without a store: it looks, records, and takes what was recorded.

    Args:
        rules: What it goes by.
    """

    def __init__(self, *rules: Rule) -> None:
        self.book = book(*rules)
        self.now_ms = START_MS
        self.log: list[Fact] = []
        self.signals: dict[tuple[str, str], Signal] = {}
        self.stale: frozenset[Feed] = frozenset()
        self.causes: Sequence[Cause] = ()
        self.evaluator = Evaluator(self.book, 1)
        self._stored: set[tuple[int, bytes]] = set()

    # -- what happens ------------------------------------------------------------------------------------------------

    def see(self, *changed: Signal, gone: Iterable[tuple[str, str]] = (), whole: bool = False) -> list[Any]:
        """Look at the present moment; gives the facts of it."""
        gone = list(gone)
        for key in gone:
            self.signals.pop(key, None)
        for signal in changed:
            self.signals[signal.metric, signal.entity] = signal
        return self.record(self.evaluator.observe(Observation(self.now_ms, changed, gone, self.stale, is_whole=whole)))

    def at(self, seconds: float, *changed: Signal, **more: Any) -> list[Any]:
        """Look, so many seconds after the beginning."""
        self.now_ms = START_MS + round(seconds * 1000)
        return self.see(*changed, **more)

    def until(self, seconds: float) -> list[Any]:
        """Wake whenever something is due, and give the facts of it."""
        end_ms = START_MS + round(seconds * 1000)
        found: list[Any] = []
        while (next_ms := self.evaluator.next_due_ms) is not None and next_ms <= end_ms:
            self.now_ms = max(self.now_ms, next_ms)
            found += self.record(self.evaluator.due(self.now_ms))
        self.now_ms = end_ms
        return found

    def notices(self, *causes: Cause) -> list[Any]:
        """Say which notices are live."""
        self.causes = causes
        return self.record(self.evaluator.explain(causes, self.now_ms))

    def apply(self, *rules: Rule) -> list[Any]:
        """Go by other rules."""
        self.book = book(*rules)
        return self.record(self.evaluator.apply_book(self.book, 2, self.now_ms))

    def person(self, *events: AnyEvent) -> None:
        """Somebody does something, in another process."""
        for event in events:
            self.log.append((len(self.log) + 1, "alerts", event))
        self.evaluator.take(self._newest([event.alert for event in events]))  # type: ignore[union-attr]

    def restart(self, seconds: float | None = None) -> list[Any]:
        """End without a word and begin anew, at a moment; gives the facts of the first whole look."""
        if seconds is not None:
            self.now_ms = START_MS + round(seconds * 1000)
        recent = [alert for alert in self.alerts() if (alert.resolved_ms or 2**62) >= self.now_ms - REMEMBERED_MS]
        self.evaluator = Evaluator(self.book, 1, recent)
        facts = self.see(*self.signals.values(), whole=True)
        return facts + self.notices(*self.causes)

    # -- what is ------------------------------------------------------------------------------------------------------

    def record(self, events: Iterable[AnyEvent]) -> list[Any]:
        """Store facts as the journal does; a fact that is stored already is one that was made twice."""
        made = list(events)
        for event in made:
            key = (event.at_ms, draft(event).identity)
            assert key not in self._stored
            self._stored.add(key)
            self.log.append((len(self.log) + 1, "alert-rules", event))
        self.evaluator.take(self._newest([event.alert for event in made]))  # type: ignore[union-attr]
        return made

    def alerts(self) -> list[Alert]:
        """All occurrences, as the log folds."""
        names = dict.fromkeys(fact[2].alert for fact in self.log)  # type: ignore[union-attr]
        return [alert for name in names for alert in fold_alert(name, self._of(name))]

    def alert(self, name: str) -> Alert:
        """The newest occurrence of an alert."""
        return fold_alert(name, self._of(name))[-1]

    def open(self) -> list[str]:
        """What is open, by the log."""
        return sorted(alert.alert for alert in self.alerts() if alert.is_open)

    def _of(self, name: str) -> list[Fact]:
        return [fact for fact in self.log if fact[2].alert == name]  # type: ignore[union-attr]

    def _newest(self, names: Iterable[str]) -> list[Alert]:
        return [
            fold_alert(name, self._of(name))[-1] for name in dict.fromkeys(names) if fold_alert(name, self._of(name))
        ]


def told(facts: Iterable[Any]) -> list[tuple[str, str, float]]:
    """Facts as (kind, alert, seconds from the beginning)."""
    return [(fact.kind[6:], fact.alert, (fact.at_ms - START_MS) / 1000) for fact in facts]


def rate(value: float | None, entity: str = "site") -> Signal:
    """A share of agents on a break, in per cent."""
    return Signal(BREAKS, entity, gauge=value)


def spell(since_seconds: float | None, agent: str = "1", **more: Any) -> Signal:
    """A break since a moment."""
    since_ms = None if since_seconds is None else START_MS + round(since_seconds * 1000)
    return Signal(SPELL, f"agent:{agent}", since_ms=since_ms, **more)
