"""Who may do what to a ticket in which state: every verb, every state, every kind of person."""

from __future__ import annotations

from typing import Final

import pytest

from app.core.errors import RuleRefused, UsageProblem
from app.people.actors import actor_of, acts_for
from app.people.model import Actor, Person
from app.tickets.desk import Verb
from app.tickets.model import Flag, Ticket, TicketState
from app.tickets.rules import check, offers, why_not
from tests.tickets.service_ground import GROUND, NOW_MS, PEOPLE, UNITS, actor, step, ticket

WHO: Final = {"s": "hot", "S": "hot-lead", "o": "wang", "h": "zhao", "l": "crew-lead", "x": "other"}
"""sender, sender's leader, owner, another of the unit that has it, its leader, a stranger."""

GRID: Final = """
            new    sent   received accepted working held   returned resolved closed
dispatch    sSohl  -      -        -        -       -      sSohl    -        -
receive     -      ohl    -        -        -       -      -        -        -
forward     -      -      ohl      ol       ol      -      ohl      -        -
deliver     -      sSohl  -        -        -       -      -        -        -
accept      ohl    ohl    ohl      -        -       -      ohl      -        -
start       -      -      -        ol       -       -      -        -        -
depart      -      -      -        ol       ol      -      -        -        -
arrive      -      -      -        ol       ol      -      -        -        -
delay       -      -      ohl      ol       -       -      -        -        -
contact     sSohl  sSohl  sSohl    sSohl    sSohl   sSohl  sSohl    sSohl    -
hold        -      -      ohl      ol       ol      ol     -        -        -
resume      -      -      -        -        -       ol     -        -        -
transfer    -      -      ohl      ol       ol      ol     -        -        -
return      -      ohl    ohl      ol       ol      -      ohl      -        -
recall      -      sS     sS       S        S       S      -        -        -
phone       sSohlx sSohlx sSohlx   sSohlx   sSohlx  sSohlx sSohlx   sSohlx   -
resolve     ohl    -      ohl      ol       ol      -      ohl      -        -
answer      -      -      -        sSohl    sSohl   -      -        sSohl    -
promise     sSohlx sSohlx sSohlx   sSohlx   sSohlx  sSohlx sSohlx   sSohlx   -
call_back   sSohlx sSohlx sSohlx   sSohlx   sSohlx  sSohlx sSohlx   sSohlx   sSohlx
survey      -      -      -        -        -       -      -        sSohlx   sSohlx
close       sSohl  -      -        -        -       -      sSohl    sSohl    -
reopen      -      -      -        -        -       -      -        sSohl    sSohl
link        sSohlx sSohlx sSohlx   sSohlx   sSohlx  sSohlx sSohlx   sSohlx   sSohlx
unqualified -      ohl    ohl      ol       ol      -      ohl      -        -
note        sSohlx sSohlx sSohlx   sSohlx   sSohlx  sSohlx sSohlx   sSohlx   sSohlx
prioritise  sSohl  sSohl  sSohl    sSohl    sSohl   sSohl  sSohl    -        -
answer_flag ohl    ohl    ohl      ohl      ohl     ohl    ohl      ohl      ohl
credit      sSohl  sSohl  sSohl    sSohl    sSohl   sSohl  sSohl    sSohl    sSohl
"""

_HEAD, *_LINES = GRID.strip().splitlines()
STATES: Final = tuple(map(TicketState, _HEAD.split()))
EXPECTED: Final = {
    (Verb(line.split()[0]), state): set(people) - {"-"}
    for line in _LINES
    for state, people in zip(STATES, line.split()[1:], strict=True)
}


def standing(verb: Verb, state: TicketState) -> Ticket:
    """A ticket with nothing in the verb's way but state and person."""
    flag = Flag("f1", "repeat_call", "c1", NOW_MS)
    sent = step("forwarded" if verb is Verb.DELIVER else "dispatched", "hot")
    return ticket(state, flags=(flag,), steps=(sent,))


def test_the_grid_is_whole() -> None:
    assert set(EXPECTED) == {(verb, state) for verb in Verb for state in TicketState}


@pytest.mark.parametrize("verb", Verb)
@pytest.mark.parametrize("state", TicketState)
def test_every_verb_in_every_state_for_everyone(verb: Verb, state: TicketState) -> None:
    asked = standing(verb, state)
    may = {letter for letter, person in WHO.items() if not why_not(asked, verb, actor(person), GROUND)}
    assert may == EXPECTED[verb, state]
    # An administrator may whatever the state allows.
    assert (not why_not(asked, verb, actor("root"), GROUND)) == bool(EXPECTED[verb, state])


@pytest.mark.parametrize("state", TicketState)
def test_every_refusal_is_one_sentence_and_check_raises_it(state: TicketState) -> None:
    for person in ("other", "hot", "wang", "root"):
        for offer in offers(ticket(state), actor(person), GROUND):
            if offer.why_not:
                assert offer.why_not.endswith(".")
                assert "{" not in offer.why_not
                with pytest.raises(RuleRefused) as refused:
                    check(ticket(state), offer.verb, actor(person), GROUND)
                assert str(refused.value) == offer.why_not
            else:
                check(ticket(state), offer.verb, actor(person), GROUND)
        assert [offer.verb for offer in offers(ticket(state), actor(person), GROUND)] == list(Verb)


