"""What was dealt with on a ticket beside its way: promises, flags, calls, links, credits, who was told what. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from app.core import ticket_events as facts
from app.tickets.model import Flag, Promise, Told


class Dealings:
    """Gathers them from a ticket's facts in order.

    Attributes:
        promises: By name, in order of the newest word on each.
        flags: By id, in order.
        told: Who was told what of a clock.
        phoned: When somebody but the customer was phoned, and whether they were reached.
        calls: In order.
        linked: Tickets and notices, in order.
        credited_fen: What was granted.
        prioritised: The newest word of a person on how much the ticket matters.
    """

    def __init__(self) -> None:
        self.promises: dict[str, Promise] = {}
        self.flags: dict[str, Flag] = {}
        self.told: list[Told] = []
        self.phoned: list[tuple[int, bool]] = []
        self.calls: dict[str, None] = {}
        self.linked: dict[str, None] = {}
        self.credited_fen = 0
        self.prioritised: facts.TicketPrioritised | None = None

    def take(self, event: Any) -> None:
        """Take in the next fact; those that say nothing of it are passed over."""
        note = _NOTES.get(type(event))
        if note is not None:
            note(self, event)

    def _created(self, event: facts.TicketCreated) -> None:
        if event.call is not None:
            self.calls[event.call] = None

    def _phoned(self, event: facts.TicketPhoned) -> None:
        if event.role != "customer":
            self.phoned.append((event.at_ms, event.reached))

    def _promised(self, event: facts.TicketPromised) -> None:
        # Promised anew under one name: the newer word holds.
        self.promises.pop(event.promise, None)
        self.promises[event.promise] = Promise(event.promise, event.at_ms, event.due_ms, event.number, None)

    def _called_back(self, event: facts.TicketCalledBack) -> None:
        if event.call is not None:
            self.calls[event.call] = None
        if not event.reached:
            return
        name = event.promise or self._next_promise()
        promise = self.promises.get(name)
        if promise is not None and promise.kept_ms is None:
            self.promises[name] = promise._replace(kept_ms=event.at_ms)
        for flag in self.flags.values():
            if flag.called_back_ms is None:
                self.flags[flag.flag_id] = flag._replace(called_back_ms=event.at_ms)

    def _next_promise(self) -> str:
        waiting = [promise for promise in self.promises.values() if promise.kept_ms is None]
        return min(waiting, key=lambda promise: promise.due_ms).promise if waiting else ""

    def _linked(self, event: facts.TicketLinked) -> None:
        if event.to == "call":
            self.calls[event.target] = None
        else:
            self.linked[f"{event.to}:{event.target}"] = None

    def _prioritised(self, event: facts.TicketPrioritised) -> None:
        self.prioritised = event

    def _flagged(self, event: facts.TicketFlagged) -> None:
        self.flags.setdefault(event.flag_id, Flag(event.flag_id, event.flag, event.ref, event.at_ms))

    def _flag_answered(self, event: facts.TicketFlagAnswered) -> None:
        flag = self.flags.get(event.flag_id)
        if flag is None:
            return
        if flag.acknowledged_ms is None:
            # Whoever calls back or writes back has seen it.
            flag = flag._replace(acknowledged_ms=event.at_ms)
        if event.step == "called_back" and flag.called_back_ms is None:
            flag = flag._replace(called_back_ms=event.at_ms)
        if event.step == "written_back":
            written_ms = event.at_ms if flag.written_back_ms is None else flag.written_back_ms
            flag = flag._replace(written_back_ms=written_ms, note=event.note)
        self.flags[event.flag_id] = flag

    def _credited(self, event: facts.TicketCredited) -> None:
        self.credited_fen += event.amount_fen

    def _escalated(self, event: facts.TicketEscalated) -> None:
        self.told.append(Told(event.at_ms, event.clock, event.step, event.role, event.person))


_NOTES: Final[Mapping[type, Callable[[Dealings, Any], None]]] = {
    facts.TicketCreated: Dealings._created,
    facts.TicketPhoned: Dealings._phoned,
    facts.TicketPromised: Dealings._promised,
    facts.TicketCalledBack: Dealings._called_back,
    facts.TicketLinked: Dealings._linked,
    facts.TicketPrioritised: Dealings._prioritised,
    facts.TicketFlagged: Dealings._flagged,
    facts.TicketFlagAnswered: Dealings._flag_answered,
    facts.TicketCredited: Dealings._credited,
    facts.TicketEscalated: Dealings._escalated,
}
