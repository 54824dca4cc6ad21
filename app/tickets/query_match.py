"""What each term of a filter means for a ticket. Asked of twenty thousand rows with every key press, so made once."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Final, NamedTuple, cast

from app.tickets.model import Clock
from app.tickets.picture import TicketRow
from app.tickets.query_terms import Amount, Term
from app.tickets.query_words import LEVELS, PRIORITIES, folded
from app.tickets.urgency import Urgency, urgency
from app.tickets.urgency import left_ms as clock_left_ms

Holds = Callable[[TicketRow, int, str], bool]
"""Whether something holds of a row at a moment for an actor."""


class Predicate(NamedTuple):
    """A question about a row, and how long it takes to answer compared with others."""

    holds: Holds
    cost: int


_REMEMBERED: Final = 4_096
"""Texts of which a predicate remembers the answer."""

_COMPARE: Final[Mapping[str, Callable[[int, int], bool]]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}

_TEXTS: Final[Mapping[str, tuple[Callable[[TicketRow], str], ...]]] = {
    "ticket": (operator.attrgetter("ticket"),),
    "title": (operator.attrgetter("title"),),
    "unit": (operator.attrgetter("unit_name"), operator.attrgetter("unit")),
    "owner": (operator.attrgetter("owner_name"), operator.attrgetter("owner")),
    "sender": (operator.attrgetter("sender"),),
    "customer": (operator.attrgetter("customer"),),
    "caller": (operator.attrgetter("caller"),),
    "subject": (operator.attrgetter("subject"),),
    "area": (operator.attrgetter("area"),),
    "service": (operator.attrgetter("service"),),
}
"""Where the keys that take a part of a text look."""

_FEW: Final = frozenset({"unit", "owner", "sender", "subject", "area", "service"})
"""Keys of which many tickets have the same text."""

_LEVEL_RANKS: Final = {level: -rank for rank, level in enumerate(LEVELS)}
_PRIORITY_RANKS: Final = {priority: -rank for rank, priority in enumerate(PRIORITIES)}
"""Higher is more: a group is more than a city, top is more than normal."""


def left_ms(row: TicketRow, now_ms: int) -> int | None:
    """Time until the next clock is due, negative when it has passed; of a paused clock, what it has left.

    None where there is no clock, or it is never due.
    """
    return None if row.next_clock is None else clock_left_ms(row.next_clock, now_ms)


_FLAGS: Final[Mapping[str, Holds]] = {
    # The next clock is due before any other: where it is not overdue, none is.
    "overdue": lambda row, now_ms, _actor: row.due_ms is not None and row.due_ms < now_ms,
    "warned": lambda row, now_ms, _actor: urgency(row, now_ms) is Urgency.WARNED,
    "paused": lambda row, now_ms, _actor: row.due_ms is None and urgency(row, now_ms) is Urgency.PAUSED,
    "mine": lambda row, _now_ms, actor: bool(actor) and row.owner == actor,
    "unowned": lambda row, _now_ms, _actor: not row.owner,
    "flagged": lambda row, _now_ms, _actor: row.has_flag,
    "returned": lambda row, _now_ms, _actor: row.returns > 0,
    "promised": lambda row, _now_ms, _actor: row.call_back_ms is not None,
    "reopened": lambda row, _now_ms, _actor: row.cycle > 1,
}


def predicate(term: Term) -> Predicate:
    """What a term asks of a row."""
    made = _predicate(term)
    if not term.is_negated:
        return made
    holds = made.holds
    return Predicate(lambda row, now_ms, actor: not holds(row, now_ms, actor), made.cost)


def _predicate(term: Term) -> Predicate:
    if not term.operator:
        return Predicate(_FLAGS[term.key], 1)
    if term.key == "text":
        return Predicate(_text(tuple(map(str, term.values))), 3)
    if term.key in _TEXTS:
        return Predicate(_part(term, tuple(map(str, term.values))), 4)
    if term.key in ("stage", "role"):
        return Predicate(_of_clock(term, tuple(map(str, term.values))), 4)
    if term.key in ("due", "age"):
        return Predicate(_duration(term), 2)
    if term.key in ("stars", "returns", "cycle"):
        return Predicate(_number(term), 1)
    return Predicate(_word(term), 2)


def _text(values: tuple[str, ...]) -> Holds:
    def holds(row: TicketRow, _now_ms: int, _actor: str) -> bool:
        # The row's words are in lower case already; only other scripts have full-width forms.
        text = row.text if row.text.isascii() else folded(row.text)
        return any(value in text for value in values)

    def holds_one(row: TicketRow, _now_ms: int, _actor: str) -> bool:
        return values[0] in (row.text if row.text.isascii() else folded(row.text))

    return holds if len(values) > 1 else holds_one


def _has_part(values: tuple[str, ...]) -> Callable[[str], bool]:
    """Whether a text has one of some parts."""
    if len(values) == 1:
        [value] = values
        return lambda text: value in folded(text)
    return lambda text: any(value in folded(text) for value in values)


def _remembered(has_part: Callable[[str], bool]) -> Callable[[str], bool]:
    """The same with its answers remembered, where rows are many and texts are few: units, areas, stages."""
    return lru_cache(_REMEMBERED)(has_part)


def _asked(term: Term, values: tuple[str, ...]) -> Callable[[str], bool]:
    """What a term asks of a text: to have one of some parts, or to be one of them."""
    if term.operator == "=":
        wanted = frozenset(values)
        return lambda text: folded(text) in wanted
    return _has_part(values)


def _part(term: Term, values: tuple[str, ...]) -> Holds:
    first, *others = _TEXTS[term.key]
    has_part = _asked(term, values)
    if term.key == "unit" and term.operator != "=":
        return _unit(has_part)
    if term.key in _FEW:
        has_part = _remembered(has_part)
    if not others:
        return lambda row, _now_ms, _actor: has_part(first(row))
    [second] = others
    return lambda row, _now_ms, _actor: has_part(first(row)) or has_part(second(row))


def _unit(has_part: Callable[[str], bool]) -> Holds:
    """Whether the unit that has it, or one above that, is called so: a city's tickets are those of its teams too."""

    @lru_cache(_REMEMBERED)
    def is_below(unit_name: str, unit: str, units_above: tuple[tuple[str, str], ...]) -> bool:
        return any(has_part(text) for pair in ((unit_name, unit), *units_above) for text in pair)

    return lambda row, _now_ms, _actor: is_below(row.unit_name, row.unit, row.units_above)


