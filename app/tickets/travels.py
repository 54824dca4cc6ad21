"""Where a ticket went, read from its steps: who sent it to whom, what came back, who took it on. Pure.

It goes by the same rules as the fold (`app.tickets.path`): what was taken back is passed over, and what does not fit
the way of a ticket changes nothing.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from app.tickets.model import Step, Ticket

_SENDS: Final = frozenset({"dispatched", "forwarded", "transferred"})
_COMES_BACK: Final = frozenset({"returned", "unqualified", "recalled"})
_REACHED: Final = frozenset({"received", "delivered", "accepted", "started", "departed", "arrived", "resolved"})


class Sending(NamedTuple):
    """A ticket was handed on to another unit.

    Attributes:
        at_ms: When.
        by: Who did it.
        from_unit: Whose it was.
        to_unit: Where it went.
        came_back: "returned", "unqualified" or "recalled" where it came back; empty where it did not.
        back_ms: When it came back.
        reason: Why, in words, or the kind of an unqualified order.
    """

    at_ms: int
    by: str
    from_unit: str
    to_unit: str
    came_back: str = ""
    back_ms: int | None = None
    reason: str = ""


class Travel(NamedTuple):
    """The way of a ticket.

    Attributes:
        sendings: In order.
        acceptances: The steps with which somebody took it on.
        reopenings: The steps that opened it again.
        first_unit: The first unit that received it; the one that wrote it where it was never sent.
    """

    sendings: tuple[Sending, ...]
    acceptances: tuple[Step, ...]
    reopenings: tuple[Step, ...]
    first_unit: str


class _Walk:
    """Goes through the steps of one ticket."""

    def __init__(self, ticket: Ticket) -> None:
        self.unit = ticket.origin_unit
        self.first_unit = ""
        self.sendings: list[Sending] = []
        self.acceptances: list[Step] = []
        self.reopenings: list[Step] = []
        self._away: list[int] = []
        self._is_sent = False
        self._is_over = False
        self._is_closed = False

    def take(self, step: Step) -> None:
        kind = step.kind
        if kind == "created":
            # Told again, it changes nothing.
            return
        if kind == "reopened":
            if self._is_over:
                self.reopenings.append(step)
                self._is_over = self._is_closed = False
        elif self._is_closed:
            return
        elif kind in _SENDS and not (kind == "transferred" and step.unit == self.unit):
            self._send(step)
        elif kind in _COMES_BACK:
            self._come_back(step)
        else:
            self._go_on(step)
        self.unit = step.unit

    def _send(self, step: Step) -> None:
        self._away.append(len(self.sendings))
        self.sendings.append(Sending(step.at_ms, step.by, self.unit, step.unit))
        self._is_sent, self._is_over = True, False

    def _come_back(self, step: Step) -> None:
        if self._away:
            at = self._away.pop()
            reason = step.detail if step.kind == "unqualified" else step.note
            self.sendings[at] = self.sendings[at]._replace(came_back=step.kind, back_ms=step.at_ms, reason=reason)
        self._is_sent = self._is_over = False

    def _go_on(self, step: Step) -> None:
        kind = step.kind
        if kind == "received" and self.unit and step.unit != self.unit and not self._is_sent:
            # Nobody told that it was sent there.
            self._send(step)
        if kind in _REACHED:
            self.first_unit = self.first_unit or step.unit
            self._is_sent = False
            self._is_over = kind == "resolved"
        if kind == "accepted":
            self.acceptances.append(step)
        elif kind == "closed":
            self._is_over = self._is_closed = True


def travel(ticket: Ticket) -> Travel:
    """The way a ticket went."""
    walk = _Walk(ticket)
    for step in ticket.steps:
        if not step.is_withdrawn:
            walk.take(step)
    first_unit = walk.first_unit or ticket.origin_unit
    return Travel(tuple(walk.sendings), tuple(walk.acceptances), tuple(walk.reopenings), first_unit)
