"""The worked examples of docs/policies.md, read from the page."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Final

from pydantic import Field, TypeAdapter

from app.core.journal import Fact
from app.core.ticket_events import TicketEvent
from app.core.zones import at, instant_ms, load_zone
from app.tickets.books import Books
from app.tickets.clocks import reading
from app.tickets.history import Folded, fold_ticket
from app.tickets.model import Clock

PAGE: Final = Path(__file__).parents[2] / "docs" / "policies.md"
ZONE: Final = load_zone("Asia/Shanghai")
TICKET: Final = "T-1"

_EVENT: Final[TypeAdapter[TicketEvent]] = TypeAdapter(Annotated[TicketEvent, Field(discriminator="kind")])


@dataclass(frozen=True, slots=True)
class Example:
    """A ticket's facts, and what its clocks are said to show.

    Attributes:
        ticket_type: Of which type.
        facts: Its facts.
        clocks: The cells of each row: clock, whose, started, stopped, used, limit, verdict.
    """

    ticket_type: str
    facts: list[Fact]
    clocks: list[tuple[str, ...]]


def moment_ms(text: str) -> int:
    """The instant of “Mon 09:00:00” in the week from 2026-11-23 on."""
    day, clock = text.split()
    number = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun").index(day) + 23
    return instant_ms(datetime.fromisoformat(f"2026-11-{number}T{clock}").replace(tzinfo=ZONE))


def moment_text(at_ms: int | None) -> str:
    """The other way round."""
    return "–" if at_ms is None else at(at_ms, ZONE).strftime("%a %H:%M:%S")


def examples() -> list[Example]:
    """Every example of the page, in order."""
    parts = re.split(r"^### (\w+):", PAGE.read_text("utf-8"), flags=re.MULTILINE)
    return [_example(name, text) for name, text in zip(parts[1::2], parts[2::2], strict=True)]


def _example(name: str, text: str) -> Example:
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line.startswith("|")]
    facts: list[Fact] = [
        (seq, "page", _event(name, cells[0], cells[1]))
        for seq, cells in enumerate((row for row in rows if len(row) == 3 and row[1].startswith("`")), 1)
    ]
    return Example(name, facts, [tuple(row) for row in rows if len(row) == 7 and row[0].startswith("`")])


def _event(ticket_type: str, at_text: str, written: str) -> TicketEvent:
    kind, *pairs = written.strip("`").split()
    values: dict[str, Any] = dict(pair.split("=") for pair in pairs)
    if kind == "created":
        values["ticket_type"] = ticket_type
        if "call_ended" in values:
            values["call_ended_ms"] = moment_ms(at_text.split()[0] + " " + values.pop("call_ended"))
    if kind == "returned":
        values.setdefault("reason", "–")
    for key, value in values.items():
        if value in ("true", "false"):
            values[key] = value == "true"
        elif key == "score":
            values[key] = int(value)
    return _EVENT.validate_python({"kind": f"ticket_{kind}", "ticket": TICKET, "at_ms": moment_ms(at_text), **values})


def folded(example: Example) -> Folded:
    """The example's ticket with the shipped policies."""
    return fold_ticket(TICKET, example.facts, Books([]))


def length(milliseconds: int) -> str:
    """Used time as the page writes it."""
    seconds = milliseconds // 1000
    return f"{seconds // 3600}:{seconds % 3600 // 60:02}:{seconds % 60:02}"


def clock_rows(example: Example) -> list[tuple[str, ...]]:
    """What the page's table of clocks has to say."""
    ticket = folded(example).ticket
    return [_row(clock, ticket.changed_ms) for clock in ticket.clocks]


def _row(clock: Clock, now_ms: int) -> tuple[str, ...]:
    found = reading(clock, now_ms, Books([]))
    name = f"`{clock.stage}`" + (f" {clock.cycle}.{clock.run}" if (clock.cycle, clock.run) != (1, 1) else "")
    verdict = found.state.value + (f", due {moment_text(clock.due_ms)}" if clock.is_running else "")
    return (
        name,
        clock.unit or "–",
        moment_text(clock.started_ms),
        moment_text(clock.stopped_ms),
        length(found.used_ms),
        length(clock.limit_seconds * 1000),
        verdict,
    )
