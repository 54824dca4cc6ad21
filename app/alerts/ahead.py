"""Tells people ahead of what is planned: once for each lead, over restarts and whoever takes over.

That they are told, and what they are told, is decided and stored in one transaction: the fact that says so and the
messages in the outbox. Killed before it, nothing has happened; killed after it, the fact says that it was done.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from datetime import tzinfo
from typing import Final, NamedTuple, Protocol

from app.alerts.ports import OutboxMessage
from app.alerts.rule import AlertBook
from app.alerts.service import expanded
from app.alerts.telling import TERMINAL
from app.alerts.wording import time_text
from app.core.alert_events import AlertDelivered
from app.core.clock import Clock
from app.core.facts import Batch, Draft
from app.core.i18n import _, language
from app.core.journal import Journal
from app.core.text import inert
from app.core.ticket_events import PROGRAM, NoticeEvent, NoticeTold
from app.core.zones import at
from app.tickets.notice_times import Telling, alert_of, begins_ms, next_telling_ms, telling
from app.tickets.notice_words import effect_text, event_word, place_text
from app.tickets.ports import Notice

SOURCE: Final = "ahead"
"""Under which name the event log keeps that people were told."""

WARNED_LEVEL: Final = "3"
"""Whose chain is told where a notice names nobody."""

RETRY_MS: Final = 1_000


class NoticesRead(Protocol):
    """What is asked of the stored notices."""

    def notices(self, *, only_live: bool) -> list[Notice]:
        """Notices, the newest first."""
        ...

    def notice_facts(self, notice: str) -> list[NoticeEvent]:
        """What was said of a notice itself, in order."""
        ...


class MessagesPut(Protocol):
    """What is asked of the outbox."""

    def put(self, messages: Iterable[OutboxMessage]) -> int:
        """Put messages in, inside a write transaction."""
        ...


class LogRead(Protocol):
    """What is asked of the event log."""

    def version(self) -> tuple[int, int]:
        """The newest fact folded, and how often everything was rebuilt."""
        ...


class _Due(NamedTuple):
    notice: Notice
    telling: Telling


class _Nothing(Exception):
    """There is nothing to tell any more: the way out of a transaction."""


class AheadTeller:
    """Puts into the outbox what people are to be told ahead; used by the thread that folds.

    Args:
        journal: Where facts are recorded.
        log: Tells that something changed; of the same connection as the journal.
        notices: Likewise.
        outbox: Likewise.
        book: The rules in force, for who is told and how.
        clock: The clock the floor lives by.
        zone: The site's zone, for the times in messages.
    """

    def __init__(
        self,
        journal: Journal,
        log: LogRead,
        notices: NoticesRead,
        outbox: MessagesPut,
        book: Callable[[], AlertBook],
        clock: Clock,
        zone: tzinfo,
    ) -> None:
        self._journal = journal
        self._log = log
        self._notices = notices
        self._outbox = outbox
        self._book = book
        self._clock = clock
        self._zone = zone
        self._seen: tuple[int, int] | None = None
        self._next_ms: int | None = None

    def attend(self) -> int:
        """Tell what is due; cheap when nothing is, and called several times a second.

        Returns:
            How many facts were recorded.

        Raises:
            StoreProblem: When the store refuses; what was not stored is done the next time.
        """
        version = self._log.version()
        now_ms = self._clock.now_ms()
        is_due = self._next_ms is not None and self._next_ms <= now_ms
        if version == self._seen and not is_due:
            return 0
        recorded = 0
        if self._due(now_ms):
            with suppress(_Nothing):
                recorded = self._journal.decide(lambda: self._told(now_ms)).events
        times = (
            next_telling_ms(notice, self._leads_told(notice), now_ms)
            for notice in self._notices.notices(only_live=True)
            if notice.starts_ms is not None
        )
        next_ms = min((at_ms for at_ms in times if at_ms is not None), default=None)
        self._next_ms = None if next_ms is None else max(next_ms, now_ms + RETRY_MS if is_due else 0)
        self._seen = self._log.version()
        return recorded

    def _due(self, now_ms: int) -> list[_Due]:
        planned = [one for one in self._notices.notices(only_live=True) if one.starts_ms is not None]
        found = ((one, telling(one, self._leads_told(one), now_ms)) for one in planned)
        return [_Due(notice, due) for notice, due in found if due is not None]

    def _leads_told(self, notice: Notice) -> list[tuple[int, Sequence[int]]]:
        facts = self._notices.notice_facts(notice.notice)
        return [(fact.starts_ms, fact.leads_seconds) for fact in facts if isinstance(fact, NoticeTold)]

    def _told(self, now_ms: int) -> Batch:
        """Inside the write transaction: the messages, and the facts that say so."""
        due = self._due(now_ms)
        if not due:
            raise _Nothing
        book = self._book()
        drafts = []
        for notice, what in due:
            recipients = recipients_of(notice, book)
            waiting = messages(notice, what, recipients, book, now_ms, self._zone)
            on_screens = [each for each in waiting if book.channels[each.channels[0]].kind == TERMINAL]
            self._outbox.put(each for each in waiting if each not in on_screens)
            starts_ms = begins_ms(notice)
            fact = NoticeTold(
                at_ms=now_ms,
                notice=notice.notice,
                by=PROGRAM,
                starts_ms=starts_ms,
                leads_seconds=what.leads_seconds,
                recipients=recipients,
            )
            identity = f"{fact.kind}/{notice.notice}/{starts_ms}/{what.leads_seconds[-1]}"
            drafts.append(Draft(fact, identity.encode()))
            drafts += [_shown(each, now_ms) for each in on_screens]
        return Batch(SOURCE, drafts)


def recipients_of(notice: Notice, book: AlertBook) -> tuple[str, ...]:
    """The keys of those who are told ahead: whom the notice names, else who is told of a level III first."""
    keys = notice.tell or tuple(key for step in book.chains.get(WARNED_LEVEL, ())[:1] for key in step.tell)
    return tuple(dict.fromkeys(key for key in expanded(book, keys) if key in book.recipients))


def messages(
    notice: Notice, what: Telling, recipients: Iterable[str], book: AlertBook, now_ms: int, zone: tzinfo
) -> list[OutboxMessage]:
    """What is put into the outbox: one message for those who have the same channels.

    Its name is made of the notice, its beginning and the lead: the same thing is told once to the same people.
    """
    together: dict[tuple[str, ...], list[str]] = {}
    for key in recipients:
        channels = tuple(dict.fromkeys(name for name in book.recipients[key].channels if name in book.channels))
        if channels:
            together.setdefault(channels, []).append(key)
    subject, body = words(notice, what, now_ms, zone)
    found = []
    for channels, keys in together.items():
        about = "\0".join((notice.notice, str(what.leads_seconds[-1]), *keys))
        name = f"{begins_ms(notice)}-notice-{hashlib.sha256(about.encode()).hexdigest()[:24]}"
        recipient = ", ".join(keys)
        found.append(
            OutboxMessage(
                name, alert_of(notice.notice), recipient, channels, subject, body, now_ms, 0, now_ms, is_sending=False
            )
        )
    return found


def words(notice: Notice, what: Telling, now_ms: int, zone: tzinfo) -> tuple[str, str]:
    """The subject and the lines below it, in the present language; what comes from data is made harmless."""
    left_seconds = (begins_ms(notice) - now_ms) // 1000
    about = {"event": event_word(notice), "place": inert(place_text(notice))}
    if left_seconds > 0:
        # Seconds are of no use to somebody who plans.
        whole = left_seconds // 60 * 60 or left_seconds
        subject = _("[Ahead] In {length}: {event}, {place}").format(length=time_text(whole, language()), **about)
    else:
        subject = _("[Ahead] It has begun: {event}, {place}").format(**about)
    lines = [
        inert(notice.wording),
        _("From {start} to {end}.").format(
            start=_when(begins_ms(notice), zone),
            end=_("nobody knows when") if notice.expected_end_ms is None else _when(notice.expected_end_ms, zone),
        ),
    ]
    if effect := effect_text(notice):
        lines.append(_("Expected: {effect}; the forecast does not count it.").format(effect=effect))
    if what.is_late:
        lines.append(_("This was to be said earlier: it was posted late, or the program was down."))
    lines.append(inert(notice.notice))
    return subject, "\n".join(lines)


def _shown(message: OutboxMessage, now_ms: int) -> Draft:
    """That every open screen says it by itself."""
    fact = AlertDelivered(
        at_ms=now_ms,
        alert=message.alert,
        by=PROGRAM,
        message=message.message,
        recipient=message.recipient,
        channel=message.channels[0],
        outcome="told",
        answer=_("on every open screen"),
    )
    return Draft(fact, f"{fact.kind}/{message.message}".encode())


def _when(at_ms: int, zone: tzinfo) -> str:
    return at(at_ms, zone).strftime("%Y-%m-%d %H:%M")
