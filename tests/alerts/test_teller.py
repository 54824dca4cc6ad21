"""Telling people, through a real database and threads that send."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.alerts.channels.model import Answer, Outgoing
from app.alerts.ports import OutboxMessage
from app.alerts.rule import Channel
from app.core import alert_events as kinds
from app.core.clock import ManualClock, SystemClock
from app.core.errors import StoreProblem
from app.tickets.notice_times import alert_of
from tests.alerts.loopback import loopback
from tests.alerts.tell_ground import NAME, NOW_MS, Line, TellingSite, book, manual_site

FAILED = Answer("failed", "no answer")
UNSURE = Answer("failed", "no answer", True)
REFUSED = Answer("refused", "93000")


@pytest.fixture
def line() -> Line:
    return Line()


@pytest.fixture
def site(tmp_path: Path, line: Line) -> Iterator[TellingSite]:
    found = manual_site(tmp_path / "floor.db", line)
    yield found
    found.close()


def after(site: TellingSite, seconds: int) -> None:
    clock = site.clock
    assert isinstance(clock, ManualClock)
    clock.advance_ms(seconds * 1000)
    site.settle()


def outcomes(site: TellingSite) -> list[tuple[str, str]]:
    return [(message.channel, message.outcome) for message in site.alert().messages]


def moments(site: TellingSite) -> list[str]:
    return [moment.kind for moment in site.alert().moments]


class TestChains:
    def test_each_is_told_once_and_nothing_is_left(self, site: TellingSite, line: Line) -> None:
        site.apply(book("robot"))
        site.raise_alert()
        site.settle()
        after(site, 500)
        assert line.channels == ["robot"]
        assert outcomes(site) == [("robot", "told")]
        assert site.session.outbox.messages() == []
        assert moments(site) == ["raised", "escalated", "delivered"]

    def test_without_an_acknowledgement_the_next_step_begins_and_then_no_more(
        self, site: TellingSite, line: Line
    ) -> None:
        site.apply(book("robot"))
        site.raise_alert()
        site.settle()
        for _step in range(3):
            after(site, 600)
        assert len(line.sent) == 2
        assert site.alert().step == 1

    def test_nobody_else_is_told_once_somebody_has_it(self, site: TellingSite, line: Line) -> None:
        site.apply(book("robot"))
        site.raise_alert()
        site.settle()
        site.record(kinds.AlertAcknowledged(at_ms=NOW_MS + 1, alert=NAME, by="li"))
        after(site, 3600)
        assert len(line.sent) == 1

    def test_who_was_told_hears_that_it_is_over(self, site: TellingSite, line: Line) -> None:
        site.apply(book("robot"))
        site.raise_alert()
        site.settle()
        site.record(kinds.AlertResolved(at_ms=NOW_MS + 1, alert=NAME))
        for _while in range(3):
            after(site, 60)
        assert [message.occasion for _name, message in line.sent] == ["step", "over"]

    def test_a_second_life_is_told_anew(self, site: TellingSite, line: Line) -> None:
        site.apply(book("robot"))
        for _life in range(2):
            site.raise_alert()
            site.settle()
            site.record(kinds.AlertResolved(at_ms=site.clock.now_ms() + 1, alert=NAME))
            after(site, 60)
        assert [message.occasion for _name, message in line.sent] == ["step", "over"] * 2
        assert len({message.message for _name, message in line.sent}) == 4

    def test_a_reminder_is_told(self, site: TellingSite, line: Line) -> None:
        site.apply(book("robot"))
        site.raise_alert()
        site.settle()
        site.record(kinds.AlertReminded(at_ms=NOW_MS + 60_000, alert=NAME))
        after(site, 60)
        assert [message.occasion for _name, message in line.sent] == ["step", "reminder"]

    def test_a_person_who_escalates_begins_a_step(self, site: TellingSite, line: Line) -> None:
        site.apply(book("robot"))
        site.raise_alert()
        site.settle()
        site.record(kinds.AlertEscalated(at_ms=NOW_MS + 1, alert=NAME, by="li", step=1, recipients=("a",)))
        after(site, 1)
        assert len(line.sent) == 2

    def test_the_terminal_is_noted_and_nothing_is_sent(self, site: TellingSite, line: Line) -> None:
        rules = book("screens", "robot")
        site.apply(rules.model_copy(update={"channels": rules.channels | {"screens": Channel(kind="terminal")}}))
        site.raise_alert()
        site.settle()
        site.record(kinds.AlertReminded(at_ms=NOW_MS + 60_000, alert=NAME))
        after(site, 60)
        assert line.sent == []
        assert outcomes(site) == [("screens", "told")]

    def test_many_are_seen_to_in_more_than_one_transaction(
        self, site: TellingSite, line: Line, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("app.alerts.teller.AT_ONCE", 2)
        site.apply(book("robot"))
        for number in range(5):
            site.raise_alert(f"late|queue:{number}")
        site.teller.attend()
        assert sum(alert.step == 0 for alert in site.session.alerts.open_alerts()) == 2
        site.settle(10)
        assert len({message.alert for _name, message in line.sent}) == 5

    def test_a_clock_that_is_set_back_tells_nobody_twice(self, site: TellingSite, line: Line) -> None:
        site.apply(book("robot"))
        site.raise_alert()
        clock = site.clock
        assert isinstance(clock, ManualClock)
        clock.set_ms(NOW_MS - 3_600_000)
        line.answers["robot"] = [FAILED]
        site.settle(5)
        assert len(line.sent) == 1
        clock.set_ms(NOW_MS - 7_200_000)
        site.settle(5)
        site.record(kinds.AlertResolved(at_ms=NOW_MS + 1, alert=NAME))
        site.settle(5)
        assert [message.occasion for _name, message in line.sent] == ["step", "step", "over"]
        assert moments(site).count("delivered") == 3

    def test_what_others_put_into_the_outbox_is_sent_and_noted(self, site: TellingSite, line: Line) -> None:
        site.apply(book("robot"))
        site.settle()
        put = OutboxMessage("1-ahead-x", alert_of("N-1"), "a", ("robot",), "s", "b", NOW_MS, 0, NOW_MS, False)
        with site.session.log.writing():
            site.session.outbox.put([put])
        site.raise_alert()
        site.settle(5)
        assert sorted(message.alert for _name, message in line.sent) == sorted([NAME, alert_of("N-1")])
        assert site.session.outbox.messages() == []

    def test_the_facts_fold_to_the_same_again(self, site: TellingSite) -> None:
        site.apply(book("robot", "mail"))
        site.raise_alert()
        site.settle()
        assert site.session.verify() == []


class TestTrouble:
    def test_a_refusal_is_followed_by_the_next_channel_at_once(self, site: TellingSite, line: Line) -> None:
        line.answers["robot"] = [REFUSED]
        site.apply(book("robot", "mail"))
        site.raise_alert()
        site.settle()
        assert line.channels == ["robot", "mail"]
        assert moments(site).count("delivered") == 2
        assert outcomes(site) == [("mail", "told")]

    def test_when_all_refuse_it_ends_with_a_fact(self, site: TellingSite, line: Line) -> None:
        line.answers |= {"robot": [REFUSED], "mail": [REFUSED]}
        site.apply(book("robot", "mail"))
        site.raise_alert()
        site.settle()
        after(site, 300)
        assert outcomes(site) == [("mail", "refused")]
        assert site.session.outbox.messages() == []

    def test_a_failure_waits_and_is_tried_again(self, site: TellingSite, line: Line) -> None:
        line.answers["robot"] = [FAILED, FAILED]
        site.apply(book("robot"))
        site.raise_alert()
        site.settle()
        assert len(line.sent) == 1
        after(site, 1)
        assert len(line.sent) == 2
        after(site, 4)
        assert len(line.sent) == 2
        after(site, 1)
        assert [message.is_repeat for _name, message in line.sent] == [False] * 3
        assert outcomes(site) == [("robot", "told")]
        assert len({message.message for _name, message in line.sent}) == 1

    def test_what_may_have_arrived_says_so_when_it_comes_again(self, site: TellingSite, line: Line) -> None:
        line.answers["robot"] = [UNSURE]
        site.apply(book("robot"))
        site.raise_alert()
        site.settle()
        after(site, 1)
        assert [message.is_repeat for _name, message in line.sent] == [False, True]
        assert "repeat" in line.sent[1][1].subject

    def test_what_waits_is_taken_back_when_somebody_has_it(self, site: TellingSite, line: Line) -> None:
        line.answers["robot"] = [FAILED, FAILED]
        site.apply(book("robot"))
        site.raise_alert()
        site.settle()
        site.record(kinds.AlertAcknowledged(at_ms=NOW_MS + 1, alert=NAME, by="li"))
        after(site, 100)
        assert len(line.sent) == 1
        assert site.session.outbox.messages() == []

    def test_a_channel_that_left_the_rules_is_a_refusal(self, site: TellingSite, line: Line) -> None:
        line.answers["robot"] = [FAILED]
        site.apply(book("robot", "mail"))
        site.raise_alert()
        site.settle()
        rules = book("robot", "mail")
        del rules.channels["robot"]
        site.apply(rules)
        after(site, 1)
        assert line.channels == ["robot", "mail"]

    def test_no_more_go_out_a_minute_than_a_channel_takes_and_the_gravest_go_first(
        self, site: TellingSite, line: Line
    ) -> None:
        rules = book("robot", per_minute=3)
        site.apply(rules.model_copy(update={"chains": rules.chains | {"1": rules.chains["2"]}}))
        for number in range(5):
            site.raise_alert(f"late|queue:{number}", 1 if number == 4 else 2)
        site.settle(10)
        assert len(line.sent) == 3
        assert line.sent[0][1].alert == "late|queue:4"
        after(site, 59)
        assert len(line.sent) == 3
        after(site, 1)
        assert len(line.sent) == 5

    def test_a_channel_that_hangs_holds_up_neither_the_others_nor_the_engine(self, tmp_path: Path) -> None:
        lines, go_on = Line(), threading.Event()

        def send(settings: Channel, message: Outgoing) -> Answer:
            if "slow" in settings.url:
                go_on.wait(30)
            return lines(settings, message)

        site = manual_site(tmp_path / "floor.db", send)
        rules = book("slow", "fast", recipients=("a",))
        quick = rules.recipients["a"].model_copy(update={"channels": ("fast",)})
        chains = {"2": (rules.chains["2"][0].model_copy(update={"tell": ("a", "b")}),)}
        site.apply(rules.model_copy(update={"recipients": rules.recipients | {"b": quick}, "chains": chains}))
        site.raise_alert()
        try:
            while lines.channels != ["fast"]:
                site.teller.attend()
            assert site.carriers.is_busy("slow")
        finally:
            go_on.set()
        site.settle()
        assert sorted(outcomes(site)) == [("fast", "told"), ("slow", "told")]
        site.close()

    def test_an_answer_that_could_not_be_stored_is_stored_later(
        self, site: TellingSite, line: Line, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        site.apply(book("robot"))
        site.raise_alert()
        while not line.sent:
            site.teller.attend()
        with monkeypatch.context() as broken:
            broken.setattr(site.session.outbox, "done", _refuse)
            with pytest.raises(StoreProblem):
                site.settle(1000)
        site.settle()
        assert len(line.sent) == 1
        assert outcomes(site) == [("robot", "told")]


class TestCrash:
    def test_killed_between_sending_and_storing_it_is_told_once_more_and_says_so(self, tmp_path: Path) -> None:
        path = tmp_path / "floor.db"
        with loopback() as server:
            site = TellingSite(path, Line(), SystemClock())
            rules = book("robot")
            there = rules.channels["robot"].model_copy(update={"url": server.url})
            site.apply(rules.model_copy(update={"channels": {"robot": there}}))
            site.raise_alert()
            site.session.close()
            assert _run(path, "die") == -signal.SIGKILL
            assert [got.fields["is_repeat"] for got in server.got] == [False]
            assert _run(path, "live") == 0
            assert _run(path, "live") == 0
            assert [got.fields["is_repeat"] for got in server.got] == [False, True]
            assert len({got.headers["Idempotency-Key"] for got in server.got}) == 1

        site = TellingSite(path, Line(), SystemClock())
        assert outcomes(site) == [("robot", "told")]
        assert site.session.outbox.messages() == []
        site.close()

    def test_one_that_takes_over_tells_nobody_again(self, tmp_path: Path, line: Line) -> None:
        for _holder in range(3):
            site = manual_site(tmp_path / "floor.db", line)
            if not line.sent:
                site.apply(book("robot"))
                site.raise_alert()
            site.settle()
            site.close()
        assert len(line.sent) == 1


def _refuse(_message: str) -> bool:
    raise StoreProblem("the disk is full")


def _run(path: Path, how: str) -> int:
    """Tell in a process of its own; what it ended with."""
    top = Path(__file__).parents[2]
    words = [sys.executable, "-m", "tests.alerts.tell_ground", str(path), how]
    return subprocess.run(words, cwd=top, timeout=60, check=False).returncode
