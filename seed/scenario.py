"""What a simulated floor is made of: the fields of a scenario file, and how it is read.

Everything is described in docs/simulator.md. Lengths of time are whole seconds, times of day are "HH:MM" in the
scenario's zone, shares and weights are whole numbers (shares in per-mille).
"""

from __future__ import annotations

import tomllib
from importlib import resources
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self

from pydantic import Field, ValidationError, model_validator

from app.core.errors import DataProblem, UsageProblem
from app.core.event_fields import NAME_LIMIT
from app.core.i18n import _
from app.core.text import inert
from seed.hours import DAY_MINUTES
from seed.scenario_parts import MinuteOfDay, Name, Part, PerMille, Spread, Weight, WholeSeconds, Zone
from seed.ticket_scenario import TicketsSpec

FIRST_SCENARIO: Final = "morning"
"""The scenario that is played when none is named."""

PLAN_STEP_SECONDS: Final = 300
"""What a schedule is made of: everything on it begins and ends at whole steps of the day."""

_FOLDER: Final = "seed.scenarios"


class ScenarioProblem(DataProblem):
    """A scenario file cannot be read; says which file and which field."""


class ScenarioUnknown(UsageProblem):
    """There is no scenario of that name."""


class QueueSpec(Part):
    """One queue.

    Attributes:
        name: As it stands in the facts.
        peak_calls_per_hour: Calls entering at the busiest, at `reference_agents` agents.
        staff_weight: How many of the agents have it as their first queue, against the other queues' weights.
        team: What its agents' teams are called, "#" where their number goes; the name of the queue unless given.
        priority: Calls of a queue with a smaller number are taken first by an agent who serves several.
        talk: Conversation, without hold.
        wrap_up: After-call work; absent where there is none.
        patience: How long a caller waits before leaving.
        longest_wait_seconds: Where the queue itself sends the call on; absent where it never does.
        leave_by_key_per_mille: Of those who lose patience, how many press a key instead of hanging up.
        transfer_per_mille: Of the conversations, how many end by being handed on.
        transfer_to: A queue of this floor or a number elsewhere, picked at random.
    """

    name: Name
    peak_calls_per_hour: Annotated[int, Field(strict=True, ge=0, le=1_000_000)]
    staff_weight: Annotated[int, Field(strict=True, gt=0, le=1_000_000)]
    team: Annotated[str, Field(max_length=100)] = ""
    priority: Annotated[int, Field(strict=True, ge=0, le=1000)] = 100
    talk: Spread
    wrap_up: Spread | None = None
    patience: Spread
    longest_wait_seconds: Annotated[int, Field(strict=True, gt=0, le=86_400)] | None = None
    leave_by_key_per_mille: PerMille = 0
    transfer_per_mille: PerMille = 0
    transfer_to: tuple[Name, ...] = ()

    @model_validator(mode="after")
    def _transfers_go_somewhere(self) -> Self:
        if self.transfer_per_mille and not self.transfer_to:
            raise ValueError(_("transfer_per_mille needs a transfer_to"))
        return self


class ArrivalSpec(Part):
    """When calls come: one number per half-hour from `start` on, in percent of the peak; outside of them none come."""

    start: MinuteOfDay
    percent_of_peak: Annotated[
        tuple[Annotated[int, Field(strict=True, ge=0, le=1000)], ...], Field(min_length=1, max_length=48)
    ]
    repeat_caller_per_mille: PerMille = 0

    @model_validator(mode="after")
    def _ends_by_midnight(self) -> Self:
        if self.start + 30 * len(self.percent_of_peak) > DAY_MINUTES:
            raise ValueError(_("the half-hours of percent_of_peak run past 24:00"))
        return self


class ShiftSpec(Part):
    """One shift: who has it comes every day.

    Agents sign in up to `early_seconds` before the start; `late_per_mille` of them up to `late_seconds` after it.
    They leave when their last call after the end is done.
    """

    name: Name
    weight: Annotated[int, Field(strict=True, gt=0, le=1_000_000)] = 1
    start: MinuteOfDay
    end: MinuteOfDay
    early_seconds: WholeSeconds = 0
    late_per_mille: PerMille = 0
    late_seconds: WholeSeconds = 0

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> Self:
        if self.end <= self.start:
            raise ValueError(_("end must be later than start, on the same day"))
        if self.early_seconds > self.start * 60:
            raise ValueError(_("early_seconds reaches back into the day before"))
        return self


