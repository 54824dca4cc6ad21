"""Tells people of alerts: puts messages into the outbox, hands them to the channels, records what became of them.

It runs on the thread that folds; only sending waits, and that is done on other threads (`channels.carriers`). What
there is to tell follows from the alerts and the book (`app.alerts.telling`), so that nothing has to be remembered: one
that takes over after a crash finds what is waiting in the outbox, and what was told in the facts. A message is marked
before it is handed to a channel; found marked by one that did not send it, it may have arrived, is sent once more and
says so.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import tzinfo
from typing import Any, Final, NamedTuple

from app.alerts import telling
from app.alerts.book_service import shipped_version
from app.alerts.channels.carriers import Carried, Carriers, Errand
from app.alerts.channels.model import Answer, Outgoing
from app.alerts.due_heap import DueHeap
from app.alerts.model import Alert
from app.alerts.outbox import Pace, after, is_due
from app.alerts.ports import OutboxMessage
from app.alerts.rule import AlertBook, Rule
from app.alerts.telling_ports import TellStore
from app.core.alert_events import AlertDelivered, AlertEscalated
from app.core.clock import Clock
from app.core.errors import StoreProblem
from app.core.facts import Batch, Draft
from app.core.i18n import _, language
from app.core.ticket_events import PROGRAM
from app.tickets.notice_times import is_of_notice

SOURCE: Final = "alert-telling"
"""Under which name the event log keeps who was told."""

CLOSING_SECONDS: Final = 2.0
"""How long an end waits for answers that are on their way."""

AT_ONCE: Final = 500
"""Alerts seen to in one transaction: reading goes on between."""

_MOST_ATTEMPTS: Final = 1_000
"""What a fact counts to."""


class TellSettings(NamedTuple):
    """What telling goes by besides the facts.

    Attributes:
        clock: The clock the floor lives by.
        wall_ms: The time of the world: services count by it how many messages a minute they get.
        zone: The site's, for the times in messages.
    """

    clock: Clock
    wall_ms: Callable[[], int]
    zone: tzinfo


class Teller:
    """Tells people; used by the thread that folds.

    Args:
        store: What is read, and where facts are recorded.
        carriers: Who sends.
        settings: Clocks and zone.
    """

    def __init__(self, store: TellStore, carriers: Carriers, settings: TellSettings) -> None:
        self._store = store
        self._carriers = carriers
        self._settings = settings
        self._clock = settings.clock
        self._back: list[Carried] = []
        self._paces: dict[str, Pace] = {}
        self._forget()

    def _forget(self) -> None:
        """Take all from the store again the next time: what is held may be of a transaction that was undone."""
        self._version: tuple[int, int] = (0, 0)
        self._is_loaded = False
        self._book_version = -1
        self._book = AlertBook()
        self._rules: dict[str, Rule] = {}
        self._alerts: dict[str, Alert] = {}
        self._due = DueHeap()
        self._box: dict[str, OutboxMessage] = {}
        self._box_of: dict[str, set[str]] = {}

    def attend(self) -> int:
        """Do what is due; cheap when nothing is, and called several times a second.

        Returns:
            How many facts were recorded.

        Raises:
            StoreProblem: When the store refuses; what was not stored is done the next time.
        """
        try:
            recorded = self._store_answers()
            recorded += self._tell()
            self._hand_over()
            return recorded
        except BaseException:
            self._forget()
            raise

    def close(self) -> None:
        """Store the answers that come within a moment; what is still on its way then is told once more by the next."""
        self._carriers.close()
        self._back += self._carriers.carried(CLOSING_SECONDS)
        with suppress(StoreProblem):
            self._catch_up()
            self._store_answers()

    # -- who is to be told -------------------------------------------------------------------------------------------

    def _catch_up(self) -> None:
        """Know what was recorded since the last time, by whomever, and which rules hold."""
        version = self._store.log.version()
        if self._is_loaded and version == self._version:
            # Rules are put in force without a fact.
            self._go_by_book()
            return
        now_ms = self._clock.now_ms()
        seq, generation = self._version if self._is_loaded else (0, 0)
        changes = self._store.alerts.alert_changes(seq, generation, now_ms - telling.LONGEST_MS)
        if not self._is_loaded or changes.is_whole:
            self._forget()
        for message in self._store.outbox.messages():
            # What is planned is told by others, who put their messages in beside these.
            if message.message not in self._box:
                self._keep(message)
                self._due.put(message.alert, 0)
        else:
            # Others put messages in, beside a fact that says so: of a notice, that people are told ahead.
            for message in self._store.outbox.messages():
                if message.message not in self._box:
                    self._keep(message)
        for alert in changes.alerts:
            known = self._alerts.get(alert.alert)
            if known is None or alert.pending_ms >= known.pending_ms:
                self._alerts[alert.alert] = alert
                self._due.put(alert.alert, 0)
        self._go_by_book()
        self._version = (changes.seq, changes.generation)
        self._is_loaded = True

    def _go_by_book(self) -> None:
        books = self._store.alerts.books()
        newest = books[-1] if books else shipped_version()
        if newest.version != self._book_version:
            self._book_version, self._book = newest.version, newest.book
            self._rules = {rule.id: rule for rule in newest.book.rules}
            for name in self._alerts:
                self._due.put(name, 0)

    def _tell(self) -> int:
        """Begin steps, and see to it that what is waiting is what there is to tell."""
        self._catch_up()
        now_ms = self._clock.now_ms()
        due_ms = self._due.next_ms
        if due_ms is None or due_ms > now_ms:
            return 0

        def make() -> Batch:
            # Once more, in the transaction: somebody may have taken it a moment ago.
            self._catch_up()
            drafts: list[Draft] = []
            for _count in range(AT_ONCE):
                if (name := self._due.pop(now_ms)) is None:
                    break
                self._see_to(name, now_ms, drafts)
            return Batch(SOURCE, drafts)

        return self._store.journal.decide(make).events

    def _see_to(self, name: str, now_ms: int, drafts: list[Draft]) -> None:
        alert = self._alerts.get(name)
        rule = None if alert is None else self._rules.get(alert.rule)
        wants: dict[str, telling.Wanted] = {}
        if alert is not None:
            if (step := telling.next_step(alert, rule, self._book, now_ms)) is not None:
                event = AlertEscalated(
                    at_ms=_after(alert, now_ms), alert=name, by=PROGRAM, step=step.step, recipients=step.recipients
                )
                drafts.append(Draft(event, f"{event.kind} {name} {alert.pending_ms} {step.step}".encode()))
            else:
                self._due.put(name, telling.next_ms(alert, rule, self._book, now_ms))
            wants = {want.message: want for want in telling.wanted(alert, rule, self._book, now_ms)}
            if not alert.is_open:
                self._let_go(alert, now_ms)
        self._take_back(name, wants, now_ms, drafts)
        if alert is not None:
            told = {message.message for message in alert.messages}
            for want in wants.values():
                if want.message not in told and want.message not in self._box:
                    self._put(alert, rule, want, now_ms, drafts)

    def _let_go(self, alert: Alert, now_ms: int) -> None:
        """Forget an alert a day after its end."""
        forgotten_ms = (alert.resolved_ms or 0) + telling.LONGEST_MS
        if forgotten_ms <= now_ms:
            del self._alerts[alert.alert]
        else:
            self._due.put(alert.alert, forgotten_ms)

    def _put(self, alert: Alert, rule: Rule | None, want: telling.Wanted, now_ms: int, drafts: list[Draft]) -> None:
        if not want.channels:
            answer = Answer("failed", _("None of the recipient's channels is in the rules."))
            drafts.append(self._delivered(alert.alert, want.message, want.recipient, "", answer, 1, now_ms))
            return
        if self._book.channels[want.channels[0]].kind == telling.TERMINAL:
            # Screens show it by themselves, and sound again with every reminder.
            if want.occasion == "step":
                answer = Answer("told", _("on every open screen"))
                drafts.append(
                    self._delivered(alert.alert, want.message, want.recipient, want.channels[0], answer, 1, now_ms)
                )
            return
        message = OutboxMessage(
            want.message,
            alert.alert,
            want.recipient,
            want.channels,
            telling.subject(alert, rule, want.occasion, language()),
            telling.body(alert, rule, want, language(), self._settings.zone),
            now_ms,
            0,
            now_ms,
            False,
        )
        self._store.outbox.put([message])
        self._keep(message)

    def _take_back(self, name: str, wants: dict[str, telling.Wanted], now_ms: int, drafts: list[Draft]) -> None:
        """Take out of the outbox what is to be told no more; a word that something is over stays until it is told, and
        so does what is told ahead of a notice."""
        if is_of_notice(name):
            return
        for key in sorted(self._box_of.get(name, ())):
            message = self._box[key]
            alert = self._alerts.get(name)
            is_earlier = alert is None or telling.occurrence_of(key) != alert.pending_ms
            is_kept = key in wants or (is_earlier and telling.occasion_of(key) == "over")
            if is_kept or self._carriers.has(key):
                continue
            if message.is_sending:
                said = _("Nobody has to be told any more; whether it arrived is not known.")
                drafts.append(
                    self._delivered(
                        name,
                        key,
                        message.recipient,
                        message.channels[0],
                        Answer("failed", said),
                        message.attempt + 1,
                        now_ms,
                    )
                )
            self._store.outbox.done(key)
            self._drop(key)

    # -- sending -----------------------------------------------------------------------------------------------------

    def _hand_over(self) -> None:
        """Give each channel that has nothing to do the gravest message that is due, the oldest first."""
        if not self._box:
            return
        now_ms, wall_ms = self._clock.now_ms(), self._settings.wall_ms()
        due = [each for each in self._box.values() if is_due(each, now_ms) and not self._carriers.has(each.message)]
        due.sort(key=lambda each: (self._level(each) or 9, each.due_ms, each.message))
        taken: dict[str, OutboxMessage] = {}
        for message in due:
            name = message.channels[0]
            settings = self._book.channels.get(name)
            if settings is None:
                answer = Answer("refused", _("There is no such channel in the rules any more."))
                if all(each.message != message.message for each in self._back):
                    self._back.append(Carried(name, message.message, answer))
            elif name not in taken and self._is_free(name, settings.per_minute, wall_ms):
                taken[name] = message
        if not taken:
            return
        with self._store.log.writing():
            for message in taken.values():
                self._store.outbox.mark_sending(message.message)
        for name, message in taken.items():
            self._paces[name].note(wall_ms)
            self._box[message.message] = message._replace(is_sending=True)
            self._carriers.start(Errand(name, self._book.channels[name], self._outgoing(message)))

    def _is_free(self, channel: str, per_minute: int, wall_ms: int) -> bool:
        pace = self._paces.setdefault(channel, Pace())
        return not self._carriers.is_busy(channel) and pace.allows(per_minute, wall_ms)

    def _outgoing(self, message: OutboxMessage) -> Outgoing:
        subject = message.subject
        if message.is_sending:
            subject = _("(possible repeat) {subject}").format(subject=subject)
        return Outgoing(
            message.message,
            message.alert,
            self._level(message),
            telling.occasion_of(message.message),
            subject,
            message.body,
            message.is_sending,
        )

    def _level(self, message: OutboxMessage) -> int:
        alert = self._alerts.get(message.alert)
        return 0 if alert is None else alert.level

    def _store_answers(self) -> int:
        """Record what became of messages, and what is to be done with them, in one transaction."""
        self._back += self._carriers.carried()
        if not self._back:
            return 0
        self._catch_up()
        now_ms = self._clock.now_ms()

        def make() -> Batch:
            drafts: list[Draft] = []
            for each in self._back:
                message = self._box.get(each.message)
                if message is not None:
                    drafts.append(self._settle(message, each, now_ms))
            return Batch(SOURCE, drafts)

        recorded = self._store.journal.decide(make).events
        for each in self._back:
            self._carriers.settle(each.message)
        self._back.clear()
        return recorded

    def _settle(self, message: OutboxMessage, carried: Carried, now_ms: int) -> Draft:
        found = after(message, carried.answer, now_ms)
        key, attempt = message.message, message.attempt + 1
        outbox = self._store.outbox
        if found.channels:
            outbox.postpone(key, found.channels, found.due_ms, attempt)
            if found.is_uncertain:
                outbox.mark_sending(key)
            self._box[key] = message._replace(
                channels=found.channels, due_ms=found.due_ms, attempt=attempt, is_sending=found.is_uncertain
            )
        else:
            outbox.done(key)
            self._drop(key)
        return self._delivered(message.alert, key, message.recipient, carried.channel, carried.answer, attempt, now_ms)

    # -- small things ------------------------------------------------------------------------------------------------

    def _keep(self, message: OutboxMessage) -> None:
        self._box[message.message] = message
        self._box_of.setdefault(message.alert, set()).add(message.message)

    def _drop(self, key: str) -> None:
        message = self._box.pop(key)
        keys = self._box_of[message.alert]
        keys.discard(key)
        if not keys:
            del self._box_of[message.alert]

    def _delivered(
        self, name: str, key: str, recipient: str, channel: str, answer: Answer, attempt: int, now_ms: int
    ) -> Draft:
        alert = self._alerts.get(name)
        event: Any = AlertDelivered(
            at_ms=now_ms if alert is None else _after(alert, now_ms),
            alert=name,
            by=PROGRAM,
            message=key,
            recipient=recipient,
            channel=channel,
            outcome=answer.outcome,
            answer=answer.answer,
            attempt=min(attempt, _MOST_ATTEMPTS),
        )
        return Draft(event, f"{event.kind} {key} {channel} {attempt}".encode())


def _after(alert: Alert, now_ms: int) -> int:
    """Now, or the newest moment of an alert should a clock have been set back: what follows it is not before it."""
    return max(now_ms, alert.moments[-1].at_ms)
