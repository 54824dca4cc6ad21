"""docs/tickets-cli.md is true: its keys, its verbs with their values, and who may do what in which state."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from app.people.actors import ADMINISTRATOR_ROLES, LEADER_ROLES
from app.tickets.desk import Verb
from app.tickets.ground import Part
from app.tickets.making import VALUES
from app.tickets.model import TicketState
from app.tickets.rules import TABLE

PAGE = (Path(__file__).parents[2] / "docs" / "tickets-cli.md").read_text("utf-8")


def rows_under(heading: str) -> Iterator[list[str]]:
    """The cells of the tables of a section, headers too."""
    section = PAGE.split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]
    for line in section.splitlines():
        if line.startswith("| ") and not line.startswith("| ---"):
            yield [cell.strip() for cell in line.strip("|").split("|")]


def codes(cell: str) -> list[str]:
    return re.findall(r"`([a-z_]+)`", cell)


def keys_of(heading: str, column: str) -> list[str]:
    """The keys of the table whose first column is so called."""
    found: list[str] = []
    is_inside = False
    for cells in rows_under(heading):
        if not cells[0].startswith("`"):
            is_inside = cells[0] == column
        elif is_inside:
            found += codes(cells[0])
    return found


LIST_KEYS = keys_of("`tickets list`", "key")
SHOW_KEYS = keys_of("`tickets show`", "key")
CLOCK_KEYS = keys_of("`tickets show`", "key of a clock")


def test_every_verb_has_its_values() -> None:
    told = {cells[0].strip("`"): tuple(codes(cells[1])) for cells in rows_under("`tickets act`") if "`" in cells[0]}
    assert told == {verb.value: VALUES[verb] for verb in Verb}


def states_of(cell: str) -> frozenset[TicketState]:
    if cell.startswith("all"):
        return frozenset(state for state in TicketState if state.value not in cell)
    return frozenset(state for state in TicketState if re.search(rf"\b{state.value}\b", cell))


def test_who_may_do_what_is_the_table() -> None:
    words = {
        "anyone": Part.ANYONE,
        "holder": Part.HOLDER,
        "handler": Part.HANDLER,
        "sender": Part.SENDER,
        "sender's leader": Part.SENDER_LEADER,
        "origin": Part.ORIGIN,
    }
    told = {
        (Verb(verb), states_of(states), frozenset(words[part] for part in parts.split(", ")))
        for verbs, states, parts in rows_under("Who may do what")
        for verb in codes(verbs)
    }
    assert told == set(TABLE)


def test_every_role_that_counts_is_named() -> None:
    page = PAGE.split("## Who does it\n", 1)[1].split("\n## ", 1)[0]
    assert all(role in page for role in LEADER_ROLES | ADMINISTRATOR_ROLES)
