"""Tickets out: every fact of them as a row that the map `native` reads back, or as native input."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import tzinfo
from typing import Any, Final, Protocol

from app.core.events import EVENT
from app.core.journal import Fact
from app.core.zones import iso
from app.tickets.import_map import NOTE_FIELDS

_GROUP: Final = 500

_COLUMNS: Final[Mapping[str, str]] = {
    "by": "by",
    "act": "act",
    "unit": "unit",
    "person": "person",
    "type": "ticket_type",
    "title": "title",
    "customer": "customer",
    "caller": "caller",
    "stars": "stars",
    "subject": "subject",
    "area": "area",
    "service": "service",
}
"""Columns that hold a field as it is; what a fact says besides stands in `values`."""

_ONLY_CREATED: Final = frozenset({"type", "title", "customer", "caller", "stars", "subject", "area", "service"})
"""Columns that an import takes for the ticket's own."""


class FactReader(Protocol):
    """Where facts are read."""

    def ticket_facts(self, tickets: Sequence[str], /) -> Mapping[str, Sequence[Fact]]:
        """All facts of some tickets, by instant, then in the order in which they were stored."""
        ...


def exported_facts(reader: FactReader, numbers: Sequence[str]) -> Iterator[Any]:
    """Every fact of some tickets, ticket by ticket, each in order.

    Raises:
        StoreProblem: When the store cannot be read.
    """
    for start in range(0, len(numbers), _GROUP):
        group = numbers[start : start + _GROUP]
        found = reader.ticket_facts(group)
        for number in group:
            for _seq, _source, event in found.get(number, ()):
                yield event


def export_row(event: Any, zone: tzinfo) -> dict[str, object]:
    """A fact as a row: what people look for in columns, the rest in `values` as JSON."""
    kind = event.kind.removeprefix("ticket_")
    fields = {
        name: value
        for name, value in EVENT.dump_python(event, mode="json", exclude_defaults=True).items()
        if name not in ("kind", "at_ms", "ticket")
    }
    row: dict[str, object] = {"ticket": event.ticket, "at": iso(event.at_ms, zone), "kind": kind}
    for column, name in _COLUMNS.items():
        row[column] = ""
        if name in fields and (column not in _ONLY_CREATED or kind == "created") and _is_kept(fields[name]):
            row[column] = fields.pop(name)
    note = NOTE_FIELDS.get(kind)
    row["note"] = fields.pop(note) if note in fields and _is_kept(fields[note]) else ""
    row["values"] = json.dumps(fields, ensure_ascii=False) if fields else ""
    return row


def native_line(event: Any) -> str:
    """A fact as one line of native input; docs/bridging.md."""
    fields = EVENT.dump_python(event, mode="json", exclude_defaults=True)
    return json.dumps({"kind": event.kind, **fields}, ensure_ascii=False)


def _is_kept(value: object) -> bool:
    """Whether a value comes back from a cell as it was: blanks around a cell do not."""
    return not isinstance(value, str) or value == value.strip()
