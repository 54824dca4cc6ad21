"""What people do with alerts is stored as facts, refused where it makes no sense, and pictured by the feed."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.alerts.feed import PollingAlertFeed
from app.alerts.grouping import Standing
from app.alerts.model import Alert, AlertState
from app.alerts.ports import AlertPicture
from app.alerts.rule_file import shipped_alert_book
from app.alerts.service import LONGEST_SILENCE_MS
from app.core.alert_events import AlertEvent, AlertPending, AlertRaised, AlertResolved
from app.core.clock import ManualClock
from app.core.errors import RuleRefused, StoreProblem, UsageProblem
from app.core.facts import Batch, Draft
from app.core.settings import Settings
from store.alert_desk import SqliteAlertDesk
from store.sessions import ReaderSession, WriterSession

NOW_MS = 1_772_676_000_000


class Site:
    """A database with a few alerts, and a desk over it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.clock = ManualClock(NOW_MS)
        self.desk = SqliteAlertDesk(path, Settings(), self.clock, "li")
        self.store(
            AlertRaised(at_ms=NOW_MS - 60_000, alert="service-level-low|queue:q", level=3),
            AlertRaised(at_ms=NOW_MS - 50_000, alert="system-fault|fault:F-1", level=1),
            AlertPending(at_ms=NOW_MS - 40_000, alert="break-rate|site", level=3),
        )

    def store(self, *events: AlertEvent) -> None:
        session = WriterSession(self.path, Settings(), self.clock)
        session.journal.record(Batch("test", [Draft(event, repr(event).encode()) for event in events]))
        session.close()

    def alert(self, name: str) -> Alert:
        session = ReaderSession(self.path)
        found = [each for each in session.alerts.recent_alerts(0) if each.alert == name]
        session.close()
        return found[-1]


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path / "floor.db")


def test_taking_an_alert_says_who_and_why(site: Site) -> None:
    assert site.desk.acknowledge(["service-level-low|queue:q", "system-fault|fault:F-1"], " mine ") == 2
    found = site.alert("service-level-low|queue:q")
    assert (found.state, found.owner, found.note) == (AlertState.ACKNOWLEDGED, "li", "mine")
    assert found.acknowledged_ms == NOW_MS


def test_of_several_those_that_are_open_are_taken(site: Site) -> None:
    assert site.desk.acknowledge(["service-level-low|queue:q", "gone|site"], "") == 1


@pytest.mark.parametrize(
    ("names", "sentence"),
    [
        (["gone|site"], "There is no open alert “gone|site”: it is over."),
        (["gone|site", "gone|queue:q"], "None of these alerts is open any more."),
        (["break-rate|site"], "“break-rate|site” is not raised yet"),
    ],
)
def test_what_is_not_open_is_refused(site: Site, names: list[str], sentence: str) -> None:
    for deed in (site.desk.escalate, lambda some: site.desk.acknowledge(some, "")):
        with pytest.raises(RuleRefused, match=sentence.replace("|", r"\|")):
            deed(names)


def test_a_silence_holds_until_its_end_and_a_past_one_ends_it(site: Site) -> None:
    name = "service-level-low|queue:q"
    assert site.desk.silence([name], NOW_MS + 1_000, "training") == 1
    assert site.alert(name).silenced_until_ms == NOW_MS + 1_000
    site.clock.advance_ms(10)
    site.desk.silence([name], NOW_MS, "")
    assert site.alert(name).silenced_until_ms is None
    site.desk.silence([name], site.clock.now_ms() + LONGEST_SILENCE_MS, "")
    with pytest.raises(UsageProblem):
        site.desk.silence([name], site.clock.now_ms() + LONGEST_SILENCE_MS + 1, "")


def test_escalating_begins_the_next_step_until_there_is_none(site: Site) -> None:
    name = "system-fault|fault:F-1"
    chain = shipped_alert_book().chains["1"]
    for _step in chain:
        site.clock.advance_ms(1)
        assert site.desk.escalate([name]) == 1
    with pytest.raises(RuleRefused, match="Level I has no further step"):
        site.desk.escalate([name])
    found = site.alert(name)
    assert (found.step, found.step_ms) == (len(chain) - 1, NOW_MS + len(chain))
    told = [moment.note for moment in found.moments if moment.kind == "escalated"]
    assert len(told) == len(chain) > 1
    assert all(told)


def test_a_fault_is_declared_once_each_time_and_ended_once(site: Site) -> None:
    first, second = site.desk.declare("BOSS is down", "boss"), site.desk.declare("and the web", "")
    assert first != second
    site.clock.advance_ms(5_000)
    site.desk.end_fault(first)
    with pytest.raises(RuleRefused, match="ended already"):
        site.desk.end_fault(first)
    session = ReaderSession(site.path)
    assert [fault.fault for fault in session.alerts.faults(only_live=True)] == [second]
    ended = next(fault for fault in session.alerts.faults(only_live=False) if fault.fault == first)
    session.close()
    assert (ended.what, ended.source, ended.by, ended.ended_ms) == ("BOSS is down", "boss", "li", NOW_MS + 5_000)


def test_nothing_is_declared_without_words(site: Site) -> None:
    with pytest.raises(UsageProblem):
        site.desk.declare("  ", "")
    with pytest.raises(UsageProblem):
        site.desk.acknowledge(["system-fault|fault:F-1"], "x" * 5_000)


def test_history_and_a_database_that_is_gone(site: Site) -> None:
    assert [each.rule for each in site.desk.history(NOW_MS - 55_000, NOW_MS)] == ["system-fault", "break-rate"]
    site.path.unlink()
    with pytest.raises(StoreProblem):
        site.desk.history(0, NOW_MS)


def test_the_feed_pictures_what_the_store_holds(site: Site) -> None:
    feed = PollingAlertFeed(lambda: ReaderSession(site.path), site.clock)
    session = ReaderSession(site.path)
    feed._begin()
    feed._take_in(session, NOW_MS, True)
    first = feed._picture(session, NOW_MS)
    assert [(group.rule, group.standing) for group in first.groups] == [
        ("system-fault", Standing.OPEN),
        ("service-level-low", Standing.OPEN),
    ]
    assert {rule.id for rule in first.book.rules} >= {"system-fault", "service-level-low"}

    site.desk.acknowledge(["system-fault|fault:F-1"], "")
    site.store(AlertResolved(at_ms=NOW_MS, alert="service-level-low|queue:q", reason="cleared"))
    feed._take_in(session, NOW_MS, False)
    second: AlertPicture = feed._picture(session, NOW_MS)
    session.close()
    assert [group.standing for group in second.groups] == [Standing.TAKEN, Standing.RESOLVED]
    assert feed._troubled("gone").problem == "gone"
