"""A ticket whole as lines of text: its clocks, its path, its people, and what may be done to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Final, NamedTuple

from app.core.durations import NOTHING, clock_text, countdown_text
from app.core.i18n import N_, _, pgettext
from app.core.ticket_events import PROGRAM
from app.tickets.books import Books
from app.tickets.clocks import ClockState, reading
from app.tickets.desk import CallTold, TicketPicture
from app.tickets.model import Clock, Priority, TicketState
from screens.actions import action, key_label
from screens.lines import wrapped
from screens.ticket_deed_words import HOLD_REASONS, PEOPLE_ROLES
from screens.ticket_deeds import VERBS_OF, verb_for
from screens.ticket_steps import path_lines
from widgets.cells import fit, fit_right, shown
from widgets.painted import Line, Piece, cut_line
from widgets.ticket_words import PRIORITY_SIGNS, PRIORITY_WORDS, PolicyWords, reasons_text, state_word

STATE_SIGNS: Final = {
    ClockState.RUNNING: " ",
    ClockState.WARNED: "▲",
    ClockState.OVERDUE: "■",
    ClockState.PAUSED: "Ⅱ",
    ClockState.MET: "✓",
    ClockState.MISSED: "!",
    ClockState.VOID: "~",
}
"""One cell each, all different in black and white."""

CLOCK_WORDS: Final = {
    ClockState.RUNNING: N_("runs"),
    ClockState.WARNED: N_("warned"),
    ClockState.OVERDUE: N_("overdue"),
    ClockState.PAUSED: N_("paused"),
    ClockState.MET: N_("met"),
    ClockState.MISSED: N_("missed"),
    ClockState.VOID: N_("not charged"),
}
_CLOCK_STYLES: Final = {
    ClockState.RUNNING: "text",
    ClockState.WARNED: "notice",
    ClockState.OVERDUE: "warn",
    ClockState.PAUSED: "muted",
    ClockState.MET: "muted",
    ClockState.MISSED: "warn",
    ClockState.VOID: "muted",
}
_WIDE_CELLS: Final = (11, 11, 11, 13, 11)
_NARROW_CELLS: Final = (9, 10, 9, 12, 9)
"""Used, left, limit, due, and elapsed on the wall."""

_NARROW: Final = 90
_NAME_CELLS: Final = 16
"""With less for the names of clocks, the time on the wall goes."""


class Look(NamedTuple):
    """What a ticket is looked at with.

    Attributes:
        picture: The ticket whole.
        books: For counting by its calendars; None while they are not read.
        now_ms: The moment.
        local: The local time of an instant.
    """

    picture: TicketPicture
    books: Books | None
    now_ms: int
    local: Callable[[int], datetime]

    @property
    def words(self) -> PolicyWords:
        """What the policy book calls types and stages."""
        return PolicyWords(self.picture.book)

    def unit(self, unit: str) -> str:
        """What people call a unit."""
        return shown(self.picture.unit_names.get(unit, unit))

    def person(self, person: str) -> str:
        """What people call a person, and what is done by the program itself."""
        if person == PROGRAM:
            return _("by itself")
        return shown(self.picture.person_names.get(person, person))

    def time(self, at_ms: int) -> str:
        """The local time of an instant; with its date where that is not today's."""
        at, now = self.local(at_ms), self.local(self.now_ms)
        return f"{at:%H:%M:%S}" if at.date() == now.date() else f"{at:%m-%d %H:%M}"


def ticket_lines(look: Look, width: int) -> list[Line]:
    """The ticket as lines of at most so many cells; styles are last parts of component classes."""
    # What presses comes first, then whom to phone about it; what it is about and how it came here follows.
    parts = (
        list(_clocks(look, width)),
        list(_waits(look, width)),
        list(_people(look)),
        list(_facts(look, width)),
        list(path_lines(look, width)),
        list(_refused(look, width)),
    )
    return [line for part in parts if part for line in (*part, [])][:-1]


