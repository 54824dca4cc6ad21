"""How often rules would have fired: history played again, at simulated time, before the watch that looks live.

Nothing of it is recorded. Facts arrive at the instant they are about, so that what came late in truth comes in time
here; nobody acknowledges anything, and rules start from no open alert.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import tzinfo
from typing import Final, NamedTuple, Protocol

from app.alerts.metrics import METRICS
from app.alerts.model import Alert, AlertState
from app.alerts.rule import AlertBook
from app.alerts.signal import Feed
from app.alerts.wording import LEVEL_WORDS
from app.core.zones import iso

STEP_MS: Final = 5_000
"""Sensors look so often: an instant that a fact gives is exact, a figure that time changes is off by less than this."""

Progress = Callable[[int, int], None]
"""Told how many looks are done, and of how many; what it raises ends the work."""


class Stage(Protocol):
    """What plays history: it has the facts, and the watch that looks at them."""

    def advance(self, to_ms: int) -> None:
        """Let time pass to an instant, and have everything looked at then."""
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


def play(stage: Stage, start_ms: int, end_ms: int, progress: Progress = lambda _done, _total: None) -> None:
    """Have a stage play [start, end).

    Args:
        stage: Plays the facts.
        start_ms: The first look; what is so then is seen then.
        end_ms: The last look.
        progress: Told how far it is.
    """
    total = max(1, -(-(end_ms - start_ms) // STEP_MS)) + 1
    for number in range(total):
        stage.advance(min(start_ms + number * STEP_MS, end_ms))
        progress(number + 1, total)


def tried(book: AlertBook) -> AlertBook:
    """The rules that history can be asked about: a source's silence and the program's own troubles leave none."""
    return book.model_copy(update={"rules": tuple(rule for rule in book.rules if _has_history(rule.metric))})


def not_tried(book: AlertBook) -> list[str]:
    """The other rules, by name."""
    return [rule.id for rule in book.rules if not _has_history(rule.metric)]


def _has_history(metric: str) -> bool:
    return METRICS[metric].feed is not Feed.HOUSE and metric != "feed.stale"


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
