"""The path of a ticket as lines: each fact with when, what, by whom, and what tells it from others of its kind."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Final

from app.core.i18n import N_, _
from app.tickets.making import yuan
from app.tickets.model import Priority, Step
from screens.lines import wrapped
from screens.ticket_deed_words import FLAG_STEPS, HOLD_REASONS, LINK_TARGETS, PEOPLE_ROLES, UNQUALIFIED_REASONS
from screens.ticket_undo import STEP_WORDS
from widgets.cells import fit, shown
from widgets.painted import Line, Piece
from widgets.ticket_words import PRIORITY_WORDS

if TYPE_CHECKING:
    from screens.ticket_peek_lines import Look

TIME_CELLS: Final = 12

_WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "held": HOLD_REASONS,
    "resumed": HOLD_REASONS,
    "unqualified": UNQUALIFIED_REASONS,
    "phoned": {**PEOPLE_ROLES, "reached": N_("reached"), "not_reached": N_("not reached")},
    "called_back": {"reached": N_("reached"), "not_reached": N_("not reached")},
    "flag_answered": FLAG_STEPS,
    "flagged": {"repeat_call": N_("called again"), "repeat_complaint": N_("complained again")},
    "forwarded": {"elsewhere": N_("it sits elsewhere")},
    "returned": {"charged": N_("our own fault")},
    "reopened": {"dissatisfied": N_("the customer was not satisfied")},
}
"""What the words of a step's detail are called, by its kind; others are shown as they are."""


def path_lines(look: Look, width: int) -> Iterator[Line]:
    """The facts of a ticket, the newest first."""
    yield [Piece(_("The path so far"), "peek--heading")]
    for step in reversed(look.picture.ticket.steps):
        yield from _step(look, step, width)


def _step(look: Look, step: Step, width: int) -> Iterator[Line]:
    word = _(STEP_WORDS.get(step.kind, step.kind))
    who = " · ".join(filter(None, (look.person(step.by), look.unit(step.unit))))
    detail = shown(details(look, step))
    texts = [word + (f" ({detail})" if detail else ""), who, shown(step.note)]
    if step.is_withdrawn:
        texts.append(_("taken back"))
    cells = TIME_CELLS + 2
    first, *rest = wrapped("  ".join(filter(None, texts)), max(20, width - cells))
    style = "peek--faint" if step.is_withdrawn else "peek--text"
    yield [Piece("  " + fit(look.time(step.at_ms), TIME_CELLS), "peek--label"), Piece(first, style)]
    for line in rest:
        yield [Piece(" " * cells), Piece(line, style)]


def details(look: Look, step: Step) -> str:
    """What tells a step from others of its kind, for people; not made harmless yet."""
    if not step.detail:
        return ""
    made = _MADE.get(step.kind)
    if made is not None:
        return made(look, step.detail)
    words = _WORDS.get(step.kind, {})
    return " ".join(_(words[word]) if word in words else word for word in step.detail.split())


def _escalated(look: Look, detail: str) -> str:
    """Of which clock, and whom: "handling/1/2 0 sender", the stage with its cycle and its run."""
    clock, _number, role = [*detail.split(" "), "", ""][:3]
    said = look.words.stage_word(look.picture.ticket.ticket_type, clock.partition("/")[0])
    return " · ".join(filter(None, (said, _(PEOPLE_ROLES.get(role, role)))))


def _promised(look: Look, detail: str) -> str:
    """For when: "p1 1772675400000"."""
    due = detail.rpartition(" ")[2]
    return _("for {time}").format(time=look.time(int(due))) if due.isdecimal() else detail


def _credited(_look: Look, detail: str) -> str:
    return _("{amount} yuan").format(amount=yuan(int(detail))) if detail.isdecimal() else detail


def _prioritised(_look: Look, detail: str) -> str:
    found = [PRIORITY_WORDS[priority] for priority in Priority if detail in (str(priority.rank), priority.value)]
    return _(found[0]) if found else detail


def _linked(_look: Look, detail: str) -> str:
    kind, _colon, target = detail.partition(":")
    return f"{_(LINK_TARGETS[kind])} {target}" if kind in LINK_TARGETS else detail


def _typed(look: Look, detail: str) -> str:
    return look.words.type_word(detail)


def _person(look: Look, detail: str) -> str:
    return look.picture.person_names.get(detail, detail)


def _nothing(_look: Look, _detail: str) -> str:
    """The name of a deed says nothing to people."""
    return ""


_MADE: Final[Mapping[str, Callable[[Look, str], str]]] = {
    "created": _typed,
    "dispatched": _person,
    "transferred": _person,
    "escalated": _escalated,
    "promised": _promised,
    "credited": _credited,
    "prioritised": _prioritised,
    "linked": _linked,
    "act_withdrawn": _nothing,
}