def _of_clock(term: Term, values: tuple[str, ...]) -> Holds:
    """Whether an open clock is of a stage, or of a role."""
    field: Callable[[Clock], str] = operator.attrgetter(term.key)
    has_part = _remembered(_asked(term, values))
    return lambda row, _now_ms, _actor: any(clock.stopped_ms is None and has_part(field(clock)) for clock in row.clocks)


def _duration(term: Term) -> Holds:
    amounts = cast("tuple[Amount, ...]", term.values)
    is_age = term.key == "age"
    if term.operator == ":":
        wanted = [(amount.unit_seconds * 1000, amount.number) for amount in amounts]

        def is_one(row: TicketRow, now_ms: int, _actor: str) -> bool:
            found_ms = now_ms - row.created_ms if is_age else left_ms(row, now_ms)
            return found_ms is not None and any(found_ms // unit_ms == number for unit_ms, number in wanted)

        return is_one
    [amount] = amounts
    compare, limit_ms = _COMPARE[term.operator], amount.number * amount.unit_seconds * 1000
    if is_age:
        return lambda row, now_ms, _actor: compare(now_ms - row.created_ms, limit_ms)

    def holds(row: TicketRow, now_ms: int, _actor: str) -> bool:
        found_ms = left_ms(row, now_ms)
        return found_ms is not None and compare(found_ms, limit_ms)

    return holds


def _number(term: Term) -> Holds:
    field: Callable[[TicketRow], int | None] = operator.attrgetter(term.key)
    numbers = cast("tuple[int, ...]", term.values)
    if term.operator == ":":
        wanted = frozenset(numbers)
        return lambda row, _now_ms, _actor: field(row) in wanted
    compare, [limit] = _COMPARE[term.operator], numbers

    def holds(row: TicketRow, _now_ms: int, _actor: str) -> bool:
        found = field(row)
        return found is not None and compare(found, limit)

    return holds


def _word(term: Term) -> Holds:
    """Type, state, reason, priority and level: whole words, of which the last two have an order."""
    wanted = frozenset(map(str, term.values))
    if term.operator == ":":
        if term.key == "reason":
            return lambda row, _now_ms, _actor: any(reason in wanted for reason in row.reasons)
        field: Callable[[TicketRow], str] = operator.attrgetter("ticket_type" if term.key == "type" else term.key)
        return lambda row, _now_ms, _actor: folded(field(row)) in wanted
    compare, [value] = _COMPARE[term.operator], map(str, term.values)
    if term.key == "priority":
        limit = _PRIORITY_RANKS[value]
        return lambda row, _now_ms, _actor: compare(_PRIORITY_RANKS[row.priority], limit)
    level_limit = _LEVEL_RANKS[value]

    def holds(row: TicketRow, _now_ms: int, _actor: str) -> bool:
        rank = _LEVEL_RANKS.get(folded(row.level))
        return rank is not None and compare(rank, level_limit)

    return holds