def title_lines(look: Look, width: int) -> list[Line]:
    """Number, type and title; then where it stands."""
    ticket = look.picture.ticket
    head = [Piece(f"{shown(ticket.ticket)} · {look.words.type_word(ticket.ticket_type)}", "peek--muted")]
    if ticket.priority is not Priority.NORMAL:
        why = " · ".join(filter(None, (reasons_text(ticket.reasons), shown(ticket.priority_note))))
        said = _(PRIORITY_WORDS[ticket.priority])
        head.append(Piece(f"  {PRIORITY_SIGNS[ticket.priority]}{said}: {why}", "peek--notice"))
    lines: list[Line] = [cut_line(head, width)]
    lines += [[Piece(text, "peek--title")] for text in wrapped(shown(ticket.title) or NOTHING, width)]
    stand = [state_word(ticket.state), look.unit(ticket.unit)]
    stand.append(look.person(ticket.owner) if ticket.owner else _("nobody has it"))
    if ticket.cycle > 1:
        stand.append(_("cycle {number}").format(number=ticket.cycle))
    style = "peek--muted" if ticket.state is TicketState.CLOSED else "peek--text"
    lines.append([Piece(" · ".join(filter(None, stand)), style)])
    return lines


# -- what it is ------------------------------------------------------------------------------------------------------


def _facts(look: Look, width: int) -> Iterator[Line]:
    ticket = look.picture.ticket
    priority = _(PRIORITY_WORDS[ticket.priority])
    why = " · ".join(filter(None, (reasons_text(ticket.reasons), shown(ticket.priority_note))))
    stars = "" if ticket.stars is None else _("{count} stars").format(count=ticket.stars)
    told = {each.call: each for each in look.picture.calls}
    facts = [
        (_("Priority"), f"{priority}: {why}" if why else priority),
        (_("Customer"), " · ".join(filter(None, (shown(ticket.customer), shown(ticket.caller), stars)))),
        (_("About"), " · ".join(map(shown, filter(None, (ticket.subject, ticket.area, ticket.service))))),
        *((pgettext("ticket", "Call"), _call(look, call, told.get(call))) for call in ticket.calls),
        (_("Belongs with"), " · ".join(map(shown, ticket.linked))),
        (_("Sent by"), look.unit(ticket.sender)),
        *((shown(name), shown(value)) for name, value in ticket.fields),
    ]
    yield [Piece(_("The matter"), "peek--heading")]
    for label, value in facts:
        if value:
            yield from _labelled(label, value, width)


def _call(look: Look, call: str, told: CallTold | None) -> str:
    """A call that it came from: when, where, who answered; just its id where the floor does not know it."""
    if told is None:
        return shown(call)
    who = look.person(told.agent) if told.agent else _("nobody answered")
    return " · ".join((look.time(told.entered_ms), shown(told.queue), who, shown(call)))


def _labelled(label: str, value: str, width: int, style: str = "") -> Iterator[Line]:
    cells = 14
    first, *rest = wrapped(value, max(20, width - cells))
    yield [Piece(fit(label, cells), "peek--label"), Piece(first, style or "peek--text")]
    for line in rest:
        yield [Piece(" " * cells), Piece(line, style or "peek--text")]


# -- clocks ----------------------------------------------------------------------------------------------------------


def _clocks(look: Look, width: int) -> Iterator[Line]:
    ticket = look.picture.ticket
    if not ticket.clocks:
        yield [Piece(_("No clock: the policy knows no stages for this type."), "peek--muted")]
        return
    words = look.words
    cells: tuple[int, ...] = _NARROW_CELLS if width < _NARROW else _WIDE_CELLS
    if width - sum(cells) - 2 < _NAME_CELLS:
        cells = cells[:-1]
    name_cells = max(12, min(34, width - sum(cells) - 2))
    titles = (_("Used"), _("Left"), _("Limit"), _("Due"), pgettext("on the wall", "Elapsed"))
    header = fit(_("Clocks"), name_cells + 2) + "".join(map(fit_right, titles, cells))
    yield [Piece(header, "peek--heading")]
    cycle = ticket.cycle
    # The present cycle first: what is over is history.
    for clock in sorted(ticket.clocks, key=lambda each: (each.cycle != ticket.cycle, -each.cycle, each.started_ms)):
        if clock.cycle != cycle:
            cycle = clock.cycle
            yield [Piece(_("Cycle {number}").format(number=cycle), "peek--muted")]
        yield _clock(look, words, clock, (name_cells, *cells))


