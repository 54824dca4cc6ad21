"""The event log as the loops that close look at it: answers `app.tickets.loop_ports.LoopStore`."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from contextlib import AbstractContextManager
from typing import Any, Final

from app.core.ticket_events import TicketCreated
from app.tickets.desk import CallTold
from app.tickets.loop_ports import LookedThrough
from app.tickets.model import Ticket
from store.database import Store, rows, translated
from store.event_rows import from_row
from store.tickets import SqliteTickets

_KINDS: Final = (
    "'call_entered','ticket_created','ticket_surveyed','ticket_resolved','ticket_closed','outbound_call_completed',"
    "'notice_ended','notice_still_cut_off','ticket_dispatched','ticket_forwarded','ticket_transferred'"
)
"""The facts that a loop may begin or end with."""

_MANY: Final = 500


class SqliteLoops:
    """Implements `LoopStore`; reads the credits of a month too.

    Args:
        store: The connection to use.
        tickets: Of the same connection.
    """

    def __init__(self, store: Store, tickets: SqliteTickets) -> None:
        self._store = store
        self._tickets = tickets

    def _rows(self, statement: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        with translated(self._store.path):
            return rows(self._store.connection.execute(statement, values))

    def writing(self) -> AbstractContextManager[object]:
        return self._store.writing()

    def version(self) -> tuple[int, int]:
        seq, generation = self._rows("SELECT folded_seq, generation FROM journal")[0]
        return int(seq), int(generation)

    def look_through(self, since_seq: int, until_seq: int, history_ms: int, living: str) -> LookedThrough:
        found = self._rows(
            "SELECT e.seq, s.name, e.at_ms, e.kind, e.queue, e.call, e.detail FROM event e"
            " CROSS JOIN source s ON s.id = e.source WHERE e.seq > ? AND e.seq <= ?"
            f" AND e.kind IN ({_KINDS}) AND (e.at_ms >= ? OR s.name = ?) ORDER BY e.seq",
            (since_seq, until_seq, history_ms, living),
        )
        facts = [
            (seq, source, from_row(at_ms, kind, None, queue, call, detail))
            for seq, source, at_ms, kind, queue, call, detail in found
        ]
        return LookedThrough(facts, until_seq)

    def callers_waiting(self, callers: Collection[str]) -> set[str]:
        asked = sorted(callers)
        found: set[str] = set()
        for start in range(0, len(asked), _MANY):
            chunk = asked[start : start + _MANY]
            marks = ",".join("?" * len(chunk))
            # The empty string is left out of the index, and said so that the index is used.
            found.update(
                caller
                for (caller,) in self._rows(
                    f"SELECT DISTINCT caller FROM ticket WHERE caller IN ({marks}) AND caller <> ''"
                    " AND closed_ms IS NULL",
                    chunk,
                )
            )
        return found

    def call_began_ms(self, call: str) -> int | None:
        began_ms: int | None = self._rows("SELECT min(entered_ms) FROM visit WHERE call = ?", (call,))[0][0]
        return began_ms

    def calls_told(self, calls: Sequence[str]) -> list[CallTold]:
        """What the floor knows of some calls, in order of coming; those it does not know are left out."""
        found: dict[str, CallTold] = {}
        for at in range(0, len(calls), _MANY):
            chunk = calls[at : at + _MANY]
            for call, queue, entered_ms, agent in self._rows(
                f"SELECT call, queue, entered_ms, agent FROM visit WHERE call IN ({','.join('?' * len(chunk))})"
                " ORDER BY entered_ms",
                chunk,
            ):
                before = found.get(call, CallTold(call, queue, entered_ms, ""))
                found[call] = before._replace(agent=agent or before.agent)
        return list(found.values())

    def written_while_talking(self, since_ms: int) -> list[TicketCreated]:
        found: dict[str, list[TicketCreated]] = {}
        for at_ms, kind, detail in self._rows(
            "SELECT e.at_ms, e.kind, e.detail FROM ticket t CROSS JOIN ticket_fact f ON f.ticket = t.ticket"
            " CROSS JOIN event e ON e.seq = f.seq WHERE t.created_ms >= ? AND e.kind = 'ticket_created'"
            " AND json_extract(e.detail, '$.call') IS NOT NULL ORDER BY e.seq",
            (since_ms,),
        ):
            made: Any = from_row(at_ms, kind, None, None, None, detail)
            found.setdefault(made.ticket, []).append(made)
        return [made[0] for made in found.values() if all(each.call_ended_ms is None for each in made)]

    def calls_ended_ms(self, calls: Collection[str]) -> dict[str, int]:
        asked, found = sorted(calls), dict[str, int]()
        for start in range(0, len(asked), _MANY):
            chunk = asked[start : start + _MANY]
            found.update(
                self._rows(
                    f"SELECT call, max(ended_ms) FROM visit WHERE call IN ({','.join('?' * len(chunk))})"
                    " GROUP BY call HAVING count(*) = count(ended_ms)",
                    chunk,
                )
            )
        return found

    def tickets_promised_to(self, number: str) -> list[str]:
        found = self._rows(
            "SELECT DISTINCT json_extract(detail, '$.ticket') FROM event"
            " WHERE kind = 'ticket_promised' AND json_extract(detail, '$.number') = ? ORDER BY 1",
            (number,),
        )
        return [ticket for (ticket,) in found]

    def tickets_running_at(self, unit: str) -> list[str]:
        # Of the clocks only those that run are in the index.
        found = self._rows(
            "SELECT DISTINCT ticket FROM ticket_clock"
            " WHERE stopped_ms IS NULL AND due_ms IS NOT NULL AND unit = ? ORDER BY ticket",
            (unit,),
        )
        return [ticket for (ticket,) in found]

    def is_ticket_made_for(self, contact: str) -> bool:
        found = self._rows(
            "SELECT 1 FROM event WHERE kind = 'ticket_created'"
            " AND json_extract(detail, '$.fields.notice_contact') = ? LIMIT 1",
            (contact,),
        )
        return bool(found)

    def credited_tickets(self, start_ms: int, end_ms: int) -> list[Ticket]:
        """The tickets on which an amount was granted in [start, end), taken back or not."""
        found = self._rows(
            "SELECT DISTINCT json_extract(detail, '$.ticket') FROM event"
            " WHERE kind = 'ticket_credited' AND at_ms >= ? AND at_ms < ? ORDER BY 1",
            (start_ms, end_ms),
        )
        return list(self._tickets.tickets([ticket for (ticket,) in found]).values())
