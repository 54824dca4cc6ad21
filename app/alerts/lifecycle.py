"""One alert's life: from pending to raised to over, and what is said of it between. Pure.

Each function says the facts that are due by a moment and gives the instant at which time alone will make the next.
What it goes by is in the facts that were said before; only what has been so between two looks is kept in the track.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple, Protocol

from app.alerts.judging import crossing, is_same, is_worth_saying, sentence_values, still_so
from app.alerts.model import FLAP_WINDOW_MS, Alert, AlertState, Ending
from app.alerts.rule import Rule
from app.alerts.signal import Metric, Shape, Signal
from app.alerts.track import Track
from app.core import alert_events as kinds

LATE_MS: Final = 10_000
"""What is noticed so long after its instant was not noticed in time: the program was down, or its data was."""

SAID_MS: Final = 60_000
"""An alert's figure is said anew, and its flapping, no more often than this."""


class Say(Protocol):
    """Makes the next fact of an alert."""

    def __call__(self, track: Track, kind: type[Any], at_ms: int, **fields: Any) -> None: ...


class Look(NamedTuple):
    """A look at what one rule says of one entity.

    Attributes:
        rule: The rule.
        metric: Its metric.
        signal: What is so.
        now_ms: The moment.
        version: Of the book the rule is in.
        say: Makes facts.
    """

    rule: Rule
    metric: Metric
    signal: Signal
    now_ms: int
    version: int
    say: Say

    def values(self, at_ms: int) -> dict[str, str]:
        """What a sentence names, of an instant."""
        return sentence_values(self.rule, self.metric, self.signal, at_ms)


def is_raised(alert: Alert) -> bool:
    """Whether it is an alert now: no longer pending, and not over."""
    return alert.state in (AlertState.RAISED, AlertState.ACKNOWLEDGED)


def judge(track: Track, look: Look) -> int | None:
    """Begin, raise, change or end an alert as a signal says."""
    if track.alert is not None and is_raised(track.alert):
        return _judge_raised(track, track.alert, look)
    crossed = crossing(look.rule, look.metric, look.signal, look.now_ms)
    if not crossed.is_known:
        return None
    if crossed.at_ms is None or (crossed.at_ms > look.now_ms and not _is_waiting(track, look)):
        end(track, look.now_ms, Ending.CLEARED, look.say)
        return crossed.at_ms
    return _begin(track, crossed.at_ms, look)


def end(track: Track, at_ms: int, ending: Ending, say: Say) -> None:
    """Have an alert be over, if it is not yet."""
    if track.alert is None or track.is_over:
        return
    if track.alert.state is AlertState.PENDING:
        say(track, kinds.AlertDropped, at_ms)
    else:
        say(track, kinds.AlertResolved, at_ms, reason=ending.value)


def remind(track: Track, rule: Rule, now_ms: int, say: Say) -> int | None:
    """Say an alert again that nobody has; what was missed is said once."""
    alert = track.alert
    if alert is None or alert.state is not AlertState.RAISED or alert.reminded_ms is None:
        return None
    if rule.is_invitation or not rule.remind_seconds or alert.inhibited_by:
        return None
    # Muted or silenced meanwhile, it is said as soon as it may be.
    due_ms = max(
        alert.reminded_ms + rule.remind_seconds * 1000,
        alert.silenced_until_ms or 0,
        track.newest_ms("inhibited") or 0,
    )
    if due_ms > now_ms:
        return due_ms
    at_ms = _in_time(due_ms, now_ms)
    say(track, kinds.AlertReminded, at_ms)
    return at_ms + rule.remind_seconds * 1000


# -- not raised ------------------------------------------------------------------------------------------------------


def _begin(track: Track, crossed_ms: int, look: Look) -> int | None:
    """Have what is so wait for the end of its hold, then raise it."""
    should_ms = crossed_ms
    if look.rule.hold_seconds:
        should_ms = _held_ms(track, crossed_ms, look)
        if should_ms > look.now_ms:
            return should_ms
    is_late = look.now_ms - should_ms > LATE_MS
    at_ms = look.now_ms if is_late else should_ms
    look.say(
        track,
        kinds.AlertRaised,
        at_ms,
        level=look.rule.level,
        values=look.values(at_ms),
        rule_version=look.version,
        is_late=is_late,
        should_ms=should_ms if is_late else None,
    )
    track.was_so = True
    if track.is_flapping_at(at_ms):
        look.say(track, kinds.AlertFlapping, at_ms, is_flapping=True)
        return at_ms + FLAP_WINDOW_MS
    return None


