"""How often rules would have fired: history played again, at simulated time, before the sensors and the evaluator.

Nothing of it is recorded. Facts arrive at the instant they are about, so that what came late in truth comes in time
here; nobody acknowledges anything, and rules start from no open alert.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import tzinfo
from typing import Any, Final, NamedTuple, Protocol

from app.alerts.evaluator import Evaluator
from app.alerts.history import fold_alert
from app.alerts.metrics import METRICS
from app.alerts.model import Alert, AlertState
from app.alerts.rule import AlertBook
from app.alerts.signal import Feed, Observation
from app.alerts.wording import LEVEL_WORDS
from app.core.journal import Fact
from app.core.zones import iso

STEP_MS: Final = 5_000
"""Sensors look so often: an instant that a fact gives is exact, a figure that time changes is off by less than this."""

Progress = Callable[[int, int], None]
"""Told how many looks are done, and of how many; what it raises ends the work."""


class Stage(Protocol):
    """What plays history: it has the facts, and the sensors that look at them."""

    def advance(self, to_ms: int) -> Sequence[Observation]:
        """Let time pass to an instant, and say what every sensor sees then; everything, the first time."""
        ...


class RuleReplay(NamedTuple):
    """What a rule would have done.

    Attributes:
        rule: The rule's name.
        level: As people write it.
        fired: How often it would have been raised.
        entities: For how many things.
        dropped: How often it was pending and did not hold.
        muted: How many of the raised were explained by something graver at some time.
        open_seconds: How long alerts of it were open, in sum; up to the end of the range.
        longest_seconds: The longest of them.
        first: When it fired first, as ISO 8601; None when it never did.
        last: When it fired last.
    """

    rule: str
    level: str
    fired: int
    entities: int
    dropped: int
    muted: int
    open_seconds: int
    longest_seconds: int
    first: str | None
    last: str | None


def replay(
    stage: Stage,
    book: AlertBook,
    start_ms: int,
    end_ms: int,
    progress: Progress = lambda _done, _total: None,
) -> list[Alert]:
    """The alerts that a book would have raised in [start, end), in order of pending.

    Args:
        stage: Plays the facts.
        book: The rules to try.
        start_ms: The first look; what is so then is seen then.
        end_ms: No look comes later.
        progress: Told how far it is.
    """
    evaluator = Evaluator(book, 0, (), METRICS)
    facts: dict[str, list[Fact]] = defaultdict(list)
    seq = 0
    total = max(1, -(-(end_ms - start_ms) // STEP_MS))

    def keep(said: Iterable[Any]) -> None:
        nonlocal seq
        for fact in said:
            seq += 1
            facts[fact.alert].append((seq, "", fact))

    for number in range(total):
        now_ms = min(start_ms + number * STEP_MS, end_ms)
        for observation in stage.advance(now_ms):
            keep(evaluator.observe(observation))
        keep(evaluator.due(now_ms))
        progress(number + 1, total)
    found = [alert for identity, its in facts.items() for alert in fold_alert(identity, its)]
    return sorted(found, key=lambda alert: (alert.pending_ms, alert.number))


def rule_replays(alerts: Iterable[Alert], book: AlertBook, end_ms: int, zone: tzinfo) -> Iterator[RuleReplay]:
    """What each rule of a book would have done, in the order of the book; those that never fire as well."""
    by_rule: Mapping[str, list[Alert]] = defaultdict(list)
    for alert in alerts:
        by_rule[alert.rule].append(alert)
    for rule in book.rules:
        its = by_rule[rule.id]
        raised = [alert for alert in its if alert.raised_ms is not None]
        lengths = [_open_seconds(alert, end_ms) for alert in raised]
        instants = [alert.raised_ms for alert in raised if alert.raised_ms is not None]
        yield RuleReplay(
            rule=rule.id,
            level=LEVEL_WORDS[rule.level],
            fired=len(raised),
            entities=len({alert.entity for alert in raised}),
            dropped=sum(alert.state is AlertState.DROPPED for alert in its),
            muted=sum(any(moment.kind == "inhibited" and moment.note for moment in alert.moments) for alert in raised),
            open_seconds=sum(lengths),
            longest_seconds=max(lengths, default=0),
            first=iso(min(instants), zone) if instants else None,
            last=iso(max(instants), zone) if instants else None,
        )


def _open_seconds(alert: Alert, end_ms: int) -> int:
    raised_ms = end_ms if alert.raised_ms is None else alert.raised_ms
    over_ms = end_ms if alert.resolved_ms is None else alert.resolved_ms
    return max(0, over_ms - raised_ms) // 1000


def unseen(book: AlertBook, seen: Iterable[str]) -> list[str]:
    """The rules whose metric no sensor of the replay looks at: of the program itself, and of what is not there yet."""
    known = set(seen)
    return [rule.id for rule in book.rules if rule.metric not in known or METRICS[rule.metric].feed is Feed.HOUSE]
