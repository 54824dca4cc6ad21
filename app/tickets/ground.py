"""What the rules of tickets stand on: the site as it is now, and what somebody has to do with a ticket."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import tzinfo
from enum import StrEnum

from app.core.text import inert
from app.core.zones import at
from app.people.model import Person, Unit
from app.tickets.policy import PolicyBook


@dataclass(frozen=True, slots=True)
class Ground:
    """What the rules know besides the ticket.

    Attributes:
        units: The tree of units, by id.
        people: The roster, by agent id.
        book: The policy book in force.
        zone: The site's zone: instants in sentences are local.
        now_ms: The present instant.
    """

    units: Mapping[str, Unit]
    people: Mapping[str, Person]
    book: PolicyBook
    zone: tzinfo
    now_ms: int

    def unit_name(self, unit: str) -> str:
        """What people call a unit, safe to show; its id where the tree does not know it."""
        found = self.units.get(unit)
        return inert(found.name if found is not None and found.name else unit)

    def person_name(self, person: str) -> str:
        """What people call somebody, safe to show; the id where the roster does not know it."""
        found = self.people.get(person)
        return inert(found.name if found is not None and found.name else person)

    def moment(self, at_ms: int) -> str:
        """An instant as a person says it: the local time, with the date where that is not today's."""
        then, now = at(at_ms, self.zone), at(self.now_ms, self.zone)
        return then.strftime("%H:%M" if then.date() == now.date() else "%Y-%m-%d %H:%M")


class Part(StrEnum):
    """What somebody has to do with a ticket."""

    ANYONE = "anyone"
    """Everyone of the site."""
    HOLDER = "holder"
    """Acts for the unit that has it."""
    HANDLER = "handler"
    """The owner, or a leader of the unit that has it; while nobody owns it, whoever acts for that unit."""
    SENDER = "sender"
    """Acts for the unit that sent it."""
    SENDER_LEADER = "sender_leader"
    """Leads the unit that sent it."""
    ORIGIN = "origin"
    """Wrote it, or acts for the unit that wrote it."""
