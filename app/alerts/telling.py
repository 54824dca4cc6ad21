"""Who is told of an alert, and when: chains, reminders, and the word that it is over. Pure.

All of it follows from the alert as it is folded and the book in force: which messages there should be by now, and when
that changes by time alone. A message has a name made of the occurrence, the occasion and whom it is for, so that what
was told, or is waiting to be, is known by its name, whoever asks and after whatever crash.

An alert that is silenced, muted by a graver one or taken by somebody tells nobody; an invitation never does.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import tzinfo
from typing import Final, NamedTuple

from app.alerts.model import Alert, AlertState
from app.alerts.rule import AlertBook, ChainStep, Rule
from app.alerts.service import expanded
from app.alerts.wording import LEVEL_WORDS, runbook_line, sentence
from app.core.event_fields import NAME_LIMIT
from app.core.i18n import Language, _
from app.core.text import inert
from app.core.zones import at

TERMINAL: Final = "terminal"
"""The kind of channel that every open screen is."""

LONGEST_MS: Final = 86_400_000
"""What was not told for so long is told no more."""


class Wanted(NamedTuple):
    """A message that there should be.

    Attributes:
        message: Its name: the same for the same thing to the same people.
        occasion: step, reminder or over.
        recipient: The keys of those it is for, divided by ", ": who has the same channels gets one message.
        channels: Those to try, in order.
        since_ms: When it became due.
    """

    message: str
    occasion: str
    recipient: str
    channels: tuple[str, ...]
    since_ms: int


class Step(NamedTuple):
    """A step of a chain that is to begin."""

    step: int
    recipients: tuple[str, ...]


def chain_of(book: AlertBook, level: int) -> tuple[ChainStep, ...]:
    """Who is told of a level, step by step."""
    return book.chains.get("1" if level == 1 else "2" if level == 2 else "3", ())


def is_telling(alert: Alert, rule: Rule | None, now_ms: int) -> bool:
    """Whether anybody is told of an alert as it stands."""
    return (
        alert.state is AlertState.RAISED
        and not alert.inhibited_by
        and not _is_silenced(alert, now_ms)
        and not (rule is not None and rule.is_invitation)
    )


def next_step(alert: Alert, rule: Rule | None, book: AlertBook, now_ms: int) -> Step | None:
    """The step that is to begin by now; None while the present one has time, or is the last."""
    if not is_telling(alert, rule, now_ms):
        return None
    step = alert.step + 1
    chain = chain_of(book, alert.level)
    due_ms = _step_due_ms(alert, chain)
    if due_ms is None or due_ms > now_ms:
        return None
    return Step(step, expanded(book, chain[step].tell))


def next_ms(alert: Alert, rule: Rule | None, book: AlertBook, now_ms: int) -> int | None:
    """When time alone changes who is to be told; None when it does not."""
    if alert.state is not AlertState.RAISED or alert.inhibited_by or (rule is not None and rule.is_invitation):
        return None
    if _is_silenced(alert, now_ms):
        return alert.silenced_until_ms
    return _step_due_ms(alert, chain_of(book, alert.level))


def wanted(alert: Alert, rule: Rule | None, book: AlertBook, now_ms: int) -> list[Wanted]:
    """The messages there should be by now, told or not; what is waiting and not among them is told no more.

    Who is named by several steps is told of the newest. A reminder takes the place of the present step's message.
    """
    if alert.state is AlertState.RESOLVED:
        return _over(alert, book, now_ms)
    if not is_telling(alert, rule, now_ms) or alert.step_ms is None:
        return []
    chain = chain_of(book, alert.level)
    found: list[Wanted] = []
    named: set[str] = set()
    for step in range(min(alert.step, len(chain) - 1), -1, -1):
        people = [name for name in expanded(book, chain[step].tell) if name not in named]
        named.update(people)
        since_ms, occasion, about = alert.step_ms, "step", f"step {step}"
        if step == alert.step and (reminded_ms := _reminded_ms(alert)) is not None:
            since_ms, occasion, about = reminded_ms, "reminder", f"reminder {reminded_ms}"
        if now_ms - since_ms >= LONGEST_MS:
            continue
        for recipient, channels in _together(book, people):
            name = _name(alert, occasion, f"{about} {recipient}")
            found.append(Wanted(name, occasion, recipient, channels, since_ms))
    return found


def occasion_of(message: str) -> str:
    """The occasion that a message's name tells."""
    parts = message.split("-")
    return parts[1] if len(parts) == 3 else ""


