"""Plans and floors for the tests of planning: short to write, and in every shape hypothesis can think of."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from hypothesis import strategies as st

from app.planning.adherence import Circumstances, State, call_overruns, judge_shift, merged_runs
from app.planning.mapping import AdherenceRules, CountingTable
from app.planning.model import Activity, ScheduledSpan, TimeRange, Verdict, VerdictSpan

DAY: Final = date(2026, 11, 21)
START_MS: Final = 1_795_222_800_000
"""2026-11-21 01:00 UTC: 09:00 in Shanghai."""

LATE_MS: Final = START_MS + 10 * 86_400_000
MINUTE_MS: Final = 60_000
RULES: Final = AdherenceRules()
TABLE: Final = CountingTable(RULES)


def minute(number: float) -> int:
    """An instant, minutes after the start."""
    return START_MS + int(number * MINUTE_MS)


def span(activity: str, start: float, end: float, agent: str = "ann") -> ScheduledSpan:
    """A planned span, in minutes after the start."""
    return ScheduledSpan(agent, DAY, minute(start), minute(end), Activity(activity))


def state(word: str, start: float, end: float | None, reason: str = "", signed_in: bool = True) -> State:
    """What the floor saw, in minutes after the start."""
    return (minute(start), None if end is None else minute(end), word, reason, signed_in)


def minutes(*ranges: tuple[float, float]) -> list[TimeRange]:
    """Ranges, in minutes after the start."""
    return [TimeRange(minute(start), minute(end)) for start, end in ranges]


def judged(
    spans: Sequence[ScheduledSpan],
    states: Sequence[State],
    approvals: Sequence[TimeRange] = (),
    neutral: Sequence[TimeRange] = (),
    until_ms: int = LATE_MS,
    table: CountingTable = TABLE,
) -> list[VerdictSpan]:
    """The verdicts of a shift."""
    given = Circumstances(
        table, merged_runs(states, table, until_ms), call_overruns(spans, states, until_ms), neutral, approvals
    )
    return judge_shift(spans, given, until_ms)


def told(verdicts: Sequence[VerdictSpan]) -> list[tuple[str, str, float, float]]:
    """Verdicts as verdict, rule, and minutes after the start."""
    return [
        (each.verdict.value, each.rule.value, (each.start_ms - START_MS) / 60_000, (each.end_ms - START_MS) / 60_000)
        for each in verdicts
    ]


def spent(verdicts: Sequence[VerdictSpan]) -> dict[Verdict, int]:
    """Milliseconds by verdict."""
    found = dict.fromkeys(Verdict, 0)
    for each in verdicts:
        found[each.verdict] += each.end_ms - each.start_ms
    return found


LENGTHS_MS: Final = (1, 999, 1000, 59_999, 60_000, 119_999, 120_000, 120_001, 300_000, 600_000, 3_600_000)
_LENGTHS = st.sampled_from(LENGTHS_MS)
_WORDS: Final = ("available", "ringing", "on_call", "hold", "wrap_up", "not_ready")
_REASONS: Final = ("", "break", "lunch", "training", "meeting", "toilet", "outage", "消防演练")


@st.composite
def plans(draw: st.DrawFn, activities: Sequence[Activity] = tuple(Activity)) -> list[ScheduledSpan]:
    """A shift of up to eight spans, some with gaps between them."""
    at_ms = START_MS + draw(st.integers(0, 1000))
    spans = []
    for _number in range(draw(st.integers(1, 8))):
        at_ms += draw(st.sampled_from((0, 0, 0, 1, 60_000, 600_000)))
        length_ms = draw(_LENGTHS)
        spans.append(ScheduledSpan("ann", DAY, at_ms, at_ms + length_ms, draw(st.sampled_from(activities))))
        at_ms += length_ms
    return spans


@st.composite
def floors(draw: st.DrawFn) -> list[State]:
    """What a floor may see of an agent: any states with any gaps, the last of them open or not."""
    at_ms = START_MS + draw(st.integers(-600_000, 600_000))
    states: list[State] = []
    for _number in range(draw(st.integers(0, 14))):
        at_ms += draw(st.sampled_from((0, 0, 0, 1, 60_000, 121_000, 700_000)))
        length_ms = draw(_LENGTHS)
        word = draw(st.sampled_from(_WORDS))
        reason = draw(st.sampled_from(_REASONS)) if word == "not_ready" else ""
        states.append((at_ms, at_ms + length_ms, word, reason, draw(st.booleans())))
        at_ms += length_ms
    open_ended: bool = draw(st.booleans())
    if states and open_ended:
        start_ms, _end_ms, *rest = states[-1]
        states[-1] = (start_ms, None, str(rest[0]), str(rest[1]), bool(rest[2]))
    return states


def ranges() -> st.SearchStrategy[list[TimeRange]]:
    """Any stretches of time around the shift."""
    one = st.builds(
        lambda start_ms, length_ms: TimeRange(START_MS + start_ms, START_MS + start_ms + length_ms),
        st.integers(-600_000, 6_000_000),
        _LENGTHS,
    )
    return st.lists(one, max_size=4)
