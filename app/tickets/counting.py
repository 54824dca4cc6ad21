"""Counts folded tickets into figures: each thing that happened, at its instant, for one unit, person and type. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

from app.core.calendars import NEVER
from app.tickets.books import Books
from app.tickets.figures import AGE_BANDS, OVERDUE_BANDS, StageFigures, TicketFigures, band
from app.tickets.flags import flag_steps
from app.tickets.model import OVERALL, Clock, Cycle, Ticket
from app.tickets.travels import Travel, travel

Cell = Callable[[int, str, str], TicketFigures | None]
"""The figures that something counts into, by its instant, unit and person; None where it is not asked for."""

StageCell = Callable[[int, str, str, str], StageFigures | None]
"""Likewise by instant, unit, person and the stage's name."""

LOOP_REACH_MS: Final = 31 * 86_400_000
"""How long after a ticket was closed a call that was promised on it, or a repeat caller's flag, still counts."""

NO_LINE: Final = 60
"""The survey line of a type that no policy names."""


class Ended(NamedTuple):
    """A cycle and when it ended."""

    cycle: Cycle
    ended_ms: int | None


def ended_cycles(ticket: Ticket) -> Iterator[Ended]:
    """The cycles of a ticket with their ends; one that a survey opened again before it was closed ended then."""
    cycles = ticket.cycles
    for at, cycle in enumerate(cycles):
        next_ms = cycles[at + 1].started_ms if at + 1 < len(cycles) else None
        yield Ended(cycle, next_ms if cycle.closed_ms is None else cycle.closed_ms)


def is_kept(clock: Clock) -> bool:
    """Whether a clock stayed within its limit: used ≤ limit."""
    return clock.used_ms <= clock.limit_seconds * 1000