def occurrence_of(message: str) -> int:
    """When the occurrence began that a message's name tells; 0 where it tells none."""
    head = message.partition("-")[0]
    return int(head) if head.isdecimal() else 0


# -- words -----------------------------------------------------------------------------------------------------------


def subject(alert: Alert, rule: Rule | None, occasion: str, language: Language) -> str:
    """One line: the level, the occasion, and what the alert says."""
    said = inert(alert.alert) if rule is None else sentence(rule, alert.entity, dict(alert.values), language)
    level = LEVEL_WORDS[alert.level]
    if occasion == "over":
        return _("[{level}] Over: {says}").format(level=level, says=said)
    if occasion == "reminder":
        return _("[{level}] Still so: {says}").format(level=level, says=said)
    return _("[{level}] {says}").format(level=level, says=said)


def body(alert: Alert, rule: Rule | None, want: Wanted, language: Language, zone: tzinfo) -> str:
    """The lines below the subject: what to do, since when, whom it is for, and which alert it is."""
    lines = []
    if want.occasion == "over":
        lines.append(
            _("From {since} to {until}.").format(
                since=_when(alert.raised_ms, zone), until=_when(alert.resolved_ms, zone)
            )
        )
    else:
        if rule is not None and (runbook := runbook_line(rule, language)):
            lines.append(_("What to do: {runbook}").format(runbook=inert(runbook)))
        lines.append(_("Since {since}; nobody has it yet.").format(since=_when(alert.raised_ms, zone)))
        if alert.step > 0:
            lines.append(_("Step {step} of its chain: those before did not take it.").format(step=alert.step + 1))
    lines.append(_("For: {recipient}").format(recipient=inert(want.recipient)))
    lines.append(inert(alert.alert))
    return "\n".join(lines)


# -- how it is found -------------------------------------------------------------------------------------------------


def _is_silenced(alert: Alert, now_ms: int) -> bool:
    return alert.silenced_until_ms is not None and now_ms < alert.silenced_until_ms


def _step_due_ms(alert: Alert, chain: tuple[ChainStep, ...]) -> int | None:
    if alert.step + 1 >= len(chain):
        return None
    if alert.step < 0 or alert.step_ms is None:
        # At once, also where a clock that was set back has not come to the instant it was raised at.
        return 0
    return alert.step_ms + chain[alert.step].acknowledge_seconds * 1000


def _reminded_ms(alert: Alert) -> int | None:
    """The newest reminder since the present step began."""
    step_ms = alert.step_ms or 0
    times = (moment.at_ms for moment in reversed(alert.moments) if moment.kind == "reminded")
    newest_ms = next(times, None)
    return newest_ms if newest_ms is not None and newest_ms > step_ms else None


def _over(alert: Alert, book: AlertBook, now_ms: int) -> list[Wanted]:
    """One word that it is over to each who was told of this occurrence, through the channel that reached them."""
    ended_ms = alert.resolved_ms
    if ended_ms is None or now_ms - ended_ms >= LONGEST_MS or _is_silenced(alert, ended_ms):
        return []
    told = {
        (each.recipient, each.channel): None
        for each in alert.messages
        if each.outcome == "told" and occurrence_of(each.message) == alert.pending_ms
    }
    found = []
    for recipient, channel in told:
        settings = book.channels.get(channel)
        if settings is not None and settings.kind != TERMINAL:
            name = _name(alert, "over", f"over {recipient} {channel}")
            found.append(Wanted(name, "over", recipient, (channel,), ended_ms))
    return found


def _together(book: AlertBook, people: Iterable[str]) -> list[tuple[str, tuple[str, ...]]]:
    """Those who have the same channels are told once: they look at the same group or mailbox."""
    by_channels: dict[tuple[str, ...], list[str]] = {}
    for name in people:
        if (known := book.recipients.get(name)) is not None:
            channels = tuple(dict.fromkeys(each for each in known.channels if each in book.channels))
            by_channels.setdefault(channels, []).append(name)
    found = []
    for channels, names in by_channels.items():
        whole = ", ".join(names)
        found += [(whole, channels)] if len(whole) <= NAME_LIMIT else [(name, channels) for name in names]
    return found


def _name(alert: Alert, occasion: str, about: str) -> str:
    digest = hashlib.sha256(f"{alert.alert}\0{alert.pending_ms}\0{about}".encode()).hexdigest()
    return f"{alert.pending_ms}-{occasion}-{digest[:24]}"


def _when(at_ms: int | None, zone: tzinfo) -> str:
    return "–" if at_ms is None else at(at_ms, zone).strftime("%Y-%m-%d %H:%M:%S")
