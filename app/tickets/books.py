"""The versions of a site's policy book, ready to be counted with: which one a cycle is of, and its calendars."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Final, NamedTuple

from app.core.calendars import Calendar, CalendarDefinition
from app.tickets.model import OVERALL, WALL
from app.tickets.policy import UNIT_CALENDAR, WALL_CALENDAR, Limit, PolicyBook, ReopenPolicy, Stage, TypePolicy
from app.tickets.ports import TREE_OF_NOW, BookVersion

_NOTHING: Final[frozenset[str]] = frozenset()


class StagePlan(NamedTuple):
    """A limit as it is counted.

    Attributes:
        name: The stage's name, or `OVERALL`.
        role: Whose job it is.
        limit: What the policy says.
        start: The points that start it.
        stop: The points that stop it.
        paused_by: Hold reasons that pause it.
        elsewhere_seconds: The limit when the crew sits at another place.
        goes_on: Whether a return that was not ours leaves it running.
    """

    name: str
    role: str
    limit: Limit
    start: frozenset[str]
    stop: frozenset[str]
    paused_by: frozenset[str]
    elsewhere_seconds: int | None
    goes_on: bool


class TypePlan(NamedTuple):
    """How one type of ticket is counted by one version of the book.

    Attributes:
        version: Of the book.
        book: The book.
        stages: Of the type, and the clock over all of them as the last where there is one; empty for an unknown type.
        starts: What each point starts.
        stops: What each point stops.
        reopen: What a reopening does.
    """

    version: int
    book: PolicyBook
    stages: tuple[StagePlan, ...]
    starts: Mapping[str, tuple[StagePlan, ...]]
    stops: Mapping[str, tuple[StagePlan, ...]]
    reopen: ReopenPolicy


def _stage_plan(stage: Stage) -> StagePlan:
    return StagePlan(
        stage.name,
        stage.role,
        stage,
        frozenset(stage.start),
        frozenset(stage.stop),
        frozenset(stage.paused_by),
        stage.elsewhere_seconds,
        stage.on_return == "same",
    )


def _by_point(plans: Sequence[StagePlan], of: str) -> dict[str, tuple[StagePlan, ...]]:
    found: dict[str, tuple[StagePlan, ...]] = {}
    for plan in plans:
        for point in plan.start if of == "start" else plan.stop:
            found[point] = (*found.get(point, ()), plan)
    return found


def _type_plan(version: BookVersion, policy: TypePolicy | None) -> TypePlan:
    if policy is None:
        return TypePlan(version.version, version.book, (), {}, {}, ReopenPolicy.NEW_CYCLE)
    plans = [_stage_plan(stage) for stage in policy.stages]
    if policy.overall is not None:
        overall, start, stop = policy.overall, frozenset({policy.overall_start}), frozenset({policy.overall_stop})
        plans.append(StagePlan(OVERALL, "", overall, start, stop, frozenset(overall.paused_by), None, True))
    return TypePlan(
        version.version,
        version.book,
        tuple(plans),
        _by_point(plans, "start"),
        _by_point(plans, "stop"),
        policy.reopen,
    )


@cache
def _calendar(definition_json: str) -> Calendar:
    """One calendar for equal definitions of whatever version: it remembers the weeks it has laid out."""
    return Calendar(CalendarDefinition.model_validate_json(definition_json))


@cache
def shipped_version() -> BookVersion:
    """What a site without a policy of its own promises: version 0, in force from the beginning."""
    # Read only where tickets are counted: a floor without any waits for no policy file.
    from app.tickets.policy_file import shipped_book

    return BookVersion(0, 0, "", "", shipped_book())


class Books:
    """Every version of the policy book. Immutable to its users.

    Args:
        versions: What was applied, the oldest first; none where the site uses the shipped book.
        parents: The unit above each unit, for versions that remember no unit tree of their own.
    """

    def __init__(self, versions: Sequence[BookVersion], parents: Mapping[str, str] | None = None) -> None:
        self._versions = tuple(versions)
        self._parents: Mapping[str, str] = parents or {}
        self._by_number: dict[int, BookVersion] = {version.version: version for version in self._versions}
        self._applied_ms = [version.applied_ms for version in self._versions]
        self._plans: dict[tuple[int, str], TypePlan] = {}
        self._unit_keys: dict[tuple[int, str], str] = {}
        self._calendars: dict[tuple[int, str], Calendar | None] = {}

    @property
    def newest(self) -> BookVersion:
        """The version in force."""
        return self._versions[-1] if self._versions else shipped_version()

    def version_at(self, closed_ms: int | None) -> BookVersion:
        """The version that a cycle is counted with.

        Args:
            closed_ms: When the cycle was over; None for one that is open, which follows every change.
        """
        if closed_ms is None:
            return self.newest
        index = bisect_right(self._applied_ms, closed_ms)
        return self._versions[index - 1] if index else shipped_version()

    def plan(self, version: BookVersion, ticket_type: str) -> TypePlan:
        """How a type is counted by a version; without stages where the version does not know the type."""
        key = (version.version, ticket_type)
        plan = self._plans.get(key)
        if plan is None:
            plan = _type_plan(version, version.book.types.get(ticket_type))
            if len(self._plans) < 10_000:
                self._plans[key] = plan
        return plan

    def calendar_key(self, version: int, key: str, unit: str) -> str:
        """The name of the calendar that counts: `WALL` for every second.

        Args:
            version: Of the book.
            key: As a policy says it: `wall`, `unit`, or a calendar's name.
            unit: Whose time it is.
        """
        if key in (WALL_CALENDAR, WALL):
            return WALL
        if key != UNIT_CALENDAR:
            return key
        known = self._unit_keys.get((version, unit))
        if known is None:
            known = self._unit_key(self._book_version(version), unit)
            self._unit_keys[version, unit] = known
        return known

    def calendar(self, version: int, key: str, unit: str = "") -> Calendar | None:
        """The calendar that counts; None for every second, also where a version does not have the calendar.

        Args:
            version: Of the book.
            key: As a policy or a clock says it.
            unit: Whose time it is, where the key is `unit`.
        """
        name = self.calendar_key(version, key, unit)
        if not name:
            return None
        place = (version, name)
        if place not in self._calendars:
            definition = self._book_version(version).book.calendars.get(name)
            self._calendars[place] = None if definition is None else _calendar(definition.model_dump_json())
        return self._calendars[place]

    def _book_version(self, version: int) -> BookVersion:
        return self._by_number.get(version) or shipped_version()

    def _unit_key(self, version: BookVersion, unit: str) -> str:
        keys = version.book.unit_calendars
        parents = self._parents if version.parents is TREE_OF_NOW else version.parents
        met: set[str] = set()
        while unit and unit not in met:
            if unit in keys:
                return _plain(keys[unit])
            met.add(unit)
            unit = parents.get(unit, "")
        return _plain(keys.get("", WALL))


def _plain(key: str) -> str:
    return WALL if key in (WALL_CALENDAR, UNIT_CALENDAR) else key
