"""Who is told of an alert, and when; and what becomes of a message after an answer."""

from __future__ import annotations

from typing import Any, Final

import pytest

from app.alerts import telling
from app.alerts.channels.model import Answer
from app.alerts.history import fold_alert
from app.alerts.model import Alert
from app.alerts.outbox import BACK_OFF_SECONDS, GIVE_UP_MS, Pace, after
from app.alerts.ports import OutboxMessage
from app.alerts.rule import AlertBook, ChainStep, Channel, Recipient, Rule, Text
from app.core import alert_events as kinds

T0: Final = 1_772_330_400_000
NAME: Final = "late|site"
SAID: Final = Text(zh="迟了", en="late")
RULE: Final = Rule(id="late", metric="house.ingest_behind", level=2, text=SAID, runbook=SAID)
BOOK: Final = AlertBook(
    rules=(RULE,),
    recipients={
        "a": Recipient(name="A", channels=("robot", "mail")),
        "b": Recipient(name="B", channels=("robot", "mail")),
        "c": Recipient(name="C", channels=("mail",)),
        "d": Recipient(name="D", channels=("terminal",)),
    },
    groups={"all": ("a", "b", "c", "d")},
    chains={
        "2": (
            ChainStep(tell=("a",), acknowledge_seconds=600),
            ChainStep(tell=("all",), acknowledge_seconds=300),
        )
    },
    channels={
        "robot": Channel(kind="wecom", url="https://robot.example.org/"),
        "mail": Channel(kind="smtp", host="mail.example.org"),
        "terminal": Channel(kind="terminal"),
    },
)


def alert(*events: Any) -> Alert:
    """An alert raised at T0, after more facts."""
    raised = kinds.AlertRaised(at_ms=T0, alert=NAME, level=2)
    return fold_alert(NAME, [(seq, "", event) for seq, event in enumerate((raised, *events), 1)])[-1]


def step(number: int, seconds: int) -> kinds.AlertEscalated:
    return kinds.AlertEscalated(at_ms=T0 + seconds * 1000, alert=NAME, step=number)


def told(message: str, recipient: str, channel: str, seconds: int, outcome: Any = "told") -> kinds.AlertDelivered:
    return kinds.AlertDelivered(
        at_ms=T0 + seconds * 1000, alert=NAME, message=message, recipient=recipient, channel=channel, outcome=outcome
    )


def begun(found: Alert, seconds: int, rule: Rule = RULE) -> int | None:
    """The number of the step that is to begin."""
    begins = telling.next_step(found, rule, BOOK, T0 + seconds * 1000)
    return None if begins is None else begins.step


def wants(found: Alert, seconds: int, rule: Rule = RULE) -> list[tuple[str, str]]:
    return [(want.occasion, want.recipient) for want in telling.wanted(found, rule, BOOK, T0 + seconds * 1000)]


class TestChains:
    def test_the_first_step_begins_when_it_is_raised_and_the_next_when_time_is_up(self) -> None:
        assert begun(alert(), 0) == 0
        assert begun(alert(step(0, 0)), 599) is None
        assert telling.next_ms(alert(step(0, 0)), RULE, BOOK, T0) == T0 + 600_000
        assert begun(alert(step(0, 0)), 600) == 1
        assert begun(alert(step(0, 0), step(1, 600)), 86_399) is None

    @pytest.mark.parametrize(
        "event",
        [
            kinds.AlertAcknowledged(at_ms=T0 + 1, alert=NAME, by="li"),
            kinds.AlertResolved(at_ms=T0 + 1, alert=NAME),
            kinds.AlertInhibited(at_ms=T0 + 1, alert=NAME, cause="notice:n"),
            kinds.AlertSilenced(at_ms=T0 + 1, alert=NAME, until_ms=T0 + 1_000_000),
        ],
    )
    def test_nobody_is_told_when_somebody_has_it_or_it_is_quiet(self, event: Any) -> None:
        found = alert(step(0, 0), event)
        assert begun(found, 700) is None
        assert wants(found, 700) == []

    def test_an_invitation_tells_nobody(self) -> None:
        invitation = RULE.model_copy(update={"is_invitation": True})
        assert begun(alert(), 0, invitation) is None

    def test_a_chain_goes_on_when_a_silence_ends(self) -> None:
        found = alert(step(0, 0), kinds.AlertSilenced(at_ms=T0 + 1, alert=NAME, until_ms=T0 + 900_000))
        assert telling.next_ms(found, RULE, BOOK, T0 + 700_000) == T0 + 900_000
        assert begun(found, 900) == 1

    def test_who_has_the_same_channels_is_told_together(self) -> None:
        assert wants(alert(step(0, 0)), 0) == [("step", "a")]
        assert wants(alert(step(0, 0), step(1, 600)), 600) == [("step", "a, b"), ("step", "c"), ("step", "d")]

    def test_a_reminder_takes_the_place_of_the_present_step(self) -> None:
        reminded = kinds.AlertReminded(at_ms=T0 + 60_000, alert=NAME)
        assert wants(alert(step(0, 0), reminded), 60) == [("reminder", "a")]
        assert wants(alert(step(0, 0), reminded, step(1, 600)), 600)[0] == ("step", "a, b")

    def test_a_name_is_the_same_for_the_same_thing_only(self) -> None:
        first = telling.wanted(alert(step(0, 0)), RULE, BOOK, T0)
        again = telling.wanted(alert(step(0, 0), told("x", "a", "robot", 1)), RULE, BOOK, T0 + 5000)
        reminded = alert(step(0, 0), kinds.AlertReminded(at_ms=T0 + 60_000, alert=NAME))
        other = telling.wanted(reminded, RULE, BOOK, T0 + 60_000)
        assert [want.message for want in first] == [want.message for want in again]
        assert first[0].message != other[0].message
        assert telling.occurrence_of(first[0].message) == T0
        assert telling.occasion_of(first[0].message) == "step"

    def test_yesterdays_step_is_told_no_more(self) -> None:
        assert wants(alert(step(0, 0)), 86_400) == []


