"""Plans, verdicts and decisions as rows for people and for programs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import tzinfo

from app.core.zones import at, iso
from app.planning.explain import explanation
from app.planning.judge import Effect, Judge
from app.planning.model import AdherenceException, ScheduleVersion, Shift
from app.planning.ports import PlanningReader
from app.planning.schedules import span_text
from app.planning.times import TimeReader


def schedule_rows(
    reader: PlanningReader, start_ms: int, end_ms: int, zone: tzinfo, agents: Sequence[str] = ()
) -> Iterator[dict[str, object]]:
    """What is planned in [start, end): the columns of `import schedule`, so that the CSV form can be imported again."""
    with reader.reading():
        for agent in list(dict.fromkeys(agents)) or reader.scheduled_agents(start_ms, end_ms):
            for shift in reader.shifts(agent, start_ms, end_ms):
                for span in shift.spans:
                    yield {
                        "agent_id": agent,
                        "activity": span.activity.value,
                        "start": iso(span.start_ms, zone),
                        "end": iso(span.end_ms, zone),
                        "shift_date": shift.shift_date.isoformat(),
                    }


def timeline_rows(
    reader: PlanningReader, agent: str, start_ms: int, end_ms: int, zone: tzinfo, now_ms: int
) -> list[dict[str, object]]:
    """An agent's verdicts of [start, end), each with its rule and a sentence."""
    with reader.reading():
        judge = Judge(reader, zone, now_ms)
        _shifts, told = judge.timeline(agent, start_ms, end_ms)
    rows: list[dict[str, object]] = []
    for span in told:
        rules = judge.table(at(span.start_ms, zone).date()).rules
        rows.append(
            {
                "start": iso(span.start_ms, zone),
                "end": iso(span.end_ms, zone),
                "seconds": (span.end_ms - span.start_ms) // 1000,
                "verdict": span.verdict.value,
                "activity": None if span.activity is None else span.activity.value,
                "rule": span.rule.value,
                "explanation": explanation(span, rules, zone),
            }
        )
    return rows


def decision_row(decided: AdherenceException, effect: Effect, zone: tzinfo) -> dict[str, object]:
    """An approval or a neutralised period with who, when and why, and what it did to the figures."""
    return {
        "number": decided.number,
        "kind": decided.kind.value,
        "agent": decided.agent or None,
        "start": iso(decided.start_ms, zone),
        "end": iso(decided.end_ms, zone),
        "reason": decided.reason,
        "actor": decided.actor,
        "at": iso(decided.at_ms, zone),
        "adherence_before": effect.before.adherence,
        "adherence_after": effect.after.adherence,
        "cancelled_by": decided.cancelled_by or None,
        "cancelled_at": None if decided.cancelled_ms is None else iso(decided.cancelled_ms, zone),
        "cancel_reason": decided.cancel_reason or None,
        "agents": effect.agents,
        "shifts": effect.shifts,
    }


def effect_row(effect: Effect, zone: tzinfo) -> dict[str, object]:
    """What a deed does, for people and programs: the figures of the shifts it touches before and after."""
    before, after = effect.before, effect.after
    return {
        "number": effect.number or None,
        "applied": effect.number > 0,
        "start": iso(effect.range.start_ms, zone),
        "end": iso(effect.range.end_ms, zone),
        "shifts": effect.shifts,
        "adherence_before": before.adherence,
        "adherence_after": after.adherence,
        "scheduled_seconds_before": before.scheduled_seconds,
        "scheduled_seconds_after": after.scheduled_seconds,
        "out_seconds_before": before.out_seconds,
        "out_seconds_after": after.out_seconds,
        "neutral_seconds_before": before.neutral_seconds,
        "neutral_seconds_after": after.neutral_seconds,
        "unmapped_seconds_before": before.unmapped_seconds,
        "unmapped_seconds_after": after.unmapped_seconds,
    }


def version_rows(
    versions: Iterable[ScheduleVersion] | Iterable[tuple[ScheduleVersion, Shift]], times: TimeReader
) -> Iterator[dict[str, object]]:
    """Versions of the schedule; of one shift with what it was planned to be."""
    for each in versions:
        version, shift = each if isinstance(each, tuple) else (each, None)
        row: dict[str, object] = {
            "version": version.version,
            "kind": version.kind.value,
            "at": iso(version.at_ms, times.zone),
            "actor": version.actor,
            "why": version.why,
        }
        if shift is None:
            yield {**row, "shifts": version.shifts}
        else:
            yield {**row, "shift": "; ".join(span_text(span, times) for span in shift.spans)}
