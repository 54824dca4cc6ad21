"""A simulated ticket in hand: where it stands, and what will go wrong with it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from app.core import ticket_events as facts
from app.core.journal import Fact
from app.core.ticket_events import TicketCreated, TicketEvent
from app.tickets.history import withdrawn_acts
from app.tickets.path import Path
from app.tickets.policy import ReopenPolicy
from seed.randomness import Draw, exponential_ms, log_normal_ms, whole_between
from seed.scenario_parts import Spread
from seed.ticket_scenario import KindSpec, TroubleSpec

SOURCE: Final = "demo"
"""Under which name the event log keeps what is simulated."""

_SENDS: Final = (facts.TicketDispatched, facts.TicketForwarded, facts.TicketTransferred)


def length_ms(draw: Draw, spread: Spread) -> int:
    """A length of time of a spread, in milliseconds, drawn from a ticket's own stream."""
    if spread.shape == "fixed":
        return spread.mean_seconds * 1000
    if spread.shape == "exponential":
        return exponential_ms(draw, spread.mean_seconds)()
    return log_normal_ms(draw, spread.mean_seconds, spread.sd_seconds)()


class Fate(NamedTuple):
    """What will go wrong with a ticket; each at most once.

    Attributes:
        forgotten: The agent forgets to send it.
        returned: The unit gives it back.
        unqualified: The unit says that it should not be, or lacks facts.
        delayed: The crew cannot leave at once.
        held: It waits for somebody.
        transferred: It goes on to another unit.
        promised: The customer is promised a call.
        credited: The customer is given an amount.
    """

    forgotten: bool
    returned: bool
    unqualified: bool
    delayed: bool
    held: bool
    transferred: bool
    promised: bool
    credited: bool


def draw_fate(draw: Draw, trouble: TroubleSpec, forgotten_per_mille: int) -> Fate:
    """Draw what will go wrong with a ticket."""
    shares = (
        forgotten_per_mille,
        trouble.returned_per_mille,
        trouble.unqualified_per_mille,
        trouble.delayed_per_mille,
        trouble.held_per_mille,
        trouble.transferred_per_mille,
        trouble.promised_per_mille,
        trouble.credited_per_mille,
    )
    return Fate(*(draw() * 1000 < share for share in shares))


class Case:
    """One ticket.

    Args:
        number: Its number.
        kind: What it is.
        draw: Its own stream: what happens to other tickets shifts nothing here.
        forgotten_per_mille: See `TicketsSpec`.
        reopen: What a reopening does to its clocks.
        place: Which of the areas the customer lives in.
    """

    __slots__ = (
        "_reopen",
        "created",
        "done",
        "draw",
        "facts",
        "fate",
        "goes_to_crew",
        "heard_seq",
        "is_heard",
        "is_theirs",
        "kept",
        "kind",
        "looked",
        "number",
        "path",
        "place",
        "quiet_until_ms",
        "sent_by",
        "spent",
        "turn",
        "watched",
    )

    def __init__(
        self,
        number: str,
        kind: KindSpec,
        draw: Draw,
        forgotten_per_mille: int,
        reopen: ReopenPolicy,
        place: int = 0,
    ) -> None:
        self.number = number
        self.kind = kind
        self.place = place
        self.draw = draw
        self.fate = draw_fate(draw, kind.trouble, forgotten_per_mille)
        self._reopen = reopen
        self.created: TicketCreated | None = None
        self.path = Path("", 0, lambda _at_ms: reopen)
        self.facts: list[TicketEvent] = []
        """All that was told of it so far, in order."""
        self.done: set[str] = set()
        """Kinds of facts since it was sent, or opened, last."""
        self.spent: set[str] = set()
        """What of its fate has come to pass."""
        self.kept: set[str] = set()
        """Promises that were kept."""
        self.turn = 0
        """Grows with each plan: what was planned before is void."""
        self.watched = 0
        """Likewise, for what the program would do."""
        self.looked = 0
        """How many of the facts the program has looked at."""
        self.quiet_until_ms = 1 << 62
        """Before this instant nobody needs to be told of anything."""
        self.heard_seq = 0
        """The newest fact of others that was taken in."""
        self.is_heard = False
        """Whether somebody has told the unit by telephone that it came."""
        self.is_theirs = False
        """Whether it is in the hands of somebody who is not simulated."""
        self.goes_to_crew = False
        self.sent_by = ""

    def take(self, event: TicketEvent) -> None:
        """Take in a fact that comes after all others."""
        self.facts.append(event)
        self._follow(event)

    def relearn(self, known: Sequence[Fact]) -> None:
        """Learn everything anew, of facts in order of instant; what was taken back does not count."""
        withdrawn = withdrawn_acts(known)
        self.facts = [event for _seq, _source, event in known]  # type: ignore[misc]
        self.created = None
        self.done, self.kept = set(), set()
        self.path = Path("", 0, lambda _at_ms: self._reopen)
        for event in self.facts:
            if not (event.act and event.act in withdrawn):
                self._follow(event)

    def _follow(self, event: TicketEvent) -> None:
        kind = type(event)
        if isinstance(event, TicketCreated) and self.created is None:
            self.created = event
            self.path = Path(event.unit, event.at_ms, lambda _at_ms: self._reopen)
        self.path.take(event)
        if kind in _SENDS:
            self.done = set()
            self.is_heard = False
            self.goes_to_crew = kind is facts.TicketForwarded
            self.sent_by = event.by
        elif kind is facts.TicketReopened:
            self.done = set()
        elif isinstance(event, facts.TicketCalledBack) and event.reached:
            self.kept.add(event.promise)
        self.done.add(event.kind.removeprefix("ticket_"))

    def chance(self, per_mille: int) -> bool:
        """Whether something of a share happens."""
        return self.draw() * 1000 < per_mille

    def pick(self, things: Sequence[Any]) -> Any:
        """One of several things."""
        return things[int(self.draw() * len(things))]

    def between(self, first_ms: int, last_ms: int) -> int:
        """A length of time between two."""
        return whole_between(self.draw, first_ms, last_ms)

    def will(self, what: str) -> bool:
        """Whether something of its fate comes to pass now; it does once."""
        if what in self.spent or not getattr(self.fate, what):
            return False
        self.spent.add(what)
        return True