class TestOver:
    def test_who_was_told_hears_once_that_it_is_over(self) -> None:
        names = {want.recipient: want.message for want in telling.wanted(alert(step(1, 0)), RULE, BOOK, T0)}
        events = (
            step(1, 0),
            told(names["a, b"], "a, b", "robot", 1),
            told(names["c"], "c", "mail", 1, "failed"),
            told(names["d"], "d", "terminal", 1),
            kinds.AlertResolved(at_ms=T0 + 5000, alert=NAME),
        )
        found = telling.wanted(alert(*events), RULE, BOOK, T0 + 5000)
        assert [(want.occasion, want.recipient, want.channels) for want in found] == [("over", "a, b", ("robot",))]
        later = alert(*events, told(found[0].message, "a, b", "robot", 6))
        assert telling.wanted(later, RULE, BOOK, T0 + 6000) == found
        assert telling.wanted(later, RULE, BOOK, T0 + 5000 + telling.LONGEST_MS) == []

    def test_words_are_plain(self) -> None:
        rule = RULE.model_copy(update={"text": Text(zh="{what}", en="late {what}")})
        found = alert(kinds.AlertChanged(at_ms=T0 + 1, alert=NAME, level=2, values={"what": "\x1b[31m"}))
        assert telling.subject(found, rule, "step", "en") == "[II] late ␛[31m"


def message(attempt: int = 0, channels: tuple[str, ...] = ("robot", "mail"), created_ms: int = T0) -> OutboxMessage:
    return OutboxMessage("m", NAME, "a", channels, "s", "b", T0, attempt, created_ms, True)


class TestAfter:
    def test_told_is_done(self) -> None:
        assert after(message(), Answer("told", ""), T0).channels == ()

    def test_refused_hands_over_at_once_and_the_last_refusal_ends_it(self) -> None:
        assert after(message(), Answer("refused", ""), T0)[1:3] == (("mail",), T0)
        assert after(message(channels=("mail",)), Answer("refused", ""), T0).channels == ()

    def test_failures_wait_longer_and_longer_and_take_turns(self) -> None:
        at_ms, waits, firsts = T0, [], []
        present = message()
        for _count in range(8):
            firsts.append(present.channels[0])
            found = after(present, Answer("failed", ""), at_ms)
            waits.append((found.due_ms - at_ms) // 1000)
            present = present._replace(channels=found.channels, attempt=present.attempt + 1)
        assert firsts == ["robot"] * 3 + ["mail"] * 3 + ["robot"] * 2
        assert waits == [1, 5, 0, 120, 600, 600, 600, 600]

    def test_one_channel_is_tried_for_a_day(self) -> None:
        present = message(channels=("mail",))
        for attempt, seconds in enumerate(BACK_OFF_SECONDS):
            found = after(present._replace(attempt=attempt), Answer("failed", ""), T0)
            assert found[1:3] == (("mail",), T0 + seconds * 1000)
        assert after(present, Answer("failed", ""), T0 + GIVE_UP_MS - 1).channels == ("mail",)
        assert after(present, Answer("failed", ""), T0 + GIVE_UP_MS).channels == ()


def test_a_channel_has_its_pace() -> None:
    pace = Pace()
    for second in range(3):
        assert pace.allows(3, T0 + second * 1000)
        pace.note(T0 + second * 1000)
    assert not pace.allows(3, T0 + 59_999)
    assert pace.allows(3, T0 + 60_000)
    # A clock that was set back blocks nobody for long.
    assert pace.allows(3, T0 - 1)
