"""The rows of one ticket gone through in order: what each of them states, and what must have happened in between.

A log leaves out what its system takes for granted: that a ticket exists, that a wait is over when somebody works on it
again, that it was reopened, that another group has it. A map may have that inferred. What is inferred at a row follows
from the rows before it and from facts stored before it, so that the same file again, or a longer one, gives the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any, Final, NamedTuple

from app.core import ticket_events as facts
from app.core.event_fields import TEXT_LIMIT
from app.core.facts import Draft
from app.core.journal import Fact
from app.tickets.import_map import KINDS, NOTE_FIELDS, Meaning, TicketMap, plain
from app.tickets.import_rows import HEAD, NAMED_LIMIT, Row

_GOES: Final = frozenset({"dispatched", "forwarded", "transferred"})
"""The row's unit is where the ticket went."""
_WORKS: Final = frozenset({"accepted", "started", "departed", "arrived"})
_ENDS: Final = frozenset({"resolved", "closed"})
_RESUMES: Final = _GOES | _WORKS | {"received", "delivered"}
"""What nobody does to a ticket that waits."""
_REOPENS: Final = _RESUMES | {"held"}
"""What nobody does to a ticket that is over."""
_IS_AT: Final = _WORKS | {"held", "resolved"}
"""Done by whoever has the ticket, in a log of activities."""
_NOTE_NEEDED: Final = frozenset({"delayed", "returned", "noted", "prioritised"})
"""Kinds that must say why; the source's word stands there where it says no more."""

_MOVES: Final = _REOPENS | _ENDS | {"created", "resumed", "reopened", "returned", "recalled", "unqualified"}
"""What changes how a ticket stands."""

_SEPARATOR: Final = "\x1f"


class _Shape(NamedTuple):
    """What a kind of fact takes from a row."""

    event: type[Any]
    has_unit: bool
    has_person: bool
    note: str
    needs_note: bool


_SHAPES: Final = {
    kind: _Shape(
        cls,
        "unit" in cls.__dataclass_fields__,
        "person" in cls.__dataclass_fields__,
        NOTE_FIELDS.get(kind, ""),
        kind in _NOTE_NEEDED,
    )
    for kind, cls in KINDS.items()
}


class Made(NamedTuple):
    """What came of the rows of one ticket.

    Attributes:
        drafts: The facts, in order.
        inferred: How many of them no row states.
        repeated: How many rows are notes only because they say again what was so already.
    """

    drafts: list[Draft]
    inferred: int
    repeated: int


class Replay:
    """Makes facts of tickets' rows.

    Args:
        told: The map.
        kept: The columns that are kept as fields.
        meaning: What a word means.

    Attributes:
        unmapped_types: How many tickets have a type that the map does not know, by the source's word.
    """

    def __init__(self, told: TicketMap, kept: Sequence[str], meaning: Callable[[str], Meaning | None]) -> None:
        self._map = told
        self._kept = kept
        self._meaning = meaning
        self.unmapped_types: Counter[str] = Counter()
        self._types = {plain(word): ours for word, ours in told.types.items()}

    def make(self, rows: Sequence[Row], known: Sequence[Fact] = ()) -> Made:
        """The facts of a ticket.

        Args:
            rows: At least one, in order.
            known: Its facts that are stored already.
        """
        way = _Way(self._map, rows, self._head)
        first_ms = rows[0].at_ms
        for _seq, _source, event in known:
            if event.at_ms < first_ms:
                way.follow(event)
        for row in rows:
            way.take(row, self._meaning(row.word))
        return Made(way.drafts, way.inferred, way.repeated)

    def _ticket_type(self, word: str) -> str:
        """Our word for a type of the source: the map's, else the default, else its own."""
        ours = self._types.get(plain(word))
        is_unmapped = ours is None and bool(word) and bool(self._types or self._map.default_type)
        if is_unmapped and (word in self.unmapped_types or len(self.unmapped_types) < NAMED_LIMIT):
            self.unmapped_types[word] += 1
        return ours or self._map.default_type or word or "?"

    def _head(self, rows: Sequence[Row]) -> dict[str, Any]:
        """What the rows say of the ticket itself: for each part the first that says something."""
        found: dict[str, str] = {}
        fields: dict[str, str] = {}
        told: tuple[object, object] = (None, None)
        for row in rows:
            if (row.head, row.kept) == told:
                continue
            told = (row.head, row.kept)
            if row.head is not None:
                for name, text in zip(HEAD, row.head, strict=True):
                    if text:
                        found.setdefault(name, text)
            if row.kept is not None and len(fields) < len(row.kept):
                for name, text in zip(self._kept, row.kept, strict=True):
                    if text:
                        fields.setdefault(name, text)
        head: dict[str, Any] = {name: text for name, text in found.items() if name not in ("type", "stars")}
        if "stars" in found:
            head["stars"] = int(found["stars"])
        head["ticket_type"] = self._ticket_type(found.get("type", ""))
        if fields:
            head["fields"] = fields
        return head


