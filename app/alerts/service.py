"""What people do with alerts: they take them, quiet them, pass them on, and say that a system is down or up again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final, Protocol

from app.alerts.model import Alert, AlertState, Fault
from app.alerts.rule import AlertBook
from app.alerts.wording import LEVEL_WORDS
from app.core.alert_events import (
    AlertAcknowledged,
    AlertEscalated,
    AlertEvent,
    AlertSilenced,
    FaultDeclared,
    FaultEnded,
)
from app.core.clock import Clock
from app.core.errors import RuleRefused, UsageProblem
from app.core.event_fields import NAME_LIMIT, TEXT_LIMIT
from app.core.facts import Batch, Draft
from app.core.i18n import _
from app.core.journal import Journal
from app.core.tables import shown
from app.people.model import Actor

SOURCE: Final = "alerts"
"""The source of the facts that people make of alerts."""

LONGEST_SILENCE_MS: Final = 7 * 86_400_000
"""What is to be quiet for longer is a rule to be changed."""


class DeedStore(Protocol):
    """What deeds ask of storage, inside the transaction they are done in."""

    def open_alerts(self) -> list[Alert]:
        """Those that are not over, in order of occurrence."""
        ...

    def faults(self, *, only_live: bool) -> list[Fault]:
        """Declared faults, the newest first."""
        ...


class AlertService:
    """What one person does with alerts.

    Args:
        journal: Where facts are recorded.
        alerts: Where alerts are read; of the same connection.
        book: Tells the rules in force; for the chains.
        actor: Who does it.
        clock: Tells when.
    """

    def __init__(
        self, journal: Journal, alerts: DeedStore, book: Callable[[], AlertBook], actor: Actor, clock: Clock
    ) -> None:
        self._journal = journal
        self._alerts = alerts
        self._book = book
        self._actor = actor
        self._clock = clock

    def acknowledge(self, alerts: Sequence[str], note: str) -> int:
        """Take open alerts; somebody else's as well, who then no longer has them. Returns how many were taken.

        Raises:
            RuleRefused: When none of them is open.
            UsageProblem: When the note is too long.
        """
        note = _short_enough(note.strip())

        def fact(alert: Alert, now_ms: int) -> AlertEvent:
            return AlertAcknowledged(at_ms=now_ms, alert=alert.alert, by=self._actor.person, note=note)

        return self._do(alerts, self._raised, fact)

    def silence(self, alerts: Sequence[str], until_ms: int, note: str) -> int:
        """Have open alerts make no sound and tell nobody until an instant; returns how many.

        Args:
            alerts: Identities.
            until_ms: UTC milliseconds; the present or earlier ends a silence.
            note: Why.

        Raises:
            RuleRefused: When none of them is open.
            UsageProblem: When it would be for more than a week, or the note is too long.
        """
        note = _short_enough(note.strip())
        if until_ms - self._clock.now_ms() > LONGEST_SILENCE_MS:
            raise UsageProblem(
                _("An alert is silenced for a week at most: change its rule to be rid of it for longer.")
            )

        def fact(alert: Alert, now_ms: int) -> AlertEvent:
            return AlertSilenced(at_ms=now_ms, alert=alert.alert, by=self._actor.person, until_ms=until_ms, note=note)

        return self._do(alerts, self._raised, fact)

    def escalate(self, alerts: Sequence[str]) -> int:
        """Begin the next step of open alerts' chains now; returns how many had one.

        Raises:
            RuleRefused: When none of them is open, or none has another step.
        """

        def choose(names: Sequence[str]) -> list[Alert]:
            found = [alert for alert in self._raised(names) if alert.step + 1 < len(self._steps(alert))]
            if not found:
                level = LEVEL_WORDS[self._raised(names)[0].level]
                raise RuleRefused(
                    _("Level {level} has no further step: everyone its chain names has been told.").format(level=level)
                )
            return found

        def fact(alert: Alert, now_ms: int) -> AlertEvent:
            step = alert.step + 1
            recipients = expanded(self._book(), self._steps(alert)[step])
            return AlertEscalated(
                at_ms=now_ms, alert=alert.alert, by=self._actor.person, step=step, recipients=recipients
            )

        return self._do(alerts, choose, fact)

    def declare(self, what: str, source: str) -> str:
        """Declare a system down; returns the fault's id.

        Args:
            what: What is down, and what that affects, in words.
            source: The live source it is about; empty for none.

        Raises:
            UsageProblem: When nothing is said.
        """
        what = _short_enough(what.strip())
        if not what:
            raise UsageProblem(_("Say what is down, and what that affects."))
        fault = ""

        def make() -> Batch:
            nonlocal fault
            now_ms = self._clock.now_ms()
            known = {each.fault for each in self._alerts.faults(only_live=False)}
            number = now_ms
            while f"F-{number}" in known:
                number += 1
            fault = f"F-{number}"
            event = FaultDeclared(
                at_ms=now_ms, fault=fault, what=what, source=source.strip()[:NAME_LIMIT], by=self._actor.person
            )
            return Batch(SOURCE, [Draft(event, f"declare {fault}".encode())])

        self._journal.decide(make)
        return fault

    def end_fault(self, fault: str) -> None:
        """Say that the system works again.

        Raises:
            RuleRefused: When no such fault is live.
        """

        def make() -> Batch:
            if all(fault != live.fault for live in self._alerts.faults(only_live=True)):
                raise RuleRefused(
                    _("There is no live fault {fault}: it was ended already, or never declared.").format(
                        fault=shown(fault)
                    )
                )
            now_ms = self._clock.now_ms()
            event = FaultEnded(at_ms=now_ms, fault=fault, by=self._actor.person)
            return Batch(SOURCE, [Draft(event, f"end {fault}".encode())])

        self._journal.decide(make)

    # -- how it is done ----------------------------------------------------------------------------------------------

    def _do(
        self,
        names: Sequence[str],
        choose: Callable[[Sequence[str]], list[Alert]],
        fact: Callable[[Alert, int], AlertEvent],
    ) -> int:
        """Choose inside the transaction, and record one fact for each alert chosen."""
        count = 0

        def make() -> Batch:
            nonlocal count
            now_ms = self._clock.now_ms()
            chosen = choose(names)
            count = len(chosen)
            drafts = []
            for alert in chosen:
                event = fact(alert, now_ms)
                identity = f"{event.kind} {alert.alert} {alert.number} {now_ms} {self._actor.person}"
                drafts.append(Draft(event, identity.encode()))
            return Batch(SOURCE, drafts)

        self._journal.decide(make)
        return count

    def _raised(self, names: Sequence[str]) -> list[Alert]:
        wanted = set(names)
        is_up = (AlertState.RAISED, AlertState.ACKNOWLEDGED)
        listed = [alert for alert in self._alerts.open_alerts() if alert.alert in wanted]
        found = [alert for alert in listed if alert.state in is_up]
        if listed and not found:
            raise RuleRefused(
                _("{alert} is not raised yet: it becomes an alert when it has held for long enough.").format(
                    alert=shown(listed[0].alert)
                )
            )
        if not found:
            if len(wanted) == 1:
                raise RuleRefused(_("There is no open alert {alert}: it is over.").format(alert=shown(names[0])))
            raise RuleRefused(_("None of these alerts is open any more."))
        return found

    def _steps(self, alert: Alert) -> Sequence[tuple[str, ...]]:
        level = alert.level
        chains = self._book().chains
        found = chains.get("1" if level == 1 else "2" if level == 2 else "3", ())
        return [step.tell for step in found]


def expanded(book: AlertBook, keys: Iterable[str]) -> tuple[str, ...]:
    """The keys of recipients that keys of recipients and of groups stand for, each once, in order."""
    return tuple(dict.fromkeys(name for key in keys for name in book.groups.get(key, (key,))))


def _short_enough(text: str) -> str:
    if len(text) > TEXT_LIMIT:
        raise UsageProblem(_("That is too long: {limit} characters at most.").format(limit=f"{TEXT_LIMIT:,}"))
    return text
