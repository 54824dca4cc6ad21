"""Who sits on what: the open tickets of each unit and each person, counted."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import NamedTuple

from app.tickets.picture import TicketRow
from app.tickets.query_terms import Term, term_text
from app.tickets.query_words import folded
from app.tickets.urgency import SOON_MS, Urgency, is_due_within, urgency


class Holder(NamedTuple):
    """What a unit has, or a person of it.

    Attributes:
        unit: The unit's id.
        unit_name: What people call it.
        owner: The person's id; None for the unit as a whole, empty for what nobody of it has taken on.
        owner_name: What people call them.
        open: All tickets.
        overdue: Those with a running clock past its limit.
        soon: Those that will be late within the hour if nothing happens.
        paused: Those whose open clocks all wait.
        returned: Those that were given back at least once.
        first_due_ms: When the first of them is due; None where none is.
    """

    unit: str
    unit_name: str
    owner: str | None
    owner_name: str
    open: int = 0
    overdue: int = 0
    soon: int = 0
    paused: int = 0
    returned: int = 0
    first_due_ms: int | None = None

    @property
    def key(self) -> str:
        """What tells it from the others."""
        return self.unit if self.owner is None else f"{self.unit}\n{self.owner}"


def holders(rows: Iterable[TicketRow], now_ms: int) -> list[Holder]:
    """The units, those with the most overdue first, and below each its people in the same order."""
    found: dict[str, dict[str | None, list[int]]] = {}
    names: dict[tuple[str, str | None], tuple[str, str]] = {}
    for row in rows:
        stands = urgency(row, now_ms)
        due_ms = -1 if row.due_ms is None else row.due_ms
        more = (1, stands is Urgency.OVERDUE, is_due_within(row, now_ms, SOON_MS), stands is Urgency.PAUSED)
        of_unit = found.setdefault(row.unit, {})
        for owner in (None, row.owner):
            counted = of_unit.get(owner)
            if counted is None:
                counted = of_unit[owner] = [0, 0, 0, 0, 0, -1]
                names[row.unit, owner] = (row.unit_name, row.owner_name if owner else "")
            for at, count in enumerate(more):
                counted[at] += count
            counted[4] += row.returns > 0
            if due_ms >= 0 and (counted[5] < 0 or due_ms < counted[5]):
                counted[5] = due_ms
    made = {
        unit: [_holder(unit, owner, names[unit, owner], counted) for owner, counted in owners.items()]
        for unit, owners in found.items()
    }
    units = sorted(made.values(), key=lambda each: _rank(each[0]))
    return [holder for whole, *people in units for holder in (whole, *sorted(people, key=_rank))]


def _holder(unit: str, owner: str | None, names: tuple[str, str], counted: list[int]) -> Holder:
    opened, overdue, soon, paused, returned, due_ms = counted
    first_due_ms = None if due_ms < 0 else due_ms
    return Holder(unit, names[0], owner, names[1], opened, overdue, soon, paused, returned, first_due_ms)


def filter_of(holder: Holder, found: Collection[Holder]) -> str:
    """The filter that finds just what a holder has: by names, or by ids where a name is not one holder's alone.

    Args:
        holder: The unit or the person.
        found: All holders.
    """
    terms: list[Term] = []
    if holder.unit:
        is_alone = all(each.unit == holder.unit or each.unit_name != holder.unit_name for each in found)
        name = holder.unit_name if is_alone and holder.unit_name else holder.unit
        terms.append(Term("unit", "=", (folded(name),)))
    if holder.owner:
        people = {each.owner for each in found if each.owner_name == holder.owner_name}
        terms.append(Term("owner", "=", (folded(holder.owner_name if people == {holder.owner} else holder.owner),)))
    elif holder.owner is not None:
        terms.append(Term("unowned", "", ()))
    return " ".join(map(term_text, terms))


def _rank(holder: Holder) -> tuple[int, int, int, str, str]:
    return (-holder.overdue, -holder.soon, -holder.open, holder.unit_name, holder.owner or "")