class _Way:
    """How a ticket stands while its rows are gone through."""

    def __init__(
        self, told: TicketMap, rows: Sequence[Row], head_of: Callable[[Sequence[Row]], dict[str, Any]]
    ) -> None:
        self._rows = rows
        self._head_of = head_of
        self._is_of_states = told.is_of_states
        infers = frozenset(told.infer)
        self._infers_created, self._infers_units = "created" in infers, "units" in infers
        self._infers_resumed, self._infers_reopened = "resumed" in infers, "reopened" in infers
        self._writes_itself = any(row.kind == "created" for row in rows)
        self._is_created = False
        self._unit = ""
        self._is_held = False
        self._is_over = False
        self._last_word: str | None = None
        self._last_by = ""
        self.drafts: list[Draft] = []
        self.inferred = 0
        self.repeated = 0

    def follow(self, event: Any) -> None:
        """Go through a fact that is stored already."""
        kind = event.kind.removeprefix("ticket_")
        unit = getattr(event, "unit", "")
        if unit:
            self._unit = unit
        self._stand(kind)

    def take(self, row: Row, meaning: Meaning | None) -> None:
        """Go through a row."""
        stated = row.kind or "noted"
        kind = stated
        if kind == "created" and self._is_created and self._infers_created:
            kind = "noted"
        if self._is_of_states:
            if self._last_word == row.word and (self._last_by == row.by or kind not in _WORKS):
                kind = "noted"
            self._last_word, self._last_by = row.word, row.by
        if kind != stated:
            self.repeated += 1
        if not self._is_created and self._infers_created and not self._writes_itself:
            self._infer_created(row)
        if self._is_over and kind in _REOPENS and self._infers_reopened:
            self._add(row, facts.TicketReopened(at_ms=row.at_ms, ticket=row.ticket, by=row.by), "reopened")
            self._is_over = self._is_held = False
        if self._is_held and self._infers_resumed and (kind in _RESUMES or kind == "held"):
            self._add(row, facts.TicketResumed(at_ms=row.at_ms, ticket=row.ticket, by=row.by), "resumed")
            self._is_held = False
        unit = row.unit
        if unit and unit != self._unit and self._infers_units:
            self._infer_unit(row, kind)
        self._state(row, kind, meaning if kind == row.kind else None)
        if kind in _MOVES:
            self._stand(kind)

    def _infer_created(self, row: Row) -> None:
        # Where the first row sends it is not where it was written.
        unit = "" if row.kind in _GOES else row.unit
        head = self._head_of(self._rows)
        self._add(row, facts.TicketCreated(at_ms=row.at_ms, ticket=row.ticket, by=row.by, unit=unit, **head), "created")
        self._is_created = True
        self._unit = unit

    def _infer_unit(self, row: Row, kind: str) -> None:
        """Another group than the last one has it."""
        if kind in _IS_AT or (self._is_of_states and kind not in _GOES and kind != "created"):
            if self._unit and not self._is_over:
                transferred = facts.TicketTransferred(at_ms=row.at_ms, ticket=row.ticket, unit=row.unit)
                self._add(row, transferred, "transferred")
            self._unit = row.unit

    def _state(self, row: Row, kind: str, meaning: Meaning | None) -> None:
        """The fact that the row itself states."""
        shape = _SHAPES[kind]
        values: dict[str, Any] = {"at_ms": row.at_ms, "ticket": row.ticket, "by": row.by}
        if row.act:
            values["act"] = row.act
        if kind == "created":
            # Where nothing is inferred, a row is taken at its word.
            values |= self._head_of(self._rows if self._infers_created else [row])
            self._is_created = True
        if shape.has_unit and row.unit:
            values["unit"] = row.unit
        if shape.has_person and row.person:
            values["person"] = row.person
        if shape.note:
            note = row.note
            if kind == "noted" and row.kind != "noted":
                note = f"{row.word}: {note}"[:TEXT_LIMIT] if note else row.word[:TEXT_LIMIT]
            if note or shape.needs_note:
                values[shape.note] = note or row.word[:TEXT_LIMIT]
        if meaning is not None:
            if meaning.constants:
                values |= meaning.constants
            if row.more is not None:
                values |= row.more
        self.drafts.append(Draft(shape.event(**values), _identity(row, "")))
        if shape.has_unit and (kind in _GOES or row.unit):
            self._unit = values.get("unit") or self._unit

    def _stand(self, kind: str) -> None:
        if kind in _ENDS:
            self._is_over, self._is_held = True, False
        elif kind == "held":
            self._is_held = True
        elif kind in _REOPENS or kind == "reopened":
            self._is_over = False
        elif kind in ("resumed", "returned", "recalled", "unqualified"):
            self._is_held = False
        elif kind == "created":
            self._is_created = True

    def _add(self, row: Row, event: Any, what: str) -> None:
        self.drafts.append(Draft(event, _identity(row, what)))
        self.inferred += 1


def _identity(row: Row, inferred: str) -> bytes:
    """What makes a row the same row when it is met again: what the source says, not what the map makes of it."""
    order = row.order
    text = _SEPARATOR.join(
        (row.ticket, row.word, row.unit, row.by, row.person, row.act, row.note, str(order[1]), order[2], inferred)
    )
    if row.more is not None:
        text = _SEPARATOR.join((text, *map(str, row.more.values())))
    return text.encode("utf-8", "surrogatepass")
