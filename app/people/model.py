"""Who works on the floor, and where they belong."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

FULL_TIME_PER_MILLE: Final = 1000
"""One person, full time."""

LONGEST_TIME_PER_MILLE: Final = 2000
"""Nobody works more than two full times."""


class Level(StrEnum):
    """The levels of the tree of units, from the top; a unit lies under one of a higher level."""

    GROUP = "group"
    REGION = "region"
    PROVINCE = "province"
    CITY = "city"
    CENTRE = "centre"
    TEAM = "team"

    @property
    def depth(self) -> int:
        """0 for a group, 5 for a team."""
        return _DEPTHS[self]


_DEPTHS: Final = {level: depth for depth, level in enumerate(Level)}


@dataclass(frozen=True, slots=True)
class Unit:
    """A part of the organisation.

    Attributes:
        unit: Its id.
        name: What people call it.
        level: How high it stands.
        parent: The id of the unit it lies under; empty at the top.
    """

    unit: str
    name: str
    level: Level
    parent: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """Someone of the floor.

    Attributes:
        agent_id: The id the organisation knows them by.
        name: What people call them; may be hostile.
        unit: The id of their unit; empty while none is known.
        team: What stands beside them on the floor; empty where there is none.
        roles: What they do: agent, supervisor …, in lower case with underscores.
        acd_ids: The ids that telephone systems know them by; no two people share one.
        skills: What they can do.
        hired_on: Since when they are here.
        fte_per_mille: How much they work, in thousandths of full time.
    """

    agent_id: str
    name: str
    unit: str = ""
    team: str = ""
    roles: tuple[str, ...] = ()
    acd_ids: tuple[str, ...] = ()
    skills: tuple[str, ...] = ()
    hired_on: date | None = None
    fte_per_mille: int = FULL_TIME_PER_MILLE


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does something here, and what that person may do.

    Attributes:
        person: The id that facts keep: the agent id, or the operating system's name of somebody the roster lacks.
        name: What people call them; may be hostile.
        roles: As in `Person`.
        unit: The id of their unit; empty while none is known.
        is_administrator: Whether they may do whatever the state of things allows.
    """

    person: str
    name: str
    roles: tuple[str, ...] = ()
    unit: str = ""
    is_administrator: bool = False
