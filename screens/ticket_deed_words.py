"""The words of deeds on tickets: what each is called, and what may be chosen in it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from app.core.i18n import N_
from app.tickets.desk import Verb
from app.tickets.model import Priority
from widgets.ticket_words import PRIORITY_WORDS

VERBS: Final[Mapping[Verb, str]] = MappingProxyType(
    {
        Verb.DISPATCH: N_("Dispatch"),
        Verb.RECEIVE: N_("Receive"),
        Verb.FORWARD: N_("Send on to a crew"),
        Verb.DELIVER: N_("Delivered to the crew"),
        Verb.ACCEPT: N_("Accept"),
        Verb.START: N_("Begin work"),
        Verb.DEPART: N_("Crew departs"),
        Verb.ARRIVE: N_("Crew arrives"),
        Verb.DELAY: N_("Cannot leave yet"),
        Verb.CONTACT: N_("Customer contacted"),
        Verb.HOLD: N_("Hold"),
        Verb.RESUME: N_("Resume"),
        Verb.TRANSFER: N_("Transfer"),
        Verb.RETURN: N_("Return to the sender"),
        Verb.RECALL: N_("Recall"),
        Verb.PHONE: N_("Log a phone call"),
        Verb.RESOLVE: N_("Resolve"),
        Verb.ANSWER: N_("Answer to the customer"),
        Verb.PROMISE: N_("Promise a call"),
        Verb.CALL_BACK: N_("Log a call-back"),
        Verb.SURVEY: N_("Survey"),
        Verb.CLOSE: N_("Close"),
        Verb.REOPEN: N_("Reopen"),
        Verb.LINK: N_("Link"),
        Verb.UNQUALIFIED: N_("Mark unqualified"),
        Verb.NOTE: N_("Note"),
        Verb.PRIORITISE: N_("Set the priority"),
        Verb.ANSWER_FLAG: N_("Answer the flag"),
        Verb.CREDIT: N_("Credit"),
    }
)
"""What each verb is called: the title of its dialog."""

HOLD_REASONS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "customer": N_("the customer"),
        "third_party": N_("a third party"),
        "parts": N_("parts"),
        "weather": N_("the weather"),
        "other": N_("something else"),
    }
)

UNQUALIFIED_REASONS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "should_not_exist": N_("it should not exist"),
        "missing_facts": N_("facts are missing"),
        "wrong_unit": N_("it is not for us"),
        "duplicate": N_("there is one already"),
    }
)

PHONED_ROLES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "customer": N_("customer"),
        "sender": N_("sender"),
        "unit": N_("unit"),
        "manager_1": N_("first manager"),
        "manager_2": N_("second manager"),
        "other": N_("somebody else"),
    }
)

PEOPLE_ROLES: Final[Mapping[str, str]] = MappingProxyType({"owner": N_("who has it"), **PHONED_ROLES})
"""Whom an escalation tells, and who is to be phoned."""

LINK_TARGETS: Final[Mapping[str, str]] = MappingProxyType(
    {"ticket": N_("ticket"), "call": N_("call"), "notice": N_("notice")}
)

FLAG_STEPS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "acknowledged": N_("seen"),
        "called_back": N_("called back"),
        "written_back": N_("written back"),
    }
)

PRIORITIES: Final[tuple[tuple[int | None, str], ...]] = (
    *((priority.rank, PRIORITY_WORDS[priority]) for priority in Priority),
    (None, N_("as the rule says")),
)
"""Ranks of priorities with their words; None gives it back to the rule."""

RISKS: Final[tuple[tuple[tuple[str, ...], str], ...]] = (
    ((), N_("none")),
    (("regulator",), N_("regulator")),
    (("media",), N_("media")),
    (("regulator", "media"), N_("regulator and media")),
)