class Counting:
    """Counts tickets by what the policy books say.

    Args:
        books: Every version.
        now_ms: What is due later is not due yet.
    """

    def __init__(self, books: Books, now_ms: int) -> None:
        self._books = books
        self._now_ms = now_ms
        self._accepting: dict[tuple[int, str], frozenset[str]] = {}

    # -- what happened -----------------------------------------------------------------------------------------------

    def count(self, ticket: Ticket, cell: Cell) -> None:
        """Count what happened to a ticket. One whose writing was taken back counts for nothing."""
        if ticket.is_taken_back:
            return
        if figures := cell(ticket.created_ms, ticket.origin_unit, ticket.writer):
            figures.created += 1
        way = travel(ticket)
        self._count_way(ticket, way, cell)
        for ended in ended_cycles(ticket):
            if ended.ended_ms is not None and (figures := cell(ended.ended_ms, ended.cycle.unit, ended.cycle.handler)):
                self._count_end(ticket, ended.cycle, ended.ended_ms, way, figures)
        self.count_loops(ticket, cell)

    def count_loops(self, ticket: Ticket, cell: Cell) -> None:
        """Count the calls that were promised on a ticket, and the loops of repeat callers."""
        if not ticket.is_taken_back:
            self._count_promises(ticket, cell)
            self._count_flags(ticket, cell)

    def _count_way(self, ticket: Ticket, way: Travel, cell: Cell) -> None:
        for sending in way.sendings:
            if figures := cell(sending.at_ms, sending.from_unit, sending.by):
                figures.sent += 1
                figures.returned += sending.came_back == "returned"
                if sending.came_back == "unqualified":
                    figures.unqualified += 1
                    kinds = figures.unqualified_kinds
                    kinds[sending.reason] = kinds.get(sending.reason, 0) + 1
        for step in way.acceptances:
            figures = cell(step.at_ms, step.unit, step.by)
            if figures is not None and (ended := self._ended_by_acceptance(ticket, step.at_ms)):
                figures.accepted += 1
                figures.accepted_in_time += all(map(is_kept, ended))
        for step in way.reopenings:
            if figures := cell(step.at_ms, step.unit, _handler_before(ticket, step.at_ms)):
                figures.reopened += 1
                figures.reopened_dissatisfied += step.detail == "dissatisfied"

    def _ended_by_acceptance(self, ticket: Ticket, at_ms: int) -> list[Clock]:
        return [
            clock
            for clock in ticket.clocks
            if clock.stopped_ms == at_ms and not clock.is_void and clock.stage in self._accept_stages(ticket, clock)
        ]

    def _accept_stages(self, ticket: Ticket, clock: Clock) -> frozenset[str]:
        """The stages that an acceptance ends, by the policy the clock was counted with."""
        key = (clock.policy, ticket.ticket_type)
        known = self._accepting.get(key)
        if known is None:
            over_ms = next(each.ended_ms for each in ended_cycles(ticket) if each.cycle.number == clock.cycle)
            plan = self._books.plan(self._books.version_at(over_ms), ticket.ticket_type)
            known = frozenset(stage.name for stage in plan.stages if "accepted" in stage.stop)
            self._accepting[key] = known
        return known

    def _count_end(self, ticket: Ticket, cycle: Cycle, ended_ms: int, way: Travel, figures: TicketFigures) -> None:
        figures.closed += 1
        figures.closed_by_first += cycle.unit == way.first_unit
        charged = [clock for clock in ticket.clocks if clock.cycle == cycle.number and not clock.is_void]
        if charged:
            judged = [clock for clock in charged if clock.stage == OVERALL] or charged
            in_time = all(map(is_kept, judged))
            figures.closed_in_time += in_time
            figures.closed_late += not in_time
            figures.closed_all_kept += all(map(is_kept, charged))
        if cycle.score is not None:
            figures.surveyed += 1
            figures.satisfied += cycle.score >= self._survey_line(ticket.ticket_type, ended_ms)

    def _survey_line(self, ticket_type: str, ended_ms: int) -> int:
        policy = self._books.version_at(ended_ms).book.types.get(ticket_type)
        return NO_LINE if policy is None else policy.survey_line

    def _count_promises(self, ticket: Ticket, cell: Cell) -> None:
        for promise in ticket.promises:
            if _is_too_late(ticket, promise.due_ms) or promise.due_ms >= self._now_ms:
                continue
            if figures := cell(promise.due_ms, ticket.unit, ticket.owner):
                figures.call_backs_due += 1
                figures.call_backs_kept += promise.is_in_time()

    def _count_flags(self, ticket: Ticket, cell: Cell) -> None:
        for flag in ticket.flags:
            if flag.flag != "repeat_call" or _is_too_late(ticket, flag.raised_ms):
                continue
            seconds = self._books.version_at(flag.raised_ms).book.flag_seconds
            steps = flag_steps(flag, seconds)
            told = [step.is_in_time(self._now_ms) for step in steps]
            if None in told or not (figures := cell(flag.raised_ms, ticket.unit, ticket.owner)):
                continue
            figures.flags_due += 1
            figures.flags_acknowledged += bool(told[0])
            figures.flags_called_back += bool(told[1])
            figures.flags_kept += all(told)

    # -- how it stands -----------------------------------------------------------------------------------------------

    def count_standing(self, ticket: Ticket, at_ms: int, cell: Cell) -> None:
        """Count how a ticket stands at an instant: open or not, overdue or not, how old."""
        if not is_open_at(ticket, at_ms) or not (figures := cell(at_ms, ticket.unit, ticket.owner)):
            return
        figures.open += 1
        age = band(AGE_BANDS, "age_more", at_ms - ticket.created_ms)
        figures.age_bands[age] = figures.age_bands.get(age, 0) + 1
        clocks = [clock for clock in ticket.clocks if is_clock_open_at(clock, at_ms)]
        figures.paused += bool(clocks) and not any(is_running_at(clock, at_ms) for clock in clocks)
        passed = [due_ms for clock in clocks if (due_ms := self.limit_ms(clock)) is not None and due_ms < at_ms]
        if passed:
            figures.overdue += 1
            late = band(OVERDUE_BANDS, "overdue_more", at_ms - min(passed))
            figures.overdue_bands[late] = figures.overdue_bands.get(late, 0) + 1

    def limit_ms(self, clock: Clock) -> int | None:
        """When a clock reached or will reach its limit; None where it does not. Of one that waits past its limit the
        instant is found in the stretches in which it ran, by the calendar it last had."""
        left_ms = clock.limit_seconds * 1000
        if clock.due_ms is not None or clock.used_ms <= left_ms:
            return clock.due_ms
        calendar = self._books.calendar(clock.policy, clock.calendar) if clock.calendar else None
        for start_ms, end_ms in clock.spans:
            if end_ms is None:
                break
            used_ms = end_ms - start_ms if calendar is None else calendar.open_ms(start_ms, end_ms)
            if used_ms >= left_ms:
                if calendar is None:
                    return start_ms + left_ms
                reached_ms = calendar.add_open(start_ms, left_ms)
                return None if reached_ms is NEVER else reached_ms
            left_ms -= used_ms
        return None

    # -- stages ------------------------------------------------------------------------------------------------------

    def count_stages(self, ticket: Ticket, cell: StageCell) -> None:
        """Count the clocks of a ticket that have stopped, each at the instant at which it did, and whoever was told."""
        for clock in ticket.clocks:
            if clock.stopped_ms is None:
                continue
            figures = cell(clock.stopped_ms, clock.unit, clock.person, clock.stage)
            if figures is None:
                continue
            if clock.is_void:
                figures.void += 1
                continue
            figures.kept += is_kept(clock)
            figures.missed += not is_kept(clock)
            figures.used_ms += clock.used_ms
            figures.most_used_ms = max(figures.most_used_ms, clock.used_ms)
        if ticket.told:
            by_name = {f"{clock.stage}/{clock.cycle}/{clock.run}": clock for clock in ticket.clocks}
            for told in ticket.told:
                known = by_name.get(told.clock)
                if known is not None and (figures := cell(_until_closed(ticket, told.at_ms), *_whose(known))):
                    figures.told += 1

    def count_stages_standing(self, ticket: Ticket, at_ms: int, cell: StageCell) -> None:
        """Count the clocks of a ticket that are open at an instant."""
        if not is_open_at(ticket, at_ms):
            return
        for clock in ticket.clocks:
            if is_clock_open_at(clock, at_ms) and (figures := cell(at_ms, clock.unit, clock.person, clock.stage)):
                due_ms = self.limit_ms(clock)
                figures.open += 1
                figures.overdue += due_ms is not None and due_ms < at_ms


