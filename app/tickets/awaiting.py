"""What a ticket waits for by itself: the next step of the escalation of each clock that runs. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from app.tickets.model import Awaited, Clock, Told
from app.tickets.policy import EscalationStep

ESCALATION: Final = "escalation"
"""What `Awaited.what` says of a step of an escalation."""


def clock_key(clock: Clock) -> str:
    """A clock's name within its ticket, as facts of escalations say it."""
    return f"{clock.stage}/{clock.cycle}/{clock.run}"


def awaited(
    ticket: str,
    clocks: Iterable[Clock],
    escalations: Mapping[str, Sequence[EscalationStep]],
    told: Sequence[Told],
    phoned: Sequence[tuple[int, bool]],
) -> Iterator[Awaited]:
    """The next step of each clock that runs; a clock that stopped or is paused awaits nothing.

    Args:
        ticket: Its number.
        clocks: Its clocks.
        escalations: The steps by stage.
        told: Who was told what, in order.
        phoned: When somebody but the customer was phoned, in order, and whether they were reached.
    """
    for clock in clocks:
        steps = escalations.get(clock.stage)
        if not steps or not clock.is_running:
            continue
        key = clock_key(clock)
        # Told before it began, it was told of a run that was taken back.
        of_it = (one for one in told if one.clock == key and one.at_ms >= clock.started_ms)
        before = max(of_it, key=lambda one: (one.step, one.at_ms), default=None)
        if before is None:
            due_ms = clock.due_ms if clock.act_seconds is None else clock.act_ms
            number = 0
        else:
            number = before.step + 1
            due_ms = None if number >= len(steps) else _next_ms(before.at_ms, steps[number], phoned)
        if due_ms is not None:
            yield Awaited(due_ms, ticket, ESCALATION, key, number)


def _next_ms(told_ms: int, step: EscalationStep, phoned: Sequence[tuple[int, bool]]) -> int | None:
    """When a step follows on one that was told: none does once somebody was reached."""
    # After, not with it: the call that led to the step does not lead to the next one, too.
    since = [(at_ms, is_reached) for at_ms, is_reached in phoned if at_ms > told_ms]
    if any(is_reached for _at_ms, is_reached in since):
        return None
    given_ms = told_ms + step.after_seconds * 1000
    return min(given_ms, since[0][0]) if since else given_ms
