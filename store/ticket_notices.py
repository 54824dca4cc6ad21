"""Notices in SQLite: what is known to be broken or is going to happen, who was told, and the contacts it absorbed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any, Final

from app.core import ticket_events as kinds
from app.core.alert_events import AlertDelivered
from app.core.journal import Fact
from app.tickets.notice_times import alert_of
from app.tickets.ports import Notice, NoticeContact
from store.database import Store, rows, translated
from store.event_rows import from_row

_GROUP: Final = 5_000

_Key = tuple[str, str]
"""A notice, and a contact of it; an empty contact for what is said of the notice itself."""


def _key(event: Any) -> _Key:
    return event.notice, getattr(event, "contact", "")


class SqliteNotices:
    """Folds notices, and reads them. What a batch touches is made anew of its facts, in order of their instants.

    Args:
        store: The connection to use.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    # -- folding -----------------------------------------------------------------------------------------------------

    def clear(self) -> None:
        """Remove all that is folded."""
        for table in ("notice", "notice_contact", "notice_fact"):
            self._store.connection.execute(f"DELETE FROM {table}")

    def fold(self, facts: Sequence[Fact]) -> None:
        """Take in facts."""
        self._store.connection.executemany(
            "INSERT INTO notice_fact VALUES (?, ?, ?, ?)",
            [(*_key(event), event.at_ms, seq) for seq, _source, event in facts],
        )
        for key in dict.fromkeys(_key(event) for _seq, _source, event in facts):
            if key[1]:
                self._fold_contact(key)
            else:
                self._fold_notice(key)

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

    def _facts(self, key: _Key) -> list[Any]:
        found = self._store.connection.execute(
            "SELECT e.at_ms, e.kind, e.detail FROM notice_fact f CROSS JOIN event e ON e.seq = f.seq"
            " WHERE f.notice = ? AND f.contact = ? ORDER BY f.at_ms, f.seq",
            key,
        )
        return [from_row(at_ms, kind, None, None, None, detail) for at_ms, kind, detail in rows(found)]

    def _fold_notice(self, key: _Key) -> None:
        facts = self._facts(key)
        posted = [event for event in facts if isinstance(event, kinds.NoticePosted)]
        said: kinds.NoticePosted | None = posted[-1] if posted else None
        # Posted again after its end, it is broken again.
        said_last = next((event for event in reversed(facts) if not isinstance(event, kinds.NoticeTold)), None)
        ended_ms = said_last.at_ms if isinstance(said_last, kinds.NoticeEnded) else None
        self._store.connection.execute(
            "INSERT OR REPLACE INTO notice (notice, posted_ms, by, area, service, wording, expected_end_ms, ended_ms,"
            " event, starts_ms, volume_percent, ahead_seconds, tell) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                key[0],
                (posted or facts)[0].at_ms,
                (posted or facts)[0].by,
                said.area if said else "",
                said.service if said else "",
                said.wording if said else "",
                said.expected_end_ms if said else None,
                ended_ms,
                said.event if said else "outage",
                said.starts_ms if said else None,
                said.volume_percent if said else None,
                _listed(said.ahead_seconds) if said else "",
                _listed(said.tell) if said else "",
            ),
        )

    def _fold_contact(self, key: _Key) -> None:
        facts = self._facts(key)
        linked = [event for event in facts if isinstance(event, kinds.NoticeLinked)]
        known: kinds.NoticeLinked | None = linked[-1] if linked else None
        first = known or facts[0]
        self._store.connection.execute(
            "INSERT OR REPLACE INTO notice_contact VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *key,
                first.at_ms,
                first.by,
                (known.call or "") if known else "",
                known.caller if known else "",
                known.customer if known else "",
                known.area if known else "",
                known.service if known else "",
                int(any(isinstance(event, kinds.NoticeStillCutOff) for event in facts)),
            ),
        )

    # -- reading -----------------------------------------------------------------------------------------------------

    def _found(self, statement: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        with translated(self._store.path):
            return rows(self._store.connection.execute(statement, values))

    def notices(self, only_live: bool) -> list[Notice]:
        """Notices, the newest first."""
        where = "WHERE ended_ms IS NULL" if only_live else ""
        found = self._found(
            "SELECT notice, posted_ms, by, area, service, wording, expected_end_ms, ended_ms,"
            " (SELECT count(*) FROM notice_contact c WHERE c.notice = n.notice),"
            " event, starts_ms, volume_percent, ahead_seconds, tell"
            f" FROM notice n {where} ORDER BY posted_ms DESC, notice"
        )
        return [Notice._make((*row[:12], _unlisted(row[12]), _unlisted(row[13]))) for row in found]

    def facts(self, notice: str) -> list[Any]:
        """What was said of a notice itself, in order: posted, told, ended."""
        with translated(self._store.path):
            return self._facts((notice, ""))

    def told_ms(self) -> dict[str, int]:
        """When people were last told ahead of notices, by name."""
        found = self._found(
            "SELECT f.notice, max(f.at_ms) FROM notice_fact f CROSS JOIN event e ON e.seq = f.seq"
            " WHERE f.contact = '' AND e.kind = 'notice_told' GROUP BY f.notice"
        )
        return dict(found)

    def deliveries(self, notice: str) -> list[AlertDelivered]:
        """What became of telling people of it, in order."""
        found = self._found(
            "SELECT e.at_ms, e.kind, e.detail FROM alert_fact f CROSS JOIN event e ON e.seq = f.seq"
            " WHERE f.alert = ? AND e.kind = 'alert_delivered' ORDER BY f.at_ms, f.seq",
            (alert_of(notice),),
        )
        facts = [from_row(at_ms, kind, None, None, None, detail) for at_ms, kind, detail in found]
        return [fact for fact in facts if isinstance(fact, AlertDelivered)]

    def contacts(self, notice: str) -> list[NoticeContact]:
        """The contacts a notice absorbed, in order."""
        found = self._found(
            "SELECT notice, contact, at_ms, by, call, caller, customer, area, service, is_cut_off FROM notice_contact"
            " WHERE notice = ? ORDER BY at_ms, contact",
            (notice,),
        )
        return [NoticeContact._make((*row[:9], bool(row[9]))) for row in found]


def _listed(values: Sequence[object]) -> str:
    return json.dumps(list(values), ensure_ascii=False) if values else ""


def _unlisted(text: str) -> tuple[Any, ...]:
    return tuple(json.loads(text)) if text else ()