def test_who_comes_second_is_told_who_came_first_and_when() -> None:
    taken = ticket(TicketState.ACCEPTED, steps=(step("dispatched", "hot", -5), step("accepted")))
    assert why_not(taken, Verb.ACCEPT, actor("zhao"), GROUND) == "DL-3 has accepted it already: 王芳, 09:41."
    yesterday = taken._replace(steps=(step("accepted", minutes=-24 * 60),))
    assert "2026-11-20 09:41" in why_not(yesterday, Verb.ACCEPT, actor("zhao"), GROUND)
    assert why_not(taken, Verb.RECALL, actor("hot"), GROUND) == (
        "DL-3 has accepted it: only who leads 热线 may take it back now."
    )


def test_a_withdrawn_fact_is_nobodys_reason() -> None:
    facts = (step("accepted", "zhao", -3, is_withdrawn=True), step("accepted", "wang"))
    assert "王芳" in why_not(ticket(TicketState.ACCEPTED, steps=facts), Verb.ACCEPT, actor("zhao"), GROUND)


def test_verbs_too_early_and_too_late_say_so() -> None:
    def said(state: TicketState, verb: Verb) -> str:
        return why_not(ticket(state, steps=(step("accepted"),)), verb, actor("root"), GROUND)

    assert "nobody there has received it" in said(TicketState.SENT, Verb.START)
    assert "accept it first" in said(TicketState.RECEIVED, Verb.DEPART)
    assert "already" in said(TicketState.WORKING, Verb.START)
    assert "not resolved" in said(TicketState.ACCEPTED, Verb.CLOSE)
    assert "resume it first" in said(TicketState.HELD, Verb.RESOLVE)
    assert "reopen it first" in said(TicketState.CLOSED, Verb.TRANSFER)
    assert said(TicketState.WORKING, Verb.RESUME) == "It does not wait for anything."
    assert said(TicketState.WORKING, Verb.REOPEN) == "It is open."


def test_what_stands_in_the_way_beyond_state_and_person() -> None:
    sent = ticket(TicketState.SENT, steps=(step("dispatched"), step("forwarded", minutes=1)))
    assert "deliver it" in why_not(sent, Verb.RECEIVE, actor("wang"), GROUND)
    assert why_not(sent, Verb.DELIVER, actor("wang"), GROUND) == ""
    assert "receive it" in why_not(sent._replace(steps=sent.steps[:1]), Verb.DELIVER, actor("wang"), GROUND)
    nobody = ticket(TicketState.RECEIVED, sender="")
    assert "no one to give it back to" in why_not(nobody, Verb.RETURN, actor("wang"), GROUND)
    held = ticket(TicketState.HELD, holds=("customer", "third_party"))
    assert "hold" in why_not(held, Verb.HOLD, actor("wang"), GROUND)
    assert why_not(held._replace(holds=("customer",)), Verb.HOLD, actor("wang"), GROUND) == ""
    assert "nothing to answer" in why_not(ticket(TicketState.NEW), Verb.ANSWER_FLAG, actor("wang"), GROUND)


def test_for_which_units_people_act() -> None:
    def units_of(somebody: Actor) -> set[str]:
        return {unit for unit in (*UNITS, "unknown") if acts_for(somebody, unit, UNITS)}

    assert units_of(actor("wang")) == {"crew-3"}
    assert units_of(actor("zhao")) == {"crew-3a", "crew-3"}
    assert units_of(actor("crew-lead")) == {"repair", "crew-3", "crew-3a", "crew-4"}
    assert units_of(actor("boss")) == {*UNITS, "unknown"}
    assert units_of(actor("root")) == {*UNITS, "unknown"}
    assert units_of(Actor("new", "new")) == set()
    assert units_of(Actor("free", "free", ("supervisor",))) == {*UNITS, "unknown"}
    assert acts_for(actor("other"), "", UNITS)


def test_who_somebody_at_the_keyboard_is() -> None:
    assert actor_of("nobody-here", PEOPLE) == Actor("nobody-here", "nobody-here", is_administrator=True)
    assert actor_of("wang", PEOPLE) == Actor("wang", "王芳", ("agent",), "crew-3")
    assert actor_of("nobody-here", PEOPLE, "wang") == actor("wang")
    assert actor_of("wang", PEOPLE, "wang") == actor("wang")
    with pytest.raises(RuleRefused, match="administrator"):
        actor_of("wang", PEOPLE, "hot")
    with pytest.raises(UsageProblem, match="no person"):
        actor_of("root", PEOPLE, "nobody")
    assert actor_of("root", {"root": Person("root", "", roles=("admin",))}).name == "root"
