"""Rules and fold agree: what people may do has the effect they were offered, and is taken back as it was done."""

from __future__ import annotations

from typing import Any, Final

from hypothesis import given
from hypothesis import strategies as st

from app.core.errors import RuleRefused
from app.core.journal import Fact
from app.core.ticket_events import TicketActWithdrawn, TicketCreated
from app.tickets.books import Books
from app.tickets.desk import Deed, Verb
from app.tickets.ground import Ground
from app.tickets.history import fold_ticket
from app.tickets.making import check_deed, facts_of
from app.tickets.model import Ticket, TicketState
from app.tickets.policy_file import shipped_book
from app.tickets.rules import why_not
from app.tickets.undoing import undo_refusal
from tests.tickets.service_ground import GROUND as SITE
from tests.tickets.service_ground import MINUTE_MS, NOW_MS, PEOPLE, UNITS, actor

BOOKS: Final = Books([])
END_MS: Final = NOW_MS + 10_000 * MINUTE_MS

VALUES: Final[dict[Verb, list[dict[str, Any]]]] = {
    **{verb: [{}] for verb in Verb},
    Verb.DISPATCH: [{"unit": "repair"}, {"unit": "crew-3", "person": "zhao"}],
    Verb.FORWARD: [{"unit": "crew-3"}, {"unit": "crew-4", "elsewhere": True}],
    Verb.TRANSFER: [{"unit": "crew-4"}, {"unit": "crew-3"}, {"unit": "crew-3", "person": "zhao"}],
    Verb.DELAY: [{"reason": "雨"}],
    Verb.HOLD: [{"reason": "customer"}, {"reason": "third_party"}, {"reason": "weather"}],
    Verb.RESUME: [{}, {"reason": "customer"}],
    Verb.RETURN: [{"reason": "错派"}, {"reason": "错派", "charged": True}],
    Verb.PHONE: [{"role": "unit", "reached": False}, {"role": "customer", "reached": True}],
    Verb.PROMISE: [{"due_ms": END_MS}],
    Verb.SURVEY: [{"score": 80}],
    Verb.REOPEN: [{"reason": "没修好"}],
    Verb.LINK: [{"to": "call", "target": "c-9"}],
    Verb.UNQUALIFIED: [{"reason": "duplicate"}],
    Verb.NOTE: [{"text": "备注"}],
    Verb.PRIORITISE: [{"priority": 1, "reason": "急"}, {"priority": None, "reason": "误"}],
    Verb.CREDIT: [{"amount_fen": 9_000}],
}

LEADS_TO: Final = {
    Verb.DISPATCH: TicketState.SENT,
    Verb.FORWARD: TicketState.SENT,
    Verb.RECEIVE: TicketState.RECEIVED,
    Verb.DELIVER: TicketState.RECEIVED,
    Verb.ACCEPT: TicketState.ACCEPTED,
    Verb.START: TicketState.WORKING,
    Verb.DEPART: TicketState.WORKING,
    Verb.ARRIVE: TicketState.WORKING,
    Verb.HOLD: TicketState.HELD,
    Verb.RETURN: TicketState.RETURNED,
    Verb.UNQUALIFIED: TicketState.RETURNED,
    Verb.RESOLVE: TicketState.RESOLVED,
    Verb.CLOSE: TicketState.CLOSED,
    Verb.REOPEN: TicketState.RECEIVED,
}

deeds = st.sampled_from([Deed(verb, values) for verb in Verb for values in VALUES[verb]])
walks = st.lists(st.tuples(st.sampled_from(sorted(PEOPLE)), deeds), max_size=120)


def folded(facts: list[Fact]) -> Ticket:
    return fold_ticket("WO-1", facts, BOOKS).ticket


def without_the_record(ticket: Ticket) -> Ticket:
    """A ticket as it stands, whatever the way it came there."""
    return ticket._replace(steps=(), changed_ms=0, acts_open=())


@given(st.sampled_from(["repair", "complaint", "consult"]), walks)
def test_what_may_be_done_has_its_effect_and_can_be_taken_back(ticket_type: str, walk: list[tuple[str, Deed]]) -> None:
    created = TicketCreated(at_ms=NOW_MS, ticket="WO-1", by="hot", act="a0", ticket_type=ticket_type, unit="desk-1")
    facts: list[Fact] = [(1, "tickets", created)]
    ticket = folded(facts)
    for count, (person, deed) in enumerate(walk, 1):
        at_ms = NOW_MS + count * MINUTE_MS
        ground = Ground(UNITS, PEOPLE, shipped_book(), SITE.zone, at_ms)
        check_deed(deed, ground)
        somebody, act = actor(person), f"a{count}"
        if why_not(ticket, deed.verb, somebody, ground):
            continue
        try:
            made = facts_of(ticket, deed, somebody, ground, at_ms, act)
        except RuleRefused:
            continue
        done = [*facts, *((len(facts) + place, "tickets", event) for place, event in enumerate(made, 1))]
        after = folded(done)
        assert after.state is LEADS_TO.get(deed.verb, after.state)
        if deed.verb is Verb.ACCEPT:
            assert after.owner == person
        elif deed.verb is Verb.TRANSFER:
            assert after.unit == deed.values["unit"]
        elif deed.verb is Verb.RECALL:
            assert after.unit == ticket.sender
        assert [step.kind for step in after.steps][len(ticket.steps) :] == [event.kind[7:] for event in made]
        if deed.verb is not Verb.CALL_BACK:
            assert undo_refusal(after, act, somebody, ground) == ""
            withdrawn = TicketActWithdrawn(at_ms=at_ms, ticket="WO-1", by=person, act=f"u{count}", withdrawn=act)
            assert without_the_record(folded([*done, (len(done) + 1, "tickets", withdrawn)])) == without_the_record(
                ticket
            )
        facts, ticket = done, after
    # Nobody is ever stuck: an administrator can always bring it to its end or open it again.
    ground = Ground(UNITS, PEOPLE, shipped_book(), SITE.zone, END_MS)
    ways_on = (Verb.ACCEPT, Verb.RESUME, Verb.RESOLVE, Verb.CLOSE, Verb.REOPEN)
    assert any(not why_not(ticket, verb, actor("root"), ground) for verb in ways_on)