def is_open_at(ticket: Ticket, at_ms: int) -> bool:
    """Whether a ticket was written before an instant and not closed then."""
    return not ticket.is_taken_back and any(
        ended.cycle.started_ms < at_ms and (ended.ended_ms is None or ended.ended_ms >= at_ms)
        for ended in ended_cycles(ticket)
    )


def is_clock_open_at(clock: Clock, at_ms: int) -> bool:
    """Whether a clock had started before an instant and not stopped then."""
    return clock.started_ms < at_ms and (clock.stopped_ms is None or clock.stopped_ms >= at_ms)


def is_running_at(clock: Clock, at_ms: int) -> bool:
    """Whether a clock used time at an instant."""
    return any(span.start_ms < at_ms and (span.end_ms is None or span.end_ms >= at_ms) for span in clock.spans)


def _is_too_late(ticket: Ticket, at_ms: int) -> bool:
    """Whether an instant lies so long after the closing that nobody looks for it there."""
    return ticket.closed_ms is not None and at_ms >= ticket.closed_ms + LOOP_REACH_MS


def _until_closed(ticket: Ticket, at_ms: int) -> int:
    """An instant, at the latest that of the closing."""
    return at_ms if ticket.closed_ms is None else min(at_ms, ticket.closed_ms)


def _whose(clock: Clock) -> tuple[str, str, str]:
    return clock.unit, clock.person, clock.stage


def _handler_before(ticket: Ticket, at_ms: int) -> str:
    """Who had dealt with it in the cycle that a reopening found over."""
    handlers = [cycle.handler for cycle in ticket.cycles if cycle.started_ms < at_ms and cycle.handler]
    return handlers[-1] if handlers else ""
