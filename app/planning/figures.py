"""The figures of adherence: milliseconds of one shift become whole seconds, and those add up to any whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

from app.planning.adherence import Run
from app.planning.mapping import CountingTable, activity_index
from app.planning.model import OVERTIME_MS, Activity, ScheduledSpan, Shift, TimeRange, Verdict, VerdictSpan


@dataclass(frozen=True, slots=True)
class AdherenceFigures:
    """The figures of one shift or of many; whole seconds, additive.

    In, out, neutral and unmapped are exactly the scheduled seconds: within a shift each is rounded down, and the second
    or two that this loses go to the parts that lost the most.
    """

    scheduled_seconds: int = 0
    in_seconds: int = 0
    out_seconds: int = 0
    neutral_seconds: int = 0
    unmapped_seconds: int = 0
    on_queue_scheduled_seconds: int = 0
    on_queue_worked_seconds: int = 0
    late_arrivals: int = 0
    late_seconds: int = 0
    early_leaves: int = 0
    early_leave_seconds: int = 0

    def __add__(self, other: AdherenceFigures) -> AdherenceFigures:
        return AdherenceFigures(*(getattr(self, each.name) + getattr(other, each.name) for each in fields(self)))

    @property
    def adherence(self) -> float | None:
        """Adherence 遵时率: in / (scheduled − neutral); None where nothing is left to divide by."""
        base = self.scheduled_seconds - self.neutral_seconds
        return self.in_seconds / base if base else None

    @property
    def conformance(self) -> float | None:
        """Conformance: on-queue seconds worked / on-queue seconds scheduled; may pass 1."""
        base = self.on_queue_scheduled_seconds
        return self.on_queue_worked_seconds / base if base else None

    def row(self) -> dict[str, int | float | None]:
        """The figures under the names the report promises."""
        return {
            "scheduled_seconds": self.scheduled_seconds,
            "in_seconds": self.in_seconds,
            "out_seconds": self.out_seconds,
            "neutral_seconds": self.neutral_seconds,
            "unmapped_seconds": self.unmapped_seconds,
            "adherence": self.adherence,
            "on_queue_scheduled_seconds": self.on_queue_scheduled_seconds,
            "on_queue_worked_seconds": self.on_queue_worked_seconds,
            "conformance": self.conformance,
            "late_arrivals": self.late_arrivals,
            "late_seconds": self.late_seconds,
            "early_leaves": self.early_leaves,
            "early_leave_seconds": self.early_leave_seconds,
        }


def shift_figures(
    spans: Sequence[ScheduledSpan],
    judged: Sequence[VerdictSpan],
    runs: Sequence[Run],
    window: TimeRange,
    table: CountingTable,
    until_ms: int,
) -> AdherenceFigures:
    """The figures of one shift.

    Args:
        spans: The shift.
        judged: Its verdicts.
        runs: The agent's time.
        window: In which work on the queue is this shift's; see `work_windows`.
        table: What counts, and the grace.
        until_ms: Now, or the end of time.
    """
    spent = dict.fromkeys(Verdict, 0)
    for span in judged:
        spent[span.verdict] += span.end_ms - span.start_ms
    parts_ms = [spent[verdict] for verdict in (Verdict.IN, Verdict.OUT, Verdict.NEUTRAL, Verdict.UNMAPPED)]
    scheduled_seconds, (in_seconds, out_seconds, neutral_seconds, unmapped_seconds) = _whole_seconds(parts_ms)
    on_queue_ms = sum(
        max(0, min(span.end_ms, until_ms) - span.start_ms) for span in spans if span.activity is Activity.ON_QUEUE
    )
    worked_ms = sum(
        max(0, min(run.end_ms, window.end_ms) - max(run.start_ms, window.start_ms)) for run in runs if run.kind.worked
    )
    late_ms, early_ms = _late_and_early(spans, judged, runs, table, until_ms)
    return AdherenceFigures(
        scheduled_seconds,
        in_seconds,
        out_seconds,
        neutral_seconds,
        unmapped_seconds,
        on_queue_ms // 1000,
        worked_ms // 1000,
        int(late_ms > 0),
        late_ms // 1000,
        int(early_ms > 0),
        early_ms // 1000,
    )


def _whole_seconds(parts_ms: Sequence[int]) -> tuple[int, list[int]]:
    """The whole in whole seconds, rounded down, and parts in whole seconds that add up to it."""
    whole = sum(parts_ms) // 1000
    parts = [part_ms // 1000 for part_ms in parts_ms]
    by_loss = sorted(range(len(parts)), key=lambda index: -(parts_ms[index] % 1000))
    for index in by_loss[: whole - sum(parts)]:
        parts[index] += 1
    return whole, parts


def _late_and_early(
    spans: Sequence[ScheduledSpan],
    judged: Sequence[VerdictSpan],
    runs: Sequence[Run],
    table: CountingTable,
    until_ms: int,
) -> tuple[int, int]:
    """Out time before the agent was first there, and after they were last there; 0 within the grace.

    Who never came was late and did not leave. Nobody has left early before the shift is over.
    """
    needed = [
        span
        for span in spans
        if span.activity is not Activity.LEAVE
        and table.absent.verdicts[activity_index(span.activity)][0] is not Verdict.IN
    ]
    if not needed or needed[0].start_ms >= until_ms:
        return 0, 0
    start_ms, end_ms = needed[0].start_ms, needed[-1].end_ms
    stop_ms = min(end_ms, until_ms)
    there = [run for run in runs if run.kind.present and run.end_ms > start_ms and run.start_ms < stop_ms]
    came_ms = max(start_ms, there[0].start_ms) if there else stop_ms
    late_ms = _out_ms(judged, start_ms, came_ms) if came_ms - start_ms > table.grace_ms else 0
    if not there or until_ms < end_ms:
        return late_ms, 0
    left_ms = min(end_ms, there[-1].end_ms)
    return late_ms, _out_ms(judged, left_ms, end_ms) if end_ms - left_ms > table.grace_ms else 0


def _out_ms(judged: Sequence[VerdictSpan], start_ms: int, end_ms: int) -> int:
    return sum(
        max(0, min(span.end_ms, end_ms) - max(span.start_ms, start_ms))
        for span in judged
        if span.verdict is Verdict.OUT
    )


def work_windows(shifts: Sequence[Shift], until_ms: int) -> list[TimeRange]:
    """For each of an agent's shifts, the time in which work on the queue is this shift's.

    It reaches four hours before and after the shift, or to the middle between two shifts that lie closer, so that
    overtime counts once.

    Args:
        shifts: In order; the neighbours of those that matter must be among them.
        until_ms: Now, or the end of time.
    """
    starts = [
        shift.start_ms - OVERTIME_MS
        if index == 0
        else shift.start_ms - min(OVERTIME_MS, (shift.start_ms - shifts[index - 1].end_ms) // 2)
        for index, shift in enumerate(shifts)
    ]
    windows = []
    for index, shift in enumerate(shifts):
        end_ms = shift.end_ms + OVERTIME_MS
        if index + 1 < len(shifts):
            end_ms = min(end_ms, starts[index + 1]) if shifts[index + 1].start_ms >= shift.end_ms else shift.end_ms
        windows.append(TimeRange(starts[index], min(end_ms, until_ms)))
    return windows
