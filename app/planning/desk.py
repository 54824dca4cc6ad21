"""What the planning screens ask of the outside: the day's picture, an agent's plan, and the deeds that change it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, tzinfo
from typing import TYPE_CHECKING, Any, Protocol

from app.floor.model import AgentInterval
from app.planning.mapping import AdherenceRules
from app.planning.model import ScheduledSpan, Shift, VerdictSpan

if TYPE_CHECKING:
    # What answers these brings the store's settings with it, and no screen waits for those.
    from app.core.imports import ImportPlan
    from app.planning.drafts import NewShift
    from app.planning.forecast_intraday import IntradayPicture
    from app.planning.judge import Effect
    from app.planning.lists import ListKind


@dataclass(frozen=True, slots=True)
class AgentPlan:
    """What an agent is planned to do around a day, what was done, and what is said of keeping to the plan.

    The day goes on to the end of its shift where that ends after midnight.

    Attributes:
        agent: The agent id.
        shifts: That touch the day, in order; empty where nothing is planned.
        verdicts: Of the day up to now, in order and without gaps; empty where nothing is planned.
        rules: What the verdicts follow.
        done: What the agent did in the day up to now, in order, cut to it; empty where nothing is known.
    """

    agent: str
    shifts: tuple[Shift, ...]
    verdicts: tuple[VerdictSpan, ...]
    rules: AdherenceRules
    done: tuple[AgentInterval, ...] = ()

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
        """An agent's shifts that touch a local day, what was done that day up to now, and its verdicts.

        Raises:
            StoreProblem: When the store cannot be read.
        """
        ...

    def new_shift(self, agent: str, day: date) -> NewShift:
        """A shift to begin with on a day without one; nothing is stored. See `app.planning.drafts.new_shift`.

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

    def import_file(
        self, kind: ListKind, file: str, *, skip_bad: bool, dry_run: bool, digest: str | None = None
    ) -> ImportPlan[Any]:
        """Bring in a list, as “import” does in a shell; see `app.core.imports.run_import`.

        Args:
            kind: What the file holds.
            file: Its path.
            skip_bad: Leave bad rows out instead of doing nothing because of them.
            dry_run: Only say what would change.
            digest: That of the file whose effect was seen; another file is refused.

        Raises:
            UsageProblem: When the file cannot be read.
            DataProblem: When it is no table of that kind.
            RuleRefused: When the file is another one than was seen.
            StoreProblem: When the store cannot be used.
        """
        ...
