"""The units that simulated tickets are sent to: people, hours, whom to phone there, and what is promised."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from app.core.calendars import Calendar, CalendarDefinition, Never
from app.people.model import Person, Unit
from app.tickets.making import GRANTING_LEVEL
from app.tickets.policy import Contact, PolicyBook, UnitContacts
from app.tickets.policy_file import shipped_book
from seed.names import agent_names
from seed.plan import FloorPlan
from seed.randomness import Draw
from seed.scenario import Scenario
from seed.ticket_scenario import DepartmentSpec, TicketsSpec

_CLERK: Final = "clerk"
_MANAGER: Final = "manager"
_WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_FLOOR_HOURS: Final = "floor"


class Department:
    """A unit that works on tickets.

    Attributes:
        spec: What the scenario says of it.
        unit: Its place in the tree.
        clerks: The ids of those who do the work.
        managers: Those who lead it, the first to be phoned first.
        calendar: Its hours; None for all hours.
    """

    def __init__(
        self,
        spec: DepartmentSpec,
        unit: Unit,
        clerks: Sequence[Person],
        managers: Sequence[Person],
        calendar: Calendar | None,
    ) -> None:
        self.spec = spec
        self.unit = unit
        self.clerks = tuple(person.agent_id for person in clerks)
        self.managers = tuple(managers)
        self.people = (*clerks, *managers)
        self.calendar = calendar

    def clerk(self, draw: Draw) -> str:
        """One of its people."""
        return self.clerks[int(draw() * len(self.clerks))]

    def after(self, now_ms: int, length_ms: int) -> int:
        """The instant some working time from now, in UTC milliseconds."""
        return _after(self.calendar, now_ms, length_ms)

    def contacts(self) -> UnitContacts:
        """Whom to phone there."""
        phone = self.spec.phone
        desk = Contact(name=self.spec.desk, phone=f"{phone}0" if phone else "") if self.spec.desk else None
        managers = tuple(
            Contact(name=person.name, person=person.agent_id, phone=f"{phone}{place}" if phone else "")
            for place, person in enumerate(self.managers, 1)
        )
        return UnitContacts(desk=desk, managers=managers)


def _after(calendar: Calendar | None, now_ms: int, length_ms: int) -> int:
    if calendar is None:
        return now_ms + length_ms
    found = calendar.add_open(now_ms, length_ms)
    if isinstance(found, Never):
        raise AssertionError(f"no working time is left in {calendar}")
    return found


class Departments:
    """All of them.

    Args:
        scenario: The floor, with tickets.
        seed: Names the people.
        plan: The floor's own units stand beside these, under the same top unit.
    """

    def __init__(self, scenario: Scenario, tickets: TicketsSpec, seed: int, plan: FloorPlan) -> None:
        self._tickets = tickets
        self._zone = str(plan.zone)
        self._calendars: dict[tuple[str, ...], tuple[str, CalendarDefinition]] = {}
        self._floor_hours = _definition(_FLOOR_HOURS, self._zone, (_floor_span(scenario),))
        self._floor_calendar = Calendar(self._floor_hours)
        top = next((unit for unit in plan.units if not unit.parent), None)
        heads = sum(spec.staff + len(spec.managers) for spec in tickets.units)
        names = iter(agent_names(seed ^ 1, heads, 0))
        self.by_unit: dict[str, Department] = {}
        for spec in tickets.units:
            parent = spec.parent
            if not parent and top is not None and top.level.depth < spec.level.depth:
                parent = top.unit
            unit = Unit(spec.unit, spec.name, spec.level, parent)
            clerks = [
                _person(f"{spec.unit}-{number:02d}", next(names), unit, _CLERK, plan.first_day)
                for number in range(1, spec.staff + 1)
            ]
            managers = [
                _person(f"{spec.unit}-M{number}", next(names)[:1] + title, unit, _MANAGER, plan.first_day)
                for number, title in enumerate(spec.managers, 1)
            ]
            self.by_unit[spec.unit] = Department(spec, unit, clerks, managers, self._calendar(spec.hours))

    @property
    def units(self) -> list[Unit]:
        """Those above first."""
        return [department.unit for department in self.by_unit.values()]

    @property
    def people(self) -> list[Person]:
        """Everybody who works there."""
        return [person for department in self.by_unit.values() for person in department.people]

    def floor_after(self, now_ms: int, length_ms: int) -> int:
        """The instant some of the floor's own working time from now, in UTC milliseconds."""
        return _after(self._floor_calendar, now_ms, length_ms)

    @property
    def granting(self) -> str:
        """Who grants what the line may not: the first who leads a province; empty where nobody does."""
        found = (each for each in self.by_unit.values() if each.unit.level.depth <= GRANTING_LEVEL.depth)
        return next((each.managers[0].agent_id for each in found if each.managers), "")

    def _calendar(self, hours: tuple[str, ...]) -> Calendar | None:
        if hours == ("00:00-24:00",):
            return None
        if hours not in self._calendars:
            name = f"hours-{len(self._calendars) + 1}"
            self._calendars[hours] = (name, _definition(name, self._zone, hours))
        return Calendar(self._calendars[hours][1])

    def book(self, floor_units: Sequence[Unit]) -> PolicyBook:
        """What is promised on this floor: the shipped policies, with these units' hours and telephones.

        Every day of the week counts, and no holiday: the same seed shows the same day whenever it is opened.

        Args:
            floor_units: The floor's own units.
        """
        calendars = dict(self._calendars.values())
        calendars[_FLOOR_HOURS] = self._floor_hours
        unit_calendars = {"": _FLOOR_HOURS}
        for unit, department in self.by_unit.items():
            hours = department.spec.hours
            unit_calendars[unit] = self._calendars[hours][0] if hours in self._calendars else "wall"
        contacts = {unit: department.contacts() for unit, department in self.by_unit.items()}
        if self._tickets.desk:
            desk = UnitContacts(desk=Contact(name=self._tickets.desk, phone=self._tickets.phone))
            # Not at the top, where there is more than one level: the units above would have its contacts, too.
            own = [unit for unit in floor_units if unit.parent] or floor_units
            contacts |= {unit.unit: desk for unit in own}
        update = {"calendars": calendars, "unit_calendars": unit_calendars, "contacts": contacts}
        return shipped_book().model_copy(update=update)


def _floor_span(scenario: Scenario) -> str:
    """The hours in which some shift of the floor works."""
    begin = min(shift.start for shift in scenario.shifts)
    end = max(shift.end for shift in scenario.shifts)
    return f"{begin // 60:02d}:{begin % 60:02d}-{end // 60:02d}:{end % 60:02d}"


def _person(person: str, name: str, unit: Unit, role: str, first_day: date) -> Person:
    return Person(person, name, unit.unit, unit.name, (role,), hired_on=first_day.replace(month=1, day=1))


def _definition(name: str, zone: str, hours: tuple[str, ...]) -> CalendarDefinition:
    weekly = {day: list(hours) for day in _WEEKDAYS}
    return CalendarDefinition.model_validate({"name": name, "zone": zone, "weekly": weekly})
