"""What each deed on a ticket asks of a person: a table of fields per verb, from which the dialog is made."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from enum import StrEnum
from types import MappingProxyType
from typing import Final, NamedTuple

from app.core.errors import UsageProblem
from app.core.event_fields import NAME_LIMIT
from app.core.i18n import N_, _
from app.tickets.desk import TicketPicture, Verb
from app.tickets.typed import read_ahead, read_fen, read_number
from screens.ticket_deed_words import (
    FLAG_STEPS,
    HOLD_REASONS,
    LINK_TARGETS,
    PHONED_ROLES,
    PRIORITIES,
    UNQUALIFIED_REASONS,
)
from widgets.cells import shown

NOTE_LIMIT: Final = 500
"""Longer than this nobody writes into one line."""


class FieldKind(StrEnum):
    """How a field is filled in."""

    TEXT = "text"
    CHOICE = "choice"
    """One of a few, gone through with the arrows."""
    UNIT = "unit"
    """One of many, found by typing."""
    PERSON = "person"
    """One of the people of the unit that was chosen above it."""
    MONEY = "money"
    NUMBER = "number"
    AHEAD = "ahead"
    """An instant that lies ahead."""


class Option(NamedTuple):
    """One of a few.

    Attributes:
        value: What the deed gets; None gives nothing.
        word: What it is called, a message id; may be empty.
        name: What follows it, from data.
        fills: Texts for other fields, by name, when it is chosen.
    """

    value: object
    word: str = ""
    name: str = ""
    fills: Mapping[str, str] = MappingProxyType({})

    @property
    def label(self) -> str:
        """It, in the present language."""
        return " ".join(part for part in (_(self.word), shown(self.name)) if part)


Options = Callable[[TicketPicture | None], Sequence[Option]]


def _none(_picture: TicketPicture | None) -> Sequence[Option]:
    return ()


def _nothing(_picture: TicketPicture | None) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class FormField:
    """A field of a form.

    Attributes:
        name: The value of the deed that it fills.
        label: What stands before it; a message id.
        kind: How it is filled in.
        is_required: Nothing is done without it.
        hint: What stands in it while it is empty; a message id.
        options: Of a choice, for the ticket; the first is chosen at first.
        initial: What stands in it at first.
        high: The largest of a number; from 0.
        gives_none: The deed is told when nothing is chosen.
    """

    name: str
    label: str
    kind: FieldKind = FieldKind.TEXT
    is_required: bool = False
    hint: str = ""
    options: Options = _none
    initial: Callable[[TicketPicture | None], str] = _nothing
    high: int = 0
    gives_none: bool = False

    @property
    def limit(self) -> int:
        """Characters that fit in."""
        return NOTE_LIMIT if self.name in _LONG else NAME_LIMIT


_LONG: Final = frozenset({"note", "reason", "solution", "text", "comment", "title", "wording"})


def _static(words: Mapping[str, str], *, optional: bool = False) -> Options:
    options = tuple(Option(value, word) for value, word in words.items())
    return lambda _picture: (UNCHOSEN, *options) if optional else options


UNCHOSEN: Final = Option(None, "–")
"""Stands first where nothing may be guessed."""

YES_NO: Final = (UNCHOSEN, Option(True, N_("yes")), Option(False, N_("no")))
NO_YES: Final = (Option(False, N_("no")), Option(True, N_("yes")))


def _hold_options(picture: TicketPicture | None) -> Sequence[Option]:
    """The reasons the policy of its type lets it wait for, but those it waits for already."""
    if picture is None:
        return [UNCHOSEN, *(Option(value, word) for value, word in HOLD_REASONS.items())]
    policy = picture.book.types.get(picture.ticket.ticket_type)
    allowed = ("customer", "third_party") if policy is None else policy.holds
    left = [reason for reason in allowed if reason not in picture.ticket.holds]
    return [UNCHOSEN, *(Option(reason, HOLD_REASONS.get(reason, reason)) for reason in left)]


def _resume_options(picture: TicketPicture | None) -> Sequence[Option]:
    held = () if picture is None else picture.ticket.holds
    everything = Option(None, N_("everything it waits for"))
    return [everything, *(Option(reason, HOLD_REASONS.get(reason, reason)) for reason in held if len(held) > 1)]


def _phone_options(picture: TicketPicture | None) -> Sequence[Option]:
    people = () if picture is None else picture.people
    found = [
        Option(
            each.role, PHONED_ROLES.get(each.role, each.role), each.name, {"number": each.phone, "person": each.name}
        )
        for each in people
        if each.role in PHONED_ROLES
    ]
    known = {option.value for option in found}
    return [*found, *(Option(role, word) for role, word in PHONED_ROLES.items() if role not in known)]


def _promise_options(picture: TicketPicture | None) -> Sequence[Option]:
    """The promised calls that are still to be made: the one due first comes first, and is meant when none is named."""
    promises = () if picture is None else picture.ticket.promises
    waiting = sorted((each for each in promises if each.kept_ms is None), key=lambda each: each.due_ms)
    return [
        Option(None, N_("the one due first, if any")),
        *(Option(each.promise, "", each.promise, {"number": each.number}) for each in waiting),
    ]


def _flag_options(picture: TicketPicture | None) -> Sequence[Option]:
    flags = () if picture is None else picture.ticket.flags
    waiting = [each for each in flags if each.written_back_ms is None]
    return [Option(None, N_("the oldest that waits")), *(Option(each.flag_id, "", each.ref) for each in waiting)]


def _flag_steps(_picture: TicketPicture | None) -> Sequence[Option]:
    return [Option(None, N_("the next one")), *(Option(value, word) for value, word in FLAG_STEPS.items())]


def _caller(picture: TicketPicture | None) -> str:
    if picture is None:
        return ""
    waiting = [each for each in picture.ticket.promises if each.kept_ms is None and each.number]
    return min(waiting, key=lambda each: each.due_ms).number if waiting else picture.ticket.caller


_NOTE: Final = FormField("note", N_("Note"))
_UNIT: Final = FormField("unit", N_("To unit"), FieldKind.UNIT, is_required=True, hint=N_("type a part of its name"))
_PERSON: Final = FormField("person", N_("To person"), FieldKind.PERSON, hint=N_("anybody of the unit"))
_REACHED: Final = FormField(
    "reached", N_("Reached"), FieldKind.CHOICE, is_required=True, options=lambda _picture: YES_NO
)
_WHY: Final = FormField("reason", N_("Reason"), is_required=True, hint=N_("stays in the path of the ticket"))

FORMS: Final[Mapping[Verb, tuple[FormField, ...]]] = MappingProxyType(
    {
        Verb.DISPATCH: (_UNIT, _PERSON, _NOTE),
        Verb.RECEIVE: (),
        Verb.FORWARD: (
            _UNIT,
            _PERSON,
            FormField("elsewhere", N_("Elsewhere"), FieldKind.CHOICE, options=lambda _picture: NO_YES),
        ),
        Verb.DELIVER: (),
        Verb.ACCEPT: (),
        Verb.START: (),
        Verb.DEPART: (),
        Verb.ARRIVE: (),
        Verb.DELAY: (_WHY,),
        Verb.CONTACT: (_NOTE,),
        Verb.HOLD: (
            FormField("reason", N_("Waits for"), FieldKind.CHOICE, is_required=True, options=_hold_options),
            _NOTE,
        ),
        Verb.RESUME: (FormField("reason", N_("No more for"), FieldKind.CHOICE, options=_resume_options),),
        Verb.TRANSFER: (_UNIT, _PERSON, _NOTE),
        Verb.RETURN: (
            _WHY,
            FormField("charged", N_("Our fault"), FieldKind.CHOICE, options=lambda _picture: NO_YES),
        ),
        Verb.RECALL: (FormField("reason", N_("Reason")),),
        Verb.PHONE: (
            FormField("role", N_("Whom"), FieldKind.CHOICE, is_required=True, options=_phone_options),
            FormField("person", N_("Name")),
            FormField("number", N_("Number")),
            _REACHED,
            _NOTE,
        ),
        Verb.RESOLVE: (FormField("solution", N_("Solution"), hint=N_("what was done")),),
        Verb.ANSWER: (FormField("note", N_("Answer"), hint=N_("what the customer was told")),),
        Verb.PROMISE: (
            FormField("due_ms", N_("When"), FieldKind.AHEAD, is_required=True, hint=N_("14:30, tomorrow 9:00 or +2h")),
            FormField("number", N_("Number"), initial=_caller),
        ),
        Verb.CALL_BACK: (
            FormField("promise", N_("Promise"), FieldKind.CHOICE, options=_promise_options),
            FormField("number", N_("Number"), initial=_caller),
            _REACHED,
            _NOTE,
        ),
        Verb.SURVEY: (
            FormField("score", N_("Score"), FieldKind.NUMBER, is_required=True, hint=N_("0 to 100"), high=100),
            FormField("comment", N_("Comment")),
        ),
        Verb.CLOSE: (_NOTE,),
        Verb.REOPEN: (_WHY,),
        Verb.LINK: (
            FormField("to", N_("With a"), FieldKind.CHOICE, is_required=True, options=_static(LINK_TARGETS)),
            FormField("target", N_("Its number"), is_required=True),
        ),
        Verb.UNQUALIFIED: (
            FormField(
                "reason",
                N_("Because"),
                FieldKind.CHOICE,
                is_required=True,
                options=_static(UNQUALIFIED_REASONS, optional=True),
            ),
            _NOTE,
        ),
        Verb.NOTE: (FormField("text", N_("Note"), is_required=True),),
        Verb.PRIORITISE: (
            FormField(
                "priority",
                N_("Priority"),
                FieldKind.CHOICE,
                options=lambda _picture: [Option(rank, word) for rank, word in PRIORITIES],
                gives_none=True,
            ),
            _WHY,
        ),
        Verb.ANSWER_FLAG: (
            FormField("flag_id", N_("Which"), FieldKind.CHOICE, options=_flag_options),
            FormField("step", N_("Step"), FieldKind.CHOICE, options=_flag_steps),
            _NOTE,
        ),
        Verb.CREDIT: (
            FormField("amount_fen", N_("Amount"), FieldKind.MONEY, is_required=True, hint=N_("in yuan, such as 50")),
            _WHY,
            FormField("authorised_by", N_("Granted by"), hint=N_("who may, above the line's authority")),
        ),
    }
)
"""The fields of each verb, in order."""


def needs_words(verb: Verb) -> bool:
    """Whether a deed asks for anything; one that does not can be done without a dialog."""
    return bool(FORMS[verb])


def read_field(field: FormField, typed: object, zone: tzinfo, now_ms: int) -> object:
    """The value of a field.

    Args:
        field: Which.
        typed: The text that stands in it, or the value of the option that is chosen.
        zone: Where times are local.
        now_ms: The present instant.

    Returns:
        What the deed gets; None where the field is empty.

    Raises:
        UsageProblem: When it lacks what it needs, or holds something else.
    """
    label = _(field.label)
    if isinstance(typed, str) and field.kind is not FieldKind.CHOICE:
        typed = typed.strip() or None
    if typed is None or not isinstance(typed, str):
        if typed is None and field.is_required:
            raise UsageProblem(_("{field} is missing.").format(field=label))
        return typed
    match field.kind:
        case FieldKind.MONEY:
            return read_fen(typed, label)
        case FieldKind.NUMBER:
            return read_number(typed, 0, field.high, label)
        case FieldKind.AHEAD:
            return read_ahead(typed, zone, now_ms, label)
        case _:
            return typed
