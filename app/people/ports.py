"""What people and units ask of storage."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from app.people.model import Person, Unit


class PeopleReader(Protocol):
    """Who there is."""

    def people(self) -> dict[str, Person]:
        """Everyone, by agent id and in its order."""
        ...

    def units(self) -> dict[str, Unit]:
        """Every unit, by id and in its order."""
        ...

    def acd_map(self) -> dict[str, str]:
        """The agent id behind each id a telephone system may use; an agent id stands for itself."""
        ...

    def revision(self) -> int:
        """A number that grows whenever a person or a unit changes."""
        ...


class PeopleStore(PeopleReader, Protocol):
    """Who there is, and the way to change it. Changes are made inside a write transaction."""

    def save_people(self, people: Sequence[Person]) -> None:
        """Add people, or replace those of the same agent id."""
        ...

    def save_units(self, units: Sequence[Unit]) -> None:
        """Add units, or replace those of the same id."""
        ...
