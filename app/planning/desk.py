"""What the planning screens ask of the outside: the day's picture, an agent's plan, and the deeds that change it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, tzinfo
from typing import TYPE_CHECKING, Protocol

from app.planning.mapping import AdherenceRules
from app.planning.model import ScheduledSpan, Shift, VerdictSpan

if TYPE_CHECKING:
    # What answers these brings the store's settings with it, and no screen waits for those.
    from app.planning.forecast_intraday import IntradayPicture
    from app.planning.judge import Effect


@dataclass(frozen=True, slots=True)
class AgentPlan:
    """What an agent is planned to do around a day, and what is said of keeping to it.

    Attributes:
        agent: The agent id.
        shifts: That touch the day, in order; empty where nothing is planned.
        verdicts: Of the day up to now, in order and without gaps; empty where nothing is planned.
        rules: What the verdicts follow.
    """

    agent: str
    shifts: tuple[Shift, ...]
    verdicts: tuple[VerdictSpan, ...]
    rules: AdherenceRules

    def shift_on(self, day: date) -> Shift | None:
        """The shift of a date."""
        return next((shift for shift in self.shifts if shift.shift_date == day), None)


class PlanningDesk(Protocol):
    """Where the planning screens get their pictures from and hand their deeds to.

    Every call reads or writes the store: call it from a worker thread. A deed is first tried (`dry_run`): the effect
    that comes back is shown to the person, and only their word makes it so.
    """

    @property
    def zone(self) -> tzinfo:
        """The floor's zone, in which days begin and times are told."""
        ...

    def intraday(self, step_minutes: int, queue: str | None = None) -> IntradayPicture | None:
        """Today in steps of 15 or 30 minutes; None with neither forecast nor calls nor schedule.

        Args:
            step_minutes: Length of an interval.
            queue: Of which queue; None for the whole floor.

        Raises:
            StoreProblem: When the store cannot be read.
        """
        ...

    def queues(self) -> list[str]:
        """Every queue that is known or that today's forecast names, in order of name.

        Raises:
            StoreProblem: When the store cannot be read.
        """
        ...

    def agents(self) -> list[tuple[str, str]]:
        """Everyone who can be planned, as (agent id, name), in order of name.

        Raises:
            StoreProblem: When the store cannot be read.
        """
        ...

    def agent_plan(self, agent: str, day: date) -> AgentPlan:
        """An agent's shifts that touch a local day, and the verdicts of that day up to now.

        Raises:
            StoreProblem: When the store cannot be read.
        """
        ...

    def amend(self, agent: str, day: date, spans: Sequence[ScheduledSpan], why: str, *, dry_run: bool) -> Effect:
        """Replace an agent's shift on a date; see `PlanningService.amend`.

        Raises:
            RuleRefused: When a rule says no.
            UsageProblem: When there is no reason.
            StoreProblem: When the store cannot be used.
        """
        ...

    def approve(self, agent: str, start_ms: int, reason: str, *, dry_run: bool) -> Effect:
        """Make the out spell or unmapped stretch at an instant neutral; see `PlanningService.approve`.

        Raises:
            RuleRefused: When a rule says no.
            UsageProblem: When there is no reason.
            StoreProblem: When the store cannot be used.
        """
        ...

    def neutralise(self, start_ms: int, end_ms: int, reason: str, *, dry_run: bool) -> Effect:
        """Make a period neutral for everyone; see `PlanningService.neutralise`.

        Raises:
            UsageProblem: When the range is back to front, or there is no reason.
            StoreProblem: When the store cannot be used.
        """
        ...