class RingSpec(Part):
    """How a call rings at an agent; without it calls are answered at once.

    Attributes:
        answer: How long an agent takes to answer.
        longest_seconds: Where ringing stops and the call goes to the next agent.
        missed_per_mille: Of the rings, how many are not answered at all.
        missed_reason: The reason the agent is made not ready with after a missed ring.
        missed_away: How long it takes the agent to notice.
    """

    answer: Spread
    longest_seconds: Annotated[int, Field(strict=True, gt=0, le=3600)]
    missed_per_mille: PerMille
    missed_reason: Annotated[str, Field(max_length=NAME_LIMIT)]
    missed_away: Spread


class HoldSpec(Part):
    """How often a conversation is interrupted by a hold, and for how long."""

    per_mille: PerMille
    length: Spread


class _Absence(Part):
    reason: Annotated[str, Field(max_length=NAME_LIMIT)]
    length: Spread
    at_most_per_mille: Annotated[int, Field(strict=True, gt=0, le=1000)] | None = None


class RecurringAbsence(_Absence):
    """A not-ready reason that comes back: `every` after the last one ended (or after sign-in).

    `at_most_per_mille` of the agents signed in have it at a time, though always one may; who is refused asks again.
    """

    every: Spread


class PlannedAbsence(_Absence):
    """A not-ready reason with its place in the day: `share_per_mille` of the agents, once, starting in [start, end).

    With an `activity` it stands on the schedule: the plan says who has it when, and for how long.
    """

    activity: Literal["break", "meal", "training", "meeting", "coaching"] | None = None
    start: MinuteOfDay
    end: MinuteOfDay
    share_per_mille: PerMille = 1000
    shifts: tuple[Name, ...] = ()

    @model_validator(mode="after")
    def _can_be_planned(self) -> Self:
        if self.end <= self.start:
            raise ValueError(_("end must be later than start, on the same day"))
        if self.activity is None:
            return self
        if self.length.shape != "fixed" or self.length.mean_seconds % PLAN_STEP_SECONDS:
            raise ValueError(
                _("what stands on the schedule has a fixed length in steps of {seconds} seconds").format(
                    seconds=PLAN_STEP_SECONDS
                )
            )
        if self.at_most_per_mille is not None:
            raise ValueError(_("the schedule itself spreads it: no at_most_per_mille"))
        return self


class AfterCallAbsence(_Absence):
    """A not-ready reason that follows `share_per_mille` of the conversations, such as filing a ticket."""

    share_per_mille: PerMille


class HabitSpec(Part):
    """How far people are from the plan; without it they keep to it as far as their calls let them.

    Attributes:
        punctual_seconds: Up to so much sooner or later people go and come back.
        over_stayed_per_mille: Of the scheduled absences, how many last longer, by `over_stay`.
        moved_per_mille: Of them, how many are taken at another time, up to `moved_seconds` before or after.
        left_early_per_mille: Of the shifts, how many end early, by `left_early`.
    """

    punctual_seconds: WholeSeconds = 0
    over_stayed_per_mille: PerMille = 0
    over_stay: Spread | None = None
    moved_per_mille: PerMille = 0
    moved_seconds: WholeSeconds = 0
    left_early_per_mille: PerMille = 0
    left_early: Spread | None = None

    @model_validator(mode="after")
    def _says_how_long(self) -> Self:
        for name, share, length in (
            ("over_stay", self.over_stayed_per_mille, self.over_stay),
            ("left_early", self.left_early_per_mille, self.left_early),
        ):
            if share and length is None:
                raise ValueError(_("the share of {name} needs its length").format(name=name))
        return self


class ForecastSpec(Part):
    """How far the forecast is off.

    Attributes:
        noise_per_mille: Each half-hour by up to so much, up or down.
        off_from: From this time of day on …
        off_per_mille: … so much more calls come than were forecast; fewer where it is negative.
    """

    noise_per_mille: Annotated[int, Field(strict=True, ge=0, le=500)] = 0
    off_from: MinuteOfDay = DAY_MINUTES
    off_per_mille: Annotated[int, Field(strict=True, ge=-500, le=1000)] = 0


class RosterSpec(Part):
    """Where the agents belong: a region, a centre in it, and teams of about `team_size`; empty names are left out."""

    region: Annotated[str, Field(max_length=NAME_LIMIT)] = ""
    centre: Annotated[str, Field(max_length=NAME_LIMIT)] = ""
    team_size: Annotated[int, Field(strict=True, gt=0, le=1000)] = 12


class StaffSpec(Part):
    """What agents can do: weights of serving one, two and three queues, and how many have an English name."""

    queue_count_weights: Annotated[tuple[Weight, ...], Field(min_length=1, max_length=3)] = (1,)
    english_name_per_mille: PerMille = 0

    @model_validator(mode="after")
    def _some_weight(self) -> Self:
        if not any(self.queue_count_weights):
            raise ValueError(_("queue_count_weights must not all be 0"))
        return self


