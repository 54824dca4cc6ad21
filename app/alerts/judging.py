"""Whether what a signal says is what a rule warns of, since when, and what an alert says of it. Pure.

What a rule with a hold waits for must be beyond its threshold all the while; what is raised stays so until it is back
at the clear threshold. A rule with both bounds has no clear threshold: it is over between the two.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from app.alerts.model import Alert
from app.alerts.rule import Rule
from app.alerts.signal import Metric, Shape, Signal
from app.alerts.wording import threshold_of

VALUE: Final = "value"
"""The figure: of a gauge, in its unit; of a spell, seconds it had lasted; of a due instant, seconds to it."""

THRESHOLD: Final = "threshold"
"""What it was compared with, as the rule says it."""

SINCE_MS: Final = "since_ms"
"""Of a spell: since when, so that its length can be told at any moment."""

DUE_MS: Final = "due_ms"
"""Of a due instant: when."""

_STEP: Final = 0.1
"""A figure that has moved by a tenth is worth saying."""


class Crossing(NamedTuple):
    """How a signal stands to a rule's threshold.

    Attributes:
        at_ms: When it is beyond it, which may be still to come; None when it is not, whatever time passes.
        is_known: Something is known at all; an empty gauge says nothing.
    """

    at_ms: int | None
    is_known: bool = True


_NEVER: Final = Crossing(None)
_UNKNOWN: Final = Crossing(None, is_known=False)


def crossing(rule: Rule, metric: Metric, signal: Signal, now_ms: int) -> Crossing:
    """When what a signal says is beyond the threshold that raises."""
    if metric.shape is Shape.GAUGE:
        if signal.gauge is None:
            return _UNKNOWN
        return Crossing(now_ms) if _is_beyond(rule.above, rule.below, signal.gauge) else _NEVER
    if metric.shape is Shape.STATE:
        if not signal.active:
            return _NEVER
        return Crossing(now_ms if signal.since_ms is None else signal.since_ms)
    start_ms, sign = (signal.since_ms, 1) if metric.shape is Shape.SPELL else (signal.due_ms, -1)
    return _NEVER if start_ms is None else Crossing(start_ms + sign * round((rule.above or 0) * 1000))


def still_so(rule: Rule, metric: Metric, signal: Signal, alert: Alert, now_ms: int) -> bool | None:
    """Whether what raised an alert is still so; None when nothing is known.

    A clock that was set back takes no alert away: the same spell at the same threshold is still so.
    """
    if metric.shape is Shape.GAUGE:
        if signal.gauge is None:
            return None
        return _is_beyond(*_clear_bounds(rule), signal.gauge)
    if metric.shape is Shape.STATE:
        return bool(signal.active)
    crossed = crossing(rule, metric, signal, now_ms).at_ms
    if crossed is None:
        return False
    return crossed <= now_ms or is_same(rule, metric, signal, alert)


def is_same(rule: Rule, metric: Metric, signal: Signal, alert: Alert) -> bool:
    """Whether a signal is the very spell or due instant that an alert was last said of, at the same threshold."""
    if metric.shape not in (Shape.SPELL, Shape.DUE):
        return False
    said = dict(alert.values)
    fresh = sentence_values(rule, metric, signal, alert.pending_ms)
    return all(said.get(name) == fresh.get(name) for name in (THRESHOLD, SINCE_MS, DUE_MS))


def _is_beyond(above: float | None, below: float | None, gauge: float) -> bool:
    return (above is not None and gauge > above) or (below is not None and gauge < below)


def _clear_bounds(rule: Rule) -> tuple[float | None, float | None]:
    if rule.clear is None or (rule.above is not None and rule.below is not None):
        return rule.above, rule.below
    return (None, rule.clear) if rule.above is None else (rule.clear, None)


# -- what it says ----------------------------------------------------------------------------------------------------


def sentence_values(rule: Rule, metric: Metric, signal: Signal, at_ms: int) -> dict[str, str]:
    """What an alert's sentence names, of an instant."""
    values = dict(signal.values)
    threshold = rule.above
    if metric.shape is Shape.GAUGE:
        if signal.gauge is not None:
            values[VALUE] = figure(signal.gauge)
            threshold = threshold_of(rule, signal.gauge)
    elif metric.shape is Shape.SPELL and signal.since_ms is not None:
        values[SINCE_MS] = str(signal.since_ms)
        values[VALUE] = str(max(0, at_ms - signal.since_ms) // 1000)
    elif metric.shape is Shape.DUE and signal.due_ms is not None:
        values[DUE_MS] = str(signal.due_ms)
        values[VALUE] = str(-((at_ms - signal.due_ms) // 1000))
    if threshold is not None:
        values[THRESHOLD] = figure(threshold)
    return values


def figure(number: float) -> str:
    """A number with at most two decimals, and none that says nothing."""
    text = f"{number:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def is_worth_saying(metric: Metric, said: Mapping[str, str], fresh: Mapping[str, str]) -> bool:
    """Whether a sentence has changed so much that it is worth saying: a word, or a figure by a tenth.

    The figure of a spell and of a due instant moves with time alone and says nothing new; the other figures of a gauge
    move with it.
    """
    is_gauge = metric.shape is Shape.GAUGE
    return any(
        _differs(metric, name, said.get(name), fresh.get(name), said.get(THRESHOLD))
        for name in said.keys() | fresh.keys()
        if is_gauge or name != VALUE
    )


def _differs(metric: Metric, name: str, said: str | None, fresh: str | None, threshold: str | None) -> bool:
    if said == fresh:
        return False
    if said is None or fresh is None or name in (SINCE_MS, DUE_MS, THRESHOLD):
        return True
    before, now = _number(said), _number(fresh)
    if before is None or now is None:
        return True
    if metric.shape is not Shape.GAUGE:
        return abs(now - before) >= _STEP * abs(before)
    if name != VALUE:
        return False
    return abs(now - before) >= _STEP * max(abs(before), abs(_number(threshold or "") or 0.0))


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
