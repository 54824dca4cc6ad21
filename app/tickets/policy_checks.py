"""What makes no sense in a book although each value of it may be: clocks that cannot stop, people nobody named."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, get_args

from app.core.calendars import NEVER, Calendar
from app.core.errors import WatchfloorError
from app.core.event_fields import EARLIEST_MS
from app.core.i18n import _
from app.core.text import inert
from app.core.ticket_events import HoldReason
from app.core.toml_lines import Path
from app.core.toml_problems import Finding
from app.tickets.model import OVERALL
from app.tickets.policy import UNIT_CALENDAR, WALL_CALENDAR, EscalationStep, Limit, Point, PolicyBook, Stage, TypePolicy

HOLD_REASONS: Final[tuple[str, ...]] = get_args(HoldReason)

_ORDER: Final = {point: number for number, point in enumerate(get_args(Point))}
"""The way of a ticket that goes straight through."""

_ONCE: Final = ("call_ended", "created")
"""Points that come first and never again."""

_ANY_TIME: Final = "contacted"
"""The customer may be spoken to at any point of the way."""


def check_book(book: PolicyBook, calendar_names: frozenset[str]) -> list[Finding]:
    """What does not fit together in a book.

    Args:
        book: What a file says, or what of it can be understood.
        calendar_names: The calendars the file names, also those that cannot be understood.
    """
    findings = [*_calendars(book, calendar_names), *_contacts(book), *_managers(book)]
    for name, policy in book.types.items():
        findings += _type(book, ("types", name), policy, calendar_names)
    recovery = book.recovery
    if 0 < recovery.month_line_fen < recovery.line_authority_fen:
        findings.append(Finding(("recovery",), _("one ticket may be granted more than the whole month's line"), True))
    return findings


def _calendars(book: PolicyBook, calendar_names: frozenset[str]) -> Iterator[Finding]:
    for name, definition in book.calendars.items():
        if name in (UNIT_CALENDAR, WALL_CALENDAR):
            yield Finding(("calendars", name), _("this word has a meaning of its own: name the calendar otherwise"))
        try:
            opens = Calendar(definition).next_open(EARLIEST_MS)
        except WatchfloorError as error:
            yield Finding(("calendars", name), inert(str(error)).removesuffix("."))
        else:
            if opens is NEVER:
                yield Finding(
                    ("calendars", name), _("it never opens: a clock of it would never come due; give it hours")
                )
    for unit, name in book.unit_calendars.items():
        if name not in calendar_names and name != WALL_CALENDAR:
            yield Finding(("unit_calendars", unit), _no_calendar(name, calendar_names))


def _no_calendar(name: str, calendar_names: frozenset[str]) -> str:
    known = ", ".join(sorted(calendar_names)) or "–"
    return _("there is no calendar “{name}”; the file has: {known}").format(name=inert(name), known=inert(known))


def _contacts(book: PolicyBook) -> Iterator[Finding]:
    for unit, contacts in book.contacts.items():
        path: Path = ("contacts", unit)
        people = [] if contacts.desk is None else [((*path, "desk"), contacts.desk)]
        people += [((*path, "managers", number), manager) for number, manager in enumerate(contacts.managers)]
        for place, contact in people:
            if not contact.phone:
                yield Finding(place, _("has no phone: nobody can be called there"), True)


def _type(book: PolicyBook, path: Path, policy: TypePolicy, calendar_names: frozenset[str]) -> Iterator[Finding]:
    if not policy.stages and policy.overall is None:
        yield Finding(path, _("has neither stages nor an overall limit: its tickets have no clock"), True)
    for number, reason in enumerate(policy.holds):
        if reason not in HOLD_REASONS:
            yield Finding((*path, "holds", number), _hold_words(reason))
    seen: dict[str, int] = {}
    for number, stage in enumerate(policy.stages):
        place: Path = (*path, "stages", number)
        if stage.name == OVERALL:
            yield Finding((*place, "name"), _("this word is the clock over all stages: name the stage otherwise"))
        elif stage.name in seen:
            yield Finding(
                (*place, "name"),
                _("stage {number} has the same name: give each its own").format(number=seen[stage.name] + 1),
            )
        seen.setdefault(stage.name, number)
        yield from _points(place, stage.start, stage.stop)
        yield from _stage(place, stage)
        yield from _limit(book, place, stage, policy, calendar_names)
    if policy.overall is not None:
        place = (*path, "overall")
        yield from _points(place, (policy.overall_start,), (policy.overall_stop,))
        yield from _limit(book, place, policy.overall, policy, calendar_names)


def _hold_words(reason: str) -> str:
    return _("there is no hold for “{reason}”; there are: {known}").format(
        reason=inert(reason), known=", ".join(HOLD_REASONS)
    )


def _points(place: Path, start: tuple[Point, ...], stop: tuple[Point, ...]) -> Iterator[Finding]:
    """A clock must have a beginning and, after it, an end."""
    for key, points in (("start", start), ("stop", stop)):
        if not points:
            yield Finding((*place, key), _("names no point: a clock needs one that starts it and one that stops it"))
    for point in stop:
        if point in _ONCE:
            yield Finding(
                (*place, "stop"),
                _("{point} comes first of all and stops nothing: name a later one").format(point=point),
            )
    if "closed" in start:
        yield Finding((*place, "start"), _("nothing begins when a ticket is closed: name an earlier point"))
        return
    later = [point for point in stop if point not in _ONCE]
    if not start or not later or _ANY_TIME in (*start, *later):
        return
    earliest = min(start, key=_ORDER.__getitem__)
    if all(_ORDER[point] <= _ORDER[earliest] for point in later):
        yield Finding(
            (*place, "stop"),
            _("{stop} comes before {start}: the clock would not stop; name a later point").format(
                stop=", ".join(later), start=earliest
            ),
        )


def _stage(place: Path, stage: Stage) -> Iterator[Finding]:
    if stage.elsewhere_seconds is None:
        return
    if "forwarded" not in stage.start:
        yield Finding(
            (*place, "elsewhere"),
            _("has no effect: only a stage that starts at forwarded knows of another place"),
            True,
        )
    elif stage.elsewhere_seconds < stage.limit_seconds:
        yield Finding((*place, "elsewhere"), _("is less than the limit: a crew at another place gets less time"), True)


def _limit(
    book: PolicyBook, place: Path, limit: Limit, policy: TypePolicy, calendar_names: frozenset[str]
) -> Iterator[Finding]:
    if limit.calendar == UNIT_CALENDAR:
        if "" not in book.unit_calendars:
            yield Finding(
                (*place, "calendar"),
                _('units without a calendar of their own count every second: say "" = … in [unit_calendars]'),
                True,
            )
    elif limit.calendar != WALL_CALENDAR and limit.calendar not in calendar_names:
        yield Finding((*place, "calendar"), _no_calendar(limit.calendar, calendar_names))
    if any(seconds >= limit.limit_seconds for seconds in limit.warn_seconds):
        yield Finding((*place, "warn"), _("would warn from the very start: it must be less than the limit"))
    for number, reason in enumerate(limit.paused_by):
        if reason not in HOLD_REASONS:
            yield Finding((*place, "paused_by", number), _hold_words(reason))
        elif reason not in policy.holds:
            yield Finding(
                (*place, "paused_by", number),
                _("a ticket of this type is never held for {reason}: add it to holds, or leave it out here").format(
                    reason=reason
                ),
            )
    if limit.act_seconds is not None and not limit.escalation:
        yield Finding((*place, "act"), _("nobody is told then: name them in escalation"), True)


def _managers(book: PolicyBook) -> Iterator[Finding]:
    """Managers are told in vain where no unit has named them; said once, at the first step that tells them."""
    named = max((len(contacts.managers) for contacts in book.contacts.values()), default=0)
    for number, role in enumerate(("manager_1", "manager_2"), 1):
        if number <= named:
            continue
        places = [place for place, step in _steps(book) if step.tell == role]
        if places:
            yield Finding(
                places[0], _("no unit has named a {role}: add managers to [contacts]").format(role=role), True
            )


def _steps(book: PolicyBook) -> Iterator[tuple[Path, EscalationStep]]:
    for name, policy in book.types.items():
        limits: list[tuple[Path, Limit]] = [] if policy.overall is None else [(("overall",), policy.overall)]
        limits += [(("stages", number), stage) for number, stage in enumerate(policy.stages)]
        for place, limit in limits:
            for number, step in enumerate(limit.escalation):
                yield ("types", name, *place, "escalation", number), step