class Scenario(Part):
    """A whole simulated floor.

    Attributes:
        zone: Where its times of day are.
        show_at: The time of day at which a demo lets a person in.
        reference_agents: For how many agents `peak_calls_per_hour` is meant; a larger floor gets more calls, see
            `seed.arrivals.carried_load`.
    """

    title: Name
    zone: Zone
    show_at: MinuteOfDay
    reference_agents: Annotated[int, Field(strict=True, gt=0, le=1_000_000)]
    queues: Annotated[tuple[QueueSpec, ...], Field(min_length=1, max_length=100)]
    arrivals: ArrivalSpec
    shifts: Annotated[tuple[ShiftSpec, ...], Field(min_length=1, max_length=20)]
    staff: StaffSpec = StaffSpec()
    roster: RosterSpec = RosterSpec()
    habits: HabitSpec = HabitSpec()
    forecast: ForecastSpec = ForecastSpec()
    ring: RingSpec | None = None
    hold: HoldSpec | None = None
    recurring: tuple[RecurringAbsence, ...] = ()
    planned: tuple[PlannedAbsence, ...] = ()
    after_call: tuple[AfterCallAbsence, ...] = ()
    tickets: TicketsSpec | None = None

    @model_validator(mode="after")
    def _names_fit_together(self) -> Self:
        for what, names in (
            ("queues", [queue.name for queue in self.queues]),
            ("shifts", [shift.name for shift in self.shifts]),
        ):
            if len(set(names)) < len(names):
                raise ValueError(_("two of the {parts} have the same name").format(parts=what))
        queues = {queue.name for queue in self.queues}
        for kind in self.tickets.kinds if self.tickets is not None else ():
            if unknown := sorted(set(kind.queues) - queues):
                raise ValueError(
                    _("the tickets of type {type} name the queue {queue}, which does not exist").format(
                        type=kind.type, queue=unknown[0]
                    )
                )
        known = {shift.name for shift in self.shifts}
        for absence in self.planned:
            if unknown := sorted(set(absence.shifts) - known):
                raise ValueError(
                    _("the absence {reason} names the shift {shift}, which does not exist").format(
                        reason=absence.reason, shift=unknown[0]
                    )
                )
        return self


def _where(location: tuple[int | str, ...]) -> str:
    return ".".join(str(step) for step in location) or _("the whole file")


def parse_scenario(text: str, file: str) -> Scenario:
    """Read a scenario from the text of its file.

    Args:
        text: TOML.
        file: What to call it in an error.

    Raises:
        ScenarioProblem: When it is not TOML or a field is missing, unknown or out of its range.
    """
    try:
        fields: dict[str, Any] = tomllib.loads(text)
    except tomllib.TOMLDecodeError as problem:
        raise ScenarioProblem(
            _("{file}: this is not TOML: {problem}").format(file=inert(file), problem=inert(str(problem)))
        ) from problem
    try:
        return Scenario.model_validate(fields)
    except ValidationError as problem:
        first = problem.errors(include_url=False, include_context=False)[0]
        message = first["msg"].removeprefix("Value error, ")
        raise ScenarioProblem(inert(f"{file}: {_where(first['loc'])}: {message}")) from problem


def scenario_names() -> list[str]:
    """The scenarios that come with the program."""
    entries = resources.files(_FOLDER).iterdir()
    return sorted(entry.name.removesuffix(".toml") for entry in entries if entry.name.endswith(".toml"))


def load_scenario(name: str = FIRST_SCENARIO) -> Scenario:
    """Load one of the program's scenarios by name, or a person's own by the path of its .toml file.

    Raises:
        ScenarioUnknown: When there is none of that name.
        ScenarioProblem: When its file cannot be read.
    """
    if name.endswith(".toml"):
        try:
            return parse_scenario(Path(name).read_text(encoding="utf-8"), name)
        except (OSError, UnicodeDecodeError) as problem:
            raise ScenarioProblem(
                _("{file}: this cannot be read as text: {problem}").format(
                    file=inert(name), problem=inert(str(problem))
                )
            ) from problem
    if name not in scenario_names():
        raise ScenarioUnknown(
            _("There is no scenario {name}; there are: {names}").format(
                name=inert(name), names=", ".join(scenario_names())
            )
        )
    text = resources.files(_FOLDER).joinpath(f"{name}.toml").read_text(encoding="utf-8")
    return parse_scenario(text, f"{name}.toml")
