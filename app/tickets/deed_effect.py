"""What a deed would do to a ticket's clocks, as its policy says: shown to a person before it is done. Pure.

It looks at the policy and at the clocks as they stand; what is then stored is counted by the fold.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Final, NamedTuple

from app.tickets.desk import Verb
from app.tickets.model import OVERALL, Clock, Ticket
from app.tickets.policy import PolicyBook, ReopenPolicy, TypePolicy


class Change(StrEnum):
    """What becomes of a clock."""

    STOPS = "stops"
    STOPS_UNCHARGED = "stops_uncharged"
    """It stops and nobody is charged with it."""
    STARTS = "starts"
    PAUSES = "pauses"
    RESUMES = "resumes"
    RUNS_ON = "runs_on"
    """It would wait for other reasons, but not for this one."""
    STARTS_ANEW = "starts_anew"
    """In a new cycle; what it was stays as it ended."""
    COUNTS_THROUGH = "counts_through"
    """It goes on, and the time between counts."""


class ClockChange(NamedTuple):
    """What becomes of one clock.

    Attributes:
        change: What.
        stage: The stage's name, or `OVERALL`.
        limit_seconds: Its limit.
    """

    change: Change
    stage: str
    limit_seconds: int


_POINTS: Final[Mapping[Verb, frozenset[str]]] = {
    Verb.DISPATCH: frozenset({"dispatched"}),
    Verb.RECEIVE: frozenset({"received"}),
    Verb.FORWARD: frozenset({"forwarded"}),
    Verb.DELIVER: frozenset({"delivered"}),
    Verb.ACCEPT: frozenset({"accepted"}),
    Verb.START: frozenset({"started"}),
    Verb.DEPART: frozenset({"departed"}),
    Verb.ARRIVE: frozenset({"arrived"}),
    Verb.CONTACT: frozenset({"contacted"}),
    Verb.RESOLVE: frozenset({"resolved"}),
    Verb.ANSWER: frozenset({"answered"}),
}
"""The points of a ticket's way that a deed reaches."""

_REOPENS: Final = {
    ReopenPolicy.NEW_CYCLE: Change.STARTS_ANEW,
    ReopenPolicy.CONTINUE: Change.RESUMES,
    ReopenPolicy.COUNT_THROUGH: Change.COUNTS_THROUGH,
}


def clock_changes(ticket: Ticket, book: PolicyBook, verb: Verb, values: Mapping[str, object]) -> list[ClockChange]:
    """What a deed would do to the clocks of a ticket, in the order of its stages, the overall clock last.

    Args:
        ticket: As it stands.
        book: The policy book in force.
        verb: The deed.
        values: What was filled in so far.

    Returns:
        Nothing where no clock changes, or where the book does not know the type.
    """
    policy = book.types.get(ticket.ticket_type)
    if policy is None:
        return []
    present = [clock for clock in ticket.clocks if clock.is_open and clock.cycle == ticket.cycle]
    if verb in (Verb.CLOSE, Verb.UNQUALIFIED):
        return [ClockChange(Change.STOPS, clock.stage, clock.limit_seconds) for clock in present]
    if verb in (Verb.RETURN, Verb.RECALL):
        change = Change.STOPS if verb is Verb.RETURN and values.get("charged") else Change.STOPS_UNCHARGED
        return [ClockChange(change, clock.stage, clock.limit_seconds) for clock in _ours(ticket, policy, verb, present)]
    if verb is Verb.HOLD:
        return _held(policy, present, str(values.get("reason") or ""))
    if verb is Verb.RESUME:
        return _resumed(ticket, policy, present, values.get("reason"))
    if verb is Verb.REOPEN:
        return [ClockChange(_REOPENS[policy.reopen], OVERALL, policy.overall.limit_seconds)] if policy.overall else []
    points = _POINTS.get(verb, frozenset())
    if verb is Verb.TRANSFER and values.get("unit") not in (None, ticket.unit):
        # Within a unit it changes hands; to another one it is sent.
        points = _POINTS[Verb.DISPATCH]
    return _at_points(policy, present, points, bool(values.get("elsewhere")))


def _ours(ticket: Ticket, policy: TypePolicy, verb: Verb, present: Iterable[Clock]) -> list[Clock]:
    """The clocks of the unit that gives a ticket back, but those that its return does not stop."""
    kept = {stage.name for stage in policy.stages if stage.on_return == "same"} if verb is Verb.RETURN else set()
    return [clock for clock in present if clock.unit == ticket.unit and clock.stage not in {*kept, OVERALL}]


def _paused_by(policy: TypePolicy, stage: str) -> frozenset[str]:
    if stage == OVERALL:
        return frozenset(policy.overall.paused_by if policy.overall else ())
    return frozenset(reason for each in policy.stages if each.name == stage for reason in each.paused_by)


def _held(policy: TypePolicy, present: Iterable[Clock], reason: str) -> list[ClockChange]:
    if not reason:
        return []
    return [
        ClockChange(
            Change.PAUSES if reason in _paused_by(policy, clock.stage) else Change.RUNS_ON,
            clock.stage,
            clock.limit_seconds,
        )
        for clock in present
        if clock.is_running
    ]


def _resumed(ticket: Ticket, policy: TypePolicy, present: Iterable[Clock], reason: object) -> list[ClockChange]:
    left = {hold for hold in ticket.holds if reason is not None and hold != reason}
    return [
        ClockChange(Change.RESUMES, clock.stage, clock.limit_seconds)
        for clock in present
        if clock.is_paused and not left & _paused_by(policy, clock.stage)
    ]


def _at_points(
    policy: TypePolicy, present: Iterable[Clock], points: frozenset[str], is_elsewhere: bool
) -> list[ClockChange]:
    stops = {stage.name for stage in policy.stages if points.intersection(stage.stop)}
    if policy.overall_stop in points:
        stops.add(OVERALL)
    running = {clock.stage: clock.limit_seconds for clock in present}
    stopped = [ClockChange(Change.STOPS, stage, limit) for stage, limit in running.items() if stage in stops]
    started = [
        ClockChange(
            Change.STARTS,
            stage.name,
            stage.elsewhere_seconds if is_elsewhere and stage.elsewhere_seconds else stage.limit_seconds,
        )
        for stage in policy.stages
        if points.intersection(stage.start) and (stage.name not in running or stage.name in stops)
    ]
    return [*stopped, *started]
