"""What counts as keeping to the plan: the table from (state, reason category) to planned activities, and the limits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from app.core.reasons import ReasonCategory, ReasonMap
from app.floor.model import AgentState
from app.planning.model import Activity, Rule, Verdict

SIGNED_OUT: Final = AgentState.SIGNED_OUT.value

_WORK: Final = frozenset({"available", "ringing", "on_call", "hold", "wrap_up"})
_DEVELOPMENT: Final = frozenset({"training", "meeting", "coaching"})
_REST: Final = frozenset({"break", "meal"})
_STATES: Final = frozenset(state.value for state in AgentState if state is not AgentState.NOT_READY)

COUNTING_WORDS: Final = _STATES | {category.value for category in ReasonCategory}
"""What a table may name: each state but not ready, which goes by the category of its reason."""

DEFAULT_COUNTS: Final[Mapping[Activity, frozenset[str]]] = {
    Activity.ON_QUEUE: _WORK,
    Activity.BREAK: _REST,
    Activity.MEAL: _REST,
    Activity.TRAINING: frozenset({"training"}),
    Activity.MEETING: frozenset({"meeting"}),
    Activity.COACHING: frozenset({"coaching"}),
    Activity.OFFLINE: COUNTING_WORDS,
    Activity.LEAVE: frozenset({SIGNED_OUT}),
}
"""States and categories that count as in, by planned activity."""

ACTIVITIES: Final = tuple(Activity)
_INDEX: Final = {activity: index for index, activity in enumerate(ACTIVITIES)}


@dataclass(frozen=True, slots=True)
class AdherenceRules:
    """What a site decided about adherence; kept in versions, so that a closed day keeps the rules it was judged by.

    Attributes:
        grace_seconds: An out spell no longer than this is not counted.
        severe_seconds: From this length on an out spell is severe.
        interchangeable: Whether training, meeting and coaching count for each other.
        counts: What counts as in, for activities where the site says otherwise than `DEFAULT_COUNTS`.
        reasons: The site's own reasons and their categories.
    """

    grace_seconds: int = 120
    severe_seconds: int = 600
    interchangeable: bool = False
    counts: Mapping[Activity, frozenset[str]] = field(default_factory=dict)
    reasons: Mapping[str, ReasonCategory] = field(default_factory=dict)

    def counting(self, activity: Activity) -> frozenset[str]:
        """The states and categories that count as in during an activity."""
        own = self.counts.get(activity)
        if own is not None:
            return own
        if self.interchangeable and activity.value in _DEVELOPMENT:
            return _DEVELOPMENT
        return DEFAULT_COUNTS[activity]

    def dump(self) -> dict[str, Any]:
        """The rules as plain data; equal rules give equal data."""
        return {
            "grace_seconds": self.grace_seconds,
            "severe_seconds": self.severe_seconds,
            "interchangeable": self.interchangeable,
            "counts": {activity.value: sorted(words) for activity, words in sorted(self.counts.items())},
            "reasons": {reason: category.value for reason, category in sorted(self.reasons.items())},
        }

    @classmethod
    def load(cls, data: Mapping[str, Any]) -> AdherenceRules:
        """The rules that `dump` gave."""
        return cls(
            int(data["grace_seconds"]),
            int(data["severe_seconds"]),
            bool(data["interchangeable"]),
            {Activity(activity): frozenset(words) for activity, words in data["counts"].items()},
            {reason: ReasonCategory(category) for reason, category in data["reasons"].items()},
        )


class Kind(NamedTuple):
    """What a state means for adherence; states of one kind need not be told apart.

    Attributes:
        verdicts: For each of `ACTIVITIES`, the verdict and its rule, before grace and exceptions.
        worked: It is time on the queue, for conformance.
        present: The agent is there.
    """

    verdicts: tuple[tuple[Verdict, Rule], ...]
    worked: bool
    present: bool


class CountingTable:
    """The rules worked out: from a state to what it means, each looked up once.

    Args:
        rules: What the site decided.
    """

    def __init__(self, rules: AdherenceRules) -> None:
        self.rules = rules
        self.grace_ms = rules.grace_seconds * 1000
        self.severe_ms = rules.severe_seconds * 1000
        self._reasons = ReasonMap(rules.reasons)
        self._counting = tuple(rules.counting(activity) for activity in ACTIVITIES)
        self.kinds: dict[tuple[str, str, bool], Kind] = {}
        """What was looked up already, by the arguments of `kind`."""
        self._same: dict[Kind, Kind] = {}
        self.absent = self.kind(SIGNED_OUT, "", True)

    def kind(self, state: str, reason: str, signed_in: bool) -> Kind:
        """What a state means; the same object for states that mean the same.

        Args:
            state: A value of `AgentState`.
            reason: The source's word, for not ready.
            signed_in: False where presence is inferred.
        """
        key = (state, reason, signed_in)
        found = self.kinds.get(key)
        if found is None:
            made = self._made(state, reason, signed_in)
            found = self.kinds[key] = self._same.setdefault(made, made)
        return found

    def _made(self, state: str, reason: str, signed_in: bool) -> Kind:
        verdicts = []
        for counting in self._counting:
            word = state
            rule = Rule.SIGNED_OUT if state == SIGNED_OUT else Rule.STATE_DOES_NOT_COUNT
            verdict = Verdict.OUT
            if state == AgentState.NOT_READY.value:
                word = self._reasons.category(reason).value
                if word == ReasonCategory.EXEMPT.value:
                    verdict, rule = Verdict.NEUTRAL, Rule.EXEMPT_REASON
                elif not self._reasons.is_mapped(reason):
                    verdict, rule = Verdict.UNMAPPED, Rule.UNMAPPED_REASON
                    # Where everything counts there is nothing left that would have to be known.
                    word = word if counting >= COUNTING_WORDS else ""
            if word in counting:
                verdict, rule = Verdict.IN, Rule.STATE_COUNTS
            verdicts.append((verdict, rule))
        busy = state in {"on_call", "hold", "wrap_up"}
        # Idle time of inferred presence is nobody's work, as in the floor's own figures.
        worked = busy or (state in _WORK and signed_in)
        return Kind(tuple(verdicts), worked, state != SIGNED_OUT)


def activity_index(activity: Activity) -> int:
    """Where an activity stands in `ACTIVITIES`."""
    return _INDEX[activity]
