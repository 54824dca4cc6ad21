"""What a dialog says a deed would do to the clocks is what the fold then makes of it."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

from app.tickets.deed_effect import Change, clock_changes
from app.tickets.desk import NewTicket, Verb
from app.tickets.model import Clock, Ticket
from app.tickets.policy_file import shipped_book
from tests.tickets.test_service import Site

Deeds = tuple[tuple[Verb, dict[str, object]], ...]

WALKS: Final[dict[str, tuple[str, Deeds]]] = {
    "repair, each point told": (
        "repair",
        (
            (Verb.DISPATCH, {"unit": "repair"}),
            (Verb.RECEIVE, {}),
            (Verb.FORWARD, {"unit": "crew-3", "elsewhere": True}),
            (Verb.DELIVER, {}),
            (Verb.ACCEPT, {}),
            (Verb.DEPART, {}),
            (Verb.ARRIVE, {}),
            (Verb.RESOLVE, {"solution": "换了保险"}),
            (Verb.CLOSE, {}),
        ),
    ),
    "repair, accepted at once": ("repair", ((Verb.DISPATCH, {"unit": "crew-3"}), (Verb.ACCEPT, {}), (Verb.ARRIVE, {}))),
    "repair, transferred": (
        "repair",
        ((Verb.DISPATCH, {"unit": "repair"}), (Verb.RECEIVE, {}), (Verb.TRANSFER, {"unit": "crew-4"})),
    ),
    "complaint, held and resumed": (
        "complaint",
        (
            (Verb.DISPATCH, {"unit": "crew-3"}),
            (Verb.ACCEPT, {}),
            (Verb.HOLD, {"reason": "customer"}),
            (Verb.HOLD, {"reason": "third_party"}),
            (Verb.RESUME, {"reason": "customer"}),
            (Verb.RESUME, {}),
            (Verb.CONTACT, {}),
            (Verb.RESOLVE, {}),
            (Verb.ANSWER, {}),
            (Verb.CLOSE, {}),
        ),
    ),
    "repair, returned": (
        "repair",
        ((Verb.DISPATCH, {"unit": "crew-3"}), (Verb.RECEIVE, {}), (Verb.RETURN, {"reason": "不归我们"})),
    ),
    "repair, returned at fault": (
        "repair",
        (
            (Verb.DISPATCH, {"unit": "crew-3"}),
            (Verb.RECEIVE, {}),
            (Verb.RETURN, {"reason": "拖了", "charged": True}),
        ),
    ),
    "repair, recalled": ("repair", ((Verb.DISPATCH, {"unit": "crew-3"}), (Verb.RECALL, {"reason": "派错"}))),
    "consult": ("consult", ((Verb.ACCEPT, {}), (Verb.CONTACT, {}), (Verb.RESOLVE, {}), (Verb.CLOSE, {}))),
    "transact": ("transact", ((Verb.DISPATCH, {"unit": "crew-3"}), (Verb.ACCEPT, {}), (Verb.RESOLVE, {}))),
}


def by_run(ticket: Ticket) -> dict[tuple[str, int, int], Clock]:
    return {(clock.stage, clock.cycle, clock.run): clock for clock in ticket.clocks}


def happened(before: Ticket, after: Ticket, verb: Verb) -> set[tuple[Change, str]]:
    """What became of the clocks. Those of the sender that a return lets go on are told by a sentence of its own."""
    was, found = by_run(before), set()
    for key, clock in by_run(after).items():
        old = was.get(key)
        if old is None or (old.stopped_ms is not None and clock.is_open):
            # One that began and ended with the deed itself took no time from anybody.
            if clock.is_open and verb not in (Verb.RETURN, Verb.RECALL):
                found.add((Change.STARTS, clock.stage))
        elif old.is_open and not clock.is_open:
            is_void = clock.is_void and verb in (Verb.RETURN, Verb.RECALL)
            found.add((Change.STOPS_UNCHARGED if is_void else Change.STOPS, clock.stage))
        elif old.is_running and clock.is_paused:
            found.add((Change.PAUSES, clock.stage))
        elif old.is_paused and clock.is_running:
            found.add((Change.RESUMES, clock.stage))
    return found


@pytest.mark.parametrize("name", list(WALKS))
def test_what_is_said_is_what_becomes_of_the_clocks(tmp_path: Path, name: str) -> None:
    ticket_type, deeds = WALKS[name]
    site = Site(tmp_path / "floor.db")
    number = site.desk("root").create(NewTicket(ticket_type, name, unit="desk-1"))
    for verb, values in deeds:
        before = site.ticket(number)
        said = clock_changes(before, shipped_book(), verb, values)
        site.do("root", number, verb, **values)
        after = site.ticket(number)
        assert {(each.change, each.stage) for each in said if each.change is not Change.RUNS_ON} == happened(
            before, after, verb
        ), (verb, before.state)
        limits = {clock.stage: clock.limit_seconds for clock in after.clocks if clock.is_open}
        for each in said:
            if each.change is Change.STARTS and each.stage in limits:
                assert limits[each.stage] == each.limit_seconds


def test_an_unknown_type_says_nothing(tmp_path: Path) -> None:
    site = Site(tmp_path / "floor.db")
    number = site.desk("root").create(NewTicket("repair", "x", unit="desk-1"))
    ticket = site.ticket(number)._replace(ticket_type="own")
    assert clock_changes(ticket, shipped_book(), Verb.CLOSE, {}) == []
