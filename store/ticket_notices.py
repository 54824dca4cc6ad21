"""Notices in SQLite: what is known to be broken, and the contacts it absorbed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from app.core import ticket_events as kinds
from app.core.journal import Fact
from app.tickets.ports import Notice, NoticeContact
from store.database import Store, rows, translated
from store.event_rows import from_row

_GROUP: Final = 5_000


class SqliteNotices:
    """Folds notices, and reads them.

    Args:
        store: The connection to use.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def clear(self) -> None:
        """Remove all that is folded."""
        for table in ("notice", "notice_contact"):
            self._store.connection.execute(f"DELETE FROM {table}")

    def fold(self, facts: Sequence[Fact]) -> None:
        """Take in facts, in order of sequence number."""
        for _seq, _source, event in facts:
            match event:
                case kinds.NoticePosted():
                    self._post(event)
                case kinds.NoticeLinked():
                    self._link(event)
                case kinds.NoticeStillCutOff():
                    self._still_cut_off(event)
                case kinds.NoticeEnded():
                    self._end(event)

    def fold_log(self) -> None:
        """Take in all facts of the log."""
        for facts in self._log():
            self.fold(facts)

    def _log(self) -> Iterator[list[Fact]]:
        last_seq = 0
        while True:
            found = rows(
                self._store.connection.execute(
                    "SELECT seq, at_ms, kind, detail FROM event WHERE seq > ? AND kind GLOB 'notice_*'"
                    f" ORDER BY seq LIMIT {_GROUP}",
                    (last_seq,),
                )
            )
            if not found:
                return
            last_seq = found[-1][0]
            yield [(seq, "", from_row(at_ms, kind, None, None, None, detail)) for seq, at_ms, kind, detail in found]

    def _run(self, statement: str, values: Sequence[object]) -> None:
        self._store.connection.execute(statement, values)

    def _post(self, event: kinds.NoticePosted) -> None:
        self._run(
            "INSERT INTO notice VALUES (?, ?, ?, ?, ?, ?, ?, NULL) ON CONFLICT (notice) DO UPDATE SET"
            " posted_ms = min(posted_ms, excluded.posted_ms), by = excluded.by, area = excluded.area,"
            " service = excluded.service, wording = excluded.wording, expected_end_ms = excluded.expected_end_ms,"
            # Posted again after its end: it is broken again.
            " ended_ms = CASE WHEN ended_ms >= excluded.posted_ms THEN ended_ms END",
            (event.notice, event.at_ms, event.by, event.area, event.service, event.wording, event.expected_end_ms),
        )

    def _link(self, event: kinds.NoticeLinked) -> None:
        self._run(
            "INSERT INTO notice_contact VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0) ON CONFLICT (notice, contact) DO UPDATE"
            " SET at_ms = excluded.at_ms, by = excluded.by, call = excluded.call, caller = excluded.caller,"
            " customer = excluded.customer, area = excluded.area, service = excluded.service",
            (
                event.notice,
                event.contact,
                event.at_ms,
                event.by,
                event.call or "",
                event.caller,
                event.customer,
                event.area,
                event.service,
            ),
        )

    def _still_cut_off(self, event: kinds.NoticeStillCutOff) -> None:
        self._run(
            "INSERT INTO notice_contact VALUES (?, ?, ?, ?, '', '', '', '', '', 1) ON CONFLICT (notice, contact)"
            " DO UPDATE SET is_cut_off = 1",
            (event.notice, event.contact, event.at_ms, event.by),
        )

    def _end(self, event: kinds.NoticeEnded) -> None:
        self._run(
            "INSERT INTO notice VALUES (?, ?, ?, '', '', '', NULL, ?) ON CONFLICT (notice) DO UPDATE SET"
            " ended_ms = excluded.ended_ms",
            (event.notice, event.at_ms, event.by, event.at_ms),
        )

    def _found(self, statement: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        with translated(self._store.path):
            return rows(self._store.connection.execute(statement, values))

    def notices(self, only_live: bool) -> list[Notice]:
        """Notices, the newest first."""
        where = "WHERE ended_ms IS NULL" if only_live else ""
        found = self._found(
            "SELECT notice, posted_ms, by, area, service, wording, expected_end_ms, ended_ms,"
            " (SELECT count(*) FROM notice_contact c WHERE c.notice = n.notice)"
            f" FROM notice n {where} ORDER BY posted_ms DESC, notice"
        )
        return [Notice(*row) for row in found]

    def contacts(self, notice: str) -> list[NoticeContact]:
        """The contacts a notice absorbed, in order."""
        found = self._found(
            "SELECT notice, contact, at_ms, by, call, caller, customer, area, service, is_cut_off FROM notice_contact"
            " WHERE notice = ? ORDER BY at_ms, contact",
            (notice,),
        )
        return [NoticeContact._make((*row[:9], bool(row[9]))) for row in found]
