"""What the tests of importing tickets share: a site in a file, logs and maps by a few words."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from app.core.clock import SystemClock
from app.core.settings import Settings
from app.core.zones import load_zone
from app.tickets.import_map import TicketMap, load_map
from app.tickets.import_service import TicketImport, TicketOrder, import_tickets
from app.tickets.model import Ticket
from store.sessions import WriterSession

ZONE: Final = load_zone("Asia/Shanghai")
DATA: Final = Path(__file__).parents[1] / "data"

ACTIVITIES: Final = """
default_type = "complaint"

[columns]
id = "id"
time = "time"
activity = "what"
unit = "group"
by = "who"
note = "note"

[activities]
"New" = "created"
"Send" = "dispatched"
"Take" = "accepted"
"Wait" = { kind = "held", reason = "customer" }
"Wait parts" = { kind = "held", reason = "parts" }
"Solve" = "resolved"
"End" = "closed"
"Peek" = "dropped"
"""

STATES: Final = ACTIVITIES.replace("activity = ", "state = ").replace("[activities]", "[states]")


@contextmanager
def site(path: Path) -> Iterator[WriterSession]:
    """A database to import into."""
    session = WriterSession(path, Settings.model_construct(), SystemClock())
    try:
        yield session
    finally:
        session.close()


def log(*rows: str, header: str = "id,time,what,group,who,note") -> bytes:
    """A log of rows; each begins with the ticket and the minutes after 2026-03-02 08:00."""
    lines = [header]
    for row in rows:
        ticket, minutes, rest = row.split(",", 2)
        lines.append(f"{ticket},2026-03-02 {8 + int(minutes) // 60:02d}:{int(minutes) % 60:02d}:00,{rest}")
    return "\n".join(lines).encode()


def bring_in(session: WriterSession, text: bytes, told: TicketMap | str = ACTIVITIES, **order: Any) -> TicketImport:
    """Import what is given as standard input."""
    made = load_map(told, "map.toml") if isinstance(told, str) else told
    wanted = replace(TicketOrder("import", ZONE), **order)
    return import_tickets("-", made, session.journal, session.tickets, wanted, stream=io.BytesIO(text))


def way(session: WriterSession, number: str) -> list[str]:
    """The kinds of a ticket's facts, in order."""
    ticket = session.tickets.ticket(number)
    assert ticket is not None
    return [step.kind for step in ticket.steps]


def plain_ticket(ticket: Ticket) -> Ticket:
    """A ticket without the numbers its facts have in one database."""
    return ticket._replace(steps=tuple(step._replace(seq=0) for step in ticket.steps))
