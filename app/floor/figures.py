"""The figures of the floor as pure functions: screens and reports call the same ones.

Time is exact to the millisecond inside and whole seconds, rounded down, outside. A ratio whose denominator is 0 is
None. Formulas: design section 4; each property names its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, fields
from typing import Final

from app.core.reasons import ReasonMap
from app.floor.model import LONGEST_CALL_MS, AgentInterval, AgentState, Outcome, ReasonCategory, Visit

REPEAT_WINDOW_MS: Final = 7_200_000
"""How long after a call another one of the same caller is a repeat, unless a site says otherwise: two hours."""


def ratio(numerator: int, denominator: int) -> float | None:
    """numerator / denominator, or None (empty) where the denominator is 0."""
    return numerator / denominator if denominator else None


@dataclass(slots=True)
class ServiceFigures:
    """Counts of visits and what follows from them; additive, so that parts make the whole.

    `answered_within` and `abandoned_within` count waits of at most the threshold (≤, not <).
    Times are milliseconds here and whole seconds in `row`.
    """

    offered: int = 0
    answered: int = 0
    abandoned: int = 0
    timed_out: int = 0
    left_by_key: int = 0
    left_empty: int = 0
    refused: int = 0
    lost: int = 0
    waiting: int = 0
    answered_within: int = 0
    abandoned_within: int = 0
    wait_ms_answered: int = 0
    wait_ms_abandoned: int = 0
    talk_ms: int = 0

    def add(self, visit: Visit, threshold_ms: int, sign: int = 1) -> None:
        """Count one visit, or take it back with `sign` -1."""
        self.offered += sign
        outcome = visit.outcome
        wait_ms = visit.wait_ms
        if outcome is Outcome.ANSWERED:
            self.answered += sign
            self.talk_ms += sign * visit.talk_ms
            if wait_ms is not None:
                self.wait_ms_answered += sign * wait_ms
                if wait_ms <= threshold_ms:
                    self.answered_within += sign
        elif outcome is Outcome.ABANDONED:
            self.abandoned += sign
            if wait_ms is not None:
                self.wait_ms_abandoned += sign * wait_ms
                if wait_ms <= threshold_ms:
                    self.abandoned_within += sign
        else:
            name = outcome.value
            setattr(self, name, getattr(self, name) + sign)

    def __add__(self, other: ServiceFigures) -> ServiceFigures:
        return ServiceFigures(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(self)))

    @property
    def answer_rate(self) -> float | None:
        """Answer rate 接通率: answered / offered."""
        return ratio(self.answered, self.offered)

    @property
    def abandon_rate(self) -> float | None:
        """Abandon rate 放弃率: abandoned / offered."""
        return ratio(self.abandoned, self.offered)

    @property
    def service_level_offered(self) -> float | None:
        """Service level 服务水平 (default): answered ≤ T / offered."""
        return ratio(self.answered_within, self.offered)

    @property
    def service_level_answered(self) -> float | None:
        """Service level of the answered: answered ≤ T / answered."""
        return ratio(self.answered_within, self.answered)

    @property
    def service_level_ignore_short(self) -> float | None:
        """Service level without early abandons: answered ≤ T / (offered − abandoned ≤ T)."""
        return ratio(self.answered_within, self.offered - self.abandoned_within)

    @property
    def service_level_positive(self) -> float | None:
        """Service level that counts early abandons as served: (answered + abandoned ≤ T) / offered."""
        return ratio(self.answered_within + self.abandoned_within, self.offered)

    @property
    def asa_seconds(self) -> float | None:
        """ASA: mean wait of answered visits, in seconds."""
        return self.wait_ms_answered / 1000 / self.answered if self.answered else None

    def row(self) -> dict[str, int | float | None]:
        """The figures under the names the report promises."""
        return {
            "offered": self.offered,
            "answered": self.answered,
            "abandoned": self.abandoned,
            "timed_out": self.timed_out,
            "left_by_key": self.left_by_key,
            "left_empty": self.left_empty,
            "refused": self.refused,
            "lost": self.lost,
            "waiting": self.waiting,
            "answered_within": self.answered_within,
            "abandoned_within": self.abandoned_within,
            "wait_seconds_answered": self.wait_ms_answered // 1000,
            "wait_seconds_abandoned": self.wait_ms_abandoned // 1000,
            "talk_seconds": self.talk_ms // 1000,
            "answer_rate": self.answer_rate,
            "abandon_rate": self.abandon_rate,
            "service_level_offered": self.service_level_offered,
            "service_level_answered": self.service_level_answered,
            "service_level_ignore_short": self.service_level_ignore_short,
            "service_level_positive": self.service_level_positive,
            "asa_seconds": self.asa_seconds,
        }


@dataclass(slots=True)
class AgentFigures:
    """Time of one agent by state, and what follows from it; additive.

    Milliseconds inside; `row` gives whole seconds. `available_ms` and `ringing_ms` of inferred presence are not
    counted: nobody knows whether the agent was there.
    """

    signed_in_ms: int = 0
    inferred: bool = False
    available_ms: int = 0
    ringing_ms: int = 0
    on_call_ms: int = 0
    hold_ms: int = 0
    wrap_up_ms: int = 0
    not_ready_ms: dict[str, int] = field(default_factory=dict)
    answered: int = 0
    talk_ms: int = 0
    sign_ins: int = 0

    def add_time(self, state: AgentState, reason: str, signed_in: bool, milliseconds: int) -> None:
        """Count a stretch of one state."""
        if signed_in:
            self.signed_in_ms += milliseconds
        else:
            self.inferred = True
        match state:
            case AgentState.ON_CALL:
                self.on_call_ms += milliseconds
            case AgentState.HOLD:
                self.hold_ms += milliseconds
            case AgentState.WRAP_UP:
                self.wrap_up_ms += milliseconds
            case AgentState.NOT_READY:
                self.not_ready_ms[reason] = self.not_ready_ms.get(reason, 0) + milliseconds
            case AgentState.AVAILABLE if signed_in:
                self.available_ms += milliseconds
            case AgentState.RINGING if signed_in:
                self.ringing_ms += milliseconds
            case _:
                pass

    def add_interval(self, interval: AgentInterval, start_ms: int, end_ms: int) -> None:
        """Count the part of an interval inside [start, end); what is still open runs to `end_ms`."""
        first_ms = max(interval.start_ms, start_ms)
        last_ms = end_ms if interval.end_ms is None else min(interval.end_ms, end_ms)
        if last_ms <= first_ms:
            return
        self.add_time(interval.state, interval.reason, interval.signed_in, last_ms - first_ms)
        if interval.sign_in and interval.start_ms >= start_ms:
            self.sign_ins += 1

    def add_visit(self, visit: Visit, start_ms: int, end_ms: int) -> None:
        """Count a conversation: `answered` at its instant, talk (without hold) cut at the borders by the clock."""
        if visit.answered_ms is None:
            return
        if start_ms <= visit.answered_ms < end_ms:
            self.answered += 1
        ended_ms = min(end_ms if visit.ended_ms is None else visit.ended_ms, visit.answered_ms + LONGEST_CALL_MS)
        talk_ms = max(0, min(ended_ms, end_ms) - max(visit.answered_ms, start_ms))
        for held_ms, retrieved_ms in visit.holds or ():
            talk_ms -= max(0, min(retrieved_ms, ended_ms, end_ms) - max(held_ms, visit.answered_ms, start_ms))
        self.talk_ms += max(0, talk_ms)

    @property
    def busy_ms(self) -> int:
        """On call, hold and wrap-up."""
        return self.on_call_ms + self.hold_ms + self.wrap_up_ms

    @property
    def staffed_ms(self) -> int:
        """Busy, available and ringing."""
        return self.busy_ms + self.available_ms + self.ringing_ms

    @property
    def occupancy(self) -> float | None:
        """Occupancy 在线利用率: (on call + hold + wrap-up) / (that + available + ringing).

        Empty for an agent whose presence is only inferred: how long they were available is not known.
        """
        if self.inferred and not self.signed_in_ms:
            return None
        return ratio(self.busy_ms, self.staffed_ms)

    @property
    def aht_seconds(self) -> float | None:
        """AHT: talk + hold + wrap-up, per answered visit, in seconds."""
        handled_ms = self.talk_ms + self.hold_ms + self.wrap_up_ms
        return handled_ms / 1000 / self.answered if self.answered else None

    def reverse_share(self, reasons: ReasonMap) -> float | None:
        """Reverse share 反向工时占比: not ready in category reverse / signed-in time."""
        return ratio(self.category_ms(reasons, ReasonCategory.REVERSE), self.signed_in_ms)

    def category_ms(self, reasons: ReasonMap, category: ReasonCategory) -> int:
        """Not-ready time of one category."""
        return sum(ms for reason, ms in self.not_ready_ms.items() if reasons.category(reason) is category)

    def row(self) -> dict[str, object]:
        """The figures under the names the report promises."""
        return {
            "signed_in_seconds": self.signed_in_ms // 1000,
            "inferred": self.inferred,
            "available_seconds": self.available_ms // 1000,
            "ringing_seconds": self.ringing_ms // 1000,
            "on_call_seconds": self.on_call_ms // 1000,
            "hold_seconds": self.hold_ms // 1000,
            "wrap_up_seconds": self.wrap_up_ms // 1000,
            "not_ready_seconds": sum(self.not_ready_ms.values()) // 1000,
            "not_ready": {reason: ms // 1000 for reason, ms in sorted(self.not_ready_ms.items())},
            "answered": self.answered,
            "talk_seconds": self.talk_ms // 1000,
            "sign_ins": self.sign_ins,
            "occupancy": self.occupancy,
        }


def agent_figures(
    intervals: Iterable[AgentInterval], visits: Iterable[Visit], start_ms: int, end_ms: int
) -> AgentFigures:
    """The figures of one agent over [start, end). The caller keeps `end_ms` from lying past now."""
    figures = AgentFigures()
    for interval in intervals:
        figures.add_interval(interval, start_ms, end_ms)
    for visit in visits:
        figures.add_visit(visit, start_ms, end_ms)
    return figures


def queue_figures(visits: Iterable[Visit], threshold_seconds: int) -> ServiceFigures:
    """The figures of a set of visits with a service-level threshold in seconds."""
    figures = ServiceFigures()
    for visit in visits:
        figures.add(visit, threshold_seconds * 1000)
    return figures


def total(parts: Iterable[ServiceFigures]) -> ServiceFigures:
    """The whole of several parts."""
    whole = ServiceFigures()
    for part in parts:
        whole = whole + part
    return whole


def repeats(visits: Iterable[Visit], window_ms: int = REPEAT_WINDOW_MS) -> Iterator[tuple[Visit, bool]]:
    """Each visit with whether its caller called before within the window, whichever queue that was.

    Another visit of the same call is no call before; a caller without a number is nobody's repeat.

    Args:
        visits: In order of entry, from `window_ms` before the first one that matters on.
        window_ms: How long before counts (≤).
    """
    # By caller: the newest visit, and the newest of any other call than that one's.
    newest: dict[str, tuple[Visit, Visit | None]] = {}
    for visit in visits:
        last, other = newest.get(visit.caller, (None, None))
        before = last if last is None or last.call != visit.call else other
        yield visit, before is not None and visit.entered_ms - before.entered_ms <= window_ms
        if visit.caller:
            newest[visit.caller] = (visit, before)


def repeat_call_rate(
    visits: Iterable[Visit], start_ms: int, end_ms: int, window_ms: int = REPEAT_WINDOW_MS
) -> float | None:
    """Repeat-call rate 重复来电率: visits whose caller called before within the window / offered, over [start, end).

    First-call resolution is shown as 1 − this.

    Args:
        visits: In order of entry, from `window_ms` before `start_ms` on.
        start_ms: First instant.
        end_ms: First instant after.
        window_ms: How long before counts (≤).
    """
    told = [repeated for visit, repeated in repeats(visits, window_ms) if start_ms <= visit.entered_ms < end_ms]
    return ratio(sum(told), len(told))
