"""What rules make of what sensors see: facts of alerts, at the instants at which they became so. Pure.

It holds every signal as it was last told, the newest occurrence of every alert that is open or was lately, and
one instant for each at which time alone will change something: the end of a hold, a spell that has lasted, a due
instant, a reminder, the end of a quiet quarter of an hour. A call costs what changed and what is due, and no more.

All that outlives a call is in the facts it gives: an evaluator made from the alerts as they are folded, and shown all
signals once, goes on as the one before it would have.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Final

from app.alerts.due_heap import DueHeap
from app.alerts.history import identity as name_of
from app.alerts.history import rule_and_entity
from app.alerts.inhibition import Cause, Muting
from app.alerts.judging import crossing
from app.alerts.lifecycle import Look, end, is_raised, judge, remind
from app.alerts.metrics import METRICS
from app.alerts.model import REMEMBERED_MS, Alert, Ending
from app.alerts.rule import AlertBook, Rule, Scope
from app.alerts.scopes import covers
from app.alerts.signal import Feed, Metric, Observation, Signal
from app.alerts.track import Track
from app.core import alert_events as kinds
from app.core.events import AnyEvent
from app.core.facts import Draft

NEVER_STALE: Final = frozenset({Feed.HOUSE, Feed.WATCH})
"""Feeds that freeze nothing: they tell of the program itself, and of the silence of the others."""

SOURCE: Final = "alert-rules"
"""Under which name the event log keeps what rules make."""

_Key = tuple[str, str]
"""A metric and an entity."""


def draft(event: Any) -> Draft:
    """A fact of a rule as it is recorded: made twice, it is one fact.

    Two evaluators that look at the same thing give facts of the same kind, alert and instant.
    """
    return Draft(event, f"{event.kind} {event.alert}".encode())


class Evaluator:
    """Compares what is with what rules say.

    Used by one thread. Its facts are taken to be recorded: when they could not be, make another one from the store.

    Args:
        book: The rules.
        version: Its version, for the facts.
        alerts: As they are folded: those open, and those that were over within the last `REMEMBERED_MS`.
        metrics: What rules may name.
    """

    def __init__(
        self,
        book: AlertBook,
        version: int,
        alerts: Iterable[Alert] = (),
        metrics: Mapping[str, Metric] = METRICS,
    ) -> None:
        self._metrics = metrics
        self._signals: dict[_Key, Signal] = {}
        self._tracks: dict[str, Track] = {}
        self._open: dict[str, set[str]] = {}
        self._due = DueHeap()
        self._stale: frozenset[Feed] = frozenset()
        self._gone: set[_Key] = set()
        self._causes: Sequence[Cause] | None = None
        self._said: list[AnyEvent] = []
        self._seq = 0
        self._set_book(book, version)
        self.take(alerts)

    # -- what it is told ---------------------------------------------------------------------------------------------

    def observe(self, observation: Observation) -> list[AnyEvent]:
        """What sensors saw at a moment, and what is due by then; gives the facts that follow.

        What changed is looked at before what is due: a spell that was over when it was looked at is not raised for the
        moment before.
        """
        now_ms = observation.now_ms
        stale = observation.stale - NEVER_STALE
        back = self._stale - stale
        for feed in stale - self._stale:
            self._freeze(feed)
        self._stale = stale
        touched: dict[_Key, None] = {}
        for signal in observation.changed:
            key = (signal.metric, signal.entity)
            self._signals[key] = signal
            self._gone.discard(key)
            touched[key] = None
        missing = [*observation.gone, *self._untold(observation)]
        if back:
            missing += [key for key in self._gone if self._metrics[key[0]].feed in back]
            touched |= dict.fromkeys(key for key in self._signals if self._metrics[key[0]].feed in back)
        self._lose(missing, touched)
        for key in touched:
            self._look_at(key, now_ms)
        return self._finish(now_ms)

    def due(self, now_ms: int) -> list[AnyEvent]:
        """The facts that time alone has made."""
        return self._finish(now_ms)

    @property
    def next_due_ms(self) -> int | None:
        """When time alone will change something; None when it will not."""
        return self._due.next_ms

    def take(self, alerts: Iterable[Alert]) -> None:
        """Take alerts as they are folded: with what people did meanwhile, and what was recorded of its own facts."""
        for alert in alerts:
            track = self._tracks.setdefault(alert.alert, Track(alert.alert))
            if track.take(alert):
                # Looked at with what is due next: it may be said no more, or at another time.
                self._due.put(alert.alert, 0)
            self._seq = max(self._seq, *(moment.seq for moment in alert.moments))
            self._list(track)

    def apply_book(self, book: AlertBook, version: int, now_ms: int) -> list[AnyEvent]:
        """Go by other rules from now on. Alerts of rules that remain stay; those of rules that are gone are over."""
        self._set_book(book, version)
        self._due.clear()
        for track in self._tracks.values():
            self._due.put(track.identity, 0)
        for key in self._signals:
            self._look_at(key, now_ms)
        return self._finish(now_ms)

    def explain(self, causes: Sequence[Cause], now_ms: int) -> list[AnyEvent]:
        """Say which live notices there are: the alerts they explain are muted, and no longer when they are over."""
        if causes != self._causes:
            self._causes = tuple(causes)
            for identities in list(self._open.values()):
                for identity in sorted(identities):
                    self._due.put(identity, 0)
        return self._finish(now_ms)

    def open_alerts(self) -> list[Alert]:
        """The alerts that are not over, in order of their names."""
        tracks = (self._tracks[identity] for identities in self._open.values() for identity in identities)
        return sorted((track.alert for track in tracks if track.alert is not None), key=lambda alert: alert.alert)

    # -- signals -----------------------------------------------------------------------------------------------------

    def _set_book(self, book: AlertBook, version: int) -> None:
        self._version = version
        self._rules: dict[str, Rule] = {rule.id: rule for rule in book.rules if rule.metric in self._metrics}
        self._muting = Muting(list(self._rules.values()))
        self._scoped = frozenset(rule.id for rule in self._rules.values() if rule.scope != Scope())
        self._by_metric: dict[str, list[Rule]] = {}
        for rule in self._rules.values():
            self._by_metric.setdefault(rule.metric, []).append(rule)

    def _untold(self, observation: Observation) -> list[_Key]:
        """What a whole look did not tell of: signals, and what alerts are open on."""
        if not observation.is_whole:
            return []
        told = {(signal.metric, signal.entity) for signal in observation.changed}
        known = dict.fromkeys(self._signals)
        for rule, identities in self._open.items():
            if rule in self._rules:
                known |= dict.fromkeys((self._rules[rule].metric, rule_and_entity(name)[1]) for name in identities)
        covered = observation.covered
        return [key for key in known if key not in told and (covered is None or key[0] in covered)]

    def _lose(self, missing: Collection[_Key], touched: dict[_Key, None]) -> None:
        """Forget what no longer exists; what is raised on a feed that is stale is over only when that is back."""
        for key in missing:
            metric = self._metrics.get(key[0])
            if metric is None:
                continue
            self._signals.pop(key, None)
            self._gone.add(key)
            if metric.feed not in self._stale:
                touched[key] = None

    def _freeze(self, feed: Feed) -> None:
        for track in self._tracks.values():
            rule = self._rules.get(rule_and_entity(track.identity)[0])
            if rule is not None and self._metrics[rule.metric].feed is feed:
                track.was_so = None

    def _look_at(self, key: _Key, now_ms: int) -> None:
        for rule in self._by_metric.get(key[0], ()):
            self._attend(name_of(rule.id, key[1]), now_ms)
        if key not in self._signals:
            self._gone.discard(key)

    def _finish(self, now_ms: int) -> list[AnyEvent]:
        while (identity := self._due.pop(now_ms)) is not None:
            self._attend(identity, now_ms)
        said, self._said = self._said, []
        return said

    # -- one alert ---------------------------------------------------------------------------------------------------

    def _attend(self, identity: str, now_ms: int) -> None:
        """Do all that is due for one identity, and say when to look again."""
        rule_id, entity = rule_and_entity(identity)
        rule = self._rules.get(rule_id)
        track = self._tracks.get(identity)
        if rule is None:
            if track is not None:
                end(track, now_ms, Ending.RULE_GONE, self._say)
                del self._tracks[identity]
            return
        key = (rule.metric, entity)
        metric = self._metrics[rule.metric]
        signal = self._signals.get(key)
        due_ms: list[int | None] = []
        if metric.feed not in self._stale:
            due_ms.append(self._judge(identity, rule, signal, now_ms))
            track = self._tracks.get(identity)
        if track is not None:
            self._mute(track, signal, now_ms)
            due_ms.append(remind(track, rule, now_ms, self._say))
            forgotten_ms = _forgotten_ms(track)
            if forgotten_ms is not None and forgotten_ms <= now_ms:
                del self._tracks[identity]
            else:
                due_ms.append(forgotten_ms)
        self._due.put(identity, min((at_ms for at_ms in due_ms if at_ms is not None), default=None))

    def _judge(self, identity: str, rule: Rule, signal: Signal | None, now_ms: int) -> int | None:
        """Begin, raise, change or end an alert as its signal says; gives when time alone may do so next."""
        track = self._tracks.get(identity)
        if signal is None:
            # Not told of yet is not gone: what is open waits for the first whole look.
            if track is not None and (rule.metric, rule_and_entity(identity)[1]) in self._gone:
                end(track, now_ms, Ending.GONE, self._say)
            return None
        if rule.id in self._scoped and not covers(rule.scope, signal.entity, signal.scope):
            if track is not None:
                end(track, now_ms, Ending.OUT_OF_SCOPE, self._say)
            return None
        look = Look(rule, self._metrics[rule.metric], signal, now_ms, self._version, self._say)
        if track is None:
            crossed = crossing(rule, look.metric, signal, now_ms)
            if crossed.at_ms is None or crossed.at_ms > now_ms:
                return crossed.at_ms
            track = self._tracks[identity] = Track(identity)
        return judge(track, look)

    # -- what explains it --------------------------------------------------------------------------------------------

    def _mute(self, track: Track, signal: Signal | None, now_ms: int) -> None:
        """Mute an alert that something explains, and no longer when nothing does."""
        alert = track.alert
        if signal is None or alert is None or not is_raised(alert):
            return
        if (cause := self._cause(alert, signal)) != alert.inhibited_by:
            self._say(track, kinds.AlertInhibited, now_ms, cause=cause)

    def _cause(self, alert: Alert, signal: Signal) -> str:
        """What explains an alert, empty for nothing. What has explained it goes on to as long as it may."""
        kept = alert.inhibited_by
        if self._causes is None and ":" in rule_and_entity(kept)[0]:
            # A notice: which of them are live has not been told yet. No rule's id holds a colon.
            return kept
        found = {each.cause: None for each in self._causes or () if each.explains(signal)}
        ranked = sorted(self._muters(alert, signal), key=lambda muter: (muter.level, muter.raised_ms or 0, muter.alert))
        names = [*(muter.alert for muter in ranked), *found]
        return kept if kept in names else (names[0] if names else "")

    def _muters(self, alert: Alert, signal: Signal) -> list[Alert]:
        muting = self._muting
        found: list[Alert] = []
        candidates = [name_of(rule, alert.entity) for rule in muting.graver[alert.rule]]
        for rule in muting.muters[alert.rule]:
            candidates += self._open.get(rule, ())
        for identity in set(candidates):
            track = self._tracks.get(identity)
            muter = None if track is None else track.alert
            if muter is None or not is_raised(muter):
                continue
            by = self._signals.get((self._rules[muter.rule].metric, muter.entity))
            if by is None and identity not in (alert.inhibited_by, name_of(muter.rule, alert.entity)):
                # How far it reaches is not known before it is told of.
                continue
            if muting.explains(muter, by, alert, signal):
                found.append(muter)
        return found

    def _explain_others(self, track: Track) -> None:
        """Have the alerts looked at that one may explain now, or no longer."""
        rule, entity = rule_and_entity(track.identity)
        for other in sorted(self._muting.muted.get(rule, ())):
            identities: Collection[str] = self._open.get(other, ())
            if rule not in self._muting.muters[other]:
                identities = {name_of(other, entity)} & set(identities)
            for identity in sorted(identities):
                self._due.put(identity, 0)

    # -- facts -------------------------------------------------------------------------------------------------------

    def _say(self, track: Track, kind: type[Any], at_ms: int, **fields: Any) -> None:
        self._seq += 1
        self._said.append(track.make(kind, at_ms, self._seq, **fields))
        self._list(track)
        if kind is kinds.AlertRaised or kind is kinds.AlertResolved:
            self._explain_others(track)

    def _list(self, track: Track) -> None:
        rule = rule_and_entity(track.identity)[0]
        if track.is_over:
            if (identities := self._open.get(rule)) is not None:
                identities.discard(track.identity)
        else:
            self._open.setdefault(rule, set()).add(track.identity)


def _forgotten_ms(track: Track) -> int | None:
    """When an alert that is over need not be known any more."""
    alert = track.alert
    return None if alert is None or alert.is_open else alert.moments[-1].at_ms + REMEMBERED_MS
