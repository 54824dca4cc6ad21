"""The rows that a report of tickets gathers its figures into: the whole, or by unit, type, handler or day."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import Final, Literal, get_args

from app.core.errors import UsageProblem
from app.core.event_fields import LATEST_MS
from app.core.i18n import _
from app.core.zones import at, borders
from app.people.model import Person, Unit
from app.tickets.figures import StageFigures, TicketFigures
from app.tickets.model import Ticket

By = Literal["all", "unit", "type", "handler", "day"]

BY: Final[tuple[By, ...]] = get_args(By)

DAY_MINUTES: Final = 1440


@dataclass(frozen=True, slots=True)
class TicketQuestion:
    """What a report of tickets is about.

    Attributes:
        start_ms: First instant.
        end_ms: First instant after.
        by: What one row is about.
        zone: Whose midnight divides the days.
        now_ms: What stands open is counted at the end of the range, but never past this instant.
    """

    start_ms: int
    end_ms: int
    by: By
    zone: tzinfo
    now_ms: int

    def check(self) -> None:
        """Refuse a range that is none.

        Raises:
            UsageProblem: When it is empty or back to front.
        """
        if self.end_ms <= self.start_ms:
            raise UsageProblem(_("The range is empty: --to must lie after --from."))


class Places:
    """Which row something belongs to.

    Args:
        asked: The question.
    """

    def __init__(self, asked: TicketQuestion) -> None:
        asked.check()
        self._asked = asked
        every = DAY_MINUTES if asked.by == "day" else None
        self._marks = borders(asked.start_ms, asked.end_ms, every, asked.zone)
        self._days = [at(mark_ms, asked.zone).date().isoformat() for mark_ms in self._marks[:-1]]

    def place(self, at_ms: int, unit: str, person: str, ticket_type: str) -> str | None:
        """The row of something that happened; None where it lies outside the range."""
        asked = self._asked
        if not asked.start_ms <= at_ms < asked.end_ms:
            return None
        match asked.by:
            case "day":
                return self._days[bisect_right(self._marks, at_ms) - 1]
            case "unit":
                return unit
            case "type":
                return ticket_type
            case "handler":
                return person
            case _:
                return ""

    def first_rows(self) -> Sequence[str]:
        """The rows that are there whatever happened: every day, the whole."""
        match self._asked.by:
            case "day":
                return self._days
            case "all":
                return ("",)
            case _:
                return ()

    def ends(self) -> Sequence[tuple[int, int]]:
        """The instants at which is counted what stands open, each with an instant of the row it belongs to: the end
        of the range, of each day by day, or now where that comes first. Days that have not begun have none."""
        ends = zip(self._marks[:-1], self._marks[1:], strict=True)
        now_ms = self._asked.now_ms
        return [(min(end_ms, now_ms), start_ms) for start_ms, end_ms in ends if start_ms < now_ms]


class _Place:
    """Where what is counted of a ticket goes.

    Args:
        places: Which row something belongs to.
    """

    def __init__(self, places: Places) -> None:
        self._places = places
        self._ticket_type = ""
        self._created_ms = 0
        self._row_ms: int | None = None

    def begin(self, ticket: Ticket) -> None:
        """Count what happened to another ticket from now on."""
        self._ticket_type, self._created_ms, self._row_ms = ticket.ticket_type, ticket.created_ms, None

    def stand(self, row_ms: int) -> None:
        """Count how the ticket stands from now on, into the row that an instant belongs to: what stands at the end of a
        day belongs to it, though that instant is the first of the next."""
        self._row_ms = row_ms

    def key(self, at_ms: int, unit: str, person: str) -> str | None:
        """The row of something; None where it lies outside the range. What was told of a time before the writing counts
        at the writing: the ticket was not there before."""
        at_ms = max(at_ms, self._created_ms) if self._row_ms is None else self._row_ms
        return self._places.place(at_ms, unit, person, self._ticket_type)

    @property
    def ticket_type(self) -> str:
        """Of the ticket that is being counted."""
        return self._ticket_type


class TicketRows(dict[str, TicketFigures]):
    """Figures by row, made when something first counts for one.

    Args:
        places: Which row something belongs to.
    """

    def __init__(self, places: Places) -> None:
        super().__init__((key, TicketFigures()) for key in places.first_rows())
        self.place = _Place(places)

    def __missing__(self, key: str) -> TicketFigures:
        figures = self[key] = TicketFigures()
        return figures

    def cell(self, at_ms: int, unit: str, person: str) -> TicketFigures | None:
        """The figures that something counts into; None where it lies outside the range."""
        key = self.place.key(at_ms, unit, person)
        return None if key is None else self[key]


class StageRows(dict[tuple[str, str, str], StageFigures]):
    """Figures by row, type and stage; likewise.

    Args:
        places: Which row something belongs to.
    """

    def __init__(self, places: Places) -> None:
        super().__init__()
        self.place = _Place(places)

    def __missing__(self, key: tuple[str, str, str]) -> StageFigures:
        figures = self[key] = StageFigures()
        return figures

    def cell(self, at_ms: int, unit: str, person: str, stage: str) -> StageFigures | None:
        """The figures that a clock counts into; None where it lies outside the range."""
        key = self.place.key(at_ms, unit, person)
        return None if key is None else self[key, self.place.ticket_type, stage]


def ends_while_there(ticket: Ticket, ends: Sequence[tuple[int, int]]) -> Sequence[tuple[int, int]]:
    """Those of `Places.ends` that lie between the writing of a ticket and its closing: at the others it is not open."""
    first = bisect_right(ends, (ticket.created_ms, LATEST_MS))
    last = len(ends) if ticket.closed_ms is None else bisect_right(ends, (ticket.closed_ms, LATEST_MS))
    return ends[first:last]


@dataclass(frozen=True, slots=True)
class Called:
    """What people call units and persons."""

    units: Mapping[str, Unit]
    persons: Mapping[str, Person]

    def unit(self, unit: str) -> str:
        """The name of a unit; its id where none is known."""
        return self.units[unit].name if unit in self.units else unit

    def person(self, person: str) -> str:
        """The name of a person; their id where none is known."""
        return self.persons[person].name if person in self.persons else person

    def head(self, by: By, key: str) -> dict[str, object]:
        """The columns that say what a row is about; none for the whole."""
        match by:
            case "unit":
                return {"unit": key, "unit_name": self.unit(key)}
            case "handler":
                return {"handler": key, "handler_name": self.person(key)}
            case "all":
                return {}
            case _:
                return {by: key}