def _is_waiting(track: Track, look: Look) -> bool:
    """Whether it is pending on the very spell that is told; a clock that was set back does not drop it."""
    alert = track.alert
    return alert is not None and alert.is_open and is_same(look.rule, look.metric, look.signal, alert)


def _held_ms(track: Track, crossed_ms: int, look: Look) -> int:
    """When the hold ends; it begins with the pending alert, or with the spell that has taken the place of another."""
    if track.is_over:
        look.say(track, kinds.AlertPending, crossed_ms, level=look.rule.level, values=look.values(crossed_ms))
    pending_ms = crossed_ms if track.alert is None else track.alert.pending_ms
    begun_ms = max(pending_ms, crossed_ms) if _knows_since(look) else pending_ms
    return begun_ms + look.rule.hold_seconds * 1000


def _knows_since(look: Look) -> bool:
    """Whether a crossing has an instant of its own, and not that of the look that found it."""
    shape = look.metric.shape
    return shape in (Shape.SPELL, Shape.DUE) or (shape is Shape.STATE and look.signal.since_ms is not None)


# -- raised ----------------------------------------------------------------------------------------------------------


def _judge_raised(track: Track, alert: Alert, look: Look) -> int | None:
    found = still_so(look.rule, look.metric, look.signal, alert, look.now_ms)
    is_edge = None not in (track.was_so, found) and track.was_so is not found
    track.was_so = found
    quiet_ms = None
    if alert.is_flapping:
        quiet_ms = _flap(track, look, is_edge=is_edge)
    elif found is False and track.is_flapping_at(look.now_ms, coming=1):
        look.say(track, kinds.AlertFlapping, look.now_ms, is_flapping=True)
        quiet_ms = look.now_ms + FLAP_WINDOW_MS
    elif found is False:
        end(track, look.now_ms, Ending.CLEARED, look.say)
    next_ms = _change(track, look) if found else _next_crossing(look)
    return min((at_ms for at_ms in (quiet_ms, next_ms) if at_ms is not None), default=None)


def _next_crossing(look: Look) -> int | None:
    crossed_ms = crossing(look.rule, look.metric, look.signal, look.now_ms).at_ms
    return crossed_ms if crossed_ms is not None and crossed_ms > look.now_ms else None


def _flap(track: Track, look: Look, *, is_edge: bool) -> int | None:
    """Keep an alert that comes and goes open until it has been quiet."""
    now_ms = look.now_ms
    said_ms = track.newest_ms("flapping") or now_ms
    if is_edge and now_ms - said_ms >= SAID_MS:
        look.say(track, kinds.AlertFlapping, now_ms, is_flapping=True)
        said_ms = now_ms
    quiet_ms = said_ms + FLAP_WINDOW_MS
    if quiet_ms > now_ms:
        return quiet_ms
    at_ms = _in_time(quiet_ms, now_ms)
    look.say(track, kinds.AlertFlapping, at_ms, is_flapping=False)
    if track.was_so is False:
        end(track, at_ms, Ending.CLEARED, look.say)
    return None


def _change(track: Track, look: Look) -> int | None:
    """Say an alert's level or figure anew where it is another one."""
    alert = track.alert
    assert alert is not None
    fresh = look.values(look.now_ms)
    is_other_level = alert.level != look.rule.level
    if not is_other_level and not is_worth_saying(look.metric, dict(alert.values), fresh):
        return None
    next_ms = (track.newest_ms("raised", "changed") or 0) + SAID_MS
    if next_ms > look.now_ms and not is_other_level:
        return next_ms
    look.say(track, kinds.AlertChanged, look.now_ms, level=look.rule.level, values=fresh)
    return None


def _in_time(due_ms: int, now_ms: int) -> int:
    """The instant of what was due: its own, or the present one where it was missed."""
    return now_ms if now_ms - due_ms > LATE_MS else due_ms
