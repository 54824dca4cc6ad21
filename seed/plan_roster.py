"""The people of the simulated floor, and the tree of units they belong to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from app.people.model import Level, Person, Unit
from seed.people import Agent
from seed.randomness import stream, whole_between
from seed.scenario import Scenario

_HIRED_DAYS_AGO: Final = (60, 3600)


def make_roster(
    scenario: Scenario, seed: int, staff: Sequence[Agent], first_day: date
) -> tuple[list[Unit], list[Person]]:
    """Put everybody into a team of their first queue.

    Returns:
        Units, those above first, and one person for each agent in the same order.
    """
    units: list[Unit] = []
    parent = ""
    for unit, name, level in (
        ("R1", scenario.roster.region, Level.REGION),
        ("C1", scenario.roster.centre, Level.CENTRE),
    ):
        if name:
            units.append(Unit(unit, name, level, parent))
            parent = unit
    team_of: dict[int, Unit] = {}
    for spec in scenario.queues:
        members = [agent.number for agent in staff if agent.lines[0].spec is spec]
        if not members:
            continue
        count = max(1, round(len(members) / scenario.roster.team_size))
        word = spec.team or spec.name
        teams = []
        for number in range(1, count + 1):
            name = _team_name(word, number if count > 1 else None)
            teams.append(Unit(f"T{len(units) + number:03d}", name, Level.TEAM, parent))
        units += teams
        for place, agent_number in enumerate(members):
            team_of[agent_number] = teams[place * count // len(members)]
    draw = stream(seed, "hired")
    people = [
        Person(
            agent.name,
            agent.name,
            team_of[agent.number].unit,
            team_of[agent.number].name,
            ("agent",),
            skills=tuple(line.name for line in agent.lines),
            hired_on=first_day - timedelta(days=whole_between(draw, *_HIRED_DAYS_AGO)),
        )
        for agent in staff
    ]
    return units, people


def _team_name(word: str, number: int | None) -> str:
    """The name of a queue's only team, or of one of several."""
    written = "" if number is None else str(number)
    return word.replace("#", written) if "#" in word else word + written