def _clock(look: Look, words: PolicyWords, clock: Clock, cells: tuple[int, ...]) -> Line:
    state, used, left = _read(look, clock)
    elapsed_ms = (look.now_ms if clock.stopped_ms is None else clock.stopped_ms) - clock.started_ms
    name = words.stage_word(look.picture.ticket.ticket_type, clock.stage)
    if clock.unit and clock.unit != look.picture.ticket.unit:
        # Whose time it is, where that is not who has the ticket.
        name += f" · {look.unit(clock.unit)}"
    figures = (
        clock_text(used // 1000),
        countdown_text(left // 1000) if clock.is_open else _(CLOCK_WORDS[state]),
        clock_text(clock.limit_seconds),
        look.time(clock.due_ms) if clock.is_open and clock.due_ms is not None else "",
        clock_text(max(0, elapsed_ms) // 1000),
    )
    text = f"{STATE_SIGNS[state]} {fit(name, cells[0])}" + "".join(map(fit_right, figures, cells[1:]))
    return [Piece(text, f"peek--{_CLOCK_STYLES[state]}")]


def _read(look: Look, clock: Clock) -> tuple[ClockState, int, int]:
    """State, used and left milliseconds by the clock's own calendar; by the wall while that is not read."""
    if look.books is not None:
        found = reading(clock, look.now_ms, look.books)
        return found.state, found.used_ms, found.left_ms
    running_ms = look.now_ms - clock.spans[-1].start_ms if clock.is_running else 0
    used_ms = clock.used_ms + max(0, running_ms)
    left_ms = clock.limit_seconds * 1000 - used_ms
    if clock.is_void:
        return ClockState.VOID, used_ms, left_ms
    if not clock.is_open:
        return (ClockState.MET if left_ms >= 0 else ClockState.MISSED), used_ms, left_ms
    if left_ms < 0:
        return ClockState.OVERDUE, used_ms, left_ms
    return (ClockState.RUNNING if clock.is_running else ClockState.PAUSED), used_ms, left_ms


# -- what it waits for -----------------------------------------------------------------------------------------------


def _waits(look: Look, width: int) -> Iterator[Line]:
    ticket = look.picture.ticket
    for reason in ticket.holds:
        yield from _labelled(_("Waits for"), _(HOLD_REASONS.get(reason, reason)), width)
    for promise in ticket.promises:
        said = _("call to {number} at {time}").format(number=shown(promise.number), time=look.time(promise.due_ms))
        if promise.kept_ms is not None:
            said += " · " + (_("kept in time") if promise.is_in_time() else _("kept late"))
            yield from _labelled(_("Promised"), said, width)
        else:
            late = look.now_ms > promise.due_ms
            left = countdown_text((promise.due_ms - look.now_ms) // 1000)
            yield from _labelled(_("Promised"), f"{said} · {left}", width, "peek--warn" if late else "peek--notice")
    for flag in ticket.flags:
        steps = (
            (flag.acknowledged_ms, _("seen")),
            (flag.called_back_ms, _("called back")),
            (flag.written_back_ms, _("written back")),
        )
        said = _("called again") if flag.flag == "repeat_call" else _("complained again")
        done = [f"{word} {look.time(at_ms)}" for at_ms, word in steps if at_ms is not None]
        text = " · ".join([f"{said} ({shown(flag.ref)})", *(done or [_("nobody has seen it yet")])])
        yield from _labelled(_("Flag"), text, width, "" if flag.written_back_ms is not None else "peek--notice")


def _people(look: Look) -> Iterator[Line]:
    if look.picture.people:
        yield [Piece(_("People to phone"), "peek--heading")]
    for person in look.picture.people:
        role = fit(_(PEOPLE_ROLES.get(person.role, person.role)), 16)
        phone = shown(person.phone) or _("no number is known")
        yield [Piece(f"  {role}", "peek--label"), Piece(f"{fit(shown(person.name), 24)} {phone}", "peek--text")]


def _refused(look: Look, width: int) -> Iterator[Line]:
    """The keys of deeds that do nothing now, and why; what may be done stands in the line of keys."""
    refused = [(key, offer) for key in VERBS_OF if (offer := verb_for(key, look.picture)).why_not]
    if refused:
        yield [Piece(_("Not now"), "peek--heading")]
    for key, offer in refused:
        entry = action(f"ticket.{key}")
        label = f"  {fit(key_label(entry.keys[0]), 3)}{fit(_(entry.hint), 12)}"
        first, *rest = wrapped(shown(offer.why_not), max(20, width - 17))
        yield [Piece(label, "peek--label"), Piece(first, "peek--muted")]
        for line in rest:
            yield [Piece(" " * 17 + line, "peek--muted")]
