"""Tickets in SQLite: what `app.tickets` asks of storage, for folding and for reading."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from app.core.alert_events import AlertDelivered
from app.core.journal import Fact
from app.core.ticket_events import PROGRAM, NoticeEvent
from app.tickets.model import Awaited, Ticket
from app.tickets.policy import PolicyBook
from app.tickets.ports import BookVersion, Notice, NoticeContact, SavedView, TicketChanges
from store.database import Store, rows, translated
from store.event_rows import from_row
from store.ticket_notices import SqliteNotices
from store.ticket_rows import from_text, to_text

_MANY: Final = 500
"""Values in one IN list: well below SQLite's limit of variables."""

_GROUP: Final = 1_000
"""Tickets folded at a time: a few megabytes of them."""

_BODY: Final = "ticket, body FROM ticket"


def _chunks(values: Sequence[str], size: int = _MANY) -> Iterator[tuple[str, Sequence[str]]]:
    for start in range(0, len(values), size):
        chunk = values[start : start + size]
        yield ",".join("?" * len(chunk)), chunk


def _groups(values: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(values), _GROUP):
        yield values[start : start + _GROUP]


class SqliteTickets:
    """Implements `TicketStore` for folding (inside the journal's transaction) and `TicketReader` for everyone else.

    What reads here is one statement each, but for `ticket_changes`: it may be asked inside a write transaction too,
    and sees what that has written.

    Args:
        store: The connection to use.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._notices = SqliteNotices(store)
        self._books: tuple[BookVersion, ...] = ()
        self._newest_book: list[tuple[Any, ...]] = []

    def _found(self, statement: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        with translated(self._store.path):
            return rows(self._store.connection.execute(statement, values))

    # -- folding -----------------------------------------------------------------------------------------------------

    def ticket_facts(self, tickets: Sequence[str]) -> dict[str, list[Fact]]:
        found: dict[str, list[Fact]] = {}
        for marks, chunk in _chunks(tickets):
            cursor = self._store.connection.execute(
                "SELECT f.ticket, f.seq, s.name, e.at_ms, e.kind, e.detail FROM ticket_fact f"
                " CROSS JOIN event e ON e.seq = f.seq CROSS JOIN source s ON s.id = e.source"
                f" WHERE f.ticket IN ({marks}) ORDER BY f.ticket, f.at_ms, f.seq",
                chunk,
            )
            for ticket, seq, source, at_ms, kind, detail in rows(cursor):
                fact = (seq, source, from_row(at_ms, kind, None, None, None, detail))
                found.setdefault(ticket, []).append(fact)
        return found

    def note_facts(self, facts: Sequence[Fact]) -> None:
        self._store.connection.executemany(
            "INSERT INTO ticket_fact VALUES (?, ?, ?)",
            [(event.ticket, event.at_ms, seq) for seq, _source, event in facts],  # type: ignore[union-attr]
        )

    def save_tickets(self, folded: Iterable[tuple[Ticket, Sequence[Awaited], int]]) -> None:
        ticket_rows: list[tuple[object, ...]] = []
        clock_rows: list[tuple[object, ...]] = []
        awaited_rows: list[tuple[object, ...]] = []
        for ticket, awaited, seq in folded:
            ticket_rows.append(_ticket_row(ticket, seq))
            number = ticket.ticket
            clock_rows += [
                (
                    number,
                    clock.stage,
                    clock.cycle,
                    clock.run,
                    clock.role,
                    clock.unit,
                    clock.person,
                    clock.started_ms,
                    clock.stopped_ms,
                    clock.limit_seconds,
                    clock.used_ms,
                    clock.due_ms,
                    int(clock.is_void),
                    clock.calendar,
                    clock.policy,
                )
                for clock in ticket.clocks
            ]
            awaited_rows += [(one.ticket, one.what, one.clock, one.step, one.due_ms) for one in awaited]
        connection = self._store.connection
        numbers = [(row[0],) for row in ticket_rows]
        connection.executemany("DELETE FROM ticket_clock WHERE ticket = ?", numbers)
        connection.executemany("DELETE FROM ticket_awaited WHERE ticket = ?", numbers)
        connection.executemany(
            "INSERT OR REPLACE INTO ticket VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", ticket_rows
        )
        connection.executemany(
            "INSERT INTO ticket_clock VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", clock_rows
        )
        connection.executemany("INSERT INTO ticket_awaited VALUES (?, ?, ?, ?, ?)", awaited_rows)

    def clear_tickets(self) -> None:
        connection = self._store.connection
        for table in ("ticket", "ticket_clock", "ticket_awaited"):
            connection.execute(f"DELETE FROM {table}")
        self._notices.clear()

    def tickets_in_log(self) -> Iterator[Sequence[str]]:
        connection = self._store.connection
        connection.execute("DELETE FROM ticket_fact")
        last_seq = 0
        while True:
            found = rows(
                connection.execute(
                    "SELECT seq, at_ms, detail FROM event WHERE seq > ? AND kind GLOB 'ticket_*'"
                    " ORDER BY seq LIMIT 10000",
                    (last_seq,),
                )
            )
            if not found:
                break
            last_seq = found[-1][0]
            connection.executemany(
                "INSERT INTO ticket_fact VALUES (?, ?, ?)",
                [(json.loads(detail)["ticket"], at_ms, seq) for seq, at_ms, detail in found],
            )
        yield from _groups([number for (number,) in self._found("SELECT DISTINCT ticket FROM ticket_fact")])

    def open_tickets(self) -> Iterator[Sequence[str]]:
        found = self._found(
            "SELECT ticket FROM ticket WHERE closed_ms IS NULL"
            " UNION SELECT ticket FROM ticket WHERE closed_ms >= (SELECT max(applied_ms) FROM ticket_policy) ORDER BY 1"
        )
        yield from _groups([number for (number,) in found])

    def unit_parents(self) -> dict[str, str]:
        return dict(self._found("SELECT unit, parent FROM unit WHERE parent IS NOT NULL"))

    def begin_anew(self) -> None:
        self._store.connection.execute("UPDATE journal SET generation = generation + 1")

    def fold_notices(self, facts: Sequence[Fact]) -> None:
        self._notices.fold(facts)

    def fold_notices_in_log(self) -> None:
        self._notices.fold_log()

    # -- what is promised --------------------------------------------------------------------------------------------

    def books(self) -> Sequence[BookVersion]:
        newest = self._found("SELECT * FROM ticket_policy ORDER BY version DESC LIMIT 1")
        if newest != self._newest_book:
            # The row whole: another book may have its number where a transaction was undone.
            self._newest_book = newest
            found = self._found("SELECT version, applied_ms, actor, file, book FROM ticket_policy ORDER BY version")
            self._books = tuple(_book_version(row) for row in found)
        return self._books

    def save_book(self, book: PolicyBook, applied_ms: int, actor: str, file: str) -> int:
        """Put a book in force, with the unit tree of now; inside a write transaction, in which the open tickets are
        then counted anew (`TicketFold.refold_open`).

        Args:
            book: What is promised from now on.
            applied_ms: The present instant; never before the version that was in force.
            actor: Who applies it.
            file: The file it was read from.

        Returns:
            Its version.
        """
        versions = self.books()
        version = versions[-1].version + 1 if versions else 1
        if versions:
            applied_ms = max(applied_ms, versions[-1].applied_ms)
        self._insert_book(version, applied_ms, actor, file, book)
        return version

    def renew_book(self, applied_ms: int) -> bool:
        """Put the book in force anew where it says calendars of units and the unit tree is another one by now.

        Inside a write transaction, in which the open tickets are counted anew where it says True.
        """
        versions = self.books()
        if not versions or not versions[-1].book.unit_calendars or versions[-1].parents == self.unit_parents():
            return False
        self.save_book(versions[-1].book, applied_ms, PROGRAM, versions[-1].file)
        return True

    def _insert_book(self, version: int, applied_ms: int, actor: str, file: str, book: PolicyBook) -> None:
        kept = {"book": book.model_dump(mode="json", exclude_defaults=True), "parents": self.unit_parents()}
        self._store.connection.execute(
            "INSERT INTO ticket_policy VALUES (?, ?, ?, ?, ?)",
            (version, applied_ms, actor, file, json.dumps(kept, ensure_ascii=False)),
        )

    # -- reading -----------------------------------------------------------------------------------------------------

    def ticket(self, number: str) -> Ticket | None:
        found = self._found("SELECT body FROM ticket WHERE ticket = ?", (number,))
        return from_text(found[0][0]) if found else None

    def tickets(self, numbers: Sequence[str]) -> dict[str, Ticket]:
        found: dict[str, Ticket] = {}
        for marks, chunk in _chunks(numbers):
            for number, body in self._found(f"SELECT {_BODY} WHERE ticket IN ({marks}) ORDER BY ticket", chunk):
                found[number] = from_text(body)
        return found

    def ticket_changes(self, since_seq: int, generation: int) -> TicketChanges:
        with self._store.reading() as connection:
            seq, now = rows(connection.execute("SELECT folded_seq, generation FROM journal"))[0]
            is_whole = since_seq == 0 or now != generation
            if is_whole:
                found = rows(connection.execute(f"SELECT {_BODY} WHERE closed_ms IS NULL ORDER BY ticket"))
            else:
                found = rows(connection.execute(f"SELECT {_BODY} WHERE seq > ? ORDER BY ticket", (since_seq,)))
        return TicketChanges(seq, now, is_whole, [from_text(body) for _number, body in found])

    def tickets_of(self, *, customer: str = "", caller: str = "", since_ms: int = 0) -> list[Ticket]:
        found: dict[str, str] = {}
        for column, value in (("customer", customer), ("caller", caller)):
            if value:
                # The empty string is left out of the index, and said so that the index is used.
                found |= dict(
                    self._found(
                        f"SELECT {_BODY} WHERE {column} = ? AND {column} <> ''"
                        " AND (created_ms >= ? OR closed_ms IS NULL)",
                        (value, since_ms),
                    )
                )
        return [from_text(body) for _number, body in sorted(found.items())]

    def tickets_between(self, start_ms: int, end_ms: int) -> Iterator[Ticket]:
        found = self._found(
            # A bridge may tell of a return after the closing: the newest fact decides.
            "SELECT ticket FROM ticket WHERE changed_ms >= ? AND created_ms < ? AND closed_ms IS NOT NULL"
            " UNION ALL SELECT ticket FROM ticket WHERE closed_ms IS NULL AND created_ms < ? ORDER BY 1",
            (start_ms, end_ms, end_ms),
        )
        for group in _groups([number for (number,) in found]):
            yield from self.tickets(group).values()

    def awaited(self, until_ms: int, since_ms: int = 0) -> list[Awaited]:
        """What is due in [since, until], the oldest first."""
        found = self._found(
            "SELECT due_ms, ticket, what, clock, step FROM ticket_awaited WHERE due_ms BETWEEN ? AND ?"
            " ORDER BY due_ms, ticket, clock, step",
            (since_ms, until_ms),
        )
        return [Awaited(*row) for row in found]

    def next_awaited_ms(self, since_ms: int = 0) -> int | None:
        """When the next thing is due, of those due at an instant or later; None where nothing is."""
        found = self._found("SELECT min(due_ms) FROM ticket_awaited WHERE due_ms >= ?", (since_ms,))
        due_ms: int | None = found[0][0]
        return due_ms

    def notices(self, *, only_live: bool) -> list[Notice]:
        return self._notices.notices(only_live)

    def notice_contacts(self, notice: str) -> list[NoticeContact]:
        return self._notices.contacts(notice)

    def notice_facts(self, notice: str) -> list[NoticeEvent]:
        return self._notices.facts(notice)

    def notices_told_ms(self) -> dict[str, int]:
        """When people were last told ahead of notices, by name."""
        return self._notices.told_ms()

    def notice_deliveries(self, notice: str) -> list[AlertDelivered]:
        return self._notices.deliveries(notice)

    # -- saved filters, numbers, and how far the loops have looked ---------------------------------------------------

    def views(self) -> list[SavedView]:
        return [
            SavedView(*row) for row in self._found("SELECT name, query, actor, saved_ms FROM ticket_view ORDER BY name")
        ]

    def save_view(self, view: SavedView) -> None:
        """Keep a filter under its name instead of an earlier one; inside a write transaction."""
        self._store.connection.execute("INSERT OR REPLACE INTO ticket_view VALUES (?, ?, ?, ?)", tuple(view)[:4])

    def remove_view(self, name: str) -> bool:
        """Forget a filter; inside a write transaction. Says whether there was one."""
        return bool(self._store.connection.execute("DELETE FROM ticket_view WHERE name = ?", (name,)).rowcount)

    def next_serial(self, day: str) -> int:
        """The next number of a day, from 1, never given twice; inside a write transaction.

        Args:
            day: The local date, as it stands in numbers.
        """
        cursor = self._store.connection.execute(
            "INSERT INTO ticket_serial VALUES (?, 1) ON CONFLICT (day) DO UPDATE SET last = last + 1 RETURNING last",
            (day,),
        )
        return int(rows(cursor)[0][0])

    def attendant_seq(self) -> int:
        """The newest fact that the loops have looked at."""
        return int(self._found("SELECT seq FROM attendant")[0][0])

    def set_attendant_seq(self, seq: int) -> None:
        """Remember how far the loops have looked; inside the write transaction that stores what they made."""
        self._store.connection.execute("UPDATE attendant SET seq = ?", (seq,))


def _ticket_row(ticket: Ticket, seq: int) -> tuple[object, ...]:
    return (
        ticket.ticket,
        ticket.ticket_type,
        ticket.state.value,
        ticket.unit,
        ticket.owner,
        ticket.origin_unit,
        ticket.customer,
        ticket.caller,
        ticket.subject,
        ticket.created_ms,
        ticket.closed_ms,
        ticket.changed_ms,
        seq,
        to_text(ticket),
    )


def _book_version(row: tuple[Any, ...]) -> BookVersion:
    version, applied_ms, actor, file, text = row
    kept: Mapping[str, Any] = json.loads(text)
    return BookVersion(
        version, applied_ms, actor, file, PolicyBook.model_validate_json(json.dumps(kept["book"])), kept["parents"]
    )
