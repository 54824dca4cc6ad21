"""`report adherence`: how shifts were kept, by agent, shift, team or day."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import Final, Literal, get_args

from app.core.errors import UsageProblem
from app.core.i18n import N_, _
from app.core.zones import iso
from app.planning.figures import AdherenceFigures
from app.planning.judge import Judge, total
from app.planning.model import LONGEST_SHIFT_MS
from app.planning.ports import PlanningReader

By = Literal["agent", "team", "shift", "day"]

BY: Final[tuple[By, ...]] = get_args(By)


@dataclass(frozen=True, slots=True)
class AdherenceQuestion:
    """What the report is about.

    Attributes:
        start_ms: First instant; a shift belongs to the range in which it starts, whole.
        end_ms: First instant after.
        by: What one row is.
        zone: The site's zone.
        now_ms: Shifts in progress are counted up to here.
        as_of_ms: By the plan and the decisions of this earlier instant; None for those of now.
        agents: Only these; all by default.
    """

    start_ms: int
    end_ms: int
    by: By
    zone: tzinfo
    now_ms: int
    as_of_ms: int | None = None
    agents: Sequence[str] = ()


def adherence_report(reader: PlanningReader, asked: AdherenceQuestion) -> Iterator[dict[str, object]]:
    """Rows of adherence, in order of agent and time, of team, or of day; only shifts that have begun.

    One agent is read at a time, so that a month of a large floor needs the memory of one agent's month. `shift_start`
    is the start of the first shift in the row.

    Raises:
        UsageProblem: When the range is empty or back to front.
        StoreProblem: When the store cannot be read.
    """
    if asked.end_ms <= asked.start_ms:
        raise UsageProblem(_("The range is empty: --to must lie after --from."))
    with reader.reading():
        judge = Judge(reader, asked.zone, asked.now_ms, asked.as_of_ms)
        # A shift whose date is not that of its start lies up to a day away from its place.
        reach_ms = 2 * LONGEST_SHIFT_MS
        agents = list(dict.fromkeys(asked.agents)) or reader.scheduled_agents(
            asked.start_ms - reach_ms, asked.end_ms + reach_ms
        )
        if asked.by in ("team", "day"):
            yield from _gathered(judge, asked, agents, reader.teams())
            return
        for agent in agents:
            judged = judge.shifts(agent, asked.start_ms, asked.end_ms)
            if asked.by == "shift":
                for each in judged:
                    yield _row(agent, each.shift.start_ms, each.figures, asked.zone)
            elif judged:
                yield _row(agent, judged[0].shift.start_ms, total(judged), asked.zone)


def _row(agent: str | None, start_ms: int, figures: AdherenceFigures, zone: tzinfo) -> dict[str, object]:
    return {"agent": agent, "shift_start": iso(start_ms, zone), **figures.row()}


def _gathered(
    judge: Judge, asked: AdherenceQuestion, agents: Sequence[str], teams: Mapping[str, str]
) -> Iterator[dict[str, object]]:
    cells: dict[str, tuple[int, AdherenceFigures]] = {}
    for agent in agents:
        for each in judge.shifts(agent, asked.start_ms, asked.end_ms):
            name = teams.get(agent, "") if asked.by == "team" else each.shift.shift_date.isoformat()
            start_ms, figures = cells.get(name, (each.shift.start_ms, AdherenceFigures()))
            cells[name] = min(start_ms, each.shift.start_ms), figures + each.figures
    for name in sorted(cells):
        yield {asked.by: name, **_row(None, *cells[name], asked.zone)}


FORMULAS: Final[Mapping[str, str]] = {
    "scheduled_seconds": N_("Planned time without leave, up to now; in + out + neutral + unmapped."),
    "in_seconds": N_("Planned time in a state that counts, with out spells no longer than the grace."),
    "out_seconds": N_("Planned time in a state that does not count, in spells longer than the grace."),
    "neutral_seconds": N_("Approved, neutralised or exempt time, and the rest of calls that overran."),
    "unmapped_seconds": N_("Planned time not ready with no reason, or with one in no list."),
    "adherence": N_("in / (scheduled − neutral); empty with no schedule."),
    "on_queue_scheduled_seconds": N_("Time planned on the queue, up to now."),
    "on_queue_worked_seconds": N_(
        "Time available, ringing, on calls, hold and wrap-up, overtime of up to four hours around the shift included."
    ),
    "conformance": N_("on_queue_worked / on_queue_scheduled; may pass 1."),
    "late_arrivals": N_("Shifts whose agent came later than the grace."),
    "late_seconds": N_("Out time from the start of the shift until the agent came."),
    "early_leaves": N_("Shifts whose agent left earlier than the grace before the end."),
    "early_leave_seconds": N_("Out time from when the agent left until the end of the shift."),
}


def explained() -> list[dict[str, object]]:
    """Each figure of the report with its formula, in the present language."""
    return [{"figure": figure, "formula": _(sentence)} for figure, sentence in FORMULAS.items()]
